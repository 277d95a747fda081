"""Tables from elsewhere as one publication: any table with a column per dimension and a column of counts.

Withheld is what is marked so or left blank; `<5` and `1-4` also say between what it lies. Margins stand under a code
such as `total`. Whether the codes of a dimension add up is read from the figures themselves, as any reader can.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from transforms.attacker.figures import readings_of
from transforms.attacker.publication import LARGEST_COUNT, At, PrintedCell, PrintedTable, Publication, State
from transforms.codes import TOTAL
from transforms.errors import FileRejected, WrongArguments
from transforms.messages import said
from transforms.periods import period

VALUES = ("value", "freq", "count", "obs_value")
TOTALS = frozenset({"total", "tot", "all", "_t", "всего", "итого", "jemi"})
TIMES = frozenset({"period", "time_period", "time", "year", "quarter", "month"})
WITHHELD = frozenset({"", "c", "(c)", "[c]", "x", "х", ":", "*", "**", "***", "..", "…", "s", "d", "na"})
ATTRIBUTES = frozenset({
    "obs_status", "conf_status", "lower", "upper", "base", "unit", "notice", "note", "primary", "suppressed",
    "population", "unit_measure", "unit_mult", "decimals", "structure", "structure_id", "action",
})  # fmt: skip
COUNTED = frozenset({"", "person", "case", "offence", "contact", "record"})
PARTS = "parts"
"""A table of this name says what codes consist of: columns `dimension`, `parent`, `part`."""
EVERYBODY = "everybody"
"""The population of tables that do not name one."""

_UP_TO = re.compile(r"(<|<=|≤)\s*(\d{1,9})")
_BETWEEN = re.compile(r"(\d{1,9})\s*[-–—]\s*(\d{1,9})")
_STATE = State(key="", youngest=date.min)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """One file as text: its name without ending, its header, and its rows."""

    name: str
    headers: At
    rows: tuple[At, ...]


def publication_from(files: Sequence[Rows], *, name: str, threshold: int, width: int) -> Publication:
    """All files of a folder as one publication of one moment; figures beside counts are read as far as they are known.

    Raises FileRejected, naming the file, for a table without one column of counts, for what is no count, and where
    codes that are all printed do not reach their total.
    """
    parts = _parts(files)
    counts: list[PrintedTable] = []
    figures = []
    for file in files:
        if file.name == PARTS:
            continue
        columns = _Columns(file)
        if columns.are_counts:
            counts += columns.tables()
        elif "." in file.name:
            figures.append(columns.figure())
    if not counts:
        raise FileRejected(
            said("{name} holds no table of counts.", name=name),
            advice=said("A table has one column per dimension and one column named value, freq, count or OBS_VALUE."),
        )
    tables = tuple(_adding_up(counts, parts))
    return Publication(
        edition=name,
        scope="",
        audience="",
        as_of=date.min,
        threshold=threshold,
        width=width,
        tables=tables,
        readings=tuple(readings_of(tables, figures, (), parts, {})),
        parts=parts,
    )


class _Columns:
    """Which column of a file is what."""

    def __init__(self, file: Rows) -> None:
        self.file = file
        named = {header.strip().lower(): place for place, header in enumerate(file.headers)}
        values = [named[name] for name in VALUES if name in named]
        if len(values) != 1 or len(named) != len(file.headers):
            raise FileRejected(
                said("{name}: there is not one column of counts, or two columns have one name.", name=file.name),
                advice=said("Name the column of counts value, freq, count or OBS_VALUE, and each other column once."),
            )
        self.value = values[0]
        self.named = named
        self.dimensions = {
            header: place for header, place in named.items() if place != self.value and header not in ATTRIBUTES
        }
        self.are_counts = all(self._of(row, "unit") in COUNTED for row in file.rows)
        self.time = next((d for d in self.dimensions if d in TIMES and self._are_periods(self.dimensions[d])), None)

    def tables(self) -> Iterator[PrintedTable]:
        """A table per population; in the product's own layout the name of the file says which one is counted."""
        is_own = {"obs_status", "conf_status", "unit"} <= set(self.named)
        default = self.file.name.split("_by_")[0] if is_own else EVERYBODY
        rows: dict[str, list[PrintedCell]] = {}
        for number, row in enumerate(self.file.rows, start=2):
            rows.setdefault(self._of(row, "population") or default, []).append(self._cell(row, number))
        for population, cells in rows.items():
            dimensions = tuple("period" if d == self.time else d for d in self.dimensions)
            yield PrintedTable(
                key=self.file.name,
                population=population,
                dimensions=dimensions,
                additive=dimensions,
                cells=tuple(cells),
                state=_STATE,
            )

    def figure(self) -> dict[str, object]:
        """A derived table of the product's own layout, as `figures` takes it."""
        cells = [
            {
                "at": self._at(row),
                "value": _number(row[self.value]),
                "base": _number(self._of(row, "base")),
                "status": self._of(row, "obs_status"),
                "note": self._of(row, "note") or None if "note" in self.named else "not told",
            }
            for row in self.file.rows
        ]
        dimensions = tuple("period" if d == self.time else d for d in self.dimensions)
        return {"key": self.file.name, "kind": "", "dimensions": dimensions, "cells": cells}

    def _of(self, row: At, name: str) -> str:
        return row[self.named[name]].strip() if name in self.named else ""

    def _at(self, row: At) -> At:
        return tuple(_code(row[place]) for place in self.dimensions.values())

    def _are_periods(self, place: int) -> bool:
        codes = {_code(row[place]) for row in self.file.rows} - {TOTAL}
        return bool(codes) and all(_is_period(code) for code in codes)

    def _cell(self, row: At, number: int) -> PrintedCell:
        at, text = self._at(row), row[self.value].strip()
        if self._of(row, "suppressed").lower() in ("true", "1", "yes"):
            return PrintedCell(at=at, value=None, is_withheld=True)
        value = _number(text)
        if value is not None and value.is_integer() and 0 <= value <= LARGEST_COUNT:
            return PrintedCell(at=at, value=int(value))
        if not text and self._of(row, "conf_status") == "F":
            return PrintedCell(at=at, value=None)
        if text.lower() in WITHHELD:
            return PrintedCell(at=at, value=None, is_withheld=True)
        if found := _UP_TO.fullmatch(text):
            top = int(found[2]) - (found[1] == "<")
            return PrintedCell(at=at, value=None, is_withheld=True, high=max(top, 0))
        if (found := _BETWEEN.fullmatch(text)) and int(found[1]) <= int(found[2]):
            return PrintedCell(at=at, value=None, is_withheld=True, low=int(found[1]), high=int(found[2]))
        raise FileRejected(
            said(
                "{name}, row {row}: a cell is neither a count nor a mark for one.", name=self.file.name, row=str(number)
            ),
            advice=said("Write whole numbers; leave a withheld count blank, or mark it C, x, :, * or <5."),
        )


