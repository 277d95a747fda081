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
from scipy.sparse import csr_array, hstack

from transforms.codes import UNSPECIFIC
from transforms.disclosure.audit import Part, Ranges, checked_cells, exposed, exposed_in, interval, parts, split
from transforms.disclosure.cover import covered
from transforms.disclosure.linked import LinkedCell, LinkedCells
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


def complements(linked: LinkedCells, primary: np.ndarray, policy: Policy) -> Protection:
    """Withhold further cells until no withheld cell can be narrowed down below the protection width.

    `primary` are those withheld whatever comes. What earlier editions showed stays known, what they withheld withheld.
    """
    hidden = linked.is_hidden
    weights = information(linked)
    withheld = covered(linked, primary | hidden, weights, policy)
    ranges = Ranges(linked.values)
    certain = np.zeros(len(linked.cells), dtype=bool)
    for number in range(1, ROUNDS + 1):
        checked = checked_cells(linked, withheld, policy.threshold)
        weak = exposed(linked, withheld, checked, policy.protection_width, ranges)
        if not weak:
            trimmed = _trimmed(linked, withheld, primary | hidden, weights, policy)
            return Protection(withheld=trimmed, primary=primary, rounds=number, is_fallback=False)
        for cell in weak:
            if _repair(linked, withheld, weights, cell, policy.protection_width):
                continue
            if not (primary | hidden)[cell] and _is_certain(linked, cell):
                certain[cell] = True
            else:
                withheld[_connected(linked, cell)] = True
            withheld &= ~certain
    withheld[np.concatenate([_connected(linked, cell) for cell in weak])] = True
    withheld &= ~certain
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
    """Withhold the cheapest cells that let one cell grow by the width; False when nothing within reach does."""
    for reach in REACH:
        near = _neighbours(linked.sums, cell, reach)
        if (moved := _cheapest_move(linked, near, np.where(withheld, 1e-4, weights), cell, width)) is not None:
            withheld[near[moved]] = True
            return True
    return False


def _is_certain(linked: LinkedCells, cell: int) -> bool:
    """Whether readers can tell a count whatever is withheld now: then to withhold it protects nothing."""
    low, high = interval(linked, ~linked.is_known, cell)
    return high - low < 0.5


def _neighbours(sums: csr_array, cell: int, reach: int) -> np.ndarray:
    size = sums.shape[1]
    found = np.zeros(size)
    found[cell] = 1.0
    pattern = abs(sums)
    for _ in range(reach):
        found = np.minimum(found + pattern.T @ np.minimum(pattern @ found, 1.0), 1.0)
    return np.flatnonzero(found)


def _connected(linked: LinkedCells, cell: int) -> np.ndarray:
    return next(part.cells for part in parts(linked, ~linked.is_known) if cell in part.cells)


def _cheapest_move(
    linked: LinkedCells, near: np.ndarray, costs: np.ndarray, cell: int, width: int
) -> np.ndarray | None:
    """Which of the near cells change when one grows by the width, all sums intact, at the least cost per unit moved."""
    local = csr_array(linked.sums[:, near])
    local = local[np.flatnonzero(np.diff(local.indptr))]
    is_known = linked.is_known[near]
    up = np.where(is_known, 0.0, np.inf)
    down = np.where(is_known, 0.0, linked.values[near].astype(float))
    least = np.where(near == cell, float(width), 0.0)
    down[near == cell] = 0.0
    found = milp(
        np.concatenate([costs[near], costs[near]]),
        constraints=LinearConstraint(hstack([local, -local]), 0.0, 0.0),
        bounds=Bounds(np.concatenate([least, np.zeros(near.size)]), np.concatenate([up, down])),
    )
    if found.x is None:
        return None
    moved: np.ndarray = np.abs(found.x[: near.size] - found.x[near.size :]) > 1e-7
    return moved


def _trimmed(
    linked: LinkedCells, withheld: np.ndarray, fixed: np.ndarray, weights: np.ndarray, policy: Policy
) -> np.ndarray:
    """Publish again, dearest first, what small parts do not need; each step is proved by a fresh audit of the part."""
    kept = withheld.copy()
    for part in parts(linked, withheld):
        extra = part.cells[~fixed[part.cells]]
        if part.cells.size > LARGEST_TRIMMED:
            continue
        for cell in extra[np.argsort(-weights[extra], kind="stable")].tolist():
            kept[cell] = False
            if _gives_away(linked, split(part, kept[part.cells], linked.values), kept, policy):
                kept[cell] = True
    return kept


def _gives_away(linked: LinkedCells, pieces: list[Part], withheld: np.ndarray, policy: Policy) -> bool:
    ranges = Ranges(linked.values)
    checked = checked_cells(linked, withheld, policy.threshold)
    return any(True for _ in exposed_in(pieces, checked, policy.protection_width, ranges))
