"""Whole folders that appear at once or not at all."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from flows.exchange import exchange

SUPERSEDED = ".superseded"
_UNFINISHED = ".unfinished"
_AWAY = ".away"
_GONE = ".gone"


def digest_of(files: Mapping[str, bytes]) -> str:
    """One sha256 for a set of files: of their names and contents, whatever their order."""
    return digest_of_digests({name: hashlib.sha256(content).hexdigest() for name, content in files.items()})


def digest_of_digests(digests: Mapping[str, str]) -> str:
    """The same from the sha256 of each file."""
    whole = hashlib.sha256()
    for name in sorted(digests):
        whole.update(f"{name}\n{digests[name]}\n".encode())
    return whole.hexdigest()


def files_in(folder: Path) -> dict[str, bytes]:
    """Contents of all files below a folder by their relative path; empty where there is no folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }


def place_folder(target: Path, files: Mapping[str, bytes], *, kept_in: str = SUPERSEDED) -> bool:
    """Make `target` hold exactly these files; False when it did already.

    Everything is written and flushed to disk beside the target, then takes its place. Other contents that stood there
    are kept in `<kept_in>/<name>-<digest>` first: nothing is overwritten. Where the system can exchange two folders,
    readers find the old files or the new ones at every moment; elsewhere the target is away between two renames, and
    the next call brings it back after a crash there. One caller at a time: hold the warehouse's lock.
    """
    present = _as_it_stands(target)
    if target.is_dir() and present == dict(files):
        return False
    if target.exists():
        _write_folder(target.parent / kept_in / f"{target.name}-{digest_of(present)[:12]}", present)
    _put(target, files)
    return True


def replace_folder(target: Path, files: Mapping[str, bytes]) -> bool:
    """The same without keeping what stood there: for drafts, which nobody was given; False when it did already."""
    if _as_it_stands(target) == dict(files):
        return False
    _put(target, files)
    return True


def remove_folder(target: Path) -> None:
    """Take a folder away, in one step for whoever looks; nothing where there is none."""
    away = target.with_name(f".{target.name}{_GONE}")
    shutil.rmtree(away, ignore_errors=True)  # left over from a crash
    if target.is_dir():
        target.rename(away)
        shutil.rmtree(away)


def replace_file(target: Path, content: bytes) -> None:
    """Make a file hold this: at every moment, after a power cut too, it holds the old bytes or the new ones."""
    staged = target.with_name(f".{target.name}{_UNFINISHED}")
    _write_through(staged, content)
    staged.replace(target)
    flush_folder(target.parent)


def flush_folder(folder: Path) -> None:
    """Flush the entries of a folder to disk, where the system can (Windows cannot open a folder)."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _as_it_stands(target: Path) -> dict[str, bytes]:
    """Files of the target, once what a crash left beside it is cleared away or brought back."""
    settle_folder(target)
    return files_in(target)


def settle_folder(target: Path) -> None:
    """Clear away what a crash left beside a folder, or bring the folder back from there."""
    away, unfinished = target.with_name(f".{target.name}{_AWAY}"), target.with_name(f".{target.name}{_UNFINISHED}")
    if away.is_dir() and not target.exists():  # a crash between the two renames
        away.rename(target)
    for left_over in (away, unfinished):
        shutil.rmtree(left_over, ignore_errors=True)


def _put(target: Path, files: Mapping[str, bytes]) -> None:
    put_staged(target, _staged(target, files))


def staging_of(target: Path) -> Path:
    """An empty hidden folder beside the target, for what is to take its place; flush what is written there."""
    staged = target.with_name(f".{target.name}{_UNFINISHED}")
    shutil.rmtree(staged, ignore_errors=True)  # left over from a crash
    staged.mkdir(parents=True)
    return staged


def put_staged(target: Path, staged: Path) -> None:
    """Let a folder of `staging_of` take the place of the target, in one step where the system can."""
    try:
        if not target.exists():
            staged.rename(target)
        elif not exchange(staged, target):
            _replace(target, staged, target.with_name(f".{target.name}{_AWAY}"))
        flush_folder(target.parent)
    finally:
        shutil.rmtree(staged, ignore_errors=True)  # by now what stood there


def is_unfinished(target: Path) -> bool:
    """Whether a crash left something beside a folder that `place_folder` clears away."""
    return any(target.with_name(f".{target.name}{end}").exists() for end in (_AWAY, _UNFINISHED))


def _replace(target: Path, staged: Path, away: Path) -> None:
    """Two renames; the first is taken back when the second fails."""
    target.rename(away)
    try:
        staged.rename(target)
    except OSError:
        away.rename(target)
        raise
    shutil.rmtree(away)


def _write_folder(target: Path, files: Mapping[str, bytes]) -> None:
    """A folder with these files, unless it is there: its name tells its contents."""
    if not target.exists():
        target.parent.mkdir(exist_ok=True)
        _staged(target, files).rename(target)
        flush_folder(target.parent)


def _staged(target: Path, files: Mapping[str, bytes]) -> Path:
    """These files in a hidden folder beside the target, flushed to disk."""
    staged = staging_of(target)
    for name, content in files.items():
        path = staged / name
        path.parent.mkdir(parents=True, exist_ok=True)
        _write_through(path, content)
    for folder in (staged, *(path for path in staged.rglob("*") if path.is_dir())):
        flush_folder(folder)
    return staged


def _write_through(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
