"""Whether an edition is what was released, by the files in `received/` alone, whatever stands in the warehouse.

The files are taken in again into a passing warehouse (`flows.intake.again`). Here it gets what else an edition depends
on: the manifests that readers were given, by their digests in the ledger, and the counts of earlier editions, made
again of the same files. Then the edition is made there, and what the home's warehouse holds is held against it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from flows.clock import day_of
from flows.counts.estimate import store_counts
from flows.editions.checked import (
    Check,
    Ground,
    Verification,
    chain_checked,
    contents_checked,
    extracts_checked,
    files_checked,
    kept_copy_checked,
    listed,
    rebuilt_checked,
)
from flows.editions.deleted import deleted
from flows.editions.ledger import Ledger, copy_alone, published_texts
from flows.editions.let_out import approval_shown, candidates, in_home, sound_ledger, true_files
from flows.editions.manifests import MANIFEST, folder_of
from flows.editions.published import released_run
from flows.editions.rebuild import counted_then, extracts_kept
from flows.folders import files_in
from flows.holdings.deliveries import Deliveries, TakenAgain, deliveries_kept, deliveries_told
from flows.holdings.held_rows import differing
from flows.home import Home
from flows.warehouse import look_into_warehouse, open_warehouse
from reports.agreement.document import parsed_manifest
from transforms.errors import NoData, ReleaseRefused, TipTrendsError, WarehouseInUse
from transforms.ledger.entries import Entry, Key
from transforms.tables import EDITIONS, PUBLICATIONS


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a home tells of itself: ledger, deliveries, manifests by their digests, register of editions.

    `unread` says why its warehouse cannot be asked; then all is told by `ledger.jsonl`, receipts and folders.
    """

    ledger: Ledger
    deliveries: Deliveries
    texts: Mapping[str, bytes]
    register: tuple[tuple[Any, ...], ...]
    unread: str = ""

    def document(self, entry: Entry) -> dict[str, Any]:
        """The manifest that a publishing entry gave to readers; raises NoData where it is not to be found."""
        if entry.manifest_sha256 not in self.texts:
            raise NoData(
                f"The manifest of {entry.key} of {day_of(entry)} is nowhere in this home any more.",
                advice=f"Put the folder of the edition back from a backup: {MANIFEST} in it is looked for.",
            )
        return parsed_manifest(self.texts[entry.manifest_sha256]) or {}


def told_by(home: Home) -> Told:
    """What a home tells of itself; raises ReleaseRefused for a damaged ledger, WarehouseInUse."""
    try:
        ledger = sound_ledger(home)
    except (ReleaseRefused, WarehouseInUse):
        raise
    except TipTrendsError as problem:
        ledger = copy_alone(home)
        texts = _texts_in_folders(home, _wanted(ledger.entries))
        return Told(ledger=ledger, deliveries=deliveries_kept(home), texts=texts, register=(), unread=problem.message)
    with look_into_warehouse(home.folder) as con:
        return Told(
            ledger=ledger,
            deliveries=deliveries_told(con, home),
            texts=dict(published_texts(con, _wanted(ledger.entries))),
            register=tuple(con.execute(f"SELECT {', '.join(EDITIONS.names)} FROM {EDITIONS.name}").fetchall()),
        )


def _wanted(entries: Iterable[Entry]) -> set[str]:
    return {entry.manifest_sha256 for entry in entries if entry.is_publishing or entry.act == "withdrawn"}


def _texts_in_folders(home: Home, wanted: set[str]) -> dict[str, bytes]:
    """Manifests by their digests, from all folders of editions: withdrawn and replaced ones lie beside them."""
    found = {}
    for path in sorted(home.editions.rglob(MANIFEST)):
        text = path.read_bytes()
        digest = hashlib.sha256(text).hexdigest()
        if digest in wanted:
            found[digest] = text
    return found


def needed(home: Home, told: Told, keys: Sequence[Key]) -> Deliveries:
    """The deliveries that some editions were made of: those up to their approval, if what they name is among them.

    Later ones too where it is not: then a clock was wrong.
    """
    entries = [approval_shown(told.ledger, key, files_in(folder_of(home.editions, key))) for key in keys]
    named = {str(used["sha256"]) for one in entries for used in told.document(one)["created_from"].values()}
    early = told.deliveries.up_to(max(one.acted_at for one in entries))
    is_whole = named & {one.sha256 for one in told.deliveries.taken} <= {one.sha256 for one in early.taken}
    return early if is_whole else told.deliveries


