"""A Prefect server, a process worker and `tip-trends serve` really make the editions that fall due."""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

import sample_data
from flows.deployments import WORK_POOL, serve
from flows.home import Home, Settings, write_settings
from flows.running.server_access import key_file, key_of
from flows.running.timetable import DEPLOYED
from tests.flows.servers import LOOPBACK, PROJECT, TIP_TRENDS, Api, Ears, free_port, is_listening, running, stop, until
from transforms.errors import TipTrendsError

KINDS = ("monthly", "quarterly", "annual")
ASHGABAT = ZoneInfo("Asia/Ashgabat")
PATIENCE = 180
ENDED = ("COMPLETED", "FAILED", "CRASHED")
STATES = ("SCHEDULED", "PENDING", "RUNNING", *ENDED)
YEAR = datetime.now(ASHGABAT).year

pytestmark = pytest.mark.skipif(os.name == "nt", reason="asks processes to end with SIGTERM")


def test_the_ears_of_these_tests_hear(tmp_path: Path) -> None:
    call = "import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM).connect(('192.0.2.1', 9))"
    env = Ears(folder=tmp_path).environment()
    subprocess.run([sys.executable, "-c", call], env=env, check=False, capture_output=True)  # fails without a network
    assert [host for host, _ in Ears(folder=tmp_path).heard()] == ["", "192.0.2.1"]


def test_a_port_on_which_somebody_listens_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    with socket.create_server(("127.0.0.1", 0)) as stranger:
        port = stranger.getsockname()[1]
        with pytest.raises(TipTrendsError, match=f"Another program uses port {port}") as told:
            serve(Home(folder=tmp_path), scope="XX", port=port)
    assert f"--port {port + 1}" in told.value.advice
    assert not (tmp_path / ".prefect").exists()


class _Forbidding(socket.socket):
    """As a user finds a low port; root, as whom these tests may run, is never forbidden one."""

    def bind(self, address: Any, /) -> None:
        if address[1] < 1024:
            raise PermissionError(13, "Permission denied")
        super().bind(address)


@pytest.mark.parametrize("port", [70_000, 80])
def test_a_port_that_nobody_may_use_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, port: int) -> None:
    monkeypatch.delenv("PREFECT_API_URL", raising=False)
    monkeypatch.setattr(socket, "socket", _Forbidding)
    with pytest.raises(TipTrendsError, match=f"Port {port} cannot be used"):
        serve(Home(folder=tmp_path), scope="XX", port=port)


def _later(day: str) -> str:
    """A day of the sample delivery of 2024, as if the delivery were of this year."""
    return f"{int(day[:4]) + YEAR - 2024}{day[4:]}".replace("-02-29", "-02-28")


class _Stage:
    """A home with a waiting delivery of this year, its server, and what its processes connected to."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.home = Home(folder=folder / "home").create()
        write_settings(self.home, Settings(country="XX", audiences=("working-group",), self_approval=True))
        self.ears = Ears(folder=folder / "ears")
        self.api = Api(port=free_port(), home=self.home)

    def environment(self, **more: str) -> dict[str, str]:
        """As an analyst's, but the services look around more often than they need to."""
        often = {
            "PREFECT_SERVER_SERVICES_SCHEDULER_LOOP_SECONDS": "5",
            "PREFECT_SERVER_SERVICES_SCHEDULER_RECENT_DEPLOYMENTS_LOOP_SECONDS": "1",
            "PREFECT_WORKER_QUERY_SECONDS": "1",
            "PREFECT_RUNNER_POLL_FREQUENCY": "1",
        }
        return self.ears.environment(TIP_TRENDS_HOME=str(self.home.folder), **often, **more)

    def deliver(self) -> None:
        """Put the last two years of a sample delivery, moved to this year, and a file that is none into the inbox."""
        lines = (sample_data.path() / "case_register_IOM_2024-01-24.csv").read_text(encoding="utf-8").splitlines()
        registered = lines[0].split(",").index("registered_date")
        few = "\n".join([lines[0], *(line for line in lines[1:] if line.split(",")[registered] >= "2022")])
        moved = re.sub(r"\b20\d\d-\d\d-\d\d\b", lambda day: _later(day[0]), few)
        (self.home.inbox / f"case_register_IOM_{YEAR}-01-24.csv").write_text(moved + "\n", encoding="utf-8")
        (self.home.inbox / "notes.csv").write_text("what;when\nlunch;noon\n", encoding="utf-8")
        self.keys = set(re.findall(r"\b[0-9a-f]{16}\b", moved))

    def fall_due(self, kind: str) -> None:
        """Have a deployment fall due within seconds, by a schedule of the server's own.

        On a busy machine the server may look at a schedule only after its moment has passed; then another is set,
        each time further ahead.
        """
        deployment = self.api.deployment(kind)["id"]
        for ahead in (6, 12, 18, 24, 30, 60):
            moment = datetime.now(UTC) + timedelta(seconds=ahead)
            schedule = {"schedule": {"interval": 86_400, "anchor_date": moment.isoformat()}, "active": True}
            until(
                lambda wanted=schedule: self.api.ask(f"/deployments/{deployment}/schedules", [wanted]),
                seconds=PATIENCE,
                what="schedule",
                told=self.folder,
            )
            last = moment + timedelta(seconds=3)  # later than that the server plans no run for it
            while datetime.now(UTC) < last:
                if any(_starts_at(run, moment) for run in self.api.runs(kind, *STATES)):
                    return
                time.sleep(0.3)
        raise AssertionError("the server planned no run in time")

    def settled(self, kind: str) -> bool:
        """Whether no run of a deployment is under way or overdue: `fall_due` may have set more than one going."""
        now = datetime.now(UTC)
        open_runs = self.api.runs(kind, "SCHEDULED", "PENDING", "RUNNING", "CANCELLING")
        return all(
            run["state_type"] == "SCHEDULED" and datetime.fromisoformat(run["expected_start_time"]) > now
            for run in open_runs
        )

    def ended(self, kind: str, *, after: int = 0) -> Any:
        """Name, message and cause of the state in which the next scheduled run ended, `after` earlier ones."""
        ended = self.api.runs(kind, *ENDED)[after:]
        return next(((run["state_name"], run["state"]["message"], run["auto_scheduled"]) for run in ended), None)

    def records(self) -> bytes:
        """Everything in the folder where Prefect keeps its records."""
        return b"".join(path.read_bytes() for path in self.home.prefect.rglob("*") if path.is_file())


