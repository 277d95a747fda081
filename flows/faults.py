"""Faults of the machine, told apart from mistakes of the program: what went wrong, and what mends it.

Python says them by numbers, DuckDB by sentences of the operating system inside its own; both are looked for in the
whole chain of an exception. Nothing of an exception's text is passed on, because libraries quote cells in theirs.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A fault of the machine: how it is recognised, what is said of it, and how to mend it."""

    numbers: tuple[int, ...]
    signs: tuple[str, ...]
    message: str
    advice: str


FAULTS = (
    Fault(
        numbers=(errno.ENOSPC, errno.EDQUOT, errno.EFBIG),
        signs=(os.strerror(errno.ENOSPC), os.strerror(errno.EDQUOT), "disk quota", "not enough space"),
        message="The disk that holds {home} is full.",
        advice="What was finished is kept and nothing is half-written. Make room, then do the same again.",
    ),
    Fault(
        numbers=(errno.EROFS,),
        signs=(os.strerror(errno.EROFS),),
        message="The disk that holds {home} takes no writing: it is mounted read-only.",
        advice="A disk that turned read-only by itself may be failing: back the home up from it, then ask who runs "
        "the computer to mount it for writing, or copy the home to another disk.",
    ),
    Fault(
        numbers=(errno.EACCES, errno.EPERM),
        signs=(os.strerror(errno.EACCES), os.strerror(errno.EPERM)),
        message="This user may not read or write everything in {home}.",
        advice="Run tip-trends as the user who made the home; `tip-trends doctor` names the files.",
    ),
    Fault(
        numbers=(errno.EIO,),
        signs=(os.strerror(errno.EIO),),
        message="The disk that holds {home} failed while it was read or written.",
        advice="Copy the home to another disk, run `tip-trends doctor` there, and restore what it finds damaged from "
        "a backup.",
    ),
    Fault(
        numbers=(errno.EMFILE, errno.ENFILE),
        signs=(os.strerror(errno.EMFILE),),
        message="This computer allows no more open files.",
        advice="Close other programs, or raise the limit (`ulimit -n`), then do the same again.",
    ),
    Fault(
        numbers=(errno.ENOMEM,),
        signs=(os.strerror(errno.ENOMEM),),
        message="This computer has no memory left for the work.",
        advice="Close other programs, then do the same again: what was finished is kept.",
    ),
)
DAMAGED = Fault(
    numbers=(),
    signs=("Corrupt database file",),
    message="The warehouse in {home} is damaged: a part of its file is not what was written.",
    advice="Restore the home from a backup (tip-trends restore), or move warehouse.duckdb away and ingest the files "
    "in received/ again. The disk may be failing: have it looked at.",
)


_OF_FILES = (duckdb.IOException, duckdb.TransactionException, duckdb.FatalException)
"""What DuckDB raises where a file could not be read or written; errors about values may quote a cell instead."""


def fault_of(problem: BaseException) -> Fault | None:
    """Which fault of the machine an exception comes from; None for any other failure."""
    for one in _chain(problem):
        if isinstance(one, duckdb.Error) and _says(one, DAMAGED):
            return DAMAGED
        if isinstance(one, MemoryError | duckdb.OutOfMemoryException):
            return next(fault for fault in FAULTS if errno.ENOMEM in fault.numbers)
        for fault in FAULTS:
            if isinstance(one, OSError) and one.errno in fault.numbers:
                return fault
            if isinstance(one, _OF_FILES) and _says(one, fault):
                return fault
    return None


def told(fault: Fault, home: Path) -> str:
    """What a user reads of it: what went wrong, and what mends it."""
    return f"{fault.message.format(home=home)} {fault.advice}"


def _says(problem: BaseException, fault: Fault) -> bool:
    text = str(problem)
    return any(sign in text for sign in fault.signs)


def _chain(problem: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    one: BaseException | None = problem
    while one is not None and id(one) not in seen:
        seen.add(id(one))
        yield one
        one = one.__cause__ or one.__context__