def _code(text: str) -> str:
    """The code without an apostrophe that keeps a spreadsheet from taking it for a formula; one word for a margin."""
    code = text.strip()
    if code[:1] == "'" and code[1:2] in ("=", "+", "-", "@"):
        code = code[1:]
    return TOTAL if code.lower() in TOTALS else code


def _is_period(code: str) -> bool:
    try:
        period(code)
    except WrongArguments:
        return False
    return True


def _number(text: str) -> float | None:
    try:
        found = float(text) if re.fullmatch(r"-?\d{1,15}(\.\d{1,12})?(e-?\d{1,2})?", text.strip()) else None
    except ValueError:
        return None
    return found


def _parts(files: Iterable[Rows]) -> dict[tuple[str, str], At]:
    found: dict[tuple[str, str], At] = {}
    for file in files:
        if file.name == PARTS:
            named = {header.strip().lower(): place for place, header in enumerate(file.headers)}
            if not {"dimension", "parent", "part"} <= set(named):
                raise FileRejected(
                    said("{name}: it has not the columns dimension, parent and part.", name=file.name),
                    advice=said("It says of each code which other codes it is the sum of, one part a row."),
                )
            for row in file.rows:
                key = row[named["dimension"]].strip().lower(), _code(row[named["parent"]])
                found[key] = (*found.get(key, ()), _code(row[named["part"]]))
    return found


def _adding_up(tables: Sequence[PrintedTable], parts: Mapping[tuple[str, str], At]) -> Iterator[PrintedTable]:
    """The tables, with those dimensions additive whose codes never exceed a printed total."""
    overlapping: set[tuple[str, str]] = set()
    for table in tables:
        for place, dimension in enumerate(table.dimensions):
            if dimension == "period" and all(_is_period(cell.at[place]) for cell in table.cells):
                continue
            if _exceeds(table, place, {code for of, code in parts if of == dimension}):
                overlapping.add((table.population, dimension))
    for table in tables:
        yield replace(table, additive=tuple(d for d in table.dimensions if (table.population, d) not in overlapping))


def _exceeds(table: PrintedTable, place: int, wider: set[str]) -> bool:
    """Whether codes of a dimension exceed a printed total together; raises FileRejected where they do not reach it."""
    slices: dict[At, list[PrintedCell]] = {}
    for cell in table.cells:
        if cell.at[place] not in wider:
            slices.setdefault((*cell.at[:place], *cell.at[place + 1 :]), []).append(cell)
    exceeds = False
    for cells in slices.values():
        whole = next((cell.value for cell in cells if cell.at[place] == TOTAL), None)
        codes = [cell for cell in cells if cell.at[place] != TOTAL]
        if whole is None or not codes:
            continue
        known = sum(cell.low if cell.value is None else cell.value for cell in codes)
        if known < whole and all(cell.value is not None for cell in codes):
            raise FileRejected(
                said(
                    "{name}: the codes of '{dimension}' do not add up to their total.",
                    name=table.key,
                    dimension=table.dimensions[place],
                ),
                advice=said("Rounded or incomplete tables cannot be audited: give the counts as they were published."),
            )
        exceeds = exceeds or known > whole
    return exceeds
