"""Rankings: the groups of one dimension in the edition's period, with shares of the known."""

from __future__ import annotations

from collections.abc import Sequence

from reports import alternatives, words
from reports.blocks import Chart, Inline, Table, TableCell, plain
from reports.charts import chart
from reports.charts.bars import Bar, ranking
from reports.edition import COUNTRY_DIMENSIONS, View
from reports.findings.groups import MOST_TIES, largest
from reports.locale import N_
from reports.sections.parts import Withheld, known
from reports.tables import notes, specific, with_intervals
from reports.wording import group
from transforms.codes import TOTAL, UNSPECIFIC
from transforms.disclosure.released import ReleasedCell, ReleasedTable

MOST_ROWS = 100
"""Places in the table beside the chart at most: more belong into a file, not on a page."""
PLACES = COUNTRY_DIMENSIONS | {"corridor"}
LONGEST_LIST = 12
"""Groups drawn at most; the table beside the chart and the CSV hold them all."""
ASKED_FOR = {"age_class": "child", "crossing": "cross_border"}
"""Where the reader asks for one group, the title speaks of it and not of the largest."""

IS_SHARE = N_("{group}: {share} of those known (base {base})")
IS_COUNT = N_("{group}: {n} of {all} persons")
OFTEN_SHARE = N_("{dimension}: {group} most often, {share} (base {base})")
OFTEN_SHOWN_SHARE = N_("{dimension}: {group} most often of those shown, {share} (base {base})")
OFTEN_COUNT = N_("{dimension}: {group} most often, {n} of {all} persons")
OFTEN_SHOWN_COUNT = N_("{dimension}: {group} most often of those shown, {n} of {all} persons")
NO_SHARES = N_("Shares are not shown: for how many persons this is known is suppressed.")
OFTEN = N_("{dimension}: {group} most often")
OFTEN_SHOWN = N_("{dimension}: {group} most often of those shown")
"""A group that is withheld to protect another one may be larger than any that is shown."""


def ranked(view: View, table: ReleasedTable, dimension: str, at: str, *, keep_order: bool = False) -> list[str]:
    """Codes for a chart: the largest first (or in the order of the list), unspecific ones last."""
    codes = [
        c for c in view.codes(table, dimension) if (cell := view.cell(table, at, c)) and cell.state != "not_reported"
    ]
    named = specific(codes)
    if not keep_order:
        named.sort(key=lambda c: -((view.cell(table, at, c) or _NOTHING).value or 0))
    some = [c for c in named if (view.cell(table, at, c) or _NOTHING).state != "zero"]
    return [
        *some[:LONGEST_LIST],
        *(c for c in codes if c in UNSPECIFIC and (view.cell(table, at, c) or _NOTHING).value != 0),
    ]


_NOTHING = ReleasedCell(at=(), value=None)


def ranking_chart(view: View, dimension: str, *, keep_order: bool = False) -> Chart | Withheld | None:
    """Bars of the groups of a dimension in the edition's period, with shares of the known beside them."""
    table, share = view.breakdown(dimension), view.breakdown(dimension, ".share")
    at = view.focus.code
    if table is None or at not in table.codes("period"):
        return None
    codes = ranked(view, table, dimension, at, keep_order=keep_order)
    if not codes:
        return None
    if not any((cell := view.cell(table, at, code)) and cell.value is not None for code in codes):
        return Withheld()
    before = view.year_before.code
    bars = tuple(_bar(view, table, share, dimension, code, at, before) for code in codes)
    before_label = view.text("Vertical line: {period}", period=view.locale.period(before))
    return chart(
        view,
        id=f"by-{dimension.replace('_', '-')}",
        title=_ranking_title(view, dimension),
        subtitle=_ranking_subtitle(view, table, share, dimension, at),
        description=alternatives.of_groups(
            view, [b for b in bars if not b.is_unspecific], [b for b in bars if b.is_unspecific]
        ),
        source=view.sources(table),
        draw=lambda size: ranking(bars, size, before_label=before_label),
        table=_ranking_table(view, table, share if _has_shares(view, share, at) else None, dimension, (at, before)),
    )


def _bar(
    view: View, table: ReleasedTable, share: ReleasedTable | None, dimension: str, code: str, at: str, before: str
) -> Bar:
    cell = view.cell(table, at, code)
    earlier = view.cell(table, before, code)
    text = view.printed(cell, table.unit).text
    part = view.cell(share, at, code) if share else None
    if part is not None and part.value is not None:
        text += " · " + view.figure(part.value, "pct")
    return Bar(
        label=view.label(dimension, code),
        value=cell.value if cell else None,
        text=text,
        before=earlier.value if earlier else None,
        is_unspecific=code in UNSPECIFIC,
    )


