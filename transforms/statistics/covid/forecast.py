"""What the frozen pre-period lets expect for any sums of later periods, by the log-linear model of a plan."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from transforms.statistics.covid.ladder import Plan
from transforms.statistics.covid.loglinear import Array, LogLinearFit, fit_negative_binomial, fit_poisson, newey_west
from transforms.statistics.covid.predictive import Expectation, expectation, expectation_negative_binomial
from transforms.statistics.covid.state_space import wandering_level
from transforms.statistics.newey_west import lags

Sampler = Callable[[np.random.Generator, int], Array]


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """Expected sums (k) with prediction bounds, standard errors and the p of what was observed.

    `plain_lower` and `plain_upper` are not widened for the estimated dispersion: recovery is judged by them, as wider
    bounds would declare it too early. `sample` draws counts to come (replicates, k). `method` names the model, `phi`
    the dispersion.
    """

    method: str
    expected: Array
    lower: Array
    upper: Array
    plain_lower: Array
    plain_upper: Array
    se_pred: Array
    se_mean: Array
    p: Array
    phi: float
    sample: Sampler


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """Another model's expected sums (k) and the standard errors of observed minus expected."""

    model: str
    expected: Array
    se_pred: Array


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitted:
    """The fit of a plan's pre-period, with the matrices of the pre-period and of the periods to come."""

    fit: LogLinearFit
    counts: Array
    design: Array
    offset: Array
    ahead: Array
    offset_ahead: Array


def fitted(plan: Plan) -> Fitted | None:
    """Quasi-Poisson fit of the reported pre-periods; None where no finite maximum exists."""
    values = plan.pre.values
    known = np.isfinite(values)
    design, offset = plan.terms.matrix(plan.pre.periods)[known], plan.pre.offset[known]
    scale = float(offset.mean())
    fit = fit_poisson(values[None, known], design, offset - scale)
    if not fit.is_found[0]:
        return None
    return Fitted(
        fit=fit,
        counts=values[None, known],
        design=design,
        offset=offset - scale,
        ahead=plan.terms.matrix(plan.post.periods),
        offset_ahead=plan.post.offset - scale,
    )


def loglinear_forecast(model: Fitted, sums: Array, observed: Array, level: float) -> Forecast:
    """The main answer: `sums` (k, m) says which periods to come belong to a sum, `observed` (k) what was registered."""
    found = expectation(model.fit, model.ahead, model.offset_ahead, sums)
    return forecast_of(found, "quasi_poisson_frozen", observed, float(model.fit.phi[0]), level)


def forecast_of(found: Expectation, method: str, observed: Array, phi: float, level: float) -> Forecast:
    """The first series of an expectation as a forecast."""
    lower, upper = found.interval(level)
    plain_lower, plain_upper = found.plain_interval(level)
    return Forecast(
        method=method,
        expected=found.means[0],
        lower=np.minimum(lower[0], found.means[0]),
        upper=np.maximum(upper[0], found.means[0]),
        plain_lower=np.minimum(plain_lower[0], found.means[0]),
        plain_upper=np.maximum(plain_upper[0], found.means[0]),
        se_pred=found.se_pred[0],
        se_mean=found.se_mean[0],
        p=found.p_values(observed[None])[0],
        phi=phi,
        sample=lambda generator, replicates: found.draws(generator, replicates)[:, 0, :],
    )


def opinions(plan: Plan, model: Fitted, sums: Array) -> tuple[Opinion, ...]:
    """Second opinions on the same sums: negative binomial, Newey-West, and two state-space models."""
    size, theta = fit_negative_binomial(model.counts, model.design, model.offset)
    negative = expectation_negative_binomial(size, theta, model.ahead, model.offset_ahead, sums)
    covariance = newey_west(model.fit, model.counts, model.design, lags(len(model.design)))
    robust = expectation(model.fit, model.ahead, model.offset_ahead, sums, covariance)
    told = [Opinion(model="newey_west", expected=robust.means[0], se_pred=robust.se_pred[0])]
    if size.is_found[0]:
        told.insert(0, Opinion(model="negative_binomial", expected=negative.means[0], se_pred=negative.se_pred[0]))
    return (*told, *_wandering(plan, model, sums))


def _wandering(plan: Plan, model: Fitted, sums: Array) -> tuple[Opinion, ...]:
    """Counts per head of the mean population follow a level that wanders, without and with a drift."""
    known = np.isfinite(plan.pre.values)
    months = plan.pre.periods[0].months
    places = np.array([part.first_month / months for part in plan.pre.periods])[known]
    ahead = np.array([part.first_month / months for part in plan.post.periods])
    persons, persons_ahead = np.exp(model.offset), np.exp(model.offset_ahead)
    told = []
    for name, columns in (("state_space_level", _without_trend), ("state_space_drift", _with_trend)):
        found = wandering_level(
            model.counts[0] / persons,
            places,
            columns(model.design),
            ahead,
            columns(model.ahead),
            sums * persons_ahead,
        )
        told.append(Opinion(model=name, expected=np.maximum(found.means, 0.0), se_pred=np.sqrt(found.variances)))
    return tuple(told)


def _without_trend(design: Array) -> Array:
    """Columns without the trend, which is the second one."""
    return np.delete(design, 1, axis=1)


def _with_trend(design: Array) -> Array:
    return design
