"""Which period and which method the counts at hand can carry: the finest rung whose conditions they meet.

Month, then quarter, then year by the log-linear model; else the exact comparison of years or of the same months; else
a refusal. The conditions look at lengths and totals of the pre-period only, never at the outcome.

The ladder of a trend (`statistics.ladder`) has other rules because its answer is the slope. Here level, trend and
season only serve a sum over periods to come, whose bounds are those of a count: simulated for five years of months they
hold from a mean of one event on (`tests/simulation/covid.py`). So periods may be nearly empty, but enough periods and
events must bear each coefficient, and the season is as rich as these allow. The time before ends with a fixed date, so
two years of months are taken; a line through years that is prolonged needs eight of them, one that is described five.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from transforms.messages import Message, said
from transforms.periods import Frequency, Period, Stretch, no_finer_than
from transforms.statistics.covid.design import Season, Terms, coefficients_of
from transforms.statistics.estimate import Refusal
from transforms.statistics.ladder import FEWEST_QUARTERS
from transforms.statistics.series import Series, coarser

RungKey = Literal[
    "month_loglinear", "quarter_loglinear", "year_loglinear", "year_exact", "same_months_exact"
]  # fmt: skip

FEWEST_PERIODS_BEFORE: dict[Frequency, int] = {"month": 24, "quarter": FEWEST_QUARTERS, "year": 8}
"""Shortest pre-period of a model with a trend; seven years or fewer are compared exactly."""
PERIODS_PER_COEFFICIENT = 4
EVENTS_PER_COEFFICIENT = 10
EVENTS_PER_SEASON_FACTOR = 10
EVENTS_PER_PERIOD = 1
FEWEST_YEARS = 2

_SEASONS: dict[Frequency, tuple[Season, ...]] = {
    "month": ("factors", "two_harmonics"),
    "quarter": ("factors", "none"),
    "year": ("none",),
}
_RUNGS: dict[Frequency, RungKey] = {
    "month": "month_loglinear",
    "quarter": "quarter_loglinear",
    "year": "year_loglinear",
}
_REASONS: dict[RungKey, Message] = {
    "month_loglinear": said("By month: the years before hold enough events for a trend and a season."),
    "quarter_loglinear": said("By quarter: the counts are too small or too short for a model by month."),
    "year_loglinear": said("By year with a trend: there are eight years before or more."),
    "year_exact": said("Whole years, compared exactly: too few events or too few points for a trend."),
    "same_months_exact": said("The same months of the years before, compared exactly: too few events for a model."),
}
_TOO_FEW: dict[Frequency, Message] = {
    "month": said("By month there are too few events or too few months for a trend and a season."),
    "quarter": said("By quarter there are too few events or too few quarters for a trend."),
    "year": said("By year there are too few points for a trend."),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The rung chosen, the series at its period, the season of its model, the reason, and the rungs passed over."""

    rung: RungKey
    pre: Series
    post: Series
    season: Season
    breaks: tuple[Period, ...]
    reason: Message
    passed_over: tuple[Message, ...]

    @property
    def is_model(self) -> bool:
        """Whether the rung fits a log-linear model."""
        return self.rung.endswith("loglinear")

    @property
    def terms(self) -> Terms:
        """Terms of the model."""
        return Terms(origin=self.pre.periods[0], season=self.season, breaks=self.breaks)


def choose(pre: Series, post: Series, breaks: tuple[Period, ...] = ()) -> Plan | Refusal:
    """The finest rung that the counts carry, or why there is none.

    `breaks`: first periods after a change of coverage or definition. One inside the pre-period becomes a step of the
    model, which needs a year of data on each side; the exact comparisons use the periods since the last one. One after
    the pre-period cannot be told from the effect and is refused.
    """
    end, start = pre.periods[-1].end, pre.periods[0].start
    if any(end < step.start <= post.periods[-1].end for step in breaks):
        return Refusal(
            code="break_in_window",
            reason=said("Coverage or definition changed after the pre-period, which cannot be told from an effect."),
        )
    steps = tuple(step for step in breaks if start < step.start <= end)
    passed: list[Message] = []
    for frequency in no_finer_than(pre.frequency):
        coarse = coarser(pre, frequency), coarser(post, frequency)
        season = None if None in coarse else _season(coarse[0], coarse[1], steps)
        if season is not None:
            return _plan(_RUNGS[frequency], coarse, season, steps, passed)
        passed.append(_TOO_FEW[frequency])
    return _exact(pre, post, steps, passed)


