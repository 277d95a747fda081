"""A home from a backup: into an empty folder, whole or not at all, with word of what came after it.

The restored ledger must be the beginning of the newest one that is known: a home that knows other releases than were
made would protect readers against figures they never saw, and not against those they have. What readers were given
after the backup is written into the restored home, which lets nothing out while it says so.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from flows import progress
from flows.folders import flush_folder, staging_of
from flows.home import Home
from flows.private import FOR_OTHERS, make_private
from flows.upkeep.encryption import Damaged
from flows.upkeep.ledger_state import entries_in, ledger_state, parts_at
from flows.upkeep.place import Place, place_of, store_to_read
from flows.upkeep.snapshot import KeptFile, Snapshot, number_of
from flows.upkeep.store import Store, undisturbed_in
from transforms.errors import NoData, ReleaseRefused, TipTrendsError, WrongArguments
from transforms.ledger.entries import Entry

LATEST = "latest"


@dataclass(frozen=True, slots=True, kw_only=True)
class Restored:
    """What was restored; `lost` are entries of the newest ledger known that it lacks, `lost_extracts` their number.

    `fault` says what was wrong with the ledger already when the backup was made.
    """

    name: str
    made_at: str
    target: Path
    files: int
    size: int
    ledger: int
    lost: tuple[Entry, ...] = ()
    lost_extracts: int = 0
    fault: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Known:
    """The newest ledger that somebody has, and who."""

    where: str
    entries: tuple[Entry, ...]
    hashes: tuple[str, ...]


def restore_backup(
    home: Path, which: str, *, to: Path, backups: Path | None = None, may_fork: bool = False
) -> Restored:
    """Restore a backup (its name, its number or `latest`) into an empty folder that is not there or empty.

    `home` is the home that the backups are of, whether it is there still or not; its ledger is compared if it is.
    Raises NoData, WrongArguments, TipTrendsError for a damaged backup or a disk that does not take it, and
    ReleaseRefused where its ledger tells of other releases than the newest one known, unless it `may_fork`.
    """
    place = place_of(home, backups)
    _refuse_filled(to, place)
    store = store_to_read(place)
    with undisturbed_in(place.folder):
        names = store.names()
        name = found_name(names, which, place.folder)
        snapshot = snapshot_in(store, name)
        newest = _newest(store, names)
        known = _newest_known(home, store, newest)
        if not may_fork:
            _refuse_fork(snapshot, known)
        lost = known.entries[len(snapshot.ledger.hashes) :] if known else ()
        try:
            _write(store, snapshot, to, lost)
        except Damaged as problem:
            raise _damaged(name) from problem
        except OSError as problem:
            raise TipTrendsError(
                f"{to} was not restored ({problem.strerror or 'a disk failed'}); nothing of it was left there.",
                advice="Make room or name a folder on another disk, and run it again.",
            ) from problem
    return Restored(
        name=name,
        made_at=snapshot.made_at,
        target=to,
        files=len(snapshot.files),
        size=snapshot.size,
        ledger=len(snapshot.ledger.hashes),
        lost=lost,
        lost_extracts=len(newest.extracts - snapshot.extracts) if newest else 0,
        fault=snapshot.ledger.fault,
    )


def found_name(names: Sequence[str], which: str, folder: Path) -> str:
    """The backup that is meant. Raises NoData, WrongArguments."""
    if not names:
        raise NoData(f"There are no backups in {folder} yet.", advice="Make one with: tip-trends backup")
    if which == LATEST:
        return names[-1]
    meant = [name for name in names if which == name or (which.isdecimal() and number_of(name) == int(which))]
    if not meant:
        raise WrongArguments(
            f"There is no backup '{which}' in {folder}.",
            advice=f"`tip-trends backup --list` shows {len(names)} of them, the newest being {names[-1]}.",
        )
    return meant[0]


def snapshot_in(store: Store, name: str) -> Snapshot:
    """A snapshot; raises TipTrendsError for a damaged one."""
    try:
        return store.snapshot(name)
    except Damaged as problem:
        raise _damaged(name) from problem


def content_of(store: Store, file: KeptFile) -> bytes:
    """The whole content of a small file; raises Damaged."""
    content = b"".join(store.get(piece) for piece in file.pieces)
    if hashlib.sha256(content).hexdigest() != file.sha256:
        raise Damaged(file.path)
    return content


def _damaged(name: str) -> TipTrendsError:
    return TipTrendsError(
        f"Backup {name} is damaged; nothing was restored.",
        advice="`tip-trends backup --check` tells which backups are whole. Restore one of those.",
    )


def _refuse_filled(target: Path, place: Place) -> None:
    if target.exists() and not (target.is_dir() and not any(target.iterdir())):
        raise WrongArguments(
            f"{target} is not an empty folder; a backup is never restored over what is there.",
            advice="Name a new folder. Once it is right, it can take the place of the old home.",
        )
    if target.resolve().is_relative_to(place.folder.resolve()):
        raise WrongArguments(f"{target} lies among the backups.", advice="Name a folder elsewhere.")


def _newest(store: Store, names: Sequence[str]) -> Snapshot | None:
    """The newest snapshot that can be read and whose ledger was sound."""
    for name in reversed(names):
        with suppress(Damaged, TipTrendsError):
            snapshot = store.snapshot(name)
            if snapshot.is_sound:
                return snapshot
    return None


def _newest_known(home: Path, store: Store, newest: Snapshot | None) -> _Known | None:
    """The longest ledger among that of the newest backup and that of the home."""
    found = []
    if newest is not None:
        entries: tuple[Entry, ...] = ()
        kept = newest.file(Home(folder=home).ledger.name)
        with suppress(Damaged):
            entries = entries_in(content_of(store, kept)) if kept else ()
        found.append(_Known(where="the newest backup", entries=entries, hashes=newest.ledger.hashes))
    with suppress(OSError):
        entries = entries_in(Home(folder=home).ledger.read_bytes())
        hashes = tuple(entry.hash for entry in entries)
        found.append(_Known(where=f"the home {home}", entries=entries, hashes=hashes))
    return max(found, key=lambda one: len(one.hashes), default=None)


def _refuse_fork(snapshot: Snapshot, known: _Known | None) -> None:
    if known is None or (place := parts_at(snapshot.ledger.hashes, known.hashes)) is None:
        return
    raise ReleaseRefused(
        f"The ledger of this backup and that of {known.where} tell different things from entry {place} on: each knows "
        "releases that the other does not.",
        advice="Restore a backup from before they parted, or a newer one. Only to look at this one: --accept-fork.",
    )


def _write(store: Store, snapshot: Snapshot, target: Path, lost: Sequence[Entry]) -> None:
    """Everything into a hidden folder beside the target, checked there, then in one step in its place."""
    make_private(target.parent)
    staged = staging_of(target)
    try:
        staged.chmod(0o700)
        for folder in snapshot.folders:
            make_private(_inside(staged, folder))
        for number, file in enumerate(snapshot.files, start=1):
            if number % 500 == 0:
                progress.say(f"{number} of {len(snapshot.files)} files")
            _write_file(store, file, _inside(staged, file.path))
        if given := [entry for entry in lost if entry.is_publishing]:
            told = "".join(f"{entry.line()}\n" for entry in given)
            Home(folder=staged).given_since.write_text(told, encoding="utf-8")
        if snapshot.is_sound and ledger_state(staged) != snapshot.ledger:
            raise Damaged("ledger")
        for place in (*(path for path in staged.rglob("*") if path.is_dir()), staged):
            flush_folder(place)
        if target.exists():
            target.rmdir()  # empty; raises where something has come in
        staged.rename(target)
        flush_folder(target.parent)
    finally:
        shutil.rmtree(staged, ignore_errors=True)


def _inside(staged: Path, name: str) -> Path:
    """Where a name of a snapshot leads; raises Damaged for one that leads out of the folder."""
    parts = PurePosixPath(name).parts
    if not parts or ".." in parts or PurePosixPath(name).is_absolute():
        raise Damaged(name)
    return staged.joinpath(*parts)


def _write_file(store: Store, file: KeptFile, target: Path) -> None:
    whole = hashlib.sha256()
    make_private(target.parent)
    with target.open("xb") as stream:
        for piece in file.pieces:
            content = store.get(piece)
            whole.update(content)
            stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    if whole.hexdigest() != file.sha256:
        raise Damaged(file.path)
    target.chmod(file.mode & ~FOR_OTHERS)
    os.utime(target, ns=(file.changed_ns, file.changed_ns))
