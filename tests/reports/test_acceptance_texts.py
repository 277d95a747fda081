"""The acceptance report for programs: every text in three languages, and the same words as on the page."""

from __future__ import annotations

import json
from collections.abc import Iterator
from html import unescape
from html.parser import HTMLParser
from typing import Any

import pytest

from flows.intake.acceptance import as_json
from reports.acceptance import acceptance_page
from reports.locale import CLDR_IDS
from tests.reports.test_acceptance_page import problem, report
from transforms.acceptance import FAMILIES, Acceptance, Suspect
from transforms.messages import counted, said

LANGUAGES = set(CLDR_IDS)
PARTLY = report(problems=tuple(problem(family) for family in FAMILIES))
REMARKS = (
    said("Columns that the contract does not know were left out: {columns}.", columns="note"),
    counted(
        "{n} total does not agree with the sum of its parts; it is listed under “Sums and totals”.",
        "{n} totals do not agree with the sum of their parts; they are listed under “Sums and totals”.",
        5,
    ),
)
REPORTS: dict[str, Acceptance] = {
    "partly accepted": PARTLY,
    "with remarks": report(verdict="accepted with remarks", problems=(), rows_quarantined=0, remarks=REMARKS),
    "rejected": report(
        verdict="rejected",
        vintage_id=None,
        rows_accepted=0,
        reason=(said("{file} is empty (0 bytes).", file="a.csv"),),
        remedy=(said("Send the file again."),),
    ),
    "with identifiers": report(
        verdict="rejected",
        file_name="",
        problems=(),
        suspects=(Suspect(letter="C", spans=((3, 4),), rows=2, what=said("an address")), Suspect(letter="D")),
    ),
    "already loaded": report(verdict="already loaded", first_report="5d775d775d77", problems=()),
}


def texts_in(content: Any, place: str = "") -> Iterator[tuple[str, dict[str, str]]]:
    """(place, text by language) of every object of languages."""
    if isinstance(content, dict):
        if LANGUAGES & content.keys():
            yield place, content
            return
        for name, inside in content.items():
            yield from texts_in(inside, f"{place}.{name}")
    elif isinstance(content, list):
        for number, inside in enumerate(content):
            yield from texts_in(inside, f"{place}[{number}]")


class _Words(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def squeezed(text: str) -> str:
    return "".join(unescape(text).split())


def words_of_page(given: Acceptance, language: str) -> str:
    parser = _Words()
    parser.feed(acceptance_page(given, language))
    return squeezed("".join(parser.words))


@pytest.mark.parametrize("kind", REPORTS)
def test_every_text_is_there_in_each_language_as_the_page_has_it(kind: str) -> None:
    content = json.loads(as_json(REPORTS[kind]))
    found = dict(texts_in(content))
    assert found and all(text.keys() == LANGUAGES for text in found.values())
    places = {place.partition("[")[0].lstrip(".") for place in found}
    assert {"verdict_word", "verdict_text", "source_title", "next_steps"} <= places
    for language in LANGUAGES:
        page = words_of_page(REPORTS[kind], language)
        for place, text in found.items():
            head, _, rest = text[language].partition(": ")  # a note has its heading in a place of its own
            is_there = squeezed(text[language]) in page or (squeezed(head) in page and squeezed(rest) in page)
            assert is_there, (place, language, text[language])


def test_no_text_is_left_in_english_alone() -> None:
    for name, given in REPORTS.items():
        for place, text in texts_in(json.loads(as_json(given))):
            assert text["ru"] != text["en"] or text["tk"] != text["en"], (name, place, text["en"])


def test_a_message_keeps_its_id_and_parameters_and_takes_the_plural_of_each_language() -> None:
    told = json.loads(as_json(REPORTS["with remarks"]))["remarks"]
    assert [one["id"] for one in told] == [message.id for message in REMARKS]
    assert told[1]["params"] == {"n": 5}
    assert told[1]["text"]["en"].startswith("5 totals do not")
    assert told[1]["text"]["ru"].startswith("5 итогов не")


def test_a_problem_has_its_rule_cause_and_right_value_beside_its_places() -> None:
    told = json.loads(as_json(PARTLY))["problems"]
    assert [one["family"] for one in told] == list(FAMILIES)
    for one in told:
        assert {"title", "rule_text", "likely_cause", "expected", "cells", "spans", "rule"} <= one.keys()
        assert one["expected"]["text"]["en"] == "one of Feminine, Masculine"
        assert one["rule_text"]["ru"] != one["rule_text"]["en"]


def test_the_languages_that_await_a_native_reader_are_named() -> None:
    assert json.loads(as_json(PARTLY))["awaiting_native_reader"] == ["tk"]


def test_what_programs_compare_is_no_text_of_a_language() -> None:
    told = json.loads(as_json(PARTLY))
    assert (told["verdict"], told["source"], told["vintage_date"]) == ("partly accepted", "case_register", "2023-07-20")