def choose_exact(pre: Series, post: Series, breaks: tuple[Period, ...] = ()) -> Plan | Refusal:
    """The exact comparison that the counts carry, for counts whose model turned out to have no finite solution."""
    start, end = pre.periods[0].start, pre.periods[-1].end
    steps = tuple(step for step in breaks if start < step.start <= end)
    return _exact(pre, post, steps, [said("The model of the years before has no finite solution for these counts.")])


def _plan(
    rung: RungKey,
    series: tuple[Series | None, Series | None],
    season: Season,
    steps: tuple[Period, ...],
    passed: list[Message],
) -> Plan | Refusal:
    pre, post = series
    if pre is None or post is None or not post.known:
        return Refusal(code="nothing_reported", reason=said("No whole period after the pre-period was reported."))
    if not pre.known:
        return Refusal(code="no_same_months", reason=said("The same months of the years before were not reported."))
    return Plan(
        rung=rung, pre=pre, post=post, season=season, breaks=steps, reason=_REASONS[rung], passed_over=tuple(passed)
    )


def _season(pre: Series | None, post: Series | None, steps: tuple[Period, ...]) -> Season | None:
    """The richest season the counts carry; None where they carry no model at all."""
    if pre is None or post is None:
        return None
    values = pre.values
    known = np.isfinite(values)
    total, n = float(np.nansum(values)), int(known.sum())
    if n < FEWEST_PERIODS_BEFORE[pre.frequency] or total < EVENTS_PER_PERIOD * n or not _sides_hold(pre, known, steps):
        return None
    for season in _SEASONS[pre.frequency]:
        p = coefficients_of(season, pre.periods[0].months, len(steps))
        if n < PERIODS_PER_COEFFICIENT * p or total < EVENTS_PER_COEFFICIENT * p:
            continue
        if season == "factors" and _smallest_slot(pre) < EVENTS_PER_SEASON_FACTOR:
            continue
        if season == "none" and len(post.periods) < _per_year(pre):
            continue  # part of a year against whole years would show the season as an effect
        return season
    return None


def _smallest_slot(pre: Series) -> float:
    months, values = pre.periods[0].months, pre.values
    slots = np.array([part.first_month % 12 // months for part in pre.periods])
    return float(min(np.nansum(values[slots == slot]) for slot in range(12 // months)))


def _sides_hold(pre: Series, known: np.ndarray[tuple[int], np.dtype[np.bool_]], steps: tuple[Period, ...]) -> bool:
    """Whether each stretch between breaks holds a year of reported periods (three years of annual data) with events."""
    least = max(_per_year(pre), 3)
    stretch = np.array([sum(part.first_month >= step.first_month for step in steps) for part in pre.periods])
    values = pre.values
    return (
        all(
            int((known & (stretch == number)).sum()) >= least
            and float(np.nansum(values[stretch == number])) >= EVENTS_PER_COEFFICIENT
            for number in range(len(steps) + 1)
        )
        if steps
        else True
    )


def _exact(pre: Series, post: Series, steps: tuple[Period, ...], passed: list[Message]) -> Plan | Refusal:
    since = _since_last(pre, steps)
    if since is None or since.periods[-1].first_month + since.periods[-1].months - since.periods[0].first_month < 12:
        return Refusal(
            code="break_before" if steps else "pre_too_short",
            reason=said("Less than a year of comparable counts lies before the period."),
        )
    years = coarser(since, "year"), coarser(post, "year")
    if _are_known(years[0], FEWEST_YEARS) and _are_known(years[1], 1):
        return _plan("year_exact", years, "none", (), passed)
    return _plan("same_months_exact", (_same_months(since, post), post), "none", (), passed)


def _are_known(years: Series | None, least: int) -> bool:
    return years is not None and len(years.known) >= least


def _since_last(pre: Series, steps: tuple[Period, ...]) -> Series | None:
    if not steps:
        return pre
    return pre.within(Stretch(first=max(steps, key=lambda step: step.first_month), last=pre.periods[-1]))


def _same_months(pre: Series, post: Series) -> Series:
    """The pre-period with what has no match left out as unreported.

    Under a year, that is every month that the period does not have; else the first months that fill no whole year.
    """
    if len(post.periods) * post.periods[0].months >= 12:
        spare = len(pre.periods) % _per_year(pre)
        counts = (*[None] * spare, *pre.counts[spare:])
    else:
        wanted = {part.first_month % 12 for part in post.periods}
        pairs = zip(pre.periods, pre.counts, strict=True)
        counts = tuple(count if part.first_month % 12 in wanted else None for part, count in pairs)
    return replace(pre, counts=counts)


def _per_year(series: Series) -> int:
    return 12 // series.periods[0].months
