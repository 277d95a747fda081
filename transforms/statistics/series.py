"""A series of counts: consecutive periods of one frequency, with gaps that are known to be gaps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from math import isfinite

import numpy as np
from numpy.typing import NDArray

from transforms.errors import WrongArguments
from transforms.periods import MONTHS, Frequency, Period, Stretch, period_of, periods_between

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """Events of consecutive periods; a count of None was not reported, which is not zero.

    `persons` is the population of each period, where one is known for all of them. Counts are whole because they are
    counts of persons or events, and the exact methods take them as such: a published band (`<5`) is a gap, and
    figures corrected for late registrations go beside the series, as draws. Raises WrongArguments for periods
    that do not follow each other, counts that are not whole numbers of zero or more, or a population of nobody.
    """

    periods: tuple[Period, ...]
    counts: tuple[float | None, ...]
    persons: tuple[float, ...] | None = None

    def __post_init__(self) -> None:
        if not self.periods:
            raise WrongArguments("A series needs at least one period.")
        if self.periods != periods_between(self.periods[0], self.periods[-1]):
            raise WrongArguments("The periods of a series follow each other and are equally long.")
        if len(self.counts) != len(self.periods) or len(self.persons or self.periods) != len(self.periods):
            raise WrongArguments("A series has one count, and one population if any, for each period.")
        if not all(c is None or (c >= 0 and isfinite(c) and float(c).is_integer()) for c in self.counts):
            raise WrongArguments("Counts are whole numbers of zero or more.")
        if not all(p > 0 and isfinite(p) for p in self.persons or ()):
            raise WrongArguments("A population is above zero.")

    @property
    def frequency(self) -> Frequency:
        """`year`, `quarter` or `month`."""
        return self.periods[0].frequency

    @property
    def known(self) -> tuple[int, ...]:
        """Places of the periods that have a count."""
        return tuple(n for n, count in enumerate(self.counts) if count is not None)

    @property
    def total(self) -> float:
        """All events counted."""
        return float(sum(count for count in self.counts if count is not None))

    @property
    def values(self) -> Numbers:
        """Counts of all periods as numbers, NaN where not reported."""
        return np.array([np.nan if count is None else count for count in self.counts], dtype=float)

    @property
    def offset(self) -> Numbers:
        """Logarithm of the population of all periods, zero where none is known; lengths of periods are not in it."""
        return np.zeros(len(self.periods)) if self.persons is None else np.log(self.persons)

    def events(self) -> Numbers:
        """Counts of the known periods."""
        return self.values[list(self.known)]

    def years(self) -> Numbers:
        """Middle of each known period in years, from the start of the first period."""
        length = self.periods[0].months / 12
        return (np.array(self.known, dtype=float) + 0.5) * length

    def exposure(self) -> Numbers:
        """Person-years of the known periods, or plain years where no population is known."""
        length = self.periods[0].months / 12
        persons = np.ones(len(self.periods)) if self.persons is None else np.array(self.persons, dtype=float)
        return persons[list(self.known)] * length

    def within(self, stretch: Stretch) -> Series | None:
        """The periods wholly inside the stretch; None where there are none."""
        return _taken(self, [n for n, part in enumerate(self.periods) if stretch.holds(part)])

    def until(self, last: date) -> Series | None:
        """The periods that ended by that day: one still running would be read as a fall. None where there are none."""
        return _taken(self, [n for n, part in enumerate(self.periods) if part.end <= last])


def series_from(first: Period, counts: Sequence[float | None], persons: Sequence[float] | None = None) -> Series:
    """The series that begins with that period; raises WrongArguments as Series does."""
    return Series(
        periods=periods_between(first, first.shifted(len(counts) - 1)),
        counts=tuple(counts),
        persons=None if persons is None else tuple(persons),
    )


def series_of(counts: Mapping[Period, float | None], persons: Mapping[Period, float] | None = None) -> Series:
    """The series from the first to the last period given; a period without an entry is a gap.

    A population is used only when every period between has one. Raises WrongArguments for periods of several lengths.
    """
    if not counts:
        raise WrongArguments("A series needs at least one period.")
    if len({period.months for period in counts}) != 1:
        raise WrongArguments("The periods of a series are all years, all quarters or all months.")
    periods = periods_between(min(counts), max(counts))
    known = persons if persons is not None and all(period in persons for period in periods) else None
    return Series(
        periods=periods,
        counts=tuple(counts.get(period) for period in periods),
        persons=None if known is None else tuple(known[period] for period in periods),
    )


def complete(series: Series, until: date | None) -> tuple[Series | None, tuple[Period, ...]]:
    """The periods that had ended by `until`, and those dropped; None where nothing is left."""
    kept = series if until is None else series.until(until)
    return kept, series.periods if kept is None else series.periods[len(kept.periods) :]


def coarser(series: Series, frequency: Frequency) -> Series | None:
    """The series in longer periods; one that is not covered whole is left out, one with a gap inside is a gap.

    None where no longer period is covered. The population of a longer period is the mean of its parts. Raises
    WrongArguments for a finer frequency.
    """
    if MONTHS[frequency] < MONTHS[series.frequency]:
        raise WrongArguments(f"Counts by {series.frequency} cannot be split into counts by {frequency}.")
    if frequency == series.frequency:
        return series
    place = {period: n for n, period in enumerate(series.periods)}
    first = [period_of(period.start, frequency) for period in series.periods]
    whole = [p for p in dict.fromkeys(first) if all(part in place for part in p.parts(series.frequency))]
    if not whole:
        return None
    parts = [[place[part] for part in p.parts(series.frequency)] for p in whole]
    persons = series.persons
    return Series(
        periods=tuple(whole),
        counts=tuple(_sum([series.counts[n] for n in of]) for of in parts),
        persons=None if persons is None else tuple(sum(persons[n] for n in of) / len(of) for of in parts),
    )


def segments(series: Series, breaks: Sequence[Period]) -> tuple[Series, ...]:
    """The series cut where a definition or coverage changed; a break names the first period of the new regime.

    A period that holds a break beyond its first month belongs to neither side and is left out.
    """
    months = sorted({b.first_month for b in breaks})
    found: list[Series] = []
    for low, high in zip([-np.inf, *months], [*months, np.inf], strict=True):
        inside = [n for n, p in enumerate(series.periods) if p.first_month >= low and p.first_month + p.months <= high]
        if (part := _taken(series, inside)) is not None:
            found.append(part)
    return tuple(found)


def _taken(series: Series, places: Sequence[int]) -> Series | None:
    if not places:
        return None
    cut = slice(places[0], places[-1] + 1)
    persons = None if series.persons is None else series.persons[cut]
    return replace(series, periods=series.periods[cut], counts=series.counts[cut], persons=persons)


def _sum(counts: Sequence[float | None]) -> float | None:
    known = [count for count in counts if count is not None]
    return sum(known) if len(known) == len(counts) else None
