"""`logs/runs.jsonl`: what ran here, when, and how it ended; a line each. For `status`; editions answer for themselves.

It names commands and editions. No message is kept, since a message about a file names the file.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path
from typing import get_args

from flows.clock import Clock
from flows.home import Home
from transforms.errors import (
    EditionHeld,
    FileRejected,
    ProfileInvalid,
    ReleaseRefused,
    TableRejected,
    WarehouseInUse,
    WrongArguments,
)
from transforms.ledger.entries import instant
from transforms.status import PastRun, RunOutcome

FILE = "runs.jsonl"
MOST_BYTES = 1_000_000
"""From here on the older half goes."""
_LAST = 64 * 1024
"""Bytes from the end in which the last runs are looked for."""


_OF_ERRORS: tuple[tuple[tuple[type[BaseException], ...], RunOutcome], ...] = (
    ((EditionHeld,), "held"),
    ((FileRejected, TableRejected), "files refused"),
    ((ReleaseRefused,), "refused"),
    ((WarehouseInUse,), "in use"),
    ((WrongArguments, ProfileInvalid), "wrong arguments"),
    ((KeyboardInterrupt,), "stopped"),
)
_OF_CODES: dict[int, RunOutcome] = {0: "done", 3: "files refused", 4: "held"}
"""How a command ended that raised nothing; of those that are noted only `run` ends with 4: it holds an edition."""


def outcome_of(problem: BaseException) -> RunOutcome:
    """How a run ended that raised this."""
    return next((outcome for kinds, outcome in _OF_ERRORS if isinstance(problem, kinds)), "failed")


@contextmanager
def noted(home: Home, what: str, edition: str, clock: Clock) -> Iterator[Callable[[int], None]]:
    """Note what happens within as a run; what is yielded takes the exit code of one that raised nothing."""
    codes: list[int] = []
    try:
        yield codes.append
    except BaseException as problem:
        reason = type(problem).__name__
        note_run(
            home, PastRun(what=what, edition=edition, ended_at=clock(), outcome=outcome_of(problem), reason=reason)
        )
        raise
    code = codes[-1] if codes else 0
    outcome = _OF_CODES.get(code, "failed")
    reason = "" if outcome in ("done", "held") else f"exit code {code}"
    note_run(home, PastRun(what=what, edition=edition, ended_at=clock(), outcome=outcome, reason=reason))


def note_run(home: Home, run: PastRun) -> None:
    """Add a run to the log. Never raises: whatever ran has ended as it did."""
    line = {
        "what": run.what,
        "edition": run.edition,
        "ended_at": instant(run.ended_at),
        "outcome": run.outcome,
        "reason": run.reason,
    }
    path = home.logs / FILE
    with suppress(OSError):
        if not home.folder.is_dir():
            return  # a command that asked for nothing makes no home
        home.logs.mkdir(parents=True, exist_ok=True)
        _shorten(path)
        handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(handle, (json.dumps(line, sort_keys=True) + "\n").encode())  # one call: lines of two do not mix
        finally:
            os.close(handle)


def last_runs(home: Home, most: int) -> tuple[PastRun, ...]:
    """The last runs, the youngest first; lines that are none are left out."""
    try:
        with (home.logs / FILE).open("rb") as stream:
            stream.seek(0, os.SEEK_END)
            stream.seek(max(0, stream.tell() - _LAST))
            lines = stream.read().decode("utf-8", "replace").splitlines()
    except OSError:
        return ()
    found = (run for line in reversed(lines) if (run := _run(line)) is not None)
    return tuple(run for _, run in zip(range(most), found, strict=False))


def _run(line: str) -> PastRun | None:
    try:
        told = json.loads(line)
        if told["outcome"] not in get_args(RunOutcome):
            return None
        ended = datetime.fromisoformat(told.pop("ended_at"))
        return PastRun(ended_at=ended, **told) if ended.tzinfo is not None else None
    except (ValueError, TypeError, KeyError):
        return None


def _shorten(path: Path) -> None:
    if not path.exists() or path.stat().st_size < MOST_BYTES:
        return
    lines = path.read_bytes().splitlines(keepends=True)
    staged = path.with_name(f".{FILE}.new")
    staged.write_bytes(b"".join(lines[len(lines) // 2 :]))
    staged.replace(path)
