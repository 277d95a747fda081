"""What the studies of an edition are given: counts by code, and public declarations around them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from transforms.codes import TOTAL
from transforms.errors import WrongArguments
from transforms.periods import Frequency, Period, PhaseCalendar, period
from transforms.statistics.covid.comparators import BeforeAfter
from transforms.statistics.hidden_population.table import CaptureTable
from transforms.statistics.nowcast.triangle import ReportingTriangle

PHASE = "phase:"
WORLD = "world"
SETTLED = frozenset("ABE")
"""Statuses of a count that is there to stay: not provisional, unreliable or absent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """One table as the studies see it: a count per code, None where it is withheld, not reported or still coming in.

    `key` and `indicator` are those of the table; the first dimension is `period`, whose codes are periods and phases.
    `breaks` are the first periods after a change of coverage or definition of its source; in `is_several` tables a
    person stands under several codes, in `is_delayed` ones registrations are still to come, as the triangle shows;
    `is_unsteady` sums are over other countries in each period, `is_uneven` ones over other organisations.
    """

    key: str
    indicator: str
    dimensions: tuple[str, ...]
    cells: Mapping[tuple[str, ...], float | None]
    breaks: tuple[Period, ...] = ()
    is_several: bool = False
    is_delayed: bool = False
    is_unsteady: bool = False
    is_uneven: bool = False

    @property
    def dimension(self) -> str:
        """The breakdown beside the period, empty for totals."""
        return self.dimensions[1] if len(self.dimensions) > 1 else ""

    @property
    def codes(self) -> tuple[str, ...]:
        """Codes of the breakdown, without the total."""
        return tuple(dict.fromkeys(at[1] for at in self.cells if len(at) == 2 and at[1] != TOTAL))

    def by_period(self, frequency: Frequency, code: str = TOTAL) -> dict[Period, float | None]:
        """Counts of the periods of one length, in order: the totals, or those of one code of the breakdown."""
        wanted = ((), (TOTAL,)) if code == TOTAL else ((code,),)
        found: dict[Period, float | None] = {}
        for at, value in self.cells.items():
            if at[1:] in wanted and (read := _read(at[0])) is not None and read.frequency == frequency:
                found[read] = value
        return dict(sorted(found.items()))

    def by_code(self, phase: str) -> dict[str, float | None]:
        """Counts of a phase by code of the breakdown, the total among them."""
        return {at[1]: value for at, value in self.cells.items() if at[0] == PHASE + phase and len(at) == 2}

    def of_phase(self, phase: str) -> float | None:
        """Total of a phase; None where it is not known or not there."""
        return self.cells.get((PHASE + phase, TOTAL)[: len(self.dimensions)])


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakAt:
    """First period after a change of coverage or definition, and the breakdowns it touches; none named: all figures."""

    first: Period
    dimensions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What an edition asks of its counts.

    `headline` is the indicator it is about; `breaks` are the first periods after a change of coverage or definition, by
    source; `calendar` its COVID phases, `calendars` others by key for sensitivity;
    `phase_months` how many months of each phase the counts cover. `stringency` is the index by month (public),
    `comparators` detected victims of each country before and during (public), `unit` the country among them.
    `triangle` (how the counts of `triangle_source` grew with its deliveries) and `captures` (who is on which lists)
    come from deliveries and matching keys, where the source has them. `persons` is the population by year (public).
    """

    headline: str
    calendar: PhaseCalendar
    phase_months: Mapping[str, int]
    breaks: Mapping[str, tuple[BreakAt, ...]] = field(default_factory=dict)
    calendars: Mapping[str, PhaseCalendar] = field(default_factory=dict)
    stringency: Mapping[Period, float] = field(default_factory=dict)
    comparators: Mapping[str, BeforeAfter] = field(default_factory=dict)
    unit: str = ""
    triangle: ReportingTriangle | None = None
    triangle_source: str = ""
    captures: CaptureTable | None = None
    persons: Mapping[int, float] = field(default_factory=dict)
    level: float = 0.95

    def breaks_of(self, sources: Iterable[str], dimensions: Iterable[str]) -> tuple[Period, ...]:
        """First periods after the breaks that touch figures of these sources broken down so."""
        known = [b for source in sources for b in self.breaks.get(source, ())]
        by = set(dimensions)
        return tuple(dict.fromkeys(b.first for b in known if not b.dimensions or by & set(b.dimensions)))


def _read(code: str) -> Period | None:
    try:
        return period(code)
    except WrongArguments:
        return None


def counts_of(
    question: Question,
    *,
    key: str,
    indicator: str,
    dimensions: tuple[str, ...],
    cells: Mapping[tuple[str, ...], float | None],
    sources: tuple[str, ...],
    caveats: tuple[str, ...],
) -> Counts:
    """The table as the studies of this question see it."""
    return Counts(
        key=key,
        indicator=indicator,
        dimensions=dimensions,
        cells=cells,
        breaks=question.breaks_of(sources, dimensions),
        is_several="several_codes_per_person" in caveats,
        is_delayed=question.triangle_source in sources,
        is_unsteady=question.unit == WORLD and "countries_differ_between_years" in caveats,
        is_uneven="coverage_differs_between_years" in caveats,
    )
