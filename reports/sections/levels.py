"""Groups before, during and after: how many persons a month each had in every COVID phase, and which moved clearly."""

from __future__ import annotations

from reports.blocks import Chart, Table, TableCell, plain
from reports.charts import chart
from reports.charts.bars import MatrixRow, matrix
from reports.edition import View
from reports.locale import N_
from reports.shifts import shifts
from reports.tables import notes, specific, with_intervals
from transforms.disclosure.released import ReleasedCell, ReleasedTable

FEWER = N_("{group}: fewer a month than before the pandemic ({phase}: ratio {ratio})")
MORE = N_("{group}: more a month than before the pandemic ({phase}: ratio {ratio})")


def level_chart(view: View, dimension: str) -> Chart | None:
    """Persons a month by group and phase; None where nearly everything is withheld."""
    mean = view.breakdown(dimension, ".phase_mean")
    phases = view.phases(mean) if mean else ()
    if mean is None or len(phases) < 2:
        return None
    codes = [c for c in specific(view.codes(mean, dimension)) if any(_value(view, mean, p, c) for p in phases)]
    shown = sum(_value(view, mean, p, c) is not None for p in phases for c in codes)
    if 3 * shown < len(codes) * len(phases) or not codes:
        return None
    rows = tuple(
        MatrixRow(
            label=view.label(dimension, code),
            values=tuple(_value(view, mean, phase, code) for phase in phases),
            texts=tuple(_printed(view, view.cell(mean, phase, code)).text for phase in phases),
        )
        for code in codes
    )
    columns = [view.period_label(phase) for phase in phases]
    return chart(
        view,
        id=f"level-{dimension.replace('_', '-')}",
        title=_title(view, dimension),
        subtitle=view.text(
            "{indicator} a month in each phase, {dimension}.",
            indicator=view.indicator(mean.indicator),
            dimension=view.inside(view.dimension(dimension)),
        ),
        description=" ".join(
            (
                _clear(view, dimension),
                *(view.text("{group}: {value}.", group=r.label, value=_pairs(view, columns, r.texts)) for r in rows),
            )
        ),
        source=view.sources(mean),
        draw=lambda size: matrix(rows, columns, size),
        table=_table(view, mean, dimension, codes),
        notes=(plain(view.text("Each interval stands by itself; among many, a few leave out 1 by chance.")),),
    )


def _value(view: View, table: ReleasedTable, phase: str, code: str) -> float | None:
    cell = view.cell(table, phase, code)
    return cell.value if cell else None


def _pairs(view: View, columns: list[str], texts: tuple[str, ...]) -> str:
    return ", ".join(f"{view.inside(column)} {text}" for column, text in zip(columns, texts, strict=True))


def _clear(view: View, dimension: str) -> str:
    """Which groups differ clearly from before, in which phase and how far."""
    found = shifts(view, dimension)
    if not found:
        return view.text("No group differs clearly from before the pandemic.")
    said = [
        f"{view.label(dimension, s.code)}, {view.inside(view.period_label(s.phase))} "
        f"({view.locale.number(s.cell.value or 0, 2)})"
        for s in found
    ]
    return view.text("Clear differences from before the pandemic, as ratios: {groups}.", groups="; ".join(said))


def _printed(view: View, cell: ReleasedCell | None) -> TableCell:
    """A monthly mean with one decimal, or the mark of its state."""
    if cell is None or cell.value is None:
        return view.printed(cell, "person")
    return TableCell(text=view.locale.number(cell.value, 1) if cell.value else "0", address=view.address(cell))


def _title(view: View, dimension: str) -> str:
    found = next(iter(shifts(view, dimension)), None)
    if found is None:
        return view.text("{dimension}: no clear shift between the phases", dimension=view.dimension(dimension))
    is_fewer = (found.cell.value or 0) < 1
    return view.text(
        FEWER if is_fewer else MORE,
        group=view.label(dimension, found.code),
        ratio=view.locale.number(found.cell.value or 0, 2),
        phase=view.inside(view.period_label(found.phase)),
    )


def _table(view: View, mean: ReleasedTable, dimension: str, codes: list[str]) -> Table:
    """Means of all phases, and the ratio of each later one to the first."""
    ratio = view.breakdown(dimension, ".phase_ratio")
    phases = view.phases(mean)
    later = view.phases(ratio) if ratio else ()
    rows = []
    for code in codes:
        cells = [_printed(view, view.cell(mean, phase, code)) for phase in phases]
        if ratio is not None:
            cells += [_with_interval(view, view.cell(ratio, phase, code)) for phase in later]
        rows.append((view.label(dimension, code), tuple(cells)))
    columns = [view.period_label(phase) for phase in phases]
    columns += [view.text("{phase}: ratio to before", phase=view.period_label(phase)) for phase in later]
    return with_intervals(
        view,
        rows,
        columns,
        id=f"table-level-{dimension.replace('_', '-')}",
        caption=view.text("{dimension}: persons a month by phase", dimension=view.dimension(dimension)),
        stub=view.dimension(dimension),
        source=notes(view, mean),
    )


def _with_interval(view: View, cell: ReleasedCell | None) -> TableCell:
    shown = view.printed(cell, "ratio")
    if cell is None or cell.value is None or cell.lower is None or cell.upper is None:
        return shown
    said = f"{shown.text} ({view.locale.range(cell.lower, cell.upper, 2)})"
    return TableCell(text=said, address=shown.address)
