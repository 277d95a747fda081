"""What runs by itself, on a real server that plans nothing: looks at the inbox, keeping house, and runs that were
missed, died or are old.
"""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from flows.home import ENVIRONMENT, Home, Settings, write_settings
from flows.intake.inbox import ingest_each
from flows.intake.ingest import ingest_file as ingest_file_now
from tests.flows.servers import PROJECT
from transforms.errors import WarehouseInUse

pytestmark = pytest.mark.prefect

NOW = datetime.now(UTC)
YEARS_LATER = datetime(NOW.year + 3, 6, 1, tzinfo=UTC)
LATE = timedelta(hours=5)
"""How far Ashgabat's clock is ahead."""


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(folder=tmp_path / "home").create()


@pytest.fixture
def client(records: Path) -> Iterator[Any]:
    from prefect.client.orchestration import get_client

    with get_client(sync_client=True) as found:
        yield found


@pytest.fixture
def annual(client: Any, home: Home) -> Iterator[UUID]:
    """The deployment of the annual edition as `serve` makes it, with no run yet."""
    from flows.deployments import deployments

    made = {one.name: one for one in deployments(home, scope="XX", time_zone="Asia/Ashgabat")}
    found = made["annual"].apply()
    yield found
    client.delete_deployment(found)


def runs(client: Any, deployment: UUID) -> list[Any]:
    from prefect.client.schemas.filters import DeploymentFilter, DeploymentFilterId
    from prefect.client.schemas.sorting import FlowRunSort

    chosen = DeploymentFilter(id=DeploymentFilterId(any_=[deployment]))
    found: list[Any] = client.read_flow_runs(deployment_filter=chosen, sort=FlowRunSort.EXPECTED_START_TIME_DESC)
    return found


def states(client: Any, deployment: UUID) -> list[str]:
    """Names of the states of all runs of a deployment, the latest due first."""
    return [run.state_name for run in runs(client, deployment)]


def planned(client: Any, deployment: UUID, days: int, *, tags: tuple[str, ...] = ("made-up",)) -> UUID:
    """A run that fell due so many days ago."""
    from prefect.states import Scheduled

    state = Scheduled(scheduled_time=NOW - timedelta(days=days))
    found: UUID = client.create_flow_run_from_deployment(deployment, state=state, tags=list(tags)).id
    return found


def test_what_no_server_planned_is_made_up_for_once_and_by_the_latest_moment(client: Any, annual: UUID) -> None:
    from flows.running.missed import make_up

    make_up(clock=lambda: YEARS_LATER)
    make_up(clock=lambda: YEARS_LATER + timedelta(days=3))
    (run,) = runs(client, annual)
    assert run.expected_start_time == datetime(YEARS_LATER.year, 3, 15, 8, tzinfo=UTC) - LATE
    assert (run.state_name, "made-up" in run.tags, "annual" in run.tags) == ("Scheduled", True, True)
    assert run.parameters["kind"] == "annual"


def test_a_deployment_that_was_made_just_now_has_missed_nothing(client: Any, annual: UUID) -> None:
    from flows.running.missed import make_up

    make_up()
    assert runs(client, annual) == []


def test_what_is_paused_is_not_made_up_for(client: Any, annual: UUID) -> None:
    from flows.running.missed import make_up

    client.pause_deployment(annual)
    make_up(clock=lambda: YEARS_LATER)
    assert runs(client, annual) == []


def test_of_several_that_are_late_the_newest_is_left_and_what_a_person_started_is_not_touched(
    client: Any, annual: UUID
) -> None:
    from flows.running.missed import make_up

    for days in (400, 800, 35):
        planned(client, annual, days)
    planned(client, annual, 500, tags=())
    make_up()
    assert states(client, annual) == ["Scheduled", "Skipped", "Scheduled", "Skipped"]


@pytest.fixture
def inside(monkeypatch: pytest.MonkeyPatch) -> Callable[[UUID, UUID], None]:
    """Let the code under test believe that it runs in a run of a deployment."""
    from prefect.runtime import deployment, flow_run

    def enter(run: UUID, of: UUID) -> None:
        monkeypatch.setitem(flow_run.FIELDS, "id", lambda: str(run))
        monkeypatch.setitem(deployment.FIELDS, "id", lambda: str(of))

    return enter


