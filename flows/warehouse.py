"""The DuckDB warehouse of a home: one writer at a time, any number of readers when nobody writes."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import duckdb
from filelock import FileLock, Timeout

from flows.faults import fault_of
from flows.folding import connect_without_folding, fold, is_half_folded, make
from flows.private import make_private
from transforms.contracts import warehouse_ddl
from transforms.errors import NoData, TipTrendsError, WarehouseInUse
from transforms.ledger.tables import LEDGER_TABLES
from transforms.tables import BREAKS, CORE_TABLES, ENTRIES, PUBLICATIONS, VINTAGE_SHEETS, WITHDRAWALS, Table

FILE_NAME = "warehouse.duckdb"
LOCK_NAME = "warehouse.lock"
OWNER_NAME = "warehouse.pid"


def warehouse_path(home: Path) -> Path:
    """Where the warehouse of a home lies."""
    return home / FILE_NAME


@contextmanager
def open_warehouse(home: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the warehouse for writing, making it if need be; raises WarehouseInUse at once when another writes."""
    make_private(home)
    with _locked(home, 0):
        con = _connect_to_write(home)
        try:
            _write_owner(home)
            create_schema(con)
            yield con
        finally:
            con.close()
            fold(warehouse_path(home))


@contextmanager
def nobody_else_writes(home: Path, *, patience_seconds: float = 0) -> Iterator[None]:
    """Hold the lock of a writer without opening the warehouse: what is in the home stays as it is meanwhile.

    Readers go on. Raises WarehouseInUse when another process holds it, after waiting for it as long as is said.
    """
    with _locked(home, patience_seconds):
        _write_owner(home)
        yield


@contextmanager
def _locked(home: Path, patience_seconds: float) -> Iterator[None]:
    lock = FileLock(home / LOCK_NAME)
    try:
        lock.acquire(timeout=patience_seconds)
    except Timeout:
        raise _in_use(home) from None
    try:
        yield
    finally:
        (home / OWNER_NAME).unlink(missing_ok=True)
        lock.release()


def _write_owner(home: Path) -> None:
    (home / OWNER_NAME).write_text(f"{os.getpid()}\n", encoding="ascii")


