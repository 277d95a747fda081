"""The best of all hierarchical two-list models by BIC, for many tables at once, without fitting most of them.

A model with more pairs never has the larger deviance. So the deviance of the model with all pairs but those already
ruled out, plus the cost of those already ruled in, bounds the BIC of every model in between from below, and a branch
whose bound is not below the best model known is cut off
(branch and bound; Furnival and Wilson, Technometrics 16, 1974).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from transforms.statistics.hidden_population.design import Design, Flags, Floats
from transforms.statistics.hidden_population.existence import are_sound
from transforms.statistics.hidden_population.fit import fit_models
from transforms.statistics.hidden_population.stepwise import Chosen, stepwise, without_pairs

MOST_BRANCHES = 400_000
"""Branches kept at one time; a search that needs more is given up as a whole, it is never answered in part."""
_TABLES_AT_ONCE = 1_000
_FITS_AT_ONCE = 4_000
_GAIN_LEFT = 1e-7
_SLACK = 1e-5
"""Deviances of branches are known to less than this; one is cut off only when it is worse by more."""

Numbers = npt.NDArray[np.intp]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Branches:
    """Searches that are open: which table, which pairs are in and which out, deviance with all pairs but those out."""

    table: Numbers
    taken: Flags
    left_out: Flags
    deviance: Floats

    def where(self, kept: Flags | Numbers) -> _Branches:
        return _Branches(
            table=self.table[kept],
            taken=self.taken[kept],
            left_out=self.left_out[kept],
            deviance=self.deviance[kept],
        )


def bic(deviance: Floats, terms: Flags, counts: Floats, n_lists: int) -> Floats:
    """Deviance plus log(persons) per parameter, those at minus infinity included; differs from BIC by a constant.

    Persons, not cells, are the sample (Silverman, Chan and Vincent, Statistics and Computing 34, 2024).
    """
    found: Floats = deviance + _cost(counts) * (1 + n_lists + terms.sum(axis=1))
    return found


def best_by_bic(design: Design, counts: Floats) -> Chosen | None:
    """The model of smallest BIC, among all sets of pairs whose estimate exists and is identifiable, for each table.

    `counts` (B, C). None when a table would need more than MOST_BRANCHES branches to be kept.
    """
    best = _better(design, counts, without_pairs(design, counts), stepwise(design, counts))
    for first in range(0, len(counts), _TABLES_AT_ONCE):
        some = slice(first, first + _TABLES_AT_ONCE)
        has_model = np.flatnonzero(np.isfinite(best.totals[some])) + first
        known = bic(best.deviance[has_model], best.terms[has_model], counts[has_model], design.n_lists)
        found = _searched(design, counts[has_model], known)
        if found is None:
            return None
        _take_first_sound(design, counts, has_model, found, best)
    return best


def _cost(counts: Floats) -> Floats:
    """What one more parameter costs."""
    found: Floats = np.log(np.maximum(counts.sum(axis=1), 1.0))
    return found


def _better(design: Design, counts: Floats, one: Chosen, other: Chosen) -> Chosen:
    first, second = (bic(chosen.deviance, chosen.terms, counts, design.n_lists) for chosen in (one, other))
    is_second = np.isfinite(other.totals) & (second < first)
    return Chosen(
        terms=np.where(is_second[:, None], other.terms, one.terms),
        totals=np.where(is_second, other.totals, one.totals),
        deviance=np.where(is_second, other.deviance, one.deviance),
    )


def _searched(design: Design, counts: Floats, known: Floats) -> _Branches | None:
    """All models whose BIC may be no worse than the one known for their table; pairs decided on one after the other."""
    size, n_pairs = len(counts), design.n_pairs
    every = np.ones((size, n_pairs), dtype=bool)
    without = np.column_stack(
        [_deviances(design, counts, every & (np.arange(n_pairs) != pair)) for pair in range(n_pairs)]
    ).reshape(size, n_pairs)
    order = np.argsort(-without, axis=1)  # the pairs that are missed most come first: their branches end soonest
    room = known - _cost(counts) * (1 + design.n_lists) + _SLACK
    start = _Branches(table=np.arange(size), taken=~every, left_out=~every, deviance=_deviances(design, counts, every))
    branches = start.where(start.deviance <= room)
    for depth in range(n_pairs):
        pair = order[branches.table, depth]
        kept = _with_pair(branches, pair)
        kept = kept.where(_bound(kept, counts) <= room[kept.table])
        missed = np.maximum(branches.deviance, without[branches.table, pair])
        dropped = _without_pair(branches, pair, missed)
        dropped = dropped.where(_bound(dropped, counts) <= room[dropped.table])
        dropped = _refitted(design, counts, dropped)
        dropped = dropped.where(_bound(dropped, counts) <= room[dropped.table])
        branches = _joined(kept, dropped)
        if len(branches.table) > MOST_BRANCHES:
            return None
    return branches


def _deviances(design: Design, counts: Floats, terms: Flags) -> Floats:
    found = np.empty(len(counts))
    for first in range(0, len(counts), _FITS_AT_ONCE):
        some = slice(first, first + _FITS_AT_ONCE)
        found[some] = fit_models(design, counts[some], terms[some], gain_left=_GAIN_LEFT).deviance
    return found


def _bound(branches: _Branches, counts: Floats) -> Floats:
    found: Floats = branches.deviance + _cost(counts)[branches.table] * branches.taken.sum(axis=1)
    return found


def _with_pair(branches: _Branches, pair: Numbers) -> _Branches:
    taken = branches.taken.copy()
    taken[np.arange(len(pair)), pair] = True
    return replace(branches, taken=taken)


def _without_pair(branches: _Branches, pair: Numbers, deviance: Floats) -> _Branches:
    left_out = branches.left_out.copy()
    left_out[np.arange(len(pair)), pair] = True
    return replace(branches, left_out=left_out, deviance=deviance)


def _refitted(design: Design, counts: Floats, branches: _Branches) -> _Branches:
    return replace(branches, deviance=_deviances(design, counts[branches.table], ~branches.left_out))


def _joined(one: _Branches, other: _Branches) -> _Branches:
    return _Branches(
        table=np.concatenate([one.table, other.table]),
        taken=np.concatenate([one.taken, other.taken]),
        left_out=np.concatenate([one.left_out, other.left_out]),
        deviance=np.concatenate([one.deviance, other.deviance]),
    )


def _take_first_sound(design: Design, counts: Floats, tables: Numbers, found: _Branches, best: Chosen) -> None:
    """Put the best of the models found that passes the checks into `best`, for each of these tables."""
    found = found.where(np.lexsort((_bound(found, counts[tables]), found.table)))
    index = tables[found.table]
    fits = fit_models(design, counts[index], found.taken)
    sound = np.flatnonzero(are_sound(design, counts[index], found.taken, fits))
    _, first = np.unique(index[sound], return_index=True)
    chosen = sound[first]
    best.terms[index[chosen]] = found.taken[chosen]
    best.deviance[index[chosen]] = fits.deviance[chosen]
    best.totals[index[chosen]] = counts[index[chosen]].sum(axis=1) + fits.unseen[chosen]
