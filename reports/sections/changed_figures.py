"""The list of corrections: every table in which a published figure was revised, and the figures revised most."""

from __future__ import annotations

from collections.abc import Sequence

from reports import measures
from reports.blocks import Block, Column, Details, Heading, Inline, Paragraph, Row, Table, TableCell, plain
from reports.edition import View
from reports.revised import FigureChange, TableChanges, figures_compared, is_listed, tables_compared
from reports.tables import words_column
from transforms.disclosure.history import EditionBefore
from transforms.disclosure.released import ReleasedCell

MOST_LISTED = 30
FREQUENCIES = ("year",)
"""Besides the edition's own: figures that come by the year."""


def counts_of(changes: TableChanges) -> tuple[int, ...]:
    """Cells in both, higher, lower, newly suppressed, no longer suppressed, new."""
    moved = [one.difference or 0 for one in changes.cells]
    return (
        sum(one.change in ("revised", "same") for one in changes.cells),
        sum(difference > 0 for difference in moved),
        sum(difference < 0 for difference in moved),
        sum(_is_shown(one.before) and _is_suppressed(one.now) for one in changes.cells),
        sum(_is_suppressed(one.before) and _is_shown(one.now) for one in changes.cells),
        sum(one.change == "new" for one in changes.cells),
    )


def _is_suppressed(cell: ReleasedCell | None) -> bool:
    return cell is not None and cell.state == "suppressed"


def _is_shown(cell: ReleasedCell | None) -> bool:
    return cell is not None and cell.value is not None


def corrected_figures(view: View, last: EditionBefore) -> tuple[Block, ...]:
    """How many published figures were revised, the greatest of them, and how many in each table."""
    compared = tables_compared(view.edition, last)
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
    """The figures that were revised most, of the edition's own periods and of years; in the order of the tables."""
    found = [one for one in revised if one.period.frequency in (view.focus.frequency, *FREQUENCIES)]
    if not found:
        return ()
    named = [one for one in found if is_listed(view.edition, one)]
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


def _row(view: View, figure: FigureChange) -> Row:
    table, one = figure.table, figure.cell
    return Row(
        header=view.indicator(measures.series(table)),
        cells=(
            TableCell(text=group(view, figure)),
            TableCell(text=view.locale.period(figure.period.code)),
            view.printed(one.before, table.unit),
            view.printed(one.now, table.unit),
            TableCell(text=view.locale.signed(one.difference or 0, measures.decimals(table))),
        ),
    )


def group(view: View, figure: FigureChange) -> str:
    """The group that a figure is of: dimension and code of each breakdown, or the total."""
    said = [f"{view.dimension(name)}: {view.label(name, code)}" for name, code in figure.breakdown.items()]
    return "; ".join(said) or view.text("Total")


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
    counted = [(one.table, counts_of(one)) for one in compared]
    changed = [(table, counts) for table, counts in counted if any(counts[1:5])]
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
