"""What readers already have, with the counts behind it, as the disclosure gate takes it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import duckdb

from reports.manifest import edition_json
from transforms.attacker.audit import audit
from transforms.attacker.manifest import publication_of
from transforms.disclosure.earlier import Earlier, earlier_edition
from transforms.disclosure.policy import PUBLIC
from transforms.disclosure.release import confirmed
from transforms.disclosure.released import ReleasedEdition
from transforms.errors import ReleaseRefused
from transforms.tables import COUNTS, EDITIONS


def earlier_editions(con: duckdb.DuckDBPyConnection, documents: Sequence[Mapping[str, Any]]) -> tuple[Earlier, ...]:
    """The editions of some manifests, in their order.

    Raises ReleaseRefused, naming tables, where the warehouse has no longer the counts that one of them shows.
    """
    return tuple(earlier_edition(document, _counts(con, document["run_id"])) for document in documents)


class WorkedOut(ReleaseRefused):
    """An attacker works out what an edition withholds; `tables` are the keys of those in which."""

    tables: frozenset[str] = frozenset()


def released_past_attacker(
    made: Callable[[frozenset[str]], ReleasedEdition], documents: Sequence[Mapping[str, Any]]
) -> ReleasedEdition:
    """An edition that the attacker finds nothing in: where he does, it is made again with those tables emptied.

    `made` lets an edition through the gate, given the keys of tables to empty. Raises ReleaseRefused when that helps
    not either.
    """
    emptied: frozenset[str] = frozenset()
    while True:
        edition = made(emptied)
        try:
            return attacked(edition, documents)
        except WorkedOut as refusal:
            if refusal.tables <= emptied:
                raise
            emptied |= refusal.tables


def attacked(edition: ReleasedEdition, documents: Sequence[Mapping[str, Any]]) -> ReleasedEdition:
    """The edition with the verdict of an attacker who has the manifests of before and the one it would have.

    He shares no code with the gate. Raises WorkedOut, naming tables, where he works out what is withheld.
    """
    new = json.loads(edition_json(edition, []))
    verdict = audit([publication_of(document) for document in (*documents, new)])
    weak = sorted({cell.table for one in verdict.publications for cell in one.narrow if not cell.leaked_before})
    if weak:
        refusal = WorkedOut(
            f"An attacker with all that readers have could work out withheld counts of: {', '.join(weak)}.",
            advice="Nothing was published. Publish fewer breakdowns, or report this as a fault of disclosure control.",
        )
        refusal.tables = frozenset(weak)
        raise refusal
    mine = verdict.publications[-1]
    had = sum(document["audience"] in (PUBLIC, edition.audience) for document in documents)
    told = {"verdict": "passed", "checked": mine.checked, "width": mine.width, "earlier_editions": had}
    return confirmed(edition, told)


def _counts(con: duckdb.DuckDBPyConnection, run_id: str) -> dict[str, dict[tuple[str, ...], float | None]]:
    """True counts of a published run by table."""
    found: dict[str, dict[tuple[str, ...], float | None]] = {}
    for key, at, value in con.execute(
        f"SELECT table_key, coordinates, value FROM {COUNTS.name} "
        f"WHERE run_id IN (SELECT counts_id FROM {EDITIONS.name} WHERE run_id = ?)",
        [run_id],
    ).fetchall():
        found.setdefault(key, {})[tuple(at)] = value
    return found
