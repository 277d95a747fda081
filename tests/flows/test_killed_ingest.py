"""An ingest killed at any moment, fifty times in one home: what was before or what comes after, never between."""

from __future__ import annotations

import itertools
import random
import signal
import time
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.context import BaseContext
from pathlib import Path
from typing import Any

from flows.intake.ingest import ingest_file

YEARS = (2014, 2015, 2016)
PERSONS = 100
KILLS = 50
KILLS_OF_EACH = 8
SEED = 2026
State = Callable[[Path], dict[str, object]]


def _ingest_when_told(line: Connection, home: Path, path: Path) -> None:
    line.send("ready")
    line.recv()
    ingest_file(home, path)
    line.send("done")


def _started(processes: BaseContext, home: Path, path: Path) -> tuple[Any, Connection]:
    """A process that is about to take in the file, its imports done."""
    ours, theirs = processes.Pipe()
    worker = processes.Process(target=_ingest_when_told, args=(theirs, home, path))  # type: ignore[attr-defined]
    worker.start()
    theirs.close()
    assert ours.recv() == "ready"
    return worker, ours


def _seconds(processes: BaseContext, home: Path, path: Path) -> float:
    """How long an ingest takes that nobody disturbs."""
    worker, line = _started(processes, home, path)
    begun = time.perf_counter()
    line.send("go")
    assert line.recv() == "done"
    seconds = time.perf_counter() - begun
    worker.join(60)
    return seconds


def _killed(processes: BaseContext, home: Path, path: Path, after: float) -> bool:
    """Kill an ingest after so many seconds; whether it died of that and not of having finished."""
    worker, line = _started(processes, home, path)
    line.send("go")
    time.sleep(after)
    worker.kill()
    worker.join(60)
    line.close()
    assert worker.exitcode in (0, -signal.SIGKILL)
    return bool(worker.exitcode)


def _tables(state: dict[str, object]) -> dict[str, object]:
    return {name: kept for name, kept in state.items() if "/" not in name}


def _files(state: dict[str, object]) -> dict[str, object]:
    return {name: kept for name, kept in state.items() if "/" in name}


def test_fifty_kills_at_any_moment_leave_the_state_before_or_after(
    processes: BaseContext, world_list: Callable[..., Path], state_of: State, tmp_path: Path
) -> None:
    """Each delivery is killed several times, until it is in or its turn is over; then it is taken in once more."""
    chance = random.Random(SEED)
    home, undisturbed = tmp_path / "home", tmp_path / "undisturbed"
    for place in (home, undisturbed):
        ingest_file(place, world_list(tmp_path / "first.csv", YEARS, persons=PERSONS))
    before, kills, outcomes = state_of(home), 0, set()
    for number in itertools.count(1):
        path = world_list(tmp_path / f"later_{number}.csv", YEARS, persons=PERSONS + number)
        lasts = _seconds(processes, undisturbed, path)
        after = state_of(undisturbed)
        for _ in range(KILLS_OF_EACH):
            moment = chance.uniform(0, lasts)
            kills += _killed(processes, home, path, moment)
            left = state_of(home)
            is_in = _tables(left) == _tables(after)
            assert is_in or _tables(left) == _tables(before), f"killed after {moment:.3f} s of {lasts:.3f} s"
            wanted = _files(after if is_in else before)
            assert {name: left.get(name) for name in wanted} == wanted
            outcomes.add(is_in)
            if is_in:
                break
        again = ingest_file(home, path)
        assert again.verdict.startswith("already loaded" if is_in else "accepted")
        assert state_of(home) == after
        if kills >= KILLS:
            break
        before = after
    assert outcomes == {True, False}
