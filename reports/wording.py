"""Words that several sections and findings share: groups inside a sentence, breaks between periods, states."""

from __future__ import annotations

from collections.abc import Mapping

from reports import words
from reports.edition import COUNTRY_DIMENSIONS, Point, View
from transforms.codes import TOTAL, UNSPECIFIC
from transforms.disclosure.released import ReleasedCell, ReleasedTable
from transforms.periods import Period, period

NAMES = COUNTRY_DIMENSIONS | {"corridor", "region", "body"}
"""Dimensions whose codes are names and keep their capital inside a sentence."""


def group(view: View, dimension: str, code: str) -> str:
    """A group as it stands inside a sentence."""
    label = view.label(dimension, code)
    start, _, end = code.partition(">")
    is_name = dimension in NAMES and not (dimension == "corridor" and start == end)  # `within Uzbekistan`
    return label if is_name else view.inside(label)


def breaks_between(
    view: View, table: ReleasedTable | None, then: Period, now: Period
) -> tuple[Mapping[str, object], ...]:
    """Breaks declared for the sources of the table that begin after the one period and not after the other."""
    if table is None:
        return ()
    return tuple(
        gap
        for gap in view.context.get("breaks") or ()
        if gap["source"] in table.sources
        and (not gap.get("dimensions") or set(gap["dimensions"]) & set(table.dimensions))
        and then.first_month < period(str(gap["period"])).first_month <= now.first_month + now.months - 1
    )


def with_break(view: View, said: str, table: ReleasedTable | None, then: Period, now: Period) -> str:
    """The title, with the break that makes its two periods incomparable."""
    years = list(dict.fromkeys(str(gap["period"]) for gap in breaks_between(view, table, then, now)))
    if not years:
        return said
    return view.text("{said}; the series breaks in {years}", said=said, years=view.locale.listing(years))


def state_word(view: View, cell: ReleasedCell | None) -> str:
    """The state of a cell without a number, in a word."""
    state = "not_reported" if cell is None else cell.state
    return view.text(words.STATES.get(state, words.STATES["not_reported"]))


def last_figure(view: View, key: str) -> Point | None:
    """The last point with a figure of a table by period; None where the edition's own period is not without report."""
    table = view.table(key)
    own = view.cell(table, view.focus.code) if table else None
    if table is None or (own is not None and own.state != "not_reported"):
        return None
    shown = [point for point in view.series(table, view.focus.frequency) if point.value is not None]
    return shown[-1] if shown else None


def reported_by(view: View, key: str, code: str) -> str:
    """`75 countries reported`, or that it is not all, of a sum over the countries that did."""
    number = view.countries_reporting(key, code)
    if number is None:
        return view.text("countries that reported")
    return view.plural("{n} country reported", "{n} countries reported", number)


def declared(view: View, said: object) -> str:
    """A text that a profile or the gate carries: its own translation, one of the catalogue, or as it stands."""
    if isinstance(said, Mapping):
        return view.told(said)
    return view.text(str(said)) if said in words.DECLARED else str(said)


def is_exclusive(table: ReleasedTable) -> bool:
    """Whether a person has one code at most, so that the groups add up to the persons."""
    return "several_codes_per_person" not in table.caveats


def is_uneven(table: ReleasedTable | None) -> bool:
    """Whether organisations joined and left the data set that it counts, so that its years differ in that too."""
    return table is not None and "coverage_differs_between_years" in table.caveats


def is_as_published(table: ReleasedTable) -> bool:
    """Whether its figures were public before; those of the action plan that pass the gate need not have been."""
    return table.kind == "observation" and table.indicator != "action_plan"


def is_mostly_unknown(view: View, table: ReleasedTable | None, at: str, base: float) -> bool:
    """Whether the characteristic is recorded for less than half of the persons."""
    total = view.cell(table, at, TOTAL) if table else None
    return total is not None and total.value is not None and 2 * base < total.value


def named_cells(view: View, table: ReleasedTable, at: str) -> tuple[ReleasedCell, ...]:
    """Cells of the groups that name something, in one period."""
    return tuple(c for c in table.cells if c.at[0] == at and c.at[1] != TOTAL and c.at[1] not in UNSPECIFIC)
