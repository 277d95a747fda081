"""Entries of the ledger and the chain that ties them: sha256 over the canonical JSON of an entry and of its forerunner.

A chain can be made again by whoever may write to the home, so it is no seal against its owner; it tells an entry that
was altered, lost, added in between or put in another order, and two copies of it tell a copy that fell behind.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Any, Literal, TypeVar, get_args

from transforms.errors import ReleaseRefused

Act = Literal["proposed", "approved", "refused", "withdrawn", "recorded", "deleted"]
"""`recorded`: published before there was a ledger; taken over from the register and the folders. `deleted`: about no
edition, but about raw extracts and person keys whose time was over; edition, audience and run are empty."""

PUBLISHING: tuple[Act, ...] = ("approved", "recorded")
"""Acts after which readers have the figures; a withdrawal does not take them back."""

VERSION = 1
BEFORE_THE_FIRST = "0" * 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """What approval is about: one edition of one scope for one audience."""

    scope: str
    edition: str
    audience: str

    @property
    def kind(self) -> str:
        """monthly, quarterly or annual."""
        return self.edition.partition("-")[0]

    def __str__(self) -> str:
        return f"{self.scope}/{self.edition}/{self.audience}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """What stands in a chain: its number, the hash of the one before, and its own; see `chained`."""

    seq: int
    previous: str = ""
    hash: str = ""


Linked = TypeVar("Linked", bound=Link)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry(Link):
    """One line of the ledger.

    `manifest_sha256` and `files_sha256` are of the draft where it was proposed or refused, else of what was placed; of
    a deletion they are of the list of what was deleted and of its files.
    `acted_at` is an ISO 8601 instant in UTC.
    """

    acted_at: str
    act: Act
    person: str
    edition: str
    scope: str
    audience: str
    run_id: str
    as_of: str
    manifest_sha256: str
    files_sha256: str
    context: str = ""
    controls: str = ""
    reason: str = ""
    is_self_approved: bool = False
    version: int = VERSION

    @property
    def key(self) -> Key:
        """Edition, scope and audience."""
        return Key(scope=self.scope, edition=self.edition, audience=self.audience)

    @property
    def is_publishing(self) -> bool:
        """Whether readers have had its figures since."""
        return self.act in PUBLISHING

    @property
    def is_about_an_edition(self) -> bool:
        """Whether it tells of an edition and not of what the home held."""
        return self.act != "deleted"

    @property
    def moment(self) -> datetime:
        """When, as an aware instant."""
        return datetime.fromisoformat(self.acted_at)

    def line(self) -> str:
        """The entry as one line of `ledger.jsonl`, without the line's end."""
        return canonical(asdict(self))


def canonical(value: object) -> str:
    """JSON with sorted keys and without spaces: one text for one value."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def instant(moment: datetime) -> str:
    """An aware instant as the ledger writes it: UTC, whole seconds."""
    return moment.astimezone(UTC).isoformat(timespec="seconds")


def hash_of(link: Link) -> str:
    """sha256 of everything in the entry but its own hash, the hash of the entry before included."""
    content = asdict(link)
    del content["hash"]
    return hashlib.sha256(canonical(content).encode()).hexdigest()


def chained(entries: Sequence[Linked], new: Linked) -> Linked:
    """The new entry as the next of these: numbered, tied to the last, and hashed."""
    tied = replace(new, seq=len(entries) + 1, previous=head(entries))
    return replace(tied, hash=hash_of(tied))


def head(entries: Sequence[Link]) -> str:
    """Hash of the last entry; zeros where there is none."""
    return entries[-1].hash if entries else BEFORE_THE_FIRST


def first_broken(entries: Sequence[Link]) -> int | None:
    """Place, counted from 1, of the first entry that does not follow from those before it; None for a sound chain."""
    before = BEFORE_THE_FIRST
    for place, entry in enumerate(entries, start=1):
        if entry.seq != place or entry.previous != before or entry.hash != hash_of(entry):
            return place
        before = entry.hash
    return None


def entry_of(line: str) -> Entry:
    """The entry of a line; raises ReleaseRefused for anything that `Entry.line` would not have written."""
    try:
        content: dict[str, Any] = json.loads(line)
        entry = Entry(**content)
        if entry.act in get_args(Act) and entry.line() == line:
            return entry
    except (TypeError, ValueError, AttributeError):
        pass
    raise ReleaseRefused("A line of the ledger is not an entry.")
