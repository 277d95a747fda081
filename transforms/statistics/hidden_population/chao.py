"""Chao's lower bound of a population, for lists of different reach."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from transforms.statistics.hidden_population.design import Design, Flags, Floats, Supports
from transforms.statistics.hidden_population.fit import Fits, fit_supports
from transforms.statistics.hidden_population.interval import wald_interval

_SMALLEST = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class LowerBound:
    """Fewest persons that lists of these overlaps speak for, with Wald's interval."""

    estimate: float
    lower: float
    upper: float


def chao_lower_bound(design: Design, counts: Floats, level: float) -> LowerBound | None:
    """The bound from those on one list and on two, whatever makes people differ; None where nobody is on two lists.

    The main-effects model whose logarithm may bend upwards at two, three, … lists, and not downwards: people who differ
    in how easily they are found are on many lists, and on none, more often than independence says (Chao, Biometrics
    43, 1987; Rivest and Baillargeon, Biometrics 63, 2007). `counts` (C,).
    """
    times = design.is_listed.sum(axis=1)
    if not counts[times == 2].any():
        return None
    extra = (
        np.array([np.maximum(times - k, 0) for k in range(2, design.n_lists)], dtype=float).reshape(-1, len(times)).T
    )
    matrix = np.hstack([np.ones((len(times), 1)), design.is_listed.astype(float), extra])
    products = (matrix[:, :, None] * matrix[:, None, :]).reshape(len(times), -1)
    is_used: Flags = np.hstack([[True], counts @ design.is_listed > 0, counts @ extra > 0])
    cells: Flags = (design.is_listed[:, ~is_used[1 : 1 + design.n_lists]] == 0).all(axis=1)
    while True:
        fits = _fitted(matrix, products, counts, cells, is_used)
        more = np.where(is_used, fits.coefficients[0], 0.0)[1 + design.n_lists :]
        if not more.size or more.min() >= -_SMALLEST:
            break
        is_used[1 + design.n_lists + int(more.argmin())] = False
    persons = float(counts.sum())
    lower, upper = wald_interval(products, fits, persons, level)
    return LowerBound(estimate=persons + float(fits.unseen[0]), lower=lower, upper=upper)


def _fitted(matrix: Floats, products: Floats, counts: Floats, cells: Flags, is_used: Flags) -> Fits:
    return fit_supports(matrix, products, counts[None], Supports(cells=cells[None], parameters=is_used[None]))
