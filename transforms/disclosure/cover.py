"""The greedy first step of complementary suppression: one sum at a time, the cell that mends most for the least loss.

A sum is weak when the withheld cells on its one side cannot trade enough between them: a single one is the
difference of the rest, and several never exceed what they add up to.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field

import numpy as np

from transforms.disclosure.linked import LinkedCells
from transforms.disclosure.policy import Policy


@dataclass(slots=True)
class _Cover:
    linked: LinkedCells
    withheld: np.ndarray
    weights: np.ndarray
    policy: Policy
    values: list[int] = field(init=False)
    rows: list[list[tuple[int, float]]] = field(init=False)
    rows_of: list[list[int]] = field(init=False)
    watched: list[bool] = field(init=False)

    def __post_init__(self) -> None:
        sums = self.linked.sums
        self.values = self.linked.values.tolist()
        self.rows = [
            list(zip(sums.indices[a:b].tolist(), sums.data[a:b].tolist(), strict=True))
            for a, b in zip(sums.indptr[:-1].tolist(), sums.indptr[1:].tolist(), strict=True)
        ]
        self.rows_of = [[] for _ in self.values]
        for number, row in enumerate(self.rows):
            for cell, _ in row:
                self.rows_of[cell].append(number)
        self.watched = [
            cell.is_guarded and (bool(cell.tables) or (cell.is_group and 0 < cell.value < self.policy.threshold))
            for cell in self.linked.cells
        ]

    def is_weak(self, row: int, also: int = -1) -> bool:
        """Whether the sum gives a watched cell away, on its own, once `also` is withheld too."""
        members = [(cell, sign) for cell, sign in self.rows[row] if self.withheld[cell] or cell == also]
        if not any(self.watched[cell] for cell, _ in members) or len({sign for _, sign in members}) == 2:
            return False
        return len(members) == 1 or sum(self.values[cell] for cell, _ in members) < self.policy.protection_width

    def best(self, row: int) -> tuple[float, int]:
        """Loss per mended sum and place of the best cell to withhold for a weak sum; place −1 when there is none."""
        offers = [
            (self._loss(cell), cell)
            for cell, sign in self.rows[row]
            if self._is_free(cell) and self._helps(row, cell, sign)
        ]
        return min(offers, default=(float("inf"), -1))

    def _is_free(self, cell: int) -> bool:
        return not self.withheld[cell] and not self.linked.is_known[cell]

    def _helps(self, row: int, cell: int, sign: float) -> bool:
        signs = {s for c, s in self.rows[row] if self.withheld[c]}
        return self.values[cell] > 0 or sign not in signs or not self.is_weak(row, cell)

    def _loss(self, cell: int) -> float:
        mended = 0.0
        cost = float(self.weights[cell])
        for row in self.rows_of[cell]:
            before, after = self.is_weak(row), self.is_weak(row, cell)
            mended += before * (1.0 if not after else 0.3)
            if after and not before:
                cost += self._cheapest_partner(row, cell)
        return cost / max(mended, 0.1)

    def _cheapest_partner(self, row: int, cell: int) -> float:
        return min((float(self.weights[c]) for c, _ in self.rows[row] if c != cell and self._is_free(c)), default=0)


def covered(linked: LinkedCells, withheld: np.ndarray, weights: np.ndarray, policy: Policy) -> np.ndarray:
    """Withhold cells until every single sum leaves enough room; sums taken together are left to the audit."""
    cover = _Cover(linked=linked, withheld=withheld.copy(), weights=weights, policy=policy)
    heap = [(*cover.best(row), row) for row in range(len(cover.rows)) if cover.is_weak(row)]
    heapq.heapify(heap)
    while heap:
        loss, cell, row = heapq.heappop(heap)
        if cell < 0 or not cover.is_weak(row):
            continue
        if (fresh := cover.best(row)) != (loss, cell):
            heapq.heappush(heap, (*fresh, row))
            continue
        cover.withheld[cell] = True
        for touched in cover.rows_of[cell]:
            if cover.is_weak(touched):
                heapq.heappush(heap, (*cover.best(touched), touched))
    return cover.withheld
