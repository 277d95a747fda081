"""The Prefect server of a home as a child of this process: started, awaited, and stopped in all cases."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import IO

from flows.home import Home
from flows.running.prefect_setup import HOST, api_url, prepare_lasting
from flows.running.server_access import already_running, key_made, running_server
from transforms.errors import TipTrendsError

LOG = "prefect-server.log"
"""In `logs/`: warnings and errors of the server itself; what runs say is in its database."""
_LOG_BEFORE = "prefect-server.before.log"

_STARTED_WITHIN_SECONDS = 120
_PATIENCE_SECONDS = 15


@contextmanager
def own_server(home: Home, port: int) -> Iterator[subprocess.Popen[bytes]]:
    """A Prefect server on this computer for as long as the context lasts; its clients in this process find it.

    Raises TipTrendsError where one runs for this home already, where the port is taken, or where it does not start.
    """
    if (running := running_server(home)) is not None:
        raise already_running(running)
    _refuse_taken(port)
    os.environ.pop("PREFECT_API_URL", None)  # may name another server; this one is meant
    key_made(home, os.environ)
    prepare_lasting(home.folder, port=port)
    command = [sys.executable, "-m", "flows.running.server_process", str(home.folder.resolve()), str(port)]
    with _log(home) as log:
        process = subprocess.Popen(  # noqa: S603 our own words
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=log
        )
    try:
        _await_health(process, f"{api_url(port)}/health", home)
        yield process
    finally:
        _stop(process)


def _log(home: Home) -> IO[bytes]:
    """The log of the server, open for adding; what the server before it wrote is kept once."""
    home.logs.mkdir(parents=True, exist_ok=True)
    path = home.logs / LOG
    with suppress(OSError):
        path.replace(home.logs / _LOG_BEFORE)
    return path.open("ab")


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(_PATIENCE_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _refuse_taken(port: int) -> None:
    """Refuse a port on which somebody listens: a health check would take a stranger's server for ours."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # else the port of a server just stopped is taken
        try:
            probe.bind((HOST, port))
        except OverflowError:
            raise _wrong_port(port) from None
        except PermissionError:
            raise _wrong_port(port) from None
        except OSError:
            raise TipTrendsError(
                f"Another program uses port {port}, so the Prefect server was not started.",
                advice=f"Choose another port: --port {port + 1}. One of others goes into PREFECT_API_URL.",
            ) from None


def _wrong_port(port: int) -> TipTrendsError:
    return TipTrendsError(
        f"Port {port} cannot be used by this user.", advice="Choose one from 1024 to 65535, such as --port 4200."
    )


def _await_health(process: subprocess.Popen[bytes], url: str, home: Home) -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # never by way of the office's proxy
    last = time.monotonic() + _STARTED_WITHIN_SECONDS
    while time.monotonic() < last and process.poll() is None:
        try:
            with opener.open(url, timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.3)
    raise TipTrendsError(
        "The Prefect server did not start.",
        advice=f"What it said is in {home.logs / LOG}; README.md, “When Prefect is in the way”, has the known causes.",
    )


@contextmanager
def until_stopped() -> Iterator[None]:
    """Let Ctrl-C and a service manager's request to end mean the same: what was started is stopped, and all is well."""

    def interrupt(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    except KeyboardInterrupt:
        return
    finally:
        signal.signal(signal.SIGTERM, before)
