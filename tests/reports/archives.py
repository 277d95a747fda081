"""Archives for tests: manifests as readers are given them, released one after the other, with a ledger made up."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from typing import Any

from reports.archive.history import SeriesShown, gathered, listed, shown_in
from reports.archive.model import Archive, ArchivedEdition, Contents, Expected, Release, StoredFile, Withdrawn
from reports.archive.site import site_files
from reports.render import edition_manifest
from tests.reports.editions import APPROVED, COUNTRY, edition, sealed, table
from tests.reports.people import national
from transforms.disclosure.released import ReleasedCell, ReleasedEdition
from transforms.periods import period

LANGUAGES = ("en", "ru", "tk")
EVIL = 'Recalled <script>alert(1)</script> & "quoted" \u202e \x0b ministry\'s letter'


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One edition of an archive and what it showed along time."""

    edition: ArchivedEdition
    parts: tuple[SeriesShown, ...]


def document(released: ReleasedEdition, languages: Sequence[str] = LANGUAGES) -> dict[str, Any]:
    """The manifest of an edition."""
    found: dict[str, Any] = json.loads(edition_manifest(released, languages, APPROVED))
    return found


def release_of(name: str, as_of: date, released_on: date, **changes: Any) -> Release:
    """A release of that day, at noon."""
    given = {
        "id": hashlib.sha256(f"{name} {as_of} {released_on}".encode()).hexdigest()[:16],
        "run_id": "run-0001",
        "as_of": as_of,
        "released_on": released_on,
        "moment": f"{released_on}T12:00:00+00:00",
        "manifest_sha256": hashlib.sha256(name.encode()).hexdigest(),
        **changes,
    }
    return Release(**given)


def taken_back(release: Release, reason: str = EVIL) -> Release:
    """The same release once it was taken back on the first of the next January."""
    day = date(release.released_on.year + 1, 1, 1)
    gone = Withdrawn(withdrawn_on=day, moment=f"{day}T08:00:00+00:00", reason=reason)
    return replace(release, withdrawal=gone)


def told(manifest: Mapping[str, Any], released_on: date) -> Told:
    """An edition that stands and lies in its folder."""
    name, as_of = str(manifest["edition"]), date.fromisoformat(manifest["as_of"])
    release = release_of(name, as_of, released_on)
    names = [
        *(f"report.{language}.html" for language in manifest["languages"]),
        "edition.json",
        *(f"tables/{one['key']}.csv" for one in manifest["tables"]),
    ]
    files = tuple(
        StoredFile(name=one, size=1234 * len(one), sha256=hashlib.sha256(one.encode()).hexdigest())
        for one in sorted(names)
    )
    contents = Contents(
        release_id=release.id,
        languages=tuple(manifest["languages"]),
        findings=tuple(one["text"] for one in manifest["findings"]),
        tables=listed(manifest),
        files=files,
    )
    return Told(
        edition=ArchivedEdition(
            edition=name, releases=(release,), contents=contents, is_synthetic=bool(manifest["is_synthetic"])
        ),
        parts=shown_in(manifest, edition=name, released_on=released_on),
    )


def archive_of(told_of: Sequence[Told], **changes: Any) -> Archive:
    """An archive of editions, given from the oldest state of knowledge to the newest."""
    editions = sorted((one.edition for one in told_of), key=lambda one: one.order, reverse=True)
    given: dict[str, Any] = {
        "scope": "XX",
        "audience": "public",
        "names": COUNTRY["names"],
        "editions": tuple(editions),
        "series": gathered([one.parts for one in told_of]),
        "expected": (Expected(edition="annual-2024", period=period("2024"), drafted_on=date(2025, 3, 15)),),
        "languages": LANGUAGES,
        "site": "",
        "publisher": {},
        "authority": "0123456789abcdef.tip-trends.invalid",
        "since": date(2023, 5, 1),
        "version": "0.1.0",
        **changes,
    }
    return Archive(**given)


def small(name: str, as_of: date, figures: str, **changes: Any) -> dict[str, Any]:
    """The manifest of an edition with one table by period, drawn as text; `period | value | status`."""
    tables = [table(figures, caveats=("detection_is_not_prevalence",))]
    context = {"edition_period": name.partition("-")[2]}
    return document(edition(tables, edition=name, as_of=as_of, context=context, **changes))


@cache
def whole() -> Archive:
    """Everything that can be: two annual editions of the sample country, a quarter that was taken back, one away."""
    earlier = national(0.96, edition="annual-2022", as_of=date(2023, 4, 30), context={"edition_period": "2022"})
    later = national(edition="annual-2023", as_of=date(2024, 4, 30))
    away = release_of("quarterly-2023-Q2", date(2023, 8, 1), date(2023, 8, 15))
    back = taken_back(release_of("quarterly-2023-Q3", date(2023, 11, 1), date(2023, 11, 15)))
    first, last = told(document(earlier), date(2023, 5, 10)), told(document(later), date(2024, 5, 10))
    before = release_of("annual-2023", date(2024, 1, 31), date(2024, 2, 10))
    last = replace(last, edition=replace(last.edition, releases=(before, *last.edition.releases)))
    gone = [
        Told(edition=ArchivedEdition(edition="quarterly-2023-Q2", releases=(away,), is_synthetic=True), parts=()),
        Told(edition=ArchivedEdition(edition="quarterly-2023-Q3", releases=(back,), is_synthetic=True), parts=()),
    ]
    return archive_of([first, *gone, last])


@cache
def pages() -> dict[str, bytes]:
    """The site of `whole`."""
    return dict(site_files(whole()))


def counts(values: Mapping[str, float | None]) -> dict[str, Any]:
    """The manifest of an annual edition whose counts by period are these; None is withheld."""
    cells = [
        ReleasedCell(at=(part,), value=value, conf_status="F" if value is not None else "C")
        for part, value in values.items()
    ]
    return document(edition([sealed("victims_identified_by_period", ("period",), cells)]))
