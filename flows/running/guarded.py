"""What every flow does around its work: failures end it with a message that quotes no cell and a telling state.

The name of a Failed state says who can act: `Refused` whoever sent the data or made the edition, `Settings` the
analyst, `Machine` whoever keeps the computer. Crashed is what Prefect says of a run whose process died.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from pathlib import Path
from typing import Any, TypedDict, TypeVar

from prefect import get_run_logger, runtime
from prefect.client.schemas.objects import State
from prefect.states import Failed

from flows import progress
from flows.failures import write_failure
from flows.home import Home
from flows.private import keep_private
from transforms.errors import (
    FileRejected,
    NoData,
    ProfileInvalid,
    ReleaseRefused,
    TableRejected,
    TipTrendsError,
    WarehouseInUse,
    WrongArguments,
)

T = TypeVar("T")

REFUSED = "Refused"
SETTINGS = "Settings"
MACHINE = "Machine"
"""Names of Failed states."""
NOTHING_NEW = "Nothing new"
TAKEN_IN = "Taken in"
"""Names of the states in which a look at the inbox is completed."""
SKIPPED = "Skipped"
"""Name of the Cancelled state of a run that a later one makes up for."""

_STATES: tuple[tuple[str, tuple[type[TipTrendsError], ...]], ...] = (
    (REFUSED, (FileRejected, TableRejected, ReleaseRefused, NoData)),
    (SETTINGS, (WrongArguments, ProfileInvalid)),
)


class Retrying(TypedDict):
    """How a task is tried again."""

    retries: int
    retry_delay_seconds: list[float]
    retry_condition_fn: Callable[[Any, Any, State[Any]], bool]


def guarded(home: Path, work: Callable[[], T]) -> T | State[T]:
    """The result of the work, or a Failed state that carries the expected error and shows its message only."""
    keep_private()
    try:
        return work()
    except TipTrendsError as expected:
        return failed(expected)
    except Exception as unexpected:  # Prefect would keep its message, which may quote a cell
        return failed(TipTrendsError(write_failure(unexpected, Home(folder=home))))


def failed(expected: TipTrendsError) -> State[Any]:
    """A Failed state with a copy of the error, without the cause: a worker would log that, and it may quote a cell."""
    message = f"{expected.message} {expected.advice}".strip()
    return Failed(name=state_name(expected), message=message, data=copy(expected))


def state_name(expected: TipTrendsError) -> str:
    """Name of the Failed state that an error ends a run with."""
    return next((name for name, kinds in _STATES if isinstance(expected, kinds)), MACHINE)


def is_worth_another_try(task: Any, task_run: Any, state: State[Any]) -> bool:
    """Whether a task failed because another process was writing, and nobody waits at a screen for its answer.

    What was refused is refused the next time too; somebody at the command line is told at once (exit code 5).
    """
    return isinstance(state.data, WarehouseInUse) and runtime.deployment.id is not None


WHILE_IN_USE: Retrying = {
    "retries": 6,
    "retry_delay_seconds": [15, 30, 60, 120, 240, 480],  # a quarter of an hour, longer than an edition takes
    "retry_condition_fn": is_worth_another_try,
}
"""For tasks that need the warehouse."""


def result_of(state: State[Any]) -> Any:
    """What the work returned; raises the expected error it failed with."""
    return state.result()


def say(text: str) -> None:
    """Tell the log of the run and whoever listens; names, rules and counts only."""
    get_run_logger().info(text)
    progress.say(text)
