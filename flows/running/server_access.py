"""How the Prefect server of a home is found and entered: whether it runs, where it answers, and its key.

The server's process holds a lock for as long as it lives, so one that was killed is never taken for one that runs.
The key is a user and a password for basic authentication. It lies in a file that only its owner can read, and goes to
processes by their environment: never by an argument, which every user of a computer can see, nor into a log.
"""

from __future__ import annotations

import json
import os
import secrets
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from filelock import FileLock, Timeout, lock_descriptor

from flows.home import Home
from transforms.errors import TipTrendsError

KEY = "server.key"
LOCK = "server.lock"
RECORD = "server.json"
USER = "analyst"
SERVERS_KEY = "PREFECT_SERVER_API_AUTH_STRING"
CLIENTS_KEY = "PREFECT_API_AUTH_STRING"

_LOOKS = 3
_BETWEEN_LOOKS_SECONDS = 0.05
_STARTS_WITHIN_SECONDS = 2.0
_FOR_OTHERS = 0o077


@dataclass(frozen=True, slots=True, kw_only=True)
class RunningServer:
    """A Prefect server that runs for a home on this computer: the address for programs, and its process."""

    url: str
    process: int

    @property
    def page(self) -> str:
        """The address for people."""
        return self.url.removesuffix("/api")

    @property
    def port(self) -> int:
        """The port on loopback."""
        return int(self.page.rpartition(":")[2])


def key_file(home: Home) -> Path:
    """Where the key of the server lies."""
    return home.prefect / KEY


def running_server(home: Home) -> RunningServer | None:
    """The server that runs for a home, if one does."""
    for _ in range(_LOOKS):  # somebody else may be looking, which takes the lock for a moment
        if not _is_held(home.prefect / LOCK):
            return None
        time.sleep(_BETWEEN_LOOKS_SECONDS)
    with suppress(OSError, ValueError, TypeError):
        return RunningServer(**json.loads((home.prefect / RECORD).read_text(encoding="utf-8")))
    return None


def _is_held(lock: Path) -> bool:
    try:
        handle = os.open(lock, os.O_RDWR)
    except OSError:
        return False
    try:
        return not lock_descriptor(handle, blocking=False)
    finally:
        os.close(handle)


@contextmanager
def as_the_server(home: Home, url: str) -> Iterator[None]:
    """Hold the place of the server of a home; raises TipTrendsError where another process holds it."""
    try:
        with FileLock(home.prefect / LOCK, timeout=_STARTS_WITHIN_SECONDS):
            record = json.dumps(asdict(RunningServer(url=url, process=os.getpid())))
            (home.prefect / RECORD).write_text(record, encoding="utf-8")
            yield
    except Timeout:
        raise already_running(running_server(home)) from None


def already_running(server: RunningServer | None) -> TipTrendsError:
    """What is said to somebody who starts a second server."""
    where = f" at {server.page} (process {server.process})" if server else ""
    return TipTrendsError(
        f"The Prefect server of this home runs already{where}.",
        advice="Use that one, or stop it first; a home has one server, since two would run every schedule twice.",
    )


def key_of(home: Home, environment: Mapping[str, str]) -> str:
    """The key of the server of a home: that of the environment, else of the file; empty where there is none yet.

    Raises TipTrendsError for a file that others can read or that holds no key.
    """
    given = environment.get(SERVERS_KEY) or environment.get(CLIENTS_KEY)
    return given or (_read(key_file(home)) if key_file(home).exists() else "")


def key_made(home: Home, environment: Mapping[str, str]) -> str:
    """The same; at its first use a key is made, which appears whole and for its owner alone."""
    if not key_of(home, environment):
        home.prefect.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle, staged = tempfile.mkstemp(dir=home.prefect, prefix=f".{KEY}.")
        try:
            with os.fdopen(handle, "w", encoding="ascii") as file:
                file.write(f"{USER}:{secrets.token_urlsafe(24)}\n")
                file.flush()
                os.fsync(file.fileno())
            _placed(Path(staged), key_file(home))
        finally:
            Path(staged).unlink(missing_ok=True)
    return key_of(home, environment)


def _placed(staged: Path, path: Path) -> None:
    """Give the new file its name, unless another process was first, whose key is then the one."""
    try:
        os.link(staged, path)
    except FileExistsError:
        return
    except OSError:  # a disk without links, such as a memory stick
        staged.rename(path)


def _read(path: Path) -> str:
    if os.name != "nt" and path.stat().st_mode & _FOR_OTHERS:
        raise TipTrendsError(
            f"Others than its owner can read the key of the Prefect server, {path}.",
            advice="Delete it and start the server again, which makes a new one for you alone.",
        )
    key = path.read_text(encoding="utf-8").strip()
    user, _, password = key.partition(":")
    if not user or not password:
        raise TipTrendsError(
            f"{path} holds no key: it is one line, user:password.",
            advice="Delete it and start the server again, which makes a new one.",
        )
    return key
