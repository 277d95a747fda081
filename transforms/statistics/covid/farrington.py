"""Month by month against the same months of five years before, as surveillance of diseases does it.

Farrington and others, JRSS A 159 (1996), with the threshold on the scale of the power 2/3; and its later form with a
trend and a negative binomial threshold (Noufaily and others, Statistics in Medicine 32, 2013, without reweighting). A
reference beside the frozen counterfactual: its baseline rolls forward and takes later years of the period in.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import nbinom, norm, poisson

from transforms.errors import WrongArguments
from transforms.periods import Period
from transforms.statistics.covid.loglinear import Array
from transforms.statistics.series import Series

YEARS_BACK = 5
MONTHS_AROUND = 1
_FEWEST_REFERENCES = 6
_ROUNDS = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Threshold:
    """One month: what was observed and expected, the dispersion, the upper bound (97.5 per cent), whether exceeded."""

    period: Period
    observed: float
    expected: float
    phi: float
    upper: float

    @property
    def is_exceeded(self) -> bool:
        """Whether more was registered than the bound allows."""
        return self.observed > self.upper


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fit:
    mean: float
    phi: float
    se_log: float
    residuals: Array


def farrington_1996(series: Series, months: tuple[Period, ...], *, level: float = 0.95) -> tuple[Threshold, ...]:
    """Thresholds without a trend, past outbreaks weighted down by their Anscombe residuals.

    Raises WrongArguments for a series that is not monthly, or fewer than six reported reference months.
    """
    return tuple(_with_reweighting(series, month, level) for month in months)


def farrington_flexible(series: Series, months: tuple[Period, ...], *, level: float = 0.95) -> tuple[Threshold, ...]:
    """Thresholds with a log-linear trend and the quantile of a negative binomial of the estimated dispersion.

    Raises WrongArguments as `farrington_1996`.
    """
    return tuple(_with_trend(series, month, level) for month in months)


def _with_reweighting(series: Series, month: Period, level: float) -> Threshold:
    place, _, counts = _references(series, month)
    ones = np.ones((len(counts), 1))
    first = _fit(counts, ones, np.ones(len(counts)), ones[0])
    weights = np.where(first.residuals > 1, np.maximum(first.residuals, 1.0) ** -2, 1.0)
    found = _fit(counts, ones, weights * len(weights) / weights.sum(), ones[0])
    spread = found.phi + found.se_log**2 * found.mean
    se = np.sqrt(4 / 9 * found.mean ** (1 / 3) * spread)
    upper = (found.mean ** (2 / 3) + float(norm.ppf((1 + level) / 2)) * se) ** 1.5
    return Threshold(
        period=month, observed=float(series.values[place]), expected=found.mean, phi=found.phi, upper=float(upper)
    )


def _with_trend(series: Series, month: Period, level: float) -> Threshold:
    place, places, counts = _references(series, month)
    design = np.column_stack((np.ones(len(places)), (places - place) / 12))
    found = _fit(counts, design, np.ones(len(counts)), np.array([1.0, 0.0]))
    share = (1 + level) / 2
    upper = (
        float(nbinom.ppf(share, found.mean / (found.phi - 1), 1 / found.phi))
        if found.phi > 1
        else float(poisson.ppf(share, found.mean))
    )
    return Threshold(
        period=month, observed=float(series.values[place]), expected=found.mean, phi=found.phi, upper=upper
    )


def _references(series: Series, month: Period) -> tuple[int, Array, Array]:
    """Place of the month, places and counts of the reported months around the same one of earlier years."""
    if series.frequency != "month" or month not in series.periods:
        raise WrongArguments(f"Thresholds need a monthly series that holds {month.code}.")
    place, values = series.periods.index(month), series.values
    around = range(-MONTHS_AROUND, MONTHS_AROUND + 1)
    wanted = [place - 12 * years + step for years in range(YEARS_BACK, 0, -1) for step in around]
    places = np.array([p for p in wanted if p >= 0 and np.isfinite(values[p])], dtype=int)
    if len(places) < _FEWEST_REFERENCES or values[places].sum() == 0:
        raise WrongArguments(f"Too few months with events lie before {month.code} to compare with.")
    return place, places.astype(float), values[places]


def _fit(counts: Array, design: Array, weights: Array, at: Array) -> _Fit:
    """Weighted quasi-Poisson fit, dispersion at least 1, and standardised Anscombe residuals."""
    means = np.full(len(counts), float(np.average(counts, weights=weights)))
    for _ in range(_ROUNDS):
        information = (design * (weights * means)[:, None]).T @ design
        working = np.log(means) + (counts - means) / means
        coefficients = np.linalg.solve(information, design.T @ (weights * means * working))
        updated = np.exp(design @ coefficients)
        is_settled = bool(np.abs(updated - means).max() <= 1e-11 * means.max())
        means = updated
        if is_settled:
            break
    inverse = np.linalg.inv((design * (weights * means)[:, None]).T @ design)
    pearson = float((weights * (counts - means) ** 2 / means).sum())
    phi = max(pearson / (len(counts) - design.shape[1]), 1.0)
    leverage = weights * means * np.einsum("ni,ij,nj->n", design, inverse, design)
    anscombe = 1.5 * (counts ** (2 / 3) - means ** (2 / 3)) / means ** (1 / 6)
    return _Fit(
        mean=float(np.exp(at @ coefficients)),
        phi=phi,
        se_log=float(np.sqrt(phi * at @ inverse @ at)),
        residuals=anscombe / np.sqrt(phi * (1 - leverage)),
    )
