"""The table of revisions, periods down and editions across, and the fan that shows how far each period moved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from reports import words
from reports.blocks import Block, Chart, Column, Details, Heading, Inline, Row, Table, TableCell, plain
from reports.charts import chart
from reports.charts.revisions import MOST_LINES, Course, FanSpec, Told, revision_fan
from reports.edition import View, plain_period
from reports.locale import N_, NO_BREAK
from reports.tables import notes
from transforms.disclosure.changes import CellChange
from transforms.disclosure.history import EditionBefore, History
from transforms.disclosure.released import ReleasedCell, ReleasedTable
from transforms.periods import Period

MOST_ROWS = 16
"""Rows of a table that stands open on a screen; a longer one is folded."""
NAMES = {
    "annual": N_("annual edition of {period} (state of knowledge: {date})"),
    "quarterly": N_("quarterly edition of {period} (state of knowledge: {date})"),
    "monthly": N_("monthly edition of {period} (state of knowledge: {date})"),
}
NOW = N_("{period}: {first} when first shown, {now} now ({difference})")
LAST_SHOWN = N_("{period}: {first} when first shown, {now} when last shown ({difference})")


class Named(Protocol):
    """An edition by its name and the state of its data."""

    @property
    def edition(self) -> str:
        """annual-2021."""

    @property
    def as_of(self) -> date:
        """The date whose knowledge its figures use."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Revised:
    """One period and what each edition said of it, from the oldest state of the data to this edition's."""

    period: Period
    cells: tuple[ReleasedCell | None, ...]

    @property
    def first(self) -> float | None:
        """The first figure that was published."""
        return next((cell.value for cell in self.cells if cell is not None and cell.value is not None), None)

    @property
    def differences(self) -> tuple[float | None, ...]:
        """What each edition said, less what was said first; None where it said no figure."""
        first = self.first
        return tuple(
            None if first is None or cell is None or cell.value is None else cell.value - first for cell in self.cells
        )

    @property
    def moved(self) -> float:
        """The last difference that is known."""
        known = [one for one in self.differences if one is not None]
        return known[-1] if known else 0.0

    @property
    def is_alike(self) -> bool:
        """Whether every edition shows the period, and with the same figure or mark."""
        return len({(None, "") if cell is None else (cell.value, cell.state) for cell in self.cells}) == 1

    @property
    def is_revised(self) -> bool:
        """Whether any edition said another figure than the first."""
        return any(self.differences)


def kind_of(edition: str) -> str:
    """annual, quarterly or monthly."""
    return edition.partition("-")[0]


def edition_name(view: View, one: Named) -> str:
    """`annual edition of 2021 (state of knowledge: 30 June 2022)`, as it stands inside a sentence."""
    kind, _, code = one.edition.partition("-")
    return view.text(NAMES[kind], period=view.locale.period(code), date=view.locale.date(one.as_of))


def revisions(view: View, history: History) -> tuple[Block, ...]:
    """The table with the fan above it; the table alone where nothing was revised; nothing without earlier editions."""
    table = view.table(f"{view.headline}_by_period")
    if table is None or not history.shown:
        return ()
    rows = revised_periods(view, table, history.shown)
    if not any(cell is not None for row in rows for cell in row.cells[:-1]):
        return ()
    printed = _table(view, table, history, rows)
    heading = Heading(
        id="changed-revisions",
        text=view.text("What each edition said: {indicator}", indicator=view.inside(view.indicator(view.headline))),
    )
    moved = [row for row in rows if row.is_revised]
    if moved:
        return (heading, _fan(view, table, history, moved, printed))
    if len(printed.rows) <= MOST_ROWS:
        return (heading, printed)
    return (heading, Details(summary=view.text("Table of revisions"), blocks=(printed,)))


def revised_periods(view: View, table: ReleasedTable, shown: Sequence[EditionBefore]) -> tuple[Revised, ...]:
    """Periods of the edition's own frequency that any of the editions has, in order."""
    tables = [*(one.tables.get(table.key) for one in shown), table]
    cells: list[Mapping[str, ReleasedCell]] = [
        {} if one is None or one.dimensions != ("period",) else {cell.at[0]: cell for cell in one.cells}
        for one in tables
    ]
    codes = {code: part for found in cells for code in found if (part := plain_period(code))}
    return tuple(
        Revised(period=part, cells=tuple(found.get(code) for found in cells))
        for code, part in sorted(codes.items(), key=lambda pair: pair[1])
        if part.frequency == view.focus.frequency
    )


