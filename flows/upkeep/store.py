"""A folder of backups: pieces of files by what they hold, each once, and one snapshot for each backup.

    store.json            how pieces are closed; with a key also the store's own key, closed under it
    pieces/ab/<name>      up to 256 KiB of a file, compressed, closed
    snapshots/<name>      what one backup consists of, closed; written last, so a backup is there whole or not at all
    damaged/<name>        pieces that a check found altered; the next backup writes them anew
    log.jsonl             backups that were removed, by which rule

Everything appears by renaming what was flushed to the disk, so whatever kills a process leaves a sound store and at
most pieces that no snapshot names, which the next backup uses.
"""

from __future__ import annotations

import json
import os
import secrets
import zlib
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from flows.folders import flush_folder
from flows.private import make_private
from flows.upkeep.encryption import ByDigest, ByKey, Closing, Damaged, new_secret, unwrapped, wrapped
from flows.upkeep.keys import FILE_IN_ENVIRONMENT, IN_ENVIRONMENT, Key
from flows.upkeep.snapshot import Snapshot, is_name, number_of, snapshot_of
from transforms.errors import NoData, TipTrendsError, WarehouseInUse, WrongArguments

VERSION = 1
DESCRIPTION = "store.json"
_PIECES = "pieces"
_SNAPSHOTS = "snapshots"
_INCOMING = "incoming"
_DAMAGED = "damaged"
_LOCK = "lock"
_LOG = "log.jsonl"
_ENCRYPTED, _OPEN = "AES-256-GCM", "SHA-256"
_PACKED, _AS_IS = b"z", b"-"
_LEVEL = 1
"""Of zlib: higher ones gain a tenth in size on pages and tables and cost several times the time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """An open store; `flushed_later` are folders whose new entries `settle` flushes to the disk."""

    folder: Path
    closing: Closing
    flushed_later: set[Path] = field(default_factory=set, repr=False)

    @property
    def is_encrypted(self) -> bool:
        """Whether nobody without the key can read what it holds."""
        return isinstance(self.closing, ByKey)

    def begin(self) -> None:
        """Make the folders and clear away what a crash left half-written."""
        for name in (_PIECES, _SNAPSHOTS, _INCOMING):
            make_private(self.folder / name)
        for left_over in (self.folder / _INCOMING).iterdir():
            left_over.unlink()

    def put(self, content: bytes) -> tuple[str, int]:
        """Keep a piece; its name and the bytes that it took on the disk, 0 where it was there."""
        name = self.closing.name_of(content)
        if self._piece(name).exists():
            return name, 0
        packed = zlib.compress(content, _LEVEL)
        told = _PACKED + packed if len(packed) < len(content) else _AS_IS + content
        kept = self.closing.close("piece", name, told)
        self._write(self._piece(name), kept)
        return name, len(kept)

    def has(self, name: str) -> bool:
        """Whether a piece is there, whatever its bytes."""
        return self._piece(name).exists()

    def get(self, name: str, *, from_disk: bool = False) -> bytes:
        """The content of a piece, `from_disk` past the system's cache; raises Damaged where it is missing or wrong."""
        try:
            kept = _read(self._piece(name), from_disk=from_disk)
        except OSError:  # a block that cannot be read included
            raise Damaged(name) from None
        told = self.closing.open("piece", name, kept)
        try:
            content = zlib.decompress(told[1:]) if told[:1] == _PACKED else told[1:]
        except zlib.error:
            raise Damaged(name) from None
        if self.closing.name_of(content) != name:
            raise Damaged(name)
        return content

    def set_aside(self, name: str) -> None:
        """Take a damaged piece out of the way, so that the next backup writes it anew where the home still has it."""
        make_private(self.folder / _DAMAGED)
        with suppress(FileNotFoundError):
            self._piece(name).replace(self.folder / _DAMAGED / name)

    def settle(self) -> None:
        """Flush the entries of all folders that got new pieces."""
        for folder in self.flushed_later:
            flush_folder(folder)
        flush_folder(self.folder / _PIECES)
        self.flushed_later.clear()

    def names(self) -> tuple[str, ...]:
        """Names of all backups, oldest first."""
        return names_in(self.folder)

    def keep(self, name: str, snapshot: Snapshot) -> None:
        """Write a snapshot; from here on the backup is there. Call `settle` before."""
        packed = zlib.compress(snapshot.text(), _LEVEL)
        self._write(self.folder / _SNAPSHOTS / name, self.closing.close("snapshot", name, packed))
        self.settle()

    def snapshot(self, name: str) -> Snapshot:
        """The snapshot of a backup; raises Damaged, TipTrendsError for one that a later version made."""
        try:
            kept = (self.folder / _SNAPSHOTS / name).read_bytes()
        except OSError:
            raise Damaged(name) from None
        try:
            return snapshot_of(zlib.decompress(self.closing.open("snapshot", name, kept)))
        except zlib.error:
            raise Damaged(name) from None
        except (ValueError, KeyError, TypeError):  # it is authentic
            raise TipTrendsError(
                f"Backup {name} is of a form that this version does not know.",
                advice="Use the version of tip-trends that made it, or a later one.",
            ) from None

    def forget(self, name: str) -> None:
        """Remove a snapshot; its pieces stay until `remove_unused`."""
        (self.folder / _SNAPSHOTS / name).unlink(missing_ok=True)
        flush_folder(self.folder / _SNAPSHOTS)

    def remove_unused(self, used: Collection[str]) -> tuple[int, int]:
        """Remove the pieces that no snapshot needs; their number and bytes."""
        number = size = 0
        for path in self._pieces():
            if path.name not in used:
                number, size = number + 1, size + path.stat().st_size
                path.unlink()
        return number, size

    def note(self, act: dict[str, Any]) -> None:
        """Add a line to the log of the store."""
        handle = os.open(self.folder / _LOG, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(handle, "ab") as stream:
            stream.write(json.dumps(act, sort_keys=True).encode() + b"\n")
            stream.flush()
            os.fsync(stream.fileno())

    def size(self) -> int:
        """Bytes of all pieces."""
        return sum(path.stat().st_size for path in self._pieces())

    def _pieces(self) -> Iterator[Path]:
        for folder in sorted((self.folder / _PIECES).iterdir()):
            yield from sorted(folder.iterdir())

    def _piece(self, name: str) -> Path:
        return self.folder / _PIECES / name[:2] / name

    def _write(self, target: Path, content: bytes) -> None:
        """Write a file that appears whole, for the user alone."""
        make_private(target.parent)
        draft = self.folder / _INCOMING / secrets.token_hex(8)
        _write_new(draft, content)
        draft.replace(target)
        self.flushed_later.add(target.parent)


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """Nobody else writes to the store in a folder meanwhile; raises WarehouseInUse when somebody does, at once."""
    lock = FileLock(folder / _LOCK)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise WarehouseInUse(
            f"The backups in {folder} are in use by another process.",
            advice="Wait until it has finished and try again.",
        ) from None
    try:
        yield
    finally:
        lock.release()


@contextmanager
def undisturbed_in(folder: Path) -> Iterator[None]:
    """For who only reads: as `alone_in`, but from a disk that takes no writing as well, where nobody else can."""
    if os.access(folder, os.W_OK):
        with alone_in(folder):
            yield
    else:
        yield


def open_store(folder: Path, key: Key | None) -> Store:
    """The store in a folder. Raises NoData where there is none, WrongArguments where the key does not fit."""
    try:
        told = json.loads((folder / DESCRIPTION).read_bytes())
        version, store, closing, kept = (told[name] for name in ("version", "store", "closing", "key"))
    except FileNotFoundError:
        raise NoData(f"There are no backups in {folder}.", advice="Make one with: tip-trends backup --to DIR") from None
    except (OSError, ValueError, KeyError, TypeError):
        raise TipTrendsError(
            f"{folder / DESCRIPTION} cannot be read or was altered.",
            advice="Without it no backup of this folder can be read: bring it back from a copy of the folder.",
        ) from None
    if version != VERSION or closing not in (_ENCRYPTED, _OPEN):
        raise TipTrendsError(
            f"The backups in {folder} are of a form that this version does not know.",
            advice="Use the version of tip-trends that made them, or a later one.",
        )
    if closing == _OPEN:
        return Store(folder=folder, closing=ByDigest())
    if key is None:
        raise WrongArguments(f"The backups in {folder} are encrypted and no key is given.", advice=_NAME_THE_KEY)
    try:
        secret = unwrapped(bytes.fromhex(kept), by=key.secret, store=store)
    except (Damaged, ValueError, TypeError):
        raise WrongArguments(
            f"The key from {key.origin} is not the one of the backups in {folder}.", advice=_NAME_THE_KEY
        ) from None
    return Store(folder=folder, closing=ByKey(secret=secret, store=store))


_NAME_THE_KEY = (
    f"Name the file of the key in {FILE_IN_ENVIRONMENT} or as key_file under [backup] in home.toml, or put the key "
    f"itself into {IN_ENVIRONMENT}."
)


def names_in(folder: Path) -> tuple[str, ...]:
    """Names of all backups in a folder, oldest first; without a key. None where there is no store."""
    snapshots = folder / _SNAPSHOTS
    found = [path.name for path in snapshots.iterdir() if is_name(path.name)] if snapshots.is_dir() else []
    return tuple(sorted(found, key=number_of))


def encrypted(folder: Path) -> bool:
    """Whether the store in a folder says that it is encrypted; False where it cannot be read."""
    try:
        return bool(json.loads((folder / DESCRIPTION).read_bytes())["closing"] == _ENCRYPTED)
    except (OSError, ValueError, KeyError, TypeError):
        return False


def has_store(folder: Path) -> bool:
    """Whether a folder holds a store."""
    return (folder / DESCRIPTION).exists()


def refuse_strangers(folder: Path) -> None:
    """Raise WrongArguments for a folder that holds something else than a store that was being made."""
    if any(path.name not in (_LOCK, _INCOMING) for path in folder.iterdir()):
        raise WrongArguments(
            f"{folder} is not empty and holds no backups of tip-trends.", advice="Name a new or an empty folder."
        )


def make_store(folder: Path, key: Key | None) -> Store:
    """A new store in a folder that is there, encrypted where there is a key; hold its lock. Raises OSError."""
    store = secrets.token_hex(16)
    told = {"version": VERSION, "store": store, "closing": _OPEN, "key": ""}
    if key is not None:
        secret = new_secret()
        told |= {"closing": _ENCRYPTED, "key": wrapped(secret, by=key.secret, store=store).hex()}
    make_private(folder / _INCOMING)
    draft = folder / _INCOMING / DESCRIPTION
    draft.unlink(missing_ok=True)
    _write_new(draft, json.dumps(told, indent=1).encode() + b"\n")
    draft.replace(folder / DESCRIPTION)
    flush_folder(folder)
    return open_store(folder, key)


def _write_new(path: Path, content: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    with os.fdopen(handle, "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())


def _read(path: Path, *, from_disk: bool) -> bytes:
    with path.open("rb") as stream:
        if from_disk and hasattr(os, "posix_fadvise"):
            os.posix_fadvise(stream.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        return stream.read()
