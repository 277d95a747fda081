"""State-space models of a series as a second opinion: a level that wanders, with and without a drift, and a season.

Observation = level + season + noise, the level a random walk (Harvey 1989, chapter 2; "local level" and "local linear
deterministic trend" of statsmodels' UnobservedComponents, which the tests compare). With a diffuse start the model is
a linear one with a random walk as error, so its likelihood needs no filter: once the space that level, drift and season
leave free is turned to the axes of the random walk, the likelihood at every signal-to-noise ratio is a sum over n
numbers. A fit takes about a millisecond where a filter inside an optimiser takes a hundred.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from transforms.statistics.covid.loglinear import Array

_LOG_RATIOS = np.linspace(np.log(1e-6), np.log(1e4), 61)
_ZOOMS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class WanderingLevel:
    """A fit: variance of the noise and of a step of the level, log-likelihood (diffuse), forecast of the sums asked.

    `means` and `variances` are those of sums of counts to come (k).
    """

    noise_variance: float
    step_variance: float
    log_likelihood: float
    means: Array
    variances: Array


def wandering_level(
    counts: Array, places: Array, fixed: Array, ahead: Array, fixed_ahead: Array, sums: Array
) -> WanderingLevel:
    """Fit by maximum likelihood and forecast.

    `counts` (n) at the times `places` (n, in periods); `fixed` (n, f) the columns that do not wander, the first of
    ones; `ahead` (m) and `fixed_ahead` (m, f) the same for the periods to come; `sums` (k, m).
    """
    origin = places.min()
    walk = np.minimum.outer(places - origin, places - origin)
    spread, axes = _axes(places.tobytes(), fixed.tobytes(), fixed.shape[1])
    squares = (axes @ counts) ** 2
    ratio = _best_ratio(spread, squares)
    scale = 1 + ratio * spread
    noise = float(np.mean(squares / scale))
    to_come = np.minimum.outer(places - origin, ahead - origin) @ sums.T * ratio
    own = sums @ (np.eye(len(ahead)) + ratio * np.minimum.outer(ahead - origin, ahead - origin)) @ sums.T
    covariance = np.eye(len(places)) + ratio * walk
    weights = _weights(covariance, fixed, to_come, fixed_ahead.T @ sums.T)
    variance = np.diag(own) - 2 * (weights * to_come).sum(axis=0) + (weights * (covariance @ weights)).sum(axis=0)
    return WanderingLevel(
        noise_variance=noise,
        step_variance=noise * ratio,
        log_likelihood=_log_likelihood(squares, scale, noise, fixed),
        means=weights.T @ counts,
        variances=np.maximum(noise * variance, 0.0),
    )


@lru_cache(maxsize=64)
def _axes(places_bytes: bytes, fixed_bytes: bytes, columns: int) -> tuple[Array, Array]:
    """Spread of the random walk along its axes in the space the fixed columns leave free, and the axes (n - f, n).

    Kept, because the series of an edition share their periods and their columns.
    """
    places = np.frombuffer(places_bytes)
    fixed = np.frombuffer(fixed_bytes).reshape(-1, columns)
    walk = np.minimum.outer(places - places.min(), places - places.min())
    free = np.linalg.qr(fixed, mode="complete")[0][:, columns:]
    spread, axes = np.linalg.eigh(free.T @ walk @ free)
    return np.maximum(spread, 0.0), axes.T @ free.T


def _best_ratio(spread: Array, squares: Array) -> float:
    """Signal-to-noise ratio of the largest profile likelihood: a grid on the logarithm, then finer ones around it."""
    grid = _LOG_RATIOS
    for _ in range(_ZOOMS):
        heights = _profile(np.exp(grid), spread, squares)
        best = int(np.argmax(heights))
        grid = np.linspace(grid[max(best - 1, 0)], grid[min(best + 1, len(grid) - 1)], 21)
    heights = _profile(np.append(np.exp(grid), 0.0), spread, squares)
    return float(np.append(np.exp(grid), 0.0)[int(np.argmax(heights))])


def _profile(ratios: Array, spread: Array, squares: Array) -> Array:
    scale = 1 + ratios[:, None] * spread
    noise = np.maximum((squares / scale).mean(axis=1), 1e-300)
    heights: Array = -0.5 * (len(squares) * np.log(noise) + np.log(scale).sum(axis=1))
    return heights


def _log_likelihood(squares: Array, scale: Array, noise: float, fixed: Array) -> float:
    """With a diffuse start: the density of what the fixed columns leave free, in the units of the observations."""
    m = len(squares)
    own = -0.5 * (m * np.log(2 * np.pi * max(noise, 1e-300)) + np.log(scale).sum() + m)
    return float(own - 0.5 * np.linalg.slogdet(fixed.T @ fixed)[1])


def _weights(covariance: Array, fixed: Array, to_come: Array, fixed_sums: Array) -> Array:
    """Weights (n, k) of the best linear unbiased forecast (Goldberger, JASA 57, 1962)."""
    solved = np.linalg.solve(covariance, np.column_stack((fixed, to_come)))
    inverse_fixed, inverse_walk = solved[:, : fixed.shape[1]], solved[:, fixed.shape[1] :]
    lacking = fixed_sums - fixed.T @ inverse_walk
    return np.asarray(
        inverse_walk + inverse_fixed @ np.linalg.solve(fixed.T @ inverse_fixed, lacking), dtype=np.float64
    )
