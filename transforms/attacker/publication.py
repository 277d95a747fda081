"""A publication as its readers have it: tables of counts with gaps, and whatever else binds what fills the gaps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from transforms.errors import FileRejected
from transforms.messages import said

PUBLIC = "public"
"""The audience whose publications everybody has."""
LARGEST_COUNT = 10**9
"""No count is larger; what claims to be is no count of persons."""

At = tuple[str, ...]
Codes = frozenset[tuple[str, str]]
"""Dimensions with their codes, without those that are at their total."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedCell:
    """A count as printed; without `value` it is withheld or, where `is_withheld` is not set, not reported.

    `low` and `high` are what the mark in its place says (`<5`: 0 to 4); `high` None: nothing.
    """

    at: At
    value: int | None
    is_withheld: bool = False
    low: int = 0
    high: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What a source was like when something was counted: two tables with the same `key` were counted on the same data.

    `youngest` is the day of its latest extract; states of one population follow each other by it.
    """

    key: str
    youngest: date


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintedTable:
    """A table of counts; `additive` dimensions are those whose codes add up to the code `total`.

    `population` names what is counted, `within` a population that everybody counted here belongs to.
    """

    key: str
    population: str
    dimensions: At
    additive: At
    cells: tuple[PrintedCell, ...]
    state: State
    within: str = ""


Term = tuple[str, Codes, float]
"""A population, the codes of one of its numbers, and the factor it is taken with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a figure that is not a count tells about counts: the terms add up to `low` … `high`.

    `is_certain` is not set for answers of methods, which may have been put to other counts than the tables show:
    they are believed as long as they do not contradict them.
    """

    table: str
    state: State
    terms: tuple[Term, ...]
    low: float
    high: float
    is_certain: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """One edition for one audience, or a folder of tables from elsewhere.

    `threshold` t: counts 1 … t − 1 are small. `width`: how far apart the smallest and the largest possible value of
    what is withheld must stay for its readers. `parts`: what a code of a dimension is the sum of.
    """

    edition: str
    scope: str
    audience: str
    as_of: date
    threshold: int
    width: int
    tables: tuple[PrintedTable, ...]
    readings: tuple[Reading, ...] = ()
    parts: Mapping[tuple[str, str], At] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Raises FileRejected for rules that are none and for a table that names a number twice."""
        if self.threshold < 1 or self.width < 1:
            raise FileRejected(
                said("{name}: the threshold and the protection width must be 1 or more.", name=self.name),
                advice=said("Give the rules the tables were made by, for instance 4 and 4."),
            )
        for table in self.tables:
            _check(table, self.name)

    @property
    def name(self) -> str:
        """Edition and audience, as messages name it."""
        return f"{self.edition} ({self.audience})"


def _check(table: PrintedTable, name: str) -> None:
    seen: set[At] = set()
    for cell in table.cells:
        if len(cell.at) != len(table.dimensions) or cell.at in seen:
            raise FileRejected(
                said("{name}, table {table}: a cell stands in it twice or lacks a code.", name=name, table=table.key),
                advice=said("Each row must name one count, by one code for each dimension."),
            )
        seen.add(cell.at)
        if cell.value is not None and not 0 <= cell.value <= LARGEST_COUNT:
            raise FileRejected(
                said("{name}, table {table}: a count is below zero or too large.", name=name, table=table.key),
                advice=said("Only tables of counts of zero or more can be audited."),
            )
