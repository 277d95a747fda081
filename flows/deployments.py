"""The three scheduled editions on one PC: a Prefect server of our own and a process that runs what is due."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, get_args

from flows.home import Home
from flows.prefect_setup import prepare
from flows.schedule import CRON, Kind
from transforms.countries import country
from transforms.errors import TipTrendsError

if TYPE_CHECKING:
    from prefect.deployments.runner import RunnerDeployment

HOST = "127.0.0.1"
_STARTED_WITHIN_SECONDS = 120
_PATIENCE_SECONDS = 15


def serve(home: Home, *, scope: str, port: int) -> None:
    """Run the monthly, quarterly and annual edition on their schedules until stopped.

    Uses the Prefect server that `PREFECT_API_URL` names; without one it starts its own on this machine, because
    the temporary server of a single run has no scheduler. Raises TipTrendsError when that server does not start.
    """
    time_zone = country(scope).time_zone
    prepare(home.folder)
    with _server(port):
        from prefect import serve as serve_deployments

        serve_deployments(*deployments(home, scope=scope, time_zone=time_zone), limit=1)  # one writer at a time


def deployments(home: Home, *, scope: str, time_zone: str) -> tuple[RunnerDeployment, ...]:
    """One deployment per kind of edition, by the clock of the country."""
    from prefect.deployments.runner import RunnerDeployment
    from prefect.schedules import Cron
    from prefect.types.entrypoint import EntrypointType

    from flows.pipeline import run_scheduled

    kinds: tuple[Kind, ...] = get_args(Kind)
    return tuple(
        RunnerDeployment.from_flow(
            run_scheduled,
            name=kind,
            schedule=Cron(CRON[kind], timezone=time_zone),
            parameters={"kind": kind, "home": str(home.folder.resolve()), "scope": scope},
            entrypoint_type=EntrypointType.MODULE_PATH,  # found wherever the package is installed
        )
        for kind in kinds
    )


@contextmanager
def _server(port: int) -> Iterator[None]:
    if os.environ.get("PREFECT_API_URL"):
        yield
        return
    address = f"http://{HOST}:{port}"
    os.environ["PREFECT_API_URL"] = f"{address}/api"
    os.environ["PREFECT_SERVER_UI_API_URL"] = f"{address}/api"
    command = [sys.executable, "-m", "prefect", "server", "start", "--host", HOST, "--port", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603 our own words
    try:
        _await_health(process, f"{address}/api/health")
        yield
    finally:
        process.terminate()
        try:
            process.wait(_PATIENCE_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()


def _await_health(process: subprocess.Popen[bytes], url: str) -> None:
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
        advice="Another program may use the port: choose one with --port, or name a running server in PREFECT_API_URL.",
    )
