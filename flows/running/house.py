"""The state of a home as its keeper sees it: how large its parts are, and what killed processes left behind."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from flows.clock import Clock, now
from flows.home import Home
from flows.intake.inbox import NOTE, note_beside, waiting
from flows.intake.workplace import workplace
from flows.warehouse import open_warehouse, warehouse_path

FAILURES_KEPT = timedelta(days=400)
"""How long reports of unexpected failures are kept, as long as Prefect's records of the runs that they are about."""
LARGEST_LOG = 10 * 1024**2
"""Bytes of the server's own log; one that grew beyond is emptied."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of a home: its name, files and bytes."""

    name: str
    files: int
    size: int


def sizes(home: Home) -> tuple[Part, ...]:
    """Every file and folder at the top of a home with what lies in it, the largest first."""
    found = [_part(path) for path in home.folder.iterdir()] if home.folder.is_dir() else []
    return tuple(sorted((part for part in found if part.files), key=lambda part: (-part.size, part.name)))


def _part(path: Path) -> Part:
    count = total = 0
    for one in path.rglob("*") if path.is_dir() else (path,):
        try:
            if one.is_file():
                total += one.stat().st_size
                count += 1
        except FileNotFoundError:  # a run at work took it away
            continue
    return Part(name=path.name, files=count, size=total)


def free_bytes(home: Home) -> int:
    """Room on the disk of a home."""
    return shutil.disk_usage(home.folder).free


def clear_left_overs(home: Home) -> None:
    """Clear away what killed runs left in the warehouse's folders, and notes in the inbox whose file is gone.

    Raises WarehouseInUse while another process writes: then nothing there is left over.
    """
    if warehouse_path(home.folder).exists():
        with open_warehouse(home.folder), workplace(home.folder, is_trial=False):
            pass  # both clear up when they begin
    if home.inbox.is_dir():
        wanted = {note_beside(path) for path in waiting(home.inbox)}
        for note in home.inbox.glob(f"*{NOTE}"):
            if note not in wanted:
                note.unlink(missing_ok=True)


def clear_old_logs(home: Home, clock: Clock = now) -> int:
    """Delete reports of failures that are older than is kept, and empty a log that grew too large; how many."""
    count, before = 0, (clock() - FAILURES_KEPT).timestamp()
    for log in home.logs.glob("failure-*.log"):
        if log.stat().st_mtime < before:
            log.unlink(missing_ok=True)
            count += 1
    for log in home.logs.glob("prefect-server*.log"):
        if log.stat().st_size > LARGEST_LOG:
            log.open("wb").close()
            count += 1
    return count


def in_words(size: int) -> str:
    """Bytes as people say them."""
    amount = float(size)
    for unit in ("B", "KiB", "MiB"):
        if amount < 1024:
            return f"{amount:.0f} {unit}" if unit == "B" else f"{amount:.1f} {unit}"
        amount /= 1024
    return f"{amount:.1f} GiB"
