"""The two keys: one person proposes a draft, another approves or refuses it; what was approved can be taken back.

Every act is an entry of the ledger. Done again, each of them changes nothing and completes what a crash cut off.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from flows.clock import Clock, day_of, now
from flows.editions.ledger import Ledger, append, settled_ledger, unchanged_since
from flows.editions.manifests import MANIFEST, folder_of, manifest_sha256
from flows.editions.planned import Planned, plan
from flows.editions.publish import Published, draft_files, let_out, pass_gate, place_again
from flows.editions.published import another, document_of
from flows.editions.stated import checked_name, checked_text
from flows.folders import digest_of, files_in
from flows.home import Home
from flows.laps import Laps
from flows.warehouse import open_warehouse
from reports.render import edition_manifest
from transforms.disclosure.released import ReleasedEdition
from transforms.errors import NoData, ReleaseRefused
from transforms.ledger.differences import has_same_figures
from transforms.ledger.entries import Entry, Key, instant
from transforms.ledger.states import is_same_person, state_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A proposed edition that passed the gate again: what the second person looks at and then approves."""

    proposal: Entry
    planned: Planned
    released: ReleasedEdition
    document: Mapping[str, Any]
    preview: Path


def propose(home: Path, key: Key, *, by: str, context: str, controls: str, clock: Clock = now) -> tuple[Entry, bool]:
    """Propose the draft of an edition for release; returns the proposal and whether it is new.

    `context` says what the edition is for, `controls` what was checked. Raises WrongArguments for a text that is empty
    or names a person, NoData where there is no draft, ReleaseRefused where it is not what would be made now.
    """
    who, why, checked = checked_name(by), checked_text("context", context), checked_text("controls", controls)
    folder = folder_of(Home(folder=home).drafts, key)
    files = files_in(folder)
    document = _draft_document(files, key)
    planned = _planned_as(home, key, document)
    if planned.run.run_id != document.get("run_id"):
        raise ReleaseRefused(
            f"The draft of {key} is out of date: its data, the program or what its readers have changed since.",
            advice=f"Make it anew, look at it, and propose again: tip-trends publish {key.edition}",
        )
    if draft_files(pass_gate(home, planned), planned) != files:
        raise ReleaseRefused(
            f"Files of the draft of {key} were altered: they are not what the program makes.",
            advice=f"Make it anew, look at it, and propose again: tip-trends publish {key.edition}",
        )
    entry = planned.entry(
        acted_at=instant(clock()),
        act="proposed",
        person=who,
        context=why,
        controls=checked,
        manifest_sha256=manifest_sha256(files),
        files_sha256=digest_of(files),
    )
    waiting = state_of(planned.ledger.entries, key).proposal
    if waiting is not None and _is_said_again(waiting, entry):
        return waiting, False
    return _write(home, planned.ledger, entry), True


def candidate(home: Path, key: Key) -> Candidate:
    """The proposed edition as it would be released now; raises ReleaseRefused where it is not what was proposed."""
    proposal = _proposal(settled_ledger(home), key)
    folder = folder_of(Home(folder=home).drafts, key)
    files = files_in(folder)
    again = f"Make it anew with tip-trends publish {key.edition}, look at it, and propose it again."
    if digest_of(files) != proposal.files_sha256:
        raise ReleaseRefused(f"The draft of {key} is not the one that was proposed any more.", advice=again)
    document = _draft_document(files, key)
    planned = _planned_as(home, key, document)
    released = pass_gate(home, planned)
    rebuilt = json.loads(edition_manifest(released, planned.languages))
    if not has_same_figures(document, rebuilt):
        raise ReleaseRefused(
            f"The data, the program or what its readers have changed since {key} was proposed: "
            "its figures, or what they are compared with, would be others now.",
            advice=again,
        )
    return Candidate(proposal=proposal, planned=planned, released=released, document=rebuilt, preview=folder)


