"""Prefect's own records kept small: old runs are forgotten, and the file of its database gives room back."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.filters import (
    DeploymentFilter,
    DeploymentFilterTags,
    FlowRunFilter,
    FlowRunFilterEndTime,
    FlowRunFilterState,
    FlowRunFilterStateName,
)
from prefect.exceptions import ObjectNotFound

from flows.clock import Clock, now
from flows.home import Home
from flows.running.guarded import NOTHING_NEW, SKIPPED
from flows.running.prefect_setup import RECORDS_KEPT
from flows.running.timetable import OURS

IDLE_KEPT = timedelta(days=2)
"""How long a look at the inbox that found nothing is kept: there are three hundred of them a day."""
_IDLE = (NOTHING_NEW, SKIPPED)
_PAGE = 200
_WASTE = 0.25
"""Part of the database's pages that must be empty before its file is written anew."""
_PATIENCE_SECONDS = 30


def forget_old_runs(clock: Clock = now) -> tuple[int, int]:
    """Delete what is older than is kept: (looks at an inbox without result, other runs), each with its log.

    The server of a home deletes the others by itself every hour; a server that others run need not.
    """
    with get_client(sync_client=True) as client:
        idle = FlowRunFilterState(name=FlowRunFilterStateName(any_=list(_IDLE)))
        looks = _forget(client, clock() - IDLE_KEPT, idle)
        return looks, _forget(client, clock() - RECORDS_KEPT, None)


def _forget(client: SyncPrefectClient, before: datetime, state: FlowRunFilterState | None) -> int:
    ours = DeploymentFilter(tags=DeploymentFilterTags(all_=[OURS]))
    old = FlowRunFilter(end_time=FlowRunFilterEndTime.model_validate({"before_": before}), state=state)
    count = 0
    while page := client.read_flow_runs(deployment_filter=ours, flow_run_filter=old, limit=_PAGE):
        for run in page:
            try:
                client.delete_flow_run(run.id)
            except ObjectNotFound:  # the server was first
                continue
            count += 1
    return count


def database_of(home: Home) -> Path | None:
    """The file of Prefect's database on this computer; None where it lies elsewhere."""
    folder = Path(os.environ.get("PREFECT_HOME") or home.prefect)
    path = folder / "prefect.db"
    return path if path.is_file() and not os.environ.get("PREFECT_SERVER_DATABASE_CONNECTION_URL") else None


def compacted(path: Path) -> int:
    """Write the file of the database anew where much of it is empty; returns the bytes given back.

    The server waits meanwhile, as it does for any other writer (a minute at most). Raises sqlite3.OperationalError
    where another writer does not end in time; then nothing has changed.
    """
    before = path.stat().st_size
    with closing(sqlite3.connect(path, timeout=_PATIENCE_SECONDS)) as database:
        (pages,), (empty,) = (
            database.execute(f"PRAGMA {name}").fetchone() for name in ("page_count", "freelist_count")
        )
        if empty > _WASTE * pages:
            database.execute("VACUUM")
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return max(0, before - path.stat().st_size)
