"""Rare events: the time between them instead of counts per period, and exact tests of a change of their rate."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from math import inf

import numpy as np
from scipy.stats import chi2, f

from transforms.errors import WrongArguments
from transforms.messages import said
from transforms.periods import Period
from transforms.statistics.estimate import Check, Estimate, refused
from transforms.statistics.period_rates import CHANGE
from transforms.statistics.rates import poisson_interval, rate_ratio
from transforms.statistics.series import Numbers, Series

RARE_RATE = "rare_rate_gamma"
TIME_BETWEEN = "time_between_events"
GAPS = "gaps_f"
HALVES = "halves_exact"
DAYS_A_YEAR = 365.25
_ALPHA = 0.05
_POISSON = "counts_taken_as_poisson"
_SEASON = "season_not_separated"


def rare_rate(series: Series, *, level: float = 0.95) -> Estimate:
    """Events a year over the whole series with the exact interval of a Poisson process watched for a fixed time.

    Details: `mean_days_between` with its interval; the mean is None without events, its upper bound None as well.
    """
    years = len(series.known) * series.periods[0].months / 12
    if not years:
        return refused(RARE_RATE, "per_year", "no_periods", said("No period has a count."))
    lower, upper = poisson_interval(series.total, level)
    days = years * DAYS_A_YEAR
    return Estimate(
        method=RARE_RATE,
        estimate=series.total / years,
        lower=lower / years,
        upper=upper / years,
        level=level,
        unit="per_year",
        basis={"count": series.total, "years": years},
        caveats=(_POISSON,),
        details={
            "mean_days_between": days / series.total if series.total else None,
            "mean_days_between_lower": days / upper,
            "mean_days_between_upper": days / lower if lower > 0 else None,
        },
    )


def time_between_events(days: Sequence[date], start: date, *, level: float = 0.95) -> Estimate:
    """Mean days between events, the first waited for from `start`, with the exact gamma interval.

    Waiting times are taken as exponential: twice their sum over the mean is chi-square with 2n degrees of freedom
    (Epstein and Sobel, JASA 48, 1953). Raises WrongArguments for an event before `start`; refused under two events.
    """
    gaps = _gaps(days, start)
    if len(gaps) < 2:
        return refused(TIME_BETWEEN, "days", "few_events", said("The time between events needs at least two events."))
    tail, total = (1 - level) / 2, float(gaps.sum())
    return Estimate(
        method=TIME_BETWEEN,
        estimate=total / len(gaps),
        lower=2 * total / float(chi2.ppf(1 - tail, 2 * len(gaps))),
        upper=2 * total / float(chi2.ppf(tail, 2 * len(gaps))),
        level=level,
        unit="days",
        basis={"count": len(gaps), "days": total},
        details={"events_per_year": len(gaps) / total * DAYS_A_YEAR if total else None},
    )


def change_of_gaps(days: Sequence[date], start: date, first: int, *, level: float = 0.95) -> Estimate:
    """Mean time between the events after the `first` ones, over that of the first ones, with the exact F interval.

    `first` must have been fixed without looking at the times. Two-sided p in details.
    """
    gaps = _gaps(days, start)
    before, after = gaps[:first], gaps[first:]
    if min(len(before), len(after)) < 1 or not before.sum() > 0:
        return refused(GAPS, "ratio", "few_events", said("Both parts need at least one event and some time."))
    ratio = float(after.mean() / before.mean())
    degrees = (2 * len(after), 2 * len(before))
    tail = (1 - level) / 2
    return Estimate(
        method=GAPS,
        estimate=ratio,
        lower=ratio / float(f.ppf(1 - tail, *degrees)),
        upper=ratio / float(f.ppf(tail, *degrees)),
        level=level,
        unit="ratio",
        basis={"count": len(after), "base_count": len(before)},
        details={"p": min(1.0, 2 * float(min(f.cdf(ratio, *degrees), f.sf(ratio, *degrees))))},
    )


def change_since(series: Series, first: Period, *, level: float = 0.95) -> Estimate:
    """Percentage change of the rate from `first` on, against all before it, with the exact conditional interval."""
    cut = sum(1 for n in series.known if series.periods[n].first_month < first.first_month)
    return _compared(CHANGE, series, 0, cut, (), level)


def change_between_halves(series: Series, *, level: float = 0.95) -> Estimate:
    """Percentage change of the rate from the first half of the periods to the second, exact conditional interval.

    Parts of a year are compared over whole years where there are two of them, so that the season cancels; the oldest
    periods are left out for that, and of an odd number of years the first half has one more.
    """
    known = len(series.known)
    in_a_year = 12 // series.periods[0].months
    has_gaps = known < len(series.periods)
    start = known % in_a_year if known >= 2 * in_a_year and not has_gaps else 0
    years = (known - start) // in_a_year
    is_whole = in_a_year == 1 or (years >= 2 and not has_gaps)
    cut = start + (-(-years // 2)) * in_a_year if is_whole else -(-known // 2)
    return _compared(HALVES, series, start, cut, () if is_whole else (_SEASON,), level)


def _compared(method: str, series: Series, start: int, cut: int, caveats: tuple[str, ...], level: float) -> Estimate:
    counts, exposure = series.events()[start:], series.exposure()[start:]
    cut -= start
    sides = (slice(0, cut), slice(cut, len(counts)))
    (base, now), (base_exposure, exposed) = (
        [float(values[side].sum()) for side in sides] for values in (counts, exposure)
    )
    periods = {"periods": float(len(counts) - cut), "base_periods": float(cut)}
    if not (base_exposure > 0 and exposed > 0):
        return refused(method, "pct", "no_base", said("There is no period on one side of the comparison."), **periods)
    if base == 0:
        return refused(
            method, "pct", "no_base_events", said("The earlier periods have no events."), count=now, **periods
        )
    ratio = rate_ratio(now, exposed, base, base_exposure, level=level)
    p_dispersion = _dispersion_p(counts, exposure, cut)
    return Estimate(
        method=method,
        estimate=100 * ((ratio.estimate or 0.0) - 1),
        lower=100 * ((ratio.lower or 0.0) - 1),
        upper=100 * ((inf if ratio.upper is None else ratio.upper) - 1),
        level=level,
        unit="pct",
        basis={"count": now, "base_count": base, **periods},
        checks=(
            Check(
                key="poisson_spread",
                is_met=p_dispersion is None or p_dispersion >= _ALPHA,
                said=said("The counts vary more than chance alone would make them: the interval is too narrow."),
            ),
        ),
        caveats=(_POISSON, *caveats),
        details={"p": ratio.details["p"], "p_dispersion": p_dispersion},
    )


def _dispersion_p(counts: Numbers, exposure: Numbers, cut: int) -> float | None:
    """Upper p of Pearson's chi-square within the two sides (Fisher's test of dispersion); None without freedom."""
    statistic, degrees = 0.0, 0
    for side in (slice(0, cut), slice(cut, len(counts))):
        expected = exposure[side] * counts[side].sum() / exposure[side].sum()
        if expected.sum() > 0:
            statistic += float(((counts[side] - expected) ** 2 / expected).sum())
            degrees += len(expected) - 1
    return float(chi2.sf(statistic, degrees)) if degrees else None


def _gaps(days: Sequence[date], start: date) -> Numbers:
    ordered = sorted(days)
    if ordered and ordered[0] < start:
        raise WrongArguments("An event lies before the start of the time watched.")
    previous = [start, *ordered[:-1]]
    return np.array([(now - before).days for now, before in zip(ordered, previous, strict=False)], dtype=float)
