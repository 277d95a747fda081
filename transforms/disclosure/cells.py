"""What goes into the gate: the count tables of one edition and the sums that link their cells."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from transforms.codes import TOTAL

Unit = Literal[
    "person", "case", "offence", "contact", "record", "index", "per_100k", "pct", "ratio",
    "body", "event", "document", "place", "yes_no",
]  # fmt: skip
"""What a figure counts or is measured in; the last five are those of measures that are not about persons."""
OTHER_COUNTRIES = "countries_differ_between_years"
"""Caveat of figures that sum the countries that reported, other ones each year."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CountCell:
    """One cell before release: a code per dimension, a count or None with the status that says why."""

    at: tuple[str, ...]
    value: float | None
    obs_status: str = "A"
    lower: float | None = None
    upper: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CountTable:
    """Counts over some dimensions, margins included (code `total`).

    `population` names what is counted: cells of two tables with the same population and the same
    coordinates (dimensions at `total` do not count) are one cell. `additive` dimensions are those
    whose codes add up to the margin; a person can stand under several codes of any other.
    `is_published` tables come from sources that are public already and pass the gate unchanged.
    `within` names a population that everybody counted here belongs to, at the same coordinates.
    """

    key: str
    indicator: str
    population: str
    dimensions: tuple[str, ...]
    additive: tuple[str, ...]
    cells: tuple[CountCell, ...]
    unit: Unit
    sources: tuple[str, ...]
    caveats: tuple[str, ...] = ()
    is_published: bool = False
    within: str = ""

    @property
    def sums_other_countries(self) -> bool:
        """Whether it sums other countries in each period, so that periods are not held against each other."""
        return OTHER_COUNTRIES in self.caveats

    def of_the_same_countries(self) -> CountTable:
        """The same figures where they are of one country, or of the same countries in every period."""
        return replace(self, caveats=tuple(caveat for caveat in self.caveats if caveat != OTHER_COUNTRIES))

    def coordinates(self, cell: CountCell) -> Coordinates:
        """Where the cell stands, without the dimensions that are at their total."""
        return frozenset((d, c) for d, c in zip(self.dimensions, cell.at, strict=True) if c != TOTAL)


Coordinates = frozenset[tuple[str, str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rollup:
    """A code of a dimension that is the sum of other codes: a year of quarters, a phase of months."""

    dimension: str
    parent: str
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Denominator:
    """A public denominator: persons of an area in a period, by the coordinates it holds for."""

    key: str
    persons: dict[Coordinates, float]
    vintage: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TableSet:
    """All tables of one edition, to be protected together."""

    tables: tuple[CountTable, ...]
    rollups: tuple[Rollup, ...]
    denominators: tuple[Denominator, ...] = ()
