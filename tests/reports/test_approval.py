"""Who let an edition out stands on its pages; a draft and a withdrawn edition cannot be taken for a released one."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date
from html import unescape
from importlib import resources
from typing import Any

import jsonschema
import pytest

from reports.approval import Approval, Withdrawal
from reports.locale import locale
from reports.page import page_head
from reports.render import edition_files, edition_manifest
from reports.withdrawn import withdrawn_files
from tests.reports.editions import APPROVED, empty

LANGUAGES = ("en", "ru", "tk")
APPROVAL = replace(APPROVED, proposed_by="A. <Orazowa>")
ALONE = Approval(
    proposed_by="self-approval", approved_by="self-approval", approved_on=date(2024, 5, 1), is_self_approved=True
)
TAKEN_BACK = Withdrawal(withdrawn_by="B. Nurow", withdrawn_on=date(2024, 6, 2), reason='Counted <twice> & "wrongly"')
DRAFT = {"en": "DRAFT: not released", "ru": "ЧЕРНОВИК", "tk": "GARALAMA"}
WITHDRAWN = {"en": "WITHDRAWN", "ru": "ВЫПУСК ОТОЗВАН", "tk": "NEŞIR YZYNA ALYNDY"}


@pytest.fixture(scope="module")
def files() -> dict[str, dict[str, bytes]]:
    """The smallest edition, as a draft, released by two persons, by itself, and taken back."""
    released = edition_files(empty(), LANGUAGES, APPROVAL)
    return {
        "draft": edition_files(empty(), LANGUAGES),
        "released": released,
        "alone": edition_files(empty(), LANGUAGES, ALONE),
        "withdrawn": withdrawn_files(released, TAKEN_BACK),
    }


def page(files: dict[str, bytes], language: str) -> str:
    return files[f"report.{language}.html"].decode()


def said(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html.split("<body", 1)[1])).split())


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_draft_says_so_in_its_title_above_the_page_and_on_every_printed_sheet(
    files: dict[str, dict[str, bytes]], language: str
) -> None:
    html = page(files["draft"], language)
    assert f"<title>{DRAFT[language]}" in html
    assert f'<p class="banner draft" role="note"><strong>{DRAFT[language]}' in html
    word = DRAFT[language].partition(":")[0]
    assert page_head("top-left", word) in html
    for other in ("released", "alone", "withdrawn"):
        assert word not in page(files[other], language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_released_page_names_both_persons_and_the_day(files: dict[str, dict[str, bytes]], language: str) -> None:
    html, told = page(files["released"], language), said(page(files["released"], language))
    assert "A. &lt;Orazowa&gt;" in html and "B. Nurow" in told
    assert " ".join(locale(language).date(APPROVAL.approved_on).split()) in told
    assert "Orazowa" not in page(files["draft"], language)


def test_self_approval_is_said_and_named_for_what_it_is(files: dict[str, dict[str, bytes]]) -> None:
    told = said(page(files["alone"], "en"))
    assert "Released on 1 May 2024 by self-approval: no second person looked at it." in told
    assert "self-approval" not in said(page(files["released"], "en"))


def test_no_text_of_the_two_keys_is_left_in_english(files: dict[str, dict[str, bytes]]) -> None:
    for name in files:
        for language in ("ru", "tk"):
            told = said(page(files[name], language))
            for words in ("DRAFT", "WITHDRAWN", "approved", "Nobody has", "taken back", "Released on"):
                assert words not in told, (name, language, words)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_withdrawn_page_says_so_first_and_keeps_all_the_rest(
    files: dict[str, dict[str, bytes]], language: str
) -> None:
    before, after = page(files["released"], language), page(files["withdrawn"], language)
    assert f"<title>{WITHDRAWN[language]} – " in after
    assert re.search(rf'<body[^>]*>\n<p class="withdrawn" role="note"><strong>{WITHDRAWN[language]}</strong>', after)
    assert "Counted &lt;twice&gt; &amp; &#34;wrongly&#34;." in after
    assert page_head("top-center", WITHDRAWN[language]) in after
    assert said(after).endswith(said(before)[-2000:])
    added = after.count("\n") - before.count("\n")
    assert 0 < added < 10


def test_of_a_withdrawn_edition_pages_workbooks_and_manifest_change(files: dict[str, dict[str, bytes]]) -> None:
    before, after = files["released"], files["withdrawn"]
    changed = {name for name in after if after[name] != before[name]}
    assert after.keys() == before.keys()
    marked = {name for language in LANGUAGES for name in (f"report.{language}.html", f"tables.{language}.xlsx")}
    assert changed == {"edition.json", *marked}


def test_the_manifest_tells_the_status_and_by_whom(files: dict[str, dict[str, bytes]]) -> None:
    found = {name: json.loads(made["edition.json"]) for name, made in files.items()}
    assert {name: one["status"] for name, one in found.items()} == {
        "draft": "draft", "released": "released", "alone": "released", "withdrawn": "withdrawn",
    }  # fmt: skip
    assert "release" not in found["draft"]
    assert found["released"]["release"] == APPROVAL.to_json()
    assert found["withdrawn"]["release"] == APPROVAL.to_json() | TAKEN_BACK.to_json()
    rest = ("status", "release")
    figures = [{key: one[key] for key in one if key not in rest} for one in found.values()]
    assert figures == [figures[0]] * 4


def test_every_status_keeps_to_the_schema_and_no_other_mixture_does(files: dict[str, dict[str, bytes]]) -> None:
    schema = json.loads((resources.files("reports") / "edition.schema.json").read_text("utf-8"))
    documents: list[dict[str, Any]] = [json.loads(made["edition.json"]) for made in files.values()]
    for document in documents:
        jsonschema.validate(document, schema)
    draft, released = documents[0], documents[1]
    for wrong in ({**draft, "release": released["release"]}, {**released, "status": "draft"}, {**draft, "status": "x"}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(wrong, schema)
    bare = {key: value for key, value in released.items() if key != "release"}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(bare, schema)


def test_the_manifest_alone_is_the_one_among_the_files(files: dict[str, dict[str, bytes]]) -> None:
    assert edition_manifest(empty(), LANGUAGES, APPROVAL) == files["released"]["edition.json"]


def test_a_page_of_an_edition_from_before_the_ledger_is_marked_too() -> None:
    old = b'<html><head><title>Old</title><style>a{}</style></head><body class="synthetic">\n<a>Skip</a></body></html>'
    manifest = b'{"schema_version": "1", "tables": []}'
    marked = withdrawn_files({"report.en.html": old, "edition.json": manifest}, TAKEN_BACK)
    assert b'<body class="synthetic">\n<p class="withdrawn"' in marked["report.en.html"]
    assert json.loads(marked["edition.json"])["release"] == TAKEN_BACK.to_json()


def test_words_at_the_head_of_printed_pages_are_letters() -> None:
    with pytest.raises(ValueError, match="not made of letters"):
        page_head("top-left", 'x";}body{display:none')