def _table(view: View, table: ReleasedTable, history: History, rows: Sequence[Revised]) -> Table:
    last = history.last
    differing = [row for row in rows if not row.is_alike]
    listed = differing if differing and len(rows) > MOST_ROWS else rows
    alike = len(rows) - len(listed)
    place = next((i for i, one in enumerate(history.shown) if last and one.to_json() == last.to_json()), None)
    columns = [Column(text=_head(view, one)) for one in history.shown]
    columns.append(Column(text=view.text("This edition")))
    if place is not None:
        columns.append(Column(text=view.text("Change since the last edition")))
    return Table(
        id="table-revisions",
        caption=view.text(
            "{indicator} by period, as each edition showed them", indicator=view.indicator(table.indicator)
        ),
        stub=view.text("Period"),
        columns=tuple(columns),
        rows=tuple(
            Row(
                header=view.locale.period(row.period.code),
                cells=(
                    *(_printed(view, cell, table.unit) for cell in row.cells),
                    *(() if place is None else (_change(view, row, place),)),
                ),
            )
            for row in listed
        ),
        notes=(
            *(() if not alike else (_left_out(view, alike),)),
            plain(
                view.text(
                    "Editions are named by their period and the date whose knowledge they use. An empty cell: the "
                    "edition does not have the period."
                )
            ),
            *notes(view, table),
        ),
    )


def _left_out(view: View, number: int) -> Inline:
    return plain(
        view.plural(
            "{n} period that every edition shows alike is left out; it stands in the table files.",
            "{n} periods that every edition shows alike are left out; they stand in the table files.",
            number,
        )
    )


def _head(view: View, one: EditionBefore) -> str:
    return view.text(
        "{period}, as of {date}", period=view.locale.period(one.period), date=view.locale.short_date(one.as_of)
    )


def _printed(view: View, cell: ReleasedCell | None, unit: str) -> TableCell:
    return TableCell(text="") if cell is None else view.printed(cell, unit)


def _change(view: View, row: Revised, place: int) -> TableCell:
    """The difference to the last edition, or why there is none."""
    found = CellChange(at=(row.period.code,), before=row.cells[place], now=row.cells[-1])
    match found.change:
        case "revised" | "same":
            return TableCell(text=view.locale.signed(found.difference or 0))
        case "new":
            return TableCell(text=view.text("new"))
        case "gone":
            return TableCell(text=view.text("no longer shown"))
        case "withheld":
            return TableCell(text=view.text("not comparable (suppressed)"))
        case _:
            mark, meaning = words.MARKS["not_applicable"]
            return TableCell(text=mark, meaning=view.text(meaning))


def _fan(view: View, table: ReleasedTable, history: History, moved: Sequence[Revised], printed: Table) -> Chart:
    """The fan of the periods that were revised most, the latest first among equals."""
    order = sorted(moved, key=lambda row: (-abs(row.moved), -row.period.first_month))
    chosen = sorted(order[:MOST_LINES], key=lambda row: row.period)
    editions = (*(under_axis(view, one.period) for one in history.shown), under_axis(view, view.focus.code))
    spec = FanSpec(
        editions=editions,
        courses=tuple(
            Course(
                label=view.locale.period(row.period.code),
                told=tuple(
                    Told(difference=difference, state="" if cell is None else cell.state)
                    for difference, cell in zip(row.differences, row.cells, strict=True)
                ),
            )
            for row in chosen
        ),
        signed=lambda value: view.locale.signed(value),
    )
    return chart(
        view,
        id="revision-fan",
        title=_told(view, order[0], view.locale.period(order[0].period.code)),
        subtitle=view.text(
            "{indicator}: change since the period was first shown. Across: the editions, by the period they report on; "
            "the last is this one. Lines: the periods that were revised most.",
            indicator=view.indicator(table.indicator),
        ),
        description=" ".join(f"{_told(view, row, view.locale.period(row.period.code))}." for row in chosen),
        source=view.sources(table),
        draw=lambda size: revision_fan(spec, size),
        table=printed,
        notes=printed.notes[:-1],
    )


def _told(view: View, row: Revised, period: str) -> str:
    """What was said of a period first and last."""
    last = [cell.value for cell in row.cells if cell is not None and cell.value is not None][-1]
    return view.text(
        NOW if row.cells[-1] is not None and row.cells[-1].value is not None else LAST_SHOWN,
        period=period,
        first=view.locale.number(row.first or 0),
        now=view.locale.number(last),
        difference=view.locale.signed(row.moved),
    )


def under_axis(view: View, code: str) -> str:
    """The period of an edition in at most two lines: parted at a comma, else into about equal lengths."""
    name = view.locale.period(code).replace(NO_BREAK, " ")
    if ", " in name:
        return name.replace(", ", ",\n", 1)
    parts = name.split(" ")
    halves = [(" ".join(parts[:place]), " ".join(parts[place:])) for place in range(1, len(parts))]
    return "\n".join(min(halves, key=lambda two: max(map(len, two)), default=(name,)))
