"""Files are their user's alone: what a run makes can be read by nobody else, unless a person says otherwise.

On Windows the mode of a file says nothing about others: there a folder inherits who may read it from the one it lies
in, and the folders of a user are private.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

HAS_MODES = os.name == "posix"
FOR_OTHERS = 0o077
"""Bits of a mode that let the group or anybody else do something."""
PRIVATE_FOLDER = 0o700


def keep_private() -> None:
    """From here on what this process and its children make is for the user alone."""
    os.umask(FOR_OTHERS)


def make_private(folder: Path) -> None:
    """Make a folder, and those above it that are missing, for the user alone; one that is there stays as it is.

    Raises OSError, of which FileExistsError where it is no folder.
    """
    for one in reversed([path for path in folder.parents if not path.exists()]):
        one.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
    folder.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)


def open_to_others(folder: Path) -> Iterator[Path]:
    """A folder, and what lies in it, as far as the group or anybody else could read or change it by its mode.

    What lies in a folder that is closed to others is closed with it. Symbolic links say nothing of themselves.
    """
    if not HAS_MODES or not folder.is_dir() or not _is_open(folder):
        return
    yield folder
    for path in sorted(folder.iterdir()):
        if path.is_symlink() or path.is_file():
            if not path.is_symlink() and _is_open(path):
                yield path
        elif path.is_dir():
            yield from open_to_others(path)


def _is_open(path: Path) -> bool:
    return bool(path.stat().st_mode & FOR_OTHERS)
