"""The DuckDB warehouse of a home: one writer at a time, any number of readers when nobody writes.

One that an earlier version made is brought up to date by the first who opens it and may write; one of a later version
is refused (`flows/migration.py`).
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import duckdb
from filelock import FileLock, Timeout

from flows import progress
from flows.before_update import put_aside
from flows.faults import fault_of
from flows.folding import connect_without_folding, fold, is_half_folded, make
from flows.migration import make_schema, migrate, refuse_newer, tables_of, version_of
from flows.private import make_private
from transforms.contracts import warehouse_tables
from transforms.errors import NoData, TipTrendsError, WarehouseInUse
from transforms.migrations import SCHEMA_VERSION
from transforms.tables import Table

FILE_NAME = "warehouse.duckdb"
LOCK_NAME = "warehouse.lock"
OWNER_NAME = "warehouse.pid"


def warehouse_path(home: Path) -> Path:
    """Where the warehouse of a home lies."""
    return home / FILE_NAME


@contextmanager
def open_warehouse(home: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the warehouse for writing, making it if need be; raises WarehouseInUse at once when another writes.

    One of an earlier version is updated first. Raises TipTrendsError for one of a later version, and where it cannot be
    updated.
    """
    make_private(home)
    with _locked(home, 0):
        con = _connect_to_write(home)
        try:
            _write_owner(home)
            con = _updated(con, home)
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

    One that an earlier version made is updated first, which needs the right to write. Raises TipTrendsError for one of
    a later version, or where nothing can be written that needs to be.
    """
    if is_half_folded(warehouse_path(home)):
        with open_warehouse(home):
            pass
    con = _connect_to_read(home)
    try:
        if not _is_up_to_date(con, home):
            con.close()
            _write_once(home)
            con = _connect_to_read(home)
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
        if not _is_up_to_date(con, home):
            raise _unready("An earlier version made the warehouse, and it was not updated to this one yet.")
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
    """Make every schema and table that is not there yet, of a warehouse that is new or of the present version."""
    make_schema(con)


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


def _is_up_to_date(con: duckdb.DuckDBPyConnection, home: Path) -> bool:
    """Whether a warehouse is of the present version and has its tables; raises TipTrendsError for a later version."""
    tables = tables_of(con)
    version = version_of(con, tables)
    refuse_newer(version, home)
    return version == SCHEMA_VERSION and tables.issuperset(table.name for table in warehouse_tables())


def _write_once(home: Path) -> None:
    """Open the warehouse for writing, which brings it up to date."""
    refusal = TipTrendsError(
        f"An earlier version made the warehouse in {home}. It has to be updated before this version can read it, and "
        "nothing can be written there.",
        advice="Copy the home to a disk that takes writing and name the copy with --home, or use the version of "
        "tip-trends that made it.",
    )
    if not os.access(home, os.W_OK):
        raise refusal
    try:
        with open_warehouse(home):
            pass
    except OSError as problem:
        if problem.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
            raise refusal from problem
        raise


def _updated(con: duckdb.DuckDBPyConnection, home: Path) -> duckdb.DuckDBPyConnection:
    """The same warehouse, brought up to date if it has to be; a copy is put aside while nobody has it open."""
    version = version_of(con, tables_of(con))
    refuse_newer(version, home)
    if version in (0, SCHEMA_VERSION):
        return con
    con.close()
    copy = put_aside(warehouse_path(home), version, SCHEMA_VERSION)
    progress.announce(
        f"The warehouse is of version {version} of its schema and is updated to {SCHEMA_VERSION}; a copy of it as it "
        f"was lies in {copy}"
    )
    con = _connect_to_write(home)
    try:
        migrate(con, version, home)
    except BaseException:
        con.close()
        raise
    return con


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