def test_a_run_stands_back_where_a_later_one_is_due_and_that_one_does_its_work(
    client: Any, annual: UUID, inside: Callable[[UUID, UUID], None]
) -> None:
    from flows.running.missed import stand_back

    oldest, middle, newest = (planned(client, annual, days) for days in (90, 60, 30))
    inside(oldest, annual)
    state = stand_back()
    assert state is not None and (state.name, state.is_cancelled()) == ("Skipped", True)
    assert "a later run of the same schedule" in (state.message or "")
    assert states(client, annual) == ["Scheduled", "Skipped", "Scheduled"]  # the oldest ends itself
    inside(newest, annual)
    assert stand_back() is None
    assert {run.id: run.state_name for run in runs(client, annual)}[middle] == "Skipped"
    assert states(client, annual) == ["Scheduled", "Skipped", "Skipped"]


def test_a_run_that_a_person_started_stands_back_for_nobody(
    client: Any, annual: UUID, inside: Callable[[UUID, UUID], None]
) -> None:
    from flows.running.missed import stand_back

    by_hand, later = planned(client, annual, 60, tags=()), planned(client, annual, 30)
    inside(by_hand, annual)
    assert stand_back() is None
    assert {run.id: run.state_name for run in runs(client, annual)}[later] == "Scheduled"


def started(client: Any, run: UUID) -> str:
    """Take a run as a worker does and start it; the name of the state that the server let it have."""
    from prefect.states import Pending, Running

    if client.set_flow_run_state(run, Pending()).status.value == "ACCEPT":
        client.set_flow_run_state(run, Running())
    name: str = client.read_flow_run(run).state_name
    return name


HOLD = """
    import sys, time
    from pathlib import Path
    from flows.running.prefect_setup import prepare
    prepare(Path(sys.argv[1]))
    from prefect.runtime import flow_run
    from flows.home import Home
    from flows.running.at_work import at_work
    flow_run.FIELDS["id"] = lambda: sys.argv[2]
    with at_work(Home(folder=Path(sys.argv[1]))):
        print("held", flush=True)
        time.sleep(120)
    """


def aged(home: Home) -> None:
    """Let the locks of all runs be a minute older than they are."""
    for path in (home.prefect / "at-work").iterdir():
        os.utime(path, (time.time() - 60, time.time() - 60))


@pytest.mark.skipif(os.name == "nt", reason="kills as on a Unix system")
def test_a_run_whose_process_was_killed_is_marked_as_crashed_and_gives_its_place_to_the_next(
    client: Any, annual: UUID, home: Home
) -> None:
    from flows.running.at_work import bury_the_dead

    run, following = planned(client, annual, 1), planned(client, annual, 0)
    assert started(client, run) == "Running"
    words = [sys.executable, "-c", textwrap.dedent(HOLD), str(home.folder), str(run)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, cwd=PROJECT) as process:
        assert process.stdout is not None and process.stdout.readline() == b"held\n"
        aged(home)
        assert (bury_the_dead(home), client.read_flow_run(run).state_name) == (0, "Running")
        assert started(client, following) == "AwaitingConcurrencySlot"
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    assert bury_the_dead(home) == 1
    found = client.read_flow_run(run)
    assert (found.state_name, found.state.type.value) == ("Crashed", "CRASHED")
    assert "killed, or the computer lost its power" in found.state.message
    assert list((home.prefect / "at-work").iterdir()) == []
    client.set_flow_run_state(following, _due_now(), force=True)
    assert started(client, following) == "Running"


def _due_now() -> Any:
    from prefect.states import Scheduled

    return Scheduled(scheduled_time=datetime.now(UTC))


def test_a_run_that_is_ending_is_not_taken_for_dead(client: Any, annual: UUID, home: Home) -> None:
    from prefect.runtime import flow_run

    from flows.running.at_work import at_work, bury_the_dead

    run = planned(client, annual, 1)
    assert started(client, run) == "Running"
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(flow_run.FIELDS, "id", lambda: str(run))
        patch.setattr("pathlib.Path.unlink", lambda *_, **__: None)  # as if stopped just before
        with at_work(home):
            aged(home)
            assert bury_the_dead(home) == 0
    aged(home)
    assert (bury_the_dead(home), client.read_flow_run(run).state_name) == (0, "Running")


def test_a_run_that_its_worker_took_and_never_began_is_marked_as_crashed(client: Any, annual: UUID) -> None:
    from prefect.states import Pending

    from flows.running.at_work import bury_what_never_began

    run = planned(client, annual, 0)
    client.set_flow_run_state(run, Pending())
    assert bury_what_never_began() == 0
    assert bury_what_never_began(clock=lambda: datetime.now(UTC) + timedelta(minutes=31)) == 1
    assert client.read_flow_run(run).state_name == "Crashed"


