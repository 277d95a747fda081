"""Tables that were found to agree with everything published, tried again when a pattern is looked at anew.

A pattern is looked at several times: with what readers may believe of it, for each group of them, and at the door.
Most of what proved a cell safe once proves it again. Each example is checked in full against the system at hand, so
that nothing is taken on trust from the look before.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from scipy.sparse import csc_array, csr_array

from transforms.disclosure.audit import Ranges
from transforms.disclosure.linked import LinkedCells, Quantity
from transforms.disclosure.parts import Part

MANY = 40
"""Cells that an example changes from which on what is left of it is worth looking for when it no longer fits whole."""


@dataclass(slots=True, eq=False)
class Examples:
    """Changes against the truth that left all sums intact, by quantity; the differences of bounds follow from them."""

    number: dict[Quantity, int] = field(default_factory=dict)
    changed: list[np.ndarray] = field(default_factory=list)
    by: list[np.ndarray] = field(default_factory=list)

    def keep(self, linked: LinkedCells, ranges: Ranges) -> None:
        """Take up the examples that widened the ranges of a system."""
        follows = _differences(linked)[0]
        is_free = np.ones(len(linked.cells), dtype=bool)
        is_free[follows] = False
        for places, steps in ranges.moves:
            free = is_free[places]
            if free.any():
                names = [linked.cells[place].quantity for place in places[free].tolist()]
                self.changed.append(np.array([self.number.setdefault(name, len(self.number)) for name in names]))
                self.by.append(steps[free])

    def tried(self, linked: LinkedCells, withheld: np.ndarray) -> Ranges:
        """The ranges that the examples show in a system where these cells are withheld."""
        ranges = Ranges(linked.values)
        if not self.changed:
            return ranges
        moves = self._moves(linked)
        for signed in (moves, -moves):
            _admit(linked, withheld, csr_array(signed), ranges)
        ranges.moves.clear()
        return ranges

    def _moves(self, linked: LinkedCells) -> csr_array:
        """One row per example, one column per cell; the differences of bounds take up what the other cells leave."""
        size = len(linked.cells)
        place = np.array([linked.place.get(quantity, size) for quantity in self.number])
        lengths = [changed.size for changed in self.changed]
        rows, columns = np.repeat(np.arange(len(lengths)), lengths), place[np.concatenate(self.changed)]
        known = columns < size
        steps = np.concatenate(self.by)[known]
        moves = csr_array((steps, (rows[known], columns[known])), shape=(len(lengths), size))
        cells, sums, signs = _differences(linked)
        left = csr_array(moves @ csc_array(linked.sums[sums].T)).tocoo()
        taken = -left.data / signs[left.col]
        return csr_array(moves + csr_array((taken, (left.row, cells[left.col])), shape=moves.shape))


def _differences(linked: LinkedCells) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Cells that stand for the difference of a bound and in no other sum; that sum; and their sign in it."""
    by_cell = csc_array(linked.sums)
    alone = (np.diff(by_cell.indptr) == 1) & ~linked.is_tabled & ~linked.is_group & ~linked.is_known
    cells = np.flatnonzero(alone)
    entries = by_cell.indptr[cells]
    return cells, by_cell.indices[entries], by_cell.data[entries]


def _admit(linked: LinkedCells, withheld: np.ndarray, moves: csr_array, ranges: Ranges) -> None:
    """Widen the ranges by all moves that fit; of great ones that do not, by the parts of them that do."""
    after = moves.copy()
    after.data = after.data + linked.values[after.indices]
    is_wrong = (after.data < 0) | ~withheld[after.indices]
    examples = np.repeat(np.arange(moves.shape[0]), np.diff(moves.indptr))
    fits = np.bincount(examples, weights=is_wrong, minlength=moves.shape[0]) == 0
    left = csr_array(moves @ csc_array(linked.sums.T))
    left.eliminate_zeros()
    fits &= np.diff(left.indptr) == 0
    good = fits[examples]
    values = np.rint(after.data[good]).astype(np.int64)
    np.minimum.at(ranges.low, after.indices[good], values)
    np.maximum.at(ranges.high, after.indices[good], values)
    hidden = np.flatnonzero(withheld)
    sums = csr_array(linked.sums[:, hidden])
    whole = Part(cells=hidden, sums=sums, right=sums @ linked.values[hidden])
    for number in np.flatnonzero(~fits & (np.diff(moves.indptr) >= MANY)).tolist():
        table = linked.values.astype(float)
        line = slice(moves.indptr[number], moves.indptr[number + 1])
        table[moves.indices[line]] += moves.data[line]
        ranges.admit(whole, table[hidden])
