"""Intervals of an estimated population: Wald's, given the model, and the bootstrap's, which repeats its choice."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import exp, floor, inf, isfinite, nan, sqrt
from typing import TypeAlias

import numpy as np
from scipy.stats import norm

from transforms.statistics.hidden_population.design import Design, Floats
from transforms.statistics.hidden_population.fit import Fits, information

Totals: TypeAlias = Callable[[Design, Floats], Floats]
"""Populations (B,) that an estimator finds for tables (B, C), infinite where it has no estimate."""

_SAME_DIGITS = 10
"""Estimates that agree to so many digits are one value; the rest is rounding, and ties count in the bias correction."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bootstrap:
    """The accelerated, bias-corrected bootstrap interval with what it is made of: median bias `z0` and `acceleration`.

    `upper` is infinite where so many resamples have no estimate that they set no bound; both bounds are where the
    constants cannot be found.
    """

    lower: float
    upper: float
    z0: float
    acceleration: float
    without_estimate: int


def wald_interval(products: Floats, fits: Fits, persons: float, level: float) -> tuple[float, float]:
    """Interval of the first fit's total, on the scale of the logarithm of those on no list, given its model."""
    curvature = information(products, fits.fitted[:1], fits.support.parameters[:1])[0]
    spread = float(norm.ppf((1 + level) / 2)) * sqrt(float(np.linalg.inv(curvature)[0, 0]))
    unseen = float(fits.coefficients[0, 0])
    return persons + exp(unseen - spread), persons + exp(min(unseen + spread, 700.0))


def resampled(counts: Floats, replicates: int, seed: int) -> Floats:
    """Tables (replicates, C) of as many persons, drawn with replacement from those of `counts` (C,)."""
    persons = counts.sum()
    drawn = np.random.default_rng(seed).multinomial(int(persons), counts / persons, size=replicates)
    return drawn.astype(float)


def bootstrap_interval(totals: Totals, design: Design, counts: Floats, resamples: Floats, level: float) -> Bootstrap:
    """The interval of an estimator that chooses its model anew in every resample and every jackknife table.

    `counts` (C,) the table, `resamples` (B, C). Chan, Silverman and Vincent (JASA 116, 2021, section 3.3).
    """
    occupied = np.flatnonzero(counts)
    one_less = np.tile(counts, (len(occupied), 1))
    one_less[np.arange(len(occupied)), occupied] -= 1
    tables, place = np.unique(np.vstack([counts[None], one_less, resamples]), axis=0, return_inverse=True)
    found = _same_digits(totals(design, tables))[place.ravel()]
    jackknife, replicates = found[1 : 1 + len(occupied)], found[1 + len(occupied) :]
    return bca(float(found[0]), replicates, jackknife, counts[occupied], level)


def bca(point: float, replicates: Floats, jackknife: Floats, weights: Floats, level: float) -> Bootstrap:
    """Efron's BCa interval (JASA 82, 1987); a replicate equal to the point counts half.

    `jackknife` holds the estimate without one person of each kind, `weights` how many persons of that kind there are.
    Quantiles are the median-unbiased ones (Hyndman and Fan's eighth, American Statistician 50, 1996).
    """
    share = float(np.mean(replicates < point) + np.mean(replicates == point) / 2)
    without = int(np.isinf(replicates).sum())
    z0, acceleration = float(norm.ppf(share)), _acceleration(jackknife, weights)
    if not (isfinite(z0) and isfinite(acceleration) and isfinite(point)):
        return Bootstrap(lower=-inf, upper=inf, z0=z0, acceleration=acceleration, without_estimate=without)
    ordered = np.sort(replicates)
    bounds = []
    for tail in ((1 - level) / 2, (1 + level) / 2):
        away = z0 + float(norm.ppf(tail))
        bounds.append(_quantile(ordered, float(norm.cdf(z0 + away / (1 - acceleration * away)))))
    return Bootstrap(lower=bounds[0], upper=bounds[1], z0=z0, acceleration=acceleration, without_estimate=without)


def _acceleration(jackknife: Floats, weights: Floats) -> float:
    if not np.isfinite(jackknife).all():
        return nan
    away = np.average(jackknife, weights=weights) - jackknife
    squares = float((weights * away**2).sum())
    return float((weights * away**3).sum()) / (6 * squares**1.5) if squares > 0 else 0.0


def _quantile(ordered: Floats, share: float) -> float:
    """By hand, as infinite values make a nan of numpy's."""
    size = len(ordered)
    place = min(max((size + 1 / 3) * share + 1 / 3, 1.0), float(size))
    below = floor(place)
    low, part = float(ordered[below - 1]), place - below
    if part == 0 or below == size:
        return low
    high = float(ordered[below])
    return high if low == high or not isfinite(high) else low + part * (high - low)


def _same_digits(values: Floats) -> Floats:
    size = np.where(np.isfinite(values) & (values > 0), values, 1.0)
    unit = 10.0 ** (np.floor(np.log10(size)) + 1 - _SAME_DIGITS)
    return np.where(np.isfinite(values), np.round(values / unit) * unit, values)