def test_looks_without_result_are_forgotten_after_days_and_other_runs_after_more_than_a_year(
    client: Any, annual: UUID
) -> None:
    from prefect.states import Completed

    from flows.running.records import forget_old_runs

    for name in ("Nothing new", "Completed"):
        run = planned(client, annual, 0)
        client.set_flow_run_state(run, Completed(name=name), force=True)
    assert forget_old_runs() == (0, 0)
    assert forget_old_runs(clock=lambda: datetime.now(UTC) + timedelta(days=3)) == (1, 0)
    assert states(client, annual) == ["Completed"]
    assert forget_old_runs(clock=lambda: datetime.now(UTC) + timedelta(days=399)) == (0, 0)
    assert forget_old_runs(clock=lambda: datetime.now(UTC) + timedelta(days=401)) == (0, 1)
    assert runs(client, annual) == []


def test_a_database_with_much_empty_room_gives_it_back(tmp_path: Path) -> None:
    from flows.running.records import compacted

    path = tmp_path / "prefect.db"
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("CREATE TABLE log (text TEXT)")
        database.executemany("INSERT INTO log VALUES (?)", (("x" * 1000,) for _ in range(2000)))
        database.commit()
        database.execute("DELETE FROM log WHERE rowid > 10")
    before = path.stat().st_size
    assert compacted(path) > before / 2
    assert (compacted(path), before > 1_000_000) == (0, True)
    with closing(sqlite3.connect(path)) as database:
        assert database.execute("SELECT count(*) FROM log").fetchall() == [(10,)]


def test_a_database_that_another_process_writes_to_is_left_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from flows.running.records import compacted

    path = tmp_path / "prefect.db"
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("CREATE TABLE log (text TEXT)")
        database.executemany("INSERT INTO log VALUES (?)", (("x" * 1000,) for _ in range(100)))
        database.commit()
        database.execute("DELETE FROM log")
    monkeypatch.setattr("flows.running.records._PATIENCE_SECONDS", 0.1)
    with closing(sqlite3.connect(path)) as writer, writer:
        writer.execute("BEGIN IMMEDIATE")
        before = path.read_bytes()
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            compacted(path)
        assert path.read_bytes() == before


LUNCH = "what;when\nsoup;noon\n"


@pytest.fixture
def named(monkeypatch: pytest.MonkeyPatch, home: Home) -> Home:
    """A home of the world that runs find by the environment."""
    write_settings(home, Settings(self_approval=True))
    monkeypatch.setenv(ENVIRONMENT, str(home.folder))
    return home


def shown(client: Any, key: str) -> Any:
    """What the last artifact with this key holds: rows of a table, or a text."""
    from prefect.client.schemas.filters import ArtifactCollectionFilter, ArtifactCollectionFilterKey

    chosen = ArtifactCollectionFilter(key=ArtifactCollectionFilterKey(any_=[key]))
    found = client.read_latest_artifacts(artifact_filter=chosen)
    if not found:
        return None
    return json.loads(found[0].data) if found[0].type == "table" else found[0].data


def run_of(client: Any, state: Any) -> Any:
    return client.read_flow_run(state.state_details.flow_run_id)


def test_a_look_at_an_inbox_without_anything_new_says_so_and_makes_nothing(client: Any, named: Home) -> None:
    from flows.watch_flow import watch_inbox

    state = watch_inbox(return_state=True)
    assert (state.name, state.is_completed(), state.message) == ("Nothing new", True, "In the inbox: nothing.")
    (named.inbox / "new.csv").write_text(LUNCH, encoding="utf-8")
    state = watch_inbox(return_state=True)
    assert (state.name, state.message) == ("Nothing new", "In the inbox: 1 still being copied.")
    assert sorted(path.name for path in named.inbox.iterdir()) == ["new.csv"]
    assert not named.warehouse.exists()
    assert shown(client, "progress-inbox") is None


