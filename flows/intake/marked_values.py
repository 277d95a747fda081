"""The values of a file once more, in a fresh workbook: for an .xls, an .ods and a text, which are not written again.

Every cell is a text as it was read, in the place that the report names; the layout is left out. Rows of a text are
those that the reader told apart, so that their numbers are those of the report.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

import duckdb
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.worksheet.worksheet import Worksheet

from flows.intake.marked_workbook import TooMuch, marked_sheets, text_writer
from flows.readers.text import EMPTY_LINE, open_text
from flows.readers.workbook import read_grids
from reports.acceptance_marks import MarkWords
from transforms.acceptance import Marks

MOST_BYTES = 12_000_000
"""Greatest size of a file that is written again."""
MOST_CELLS = 300_000
"""Most cells, filled or not, that are written again: some ten seconds of work, 0.3 GB of memory."""
_LONGEST_TITLE = 31
_FORBIDDEN = re.compile(r"[\\/*?:\[\]]|^'|'$")
_REJECTS = "marked_rejects"

Rows = Iterable[tuple[int, Sequence[str | None]]]
"""Numbers of rows as a spreadsheet shows them, with their cells from column A on."""


def marked_grids(path: Path, marks: Marks, words: MarkWords, working: Path) -> bytes:
    """The sheets of an .xls or .ods, whose problem cells are marked. Raises TooMuch."""
    _refuse_large(path)
    book = _book()
    sheets = {}
    grids = read_grids(path)
    _refuse_many(sum(grid.frame.height * (grid.first_column + grid.frame.width) for grid in grids))
    for grid in grids:
        rows = enumerate(grid.frame.rows(), start=1)
        sheets[grid.sheet] = _filled(book, grid.sheet, ((n, (*[None] * grid.first_column, *row)) for n, row in rows))
    return marked_sheets(book, sheets, marks, words, working)


def marked_text(path: Path, marks: Marks, words: MarkWords, working: Path) -> bytes:
    """The rows of a delimited text as one sheet, whose problem cells are marked. Raises TooMuch."""
    _refuse_large(path)
    book = _book()
    sheet = _filled(book, path.stem, _rows_of_text(path, working))
    return marked_sheets(book, {"": sheet}, marks, words, working)


def _rows_of_text(path: Path, working: Path) -> Rows:
    """The header, then each row as DuckDB tells them apart; of one that it cannot, the line is left empty."""
    folder = working / "marked"
    folder.mkdir()
    table = open_text(path, folder)
    with duckdb.connect() as con:
        con.execute("SET preserve_insertion_order = true")
        con.execute("SET threads = 1")
        rows = con.execute(f"SELECT * FROM {table.relation(_REJECTS, is_parallel=False)}").fetchall()
        gone = {line for (line,) in con.execute(f"SELECT DISTINCT line FROM {_REJECTS}").fetchall()}
    _refuse_many((len(rows) + 1) * len(table.headers))
    yield table.first_row - 1, table.headers
    number = table.first_row
    for row in rows:
        while number in gone:
            number += 1
        yield number, () if row[0] == EMPTY_LINE else row
        number += 1


def _book() -> Workbook:
    book = Workbook()
    for sheet in book.worksheets:
        book.remove(sheet)
    return book


def _filled(book: Workbook, title: str, rows: Rows) -> Worksheet:
    """A sheet of these rows; what no sheet may be called or hold is replaced by a mark."""
    sheet: Worksheet = book.create_sheet(_FORBIDDEN.sub("_", title)[:_LONGEST_TITLE] or "_")
    write = text_writer(sheet)
    for number, row in rows:
        for column, text in enumerate(row, start=1):
            if text:
                write(number, column, ILLEGAL_CHARACTERS_RE.sub("\ufffd", text))
    return sheet


def _refuse_large(path: Path) -> None:
    if path.stat().st_size > MOST_BYTES:
        raise TooMuch(path.name)


def _refuse_many(cells: int) -> None:
    if cells > MOST_CELLS:
        raise TooMuch(f"{cells} cells")
