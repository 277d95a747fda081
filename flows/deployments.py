"""The scheduled editions: on one PC (`serve`), or on a server with a worker (`serve_api` and `prefect.yaml`)."""

from __future__ import annotations

import os
import runpy
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING, get_args

from flows.editions.schedule import CRON, Kind
from flows.home import Home
from flows.running.prefect_setup import HOST, api_url, prepare_lasting
from transforms.countries import country
from transforms.errors import TipTrendsError

if TYPE_CHECKING:
    from prefect.deployments.runner import RunnerDeployment

WORK_POOL = "tip-trends"
"""Where `prefect.yaml` sends its runs."""

TWO_KEYS = "two-keys"
"""Deployment of the flow `release-edition`, which waits for two persons."""

_STARTED_WITHIN_SECONDS = 120
_PATIENCE_SECONDS = 15


def serve(home: Home, *, scope: str, port: int) -> None:
    """Run the monthly, quarterly and annual edition on their schedules until stopped.

    Uses the Prefect server that `PREFECT_API_URL` names; without one it starts its own on this machine, because
    the temporary server of a single run has no scheduler. Raises TipTrendsError when that server does not start.
    """
    time_zone = country(scope).time_zone
    is_elsewhere = bool(os.environ.get("PREFECT_API_URL"))
    prepare_lasting(home.folder, port=port)
    with _until_stopped():
        if is_elsewhere:
            _serve_deployments(home, scope, time_zone)
            return
        with _server(port):
            _serve_deployments(home, scope, time_zone)


def _serve_deployments(home: Home, scope: str, time_zone: str) -> None:
    from prefect import serve as serve_until_stopped

    serve_until_stopped(
        *deployments(home, scope=scope, time_zone=time_zone),
        limit=1,  # one writer at a time
        pause_on_shutdown=False,  # what was due while the PC was off is made when it is on again
        print_starting_message=False,
    )


def deployments(home: Home, *, scope: str, time_zone: str) -> tuple[RunnerDeployment, ...]:
    """One deployment per kind of edition, by the clock of the country, and one that two persons start and answer."""
    from prefect.deployments.runner import RunnerDeployment
    from prefect.schedules import Cron
    from prefect.types.entrypoint import EntrypointType

    from flows.pipeline import run_scheduled
    from flows.release_flow import release_edition

    kinds: tuple[Kind, ...] = get_args(Kind)
    of_this_home = {"home": str(home.folder.resolve()), "scope": scope}
    two_keys = RunnerDeployment.from_flow(
        release_edition,
        name=TWO_KEYS,
        parameters=of_this_home,
        entrypoint_type=EntrypointType.MODULE_PATH,
    )
    scheduled = (
        RunnerDeployment.from_flow(
            run_scheduled,
            name=kind,
            schedule=Cron(CRON[kind], timezone=time_zone),
            parameters={"kind": kind, **of_this_home},
            entrypoint_type=EntrypointType.MODULE_PATH,  # found wherever the package is installed
        )
        for kind in kinds
    )
    return (*scheduled, two_keys)


def serve_api(home: Home, *, port: int, is_ready: Callable[[], None]) -> None:
    """Run a Prefect server on this machine until stopped; calls `is_ready` once it answers and has the work pool.

    Raises TipTrendsError when the server does not start, or ends by itself.
    """
    os.environ.pop("PREFECT_API_URL", None)  # may name another server; this one is meant
    prepare_lasting(home.folder, port=port)
    with _until_stopped(), _server(port) as process:
        _make_work_pool()
        is_ready()
        process.wait()
        raise TipTrendsError("The Prefect server has ended by itself.", advice="Start it again: tip-trends server")


def _make_work_pool() -> None:
    """Make the work pool unless it is there.

    Not with `prefect work-pool create`, which asks a host on the internet for the kinds of work pools there are. The
    pool has no limit of its own: a run that a power cut ended would hold its place for ever. A worker's limit does not.
    """
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.actions import WorkPoolCreate
    from prefect.exceptions import ObjectAlreadyExists
    from prefect.workers.process import ProcessWorker

    template = ProcessWorker.get_default_base_job_template()
    about = "Scheduled editions, each as a process on the computer that has the home."
    pool = WorkPoolCreate(name=WORK_POOL, type=ProcessWorker.type, description=about, base_job_template=template)
    with get_client(sync_client=True) as client:
        try:
            client.create_work_pool(pool)
        except ObjectAlreadyExists:
            return


def run_prefect(home: Home, words: Sequence[str]) -> None:
    """Run Prefect's own command line in the quiet environment of a home; ends this process with its exit code.

    In this process, so that a service manager's signals reach it directly.
    """
    prepare_lasting(home.folder)
    sys.argv = ["prefect", *words]
    runpy.run_module("prefect", run_name="__main__", alter_sys=True)


@contextmanager
def _server(port: int) -> Iterator[subprocess.Popen[bytes]]:
    _refuse_taken(port)
    command = [sys.executable, "-m", "prefect", "server", "start", "--host", HOST, "--port", str(port)]
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(command, stdin=quiet, stdout=quiet, stderr=quiet)  # noqa: S603 our own words
    try:
        _await_health(process, f"{api_url(port)}/health")
        yield process
    finally:
        _stop(process)


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
        except OSError:
            raise _not_started() from None


def _await_health(process: subprocess.Popen[bytes], url: str) -> None:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))  # never by way of the office's proxy
    last = time.monotonic() + _STARTED_WITHIN_SECONDS
    while time.monotonic() < last and process.poll() is None:
        try:
            with opener.open(url, timeout=5):
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.3)
    raise _not_started()


def _not_started() -> TipTrendsError:
    return TipTrendsError(
        "The Prefect server did not start.",
        advice="Another program may use the port: choose one with --port, or name a running server in PREFECT_API_URL.",
    )


@contextmanager
def _until_stopped() -> Iterator[None]:
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
