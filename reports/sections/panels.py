"""Groups over time and across COVID phases: small multiples and matrices of shares."""

from __future__ import annotations

from collections.abc import Sequence

from reports import alternatives
from reports.blocks import Chart, Table
from reports.charts import chart
from reports.charts.bars import MatrixRow, Panel, matrix, multiples
from reports.edition import View
from reports.sections.parts import Withheld, is_mostly_withheld
from reports.sections.rankings import ranked, share_cells
from reports.tables import notes, over_time, specific, with_intervals
from reports.wording import with_break
from transforms.disclosure.released import ReleasedCell, ReleasedTable
from transforms.periods import period

MOST_PANELS = 8


def panels_chart(view: View, dimension: str) -> Chart | Withheld | None:
    """Small charts of each group over the edition's periods."""
    table = view.breakdown(dimension)
    if table is None:
        return None
    periods = [p.period.code for p in view.series(table, view.focus.frequency)]
    if len(periods) < 2:
        return None
    codes = ranked(view, table, dimension, view.focus.code)
    codes = specific(codes)[:MOST_PANELS]
    if not codes:
        return None
    panels = tuple(_panel(view, table, dimension, code, periods) for code in codes)
    if is_mostly_withheld([value for panel in panels for value in panel.values]):
        return Withheld()
    axis = [view.locale.period(p) for p in periods]
    return chart(
        view,
        id=f"panels-{dimension.replace('_', '-')}",
        title=_panels_title(view, table, panels, periods),
        subtitle=view.text(
            "{indicator} by {dimension}, {first} to {last}; persons, one scale for all panels.",
            indicator=view.indicator(table.indicator),
            dimension=view.inside(view.dimension(dimension)),
            first=axis[0],
            last=axis[-1],
        ),
        description=" ".join(alternatives.of_values(view, p.label, axis, p.values, p.texts) for p in panels),
        source=view.sources(table),
        draw=lambda size: multiples(panels, axis, size),
        table=over_time(
            view,
            table,
            periods,
            dimension,
            id=f"table-panels-{dimension.replace('_', '-')}",
            caption=view.text(
                "{indicator} by {dimension}",
                indicator=view.indicator(table.indicator),
                dimension=view.inside(view.dimension(dimension)),
            ),
        ),
    )


def _panel(view: View, table: ReleasedTable, dimension: str, code: str, periods: Sequence[str]) -> Panel:
    cells = [view.cell(table, p, code) for p in periods]
    return Panel(
        label=view.label(dimension, code),
        values=tuple(c.value if c else None for c in cells),
        texts=tuple(view.printed(c, table.unit).text for c in cells),
    )


def _panels_title(view: View, table: ReleasedTable, panels: Sequence[Panel], periods: Sequence[str]) -> str:
    """First and last value shown of the largest group that reaches the edition's period."""
    for panel in panels:
        shown = [(p, value) for p, value in zip(periods, panel.values, strict=True) if value is not None]
        if len(shown) < 2 or shown[-1][0] != periods[-1]:
            continue
        (before, then), (after, now) = shown[0], shown[-1]
        said = view.text(
            "{group}: {then} in {before}, {now} in {after}",
            group=panel.label,
            then=view.locale.number(then),
            before=view.locale.period(before),
            now=view.locale.number(now),
            after=view.locale.period(after),
        )
        return with_break(view, said, table, period(before), period(after))
    return view.text(
        "{indicator} by {dimension}",
        indicator=view.indicator(table.indicator),
        dimension=view.inside(view.dimension(table.dimensions[-1])),
    )


def _matrix_title(view: View, share: ReleasedTable, dimension: str, codes: Sequence[str], phases: Sequence[str]) -> str:
    """The largest shift from the first phase whose intervals do not overlap; else that there is none."""
    shifts = []
    for code in codes:
        before = view.cell(share, phases[0], code)
        for phase in phases[1:]:
            after = view.cell(share, phase, code)
            if before and after and before.value is not None and after.value is not None and _are_apart(before, after):
                shifts.append((abs(after.value - before.value), code, phase, before.value, after.value))
    if not shifts:
        return view.text("{dimension}: no clear shift between the phases", dimension=view.dimension(dimension))
    _, code, phase, then, now = max(shifts)
    return view.text(
        "{group}: {then} of those known before the pandemic, {now} later ({phase})",
        group=view.label(dimension, code),
        then=view.locale.percent(then),
        now=view.locale.percent(now),
        phase=view.inside(view.period_label(phase)),
    )


def _are_apart(one: ReleasedCell, other: ReleasedCell) -> bool:
    bounds = (one.lower, one.upper, other.lower, other.upper)
    if any(bound is None for bound in bounds):
        return False
    low, high, other_low, other_high = (float(bound or 0) for bound in bounds)
    return high < other_low or other_high < low


def matrix_chart(view: View, dimension: str) -> Chart | None:
    """Shares of the groups of a dimension in each COVID phase; None where most of them are withheld."""
    share = view.breakdown(dimension, ".share")
    if share is None or len(view.phases(share)) < 2:
        return None
    phases = view.phases(share)
    codes = [
        c
        for c in specific(view.codes(share, dimension))
        if any((cell := view.cell(share, p, c)) and cell.value for p in phases)
    ]
    shown = sum((cell := view.cell(share, p, c)) is not None and cell.value is not None for p in phases for c in codes)
    if 2 * shown < len(codes) * len(phases) or not codes:
        return None
    rows = tuple(
        MatrixRow(
            label=view.label(dimension, code),
            values=tuple((cell.value if (cell := view.cell(share, p, code)) else None) for p in phases),
            texts=tuple(view.printed(view.cell(share, p, code), "pct").text for p in phases),
        )
        for code in codes
    )
    columns = [view.period_label(p) for p in phases]
    title = _matrix_title(view, share, dimension, codes, phases)
    return chart(
        view,
        id=f"phases-{dimension.replace('_', '-')}",
        title=title,
        subtitle=view.text(
            "{dimension}: share of those known in each phase, per cent.", dimension=view.dimension(dimension)
        ),
        description=" ".join((title + ".", *(_row_told(view, columns, row) for row in rows))),
        source=view.sources(share),
        draw=lambda size: matrix(rows, columns, size),
        table=_matrix_table(view, share, dimension, codes, phases),
    )


def _row_told(view: View, columns: Sequence[str], row: MatrixRow) -> str:
    said = ", ".join(f"{view.inside(c)} {t}" for c, t in zip(columns, row.texts, strict=True))
    return view.text("{group}: {value}.", group=row.label, value=said)


def _matrix_table(
    view: View, share: ReleasedTable, dimension: str, codes: Sequence[str], phases: Sequence[str]
) -> Table:
    rows = []
    for code in codes:
        cells = []
        for phase in phases:
            cells += share_cells(view, view.cell(share, phase, code), is_specific=True)
        rows.append((view.label(dimension, code), tuple(cells)))
    columns = [c for p in phases for c in (view.period_label(p), view.text("95 % interval"))]
    return with_intervals(
        view,
        rows,
        columns,
        id=f"table-phases-{dimension.replace('_', '-')}",
        caption=view.text("{dimension}: share of those known by phase", dimension=view.dimension(dimension)),
        stub=view.dimension(dimension),
        source=notes(view, share),
    )
