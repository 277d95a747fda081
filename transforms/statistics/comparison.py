"""Plain comparisons a reader can check by hand: the same period of another year, phases, matched units.

All of them compare numbers detected or registered; none says anything about how many victims there are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from transforms.messages import said
from transforms.statistics.estimate import Check, Estimate, refused
from transforms.statistics.rates import FEWEST_EVENTS, SMALLEST_BASE, poisson_interval, rate_ratio


def phase_mean(count: float, months: int, *, level: float = 0.95) -> Estimate:
    """Mean per month of a phase with the exact Poisson interval."""
    lower, upper = poisson_interval(count, level)
    return Estimate(
        method="phase_mean_garwood",
        estimate=count / months,
        lower=lower / months,
        upper=upper / months,
        level=level,
        unit="per_month",
        basis={"count": count, "months": months},
    )


def phase_ratio(count: float, months: int, base_count: float, base_months: int, *, level: float = 0.95) -> Estimate:
    """Rate per month of a phase against a base phase, exact interval; refused without events in the base."""
    return _ratio("phase_ratio_exact", count, months, base_count, base_months, level)


def same_period(count: float, base_count: float, *, level: float = 0.95) -> Estimate:
    """A period against the same one of another year, taken as equally long; refused without events in the base."""
    return _ratio("same_period_exact", count, 1, base_count, 1, level)


def _ratio(method: str, count: float, months: float, base: float, base_months: float, level: float) -> Estimate:
    if base == 0:
        return refused(method, "ratio", "no_base_events", said("The base has no events."), count=count, base_count=base)
    enough = Check(
        key="enough_events", is_met=base >= FEWEST_EVENTS, said=said("A ratio to fewer than 10 events is unreliable.")
    )
    return replace(rate_ratio(count, months, base, base_months, level=level), method=method, checks=(enough,))


def change(count: float, before: float, *, level: float = 0.95) -> Estimate:
    """Percentage change from one count to another with the exact interval; flagged where a count is under 20."""
    if before == 0:
        return refused(
            "change_exact", "pct", "no_base_events", said("The base is zero."), count=count, base_count=before
        )
    ratio = rate_ratio(count, 1, before, 1, level=level)
    lower, value, upper = (100 * (float(x or 0.0) - 1) for x in (ratio.lower, ratio.estimate, ratio.upper))
    enough = Check(
        key="large_bases",
        is_met=min(count, before) >= SMALLEST_BASE,
        said=said("A percentage on a base under 20 is unreliable."),
    )
    return replace(ratio, method="change_exact", unit="pct", estimate=value, lower=lower, upper=upper, checks=(enough,))


def matched_change(now: Mapping[str, float | None], before: Mapping[str, float | None]) -> Estimate:
    """Percentage change over the units (countries, bodies) that report in both periods; the others are left out.

    No interval: coverage, not chance, is what differs between units. Basis: both sums and the number of units.
    """
    units = sorted(unit for unit, value in now.items() if value is not None and before.get(unit) is not None)
    first = float(sum(before[unit] or 0.0 for unit in units))
    last = float(sum(now[unit] or 0.0 for unit in units))
    if first == 0:
        return refused("matched_change", "pct", "no_matched_base", said("No unit reports in both periods."))
    return Estimate(
        method="matched_change",
        estimate=100 * (last / first - 1),
        lower=None,
        upper=None,
        unit="pct",
        basis={"count": last, "base_count": first, "units": float(len(units))},
    )
