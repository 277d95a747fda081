"""The tables of a manifest as tracing reads them: by number, by key, and each cell by its codes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from transforms.codes import TOTAL

Codes = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TracedTable:
    """One table of a manifest; `number` is its place in it, as in the names of the workbook's sheets.

    Manifests from before `population` was written down have it empty: then a count is looked for in its own table.
    """

    number: int
    key: str
    indicator: str
    kind: str
    unit: str
    dimensions: tuple[str, ...]
    sources: tuple[str, ...]
    caveats: tuple[str, ...]
    population: str
    cells: Mapping[Codes, Mapping[str, Any]]

    @property
    def measure(self) -> str:
        """`share`, `phase_ratio` and so on of a derived table, else its kind."""
        return self.key.partition(".")[2] or self.kind

    @property
    def counted_key(self) -> str:
        """Key of the table of counts that this one is, or is made from."""
        return self.key.partition(".")[0]

    def codes(self, dimension: str) -> tuple[str, ...]:
        """Codes of a dimension in the order of the table."""
        place = self.dimensions.index(dimension)
        return tuple(dict.fromkeys(at[place] for at in self.cells))

    def coordinates(self, at: Codes) -> frozenset[tuple[str, str]]:
        """Where a cell stands, without the dimensions that are at their total."""
        return frozenset((d, c) for d, c in zip(self.dimensions, at, strict=True) if c != TOTAL)


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundCell:
    """A cell in its table."""

    table: TracedTable
    at: Codes

    @property
    def cell(self) -> Mapping[str, Any]:
        """The cell as the manifest has it."""
        return self.table.cells[self.at]

    @property
    def address(self) -> str:
        """Its short address."""
        return address(self.table.number, self.at)


def address(number: int, at: Iterable[str]) -> str:
    """`T25:2023,female`: number of the table, then a code for each dimension; holds no blank."""
    return f"T{number}:{','.join(at)}"


def traced_tables(document: Mapping[str, Any]) -> tuple[TracedTable, ...]:
    """All tables of a manifest in its order; of an old one what it does not say stays empty."""
    return tuple(_table(number, table) for number, table in enumerate(document["tables"], start=1))


def _table(number: int, table: Mapping[str, Any]) -> TracedTable:
    dimensions = tuple(table["dimensions"])
    return TracedTable(
        number=number,
        key=table["key"],
        indicator=table["indicator"],
        kind=table["kind"],
        unit=table["unit"],
        dimensions=dimensions,
        sources=tuple(table["sources"]),
        caveats=tuple(table.get("caveats", ())),
        population=str(table.get("population", "")),
        cells={tuple(str(cell["at"][name]) for name in dimensions): cell for cell in table["cells"]},
    )
