"""Cells of an OpenDocument sheet with a formula and no result, or with an error in place of one.

Format: OpenDocument 1.3, part 3. LibreOffice says of an error that its value is an empty text, others that it is zero:
what the cell shows tells it, and so does the extension `calcext:value-type`.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import IO
from xml.parsers import expat

from flows.readers.staged import NO_RESULT

CONTENT = "content.xml"
_TABLE, _OFFICE, _TEXT = (f"urn:oasis:names:tc:opendocument:xmlns:{name}:1.0 " for name in ("table", "office", "text"))
_CALC = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0 "
_CELLS = (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell")
_VALUES = ("value", "date-value", "time-value", "boolean-value", "string-value")
_SHOWN_ERROR = re.compile(r"#\S{1,12}[!?]|#N/A|#Н/Д|\w{3,8}:5\d\d")
"""Errors as spreadsheet programs show them in their languages: `#REF!`, `#ССЫЛКА!`, `#N/A`, `Err:502`."""
_HAS_ANY = re.compile(rb":formula\s*=|value-type\s*=\s*[\"']error")
_CHUNK = 1 << 20
Sizes = Mapping[str, tuple[int, int]]
"""Sheet -> rows and columns, beyond which nothing is looked for: a repeated cell may reach to the end of the world."""
Found = dict[str, dict[tuple[int, int], str]]


def unresolved_ods(archive: zipfile.ZipFile, sizes: Sizes) -> Found:
    """Sheet -> (row, column), both from 0 -> the error that the cell shows, or `NO_RESULT`."""
    with archive.open(CONTENT) as stream:
        if not _has_any(stream):
            return {}
    sheets = _Sheets(sizes=sizes)
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = sheets.start
    parser.EndElementHandler = sheets.end
    parser.CharacterDataHandler = sheets.text
    with archive.open(CONTENT) as stream:
        parser.ParseFile(stream)
    return sheets.found


def _has_any(stream: IO[bytes]) -> bool:
    tail = b""
    while chunk := stream.read(_CHUNK):
        if _HAS_ANY.search(tail + chunk):
            return True
        tail = chunk[-100:]
    return False


@dataclass(slots=True)
class _Sheets:
    """Where the parser stands, and what it has found."""

    sizes: Sizes
    found: Found = field(default_factory=dict)
    name: str = ""
    row: int = 0
    rows: int = 1
    column: int = 0
    cell: dict[str, str] | None = None
    shown: list[str] = field(default_factory=list)
    texts: int = 0
    notes: int = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == f"{_TABLE}table":
            self.name, self.row = attributes.get(f"{_TABLE}name", ""), 0
        elif tag == f"{_TABLE}table-row":
            self.rows, self.column = _times(attributes, "rows"), 0
        elif tag in _CELLS:
            self.cell, self.shown = attributes, []
        elif tag == f"{_OFFICE}annotation":
            self.notes += 1
        elif tag == f"{_TEXT}p":
            self.texts += 1

    def text(self, text: str) -> None:
        if self.texts and not self.notes and self.cell is not None:
            self.shown.append(text)

    def end(self, tag: str) -> None:
        if tag == f"{_TABLE}table-row":
            self.row += self.rows
        elif tag in _CELLS and self.cell is not None:
            columns = _times(self.cell, "columns")
            if (told := _told(self.cell, "".join(self.shown).strip())) is not None:
                self.found.setdefault(self.name, {}).update(dict.fromkeys(self._places(columns), told))
            self.column, self.cell = self.column + columns, None
        elif tag == f"{_OFFICE}annotation":
            self.notes -= 1
        elif tag == f"{_TEXT}p":
            self.texts -= 1

    def _places(self, columns: int) -> Iterator[tuple[int, int]]:
        height, width = self.sizes.get(self.name, (0, 0))
        for row in range(self.row, min(self.row + self.rows, height)):
            for column in range(self.column, min(self.column + columns, width)):
                yield row, column


def _told(cell: Mapping[str, str], shown: str) -> str | None:
    """The error that a cell shows, or that its formula has no result; None for every other cell."""
    has_formula = f"{_TABLE}formula" in cell
    if cell.get(f"{_CALC}value-type") == "error" or (has_formula and _SHOWN_ERROR.fullmatch(shown)):
        return shown or NO_RESULT
    has_value = shown or f"{_OFFICE}value-type" in cell or any(f"{_OFFICE}{name}" in cell for name in _VALUES)
    return NO_RESULT if has_formula and not has_value else None


def _times(attributes: Mapping[str, str], what: str) -> int:
    times = attributes.get(f"{_TABLE}number-{what}-repeated", "1")
    return int(times) if times.isdecimal() else 1
