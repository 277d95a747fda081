"""Migration and unemployment beside the figures: what went on around them, and no measure of trafficking."""

from __future__ import annotations

from dataclasses import replace

from reports.blocks import Block, Column, Heading, Row, Table, TableCell
from reports.edition import View
from reports.sections.along import partial
from reports.sections.parts import caveats
from reports.tables import notes
from transforms.disclosure.released import ReleasedTable
from transforms.periods import period

MOVES = ("immigrants", "emigrants")
UNEMPLOYMENT = "unemployment_rate"


def around(view: View) -> tuple[Block, ...]:
    """One table of all that was delivered, under a heading; nothing where nothing was."""
    tables = [table for key in (*MOVES, UNEMPLOYMENT) if (table := view.table(f"{key}_by_period")) is not None]
    periods = _periods(view, tables)
    if not periods:
        return ()
    return (
        Heading(id="around", text=_heading(view, tables)),
        Table(
            id="table-around",
            caption=_caption(view, tables),
            stub=view.text("Period"),
            columns=tuple(Column(text=view.indicator(table.indicator)) for table in tables),
            rows=tuple(
                Row(header=view.locale.period(code), cells=tuple(_cell(view, table, code) for table in tables))
                for code in periods
            ),
            notes=(*notes(view, *tables), *partial(view, *tables)),
        ),
        *caveats(view, *tables),
    )


def _heading(view: View, tables: list[ReleasedTable]) -> str:
    """What of it was delivered."""
    if all(table.indicator in MOVES for table in tables):
        return view.text("Around the figures: migration")
    if not any(table.indicator in MOVES for table in tables):
        return view.text("Around the figures: unemployment")
    return view.text("Around the figures: migration and unemployment")


def _caption(view: View, tables: list[ReleasedTable]) -> str:
    listed = view.locale.listing([view.inside(view.indicator(table.indicator)) for table in tables])
    return listed[:1].upper() + listed[1:]


def _periods(view: View, tables: list[ReleasedTable]) -> list[str]:
    """Periods as long as those of the edition, or years where nothing is told of such."""
    codes = {code for table in tables for code in table.codes("period") if view.cell(table, code)}
    for frequency in (view.focus.frequency, "year"):
        if found := [part for code in codes if (part := period(code)).frequency == frequency]:
            return [part.code for part in sorted(found)]
    return []


def _cell(view: View, table: ReleasedTable, code: str) -> TableCell:
    """A rate with one decimal, as offices publish it; counts as they stand."""
    cell = view.cell(table, code)
    printed = view.printed(cell, table.unit)
    if table.unit != "pct" or cell is None or cell.value is None:
        return printed
    return replace(printed, text=view.locale.percent(cell.value, 1))
