"""Final counts of periods still being registered: negative-binomial prediction by simulation, for many series at once.

The model, for an event period with share F of its cases registered by now: cases come at a rate λ, those registered
have mean λF and those outstanding λ(1 − F), both with the dispersion φ. λ has a gamma prior around the level of the
series. Given λ's posterior, the outstanding cases are negative binomial; F is drawn from its own posterior.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from transforms.statistics.nowcast.delays import (
    cumulative_distribution,
    hazard_draws,
    reversed_hazards,
    settled,
)
from transforms.statistics.nowcast.triangle import Floats, Integers

PRIOR_SHAPE = 1 / 3
"""Shape of the prior of a period's rate: the neutral one (Kerman, Electronic Journal of Statistics 5, 2011).

It weighs as much as a third of a case: a fall shows as soon as a few cases could have been registered, and where
nothing is registered yet there may still be something to come. A prior that knows the level of the series better has
smaller errors while the level is steady, and hides the fall of a recent period when it is not.
"""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Prediction:
    """Draws of final counts, (replicates, …, periods), with what they rest on for each series or period.

    `reported` is the expected share registered by now, `level_weight` the share of the rate's posterior that comes from
    the level of the series and not from the period's own registrations; both (…, periods). `dispersion` is (…).
    """

    draws: Floats
    expected: Floats
    reported: Floats
    level_weight: Floats
    dispersion: Floats
    level: Floats


def predict(
    cumulative: Floats, observed: Floats, ages: Integers, history: Floats, replicates: int, random: np.random.Generator
) -> Prediction:
    """Plausible final counts of the periods with these ages (steps, below the maximum delay) and observed cases.

    `cumulative` (…, event periods, delays) gives the delay distribution, `history` the level: final counts of complete
    periods (…, complete). Shapes of `observed`: (…, periods).
    """
    table = settled(cumulative)
    hazards = reversed_hazards(table)
    shares = cumulative_distribution(hazard_draws(hazards, replicates, random))[..., ages]
    # the level is taken over complete and incomplete periods alike, each with the share that could be seen
    seen = shares.mean(axis=0)
    level = (history.sum(axis=-1) + observed.sum(axis=-1)) / (history.shape[-1] + seen.sum(axis=-1))
    shape = _prior_shape(history, hazards.dispersion)[..., None]
    scale = hazards.dispersion[..., None]
    rate = shape / np.maximum(level, 1e-9)[..., None]
    after_shape, after_rate = shape + observed / scale, rate + shares / scale
    rates = random.standard_gamma(np.broadcast_to(after_shape, after_rate.shape)) / after_rate
    outstanding = _overdispersed(rates * (1 - shares), hazards.dispersion[..., None], random)
    return Prediction(
        draws=observed + outstanding,
        expected=observed + (after_shape / after_rate * (1 - shares)).mean(axis=0),
        reported=seen,
        level_weight=rate / (rate + seen / scale),
        dispersion=hazards.dispersion,
        level=level,
    )


def _prior_shape(history: Floats, dispersion: Floats) -> Floats:
    """PRIOR_SHAPE, less where complete periods differ from one another by more than it allows."""
    mean = np.maximum(history.mean(axis=-1), 1e-9)
    beyond_chance = history.var(axis=-1, ddof=1) - dispersion * mean
    shape: Floats = PRIOR_SHAPE / np.maximum(1.0, PRIOR_SHAPE * beyond_chance / mean**2)
    return shape


def _overdispersed(mean: Floats, dispersion: Floats, random: np.random.Generator) -> Floats:
    """Counts with variance `dispersion` times their mean: Poisson at 1, else negative binomial."""
    if (dispersion <= 1).all():
        return random.poisson(mean).astype(np.float64)
    excess = np.broadcast_to(dispersion - 1, mean.shape)
    is_wider = excess > 1e-6
    mixed = np.where(is_wider, random.standard_gamma(mean / np.where(is_wider, excess, 1.0)) * excess, mean)
    return random.poisson(mixed).astype(np.float64)


def central_interval(draws: Floats, level: float) -> tuple[Floats, Floats]:
    """Bounds of counts with mid-p tails of (1 − level) / 2 over the first axis (Lancaster, JASA 56, 1961).

    A count on the edge gives half its probability to the tail: for small counts whole-number intervals are otherwise
    wider than they claim.
    """
    tail = (1 - level) / 2
    replicates = draws.shape[0]
    ordered = np.sort(draws, axis=0)
    flat = ordered.reshape(replicates, -1)
    bounds = np.empty((2, flat.shape[1]))
    for place, column in enumerate(flat.T):
        values, starts = np.unique(column, return_index=True)
        ends = np.append(starts[1:], replicates)
        middle = (starts + ends) / 2 / replicates
        inside = np.flatnonzero((middle > tail) & (middle < 1 - tail))
        bounds[:, place] = values[[inside[0], inside[-1]]] if len(inside) else np.median(column)
    return bounds[0].reshape(draws.shape[1:]), bounds[1].reshape(draws.shape[1:])
