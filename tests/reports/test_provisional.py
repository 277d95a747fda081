"""An edition that was made while deliveries were missing says so wherever it is read; a complete one says nothing."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from datetime import date
from html import unescape
from typing import Any

import jsonschema
import pytest
from openpyxl import load_workbook

from reports.approval import Withdrawal
from reports.blocks import KeyFigures, plain_text
from reports.edition import View
from reports.findings import findings, in_languages
from reports.locale import CLDR_IDS, locale
from reports.manifest import edition_json, schema
from reports.render import report
from reports.sections import key_findings, quality
from reports.withdrawn import withdrawn_files
from reports.workbook import tables_workbook
from tests.reports.before import before, followed, headline, lines_of, said
from tests.reports.editions import APPROVED, edition, table
from transforms.disclosure.released import ReleasedEdition

TABLES = (
    headline("""
        period | value | status
        2022   | 60    |
        2023   | 52    |
        """),
    table(
        """
        period | value | status
        2022   | 30    |
        2023   | 31    |
        """,
        key="persons_convicted_by_period",
        sources=("crime_justice",),
    ),
)
AWAITED = [{"source": "case_register", "body": "NGO", "period": "2023-Q4", "due": "2024-01-25"}]


def provisional(**changes: Any) -> ReleasedEdition:
    return edition(TABLES, context={"awaited": AWAITED}, **changes)


def view(made: ReleasedEdition, language: str = "en") -> View:
    return View(made, locale(language), APPROVED)


def words_of(language: str) -> Mapping[str, str]:
    here = locale(language)
    return {key: here.text(key) for key in ("PROVISIONAL", "Provisional.", "Provisional edition")}


@pytest.mark.parametrize("language", CLDR_IDS)
def test_the_page_says_it_at_its_head_in_its_findings_and_in_the_section_on_reporting(language: str) -> None:
    page = unescape(report(view(provisional(), language)).decode())
    told = words_of(language)
    assert f'<p class="banner provisional" role="note"><strong>{told["PROVISIONAL"]}</strong>' in page
    assert f'@top-center{{content:"{told["PROVISIONAL"]}"' in page, "on every printed page"
    assert told["Provisional edition"] in page and told["Provisional."] in page
    assert len(locale(language).untranslated) == 0


def test_the_page_of_a_complete_edition_says_nothing_of_it() -> None:
    for made in (edition(TABLES), edition(TABLES, context={"awaited": []})):
        page = report(view(made)).decode().casefold()
        assert "banner provisional" not in page.split("</style>")[1]
        assert "made without the deliveries" not in page
        assert "provisional" not in json.loads(edition_json(made, []))


def test_only_sentences_that_rest_on_what_is_awaited_are_hedged() -> None:
    found = {one.key: plain_text(one.text) for one in findings(view(provisional()))}
    assert found["level"].endswith(" Provisional.")
    assert not found["convictions"].endswith("Provisional.")
    (first, *_) = in_languages(provisional(), ["en", "ru", "tk"])
    assert [text.rsplit(" ", 1)[1] for text in first["text"].values()] == [
        "Provisional.",
        "Предварительно.",
        "Deslapky.",
    ]


def test_only_tiles_that_rest_on_what_is_awaited_say_so() -> None:
    (tiles,) = [block for block in key_findings.section(view(provisional())).blocks if isinstance(block, KeyFigures)]
    told = {tile.label: tile.context for tile in tiles.tiles}
    assert told["Identified victims"] == "in 2023; 60 in 2022; provisional"
    assert told["Persons convicted"] == "in 2023; 30 in 2022"


def test_the_section_on_reporting_lists_each_delivery_with_its_due_day() -> None:
    lines = lines_of(quality.section(view(provisional())))
    assert lines[0].startswith("This edition is provisional: it was made without the deliveries below.")
    assert lines[1] == "- NGO hotline and shelter: National case register, Q4\u00a02023; due by 25 January 2024."


def test_a_delivery_of_no_body_is_told_by_who_supplies_the_source() -> None:
    owed = [{"source": "population", "body": "", "period": "2023", "due": "2024-12-30"}]
    lines = lines_of(quality.section(view(edition(TABLES, context={"awaited": owed}))))
    assert lines[1].startswith("- the State Statistics Committee: Population by sex and age, 2023;")


def test_the_manifest_names_what_is_awaited_and_its_schema_knows_it() -> None:
    document = json.loads(edition_json(provisional(), [], APPROVED))
    assert document["provisional"] == {"awaited": AWAITED}
    known = json.loads(schema())
    assert [found.message for found in jsonschema.Draft202012Validator(known).iter_errors(document)] == []
    document["provisional"]["awaited"][0]["rows"] = 3
    assert [found.message for found in jsonschema.Draft202012Validator(known).iter_errors(document)]


def test_every_sheet_of_the_workbook_says_it() -> None:
    book = load_workbook(io.BytesIO(tables_workbook(view(provisional()))))
    assert len(book.worksheets) == 5
    for sheet in book.worksheets:
        assert str(sheet.cell(2, 1).value).startswith("PROVISIONAL. Released on 1 May 2024")
        assert "PROVISIONAL" in str(sheet.oddHeader.left.text or sheet.oddHeader.center.text)
    cover = "\n".join(str(row[0].value) for row in book.worksheets[0].iter_rows())
    assert "Missing: NGO hotline and shelter (National case register, Q4\u00a02023)" in cover


def test_a_withdrawn_edition_is_called_withdrawn_where_it_was_called_provisional() -> None:
    files = {"report.en.html": report(view(provisional())), "edition.json": edition_json(provisional(), [], APPROVED)}
    told = Withdrawal(withdrawn_by="B. Nurow", withdrawn_on=date(2024, 6, 1), reason="Counted twice")
    page = withdrawn_files(files, told)["report.en.html"].decode()
    heads = [part.partition('"')[0] for part in page.split('@top-center{content:"')[1:]]
    assert heads == ["PROVISIONAL", "WITHDRAWN"], "of two rules for one place the later one counts"


def after(context: dict[str, Any]) -> str:
    """What section 2 says after an edition of the same year that lacked the list of the NGO."""
    last = before((TABLES[0],), 2023, context={"awaited": AWAITED})
    return said(followed(TABLES, last, context=context))


def test_the_next_edition_says_what_the_last_one_lacked_and_what_has_come() -> None:
    punctual = [
        {"source": "case_register", "body": "NGO", "received": 3, "due": 3, "late": 1, "complete": 3, "in_time": 2}
    ]
    told = after({"punctuality": punctual, "due_dates": []})
    assert (
        "The last edition was provisional. Deliveries that it was made without and that have come since: NGO hotline "
        "and shelter (National case register, Q4\u00a02023). What they changed is among the differences below." in told
    )
    assert "Still missing" not in told


@pytest.mark.parametrize("received", [0, 3])
def test_what_is_still_missing_is_called_so(received: int) -> None:
    """Of a body that never delivered the calendar names its last period alone."""
    punctual = [
        {
            "source": "case_register",
            "body": "NGO",
            "received": received,
            "due": 3,
            "late": 0,
            "complete": 0,
            "in_time": 0,
        }
    ]
    due = [
        {
            "source": "case_register",
            "body": "NGO",
            "period": "2023-Q4" if received else "2024-Q1",
            "due": "2024-01-25",
            "is_overdue": True,
        }
    ]
    told = after({"punctuality": punctual, "due_dates": due})
    assert "Still missing: NGO hotline and shelter (National case register, Q4\u00a02023)." in told
    assert "have come since" not in told


def test_after_a_complete_edition_nothing_is_said_of_it() -> None:
    told = said(followed(TABLES, before((TABLES[0],), 2023)))
    assert "was provisional" not in told
