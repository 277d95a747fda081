"""Same data, same bytes; a crash leaves what was before or what comes after; one writer; nothing is overwritten."""

from __future__ import annotations

import csv
import itertools
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from multiprocessing.connection import Connection
from multiprocessing.context import BaseContext
from pathlib import Path
from typing import Any

import duckdb
import pytest
from openpyxl import load_workbook

import sample_data
from flows.editions.publish import Published, publish_edition
from flows.folders import SUPERSEDED, files_in, place_folder
from flows.home import Home, Settings, write_settings
from flows.intake.inbox import empty_inbox, ingest_each
from flows.intake.ingest import ingest_file
from flows.warehouse import open_warehouse, read_warehouse, warehouse_path
from reports.manifest import edition_json
from transforms.errors import ReleaseRefused, TipTrendsError, WarehouseInUse

SAMPLE = sample_data.path()
MIA = tuple(SAMPLE / f"case_register_MIA_{day}.csv" for day in ("2020-01-12", "2024-01-12"))
NGO = tuple(SAMPLE / f"case_register_NGO_{day}.csv" for day in ("2020-01-20", "2024-01-20"))
INDEX = SAMPLE / "stringency_SYNTHETIC_XX_2023-03-01.csv"
FIRST, SECOND = date(2017, 3, 31), date(2017, 6, 30)
State = Callable[[Path], dict[str, object]]
Rows = Callable[[Path, str], list[tuple[Any, ...]]]


def publish(home: Path, as_of: date | None = None, edition: str = "annual-2016", scope: str = "world") -> Published:
    return publish_edition(home, edition, scope=scope, audience="working-group", as_of=as_of, languages=("en",))


def home_at(folder: Path) -> Path:
    """A home of the world in which synthetic editions need no second person."""
    write_settings(Home(folder=folder).create(), Settings(self_approval=True))
    return folder


@pytest.fixture(scope="module")
def lists(tmp_path_factory: pytest.TempPathFactory, world_list: Callable[..., Path]) -> tuple[Path, Path]:
    """Two deliveries of a CTDC list; the later one knows more persons."""
    folder = tmp_path_factory.mktemp("lists")
    years = (2014, 2015, 2016)
    return (
        world_list(folder / f"list_SYNTHETIC_{FIRST}.csv", years, persons=30),
        world_list(folder / f"list_SYNTHETIC_{SECOND}.csv", years, persons=47),
    )


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory, lists: tuple[Path, Path]) -> Path:
    """A home with the first delivery and its edition; for copying."""
    home = home_at(tmp_path_factory.mktemp("base") / "home")
    ingest_file(home, lists[0])
    publish(home)
    return home


@pytest.fixture
def home(base: Path, tmp_path: Path) -> Path:
    """A copy of the base that a test may change."""
    return Path(shutil.copytree(base, tmp_path / "home"))


def test_the_same_as_of_again_changes_nothing(home: Path, state_of: State) -> None:
    before = state_of(home)
    again = publish(home, FIRST)
    assert not again.is_new
    assert state_of(home) == before
    assert len([name for name in before if name.startswith("editions/")]) > 5


def test_an_old_as_of_rebuilds_the_old_edition_byte_for_byte(
    home: Path, lists: tuple[Path, Path], rows_of: Rows
) -> None:
    folder = home / "editions" / "world" / "annual-2016" / "working-group"
    old = files_in(folder)
    ingest_file(home, lists[1])
    newer = publish(home)
    new = files_in(folder)
    assert newer.is_new and new["edition.json"] != old["edition.json"]
    assert b"47" in new["tables/victims_registered_by_period.csv"]
    rebuilt = publish(home, FIRST)
    assert files_in(folder) == old
    kept = [files_in(path) for path in (folder.parent / SUPERSEDED).iterdir()]
    assert new in kept
    assert publish(home).run_id == newer.run_id and files_in(folder) == new
    runs = rows_of(home, "SELECT run_id, count(*) FROM pub.editions GROUP BY run_id")
    assert sorted(runs) == sorted([(rebuilt.run_id, 1), (newer.run_id, 1)])


