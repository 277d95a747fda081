"""What the studies of an edition are given: counts by code, and public declarations around them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from transforms.codes import TOTAL
from transforms.errors import WrongArguments
from transforms.periods import Frequency, Period, PhaseCalendar, period
from transforms.statistics.covid.comparators import BeforeAfter
from transforms.statistics.hidden_population.table import CaptureTable
from transforms.statistics.nowcast.triangle import ReportingTriangle

PHASE = "phase:"
FREQUENCIES: tuple[Frequency, ...] = ("month", "quarter", "year")


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """One table as the studies see it: a count per code, None where it is withheld, not reported or still coming in.

    `key` and `indicator` are those of the table; the first dimension is `period`, whose codes are periods and phases.
    `breaks` are the first periods after a change of coverage or definition of its source; in `is_several` tables a
    person stands under several codes.
    """

    key: str
    indicator: str
    dimensions: tuple[str, ...]
    cells: Mapping[tuple[str, ...], float | None]
    breaks: tuple[Period, ...] = ()
    is_several: bool = False

    @property
    def dimension(self) -> str:
        """The breakdown beside the period, empty for totals."""
        return self.dimensions[1] if len(self.dimensions) > 1 else ""

    def by_period(self, frequency: Frequency) -> dict[Period, float | None]:
        """Totals of the periods of one length, in order."""
        found: dict[Period, float | None] = {}
        for at, value in self.cells.items():
            if at[1:] in ((), (TOTAL,)) and (read := _read(at[0])) is not None and read.frequency == frequency:
                found[read] = value
        return dict(sorted(found.items()))

    def by_code(self, phase: str) -> dict[str, float | None]:
        """Counts of a phase by code of the breakdown, the total among them."""
        return {at[1]: value for at, value in self.cells.items() if at[0] == PHASE + phase and len(at) == 2}

    def codes(self) -> tuple[str, ...]:
        """Codes of the breakdown, the total among them."""
        return tuple(dict.fromkeys(at[1] for at in self.cells if len(at) == 2))

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
    `triangle` and `captures` come from record dates and matching keys, where the source has them.
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
    captures: CaptureTable | None = None
    level: float = 0.95


def _read(code: str) -> Period | None:
    try:
        return period(code)
    except WrongArguments:
        return None
