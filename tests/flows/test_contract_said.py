"""The contract of a source in words, in three languages."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from flows.home import Home, Settings, write_settings
from flows.intake.contract_said import contract
from reports.contract_words import CONTRACTS
from reports.locale import CLDR_IDS, Locale, locale
from transforms.messages import Message
from transforms.sources.profile import Profile
from transforms.sources.registry import profiles
from transforms.tables import CORE_TABLES

SHIPPED = profiles()
LANGUAGES = tuple(CLDR_IDS)
OTHERS = tuple(language for language in LANGUAGES if language != "en")
BY_FILE = [pytest.param(known, id=Path(known.origin).stem) for known in SHIPPED]


def lines(known: Profile, here: Locale) -> list[str]:
    return [here.message(line.text) if line.text else line.names for line in contract(known)]


def own_texts(known: Profile) -> set[str]:
    """All that a profile, or the table it fills, says in English."""
    about = {known.title, known.publisher, known.licence, known.doc, known.table.row_is}
    columns = {item.doc or known.table.column(item.column).doc for item in known.fields if item.all_headers}
    rules = {rule.advice for rule in known.rules}
    return (about | columns | rules | {*known.ignored.values(), *known.must_be_empty.values()}) - {""}


@pytest.mark.parametrize("known", BY_FILE)
@pytest.mark.parametrize("language", OTHERS)
def test_a_profile_that_ships_is_told_in_each_language_from_end_to_end(known: Profile, language: str) -> None:
    here = locale(language)
    told, english = lines(known, here), lines(known, locale("en"))
    assert here.untranslated == set()
    assert len(told) == len(english)
    for text, other in zip(told, english, strict=True):
        assert "{" not in re.sub(r"\{\d", "", text)
        assert bool(text) == bool(other)


@pytest.mark.parametrize("known", BY_FILE)
def test_what_a_profile_says_for_itself_is_told_and_is_in_the_catalogues(known: Profile) -> None:
    assert own_texts(known) - CONTRACTS == set()
    told = "\n".join(lines(known, locale("en")))
    assert [text for text in own_texts(known) if text not in told] == []
    for header in (*known.required_headers, *known.ignored, *known.must_be_empty):
        assert header in told


def test_the_catalogues_hold_no_text_that_no_profile_says() -> None:
    said = {text for known in SHIPPED for text in own_texts(known)} | {table.row_is for table in CORE_TABLES}
    assert CONTRACTS - said == set()


def test_numbers_and_signs_are_written_as_each_language_writes_them() -> None:
    yearbook = next(known for known in SHIPPED if known.name == "crime_justice")
    assert "`0,0`: between 0 and 0.5, counted as zero." in lines(yearbook, locale("en"))
    assert "`0,0`: между 0 и 0,5, считается как ноль." in lines(yearbook, locale("ru"))
    assert "`0,0`: 0 bilen 0,5 aralygynda, nol hökmünde hasaplanýar." in lines(yearbook, locale("tk"))


def test_names_of_columns_and_codes_are_the_same_in_every_language() -> None:
    register = next(known for known in SHIPPED if known.name == "case_register")
    for language in LANGUAGES:
        told = lines(register, locale(language))
        assert {"person_key", "event_date", "form"} <= set(told)
        assert any("Feminine, Masculine" in line for line in told)


def test_the_command_takes_the_language_asked_for_else_the_first_of_the_home(
    tip_trends: Callable[..., Any], tmp_path: Path
) -> None:
    home = tmp_path / "home"
    assert "Columns of the file" in tip_trends("--home", home, "sources", "population").out
    russian = tip_trends("--home", home, "sources", "population", "--lang", "ru")
    assert "Графы файла:" in russian.out and "население территории за год" in russian.out and russian.err == ""
    write_settings(Home(folder=home).create(), Settings(country="TM", languages=("tk", "ru")))
    turkmen = tip_trends("--home", home, "sources", "population")
    assert "Faýlyň sütünleri:" in turkmen.out and "okyjy tarapyndan barlanmady" in turkmen.err
    assert "Население по полу и возрасту" in tip_trends("--home", home, "sources", "--lang", "ru").out
    assert tip_trends("--home", home, "sources", "population", "--lang", "fr").code == 2


def test_a_profile_of_one_s_own_keeps_its_english_texts_and_that_is_said(
    tip_trends: Callable[..., Any], tmp_path: Path
) -> None:
    text = Path(__file__).parents[2].joinpath("transforms/sources/profiles/stringency.toml").read_text(encoding="utf-8")
    own = tmp_path / "own.toml"
    own.write_text(re.sub(r'(?m)^doc = ".*"$', 'doc = "An index {of} ours."', text, count=1), encoding="utf-8")
    ran = tip_trends("sources", "--check", own, "--lang", "ru")
    assert ran.code == 0 and "Описание: An index {of} ours." in ran.out
    assert "1 text of this profile is in English only" in ran.err


def test_a_text_with_braces_is_no_form_to_fill_in() -> None:
    assert locale("ru").message(Message(id="An index {of} ours.")) == "An index {of} ours."
