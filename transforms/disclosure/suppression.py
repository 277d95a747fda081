"""Which cells are withheld: small counts, and the complements without which sums would give them away.

Three steps. A greedy cover looks at one sum at a time and prefers the cell that mends most sums for the least
loss. The audit (`audit.py`) then names every cell that sums taken together still give away; for each, a linear
program finds the cheapest change of the tables that leaves all sums intact and moves the cell by the protection
width, and the published cells that have to move are withheld too (the relaxed attacker problem of Fischetti and
Salazar-González, Management Science 47, 2001). Last, complements that turned out unnecessary are published again
where that is cheap to prove. All limits are amounts of work, never of time: the same tables always give the same
pattern.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import block_diag, csr_array, hstack

from transforms.codes import UNSPECIFIC
from transforms.disclosure.audit import NEARBY, Ranges, checked_cells, exposed, exposed_in, is_told
from transforms.disclosure.cover import covered
from transforms.disclosure.examples import Examples
from transforms.disclosure.linked import LinkedCell, LinkedCells
from transforms.disclosure.nearby import Surroundings
from transforms.disclosure.parts import Part, parts, split
from transforms.disclosure.policy import Policy

ROUNDS = 25
REACH = (2, 4, 8)
"""How many sums away from an exposed cell its complements are looked for, before the whole system is."""
LARGEST_TRIMMED = 150
"""Withheld cells of one part up to which every complement is tried for publication again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Protection:
    """The pattern of one edition: which linked cells are withheld, and which of them for their own size."""

    withheld: np.ndarray
    primary: np.ndarray
    rounds: int
    is_fallback: bool


def primary_cells(linked: LinkedCells, policy: Policy) -> np.ndarray:
    """Cells of tables that count 1 … t − 1, of those about which this edition decides."""
    values = linked.values
    is_open = ~linked.is_known & ~linked.was_withheld
    small: np.ndarray = is_open & linked.is_tabled & (values > 0) & (values < policy.threshold)
    return small


def complements(
    linked: LinkedCells, primary: np.ndarray, policy: Policy, examples: Examples | None = None
) -> Protection:
    """Withhold further cells until no withheld cell can be narrowed down below the protection width.

    `primary` are those withheld whatever comes. What earlier editions showed stays known, what they withheld withheld.
    A count that readers can narrow down whatever is withheld now is shown, since to withhold it protects nothing; where
    it must not be, it is left to the audit. `examples` are tried first, and take up those that are found.
    """
    examples = Examples() if examples is None else examples
    hidden = linked.is_hidden
    weights = information(linked)
    withheld = covered(linked, primary | hidden, weights, policy)
    ranges = examples.tried(linked, withheld)
    told = np.zeros(len(linked.cells), dtype=bool)
    for number in range(1, ROUNDS + 1):
        checked = checked_cells(linked, withheld, policy.threshold) & ~told
        weak = -1
        for weak in exposed(linked, withheld, checked, policy.protection_width, ranges):
            width = policy.protection_width
            if is_told(linked, weak, width, NEARBY):
                told[weak] = True
            elif not _repair(linked, withheld, weights, weak, width):
                if is_told(linked, weak, width):
                    told[weak] = True
                else:
                    withheld[_connected(linked, weak)] = True
            withheld &= ~told | primary | hidden
        if weak < 0:
            examples.keep(linked, ranges)
            trimmed = _trimmed(linked, withheld, primary | hidden, weights, policy)
            return Protection(withheld=trimmed, primary=primary, rounds=number, is_fallback=False)
    withheld |= ~linked.is_known & ~told
    return Protection(withheld=withheld, primary=primary, rounds=ROUNDS, is_fallback=True)


def information(linked: LinkedCells) -> np.ndarray:
    """What a reader loses with each cell: large counts, margins, recent periods and bases of shares are dear."""
    years = [year for cell in linked.cells if (year := _year(cell)) is not None]
    first, last = min(years, default=0), max(years, default=0)
    finest = max((len(cell.quantity[1]) for cell in linked.cells if cell.tables), default=0)

    def loss(cell: LinkedCell) -> float:
        coordinates = cell.quantity[1]
        year = _year(cell)
        margin = 5.0 ** (finest - len(coordinates))
        recency = 2.0 if year is None else 1.0 + (year - first) / max(last - first, 1)
        base = 3.0 if any(code in UNSPECIFIC for _, code in coordinates) else 1.0
        return (1.0 + cell.value) * margin * recency * base * cell.cost

    return np.array([loss(cell) for cell in linked.cells])


def _year(cell: LinkedCell) -> int | None:
    code = next((code for dimension, code in cell.quantity[1] if dimension == "period"), "")
    return int(code[:4]) if code[:4].isdigit() else None


