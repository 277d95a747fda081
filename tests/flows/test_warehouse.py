"""One writer at a time, and readers only where there is something to read."""

from __future__ import annotations

import errno
import multiprocessing
import os
from pathlib import Path

import duckdb
import pytest

from flows.warehouse import create_schema, open_warehouse, read_warehouse, warehouse_path
from transforms.errors import NoData, TipTrendsError, WarehouseInUse
from transforms.tables import CORE_TABLES, QUARANTINE, VINTAGE_STREAMS, VINTAGES


def test_a_new_warehouse_has_its_layers_and_tables(tmp_path: Path) -> None:
    with open_warehouse(tmp_path / "home") as con:
        create_schema(con)
        found = con.execute("SELECT table_schema || '.' || table_name FROM information_schema.tables").fetchall()
        schemas = con.execute("SELECT DISTINCT schema_name FROM information_schema.schemata").fetchall()
    expected = {table.name for table in (*CORE_TABLES, VINTAGES, VINTAGE_STREAMS, QUARANTINE)}
    assert expected <= {name for (name,) in found}
    assert {"raw", "quarantine", "core", "mart", "pub", "ledger"} <= {name for (name,) in schemas}


def test_a_code_that_is_not_in_its_list_cannot_be_stored(tmp_path: Path) -> None:
    with open_warehouse(tmp_path) as con, pytest.raises(Exception, match="Could not convert"):
        con.execute("INSERT INTO core.population VALUES (1, 2, 's', 'all', 'TM', 2020, 'female', '0-4', 1.0, 'Z')")


def test_a_second_writer_is_refused_at_once_and_told_who_writes(tmp_path: Path) -> None:
    with open_warehouse(tmp_path):
        with pytest.raises(WarehouseInUse, match=r"process \d+") as caught, open_warehouse(tmp_path):
            pass
        assert caught.value.exit_code == 5
    with open_warehouse(tmp_path):
        pass  # free again


def _try_to_write(home: Path, answers: multiprocessing.Queue[str]) -> None:
    for opened in (open_warehouse, read_warehouse):
        try:
            with opened(home):
                answers.put("opened")
        except TipTrendsError as problem:
            answers.put(type(problem).__name__)


def test_another_process_can_neither_write_nor_read_while_one_writes(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    answers = context.Queue()
    with open_warehouse(tmp_path):
        other = context.Process(target=_try_to_write, args=(tmp_path, answers))
        other.start()
        other.join(60)
    assert [answers.get(timeout=5), answers.get(timeout=5)] == ["WarehouseInUse", "WarehouseInUse"]


def test_reading_needs_a_warehouse_and_cannot_write(tmp_path: Path) -> None:
    with pytest.raises(NoData), read_warehouse(tmp_path):
        pass
    with open_warehouse(tmp_path):
        pass
    with read_warehouse(tmp_path) as con, pytest.raises(Exception, match="read-only"):
        con.execute("CREATE TABLE core.more (x INTEGER)")


def test_a_file_that_is_no_warehouse_is_said_to_be_none(tmp_path: Path) -> None:
    warehouse_path(tmp_path).write_text("not a database", encoding="utf-8")
    with pytest.raises(TipTrendsError, match="not a warehouse"), open_warehouse(tmp_path):
        pass


def test_the_file_of_a_warehouse_is_never_changed_where_it_holds_something(tmp_path: Path) -> None:
    """Else a process killed in the middle of a block, or a full disk, would leave a file that nobody can open."""
    with open_warehouse(tmp_path) as con:
        con.execute("CREATE TABLE mart.before (x INTEGER)")
    old = tmp_path / "old.duckdb"
    os.link(warehouse_path(tmp_path), old)  # another name of the same bytes
    for _ in range(3):
        with open_warehouse(tmp_path) as con:
            con.execute("CREATE OR REPLACE TABLE mart.after AS SELECT range AS x FROM range(500000)")
    with duckdb.connect(str(old), read_only=True) as con:
        held = con.execute("SELECT table_name FROM duckdb_tables() WHERE schema_name = 'mart'").fetchall()
    assert ("before",) in held
    assert ("after",) not in held
    with read_warehouse(tmp_path) as con:
        assert con.execute("SELECT count(*) FROM mart.after").fetchall() == [(500000,)]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["old.duckdb", "warehouse.duckdb", "warehouse.lock"]


def test_what_was_committed_stays_when_the_disk_has_no_room_for_the_new_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with open_warehouse(tmp_path):
        pass
    with monkeypatch.context() as patched:
        patched.setattr("shutil.copyfile", full)
        with open_warehouse(tmp_path) as con:
            con.execute("CREATE TABLE mart.kept (x INTEGER)")
    log = warehouse_path(tmp_path).with_name("warehouse.duckdb.wal")
    assert log.exists()
    for opened in (read_warehouse, open_warehouse):
        with opened(tmp_path) as con:
            assert con.execute("SELECT count(*) FROM mart.kept").fetchall() == [(0,)]
    assert not log.exists()


def test_who_may_not_read_a_warehouse_may_not_read_it_after_the_next_writing(tmp_path: Path) -> None:
    with open_warehouse(tmp_path):
        pass
    warehouse_path(tmp_path).chmod(0o600)
    with open_warehouse(tmp_path) as con:
        con.execute("CREATE TABLE mart.more (x INTEGER)")
    assert warehouse_path(tmp_path).stat().st_mode & 0o777 == 0o600
