"""What one backup says of itself: every file of the home with its pieces, and where the ledger stood."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import PurePosixPath
from typing import Any

from flows.holdings.received import FOLDER

VERSION = 1
_MOMENT = "%Y%m%dT%H%M%SZ"
_NAME = re.compile(r"(\d{6,})-(\d{8}T\d{6}Z)")


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptFile:
    """One file: its path in the home with `/`, bytes, permissions, time of change and the pieces of its content."""

    path: str
    size: int
    mode: int
    changed_ns: int
    sha256: str
    pieces: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerState:
    """The chain of the ledger when the backup was made: the hash of every entry; `fault` says why it was not sound."""

    hashes: tuple[str, ...] = ()
    fault: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """One backup. `left_out` are paths that are no plain files or folders; `made_at` is ISO 8601 in UTC."""

    made_at: str
    program: str
    ledger: LedgerState
    files: tuple[KeptFile, ...]
    folders: tuple[str, ...]
    left_out: tuple[str, ...] = ()
    version: int = VERSION

    @property
    def moment(self) -> datetime:
        """When it was made, as an aware instant."""
        return datetime.fromisoformat(self.made_at)

    @property
    def is_sound(self) -> bool:
        """Whether the ledger was whole when it was made."""
        return not self.ledger.fault

    @property
    def size(self) -> int:
        """Bytes of the home that it holds."""
        return sum(file.size for file in self.files)

    @property
    def pieces(self) -> frozenset[str]:
        """Names of all pieces that it needs."""
        return frozenset(piece for file in self.files for piece in file.pieces)

    @property
    def extracts(self) -> frozenset[str]:
        """Digests of the extracts that it holds, or holds the receipts of."""
        parts = (PurePosixPath(file.path).parts for file in self.files)
        return frozenset(part[2] for part in parts if part[0] == FOLDER and len(part) > 3)

    def file(self, path: str) -> KeptFile | None:
        """The file of that path."""
        return next((file for file in self.files if file.path == path), None)

    def text(self) -> bytes:
        """As it is kept: JSON, names that are no UTF-8 included."""
        return json.dumps(asdict(self), ensure_ascii=True, separators=(",", ":")).encode("ascii")


def snapshot_of(text: bytes) -> Snapshot:
    """The snapshot of a text; raises ValueError for one of a later version or of another form."""
    content: Mapping[str, Any] = json.loads(text)
    if content.get("version") != VERSION:
        raise ValueError(f"version {content.get('version')}")
    files = tuple(KeptFile(**{**file, "pieces": tuple(file["pieces"])}) for file in content["files"])
    ledger = LedgerState(hashes=tuple(content["ledger"]["hashes"]), fault=content["ledger"]["fault"])
    rest = {key: content[key] for key in ("made_at", "program", "version")}
    return Snapshot(
        ledger=ledger, files=files, folders=tuple(content["folders"]), left_out=tuple(content["left_out"]), **rest
    )


def name_after(names: tuple[str, ...], moment: datetime) -> str:
    """The name of the next backup: a running number, which no clock can turn back, and the moment."""
    last = max((number_of(name) for name in names), default=0)
    return f"{last + 1:06}-{moment.astimezone(UTC).strftime(_MOMENT)}"


def number_of(name: str) -> int:
    """The running number in the name of a backup; raises ValueError for any other name."""
    match = _NAME.fullmatch(name)
    if match is None:
        raise ValueError(name)
    return int(match.group(1))


def moment_of(name: str) -> datetime:
    """When the backup of that name was made; raises ValueError for any other name."""
    return datetime.strptime(name.partition("-")[2], _MOMENT).replace(tzinfo=UTC)


def is_name(text: str) -> bool:
    """Whether this is how backups are named."""
    return _NAME.fullmatch(text) is not None