def _repair(linked: LinkedCells, withheld: np.ndarray, weights: np.ndarray, cell: int, width: int) -> bool:
    """Withhold the cheapest cells that give one cell the width; False when nothing within reach does.

    Mostly by letting it grow; where what is published keeps it from that, by letting it grow a part and fall the rest.
    """
    costs = np.where(withheld, 1e-4, weights)
    size = 0
    for reach in REACH:
        near = _neighbours(linked.sums, cell, reach)
        if near.size == size:
            break  # there is no more
        size = near.size
        for moves in (_growth, _growth_and_fall):
            if (moved := moves(_Near.of(linked, near, costs, cell), float(width))) is not None:
                withheld[near[moved]] = True
                return True
    return False


def _neighbours(sums: csr_array, cell: int, reach: int) -> np.ndarray:
    size = sums.shape[1]
    found = np.zeros(size)
    found[cell] = 1.0
    pattern = abs(sums)
    for _ in range(reach):
        found = np.minimum(found + pattern.T @ np.minimum(pattern @ found, 1.0), 1.0)
    return np.flatnonzero(found)


def _connected(linked: LinkedCells, cell: int) -> np.ndarray:
    return Surroundings(linked, ~linked.is_known).near(cell)[1]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Near:
    """The sums around one cell, and per cell what it costs to move it by one, how far it can grow and fall."""

    sums: csr_array
    costs: np.ndarray
    up: np.ndarray
    down: np.ndarray
    is_cell: np.ndarray

    @classmethod
    def of(cls, linked: LinkedCells, near: np.ndarray, costs: np.ndarray, cell: int) -> _Near:
        local = csr_array(linked.sums[:, near])
        is_known = linked.is_known[near]
        return cls(
            sums=local[np.flatnonzero(np.diff(local.indptr))],
            costs=costs[near],
            up=np.where(is_known, 0.0, np.inf),
            down=np.where(is_known, 0.0, linked.values[near].astype(float)),
            is_cell=near == cell,
        )


def _growth(near: _Near, width: float) -> np.ndarray | None:
    """Which cells change when one grows by the width, all sums intact, at the least cost per unit moved."""
    least = np.where(near.is_cell, width, 0.0)
    down = np.where(near.is_cell, 0.0, near.down)
    found = milp(
        np.concatenate([near.costs, near.costs]),
        constraints=LinearConstraint(hstack([near.sums, -near.sums]), 0.0, 0.0),
        bounds=Bounds(np.concatenate([least, np.zeros(near.costs.size)]), np.concatenate([near.up, down])),
    )
    return None if found.x is None else _moved(found.x)


def _growth_and_fall(near: _Near, width: float) -> np.ndarray | None:
    """Which cells change in two tables, in one of which the cell is greater and in the other less, width apart."""
    size = near.costs.size
    once = hstack([near.sums, -near.sums])
    apart = np.concatenate([near.is_cell, np.zeros(size), np.zeros(size), near.is_cell]).astype(float)
    up = np.concatenate([near.up, np.where(near.is_cell, 0.0, near.up)])
    down = np.concatenate([np.where(near.is_cell, 0.0, near.down), near.down])
    found = milp(
        np.tile(near.costs, 4),
        constraints=[
            LinearConstraint(block_diag([once, once]), 0.0, 0.0),
            LinearConstraint(apart[None, :], width, np.inf),
        ],
        bounds=Bounds(0.0, np.concatenate([up[:size], down[:size], up[size:], down[size:]])),
    )
    if found.x is None:
        return None
    first, second = np.split(found.x, 2)
    both: np.ndarray = _moved(first) | _moved(second)
    return both


def _moved(changes: np.ndarray) -> np.ndarray:
    """Cells that change, of what each grows and then what each falls."""
    grown, fallen = np.split(changes, 2)
    moved: np.ndarray = np.abs(grown - fallen) > 1e-7
    return moved


def _trimmed(
    linked: LinkedCells, withheld: np.ndarray, fixed: np.ndarray, weights: np.ndarray, policy: Policy
) -> np.ndarray:
    """Publish again, dearest first, what small parts do not need; each step is proved by a fresh audit of the part."""
    kept = withheld.copy()
    around = Surroundings(linked, kept)
    for part in parts(linked, withheld):
        extra = part.cells[~fixed[part.cells]]
        if part.cells.size > LARGEST_TRIMMED:
            continue
        for cell in extra[np.argsort(-weights[extra], kind="stable")].tolist():
            before = kept[part.cells]
            if kept[cell] and not _can_do_without(around, part, cell, fixed, policy):
                kept[part.cells] = before
    return kept


def _can_do_without(around: Surroundings, part: Part, cell: int, fixed: np.ndarray, policy: Policy) -> bool:
    """Publish a complement, and those with it that only protected it; False when a fixed cell would be given away."""
    weak = [cell]
    while weak:
        if fixed[weak].any():
            return False
        around.withheld[weak] = False
        pieces = split(part, around.withheld[part.cells], around.linked.values)
        checked = checked_cells(around.linked, around.withheld, policy.threshold)
        ranges = Ranges(around.linked.values)
        weak = list(exposed_in(around, pieces, checked, policy.protection_width, ranges))
    return True
