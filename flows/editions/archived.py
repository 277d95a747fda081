"""What the archive of one scope and audience is made of: the ledger, and the editions that lie in `editions/`.

An edition is taken whole or not at all: only where all its files are those that a standing act of the ledger let out.
Each file is read once, each manifest parsed once.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from flows import progress
from flows.clock import day_of
from flows.editions.ledger import Ledger
from flows.editions.manifests import MANIFEST, folder_of
from flows.editions.schedule import Kind, drafted_on
from flows.folders import digest_of_digests
from flows.home import LANGUAGES, Home
from flows.version import code_version
from reports.agreement.document import parsed_manifest
from reports.archive.history import SeriesShown, gathered, listed, shown_in
from reports.archive.model import Archive, ArchivedEdition, Contents, Expected, Release, StoredFile, Withdrawn
from transforms.countries import country
from transforms.disclosure.older_manifests import read_as_today
from transforms.disclosure.policy import PUBLIC
from transforms.errors import NoData
from transforms.ledger.entries import Entry, Key
from transforms.ledger.states import keys_of

_SAID_EVERY = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """The archive, and where the files lie that its site takes over, by their path in the site."""

    archive: Archive
    files: dict[str, Path]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """One edition, what it showed, and the folder it lies in."""

    edition: ArchivedEdition
    parts: tuple[SeriesShown, ...]
    folder: Path


def site_keys(ledger: Ledger) -> tuple[tuple[str, str], ...]:
    """(scope, audience) of every site that the ledger has editions for, in order."""
    released = {(entry.scope, entry.audience) for entry in ledger.entries if entry.is_publishing}
    return tuple(sorted(released))


def gather(home: Home, ledger: Ledger, scope: str, audience: str) -> Gathered:
    """All that the site of a scope and audience is made of; raises NoData where nothing was ever released for it."""
    settings = home.settings()
    keys = [key for key in keys_of(ledger.entries) if (key.scope, key.audience) == (scope, audience)]
    keys = [key for key in keys if any(entry.key == key and entry.is_publishing for entry in ledger.entries)]
    if not keys:
        raise NoData(
            f"No edition of {scope} for {audience} was ever released from this home.",
            advice="`tip-trends release list` shows what there is; publish, propose and approve an edition first.",
        )
    by_key: dict[Key, list[Entry]] = {}
    for entry in ledger.entries:
        by_key.setdefault(entry.key, []).append(entry)
    found = []
    for number, key in enumerate(keys, start=1):
        found.append(_found(home, key, by_key[key]))
        if number % _SAID_EVERY == 0:
            progress.say(f"Archive of {scope} for {audience}: {number} of {len(keys)} editions read")
    found.sort(key=lambda one: one.edition.order, reverse=True)
    of_knowledge = sorted(found, key=lambda one: (one.edition.release.as_of, one.edition.release.moment))
    editions = tuple(one.edition for one in found)
    first = ledger.entries[0]
    archive = Archive(
        scope=scope,
        audience=audience,
        names={str(code): name for code, name in country(scope).names.items()},
        editions=editions,
        series=gathered([one.parts for one in of_knowledge]),
        expected=expected(editions),
        languages=tuple(dict.fromkeys((*settings.languages, *LANGUAGES))),
        site=f"{settings.site}{scope}/" if settings.site and audience == PUBLIC else "",
        publisher=settings.publisher,
        authority=f"{first.hash[:16]}.tip-trends.invalid",
        since=first.moment.date(),
        version=code_version(),
    )
    return Gathered(archive=archive, files=_files(found))


def _files(found: Sequence[_Found]) -> dict[str, Path]:
    files = {}
    for one in found:
        for stored in one.edition.contents.files if one.edition.contents else ():
            files[f"editions/{one.edition.edition}/{stored.name}"] = one.folder / stored.name
    return files


def _found(home: Home, key: Key, entries: Sequence[Entry]) -> _Found:
    folder = folder_of(home.editions, key)
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    stored = []
    manifest = b""
    for path in paths:
        content = path.read_bytes()
        name = path.relative_to(folder).as_posix()
        stored.append(StoredFile(name=name, size=len(content), sha256=hashlib.sha256(content).hexdigest()))
        if name == MANIFEST:
            manifest = content
    digest = digest_of_digests({one.name: one.sha256 for one in stored})
    releases = tuple(_release(entry, entries) for entry in entries if entry.is_publishing)
    standing = {one.id for one in releases if one.withdrawal is None}
    let_out = [entry for entry in entries if entry.is_publishing and entry.files_sha256 == digest]
    entry = next((one for one in reversed(let_out) if _id(one) in standing), None)
    if entry is None:
        is_synthetic = bool((parsed_manifest(manifest) or {}).get("is_synthetic"))
        return _Found(
            edition=ArchivedEdition(edition=key.edition, releases=releases, is_synthetic=is_synthetic),
            parts=(),
            folder=folder,
        )
    document = read_as_today(json.loads(manifest))
    contents = Contents(
        release_id=_id(entry),
        languages=tuple(document["languages"]),
        findings=tuple(finding["text"] for finding in document.get("findings") or ()),
        tables=listed(document),
        files=tuple(stored),
        is_provisional="provisional" in document,
    )
    edition = ArchivedEdition(
        edition=key.edition,
        releases=releases,
        contents=contents,
        is_synthetic=bool(document.get("is_synthetic")),
    )
    return _Found(
        edition=edition,
        parts=shown_in(document, edition=key.edition, released_on=day_of(entry)),
        folder=folder,
    )


def _id(entry: Entry) -> str:
    return entry.hash[:16]


def _release(entry: Entry, entries: Sequence[Entry]) -> Release:
    """The release of a publishing entry; taken back where the last act on its run is a withdrawal."""
    later = [one for one in entries if one.run_id == entry.run_id and one.seq > entry.seq]
    last = next((one for one in reversed(later) if one.is_publishing or one.act == "withdrawn"), None)
    withdrawal = None
    if last is not None and last.act == "withdrawn":
        withdrawal = Withdrawn(withdrawn_on=day_of(last), moment=last.acted_at, reason=last.reason)
    return Release(
        id=_id(entry),
        run_id=entry.run_id,
        as_of=date.fromisoformat(entry.as_of),
        released_on=day_of(entry),
        moment=entry.acted_at,
        manifest_sha256=entry.manifest_sha256,
        withdrawal=withdrawal,
    )


def expected(editions: Sequence[ArchivedEdition]) -> tuple[Expected, ...]:
    """The edition that comes after the last one of each kind, by the schedule and not by any clock."""
    found = []
    kinds: tuple[Kind, ...] = ("annual", "quarterly", "monthly")
    for kind in kinds:
        periods = [one.period for one in editions if one.kind == kind]
        if periods:
            following = max(periods).shifted(1)
            found.append(
                Expected(
                    edition=f"{kind}-{following.code}",
                    period=following,
                    drafted_on=drafted_on(kind, following),
                )
            )
    return tuple(found)
