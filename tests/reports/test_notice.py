"""Letters to suppliers: in their language, as page and text, with how to deliver and whom to ask, without a figure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from html import unescape

import pytest

from reports.locale import CLDR_IDS, locale
from reports.notice import Around, Letter, letter
from transforms.notices import Notice, Stage

NAMES = {"en": "Ministry of Internal Affairs", "ru": "Министерство внутренних дел", "tk": "Içeri işler ministrligi"}


def written(
    stage: Stage = "overdue",
    language: str = "en",
    *,
    day: date = date(2024, 5, 10),
    also: tuple[str, ...] = (),
    contact: Mapping[str, str] | None = None,
    template: str = "case_register.xlsx",
    source: str = "case_register",
) -> Letter:
    notice = Notice(
        scope="XX", body="MIA", source=source, period="2024-Q1", due=date(2024, 4, 25), stage=stage, days=1,
        since=date(2024, 4, 26), also=also,
    )  # fmt: skip
    return letter(notice, Around(day=day, names=NAMES, contact=contact or {}, template=template), language)


@pytest.mark.parametrize("stage", ["reminder", "overdue", "escalation"])
@pytest.mark.parametrize("language", CLDR_IDS)
def test_a_letter_is_whole_in_every_language_as_page_and_as_text(stage: Stage, language: str) -> None:
    made = written(stage, language, day=date(2024, 4, 20) if stage == "reminder" else date(2024, 6, 1))
    assert made.language == language and NAMES[language] in made.text and NAMES[language] in made.html
    assert f'<html lang="{language}"' in made.html
    assert made.text.startswith(made.subject[:40])
    assert all(len(line) <= 72 for line in made.text.splitlines())
    assert "case_register.xlsx" in made.text and "case_register.xlsx" in made.html
    assert locale(language).untranslated == set()
    flat = " ".join(made.text.split())
    page = " ".join(unescape(made.html).split())
    lead = flat.partition(made.subject)[2].strip().split(". ")[0]
    assert lead in page, "both say the same"


def test_what_is_due_and_how_late_it_is_is_said_in_words() -> None:
    assert "due by 25 April 2024, in 5 days." in " ".join(written("reminder", day=date(2024, 4, 20)).text.split())
    assert "due by 25 April 2024, in 1 day." in " ".join(written("reminder", day=date(2024, 4, 24)).text.split())
    assert "due today, 25 April 2024." in " ".join(written("reminder", day=date(2024, 4, 25)).text.split())
    assert "it was due by 25 April 2024, 15 days ago" in " ".join(written().text.split())


def test_only_an_escalated_notice_says_that_others_get_it_too() -> None:
    others = "also goes to those who watch over the delivery calendar"
    assert others in " ".join(written("escalation").text.split()) and others not in " ".join(written().text.split())


def test_other_periods_that_are_missing_are_named_once() -> None:
    assert "Also overdue" not in written().text
    one = " ".join(written(also=("2023-Q4",)).text.split())
    assert "Also overdue: Q4 2023. A file that reaches over both" in one.replace("\u00a0", " ")
    many = " ".join(written(also=("2023-Q2", "2023-Q3", "2023-Q4")).text.split()).replace("\u00a0", " ")
    assert "Also overdue: 3 other periods, from Q2 2023 to Q4 2023." in many


def test_a_source_without_a_workbook_is_sent_as_it_is() -> None:
    told = written(template="", source="crime_justice").text
    assert "in the same form as before" in " ".join(told.split()) and "xlsx" not in told


def test_whom_to_ask_is_told_as_the_home_says_or_else_in_general() -> None:
    assert "to those to whom you have delivered so far" in " ".join(written().text.split())
    assert "Room 12" in written(contact={"en": "Room 12", "ru": "Комната 12"}).text
    assert "Комната 12" in written(language="tk", contact={"ru": "Комната 12"}).text


def test_a_subject_is_one_line_of_plain_letters() -> None:
    assert written().subject == "Overdue: National case register, Q1 2024"
    assert "\n" not in written(language="ru").subject and "\u00a0" not in written(language="ru").subject


def test_what_a_home_says_is_text_and_never_markup() -> None:
    assert "<script>" not in written(contact={"en": "<script>alert(1)</script>"}).html
