"""Editions that were published before there was a ledger, found by the register and the manifests in the folders."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from dataclasses import dataclass

import duckdb

from flows.editions.manifests import MANIFEST, manifests_under
from flows.folders import SUPERSEDED
from flows.home import Home
from transforms.errors import ReleaseRefused
from transforms.ledger.entries import Entry
from transforms.tables import EDITIONS

_WHO = "tip-trends"
_WHY = "published before there was a ledger"
_FIELDS = "edition, scope, audience, as_of, run_id, manifest_sha256, files_sha256, published_at"


@dataclass(frozen=True, slots=True, kw_only=True)
class OldEdition:
    """An edition to be recorded: its entry, not chained yet, and the text of its manifest."""

    entry: Entry
    document: str


def editions_before(con: duckdb.DuckDBPyConnection, home: Home, known: Collection[str]) -> tuple[OldEdition, ...]:
    """Editions of the register `pub.editions` that the ledger does not know, oldest first.

    A manifest from before the ledger has no `status`. Raises ReleaseRefused where one has, since the ledger was lost
    then, and where the manifest of a registered edition is in no folder: what readers have could not be told any more.
    """
    rows = con.execute(f"SELECT {_FIELDS} FROM {EDITIONS.name} ORDER BY published_at, edition, audience").fetchall()
    if all(row[5] in known for row in rows):
        return ()
    manifests = _manifests(home)
    found: dict[str, OldEdition] = {}
    for row in rows:
        if row[5] not in known and row[5] not in found:
            found[row[5]] = _old(row, manifests.get(row[5]))
    return tuple(found.values())


def _manifests(home: Home) -> dict[str, bytes]:
    """Every manifest that lies in a folder of an edition or of one that it replaced, by digest."""
    paths = [path for _, path in manifests_under(home.editions)]
    paths += home.editions.glob(f"*/*/{SUPERSEDED}/*/{MANIFEST}")
    contents = [path.read_bytes() for path in paths]
    return {hashlib.sha256(content).hexdigest(): content for content in contents}


def _old(row: tuple[object, ...], manifest: bytes | None) -> OldEdition:
    edition, scope, audience, as_of, run_id, manifest_sha256, files_sha256, published_at = map(str, row)
    where = f"{scope}/{edition}/{audience}"
    if manifest is None:
        raise ReleaseRefused(
            f"{where} was published (as of {as_of}), but the ledger does not know it and no folder holds its "
            "edition.json.",
            advice="Restore editions/, .superseded/ folders included, and ledger.jsonl from a backup of that time: "
            "without them nobody can tell what readers already have.",
        )
    if "status" in json.loads(manifest):
        raise ReleaseRefused(
            f"{where} (as of {as_of}) was published with a ledger, and the ledger does not know it: it was lost.",
            advice="Restore warehouse.duckdb and ledger.jsonl together from the last backup; nothing was changed.",
        )
    entry = Entry(
        seq=0,
        acted_at=published_at,
        act="recorded",
        person=_WHO,
        edition=edition,
        scope=scope,
        audience=audience,
        run_id=run_id,
        as_of=as_of,
        manifest_sha256=manifest_sha256,
        files_sha256=files_sha256,
        reason=_WHY,
    )
    return OldEdition(entry=entry, document=manifest.decode("utf-8"))
