"""Homes of every earlier version, opened by this one: a copy first, each row as before, old editions still verify."""

from __future__ import annotations

import errno
import multiprocessing
import os
import shutil
import subprocess
import sys
import traceback
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

import sample_data
from flows import before_update, migration
from flows.clock import now
from flows.home import Home
from flows.house_flow import _forget_copies
from flows.running.doctor import checks_of_the_home
from flows.running.home_status import home_status
from flows.running.schema_check import schema
from flows.upkeep.backup import make_backup
from flows.upkeep.home_files import entries_of
from flows.upkeep.restore import restore_backup
from flows.upkeep.retention import keep_to_retention
from flows.warehouse import look_into_warehouse, open_warehouse, read_warehouse, warehouse_as_it_is, warehouse_path
from tests.flows.disks import NoDisks, make_read_only, mount_small_disk
from tests.flows.old_homes.kept import HOMES, SCHEMAS, digest, home_of, home_of_schema, kept_digests
from transforms.errors import TipTrendsError, WarehouseInUse
from transforms.migrations import MIGRATIONS, SCHEMA_VERSION, recognised

OLDEST = "first-0.1.0"
FIRST_SCHEMA = {OLDEST: 1, "0.1.0": 4, "next-before-versions": 10}
KILLED = 9
MATTER = ("COMMIT", "INSERT", "ALTER")
"""Beginnings of statements before each of which an update is killed; between others nothing is committed."""
EDITION = "monthly-2019-12"


