"""What readers already have, told by the ledger, and the name of a run, which depends on it."""

from __future__ import annotations

import hashlib
import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, overload

import duckdb

from flows.clock import day_of
from flows.editions.ledger import Ledger, published_texts, reading
from flows.warehouse import read_warehouse
from reports.approval import Approval
from transforms.disclosure.older_manifests import read_as_today
from transforms.disclosure.policies import policy_in
from transforms.ledger.before import taken_back
from transforms.ledger.entries import Entry, Key
from transforms.ledger.states import read_by, released_in
from transforms.tables import EDITIONS

SELF = "self-approval"
"""Stands for a person in the ledger, where there was none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One set of figures: its digest, and the entries of the ledger before it was first released."""

    run_id: str
    scope: str
    before: tuple[Entry, ...]

    @property
    def earlier(self) -> tuple[Entry, ...]:
        """The entries that gave any readers figures of the scope before, oldest first.

        Those of other audiences too: everybody reads a public edition, and it must not help them to what others keep.
        """
        return released_in(self.before, self.scope)


@dataclass(frozen=True, slots=True)
class Documents(Sequence[dict[str, Any]]):
    """The manifests that publishing entries of a verified ledger gave to readers, in their order.

    They are kept packed, and each is parsed when it is asked for: two hundred parsed at once would fill the memory of
    a small computer, and the warehouse reads all to give one.
    """

    packed: tuple[bytes, ...]

    def __len__(self) -> int:
        return len(self.packed)

    @overload
    def __getitem__(self, place: int) -> dict[str, Any]: ...

    @overload
    def __getitem__(self, place: slice) -> Documents: ...

    def __getitem__(self, place: int | slice) -> dict[str, Any] | Documents:
        chosen = self.packed[place]
        if isinstance(chosen, tuple):
            return Documents(chosen)
        found: dict[str, Any] = json.loads(zlib.decompress(chosen))
        return read_as_today(found)


def earlier_documents(home: Path, scope: str, audience: str) -> Documents:
    """The manifests that readers of an audience have of a scope, newest last: the public ones are everybody's.

    Verified against the ledger; withdrawn ones are among them, since nobody forgets a figure. Raises ReleaseRefused
    for a ledger that is damaged or lost.
    """
    with reading(home) as (con, ledger):
        return documents(con, read_by(ledger.entries, scope, audience))


def documents(con: duckdb.DuckDBPyConnection, entries: Sequence[Entry]) -> Documents:
    """The manifests that publishing entries of a verified ledger gave to readers."""
    wanted = {entry.manifest_sha256 for entry in entries}
    packed = {sha256: zlib.compress(text, 1) for sha256, text in published_texts(con, wanted)}
    return Documents(tuple(packed[entry.manifest_sha256] for entry in entries))


def document_of(home: Path, entry: Entry) -> dict[str, Any]:
    """The manifest that an entry of a verified ledger gave to readers."""
    with read_warehouse(home) as con:
        return documents(con, [entry])[0]


def another(entry: Entry, **changes: Any) -> Entry:
    """A new entry about the same run, not chained yet; what was said of it is not taken over."""
    blank = replace(entry, context="", controls="", reason="", is_self_approved=False, previous="", hash="")
    return replace(blank, **changes)


def run_of(ledger: Ledger, key: Key, counts_id: str) -> Run:
    """The run that these counts make: the one that readers have, if these are its counts, else a new one.

    A run depends on what was published and withdrawn before it. So one that was published is known again by the
    entries before its own, whatever came after, and gives the same figures and the same pages as then.
    """
    for entry in released_in(ledger.entries, key.scope):
        before = ledger.entries[: entry.seq - 1]
        if entry.key == key and entry.run_id == _run_id(key, counts_id, before):
            return Run(run_id=entry.run_id, scope=key.scope, before=before)
    return Run(run_id=_run_id(key, counts_id, ledger.entries), scope=key.scope, before=ledger.entries)


def released_run(ledger: Ledger, released: Entry) -> Run:
    """The run that a publishing entry let out, with what was in the ledger when that was done for the first time."""
    same = (released.key, released.run_id)
    first = next(one for one in released_in(ledger.entries, released.scope) if (one.key, one.run_id) == same)
    return Run(run_id=released.run_id, scope=released.scope, before=ledger.entries[: first.seq - 1])


def _run_id(key: Key, counts_id: str, before: Sequence[Entry]) -> str:
    """Digest of what figures and pages depend on; of earlier editions by their runs, whoever approved them and when."""
    gone = (one.withdrawal for one in taken_back(before, key, None))
    return digest(
        counts_id,
        policy_in(key.scope, key.audience).declared(),
        [[str(one.key), one.run_id] for one in released_in(before, key.scope)],
        [[str(one.key), one.run_id, str(day_of(one)), one.reason] for one in gone],
    )


def digest(*depends_on: object) -> str:
    """Twelve hexadecimal digits that change with anything named, and with nothing else."""
    return hashlib.sha256(json.dumps(depends_on, sort_keys=True).encode()).hexdigest()[:12]


def approval_of(entries: Sequence[Entry], entry: Entry) -> Approval:
    """What the pages of an approved edition say of it."""
    proposals = [one for one in entries[: entry.seq] if one.key == entry.key and one.act == "proposed"]
    is_alone = entry.is_self_approved or not proposals
    return Approval(
        proposed_by=entry.person if is_alone else proposals[-1].person,
        approved_by=entry.person,
        approved_on=day_of(entry),
        is_self_approved=entry.is_self_approved,
    )


def manifests_in(home: Path, run: Mapping[str, str]) -> frozenset[str]:
    """Digests of the manifests of one run in the languages asked for, from the register of editions."""
    same = " AND ".join(f"{name} = ?" for name in run)
    with read_warehouse(home) as con:
        rows = con.execute(f"SELECT manifest_sha256 FROM {EDITIONS.name} WHERE {same}", list(run.values())).fetchall()
    return frozenset(found for (found,) in rows)
