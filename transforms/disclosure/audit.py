"""The attacker's audit: how exactly can a reader of everything that is published work out a withheld cell?

The attacker knows every published cell, every sum and bound of `equations.py`, and that counts are whole numbers of
zero or more. Because a zero can be withheld too, to protect another cell, the mark of a withheld cell says nothing
about its size. A cell is safe when two complete tables of whole numbers agree with all of that and differ in this
cell by the protection width or more; both are computed, so that safety is shown by example and not inferred from
a linear relaxation (linear and integer programming with HiGHS through scipy.optimize.milp).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import block_diag, coo_array, csr_array
from scipy.sparse.csgraph import connected_components

from transforms.disclosure.linked import LinkedCells

SWEEPS = 30
"""Programs that each try to move many cells at once, before cells are looked at one by one."""
FEW = 3
"""Cells below which looking at each is cheaper than another sweep."""
_NEAR = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class Effort:
    """How hard to look: whole numbers or not, branches and gap to the best of one program.

    Amounts of work and not of time, so that an edition can be rebuilt.
    """

    is_whole: bool
    nodes: int = 0
    gap: float = 0.0


LINEAR = Effort(is_whole=False)
ANY_GOOD = Effort(is_whole=True, nodes=1, gap=0.2)
EXACT = Effort(is_whole=True, nodes=200)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Withheld cells that share sums, directly or through each other, and what those sums must give."""

    cells: np.ndarray
    sums: csr_array
    right: np.ndarray


@dataclass(slots=True)
class Ranges:
    """Smallest and largest value found so far for each cell in tables that agree with all that is published.

    Withholding more cells keeps every one of these tables possible, so ranges only ever grow.
    """

    truth: np.ndarray
    low: np.ndarray = field(init=False)
    high: np.ndarray = field(init=False)

    def __post_init__(self) -> None:
        self.low, self.high = self.truth.copy(), self.truth.copy()

    def admit(self, part: Part, values: np.ndarray) -> None:
        """Take a solution into account as far as it is one of whole numbers that fulfils the sums exactly.

        Changes against the truth that share no sum are changes of their own: those that are not whole are undone.
        """
        truth = self.truth[part.cells]
        whole = np.rint(values)
        if np.abs(values - whole).max(initial=0) > _NEAR:
            moved = np.flatnonzero(np.abs(values - truth) > _NEAR)
            labels = _labels(csr_array(part.sums[:, moved]))[part.sums.shape[0] :]
            broken = np.isin(labels, labels[np.abs(values - whole)[moved] > _NEAR])
            whole[moved[broken]] = truth[moved[broken]]
        if whole.min(initial=0) >= 0 and np.array_equal(part.sums @ whole, part.right):
            self.low[part.cells] = np.minimum(self.low[part.cells], whole.astype(np.int64))
            self.high[part.cells] = np.maximum(self.high[part.cells], whole.astype(np.int64))

    def narrow(self, cells: np.ndarray, width: int) -> np.ndarray:
        """Those of the cells whose range is still below the width."""
        still: np.ndarray = cells[self.high[cells] - self.low[cells] < width]
        return still


def checked_cells(linked: LinkedCells, withheld: np.ndarray, threshold: int) -> np.ndarray:
    """Which cells must keep the width: all that are withheld from a table, and small groups that no table shows.

    Of those that the readers in question must not work out.
    """
    small_group = linked.is_group & (linked.values > 0) & (linked.values < threshold)
    checked: np.ndarray = withheld & linked.is_guarded & (linked.is_tabled | small_group)
    return checked


def parts(linked: LinkedCells, withheld: np.ndarray) -> list[Part]:
    """The system that is left when published cells are put in, cut into parts that do not touch."""
    size = len(linked.cells)
    whole = Part(cells=np.arange(size), sums=linked.sums, right=np.zeros(linked.sums.shape[0]))
    return split(whole, withheld, linked.values)


def split(part: Part, still_withheld: np.ndarray, values: np.ndarray) -> list[Part]:
    """What is left of a part when fewer of its cells are withheld; the mask has one entry per cell of the part."""
    kept = np.flatnonzero(still_withheld)
    if not kept.size:
        return []
    open_sums = csr_array(part.sums[:, kept])
    right = part.right - part.sums @ np.where(still_withheld, 0, values[part.cells])
    height = open_sums.shape[0]
    labels = _labels(open_sums)
    rows_of: dict[int, list[int]] = {}
    for row, label in enumerate(labels[:height].tolist()):
        rows_of.setdefault(label, []).append(row)
    order = np.argsort(labels[height:], kind="stable")
    groups = np.split(order, np.flatnonzero(np.diff(labels[height:][order])) + 1)
    found = []
    for group in groups:
        mine = rows_of.get(int(labels[height + group[0]]), [])
        cells = part.cells[kept[group]]
        found.append(Part(cells=cells, sums=csr_array(open_sums[mine][:, group]), right=right[mine]))
    return found


