"""`notices/journal.jsonl`: which notices were written and what came of each sending, a line each, only ever added.

A file and not the warehouse: a line is on the disk before the next notice goes out, and nobody has to wait for a run
that is writing.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

from flows.folders import flush_folder
from transforms.errors import TipTrendsError

FILE = "journal.jsonl"
Outcome = Literal["sent", "again", "refused"]
"""`again`: a passing fault, or one of the settings here; it is tried at the next run. `refused`: by the receiver."""
Channel = Literal["email", "webhook"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """One notice whose files lie in `folder` below `notices/`; moments are ISO 8601 in UTC."""

    notice: str
    folder: str
    at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """One attempt to send a notice to one address, as it may be shown; `reason` is a code or a word, never a text."""

    notice: str
    channel: Channel
    address: str
    at: str
    outcome: Outcome
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Journal:
    """All of it, in its order."""

    written: tuple[Written, ...] = ()
    sendings: tuple[Sending, ...] = ()

    def is_written(self, notice: str) -> bool:
        """Whether the files of a notice were written before."""
        return any(one.notice == notice for one in self.written)

    def is_settled(self, notice: str, channel: Channel, address: str) -> bool:
        """Whether a notice went to an address, or was refused there."""
        return any(
            (one.notice, one.channel, one.address) == (notice, channel, address) and one.outcome != "again"
            for one in self.sendings
        )


def read_journal(folder: Path) -> Journal:
    """The journal in the folder of notices; empty where there is none. Raises TipTrendsError for a damaged one."""
    written, sendings = [], []
    for number, line in enumerate(_lines(folder / FILE), start=1):
        try:
            record = json.loads(line)
            kind = record.pop("what")
            if kind == "written":
                written.append(Written(**record))
            elif kind == "sending":
                sendings.append(Sending(**record))
            else:
                raise ValueError
        except (ValueError, TypeError, KeyError, AttributeError):
            raise TipTrendsError(
                f"Line {number} of {folder / FILE} was altered.",
                advice="Restore the file from a backup. Without it every notice would be sent again.",
            ) from None
    return Journal(written=tuple(written), sendings=tuple(sendings))


def write_down(folder: Path, record: Written | Sending) -> None:
    """Add a line and wait until it is on the disk; what a crash left of a half line is taken away first."""
    what = "written" if isinstance(record, Written) else "sending"
    line = json.dumps({"what": what, **asdict(record)}, ensure_ascii=False, sort_keys=True) + "\n"
    path = folder / FILE
    is_new = not path.exists()
    with path.open("ab") as stream:
        stream.truncate(_whole(path))
        stream.write(line.encode())
        stream.flush()
        os.fsync(stream.fileno())
    if is_new:
        flush_folder(folder)


def _lines(path: Path) -> Iterator[str]:
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return
    yield from content[: content.rfind(b"\n") + 1].decode("utf-8", "replace").splitlines()


def _whole(path: Path) -> int:
    """Bytes up to the end of the last whole line."""
    content: bytes = path.read_bytes()
    return content.rfind(b"\n") + 1


def as_told(record: Sending) -> dict[str, Any]:
    """A sending for other programs."""
    return asdict(record)