def _starts_at(run: dict[str, Any], moment: datetime) -> bool:
    planned = datetime.fromisoformat(run["expected_start_time"])
    return abs((planned - moment).total_seconds()) < 2


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[_Stage]:
    folder = tmp_path_factory.mktemp("prefect-server")
    yield _Stage(folder)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.prefect
def test_server_and_worker_take_in_and_publish_what_falls_due(stage: _Stage) -> None:
    stage.deliver()
    words = [*TIP_TRENDS, "server", "--port", str(stage.api.port)]
    with running(words, stage.environment(), stage.folder) as server:
        until(lambda: stage.api.ask(f"/work_pools/{WORK_POOL}"), seconds=PATIENCE, what="work pool", told=stage.folder)
        worker = [*TIP_TRENDS, "prefect", "worker", "start", "--pool", WORK_POOL, "--limit", "1"]
        with running(worker, stage.environment(), stage.folder) as working:
            deploy = [*TIP_TRENDS, "prefect", "deploy", "--all"]
            env = stage.environment()
            subprocess.run(deploy, env=env, cwd=PROJECT, check=True, stdin=subprocess.DEVNULL, capture_output=True)
            stage.fall_due("inbox")
            look = until(lambda: stage.ended("inbox"), seconds=PATIENCE, what="look at the inbox", told=stage.folder)
            stage.fall_due("annual")
            state = until(lambda: stage.ended("annual"), seconds=PATIENCE, what="annual edition", told=stage.folder)
            until(lambda: stage.settled("annual"), seconds=PATIENCE, what="no more annual runs", told=stage.folder)
            kept = {one.name: stage.api.deployment(one.name) for one in DEPLOYED}
            planned = [
                until(lambda k=kind: _planned(stage, k), seconds=PATIENCE, what=kind, told=stage.folder)
                for kind in KINDS[:2]
            ]
            is_quiet = stage.api.ask("/admin/settings")["server"]["analytics_enabled"] is False
            until(lambda: stage.api.pause("inbox"), seconds=PATIENCE, what="pause of the inbox", told=stage.folder)
            assert stop(working) == 0
        second = subprocess.run(words, env=stage.environment(), capture_output=True, text=True, check=False)
        stranger = _status(f"{stage.api.url}/flows/filter")
        pages = _told(f"http://127.0.0.1:{stage.api.port}/ui-settings")
        waited = _seconds_behind_a_writer(stage)
        assert stop(server) == 0
    assert (look[0], look[2]) == ("Refused", True)
    assert look[1] == "1 of 2 files were refused; why is in the note beside each."
    assert state == ("Completed", "1 of 1 files were rejected", True)
    edition = stage.home.editions / "XX" / f"annual-{YEAR - 1}" / "working-group"
    assert (edition / "report.en.html").stat().st_size > 10_000
    assert sorted(path.name for path in stage.home.inbox.iterdir()) == ["notes.csv", "notes.csv.rejected.txt"]
    assert planned == [(10, 6), (10, 7)]  # the annual one may lie too far ahead to be planned
    for one in DEPLOYED:
        found = kept[one.name]
        assert (found["pull_steps"], found["path"], found["enforce_parameter_schema"]) == ([], None, True)
        limit = found["global_concurrency_limit"]
        assert (limit and limit["limit"]) == (1 if one.collision else None)
        assert (found["concurrency_options"] or {}).get("collision_strategy") == one.collision
    assert kept["annual"]["parameter_openapi_schema"]["properties"]["kind"]["enum"] == list(KINDS)
    assert is_quiet
    assert (second.returncode, "runs already at" in second.stderr) == (1, True)
    assert stranger == 401
    assert (pages["auth"], pages["available_uis"]) == ("BASIC", ["v1"])
    assert 11 < waited < 30
    assert not is_listening(stage.api.port)


