"""The distribution of counts to be expected, given a fit that is uncertain and counts that vary more than Poisson's.

Variance of a sum of counts to come: J V Jᵀ (J the derivatives of the summed expectation, V the covariance of the
coefficients) + max(phi, 1) times the expectation. Its shape is a negative binomial with that mean and variance: it is
skewed as small counts are, never below zero, and near normal for large ones. Since phi is itself estimated, tails are
those of Student's t with the residual degrees of freedom: a normal quantile is carried to the t quantile of the same
place. The simulation study (tests/simulation/covid.py) shows that normal bounds miss on one side at small means.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import nbinom, norm, poisson, t

from transforms.statistics.covid.loglinear import Array, LogLinearFit


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """Sums of expected counts: `means` and `variances` (R, sums), `se_mean` (R, sums) of the means alone.

    `degrees` are the residual degrees of freedom behind the dispersion.
    """

    means: Array
    variances: Array
    se_mean: Array
    degrees: int

    @property
    def se_pred(self) -> Array:
        """Standard error of observed minus expected."""
        return np.sqrt(self.variances)

    def interval(self, level: float = 0.95) -> tuple[Array, Array]:
        """Bounds (R, sums) between which the counts to come fall with that probability; whole numbers.

        What lies outside has a p below 1 - level.
        """
        return self._bounds(float(norm.cdf(t.ppf((1 - level) / 2, self.degrees))))

    def plain_interval(self, level: float = 0.95) -> tuple[Array, Array]:
        """The same with phi taken as known."""
        return self._bounds((1 - level) / 2)

    def _bounds(self, tail: float) -> tuple[Array, Array]:
        size, share = _shape(self.means, self.variances)
        is_poisson = np.isinf(size)
        lower = np.where(is_poisson, poisson.ppf(tail, self.means), nbinom.ppf(tail, size, share))
        upper = np.where(is_poisson, poisson.ppf(1 - tail, self.means), nbinom.ppf(1 - tail, size, share))
        return lower, upper

    def p_values(self, observed: Array) -> Array:
        """Two-sided p (R, sums): twice the smaller tail that holds the observed sum, at most 1."""
        size, share = _shape(self.means, self.variances)
        whole = np.round(observed)
        is_poisson = np.isinf(size)
        below = np.where(is_poisson, poisson.cdf(whole, self.means), nbinom.cdf(whole, size, share))
        above = np.where(is_poisson, poisson.sf(whole - 1, self.means), nbinom.sf(whole - 1, size, share))
        tail = t.cdf(norm.ppf(np.minimum(below, above)), self.degrees)
        p: Array = np.minimum(1.0, 2 * tail)
        return p

    def draws(self, generator: np.random.Generator, replicates: int) -> Array:
        """Random counts to come (replicates, R, sums), the variance widened to that of Student's t."""
        widened = self.variances * self.degrees / max(self.degrees - 2, 1)
        size, share = _shape(self.means, widened)
        shape = (replicates, *self.means.shape)
        finite = np.where(np.isinf(size), 1.0, size)
        spread = generator.negative_binomial(finite, share, shape)
        return np.where(np.isinf(size), generator.poisson(self.means, shape), spread).astype(float)


def _shape(means: Array, variances: Array) -> tuple[Array, Array]:
    """Size and share of the negative binomial; the size is infinite where it is a Poisson distribution."""
    share = np.clip(means / variances, 1e-12, 1.0)
    with np.errstate(divide="ignore"):
        size = np.where(share < 1 - 1e-9, means * share / (1 - share), np.inf)
    return size, np.where(np.isinf(size), 0.5, share)


def expectation(
    fit: LogLinearFit, design: Array, offset: Array, sums: Array, covariance: Array | None = None
) -> Expectation:
    """Expected sums of the frozen fit: `design` (m, p) and `offset` (m) of the periods to come, `sums` (k, m).

    Each row of `sums` says which periods belong to a sum (1 or 0). `covariance` (R, p, p) replaces that of the fit.
    """
    means = np.exp(fit.coefficients @ design.T + offset)
    totals, se_mean = summed(means, design, sums, fit.covariance if covariance is None else covariance)
    variances = se_mean**2 + np.maximum(fit.phi, 1.0)[:, None] * totals
    return Expectation(means=totals, variances=variances, se_mean=se_mean, degrees=degrees_of(fit))


def expectation_negative_binomial(
    fit: LogLinearFit, theta: Array, design: Array, offset: Array, sums: Array
) -> Expectation:
    """The same with variance m + m²/theta of each count; theta (R) may be infinite."""
    means = np.exp(fit.coefficients @ design.T + offset)
    totals, se_mean = summed(means, design, sums, fit.covariance)
    own = (means + means**2 / theta[:, None]) @ sums.T
    return Expectation(means=totals, variances=se_mean**2 + own, se_mean=se_mean, degrees=degrees_of(fit))


def summed(means: Array, design: Array, sums: Array, covariance: Array) -> tuple[Array, Array]:
    """Sums (R, k) of expected counts and their standard errors by the delta method."""
    slopes = (means[:, None, :] * sums[None]) @ design
    variance = np.einsum("rki,rij,rkj->rk", slopes, covariance, slopes)
    return means @ sums.T, np.sqrt(np.maximum(variance, 0.0))


def degrees_of(fit: LogLinearFit) -> int:
    """Residual degrees of freedom."""
    return int(fit.means.shape[1] - fit.coefficients.shape[1])
