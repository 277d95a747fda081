"""What a writer committed goes from the log of the warehouse into a copy of its file, which then takes its place.

DuckDB would fold its log into the file itself, and rewrites blocks of it in place when it does (seen with `strace`,
DuckDB 2.0: the block at byte 12288, before the header is changed). A process killed in the middle of such a block, or a
full disk, leaves a file that nobody can open. So DuckDB is kept from it: the file of a warehouse is never changed where
it holds something. The price is a copy of the file at the end of each writing, which file systems that share blocks
between copies do not even pay.
"""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

import duckdb

from flows.folders import flush_folder
from transforms.sql import quoted

FOLDING = ".folding"
FOLDED = ".folded"
_NEVER = "1000TB"


def connect_without_folding(path: Path) -> duckdb.DuckDBPyConnection:
    """Open a database for writing so that commits go to its log alone. Raises what `duckdb.connect` does."""
    con = duckdb.connect(
        str(path), config={"checkpoint_threshold": _NEVER, "auto_checkpoint_skip_wal_threshold": 2**62}
    )
    con.execute("PRAGMA disable_checkpoint_on_shutdown")
    return con


def is_half_folded(path: Path) -> bool:
    """Whether a writer died with the new file ready and not yet in its place; the next writer puts it there."""
    return _new_file(path, FOLDED).exists()


def fold(path: Path) -> None:
    """Fold the log of a database that nobody has open for writing into its file; nothing without a log.

    At every moment, after a power cut too, the file with the log beside it, or the new one, holds all that was
    committed. Where the disk has no room for the copy, the log stays, to be folded another time. One caller at a time.
    """
    finish(path)
    if not _log_of(path).exists():
        return
    with suppress(OSError, duckdb.Error):
        new = _workplace(path)
        try:
            shutil.copyfile(path, new)
            shutil.copymode(path, new)  # who must not read the warehouse must not read the new one
            shutil.copyfile(_log_of(path), _log_of(new))
            with closing(connect_without_folding(new)) as con:
                con.execute("CHECKPOINT")
            _log_of(new).unlink(missing_ok=True)
            _ready(path)
        finally:
            shutil.rmtree(new.parent, ignore_errors=True)
        finish(path)


def make(path: Path) -> None:
    """Make a database without tables; it appears whole. Raises OSError, duckdb.Error."""
    new = _workplace(path)
    duckdb.connect(str(new)).close()
    _ready(path)
    finish(path)


def remake(path: Path, fill: Callable[[duckdb.DuckDBPyConnection], None]) -> None:
    """Let a new file take the place of a database, of which nothing is in it but what `fill` puts there.

    `fill` gets a connection to the empty new one, with the present one attached as `old`. Before the new file is ready
    nothing is changed; after that a crash cannot undo it. Nobody else may write meanwhile, readers keep the old file.
    Raises OSError, duckdb.Error, and what `fill` does.
    """
    fold(path)
    if _log_of(path).exists():
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    new = _workplace(path)
    try:
        with closing(connect_without_folding(new)) as con:
            con.execute(f"ATTACH {quoted(str(path))} AS old (READ_ONLY)")
            fill(con)
            con.execute("DETACH old")
            con.execute("CHECKPOINT")
        _log_of(new).unlink(missing_ok=True)
        shutil.copymode(path, new)
        _ready(path)
    finally:
        shutil.rmtree(new.parent, ignore_errors=True)
    finish(path)


def finish(path: Path) -> None:
    """Put a new file that is ready into its place. First the old one loses its log, which would not fit the new one."""
    new = _new_file(path, FOLDED)
    if new.exists():
        _log_of(path).unlink(missing_ok=True)
        new.replace(path)
        flush_folder(path.parent)
    with suppress(FileNotFoundError):
        new.parent.rmdir()


def _workplace(path: Path) -> Path:
    """Where the new file is made: a folder without what a crash left, for the user alone."""
    new = _new_file(path, FOLDING)
    shutil.rmtree(new.parent, ignore_errors=True)
    new.parent.mkdir(mode=0o700)
    return new


def _ready(path: Path) -> None:
    new = _new_file(path, FOLDING)
    with new.open("rb+") as file:
        os.fsync(file.fileno())
    flush_folder(new.parent)
    new.parent.rename(_new_file(path, FOLDED).parent)
    flush_folder(path.parent)


def _new_file(path: Path, folder: str) -> Path:
    return path.parent / folder / path.name


def _log_of(path: Path) -> Path:
    return path.with_name(f"{path.name}.wal")
