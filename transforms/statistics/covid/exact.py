"""Exact comparison of a later period with earlier years, for counts too few for a model.

Poisson counts: the predictive distribution of the later count under Jeffreys' prior is negative binomial with size
(events before + 1/2) and share (exposure before) / (both exposures); the p is that of the exact conditional test. Where
the years before differ by more than chance, their own spread is used instead (Student's t), or nothing is said.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import chi2, nbinom, t

from transforms.statistics.covid.forecast import Forecast
from transforms.statistics.covid.ladder import Plan
from transforms.statistics.covid.loglinear import Array
from transforms.statistics.rates import rate_ratio

_IMPROBABLE = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Years:
    """Counts and exposures of the years before (one entry each)."""

    counts: Array
    exposures: Array

    @property
    def phi(self) -> float:
        """Pearson's chi-square against one rate, per degree of freedom; 1 with a single year or no event."""
        if len(self.counts) < 2 or self.counts.sum() == 0:
            return 1.0
        means = self.counts.sum() * self.exposures / self.exposures.sum()
        return float(((self.counts - means) ** 2 / means).sum() / (len(self.counts) - 1))

    @property
    def differ(self) -> bool:
        """Whether the years differ by more than chance (5 per cent)."""
        degrees = len(self.counts) - 1
        return degrees > 0 and float(chi2.sf(self.phi * degrees, degrees)) < _IMPROBABLE


def jeffreys_bounds(count: float, exposure: float, exposure_ahead: float, shares: Array) -> Array:
    """Quantiles of the count to come after `count` events, by Jeffreys' prior on the rate."""
    found: Array = nbinom.ppf(shares, count + 0.5, exposure / (exposure + exposure_ahead))
    return found


def years_of(plan: Plan) -> Years:
    """The reported pre-periods by calendar year; exposure is months, times persons where a population is given."""
    values = plan.pre.values
    known = np.isfinite(values)
    exposure = _exposures(plan.pre.offset, plan.pre.periods[0].months)
    year = np.array([part.year for part in plan.pre.periods])
    named = [number for number in np.unique(year) if known[year == number].any()]
    return Years(
        counts=np.array([values[known & (year == number)].sum() for number in named]),
        exposures=np.array([exposure[known & (year == number)].sum() for number in named]),
    )


def exact_forecast(plan: Plan, sums: Array, observed: Array, level: float) -> Forecast:
    """Expected sums with bounds and p; `sums` (k, m) and `observed` (k) as for the model."""
    years = years_of(plan)
    ahead = sums @ _exposures(plan.post.offset, plan.post.periods[0].months)
    if years.differ:
        return _student(years, ahead, observed, level)
    count, exposure = float(years.counts.sum()), float(years.exposures.sum())
    tail = np.array([(1 - level) / 2, (1 + level) / 2])
    bounds = np.array([jeffreys_bounds(count, exposure, own, tail) for own in ahead])
    expected = count * ahead / exposure
    lower, upper = np.minimum(bounds[:, 0], expected), np.maximum(bounds[:, 1], expected)
    size, share = count + 0.5, exposure / (exposure + ahead)
    return Forecast(
        method="exact_conditional",
        expected=expected,
        lower=lower,
        upper=upper,
        plain_lower=lower,
        plain_upper=upper,
        se_pred=np.sqrt(expected + expected * ahead / exposure),
        se_mean=np.sqrt(expected * ahead / exposure),
        p=np.array([_p(seen, own, count, exposure) for seen, own in zip(observed, ahead, strict=True)]),
        phi=years.phi,
        sample=lambda generator, replicates: generator.negative_binomial(size, share, (replicates, len(share))).astype(
            float
        ),
    )


def _student(years: Years, ahead: Array, observed: Array, level: float) -> Forecast:
    """Prediction from the spread of the yearly rates, for years that differ by more than chance."""
    n, total = len(years.counts), float(years.exposures.sum())
    rate = float(years.counts.sum()) / total
    spread = float(((years.counts / years.exposures - rate) ** 2).sum() / (n - 1))
    expected = rate * ahead
    se_mean = np.sqrt(spread / n) * ahead
    se = np.sqrt(spread * (ahead * total / n + ahead**2 / n))
    wide = t.ppf((1 + level) / 2, n - 1) * se
    return Forecast(
        method="student_of_years",
        expected=expected,
        lower=np.maximum(expected - wide, 0.0),
        upper=expected + wide,
        plain_lower=np.maximum(expected - wide, 0.0),
        plain_upper=expected + wide,
        se_pred=se,
        se_mean=se_mean,
        p=2 * t.sf(np.abs(observed - expected) / se, n - 1),
        phi=years.phi,
        sample=lambda generator, replicates: np.maximum(
            expected + se * generator.standard_t(n - 1, (replicates, len(ahead))), 0.0
        ),
    )


def _p(observed: float, exposure: float, before: float, exposure_before: float) -> float:
    if round(observed) + round(before) == 0:
        return 1.0
    return float(rate_ratio(round(observed), exposure, round(before), exposure_before).details["p"])


def _exposures(offset: Array, months: int) -> Array:
    found: Array = np.exp(offset) * months
    return found
