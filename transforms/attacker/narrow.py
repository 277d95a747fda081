"""Which numbers are not as uncertain as they must stay.

Two complete tables of whole numbers that agree with the print and differ in many cells show all these cells to be safe
at once: proof by example. Only what no example shows is looked at one by one. Amounts of work are limited and never
time, so that a verdict can be given again.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.sparse import csr_array

from transforms.attacker.bounds import NEAR, linked
from transforms.attacker.nearby import Surroundings
from transforms.attacker.programs import Outcome, Part, best, best_whole, nearly_best_whole
from transforms.attacker.ranges import LARGE, Demand, Ranges, admit_rounded

PATIENCE = 2
"""Examples that help too little before numbers are looked at one by one."""
FEW = 4
"""Numbers below which looking at each is cheaper than another example."""
REACH = 2
"""How many widths a number may move in one example: what is let move far takes the room of others."""
NEARBY = (2, 3, 4, 5)
"""Steps from a number within which the sums are tried before all of them are."""
WORTH_IT = 0.03
"""Share of the numbers that an example of a large part must settle for another one to be worth its time."""


def narrow_numbers(ranges: Ranges, demand: Demand) -> list[int]:
    """Numbers that are not as uncertain as demanded; what stays undecided is named."""
    rest = ranges.rest
    every = np.arange(rest.low.size)
    sure = demand.unmet(rest.low, rest.high, every)
    found = np.flatnonzero(sure).tolist()
    for part in ranges.pieces:
        asked = part.numbers[~sure[part.numbers] & (demand.width[part.numbers] > 0)]
        if not ranges.unmet(demand, asked).any():
            continue
        _sweep(ranges, part, demand, asked)
        around = Surroundings(part)
        for number in asked[ranges.unmet(demand, asked)].tolist():
            if ranges.unmet(demand, np.array([number]))[0]:  # unless an example for another one has shown it wide
                place = int(np.searchsorted(part.numbers, number))
                if not _is_wide(ranges, around, place, demand):
                    found.append(number)
    return sorted(found)


def _sweep(ranges: Ranges, part: Part, demand: Demand, asked: np.ndarray) -> None:
    """Examples that move many numbers at once, in seeded directions, while that still helps.

    In fractions of persons first, which is quicker and mostly gives whole ones; then in whole ones.
    """
    generator = np.random.default_rng(part.numbers.size)
    base = ranges.first[part.numbers]
    wanted = demand.width[part.numbers]
    reach = REACH * wanted.max()
    worth = WORTH_IT if part.numbers.size > LARGE else 0.0
    for solve in (best, nearly_best_whole):
        idle = 0
        while idle < PATIENCE:
            left = asked[ranges.unmet(demand, asked)]
            if left.size <= FEW:
                return
            narrow = np.isin(part.numbers, left)
            low, high = ranges.low[part.numbers], ranges.high[part.numbers]
            can_grow, can_fall = low + wanted <= part.high, high - wanted >= part.low
            up = np.where(can_grow & can_fall, generator.random(part.low.size) < 0.5, can_grow)
            floor = np.maximum(part.low, np.where(narrow & ~up, high - wanted, np.minimum(low, base - reach)))
            ceiling = np.minimum(part.high, np.where(narrow & up, low + wanted, np.maximum(high, base + reach)))
            costs = np.where(narrow, np.where(up, -1.0, 1.0) * generator.uniform(0.5, 1.0, part.low.size), 0.0)
            found = solve(part, costs, low=floor, high=ceiling)
            if not admit_rounded(ranges, part, found):
                _admit_where_whole(ranges, part, found)
            settled = left.size - np.count_nonzero(ranges.unmet(demand, left))
            idle = idle + 1 if settled < max(FEW, worth * left.size) else 0


def _admit_where_whole(ranges: Ranges, part: Part, found: Outcome) -> None:
    """Admit those changes against the first example that are whole and share no sum with others that are not."""
    if found.values is None:
        return
    base = ranges.first[part.numbers]
    moved = np.flatnonzero(np.abs(found.values - base) > NEAR)
    labels, _ = linked(csr_array(part.sums[:, moved]))
    is_broken = np.abs(found.values[moved] - np.rint(found.values[moved])) > NEAR
    kept = moved[~np.isin(labels, labels[is_broken])]
    values = base.copy()
    values[kept] = np.rint(found.values[kept])
    ranges.admit(part, values)


def _is_wide(ranges: Ranges, around: Surroundings, place: int, demand: Demand) -> bool:
    """Whether a number is as uncertain as demanded.

    From the sums near it first: those that are left out cannot give it more room, and too little without them shows it
    narrow; enough room while all that is far away stays as in the first example shows it wide. Then from all sums, in
    fractions of persons, which may settle it, and in whole ones.
    """
    part = around.part
    number = part.numbers[[place]]

    def ends(within: Part, at: int, solve: Callable[..., Outcome], is_complete: bool) -> bool | None:
        """Whether the number is wide as far as these sums tell; solutions of complete ones are examples."""
        found = []
        for sign in (1.0, -1.0):
            outcome = _towards(ranges, within, at, sign, demand, solve)
            found.append(outcome.values)
            if is_complete and admit_rounded(ranges, within, outcome) and not ranges.unmet(demand, number)[0]:
                return True
        if found[0] is None or found[1] is None:
            return None
        low, high = np.ceil(found[0][[at]] - NEAR), np.floor(found[1][[at]] + NEAR)
        if not demand.unmet(low, high, number)[0]:
            return None
        ranges.proved[int(number[0])] = int(low[0]), int(high[0])
        return False

    for reach in NEARBY:
        near = around.near(place, reach)
        if near is None:
            break
        if ends(near.free, near.place, best, is_complete=False) is False:
            return False
        if reach > NEARBY[0] and ends(near.still(ranges.first[near.free.numbers]), near.place, best, is_complete=True):
            return True
    for solve in (best, nearly_best_whole, best_whole):
        answer = ends(part, place, solve, is_complete=True)
        if answer is not None and (answer or solve is not nearly_best_whole):
            return answer
    return False


def _towards(
    ranges: Ranges, part: Part, place: int, sign: float, demand: Demand, solve: Callable[..., Outcome]
) -> Outcome:
    """A table with the least (sign 1) or largest (−1) value of one number, no further than makes it wide enough."""
    number = part.numbers[place]
    low, high = part.low.copy(), part.high.copy()
    low[place] = max(low[place], ranges.high[number] - demand.width[number])
    high[place] = min(high[place], ranges.low[number] + demand.width[number])
    costs = np.zeros(part.low.size)
    costs[place] = sign
    return solve(part, costs, low=low, high=high)
