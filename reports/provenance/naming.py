"""How a cell is named on the command line, and what is said where the name is wrong."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence

from reports.provenance.tables import Codes, FoundCell, TracedTable
from transforms.codes import TOTAL
from transforms.errors import WrongArguments

_NUMBERED = re.compile(r"[Tt](\d+)(?:_\w*)?")
_MOST_NAMED = 8
FORM = "Write TABLE:CODE,CODE (T25:2023,female) or TABLE period=2023 sex=female."


def found_cell(words: Sequence[str], tables: Sequence[TracedTable]) -> FoundCell:
    """The cell that the words name: `T25:2023,female`, the table's key in place of T25, or `dimension=code` each.

    A dimension that is left out stands at its total. Raises WrongArguments with the nearest names.
    """
    if not words:
        raise WrongArguments("No cell is named.", advice=FORM)
    named, colon, listed = words[0].partition(":")
    table = _named_table(named, tables)
    if colon and len(words) > 1:
        raise WrongArguments(f"'{' '.join(words)}' names the codes of a cell in two ways.", advice=FORM)
    given = _by_place(table, listed) if colon else _by_name(table, words[1:])
    at = tuple(_code(table, dimension, given.get(dimension)) for dimension in table.dimensions)
    if at not in table.cells:
        raise WrongArguments(
            f"Table {table.key} has no cell at {', '.join(at)}.",
            advice=f"It has: {_listed([','.join(other) for other in _nearest(at, table)])}.",
        )
    return FoundCell(table=table, at=at)


def _named_table(named: str, tables: Sequence[TracedTable]) -> TracedTable:
    if (number := _NUMBERED.fullmatch(named)) and 1 <= int(number[1]) <= len(tables):
        return tables[int(number[1]) - 1]
    found = next((table for table in tables if table.key == named), None)
    if found is not None:
        return found
    keys = [table.key for table in tables]
    parts = [part for part in re.split(r"[^a-z0-9]+", named.lower()) if len(part) > 2]
    alike = [key for key in keys if parts and all(part in key for part in parts)]
    near = dict.fromkeys((*difflib.get_close_matches(named, keys, n=4, cutoff=0.5), *alike))
    raise WrongArguments(
        f"The edition has no table '{named}'.",
        advice=f"{f'Did you mean: {_listed(list(near))}? ' if near else ''}It has {len(tables)} tables, T1 to "
        f"T{len(tables)}; the file tables/*.csv and the sheets of the workbook are named after them.",
    )


def _by_place(table: TracedTable, listed: str) -> dict[str, str]:
    codes = listed.split(",") if listed else []
    if len(codes) > len(table.dimensions):
        raise WrongArguments(
            f"Table {table.key} has {len(table.dimensions)} dimensions, not {len(codes)}.",
            advice=f"Write {table.key}:{','.join(name.upper() for name in table.dimensions)}.",
        )
    return dict(zip(table.dimensions, codes, strict=False))


def _by_name(table: TracedTable, words: Sequence[str]) -> dict[str, str]:
    given: dict[str, str] = {}
    for word in words:
        dimension, is_given, code = word.partition("=")
        if not is_given:
            raise WrongArguments(f"'{word}' is not of the form dimension=code.", advice=FORM)
        if dimension not in table.dimensions:
            near = difflib.get_close_matches(dimension, table.dimensions, n=1, cutoff=0.5)
            raise WrongArguments(
                f"Table {table.key} has no dimension '{dimension}'.",
                advice=f"{f'Did you mean {near[0]}? ' if near else ''}It has: {', '.join(table.dimensions)}.",
            )
        if dimension in given:
            raise WrongArguments(f"Dimension {dimension} is given twice.", advice="Give each dimension once.")
        given[dimension] = code
    return given


def _code(table: TracedTable, dimension: str, given: str | None) -> str:
    codes = table.codes(dimension)
    code = TOTAL if given is None else given
    if code in codes:
        return code
    near = difflib.get_close_matches(code, codes, n=3, cutoff=0.5)
    said = f"Did you mean {' or '.join(near)}? " if near and given is not None else ""
    wrong = f"has no code '{given}'" if given is not None else "has no total, so a code must be named"
    raise WrongArguments(
        f"Dimension {dimension} of table {table.key} {wrong}.", advice=f"{said}It has: {_listed(codes)}."
    )


def _nearest(at: Codes, table: TracedTable) -> list[Codes]:
    def alike(other: Codes) -> int:
        return sum(one == two for one, two in zip(at, other, strict=True))

    return sorted(table.cells, key=alike, reverse=True)


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return ", ".join(names[:_MOST_NAMED]) + more
