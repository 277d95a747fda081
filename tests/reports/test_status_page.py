"""The status page: first what needs attention, then everything by name and day, in three languages."""

from __future__ import annotations

import re
from html import unescape
from typing import get_args

import pytest

from reports import status_words
from reports.blocks import plain_text
from reports.locale import CLDR_IDS, locale
from reports.status import attention, page_name, status_page
from tests.reports.stated import calm, stated
from transforms.status import DeliveryState, EditionState, RunOutcome


def text_of(page: str) -> str:
    body = page.partition("<body>")[2]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


@pytest.mark.parametrize("language", CLDR_IDS)
def test_a_page_is_whole_in_every_language(language: str) -> None:
    for status in (stated(), calm()):
        page = status_page(status, language)
        assert f'<html lang="{language}"' in page
        assert "стоит в" not in page and "not translated yet" not in page and "ещё не перевед" not in page
        assert page.count(f'href="{page_name("en")}"') == (0 if language == "en" else 1)
    assert locale(language).untranslated == set()


def test_what_needs_attention_comes_first_the_gravest_before_the_rest() -> None:
    here = locale("en")
    assert [plain_text(one) for one in attention(stated(), here)] == [
        "Backups: none yet.",
        "The last run did not succeed: Quarterly edition: quarterly-2024-Q1, failed.",
        "1 delivery is overdue: Ministry of Internal Affairs.",
        "1 edition was made without deliveries that have come since: quarterly-2023-Q4.",
        "1 edition is held until deliveries come: quarterly-2024-Q1.",
        "1 edition waits for the second person: annual-2023.",
        "1 notice did not reach its address.",
    ]
    page = text_of(status_page(stated(), "en"))
    assert page.index("7 things need attention.") < page.index("What needs attention") < page.index("Who delivers what")


def test_where_all_is_well_the_page_says_so_and_nothing_else_at_its_head() -> None:
    assert attention(calm(), locale("en")) == ()
    page = status_page(calm(), "en")
    assert "All is well" in page and 'class="verdict good"' in page and "What needs attention" not in page


@pytest.mark.parametrize(
    ("changes", "tone"),
    [
        ({"health": stated().health[:1], "last_runs": ()}, "caution"),
        ({"last_runs": ()}, "bad"),
        ({"health": stated().health[:1]}, "bad"),
    ],
    ids=["something waits", "a check is not well", "a run failed"],
)
def test_the_tone_tells_waiting_from_wrong(changes: dict[str, object], tone: str) -> None:
    assert f'class="verdict {tone}"' in status_page(stated(**changes), "en")


def test_days_and_moments_are_those_of_the_country() -> None:
    page = text_of(status_page(stated(), "en"))
    assert "As of 26 May 2024, 10:30" in page and "Asia/Ashgabat" in page
    assert "Backup 28 May 2024, 02:30" in page
    assert "Overdue, 31 days" in page


def test_deliveries_editions_and_runs_are_told_by_names() -> None:
    page = text_of(status_page(stated(), "ru"))
    for told in (
        "Министерство внутренних дел",
        "Национальный регистр случаев, 4\u2011й кв. 2023 г.",
        "Задержан: ждёт поставок",
        "Все читатели",
        "Давно просрочено",
        "Не отправлено по 2 адресам",
        "Own run",
        "Own source",
    ):
        assert " ".join(told.split()) in page, told


def test_every_word_that_a_status_can_hold_has_its_text() -> None:
    assert set(status_words.STATES) == set(get_args(DeliveryState))
    assert set(status_words.EDITION_STATES) == set(get_args(EditionState))
    assert set(status_words.OUTCOMES) == set(get_args(RunOutcome))


def test_a_home_where_nothing_happened_yet_has_a_page() -> None:
    page = text_of(status_page(stated(arrived=(), due=(), notices=(), editions=(), last_runs=(), backtests=()), "en"))
    for told in ("No deadlines are declared", "No edition was made yet.", "Nothing ran yet."):
        assert told in page


def test_names_are_text_and_never_markup() -> None:
    hostile = '<script>alert("x")</script>'
    page = status_page(stated(names={"XX": {"en": hostile}, "MIA": {"en": hostile}}), "en")
    assert "<script>" not in page and "&lt;script&gt;" in page