def verify_from_received(home: Home, told: Told, key: Key, again: TakenAgain, deliveries: Deliveries) -> Verification:
    """Verify what lies in the folder of an edition by a passing home that was made of `deliveries`.

    Raises NoData where the manifest of the edition is lost.
    """
    folder = folder_of(home.editions, key)
    files = files_in(folder)
    entry = approval_shown(told.ledger, key, files)
    uncounted = _furnished(again.home, told, entry)
    let_out = in_home(again.home, told.ledger, key, files)
    behind = extracts_checked(extracts_kept(home, let_out.document), "in received/")
    ground = Ground(
        home=again.home,
        material="the files in received/, loaded into a fresh warehouse,",
        counted_by="a warehouse made of the files in received/",
        lacks=_lacking(told, again, deliveries, uncounted),
    )
    made, rebuilt = rebuilt_checked(ground, told.ledger, let_out, files, behind)
    should = true_files(let_out, candidates(let_out, files, made.files if made else {}, folder))
    return Verification(
        let_out=let_out,
        checks=(
            chain_checked(told.ledger, told.unread),
            behind,
            rebuilt,
            _warehouse_checked(home, told, again, deliveries),
            files_checked(let_out, files, should),
            *kept_copy_checked(let_out, folder),
            *contents_checked(let_out, files),
        ),
        notes=(*let_out.notes(told.ledger), *_without(ground, rebuilt)),
        ground="received",
    )


def _furnished(passing: Home, told: Told, entry: Entry) -> tuple[Key, ...]:
    """Give a passing warehouse the manifests and counts of all that was released before; those it cannot count."""
    earlier = released_run(told.ledger, entry).earlier
    for one in (entry, *earlier):
        told.document(one)  # each must be there
    with open_warehouse(passing.folder) as con:
        _put(con, PUBLICATIONS.name, [(digest, text.decode("utf-8")) for digest, text in told.texts.items()])
        _put(con, EDITIONS.name, told.register)
    uncounted = []
    for one in earlier:
        counted = counted_then(passing, one, told.document(one))
        if counted is None:
            uncounted.append(one.key)
            continue
        row = dict.fromkeys(EDITIONS.names, "") | {
            "as_of": one.as_of,
            "run_id": one.run_id,
            "counts_id": counted.counts_id,
        }
        with open_warehouse(passing.folder) as con:
            store_counts(con, counted.counts_id, counted.inputs.table_set)
            _put(con, EDITIONS.name, [tuple(row[name] for name in EDITIONS.names)])
    return tuple(uncounted)


def _put(con: duckdb.DuckDBPyConnection, table: str, rows: Sequence[tuple[Any, ...]]) -> None:
    """Rows into a table of the passing warehouse, each once."""
    for row in rows:
        marks = ", ".join("?" for _ in row)
        con.execute(f"INSERT INTO {table} SELECT * FROM (SELECT {marks}) EXCEPT SELECT * FROM {table}", list(row))


def _lacking(told: Told, again: TakenAgain, deliveries: Deliveries, uncounted: Sequence[Key]) -> str:
    """What the passing warehouse has not that the home's once had, in words; empty where it has all."""
    lost = [f"{one.file_name} (not kept)" for one in deliveries.lost]
    lost += [f"{one.file_name} (cannot be read today: {reason})" for one, reason in again.refused]
    lost += [f"the counts of {key}, whose extracts are not all kept" for key in uncounted]
    if not told.deliveries.has_recalls:
        lost.append("withdrawals of extracts, which the warehouse alone knows")
    return listed(lost) if lost else ""


def _without(ground: Ground, rebuilt: Check) -> Iterator[str]:
    """Where an edition was made as it was, that something of its time is not there any more."""
    if ground.lacks and rebuilt.verdict == "identical":
        yield f"Made without {ground.lacks}, which the edition does not name."


def _warehouse_checked(home: Home, told: Told, again: TakenAgain, deliveries: Deliveries) -> Check:
    """Whether the home's warehouse holds of each file what the file gives."""
    name = "warehouse"
    if told.unread:
        return Check(name=name, verdict="differs", found=f"it cannot be read: {told.unread}")
    with look_into_warehouse(home.folder) as held, look_into_warehouse(again.home.folder) as made:
        gone = {one.vintage_id for one in deleted(held, told.ledger.entries) if one.kind == "person_keys"}
        keyless = {number for number in again.numbers if number in gone}
        wrong = differing(held, made, again.numbers, keyless)
        now = dict(made.execute("SELECT vintage_id, contract_version FROM raw.vintages").fetchall())
    known = {one.number: one for one in deliveries.taken}
    renewed = {n for n in wrong if known[n].contract_version != now.get(again.numbers[n])}
    altered = [f"{known[n].file_name} ({', '.join(wrong[n])})" for n in sorted(wrong.keys() - renewed)]
    of_today = len(again.numbers) - len(renewed)
    note = f"; {len(renewed)} others were loaded by an earlier version of their contract" if renewed else ""
    note += f"; of {len(keyless)} the person keys were deleted after their time" if keyless else ""
    if altered:
        found = f"of {len(altered)} of {of_today} files it holds other rows than they give: {listed(altered)}{note}"
        return Check(name=name, verdict="differs", found=found)
    return Check(name=name, verdict="identical", found=f"it holds of {of_today} files the rows that they give{note}")
