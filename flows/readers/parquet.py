"""Parquet files: read by DuckDB where they lie, every column as text, so that one contract serves all forms."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

from transforms.errors import FileRejected
from transforms.messages import Message, said
from transforms.sql import file_literal, identifier

_NESTED = ("STRUCT", "MAP", "UNION", "[]")


@dataclass(frozen=True, slots=True, kw_only=True)
class ParquetTable:
    """A Parquet file that can be read; `columns` are its names as written, `headers` the same tidied."""

    path: Path
    columns: tuple[str, ...]
    row_count: int

    @property
    def headers(self) -> tuple[str, ...]:
        """Names of the columns."""
        return tuple(" ".join(name.split()) for name in self.columns)

    @property
    def titles(self) -> tuple[str, ...]:
        """A Parquet file has no title."""
        return ()

    @property
    def notes(self) -> tuple[Message, ...]:
        """Nothing to say of the file."""
        return ()

    @property
    def relation(self) -> str:
        """SELECT of c0, c1, … as text (nulls are empty cells) and `record_no` from 1, in the order of the file."""
        cells = ", ".join(
            f"coalesce({identifier(name)}::VARCHAR, '') AS c{place}" for place, name in enumerate(self.columns)
        )
        source = f"read_parquet({file_literal(str(self.path))}, file_row_number = true)"
        return f"(SELECT {cells}, file_row_number + 1 AS record_no FROM {source})"


def open_parquet(path: Path) -> ParquetTable:
    """Read the columns and the number of rows. Raises FileRejected for a damaged file and for nested columns."""
    source = f"read_parquet({file_literal(str(path))})"
    try:
        with duckdb.connect() as con:
            described = con.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()
            rows = con.execute(f"SELECT count(*) FROM {source}").fetchall()[0][0]
    except duckdb.Error as problem:
        raise FileRejected(
            said("{file} is not a complete Parquet file.", file=path.name),
            advice=said("It was probably cut off: send it again."),
        ) from problem
    nested = [name for name, kind, *_ in described if any(word in kind for word in _NESTED)]
    if nested:
        raise FileRejected(
            said("{file}: the columns {columns} hold lists or records.", file=path.name, columns=", ".join(nested)),
            advice=said("Write one value per cell; several codes in a cell are separated by a semicolon."),
        )
    return ParquetTable(path=path, columns=tuple(row[0] for row in described), row_count=int(rows))
