"""Linear and integer programs over what is left of a system (HiGHS through scipy.optimize.milp)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array, eye_array, hstack

from transforms.attacker.bounds import NEAR, Impossible, Rest, bounded
from transforms.attacker.unknowns import TOGETHER, Because, Knowledge

SOLVED, IMPOSSIBLE = 0, 2
FEW_NODES = 20
NODES = 2000
"""Branches of one integer program; an amount of work and not of time, so that a verdict can be given again."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Part:
    """Open numbers that share sums; `numbers` are their places in the knowledge."""

    numbers: np.ndarray
    sums: csr_array
    least: np.ndarray
    most: np.ndarray
    low: np.ndarray
    high: np.ndarray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Outcome:
    """A best solution, or why there is none: `is_certain` says that the answer is proved and not given up."""

    values: np.ndarray | None
    is_certain: bool

    @property
    def is_whole(self) -> bool:
        """Whether the solution is one of whole numbers."""
        return self.values is not None and bool(np.abs(self.values - np.rint(self.values)).max(initial=0) <= NEAR)


def parts(rest: Rest) -> list[Part]:
    """The open systems one by one; a number without sums is no system."""
    if not rest.part_of_sum.size:
        return []
    order, sum_order = np.argsort(rest.part, kind="stable"), np.argsort(rest.part_of_sum, kind="stable")
    order = order[np.isin(rest.part[order], rest.part_of_sum)]
    labels, starts = np.unique(rest.part[order], return_index=True)
    sum_labels = rest.part_of_sum[sum_order]
    found = []
    for label, mine in zip(labels.tolist(), np.split(order, starts[1:]), strict=True):
        rows = sum_order[np.searchsorted(sum_labels, label) : np.searchsorted(sum_labels, label, side="right")]
        numbers = rest.numbers[mine]
        found.append(
            Part(
                numbers=numbers,
                sums=csr_array(rest.sums[rows][:, mine]),
                least=rest.least[rows],
                most=rest.most[rows],
                low=rest.low[numbers],
                high=rest.high[numbers],
            )
        )
    return found


def best(part: Part, costs: np.ndarray, *, low: np.ndarray | None = None, high: np.ndarray | None = None) -> Outcome:
    """A solution of least cost in fractions of persons, between other bounds where they are given."""
    return _solve(part, costs, low, high, {})


def best_whole(
    part: Part, costs: np.ndarray, *, low: np.ndarray | None = None, high: np.ndarray | None = None
) -> Outcome:
    """The same in whole persons; without presolve, by which HiGHS 1.12 misses solutions, where the answer is none."""
    quick = _solve(part, costs, low, high, {"node_limit": NODES}, is_whole=True)
    if quick.values is not None and quick.is_certain:
        floor = best(part, costs, low=low, high=high)
        if floor.values is not None and costs @ quick.values <= np.ceil(costs @ floor.values - NEAR) + NEAR:
            return quick
    return _solve(part, costs, low, high, {"node_limit": NODES, "presolve": False}, is_whole=True)


def nearly_best_whole(
    part: Part, costs: np.ndarray, *, low: np.ndarray | None = None, high: np.ndarray | None = None
) -> Outcome:
    """Any good solution in whole persons."""
    return _solve(part, costs, low, high, {"node_limit": FEW_NODES, "mip_rel_gap": 0.3}, is_whole=True)


def _solve(
    part: Part,
    costs: np.ndarray,
    low: np.ndarray | None,
    high: np.ndarray | None,
    options: dict[str, int | float | bool],
    is_whole: bool = False,
) -> Outcome:
    box = Bounds(part.low if low is None else low, part.high if high is None else high)
    rows = [LinearConstraint(part.sums, part.least, part.most)] if part.sums.shape[0] else []
    found = milp(
        costs, constraints=rows, bounds=box, integrality=np.full(part.low.size, int(is_whole)), options=options
    )
    return Outcome(values=found.x, is_certain=found.status in (SOLVED, IMPOSSIBLE))


def contradicted(known: Knowledge) -> frozenset[Because]:
    """The reasons that cannot be believed, because the published figures contradict them.

    All reasons are weighed at once: those whose sums must give way when the print stands and as little as possible
    gives way. Raises Impossible when the print contradicts itself.
    """
    reasons = frozenset(because for because in known.because if because)
    firm = bounded(known.without(reasons))
    soft = [i for i, because in enumerate(known.because) if because and because[-1] != TOGETHER]
    if not soft:
        return frozenset()
    sums = csr_array(known.sums[soft])
    fixed = np.where(firm.low < firm.high, 0.0, firm.low)
    gone = sums @ fixed
    size, extra = firm.numbers.size, len(soft)
    open_sums = csr_array(sums[:, firm.numbers])
    slack = eye_array(extra, format="csr")
    rows = [
        LinearConstraint(hstack([firm.sums, csr_array((firm.sums.shape[0], extra))]), firm.least, firm.most),
        LinearConstraint(hstack([open_sums, slack]), known.least[soft] - gone, np.inf),
        LinearConstraint(hstack([open_sums, -slack]), -np.inf, known.most[soft] - gone),
    ]
    box = Bounds(
        np.concatenate([firm.low[firm.numbers], np.zeros(extra)]),
        np.concatenate([firm.high[firm.numbers], np.full(extra, np.inf)]),
    )
    found = milp(np.concatenate([np.zeros(size), np.ones(extra)]), constraints=rows, bounds=box)
    if found.x is None:
        raise Impossible
    doubted = {known.because[soft[i]] for i in np.flatnonzero(found.x[size:] > NEAR).tolist()}
    return frozenset(because for because in reasons if because in doubted or because[:-1] in doubted)
