"""Contract-checked intake of a CTDC-shaped file against the floor: DuckDB reading the same file into a table."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import duckdb


def bare_read(path: Path) -> int:
    """What DuckDB needs to read the file into a table of a database file; returns the rows."""
    folder = Path(tempfile.mkdtemp())
    try:
        with duckdb.connect(folder / "bare.duckdb") as con:
            con.execute("SET enable_progress_bar = false")
            con.execute("CREATE TABLE cases AS SELECT * FROM read_csv(?)", [str(path)])
            counted = con.sql("SELECT count(*) FROM cases").fetchall()
        return int(counted[0][0])
    finally:
        shutil.rmtree(folder)


def contract_checked(path: Path) -> int:
    """The product's intake: copy, digest, contract, load, receipt; returns rows accepted + quarantined."""
    from flows.intake.ingest import ingest_file

    home = Path(tempfile.mkdtemp())
    try:
        acceptance = ingest_file(home, path, source="ctdc_kanon")
        return acceptance.rows_accepted + acceptance.rows_quarantined
    finally:
        shutil.rmtree(home)
