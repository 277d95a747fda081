"""Citations say which edition, which state, which bytes; whatever the title holds, they can be read by programs."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from reports.archive import cite
from reports.archive.cite import Cited
from reports.archive.here import Here, edition_page
from reports.locale import locale
from tests.reports.archives import LANGUAGES, whole

DIGEST = whole().standing[0].release.manifest_sha256
TITLES = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1)


def cited(language: str = "en", site: str = "") -> tuple[Here, Cited]:
    archive = replace(whole(), site=site)
    edition = archive.standing[0]
    here = Here(archive=archive, locale=locale(language), path=edition_page(language, edition.edition))
    return here, cite.cited(here, edition)


def test_the_text_names_edition_readers_knowledge_day_run_and_bytes() -> None:
    here, source = cited()
    assert cite.as_text(here, source) == (
        "Trafficking in persons in figures: Sample Country (fictional), 2023. Edition annual-2023 (Public); "
        f"state of knowledge: 30 April 2024; run run-0001; SHA-256 of edition.json: {DIGEST}. "
        "Released on 10 May 2024. SYNTHETIC data."
    )


def test_every_language_has_its_own_words_and_the_same_facts() -> None:
    texts = [cite.as_text(*cited(language)) for language in LANGUAGES]
    assert len(set(texts)) == len(LANGUAGES)
    for text in texts:
        assert all(fact in text for fact in ("annual-2023", "run-0001", DIGEST))


def test_an_address_is_given_where_there_is_one() -> None:
    here, source = cited("ru", "https://statistics.example/tip/XX/")
    address = "https://statistics.example/tip/XX/ru/editions/annual-2023.html"
    assert cite.as_text(here, source).endswith(f" {address}")
    assert f"  url = {{{address}}}" in cite.as_bibtex(source)
    assert f"UR  - {address}" in cite.as_ris(source)
    assert json.loads(cite.as_csl(source))[0]["URL"] == address
    assert "url" not in cite.as_bibtex(cited()[1]) and "UR  -" not in cite.as_ris(cited()[1])


def test_who_publishes_is_named_where_the_home_says_so_in_the_language_of_the_page() -> None:
    names = {"en": "Working Group & Committee", "ru": "Рабочая группа."}
    archive = replace(whole(), publisher=names)
    place = edition_page("ru", archive.standing[0].edition)
    for language, name in (("en", names["en"]), ("ru", "Рабочая группа"), ("tk", names["en"])):
        here = Here(archive=archive, locale=locale(language), path=place)
        source = cite.cited(here, archive.standing[0])
        assert cite.as_text(here, source).startswith(f"{name}. ")
        assert f"AU  - {name}" in cite.as_ris(source) and f"PB  - {name}" in cite.as_ris(source)
        assert json.loads(cite.as_csl(source))[0]["publisher"] == source.publisher
        assert f"  author = {{{{{source.publisher.replace('&', chr(92) + '&')}}}}}" in cite.as_bibtex(source)
    assert "author" not in cite.as_bibtex(cited()[1]) and "AU  -" not in cite.as_ris(cited()[1])


@given(TITLES)
def test_whatever_a_title_holds_braces_of_bibtex_are_balanced_and_its_signs_escaped(title: str) -> None:
    entry = cite.as_bibtex(replace(cited()[1], title=title))
    bare = re.sub(r"\\[{}&%$#_]", "", entry)
    depth = 0
    for letter in bare:
        depth += (letter == "{") - (letter == "}")
        assert depth >= 0
    assert depth == 0
    assert not re.search(r"(?<!\\)[&%$#]", entry)


@given(TITLES)
def test_whatever_a_title_holds_ris_has_a_tag_on_each_line_and_csl_keeps_the_title(title: str) -> None:
    source = replace(cited()[1], title=title)
    lines = cite.as_ris(source).split("\n")
    assert all(re.match(r"[A-Z][A-Z0-9]  - ", line) for line in lines)
    assert (lines[0], lines[-1]) == ("TY  - RPRT", "ER  - ")
    (item,) = json.loads(cite.as_csl(source))
    assert (item["title"], item["issued"]) == (title, {"date-parts": [[2024, 5, 10]]})


def test_the_day_is_that_of_the_release() -> None:
    source = cited()[1]
    assert source.released_on == date(2024, 5, 10)
    assert "DA  - 2024/05/10/" in cite.as_ris(source)
    assert "  date = {2024-05-10}" in cite.as_bibtex(source)
