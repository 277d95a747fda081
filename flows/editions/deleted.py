"""What was deleted from a home after its time, as the ledger has it: the lists that its entries name."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb

from flows.editions.ledger import published_texts
from transforms.ledger.entries import Entry, canonical
from transforms.retention import Due, Kind

_FORM = "retention-1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deleted:
    """One thing that was deleted: when, which extract it was of, by which rule, and the entry that says so.

    `number` is that of files or of person keys. A backup from before `at` may stay for `backups_days`.
    """

    kind: Kind
    source: str
    sha256: str
    received_on: date
    number: int
    months: int
    backups_days: int
    basis: str
    vintage_id: int | None
    at: str
    seq: int


def list_of(items: Sequence[Due], day: date) -> str:
    """The list that an entry names by its digest: what, of which extract, since when it was due, by which rule."""
    listed = [
        {
            "kind": one.held.kind,
            "source": one.held.source,
            "sha256": one.held.sha256,
            "received_on": one.held.received_on.isoformat(),
            "due_since": one.since.isoformat(),
            "number": one.held.number,
            "size_bytes": one.held.size_bytes,
            "vintage_id": one.held.vintage_id,
            "months": one.rule.months(one.held.kind),
            "backups_days": one.rule.backups_days,
            "basis": one.rule.basis,
            "rule_in": one.rule.origin,
        }
        for one in items
    ]
    return canonical({"form": _FORM, "day": day.isoformat(), "deleted": listed})


def deleted(con: duckdb.DuckDBPyConnection, entries: Iterable[Entry]) -> tuple[Deleted, ...]:
    """Everything that the entries of a verified ledger say was deleted, oldest first."""
    acts = {entry.manifest_sha256: entry for entry in entries if entry.act == "deleted"}
    found = []
    for digest, text in published_texts(con, acts):
        found += [_deleted(one, acts[digest]) for one in json.loads(text)["deleted"]]
    return tuple(sorted(found, key=lambda one: (one.seq, one.sha256, one.kind, one.vintage_id or 0)))


def _deleted(said: dict[str, Any], entry: Entry) -> Deleted:
    names = ("kind", "source", "sha256", "number", "months", "backups_days", "basis", "vintage_id")
    return Deleted(
        **{name: said[name] for name in names},
        received_on=date.fromisoformat(said["received_on"]),
        at=entry.acted_at,
        seq=entry.seq,
    )
