"""The deployments of a home: on one PC (`serve`), or on a server with a worker (`serve_api` and `prefect.yaml`)."""

from __future__ import annotations

import os
import runpy
import sys
from collections.abc import Callable, Collection, Sequence
from importlib import import_module
from typing import TYPE_CHECKING

from flows.home import Home
from flows.running.prefect_setup import prepare_lasting
from flows.running.server import own_server, until_stopped
from flows.running.server_access import running_server
from flows.running.timetable import DEPLOYED, OURS, Deployed
from transforms.countries import country
from transforms.errors import TipTrendsError

if TYPE_CHECKING:
    from prefect.deployments.runner import RunnerDeployment

WORK_POOL = "tip-trends"
"""Where `prefect.yaml` sends its runs."""

_NEEDS_NO_SERVER = ("version", "--version", "-v", "--help", "config", "profile")


def serve(home: Home, *, scope: str, port: int) -> None:
    """Run everything of the timetable when it is due, until stopped.

    Uses the Prefect server that `PREFECT_API_URL` names or that runs for the home; without one it starts its own on
    this machine, because the temporary server of a single run has no scheduler. Raises TipTrendsError when that server
    does not start.
    """
    time_zone = country(scope).time_zone
    running = running_server(home)
    with until_stopped():
        if os.environ.get("PREFECT_API_URL") or running is not None:
            prepare_lasting(home.folder, port=running.port if running else port)
            _serve_deployments(home, scope, time_zone)
            return
        with own_server(home, port):
            _serve_deployments(home, scope, time_zone)


def _serve_deployments(home: Home, scope: str, time_zone: str) -> None:
    from prefect import serve as serve_until_stopped

    _put_right(home)
    serve_until_stopped(
        *deployments(home, scope=scope, time_zone=time_zone, paused=_paused()),
        limit=1,  # one writer at a time
        pause_on_shutdown=False,  # by itself `serve` pauses every deployment when it ends, and leaves it paused
        print_starting_message=False,
    )


def _put_right(home: Home) -> None:
    """What a server cannot know after its start: which runs died with it, and which one makes up for those missed."""
    from flows.running.at_work import bury_the_dead, bury_what_never_began
    from flows.running.missed import make_up

    bury_the_dead(home)
    bury_what_never_began()
    make_up()


def _paused() -> frozenset[str]:
    """Names of the deployments that somebody paused; registering them anew would let them go on."""
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.filters import DeploymentFilter, DeploymentFilterTags

    with get_client(sync_client=True) as client:
        found = client.read_deployments(deployment_filter=DeploymentFilter(tags=DeploymentFilterTags(all_=[OURS])))
    return frozenset(one.name for one in found if one.paused)


def deployments(
    home: Home, *, scope: str, time_zone: str, paused: Collection[str] = ()
) -> tuple[RunnerDeployment, ...]:
    """Every deployment for `serve`, by the clock of the country; those whose names are `paused` stay so."""
    return tuple(_deployment(one, home, scope, time_zone, is_paused=one.name in paused) for one in DEPLOYED)


def _deployment(one: Deployed, home: Home, scope: str, time_zone: str, *, is_paused: bool) -> RunnerDeployment:
    from prefect.client.schemas.objects import ConcurrencyLimitConfig, ConcurrencyLimitStrategy
    from prefect.deployments.runner import RunnerDeployment
    from prefect.schedules import Cron
    from prefect.types.entrypoint import EntrypointType

    module, _, name = one.entrypoint.rpartition(".")
    flow = getattr(import_module(module), name)
    of_this_home = {"home": str(home.folder.resolve()), "scope": scope}
    known = flow.parameters.properties
    return RunnerDeployment.from_flow(
        flow,
        name=one.name,
        description=one.description,
        tags=list(one.tags),
        paused=is_paused,
        schedule=Cron(one.cron, timezone=time_zone) if one.cron else None,
        parameters={**one.parameters, **{key: value for key, value in of_this_home.items() if key in known}},
        enforce_parameter_schema=True,
        concurrency_limit=ConcurrencyLimitConfig(limit=1, collision_strategy=ConcurrencyLimitStrategy(one.collision))
        if one.collision
        else None,
        entrypoint_type=EntrypointType.MODULE_PATH,  # found wherever the package is installed
    )


def serve_api(home: Home, *, port: int, is_ready: Callable[[], None]) -> None:
    """Run a Prefect server on this machine until stopped; calls `is_ready` once it answers and has the work pool.

    Raises TipTrendsError when the server does not start, or ends by itself.
    """
    with until_stopped(), own_server(home, port) as process:
        _make_work_pool()
        _put_right(home)
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
    about = "Scheduled runs, each as a process on the computer that has the home."
    pool = WorkPoolCreate(name=WORK_POOL, type=ProcessWorker.type, description=about, base_job_template=template)
    with get_client(sync_client=True) as client:
        try:
            client.create_work_pool(pool)
        except ObjectAlreadyExists:
            return


def run_prefect(home: Home, words: Sequence[str]) -> None:
    """Run Prefect's own command line in the quiet environment of a home; ends this process with its exit code.

    In this process, so that a service manager's signals reach it directly. Raises TipTrendsError where the command
    needs a server and none runs.
    """
    running = running_server(home)
    if running is not None:
        prepare_lasting(home.folder, port=running.port)
    elif os.environ.get("PREFECT_API_URL") or not words or words[0] in _NEEDS_NO_SERVER:
        prepare_lasting(home.folder)
    else:
        raise TipTrendsError(
            f"No Prefect server runs for the home {home.folder}.",
            advice="Start one in another terminal: tip-trends server. Or name a running one in PREFECT_API_URL.",
        )
    sys.argv = ["prefect", *words]
    runpy.run_module("prefect", run_name="__main__", alter_sys=True)
