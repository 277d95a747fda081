"""The passing folder of one intake, inside the home: nothing of a file may be left elsewhere, whatever happens."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flows.holdings.received import FOLDER as RECEIVED
from flows.holdings.received import discard
from flows.intake.acceptance import FOLDER as REPORTS

NAME = ".working"
_DRAFTS = {REPORTS: ".*.part", RECEIVED: "*/*/.*.part"}


@contextmanager
def workplace(home: Path, *, is_trial: bool) -> Iterator[Path]:
    """A folder for rewritten files; hold the warehouse's lock, except for a trial, which works outside the home.

    Clears away what an intake left behind that was killed: its rewritten file, its copy, its drafts.
    """
    if is_trial:
        with tempfile.TemporaryDirectory(prefix="tip-trends-") as folder:
            yield Path(folder)
        return
    working = home / NAME
    _clear_away(home, working)
    working.mkdir(parents=True)
    try:
        yield working
    finally:
        _clear_away(home, working)


def _clear_away(home: Path, working: Path) -> None:
    shutil.rmtree(working, ignore_errors=True)
    discard(home)
    for folder, pattern in _DRAFTS.items():
        for draft in (home / folder).glob(pattern):
            draft.unlink(missing_ok=True)
