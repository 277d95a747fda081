"""Smallest and largest value of numbers in complete tables of whole numbers that agree with everything published."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from scipy.sparse import csr_array

from transforms.attacker.bounds import NEAR, Impossible, Rest
from transforms.attacker.programs import Outcome, Part, best, best_whole, parts

CORNERS = 6
"""Tries to find a first table by linear programs, before an integer program is asked for it."""
LARGE = 2_000
"""Numbers of one part from which on a linear program takes a second and not a moment."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Demand:
    """How uncertain each number of the knowledge must stay: its smallest and largest value `width` apart (0: any).

    Where `small` is t, it is enough that the number may be zero, or t and more: a group that no table shows is given
    away when it surely counts 1 … t − 1 persons.
    """

    width: np.ndarray
    small: np.ndarray

    def unmet(self, low: np.ndarray, high: np.ndarray, numbers: np.ndarray) -> np.ndarray:
        """Which of the numbers are not uncertain enough between these values."""
        small = self.small[numbers]
        found: np.ndarray = (high - low < self.width[numbers]) & ((small == 0) | ((low >= 1) & (high < small)))
        return found


@dataclass(slots=True)
class Ranges:
    """`low` and `high` of every number in the examples seen; `first` is one complete table of whole numbers.

    `proved` are bounds within which narrow numbers surely lie.
    """

    rest: Rest
    pieces: list[Part]
    first: np.ndarray
    low: np.ndarray = field(init=False)
    high: np.ndarray = field(init=False)
    proved: dict[int, tuple[int, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        bound = np.zeros(self.first.size, dtype=bool)
        for part in self.pieces:
            bound[part.numbers] = True
        self.low = np.where(bound, self.first, self.rest.low)
        self.high = np.where(bound, self.first, self.rest.high)

    def admit(self, part: Part, values: np.ndarray) -> bool:
        """Take an example into account, if it is one: whole numbers within the bounds that fulfil every sum."""
        whole = np.rint(values)
        if not _fulfils(part, whole):
            return False
        self.low[part.numbers] = np.minimum(self.low[part.numbers], whole)
        self.high[part.numbers] = np.maximum(self.high[part.numbers], whole)
        return True

    def unmet(self, demand: Demand, numbers: np.ndarray) -> np.ndarray:
        """Which of the numbers no examples have shown uncertain enough yet."""
        return demand.unmet(self.low[numbers], self.high[numbers], numbers)


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
        first[part.numbers] = np.rint(_any_table(part))
    return Ranges(rest=rest, pieces=pieces, first=first)


def _any_table(part: Part) -> np.ndarray:
    """One table of whole numbers; of some seeded corners of all tables the first that is one or nearly so."""
    generator = np.random.default_rng(part.numbers.size)
    costs = np.zeros(part.low.size)
    for _ in range(CORNERS):
        found = best(part, costs)
        if found.values is None and found.is_certain:
            raise Impossible
        if (values := _in_whole_persons(part, found)) is not None:
            return values
        costs = generator.uniform(0.0, 1.0, part.low.size)
    whole = best_whole(part, np.zeros(part.low.size)).values
    if whole is None:
        raise Impossible
    return whole


def admit_rounded(ranges: Ranges, part: Part, found: Outcome) -> bool:
    """Admit a solution; fractions of persons are rounded up or down if there is a way that fulfils the sums."""
    values = _in_whole_persons(part, found)
    return values is not None and ranges.admit(part, values)


def _in_whole_persons(part: Part, found: Outcome) -> np.ndarray | None:
    """A solution with its fractions of persons rounded up or down, None where no way of that fulfils the sums."""
    if found.values is None or found.is_whole:
        return found.values
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
    rounded = best_whole(small, np.zeros(broken.size)).values
    if rounded is None:
        return None
    values: np.ndarray = np.rint(low)
    values[broken] = np.rint(rounded)
    return values


def interval(ranges: Ranges, number: int) -> tuple[int, int | None]:
    """Smallest and largest value of a number in whole persons; None where nothing bounds it.

    In a very large system, bounds that were proved already and may be a little wider.
    """
    part = next((part for part in ranges.pieces if number in part.numbers), None)
    if part is None:
        high = ranges.rest.high[number]
        return int(ranges.rest.low[number]), None if np.isinf(high) else int(high)
    if part.numbers.size > LARGE and number in ranges.proved:
        return ranges.proved[number]
    place = int(np.flatnonzero(part.numbers == number)[0])
    ends = [_exact_end(ranges, part, place, sign) for sign in (1.0, -1.0)]
    return ends[0] or 0, ends[1]


def _exact_end(ranges: Ranges, part: Part, place: int, sign: float) -> int | None:
    """Least (sign 1) or largest (−1) value, None without bound; that of fractions rounded where an example has it."""
    number = part.numbers[place]
    costs = np.zeros(part.low.size)
    costs[place] = sign
    found = best(part, costs)
    if found.values is None:
        return None
    end = sign * np.ceil(sign * found.values[place] - NEAR)
    admit_rounded(ranges, part, found)
    if end not in (ranges.low[number], ranges.high[number]):
        whole = best_whole(part, costs)
        if whole.values is not None and whole.is_certain:
            end = np.rint(whole.values[place])
    return int(end)
