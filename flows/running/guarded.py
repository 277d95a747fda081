"""What every flow does around its work: failures end it as Failed with a message that quotes no cell."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from pathlib import Path
from typing import Any, TypeVar

from prefect import get_run_logger
from prefect.client.schemas.objects import State
from prefect.states import Failed

from flows import progress
from flows.failures import write_failure
from flows.home import Home
from flows.private import keep_private
from transforms.errors import TipTrendsError

T = TypeVar("T")


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
    return Failed(message=f"{expected.message} {expected.advice}".strip(), data=copy(expected))


def result_of(state: State[Any]) -> Any:
    """What the work returned; raises the expected error it failed with."""
    return state.result()


def say(text: str) -> None:
    """Tell the log of the run and whoever listens; names, rules and counts only."""
    get_run_logger().info(text)
    progress.say(text)
