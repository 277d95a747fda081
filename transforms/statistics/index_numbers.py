"""Index numbers: each period as a percentage of a base period, with the exact interval of that ratio."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from transforms.messages import Message, said
from transforms.periods import Period, PhaseCalendar
from transforms.statistics.estimate import Check, Estimate, refused
from transforms.statistics.rates import FEWEST_EVENTS, rate_ratio
from transforms.statistics.series import Series

METHOD = "index_exact"
OUTSIDE_COVID = ("pre_pandemic", "recovery")


def index_numbers(
    series: Series, base: Period, calendar: PhaseCalendar, *, level: float = 0.95
) -> Mapping[Period, Estimate]:
    """Index (base = 100) of every period, of rates where a population is known.

    Every one is refused on a base that any month of the COVID phases touches, that is not in the series, was not
    reported or has fewer than ten events: an index on a few events, or on an exceptional year, misleads for good.
    """
    place = {period: n for n, period in enumerate(series.periods)}
    if (problem := _unfit(series, place.get(base), base, calendar)) is not None:
        return dict.fromkeys(series.periods, refused(METHOD, "index", *problem))
    return {period: _index(series, n, place[base], level) for period, n in place.items()}


def _unfit(series: Series, at: int | None, base: Period, calendar: PhaseCalendar) -> tuple[str, Message] | None:
    phases = {calendar.phase_of(month) for month in base.parts("month")} - {None, *OUTSIDE_COVID}
    if phases:
        return "covid_base", said("{period} lies in the COVID period and is no base for an index.", period=base.code)
    if at is None or series.counts[at] is None:
        return "no_base", said("The base period {period} has no count.", period=base.code)
    if (series.counts[at] or 0) < FEWEST_EVENTS:
        return "few_base_events", said("The base period {period} has fewer than 10 events.", period=base.code)
    return None


def _index(series: Series, at: int, base: int, level: float) -> Estimate:
    count, base_count = series.counts[at], series.counts[base]
    if count is None or base_count is None:
        return refused(METHOD, "index", "not_reported", said("The period was not reported."))
    persons = series.persons or (1.0,) * len(series.periods)
    ratio = rate_ratio(count, persons[at], base_count, persons[base], level=level)
    value, lower, upper = (100 * float(x or 0.0) for x in (ratio.estimate, ratio.lower, ratio.upper))
    if at == base:
        return replace(ratio, method=METHOD, unit="index", estimate=100.0, lower=None, upper=None, details={})
    enough = Check(
        key="enough_events", is_met=count >= FEWEST_EVENTS, said=said("An index of fewer than 10 events is unreliable.")
    )
    return replace(ratio, method=METHOD, unit="index", estimate=value, lower=lower, upper=upper, checks=(enough,))
