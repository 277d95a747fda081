"""A series of counts by period, and the windows that are cut from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from transforms.errors import WrongArguments
from transforms.periods import Frequency, Period, period, periods_between
from transforms.statistics.covid.loglinear import Array

_PARTS: dict[Frequency, int] = {"month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """A stretch of whole periods, both ends included; the ends may be of different frequencies."""

    first: Period
    last: Period

    def __post_init__(self) -> None:
        if self.last.first_month + self.last.months <= self.first.first_month:
            raise WrongArguments(f"The window {self.code} ends before it begins.")

    @property
    def code(self) -> str:
        """`2015-01:2019-12`, as the command line writes it."""
        return f"{self.first.code}:{self.last.code}"

    @property
    def months(self) -> int:
        """Length in months."""
        return self.last.first_month + self.last.months - self.first.first_month

    def holds(self, part: Period) -> bool:
        """Whether the whole period lies in the window."""
        end = self.last.first_month + self.last.months
        return self.first.first_month <= part.first_month and part.first_month + part.months <= end


def window(text: str) -> Window:
    """Read `2015-01:2019-12`; raises WrongArguments when it is no window."""
    ends = text.split(":")
    if len(ends) != 2:
        raise WrongArguments(
            f"'{text}' is not a stretch of time.", advice="Write its first and last period, as in 2015-01:2019-12."
        )
    return Window(first=period(ends[0]), last=period(ends[1]))


@dataclass(frozen=True, slots=True, kw_only=True)
class CountSeries:
    """Counts of consecutive periods of one frequency; None where a period was not reported (a zero is a count).

    `population` holds persons at risk in each period, as long as `counts`, or nothing.
    Raises WrongArguments for gaps between periods, unequal lengths, counts below zero, no persons.
    """

    periods: tuple[Period, ...]
    counts: tuple[float | None, ...]
    population: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        _require(len(self.periods) > 0, "the series has periods")
        _require(len(self.periods) == len(self.counts), "each period has one count")
        _require(len(self.population) in (0, len(self.periods)), "each period has one population")
        followed = zip(self.periods, self.periods[1:], strict=False)
        _require(all(later == earlier.shifted(1) for earlier, later in followed), "periods follow one another")
        _require(all(c is None or (c >= 0 and np.isfinite(c)) for c in self.counts), "a count is zero or more")
        _require(all(p > 0 and np.isfinite(p) for p in self.population), "a population is above zero")

    @property
    def frequency(self) -> Frequency:
        """`month`, `quarter` or `year`."""
        return self.periods[0].frequency

    @property
    def values(self) -> Array:
        """Counts as numbers, NaN where not reported."""
        return np.array([np.nan if count is None else count for count in self.counts], dtype=float)

    @property
    def offset(self) -> Array:
        """Logarithm of the population, zero without one."""
        return np.log(self.population) if self.population else np.zeros(len(self.periods))

    def within(self, stretch: Window) -> CountSeries | None:
        """The periods wholly inside the window; None where there are none."""
        return self._kept([index for index, part in enumerate(self.periods) if stretch.holds(part)])

    def until(self, last: date) -> CountSeries | None:
        """The periods that ended by that day: one that was still running would be read as a fall."""
        return self._kept([index for index, part in enumerate(self.periods) if part.end <= last])

    def coarsened(self, frequency: Frequency) -> CountSeries | None:
        """Sums over the coarser periods that are wholly present, population as their mean; None where there are none.

        A coarser period with an unreported part is unreported. Raises WrongArguments for a finer frequency.
        """
        step = _PARTS[frequency] // _PARTS[self.frequency]
        if step < 1:
            raise WrongArguments(f"Counts by {self.frequency} cannot be split into counts by {frequency}.")
        if step == 1:
            return self
        skipped = next((i for i, p in enumerate(self.periods) if p.first_month % _PARTS[frequency] == 0), None)
        groups = 0 if skipped is None else (len(self.periods) - skipped) // step
        if skipped is None or groups == 0:
            return None
        stop = skipped + groups * step
        sums = self.values[skipped:stop].reshape(groups, step).sum(axis=1)
        means = np.array(self.population[skipped:stop]).reshape(groups, -1).mean(axis=1) if self.population else ()
        return CountSeries(
            periods=tuple(Period(p.first_month, _PARTS[frequency]) for p in self.periods[skipped:stop:step]),
            counts=tuple(None if np.isnan(value) else float(value) for value in sums),
            population=tuple(float(value) for value in means),
        )

    def _kept(self, places: Sequence[int]) -> CountSeries | None:
        if not places:
            return None
        part = slice(places[0], places[-1] + 1)
        return replace(self, periods=self.periods[part], counts=self.counts[part], population=self.population[part])


def count_series(
    first: Period, counts: Sequence[float | None], population: Sequence[float] | None = None
) -> CountSeries:
    """The series that begins with that period; raises WrongArguments as CountSeries does."""
    _require(len(counts) > 0, "the series has periods")
    return CountSeries(
        periods=periods_between(first, first.shifted(len(counts) - 1)),
        counts=tuple(counts),
        population=tuple(population or ()),
    )


def _require(is_met: bool, rule: str) -> None:
    if not is_met:
        raise WrongArguments(f"This series cannot be used: {rule}.")
