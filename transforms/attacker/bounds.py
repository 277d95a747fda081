"""What single sums tell: each member lies between what the others leave of it; repeated until nothing moves.

That finds most of what can be found (a total without its other parts), fixes numbers that are known, and leaves small
systems that do not touch each other.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from transforms.attacker.unknowns import Knowledge

ROUNDS = 60
"""Passes over all sums; bounds are right after each, and later passes hardly move them."""
NEAR = 1e-6


class Impossible(Exception):
    """No whole numbers agree with what is known."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rest:
    """What is left when known numbers are put in: `numbers` are the open ones, sums have at least two of them.

    `low` and `high` are bounds of all numbers of the knowledge, open or not; `part` labels the open ones (and
    `part_of_sum` the sums) so that those that share sums, directly or through others, have one label.
    """

    low: np.ndarray
    high: np.ndarray
    numbers: np.ndarray
    sums: csr_array
    least: np.ndarray
    most: np.ndarray
    part: np.ndarray
    part_of_sum: np.ndarray


def bounded(known: Knowledge) -> Rest:
    """Bounds of every number and the open systems that remain; raises Impossible where bounds cross."""
    low, high = np.ceil(known.low - NEAR), np.floor(known.high + NEAR)
    sums = csr_array(known.sums)
    for _ in range(ROUNDS):
        if np.any(low > high):
            raise Impossible
        before = low.copy(), high.copy()
        _tighten(sums, known.least, known.most, low, high)
        if np.array_equal(before[0], low) and np.array_equal(before[1], high):
            break
    if np.any(low > high):
        raise Impossible
    return _rest(known, sums, low, high)


def _ends(sums: csr_array, low: np.ndarray, high: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Smallest and largest contribution of each member to its sum."""
    up = sums.data > 0
    lows, highs = low[sums.indices], high[sums.indices]
    return sums.data * np.where(up, lows, highs), sums.data * np.where(up, highs, lows)


def _tighten(sums: csr_array, least: np.ndarray, most: np.ndarray, low: np.ndarray, high: np.ndarray) -> None:
    rows = np.repeat(np.arange(sums.shape[0]), np.diff(sums.indptr))
    smallest, largest = _ends(sums, low, high)
    with np.errstate(invalid="ignore"):
        room_up = most[rows] - _of_others(smallest, rows, sums.shape[0], -np.inf)
        room_down = least[rows] - _of_others(largest, rows, sums.shape[0], np.inf)
        up = sums.data > 0
        above = np.where(up, room_up, room_down) / sums.data
        below = np.where(up, room_down, room_up) / sums.data
    np.minimum.at(high, sums.indices, np.floor(np.nan_to_num(above, nan=np.inf, posinf=np.inf) + NEAR))
    np.maximum.at(low, sums.indices, np.ceil(np.nan_to_num(below, nan=-np.inf, neginf=-np.inf) - NEAR))


def _of_others(ends: np.ndarray, rows: np.ndarray, height: int, endless: float) -> np.ndarray:
    """What the other members of the same sum contribute, `endless` where one of them has no bound."""
    is_open = np.isinf(ends)
    total = np.bincount(rows, weights=np.where(is_open, 0.0, ends), minlength=height)
    opened = np.bincount(rows, weights=is_open, minlength=height)
    others: np.ndarray = total[rows] - np.where(is_open, 0.0, ends)
    others[opened[rows] - is_open > 0] = endless
    return others


def _rest(known: Knowledge, sums: csr_array, low: np.ndarray, high: np.ndarray) -> Rest:
    smallest, largest = _ends(sums, low, high)
    rows = np.repeat(np.arange(sums.shape[0]), np.diff(sums.indptr))
    floor = np.bincount(rows, weights=smallest, minlength=sums.shape[0])
    ceiling = np.bincount(rows, weights=largest, minlength=sums.shape[0])
    if np.any(floor > known.most + NEAR * 10) or np.any(ceiling < known.least - NEAR * 10):
        raise Impossible
    binding = np.flatnonzero((floor < known.least - NEAR) | (ceiling > known.most + NEAR))
    numbers = np.flatnonzero(low < high)
    fixed = np.where(low < high, 0.0, low)
    kept = csr_array(sums[binding])
    gone = kept @ fixed
    inner = csr_array(kept[:, numbers])
    inner.eliminate_zeros()
    part, part_of_sum = linked(inner)
    return Rest(
        low=low,
        high=high,
        numbers=numbers,
        sums=inner,
        least=known.least[binding] - gone,
        most=known.most[binding] - gone,
        part=part,
        part_of_sum=part_of_sum,
    )


def linked(sums: csr_array) -> tuple[np.ndarray, np.ndarray]:
    """Labels of numbers and of sums that hang together."""
    height, width = sums.shape
    rows = np.repeat(np.arange(height), np.diff(sums.indptr))
    graph = csr_array((np.ones(rows.size), (rows, sums.indices + height)), shape=(height + width, height + width))
    labels: np.ndarray = connected_components(graph, directed=False)[1]
    return labels[height:], labels[:height]
