"""A warehouse of an earlier version becomes one of this: a copy is put aside, then one migration after the other.

Each migration is one transaction, with the line that says so in `meta.schema_versions`: whoever is killed leaves the
version before it or the one after it, and the next who writes goes on from there.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import duckdb

from flows import progress
from flows.clock import now
from flows.version import code_version
from transforms.contracts import warehouse_ddl, warehouse_tables
from transforms.errors import TipTrendsError
from transforms.ledger.entries import instant
from transforms.migrations import MIGRATIONS, SCHEMA_VERSION, WRITTEN_DOWN, Migration, missing_since, recognised
from transforms.tables import SCHEMA_VERSIONS, VINTAGES

_MADE = "The warehouse was made."
_RECOGNISED = "The warehouse was recognised by what it holds; no version was written down."
_ROW = f"INSERT INTO {SCHEMA_VERSIONS.name} VALUES (?, ?, ?, ?)"


def tables_of(con: duckdb.DuckDBPyConnection) -> frozenset[str]:
    """Names of all tables of an open warehouse, with their schemas."""
    query = "SELECT schema_name || '.' || table_name FROM duckdb_tables() WHERE database_name = current_database()"
    return frozenset(name for (name,) in con.execute(query).fetchall())


def version_of(con: duckdb.DuckDBPyConnection, tables: frozenset[str]) -> int:
    """The version of the schema of a warehouse with these tables; 0 for a database that holds none of ours."""
    if SCHEMA_VERSIONS.name in tables:
        written = con.execute(f"SELECT max(version) FROM {SCHEMA_VERSIONS.name}").fetchall()[0][0]
        if written is not None:
            return int(written)
    return recognised(holdings_of(con, tables)) if VINTAGES.name in tables else 0


def refuse_newer(version: int, home: Path) -> None:
    """Raise TipTrendsError for a schema that this program does not know."""
    if version > SCHEMA_VERSION:
        raise TipTrendsError(
            f"The warehouse in {home} was made or updated by a later version of tip-trends: its schema is of version "
            f"{version}, and this program ({code_version()}) knows those up to {SCHEMA_VERSION}. Nothing was read or "
            "changed.",
            advice="Use the later version of tip-trends for this home, or restore a backup from before the update into "
            "another folder: tip-trends restore",
        )


def make_schema(con: duckdb.DuckDBPyConnection) -> None:
    """Make whatever is missing of the present schema, in one transaction, and write down its version if none is."""
    # whole or not at all, and the log of the file is flushed once instead of 40 times
    con.execute("; ".join(("BEGIN", *warehouse_ddl())))
    if not con.execute(f"SELECT 1 FROM {SCHEMA_VERSIONS.name} LIMIT 1").fetchall():
        con.execute(_ROW, _line(SCHEMA_VERSION, _MADE))
    con.execute("COMMIT")


def migrate(con: duckdb.DuckDBPyConnection, version: int, home: Path) -> None:
    """Bring a warehouse that is open for writing from a version to the present one.

    Raises TipTrendsError where it cannot become what it should; the migration at which that was found is undone.
    """
    for migration in missing_since(version):
        con.execute("BEGIN")
        try:
            _one(con, migration, version)
            if migration is MIGRATIONS[-1]:
                _check(con)
        except _Otherwise as problem:
            con.execute("ROLLBACK")
            raise _refusal(home, migration, str(problem)) from None
        except duckdb.Error as problem:
            with suppress(duckdb.Error):
                con.execute("ROLLBACK")
            if isinstance(problem, duckdb.IOException | duckdb.OutOfMemoryException):
                raise  # a fault of the machine, which is told as such
            raise _refusal(home, migration, type(problem).__name__) from problem
        con.execute("COMMIT")
    progress.announce(f"The warehouse is of version {SCHEMA_VERSION} now.")


class _Otherwise(Exception):
    """A table is not what it should be; the message names it."""


def _one(con: duckdb.DuckDBPyConnection, migration: Migration, begun_at: int) -> None:
    before = _digests(con, migration.changes)
    for statement in WRITTEN_DOWN:
        con.execute(statement)
    if not con.execute(f"SELECT 1 FROM {SCHEMA_VERSIONS.name} LIMIT 1").fetchall():
        con.execute(_ROW, _line(begun_at, _RECOGNISED))
    for statement in migration.sql:
        con.execute(statement)
    after = _digests(con, migration.changes, {table: columns for table, (columns, _) in before.items()})
    for table in migration.changes:
        if after[table] != before[table]:
            raise _Otherwise(f"rows of {table} would have become others")
    con.execute(_ROW, _line(migration.version, migration.does))


def _line(version: int, does: str) -> list[object]:
    return [version, does, code_version(), instant(now())]


Digest = tuple[tuple[str, ...], tuple[object, ...]]
"""Columns, and number and digest of the rows in them, whatever their order."""


def _digests(
    con: duckdb.DuckDBPyConnection, tables: Sequence[str], columns: dict[str, tuple[str, ...]] | None = None
) -> dict[str, Digest]:
    """Of each table; of the columns given, else of all that it has."""
    return {table: _digest(con, table, (columns or {}).get(table) or _columns(con, table)) for table in tables}


def _digest(con: duckdb.DuckDBPyConnection, table: str, columns: tuple[str, ...]) -> Digest:
    values = ", ".join(f'"{column}"::VARCHAR' for column in columns)
    rows = con.execute(f"SELECT count(*), sum(hash({values})::HUGEINT) FROM {table}").fetchall()
    return columns, rows[0]


def _columns(con: duckdb.DuckDBPyConnection, table: str) -> tuple[str, ...]:
    return tuple(name for name, _, _ in _declared(con).get(table, ()))


def _declared(con: duckdb.DuckDBPyConnection) -> dict[str, tuple[tuple[str, str, bool], ...]]:
    """Name, type and whether it may be null of each column of each table, in their order."""
    rows = con.execute(
        "SELECT schema_name || '.' || table_name, column_name, data_type, is_nullable FROM duckdb_columns() "
        "WHERE database_name = current_database() AND NOT internal ORDER BY 1, column_index"
    ).fetchall()
    found: dict[str, list[tuple[str, str, bool]]] = {}
    for table, name, kind, may_be_null in rows:
        found.setdefault(table, []).append((name, kind, may_be_null))
    return {table: tuple(columns) for table, columns in found.items()}


def _check(con: duckdb.DuckDBPyConnection) -> None:
    """Hold every table against those of a warehouse that is made anew; raises _Otherwise."""
    with duckdb.connect() as new:
        make_schema(new)
        expected = _declared(new)
    found = _declared(con)
    for table in warehouse_tables():
        if found.get(table.name) != expected[table.name]:  # in their order: rows are appended by it
            raise _Otherwise(f"{table.name} has other columns than it should have")


def holdings_of(con: duckdb.DuckDBPyConnection, tables: frozenset[str]) -> frozenset[str]:
    """What a warehouse holds, in the words in which migrations say what they bring."""
    held = {f"table {table}" for table in tables}
    columns = _declared(con)
    for migration in MIGRATIONS:
        kind, _, name = migration.brings.partition(" ")
        if kind == "code":
            column, code = name.split()
            table, _, column = column.rpartition(".")
            if any(one == column and f"'{code}'" in type_ for one, type_, _ in columns.get(table, ())):
                held.add(migration.brings)
    macros = "SELECT schema_name || '.' || function_name FROM duckdb_functions() WHERE function_type = 'table_macro'"
    held |= {f"macro {name}" for (name,) in con.execute(macros).fetchall()}
    types = "SELECT type_name FROM duckdb_types() WHERE NOT internal AND database_name = current_database()"
    return frozenset(held | {f"type {name}" for (name,) in con.execute(types).fetchall()})


def _refusal(home: Path, migration: Migration, why: str) -> TipTrendsError:
    return TipTrendsError(
        f"The warehouse in {home} could not be updated to version {migration.version} of its schema: {why}. It is as "
        "it was before this step.",
        advice="Go on with the version of tip-trends that was used before, and tell its makers. The copy from before "
        "the update lies in before-update/ in the home.",
    )
