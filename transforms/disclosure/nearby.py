"""Small systems around one withheld cell, which mostly tell what the whole system would take long to say."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from scipy.sparse import csc_array, csr_array

from transforms.disclosure.linked import LinkedCells
from transforms.disclosure.parts import Part


@dataclass(slots=True, eq=False)
class Surroundings:
    """Finds withheld cells that share sums with a cell; always by what is withheld now."""

    linked: LinkedCells
    withheld: np.ndarray
    by_cell: csc_array = field(init=False)

    def __post_init__(self) -> None:
        self.by_cell = csc_array(self.linked.sums)

    def near(self, cell: int, reach: int | None = None) -> tuple[np.ndarray, np.ndarray]:
        """(sums, withheld cells) within so many sums of a withheld cell; without a limit all that hang together."""
        cells, sums = np.array([cell]), np.array([], dtype=np.int64)
        while reach is None or reach > 0:
            sums = _entries(self.by_cell, cells)
            members = _entries(self.linked.sums, sums)
            found = np.union1d(members[self.withheld[members]], cells)
            if found.size == cells.size:
                break
            cells, reach = found, None if reach is None else reach - 1
        return sums, cells

    def alone(self, cells: np.ndarray) -> Part:
        """The cells with all others at their true values: a table of theirs is an example of everything published."""
        return self.freed(_entries(self.by_cell, cells), cells)

    def freed(self, sums: np.ndarray, cells: np.ndarray) -> Part:
        """The cells bound by these sums alone: what they cannot do with so few, they cannot do with all."""
        local = csr_array(self.linked.sums[sums][:, cells])
        return Part(cells=cells, sums=local, right=local @ self.linked.values[cells])


def _entries(matrix: csr_array | csc_array, lines: np.ndarray) -> np.ndarray:
    """Where lines of a compressed matrix have entries."""
    found = [matrix.indices[matrix.indptr[line] : matrix.indptr[line + 1]] for line in lines.tolist()]
    entries: np.ndarray = np.unique(np.concatenate(found)) if found else np.array([], dtype=np.int64)
    return entries
