"""Disks of a test's own: small ones that fill up and turn read-only, seen by one process and gone with it."""

from __future__ import annotations

import ctypes
import os
from pathlib import Path

_NEW_MOUNTS, _NEW_USER = 0x00020000, 0x10000000
_PRIVATE, _BELOW, _AGAIN, _READ_ONLY = 1 << 18, 1 << 14, 1 << 5, 1


class NoDisks(Exception):
    """This computer lets this user mount nothing; the message says what it said."""


def mount_small_disk(place: Path, megabytes: int) -> None:
    """Mount an empty disk of that size for this process alone; raises NoDisks."""
    try:
        libc = ctypes.CDLL(None, use_errno=True)
        _done(libc.unshare(_NEW_MOUNTS if os.geteuid() == 0 else _NEW_MOUNTS | _NEW_USER))
        _done(libc.mount(None, b"/", None, ctypes.c_ulong(_PRIVATE | _BELOW), None))
        _mount(place, 0, f"size={megabytes}m")
    except (AttributeError, OSError) as problem:  # no Linux, or not allowed
        raise NoDisks(str(problem)) from None


def make_read_only(place: Path) -> None:
    """Mount the disk anew so that it takes no writing, as systems do with one that fails."""
    _mount(place, _AGAIN | _READ_ONLY, "")


def _mount(place: Path, flags: int, options: str) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    _done(libc.mount(b"none", os.fsencode(place), b"tmpfs", ctypes.c_ulong(flags), options.encode()))


def _done(code: int) -> None:
    if code:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
