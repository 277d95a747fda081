"""A small table that an analyst hands to an estimate: any delimited text or the first sheet of a workbook, as text."""

from __future__ import annotations

import tempfile
from pathlib import Path

import duckdb

from flows.readers import form_of
from flows.readers.text import open_text
from flows.readers.workbook import read_grids
from transforms.errors import TableRejected
from transforms.sources.layouts import Grid, column_letter
from transforms.statistics.plain_table import PlainTable

_REJECTS = "plain_rejects"


def read_plain_table(path: Path) -> PlainTable:
    """The table with its header in the first row that is not empty; cells are trimmed. Nothing is kept anywhere.

    Raises TableRejected for what is no table, is damaged, or has rows that do not fit the header.
    """
    form = form_of(path)
    if form == "workbook":
        return _of_grid(read_grids(path)[0], path.name)
    if form != "text":
        raise TableRejected(
            f"{path.name} is not a plain table.", advice="Give a CSV file or a workbook with a header row."
        )
    with tempfile.TemporaryDirectory(prefix="tip-trends-") as folder:
        return _of_text(path, Path(folder))


def _of_text(path: Path, working: Path) -> PlainTable:
    table = open_text(path, working)
    width = len(table.headers)
    with duckdb.connect() as con:
        rows = con.execute(f"SELECT * FROM {table.relation(_REJECTS, is_parallel=False)}").fetchall()
        broken = con.execute(f"SELECT min(line) FROM {_REJECTS}").fetchall()[0][0]
    if broken is not None:
        raise TableRejected(
            f"{path.name}, line {broken}: the row cannot be read.",
            advice="Check its quotes and letters, save the table as CSV in UTF-8 and try again.",
        )
    kept = []
    for number, row in enumerate(rows, start=table.first_row):
        cells = tuple("" if cell is None else cell.strip("\x02 \t\u00a0") for cell in row)
        if not any(cells):
            continue
        if any(cells[width:]) or row[width - 1] is None:
            raise TableRejected(
                f"{path.name}, line {number}: the row has not as many cells as the header ({width}).",
                advice="A row has one cell for each column of the header; an empty one still has its delimiter.",
            )
        kept.append((f"line {number}", cells[:width]))
    return PlainTable(name=path.name, headers=table.headers, rows=tuple(kept), letters=())


def _of_grid(grid: Grid, name: str) -> PlainTable:
    cells = [tuple("" if cell is None else cell.strip() for cell in row) for row in grid.frame.iter_rows()]
    top = next((number for number, row in enumerate(cells) if any(row)), None)
    if top is None:
        raise TableRejected(f"{name}: the first sheet is empty.", advice="Put the table on the first sheet.")
    width = max(place for place, cell in enumerate(cells[top]) if cell) + 1
    rows = tuple(
        (f"row {number + 1}", row[:width]) for number, row in enumerate(cells) if number > top and any(row[:width])
    )
    letters = tuple(column_letter(grid.first_column + place) for place in range(width))
    return PlainTable(name=name, headers=cells[top][:width], rows=rows, letters=letters)
