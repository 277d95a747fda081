"""Each piece of work runs in a process of its own, so that its peak memory is its own."""

from __future__ import annotations

import importlib
import multiprocessing
import resource
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

REPEATS = 3
IMPORTED_FIRST = ("flows.intake.ingest", "flows.counts.estimate", "pandas")
"""Imported in every measured process before its clock starts, whether it uses them or not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """Median seconds of the repeats, peak memory of the process in MiB, and what the work returned last."""

    seconds: float
    peak_mib: float
    answer: Any


def measured(work: Callable[..., Any], *arguments: Any, repeats: int = REPEATS) -> Measured:
    """Run `work(*arguments)` in a fresh process `repeats` times; imports are not counted, opening files is."""
    runs = [_in_fresh_process(work, arguments) for _ in range(repeats)]
    return Measured(
        seconds=statistics.median(run.seconds for run in runs),
        peak_mib=max(run.peak_mib for run in runs),
        answer=runs[-1].answer,
    )


def interleaved(
    works: dict[str, tuple[Callable[..., Any], tuple[Any, ...]]], repeats: int = REPEATS
) -> dict[str, Measured]:
    """Measure several pieces of work turn by turn, so that a noisy neighbour disturbs all of them alike."""
    runs: dict[str, list[Measured]] = {name: [] for name in works}
    for _ in range(repeats):
        for name, (work, arguments) in works.items():
            runs[name].append(_in_fresh_process(work, arguments))
    return {
        name: Measured(
            seconds=statistics.median(run.seconds for run in some),
            peak_mib=max(run.peak_mib for run in some),
            answer=some[-1].answer,
        )
        for name, some in runs.items()
    }


def _in_fresh_process(work: Callable[..., Any], arguments: tuple[Any, ...]) -> Measured:
    context = multiprocessing.get_context("spawn")
    receiving, sending = context.Pipe(duplex=False)
    process = context.Process(target=_run, args=(sending, work, arguments))
    process.start()
    sending.close()
    try:
        outcome = receiving.recv()
    except EOFError:
        outcome = "the process ended without an answer"
    process.join()
    if not isinstance(outcome, Measured):
        raise RuntimeError(f"{work.__name__}: {outcome}")
    return outcome


def _run(sending: Any, work: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    try:
        for module in IMPORTED_FIRST:
            importlib.import_module(module)
        start = time.perf_counter()
        answer = work(*arguments)
        seconds = time.perf_counter() - start
        scale = 1024 if sys.platform != "darwin" else 1024 * 1024
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / scale
        sending.send(Measured(seconds=seconds, peak_mib=peak, answer=answer))
    except Exception as error:  # the parent must learn why, whatever it was
        sending.send(f"{type(error).__name__}: {error}")
    finally:
        sending.close()