def approve(home: Path, found: Candidate, *, by: str, clock: Clock = now) -> Published:
    """Let a proposed edition out; raises ReleaseRefused for the person who proposed it."""
    who = checked_name(by)
    if is_same_person(who, found.proposal.person):
        raise ReleaseRefused(
            f"{found.proposal.person} proposed this edition and cannot approve it.",
            advice="Another person must look at it and approve it: tip-trends release approve EDITION --by OTHER",
        )
    entry = found.planned.entry(acted_at=instant(clock()), act="approved", person=who)
    return let_out(home, found.planned, found.released, entry, Laps())


def approved_before(home: Path, key: Key) -> tuple[Entry, Published] | None:
    """The approval of an edition of which no proposal waits, once its folder is in its place; None where one waits.

    So an approval that a crash cut off is completed when it is asked for again.
    """
    ledger = settled_ledger(home)
    state = state_of(ledger.entries, key)
    entry = state.released
    if state.proposal or state.refusal or state.withdrawal or entry is None or entry.act != "approved":
        return None
    planned = _planned_as(home, key, document_of(home, entry))
    if planned.run.run_id != entry.run_id:  # newer data: its folder can only be as it is
        folder = folder_of(Home(folder=home).editions, key)
        if digest_of(files_in(folder)) != entry.files_sha256:
            raise ReleaseRefused(
                f"{key} was approved on {day_of(entry)}, but its folder is missing or altered, and its data changed.",
                advice="Restore its folder from a backup, or publish, propose and approve it anew.",
            )
        done = Published(key=key, folder=folder, run_id=entry.run_id, is_released=True, is_new=False, seconds={})
        return entry, done
    return entry, place_again(home, planned, entry, Laps())


def refuse(home: Path, key: Key, *, by: str, reason: str, clock: Clock = now) -> tuple[Entry, bool]:
    """Answer a proposal with no; returns the entry and whether it is new. The draft stays, to be made better."""
    who, why = checked_name(by), checked_text("reason", reason)
    ledger = settled_ledger(home)
    answered = state_of(ledger.entries, key).refusal
    if answered is not None and is_same_person(answered.person, who) and answered.reason == why:
        return answered, False
    proposal = _proposal(ledger, key)
    entry = another(proposal, acted_at=instant(clock()), act="refused", person=who, reason=why)
    return _write(home, ledger, entry), True


def _write(home: Path, ledger: Ledger, entry: Entry) -> Entry:
    place = Home(folder=home)
    with open_warehouse(home) as con:
        return append(con, place, unchanged_since(con, place, ledger), entry).entries[-1]


def _proposal(ledger: Ledger, key: Key) -> Entry:
    state = state_of(ledger.entries, key)
    if state.proposal is not None:
        return state.proposal
    if state.refusal is not None:
        raise ReleaseRefused(
            f"The proposal of {key} was refused by {state.refusal.person}: {state.refusal.reason}",
            advice=f"Put right what was wrong, then: tip-trends publish {key.edition}, and propose it again.",
        )
    raise ReleaseRefused(
        f"No proposal of {key} waits for approval.",
        advice=f"First: tip-trends publish {key.edition}, then tip-trends release propose {key.edition} --by NAME ...",
    )


def _draft_document(files: Mapping[str, bytes], key: Key) -> dict[str, Any]:
    if MANIFEST not in files:
        raise NoData(f"There is no draft of {key}.", advice=f"Make it: tip-trends publish {key.edition}")
    try:
        document = json.loads(files[MANIFEST])
        date.fromisoformat(document["as_of"])
        if document["status"] == "draft" and all(isinstance(one, str) for one in document["languages"]):
            return dict(document)
    except (ValueError, KeyError, TypeError):
        pass
    raise ReleaseRefused(
        f"The edition.json of the draft of {key} was altered.",
        advice=f"Make the draft anew, look at it, and propose again: tip-trends publish {key.edition}",
    )


def _planned_as(home: Path, key: Key, document: Mapping[str, Any]) -> Planned:
    as_of = date.fromisoformat(document["as_of"])
    return plan(home, key, as_of=as_of, languages=tuple(document["languages"]))


def _is_said_again(one: Entry, other: Entry) -> bool:
    names = ("act", "run_id", "manifest_sha256", "files_sha256", "context", "controls")
    return is_same_person(one.person, other.person) and all(getattr(one, n) == getattr(other, n) for n in names)
