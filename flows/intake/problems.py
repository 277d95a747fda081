"""What the quarantine of a vintage says, grouped by rule: cells, rows as ranges, columns, unknown codes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import duckdb

from transforms.acceptance import Mark, Marks, Problem, Span, UnknownCode, family_of
from transforms.sources.cells import Fault
from transforms.sources.compiler import STAGED, declared_faults
from transforms.sources.identifiers import announced, looks_personal
from transforms.sources.noted import NotedCell
from transforms.sources.profile import Profile

FIRST_CELLS = 20
"""Addresses that a report names per rule; quarantine.rows holds them all."""
FIRST_SPANS = 40
FIRST_CODES = 20
FIRST_LETTERS = 8
MOST_MARKS = 1000
"""Cells that a copy of a workbook marks: more comments than that nobody reads, and programs become slow."""

Faults = Mapping[tuple[str, str], Fault]
Place = tuple[str, str]
Unknown = Mapping[Place, tuple[tuple[UnknownCode, ...], int]]
"""Rule and header -> the first unknown codes, and how many more there are."""


def problems_of(
    con: duckdb.DuckDBPyConnection, vintage_id: int, faults: Faults, unknown: Unknown
) -> tuple[Problem, ...]:
    """Every rule that rows of a vintage broke, sheet by sheet, those with most rows first."""
    chosen = f"FROM quarantine.rows WHERE vintage_id = {vintage_id}"
    rows = con.execute(
        f"SELECT rule, column_name, sheet, count(*), list(cell ORDER BY record_no, cell)[:{FIRST_CELLS}], "
        "list_sort(list_filter(list(DISTINCT regexp_extract(cell, '^([A-Z]+)[0-9]+$', 1)), lambda x: x <> '')) "
        f"{chosen} GROUP BY rule, column_name, sheet ORDER BY count(*) DESC, rule, column_name, sheet"
    ).fetchall()
    spans = spans_by(con, "rule, column_name, sheet", f"SELECT rule, column_name, sheet, record_no {chosen}")
    found: list[Problem] = []
    listed: set[Place] = set()
    for rule, column, sheet, count, cells, letters in rows:
        fault = faults.get((rule, column))
        first, more = spans[rule, column, sheet]
        # Codes are noted for the whole file: they stand with the sheet that has most of them.
        codes, more_codes = ((), 0) if (rule, column) in listed else unknown.get((rule, column), ((), 0))
        listed.add((rule, column))
        found.append(
            Problem(
                rule=rule,
                family=family_of(rule, fault.family if fault else ""),
                column=column,
                count=count,
                cells=tuple(cells),
                expected=fault.expected if fault else None,
                sheet=sheet,
                letters=tuple(sorted(letters, key=lambda letter: (len(letter), letter))[:FIRST_LETTERS]),
                spans=first,
                more_spans=more,
                unknown=codes,
                more_unknown=more_codes,
            )
        )
    return tuple(found)


def marks_of(con: duckdb.DuckDBPyConnection, vintage_id: int) -> Marks:
    """The first cells at fault of a vintage, each once with all rules it broke; a row without a cell is one place."""
    rows = con.execute(
        "SELECT sheet, record_no, regexp_extract(cell, '^[A-Z]{1,3}[0-9]+$') AS address, "
        "list(DISTINCT rule || chr(10) || column_name), count(*) OVER () "
        f"FROM quarantine.rows WHERE vintage_id = {vintage_id} GROUP BY sheet, record_no, address "
        f"ORDER BY sheet, record_no, length(address), address LIMIT {MOST_MARKS}"
    ).fetchall()
    places = tuple(
        Mark(
            sheet=sheet,
            row=row,
            cell=cell,
            faults=tuple((rule, column) for rule, _, column in sorted(fault.partition("\n") for fault in faults)),
        )
        for sheet, row, cell, faults, _ in rows
    )
    return Marks(places=places, more=rows[0][4] - len(rows) if rows else 0)


def known_faults(profiles: tuple[Profile, ...]) -> dict[tuple[str, str], Fault]:
    """Faults that the forms of a source declare, for a file that is in the warehouse and not at hand."""
    return {place: fault for profile in profiles for place, fault in declared_faults(profile).items()}


def spans_by(
    con: duckdb.DuckDBPyConnection, group: str, query: str
) -> dict[tuple[str, ...], tuple[tuple[Span, ...], int]]:
    """Per group: the first runs of consecutive `record_no`, and how many more there are."""
    rows = con.execute(
        f"WITH rows AS (SELECT DISTINCT * FROM ({query})), "
        f"numbered AS (SELECT *, record_no - row_number() OVER (PARTITION BY {group} ORDER BY record_no) AS run "
        f"FROM rows), runs AS (SELECT {group}, min(record_no) AS first, max(record_no) AS last "
        f"FROM numbered GROUP BY {group}, run) "
        f"SELECT {group}, list(first ORDER BY first)[:{FIRST_SPANS}], list(last ORDER BY first)[:{FIRST_SPANS}], "
        f"count(*) FROM runs GROUP BY {group}"
    ).fetchall()
    found = {}
    for *key, first, last, count in rows:
        found[tuple(key)] = (tuple(zip(first, last, strict=True)), count - len(first))
    return found


def unknown_codes(con: duckdb.DuckDBPyConnection, cells: tuple[NotedCell, ...]) -> Unknown:
    """Unknown codes with the closest known ones; what looks like a contact or stands in a list of cases is not told."""
    found = {}
    for cell in cells:
        rows = con.execute(
            f"SELECT {cell.name}, count(*), count(*) OVER () FROM {STAGED} WHERE {cell.name} IS NOT NULL "
            f"AND NOT is_ragged GROUP BY {cell.name} ORDER BY count(*) DESC, {cell.name} LIMIT {FIRST_CODES}"
        ).fetchall()
        if rows:
            told = [(value, count, cell.suggestion(value)) for value, count, _ in rows if not looks_personal(value)]
            codes = tuple(UnknownCode(value=value, count=count, closest=like) for value, count, like in told)
            found[cell.rule, cell.header] = (codes if cell.is_told else _untold(codes), rows[0][2] - len(rows))
    return found


def _untold(codes: tuple[UnknownCode, ...]) -> tuple[UnknownCode, ...]:
    """Only what the cells come closest to, and how many do; those that resemble nothing say nothing."""
    counts: Counter[str] = Counter()
    for code in codes:
        counts[code.closest] += code.count
    return tuple(UnknownCode(value="", count=count, closest=like) for like, count in counts.most_common() if like)


def shown_header(header: str) -> str:
    """A header as a report of a file with identifiers may show it: by our word for it, or if it is short and plain.

    A file without a header has its first person there, so a text with digits or of several words is not repeated.
    """
    if word := announced(header):
        return word
    return header if header.replace("_", "").isalpha() and header.isascii() and header == header.lower() else ""
