"""Mack's chain ladder: the distribution-free standard, kept as the yardstick of the product's own nowcast."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from transforms.errors import WrongArguments
from transforms.statistics.nowcast.triangle import Floats, Integers, ReportingTriangle

Tail = Callable[[Floats], float]
"""How the last variance, which rests on one period, follows from the ones before it."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ChainLadder:
    """Development factors and their variances per delay; finals, outstanding cases and standard errors per period."""

    factors: Floats
    variances: Floats
    finals: Floats
    outstanding: Floats
    standard_errors: Floats
    total_outstanding: float
    total_standard_error: float


def mack_tail(variances: Floats) -> float:
    """The last variance as Mack (ASTIN Bulletin 23, 1993) sets it: the trend of the two before, never above them."""
    if len(variances) < 2:
        raise WrongArguments("The chain ladder needs at least three delays with two event periods each.")
    before, last = float(variances[-2]), float(variances[-1])
    return min(last**2 / before if before > 0 else 0.0, before, last)


def log_linear_tail(variances: Floats) -> float:
    """The last variance from a straight line through the logarithms of the ones before that are above zero."""
    place = np.flatnonzero(variances > 0)
    if len(place) < 2:
        raise WrongArguments("A line through the variances needs two of them above zero.")
    slope, level = np.polyfit(place, np.log(variances[place]), 1)
    return float(np.exp(level + slope * len(variances)))


def mack_chain_ladder(triangle: ReportingTriangle, *, tail: Tail = mack_tail) -> ChainLadder:
    """Finals by chain ladder with Mack's standard errors (ASTIN Bulletin 23, 1993, pages 213-225).

    Withdrawn cases stay in. A period with nothing registered so far gets final zero: for small counts use `nowcast`.
    Raises WrongArguments where a delay has no case to develop from, or too few periods to give a variance.
    """
    table = triangle.cumulative
    if np.isnan(triangle.observed).any():
        raise WrongArguments("The chain ladder needs every event period as it stood when the triangle was seen.")
    both = ~np.isnan(table[:, 1:]) & ~np.isnan(table[:, :-1])
    start, end = np.where(both, table[:, :-1], 0.0), np.where(both, table[:, 1:], 0.0)
    base = start.sum(axis=0)
    if not (base > 0).all():
        raise WrongArguments("The chain ladder has a delay with no case registered before it.")
    factors = end.sum(axis=0) / base
    variances = _variances(start, end, factors, both, tail)
    place = np.minimum(triangle.ages, triangle.maximum_delay)
    finals = triangle.observed * np.append(np.cumprod(factors[::-1])[::-1], 1.0)[place]
    developed = _developed(table, factors, place)
    ahead = np.arange(len(factors)) >= place[:, None]
    relative = variances / factors**2
    with np.errstate(divide="ignore"):
        own = np.where(developed[:, :-1] > 0, 1 / developed[:, :-1], 0.0)
    errors = finals**2 * np.where(ahead, relative * (own + 1 / base), 0.0).sum(axis=1)
    shared = np.where(ahead, 2 * relative / base, 0.0).sum(axis=1)
    # the longest shared stretch of two periods is the older one's; rows are in order of age
    younger = np.append(np.cumsum(finals[::-1])[::-1][1:], 0.0)
    return ChainLadder(
        factors=factors,
        variances=variances,
        finals=finals,
        outstanding=finals - triangle.observed,
        standard_errors=np.sqrt(errors),
        total_outstanding=float((finals - triangle.observed).sum()),
        total_standard_error=float(np.sqrt((errors + finals * younger * shared).sum())),
    )


def _variances(start: Floats, end: Floats, factors: Floats, both: NDArray[np.bool_], tail: Tail) -> Floats:
    """Mack's variance parameter of each delay; those that rest on one period come from `tail`."""
    with np.errstate(divide="ignore", invalid="ignore"):
        squares = np.where(start > 0, start * (end / start - factors) ** 2, 0.0).sum(axis=0)
    periods = both.sum(axis=0)
    found: list[float] = []
    for square, count in zip(squares, periods, strict=True):
        found.append(float(square / (count - 1)) if count > 1 else tail(np.array(found)))
    return np.array(found)


def _developed(table: Floats, factors: Floats, place: Integers) -> Floats:
    """The triangle with its unseen cells filled by the factors."""
    growth = np.append(1.0, np.cumprod(factors))
    reached = table[np.arange(len(table)), place]
    expected = reached[:, None] * growth / growth[place][:, None]
    return np.where(np.arange(table.shape[1]) > place[:, None], expected, np.nan_to_num(table))
