"""The attacker's audit: how exactly can a reader of everything that is published work out a withheld cell?

The attacker knows every published cell, every sum and bound of `equations.py`, and that counts are whole numbers of
zero or more. Because a zero can be withheld too, to protect another cell, the mark of a withheld cell says nothing
about its size. A cell is safe when two complete tables of whole numbers agree with all of that and differ in this
cell by the protection width or more; both are computed, so that safety is shown by example and not inferred from
a linear relaxation (linear and integer programming with HiGHS through scipy.optimize.milp).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import block_diag, csr_array

from transforms.disclosure.linked import LinkedCells
from transforms.disclosure.nearby import Surroundings
from transforms.disclosure.parts import Part, labels_of, parts

SWEEPS = 30
"""Programs that each try to move many cells at once, before cells are looked at one by one."""
FEW = 3
"""Cells below which looking at each is cheaper than another sweep."""
WORTH = 1 / 200
"""Share of the cells of a system that a sweep must settle for another one to be worth its time."""
NEARBY = (1, 2, 3, 4)
"""How many sums away from a cell others may move with it, before all of its part may."""
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


@dataclass(slots=True)
class Ranges:
    """Smallest and largest value found so far for each cell in tables that agree with all that is published.

    Withholding more cells keeps every one of these tables possible, so ranges only ever grow.
    """

    truth: np.ndarray
    low: np.ndarray = field(init=False)
    high: np.ndarray = field(init=False)
    moves: list[tuple[np.ndarray, np.ndarray]] = field(init=False, default_factory=list)
    """Of the tables that widened a range: which cells differ from the truth, and by how much."""

    def __post_init__(self) -> None:
        self.low, self.high = self.truth.copy(), self.truth.copy()

    def admit(self, part: Part, values: np.ndarray) -> None:
        """Take a solution into account as far as it is one of whole numbers that fulfils the sums exactly.

        Changes against the truth that share no sum are changes of their own: those that do not fit are undone.
        """
        truth = self.truth[part.cells]
        whole = np.rint(values).astype(np.int64)
        is_bad = (np.abs(values - whole) > _NEAR) | (whole < 0)
        is_wrong = part.sums @ whole != part.right
        if is_bad.any() or is_wrong.any():
            moved = np.flatnonzero(np.abs(values - truth) > _NEAR)
            labels = labels_of(csr_array(part.sums[:, moved]))
            height = part.sums.shape[0]
            broken = np.union1d(labels[:height][is_wrong], labels[height:][is_bad[moved]])
            whole = truth.copy()
            kept = moved[~np.isin(labels[height:], broken)]
            whole[kept] = np.rint(values[kept]).astype(np.int64)
            if (part.sums @ whole != part.right).any():
                return
        if (whole < self.low[part.cells]).any() or (whole > self.high[part.cells]).any():
            self.low[part.cells] = np.minimum(self.low[part.cells], whole)
            self.high[part.cells] = np.maximum(self.high[part.cells], whole)
            changed = np.flatnonzero(whole != truth)
            self.moves.append((part.cells[changed], whole[changed] - truth[changed]))

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


def exposed(
    linked: LinkedCells, withheld: np.ndarray, checked: np.ndarray, width: int, ranges: Ranges
) -> Iterator[int]:
    """Places of the checked cells that a reader could narrow down below the width, one after the other.

    `ranges` keeps what was found. Whoever reads may withhold more cells in between: the rest is looked at with those.
    """
    yield from exposed_in(Surroundings(linked, withheld), parts(linked, withheld), checked, width, ranges)


def exposed_in(
    around: Surroundings, pieces: Sequence[Part], checked: np.ndarray, width: int, ranges: Ranges
) -> Iterator[int]:
    """The same for some parts."""
    for part in pieces:
        if not part.sums.shape[0]:
            ranges.high[part.cells] = np.maximum(ranges.high[part.cells], ranges.low[part.cells] + width)
    open_ = [p for p in pieces if ranges.narrow(p.cells[checked[p.cells]], width).size]
    _sweep(open_, checked, width, ranges)
    for part in open_:
        for cell in ranges.narrow(part.cells[checked[part.cells]], width).tolist():
            if not _is_wide(around, cell, width, ranges):
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
    generator = np.random.default_rng(cells.size)
    truth = ranges.truth[cells]
    box = Bounds(np.maximum(truth - 2 * width, 0), truth + 2 * width)
    before, effort = cells.size + 1, LINEAR
    for sweep in range(SWEEPS):
        narrow = checked[cells] & (ranges.high[cells] - ranges.low[cells] < width)
        count = int(np.count_nonzero(narrow))
        if count <= FEW or (sweep > 1 and before - count < max(FEW, WORTH * cells.size)):
            return
        before = count
        direction = (1.0, -1.0)[sweep] if sweep < 2 else generator.choice([-1.0, 1.0], size=cells.size)
        if (values := _solve(whole, -np.where(narrow, direction, 0.0), box, effort)) is None:
            continue
        if np.abs(values - np.rint(values)).max() > _NEAR:
            effort = ANY_GOOD
        ranges.admit(whole, values)


def _is_wide(around: Surroundings, cell: int, width: int, ranges: Ranges) -> bool:
    """Look for two tables that differ enough in one cell: near it first, in whole numbers where fractions fail."""
    alone = np.array([cell])
    if not ranges.narrow(alone, width).size:
        return True
    size = 0
    for reach in NEARBY:
        sums, cells = around.near(cell, reach)
        if cells.size == size:
            break  # there is no more
        size = cells.size
        _span(around.alone(cells), cell, width, ranges, LINEAR, is_example=True)
        if not ranges.narrow(alone, width).size:
            return True
        if _span(around.freed(sums, cells), cell, width, ranges, LINEAR) < width:
            return False
    whole = around.freed(*around.near(cell))
    for effort in (LINEAR, EXACT):
        span = _span(whole, cell, width, ranges, effort, is_example=True)
        if not ranges.narrow(alone, width).size:
            return True
        if span < width:
            return False
    return False


def _span(part: Part, cell: int, width: int, ranges: Ranges, effort: Effort, *, is_example: bool = False) -> float:
    """By how many persons a cell can differ between two tables of a part, looking no further than is wide enough.

    `inf` where the work allowed did not tell. Tables that are an example of everything published widen the range.
    """
    objective = np.where(part.cells == cell, 1.0, 0.0)
    top = np.where(part.cells == cell, ranges.low[cell] + width, np.inf)
    ends = []
    for sign in (1.0, -1.0):
        values = _solve(part, -sign * objective, Bounds(0, top), effort)
        if values is None:
            return float("inf")
        if is_example:
            ranges.admit(part, values)
            if ranges.high[cell] - ranges.low[cell] >= width:
                return float(width)
        ends.append(float(objective @ values))
    return float(np.floor(ends[0] + _NEAR) - np.ceil(ends[1] - _NEAR))


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


def is_told(linked: LinkedCells, cell: int, width: int, reaches: Sequence[int | None] = (*NEARBY, None)) -> bool:
    """Whether readers can narrow a count down below the width whatever is withheld now.

    By the sums within so many others (None: by all); fewer may not tell.
    """
    around = Surroundings(linked, ~linked.is_known)
    ranges = Ranges(linked.values)
    size = 0
    for reach in reaches:
        sums, cells = around.near(cell, reach)
        if cells.size == size:
            break  # there is no more
        size = cells.size
        if _span(around.freed(sums, cells), cell, width, ranges, LINEAR) < width:
            return True
    return False


def interval(linked: LinkedCells, withheld: np.ndarray, place: int) -> tuple[float, float]:
    """What a reader can work out about one withheld cell: its smallest and largest value by linear programming.

    `inf` where nothing bounds it. Non-negativity and the sums are all that is used.
    """
    around = Surroundings(linked, withheld)
    part = around.freed(*around.near(place))
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