def test_an_edition_that_was_tampered_with_is_restored_and_the_other_is_kept(home: Path) -> None:
    folder = home / "editions" / "world" / "annual-2016" / "working-group"
    sound = files_in(folder)
    report = folder / "report.en.html"
    report.write_bytes(report.read_bytes().replace(b"30", b"31"))
    tampered = files_in(folder)
    assert publish(home).is_new
    assert files_in(folder) == sound
    assert [files_in(path) for path in (folder.parent / SUPERSEDED).iterdir()] == [tampered]


def test_the_order_in_which_extracts_came_in_does_not_show(tmp_path: Path, lists: tuple[Path, Path]) -> None:
    editions = []
    for name, paths in (("first", lists), ("second", tuple(reversed(lists)))):
        home_at(tmp_path / name)
        for path in paths:
            ingest_file(tmp_path / name, path)
        done = publish(tmp_path / name)
        editions.append((done.run_id, files_in(done.folder)))
    assert editions[0][0] == editions[1][0]
    assert [name for name in editions[0][1] if editions[0][1][name] != editions[1][1][name]] == []


IN_A_FRESH_HOME = """
    import json, sys
    from datetime import UTC, date, datetime
    from pathlib import Path
    from flows.folders import digest_of, files_in
    from flows.home import Home, Settings, write_settings
    from flows.intake.ingest import ingest_file
    from flows.editions.publish import publish_edition

    home, *paths = map(Path, sys.argv[1:])
    write_settings(Home(folder=home).create(), Settings(self_approval=True))
    for path in paths:
        ingest_file(home, path)
    done = publish_edition(
        home, "annual-2016", scope="XX", audience="public", as_of=date(2024, 1, 31), languages=("en", "ru"),
        clock=lambda: datetime(2024, 2, 1, 20, tzinfo=UTC),
    )
    print(json.dumps({name: digest_of({name: content}) for name, content in files_in(done.folder).items()}))
    """


def test_a_fresh_home_elsewhere_gives_the_same_bytes(tmp_path: Path) -> None:
    surroundings = (
        {"TZ": "UTC", "LANG": "C", "LC_ALL": "C", "PYTHONHASHSEED": "1"},
        {"TZ": "Pacific/Kiritimati", "LANG": "tk_TM.UTF-8", "LC_ALL": "tr_TR.UTF-8", "PYTHONHASHSEED": "4242"},
    )
    path = os.pathsep.join(entry for entry in sys.path if entry)
    started = [
        subprocess.Popen(
            [sys.executable, "-c", textwrap.dedent(IN_A_FRESH_HOME), tmp_path / str(n), MIA[0], INDEX],
            env={**os.environ, **surrounding, "PYTHONPATH": path}, stdout=subprocess.PIPE, cwd=tmp_path,
        )
        for n, surrounding in enumerate(surroundings)
    ]  # fmt: skip
    here, there = (json.loads(process.communicate(timeout=120)[0]) for process in started)
    assert {"report.en.html", "report.ru.html", "edition.json"} <= here.keys() == there.keys()
    assert [name for name in here if here[name] != there[name]] == []


