"""Homes for the tests of the ledger and the two keys: small, quick to publish from, with a clock of their own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from flows.editions.ledger import settled_ledger
from flows.editions.publish import Published, publish_edition
from flows.editions.release import approve, candidate, propose
from flows.home import Home, Settings, write_settings
from flows.intake.ingest import ingest_file
from reports.approval import Approval
from reports.render import edition_manifest
from transforms.disclosure.released import ReleasedEdition
from transforms.ledger.entries import Entry, Key

EDITION = "annual-2016"
WORKING_GROUP = Key(scope="world", edition=EDITION, audience="working-group")
PUBLIC = Key(scope="world", edition=EDITION, audience="public")
STATED = {"context": "Yearly figures for the group", "controls": "Read in full, sums checked"}
YEARS = (2014, 2015, 2016)
FIRST, SECOND = date(2017, 3, 31), date(2017, 6, 30)


def plain_files(
    edition: ReleasedEdition, languages: Sequence[str], approval: Approval | None = None
) -> dict[str, bytes]:
    """Files of an edition with the real manifest; pages and workbooks cost nothing to draw."""
    by = "DRAFT" if approval is None else f"approved by {approval.approved_by}"
    page = f"<html><head><title>t</title></head><body>\n{by} {edition.run_id}</body></html>".encode()
    files = {f"report.{language}.html": page for language in languages}
    files |= {f"tables.{language}.xlsx": b"figures" for language in languages}
    return {**files, "edition.json": edition_manifest(edition, languages, approval), "tables/t.csv": b"t"}


def quickly(patch: pytest.MonkeyPatch) -> None:
    """Draw no pages and run no published cases again: they take seconds and nothing here depends on them."""
    patch.setattr("flows.editions.publish.edition_files", plain_files)
    patch.setattr("flows.editions.publish.refresh", lambda *_: "")
    patch.setattr("flows.editions.publish.quick_annex", tuple)
    patch.setattr("os.fsync", lambda *_: None)


class Clock:
    """A clock that goes forward by an hour each time it is read."""

    def __init__(self) -> None:
        self.moment = datetime(2024, 5, 1, 8, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.moment += timedelta(hours=1)
        return self.moment


def new_home(folder: Path, write: Callable[..., Path], *, name: str = "list", **settings: Any) -> Path:
    """A home of the world with one list of 2014 to 2016, known from `FIRST` on."""
    write_settings(Home(folder=folder).create(), Settings(**settings))
    ingest_file(folder, write(folder.parent / f"{name}_{FIRST}.csv", YEARS, persons=30))
    return folder


def more_data(home: Path, write: Callable[..., Path], *, day: date = SECOND, name: str = "list") -> None:
    """A later list that knows more persons."""
    ingest_file(home, write(home.parent / f"{name}_{day}.csv", YEARS, persons=47))


def publish(home: Path, key: Key = WORKING_GROUP, as_of: date | None = None, clock: Clock | None = None) -> Published:
    return publish_edition(
        home, key.edition, scope=key.scope, audience=key.audience, as_of=as_of, languages=("en",),
        clock=clock or Clock(),
    )  # fmt: skip


def release(home: Path, key: Key = WORKING_GROUP, clock: Clock | None = None) -> Published:
    """Draft, first key, second key."""
    clock = clock or Clock()
    publish(home, key)
    propose(home, key, by="A. Orazowa", **STATED, clock=clock)
    return approve(home, candidate(home, key), by="B. Nurow", clock=clock)


def entries(home: Path) -> tuple[Entry, ...]:
    return settled_ledger(home).entries


def acts(home: Path) -> list[str]:
    return [entry.act for entry in entries(home)]
