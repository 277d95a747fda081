"""The feed of a site: Atom (RFC 4287), with ids and dates that come from the ledger and never change."""

from __future__ import annotations

import re
from dataclasses import dataclass

from reports.archive.edition_part import taken_back
from reports.archive.here import HOME, Here, edition_page, feed
from reports.archive.model import ArchivedEdition, Release
from reports.archive.start import released
from reports.page import environment

MOST = 60
"""Entries of a feed: the latest acts."""
_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One release as the feed tells it; `updated` is the instant of its withdrawal, where there is one."""

    id: str
    title: str
    summary: str
    link: str
    published: str
    updated: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """All that the template writes; `own` is empty where the site has no known address."""

    language: str
    id: str
    title: str
    subtitle: str
    author: str
    updated: str
    home: str
    own: str
    version: str
    entries: tuple[Entry, ...]


def feed_file(here: Here) -> bytes:
    """The feed in one language, in UTF-8; `here` is its place in the site."""
    text = environment().get_template("archive_feed.xml.j2").render(feed=_feed(here))
    return text.encode()


def _feed(here: Here) -> Feed:
    archive = here.archive
    entries = sorted(
        (_entry(here, edition, release) for edition in archive.editions for release in edition.releases),
        key=lambda entry: (entry.updated, entry.id),
        reverse=True,
    )
    return Feed(
        language=here.language,
        id=_tag(here, here.language),
        title=_clean(here.text("Archive of editions: {area}", area=here.area)),
        subtitle=here.text("Trafficking in persons: trends and indicators"),
        author=_clean(here.area),
        updated=archive.last_moment,
        home=_address(here, f"{here.language}/{HOME}"),
        own=f"{archive.site}{feed(here.language)}" if archive.site else "",
        version=archive.version,
        entries=tuple(entries[:MOST]),
    )


def _entry(here: Here, edition: ArchivedEdition, release: Release) -> Entry:
    back = release.withdrawal
    title = here.title(edition)
    synthetic = here.text("SYNTHETIC data.") if edition.is_synthetic else ""
    withdrawn = here.text("WITHDRAWN")
    said = (here.kind(edition.kind) + ".", taken_back(here, release) or released(here, release), synthetic)
    return Entry(
        id=_tag(here, f"{edition.edition}/{release.id}"),
        title=_clean(f"{withdrawn}: {title}" if back else title),
        summary=_clean(" ".join(filter(None, said))),
        link=_address(here, edition_page(here.language, edition.edition)),
        published=release.moment,
        updated=back.moment if back else release.moment,
    )


def _tag(here: Here, what: str) -> str:
    """A tag URI (RFC 4151): it names without being an address, so it stays when the site moves."""
    archive = here.archive
    return f"tag:{archive.authority},{archive.since.isoformat()}:{archive.audience}/{archive.scope}/{what}"


def _address(here: Here, target: str) -> str:
    return f"{here.archive.site}{target}" if here.archive.site else here.to(target)


def _clean(text: str) -> str:
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)
