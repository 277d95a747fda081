"""The stretch of time an edition shows: its periods and phases, what they are made of, and what of it was delivered."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from transforms.disclosure.cells import Rollup
from transforms.errors import WrongArguments
from transforms.periods import (
    MONTHS,
    Frequency,
    Period,
    PhaseCalendar,
    no_finer_than,
    period,
    period_of,
    periods_between,
)

EditionKind = Literal["annual", "quarterly", "monthly"]
Delivery = Literal["full", "partial", "begun", "none"]
"""Whether all lists reach to the end of a period, some do, some reach into it only, or none reaches it."""
PHASE = "phase:"
BASE_YEAR = 2019
"""Last full year before the pandemic: what a period of the COVID years is compared with."""

_KINDS: dict[EditionKind, Frequency] = {"annual": "year", "quarterly": "quarter", "monthly": "month"}
_BACK: dict[Frequency, int] = {"quarter": 8, "month": 13}
"""Periods a quarterly or monthly edition shows of each breakdown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EditionPeriod:
    """What the name of an edition says: `annual-2023`, `quarterly-2021-Q2`, `monthly-2021-03`."""

    kind: EditionKind
    period: Period


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """One code of dimension `period`: a period, or a phase, with the finest periods it is the sum of."""

    code: str
    parts: tuple[Period, ...]

    @property
    def is_phase(self) -> bool:
        """Whether it is a COVID phase and no calendar period."""
        return self.code.startswith(PHASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """From the first year of the data to the end of the edition; `base` is the finest period the source carries.

    `delivered` says for each finest period how far the lists reach.
    """

    edition: EditionPeriod
    first: Period
    base: Frequency
    delivered: Mapping[Period, Delivery]

    @property
    def bases(self) -> tuple[Period, ...]:
        """The finest periods of the window, in order."""
        return _within(self.first.start, self.edition.period.end, self.base)

    def every_period(self) -> tuple[Span, ...]:
        """Years, quarters and months that lie in the window as a whole, as fine as the source carries them."""
        frequencies = reversed(no_finer_than(self.base))
        return tuple(self._span(p) for f in frequencies for p in _within(self.first.start, self.edition.period.end, f))

    def main_periods(self) -> tuple[Span, ...]:
        """Periods of a breakdown: all years, or the latest quarters or months and the same one of 2019."""
        frequency = _KINDS[self.edition.kind]
        if frequency == "year" or MONTHS[frequency] < MONTHS[self.base]:
            return tuple(self._span(p) for p in _within(self.first.start, self.edition.period.end, "year"))
        last = self.edition.period
        before = last.shifted((BASE_YEAR - last.year) * 12 // last.months)
        shown = {last.shifted(-back) for back in range(_BACK[frequency])} | ({before} if before <= last else set())
        return tuple(self._span(p) for p in sorted(shown) if p.start >= self.first.start)

    def own_periods(self) -> tuple[Span, ...]:
        """Of the main periods the edition's own and the same one of the year before; none where it has no such."""
        own = self.edition.period
        wanted = {own.code, own.shifted(-12 // own.months).code}
        return tuple(span for span in self.main_periods() if span.code in wanted)

    def phases(self, calendar: PhaseCalendar) -> tuple[Span, ...]:
        """Phases cut to what every list delivered; one that no whole number of finest periods makes up is left out."""
        bases = [p for p in self.bases if self.delivered.get(p) == "full"]
        if not bases:
            return ()
        first, last = bases[0].first_month, bases[-1].first_month + bases[-1].months - 1
        found = []
        for phase in calendar.phases:
            start = max(first, phase.start.first_month)
            end = last if phase.end is None else min(last, phase.end.first_month)
            parts = tuple(p for p in bases if start <= p.first_month and p.first_month + p.months - 1 <= end)
            if parts and sum(p.months for p in parts) == end - start + 1:
                found.append(Span(code=PHASE + phase.key, parts=parts))
        return tuple(found)

    def status(self, span: Span) -> str:
        """`A`, `P` where some list does not reach the end, `O` where nothing was delivered."""
        states = {self.delivered.get(part, "none") for part in span.parts}
        if states == {"none"}:
            return "O"
        return "A" if states == {"full"} else "P"

    def is_open(self, span: Span) -> bool:
        """Whether no list reaches to the end of the span, so that a count of nobody says nothing."""
        return self.delivered.get(span.parts[-1], "none") in ("begun", "none")

    def _span(self, whole: Period) -> Span:
        return Span(code=whole.code, parts=whole.parts(self.base))


def edition_period(name: str) -> EditionPeriod:
    """Read the name of an edition; raises WrongArguments when it is none."""
    found = re.fullmatch(r"(annual|quarterly|monthly)-(.+)", name)
    kinds = {kind: frequency for kind, frequency in _KINDS.items() if found and kind == found[1]}
    for kind, frequency in kinds.items():
        try:
            read = period(found[2]) if found else None
        except WrongArguments:
            read = None
        if read is not None and read.frequency == frequency:
            return EditionPeriod(kind=kind, period=read)
    raise WrongArguments(
        f"'{name}' is not an edition.", advice="Write annual-2023, quarterly-2021-Q2 or monthly-2021-03."
    )


def delivered_by_lists(bases: Iterable[Period], reach: Iterable[date]) -> dict[Period, Delivery]:
    """Delivery of each period given the day that each list reaches to."""
    days = list(reach)
    found: dict[Period, Delivery] = {}
    for part in bases:
        if any(day >= part.end for day in days):
            found[part] = "full" if all(day >= part.end for day in days) else "partial"
        else:
            found[part] = "begun" if any(day >= part.start for day in days) else "none"
    return found


def rollups(spans: Iterable[Span], window: Window) -> tuple[Rollup, ...]:
    """Which period is the sum of which: a year of quarters, a quarter of months, a phase of the finest periods."""
    made: dict[str, Rollup] = {}
    for span in spans:
        known = [part for part in span.parts if window.delivered.get(part, "none") != "none"]
        if len(span.parts) == 12 and not span.is_phase:
            known = list(dict.fromkeys(period_of(part.start, "quarter") for part in known))
        if known and (span.is_phase or len(span.parts) > 1):
            made[span.code] = Rollup(dimension="period", parent=span.code, parts=tuple(part.code for part in known))
    return tuple(made.values())


def _within(start: date, end: date, frequency: Frequency) -> tuple[Period, ...]:
    """Periods of that frequency that lie between the days as a whole."""
    found = periods_between(period_of(start, frequency), period_of(end, frequency))
    return tuple(p for p in found if p.start >= start and p.end <= end)
