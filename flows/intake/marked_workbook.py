"""A workbook once more as it was sent, its problem cells coloured and commented, and a first sheet that lists them.

The stored results stand in place of formulas: nothing is evaluated, now or when the copy is opened. Macros, links to
other workbooks, pictures, charts and pivot tables are left out. The same file gives the same bytes.
"""

from __future__ import annotations

import io
import re
import tempfile
import warnings
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from copy import copy
from datetime import datetime
from pathlib import Path
from typing import Any
from xml.parsers import expat

from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.comments import Comment
from openpyxl.packaging.core import DocumentProperties
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import range_boundaries
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from reports.acceptance_marks import MarkWords
from transforms.acceptance import Mark, Marks
from transforms.archives import deflated, parts_of

MOST_BYTES = 12_000_000
"""Greatest unpacked size of a workbook that is marked, some 300,000 cells: ten seconds of work, 0.3 GB of memory."""
MOST_SPREAD = 200_000
"""Most cells of merged ranges and of links over ranges: openpyxl makes each of them a cell."""
MOST_COLUMNS = 300
"""Columns of a row that are coloured where the row as a whole is at fault."""
_FORMULA = ("=", "+", "-", "@")
_TOP = Alignment(vertical="top")
_FILL = PatternFill("solid", fgColor="FFC000")
_AUTHOR = "tip-trends"
_FIXED = datetime(2000, 1, 1)  # noqa: DTZ001 - workbook properties carry no time zone
_CORE = "docProps/core.xml"
_TIMES = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")
_COMMENT_WIDTH, _LINE_HEIGHT, _LETTERS_A_LINE = 420, 20, 55
_LONGEST_NAME = 31


class TooMuch(ValueError):
    """A workbook that would take more time or memory to write again than a copy is worth."""


def marked_workbook(path: Path, marks: Marks, words: MarkWords, working: Path) -> bytes:
    """The copy as bytes. Raises whatever openpyxl raises for a workbook that it cannot read or write, and TooMuch."""
    _refuse_heavy(path)
    with warnings.catch_warnings(), _passing_files_in(working):
        warnings.simplefilter("ignore")  # what openpyxl leaves out of a workbook
        book = load_workbook(path, data_only=True, keep_vba=False, keep_links=False)
        _strip(book)
        return _marked(book, {sheet.title: sheet for sheet in book.worksheets}, marks, words)


def marked_sheets(
    book: Workbook, sheets: Mapping[str, Worksheet], marks: Marks, words: MarkWords, working: Path
) -> bytes:
    """A workbook made for the purpose, its cells marked; `sheets` are by the names that the marks have for them."""
    book.properties = DocumentProperties(creator=_AUTHOR, created=_FIXED, modified=_FIXED)
    with _passing_files_in(working):
        return _marked(book, sheets, marks, words)


def _marked(book: Workbook, sheets: Mapping[str, Worksheet], marks: Marks, words: MarkWords) -> bytes:
    # The width is asked for once a sheet: it looks at all cells.
    widths = {name: min(sheet.max_column, MOST_COLUMNS) for name, sheet in sheets.items()}
    marked = [(mark, _mark(sheets[mark.sheet], mark, words, widths[mark.sheet])) for mark in marks.places]
    _write_list(book, marked, words)
    return _bytes(book)


@contextmanager
def _passing_files_in(folder: Path) -> Iterator[None]:
    """openpyxl writes sheets to temporary files, which a killed process would leave behind: inside the home, then."""
    before = tempfile.tempdir
    tempfile.tempdir = str(folder)
    try:
        yield
    finally:
        tempfile.tempdir = before


def _refuse_heavy(path: Path) -> None:
    """Weigh the workbook before openpyxl sees it. Raises TooMuch."""
    with zipfile.ZipFile(path) as archive:
        if sum(entry.file_size for entry in archive.infolist()) > MOST_BYTES:
            raise TooMuch(path.name)
        if sum(_spread(archive.read(entry)) for entry in archive.infolist()) > MOST_SPREAD:
            raise TooMuch(path.name)


def _spread(content: bytes) -> int:
    """Cells that the merged ranges and the links of one part cover; 0 for what is no XML, which nobody reads."""
    covered = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal covered
        if name.rpartition(" ")[2] in ("mergeCell", "hyperlink") and ":" in attributes.get("ref", ""):
            left, top, right, bottom = range_boundaries(attributes["ref"])
            covered += (right - left + 1) * (bottom - top + 1)

    def doctype(*_: object) -> None:
        raise TooMuch("a document type")

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = start
    parser.StartDoctypeDeclHandler = doctype
    try:
        parser.Parse(content, True)
    except expat.ExpatError:
        return 0
    return covered


