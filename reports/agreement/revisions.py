"""`revisions.csv` and the sheet of revisions held against the manifest, and its rows of revisions against its cells."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from openpyxl.utils import get_column_letter

from reports import words
from reports.agreement.csv_tables import NO_CSV, header_fault, rows_of
from reports.agreement.shown import codes, sign, state
from reports.locale import Locale
from reports.revised import REASONS, Reason
from transforms.codes import TOTAL

FILE = "revisions.csv"
SHEET = "revisions"
_WIDTH = 8
_WANTED = ("table", "period", "breakdown", "difference", "reason")
_SAID = ("value", "obs_status", "conf_status")


def told(document: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    """The rows of the manifest; none where it has no last edition, or is from before they were kept."""
    rows: Sequence[Mapping[str, Any]] = (document.get("history") or {}).get("revisions") or ()
    return rows


def manifest_faults(document: Mapping[str, Any]) -> Iterator[str]:
    """Rows of the manifest with another figure than its own cells, or another difference than their two figures."""
    cells = {(table["key"], codes(table, cell)): cell for table in document["tables"] for cell in table["cells"]}
    dimensions = {table["key"]: table["dimensions"] for table in document["tables"]}
    for place, row in enumerate(told(document)):
        at = tuple(row["at"].get(name, "") for name in dimensions.get(row["table"], ()))
        cell, now, before = cells.get((row["table"], at)), row["now"], row["before"]
        if (now or None) != (None if cell is None else {name: cell[name] for name in _SAID}):
            yield f"history.revisions[{place}].now"
        then, present = (None if said is None or state(said) != "value" else said["value"] for said in (before, now))
        if row["difference"] != (None if then is None or present is None else float(f"{present - then:.9g}")):
            yield f"history.revisions[{place}].difference"


def csv_faults(document: Mapping[str, Any], content: bytes) -> Iterator[str]:
    """Places where the CSV file says something else than the rows of the manifest."""
    read = rows_of(content)
    if read is None:
        yield NO_CSV
        return
    header, *rows = read
    sides = [f"{side}{'' if name == 'value' else f'_{name}'}" for side in ("before", "now") for name in _SAID]
    wanted = [*_WANTED, *sides, *(["notice"] if document.get("notice") else [])]
    if fault := header_fault(header, wanted):
        yield fault
    elif len(rows) != len(told(document)):
        yield f"has {len(rows)} rows in place of {len(told(document))}"
    else:
        for line, (row, one) in enumerate(zip(rows, told(document), strict=True), start=2):
            if len(row) != len(header):
                yield f"row {line} has another number of columns"
                continue
            shown, should = dict(zip(header, row, strict=True)), _columns(document, one)
            yield from (f"row {line}, column {name}" for name in wanted if shown[name] != should[name])


def _columns(document: Mapping[str, Any], row: Mapping[str, Any]) -> dict[str, str]:
    groups = (f"{name}={code}" for name, code in row["at"].items() if name != "period" and code != TOTAL)
    found = {
        "table": row["table"],
        "period": row["at"]["period"],
        "breakdown": ";".join(groups),
        "difference": _text(row["difference"]),
        "reason": row["reason"],
        "notice": document.get("notice", ""),
    }
    for side in ("before", "now"):
        said = row[side] or dict.fromkeys(_SAID)
        found |= {side if name == "value" else f"{side}_{name}": _text(said[name]) for name in _SAID}
    return found


def _text(value: object) -> str:
    return "" if value is None else str(value)


def sheet_faults(document: Mapping[str, Any], grid: Sequence[tuple[Any, ...]], here: Locale) -> Iterator[str]:
    """Cells of the sheet that show another figure, difference or reason than the rows of the manifest."""
    first = next((place for place, row in enumerate(grid) if len([held for held in row if held is not None]) > 1), 0)
    header, rows = grid[first] if grid else (), grid[first + 1 :]
    if len(header) != _WIDTH or len(rows) != len(told(document)):
        yield f"sheet {SHEET} has another number of rows or columns than {len(told(document))} and {_WIDTH}"
        return
    for number, (row, one) in enumerate(zip(rows, told(document), strict=True), start=first + 2):
        right = (
            row[4] == _held(one["before"]),
            row[5] == _held(one["now"]),
            row[6] == (words.MARKS["not_applicable"][0] if one["difference"] is None else one["difference"]),
            row[7] == here.text(REASONS[_reason(one)]),
        )
        yield from (
            f"sheet {SHEET}, cell {get_column_letter(column)}{number}"
            for column, is_right in enumerate(right, start=5)
            if not is_right
        )


def _reason(row: Mapping[str, Any]) -> Reason:
    reason: Reason = row["reason"]  # the schema allows no other
    return reason


def _held(said: Mapping[str, Any] | None) -> Any:
    """What an edition said as a cell of the sheet shows it: the figure, or the sign of its state."""
    if said is None:
        return words.MARKS["not_reported"][0]
    return said["value"] if state(said) == "value" else sign(said)
