"""The key of a home's Prefect server and the lock by which one that runs is known; without a server."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from flows.home import Home
from flows.running.server import own_server
from flows.running.server_access import (
    USER,
    RunningServer,
    as_the_server,
    key_file,
    key_made,
    key_of,
    running_server,
)
from tests.flows.servers import PROJECT, TIP_TRENDS, Ears, free_port
from transforms.errors import TipTrendsError

UNIX = pytest.mark.skipif(os.name == "nt", reason="modes of files and signals are those of a Unix system")
URL = "http://127.0.0.1:4321/api"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(folder=tmp_path / "home")


@UNIX
def test_a_key_is_made_at_its_first_use_for_its_owner_alone_and_stays(home: Home) -> None:
    assert key_of(home, {}) == ""
    key = key_made(home, {})
    assert key.startswith(f"{USER}:") and len(key) > 35
    assert stat.S_IMODE(key_file(home).stat().st_mode) == 0o600
    assert stat.S_IMODE(home.prefect.stat().st_mode) == 0o700
    assert key_made(home, {}) == key_of(home, {}) == key
    assert [path.name for path in home.prefect.iterdir()] == [key_file(home).name]


def test_two_homes_have_two_keys(tmp_path: Path) -> None:
    assert key_made(Home(folder=tmp_path / "a"), {}) != key_made(Home(folder=tmp_path / "b"), {})


def test_a_key_of_the_environment_is_used_and_kept_nowhere(home: Home) -> None:
    for name in ("PREFECT_SERVER_API_AUTH_STRING", "PREFECT_API_AUTH_STRING"):
        assert key_made(home, {name: "me:mine"}) == "me:mine"
    assert not home.folder.exists()


def test_a_process_that_was_first_has_the_key(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    def other_is_first(staged: object, path: Path) -> None:
        path.write_text("analyst:of-the-other\n", encoding="utf-8")
        path.chmod(0o600)
        raise FileExistsError

    monkeypatch.setattr("os.link", other_is_first)
    assert key_made(home, {}) == "analyst:of-the-other"
    assert [path.name for path in home.prefect.iterdir()] == [key_file(home).name]


@UNIX
def test_a_key_that_others_can_read_is_not_used(home: Home) -> None:
    key_made(home, {})
    key_file(home).chmod(0o640)
    with pytest.raises(TipTrendsError, match="Others than its owner") as told:
        key_of(home, {})
    assert "Delete it" in told.value.advice


@pytest.mark.parametrize("content", ["", "no-colon", ":password", "user:"])
def test_a_file_that_holds_no_key_is_refused(home: Home, content: str) -> None:
    key_made(home, {})
    key_file(home).write_text(content, encoding="utf-8")
    with pytest.raises(TipTrendsError, match="user:password"):
        key_of(home, {})


HOLD = """
    import os, sys, time
    from pathlib import Path
    from flows.home import Home
    from flows.running.server_access import as_the_server
    with as_the_server(Home(folder=Path(sys.argv[1])), sys.argv[2]):
        print("held", flush=True)
        time.sleep(60)
    """


@UNIX
def test_a_server_is_known_while_its_process_lives_and_not_after_it_was_killed(home: Home) -> None:
    home.prefect.mkdir(parents=True)
    assert running_server(home) is None
    words = [sys.executable, "-c", textwrap.dedent(HOLD), str(home.folder), URL]
    with subprocess.Popen(words, stdout=subprocess.PIPE, cwd=PROJECT) as server:
        assert server.stdout is not None and server.stdout.readline() == b"held\n"
        found = running_server(home)
        assert found == RunningServer(url=URL, process=server.pid)
        assert (found.page, found.port) == ("http://127.0.0.1:4321", 4321)
        with pytest.raises(TipTrendsError, match=f"runs already at {found.page} \\(process {server.pid}\\)"):
            own_server(home, free_port()).__enter__()
        os.kill(server.pid, signal.SIGKILL)
        server.wait()
    assert running_server(home) is None
    with as_the_server(home, URL):
        assert running_server(home) == RunningServer(url=URL, process=os.getpid())


@pytest.mark.parametrize("words", [["prefect", "deploy", "--all"], ["prefect", "worker", "start"]])
def test_a_command_of_prefect_that_needs_a_server_says_how_to_start_one(tmp_path: Path, words: list[str]) -> None:
    done = subprocess.run(
        [*TIP_TRENDS, "--home", str(tmp_path / "home"), *words],
        env=Ears(folder=tmp_path / "ears").environment(),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert "No Prefect server runs for the home" in done.stderr and "tip-trends server" in done.stderr
    assert "Traceback" not in done.stderr
