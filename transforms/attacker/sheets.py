"""All tables of one population in one state of its sources as one sheet, on which every number stands once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from transforms.attacker.publication import At, Codes, PrintedCell, PrintedTable, Publication, State
from transforms.attacker.stretches import Stretches
from transforms.codes import TOTAL
from transforms.errors import ReleaseRefused
from transforms.messages import said

PERIOD = "period"
ALWAYS = -1
"""Stands for the whole time of a sheet until all its tables are known."""
Place = tuple[Codes, int]
"""The codes of a number without its period, and its stretch of time."""
Listing = tuple[Codes, str, frozenset[str]]
"""Codes, and a dimension with those of its codes that one table lists beside them; kept with its stretch of time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A cell of the sheet: which table of which publication (by its number) shows or withholds it."""

    publication: int
    table: str
    at: At
    place: Place
    cell: PrintedCell


@dataclass(slots=True, kw_only=True)
class Sheet:
    """What is printed of one population in one state; `number` tells apart sheets of one state that disagree."""

    scope: str
    population: str
    state: State
    number: int
    stretches: Stretches
    additive: dict[str, bool]
    whole: int = 0
    within: str = ""
    shown: list[Shown] = field(default_factory=list)
    values: dict[Place, int] = field(default_factory=dict)
    by_code: dict[tuple[Codes, str], Place] = field(default_factory=dict)
    listings: dict[Listing, int] = field(default_factory=dict)
    tables: dict[str, None] = field(default_factory=dict)
    parts: dict[tuple[str, str], At] = field(default_factory=dict)

    def agrees(self, publication: Publication, tables: Iterable[PrintedTable]) -> bool:
        """Whether no number that the sheet has would get another value."""
        return all(
            cell.value is None or self.values.get(place, cell.value) == cell.value
            for table in tables
            for _, place, cell in self._places(publication, table)
        )

    def take(self, number: int, publication: Publication, tables: Iterable[PrintedTable]) -> None:
        """Write the tables of a publication on the sheet; raises ReleaseRefused where they contradict each other."""
        self.parts |= {key: parts for key, parts in publication.parts.items() if key[0] != PERIOD}
        for table in tables:
            self.tables[table.key] = None
            self.within = self.within or table.within
            listed: dict[tuple[Codes, str], set[str]] = {}
            span = 0
            for code, place, cell in self._places(publication, table):
                if cell.value is not None and self.values.setdefault(place, cell.value) != cell.value:
                    raise contradiction(self.tables)
                span |= place[1]
                self.by_code[place[0], code] = place
                self.shown.append(Shown(publication=number, table=table.key, at=cell.at, place=place, cell=cell))
                for dimension, named in place[0]:
                    listed.setdefault((place[0] - {(dimension, named)}, dimension), set()).add(named)
            for (rest, dimension), codes in listed.items():
                listing = (rest, dimension, frozenset(codes))
                self.listings[listing] = self.listings.get(listing, 0) | span

    def settle(self) -> None:
        """Now that all tables are on it, the sheet knows what `total` of its periods stands for."""
        self.whole = self.whole or self.stretches.bit("always")
        self.shown = [
            Shown(publication=s.publication, table=s.table, at=s.at, place=self.whole_time(s.place), cell=s.cell)
            for s in self.shown
        ]
        self.values = {self.whole_time(place): value for place, value in self.values.items()}
        self.by_code = {key: self.whole_time(place) for key, place in self.by_code.items()}

    def whole_time(self, place: Place) -> Place:
        """The place with the stretch that `total` stands for."""
        return (place[0], self.whole) if place[1] == ALWAYS else place

    def mask(self, code: str, publication: Publication) -> int:
        """The stretch of a code of `period`; periods that do not add up have nothing in common."""
        if code == TOTAL:
            return ALWAYS
        if self.additive.get(PERIOD, True):
            return self.stretches.of(PERIOD, code, publication.parts)
        return self.stretches.bit(f"apart:{code}")

    def _places(self, publication: Publication, table: PrintedTable) -> Iterator[tuple[str, Place, PrintedCell]]:
        """Every cell of a table with the code of its period and its place."""
        column = table.dimensions.index(PERIOD) if PERIOD in table.dimensions else None
        masks: dict[str, int] = {}
        for cell in table.cells:
            code = TOTAL if column is None else cell.at[column]
            if code not in masks:
                masks[code] = self.mask(code, publication)
                self.whole |= max(masks[code], 0)
            codes = zip(table.dimensions, cell.at, strict=True)
            rest = frozenset((d, c) for d, c in codes if d != PERIOD and c != TOTAL)
            yield code, (rest, masks[code]), cell


def contradiction(tables: Iterable[str]) -> ReleaseRefused:
    """The refusal of published numbers that no counting of persons can give; names tables and never a number."""
    return ReleaseRefused(
        said("The published tables contradict each other: {tables}.", tables=", ".join(sorted(set(tables)))),
        advice=said("Check that they count the same people and that their codes add up to their totals."),
    )
