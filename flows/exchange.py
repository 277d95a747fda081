"""Two folders that change places in one step, where the operating system can.

Python has no call for it. A rename cannot replace a folder that holds files, and a symbolic link to the current one
would need rights that ordinary users of Windows lack.
"""

from __future__ import annotations

import ctypes
import os
import sys
from pathlib import Path

_HERE = -100  # AT_FDCWD: paths are relative to the working folder
_EXCHANGE = 2  # RENAME_EXCHANGE of Linux 3.15 and RENAME_SWAP of macOS 10.12


def exchange(one: Path, other: Path) -> bool:
    """Let two folders on one disk change places at once; False when the system or the file system cannot."""
    paths = os.fsencode(one), os.fsencode(other)
    try:
        library = ctypes.CDLL(None)
        if sys.platform == "linux":
            failed = library.renameat2(_HERE, paths[0], _HERE, paths[1], _EXCHANGE)
        elif sys.platform == "darwin":
            failed = library.renamex_np(*paths, _EXCHANGE)
        else:
            return False
    except (AttributeError, OSError, TypeError):  # a C library without the call, or none to be found
        return False
    return not failed
