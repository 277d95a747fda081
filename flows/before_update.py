"""Copies of a warehouse from before its schema was brought up to date, in the home: the way back from an update.

A copy holds person keys like the warehouse itself, so it must not outlive them: whoever deletes keys after their time
deletes the copies first, and housekeeping deletes them once the updated warehouse has been sound for two weeks. They
are in no backup, which has the warehouse.
"""

from __future__ import annotations

import errno
import os
import re
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

from flows.clock import Clock, now
from flows.folders import flush_folder
from flows.private import PRIVATE_FOLDER, make_private
from transforms.errors import TipTrendsError

FOLDER = "before-update"
"""Name of the folder in the home."""
KEPT = timedelta(days=14)
"""How long a copy stays at least, unless keys in it are due: until then somebody may find that an update was wrong."""
_NAME = re.compile(r"schema-(\d+)-to-(\d+)")
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT)


def put_aside(warehouse: Path, version: int, to: int) -> Path:
    """Copy a warehouse that nobody has open, before it is updated; the folder of the copy, which is whole or not there.

    An update that was cut off on its way has its copy already. One from before this update began anew is replaced.
    Raises TipTrendsError where the disk has no room; then nothing of the copy is left.
    """
    under = warehouse.parent / FOLDER
    for begun in copies(warehouse.parent):
        before, after = _versions(begun)
        if before < version < after:
            return begun
    make_private(under)
    target = under / f"schema-{version}-to-{to}"
    staged = under / f".{target.name}.unfinished"
    try:
        shutil.rmtree(staged, ignore_errors=True)  # left over from a crash
        staged.mkdir(mode=PRIVATE_FOLDER)
        for path in (warehouse, warehouse.with_name(f"{warehouse.name}.wal")):  # a log stays where a disk is full
            if path.exists():
                _copy(path, staged / path.name)
        flush_folder(staged)
        shutil.rmtree(target, ignore_errors=True)
        staged.rename(target)
        flush_folder(under)
        flush_folder(under.parent)
    except OSError as problem:
        shutil.rmtree(staged, ignore_errors=True)
        if not any(under.iterdir()):
            under.rmdir()
        if problem.errno in _NO_ROOM:
            raise _no_room(warehouse) from problem
        raise
    return target


def copies(home: Path) -> tuple[Path, ...]:
    """Folders of the copies, in the order of their names; without those that were not finished."""
    return tuple(path for path in sorted((home / FOLDER).glob("schema-*")) if _NAME.fullmatch(path.name))


def forget_copies(home: Path) -> tuple[str, ...]:
    """Delete all copies, also what a crash left of one; their names."""
    under = home / FOLDER
    names = tuple(path.name for path in copies(home))
    if under.is_dir():
        shutil.rmtree(under)
        flush_folder(home)
    return names


def forget_old_copies(home: Path, clock: Clock = now) -> tuple[str, ...]:
    """Delete all copies once the youngest has been kept for long enough; their names, none before that."""
    last = max((path.stat().st_mtime for path in copies(home)), default=None)
    if last is None or clock() - datetime.fromtimestamp(last, UTC) < KEPT:
        return ()
    return forget_copies(home)


def _versions(copy: Path) -> tuple[int, int]:
    found = _NAME.fullmatch(copy.name)
    if found is None:
        raise ValueError(copy.name)
    return int(found.group(1)), int(found.group(2))


def _copy(path: Path, to: Path) -> None:
    shutil.copyfile(path, to)
    to.chmod(0o600)
    with to.open("rb+") as file:
        os.fsync(file.fileno())


def _no_room(warehouse: Path) -> TipTrendsError:
    size = warehouse.stat().st_size / 1024**2
    return TipTrendsError(
        f"The warehouse in {warehouse.parent} is of an earlier version. Before it is updated a copy of it is made, and "
        f"the disk has no room for that ({size:.0f} MiB). Nothing was changed.",
        advice="Make room for twice that on the disk of the home, and do the same again.",
    )
