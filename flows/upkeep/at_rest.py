"""Whether the disk under a folder is encrypted, as far as the system tells everybody; elsewhere nobody knows.

Linux tells of LUKS and other dm-crypt devices, also below LVM and RAID, and of file systems that encrypt by
themselves. Of Windows (BitLocker), macOS (FileVault), network shares and virtual machines only an administrator knows.
"""

from __future__ import annotations

import os
import re
import stat
from contextlib import suppress
from pathlib import Path

_MOUNTS = Path("/proc/self/mountinfo")
_BLOCK_DEVICES = Path("/sys/dev/block")
_ENCRYPT_BY_THEMSELVES = ("fuse.gocryptfs", "fuse.cryfs", "fuse.securefs", "fuse.encfs", "ecryptfs")
_ON_A_DISK = ("ext2", "ext3", "ext4", "xfs", "btrfs", "f2fs", "jfs", "reiserfs", "exfat", "vfat", "ntfs3", "fuseblk")
_CRYPT = "CRYPT-"


def is_encrypted(folder: Path, *, mounts: Path = _MOUNTS, devices: Path = _BLOCK_DEVICES) -> bool | None:
    """True or False where the system tells, None where it does not.

    `mounts` and `devices` are where Linux tells of its mounts and of its disks. False is "as far as one can see": a
    disk may encrypt itself, and a virtual machine may lie on an encrypted one.
    """
    with suppress(OSError, ValueError):
        kind, source = _mount_of(folder.resolve(), mounts.read_text(encoding="utf-8", errors="surrogateescape"))
        if kind in _ENCRYPT_BY_THEMSELVES:
            return True
        if kind in _ON_A_DISK:
            found = os.stat(source)  # noqa: PTH116  /dev/root and the like are looked up, not resolved
            if stat.S_ISBLK(found.st_mode):
                return _is_crypt(devices / f"{os.major(found.st_rdev)}:{os.minor(found.st_rdev)}")
    return None


def _mount_of(folder: Path, mounts: str) -> tuple[str, str]:
    """Kind of the file system that a folder lies on, and its device; raises ValueError where none is found."""
    best = ("", "", "")
    for line in mounts.splitlines():
        before, _, after = line.partition(" - ")
        place = _plain(before.split(" ")[4])
        kind, source, *_ = after.split(" ")
        if folder.is_relative_to(place) and len(place) >= len(best[0]):  # of two on one place the later covers
            best = (place, kind, _plain(source))
    if not best[0]:
        raise ValueError(folder)
    return best[1], best[2]


def _plain(text: str) -> str:
    """Text of the list of mounts, in which spaces and the like are written as octal numbers."""
    return re.sub(r"\\([0-7]{3})", lambda found: chr(int(found.group(1), 8)), text)


def _is_crypt(device: Path) -> bool:
    """Whether a block device, or everything below it, is a dm-crypt one."""
    with suppress(OSError):
        if (device / "dm" / "uuid").read_text(encoding="ascii").startswith(_CRYPT):
            return True
    below = list((device / "slaves").iterdir()) if (device / "slaves").is_dir() else []
    return bool(below) and all(_is_crypt(one) for one in below)
