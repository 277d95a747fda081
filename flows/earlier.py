"""What readers already have, with the counts behind it, as the disclosure gate takes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import duckdb

from transforms.disclosure.earlier import Earlier, earlier_edition
from transforms.tables import COUNTS, EDITIONS


def earlier_editions(con: duckdb.DuckDBPyConnection, documents: Sequence[Mapping[str, Any]]) -> tuple[Earlier, ...]:
    """The editions of some manifests, in their order.

    Raises ReleaseRefused, naming tables, where the warehouse has no longer the counts that one of them shows.
    """
    return tuple(earlier_edition(document, _counts(con, document["run_id"])) for document in documents)


def _counts(con: duckdb.DuckDBPyConnection, run_id: str) -> dict[str, dict[tuple[str, ...], float | None]]:
    """True counts of a published run by table."""
    found: dict[str, dict[tuple[str, ...], float | None]] = {}
    for key, at, value in con.execute(
        f"SELECT table_key, at, value FROM {COUNTS.name} "
        f"WHERE run_id IN (SELECT counts_id FROM {EDITIONS.name} WHERE run_id = ?)",
        [run_id],
    ).fetchall():
        found.setdefault(key, {})[tuple(at)] = value
    return found
