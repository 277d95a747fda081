"""Poisson log-linear fits of many tables at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from transforms.statistics.hidden_population.design import Design, Flags, Floats, Supports, supports

_MOST_ITERATIONS = 80
_GAIN_LEFT = 1e-16
"""Gain of log-likelihood that a step expects, below which it is the last one."""
_RIDGE = 1e-10
"""Added to the curvature, as a share of it: keeps steps finite in flat directions and does not move the maximum."""
_LONGEST_STEP = 30.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fits:
    """B fitted models: `coefficients` (B, P), zero where not used; `fitted` (B, C) persons per cell; `deviance`,
    `unseen` (persons on no list) and `last_step` (most that the logarithm of a fitted cell still moved), each (B,).

    Where the maximum does not exist the figures are those at which the climb was given up: `deviance` is right then.
    """

    support: Supports
    coefficients: Floats
    fitted: Floats
    deviance: Floats
    unseen: Floats
    last_step: Floats


def fit_models(design: Design, counts: Floats, terms: Flags, *, gain_left: float = _GAIN_LEFT) -> Fits:
    """Extended maximum-likelihood fit of a model to each table; `counts` (B, C), `terms` (B, K) pairs in the model.

    A larger `gain_left` ends the climb sooner, with the deviance too large by a few times as much.
    """
    return fit_supports(design.matrix, design.products, counts, supports(design, counts, terms), gain_left)


def fit_supports(
    matrix: Floats, products: Floats, counts: Floats, support: Supports, gain_left: float = _GAIN_LEFT
) -> Fits:
    """Fits with these cells and parameters by Newton's method, all tables in step; those that are done drop out."""
    mean = np.where(support.cells, counts + 0.1, 0.0)
    working = mean * np.log(np.where(support.cells, mean, 1.0)) + np.where(support.cells, counts - mean, 0.0)
    beta = _solve(products, mean, working @ matrix, support.parameters)
    value, _ = _log_likelihood(matrix, beta, counts, support.cells)
    last_step = np.full(len(counts), np.inf)
    work = np.arange(len(counts))
    for _ in range(_MOST_ITERATIONS):
        seen, cells, parameters = counts[work], support.cells[work], support.parameters[work]
        _, mean = _log_likelihood(matrix, beta[work], seen, cells)
        score = _score(matrix, seen, mean, cells, parameters)
        step = _solve(products, mean, score, parameters)
        gain = (score * step).sum(axis=1)
        last_step[work] = np.abs(np.where(cells, step @ matrix.T, 0.0)).max(axis=1)
        step *= np.minimum(1.0, _LONGEST_STEP / np.maximum(np.abs(step).max(axis=1), 1e-300))[:, None]
        beta[work], value[work] = _climbed(matrix, beta[work], value[work], step, seen, cells)
        work = work[gain > gain_left]  # after the step: what it leaves is of the order of the gain squared
        if not work.size:
            break
    _, fitted = _log_likelihood(matrix, beta, counts, support.cells)
    return Fits(
        support=support,
        coefficients=beta,
        fitted=fitted,
        deviance=_deviance(counts, fitted),
        unseen=np.exp(np.clip(beta[:, 0], -700, 700)),
        last_step=last_step,
    )


def _score(matrix: Floats, counts: Floats, mean: Floats, cells: Flags, parameters: Flags) -> Floats:
    return np.where(parameters, (np.where(cells, counts, 0.0) - mean) @ matrix, 0.0)


def information(products: Floats, fitted: Floats, parameters: Flags) -> Floats:
    """Curvature of the log-likelihood (B, P, P); the parameters that a fit does not use have a one on the diagonal."""
    n_parameters = parameters.shape[1]
    curvature: Floats = np.asarray(fitted @ products, dtype=np.float64).reshape(-1, n_parameters, n_parameters)
    curvature *= parameters[:, :, None] & parameters[:, None, :]
    diagonal = np.arange(n_parameters)
    curvature[:, diagonal, diagonal] += ~parameters
    return curvature


def _solve(products: Floats, weights: Floats, right: Floats, parameters: Flags) -> Floats:
    curvature = information(products, weights, parameters)
    diagonal = np.arange(parameters.shape[1])
    curvature[:, diagonal, diagonal] *= 1 + _RIDGE
    curvature[:, diagonal, diagonal] += 1e-200  # a parameter whose cells have all vanished
    return np.asarray(
        np.linalg.solve(curvature, np.where(parameters, right, 0.0)[:, :, None])[:, :, 0], dtype=np.float64
    )


def _log_likelihood(matrix: Floats, beta: Floats, counts: Floats, cells: Flags) -> tuple[Floats, Floats]:
    """Log-likelihoods without their constant and fitted means."""
    predictor = np.clip(beta @ matrix.T, -700, 300)
    mean = np.where(cells, np.exp(predictor), 0.0)
    return np.where(cells, counts * predictor - mean, 0.0).sum(axis=1), mean


def _climbed(
    matrix: Floats, beta: Floats, value: Floats, step: Floats, counts: Floats, cells: Flags
) -> tuple[Floats, Floats]:
    """The coefficients after the step, halved where it would lead down, and their log-likelihoods."""
    reached = beta + step
    now, _ = _log_likelihood(matrix, reached, counts, cells)
    for _ in range(30):
        is_lower = now < value - 1e-9 * np.maximum(np.abs(value), 1.0)
        if not is_lower.any():
            break
        step[is_lower] /= 2
        reached[is_lower] = beta[is_lower] + step[is_lower]
        now[is_lower], _ = _log_likelihood(matrix, reached[is_lower], counts[is_lower], cells[is_lower])
    return reached, now


def _deviance(counts: Floats, fitted: Floats) -> Floats:
    is_some = counts > 0
    ratio = np.where(is_some, counts, 1.0) / np.where(is_some, fitted, 1.0)
    found: Floats = 2 * (counts * np.log(ratio) - counts + fitted).sum(axis=1)
    return np.maximum(found, 0.0)
