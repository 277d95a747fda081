"""Counts that readers may believe in where what was withheld from them has fallen without their seeing it.

Readers take a register to grow. Where a withheld count fell, that is false, and still nothing they have contradicts it:
they go on to conclude. To protect against their conclusions, the withheld counts of earlier editions take the nearest
values with which everything published agrees and every register grew.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array, hstack, vstack
from scipy.sparse.csgraph import connected_components

from transforms.disclosure.linked import LinkedCell

Row = tuple[tuple[int, ...], tuple[int, ...]]
"""Places of cells, and the sign of each: together they give zero, or, for what grew, zero or more."""
DISBELIEF = 1_000.0
"""Cost of giving up that one count grew, beside one for each person by which a withheld count is moved."""


def plausible(
    cells: Sequence[LinkedCell], sums: Sequence[Row], growths: Sequence[Row], unseen: Collection[int]
) -> dict[int, LinkedCell] | None:
    """Cells that readers do not see with other values, by place; None where nothing fell.

    Those are what earlier editions withhold, and the `unseen` places of the new one.
    """
    values = np.array([cell.value for cell in cells], dtype=np.int64)
    grown = _matrix(growths, len(cells))
    if not (grown @ values < 0).any():
        return None
    is_free = np.array([cell.standing == "withheld" for cell in cells], dtype=bool)
    is_free[[place for place in unseen if cells[place].standing != "known"]] = True
    added = _matrix(sums, len(cells))
    free, added, grown, gaps = _touched(is_free, added, grown, grown @ values)
    moved = _moves(free, added, grown, gaps, values)
    if moved is None:
        return {}
    return {
        int(place): replace(cells[place], value=int(values[place] + step))
        for place, step in zip(free.tolist(), moved.tolist(), strict=True)
        if step
    }


def _matrix(rows: Sequence[Row], width: int) -> csr_array:
    starts = np.cumsum([0, *(len(members) for members, _ in rows)])
    places = np.array([place for members, _ in rows for place in members], dtype=np.int64)
    signs = np.array([sign for _, signs in rows for sign in signs], dtype=float)
    return csr_array((signs, places, starts), shape=(len(rows), width))


def _touched(
    is_free: np.ndarray, added: csr_array, grown: csr_array, gaps: np.ndarray
) -> tuple[np.ndarray, csr_array, csr_array, np.ndarray]:
    """The free cells that hang together with a count that fell, and the rows between them."""
    free = np.flatnonzero(is_free)
    both = csr_array(vstack([added, grown])[:, free])
    height = both.shape[0]
    rows, columns = both.nonzero()
    size = height + free.size
    graph = csr_array((np.ones(rows.size), (rows, columns + height)), shape=(size, size))
    labels = connected_components(graph, directed=False)[1]
    fell = np.flatnonzero(gaps < 0) + added.shape[0]
    wanted = np.isin(labels, labels[fell])
    free = free[wanted[height:]]
    keep_added, keep_grown = wanted[: added.shape[0]], wanted[added.shape[0] : height]
    return (
        free,
        csr_array(added[np.flatnonzero(keep_added)][:, free]),
        csr_array(grown[np.flatnonzero(keep_grown)][:, free]),
        gaps[keep_grown],
    )


def _moves(
    free: np.ndarray, added: csr_array, grown: csr_array, gaps: np.ndarray, values: np.ndarray
) -> np.ndarray | None:
    """By how much each free cell moves so that all sums stay and as many counts as possible grew, for the least."""
    if not free.size:
        return None
    slack = csr_array((np.ones(gaps.size), (np.arange(gaps.size), np.arange(gaps.size))), shape=(gaps.size, gaps.size))
    nothing = csr_array((added.shape[0], gaps.size))
    rows = csr_array(vstack([hstack([added, -added, nothing]), hstack([grown, -grown, slack])]))
    low = np.concatenate([np.zeros(added.shape[0]), -gaps.astype(float)])
    high = np.concatenate([np.zeros(added.shape[0]), np.full(gaps.size, np.inf)])
    most_down = values[free].astype(float)
    endless = np.full(free.size, np.inf)
    found = milp(
        np.concatenate([np.ones(2 * free.size), np.full(gaps.size, DISBELIEF)]),
        constraints=LinearConstraint(rows, low, high),
        bounds=Bounds(0, np.concatenate([endless, most_down, np.full(gaps.size, np.inf)])),
        integrality=np.concatenate([np.ones(2 * free.size), np.zeros(gaps.size)]),
        options={"node_limit": 200, "mip_rel_gap": 0.2},
    )
    if found.x is None:
        return None
    steps: np.ndarray = np.rint(found.x[: free.size] - found.x[free.size : 2 * free.size]).astype(np.int64)
    return steps if not (added @ steps).any() else None
