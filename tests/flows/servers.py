"""Real processes of the product with a Prefect server on loopback: started, watched, and stopped in all cases."""

from __future__ import annotations

import base64
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import psutil

from flows.home import Home
from flows.running.server_access import key_of
from flows.running.timetable import DEPLOYED

T = TypeVar("T")
PROJECT = Path(__file__).resolve().parents[2]
TIP_TRENDS = (sys.executable, "-m", "flows.cli")
LOOPBACK = {"127.0.0.1", "localhost", "::1", "", "None"}

_LISTENING = '''
"""Python imports this by itself at its start, before any code of ours or Prefect's."""
import os
import sys

_FILE = os.open(os.environ["HEARD"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)


def _write(host):
    words = " ".join(sys.orig_argv[1:6]).replace("\\n", " ")
    os.write(_FILE, f"{host}|{words}\\n".encode())


def _hear(event, arguments):
    if event in ("socket.connect", "socket.sendto"):
        address = arguments[1]
        host = address[0] if isinstance(address, tuple) else ""  # else a socket of this computer's file system
    elif event in ("socket.getaddrinfo", "socket.gethostbyname"):
        host = arguments[0].decode() if isinstance(arguments[0], bytes) else str(arguments[0])
    else:
        return
    _write(host)


_write("")
sys.addaudithook(_hear)
'''


@dataclass(frozen=True, slots=True, kw_only=True)
class Ears:
    """What Python processes looked up or connected to: an environment that records it, and the record."""

    folder: Path

    def environment(self, **more: str) -> dict[str, str]:
        """A bare environment, with the code under test and no settings of whoever runs it; `more` on top."""
        self.folder.mkdir(exist_ok=True)
        if not (
            module := self.folder / "sitecustomize.py"
        ).exists():  # a process that starts just now may be reading it
            module.write_text(_LISTENING, encoding="utf-8")
        kept = {name: os.environ[name] for name in ("PATH", "LANG", "SYSTEMROOT") if name in os.environ}
        path = os.pathsep.join((str(self.folder), str(PROJECT)))
        own = {"HOME": str(self.folder), "PYTHONPATH": path, "HEARD": str(self.folder / "heard.txt")}
        return {**kept, **own, **more}

    def heard(self) -> list[tuple[str, str]]:
        """Host and first words of the command line: one for each look-up and connection, and one for a start."""
        lines = (self.folder / "heard.txt").read_text(encoding="utf-8").splitlines()
        return [(host, words) for host, _, words in (line.partition("|") for line in lines)]


@contextmanager
def running(words: Sequence[str], env: dict[str, str], folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process that is asked to end, and made to end with all its children whatever happens."""
    name = "-".join(word for word in words if word.isalpha())
    with (folder / f"{name or 'process'}.log").open("wb") as log:
        process = subprocess.Popen(
            words, env=env, cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
        )
        try:
            yield process
        finally:
            stop(process)


def stop(process: subprocess.Popen[bytes]) -> int:
    """Ask a process to end, then make it and every child end; returns its exit code."""
    if process.poll() is not None:
        return process.returncode
    children = psutil.Process(process.pid).children(recursive=True)
    process.send_signal(signal.SIGTERM)
    try:
        return process.wait(30)
    except subprocess.TimeoutExpired:
        process.kill()
        return process.wait()
    finally:
        for child in children:
            if child.is_running():
                child.kill()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def is_listening(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def until(ask: Callable[[], T | None], *, seconds: float, what: str, told: Path) -> T:
    """Ask again and again until the answer is not None nor False; then fail with the logs that lie in a folder."""
    last = time.monotonic() + seconds
    while time.monotonic() < last:
        answer = ask()
        if answer:
            return answer
        time.sleep(0.3)
    logs = "\n".join(f"== {path.name}\n{path.read_text()[-3000:]}" for path in sorted(told.glob("*.log")))
    raise AssertionError(f"{what} did not come about in {seconds:.0f} s\n{logs}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Api:
    """The interface for programs of the Prefect server of a home on loopback, entered with the key of that home."""

    port: int
    home: Home

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/api"

    def ask(self, path: str, content: object = None, method: str | None = None) -> Any:
        """GET, or POST where there is content; None for what is not there or not yet, an error for a refusal.

        True where the server did as it was told and has nothing to say.
        """
        request = self._request(path, content, method)
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=30) as answer:
                told = answer.read()
                return json.loads(told) if told else True
        except urllib.error.HTTPError as refusal:
            if refusal.code in (404, 503):  # 503: another part of the server is writing to its database
                return None
            raise AssertionError(f"{path}: {refusal.code} {refusal.read().decode()}") from refusal
        except (urllib.error.URLError, OSError):
            return None

    def _request(self, path: str, content: object, method: str | None = None) -> urllib.request.Request:
        body = None if content is None else json.dumps(content).encode()
        headers = {"Content-Type": "application/json"}
        if key := key_of(self.home, {}):
            headers["Authorization"] = f"Basic {base64.b64encode(key.encode()).decode()}"
        url = f"{self.url}{path}"
        return urllib.request.Request(url, data=body, headers=headers, method=method)  # noqa: S310 our own address

    def deployment(self, name: str) -> Any:
        """One of our deployments, None where it is not there yet."""
        (address,) = (one.address for one in DEPLOYED if one.name == name)
        return self.ask(f"/deployments/name/{address}")

    def pause(self, name: str) -> Any:
        """Pause a deployment, as somebody does on its page; None where the server was not ready for it."""
        found = self.deployment(name)
        return found and self.ask(f"/deployments/{found['id']}", {"paused": True}, "PATCH")

    def runs(self, name: str, *states: str) -> list[Any]:
        """Flow runs of a deployment in any of these kinds of states, by the time they were expected."""
        chosen = {
            "deployments": {"name": {"any_": [name]}},
            "flow_runs": {"state": {"type": {"any_": list(states)}}},
            "sort": "EXPECTED_START_TIME_ASC",
        }
        found: list[Any] = self.ask("/flow_runs/filter", chosen) or []
        return found
