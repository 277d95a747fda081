"""Smallest and largest value of numbers in complete tables that agree with everything published.

Two such tables of whole numbers that differ in many cells show all these cells to be safe at once: proof by example.
Only what no example shows is looked at one by one. Amounts of work are limited and never time, so that a verdict can
be given again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from scipy.sparse import csr_array

from transforms.attacker.bounds import NEAR, Impossible, Rest
from transforms.attacker.programs import Outcome, Part, best, best_whole, parts

SWEEPS = 24
"""Examples of all parts together before numbers are looked at one by one."""
FEW = 4
"""Numbers of one part below which looking at each is cheaper."""
REACH = 2
"""How many widths a number may move in one example: what is let move far takes the room of others."""


@dataclass(slots=True)
class Ranges:
    """`low` and `high` of every number in the examples seen; `first` is one complete table of whole numbers."""

    rest: Rest
    pieces: list[Part]
    first: np.ndarray
    low: np.ndarray = field(init=False)
    high: np.ndarray = field(init=False)

    def __post_init__(self) -> None:
        self.low, self.high = self.first.copy(), self.first.copy()

    def admit(self, part: Part, values: np.ndarray) -> bool:
        """Take an example into account, if it is one: whole numbers within the bounds that fulfil every sum."""
        whole = np.rint(values)
        if not _fulfils(part, whole):
            return False
        self.low[part.numbers] = np.minimum(self.low[part.numbers], whole)
        self.high[part.numbers] = np.maximum(self.high[part.numbers], whole)
        return True

    def width(self, numbers: np.ndarray) -> np.ndarray:
        """How far apart the examples are."""
        found: np.ndarray = self.high[numbers] - self.low[numbers]
        return found


def _fulfils(part: Part, whole: np.ndarray) -> bool:
    given = part.sums @ whole
    return bool(
        np.all(whole >= part.low)
        and np.all(whole <= part.high)
        and np.all(given >= part.least - NEAR * 10)
        and np.all(given <= part.most + NEAR * 10)
    )


def first_ranges(rest: Rest) -> Ranges:
    """Ranges that start from one complete table; raises Impossible where there is none in whole numbers."""
    pieces = parts(rest)
    first = rest.low.copy()
    for part in pieces:
        found = best(part, np.zeros(part.low.size))
        if not found.is_whole:
            found = best_whole(part, np.zeros(part.low.size))
        if found.values is None:
            raise Impossible
        first[part.numbers] = np.rint(found.values)
    return Ranges(rest=rest, pieces=pieces, first=first)


def narrow_numbers(ranges: Ranges, needed: np.ndarray) -> list[int]:
    """Numbers whose smallest and largest value are less apart than needed (0: any); what stays undecided is named.

    `needed` has one entry per number of the knowledge.
    """
    outer = ranges.rest.high - ranges.rest.low
    found = np.flatnonzero((needed > 0) & (outer < needed)).tolist()
    for part in ranges.pieces:
        wanted = needed[part.numbers].copy()
        wanted[part.high - part.low < wanted] = 0
        if wanted.any():
            _sweep(ranges, part, wanted)
            for place in np.flatnonzero(ranges.width(part.numbers) < wanted).tolist():
                if not _is_wide(ranges, part, place, wanted[place]):
                    found.append(int(part.numbers[place]))
    return sorted(found)


def _sweep(ranges: Ranges, part: Part, wanted: np.ndarray) -> None:
    """Examples that move many numbers at once, in seeded directions, while that still helps."""
    generator = np.random.default_rng(part.numbers.size)
    base = ranges.first[part.numbers]
    reach = REACH * wanted.max()
    idle = 0
    for _ in range(SWEEPS):
        narrow = ranges.width(part.numbers) < wanted
        count = np.count_nonzero(narrow)
        if count <= FEW or idle == 2:
            return
        up = generator.random(part.low.size) < 0.5
        low, high = ranges.low[part.numbers], ranges.high[part.numbers]
        floor = np.maximum(part.low, np.where(narrow & ~up, high - wanted, np.minimum(low, base - reach)))
        ceiling = np.minimum(part.high, np.where(narrow & up, low + wanted, np.maximum(high, base + reach)))
        found = best(part, np.where(narrow, np.where(up, -1.0, 1.0), 0.0), low=floor, high=ceiling)
        _admit_rounded(ranges, part, found)
        after = np.count_nonzero(ranges.width(part.numbers) < wanted)
        idle = idle + 1 if count - after < FEW else 0


def _admit_rounded(ranges: Ranges, part: Part, found: Outcome) -> bool:
    """Admit a solution; one in fractions of persons with these rounded up or down, if any way of it fulfils the sums."""
    if found.values is None:
        return False
    if found.is_whole:
        return ranges.admit(part, found.values)
    low, high = np.floor(found.values + NEAR), np.ceil(found.values - NEAR)
    broken = np.flatnonzero(low < high)
    rows = np.flatnonzero(np.diff(csr_array(part.sums[:, broken]).indptr))
    rest = part.sums @ np.where(low < high, 0.0, low)
    small = Part(
        numbers=part.numbers[broken],
        sums=csr_array(part.sums[rows][:, broken]),
        least=part.least[rows] - rest[rows],
        most=part.most[rows] - rest[rows],
        low=low[broken],
        high=high[broken],
    )
    rounded = best_whole(small, found.values[broken] * 0.0)
    if rounded.values is None:
        return False
    values = np.rint(low)
    values[broken] = np.rint(rounded.values)
    return ranges.admit(part, values)


def _is_wide(ranges: Ranges, part: Part, place: int, needed: float) -> bool:
    """Look for two tables that differ enough in one number: in fractions of persons first, which may settle it."""
    number = part.numbers[place]
    ends = []
    for sign in (1.0, -1.0):
        found = _end(ranges, part, place, sign, needed, best)
        if ranges.high[number] - ranges.low[number] >= needed:
            return True
        ends.append(found)
    low, high = (np.ceil(ends[0] - NEAR), np.floor(ends[1] + NEAR))
    if high - low < needed:
        return False
    for sign in (1.0, -1.0):
        _end(ranges, part, place, sign, needed, best_whole)
        if ranges.high[number] - ranges.low[number] >= needed:
            return True
    return False


def _end(
    ranges: Ranges, part: Part, place: int, sign: float, needed: float, solve: Callable[..., Outcome]
) -> float:
    """Least (sign 1) or largest (−1) value of one number, no further than makes it wide enough; admits what it sees."""
    number = part.numbers[place]
    low, high = part.low.copy(), part.high.copy()
    low[place] = max(low[place], ranges.high[number] - needed)
    high[place] = min(high[place], ranges.low[number] + needed)
    costs = np.zeros(part.low.size)
    costs[place] = sign
    found = solve(part, costs, low=low, high=high)
    _admit_rounded(ranges, part, found)
    if found.values is None:
        return -sign * np.inf
    end: float = found.values[place]
    return end


def interval(ranges: Ranges, number: int) -> tuple[int, int | None]:
    """Smallest and largest value of a number in whole persons; None where nothing bounds it."""
    part = next((part for part in ranges.pieces if number in part.numbers), None)
    if part is None:
        high = ranges.rest.high[number]
        return int(ranges.rest.low[number]), None if np.isinf(high) else int(high)
    place = int(np.flatnonzero(part.numbers == number)[0])
    ends: list[int | None] = []
    for sign in (1.0, -1.0):
        costs = np.zeros(part.low.size)
        costs[place] = sign
        found = best(part, costs)
        known = ranges.low[number] if sign > 0 else ranges.high[number]
        if found.values is None:
            ends.append(None)
            continue
        end = sign * np.ceil(sign * found.values[place] - NEAR)
        if end != known and not _admit_rounded(ranges, part, found):
            whole = best_whole(part, costs)
            if whole.values is not None and whole.is_certain:
                end = np.rint(whole.values[place])
        ends.append(int(end))
    return ends[0] or 0, ends[1]
