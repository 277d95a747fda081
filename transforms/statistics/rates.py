"""Intervals of counts, rates, ratios of rates and proportions that hold for small numbers.

Counts are taken as Poisson. Exact methods are meant where counts are small, which here is nearly always.
"""

from __future__ import annotations

from math import inf, isfinite, sqrt

from scipy.stats import binomtest, chi2, norm

from transforms.errors import WrongArguments
from transforms.messages import said
from transforms.statistics.estimate import Check, Estimate, refused

PER_100K = 100_000
FEWEST_EVENTS = 10
SMALLEST_BASE = 20

Interval = tuple[float, float]


def poisson_interval(count: float, level: float = 0.95) -> Interval:
    """Exact interval of a Poisson mean (Garwood, Biometrika 28, 1936), in events; raises WrongArguments below zero."""
    tail = _tail(level)
    _require(count >= 0 and isfinite(count), "a count is zero or more")
    lower = float(chi2.ppf(tail, 2 * count)) / 2 if count > 0 else 0.0
    return lower, float(chi2.ppf(1 - tail, 2 * (count + 1))) / 2


def byar_interval(count: float, level: float = 0.95) -> Interval:
    """Byar's approximation to the Poisson interval (Breslow and Day 1987, volume II, page 69), in events.

    Close to the exact one from about ten events on; the lower bound of very few events is cut at zero.
    """
    z = float(norm.ppf(1 - _tail(level)))
    _require(count >= 0 and isfinite(count), "a count is zero or more")
    lower = count * max(1 - 1 / (9 * count) - z / (3 * sqrt(count)), 0.0) ** 3 if count > 0 else 0.0
    above = count + 1
    return lower, above * (1 - 1 / (9 * above) + z / (3 * sqrt(above))) ** 3


def rate(count: float, persons: float, *, per: float = PER_100K, level: float = 0.95) -> Estimate:
    """Events per so many persons with the exact Poisson interval; flagged below ten events."""
    return _rate("rate_garwood", count, persons, per, level, poisson_interval(count, level))


def rate_byar(count: float, persons: float, *, per: float = PER_100K, level: float = 0.95) -> Estimate:
    """Events per so many persons with Byar's interval, as English public-health bodies print it."""
    return _rate("rate_byar", count, persons, per, level, byar_interval(count, level))


def _rate(method: str, count: float, persons: float, per: float, level: float, events: Interval) -> Estimate:
    unit = f"per_{per:.0f}" if per != PER_100K else "per_100k"
    if not persons > 0:
        return refused(method, unit, "no_denominator", said("There is no population to divide by."), count=count)
    enough = Check(
        key="enough_events", is_met=count >= FEWEST_EVENTS, said=said("A rate from fewer than 10 events is unreliable.")
    )
    return Estimate(
        method=method,
        estimate=count / persons * per,
        lower=events[0] / persons * per,
        upper=events[1] / persons * per,
        level=level,
        unit=unit,
        basis={"count": count, "persons": persons},
        checks=(enough,),
    )


def rate_ratio(
    count: float, exposure: float, base_count: float, base_exposure: float, *, level: float = 0.95
) -> Estimate:
    """Ratio of two Poisson rates with the exact conditional interval and two-sided p (details `p`).

    Given the sum of both counts, the first is binomial (Przyborowski and Wilenski, Biometrika 31, 1940); the interval
    is Clopper and Pearson's, p sums the outcomes no likelier than the one observed. Infinite when the base is zero.
    Refused when both counts are zero.
    """
    counts = {"count": count, "exposure": exposure, "base_count": base_count, "base_exposure": base_exposure}
    _require(exposure > 0 and base_exposure > 0, "exposures are above zero")
    _require(all(c >= 0 and float(c).is_integer() for c in (count, base_count)), "counts are whole numbers")
    if count + base_count == 0:
        return refused("rate_ratio_exact", "ratio", "no_events", said("Neither period has any events."), **counts)
    expected = exposure / (exposure + base_exposure)
    low, high = _proportion(count, count + base_count, level, "beta")  # Clopper and Pearson's
    test = binomtest(int(count), int(count + base_count), expected)

    def as_ratio(share: float) -> float:
        return inf if share >= 1 else share / (1 - share) * base_exposure / exposure

    return Estimate(
        method="rate_ratio_exact",
        estimate=as_ratio(count / (count + base_count)) if base_count else inf,
        lower=as_ratio(low),
        upper=as_ratio(high),
        level=level,
        unit="ratio",
        basis=counts,
        details={"p": float(test.pvalue)},
    )


def wilson_interval(count: float, base: float, level: float = 0.95) -> Interval:
    """Score interval of a proportion (Wilson, JASA 22, 1927), as fractions of one."""
    _require(base > 0 and 0 <= count <= base, "a proportion needs a base above zero that holds its count")
    return _proportion(count, base, level, "wilson")


def _proportion(count: float, base: float, level: float, method: str) -> Interval:
    from statsmodels.stats.proportion import proportion_confint  # brings pandas: a second that most commands can save

    lower, upper = proportion_confint(count, base, alpha=2 * _tail(level), method=method)
    return (float(lower) if count > 0 else 0.0), (float(upper) if count < base else 1.0)


def proportion(count: float, base: float, *, level: float = 0.95) -> Estimate:
    """Percentage with Wilson's interval; flagged on a base under 20."""
    if not base > 0:
        return refused("proportion_wilson", "pct", "no_base", said("There is nobody to take a share of."), count=count)
    lower, upper = wilson_interval(count, base, level)
    value = 100 * count / base
    enough = Check(
        key="large_base", is_met=base >= SMALLEST_BASE, said=said("A percentage on a base under 20 is unreliable.")
    )
    return Estimate(
        method="proportion_wilson",
        estimate=value,
        lower=min(100 * lower, value),
        upper=max(100 * upper, value),
        level=level,
        unit="pct",
        basis={"count": count, "base": base},
        checks=(enough,),
    )


def _tail(level: float) -> float:
    _require(0 < level < 1, "the level of an interval lies between 0 and 1")
    return (1 - level) / 2


def _require(is_met: bool, rule: str) -> None:
    if not is_met:
        raise WrongArguments(f"This cannot be calculated: {rule}.")