def test_a_look_at_an_inbox_takes_in_what_is_complete_and_tells_by_source_what_was_taken(
    client: Any, named: Home, world_list: Callable[..., Path]
) -> None:
    from flows.watch_flow import watch_inbox

    world_list(named.inbox / "list_SYNTHETIC_2017-03-31.csv", (2015, 2016))
    state = watch_inbox(quiet_seconds=0, return_state=True)
    assert (state.name, state.message) == ("Taken in", "1 files were taken in.")
    assert run_of(client, state).name == "inbox: ctdc_kanon"
    (row,) = shown(client, "acceptance-ctdc-kanon")
    assert (row["file"], row["rows read"], row["accepted"]) == ("list_SYNTHETIC_2017-03-31.csv", 60, 60)
    assert (row["rules broken"], row["report"].split("/")[0]) == ("none", "acceptance")
    assert shown(client, "progress-inbox") == 100.0
    assert list(named.inbox.iterdir()) == []


def test_a_look_at_which_a_file_is_refused_fails_as_refused_once_and_takes_the_others_in(
    client: Any, named: Home, world_list: Callable[..., Path]
) -> None:
    from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterId

    from flows.watch_flow import watch_inbox

    world_list(named.inbox / "list_SYNTHETIC_2017-03-31.csv", (2015, 2016))
    (named.inbox / "lunch.csv").write_text(LUNCH, encoding="utf-8")
    (named.inbox / "Aynabat_Orazowa.csv").write_text("surname,passport number\nOrazowa,I-AS 123456\n", encoding="utf-8")
    state = watch_inbox(quiet_seconds=0, return_state=True)
    assert (state.name, state.is_failed()) == ("Refused", True)
    assert state.message == "2 of 3 files were refused; why is in the note beside each."
    found = client.read_task_runs(
        flow_run_filter=FlowRunFilter(id=FlowRunFilterId(any_=[state.state_details.flow_run_id]))
    )
    assert sorted((task.name, task.state_name) for task in _settled(client, found)) == [
        ("ingest file 1 of 3", "Refused"),
        ("ingest file 2 of 3", "Completed"),
        ("ingest file 3 of 3", "Refused"),
    ]
    files = {row["file"]: row["rules broken"] for row in shown(client, "acceptance-not-taken")}
    assert files.keys() == {"lunch.csv", "(a file with identifiers; its name may be one)"}
    assert files["(a file with identifiers; its name may be one)"] == "direct identifiers"
    again = watch_inbox(quiet_seconds=0, return_state=True)
    assert (again.name, again.message) == ("Nothing new", "In the inbox: 2 refused before.")


def _settled(client: Any, tasks: list[Any]) -> list[Any]:
    """The same task runs once the server, which hears of them by and by, knows how all of them ended."""
    last = time.monotonic() + 30
    while time.monotonic() < last:
        found = [client.read_task_run(task.id) for task in tasks]
        if all(task.state and task.state.is_final() for task in found):
            return found
        time.sleep(0.3)
    raise AssertionError([task.state_name for task in found])


