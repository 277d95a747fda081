"""Months, quarters and years as values, stretches of them, and the calendar of COVID phases."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from transforms.errors import WrongArguments

Frequency = Literal["year", "quarter", "month"]

FREQUENCIES: tuple[Frequency, ...] = ("month", "quarter", "year")
"""From the finest to the coarsest."""
MONTHS: dict[Frequency, int] = {"month": 1, "quarter": 3, "year": 12}
"""Length of a period of each frequency."""

_PATTERNS: tuple[tuple[Frequency, re.Pattern[str]], ...] = (
    ("year", re.compile(r"(?P<year>\d{4})")),
    ("quarter", re.compile(r"(?P<year>\d{4})-Q(?P<number>[1-4])")),
    ("month", re.compile(r"(?P<year>\d{4})-(?P<number>0[1-9]|1[0-2])")),
)


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A calendar year, quarter or month: `first_month` counts months since year 0, `months` is 12, 3 or 1."""

    first_month: int
    months: int

    @property
    def frequency(self) -> Frequency:
        """`year`, `quarter` or `month`."""
        return next(name for name, months in MONTHS.items() if months == self.months)

    @property
    def year(self) -> int:
        """The calendar year the period lies in."""
        return self.first_month // 12

    @property
    def start(self) -> date:
        """First day."""
        return date(self.year, self.first_month % 12 + 1, 1)

    @property
    def end(self) -> date:
        """Last day."""
        return self.shifted(1).start - timedelta(days=1)

    @property
    def code(self) -> str:
        """`2021`, `2021-Q2` or `2021-03`, as in SDMX `TIME_PERIOD`."""
        month = self.first_month % 12
        match self.frequency:
            case "year":
                return f"{self.year:04d}"
            case "quarter":
                return f"{self.year:04d}-Q{month // 3 + 1}"
            case "month":
                return f"{self.year:04d}-{month + 1:02d}"

    def shifted(self, periods: int) -> Period:
        """The period that many periods later (earlier when negative)."""
        return Period(self.first_month + periods * self.months, self.months)

    def parts(self, frequency: Frequency) -> tuple[Period, ...]:
        """The finer periods that make this one up, in order; the period itself for its own frequency."""
        step = MONTHS[frequency]
        return tuple(Period(m, step) for m in range(self.first_month, self.first_month + self.months, step))

    def __str__(self) -> str:
        return self.code


def period(code: str) -> Period:
    """Read `2021`, `2021-Q2` or `2021-03`.

    Raises WrongArguments when the code is none of them.
    """
    for frequency, pattern in _PATTERNS:
        if found := pattern.fullmatch(code):
            months = MONTHS[frequency]
            number = int(found.groupdict().get("number") or 1)
            return Period(int(found["year"]) * 12 + (number - 1) * months, months)
    raise WrongArguments(
        f"'{code}' is not a period.", advice="Write a year (2021), a quarter (2021-Q2) or a month (2021-03)."
    )


def period_of(day: date, frequency: Frequency) -> Period:
    """The period of that frequency which holds the day."""
    months = MONTHS[frequency]
    first = day.year * 12 + day.month - 1
    return Period(first - first % months, months)


def periods_between(first: Period, last: Period) -> tuple[Period, ...]:
    """All periods from first to last, both included; both must have one frequency."""
    return tuple(Period(m, first.months) for m in range(first.first_month, last.first_month + 1, first.months))


def no_finer_than(frequency: Frequency) -> tuple[Frequency, ...]:
    """That frequency and the coarser ones, from the finest."""
    return FREQUENCIES[FREQUENCIES.index(frequency) :]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A stretch of whole periods, both ends included; the ends may be of different frequencies.

    Raises WrongArguments for one that ends before it begins.
    """

    first: Period
    last: Period

    def __post_init__(self) -> None:
        if self.months <= 0:
            raise WrongArguments(f"The stretch of time {self.code} ends before it begins.")

    @property
    def code(self) -> str:
        """`2015-01:2019-12`, as the command line writes it."""
        return f"{self.first.code}:{self.last.code}"

    @property
    def months(self) -> int:
        """Length in months."""
        return self.last.first_month + self.last.months - self.first.first_month

    def holds(self, part: Period) -> bool:
        """Whether the whole period lies in the stretch."""
        end = self.last.first_month + self.last.months
        return self.first.first_month <= part.first_month and part.first_month + part.months <= end


def stretch(code: str) -> Stretch:
    """Read `2015-01:2019-12`.

    Raises WrongArguments when it is no stretch of time.
    """
    ends = code.split(":")
    if len(ends) != 2:
        raise WrongArguments(
            f"'{code}' is not a stretch of time.", advice="Write its first and last period, as in 2015-01:2019-12."
        )
    return Stretch(first=period(ends[0]), last=period(ends[1]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Phase:
    """One COVID phase of a country's calendar; `start` and `end` are months, `end` included (None: open)."""

    key: str
    start: Period
    end: Period | None

    def holds(self, part: Period) -> bool:
        """Whether the whole period lies in the phase."""
        last = part.first_month + part.months - 1
        return self.start.first_month <= part.first_month and (self.end is None or last <= self.end.first_month)


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseCalendar:
    """The COVID phases of a country, in order and without gaps, with the source of the dates."""

    phases: tuple[Phase, ...]
    source: str

    def phase_of(self, part: Period) -> str | None:
        """Key of the phase that holds the whole period; None where the period straddles two phases or precedes all."""
        return next((phase.key for phase in self.phases if phase.holds(part)), None)
