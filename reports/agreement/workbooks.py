"""`tables.<language>.xlsx` held against the cells of the manifest, read with another library than wrote it."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter

from reports import words
from reports.agreement import revisions
from reports.agreement.shown import FIGURES, Lexicon, codes, sign, state, state_word
from reports.locale import N_, Locale, locale

NAME = re.compile(r"tables\.(\w+)\.xlsx")
_OF_A_TABLE = re.compile(r"T(\d+)_.*")
_OPTIONAL = {"lower": N_("Lower bound"), "upper": N_("Upper bound"), "base": N_("Base"), "note": N_("Note")}
_LARGEST = 500_000_000
"""Bytes of an unpacked workbook; the largest edition has some ten million."""
Grid = list[tuple[Any, ...]]


def faults(document: Mapping[str, Any], content: bytes, language: str) -> Iterator[str]:
    """Sheets and cells in which a workbook says something else than the tables of the manifest."""
    sheets = _sheets(content)
    if sheets is None:
        yield "is no workbook"
        return
    found = {int(named[1]): name for name in sheets if (named := _OF_A_TABLE.fullmatch(name))}
    wanted = range(1, len(document["tables"]) + 1)
    if missing := [number for number in wanted if number not in found]:
        yield f"lacks the sheet of table T{missing[0]:03d}"
    for number in found.keys() - set(wanted):
        yield f"sheet {found[number]} is of no table"
    lexicon, here = Lexicon(), locale(language)
    if (revisions.SHEET in sheets) != bool(revisions.told(document)):
        yield f"{'has a' if revisions.SHEET in sheets else 'lacks the'} sheet {revisions.SHEET}"
    elif revisions.SHEET in sheets:
        yield from revisions.sheet_faults(document, sheets[revisions.SHEET], here)
    for number, table in enumerate(document["tables"], start=1):
        if number in found:
            yield from _sheet_faults(table, found[number], sheets[found[number]], here, lexicon)
    yield from lexicon.strays()


def notice_faults(content: bytes) -> Iterator[str]:
    """Cells with a figure in a workbook that stands in place of one that was withdrawn, and must hold none."""
    sheets = _sheets(content)
    if sheets is None:
        yield "is no workbook"
        return
    for name, grid in sheets.items():
        for row, contents in enumerate(grid, start=1):
            yield from (_place(name, row, column) for column, held in enumerate(contents) if _is_number(held))


def _sheets(content: bytes) -> dict[str, Grid] | None:
    """The contents of each sheet, formulas as they are written; None for what is no workbook."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as packed:
            if sum(part.file_size for part in packed.infolist()) > _LARGEST:
                return None
        book = load_workbook(BytesIO(content), read_only=True)
        return {sheet.title: [tuple(row) for row in sheet.iter_rows(values_only=True)] for sheet in book.worksheets}
    except Exception:  # openpyxl fails in as many ways as its parts can be damaged, and any of them is the answer
        return None


def _sheet_faults(table: Mapping[str, Any], sheet: str, grid: Grid, here: Locale, lexicon: Lexicon) -> Iterator[str]:
    first = next((place for place, row in enumerate(grid) if len([held for held in row if held is not None]) > 1), 0)
    dimensions, cells = table["dimensions"], table["cells"]
    used = [name for name in _OPTIONAL if any(cell.get(name) not in (None, "") for cell in cells)]
    header, rows = grid[first] if grid else (), grid[first + 1 :]
    width = len(dimensions) + 2 + len(used)
    if len(header) != width:
        yield f"sheet {sheet} has {len(header)} columns in place of {width}"
        return
    if len(rows) != len(cells):
        yield f"sheet {sheet} has {len(rows)} rows in place of {len(cells)}"
        return
    unit = here.text(words.UNITS.get(table["unit"], table["unit"]))
    heads = (
        here.text("Value ({unit})", unit=unit),
        here.text("Status"),
        *(here.text(_OPTIONAL[name]) for name in used),
    )
    for column, (name, head) in enumerate(zip(dimensions, header, strict=False)):
        lexicon.read("dimension", name, head, _place(sheet, first + 1, column))
    for column, head in enumerate(heads, start=len(dimensions)):
        if header[column] != head:
            yield _place(sheet, first + 1, column)
    for number, (row, cell) in enumerate(zip(rows, cells, strict=True), start=first + 2):
        for column, (name, code) in enumerate(zip(dimensions, codes(table, cell), strict=True)):
            lexicon.read(name, code, row[column], _place(sheet, number, column))
        yield from (
            _place(sheet, number, column)
            for column, is_right in enumerate(_agree(row[len(dimensions) :], cell, used, here), start=len(dimensions))
            if not is_right
        )
        if "note" in used:
            lexicon.read("note", cell.get("note", ""), row[-1], _place(sheet, number, width - 1))


def _agree(row: Sequence[Any], cell: Mapping[str, Any], used: Sequence[str], here: Locale) -> Iterator[bool]:
    """Of value, status, bounds and base in a row, whether each is that of the cell."""
    value, status, *others = row
    yield _is(value, cell["value"] if state(cell) == "value" else None, sign(cell))
    yield status == here.text(state_word(cell))
    for name, held in zip(used, others, strict=True):
        if name in FIGURES:
            yield _is(held, cell[name], sign(cell))


def _is(held: Any, told: float | None, in_its_place: str) -> bool:
    if told is None:
        return bool(held == in_its_place)
    return _is_number(held) and bool(held == told)


def _is_number(held: Any) -> bool:
    return isinstance(held, int | float) and not isinstance(held, bool)


def _place(sheet: str, row: int, column: int) -> str:
    return f"sheet {sheet}, cell {get_column_letter(column + 1)}{row}"