def test_a_warehouse_in_use_is_tried_again_for_a_deployment_and_not_for_somebody_at_the_command_line(
    client: Any,
    annual: UUID,
    named: Home,
    world_list: Callable[..., Path],
    inside: Callable[[UUID, UUID], None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from prefect import flow

    from flows.running.ingest_task import ingest_file, outcome_of

    path = world_list(named.inbox / "list_SYNTHETIC_2017-03-31.csv", (2015, 2016))
    monkeypatch.setattr(ingest_file, "retry_delay_seconds", [0])
    tries: list[int] = []

    def busy(home: Path, paths: list[Path]) -> Iterator[Any]:
        tries.append(len(tries))
        if len(tries) < 3:
            raise WarehouseInUse("The warehouse is in use by another process.", advice="Wait.")
        return ingest_each(home, paths)

    monkeypatch.setattr("flows.running.ingest_task.ingest_each", busy)

    @flow(name="one-file", persist_result=False)
    def one_file() -> Any:
        state = ingest_file(named.folder, path, 1, 1, return_state=True)
        return state.name if state.is_failed() else outcome_of(state).acceptance.verdict

    assert (one_file(), len(tries)) == ("Machine", 1)
    inside(planned(client, annual, 0), annual)
    tries.clear()
    assert (one_file(), len(tries)) == ("accepted", 3)


def test_what_was_refused_is_not_tried_again_for_a_deployment_either(
    client: Any, annual: UUID, named: Home, inside: Callable[[UUID, UUID], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    from prefect import flow

    from flows.running.ingest_task import ingest_file

    path = named.inbox / "lunch.csv"
    path.write_text(LUNCH, encoding="utf-8")
    monkeypatch.setattr(ingest_file, "retry_delay_seconds", [0])
    tries: list[Path] = []

    def counted(home: Path, paths: list[Path]) -> Iterator[Any]:
        tries.extend(paths)
        return ingest_each(home, paths)

    monkeypatch.setattr("flows.running.ingest_task.ingest_each", counted)

    @flow(name="one-file", persist_result=False)
    def one_file() -> str:
        return str(ingest_file(named.folder, path, 1, 1, return_state=True).name)

    inside(planned(client, annual, 0), annual)
    assert (one_file(), tries) == ("Refused", [path])


def test_keeping_house_clears_what_is_left_over_and_tells_how_large_everything_is(
    client: Any, named: Home, world_list: Callable[..., Path]
) -> None:
    from flows.house_flow import keep_house

    ingest_file_now(named.folder, world_list(named.folder / "list_SYNTHETIC_2017-03-31.csv", (2015, 2016)))
    (named.folder / ".working").mkdir()
    (named.folder / ".working" / "half.csv").write_text(LUNCH, encoding="utf-8")
    (named.inbox / "gone.csv.rejected.txt").write_text("Its file was taken away.", encoding="utf-8")
    old = named.logs / "failure-20200101T000000000000.log"
    old.write_text("long ago", encoding="utf-8")
    os.utime(old, (0, 0))
    state = keep_house(return_state=True)
    assert (state.name, (state.message or "").split(";")[0]) == ("Completed", "All is well")
    assert not (named.folder / ".working").exists()
    assert list(named.inbox.iterdir()) == [] and not old.exists()
    sizes = {row["part"]: row["size"] for row in shown(client, "house")}
    assert {"warehouse.duckdb", "received", "acceptance", "free on the disk"} <= sizes.keys()
    assert sizes["warehouse.duckdb"].endswith("MiB")


def test_keeping_house_fails_as_a_fault_of_the_machine_where_something_is_not_well(named: Home) -> None:
    from flows.house_flow import keep_house

    named.warehouse.write_bytes(b"this is no database" * 1000)
    state = keep_house(return_state=True)
    assert (state.name, state.is_failed()) == ("Machine", True)
    assert "warehouse" in (state.message or "") and "Restore it from a backup" in (state.message or "")


def test_a_backup_without_a_key_is_a_fault_of_the_settings_and_with_one_it_is_made_and_old_ones_go(
    client: Any, named: Home, world_list: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from flows.house_flow import back_up
    from flows.upkeep.keys import FILE_IN_ENVIRONMENT, write_new_key

    ingest_file_now(named.folder, world_list(named.folder / "list_SYNTHETIC_2017-03-31.csv", (2015, 2016)))
    state = back_up(return_state=True)
    assert (state.name, state.is_failed()) == ("Settings", True)
    assert shown(client, "backup") is None
    write_new_key(tmp_path / "backup.key")
    monkeypatch.setenv(FILE_IN_ENVIRONMENT, str(tmp_path / "backup.key"))
    with named.settings_file.open("a", encoding="utf-8") as settings:
        settings.write(f'\n[backup]\nfolder = "{tmp_path / "backups"}"\nkeep_daily = 1\n')
    first, second = back_up(return_state=True), back_up(return_state=True)
    assert [(one.name, one.is_completed()) for one in (first, second)] == [("Completed", True)] * 2
    told = {row["what"]: row["value"] for row in shown(client, "backup")}
    assert (told["encrypted"], told["older ones removed by the rule of home.toml"]) == ("yes", "1")
    assert told["backup"] in (second.message or "") and Path(told["folder"]) == tmp_path / "backups"


def test_a_home_that_is_none_is_a_fault_of_the_settings(monkeypatch: pytest.MonkeyPatch, records: Path) -> None:
    from flows.house_flow import back_up, keep_house
    from flows.watch_flow import watch_inbox

    monkeypatch.setenv(ENVIRONMENT, "not-a-full-path")
    for one in (watch_inbox, keep_house, back_up):
        state = one(return_state=True)
        assert (state.name, state.is_failed()) == ("Settings", True)
        assert ENVIRONMENT in (state.message or "")


def test_a_deployment_explains_its_parameters_and_is_of_the_flow_it_names() -> None:
    from importlib import import_module

    from flows.running.timetable import DEPLOYED

    for one in DEPLOYED:
        module, _, name = one.entrypoint.rpartition(".")
        flow = getattr(import_module(module), name)
        fields = flow.parameters.properties
        assert flow.name == one.flow
        assert one.parameters.keys() <= fields.keys()
        assert [key for key, field in fields.items() if not field.get("description")] == []
