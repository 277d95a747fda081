"""Which runs of a home are really at work: each holds a lock, and the system lets go of it however a process ends.

Prefect hears of the end of a run from its process or from the worker beside it. When both are killed, or the computer
loses its power, the run is listed as running for ever and keeps its place in the deployment's limit.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import TypeVar
from uuid import UUID

from filelock import lock_descriptor
from prefect import runtime
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import (
    DeploymentFilter,
    DeploymentFilterTags,
    FlowRunFilter,
    FlowRunFilterExpectedStartTime,
    FlowRunFilterState,
    FlowRunFilterStateType,
    TaskRunFilter,
    TaskRunFilterFlowRunId,
    TaskRunFilterState,
    TaskRunFilterStateType,
)
from prefect.client.schemas.objects import State, StateType
from prefect.exceptions import ObjectNotFound
from prefect.states import Crashed

from flows.clock import Clock, now
from flows.home import Home
from flows.running.guarded import guarded
from flows.running.timetable import OURS

T = TypeVar("T")

FOLDER = "at-work"
"""In Prefect's folder of a home: a lock per run, named by its id."""
_ENDED = b"ended"
_HELD_WITHIN_SECONDS = 30
_STARTS_WITHIN = timedelta(minutes=30)
_AT_WORK = (StateType.RUNNING, StateType.PENDING, StateType.CANCELLING)


def guarded_run(home: Path, work: Callable[[], T]) -> T | State[T]:
    """What `guarded` gives of the work of a flow run, which is known to be at work for as long as it takes."""

    def held() -> T:
        with at_work(Home(folder=home)):
            return work()

    return guarded(home, held)


@contextmanager
def at_work(home: Home) -> Iterator[None]:
    """Hold the lock of the flow run in which this is called."""
    run = runtime.flow_run.id
    if run is None:
        yield
        return
    folder = home.prefect / FOLDER
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / run
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        lock_descriptor(handle)
        yield
    finally:
        os.write(handle, _ENDED)  # whoever comes between the next two lines must not take the run for dead
        os.close(handle)
        path.unlink(missing_ok=True)


def bury_the_dead(home: Home) -> int:
    """Say of every run of this home whose process ended without a word that it crashed; returns how many there were.

    That frees its place in the limit of its deployment. Without such a run nobody is asked.
    """
    dead = [run for path in _locks(home) if (run := _dead(path)) is not None]
    if not dead:
        return 0
    with get_client(sync_client=True) as client:
        buried = sum(_bury(client, run) for run in dead)
    for run in dead:
        (home.prefect / FOLDER / str(run)).unlink(missing_ok=True)
    return buried


def bury_what_never_began(clock: Clock = now) -> int:
    """Say the same of runs that a worker took and did not start within half an hour, for instance because it died."""
    before = clock() - _STARTS_WITHIN
    with get_client(sync_client=True) as client:
        taken = client.read_flow_runs(
            deployment_filter=DeploymentFilter(tags=DeploymentFilterTags(all_=[OURS])),
            flow_run_filter=FlowRunFilter(
                state=FlowRunFilterState(type=FlowRunFilterStateType(any_=[StateType.PENDING])),
                expected_start_time=FlowRunFilterExpectedStartTime.model_validate({"before_": before}),
            ),
        )
        late = [run.id for run in taken if run.state and run.state.timestamp < before]
        return sum(_bury(client, run) for run in late)


def _locks(home: Home) -> list[Path]:
    folder = home.prefect / FOLDER
    return sorted(folder.iterdir()) if folder.is_dir() else []


def _dead(path: Path) -> UUID | None:
    """The run of a lock that nobody holds and that no end was written into; one of this minute may not be held yet."""
    with suppress(OSError, ValueError):
        handle = os.open(path, os.O_RDWR)
        try:
            is_settled = time.time() - os.fstat(handle).st_mtime > _HELD_WITHIN_SECONDS
            if is_settled and lock_descriptor(handle, blocking=False) and os.read(handle, 1) == b"":
                return UUID(path.name)
        finally:
            os.close(handle)
    return None


def _bury(client: SyncPrefectClient, run: UUID) -> bool:
    try:
        found = client.read_flow_run(run)
    except ObjectNotFound:  # of another server, or deleted since
        return False
    if found.state is None or found.state.type not in _AT_WORK:
        return False
    client.set_flow_run_state(run, _crashed(), force=True)
    for task in client.read_task_runs(
        task_run_filter=TaskRunFilter(
            flow_run_id=TaskRunFilterFlowRunId(any_=[run]),
            state=TaskRunFilterState(type=TaskRunFilterStateType(any_=list(_AT_WORK))),
        )
    ):
        client.set_task_run_state(task.id, _crashed(), force=True)
    return True


def _crashed() -> State[None]:
    return Crashed(
        message="The process ended without a word: it was killed, or the computer lost its power. Nothing is "
        "half-written; the next run of the schedule, or one that you start, does the work."
    )
