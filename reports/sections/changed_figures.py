"""The list of corrections: every table in which a published figure was revised, and the figures revised most."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reports import measures
from reports.blocks import Block, Column, Details, Heading, Inline, Paragraph, Row, Table, TableCell, plain
from reports.edition import View, plain_period
from reports.tables import words_column
from transforms.codes import TOTAL
from transforms.disclosure.changes import CellChange, cell_changes
from transforms.disclosure.history import EditionBefore
from transforms.disclosure.released import ReleasedCell, ReleasedTable
from transforms.periods import Period

MOST_LISTED = 30
COMPARED = ("count", "observation")
"""What is counted; shares, rates and ratios follow from it."""
CHOSEN_COUNTRIES = ("victims_detected_matched", "victims_detected_panel")
"""Sums over countries that each edition chooses anew: another sum for the same year corrects nothing."""
FREQUENCIES = ("year",)
"""Besides the edition's own: figures that come by the year."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TableChanges:
    """One table that both editions have, and what became of each cell of a calendar period."""

    table: ReleasedTable
    cells: tuple[CellChange, ...]

    @property
    def counts(self) -> tuple[int, ...]:
        """Cells in both, higher, lower, newly suppressed, no longer suppressed, new."""
        moved = [one.difference or 0 for one in self.cells]
        return (
            sum(one.change in ("revised", "same") for one in self.cells),
            sum(difference > 0 for difference in moved),
            sum(difference < 0 for difference in moved),
            sum(_is_shown(one.before) and _is_suppressed(one.now) for one in self.cells),
            sum(_is_suppressed(one.before) and _is_shown(one.now) for one in self.cells),
            sum(one.change == "new" for one in self.cells),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureChange:
    """One quantity, in the first table that shows it, as both editions show it."""

    table: ReleasedTable
    period: Period
    cell: CellChange


def _is_suppressed(cell: ReleasedCell | None) -> bool:
    return cell is not None and cell.state == "suppressed"


def _is_shown(cell: ReleasedCell | None) -> bool:
    return cell is not None and cell.value is not None


def tables_compared(view: View, last: EditionBefore) -> tuple[TableChanges, ...]:
    """Tables of counts and of figures of others that both editions have, in the order of this one."""
    return tuple(
        TableChanges(table=table, cells=cells)
        for table in view.edition
        if table.kind in COMPARED
        and table.key not in CHOSEN_COUNTRIES
        and "period" in table.dimensions
        and (cells := _by_calendar(table, last))
    )


def _by_calendar(table: ReleasedTable, last: EditionBefore) -> tuple[CellChange, ...]:
    """Changes of the cells of calendar periods; COVID phases reach as far as each edition does."""
    before = last.tables.get(table.key)
    if before is None:
        return ()
    place = table.dimensions.index("period")
    return tuple(one for one in cell_changes(before, table) if plain_period(one.at[place]) is not None)


def figures_compared(compared: Sequence[TableChanges]) -> tuple[FigureChange, ...]:
    """Each quantity that both editions show, once: a margin that several tables show stands where it comes first."""
    found: dict[object, FigureChange] = {}
    for changes in compared:
        table = changes.table
        for one in changes.cells:
            codes = {d: c for d, c in zip(table.dimensions, one.at, strict=True) if c != TOTAL}
            part = plain_period(codes["period"])
            if part is not None and one.change in ("revised", "same"):
                quantity = (table.population or table.indicator, frozenset(codes.items()))
                found.setdefault(quantity, FigureChange(table=table, period=part, cell=one))
    return tuple(found.values())


def corrected_figures(view: View, last: EditionBefore) -> tuple[Block, ...]:
    """How many published figures were revised, the greatest of them, and how many in each table."""
    compared = tables_compared(view, last)
    if not compared:
        return ()
    both = figures_compared(compared)
    revised = [one for one in both if one.cell.change == "revised"]
    heading = Heading(id="changed-figures", text=view.text("Figures that changed"))
    if not revised:
        none = view.text("No figure that both editions show has changed.")
        return (heading, Paragraph(text=plain(none)), *_by_table(view, compared))
    said = view.plural(
        "{n} figure that both editions show has changed, out of {all} (months, quarters and years of all tables).",
        "{n} figures that both editions show have changed, out of {all} (months, quarters and years of all tables).",
        len(revised),
        all=view.locale.number(len(both)),
    )
    return (heading, Paragraph(text=plain(said)), *_list(view, revised), *_by_table(view, compared))


def _list(view: View, revised: Sequence[FigureChange]) -> tuple[Details, ...]:
    """The figures that were revised most, of the edition's own periods and of years; in the order of the tables.

    Of groups of persons only changes as large as a count must be to be shown: both figures are public, but a list of
    groups in which one or two persons came or went would point at them.
    """
    found = [one for one in revised if one.period.frequency in (view.focus.frequency, *FREQUENCIES)]
    if not found:
        return ()
    named = [one for one in found if _is_named(view, one)]
    order = sorted(range(len(named)), key=lambda place: (-abs(named[place].cell.difference or 0), place))
    chosen = [named[place] for place in sorted(order[:MOST_LISTED])]
    if not chosen:
        return ()
    heads = (words_column(view.text("Group")), words_column(view.text("Period")))
    numbers = (
        Column(text=view.text("Last edition")),
        Column(text=view.text("This edition")),
        Column(text=view.text("Change")),
    )
    table = Table(
        id="table-corrections",
        caption=view.text("Figures that changed, by period of the edition and by year"),
        stub=view.text("Figure"),
        columns=(*heads, *numbers),
        rows=tuple(_row(view, one) for one in chosen),
        notes=_left_out(view, len(found) - len(chosen)),
    )
    return (Details(summary=view.text("List of the figures that changed"), blocks=(table,)),)


def _is_named(view: View, figure: FigureChange) -> bool:
    table, one = figure.table, figure.cell
    is_total = all(code == TOTAL for name, code in zip(table.dimensions, one.at, strict=True) if name != "period")
    is_large = abs(one.difference or 0) >= float(view.edition.policy.get("threshold", 0))
    return is_total or is_large or table.kind != "count"


def _row(view: View, figure: FigureChange) -> Row:
    table, one = figure.table, figure.cell
    groups = [
        f"{view.dimension(dimension)}: {view.label(dimension, code)}"
        for dimension, code in zip(table.dimensions, one.at, strict=True)
        if dimension != "period" and code != TOTAL
    ]
    return Row(
        header=view.indicator(measures.series(table)),
        cells=(
            TableCell(text="; ".join(groups) or view.text("Total")),
            TableCell(text=view.locale.period(figure.period.code)),
            view.printed(one.before, table.unit),
            view.printed(one.now, table.unit),
            TableCell(text=view.locale.signed(one.difference or 0, measures.decimals(table))),
        ),
    )


def _left_out(view: View, number: int) -> tuple[Inline, ...]:
    if not number:
        return ()
    said = view.plural(
        "The greatest changes; {n} smaller one is left out here. All figures stand in the files of the two editions.",
        "The greatest changes; {n} smaller ones are left out here. All figures stand in the files of the two editions.",
        number,
    )
    return (plain(said),)


def _by_table(view: View, compared: Sequence[TableChanges]) -> tuple[Details, ...]:
    """How many figures of each table are higher or lower, suppressed now or no longer; tables without any left out."""
    changed = [(one.table, one.counts) for one in compared if any(one.counts[1:5])]
    if not changed:
        return ()
    heads = (
        view.text("In both"),
        view.text("Higher"),
        view.text("Lower"),
        view.text("Newly suppressed"),
        view.text("No longer suppressed"),
        view.text("New periods or groups"),
    )
    note = view.text("Months, quarters and years. In tables that are not listed nothing changed but by new periods.")
    table = Table(
        id="table-corrections-by-table",
        caption=view.text("Number of figures that changed, by table"),
        stub=view.text("Table"),
        columns=tuple(Column(text=head) for head in heads),
        rows=tuple(
            Row(
                header=measures.title(view, table),
                cells=tuple(TableCell(text=view.locale.number(number)) for number in counts),
            )
            for table, counts in changed
        ),
        notes=(plain(note),),
    )
    return (Details(summary=view.text("Number of changed figures in each table"), blocks=(table,)),)
