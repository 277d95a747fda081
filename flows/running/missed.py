"""Runs that fell due while nothing could run: the newest of a deployment makes up for all of them.

Prefect plans some runs ahead and starts every one that is late, however many there are, each with an edition of its
own; and it plans none beyond a hundred days, so what falls due later while the server is off is never made. Both are
put right here: at the start of a server, and by each scheduled run before it begins its work.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from prefect import runtime
from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import (
    DeploymentFilter,
    DeploymentFilterId,
    DeploymentFilterTags,
    FlowRunFilter,
    FlowRunFilterExpectedStartTime,
    FlowRunFilterState,
    FlowRunFilterStateType,
)
from prefect.client.schemas.objects import FlowRun, State, StateType
from prefect.client.schemas.responses import DeploymentResponse
from prefect.client.schemas.sorting import FlowRunSort
from prefect.states import Cancelled, Scheduled

from flows.clock import Clock, now
from flows.running.guarded import SKIPPED
from flows.running.timetable import OURS

MADE_UP = "made-up"
"""Tag of a run that takes the place of one that was never planned."""

_WINDOWS = (timedelta(days=1), timedelta(days=40), timedelta(days=400))
"""How far back the last due moment is looked for; Prefect checks a thousand moments of a schedule at most."""
_SAME_MOMENT = timedelta(minutes=1)


def make_up(clock: Clock = now) -> None:
    """Of each deployment let one run make up for all that were missed; call it when a server has started.

    A deployment that did not exist then has missed nothing, and one that is paused is left alone.
    """
    with get_client(sync_client=True) as client:
        for deployment in client.read_deployments(
            deployment_filter=DeploymentFilter(tags=DeploymentFilterTags(all_=[OURS]))
        ):
            if not deployment.paused:
                _make_up_for(client, deployment, clock())


def _make_up_for(client: SyncPrefectClient, deployment: DeploymentResponse, moment: datetime) -> None:
    last = _last_due(deployment, moment)
    known = _runs(client, deployment.id, moment, limit=1)
    newest = known[0].expected_start_time if known else None
    is_missing = last is not None and (newest is None or newest < last - _SAME_MOMENT)
    if last is not None and is_missing and deployment.created is not None and deployment.created < last:
        client.create_flow_run_from_deployment(
            deployment.id,
            state=Scheduled(scheduled_time=last),
            tags=[*deployment.tags, MADE_UP],
            idempotency_key=f"{MADE_UP} {deployment.id} {last.isoformat()}",
        )
    due = _waiting(client, deployment.id, moment)
    _skip(client, due[1:])


def stand_back(clock: Clock = now) -> State[None] | None:
    """A state to end this run with, where a later one of its schedule is due, too; None where it is to do its work.

    Earlier runs of the schedule that still wait are skipped in either case. A run that a person started never stands
    back.
    """
    if runtime.deployment.id is None or runtime.flow_run.id is None:
        return None
    with get_client(sync_client=True) as client:
        own = client.read_flow_run(UUID(runtime.flow_run.id))
        if not _is_planned(own) or own.expected_start_time is None:
            return None
        waiting = [run for run in _waiting(client, UUID(runtime.deployment.id), clock()) if run.id != own.id]
        later = [
            run for run in waiting if run.expected_start_time and run.expected_start_time > own.expected_start_time
        ]
        _skip(client, [run for run in waiting if run not in later[:1]])
    return _skipped() if later else None


def _waiting(client: SyncPrefectClient, deployment: UUID, moment: datetime) -> list[FlowRun]:
    """Planned runs that are due and have not begun, the newest first."""
    found = _runs(client, deployment, moment, StateType.SCHEDULED)
    return [run for run in found if _is_planned(run)]


def _runs(
    client: SyncPrefectClient, deployment: UUID, moment: datetime, *states: StateType, limit: int | None = None
) -> Sequence[FlowRun]:
    """Runs of a deployment that were expected up to a moment, the newest first, at most 200 of them."""
    return client.read_flow_runs(
        deployment_filter=DeploymentFilter(id=DeploymentFilterId(any_=[deployment])),
        flow_run_filter=FlowRunFilter(
            expected_start_time=FlowRunFilterExpectedStartTime.model_validate({"before_": moment}),
            state=FlowRunFilterState(type=FlowRunFilterStateType(any_=list(states))) if states else None,
        ),
        sort=FlowRunSort.EXPECTED_START_TIME_DESC,
        limit=limit,
    )


def _is_planned(run: FlowRun) -> bool:
    return bool(run.auto_scheduled) or MADE_UP in run.tags


def _skip(client: SyncPrefectClient, runs: Iterable[FlowRun]) -> None:
    for run in runs:
        client.set_flow_run_state(run.id, _skipped())


def _skipped() -> State[None]:
    return Cancelled(name=SKIPPED, message="Missed; a later run of the same schedule makes up for it.")


def _last_due(deployment: DeploymentResponse, moment: datetime) -> datetime | None:
    """The last moment up to this one at which a schedule of a deployment was to start a run."""
    found = [
        last for one in deployment.schedules if one.active and (last := _last_of(one.schedule, moment)) is not None
    ]
    return max(found, default=None)


def _last_of(schedule: object, moment: datetime) -> datetime | None:
    """By the server's own reckoning, which knows each kind of schedule and daylight saving time."""
    from prefect.server.schemas import schedules as planners  # takes a second, which no single run has to wait for

    kind = getattr(planners, type(schedule).__name__, None)
    if kind is None:
        return None
    planner = kind.model_validate(schedule.model_dump())  # type: ignore[attr-defined]  # every schedule is a model
    for window in _WINDOWS:
        dates: list[datetime] = asyncio.run(planner.get_dates(start=moment - window, end=moment))
        if dates:
            return dates[-1]
    return None