def test_a_refused_release_leaves_edition_and_register_as_they_were(
    home: Path, lists: tuple[Path, Path], state_of: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise ReleaseRefused("no")

    ingest_file(home, lists[1])
    before = state_of(home)
    monkeypatch.setattr("flows.editions.publish.release", refuse)
    with pytest.raises(ReleaseRefused):
        publish(home)
    assert state_of(home) == before


class _Watched:
    """A connection whose commits are steps."""

    def __init__(self, con: duckdb.DuckDBPyConnection, step: Callable[[Path | str], None]) -> None:
        self._con, self._step = con, step

    def __getattr__(self, name: str) -> Any:
        return getattr(self._con, name)

    def __enter__(self) -> _Watched:
        return self

    def __exit__(self, *_: object) -> None:
        self._con.close()

    def execute(self, query: str, *values: object) -> Any:
        if query != "COMMIT":
            return self._con.execute(query, *values)
        self._step("commit")
        done = self._con.execute(query)
        self._step("committed")
        return done


def _die(home: Path, last: int, work: Callable[[Path, Path], object], path: Path) -> None:
    """Work, and be killed before step `last`; steps are what changes the home: files moved, removed, made, commits."""
    taken = itertools.count(1)

    def step(what: Path | str) -> None:
        is_ours = what in ("commit", "committed") or str(what).startswith(str(home))
        if is_ours and next(taken) == last:
            os.kill(os.getpid(), signal.SIGKILL)

    def watched(real: Callable[..., Any], place: int) -> Callable[..., Any]:
        def call(*arguments: Any, **options: Any) -> Any:
            step(os.fspath(arguments[place]) if "dir_fd" not in options else home)
            return real(*arguments, **options)

        return call

    for name in ("replace", "rename", "unlink", "rmdir", "chmod"):
        setattr(os, name, watched(getattr(os, name), 0))
    shutil.copyfile = watched(shutil.copyfile, 1)
    os.fsync = lambda *_: None  # what a process that dies has written is not lost; only a power cut loses it
    connect = duckdb.connect
    duckdb.connect = lambda *arguments, **options: _Watched(connect(*arguments, **options), step)
    work(home, path)


def _ingest(home: Path, path: Path) -> None:
    ingest_file(home, path)


def _publish_quickly(home: Path, _: Path) -> None:
    """Publish with pages that cost nothing to draw; everything that touches the disk is as always."""
    import flows.editions.publish

    flows.editions.publish.edition_files = _plain_files  # type: ignore[assignment]
    flows.editions.publish.quick_annex = tuple  # type: ignore[assignment]  # seconds in each process that dies
    flows.editions.publish.refresh = lambda *_: ""  # the archive dies by itself, in test_archive.py
    publish(home)


def _plain_files(edition: Any, *_: object) -> dict[str, bytes]:
    day = f"{edition.as_of}".encode()
    manifest = {**json.loads(edition_json(edition, [])), "status": "released"}
    return {"edition.json": json.dumps(manifest).encode(), "report.en.html": day * 1000, "tables/t.csv": day}


def _place(home: Path, _: Path) -> None:
    place_folder(home / "edition", {"report.en.html": b"B" * 99, "edition.json": b"{B}", "tables/t.csv": b"b"})


def deaths(
    processes: BaseContext, before: Path, folder: Path, work: Callable[[Path, Path], object], path: Path
) -> Iterator[tuple[int, Path]]:
    """(step, home) after a death before that step, in a copy of `before`, until the work outlives all its steps."""
    for last in itertools.count(1):
        home = Path(shutil.copytree(before, folder / f"{last}"))
        worker = processes.Process(target=_die, args=(home, last, work, path))  # type: ignore[attr-defined]
        worker.start()
        worker.join(60)
        if worker.exitcode == 0:
            return
        assert worker.exitcode == -signal.SIGKILL
        yield last, home
        shutil.rmtree(home)


def tables(state: dict[str, object]) -> dict[str, object]:
    return {name: kept for name, kept in state.items() if "/" not in name}


def files(state: dict[str, object]) -> dict[str, object]:
    return {name: kept for name, kept in state.items() if "/" in name}


def seen(state: dict[str, object]) -> dict[str, object]:
    """What a person sees of a home: no file that begins with a point."""
    return {name: kept for name, kept in state.items() if "/." not in name}


@dataclass(frozen=True, slots=True)
class Death:
    """State of a home after a death before a step, and after the same work was done again in it."""

    step: int
    left: dict[str, object]
    healed: dict[str, object]
    drafts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sweep:
    """An ingest that died before each of its steps, and the states before and after one that did not."""

    before: dict[str, object]
    after: dict[str, object]
    deaths: tuple[Death, ...]


@pytest.fixture(scope="module")
def ingest_deaths(
    processes: BaseContext,
    base: Path,
    lists: tuple[Path, Path],
    state_of: State,
    tmp_path_factory: pytest.TempPathFactory,
) -> Sweep:
    """The second delivery taken in, with a death before each step."""
    folder = tmp_path_factory.mktemp("deaths")
    undisturbed = Path(shutil.copytree(base, folder / "undisturbed"))
    ingest_file(undisturbed, lists[1])
    found = []
    for step, home in deaths(processes, base, folder / "crashed", _ingest, lists[1]):
        left = state_of(home)
        ingest_file(home, lists[1])
        drafts = tuple(path.name for path in (home / "acceptance").iterdir() if path.name.startswith("."))
        found.append(Death(step, left, state_of(home), drafts))
    return Sweep(state_of(base), state_of(undisturbed), tuple(found))


def test_a_death_at_any_step_of_an_ingest_leaves_the_state_before_or_after(ingest_deaths: Sweep) -> None:
    before, after = ingest_deaths.before, ingest_deaths.after
    is_done = []
    for death in ingest_deaths.deaths:
        assert tables(death.left) in (tables(before), tables(after)), death.step
        is_done.append(tables(death.left) == tables(after))
        assert {name: death.left.get(name) for name in files(before)} == files(before), death.step
    assert {True, False} == set(is_done) and is_done == sorted(is_done)


def test_an_ingest_after_a_death_completes_what_was_begun(ingest_deaths: Sweep) -> None:
    assert len(ingest_deaths.deaths) > 5
    for death in ingest_deaths.deaths:
        assert seen(death.healed) == seen(ingest_deaths.after), death.step


def test_an_ingest_after_a_death_clears_away_what_was_left_of_it(ingest_deaths: Sweep) -> None:
    litter = {
        death.step: sorted(set(death.healed) - set(ingest_deaths.after)) + list(death.drafts)
        for death in ingest_deaths.deaths
    }
    assert {step: names for step, names in litter.items() if names} == {}


def _ingest_in(home: Path, path: Path) -> None:
    tempfile.tempdir = str(home.parent)
    ingest_file(home, path)


def test_a_death_leaves_no_rows_outside_the_home(processes: BaseContext, base: Path, tmp_path: Path) -> None:
    content = MIA[0].read_text(encoding="utf-8").replace("SYNTHETIC", "вымышленные данные")
    path = tmp_path / "list.csv"
    path.write_bytes(content.encode("cp1251"))  # read by way of a copy in UTF-8
    folder = tmp_path / "crashed"
    step, home = next(deaths(processes, base, folder, _ingest_in, path))
    assert step == 1
    assert [file for file in folder.rglob("*") if file.is_file() and not file.is_relative_to(home)] == []


def test_a_death_at_any_step_of_publishing_leaves_an_edition_whole_and_nothing_is_lost(
    processes: BaseContext,
    base: Path,
    tmp_path: Path,
    lists: tuple[Path, Path],
    rows_of: Rows,
    state_of: State,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("flows.editions.publish.edition_files", _plain_files)
    monkeypatch.setattr("flows.editions.publish.quick_annex", tuple)
    monkeypatch.setattr("flows.editions.publish.refresh", lambda *_: "")
    waiting = Path(shutil.copytree(base, tmp_path / "waiting"))
    ingest_file(waiting, lists[1])
    done = Path(shutil.copytree(waiting, tmp_path / "done"))
    place = publish(done).folder.relative_to(done)
    old, new, after = files_in(waiting / place), files_in(done / place), state_of(done)
    assert old != new
    stages = []
    for step, home in deaths(processes, waiting, tmp_path / "crashed", _publish_quickly, lists[1]):
        now = files_in(home / place)
        aside = [files_in(path) for path in (home / place).parent.glob(f"{SUPERSEDED}/*")]
        assert now in (old, new, {}), step
        assert old in (now, *aside), step
        registered = rows_of(home, "SELECT count(*) FROM pub.editions")[0][0]
        assert now != new or registered == 2, step  # nothing is seen that the register does not know
        stages.append((now == new, registered))
        publish(home)
        assert state_of(home) == after, step
    assert {(False, 1), (False, 2), (True, 2)} <= set(stages)


def test_at_no_moment_of_publishing_is_there_no_edition(processes: BaseContext, tmp_path: Path) -> None:
    before = tmp_path / "before"
    old = {"report.en.html": b"A" * 99, "edition.json": b"{A}"}
    place_folder(before / "edition", old)
    missing = [
        step
        for step, home in deaths(processes, before, tmp_path / "crashed", _place, before)
        if not files_in(home / "edition")
    ]
    assert missing == []


def test_a_death_while_an_edition_returns_that_was_superseded_before_leaves_no_half_of_one(
    processes: BaseContext, tmp_path: Path
) -> None:
    before = tmp_path / "before"
    first = {"report.en.html": b"A" * 99, "edition.json": b"{A}", "tables/t.csv": b"a"}
    place_folder(before / "edition", first)
    _place(before, before)
    second = files_in(before / "edition")
    place_folder(before / "edition", first)  # and now the second again, while a copy of the first lies aside
    steps = 0
    for step, home in deaths(processes, before, tmp_path / "crashed", _place, before):
        steps = step
        assert files_in(home / "edition") in (first, second, {}), step
        _place(home, home)
        assert files_in(home / "edition") == second, step
        kept = [files_in(path) for path in (home / SUPERSEDED).iterdir()]
        assert [files for files in kept if files not in (first, second)] == [], step
    assert steps >= 2


DISK_FAILURES = [("fsync", 1), ("fsync", 4), ("fsync", 8), ("rename", 1), ("rename", 2), ("rename", 3)]


@pytest.mark.parametrize(("step", "number"), DISK_FAILURES)
def test_a_disk_that_fails_while_publishing_leaves_the_edition_as_it_was(
    home: Path, lists: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch, step: str, number: int
) -> None:
    monkeypatch.setattr("flows.folders.exchange", lambda *_: False)  # the longer way, which any system can go
    monkeypatch.setattr("flows.editions.publish.edition_files", _plain_files)
    monkeypatch.setattr("flows.editions.publish.quick_annex", tuple)
    monkeypatch.setattr("flows.editions.publish.refresh", lambda *_: "")
    ingest_file(home, lists[1])
    folder = home / "editions" / "world" / "annual-2016" / "working-group"
    before, calls, real = files_in(folder), itertools.count(1), getattr(os, step)

    def fail(*arguments: Any, **options: Any) -> Any:
        if next(calls) == number:
            raise OSError(28, "No space left on device")
        return real(*arguments, **options)

    with monkeypatch.context() as broken:
        broken.setattr(os, step, fail)
        with pytest.raises(OSError, match="No space left"):
            publish(home)
    assert files_in(folder) == before
    assert publish(home).is_new
    assert files_in(folder) != before
    assert not list(folder.parent.glob(".*unfinished"))


def _write_until(home: Path, line: Connection) -> None:
    with open_warehouse(home) as con:
        con.execute("BEGIN")
        con.execute("INSERT INTO raw.vintage_streams VALUES (99, 'unfinished', 1)")
        line.send("open")
        line.poll(120)
        con.execute("ROLLBACK")


def _read_until(home: Path, line: Connection) -> None:
    with read_warehouse(home):
        line.send("open")
        line.poll(120)


@pytest.fixture
def busy(home: Path, processes: BaseContext) -> Iterator[Callable[..., Any]]:
    """Start another process that holds the warehouse open; returns it and what lets it go."""
    started: list[tuple[Any, Connection]] = []

    def start(work: Callable[..., None]) -> tuple[Any, Callable[[], None]]:
        ours, theirs = processes.Pipe()
        other = processes.Process(target=work, args=(home, theirs))  # type: ignore[attr-defined]
        other.start()
        assert ours.poll(60) and ours.recv() == "open"
        started.append((other, ours))

        def release() -> None:
            ours.send("close")
            other.join(60)

        return other, release

    yield start
    for other, ours in started:
        ours.close()
        other.join(60)


def test_while_one_writes_nobody_else_writes_or_reads_and_then_all_do(
    home: Path,
    busy: Callable[..., Any],
    lists: tuple[Path, Path],
    rows_of: Rows,
    state_of: State,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("flows.editions.publish.edition_files", _plain_files)
    monkeypatch.setattr("flows.editions.publish.quick_annex", tuple)
    monkeypatch.setattr("flows.editions.publish.refresh", lambda *_: "")
    before = state_of(home)
    other, release = busy(_write_until)
    for work in (
        lambda: ingest_file(home, lists[1]),
        lambda: publish(home),
        lambda: rows_of(home, "SELECT 1"),
    ):
        with pytest.raises(WarehouseInUse, match=f"process {other.pid}") as caught:
            work()
        assert caught.value.exit_code == 5 and "try again" in caught.value.advice
    release()
    assert state_of(home) == before
    assert ingest_file(home, lists[1]).vintage_id == 2
    assert publish(home).is_new


def test_while_one_reads_others_read_and_a_writer_is_told_to_wait(
    home: Path, busy: Callable[..., Any], lists: tuple[Path, Path], rows_of: Rows
) -> None:
    _, release = busy(_read_until)
    assert rows_of(home, "SELECT count(*) FROM raw.vintages") == [(1,)]
    with pytest.raises(WarehouseInUse) as caught:
        ingest_file(home, lists[1])
    assert f"process {os.getpid()}" not in caught.value.message
    release()
    assert ingest_file(home, lists[1]).vintage_id == 2


def _ingest_when_told(home: Path, path: Path, line: Connection) -> None:
    line.recv()
    try:
        line.send(ingest_file(home, path).verdict)
    except Exception as problem:
        line.send(type(problem).__name__)


def test_of_two_that_write_at_once_each_is_done_or_told_so(
    tmp_path: Path, processes: BaseContext, lists: tuple[Path, Path], rows_of: Rows
) -> None:
    home = tmp_path / "home"
    ours = []
    for path in lists:
        here, there = processes.Pipe()
        processes.Process(target=_ingest_when_told, args=(home, path, there)).start()  # type: ignore[attr-defined]
        ours.append(here)
    for line in ours:
        line.send("go")
    assert all(line.poll(60) for line in ours)
    told = sorted(line.recv() for line in ours)
    assert told in (["WarehouseInUse", "accepted"], ["accepted", "accepted"])
    assert rows_of(home, "SELECT count(*) FROM raw.vintages") == [(told.count("accepted"),)]
    for path in lists:
        ingest_file(home, path)
    assert rows_of(home, "SELECT vintage_date FROM raw.vintages ORDER BY 1") == [(FIRST,), (SECOND,)]


def test_a_killed_writer_does_not_lock_the_next_one_out(
    home: Path, busy: Callable[..., Any], lists: tuple[Path, Path], state_of: State
) -> None:
    before = state_of(home)
    other, _ = busy(_write_until)
    other.kill()
    other.join(60)
    assert state_of(home) == before
    assert ingest_file(home, lists[1]).vintage_id == 2


def test_rows_read_are_rows_accepted_and_quarantined_for_every_file(small_home: Path, rows_of: Rows) -> None:
    held = rows_of(
        small_home,
        "SELECT v.file_name, v.rows_read, v.rows_accepted, v.rows_quarantined,"
        " (SELECT count(*) FROM core.cases WHERE vintage_id = v.vintage_id)"
        " + (SELECT count(*) FROM core.observations WHERE vintage_id = v.vintage_id)"
        " + (SELECT count(*) FROM core.population WHERE vintage_id = v.vintage_id),"
        " (SELECT count(DISTINCT (sheet, record_no, CASE WHEN sheet <> '' THEN cell END)) FROM quarantine.rows"
        " WHERE vintage_id = v.vintage_id) FROM raw.vintages v",
    )
    assert len(held) >= 16
    for name, read, accepted, quarantined, in_core, in_quarantine in held:
        assert (name, read) == (name, rows_in(SAMPLE / name))
        assert (name, in_core, in_quarantine) == (name, accepted, quarantined)
        assert read == accepted + quarantined


def rows_in(path: Path) -> int:
    """Rows of a sample file: lines of a text, figures of a workbook, counted without the product."""
    if path.suffix == ".csv":
        with path.open(encoding="utf-8", newline="") as stream:
            return sum(1 for _ in csv.reader(stream)) - 1
    sheet = load_workbook(path).worksheets[0]
    body = sheet.iter_rows(min_row=7, values_only=True)
    labels = 2 if path.name.startswith("crime") else 1
    rows = itertools.takewhile(lambda cells: cells[0] is not None, body)
    return sum(len(cells) - labels for cells in rows)


def test_a_file_that_was_loaded_before_a_crash_leaves_the_inbox_at_the_next_run(
    home: Path, lists: tuple[Path, Path], rows_of: Rows
) -> None:
    inbox = home / "inbox"
    waiting = Path(shutil.copy(lists[1], inbox))
    ingest_file(home, waiting)  # and then the light went out, before the file left the inbox
    (outcome,) = empty_inbox(home, inbox, lambda path: next(ingest_each(home, [path])))
    assert outcome.acceptance is not None and outcome.acceptance.verdict == "already loaded"
    assert not waiting.exists()
    assert rows_of(home, "SELECT count(*) FROM raw.vintages") == [(2,)]


def test_the_same_bytes_under_another_name_are_the_same_vintage(
    home: Path, lists: tuple[Path, Path], tmp_path: Path, state_of: State
) -> None:
    before = state_of(home)
    again = ingest_file(home, Path(shutil.copy(lists[0], tmp_path / "renamed.csv")))
    assert (again.verdict, again.vintage_id, again.file_name) == ("already loaded", 1, "renamed.csv")
    assert state_of(home) == before


def test_a_later_list_supersedes_the_list_of_its_body_and_no_other(tmp_path: Path, rows_of: Rows) -> None:
    from flows.counts.estimate import indicator_rows

    home = tmp_path / "home"

    def held() -> dict[str, int]:
        with read_warehouse(home) as con:
            return dict(indicator_rows(con, "victims_registered", ("body",), scope="XX").rows())

    ingest_file(home, MIA[0])
    ingest_file(home, NGO[0])
    early = held()
    ingest_file(home, MIA[1])
    later = held()
    assert later["MIA"] > early["MIA"] and later["NGO"] == early["NGO"]
    streams = rows_of(home, "SELECT vintage_id, stream FROM raw.vintage_streams ORDER BY 1")
    assert streams == [(1, "XX/MIA"), (2, "XX/NGO"), (3, "XX/MIA")]
    ingest_file(home, SAMPLE / "case_register_MIA_2021-01-12.csv")
    assert held() == later  # an older list that arrives late supersedes nothing


def test_no_row_of_an_older_vintage_is_ever_changed(
    tmp_path: Path, lists: tuple[Path, Path], rows_of: Rows, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("flows.editions.publish.edition_files", _plain_files)
    monkeypatch.setattr("flows.editions.publish.quick_annex", tuple)
    monkeypatch.setattr("flows.editions.publish.refresh", lambda *_: "")
    home = home_at(tmp_path / "home")
    flawed = SAMPLE / "case_register_NGO_2023-07-20.csv"
    layers = ("raw", "core", "quarantine", "mart", "pub")

    def kept(vintages: int) -> dict[str, list[tuple[Any, ...]]]:
        listed = rows_of(
            home,
            "SELECT table_schema || '.' || table_name FROM information_schema.tables WHERE table_schema IN"
            f" {layers} ORDER BY 1",
        )
        found = {}
        for (name,) in listed:
            where = "" if name.startswith(("mart", "pub")) else f" WHERE vintage_id <= {vintages}"
            found[name] = rows_of(home, f"SELECT * FROM {name}{where} ORDER BY ALL")
        return found

    ingest_file(home, flawed)
    ingest_file(home, lists[0])
    publish(home)
    before = kept(2)
    assert {"raw.vintages", "core.cases", "quarantine.rows", "mart.counts", "pub.editions"} <= {
        name for name, rows in before.items() if rows
    }
    for path in (lists[1], NGO[1], flawed, INDEX):
        ingest_file(home, path)
    publish(home)
    publish(home, FIRST)
    after = kept(2)
    for name, rows in before.items():
        if name.startswith(("mart", "pub")):
            assert [row for row in rows if row not in after[name]] == [], name
        else:
            assert after[name] == rows, name
    assert len(after["pub.editions"]) > len(before["pub.editions"])


def test_the_received_file_is_the_file_that_was_sent_and_cannot_be_written_to(
    home: Path, lists: tuple[Path, Path], rows_of: Rows
) -> None:
    ingest_file(home, lists[1])
    for path in lists:
        (kept,) = (home / "received").rglob(path.name)
        assert kept.read_bytes() == path.read_bytes()
        assert not kept.stat().st_mode & 0o222
        receipt = json.loads((kept.parent / "receipt.json").read_text(encoding="utf-8"))
        assert [(receipt["sha256"],)] == rows_of(
            home, f"SELECT sha256 FROM raw.vintages WHERE file_name = '{path.name}'"
        )


def test_a_warehouse_that_is_damaged_is_said_to_be_so(home: Path, lists: tuple[Path, Path]) -> None:
    content = bytearray(warehouse_path(home).read_bytes())
    content[0:4096] = b"\x00" * 4096
    warehouse_path(home).write_bytes(content)
    for work in (lambda: ingest_file(home, lists[1]), lambda: publish(home)):
        with pytest.raises(TipTrendsError, match="not a warehouse") as caught:
            work()
        assert "backup" in caught.value.advice
