"""The task that takes in one file: Failed and named Refused where the file is, while its flow goes on."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from prefect import task
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.states import Failed

from flows.intake.inbox import Outcome, ingest_each
from flows.running.guarded import REFUSED, WHILE_IN_USE, guarded, result_of, say
from transforms.errors import IdentifierFound


@task(
    name="ingest-file",
    task_run_name="ingest file {number} of {total}",  # not its name, which may be a person's until it was looked into
    cache_policy=NO_CACHE,
    persist_result=False,
    **WHILE_IN_USE,
)
def ingest_file(home: Path, path: Path, number: int, total: int) -> Outcome | State[Any]:
    """Take a file in; the outcome is the result, and of a refused file the data of a state `Refused`."""

    def work() -> Outcome:
        outcome = next(ingest_each(home, [path]))
        say(_told(outcome))
        return outcome

    done = guarded(home, work)
    if isinstance(done, Outcome) and done.refusal is not None:
        return Failed(name=REFUSED, message=_told(done), data=done)
    return done


def _told(outcome: Outcome) -> str:
    taken = outcome.acceptance
    if isinstance(outcome.refusal, IdentifierFound):
        return "a file that holds identifiers: rejected"  # its name may be one, and Prefect keeps what is said
    if taken is None:
        return f"{outcome.path.name}: rejected"
    return f"{outcome.path.name}: {taken.verdict}, {taken.rows_accepted} of {taken.rows_read} rows"


def outcome_of(state: State[Any]) -> Outcome:
    """The outcome of a file, taken or refused; raises the expected error with which the task failed otherwise."""
    kept = getattr(state.data, "result", state.data)
    if isinstance(kept, Outcome):
        return kept
    outcome: Outcome = result_of(state)
    return outcome
