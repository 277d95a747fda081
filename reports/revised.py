"""Figures then and now: what the last edition of the same readers said and what this one says, one figure a row.

The same rows stand on the page, in the workbook, in `revisions.csv` and in the manifest. Each holds two released cells
of one audience and their difference; where one of the two may not be shown there is no difference.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from reports.edition import plain_period
from reports.locale import N_
from transforms.codes import TOTAL
from transforms.disclosure.changes import CellChange, cell_changes
from transforms.disclosure.history import EditionBefore
from transforms.disclosure.released import ReleasedEdition, ReleasedTable
from transforms.periods import Period, period

Reason = Literal[
    "new", "same", "definition_changed", "provisional", "late_or_added", "corrected_or_removed", "revised_by_source",
    "suppressed", "no_longer_shown",
]  # fmt: skip
REASONS: dict[Reason, str] = {
    "new": N_("new in this edition"),
    "same": N_("as in the last edition"),
    "definition_changed": N_("its definition was changed"),
    "provisional": N_("provisional in the last edition"),
    "late_or_added": N_("registered late, or added by a correction"),
    "corrected_or_removed": N_("corrected or taken out"),
    "revised_by_source": N_("revised by its source"),
    "suppressed": N_("not comparable (suppressed)"),
    "no_longer_shown": N_("no longer shown"),
}
"""Why a figure is another one, as far as the two editions tell: a rise and a fall of one period are told as one."""
COMPARED = ("count", "observation")
"""What is counted; shares, rates and ratios follow from it."""
CHOSEN_COUNTRIES = ("victims_detected_matched", "victims_detected_panel")
"""Sums over countries that each edition chooses anew: another sum for the same year corrects nothing."""
LATE = "late_reports_follow"
"""Caveat of what a register counts, to which cases come late."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TableChanges:
    """One table that both editions have, and what became of each cell of a calendar period."""

    table: ReleasedTable
    cells: tuple[CellChange, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FigureChange:
    """One quantity, in the first table that shows it, as both editions show it."""

    table: ReleasedTable
    period: Period
    cell: CellChange

    @property
    def breakdown(self) -> dict[str, str]:
        """Dimension and code of the group that it is of; empty for all."""
        at = zip(self.table.dimensions, self.cell.at, strict=True)
        return {name: code for name, code in at if name != "period" and code != TOTAL}


@dataclass(frozen=True, slots=True, kw_only=True)
class Revision:
    """A figure then and now, and why it is another one."""

    figure: FigureChange
    reason: Reason


def tables_compared(edition: ReleasedEdition, last: EditionBefore) -> tuple[TableChanges, ...]:
    """Tables of counts and of figures of others that both editions have, in the order of this one."""
    return tuple(
        TableChanges(table=table, cells=cells)
        for table in edition
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


def is_listed(edition: ReleasedEdition, figure: FigureChange) -> bool:
    """Whether a revised figure is named.

    Of groups of persons only changes as large as a count must be to be shown: both figures are public, but a list of
    groups in which one or two persons came or went would point at them.
    """
    is_large = abs(figure.cell.difference or 0) >= float(edition.policy.get("threshold", 0))
    return not figure.breakdown or is_large or figure.table.kind != "count"


def headline_changes(edition: ReleasedEdition, last: EditionBefore) -> tuple[FigureChange, ...]:
    """The headline of each period of the edition's own frequency, in order of time."""
    now = edition.table(f"{edition.context.get('headline', 'victims_identified')}_by_period")
    frequency = period(str(edition.context["edition_period"])).frequency
    if now is None:
        return ()
    found = [
        FigureChange(table=now, period=part, cell=one)
        for one in cell_changes(last.tables.get(now.key), now)
        if (part := plain_period(one.at[0])) is not None and part.frequency == frequency
    ]
    return tuple(sorted(found, key=lambda one: one.period))


def changed_parts(context: Mapping[str, Any], last: EditionBefore, indicator: str) -> tuple[str, ...]:
    """Keys of the parts of an indicator's definition that were changed; none where one edition did not declare it."""
    before, now = ((told.get("indicators") or {}).get(indicator) or {} for told in (last.context, context))
    return tuple(part for part in now if before and before.get(part) != now[part])


def revisions(edition: ReleasedEdition) -> tuple[Revision, ...]:
    """Every period of the headline, then every other figure that was revised and is named; none for a first edition."""
    last = None if edition.history is None else edition.history.last
    if last is None:
        return ()
    headline = headline_changes(edition, last)
    told = {(one.table.key, one.cell.at) for one in headline}
    others = [
        one
        for one in figures_compared(tables_compared(edition, last))
        if one.cell.change == "revised" and (one.table.key, one.cell.at) not in told and is_listed(edition, one)
    ]
    named = ((one, _reason(edition, last, one)) for one in (*headline, *others))
    return tuple(Revision(figure=one, reason=reason) for one, reason in named if reason is not None)


def _reason(edition: ReleasedEdition, last: EditionBefore, one: FigureChange) -> Reason | None:
    """None where neither edition says anything of the figure."""
    plain: dict[str, Reason] = {"new": "new", "same": "same", "withheld": "suppressed", "gone": "no_longer_shown"}
    if one.cell.change != "revised":
        return plain.get(one.cell.change)
    if changed_parts(edition.context, last, one.table.indicator):
        return "definition_changed"
    if one.cell.was_provisional:
        return "provisional"
    if LATE not in one.table.caveats:
        return "revised_by_source"
    return "late_or_added" if (one.cell.difference or 0) > 0 else "corrected_or_removed"
