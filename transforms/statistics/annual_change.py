"""The percentage change per year of a series of counts, from a log-linear quasi-Poisson model.

One series at a time, and a slope however steep where the counts show that one exists; `covid.loglinear` fits batches
and marks what has no finite maximum.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log, sqrt

import numpy as np
from scipy.optimize import brentq
from scipy.special import chdtri, ndtr, ndtri, stdtr, stdtrit, xlogy

from transforms.statistics.newey_west import lags, summed_products
from transforms.statistics.series import Numbers, Series

_WIDEST = 12.0
"""Widest search for a bound of the profile, as a logarithm of the yearly factor."""
_HIGHEST_PREDICTOR = 60.0
"""Logarithms of expected counts beyond this are the sign of an estimate that does not exist."""
_MOST_STEPS, _SETTLED = 60, 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnualChange:
    """Change per year in per cent with its interval, and the fit it comes from.

    `se` is that of the logarithm of the yearly factor, p is two-sided, `phi` the Pearson dispersion as it came out,
    `profile` the profile-likelihood interval in per cent (one level, no season), `autocorrelation` that of neighbouring
    residuals, `relative_exposure` person-years times the seasonal factor of each point, `deviance` that of the fit.
    """

    value: float
    lower: float
    upper: float
    se: float
    p: float
    phi: float
    errors: str
    points: int
    parameters: int
    deviance: float
    autocorrelation: float
    relative_exposure: Numbers
    profile: tuple[float, float] | None


def annual_change(parts: Sequence[Series], level: float = 0.95) -> AnnualChange | None:
    """One yearly factor over one part, or over several with a level of its own for each; None where none exists.

    Season: two harmonics for months, a factor for each quarter. The variance is that of Poisson counts times the
    Pearson dispersion, never below it (McCullagh and Nelder 1989, 4.5), with Student's quantile where the dispersion is
    above one; for months and quarters the Newey–West standard error replaces it where that is larger (Newey and West,
    Econometrica 55, 1987).
    """
    counts = np.concatenate([part.events() for part in parts])
    exposure = np.concatenate([part.exposure() for part in parts])
    years = np.concatenate([_calendar(part) for part in parts])
    levels = np.repeat(np.eye(len(parts)), [len(part.known) for part in parts], axis=0)
    season = np.concatenate([_season(part) for part in parts])
    years = years - years.mean()
    design = np.column_stack([years, levels, season])
    if len(counts) <= design.shape[1] or not _exists(counts, years, levels):
        return None
    fit = _fit(counts, design, np.log(exposure))
    if fit is None:
        return None
    slope, freedom = float(fit.coefficients[0]), len(counts) - design.shape[1]
    residuals = (counts - fit.expected) / np.sqrt(fit.expected)
    phi = float(residuals @ residuals) / freedom
    se, errors = sqrt(float(fit.covariance[0, 0]) * max(phi, 1.0)), "quasi_poisson" if phi > 1 else "poisson"
    if season.shape[1]:
        hac = _newey_west(fit, counts, design)
        se, errors = (hac, "newey_west") if hac > se else (se, errors)
    is_normal, tail = errors == "poisson", (1 + level) / 2
    width = se * float(ndtri(tail) if is_normal else stdtrit(freedom, tail))
    distance = -abs(slope) / se
    return AnnualChange(
        value=_pct(slope),
        lower=_pct(slope - width),
        upper=_pct(slope + width),
        se=se,
        p=2 * float(ndtr(distance) if is_normal else stdtr(freedom, distance)),
        phi=phi,
        errors=errors,
        points=len(counts),
        parameters=design.shape[1],
        deviance=fit.deviance,
        autocorrelation=_autocorrelation(residuals),
        relative_exposure=exposure * np.exp(season @ fit.coefficients[1 + len(parts) :]),
        profile=_profile(counts, years, exposure, slope, level) if design.shape[1] == 2 else None,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Fit:
    """A Poisson fit: coefficients, their covariance at dispersion one, expected counts, deviance."""

    coefficients: Numbers
    covariance: Numbers
    expected: Numbers
    deviance: float


def _fit(counts: Numbers, design: Numbers, offset: Numbers) -> _Fit | None:
    """Maximum likelihood by iteratively reweighted least squares; None where it does not settle."""
    expected: Numbers = counts + 0.5
    coefficients: Numbers = np.full(design.shape[1], np.inf)
    for _ in range(_MOST_STEPS):
        working = np.log(expected) - offset + (counts - expected) / expected
        try:
            covariance: Numbers = np.linalg.inv(design.T @ (design * expected[:, None])).astype(float)
        except np.linalg.LinAlgError:
            return None
        before, coefficients = coefficients, covariance @ (design.T @ (expected * working))
        predictor = offset + design @ coefficients
        if not (np.abs(predictor) < _HIGHEST_PREDICTOR).all():
            return None
        expected = np.exp(predictor)
        if np.abs(coefficients - before).max() <= _SETTLED:
            break
    else:
        return None
    ratio = np.where(counts > 0, counts, 1) / expected
    return _Fit(
        coefficients=coefficients,
        covariance=covariance,
        expected=expected,
        deviance=max(2 * float((xlogy(counts, ratio) - counts + expected).sum()), 0.0),
    )


def _newey_west(fit: _Fit, counts: Numbers, design: Numbers) -> float:
    """Standard error of the first coefficient that allows for likeness of neighbours, over the usual number of lags."""
    middle = summed_products((design * (counts - fit.expected)[:, None])[None], lags(len(counts)))[0]
    return sqrt(max(float((fit.covariance @ middle @ fit.covariance)[0, 0]), 0.0))


def _calendar(part: Series) -> Numbers:
    return part.years() + part.periods[0].first_month / 12


def _season(part: Series) -> Numbers:
    """Columns of the season, without a level: two harmonics for months, contrasts for quarters, none for years."""
    months = np.array([part.periods[n].first_month % 12 for n in part.known], dtype=float)
    match part.frequency:
        case "month":
            angle = 2 * np.pi * months / 12
            return np.column_stack([np.sin(angle), np.cos(angle), np.sin(2 * angle), np.cos(2 * angle)])
        case "quarter":
            return np.column_stack([(months == first) - 0.25 for first in (3, 6, 9)])
        case "year":
            return np.empty((len(months), 0))


def _exists(counts: Numbers, years: Numbers, levels: Numbers) -> bool:
    """Whether the estimates are finite: every level has events, and its events do not all lie at one end of time."""
    has_earlier = has_later = False
    for column in levels.T > 0:
        time, eventful = years[column], years[column & (counts > 0)]
        if not len(eventful):
            return False
        has_later |= bool(eventful.max() > time.min())
        has_earlier |= bool(eventful.min() < time.max())
    return has_earlier and has_later


def _profile(counts: Numbers, years: Numbers, exposure: Numbers, slope: float, level: float) -> tuple[float, float]:
    """Slopes whose Poisson likelihood, its level maximised in closed form, falls by half a chi-square quantile."""
    total, weighted = float(counts.sum()), float(counts @ years)

    def log_likelihood(at: float) -> float:
        return at * weighted - total * log(float(exposure @ np.exp(at * years)))

    floor = log_likelihood(slope) - float(chdtri(1, 1 - level)) / 2

    def bound(direction: int) -> float:
        step = 0.01
        while log_likelihood(slope + direction * step) > floor and step < _WIDEST:
            step *= 2
        if step >= _WIDEST:
            return slope + direction * step
        return float(brentq(lambda at: log_likelihood(at) - floor, slope, slope + direction * step, xtol=1e-14))

    return _pct(bound(-1)), _pct(bound(1))


def _autocorrelation(residuals: Numbers) -> float:
    centred = residuals - residuals.mean()
    spread = float(centred @ centred)
    return float(centred[1:] @ centred[:-1]) / spread if spread > 0 else 0.0


LARGEST_SLOPE = 700.0
"""Log-change a year beyond which a number has no place for its percentage; erratic months have bounds out there."""


def _pct(slope: float) -> float:
    return 100 * (exp(min(slope, LARGEST_SLOPE)) - 1)
