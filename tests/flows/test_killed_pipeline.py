"""The whole way of an edition, killed at any moment: done once more, a home is as if nobody had disturbed it.

`make test` tries a few moments, `make faults` two hundred.
"""

from __future__ import annotations

import hashlib
import random
import shutil
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.context import BaseContext
from pathlib import Path
from typing import Any, cast

import pytest

from flows.editions.publish import estimate_edition, publish_edition
from flows.editions.release import approve, approved_before, candidate, propose
from flows.intake.ingest import ingest_file
from flows.upkeep.backup import make_backup
from flows.upkeep.checking import check_backups
from flows.upkeep.place import place_of
from flows.upkeep.restore import restore_backup
from flows.upkeep.store import has_store
from tests.flows.drafted import EDITION, SECOND, STATED, WORKING_GROUP, YEARS, Clock, new_home, release

SEED = 2026
State = Callable[[Path], dict[str, object]]


def _ingest(home: Path, delivery: Path) -> None:
    ingest_file(home, delivery)


def _estimate(home: Path, _: Path) -> None:
    estimate_edition(home, EDITION, scope="world", as_of=SECOND)


def _publish(home: Path, _: Path) -> None:
    publish_edition(
        home, EDITION, scope="world", audience=WORKING_GROUP.audience, as_of=SECOND, languages=("en",), clock=Clock()
    )


def _release(home: Path, _: Path) -> None:
    """Both keys, as two persons turn them who do not know how far the other came before the power went."""
    if approved_before(home, WORKING_GROUP) is None:
        propose(home, WORKING_GROUP, by="A. Orazowa", **STATED, clock=Clock())
        approve(home, candidate(home, WORKING_GROUP), by="B. Nurow", clock=Clock())


def _back_up(home: Path, _: Path) -> None:
    make_backup(home, may_be_open=True)


STEPS: dict[str, Callable[[Path, Path], None]] = {
    "ingest": _ingest,
    "estimate": _estimate,
    "publish": _publish,
    "release": _release,
    "backup": _back_up,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """How long each step takes that nobody disturbs, in seconds, and what the home is before and afterwards."""

    seconds: dict[str, float]
    before: dict[str, object]
    after: dict[str, object]


def _when_told(line: Connection, home: Path, delivery: Path) -> None:
    line.send("ready")
    line.recv()
    seconds = {}
    for name, step in STEPS.items():
        line.send(name)
        begun = time.perf_counter()
        step(home, delivery)
        seconds[name] = time.perf_counter() - begun
    line.send(seconds)


def _started(processes: BaseContext, home: Path, delivery: Path) -> tuple[Any, Connection]:
    """A process that is about to go the whole way, its imports done."""
    ours, theirs = processes.Pipe()
    worker = processes.Process(target=_when_told, args=(theirs, home, delivery))  # type: ignore[attr-defined]  # any
    worker.start()
    theirs.close()
    assert ours.recv() == "ready"
    ours.send("go")
    return worker, ours


def _goes_the_way(processes: BaseContext, home: Path, delivery: Path) -> dict[str, float]:
    """Seconds of each step, once all are done."""
    worker, line = _started(processes, home, delivery)
    assert [line.recv() for _ in STEPS] == list(STEPS)  # EOFError where the process failed
    seconds = cast(dict[str, float], line.recv())
    worker.join(60)
    line.close()
    return seconds


def _is_killed(processes: BaseContext, home: Path, delivery: Path, step: str, after: float) -> bool:
    """Kill the process so many seconds after it began a step; whether it died of that and not of having finished."""
    worker, line = _started(processes, home, delivery)
    while line.recv() != step:
        pass
    worker.join(after)
    worker.kill()
    worker.join(60)
    line.close()
    assert worker.exitcode in (0, -signal.SIGKILL)
    return bool(worker.exitcode)


def _archive(home: Path) -> dict[str, object]:
    files = (path for path in sorted((home / "archive").rglob("*")) if path.is_file())
    return {str(path.relative_to(home)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.fixture(scope="module")
def delivery(tmp_path_factory: pytest.TempPathFactory, world_list: Callable[..., Path]) -> Path:
    return world_list(tmp_path_factory.mktemp("delivery") / f"list_{SECOND}.csv", YEARS, persons=47)


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory, world_list: Callable[..., Path]) -> Path:
    """A home that has released one edition from an earlier list; for copying."""
    home = new_home(tmp_path_factory.mktemp("begun") / "home", world_list)
    release(home)
    return home


@pytest.fixture(scope="module")
def undisturbed(
    processes: BaseContext, begun: Path, delivery: Path, state_of: State, tmp_path_factory: pytest.TempPathFactory
) -> Way:
    home = Path(shutil.copytree(begun, tmp_path_factory.mktemp("undisturbed") / "home"))
    before = state_of(home) | _archive(home)
    seconds = _goes_the_way(processes, home, delivery)
    after = state_of(home) | _archive(home)
    assert {name for name in before if before[name] == after.get(name)} < set(before)
    return Way(seconds=seconds, before=before, after=after)


def _moments(way: Way, step: str, kills: int) -> list[float]:
    """Seconds after its start at which a step is killed, its share of all kills: a long one is no more at risk."""
    chance = random.Random(f"{SEED} {step}")
    return [chance.uniform(0, way.seconds[step]) for _ in range(max(1, kills // len(STEPS)))]


@pytest.mark.parametrize("step", STEPS)
def test_a_home_that_was_killed_at_any_moment_of_a_step_ends_as_if_undisturbed(
    request: pytest.FixtureRequest, processes: BaseContext, begun: Path, delivery: Path, undisturbed: Way,
    state_of: State, tmp_path: Path, step: str,
) -> None:  # fmt: skip
    home, before, after = tmp_path / "home", undisturbed.before, undisturbed.after
    for moment in _moments(undisturbed, step, request.config.getoption("kills")):
        said = f"killed {moment:.3f} s into {step}"
        shutil.copytree(begun, home)
        while not _is_killed(processes, home, delivery, step, moment):  # quicker than before: over already
            moment /= 2
            for place in (home, place_of(home, None).folder):
                shutil.rmtree(place, ignore_errors=True)
            shutil.copytree(begun, home)
        left = state_of(home)
        received = {name for name in before if name.startswith("received/")}
        assert received <= set(left), said
        shown = {name: found for name, found in left.items() if name.startswith("editions/")}
        assert all(found in (before.get(name), after.get(name)) for name, found in shown.items()), said
        if has_store(backups := place_of(home, None).folder):
            assert all(one.is_whole for one in check_backups(home)), said
        _goes_the_way(processes, home, delivery)
        assert state_of(home) | _archive(home) == after, said
        restore_backup(home, "latest", to=tmp_path / "again")
        assert state_of(tmp_path / "again") == state_of(home), said
        for place in (home, backups, tmp_path / "again"):
            shutil.rmtree(place)