@pytest.fixture(params=HOMES)
def kept(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def oldest(tmp_path: Path) -> Path:
    return home_of(OLDEST, tmp_path / "home")


def digests(home: Path, tables: Any) -> dict[str, list[str]]:
    with warehouse_as_it_is(home) as con:
        return {table: digest(con, table) for table in tables}


def versions(home: Path) -> list[int]:
    with warehouse_as_it_is(home) as con:
        rows = con.execute("SELECT version FROM meta.schema_versions ORDER BY rowid").fetchall()
    return [version for (version,) in rows]


def catalogue(home: Path) -> list[Any]:
    """Columns, macros and named lists of codes of a warehouse."""
    with warehouse_as_it_is(home) as con:
        columns = con.execute(
            "SELECT schema_name, table_name, column_index, column_name, data_type, is_nullable FROM duckdb_columns() "
            "WHERE NOT internal ORDER BY ALL"
        ).fetchall()
        macros = con.execute(
            "SELECT schema_name, function_name, macro_definition FROM duckdb_functions() "
            "WHERE NOT internal ORDER BY ALL"
        ).fetchall()
        lists = con.execute("SELECT type_name, labels FROM duckdb_types() WHERE NOT internal ORDER BY ALL").fetchall()
    return [columns, macros, lists]


def test_the_kept_homes_hold_what_the_earlier_versions_held(kept: str, tmp_path: Path) -> None:
    home = home_of(kept, tmp_path / "home")
    expected = kept_digests(kept)
    assert int(expected["core.cases"][0]) > 300 and int(expected["pub.editions"][0]) == 1
    assert digests(home, expected) == expected
    with warehouse_as_it_is(home) as con:
        assert migration.version_of(con, migration.tables_of(con)) == FIRST_SCHEMA[kept]


def test_after_the_update_every_row_is_as_it_was_and_the_copy_is_what_was_before(kept: str, tmp_path: Path) -> None:
    home = home_of(kept, tmp_path / "home")
    before = warehouse_path(home).read_bytes()
    with read_warehouse(home):
        pass
    assert digests(home, kept_digests(kept)) == kept_digests(kept)
    assert versions(home) == list(range(FIRST_SCHEMA[kept], SCHEMA_VERSION + 1))
    copy = home / "before-update" / f"schema-{FIRST_SCHEMA[kept]}-to-{SCHEMA_VERSION}"
    assert before_update.copies(home) == (copy,)
    assert [path.name for path in copy.iterdir()] == ["warehouse.duckdb"]
    assert (copy / "warehouse.duckdb").read_bytes() == before
    assert {path.stat().st_mode & 0o077 for path in (copy.parent, *copy.parent.rglob("*"))} == {0}
    with read_warehouse(home), open_warehouse(tmp_path / "another"):
        assert len(versions(home)) == SCHEMA_VERSION - FIRST_SCHEMA[kept] + 1  # nothing is written twice


@pytest.mark.parametrize("version", SCHEMAS)
def test_each_earlier_schema_is_recognised_and_becomes_what_a_new_warehouse_is(version: int, tmp_path: Path) -> None:
    home = home_of_schema(version, tmp_path / "home")
    with open_warehouse(home), open_warehouse(tmp_path / "new"):
        pass
    assert versions(home) == list(range(version, SCHEMA_VERSION + 1))
    assert catalogue(home) == catalogue(tmp_path / "new")
    assert digests(home, kept_digests(OLDEST)) == kept_digests(OLDEST)
    assert versions(tmp_path / "new") == [SCHEMA_VERSION]


def test_tables_that_a_program_without_versions_added_are_no_sign_of_a_later_schema(tmp_path: Path) -> None:
    """Such a program made the tables that were missing and left the lists of codes of the others as they were."""
    home = home_of_schema(2, tmp_path / "home")
    late = [migration for migration in MIGRATIONS if migration.version not in (4, SCHEMA_VERSION)]
    with duckdb.connect(str(warehouse_path(home))) as con:
        for one in late:
            for statement in one.sql:
                con.execute(statement)
    with open_warehouse(home) as con:
        con.execute("UPDATE core.cases SET means_of_control = ['any_abuse'] WHERE record_no = 2")
    assert versions(home) == list(range(3, SCHEMA_VERSION + 1))


def test_migrations_are_numbered_without_gaps_and_say_what_they_do() -> None:
    assert [one.version for one in MIGRATIONS] == list(range(2, SCHEMA_VERSION + 1))
    assert all(one.does.endswith(".") for one in MIGRATIONS)
    assert [one.version for one in MIGRATIONS if not one.brings] == list(range(11, SCHEMA_VERSION + 1))


def _open_and_die(home: Path, statement: int) -> None:
    """Open a home for writing, and die without a word before that one of the statements that matter to the update."""
    counted = [0]

    class Dying:
        def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
            self.con = con

        def execute(self, *words: Any) -> Any:
            counted[0] += words[0].startswith(MATTER)
            if counted[0] == statement:
                os._exit(KILLED)
            return self.con.execute(*words)

    whole = migration.migrate
    import flows.warehouse

    flows.warehouse.migrate = lambda con, version, place: whole(Dying(con), version, place)  # type: ignore[arg-type]
    try:
        with open_warehouse(home):
            pass
    except BaseException:
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def test_an_update_killed_at_any_step_leaves_a_version_before_or_after(tmp_path: Path) -> None:
    whole = home_of_schema(1, tmp_path / "whole")
    expected, reached, statement = kept_digests(OLDEST), set(), 0
    context = multiprocessing.get_context("fork")
    while True:
        statement += 1
        home = tmp_path / f"killed-{statement}"
        shutil.copytree(whole, home)
        process = context.Process(target=_open_and_die, args=(home, statement))
        process.start()
        process.join(120)
        assert process.exitcode in (0, KILLED)
        if process.exitcode == 0:
            break
        with duckdb.connect(str(warehouse_path(home)), read_only=True) as con:
            found = migration.version_of(con, migration.tables_of(con))
            held = recognised(migration.holdings_of(con, migration.tables_of(con)))
            written = "meta.schema_versions" in migration.tables_of(con)
            lines = con.execute("SELECT version FROM meta.schema_versions").fetchall() if written else [(1,)]
        assert [version for (version,) in lines] == list(range(1, found + 1))
        assert held == min(found, 10)  # what is written down is what is there
        reached.add(found)
        with read_warehouse(home):
            pass
        assert versions(home) == list(range(1, SCHEMA_VERSION + 1))
        assert digests(home, expected) == expected
        assert [path.name for path in before_update.copies(home)] == [f"schema-1-to-{SCHEMA_VERSION}"]
        with duckdb.connect(str(before_update.copies(home)[0] / "warehouse.duckdb"), read_only=True) as con:
            assert migration.version_of(con, migration.tables_of(con)) == 1  # of before the first change, still
        shutil.rmtree(home)
    assert reached == set(range(1, SCHEMA_VERSION))
    assert statement > 2 * len(MIGRATIONS)


@pytest.mark.parametrize("step", ["shutil.copyfile", "pathlib.Path.rename", "flows.before_update.flush_folder"])
def test_a_copy_that_was_cut_off_is_made_anew(oldest: Path, step: str, monkeypatch: pytest.MonkeyPatch) -> None:
    before = warehouse_path(oldest).read_bytes()

    def cut_off(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(step, cut_off)
        with pytest.raises(KeyboardInterrupt), open_warehouse(oldest):
            pass
    assert warehouse_path(oldest).read_bytes() == before
    with read_warehouse(oldest):
        pass
    (copy,) = before_update.copies(oldest)
    assert (copy / "warehouse.duckdb").read_bytes() == before
    assert [path.name for path in copy.parent.iterdir()] == [copy.name]


def test_without_room_for_the_copy_nothing_is_changed(oldest: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    before = warehouse_path(oldest).read_bytes()
    with monkeypatch.context() as patched:
        patched.setattr("shutil.copyfile", full)
        no_room = r"no room for that \(2 MiB\)\. Nothing was changed"
        with pytest.raises(TipTrendsError, match=no_room) as told, read_warehouse(oldest):
            pass
    assert "Make room" in told.value.advice and told.value.exit_code == 1
    assert warehouse_path(oldest).read_bytes() == before
    assert not (oldest / "before-update").exists()


def test_rows_that_would_become_others_stop_the_update_at_that_step(
    oldest: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bad = [
        one
        if one.version != 4
        else migration.Migration(
            version=4,
            does="x.",
            brings=one.brings,
            changes=one.changes,
            statements=(*one.statements, "UPDATE core.cases SET person_key = 'x' WHERE record_no = 2"),
        )
        for one in MIGRATIONS
    ]
    monkeypatch.setattr("transforms.migrations.MIGRATIONS", tuple(bad))
    why = r"version 4 .*rows of core\.cases would have become others"
    with pytest.raises(TipTrendsError, match=why), open_warehouse(oldest):
        pass
    assert versions(oldest) == [1, 2, 3]
    assert digests(oldest, kept_digests(OLDEST)) == kept_digests(OLDEST)
    monkeypatch.undo()
    with open_warehouse(oldest):
        pass
    assert versions(oldest) == list(range(1, SCHEMA_VERSION + 1))


def test_a_warehouse_with_other_columns_than_its_version_is_not_updated(tmp_path: Path) -> None:
    home = home_of_schema(8, tmp_path / "home")
    with duckdb.connect(str(warehouse_path(home))) as con:
        con.execute("ALTER TABLE ledger.entries RENAME COLUMN acted_at TO moment")
    with pytest.raises(TipTrendsError, match=r"ledger\.entries has other columns"), open_warehouse(home):
        pass
    assert versions(home)[-1] == SCHEMA_VERSION - 1


def test_a_warehouse_of_a_later_version_is_refused_by_whoever_opens_it(
    tmp_path: Path, tip_trends: Callable[..., Any]
) -> None:
    with open_warehouse(tmp_path) as con:
        con.execute(f"INSERT INTO meta.schema_versions VALUES ({SCHEMA_VERSION + 1}, 'Later.', '9.0', '2030-01-01')")
    before = warehouse_path(tmp_path).read_bytes()
    for opened in (open_warehouse, read_warehouse, look_into_warehouse):
        why = f"version {SCHEMA_VERSION + 1}, .* up to {SCHEMA_VERSION}"
        with pytest.raises(TipTrendsError, match=why) as told, opened(tmp_path):
            pass
        assert told.value.exit_code == 1 and "later version" in told.value.advice
    for command in (("status",), ("publish", "annual-2022"), ("ingest", sample_data.files()[0])):
        ran = tip_trends("--home", tmp_path, *command)
        assert ran.code == 1 and "later version of tip-trends" in ran.err
    found = schema(Home(folder=tmp_path), now)
    assert not found.is_well and "restore" in found.remedy
    assert warehouse_path(tmp_path).read_bytes() == before


def _hold_and_tell(home: Path, begun: Any, go_on: Any) -> None:
    import flows.warehouse

    whole = migration.migrate

    def slowly(con: duckdb.DuckDBPyConnection, version: int, place: Path) -> None:
        begun.set()
        go_on.wait(60)
        whole(con, version, place)

    flows.warehouse.migrate = slowly
    with open_warehouse(home):
        pass


def test_of_two_who_open_an_old_home_at_once_one_updates_and_the_other_is_told(oldest: Path) -> None:
    context = multiprocessing.get_context("fork")
    begun, go_on = context.Event(), context.Event()
    first = context.Process(target=_hold_and_tell, args=(oldest, begun, go_on))
    first.start()
    assert begun.wait(60)
    for opened in (open_warehouse, read_warehouse, look_into_warehouse):
        with pytest.raises(WarehouseInUse, match=f"process {first.pid}"), opened(oldest):
            pass
    go_on.set()
    first.join(60)
    assert first.exitcode == 0
    with read_warehouse(oldest):
        assert versions(oldest) == list(range(1, SCHEMA_VERSION + 1))


def test_whoever_only_looks_changes_nothing_and_says_what_to_do(oldest: Path) -> None:
    before = sorted(oldest.rglob("*")), warehouse_path(oldest).read_bytes()
    with pytest.raises(TipTrendsError, match="earlier version made the warehouse") as told, look_into_warehouse(oldest):
        pass
    assert "tip-trends status" in told.value.advice
    assert (sorted(oldest.rglob("*")), warehouse_path(oldest).read_bytes()) == before


def _read_on_a_read_only_disk(home: Path, disk: Path) -> None:
    try:
        mount_small_disk(disk, 64)
    except NoDisks:
        os._exit(77)
    shutil.copytree(home, disk / "home")
    make_read_only(disk)
    try:
        with read_warehouse(disk / "home"):
            os._exit(1)
    except TipTrendsError as problem:
        is_clear = "has to be updated" in problem.message and "nothing can be written there" in problem.message
        os._exit(0 if is_clear and "--home" in problem.advice else 2)


def test_an_old_home_that_takes_no_writing_is_refused_in_words(oldest: Path, tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    process = multiprocessing.get_context("fork").Process(
        target=_read_on_a_read_only_disk, args=(oldest, tmp_path / "disk")
    )
    process.start()
    process.join(60)
    if process.exitcode == 77:
        pytest.skip("this computer lets this user mount nothing")
    assert process.exitcode == 0


def test_the_update_is_told_in_one_line_on_the_screen(oldest: Path) -> None:
    asked = ("indicators", "victims_identified", "--by", "year")
    words = [sys.executable, "-m", "flows.cli", "--home", str(oldest), *asked]
    first, second = (subprocess.run(words, capture_output=True, text=True, check=True) for _ in range(2))
    said = [line for line in first.stderr.splitlines() if "is updated to" in line]
    assert len(said) == 1 and str(oldest / "before-update") in said[0]
    assert "updated" not in second.stderr and first.stdout == second.stdout


def test_status_and_doctor_tell_the_version_and_where_the_copy_lies(oldest: Path) -> None:
    home = Home(folder=oldest)
    told = {check.name: check for check in home_status(home, "XX").health}
    found = "; ".join(str(part) for part in told["schema"].told)
    assert found.startswith(f"version {SCHEMA_VERSION}; a copy from before an update lies in ")
    assert {check.name: check for check in checks_of_the_home(home)}["schema"].found == found
    before_update.forget_copies(oldest)
    assert schema(home, now).found == f"version {SCHEMA_VERSION}"


@pytest.mark.parametrize("which", ["first-0.1.0", "0.1.0"])
def test_an_edition_of_an_old_home_is_verified_traced_and_followed_by_a_new_one(
    which: str, tmp_path: Path, tip_trends: Callable[..., Any]
) -> None:
    home = home_of(which, tmp_path / "home")
    edition = {path: path.read_bytes() for path in (home / "editions").rglob("*") if path.is_file()}

    def call(*words: object) -> Any:
        return tip_trends("--home", home, *words)

    assert "released before the ledger" in call("release", "list").out
    told = call("verify", EDITION)
    assert told.code == 1  # another program made it: that is said, and what can still be told is told
    assert "another" in told.out.lower() and "hashes: identical" in told.out and "manifest: identical" in told.out
    assert call("trace", EDITION, "T1:2019").code == 0
    assert "case_register_NGO_2020-01-20.csv" in call("trace", EDITION, "T1:2019").out
    assert call("ingest", sample_data.files()[0].with_name("case_register_IOM_2020-04-24.csv")).code == 0
    assert call("archive").code == 0
    if which == "0.1.0":  # half a minute
        assert call("publish", "monthly-2020-01", "--as-of", "2020-06-30", "--audience", "public").code == 0
        assert (home / "drafts/XX/monthly-2020-01/public/edition.json").exists()
    assert {path: path.read_bytes() for path in edition} == edition


def test_a_backup_of_an_old_home_is_restored_and_updated_where_it_is_opened(kept: str, tmp_path: Path) -> None:
    home = home_of(kept, tmp_path / "home")
    make_backup(home, to=tmp_path / "backups", may_be_open=True)  # as that version left it: a backup changes nothing
    assert before_update.copies(home) == ()
    restored = restore_backup(home, "latest", to=tmp_path / "again", backups=tmp_path / "backups").target
    with read_warehouse(restored):
        pass
    assert digests(restored, kept_digests(kept)) == kept_digests(kept)
    assert versions(restored)[-1] == SCHEMA_VERSION
    assert "before-update" not in {found.name.split("/")[0] for found in entries_of(restored)}


def test_person_keys_whose_time_is_over_are_in_no_copy_either(oldest: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from transforms.retention import Retention

    rule = Retention(person_keys_months=12, backups_days=30, basis="Law, article 9")
    with read_warehouse(oldest):
        pass
    key = duckdb.connect(str(warehouse_path(oldest)), read_only=True)
    (some,) = key.execute("SELECT person_key FROM core.cases WHERE person_key IS NOT NULL LIMIT 1").fetchall()[0]
    key.close()
    assert before_update.copies(oldest)
    monkeypatch.setattr("flows.upkeep.retention.retention_rules", lambda _: {"case_register": rule})
    assert not keep_to_retention(oldest).due
    assert before_update.copies(oldest)  # nothing is due yet
    done = keep_to_retention(oldest, clock=lambda: now() + timedelta(days=400))
    assert done.due and before_update.copies(oldest) == ()
    assert not (oldest / "before-update").exists()
    left = [path for path in oldest.rglob("*") if path.is_file() and path.name.startswith("warehouse")]
    assert left and not any(some.encode() in path.read_bytes() for path in left)


def test_the_copy_goes_after_two_weeks_if_the_updated_warehouse_is_sound(
    oldest: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = Home(folder=oldest)
    with read_warehouse(oldest):
        pass
    said: list[str] = []
    monkeypatch.setattr("flows.house_flow.say", said.append)
    _forget_copies(home, checks_of_the_home(home))
    assert before_update.copies(oldest) and said == []
    long_ago = (now() - timedelta(days=15)).timestamp()
    os.utime(before_update.copies(oldest)[0], (long_ago, long_ago))
    home.ledger.write_text("{}\n", encoding="utf-8")
    _forget_copies(home, checks_of_the_home(home))
    assert before_update.copies(oldest)  # what is there now is not sound
    home.ledger.unlink()
    _forget_copies(home, checks_of_the_home(home))
    assert before_update.copies(oldest) == ()
    assert said == [f"the copy of the warehouse from before an update was deleted: schema-1-to-{SCHEMA_VERSION}"]


def test_a_copy_of_an_earlier_update_does_not_stand_for_that_of_a_later_one(oldest: Path) -> None:
    with read_warehouse(oldest):
        pass
    warehouse = warehouse_path(oldest)
    assert before_update.put_aside(warehouse, 5, SCHEMA_VERSION).name == f"schema-1-to-{SCHEMA_VERSION}"  # on its way
    later = before_update.put_aside(warehouse, SCHEMA_VERSION, SCHEMA_VERSION + 1)
    assert later.name == f"schema-{SCHEMA_VERSION}-to-{SCHEMA_VERSION + 1}"
    assert (later / "warehouse.duckdb").read_bytes() == warehouse.read_bytes()