def _labels(sums: csr_array) -> np.ndarray:
    """Which sums (first) and which cells (after them) hang together."""
    rows, columns = coo_array(sums).coords
    height, width = sums.shape
    graph = coo_array((np.ones(rows.size), (rows, columns + height)), shape=(height + width, height + width))
    labels: np.ndarray = connected_components(graph, directed=False)[1]
    return labels


def exposed(linked: LinkedCells, withheld: np.ndarray, checked: np.ndarray, width: int, ranges: Ranges) -> list[int]:
    """Places of the checked cells that a reader could narrow down below the width; `ranges` keeps what was found."""
    return list(exposed_in(parts(linked, withheld), checked, width, ranges))


def exposed_in(pieces: list[Part], checked: np.ndarray, width: int, ranges: Ranges) -> Iterator[int]:
    """The same for some parts, one cell after the other."""
    for part in pieces:
        if not part.sums.shape[0]:
            ranges.high[part.cells] = np.maximum(ranges.high[part.cells], ranges.low[part.cells] + width)
    open_ = [p for p in pieces if ranges.narrow(p.cells[checked[p.cells]], width).size]
    _sweep(open_, checked, width, ranges)
    for part in open_:
        for cell in ranges.narrow(part.cells[checked[part.cells]], width).tolist():
            if not _is_wide(part, cell, width, ranges):
                yield cell


def _sweep(pieces: list[Part], checked: np.ndarray, width: int, ranges: Ranges) -> None:
    """Move many cells of all parts at once, up, down and in seeded random directions, while that still helps."""
    if not pieces:
        return
    cells = np.concatenate([part.cells for part in pieces])
    whole = Part(
        cells=cells,
        sums=csr_array(block_diag([part.sums for part in pieces])),
        right=np.concatenate([part.right for part in pieces]),
    )
    ends = np.cumsum([part.cells.size for part in pieces])[:-1]
    generator = np.random.default_rng(cells.size)
    truth = ranges.truth[cells]
    box = Bounds(np.maximum(truth - 2 * width, 0), truth + 2 * width)
    before, effort = cells.size + 1, LINEAR
    for sweep in range(SWEEPS):
        narrow = checked[cells] & (ranges.high[cells] - ranges.low[cells] < width)
        count = int(np.count_nonzero(narrow))
        if count <= FEW or (sweep > 3 and before - count < FEW):
            return
        before = count
        direction = (1.0, -1.0)[sweep] if sweep < 2 else generator.choice([-1.0, 1.0], size=cells.size)
        if (values := _solve(whole, -np.where(narrow, direction, 0.0), box, effort)) is None:
            continue
        if np.abs(values - np.rint(values)).max() > _NEAR:
            effort = ANY_GOOD
        for part, found in zip(pieces, np.split(values, ends), strict=True):
            ranges.admit(part, found)


def _is_wide(part: Part, cell: int, width: int, ranges: Ranges) -> bool:
    """Look for two tables that differ enough in one cell: linear programs first, whole numbers where those fail."""
    objective = np.where(part.cells == cell, 1.0, 0.0)
    for is_whole in (False, True):
        span = 0.0
        for sign in (1.0, -1.0):
            top = np.where(part.cells == cell, ranges.low[cell] + width, np.inf)
            values = _solve(part, -sign * objective, Bounds(0, top), EXACT if is_whole else LINEAR)
            if values is None:
                span = np.inf
                continue
            ranges.admit(part, values)
            span += sign * float(objective @ values)
            if ranges.high[cell] - ranges.low[cell] >= width:
                return True
        if span < width - _NEAR:
            return False
    return False


def _solve(part: Part, costs: np.ndarray, box: Bounds, effort: Effort) -> np.ndarray | None:
    """A table of least cost that agrees with what is published; None where the work allowed did not find one."""
    found = milp(
        costs,
        constraints=LinearConstraint(part.sums, part.right, part.right),
        bounds=box,
        integrality=np.full(part.cells.size, int(effort.is_whole)),
        options={"node_limit": effort.nodes, "mip_rel_gap": effort.gap},
    )
    values: np.ndarray | None = found.x
    return values


def interval(linked: LinkedCells, withheld: np.ndarray, place: int) -> tuple[float, float]:
    """What a reader can work out about one withheld cell: its smallest and largest value by linear programming.

    `inf` where nothing bounds it. Non-negativity and the sums are all that is used.
    """
    part = next(p for p in parts(linked, withheld) if place in p.cells)
    objective = np.where(part.cells == place, 1.0, 0.0)
    if not part.sums.shape[0]:
        return 0.0, float("inf")
    ends = []
    for sign in (1.0, -1.0):
        found = milp(
            sign * objective, constraints=LinearConstraint(part.sums, part.right, part.right), bounds=Bounds(0, np.inf)
        )
        ends.append(float("inf") if found.x is None else sign * float(found.fun))
    return ends[0], ends[1]
