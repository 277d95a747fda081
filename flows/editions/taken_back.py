"""Editions that are taken back: written down in the ledger, marked on their pages, never deleted."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from flows.clock import Clock, day_of, now
from flows.editions.ledger import Ledger, append, settled_ledger, unchanged_since
from flows.editions.manifests import MANIFEST, folder_of, manifest_sha256
from flows.editions.published import another, document_of
from flows.editions.stated import checked_name, checked_text
from flows.folders import digest_of, files_in, place_folder
from flows.home import Home
from flows.warehouse import open_warehouse
from reports.approval import Withdrawal
from reports.withdrawn import KEPT_IN, withdrawn_files, withdrawn_manifest
from transforms.errors import NoData
from transforms.ledger.entries import Entry, Key, instant
from transforms.ledger.states import state_of


def withdraw(home: Path, key: Key, *, by: str, reason: str, clock: Clock = now) -> tuple[Entry, bool]:
    """Take a released edition back: its files say so from now on, the old ones are kept in `withdrawn/` beside it.

    Nothing is deleted, and what was published stays known to the ledger. Returns the entry and whether it is new.
    Raises NoData where nothing was released, ReleaseRefused for a damaged ledger.
    """
    who, why = checked_name(by), checked_text("reason", reason)
    ledger = settled_ledger(home)
    target = _shown(Home(folder=home), ledger, key) or state_of(ledger.entries, key).released
    if target is None:
        raise NoData(f"{key} was never released.", advice="tip-trends release list shows what was.")
    later = ledger.entries[target.seq :]
    taken = [one for one in later if one.act == "withdrawn" and (one.key, one.run_id) == (key, target.run_id)]
    entry = taken[0] if taken else another(target, acted_at=instant(clock()), act="withdrawn", person=who, reason=why)
    return _mark(home, target, entry, ledger), not taken


def _shown(place: Home, ledger: Ledger, key: Key) -> Entry | None:
    """The entry that let out what readers find in the folder, marked as withdrawn or not; None where none did."""
    files = files_in(folder_of(place.editions, key))
    if MANIFEST not in files:
        return None
    ours = [one for one in ledger.entries if one.key == key]
    runs = {one.run_id for one in ours if _is_of(files, one) and one.act != "proposed"}
    return next((one for one in reversed(ours) if one.is_publishing and one.run_id in runs), None)


def _is_of(files: Mapping[str, bytes], entry: Entry) -> bool:
    return manifest_sha256(files) == entry.manifest_sha256


def _mark(home: Path, target: Entry, withdrawal: Entry, ledger: Ledger) -> Entry:
    """Write a withdrawal down, unless it is, and put its banner on the pages, unless it is there."""
    place = Home(folder=home)
    folder = folder_of(place.editions, target.key)
    told = Withdrawal(withdrawn_by=withdrawal.person, withdrawn_on=day_of(withdrawal), reason=withdrawal.reason)
    files = files_in(folder)
    is_there = MANIFEST in files and _is_of(files, target)
    manifest = withdrawn_manifest(json.dumps(document_of(home, target)).encode(), told)
    marked = withdrawn_files(files, told) if is_there else {MANIFEST: manifest}
    with open_warehouse(home) as con:
        present = unchanged_since(con, place, ledger)
        if not withdrawal.hash:
            entry = replace(withdrawal, manifest_sha256=manifest_sha256(marked), files_sha256=digest_of(marked))
            withdrawal = append(con, place, present, entry, document=manifest.decode()).entries[-1]
        if is_there:
            place_folder(folder, marked, kept_in=KEPT_IN)
    return withdrawal