@contextmanager
def read_warehouse(home: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the warehouse read-only; raises NoData when there is none and WarehouseInUse while another writes.

    One that an earlier version made gets first what it lacks, which needs the right to write.
    """
    if is_half_folded(warehouse_path(home)):
        with open_warehouse(home):
            pass
    con = _connect_to_read(home)
    if not _is_of_this_version(con):
        con.close()
        with open_warehouse(home):
            pass
        con = _connect_to_read(home)
    try:
        yield con
    finally:
        con.close()


@contextmanager
def look_into_warehouse(home: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the warehouse read-only and change nothing in the home, which may lie on a disk that takes no writing.

    Raises what `read_warehouse` does, and TipTrendsError where that would have had something to put right.
    """
    if is_half_folded(warehouse_path(home)):
        raise _unready("A process that wrote to the warehouse was cut off before it had finished.")
    with warehouse_as_it_is(home) as con:
        if not _is_of_this_version(con):
            raise _unready("An earlier version made the warehouse, and it lacks tables of this one.")
        yield con


@contextmanager
def warehouse_as_it_is(home: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The same of any version of the warehouse, whose tables may be fewer. Raises what `read_warehouse` does."""
    con = _connect_to_read(home)
    try:
        yield con
    finally:
        con.close()


def session_of(con: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """A session of its own on an open warehouse; what is temporary in it ends with it."""
    return _set_up(con.cursor())


@contextmanager
def writers_kept_out(home: Path) -> Iterator[None]:
    """Hold the place of the one writer without opening the warehouse; raises WarehouseInUse when another writes.

    Raises TipTrendsError for a home that takes no writing.
    """
    lock = FileLock(home / LOCK_NAME)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise _in_use(home) from None
    except OSError as problem:
        raise TipTrendsError(
            f"Nothing can be written in {home} ({problem.strerror}).",
            advice="Copy the home to a disk that takes writing, and name the copy with --home.",
        ) from problem
    try:
        yield
    finally:
        lock.release()


def create_schema(con: duckdb.DuckDBPyConnection) -> None:
    """Make every schema and table that is not there yet; views of a day that know no withdrawals are made anew."""
    if not has_table(con, WITHDRAWALS):
        for table in CORE_TABLES:
            with suppress(duckdb.CatalogException):  # nothing is there yet
                con.execute(f"DROP MACRO TABLE {table.name}_as_of")
    # one transaction: whole or not at all, and the log of the file is flushed once instead of 37 times
    con.execute("; ".join(("BEGIN", *warehouse_ddl(), "COMMIT")))


def has_table(con: duckdb.DuckDBPyConnection, table: Table, name: str = FILE_NAME.partition(".")[0]) -> bool:
    """Whether a warehouse has a table; one that only an earlier version wrote to may lack it."""
    found = con.execute(
        "SELECT count(*) FROM duckdb_tables() WHERE (database_name, schema_name, table_name) = (?, ?, ?)",
        [name, *table.name.split(".")],
    ).fetchall()
    return bool(found[0][0])


def append_rows(con: duckdb.DuckDBPyConnection, table: Table, rows: Sequence[Sequence[object]]) -> None:
    """Append rows, values in the order of the columns, in one statement: whoever is killed leaves all or none."""
    columns = [list(column) for column in zip(*rows, strict=True)]
    unnested = ", ".join(f"unnest(${n + 1}::{column.type}[])" for n, column in enumerate(table.columns))
    con.execute(f"INSERT INTO {table.name} SELECT {unnested}", columns)


def _is_of_this_version(con: duckdb.DuckDBPyConnection) -> bool:
    """Whether the tables that earlier versions did not make are there."""
    made_later = (BREAKS, WITHDRAWALS, ENTRIES, PUBLICATIONS, VINTAGE_SHEETS, *LEDGER_TABLES)
    later = [table.name for table in made_later]
    query = "SELECT count(*) FROM duckdb_tables() WHERE list_contains(?, schema_name || '.' || table_name)"
    return bool(con.execute(query, [later]).fetchall()[0][0] == len(later))


def _connect_to_write(home: Path) -> duckdb.DuckDBPyConnection:
    path = warehouse_path(home)
    with _in_words(home):
        fold(path)  # what a writer that died had committed
        if not path.exists():
            make(path)
        return _set_up(connect_without_folding(path))


def _connect_to_read(home: Path) -> duckdb.DuckDBPyConnection:
    if not warehouse_path(home).exists():
        raise NoData(
            f"There is no data in {home} yet.",
            advice="Run `tip-trends ingest FILE` or `tip-trends demo` first, or name another home with --home.",
        )
    with _in_words(home):
        return _set_up(duckdb.connect(str(warehouse_path(home)), read_only=True))


@contextmanager
def _in_words(home: Path) -> Iterator[None]:
    try:
        yield
    except (duckdb.Error, OSError, RuntimeError, UnicodeDecodeError) as problem:
        if isinstance(problem, duckdb.IOException) and "lock" in str(problem):
            raise _in_use(home) from None
        if (fault := fault_of(problem)) is not None:
            raise TipTrendsError(fault.message.format(home=home), advice=fault.advice) from problem
        raise _unusable(warehouse_path(home)) from problem


def _set_up(con: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    con.execute("SET TimeZone = 'UTC'")
    con.execute("SET enable_progress_bar = false")  # DuckDB draws one on standard output where it takes us for a person
    con.execute("SET autoinstall_known_extensions = false")
    con.execute("SET autoload_known_extensions = false")
    return con


def _in_use(home: Path) -> WarehouseInUse:
    owner = ""
    with suppress(OSError, ValueError):  # a reader, or a process that has not written its number yet
        owner = f" (process {int((home / OWNER_NAME).read_text(encoding='ascii'))})"
    return WarehouseInUse(
        f"The warehouse in {home} is in use by another process{owner}.",
        advice="Wait until it has finished and try again; only one process can write at a time.",
    )


def _unready(why: str) -> TipTrendsError:
    return TipTrendsError(why, advice="Run `tip-trends status` once, which puts that right; then try again.")


def _unusable(path: Path) -> TipTrendsError:
    return TipTrendsError(
        f"{path.name} is not a warehouse that this version can open.",
        advice="Restore it from a backup (tip-trends restore), or move it away and ingest the files in "
        "received/ again.",
    )
