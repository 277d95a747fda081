"""Month by month against the same months of five years before, as surveillance of diseases does it.

Farrington and others, JRSS A 159 (1996), with the threshold on the scale of the power 2/3; and its later form with a
trend and a negative binomial threshold (Noufaily and others, Statistics in Medicine 32, 2013), without reweighting on
the same months only, and in full: all months of five years, seasons, only strong outbreaks weighted down, the latest
months left out. A reference beside the frozen counterfactual: its baseline rolls forward and takes later years of
the period in.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from scipy.stats import nbinom, norm, poisson

from transforms.errors import WrongArguments
from transforms.periods import Period
from transforms.statistics.covid.loglinear import Array
from transforms.statistics.series import Series

YEARS_BACK = 5
MONTHS_AROUND = 1
LATEST_LEFT_OUT = 3
"""Months before the one looked at that the full form leaves out, so that an outbreak does not raise its own bound."""
SEASONS = 4
"""The months around the one looked at, and the other nine in three of three months."""
STRONG = 2.58
"""Anscombe residual from which the full form weights a month down (Noufaily and others)."""
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


def farrington_noufaily(series: Series, months: tuple[Period, ...], *, level: float = 0.95) -> tuple[Threshold, ...]:
    """Thresholds from all months of five years with a trend and seasons, strong past outbreaks weighted down.

    The bound is the quantile of the negative binomial at the expected count. Raises WrongArguments as
    `farrington_1996`.
    """
    return tuple(_with_seasons(series, month, level) for month in months)


def _with_reweighting(series: Series, month: Period, level: float) -> Threshold:
    place, _, counts = _references(series, month)
    ones = np.ones((len(counts), 1))
    first = _fit(counts, ones, np.ones(len(counts)), ones[0])
    found = _fit(counts, ones, _weighted_down(first.residuals, 1.0), ones[0])
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
    return _by_quantile(series, place, found, level)


def _with_seasons(series: Series, month: Period, level: float) -> Threshold:
    place = _place(series, month)
    first = place - 12 * YEARS_BACK - MONTHS_AROUND
    places, counts = _known(series, month, range(first, place - LATEST_LEFT_OUT))
    rest = np.array_split(np.arange(MONTHS_AROUND + 1, 12 - MONTHS_AROUND), SEASONS - 1)
    seasons = [np.isin((places - place) % 12, season).astype(float) for season in rest]
    design = np.column_stack((np.ones(len(places)), *seasons, (places - place) / 12))
    at = np.zeros(design.shape[1])
    at[0] = 1.0
    plain = _fit(counts, design, np.ones(len(counts)), at)
    return _by_quantile(series, place, _fit(counts, design, _weighted_down(plain.residuals, STRONG), at), level)


def _weighted_down(residuals: Array, beyond: float) -> Array:
    """Weights that sum to the number of months, smaller by the square of a residual beyond the bound."""
    weights = np.where(residuals > beyond, np.maximum(residuals, 1.0) ** -2, 1.0)
    scaled: Array = weights * len(weights) / weights.sum()
    return scaled


def _by_quantile(series: Series, place: int, found: _Fit, level: float) -> Threshold:
    share = (1 + level) / 2
    upper = (
        float(nbinom.ppf(share, found.mean / (found.phi - 1), 1 / found.phi))
        if found.phi > 1
        else float(poisson.ppf(share, found.mean))
    )
    return Threshold(
        period=series.periods[place],
        observed=float(series.values[place]),
        expected=found.mean,
        phi=found.phi,
        upper=upper,
    )


def _place(series: Series, month: Period) -> int:
    if series.frequency != "month" or month not in series.periods:
        raise WrongArguments(f"Thresholds need a monthly series that holds {month.code}.")
    return series.periods.index(month)


def _references(series: Series, month: Period) -> tuple[int, Array, Array]:
    """Place of the month, places and counts of the reported months around the same one of earlier years."""
    place = _place(series, month)
    around = range(-MONTHS_AROUND, MONTHS_AROUND + 1)
    wanted = [place - 12 * years + step for years in range(YEARS_BACK, 0, -1) for step in around]
    places, counts = _known(series, month, wanted)
    return place, places, counts


def _known(series: Series, month: Period, wanted: Iterable[int]) -> tuple[Array, Array]:
    """Places and counts of those months that the series has."""
    values = series.values
    places = np.array([p for p in wanted if p >= 0 and np.isfinite(values[p])], dtype=int)
    if len(places) < _FEWEST_REFERENCES or values[places].sum() == 0:
        raise WrongArguments(f"Too few months with events lie before {month.code} to compare with.")
    return places.astype(float), values[places]


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
