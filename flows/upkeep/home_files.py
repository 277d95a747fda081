"""Which files of a home a backup holds: all of them, but for what passes, what is made again, and what has not come in.

Named is what is left out, so that a file which a later version adds to a home is in its backups.
"""

from __future__ import annotations

import os
import re
import stat
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from flows.before_update import FOLDER as BEFORE_UPDATE
from flows.folding import FOLDED, FOLDING
from flows.warehouse import FILE_NAME, LOCK_NAME, OWNER_NAME

LEFT_OUT = (
    "inbox",  # not taken in yet; may hold what must not be kept, and its sender has it
    "archive",  # copies of editions, which `tip-trends archive` makes again
    "logs",
    ".prefect",  # Prefect's own records, with its settings and their secrets
    ".working",
    BEFORE_UPDATE,  # copies of the warehouse, which is in the backup of its time
    FOLDING,
    FOLDED,
    LOCK_NAME,
    OWNER_NAME,
)
"""Names in the home itself."""
_PASSING = re.compile(r"\..+\.(unfinished|away|gone)|\..+\.\d+\.part|\.incoming|.+\.duckdb\.tmp")
"""Names of what stands beside a file or folder while that is made; a crash may have left it."""
_UNSURE_NS = 2_000_000_000
"""A file changed so shortly before it was read may have changed again within one tick of its disk's clock."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """One entry of a home; `is_plain` is false for what is neither file nor folder, such as a link."""

    path: Path
    name: str
    is_folder: bool
    is_plain: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Signature:
    """What tells a file from one that was changed since: its place on the disk, size and times in nanoseconds."""

    inode: int
    size: int
    changed_ns: int
    entered_ns: int
    mode: int
    read_at_ns: int

    @property
    def is_sure(self) -> bool:
        """Whether a later change would show in a time of the file."""
        return max(self.changed_ns, self.entered_ns) < self.read_at_ns - _UNSURE_NS

    def is_of(self, other: Signature) -> bool:
        """Whether the file was certainly not changed between two looks at it."""
        return self.is_sure and (self.inode, self.size, self.changed_ns, self.entered_ns, self.mode) == (
            other.inode, other.size, other.changed_ns, other.entered_ns, other.mode,
        )  # fmt: skip


def signature_of(path: Path) -> Signature:
    """The signature of a file now; raises OSError."""
    now = time.time_ns()  # by the clock that the disk goes by, not by that of the run
    found = path.stat()
    return Signature(
        inode=found.st_ino,
        size=found.st_size,
        changed_ns=found.st_mtime_ns,
        entered_ns=found.st_ctime_ns,
        mode=stat.S_IMODE(found.st_mode),
        read_at_ns=now,
    )


def entries_of(home: Path) -> Iterator[Found]:
    """What a backup of the home holds, folders before what lies in them, in the order of names.

    A link in the home itself is followed (a folder may lie on another disk), one further down is not.
    """
    for path in sorted(home.iterdir()):
        if path.name not in LEFT_OUT and not _PASSING.fullmatch(path.name):
            yield from _below(path, path.name, is_top=True)


def _below(path: Path, name: str, *, is_top: bool = False) -> Iterator[Found]:
    is_followed = is_top or not path.is_symlink()
    if is_followed and path.is_dir():
        yield Found(path=path, name=name, is_folder=True, is_plain=True)
        for inner in sorted(path.iterdir()):
            if not _PASSING.fullmatch(inner.name):
                yield from _below(inner, f"{name}/{inner.name}")
    else:
        yield Found(path=path, name=name, is_folder=False, is_plain=is_followed and path.is_file())


def is_warehouse(name: str) -> bool:
    """Whether this is the file of the warehouse, which is not cut into pieces as others are."""
    return name == FILE_NAME


def is_written_to(name: str) -> bool:
    """Whether a writer changes the file where it stands: the log of the warehouse, to be read under his lock only."""
    return name == f"{FILE_NAME}{os.extsep}wal"
