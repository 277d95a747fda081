"""All backups of a store read to the last byte: which are whole, which are not, and what is wrong with them."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from flows import progress
from flows.upkeep.encryption import Damaged
from flows.upkeep.place import place_of, store_to_read
from flows.upkeep.snapshot import KeptFile, Snapshot
from flows.upkeep.store import Store, undisturbed_in
from transforms.errors import TipTrendsError


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """One backup. `fault` is set where its list cannot be read, `files` are those that are damaged or incomplete."""

    name: str
    made_at: str = ""
    files_in_all: int = 0
    size: int = 0
    ledger: int = 0
    fault: str = ""
    files: tuple[str, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether it can be restored."""
        return not self.fault and not self.files


def check_backups(home: Path, *, backups: Path | None = None) -> tuple[Checked, ...]:
    """Every backup of a home, each piece read once from the disk.

    Damaged pieces are set aside where the disk takes it, so that the next backup writes them anew if the home still has
    what they held. Raises NoData, WrongArguments for the key, WarehouseInUse.
    """
    place = place_of(home, backups)
    store = store_to_read(place)
    with undisturbed_in(place.folder):
        whole: dict[tuple[str, ...], bool] = {}
        return tuple(_checked(store, name, whole) for name in store.names())


def listed_backups(home: Path, *, backups: Path | None = None) -> tuple[Checked, ...]:
    """The same from the lists of files alone; no piece is read."""
    place = place_of(home, backups)
    store = store_to_read(place)
    with undisturbed_in(place.folder):
        found = []
        for name in store.names():
            try:
                found.append(_described(name, store.snapshot(name)))
            except (Damaged, TipTrendsError):
                found.append(Checked(name=name, fault="its list of files is damaged"))
        return tuple(found)


def _checked(store: Store, name: str, whole: dict[tuple[str, ...], bool]) -> Checked:
    """`whole` remembers, by their pieces, the files that earlier backups have as well."""
    progress.say(f"{name}: reading")
    try:
        snapshot = store.snapshot(name)
    except Damaged:
        return Checked(name=name, fault="its list of files is damaged")
    except TipTrendsError as problem:
        return Checked(name=name, fault=problem.message)
    damaged = []
    for file in snapshot.files:
        if file.pieces not in whole:
            whole[file.pieces] = _is_whole(store, file)
        if not whole[file.pieces]:
            damaged.append(file.path)
    return _described(name, snapshot, tuple(damaged))


def _is_whole(store: Store, file: KeptFile) -> bool:
    digest, is_whole = hashlib.sha256(), True
    for piece in file.pieces:
        try:
            digest.update(store.get(piece, from_disk=True))
        except Damaged:
            is_whole = False
            with suppress(OSError):  # a disk that takes no writing
                store.set_aside(piece)
    return is_whole and digest.hexdigest() == file.sha256


def _described(name: str, snapshot: Snapshot, damaged: tuple[str, ...] = ()) -> Checked:
    return Checked(
        name=name,
        made_at=snapshot.made_at,
        files_in_all=len(snapshot.files),
        size=snapshot.size,
        ledger=len(snapshot.ledger.hashes),
        files=damaged,
    )
