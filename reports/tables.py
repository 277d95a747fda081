"""Released tables laid out for reading: one dimension down, one across."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from reports import words
from reports.blocks import Column, Inline, Row, Table, TableCell, plain
from reports.edition import Point, View
from reports.printed import CHANGE
from transforms.codes import TOTAL, UNSPECIFIC
from transforms.disclosure.released import ReleasedTable


def over_time(
    view: View, table: ReleasedTable, periods: Sequence[str], dimension: str, *, id: str, caption: str
) -> Table:
    """Codes of a dimension down, periods across, the total last."""
    has_total = TOTAL in table.codes(dimension)
    codes = (*view.codes(table, dimension), *((TOTAL,) if has_total else ()))
    place = table.dimensions.index("period")
    rows = []
    for code in codes:
        at = [(period, code) if place == 0 else (code, period) for period in periods]
        cells = tuple(view.printed(view.cell(table, *where), table.unit) for where in at)
        rows.append(Row(header=view.label(dimension, code), cells=cells, is_total=code == TOTAL))
    return Table(
        id=id,
        caption=caption,
        stub=view.dimension(dimension),
        columns=tuple(Column(text=view.period_head(p)) for p in periods),
        rows=tuple(rows),
        notes=notes(view, table),
    )


def of_points(
    view: View,
    series: Sequence[tuple[str, str, tuple[Point, ...]]],
    *,
    id: str,
    caption: str,
    source: tuple[Inline, ...] = (),
) -> Table:
    """Periods down, series across; each series is its name, its unit and its points."""
    periods = sorted({p.period for _, _, points in series for p in points})
    rows = []
    for part in periods:
        cells = []
        for _, unit, points in series:
            found = next((p.cell for p in points if p.period == part), None)
            cells.append(_nothing_before(view) if found is None and unit == CHANGE else view.printed(found, unit))
        rows.append(Row(header=view.locale.period(part.code), cells=tuple(cells)))
    return Table(
        id=id,
        caption=caption,
        stub=view.text("Period"),
        columns=tuple(Column(text=name) for name, _, _ in series),
        rows=tuple(rows),
        notes=source,
    )


def with_countries(view: View, made: Table, key: str, periods: Sequence[str]) -> Table:
    """The table by period with a column of how many countries each sum of the table of that key is over."""
    numbers = [view.countries_reporting(key, code) for code in periods]
    if not any(numbers):
        return made
    cells = [countries_cell(view, key, code) for code in periods]
    rows = [replace(row, cells=(*row.cells, cell)) for row, cell in zip(made.rows, cells, strict=True)]
    return replace(made, columns=(*made.columns, Column(text=view.text("Countries"))), rows=tuple(rows))


def countries_cell(view: View, key: str, code: str) -> TableCell:
    """How many countries the sum of that table and period is over; it leads to the card of the sum, which says it."""
    number = view.countries_reporting(key, code)
    if number is None:
        return TableCell(text="–")
    return TableCell(text=view.locale.number(number), address=view.address(view.cell(key, code)))


def _nothing_before(view: View) -> TableCell:
    """The first period of a series of changes: there is none to compare it with."""
    mark, meaning = words.MARKS["not_applicable"]
    return TableCell(text=mark, meaning=view.text(meaning))


def months_grid(
    view: View, points: tuple[Point, ...], unit: str, *, id: str, caption: str, source: tuple[Inline, ...]
) -> Table:
    """Years down, months across."""
    by_period = {p.period.code: p for p in points}
    years = sorted({p.period.year for p in points})
    rows = []
    for year in years:
        cells = []
        for month in range(1, 13):
            point = by_period.get(f"{year}-{month:02d}")
            cells.append(TableCell(text="") if point is None else view.printed(point.cell, unit))
        rows.append(Row(header=str(year), cells=tuple(cells)))
    columns = tuple(Column(text=view.locale.month_name(month)) for month in range(1, 13))
    return Table(id=id, caption=caption, stub=view.text("Year"), columns=columns, rows=tuple(rows), notes=source)


def with_intervals(
    view: View,
    rows: Sequence[tuple[str, tuple[TableCell, ...]]],
    columns: Sequence[str | Column],
    *,
    id: str,
    caption: str,
    stub: str,
    source: tuple[Inline, ...] = (),
) -> Table:
    """A table whose cells were printed already; a column of words is given as one that is not numeric."""
    return Table(
        id=id,
        caption=caption,
        stub=stub,
        columns=tuple(Column(text=c) if isinstance(c, str) else c for c in columns),
        rows=tuple(Row(header=header, cells=cells) for header, cells in rows),
        notes=source,
    )


def notes(view: View, *tables: ReleasedTable) -> tuple[Inline, ...]:
    """The source line of tables as a note under them, after what a zero can hide in those of this source."""
    has_zeros = any("small_groups_removed" in t.caveats and any(c.state == "zero" for c in t.cells) for t in tables)
    zero = plain(view.text("0: none, or so few that the publisher of the data set removed them."))
    return (*((zero,) if has_zeros else ()), plain(view.sources(*tables)))


def specific(codes: Sequence[str]) -> list[str]:
    """The codes that name something."""
    return [code for code in codes if code not in UNSPECIFIC and code != TOTAL]


def words_column(text: str) -> Column:
    """A column that holds words and not numbers."""
    return Column(text=text, is_numeric=False)
