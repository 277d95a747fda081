"""The feed keeps to RFC 4287, tells every release and withdrawal, and its ids outlive any address."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime
from xml.etree import ElementTree

import pytest

from reports.archive.feed import MOST, feed_file
from reports.archive.here import Here
from reports.archive.model import Archive, ArchivedEdition
from reports.locale import locale
from tests.reports.archives import EVIL, LANGUAGES, Told, archive_of, pages, release_of, taken_back, whole

ATOM = "{http://www.w3.org/2005/Atom}"
TAG = re.compile(r"tag:[0-9a-f]{16}\.tip-trends\.invalid,\d{4}-\d\d-\d\d:[A-Za-z0-9._/-]+")


def feed_of(archive: Archive, language: str = "en") -> ElementTree.Element:
    here = Here(archive=archive, locale=locale(language), path=f"{language}/feed.atom")
    return ElementTree.fromstring(feed_file(here))  # noqa: S314


def text(of: ElementTree.Element, name: str) -> str:
    found = of.findall(f"{ATOM}{name}")
    assert len(found) == 1, name
    return found[0].text or ""


def entries(feed: ElementTree.Element) -> list[ElementTree.Element]:
    return feed.findall(f"{ATOM}entry")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_feed_has_all_that_the_standard_asks_for(language: str) -> None:
    feed = ElementTree.fromstring(pages()[f"{language}/feed.atom"])  # noqa: S314
    assert feed.tag == f"{ATOM}feed"
    assert feed.attrib == {"{http://www.w3.org/XML/1998/namespace}lang": language}
    assert text(feed, "title") and text(feed, "subtitle")
    assert (feed.findtext(f"{ATOM}author/{ATOM}name") or "").strip()
    for one in (feed, *entries(feed)):
        assert TAG.fullmatch(text(one, "id"))
        assert datetime.fromisoformat(text(one, "updated")).tzinfo is not None
    ids = [text(one, "id") for one in (feed, *entries(feed))]
    assert len(ids) == len(set(ids))
    for entry in entries(feed):
        assert text(entry, "title") and text(entry, "summary")
        assert text(entry, "published") <= text(entry, "updated")
        (link,) = entry.findall(f"{ATOM}link")
        assert (link.get("rel"), link.get("type"), link.get("hreflang")) == ("alternate", "text/html", language)
    moments = [text(entry, "updated") for entry in entries(feed)]
    assert moments == sorted(moments, reverse=True)
    assert text(feed, "updated") == moments[0]


def test_every_release_has_an_entry_and_a_withdrawal_changes_it() -> None:
    feed = feed_of(whole())
    releases = [one for edition in whole().editions for one in edition.releases]
    assert len(entries(feed)) == len(releases) == 5
    (back,) = [entry for entry in entries(feed) if text(entry, "title").startswith("WITHDRAWN: ")]
    assert text(back, "updated") == "2024-01-01T08:00:00+00:00"
    assert text(back, "published") == "2023-11-15T12:00:00+00:00"
    assert "This edition was taken back on 1 January 2024" in text(back, "summary")


def test_a_withdrawal_keeps_the_id_of_the_release() -> None:
    release = release_of("annual-2023", date(2024, 1, 1), date(2024, 2, 1))
    both = [
        archive_of([Told(edition=ArchivedEdition(edition="annual-2023", releases=(one,)), parts=())])
        for one in (release, taken_back(release))
    ]
    before, after = (entries(feed_of(one))[0] for one in both)
    assert text(before, "id") == text(after, "id")
    assert text(before, "updated") < text(after, "updated")


def test_without_an_address_links_are_relative_and_no_link_to_itself_is_claimed() -> None:
    feed = feed_of(whole(), "ru")
    assert [link.get("rel") for link in feed.findall(f"{ATOM}link")] == ["alternate"]
    for link in feed.iter(f"{ATOM}link"):
        assert re.fullmatch(r"(editions/)?[\w.-]+\.html", link.get("href") or "")


def test_with_an_address_links_are_whole_and_the_ids_stay() -> None:
    there = replace(whole(), site="https://statistics.example/tip/XX/")
    feed, before = feed_of(there, "tk"), feed_of(whole(), "tk")
    links = {link.get("rel"): link.get("href") for link in feed.findall(f"{ATOM}link")}
    assert links == {
        "self": "https://statistics.example/tip/XX/tk/feed.atom",
        "alternate": "https://statistics.example/tip/XX/tk/index.html",
    }
    for link in feed.iter(f"{ATOM}link"):
        assert (link.get("href") or "").startswith("https://statistics.example/tip/XX/tk/")
    assert [one.text for one in feed.iter(f"{ATOM}id")] == [one.text for one in before.iter(f"{ATOM}id")]


def test_letters_that_xml_forbids_are_replaced_and_markup_is_text() -> None:
    release = taken_back(release_of("annual-2023", date(2024, 1, 1), date(2024, 2, 1)))
    feed = feed_of(archive_of([Told(edition=ArchivedEdition(edition="annual-2023", releases=(release,)), parts=())]))
    summary = text(entries(feed)[0], "summary")
    assert EVIL.replace("\x0b", "\ufffd") in summary


def test_a_feed_ends_somewhere() -> None:
    names = [f"monthly-{year}-{month:02d}" for year in range(2010, 2020) for month in range(1, 13)]
    told = [
        Told(
            edition=ArchivedEdition(
                edition=name,
                releases=(release_of(name, date(2020, 1, 1), date(int(name[8:12]), int(name[13:]), 10)),),
            ),
            parts=(),
        )
        for name in names
    ]
    found = entries(feed_of(archive_of(told)))
    assert len(found) == MOST
    assert "December 2019" in text(found[0], "title")
