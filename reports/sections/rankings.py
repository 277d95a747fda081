"""Rankings: the groups of one dimension in the edition's period, with shares of the known."""

from __future__ import annotations

from collections.abc import Sequence

from reports import words
from reports.blocks import Chart, Note, Table, TableCell
from reports.charts import chart
from reports.charts.bars import Bar, ranking
from reports.edition import View
from reports.locale import N_
from reports.sections.parts import known
from reports.tables import notes, specific, with_intervals
from transforms.codes import TOTAL, UNSPECIFIC
from transforms.disclosure.released import ReleasedCell, ReleasedTable

LONGEST_LIST = 12
"""Groups drawn at most; the table beside the chart and the CSV hold them all."""
ASKED_FOR = {"age_class": "child", "crossing": "cross_border"}
"""Where the reader asks for one group, the title speaks of it and not of the largest."""

IS_SHARE = N_("{group}: {share} of the {base} persons for whom this is known")
IS_LARGEST = N_("{group}: the largest group, {share} of the {base} persons for whom this is known")
WITHOUT_SHARE = (N_("{group}: the largest group, {n} person"), N_("{group}: the largest group, {n} persons"))
IS_LARGEST_SHOWN = N_("{group}: the largest group that can be shown, {share} of the {base} persons known")
HIDDEN_WITHOUT_SHARE = (
    N_("{group}: the largest group that can be shown, {n} person"),
    N_("{group}: the largest group that can be shown, {n} persons"),
)
"""A group that is withheld to protect another one may be larger than any that is shown."""
TOO_FEW = (
    N_("{group}: the largest group, {n} person; too few for percentages"),
    N_("{group}: the largest group, {n} persons; too few for percentages"),
)


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


def ranking_chart(view: View, dimension: str, *, keep_order: bool = False) -> Chart | Note | None:
    """Bars of the groups of a dimension in the edition's period, with shares of the known beside them."""
    table, share = view.breakdown(dimension), view.breakdown(dimension, ".share")
    at = view.focus.code
    if table is None or at not in table.codes("period"):
        return None
    codes = ranked(view, table, dimension, at, keep_order=keep_order)
    if not codes:
        return None
    if not any((cell := view.cell(table, at, code)) and cell.value is not None for code in codes):
        return _nothing_shown(view, dimension)
    before = view.year_before.code
    bars = tuple(_bar(view, table, share, dimension, code, at, before) for code in codes)
    before_label = view.text("Upright line: {period}", period=view.locale.period(before))
    return chart(
        view,
        id=f"by-{dimension.replace('_', '-')}",
        title=_ranking_title(view, table, share, dimension, codes, at),
        subtitle=_ranking_subtitle(view, table, share, dimension, codes, at),
        description=" ".join(view.text("{group}: {value}.", group=bar.label, value=bar.text) for bar in bars),
        source=view.sources(table),
        draw=lambda size: ranking(bars, size, before_label=before_label),
        table=_ranking_table(view, table, share, dimension, (at, before)),
    )


def _nothing_shown(view: View, dimension: str) -> Note:
    """Instead of a drawing of marks alone."""
    period_name = view.locale.period(view.focus.code)
    return Note(
        title=view.text(
            "{dimension}: no group can be shown for {period}", dimension=view.dimension(dimension), period=period_name
        ),
        text=view.say(
            "All counts of the period are withheld to protect persons. Other periods are in the table files."
        ),
        tone="missing",
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


def _ranking_title(
    view: View, table: ReleasedTable, share: ReleasedTable | None, dimension: str, codes: Sequence[str], at: str
) -> str:
    named = [(c, cell) for c in specific(codes) if (cell := view.cell(table, at, c)) and cell.value]
    period_name = view.locale.period(at)
    if not named:
        return view.text(
            "{dimension}: no group can be shown for {period}", dimension=view.dimension(dimension), period=period_name
        )
    code, cell = next(
        (pair for pair in named if pair[0] == ASKED_FOR.get(dimension)), max(named, key=lambda pair: pair[1].value or 0)
    )
    group = view.label(dimension, code)
    part = view.cell(share, at, code) if share else None
    has_hidden = any((c := view.cell(table, at, other)) and c.state == "suppressed" for other in specific(codes))
    if part is not None and part.value is not None and part.base:
        message = IS_LARGEST_SHOWN if has_hidden else IS_LARGEST
        message = IS_SHARE if code == ASKED_FOR.get(dimension) else message
        return view.text(
            message, group=group, share=view.locale.percent(part.value), base=view.locale.number(part.base)
        )
    without = HIDDEN_WITHOUT_SHARE if has_hidden else WITHOUT_SHARE
    one, many = TOO_FEW if part is not None and part.state == "unreliable" and not has_hidden else without
    return view.plural(one, many, cell.value or 0, group=group)


def _ranking_subtitle(
    view: View, table: ReleasedTable, share: ReleasedTable | None, dimension: str, codes: Sequence[str], at: str
) -> str:
    what = view.text(
        "{indicator}, {dimension}, {period}.",
        indicator=view.indicator(table.indicator),
        dimension=view.inside(view.dimension(dimension)),
        period=view.locale.period(at),
    )
    has_share = share is not None and any((c := view.cell(share, at, code)) and c.value is not None for code in codes)
    shown = view.text("Persons, and share of those known.") if has_share else view.text("Persons.")
    with_code, everyone = known(view, table, at)
    if with_code is None or everyone is None:
        hidden = view.text("How many are known is suppressed, and with it the shares.") if share is not None else ""
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
    rows = []
    codes = [*view.codes(table, dimension), *([TOTAL] if TOTAL in table.codes(dimension) else [])]
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
        source=notes(view, table),
    )


def share_cells(view: View, cell: ReleasedCell | None, *, is_specific: bool) -> list[TableCell]:
    """A share and its interval; a dash where a share makes no sense (unknown, total)."""
    if not is_specific:
        mark, meaning = words.MARKS["not_applicable"]
        return [TableCell(text=mark, meaning=view.text(meaning))] * 2
    shown = view.printed(cell, "pct")
    if cell is None or cell.value is None or cell.lower is None or cell.upper is None:
        return [shown, shown]
    return [shown, TableCell(text=view.locale.range(cell.lower, cell.upper) + "\u00a0%")]
