"""What lies complete in an inbox: a file that is still being copied is not taken half, one refused before not again.

Nobody announces the end of a copy, so two signs are asked: for some seconds nothing about the file changed, and, where
the system can tell (Linux, files of one's own), nobody has it open for writing. The second is sure, the first covers
what comes over the network.
"""

from __future__ import annotations

import errno
import json
import os
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from flows.holdings.received import digest
from flows.home import Home
from flows.intake.acceptance import report_of
from flows.intake.inbox import note_beside, waiting
from transforms.errors import FileRejected

if sys.platform == "linux":
    import fcntl

QUIET_SECONDS = 15
"""How long nothing about a file may have changed before it is taken for complete."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrivals:
    """Files of an inbox by what is to be done with them, each in the order of the names.

    `refused` were answered before and have not changed since; without its note a file is tried again.
    """

    complete: tuple[Path, ...]
    arriving: tuple[Path, ...]
    refused: tuple[Path, ...]

    @property
    def left(self) -> str:
        """What stays in the inbox, in words; empty where nothing does."""
        told = [f"{len(self.arriving)} still being copied"] if self.arriving else []
        told += [f"{len(self.refused)} refused before"] if self.refused else []
        return ", ".join(told)


def arrivals(home: Home, *, quiet_seconds: float, seconds: Callable[[], float] = time.time) -> Arrivals:
    """Look at the inbox of a home; `seconds` is the clock by which files are old. Raises FileRejected without one."""
    sorted_out: dict[str, list[Path]] = {"complete": [], "arriving": [], "refused": []}
    for path in waiting(home.inbox):
        with suppress(FileNotFoundError):  # somebody took it away meanwhile
            if not _is_quiet(path, quiet_seconds, seconds()) or _is_being_written(path):
                sorted_out["arriving"].append(path)
            elif _was_refused(home, path):
                sorted_out["refused"].append(path)
            else:
                sorted_out["complete"].append(path)
    return Arrivals(**{name: tuple(paths) for name, paths in sorted_out.items()})


def _is_quiet(path: Path, quiet_seconds: float, now: float) -> bool:
    """Whether nothing about a file changed lately.

    On Unix the time of the last change of any kind is asked, which a copy that keeps the old date cannot set. A time in
    the future is of before the clock was put back, so the file was not touched since.
    """
    found = path.stat()
    changed = found.st_mtime if sys.platform == "win32" else found.st_ctime
    return abs(now - changed) >= quiet_seconds


def _is_being_written(path: Path) -> bool:
    """Whether a process of this computer has a file open for writing, as far as the system tells."""
    if sys.platform == "win32":
        try:
            path.rename(path)  # refused while another program has it open
        except PermissionError:
            return True
        return False
    if sys.platform == "linux":
        try:
            handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        except PermissionError:
            return False  # whoever reads it next says so
        try:
            # of a writer who comes while the lease is held the system tells with this signal, not the deadly SIGIO
            fcntl.fcntl(handle, fcntl.F_SETSIG, signal.SIGURG)
            fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_RDLCK)
            fcntl.fcntl(handle, fcntl.F_SETLEASE, fcntl.F_UNLCK)
        except OSError as problem:  # others than EAGAIN: somebody else's file, or a disk that knows no leases
            return problem.errno == errno.EAGAIN
        finally:
            os.close(handle)
    return False


def _was_refused(home: Home, path: Path) -> bool:
    """Whether these very bytes were refused before: the note is there, and the report of their digest says so."""
    if not note_beside(path).exists():
        return False
    try:
        told = json.loads(report_of(home.folder, digest(path)).read_text(encoding="utf-8"))
        return bool(told["verdict"] == "rejected")
    except FileRejected:
        return True  # it cannot be read, as before
    except (OSError, ValueError, KeyError, TypeError):
        return False
