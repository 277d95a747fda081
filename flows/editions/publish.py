"""One edition for one audience: from the warehouse through the gate to a draft, or to its folder where it is approved.

What stands in `editions/` was approved by a second person; the ledger says by whom. Publishing makes the draft that is
to be proposed (`flows.editions.release`), puts an approved edition back in its place, and approves by itself only where
the home allows that and every source is synthetic.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from flows.clock import Clock, now
from flows.counts.estimate import store_counts
from flows.counts.kept_estimates import store_estimates, unprotected_answers
from flows.editions.archive import refresh, shows
from flows.editions.earlier import earlier_editions, released_past_attacker
from flows.editions.held import refuse_held
from flows.editions.history import history_of
from flows.editions.ledger import append, unchanged_since
from flows.editions.manifests import MANIFEST, folder_of, manifest_sha256
from flows.editions.planned import Planned, count_edition, plan
from flows.editions.published import SELF, approval_of, documents, manifests_in
from flows.editions.runs import made_run, record_alone
from flows.folders import digest_of, files_in, is_unfinished, place_folder, remove_folder, replace_folder
from flows.home import Home
from flows.laps import Laps
from flows.version import code_version
from flows.warehouse import open_warehouse, read_warehouse
from reports.render import edition_files
from transforms.disclosure.earlier import Earlier
from transforms.disclosure.release import release
from transforms.disclosure.released import ReleasedEdition
from transforms.errors import ReleaseRefused
from transforms.indicators.windows import edition_period
from transforms.ledger.entries import Entry, Key, instant
from transforms.ledger.states import standing, state_of
from transforms.statistics.published.annex import quick_annex


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """Where an edition or its draft lies, which run made it, and how long its steps took (seconds).

    `archive_fault` says why the archive could not be made anew with it, empty where it was or had no need.
    """

    key: Key
    folder: Path
    run_id: str
    is_released: bool
    is_new: bool
    seconds: Mapping[str, float]
    archive_fault: str = ""


def estimate_edition(home: Path, edition: str, *, scope: str, as_of: date | None) -> str:
    """Count an edition, put its questions, and keep all in `mart`, where the analyst can look; returns the run."""
    with read_warehouse(home) as con:
        counted = count_edition(con, edition, scope, as_of)
    found = unprotected_answers(counted.inputs)  # before the lock is taken: it takes seconds
    with open_warehouse(home) as con:
        store_counts(con, counted.counts_id, counted.inputs.table_set)
        store_estimates(con, counted.counts_id, found)
    return counted.counts_id


def publish_edition(
    home: Path,
    edition: str,
    *,
    scope: str,
    audience: str,
    as_of: date | None,
    languages: Sequence[str],
    clock: Clock = now,
) -> Published:
    """Make one edition for one audience: a draft in `drafts/`, or, once it is approved, its folder in `editions/`.

    The same as-of on the same data gives the same bytes and changes nothing. `as_of` None: the latest vintage in the
    warehouse. Raises WrongArguments for an edition that is none, NoData, ReleaseRefused (for a damaged ledger too),
    EditionHeld, WarehouseInUse; then the folders are as they were.
    """
    laps = Laps()
    edition_period(edition)
    planned = plan(home, Key(scope=scope, edition=edition, audience=audience), as_of=as_of, languages=languages)
    laps.lap("estimate")
    if (approved := approved_entry(home, planned)) is not None:
        return place_again(home, planned, approved, laps)
    refuse_held(home, edition, scope, planned.counted.as_of, clock)
    if _approves_itself(home, planned):
        released = pass_gate(home, planned)
        laps.lap("release")
        alone = planned.entry(acted_at=instant(clock()), act="approved", person=SELF, is_self_approved=True)
        return let_out(home, planned, released, alone, laps)
    return _draft(home, planned, laps, instant(clock()))


def pass_gate(home: Path, planned: Planned) -> ReleasedEdition:
    """Let an edition through the disclosure gate, beside everything that its readers already have."""
    if not planned.run.earlier:
        return through_gate(planned, (), ())
    with read_warehouse(home) as con:
        known = documents(con, planned.run.earlier)
        earlier = earlier_editions(con, known)
    return through_gate(planned, known, earlier)


def through_gate(planned: Planned, known: Sequence[Mapping[str, Any]], earlier: Sequence[Earlier]) -> ReleasedEdition:
    """The edition from the gate and past the attacker; `known` are the manifests of `earlier`, which readers have."""
    counted = planned.counted
    gate = partial(
        release,
        counted.inputs.table_set,
        audience=planned.key.audience,
        edition=planned.key.edition,
        scope=planned.key.scope,
        as_of=counted.as_of,
        run_id=planned.run.run_id,
        code_version=code_version(),
        created_from=counted.inputs.created_from,
        context={**counted.inputs.context, "annex": [one.to_json() for one in quick_annex()]},
        languages=planned.languages,
        question=counted.inputs.question,
        earlier=earlier,
        history=history_of(planned, known),
    )
    return released_past_attacker(lambda emptied: gate(emptied=emptied), known)


def approved_entry(home: Path, planned: Planned) -> Entry | None:
    """The entry that let this very run out in these languages; None where there is none or it was withdrawn."""
    given = standing(planned.ledger.entries, planned.key, planned.run.run_id)
    same = manifests_in(home, planned.register()) if given else frozenset()
    return next((entry for entry in reversed(given) if entry.manifest_sha256 in same), None)


def draft_files(released: ReleasedEdition, planned: Planned) -> dict[str, bytes]:
    """Files of an edition that nobody has approved."""
    return edition_files(released, planned.languages)


def approved_files(released: ReleasedEdition, planned: Planned, entry: Entry) -> dict[str, bytes]:
    """Files of an edition as an entry of the ledger let it out."""
    return edition_files(released, planned.languages, approval_of(planned.ledger.entries, entry))


def place_again(home: Path, planned: Planned, entry: Entry, laps: Laps) -> Published:
    """Put an approved edition into its place, byte for byte, unless it stands there.

    Raises ReleaseRefused when it cannot be made again as it was.
    """
    place = Home(folder=home)
    folder = folder_of(place.editions, planned.key)
    files = files_in(folder)
    is_there = not is_unfinished(folder) and digest_of(files) == entry.files_sha256
    if is_there and not folder_of(place.drafts, planned.key).exists():
        done = _done(planned, folder, laps, is_released=True, is_new=False)
        return done if shows(home, planned.key) else _archived(home, done, laps)
    if not is_there:
        released = pass_gate(home, planned)
        laps.lap("release")
        files = approved_files(released, planned, entry)
        laps.lap("render")
    if digest_of(files) != entry.files_sha256:
        raise ReleaseRefused(
            f"{planned.key} was approved (entry {entry.seq} of the ledger) but cannot be made again as it was.",
            advice="Restore its folder from a backup; the program or its libraries may have changed since.",
        )
    with open_warehouse(home) as con:
        ledger = unchanged_since(con, place, planned.ledger)
        store_counts(con, planned.counted.counts_id, planned.counted.inputs.table_set)
        is_new = place_folder(folder, files)
        _clear_draft(place, planned, ledger.entries)
    return _archived(home, _done(planned, folder, laps, is_released=True, is_new=is_new), laps)


def let_out(home: Path, planned: Planned, released: ReleasedEdition, entry: Entry, laps: Laps) -> Published:
    """Write an approval down and place its edition: first the ledger, then the folder.

    After a crash in between the ledger names an edition that nobody has seen, which is safe for disclosure control;
    approving or publishing again completes it. The reverse would not be safe. `entry` says who approved and when; the
    digests of the files are filled in here.
    """
    place = Home(folder=home)
    before = planned.ledger.entries
    approval = approval_of(before, replace(entry, seq=len(before) + 1))
    files = edition_files(released, planned.languages, approval)
    laps.lap("render")
    final = replace(entry, manifest_sha256=manifest_sha256(files), files_sha256=digest_of(files))
    register = {
        **planned.register(),
        "as_of": final.as_of,
        "counts_id": planned.counted.counts_id,
        "manifest_sha256": final.manifest_sha256,
        "files_sha256": final.files_sha256,
        "code_version": code_version(),
        "published_at": final.acted_at,
    }
    folder = folder_of(place.editions, planned.key)
    with open_warehouse(home) as con:  # its lock also keeps two publishers of one edition apart
        ledger = unchanged_since(con, place, planned.ledger)
        store_counts(con, planned.counted.counts_id, planned.counted.inputs.table_set)
        made = made_run(planned, "released", final.acted_at, manifest_sha256=final.manifest_sha256)
        document = files[MANIFEST].decode("utf-8")
        ledger = append(con, place, ledger, final, document=document, register=register, made=made)
        is_new = place_folder(folder, files)
        _clear_draft(place, planned, ledger.entries)
    return _archived(home, _done(planned, folder, laps, is_released=True, is_new=is_new), laps)


def _archived(home: Path, done: Published, laps: Laps) -> Published:
    """The same, once the archive shows what readers have; whatever goes wrong there, the edition is released."""
    fault = refresh(home, done.key)
    laps.lap("archive")
    return replace(done, archive_fault=fault, seconds=laps.seconds)


def _draft(home: Path, planned: Planned, laps: Laps, made_at: str) -> Published:
    released = pass_gate(home, planned)
    laps.lap("release")
    files = draft_files(released, planned)
    laps.lap("render")
    folder = folder_of(Home(folder=home).drafts, planned.key)
    with open_warehouse(home) as con:
        unchanged_since(con, Home(folder=home), planned.ledger)
        store_counts(con, planned.counted.counts_id, planned.counted.inputs.table_set)
        is_new = replace_folder(folder, files)
        record_alone(con, made_run(planned, "drafted", made_at, manifest_sha256=manifest_sha256(files)))
    return _done(planned, folder, laps, is_released=False, is_new=is_new)


def _approves_itself(home: Path, planned: Planned) -> bool:
    """Whether no second person is asked; raises ReleaseRefused where the home wants that for real data.

    A run that was withdrawn comes back by two keys only.
    """
    if not Home(folder=home).settings().self_approval:
        return False
    used = planned.counted.inputs.created_from
    real = sorted({one.source for one in used if not one.is_synthetic})
    if real or not used:
        raise ReleaseRefused(
            "home.toml allows self-approval, which is for SYNTHETIC data only; "
            f"these sources are not: {', '.join(real) or 'none was used'}.",
            advice="Take self_approval out of home.toml; then publish makes a draft that a second person approves.",
        )
    entries = [entry for entry in planned.ledger.entries if entry.key == planned.key]
    return not any(entry.act == "withdrawn" and entry.run_id == planned.run.run_id for entry in entries)


def _clear_draft(place: Home, planned: Planned, entries: Sequence[Entry]) -> None:
    """Take away the draft of what was let out, and what a crash left of one; a draft of other figures stays."""
    folder = folder_of(place.drafts, planned.key)
    if (folder / MANIFEST).exists():
        manifest = (folder / MANIFEST).read_bytes()
        waiting = state_of(entries, planned.key).proposal
        answered = {entry.manifest_sha256 for entry in entries if entry.act == "proposed" and entry != waiting}
        if (
            json.loads(manifest).get("run_id") != planned.run.run_id
            and manifest_sha256({MANIFEST: manifest}) not in answered
        ):
            return
    remove_folder(folder)


def _done(planned: Planned, folder: Path, laps: Laps, *, is_released: bool, is_new: bool) -> Published:
    laps.lap("place")
    return Published(
        key=planned.key,
        folder=folder,
        run_id=planned.run.run_id,
        is_released=is_released,
        is_new=is_new,
        seconds=laps.seconds,
    )
