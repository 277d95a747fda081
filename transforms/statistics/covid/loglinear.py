"""Log-linear models of counts fitted to many series at once: quasi-Poisson, negative binomial, Newey-West covariance.

Arrays: R series, n periods, p coefficients. A single series is a batch of one; its numbers do not depend on the batch.
The yearly change of a trend is fitted in `annual_change`, one series at a time: there the counts themselves tell
whether a slope exists, however steep, whereas a batch goes on past a series without a finite maximum and marks it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import digamma, gammaln, polygamma, xlogy

from transforms.statistics.newey_west import summed_products

Array = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

_MOST_STEPS = 60
_CLOSE_ENOUGH = 1e-9
"""Largest change of a log mean in the last step."""
_RIDGE = 1e-12
_STEEPEST = 30.0
"""Log means are kept within this distance of the offset's scale, so that an estimate at infinity cannot overflow."""
_LARGEST_THETA = 1e7
"""A negative binomial of this size differs from Poisson by less than any figure shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogLinearFit:
    """Fits of R series: `coefficients` (R, p), `means` (R, n), `information_inverse` (R, p, p) for dispersion 1.

    `phi` (R) is Pearson's chi-square per residual degree of freedom; `is_found` (R) whether a finite maximum exists.
    """

    coefficients: Array
    means: Array
    information_inverse: Array
    phi: Array
    is_found: Flags

    @property
    def covariance(self) -> Array:
        """Covariance of the coefficients (R, p, p) with the variance scaled by `phi`."""
        return self.information_inverse * self.phi[:, None, None]


def fit_poisson(counts: Array, design: Array, offset: Array) -> LogLinearFit:
    """Quasi-Poisson fit with log link by iteratively reweighted least squares (McCullagh and Nelder 1989, section 2.5).

    `counts` (R, n), `design` (n, p) of full rank with n > p, `offset` (n) in logs.
    """
    coefficients, is_found = _iterate(counts, design, offset, np.full(len(counts), np.inf), _start(counts))
    means = np.exp(_bounded(coefficients @ design.T + offset, counts))
    inverse = _inverse(_information(means, design))
    pearson = ((counts - means) ** 2 / means).sum(axis=1)
    return LogLinearFit(
        coefficients=coefficients,
        means=means,
        information_inverse=inverse,
        phi=pearson / (design.shape[0] - design.shape[1]),
        is_found=is_found,
    )


def fit_negative_binomial(counts: Array, design: Array, offset: Array) -> tuple[LogLinearFit, Array]:
    """Negative binomial fit (variance m + m²/theta) with theta (R) by maximum likelihood, infinite where none fits.

    Coefficients and theta in turn until neither moves (Lawless, Canadian Journal of Statistics 15, 1987). `phi` is 1:
    the extra variance lies in theta.
    """
    theta = np.full(len(counts), np.inf)
    coefficients, is_found = _iterate(counts, design, offset, theta, _start(counts))
    predictor = _bounded(coefficients @ design.T + offset, counts)
    for _ in range(_MOST_STEPS):
        updated = _theta(counts, np.exp(predictor))
        with np.errstate(invalid="ignore"):
            moved = np.abs(np.where(theta == updated, 0.0, 1 / theta - 1 / updated)) * updated > 1e-8
        theta = updated
        if not moved.any():
            break
        coefficients, is_found = _iterate(counts, design, offset, theta, predictor)
        predictor = _bounded(coefficients @ design.T + offset, counts)
    means = np.exp(predictor)
    weights = means / (1 + means / theta[:, None])
    fit = LogLinearFit(
        coefficients=coefficients,
        means=means,
        information_inverse=_inverse(_information(weights, design)),
        phi=np.ones(len(counts)),
        is_found=is_found,
    )
    return fit, theta


def newey_west(fit: LogLinearFit, counts: Array, design: Array, lags: int) -> Array:
    """Covariance (R, p, p) that allows for dependence up to `lags` periods, with the small-sample factor n / (n - p).

    Newey and West, Econometrica 55, 1987; multiply by (n - p) / n for the form without the factor.
    """
    scores = (counts - fit.means)[:, :, None] * design
    n, p = design.shape
    sandwich: Array = fit.information_inverse @ summed_products(scores, lags) @ fit.information_inverse * (n / (n - p))
    return sandwich


def _information(weights: Array, design: Array) -> Array:
    n, p = design.shape
    products = (design[:, :, None] * design[:, None, :]).reshape(n, p * p)
    information: Array = (weights @ products).reshape(-1, p, p)
    return information


def _inverse(information: Array) -> Array:
    """Inverse (R, p, p); the ridge is far below any figure shown and keeps a fit without a maximum from an error."""
    return np.asarray(np.linalg.inv(information + _RIDGE * np.eye(information.shape[-1])), dtype=np.float64)


def _start(counts: Array) -> Array:
    """Logarithms of means to begin with: halfway between each count and the mean of its series."""
    found: Array = np.log((counts + counts.mean(axis=1, keepdims=True) + 1e-3) / 2)
    return found


def _bounded(predictor: Array, counts: Array) -> Array:
    centre = np.log(counts.mean(axis=1) + 1e-3)[:, None]
    found: Array = np.clip(predictor, centre - _STEEPEST, centre + _STEEPEST)
    return found


def _iterate(counts: Array, design: Array, offset: Array, theta: Array, start: Array) -> tuple[Array, Flags]:
    """Coefficients (R, p) and whether the iteration came to rest inside the range of finite estimates."""
    p = design.shape[1]
    ridge = _RIDGE * np.eye(p)
    predictor = start.copy()
    is_settled = np.zeros(len(counts), dtype=bool)
    coefficients = np.zeros((len(counts), p))
    for _ in range(_MOST_STEPS):
        todo = ~is_settled
        means = np.exp(predictor[todo])
        weights = means / (1 + means / theta[todo, None])
        working = predictor[todo] - offset + (counts[todo] - means) / means
        information = _information(weights, design) + ridge
        updated = np.linalg.solve(information, ((weights * working) @ design)[:, :, None])[:, :, 0]
        coefficients[todo] = updated
        bounded = _bounded(updated @ design.T + offset, counts[todo])
        moved = np.abs(bounded - predictor[todo]).max(axis=1)
        predictor[todo] = bounded
        is_settled[todo] = moved <= _CLOSE_ENOUGH
        if is_settled.all():
            break
    centre = np.log(counts.mean(axis=1) + 1e-3)[:, None]
    is_inside = np.abs(coefficients @ design.T + offset - centre).max(axis=1) < _STEEPEST / 2
    return coefficients, is_settled & is_inside


def _theta(counts: Array, means: Array) -> Array:
    """Theta by Newton's method on its logarithm; infinite where the counts vary no more than Poisson's."""
    theta = np.full(len(counts), np.inf)
    varies = ((counts - means) ** 2 - counts).sum(
        axis=1
    ) > 0  # slope of the likelihood where the extra variance is zero
    if varies.any():
        theta[varies] = _finite_theta(counts[varies], means[varies])
    return theta


def _finite_theta(counts: Array, means: Array) -> Array:
    excess = ((counts - means) ** 2 - means).sum(axis=1) / (means**2).sum(axis=1)
    theta = np.clip(1 / np.maximum(excess, 1e-9), 1e-3, _LARGEST_THETA)
    for _ in range(_MOST_STEPS):
        size = theta[:, None]
        slope = (
            digamma(counts + size) - digamma(size) - np.log1p(means / size) + (means - counts) / (means + size)
        ).sum(axis=1)
        bend = (
            polygamma(1, counts + size)
            - polygamma(1, size)
            + means / (size * (means + size))
            - (means - counts) / (means + size) ** 2
        ).sum(axis=1)
        first, second = theta * slope, theta**2 * bend + theta * slope
        step = np.clip(np.where(second < 0, -first / np.minimum(second, -1e-300), np.sign(first)), -2, 2)
        theta = np.clip(theta * np.exp(step), 1e-4, _LARGEST_THETA)
        if ((np.abs(step) < 1e-9) | (theta >= _LARGEST_THETA)).all():
            break
    is_poisson = (theta >= _LARGEST_THETA) | (_gain(counts, means, theta) <= 0)
    return np.where(is_poisson, np.inf, theta)


def _gain(counts: Array, means: Array, theta: Array) -> Array:
    """Log-likelihood of the negative binomial above Poisson's."""
    size = theta[:, None]
    negative = gammaln(counts + size) - gammaln(size) - (counts + size) * np.log1p(means / size) - xlogy(counts, size)
    gain: Array = (negative + means).sum(axis=1)
    return gain
