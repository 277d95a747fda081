"""Unknown whole numbers and what is known about them: bounds, and sums that lie between bounds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from scipy.sparse import csr_array

Because = tuple[str, ...]
"""What a sum rests on besides the print; empty for what follows from counting alone."""
TOGETHER = "together"
"""Ends the reason of sums that follow from others of the same reason: they spare programs and tell nothing new."""
Sum = Mapping[int, float]


@dataclass(slots=True)
class Unknowns:
    """Collects numbers and sums; `matrix` and the arrays are made from it once all are in."""

    low: list[float] = field(default_factory=list)
    high: list[float] = field(default_factory=list)
    rows: list[tuple[tuple[int, ...], tuple[float, ...], float, float]] = field(default_factory=list)
    because: list[Because] = field(default_factory=list)

    def new(self) -> int:
        """A number of which nothing is known but that it is zero or more."""
        self.low.append(0.0)
        self.high.append(np.inf)
        return len(self.low) - 1

    def bound(self, number: int, low: float, high: float) -> None:
        """State that a number lies between; what was known before stays known."""
        self.low[number] = max(self.low[number], low)
        self.high[number] = min(self.high[number], high)

    def between(self, members: Sum, low: float, high: float, because: Because = ()) -> None:
        """State that the members add up to something between."""
        kept = {number: factor for number, factor in members.items() if factor}
        if kept:
            self.rows.append((tuple(kept), tuple(kept.values()), low, high))
            self.because.append(because)

    def equal(self, left: Sum, right: Sum, because: Because = ()) -> None:
        """State that two sums are the same."""
        self.between(difference(left, right), 0.0, 0.0, because)

    def at_most(self, left: Sum, right: Sum, because: Because = ()) -> None:
        """State that one sum does not exceed another."""
        self.between(difference(left, right), -np.inf, 0.0, because)


def difference(left: Sum, right: Sum) -> dict[int, float]:
    """One sum minus another."""
    found = dict(left)
    for number, factor in right.items():
        found[number] = found.get(number, 0.0) - factor
    return found


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Knowledge:
    """`low ≤ numbers ≤ high`, `least ≤ sums @ numbers ≤ most`, all numbers whole; one entry of `because` per sum."""

    low: np.ndarray
    high: np.ndarray
    sums: csr_array
    least: np.ndarray
    most: np.ndarray
    because: tuple[Because, ...]

    def without(self, doubted: frozenset[Because]) -> Knowledge:
        """What is left when these reasons are not believed."""
        kept = np.array([i for i, because in enumerate(self.because) if because not in doubted], dtype=np.int64)
        return Knowledge(
            low=self.low,
            high=self.high,
            sums=csr_array(self.sums[kept]),
            least=self.least[kept],
            most=self.most[kept],
            because=tuple(self.because[i] for i in kept.tolist()),
        )


def knowledge(unknowns: Unknowns) -> Knowledge:
    """The collected numbers and sums as arrays."""
    starts = np.cumsum([0, *(len(members) for members, *_ in unknowns.rows)])
    places = np.array([m for members, *_ in unknowns.rows for m in members], dtype=np.int64)
    factors = np.array([f for _, row, *_ in unknowns.rows for f in row], dtype=float)
    return Knowledge(
        low=np.array(unknowns.low, dtype=float),
        high=np.array(unknowns.high, dtype=float),
        sums=csr_array((factors, places, starts), shape=(len(unknowns.rows), len(unknowns.low))),
        least=np.array([least for *_, least, _ in unknowns.rows], dtype=float),
        most=np.array([most for *_, most in unknowns.rows], dtype=float),
        because=tuple(unknowns.because),
    )