def _status(url: str) -> int:
    """What a request without a key is answered."""
    try:
        with urllib.request.urlopen(url, b"{}", timeout=30) as answer:  # noqa: S310 our own address
            return int(answer.status)
    except urllib.error.HTTPError as refusal:
        return refusal.code


def _told(url: str) -> Any:
    with urllib.request.urlopen(url, timeout=30) as answer:  # noqa: S310 our own address
        return json.load(answer)


def _seconds_behind_a_writer(stage: _Stage) -> float:
    """How long the server takes to write while another process holds its database for twelve seconds."""
    with closing(sqlite3.connect(stage.home.prefect / "prefect.db", isolation_level=None)) as database:
        assert database.execute("PRAGMA journal_mode").fetchall() == [("wal",)]
        database.execute("BEGIN IMMEDIATE")
        begun = time.monotonic()
        with ThreadPoolExecutor(1) as beside:
            written = beside.submit(stage.api.ask, "/variables/", {"name": "after_the_writer", "value": "1"})
            time.sleep(12)
            database.execute("ROLLBACK")
            assert written.result()["name"] == "after_the_writer"
        return time.monotonic() - begun


def _planned(stage: _Stage, kind: str) -> tuple[int, int] | None:
    """Day and hour in Ashgabat of the last run that the server has planned."""
    planned = stage.api.runs(kind, "SCHEDULED")
    days = [datetime.fromisoformat(run["expected_start_time"]).astimezone(ASHGABAT) for run in planned]
    return (days[-1].day, days[-1].hour) if days else None


@pytest.mark.prefect
def test_serve_publishes_what_falls_due_and_leaves_the_schedules_on(stage: _Stage) -> None:
    stage.deliver()
    shutil.rmtree(stage.home.editions)
    words = [*TIP_TRENDS, "serve", "--port", str(stage.api.port)]
    with running(words, stage.environment(), stage.folder) as serve:
        until(lambda: _served(stage), seconds=PATIENCE, what="three deployments", told=stage.folder)
        done = len(stage.api.runs("annual", "COMPLETED"))
        stage.fall_due("annual")
        state = until(
            lambda: stage.ended("annual", after=done), seconds=PATIENCE, what="annual edition", told=stage.folder
        )
        assert stop(serve) == 0
    assert state == ("Completed", "1 of 2 files were rejected", True)
    assert (stage.home.editions / "XX" / f"annual-{YEAR - 1}" / "working-group" / "edition.json").is_file()
    assert not is_listening(stage.api.port)
    with closing(sqlite3.connect(stage.home.prefect / "prefect.db")) as database:
        paused = database.execute("SELECT name FROM deployment WHERE paused").fetchall()
        assert paused == [("inbox",)]  # as somebody had left it
        assert database.execute("SELECT DISTINCT active FROM deployment_schedule").fetchall() == [(1,)]


def _served(stage: _Stage) -> bool:
    """Whether all three deployments are those of `serve`, which names the home."""
    found = [stage.api.deployment(kind) for kind in KINDS]
    return all(one and one["parameters"].get("home") == str(stage.home.folder) for one in found)


@pytest.mark.prefect
def test_nothing_of_the_extracts_is_in_prefects_records(stage: _Stage) -> None:
    records = stage.records()
    assert b"case_register_IOM" in records  # the names of files are meant to be there
    assert len(stage.keys) > 50
    assert [key for key in stage.keys if key.encode() in records] == []
    assert [word for word in (b"ForcedBegging", b"ThroughFriends", b"lunch") if word in records] == []


@pytest.mark.prefect
def test_the_key_of_the_server_is_in_its_file_and_nowhere_else(stage: _Stage) -> None:
    key = key_of(stage.home, {})
    password = key.partition(":")[2].encode()
    written = [path for path in stage.folder.rglob("*") if path.is_file() and "received" not in path.parts]
    assert key_file(stage.home) in written and len(written) > 50
    assert [path for path in written if password in path.read_bytes()] == [key_file(stage.home)]
    assert base64.b64encode(key.encode()) not in stage.records()


@pytest.mark.prefect
def test_nothing_outside_this_computer_was_contacted(stage: _Stage) -> None:
    heard = stage.ears.heard()
    assert {host for host, _ in heard} <= LOOPBACK
    for words in ("running.server_process", "worker start", "deploy --all", "prefect.engine", "serve "):
        assert any(words in said for _, said in heard), f"{words} was not listened to"
