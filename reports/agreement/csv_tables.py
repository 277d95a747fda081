"""`tables/<key>.csv` held against the cells of the manifest."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from io import StringIO
from typing import Any

from reports.agreement.shown import FIGURES
from reports.spreadsheet import neutralised

TABLES = "tables/"
NO_CSV = "is no CSV file in UTF-8"
_STATUSES = ("obs_status", "conf_status")
Rows = list[list[str]]


def is_table(name: str) -> bool:
    """Whether a file of an edition is a table of the manifest as CSV."""
    return name.startswith(TABLES) and name.endswith(".csv")


def rows_of(content: bytes) -> Rows | None:
    """The rows of a CSV file in UTF-8, its header first; None for anything else, and for an empty one."""
    try:
        return list(csv.reader(StringIO(content.decode("utf-8"), newline=""), strict=True)) or None
    except (ValueError, csv.Error):
        return None


def header_fault(header: list[str], wanted: list[str]) -> str:
    """What is wrong with the columns of a CSV file; empty where each one wanted is there once."""
    if len(set(header)) != len(header):
        return "has two columns of one name"
    missing = [name for name in wanted if name not in header]
    return f"lacks the column {missing[0]}" if missing else ""


def faults(document: Mapping[str, Any], table: Mapping[str, Any], content: bytes) -> Iterator[str]:
    """Places where a CSV file says something else than its table in the manifest."""
    read = rows_of(content)
    if read is None:
        yield NO_CSV
        return
    header, *rows = read
    wanted = [*table["dimensions"], *FIGURES, *_STATUSES, "unit"]
    if document.get("notice"):
        wanted.append("notice")
    if fault := header_fault(header, wanted):
        yield fault
    elif len(rows) != len(table["cells"]):
        yield f"has {len(rows)} rows in place of {len(table['cells'])}"
    else:
        for line, (row, cell) in enumerate(zip(rows, table["cells"], strict=True), start=2):
            if len(row) != len(header):
                yield f"row {line} has another number of columns"
                continue
            shown, told = dict(zip(header, row, strict=True)), _told(table, cell, document)
            yield from (f"row {line}, column {name}" for name in wanted if shown[name] != told[name])


def _told(table: Mapping[str, Any], cell: Mapping[str, Any], document: Mapping[str, Any]) -> dict[str, str]:
    """A cell of the manifest as the columns of a CSV file have it."""
    return {
        **{name: neutralised(cell["at"].get(name, "")) for name in table["dimensions"]},
        **{name: "" if cell[name] is None else str(cell[name]) for name in FIGURES},
        **{name: cell[name] for name in _STATUSES},
        "unit": table["unit"],
        "notice": document.get("notice", ""),
    }
