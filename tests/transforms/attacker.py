"""An attacker who shares no code with the gate.

He knows what is printed, the calendar, which codes lie in which, that persons are counted in whole numbers, and how
counts of persons with several answers bind each other. Linear and integer programs tell him the smallest and
the largest number each cell can be.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from tests.transforms.count_tables import months
from transforms.disclosure.cells import CountTable
from transforms.disclosure.released import ReleasedEdition

TOTAL = "total"
UNSPECIFIC = ("unknown", "not_reported")
LARGE = 100_000.0
"""Where the attacker stops looking for a larger number."""

At = tuple[str, ...]
Codes = frozenset[tuple[str, str]]
Place = tuple[str, Codes]
"""A population and the codes that are not totals: one number, whichever table prints it."""


@dataclass(frozen=True)
class Printed:
    """A table as a reader has it: numbers, None where one is withheld, and the dimensions whose codes add up."""

    population: str
    dimensions: At
    additive: At
    cells: Mapping[At, float | None]

    def place(self, at: At) -> Place:
        codes = zip(self.dimensions, at, strict=True)
        return self.population, frozenset((dimension, code) for dimension, code in codes if code != TOTAL)


def read(edition: ReleasedEdition, tables: Iterable[CountTable]) -> list[Printed]:
    """The counts of an edition; of the tables that went in only what a reader knows too."""
    return [
        Printed(t.population, t.dimensions, t.additive, {c.at: c.value for c in edition.tables[t.key].cells})
        for t in tables
    ]


@dataclass
class Attacker:
    """Everything that is printed, written down as sums of unknown whole numbers.

    `parts` says what a code is the sum of, by dimension and code; months of quarters and years he knows himself.
    """

    printed: Sequence[Printed]
    parts: Mapping[tuple[str, str], Sequence[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.places: dict[Place, int] = {}
        self.unnamed: dict[tuple[str, Codes, str, frozenset[str]], int] = {}
        """Groups that edges of codes cut out and no table shows, such as two months between a phase and a year."""
        self.shown: dict[int, float] = {}
        self.equal: list[dict[int, float]] = []
        self.at_most: list[dict[int, float]] = []
        self.size = 0
        adds_up: dict[tuple[str, str], bool] = {}
        for table in self.printed:
            adds_up |= {(table.population, d): d in table.additive for d in table.dimensions}
            for at, value in table.cells.items():
                place = table.place(at)
                number = self.places[place] if place in self.places else self._new(self.places, place)
                if value is not None:
                    self.shown[number] = value
        for (population, rest, dimension), codes in self._slices().items():
            if adds_up[population, dimension]:
                self._add_up(population, rest, dimension, codes)
            else:
                self._overlap(codes)
        self._nest()
        self.constraints, self.bounds = self._written_down()
        self.lowest, self.highest = np.full(self.size, np.inf), np.full(self.size, -np.inf)

    def withheld(self) -> list[int]:
        return [number for number in self.places.values() if number not in self.shown]

    def closer_cells(self, width: int) -> dict[Place, tuple[int, int]]:
        """Withheld cells that he narrows down below the width."""
        names = {number: place for place, number in self.places.items()}
        return {names[number]: ends for number, ends in self.closer_than(width, self.withheld()).items()}

    def interval(self, number: int) -> tuple[int, int]:
        """Smallest and largest value of one number in all tables of whole numbers that agree with the print."""
        costs = np.zeros(self.size)
        costs[number] = 1.0
        return round(self._least(costs)), round(-self._least(-costs))

    def _least(self, costs: np.ndarray) -> float:
        """A linear program, whose best solution is nearly always whole already; else an integer program.

        The latter without presolve: with it HiGHS 1.12 gives 1 as the least value of a cell that can be 0.
        """
        found = milp(costs, constraints=self.constraints, bounds=self.bounds)
        if np.abs(found.x - np.rint(found.x)).max() > 1e-6:
            found = milp(
                costs,
                constraints=self.constraints,
                bounds=self.bounds,
                integrality=np.ones(self.size),
                options={"presolve": False},
            )
        self.lowest = np.minimum(self.lowest, np.rint(found.x))
        self.highest = np.maximum(self.highest, np.rint(found.x))
        least: float = found.fun
        return least

    def closer_than(self, width: int, numbers: Iterable[int]) -> dict[int, tuple[int, int]]:
        """Those of the numbers that he narrows down below the width; tables seen on the way spare him programs."""
        found = {}
        for number in numbers:
            if self.highest[number] - self.lowest[number] < width:
                low, high = self.interval(number)
                if high - low < width:
                    found[number] = (low, high)
        return found

    def _new(self, among: dict[Any, int], key: Any) -> int:
        among[key] = self.size
        self.size += 1
        return among[key]

    def _slices(self) -> dict[tuple[str, Codes, str], dict[str, int]]:
        """Numbers that differ in one dimension only, with their total where it is printed."""
        found: dict[tuple[str, Codes, str], dict[str, int]] = {}
        for (population, codes), number in self.places.items():
            for dimension, code in codes:
                found.setdefault((population, codes - {(dimension, code)}, dimension), {})[code] = number
        for (population, rest, _), codes in found.items():
            if (population, rest) in self.places:
                codes[TOTAL] = self.places[population, rest]
        return found

    def _add_up(self, population: str, rest: Codes, dimension: str, codes: Mapping[str, int]) -> None:
        """Every code is the sum of the groups that the edges of all codes cut out."""
        leaves = {code: self._leaves(dimension, code) for code in codes if code != TOTAL}
        if TOTAL in codes:
            leaves[TOTAL] = frozenset().union(*leaves.values())
        groups: dict[frozenset[str], set[str]] = {}
        for leaf in frozenset().union(*leaves.values()):
            groups.setdefault(frozenset(code for code in leaves if leaf in leaves[code]), set()).add(leaf)
        inside: dict[str, dict[int, float]] = {code: {} for code in codes}
        for around, leaf_set in groups.items():
            number = self._new(self.unnamed, (population, rest, dimension, frozenset(leaf_set)))
            for code in around:
                inside[code][number] = -1.0
        self.equal += [{codes[code]: 1.0, **groups_inside} for code, groups_inside in inside.items()]

    def _leaves(self, dimension: str, code: str) -> frozenset[str]:
        if inner := self.parts.get((dimension, code)):
            return frozenset().union(*(self._leaves(dimension, part) for part in inner))
        if dimension == "period" and "-Q" in code:
            first = 3 * int(code[-1]) - 2
            return frozenset(months(f"{code[:4]}-{first:02d}", f"{code[:4]}-{first + 2:02d}"))
        if dimension == "period" and len(code) == 4:
            return frozenset(months(f"{code}-01", f"{code}-12"))
        return frozenset({code})

    def _overlap(self, codes: Mapping[str, int]) -> None:
        """Several answers a person: none exceeds the persons who gave one, and together they reach them."""
        if TOTAL not in codes:
            return
        blank = dict.fromkeys((codes[code] for code in UNSPECIFIC if code in codes), 1.0)
        known = [number for code, number in codes.items() if code not in (TOTAL, *UNSPECIFIC)]
        self.at_most += [{**blank, number: 1.0, codes[TOTAL]: -1.0} for number in known]
        self.at_most.append({codes[TOTAL]: 1.0, **dict.fromkeys((*blank, *known), -1.0)})

    def _nest(self) -> None:
        """An age group lies in its age class, a corridor in the countries at its ends."""
        inside: dict[int, list[int]] = {}
        for (population, codes), number in self.places.items():
            for dimension, code in codes:
                for outer in _outside(dimension, code):
                    around = (population, codes - {(dimension, code)} | {outer})
                    if around in self.places:
                        inside.setdefault(self.places[around], []).append(number)
        self.at_most += [{**dict.fromkeys(inner, 1.0), around: -1.0} for around, inner in inside.items()]

    def _written_down(self) -> tuple[list[LinearConstraint], Bounds]:
        rows = np.zeros((len(self.equal) + len(self.at_most), self.size))
        for row, factors in zip(rows, (*self.equal, *self.at_most), strict=True):
            row[list(factors)] = list(factors.values())
        least = np.where(np.arange(len(rows)) < len(self.equal), 0.0, -np.inf)
        low, high = np.zeros(self.size), np.full(self.size, LARGE)
        for number, value in self.shown.items():
            low[number] = high[number] = value
        return [LinearConstraint(rows, least, 0.0)] if len(rows) else [], Bounds(low, high)


def _outside(dimension: str, code: str) -> Iterator[tuple[str, str]]:
    if dimension == "age_group" and code not in UNSPECIFIC:
        yield "age_class", "child" if code in ("0-8", "9-17") else "adult"
    if dimension == "corridor" and ">" in code:
        source, target = code.split(">")
        yield "citizenship", source
        yield "country_of_exploitation", target
        yield "crossing", "domestic" if source == target else "cross_border"
