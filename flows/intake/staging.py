"""One file into the temporary table `staged`, with the number of each row and the rows that were unreadable."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import duckdb

from flows.readers.identified import identifiers_found
from flows.readers.parquet import ParquetTable
from flows.readers.staged import PLACE, SheetRows
from flows.readers.text import EMPTY_LINE, LONGEST_LINE, TextTable
from transforms.errors import FileRejected
from transforms.messages import said
from transforms.personal.texts import SHORTEST, kinds_in, may_tell_sql
from transforms.sources.cells import Fault
from transforms.sources.compiler import STAGED, Compiled
from transforms.sources.layouts import column_letter
from transforms.sql import quoted
from transforms.tables import CASES

_REJECTS = "text_rejects"
_CELL_ENDS = re.compile(r"[;\t|\"]|,(?! )")
UNREADABLE: dict[str, Fault] = {
    "TOO MANY COLUMNS": Fault(
        rule="ragged_row",
        header="",
        expected=said(
            "a row with as many cells as the header; a text that holds the delimiter stands in double quotes"
        ),
    ),
    "UNQUOTED VALUE": Fault(
        rule="broken_quotes",
        header="",
        expected=said('a text in double quotes ends with one; a quote within it is written twice ("")'),
    ),
    "LINE SIZE OVER MAXIMUM": Fault(
        rule="row_too_long", header="", expected=said("a row of at most 1 MB; perhaps a quote was not closed")
    ),
    "INVALID ENCODING": Fault(
        rule="damaged_characters", header="", expected=said("text in UTF-8 without damaged characters")
    ),
}
_OTHERWISE = Fault(rule="unreadable_row", header="", expected=said("a row that a spreadsheet program can open"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Staged:
    """What `staged` holds: rows, SQL for a row's number and sheet and cell, and unreadable rows as (number, fault).

    `letters` gives the column letter of a header of a sheet; None for text, where the place in the line says it.
    `row_word` is what a row is called where no cell is at fault: lines of a text, rows of a sheet.
    """

    rows: int
    record_no: str
    sheet: str
    cell: str | None
    unreadable: tuple[tuple[int, Fault], ...] = ()
    letters: Mapping[str, str] | None = None
    row_word: str = "line"

    def sheets(self, con: duckdb.DuckDBPyConnection) -> dict[str, int]:
        """Rows by name of the sheets that were read, in their order; empty for a file without sheets."""
        if self.sheet == "''":
            return {}
        named = f"SELECT {self.sheet} AS name, count(*) FROM {STAGED} GROUP BY name ORDER BY min(rowid)"
        return {str(name): rows for name, rows in con.execute(named).fetchall() if name}

    def sheet_name(self, con: duckdb.DuckDBPyConnection) -> str:
        """Names of the sheets that were read, empty for a file without sheets."""
        return ", ".join(self.sheets(con))

    def letter(self, header: str, headers: Sequence[str]) -> str:
        """Column of a header: as the sheet has it, which may begin beyond A or have gaps, or its place in the line."""
        if self.letters is not None:
            return self.letters.get(header, "")
        return column_letter(list(headers).index(header)) if header in headers else ""


def stage_text(con: duckdb.DuckDBPyConnection, table: TextTable, compiled: Compiled) -> Staged:
    """Parse a delimited file once. Raises FileRejected when it is no table or a row vanished."""
    extra = [f"{table.is_ragged} AS is_ragged"]
    if table.is_rewritten:
        extra.append(f"(c0 = {quoted(EMPTY_LINE)} AND c1 IS NULL) AS is_empty_line")
    for is_parallel in (True, False):
        try:
            relation = table.relation(_REJECTS, is_parallel=is_parallel)
            con.execute(compiled.staging(relation, extra, beyond=f"c{len(table.headers)}"))
            break
        except duckdb.Error:
            # Two threads cannot read text cells that hold line ends; one thread can.
            _drop(con, STAGED, _REJECTS, f"{_REJECTS}_scan")
            if not is_parallel:
                raise FileRejected(
                    said("{file} cannot be read as a table.", file=table.path.name),
                    advice=said("Save it as CSV in UTF-8 and send it again."),
                ) from None
    unreadable = _unreadable(con, compiled)
    rows = count(con, f"SELECT count(*) FROM {STAGED}")
    if table.rows is not None and rows + len(unreadable) != table.rows:
        _refuse_endless(table)
        raise FileRejected(
            said(
                "The file has {rows} rows but {found} could be told apart.",
                rows=table.rows,
                found=rows + len(unreadable),
            ),
            advice=said("Save it as CSV in UTF-8 with plain line ends and send it again."),
        )
    record_no = f"({STAGED}.rowid + {table.first_row})"
    if unreadable:
        record_no = _renumber(con, [number for number, _ in unreadable], table.first_row)
    if table.is_rewritten:
        con.execute(f"DELETE FROM {STAGED} WHERE is_empty_line")
        rows = count(con, f"SELECT count(*) FROM {STAGED}")
    return Staged(rows=rows, record_no=record_no, sheet="''", cell=None, unreadable=unreadable)


def _refuse_endless(table: TextTable) -> None:
    """Name the line that is longer than any that is read, if that is why rows are missing."""
    with table.path.open("rb") as stream:
        number, length = 1, 0
        while chunk := stream.readline(LONGEST_LINE):
            length += len(chunk)
            if length > LONGEST_LINE:
                raise FileRejected(
                    said("{file}: line {line} is longer than 1 MB.", file=table.path.name, line=number),
                    advice=said("Perhaps a quote was not closed, or two files were joined; send it again."),
                )
            if chunk.endswith(b"\n"):
                number, length = number + 1, 0


def stage_sheet(con: duckdb.DuckDBPyConnection, sheet: SheetRows, compiled: Compiled) -> Staged:
    """Take over the rows of a workbook."""
    place = [name for name in PLACE if name in sheet.frame.columns]
    # By place and not by name: in SQL a name may not be empty, and `Sex` would be the same as `sex`.
    frame = sheet.frame.rename({name: f"c{number}" for number, name in enumerate(sheet.headers)})
    con.register("sheet_rows", _ArrowStream(frame))
    try:
        con.execute(compiled.staging("sheet_rows", [*place, "false AS is_ragged"]))
    finally:
        con.unregister("sheet_rows")
    rows = count(con, f"SELECT count(*) FROM {STAGED}")
    cell = f"{STAGED}.cell" if "cell" in place else None
    return Staged(
        rows=rows,
        record_no=f"{STAGED}.record_no",
        sheet=f"{STAGED}.sheet",
        cell=cell,
        letters=sheet.letters,
        row_word=sheet.row_word,
    )


def stage_parquet(con: duckdb.DuckDBPyConnection, table: ParquetTable, compiled: Compiled) -> Staged:
    """Read a Parquet file once. Raises FileRejected when a part of it cannot be read."""
    try:
        con.execute(compiled.staging(table.relation, ["record_no", "false AS is_ragged"]))
    except duckdb.Error:
        raise FileRejected(
            said("{file} is damaged.", file=table.path.name), advice=said("Write the file again and send it.")
        ) from None
    rows = count(con, f"SELECT count(*) FROM {STAGED}")
    if rows != table.row_count:
        raise FileRejected(
            said(
                "{file} announces {announced} rows but holds {rows}.",
                file=table.path.name,
                announced=table.row_count,
                rows=rows,
            ),
            advice=said("Write the file again and send it."),
        )
    return Staged(rows=rows, record_no=f"{STAGED}.record_no", sheet="''", cell=None, letters={}, row_word="row")


class _ArrowStream:
    """Only the Arrow C stream of a frame: DuckDB would otherwise ask for pyarrow."""

    def __init__(self, frame: object) -> None:
        self.__arrow_c_stream__ = frame.__arrow_c_stream__  # type: ignore[attr-defined]  # polars frames have it


def count(con: duckdb.DuckDBPyConnection, query: str) -> int:
    """The one number a query gives; the result is read to its end, for DuckDB waits for that."""
    return int(con.execute(query).fetchall()[0][0])


def _drop(con: duckdb.DuckDBPyConnection, *tables: str) -> None:
    for table in tables:
        con.execute(f"DROP TABLE IF EXISTS {table}")


def _unreadable(con: duckdb.DuckDBPyConnection, compiled: Compiled) -> tuple[tuple[int, Fault], ...]:
    """Rows that no column could hold, by line. Raises IdentifierFound where one holds what must not be kept."""
    rows = con.execute(f"SELECT line, min(error_type::VARCHAR) FROM {_REJECTS} GROUP BY line ORDER BY line").fetchall()
    personal = count(con, f"SELECT count(DISTINCT line) FROM {_REJECTS} WHERE {compiled.suspect('csv_line')}")
    if rows and compiled.profile.table is CASES and not personal:
        personal = len(_telling_lines(con))
    _drop(con, _REJECTS, f"{_REJECTS}_scan")
    if personal:
        raise identifiers_found(personal)
    return tuple((int(line), UNREADABLE.get(kind, _OTHERWISE)) for line, kind in rows)


def _telling_lines(con: duckdb.DuckDBPyConnection) -> set[int]:
    """Unreadable lines of a case list in which a name, an address or a number of a person stands."""
    lines = con.execute(
        f"SELECT line, csv_line FROM {_REJECTS} WHERE csv_line IS NOT NULL AND {may_tell_sql('csv_line')}"
    ).fetchall()
    return {int(line) for line, text in lines if any(map(kinds_in, _cells(text)))}


def _cells(line: str) -> set[str]:
    """The different cells of a line that could say something: it may have any number of them."""
    return {cell for cell in _CELL_ENDS.split(line) if len(cell) >= SHORTEST}


def _renumber(con: duckdb.DuckDBPyConnection, gone: list[int], first_row: int) -> str:
    """SQL for the number of a row where unreadable rows left gaps: those before it are counted in."""
    shifts = {number - first_row - before: before + 1 for before, number in enumerate(gone)}
    con.execute("CREATE TEMP TABLE gaps (from_row BIGINT, shift BIGINT)")
    con.execute(
        "INSERT INTO gaps SELECT unnest(?::BIGINT[]), unnest(?::BIGINT[])", [list(shifts), list(shifts.values())]
    )
    con.execute(
        f"CREATE TEMP TABLE numbering AS SELECT s.rowid AS row_id, s.rowid + {first_row} + coalesce(shift, 0) "
        f"AS record_no FROM {STAGED} s ASOF LEFT JOIN gaps ON s.rowid >= gaps.from_row"
    )
    return f"(SELECT numbering.record_no FROM numbering WHERE numbering.row_id = {STAGED}.rowid)"
