"""What a flow of the timetable leaves when it ends: a line in our own log of runs, and the status page made anew."""

from __future__ import annotations

from typing import Any

from prefect.client.schemas.objects import State, StateType

from flows.clock import Clock, now
from flows.home import Home
from flows.running.guarded import NOTHING_NEW, REFUSED
from flows.running.run_log import note_run, outcome_of
from transforms.status import PastRun, RunOutcome

HELD = "Held"
"""Name of the state of a run whose edition waits for deliveries."""


def note_flow(home: Home, what: str, done: Any, *, edition: str = "", clock: Clock = now) -> None:
    """Note how a flow ended, by what it returns; a look at an inbox with nothing new, or a run left out, is none."""
    outcome: RunOutcome = "done"
    if isinstance(done, State):
        if done.type == StateType.CANCELLED or done.name == NOTHING_NEW:
            return
        if done.name == HELD:
            outcome = "held"
        elif isinstance(done.data, BaseException):
            outcome = outcome_of(done.data)
        elif done.type == StateType.FAILED:
            outcome = "files refused" if done.name == REFUSED else "failed"
    reason = type(done.data).__name__ if isinstance(done, State) and isinstance(done.data, BaseException) else ""
    note_run(home, PastRun(what=what, edition=edition, ended_at=clock(), outcome=outcome, reason=reason))
    from flows.running.status_pages import refresh  # a look at an inbox with nothing new does not wait for it

    refresh(home, None, clock)
