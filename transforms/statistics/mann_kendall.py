"""Mann and Kendall's test of a monotone trend with its exact null distribution, and Theil and Sen's slope."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

from transforms.errors import WrongArguments

EXACT_UP_TO = 50
"""Points up to which the exact distribution is used; beyond, the normal one differs by less than 0.0005."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MannKendall:
    """S, Kendall's tau-b, the variance of S under no trend and two-sided p; `method` says which of both p it is."""

    s: int
    tau: float
    variance: float
    z: float
    p: float
    p_normal: float
    method: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Slope:
    """Median slope with its interval, in units of the values per unit of time."""

    value: float
    lower: float
    upper: float


def mann_kendall(values: Sequence[float]) -> MannKendall:
    """Test values in the order of time for a monotone trend (Mann, Econometrica 13, 1945; Kendall 1975).

    The exact p counts the distinct orders of the values, ties included, at least as far from zero; from 51 points on p
    is the normal one, corrected for continuity and ties. Raises WrongArguments for fewer than three values.
    """
    y = np.asarray(values, dtype=float)
    if len(y) < 3:
        raise WrongArguments("A test of trend needs at least three values.")
    n, ties = len(y), list(Counter(y.tolist()).values())
    s = int(np.sign(y[None, :] - y[:, None])[np.triu_indices(n, 1)].sum())
    variance = (n * (n - 1) * (2 * n + 5) - sum(t * (t - 1) * (2 * t + 5) for t in ties)) / 18
    pairs = n * (n - 1) / 2
    untied = pairs - sum(t * (t - 1) / 2 for t in ties)
    z = (s - np.sign(s)) / sqrt(variance) if variance > 0 else 0.0
    p_normal = min(1.0, 2 * float(ndtr(-abs(z))))
    is_exact = n <= EXACT_UP_TO
    return MannKendall(
        s=s,
        tau=s / sqrt(pairs * untied) if untied else 0.0,
        variance=variance,
        z=float(z),
        p=_exact_p(s, ties) if is_exact else p_normal,
        p_normal=p_normal,
        method="exact" if is_exact else "normal",
    )


def _exact_p(s: int, ties: Sequence[int]) -> float:
    """Two-sided p of S over all distinct orders of values with these ties.

    S is the number of untied pairs less twice the inversions, and the inversions of the orders of a multiset are
    counted by the Gaussian multinomial coefficient (MacMahon, American Journal of Mathematics 35, 1913).
    """
    orders = _inversions(ties)
    values = (len(orders) - 1) - 2 * np.arange(len(orders))
    return min(1.0, float(orders[np.abs(values) >= abs(s)].sum() / orders.sum()))


def _inversions(ties: Sequence[int]) -> NDArray[np.float64]:
    """Share of the distinct orders by number of inversions.

    The product over values of (1 − qᵃ)/(1 − qᵇ), a the values placed so far and b those of them equal to it; every
    partial product is a polynomial, and integers keep it exact.
    """
    found = [1]
    placed = 0
    for tied in ties:
        for step in range(1, tied + 1):
            found = _over(_times(found, placed + step), step)
        placed += tied
    total = sum(found)
    return np.array([count / total for count in found])


def _times(polynomial: list[int], power: int) -> list[int]:
    """The polynomial times 1 − q to the power."""
    longer = [*polynomial, *[0] * power]
    return [value - (polynomial[n - power] if n >= power else 0) for n, value in enumerate(longer)]


def _over(polynomial: list[int], power: int) -> list[int]:
    """The polynomial divided by 1 − q to the power, which divides it."""
    sums: list[int] = []
    for n, value in enumerate(polynomial):
        sums.append(value + (sums[n - power] if n >= power else 0))
    return sums[: len(sums) - power]


def theil_sen(values: Sequence[float], times: Sequence[float], level: float = 0.95) -> Slope:
    """Median of all pairwise slopes with Sen's interval (Sen, JASA 63, 1968), ties in the values included.

    Raises WrongArguments for fewer than three values or times that repeat.
    """
    y, t = np.asarray(values, dtype=float), np.asarray(times, dtype=float)
    if len(y) < 3 or len(y) != len(t) or len(set(t.tolist())) != len(t):
        raise WrongArguments("A median slope needs at least three values at different times.")
    first, last = np.triu_indices(len(y), 1)
    slopes = np.sort((y[last] - y[first]) / (t[last] - t[first]))
    width = float(ndtri((1 + level) / 2)) * sqrt(mann_kendall(values).variance)
    low = int(np.floor((len(slopes) - width) / 2))
    high = int(np.ceil((len(slopes) + width) / 2))
    return Slope(
        value=float(np.median(slopes)),
        lower=float(slopes[max(low - 1, 0)]),
        upper=float(slopes[min(high, len(slopes) - 1)]),
    )
