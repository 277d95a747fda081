"""P values of several tests, corrected for how many there were."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from transforms.errors import WrongArguments
from transforms.statistics.estimate import Estimate
from transforms.statistics.series import Numbers


def holm(p: Sequence[float]) -> tuple[float, ...]:
    """Adjusted p that keep the chance of any false finding (Holm, Scandinavian Journal of Statistics 6, 1979)."""
    order, ordered = _ordered(p)
    return _restored(order, np.maximum.accumulate(ordered * np.arange(len(p), 0, -1)))


def holm_among(answered: Mapping[str, Estimate]) -> dict[str, float]:
    """Adjusted p of the answers by key; a refused one is no test, and does not make the others harder to pass."""
    tested = {key: one.details["p"] for key, one in answered.items() if one.refusal is None}
    return dict(zip(tested, holm(list(tested.values())), strict=True))


def benjamini_hochberg(p: Sequence[float]) -> tuple[float, ...]:
    """Adjusted p that keep the share of false findings among the findings (JRSS B 57, 1995)."""
    order, ordered = _ordered(p)
    scaled = ordered * len(p) / np.arange(1, len(p) + 1)
    return _restored(order, np.minimum.accumulate(scaled[::-1])[::-1])


def benjamini_yekutieli(p: Sequence[float]) -> tuple[float, ...]:
    """As `benjamini_hochberg`, under any dependence of the tests (Annals of Statistics 29, 2001)."""
    order, ordered = _ordered(p)
    scaled = ordered * len(p) * (1 / np.arange(1, len(p) + 1)).sum() / np.arange(1, len(p) + 1)
    return _restored(order, np.minimum.accumulate(scaled[::-1])[::-1])


def _ordered(p: Sequence[float]) -> tuple[NDArray[np.intp], Numbers]:
    values = np.asarray(p, dtype=float)
    if not ((values >= 0) & (values <= 1)).all():
        raise WrongArguments("A p value lies between 0 and 1.")
    order = np.argsort(values, kind="stable")
    return order, values[order]


def _restored(order: NDArray[np.intp], adjusted: Numbers) -> tuple[float, ...]:
    found = np.empty(len(order))
    found[order] = np.minimum(adjusted, 1.0)
    return tuple(found.tolist())
