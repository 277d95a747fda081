"""The cheapest pattern there is: complementary suppression solved to a proof, for systems small enough.

A master program chooses which cells to withhold at the least loss. The gate's own audit looks at the choice; for each
cell that it calls exposed, the linear program of an attacker proves why, and its dual prices say how much room each
published cell would give if it were withheld too: a capacity cut (Fischetti and Salazar-González, Management Science
47, 2001), which every safe pattern fulfils. Where only whole numbers give the cell away, the cut asks for one more of
those cells without which a proof by integer programming still holds. Patterns that fulfil all cuts so far and are
safe are the cheapest. Nothing is relaxed: cells keep the width in two tables of whole numbers, as the audit has it.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import csr_array

from transforms.disclosure.audit import Ranges, checked_cells, exposed
from transforms.disclosure.linked import LinkedCells
from transforms.disclosure.policy import Policy

ROUNDS = 120
"""Choices of the master program after which an optimum is not computable; an amount of work, and not of time."""
NODES = 20_000
"""Branches of one program, likewise."""
_NEAR = 1e-6
_NO_PRICE = 1e-9
"""A dual price below this is rounding."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Optimum:
    """A pattern of least loss: cells withheld, what the complements among them lose, and the proof.

    Every safe pattern fulfils `cuts @ withheld >= 0`, and none that does is cheaper.
    """

    withheld: np.ndarray
    loss: float
    cuts: np.ndarray


class NotComputable(Exception):
    """The work allowed did not prove an optimum."""


def lost(linked: LinkedCells, withheld: np.ndarray, primary: np.ndarray, weights: np.ndarray) -> float:
    """What a reader loses with the complements of a pattern: cells withheld for the sake of others."""
    return float(weights[withheld & ~primary & ~linked.is_hidden].sum())


def optimum(
    linked: LinkedCells, primary: np.ndarray, weights: np.ndarray, policy: Policy, *, rounds: int = ROUNDS
) -> Optimum:
    """The cheapest complements of the primary cells; raises NotComputable where so many rounds do not prove them.

    `weights` are losses by cell, of zero or more.
    """
    search = _Search(linked=linked, fixed=primary | linked.is_hidden, weights=weights, policy=policy)
    for _ in range(rounds):
        withheld = search.cheapest()
        if not search.is_cut_off(withheld):
            loss = lost(linked, withheld, primary, weights)
            return Optimum(withheld=withheld, loss=loss, cuts=np.array(search.cuts).reshape(-1, withheld.size))
    raise NotComputable


@dataclass(slots=True)
class _Search:
    linked: LinkedCells
    fixed: np.ndarray
    weights: np.ndarray
    policy: Policy
    cuts: list[np.ndarray] = field(default_factory=list)
    """Coefficients by cell."""

    def cheapest(self) -> np.ndarray:
        """The cheapest pattern that fulfils all cuts."""
        is_known = self.linked.is_known
        found = milp(
            np.where(self.fixed, 0.0, self.weights),
            constraints=LinearConstraint(csr_array(np.array(self.cuts)), -_NEAR, np.inf) if self.cuts else (),
            bounds=Bounds(self.fixed.astype(float), np.where(is_known & ~self.fixed, 0.0, 1.0)),
            integrality=np.ones(is_known.size),
            options={"node_limit": NODES, "mip_rel_gap": 0.0},
        )
        if found.status != 0:
            raise NotComputable
        chosen: np.ndarray = found.x > 0.5
        return chosen

    def is_cut_off(self, withheld: np.ndarray) -> bool:
        """Whether a pattern is not safe; then cuts that say why are added."""
        checked = checked_cells(self.linked, withheld, self.policy.threshold)
        width = self.policy.protection_width
        weak = exposed(self.linked, withheld, checked, width, Ranges(self.linked.values))
        found = [cut for cell in weak if (cut := self.capacity(withheld, cell)) is not None]
        self.cuts += found
        return bool(found)

    def capacity(self, withheld: np.ndarray, cell: int) -> np.ndarray | None:
        """The cut of an exposed cell; None for one that is safe after all, which the audit's work did not show."""
        (highest, above), (lowest, below) = (self._end(withheld, cell, sign) for sign in (1.0, -1.0))
        span, room = highest + lowest, above + below
        missing = self.policy.protection_width - span
        if missing > _NEAR:
            cut = np.where(withheld, 0.0, np.minimum(room, missing) / missing)
            cut[cell] -= 1.0
            return cut
        return self._whole_cut(withheld, cell)

    def _whole_cut(self, withheld: np.ndarray, cell: int) -> np.ndarray | None:
        """Withhold, cheapest first, all that leaves the cell exposed; a safe pattern has one of the cells left over."""
        if self._is_wide(withheld, cell):
            return None
        most = withheld.copy()
        for other in np.argsort(self.weights, kind="stable").tolist():
            if not most[other] and not self.linked.is_known[other]:
                most[other] = True
                most[other] = not self._is_wide(most, cell)
        cut = np.where(most, 0.0, 1.0)
        cut[cell] -= 1.0
        return cut

    def _end(self, withheld: np.ndarray, cell: int, sign: float) -> tuple[float, np.ndarray]:
        """Largest (smallest, negated, for −1) value of a cell, and the room that each other cell would give."""
        costs, box = self._attack(withheld, cell, sign)
        sums = self.linked.sums
        found = linprog(costs, A_eq=sums, b_eq=np.zeros(sums.shape[0]), bounds=np.column_stack([box.lb, box.ub]))
        if found.status != 0:
            raise NotComputable
        prices = costs - sums.T @ found.eqlin.marginals
        prices[np.abs(prices) < _NO_PRICE] = 0.0
        return -float(found.fun), np.where(prices < 0, np.inf, prices * self.linked.values)

    def _is_wide(self, withheld: np.ndarray, cell: int) -> bool:
        """Whether two tables of whole numbers differ enough in a cell, proved either way."""
        span = 0.0
        for sign in (1.0, -1.0):
            costs, box = self._attack(withheld, cell, sign)
            found = milp(
                costs,
                constraints=LinearConstraint(self.linked.sums, 0.0, 0.0),
                bounds=box,
                integrality=np.ones(costs.size),
                options={"node_limit": NODES, "mip_rel_gap": 0.0},
            )
            if found.status != 0:
                raise NotComputable
            span -= float(found.fun)
        return span > self.policy.protection_width - _NEAR

    def _attack(self, withheld: np.ndarray, cell: int, sign: float) -> tuple[np.ndarray, Bounds]:
        """Costs and bounds of the program that moves one cell up (1) or down (−1), not farther than is asked for."""
        truth = self.linked.values.astype(float)
        top = np.where(withheld, np.inf, truth)
        top[cell] = truth[cell] + self.policy.protection_width
        costs = np.zeros(truth.size)
        costs[cell] = -sign
        return costs, Bounds(np.where(withheld, 0.0, truth), top)
