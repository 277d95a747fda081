"""Stepwise choice of the pairs of lists in the model, for many tables at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import pdtr, pdtrc

from transforms.statistics.hidden_population.design import Design, Flags, Floats
from transforms.statistics.hidden_population.existence import are_identifiable, are_sound
from transforms.statistics.hidden_population.fit import fit_models

THRESHOLD = 0.02
"""A pair enters the model below this p; the value that Chan, Silverman and Vincent (2021) recommend."""

_WITHOUT_END = 1e6
"""Persons on no list for each one listed, above which a climb was on its way to infinity."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Chosen:
    """The model chosen for each of B tables: `terms` (B, K), `totals` (B,) persons with those on no list, infinite
    where even the model without pairs has no estimate, `deviance` (B,)."""

    terms: Flags
    totals: Floats
    deviance: Floats


def without_pairs(design: Design, counts: Floats) -> Chosen:
    """The main-effects model of each table: lists are taken as independent; `counts` (B, C)."""
    return one_model(design, counts, np.zeros(design.n_pairs, dtype=bool))


def one_model(design: Design, counts: Floats, terms: Flags) -> Chosen:
    """The same model, with the pairs `terms` (K,), for each table."""
    models = np.tile(terms, (len(counts), 1))
    fits = fit_models(design, counts, models)
    is_sound = are_sound(design, counts, models, fits)
    totals = np.where(is_sound, counts.sum(axis=1) + fits.unseen, np.inf)
    return Chosen(terms=models, totals=totals, deviance=fits.deviance)


def limits_of_model(design: Design, counts: Floats, terms: Flags) -> Floats:
    """Totals (B,) of the same model for each table, where it has no estimate the value its likelihood climbs towards.

    That is those listed where those on no list vanish in the limit, and infinite where they grow without end or the
    parameters are not told apart. For resamples of a table whose own estimate exists.
    """
    models = np.tile(terms, (len(counts), 1))
    fits = fit_models(design, counts, models)
    is_bounded = fits.unseen < _WITHOUT_END * np.maximum(counts.sum(axis=1), 1.0)
    is_bounded &= are_identifiable(design, fits)
    return np.where(is_bounded, counts.sum(axis=1) + fits.unseen, np.inf)


def stepwise(design: Design, counts: Floats, threshold: float = THRESHOLD) -> Chosen:
    """Pairs added to the main-effects model one by one, the one with the smallest p first; `counts` (B, C).

    p is one-sided: how likely a Poisson variable, whose mean is what the model so far fits on both lists, is to be as
    far out as the number seen there. A pair whose model does not exist or is not identifiable is passed over (Chan,
    Silverman and Vincent, JASA 116, 2021, section 3.2).
    """
    start = without_pairs(design, counts)
    terms, totals, deviance = start.terms, start.totals, start.deviance
    fitted = fit_models(design, counts, terms).fitted
    is_passed_over = np.zeros_like(terms)
    work = np.flatnonzero(np.isfinite(totals))
    while work.size:
        order = _surprise(counts[work] @ design.both, fitted[work] @ design.both, threshold)
        order[terms[work] | is_passed_over[work]] = np.inf
        best = order.argmin(axis=1)
        work, best = _with_candidate(work, best, order)
        tried = terms[work]
        tried[np.arange(len(work)), best] = True
        fits = fit_models(design, counts[work], tried)
        is_sound = are_sound(design, counts[work], tried, fits)
        is_passed_over[work[~is_sound], best[~is_sound]] = True
        taken = work[is_sound]
        terms[taken] = tried[is_sound]
        is_passed_over[taken] = False  # a pair with nobody on it takes cells away, which can make another one possible
        fitted[taken] = fits.fitted[is_sound]
        totals[taken] = counts[taken].sum(axis=1) + fits.unseen[is_sound]
        deviance[taken] = fits.deviance[is_sound]
    return Chosen(terms=terms, totals=totals, deviance=deviance)


def _with_candidate(work: np.ndarray, best: np.ndarray, order: Floats) -> tuple[np.ndarray, np.ndarray]:
    has_one = np.isfinite(order[np.arange(len(work)), best])
    return work[has_one], best[has_one]


def _surprise(seen: Floats, expected: Floats, threshold: float) -> Floats:
    """Logarithm of p, infinite from the threshold on; where p is too small for a number, by distance in deviations."""
    p = np.minimum(pdtr(seen, expected), np.where(seen > 0, pdtrc(seen - 1, expected), 1.0))
    far = -1e4 - (seen - expected) ** 2 / np.maximum(expected, 1e-300)
    return np.where(p < threshold, np.where(p > 0, np.log(np.maximum(p, 1e-320)), far), np.inf)
