"""The sums around one number: a small system that often settles what the whole one would take long to say."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from scipy.sparse import csc_array, csr_array

from transforms.attacker.programs import Part

LARGEST_SHARE = 0.3
"""Share of the numbers of a part from which on the whole part is no more work."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Near:
    """The sums within reach of a number and their members.

    `free` leaves out all other sums, which can only take room away. `place` is that of the number among the members;
    `is_inner` marks members that stand in no other sum.
    """

    free: Part
    place: int
    is_inner: np.ndarray

    def still(self, values: np.ndarray) -> Part:
        """The same sums where only inner members move and the others keep the values of a complete table."""
        low = np.where(self.is_inner, self.free.low, values)
        high = np.where(self.is_inner, self.free.high, values)
        return Part(
            numbers=self.free.numbers,
            sums=self.free.sums,
            least=self.free.least,
            most=self.free.most,
            low=low,
            high=high,
        )


@dataclass(slots=True)
class Surroundings:
    """Finds what is near a number of one part; a step leads from a number to all that share a sum with it."""

    part: Part
    by_number: csc_array = field(init=False)

    def __post_init__(self) -> None:
        self.by_number = csc_array(self.part.sums)

    def near(self, place: int, reach: int) -> Near | None:
        """The sums within so many steps; None where they are most of the part anyway."""
        members, rows = np.array([place]), np.array([], dtype=np.int64)
        for _ in range(reach):
            rows = _entries(self.by_number, members)
            members = _entries(self.part.sums, rows)
            if members.size > LARGEST_SHARE * self.part.numbers.size:
                return None
        sums = csr_array(self.part.sums[rows])
        inside = np.bincount(sums.indices, minlength=self.part.numbers.size)[members]
        free = Part(
            numbers=self.part.numbers[members],
            sums=csr_array(sums[:, members]),
            least=self.part.least[rows],
            most=self.part.most[rows],
            low=self.part.low[members],
            high=self.part.high[members],
        )
        return Near(
            free=free,
            place=int(np.searchsorted(members, place)),
            is_inner=inside == np.diff(self.by_number.indptr)[members],
        )


def _entries(matrix: csr_array | csc_array, lines: np.ndarray) -> np.ndarray:
    """Where the lines of a compressed matrix have entries."""
    found = [matrix.indices[matrix.indptr[line] : matrix.indptr[line + 1]] for line in lines.tolist()]
    entries: np.ndarray = np.unique(np.concatenate(found)) if found else np.array([], dtype=np.int64)
    return entries
