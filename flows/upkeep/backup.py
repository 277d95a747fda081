"""A backup of a home while others work in it: nearly all is read without a lock, what changed meanwhile under it.

First every file goes into the store as it is met. Then the lock of a writer is held for as long as it takes to look at
every file again and to read those that changed since, the warehouse last folded among them: what the snapshot names is
the home at that one moment. Readers are not hindered; a writer who comes just then is told that the home is in use.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from flows import progress
from flows.clock import Clock, now
from flows.folding import fold, is_half_folded
from flows.upkeep.encryption import Damaged
from flows.upkeep.home_files import Signature, entries_of, is_warehouse, is_written_to, signature_of
from flows.upkeep.ledger_state import ledger_state, parts_at
from flows.upkeep.place import Place, place_of, store_to_write
from flows.upkeep.snapshot import KeptFile, Snapshot, name_after
from flows.upkeep.store import Store, alone_in
from flows.version import code_version
from flows.warehouse import nobody_else_writes, warehouse_path
from transforms.errors import NoData, TipTrendsError
from transforms.ledger.entries import instant

PIECE_BYTES = 256 * 1024
"""As many as a block of DuckDB: of the warehouse only the blocks that a delivery changed are written again."""
_BEFORE_BLOCKS = 3 * 4096
"""Bytes of the headers of a DuckDB file, which come before its first block."""
PATIENCE_SECONDS = 120
"""How long a writer who is at work is waited for."""
_TRIES = 5
_WENT_AWAY = (FileNotFoundError, NotADirectoryError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """What was kept: `new_bytes` on the disk of the backups, of `size` bytes of the home, in `held_seconds` of lock.

    `ledger` is the number of its entries, `fault` says why it is not sound; `continues` is False where it does not go
    on from the ledger in the backup before.
    """

    name: str
    folder: Path
    files: int
    size: int
    new_pieces: int
    new_bytes: int
    held_seconds: float
    is_encrypted: bool
    is_on_the_same_disk: bool
    ledger: int
    fault: str = ""
    continues: bool = True
    left_out: tuple[str, ...] = ()


@dataclass(slots=True)
class _Work:
    """What one backup has met so far: files by name with their signatures, and pieces that the store did not have."""

    store: Store
    files: dict[str, tuple[Signature, KeptFile]] = field(default_factory=dict)
    new: list[str] = field(default_factory=list)
    new_bytes: int = 0


def make_backup(
    home: Path,
    *,
    to: Path | None = None,
    is_verified_whole: bool = False,
    may_be_open: bool = False,
    clock: Clock = now,
    patience_seconds: float = PATIENCE_SECONDS,
) -> Backup:
    """Back up a home into a folder of backups, by default that of its `home.toml`, else the one beside it.

    What was written is read again from the disk; with `is_verified_whole` every piece of the backup is. A new store is
    encrypted with the key that the environment or `home.toml` names; without one it is made only if it `may_be_open`.
    Raises NoData where there is no home, WrongArguments for folder or key, WarehouseInUse when a writer does not end
    in time or another backup runs, TipTrendsError when the disk does not take it.
    """
    place = place_of(home, to)
    if not home.is_dir() or not any(entries_of(home)):
        raise NoData(f"There is nothing to back up in {home}.", advice="Name the home with --home DIR.")
    with _told_in_words(place), alone_in(place.made(may_be_open=may_be_open)):
        store = store_to_write(place)
        store.begin()
        work = _Work(store=store)
        with _folded(home, patience_seconds):
            pass
        with suppress(*_WENT_AWAY):  # under the lock there is another look
            _keep_files(home, work, is_locked=False)
        with _folded(home, patience_seconds):
            begun = time.monotonic()
            snapshot = _snapshot(home, work, clock)
            held = time.monotonic() - begun
        store.settle()
        progress.say("reading again what was written")
        _verify(store, snapshot.pieces if is_verified_whole else frozenset(work.new))
        names = store.names()
        continues = _continues(store, names, snapshot)
        name = name_after(names, snapshot.moment)
        store.keep(name, snapshot)
    return Backup(
        name=name,
        folder=place.folder,
        files=len(snapshot.files),
        size=snapshot.size,
        new_pieces=len(work.new),
        new_bytes=work.new_bytes,
        held_seconds=held,
        is_encrypted=store.is_encrypted,
        is_on_the_same_disk=place.is_on_the_disk_of_the_home,
        ledger=len(snapshot.ledger.hashes),
        fault=snapshot.ledger.fault,
        continues=continues,
        left_out=snapshot.left_out,
    )


@contextmanager
def _folded(home: Path, patience_seconds: float) -> Iterator[None]:
    """Nobody else writes, and what a writer who died had committed is in its place.

    On a disk that takes no writing nobody can write, and the home is taken as it is.
    """
    if os.access(home, os.W_OK):
        with nobody_else_writes(home, patience_seconds=patience_seconds):
            fold(warehouse_path(home))
            yield
    elif is_half_folded(warehouse_path(home)):
        raise TipTrendsError(
            "A process that wrote to the warehouse was cut off, and the disk of the home takes no writing.",
            advice="Copy the whole home to a sound disk, with its hidden folders, and back up that copy.",
        )
    else:
        yield


def _snapshot(home: Path, work: _Work, clock: Clock) -> Snapshot:
    """The home as it is now; hold the lock of a writer."""
    met, folders, left_out = _settled(home, work)
    return Snapshot(
        made_at=instant(clock()),
        program=code_version(),
        ledger=ledger_state(home),
        files=tuple(met),
        folders=tuple(folders),
        left_out=tuple(left_out),
    )


def _settled(home: Path, work: _Work) -> tuple[list[KeptFile], list[str], list[str]]:
    """What `_keep_files` gives, once nothing went away meanwhile: not every writer in a home takes the lock."""
    for _ in range(_TRIES):
        with suppress(*_WENT_AWAY):
            return _keep_files(home, work, is_locked=True)
    raise _unsettled("The home")


def _keep_files(home: Path, work: _Work, *, is_locked: bool) -> tuple[list[KeptFile], list[str], list[str]]:
    """Files kept, names of folders, names of what is neither."""
    files, folders, left_out = [], [], []
    for entry in entries_of(home):
        if entry.is_folder:
            folders.append(entry.name)
        elif not entry.is_plain:
            left_out.append(entry.name)
        elif is_locked:
            files.append(_kept(entry.path, entry.name, work))
        elif not is_written_to(entry.name):
            _kept(entry.path, entry.name, work)
    return files, folders, left_out


def _kept(path: Path, name: str, work: _Work) -> KeptFile:
    """The file in the store; one that was met before and did not change is not read again."""
    for _ in range(_TRIES):
        before = signature_of(path)
        if name in work.files and work.files[name][0].is_of(before):
            return work.files[name][1]
        with path.open("rb") as stream:
            kept = _pieces_of(stream, name, before, work)
        after = signature_of(path)
        if (before.inode, before.size, before.changed_ns) == (after.inode, kept.size, after.changed_ns):
            work.files[name] = before, kept
            return kept
    raise _unsettled(name)


def _unsettled(what: str) -> TipTrendsError:
    return TipTrendsError(
        f"{what} was changed each time it was read.", advice="Close the program that writes to it and try again."
    )


def _pieces_of(stream: BinaryIO, name: str, found: Signature, work: _Work) -> KeptFile:
    whole, pieces, size = hashlib.sha256(), [], 0
    length = _BEFORE_BLOCKS if is_warehouse(name) else PIECE_BYTES
    while content := stream.read(length):
        piece, written = work.store.put(content)
        whole.update(content)
        pieces.append(piece)
        size += len(content)
        if written:
            work.new.append(piece)
            work.new_bytes += written
        length = PIECE_BYTES
    return KeptFile(
        path=name,
        size=size,
        mode=found.mode,
        changed_ns=found.changed_ns,
        sha256=whole.hexdigest(),
        pieces=tuple(pieces),
    )


def _verify(store: Store, pieces: frozenset[str]) -> None:
    """Read pieces back from the disk; raises TipTrendsError where one is not what was written."""
    for piece in sorted(pieces):
        try:
            store.get(piece, from_disk=True)
        except Damaged:
            store.set_aside(piece)
            raise TipTrendsError(
                f"The disk of {store.folder} gives other bytes than were written to it; the backup was not finished.",
                advice="Run it again. If that says the same, the disk is failing: back up to another one.",
            ) from None


def _continues(store: Store, names: tuple[str, ...], snapshot: Snapshot) -> bool:
    """Whether the ledger goes on from the one in the backup before, or is the same."""
    if not names or not snapshot.is_sound:
        return True
    try:
        before = store.snapshot(names[-1]).ledger.hashes
    except Damaged:
        return True
    return parts_at(before, snapshot.ledger.hashes) is None


@contextmanager
def _told_in_words(place: Place) -> Iterator[None]:
    try:
        yield
    except OSError as problem:
        raise TipTrendsError(
            f"The backup in {place.folder} was not finished ({problem.strerror or 'a disk failed'}).",
            advice="Earlier backups are as they were. Make room or use another disk, and run it again: it goes on from "
            "what was written.",
        ) from problem