def _ranking_title(view: View, dimension: str) -> str:
    """The group that is asked for, else the largest, with as much as the released numbers carry."""
    asked = ASKED_FOR.get(dimension)
    found = (largest(view, dimension, (asked,)) if asked else None) or largest(view, dimension)
    period_name = view.locale.period(view.focus.code)
    if found is None:
        return view.text(
            "{dimension}: no group can be shown for {period}", dimension=view.dimension(dimension), period=period_name
        )
    if len(found.codes) > MOST_TIES:
        return view.text("{dimension}: no single group is the largest", dimension=view.dimension(dimension))
    said = {"n": view.locale.number(found.cell.value or 0)}
    if found.share is not None and found.has_share:
        said |= {
            "share": view.locale.percent(found.share.value or 0),
            "base": view.locale.number(found.share.base or 0),
        }
        certain, shown, alone = OFTEN_SHARE, OFTEN_SHOWN_SHARE, IS_SHARE
    elif found.everyone is not None:
        said |= {"all": view.locale.number(found.everyone)}
        certain, shown, alone = OFTEN_COUNT, OFTEN_SHOWN_COUNT, IS_COUNT
    else:
        certain, shown, alone = OFTEN, OFTEN_SHOWN, OFTEN_SHOWN
    if asked in found.codes and alone != OFTEN_SHOWN:
        return view.text(alone, group=view.label(dimension, str(asked)), **said)
    if not found.says_something:
        return view.text(
            "{dimension}: the largest group cannot be told for {period}",
            dimension=view.dimension(dimension),
            period=period_name,
        )
    names = view.locale.listing([group(view, dimension, code) for code in found.codes])
    message = certain if found.is_certain else shown
    return view.text(message, dimension=view.dimension(dimension), group=names, **said)


def _has_shares(view: View, share: ReleasedTable | None, at: str) -> bool:
    """Whether any share of the period is shown: columns of nothing but marks tell nothing."""
    return share is not None and any(cell.at[0] == at and cell.value is not None for cell in share.cells)


def _ranking_subtitle(view: View, table: ReleasedTable, share: ReleasedTable | None, dimension: str, at: str) -> str:
    what = view.text(
        "{indicator}, {dimension}, {period}.",
        indicator=view.indicator(table.indicator),
        dimension=view.inside(view.dimension(dimension)),
        period=view.locale.period(at),
    )
    has_share = _has_shares(view, share, at)
    shown = view.text("Persons, and share of those known.") if has_share else view.text("Persons.")
    with_code, everyone = known(view, table, at)
    if with_code is None or everyone is None:
        hidden = view.text(NO_SHARES) if share is not None else ""
        return " ".join(filter(None, (what, shown, "" if has_share else hidden)))
    of_all = view.text(
        "Known for {known} of {all}.", known=view.locale.number(with_code), all=view.locale.number(everyone)
    )
    return " ".join((what, shown, of_all))


def _ranking_table(
    view: View, table: ReleasedTable, share: ReleasedTable | None, dimension: str, periods: tuple[str, str]
) -> Table:
    at, before = periods
    has_before = before in table.codes("period")
    shown = (at, before) if has_before else (at,)
    rows = []
    codes, smaller, zeros = _listed(view, table, dimension, shown)
    for code in codes:
        cells = [view.printed(view.cell(table, at, code), table.unit)]
        if has_before:
            cells.insert(0, view.printed(view.cell(table, before, code), table.unit))
        if share is not None:
            cells += share_cells(view, view.cell(share, at, code), is_specific=code in specific(codes))
        rows.append((view.label(dimension, code), tuple(cells)))
    columns = [view.locale.period(at)]
    if has_before:
        columns.insert(0, view.locale.period(before))
    if share is not None:
        columns += [view.text("Share of known, {period}", period=view.locale.period(at)), view.text("95 % interval")]
    caption = view.text(
        "{indicator} by {dimension}",
        indicator=view.indicator(table.indicator),
        dimension=view.inside(view.dimension(dimension)),
    )
    return with_intervals(
        view,
        rows,
        columns,
        id=f"table-{dimension.replace('_', '-')}",
        caption=caption,
        stub=view.dimension(dimension),
        source=(*_left_out(view, smaller, zeros), *notes(view, table)),
    )


def _listed(view: View, table: ReleasedTable, dimension: str, periods: Sequence[str]) -> tuple[list[str], int, int]:
    """Codes of the table beside the chart, the total last, then how many places are left out, as small and as zeros.

    Places are many: those without a person in any of the periods are left out, the others stand by size.
    """
    codes = view.codes(table, dimension)
    named, others = specific(codes), [code for code in codes if code in UNSPECIFIC]
    some = named
    if dimension in PLACES:
        cells = {code: [view.cell(table, at, code) or _NOTHING for at in periods] for code in named}
        some = [code for code in named if any(cell.state != "zero" for cell in cells[code])]
        some.sort(key=lambda code: [-(cell.value or 0) for cell in cells[code]])
    total = [TOTAL] if TOTAL in table.codes(dimension) else []
    shown = some[:MOST_ROWS] if dimension in PLACES else some
    return [*shown, *others, *total], len(some) - len(shown), len(named) - len(some)


def _left_out(view: View, smaller: int, zeros: int) -> tuple[Inline, ...]:
    """Where the rest is, one line a kind."""
    less = view.plural(
        "{n} smaller one stands in the table files.", "{n} smaller ones stand in the table files.", smaller
    )
    none = view.plural(
        "{n} more stands in the table files, with 0 in these periods.",
        "{n} more stand in the table files, with 0 in these periods.",
        zeros,
    )
    return tuple(plain(text) for number, text in ((smaller, less), (zeros, none)) if number)


def share_cells(view: View, cell: ReleasedCell | None, *, is_specific: bool) -> list[TableCell]:
    """A share and its interval; a dash where a share makes no sense (unknown, total)."""
    if not is_specific:
        mark, meaning = words.MARKS["not_applicable"]
        return [TableCell(text=mark, meaning=view.text(meaning))] * 2
    shown = view.printed(cell, "pct")
    if cell is None or cell.value is None or cell.lower is None or cell.upper is None:
        return [shown, shown]
    return [shown, TableCell(text=view.bounds(cell.lower, cell.upper, "pct"), address=shown.address)]
