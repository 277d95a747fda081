"""Whole folders that appear at once or not at all."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Mapping
from pathlib import Path

SUPERSEDED = ".superseded"
_UNFINISHED = ".unfinished"


def digest_of(files: Mapping[str, bytes]) -> str:
    """One sha256 for a set of files: of their names and contents, whatever their order."""
    whole = hashlib.sha256()
    for name in sorted(files):
        whole.update(f"{name}\n{hashlib.sha256(files[name]).hexdigest()}\n".encode())
    return whole.hexdigest()


def files_in(folder: Path) -> dict[str, bytes]:
    """Contents of all files below a folder by their relative path; empty where there is no folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }


def place_folder(target: Path, files: Mapping[str, bytes]) -> bool:
    """Make `target` hold exactly these files; False when it did already.

    Everything is written and flushed to disk beside the target, then renamed into place. A target with other
    contents moves to `.superseded/<name>-<digest>` beside it: nothing is overwritten. After a crash between the two
    renames the target is missing and the next call places it. One caller at a time: hold the warehouse's lock.
    """
    staged = target.with_name(f".{target.name}{_UNFINISHED}")
    shutil.rmtree(staged, ignore_errors=True)  # left over from a crash
    present = files_in(target)
    if target.is_dir() and present == dict(files):
        return False
    for name, content in files.items():
        path = staged / name
        path.parent.mkdir(parents=True, exist_ok=True)
        _write_through(path, content)
    for folder in (staged, *(path for path in staged.rglob("*") if path.is_dir())):
        _flush(folder)
    if target.exists():
        _move_aside(target, digest_of(present)[:12])
    staged.rename(target)
    _flush(target.parent)
    return True


def _move_aside(target: Path, digest: str) -> None:
    aside = target.parent / SUPERSEDED / f"{target.name}-{digest}"
    aside.parent.mkdir(exist_ok=True)
    if aside.exists():  # the same bytes were superseded before
        shutil.rmtree(target)
    else:
        target.rename(aside)


def _write_through(path: Path, content: bytes) -> None:
    with path.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _flush(folder: Path) -> None:
    """Flush the entries of a folder to disk, where the system can (Windows cannot open a folder)."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
