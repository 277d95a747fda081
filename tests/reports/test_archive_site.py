"""The site of the archive: whole, linked, silent, in three languages, without what was taken back or withheld."""

from __future__ import annotations

import base64
import hashlib
import posixpath
import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.archive.model import Archive, ArchivedEdition, Expected
from reports.archive.site import site_files
from reports.blocks import Reference, Row, TableCell
from reports.definitions import DEFINITIONS
from reports.locale import locale
from tests.reports.archives import EVIL, LANGUAGES, Told, archive_of, pages, release_of, small, taken_back, told, whole
from transforms.errors import WrongArguments
from transforms.indicators.registry import INDICATORS
from transforms.periods import period

HTML = [name for name in pages() if name.endswith(".html")]
ANNUAL = "period | value | \n2022 | 41 | \n2023 | 57 | "


class Read(HTMLParser):
    """Links, ids, texts and scripts of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: list[str] = []
        self.words: list[str] = []
        self.scripts: list[str] = []
        self.policy = ""
        self._inside = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self._inside = tag
        if (href := found.get("href")) is not None:
            self.links.append(href)
        if (id := found.get("id")) is not None:
            self.ids.append(id)
        if found.get("http-equiv") == "Content-Security-Policy":
            self.policy = found.get("content") or ""
        assert not any(name.startswith("on") or name == "src" for name in found)

    def handle_data(self, data: str) -> None:
        if self._inside == "script":
            self.scripts.append(data)
        elif self._inside != "style":
            self.words.append(data)

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    @property
    def said(self) -> str:
        return " ".join(" ".join(self.words).split())


def read(name: str, site: dict[str, bytes] | None = None) -> Read:
    return Read((site or pages())[name].decode("utf-8"))


def test_every_edition_and_every_indicator_has_a_page_in_every_language() -> None:
    names = {one.name for one in whole().series}
    assert {"victims_identified", "offences_recorded"} <= names
    for language in LANGUAGES:
        expected = {f"{language}/index.html"}
        expected |= {f"{language}/editions/{one.edition}.html" for one in whole().editions}
        expected |= {f"{language}/indicators/{name}.html" for name in names}
        assert {name for name in HTML if name.startswith(f"{language}/")} == expected
        assert f"{language}/feed.atom" in pages()
    assert set(pages()) - set(HTML) == {
        *(f"{language}/feed.atom" for language in LANGUAGES),
        *(f"indicators/{name}.csv" for name in names),
        *(f"editions/{name}.sha256" for name in ("annual-2022", "annual-2023")),
    }


def test_every_link_leads_to_a_file_of_the_site_and_every_anchor_to_a_place_in_it() -> None:
    files = {*pages(), *(f"editions/{one.edition}/{file.name}" for one in whole().standing
                         for file in (one.contents.files if one.contents else ()))}  # fmt: skip
    ids = {name: set(read(name).ids) for name in HTML}
    for name in HTML:
        for link in read(name).links:
            if link == "data:,":
                continue
            path, _, anchor = link.partition("#")
            target = posixpath.normpath(posixpath.join(posixpath.dirname(name), path)) if path else name
            assert target in files, (name, link)
            assert not anchor or anchor in ids[target], (name, link)


@pytest.mark.parametrize("name", HTML)
def test_ids_are_unique_and_no_text_is_missing_in_the_language(name: str) -> None:
    page = read(name)
    assert len(page.ids) == len(set(page.ids))
    language = name.partition("/")[0] if "/" in name else "en"
    for number in (1, 2, 5):
        said = locale(language).plural(
            "{n} text of this page is not translated yet and stands in English.",
            "{n} texts of this page are not translated yet and stand in English.",
            number,
        )
        assert said.partition(" ")[2] not in page.said


def test_only_the_first_page_has_a_script_and_its_policy_lets_that_one_run_and_no_other() -> None:
    for name in HTML:
        page = read(name)
        parts = dict(part.strip().partition(" ")[::2] for part in page.policy.split(";"))
        assert parts["default-src"] == parts["base-uri"] == parts["form-action"] == "'none'"
        if name.endswith("index.html"):
            (script,) = page.scripts
            digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
            assert parts["script-src"] == f"'sha256-{digest}'"
        else:
            assert (page.scripts, parts["script-src"]) == ([], "'none'")


def test_the_first_page_is_at_the_root_in_the_first_language() -> None:
    site = dict(site_files(replace(whole(), languages=("ru", "en", "tk"))))
    assert read("index.html", site).said == read("ru/index.html", site).said
    assert "Архив выпусков" in read("index.html", site).said


def test_the_same_editions_give_the_same_bytes() -> None:
    assert dict(site_files(whole())) == pages()


def figures_of(name: str) -> list[str]:
    """Every number that a page prints in its tables, as a number."""
    html = pages()[name].decode("utf-8")
    cells = re.findall(r'<td class="num">(.*?)</td>', html, re.DOTALL)
    bare = (re.sub(r"<[^>]+>|[\s\u00a0\u202f▴]", "", cell) for cell in cells)
    return [cell.replace(".", ",") for cell in bare]


def test_numbers_are_the_same_in_all_languages() -> None:
    names = [name.removeprefix("en/") for name in HTML if name.startswith("en/indicators/")]
    assert len(names) > 3
    for name in names:
        english = figures_of(f"en/{name}")
        assert len(english) > 5
        assert english == figures_of(f"ru/{name}") == figures_of(f"tk/{name}")


def test_an_edition_that_was_taken_back_is_listed_with_its_notice_and_without_a_number_or_file() -> None:
    name = "quarterly-2023-Q3"
    for language in LANGUAGES:
        page = read(f"{language}/editions/{name}.html")
        assert locale(language).text("WITHDRAWN") in page.said
        assert 'Recalled <script>alert(1)</script> & "quoted"' in page.said
        assert not any(f"editions/{name}/" in link for link in page.links)
        assert not re.search(r"<table|<svg|<pre", pages()[f"{language}/editions/{name}.html"].decode())
        assert name in read(f"{language}/index.html").said
    assert not [file for file in pages() if file.endswith(".sha256") and name in file]
    assert not any(name in content.decode() for file, content in pages().items() if file.endswith(".csv"))


def test_an_edition_that_is_not_in_its_folder_as_it_was_released_shows_nothing() -> None:
    page = read("en/editions/quarterly-2023-Q2.html")
    assert "its files are missing or are not those that were released" in page.said
    assert not any("editions/quarterly-2023-Q2/" in link for link in page.links)


def test_no_text_that_somebody_wrote_is_markup() -> None:
    for name, content in pages().items():
        if name.endswith((".html", ".atom")):
            assert b"<script>alert(1)" not in content
            assert b"\x0b" not in content or name.endswith(".html")
    names = {"en": EVIL, "ru": EVIL, "tk": EVIL}
    manifest = small("annual-2023", date(2024, 1, 1), ANNUAL)
    manifest["context"]["breaks"] = [{"source": "case_register", "period": "2023", "key": "a", "texts": {"en": EVIL}}]
    manifest["findings"] = [{"key": "level", "text": {"en": EVIL}, "cells": []}]
    manifest["languages"] = ["en"]
    site = dict(site_files(archive_of([told(manifest, date(2024, 2, 1))], names=names)))
    assert "Recalled <script>" in read("en/index.html", site).said
    assert "Recalled <script>" in read("en/indicators/victims_identified.html", site).said
    for content in site.values():
        assert b"<script>alert" not in content


@pytest.mark.parametrize(
    "path",
    ["https://x.example/", "//x.example", "/etc/passwd", "javascript:alert(1)", "data:text/html,x", "a b", 'a"b', "",
     "\\x", "a:b", "?x", ".."],
)  # fmt: skip
def test_a_link_leads_nowhere_but_to_another_file_of_the_site(path: str) -> None:
    with pytest.raises(ValueError, match="same site"):
        Reference("x", path)
    if path:
        for made in (lambda: TableCell(text="x", path=path), lambda: Row(header="x", cells=(), path=path)):
            with pytest.raises(ValueError, match="same site"):
                made()


def test_the_history_shows_revisions_side_by_side_and_calculates_none() -> None:
    editions = [
        told(small("annual-2022", date(2023, 4, 30), "period | value | \n2021 | 30 | \n2022 | 41 | "),
             date(2023, 5, 1)),
        told(small("annual-2023", date(2024, 4, 30), "period | value | \n2021 | 30 | \n2022 | 44 | \n2023 | | C"),
             date(2024, 5, 1)),
    ]  # fmt: skip
    html = dict(site_files(archive_of(editions)))["en/indicators/victims_identified.html"].decode()
    page = Read(html)
    assert "Revised periods: 1" in page.said
    assert "2022 41 annual-2022 30 April 2023" in page.said
    assert "2022 ▴ 44 annual-2023 30 April 2024" in page.said
    assert "2023 [c] annual-2023" in page.said
    assert not re.search(
        r"(?<![\d-])[+−]?3(?![\d-])", re.sub(r"\b\d{1,2} \w+ \d{4}\b", "", page.said.partition("By year")[2])
    )


def test_a_gap_of_the_chart_bears_its_mark_and_first_figures_have_none() -> None:
    editions = [
        told(small("annual-2022", date(2023, 4, 30), "period | value | \n2020 | 9 | \n2021 | 30 | \n2022 | 41 | "),
             date(2023, 5, 1)),
        told(small("annual-2023", date(2024, 4, 30),
                   "period | value | \n2020 | | C\n2021 | 33 | \n2022 | 41 | \n2023 | 8 | "), date(2024, 5, 1)),
    ]  # fmt: skip
    html = dict(site_files(archive_of(editions)))["en/indicators/victims_identified.html"].decode()
    wide, narrow = re.findall(r'<div class="drawing \w+">(.*?)</div>', html, re.DOTALL)[:2]
    for drawing in (wide, narrow):
        assert drawing.count(">[c]<") == 1
        assert ">Newest<" in drawing and ">First shown<" in drawing and ">SYNTHETIC<" in drawing
        assert "[x]" not in drawing


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_shared_drawing_speaks_the_language_of_its_page(language: str) -> None:
    html = pages()[f"{language}/indicators/victims_identified.html"].decode()
    drawn = re.findall(r"<svg.*?</svg>", html, re.DOTALL)
    assert len(drawn) > 3
    others = {locale(other).text("SYNTHETIC") for other in LANGUAGES} - {locale(language).text("SYNTHETIC")}
    for drawing in drawn:
        assert f">{locale(language).text('SYNTHETIC')}<" in drawing
        assert not any(f">{other}<" in drawing for other in others)


def test_too_few_figures_give_a_table_and_no_picture() -> None:
    one = told(small("annual-2023", date(2024, 1, 1), "period | value | \n2022 | | C\n2023 | 12 | "), date(2024, 2, 1))
    html = dict(site_files(archive_of([one])))["en/indicators/victims_identified.html"].decode()
    assert "<svg" not in html and "<table" in html


@pytest.mark.parametrize("name", [name for name in HTML if name.startswith("ru/")])
def test_a_russian_date_that_ends_in_a_point_ends_its_sentence(name: str) -> None:
    assert not re.search(r"(?<!\.)\.\.(?!\.)", read(name).said)


def calendar(archive: Archive) -> str:
    html = dict(site_files(archive))["en/index.html"].decode()
    return html.partition('<section id="calendar"')[2].partition("</section>")[0]


def bare(*names: str, expected: str = "monthly-2023-08") -> Archive:
    """Editions that are only listed, and what comes next."""
    editions = [
        Told(
            edition=ArchivedEdition(edition=name, releases=(release_of(name, date(2023, 8, 1), date(2023, 8, 10)),)),
            parts=(),
        )
        for name in names
    ]
    kind, _, code = expected.partition("-")
    return archive_of(
        editions, expected=(Expected(edition=f"{kind}-{code}", period=period(code), drafted_on=date(2023, 9, 10)),)
    )


def test_the_calendar_has_a_place_for_every_month_between_the_first_and_the_last() -> None:
    shown = calendar(bare("monthly-2022-11", "monthly-2023-07"))
    rows = re.findall(r'<ul class="slots monthly".*?</ul>', shown, re.DOTALL)
    assert [row.count("<li>") for row in rows] == [12, 12]
    assert re.findall(r'href="editions/([\w-]+)\.html"', shown) == ["monthly-2023-07", "monthly-2022-11"]
    assert shown.count('class="slot expected"') == 1 + 1  # its place, and the key
    assert "Monthly edition: August 2023. Its draft is due on 10 September 2023." in Read(shown).said


def test_years_without_an_edition_are_told_apart_from_years_before_the_first() -> None:
    shown = calendar(bare("annual-2019", "annual-2022", expected="annual-2023"))
    assert re.findall(r"<h3>(\d{4})</h3>", shown) == ["2023", "2022", "2021", "2020", "2019"]
    rows = re.findall(r'<ul class="slots annual"', shown)
    assert len(rows) == 3


def test_an_archive_without_editions_is_refused() -> None:
    with pytest.raises(WrongArguments, match="has no pages"):
        archive_of([])


def test_an_archive_in_which_nothing_stands_has_pages_all_the_same() -> None:
    gone = ArchivedEdition(
        edition="annual-2023", releases=(taken_back(release_of("annual-2023", date(2024, 1, 1), date(2024, 2, 1))),)
    )
    site = dict(site_files(archive_of([Told(edition=gone, parts=())])))
    assert "No edition is at hand whose figures could be shown." in read("en/index.html", site).said
    assert sorted(name for name in site if not name.endswith(".atom")) == [
        "en/editions/annual-2023.html", "en/index.html", "index.html", "ru/editions/annual-2023.html",
        "ru/index.html", "tk/editions/annual-2023.html", "tk/index.html",
    ]  # fmt: skip


def test_editions_lead_to_the_one_before_and_the_one_after_of_their_kind() -> None:
    site = dict(site_files(bare("annual-2021", "annual-2023", "quarterly-2022-Q1")))
    assert read("en/editions/annual-2021.html", site).said.count("2023 →") == 1
    assert "← 2021" in read("en/editions/annual-2023.html", site).said
    assert "→" not in read("en/editions/annual-2023.html", site).said
    assert "quarterly-2022" not in str(read("en/editions/annual-2021.html", site).links)


def test_every_declared_indicator_has_its_definition_here_word_for_word() -> None:
    declared = {one.key: (one.where.sentence, one.date_basis, one.deduplication) for one in INDICATORS}
    assert {key: (one.counted, one.date_basis, one.once) for key, one in DEFINITIONS.items()} == declared


@given(st.permutations(["annual-2021", "annual-2023", "quarterly-2022-Q1", "monthly-2023-12", "quarterly-2023-Q4"]))
def test_editions_are_ordered_by_the_end_of_their_period_then_by_its_length(names: list[str]) -> None:
    order = [one.edition for one in bare(*names).editions]
    assert order == ["annual-2023", "quarterly-2023-Q4", "monthly-2023-12", "quarterly-2022-Q1", "annual-2021"]
