"""The sheet of the workbook with figures of the last edition and of this one side by side."""

from __future__ import annotations

from collections.abc import Iterator

from reports import measures, words
from reports.edition import View
from reports.numbers import number
from reports.revised import REASONS, Revision, revisions
from reports.sections.changed_figures import group
from reports.sections.changed_revisions import edition_name
from reports.spreadsheet import Content, Figure, Sheet, Sign
from transforms.disclosure.released import ReleasedCell

NAME = "revisions"
"""Alike in all languages, as the names of the sheets of tables are."""
_NOT_APPLICABLE = words.MARKS["not_applicable"][0]
_WIDTHS = (44, 44, 22, 22, 18, 18, 14, 40)


def revision_sheets(view: View, lead: tuple[Content, ...]) -> tuple[Sheet, ...]:
    """The sheet, where the edition follows on another; `lead` are the lines under its title that all sheets have."""
    found = revisions(view.edition)
    last = None if view.edition.history is None else view.edition.history.last
    if last is None or not found:
        return ()
    state, *links = lead
    return (
        Sheet(
            name=NAME,
            lead=(
                title(view),
                state,
                view.text(
                    "The last edition that the same readers have is the {edition}.", edition=edition_name(view, last)
                ),
                view.text(
                    "Every period of “{indicator}”, then all other counts and figures of others that both editions "
                    "show and that have changed. Net changes of published figures; of groups of persons none below "
                    "{threshold}.",
                    indicator=view.indicator(view.headline),
                    threshold=str(view.edition.policy.get("threshold", 0)),
                ),
                *links,
            ),
            header=(
                view.text("Figure"),
                view.text("Group"),
                view.text("Period"),
                view.text("Unit"),
                view.text("Last edition"),
                view.text("This edition"),
                view.text("Change"),
                view.text("Reason"),
            ),
            rows=tuple(tuple(_row(view, one)) for one in found),
            widths=_WIDTHS,
        ),
    )


def title(view: View) -> str:
    """What stands over the sheet."""
    return view.text("What changed since the last edition: figures then and now")


def _row(view: View, one: Revision) -> Iterator[Content]:
    figure, table = one.figure, one.figure.table
    yield view.indicator(measures.series(table))
    yield group(view, figure)
    yield view.locale.period(figure.period.code)
    yield view.text(words.UNITS.get(table.unit, table.unit))
    decimals = measures.decimals(table)
    for cell in (figure.cell.before, figure.cell.now):
        yield _said(cell, decimals)
    difference = number(figure.cell.difference)
    yield Sign(_NOT_APPLICABLE) if difference is None else Figure(value=difference, decimals=decimals)
    yield view.text(REASONS[one.reason])


def _said(cell: ReleasedCell | None, decimals: int) -> Content:
    """The figure of an edition, or the sign of its state; a cell that it does not have was not reported."""
    state = "not_reported" if cell is None else cell.state
    known = None if cell is None or state in words.MARKS else number(cell.value)
    if known is None:
        return Sign(words.MARKS.get(state, words.MARKS["not_reported"])[0])
    return Figure(value=known, decimals=decimals)