def _strip(book: Any) -> None:
    """Leave out what is neither a value nor layout, and what would point to parts that are not there any more."""
    for scope in (book, *book.worksheets):
        for name in [name for name, found in scope.defined_names.items() if "[" in (found.attr_text or "")]:
            del scope.defined_names[name]
    for sheet in book.worksheets:
        sheet._images, sheet._charts, sheet._pivots = [], [], []
        rules = sheet.data_validations
        rules.dataValidation = [
            rule for rule in rules.dataValidation if "[" not in f"{rule.formula1 or ''}{rule.formula2 or ''}"
        ]
    book.properties = DocumentProperties(creator=_AUTHOR, created=_FIXED, modified=_FIXED)


def _mark(sheet: Worksheet, mark: Mark, words: MarkWords, width: int) -> Cell:
    """Colour the cell, or what is filled of the row, and comment it; returns the cell with the comment."""
    cells = [_anchor(sheet, mark.cell)] if mark.cell else _filled(sheet, mark.row, width)
    for cell in cells:
        cell.fill = _FILL
    first = cells[0]
    notes = [words.notes[fault] for fault in mark.faults if fault in words.notes]
    text = "\n\n".join("\n".join(lines) for lines in zip(*notes, strict=True))
    if first.comment is not None:  # the supplier's own
        text = f"{text}\n\n{first.comment.text}"
    height = sum(1 + len(line) // _LETTERS_A_LINE for line in text.split("\n")) * _LINE_HEIGHT
    first.comment = Comment(text, _AUTHOR, width=_COMMENT_WIDTH, height=height)
    return first


def _anchor(sheet: Worksheet, address: str) -> Cell:
    """The cell at an address; of merged cells the one that is shown."""
    cell = sheet[address]
    if isinstance(cell, MergedCell):
        merged = next(found for found in sheet.merged_cells.ranges if address in found)
        return sheet.cell(merged.min_row, merged.min_col)
    return cell


def _filled(sheet: Worksheet, row: int, width: int) -> list[Cell]:
    """Cells of a row with something in them; the first cell where there are none."""
    cells = [sheet.cell(row, column) for column in range(1, width + 1)]
    return [cell for cell in cells if cell.value is not None] or [_anchor(sheet, f"A{row}")]


def _write_list(book: Workbook, marked: list[tuple[Mark, Cell]], words: MarkWords) -> None:
    """The first sheet: what it is, then a line per cell with a link to it."""
    sheet = book.create_sheet(words.sheet[:_LONGEST_NAME], 0)
    for row, line in enumerate(words.lead, start=1):
        write_text(sheet, row, 1, line)
    top = len(words.lead) + 2
    for column, text in enumerate(words.header, start=1):
        write_text(sheet, top, column, text).font = Font(bold=True)
    for row, (mark, cell) in enumerate(marked, start=top + 1):
        shown = mark.cell or words.whole_row.format(row=mark.row)
        link = write_text(sheet, row, 1, shown)
        name = cell.parent.title.replace("'", "''")
        link.hyperlink = Hyperlink(ref=link.coordinate, location=f"'{name}'!{cell.coordinate}")
        link.font = Font(color="0563C1", underline="single")
        write_text(sheet, row, 2, ", ".join(dict.fromkeys(column for _, column in mark.faults if column)))
        notes = [words.notes[fault] for fault in mark.faults if fault in words.notes]
        for column, lines in enumerate(zip(*notes, strict=True), start=3):
            write_text(sheet, row, column, "\n".join(lines)).alignment = Alignment(wrap_text=True, vertical="top")
    for letter, width in zip("ABCDE", (12, 24, 60, 60, 60), strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.freeze_panes = sheet.cell(top + 1, 1)
    for other in book.worksheets:
        other.sheet_view.tabSelected = other is sheet
    book.active = 0


def write_text(sheet: Worksheet, row: int, column: int, text: str) -> Cell:
    """A text that stays a text: the name of a column may begin as a formula does."""
    cell = sheet.cell(row, column)
    cell.value = text
    cell.data_type = "s"
    cell.quotePrefix = text.startswith(_FORMULA)
    cell.alignment = _TOP
    return cell


def text_writer(sheet: Worksheet) -> Callable[[int, int, str], None]:
    """`write_text` for a whole sheet: openpyxl takes longer over the look of a cell than over all else of it."""
    looks: dict[bool, Any] = {}

    def write(row: int, column: int, text: str) -> None:
        is_quoted = text.startswith(_FORMULA)
        if is_quoted not in looks:
            looks[is_quoted] = copy(write_text(sheet, row, column, text)._style)
            return
        cell = sheet.cell(row, column)
        cell.value = text
        cell.data_type = "s"
        cell._style = copy(looks[is_quoted])

    return write


def _bytes(book: Workbook) -> bytes:
    """The workbook without the hour of saving."""
    saved = io.BytesIO()
    book.save(saved)
    parts = parts_of(saved.getvalue())
    parts[_CORE] = _TIMES.sub(rb"\g<1>2000-01-01T00:00:00Z", parts[_CORE])
    return deflated(parts)
