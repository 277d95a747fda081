"""Rates of every period of a series, and the change of the last one: what `tip-trends estimate rates` prints."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from transforms.messages import said
from transforms.periods import Period
from transforms.statistics.estimate import Check, Estimate, refused
from transforms.statistics.rates import FEWEST_EVENTS, PER_100K, poisson_interval, rate, rate_ratio
from transforms.statistics.series import Series

COUNT = "count_garwood"
CHANGE = "rate_change_exact"


def period_rates(series: Series, *, per: float = PER_100K, level: float = 0.95) -> Mapping[Period, Estimate]:
    """The rate a year of each period with the exact interval, or its count where no population is known.

    A period without a count is refused; fewer than ten events are flagged. Rates of months and quarters are per year
    (the population is counted as person-years), counts are those of the period.
    """
    return {period: _of(series, n, per, level) for n, period in enumerate(series.periods)}


def rates_of_series(series: Series, *, per: float = PER_100K, level: float = 0.95) -> Estimate:
    """The rate (or count) of the last reported period; details `by_period` hold all, `change` that from a year before.

    Refused where no period was reported.
    """
    found = {period.code: one for period, one in period_rates(series, per=per, level=level).items()}
    last = next((one for one in reversed(found.values()) if one.refusal is None), None)
    if last is None:
        return refused("rate_garwood", "per_100k", "not_reported", said("No period was reported."))
    rows = [
        {
            "period": code,
            "estimate": one.estimate,
            "lower": one.lower,
            "upper": one.upper,
            "count": one.basis.get("count"),
        }
        for code, one in found.items()
    ]
    return replace(
        last, details={**last.details, "change": last_change(series, level=level).to_json(), "by_period": rows}
    )


def _of(series: Series, at: int, per: float, level: float) -> Estimate:
    count = series.counts[at]
    if count is None:
        return refused("rate_garwood", "per_100k", "not_reported", said("The period was not reported."))
    if series.persons is not None:
        return rate(count, series.persons[at] * series.periods[at].months / 12, per=per, level=level)
    lower, upper = poisson_interval(count, level)
    enough = Check(
        key="enough_events", is_met=count >= FEWEST_EVENTS, said=said("A count of fewer than 10 varies much by chance.")
    )
    return Estimate(
        method=COUNT,
        estimate=float(count),
        lower=lower,
        upper=upper,
        level=level,
        unit="count",
        basis={"count": float(count)},
        checks=(enough,),
    )


def last_change(series: Series, *, level: float = 0.95) -> Estimate:
    """Percentage change of the rate (or count) of the last period against the same one a year before, exact interval.

    Refused where either was not reported, the earlier has no events, or the series is shorter than a year and a period.
    """
    last = len(series.periods) - 1
    before = last - 12 // series.periods[0].months
    if before < 0:
        return refused(CHANGE, "pct", "no_base", said("There is no same period of the year before."))
    now, base = series.counts[last], series.counts[before]
    if now is None or base is None:
        return refused(CHANGE, "pct", "not_reported", said("One of the two periods was not reported."))
    if base == 0:
        return refused(CHANGE, "pct", "no_base_events", said("The base is zero."), count=now, base_count=base)
    persons = series.persons or (1.0,) * len(series.periods)
    ratio = rate_ratio(now, persons[last], base, persons[before], level=level)
    value, lower, upper = (100 * (float(x or 0.0) - 1) for x in (ratio.estimate, ratio.lower, ratio.upper))
    enough = Check(
        key="enough_events",
        is_met=min(now, base) >= FEWEST_EVENTS,
        said=said("A change from or to fewer than 10 events is unreliable."),
    )
    periods = {"period": series.periods[last].code, "base_period": series.periods[before].code}
    return replace(
        ratio,
        method=CHANGE,
        unit="pct",
        estimate=value,
        lower=lower,
        upper=upper,
        checks=(enough,),
        details={**ratio.details, **periods},
    )
