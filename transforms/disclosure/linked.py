"""The cells of all tables of an edition as one system: each quantity once, and the sums that bind them.

Two cells of two tables are one quantity when they count the same population at the same coordinates (a
dimension at its total is no coordinate). The sums (`equations.py`) are everything an attacker knows besides the
published numbers, so a sum that does not hold stops the release.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
from scipy.sparse import csr_array

from transforms.codes import TOTAL
from transforms.disclosure.cells import Coordinates, CountTable, TableSet
from transforms.errors import ReleaseRefused

Standing = Literal["open", "known", "withheld"]
Quantity = tuple[str, Coordinates]
"""Population and coordinates: what a cell counts, whichever table it stands in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedCell:
    """One quantity: its true value and the tables that would show it.

    Without tables it is never shown, but the others may reveal it: `is_group` when it counts persons that share
    the coordinates (two months left over between a phase and its years), otherwise it is a mere difference.
    `standing` says whether this edition still decides about it (`open`) or an earlier one has: readers know it, or
    it was withheld from them. `is_guarded` cells must not be worked out by the readers in question; `cost` is how
    much dearer than others it is to withhold.
    """

    quantity: Quantity
    value: int
    tables: tuple[str, ...] = ()
    is_group: bool = True
    standing: Standing = "open"
    is_guarded: bool = True
    cost: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LinkedCells:
    """All quantities and the sums: `sums @ values == 0`, one row per sum, coefficients ±1."""

    cells: tuple[LinkedCell, ...]
    place: Mapping[Quantity, int]
    sums: csr_array

    values: np.ndarray = field(init=False, repr=False)
    """True values, one per cell; the following likewise."""
    is_tabled: np.ndarray = field(init=False, repr=False)
    is_group: np.ndarray = field(init=False, repr=False)
    is_guarded: np.ndarray = field(init=False, repr=False)
    is_known: np.ndarray = field(init=False, repr=False)
    was_withheld: np.ndarray = field(init=False, repr=False)
    is_hidden: np.ndarray = field(init=False, repr=False)
    """Whether readers are without it whatever this edition decides: in no table, or withheld before."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "values", np.array([cell.value for cell in self.cells], dtype=np.int64))
        masks = {
            "is_tabled": [bool(cell.tables) for cell in self.cells],
            "is_group": [cell.is_group for cell in self.cells],
            "is_guarded": [cell.is_guarded for cell in self.cells],
            "is_known": [cell.standing == "known" for cell in self.cells],
            "was_withheld": [cell.standing == "withheld" for cell in self.cells],
        }
        for name, mask in masks.items():
            object.__setattr__(self, name, np.array(mask, dtype=bool))
        object.__setattr__(self, "is_hidden", (~self.is_tabled & ~self.is_known) | self.was_withheld)


@dataclass(slots=True)
class Builder:
    """Collects quantities and sums; `LinkedCells` is made from it once all are in."""

    cells: list[LinkedCell] = field(default_factory=list)
    place: dict[Quantity, int] = field(default_factory=dict)
    rows: list[tuple[tuple[int, ...], tuple[int, ...]]] = field(default_factory=list)
    missing: dict[Quantity, tuple[str, ...]] = field(default_factory=dict)

    def add_cell(self, cell: LinkedCell) -> int:
        """Place of the quantity, which is new."""
        self.place[cell.quantity] = len(self.cells)
        self.cells.append(cell)
        return len(self.cells) - 1

    def add_sum(self, whole: int, parts: Iterable[int]) -> None:
        """State that one cell is the sum of others; raises ReleaseRefused naming the tables when it is not."""
        members = tuple(parts)
        if self.cells[whole].value != sum(self.cells[part].value for part in members):
            names = {table for member in (whole, *members) for table in self.cells[member].tables}
            raise inconsistent(names, "a margin is not the sum of its parts")
        self.rows.append(((whole, *members), (1, *(-1,) * len(members))))

    def add_bound(self, low: Iterable[int], high: Iterable[int], name: str, group: LinkedCell | None = None) -> None:
        """State that the low cells together are at most the high ones; the difference becomes a cell of its own.

        `group` is that cell, but for its value, where it counts persons who share coordinates.
        """
        lows, highs = tuple(low), tuple(high)
        gap = sum(self.cells[h].value for h in highs) - sum(self.cells[c].value for c in lows)
        if gap < 0:
            names = {table for member in (*lows, *highs) for table in self.cells[member].tables}
            raise inconsistent(names, "a part is larger than its whole")
        quantity: Quantity = (name, frozenset({("difference", str(len(self.cells)))}))
        mere = LinkedCell(quantity=quantity, value=gap, is_group=False)
        difference = self.add_cell(mere if group is None else replace(group, value=gap))
        members = (*highs, *lows, difference)
        self.rows.append((members, (*(1,) * len(highs), *(-1,) * (len(lows) + 1))))

    def finished(self) -> LinkedCells:
        """The system, ready for protection and audit."""
        starts = np.cumsum([0, *(len(members) for members, _ in self.rows)])
        places = np.array([m for members, _ in self.rows for m in members], dtype=np.int64)
        signs = np.array([s for _, row in self.rows for s in row], dtype=float)
        sums = csr_array((signs, places, starts), shape=(len(self.rows), len(self.cells)))
        return LinkedCells(cells=tuple(self.cells), place=self.place, sums=sums)


def inconsistent(tables: Iterable[str], why: str) -> ReleaseRefused:
    """The refusal of tables that contradict each other; names them and never their values."""
    return ReleaseRefused(
        f"The tables of the edition contradict each other ({why}): {', '.join(sorted(set(tables)))}.",
        advice="Check how these tables are counted; nothing is published until their sums agree.",
    )


def protected_tables(table_set: TableSet) -> tuple[CountTable, ...]:
    """The tables whose counts are confidential until released."""
    return tuple(table for table in table_set.tables if not table.is_published)


def quantities(tables: tuple[CountTable, ...]) -> Builder:
    """Every quantity of the tables, each once.

    Raises ReleaseRefused when a table is malformed, holds something that is not a count, or when two tables give
    one quantity two values.
    """
    builder = Builder()
    values: dict[Quantity, int | None] = {}
    shown_in: dict[Quantity, list[str]] = {}
    for table in tables:
        for coordinates, value in _counts(table).items():
            quantity = (table.population, coordinates)
            shown_in.setdefault(quantity, []).append(table.key)
            if values.setdefault(quantity, value) != value:
                raise inconsistent(shown_in[quantity], "one count has two values")
    for quantity, count in values.items():
        if count is None:
            builder.missing[quantity] = tuple(shown_in[quantity])
        else:
            builder.add_cell(LinkedCell(quantity=quantity, value=count, tables=tuple(shown_in[quantity])))
    return builder


def _counts(table: CountTable) -> dict[Coordinates, int | None]:
    if len(set(table.dimensions)) != len(table.dimensions) or not set(table.additive) <= set(table.dimensions):
        raise inconsistent([table.key], "its dimensions are declared twice or not at all")
    counts: dict[Coordinates, int | None] = {}
    for cell in table.cells:
        if len(cell.at) != len(table.dimensions):
            raise inconsistent([table.key], "a cell has another number of codes than the table has dimensions")
        coordinates = table.coordinates(cell)
        if coordinates in counts:
            raise inconsistent([table.key], "a cell stands in it twice")
        if cell.value is None:
            counts[coordinates] = None
        elif cell.value >= 0 and float(cell.value).is_integer():
            counts[coordinates] = int(cell.value)
        else:
            raise inconsistent([table.key], "a count is not a whole number of zero or more")
    return counts


def additive_dimensions(tables: tuple[CountTable, ...]) -> dict[tuple[str, str], bool]:
    """Whether the codes of a dimension add up, by population and dimension; raises ReleaseRefused on disagreement."""
    found: dict[tuple[str, str], bool] = {}
    for table in tables:
        for dimension in table.dimensions:
            adds_up = dimension in table.additive
            if found.setdefault((table.population, dimension), adds_up) != adds_up:
                names = [t.key for t in tables if t.population == table.population and dimension in t.dimensions]
                raise inconsistent(names, f"dimension '{dimension}' is declared additive in some tables only")
    return found


def slices(builder: Builder) -> dict[tuple[str, Coordinates, str], dict[str, int | None]]:
    """Cells that differ in one dimension only: (population, other coordinates, dimension) → code → place.

    A code whose count was not reported has no place; the margin stands under `total` where a table shows it.
    """
    found: dict[tuple[str, Coordinates, str], dict[str, int | None]] = {}
    placed: list[tuple[Quantity, int | None]] = [*builder.place.items(), *((q, None) for q in builder.missing)]
    for (population, coordinates), place in placed:
        for dimension, code in coordinates:
            key = (population, coordinates - {(dimension, code)}, dimension)
            found.setdefault(key, {})[code] = place
    for (population, rest, _), codes in found.items():
        if (margin := builder.place.get((population, rest))) is not None:
            codes[TOTAL] = margin
    return found
