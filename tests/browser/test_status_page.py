"""The status page and a letter to a supplier in a real browser: wide and narrow windows, and paper."""

from __future__ import annotations

import base64
from datetime import date
from pathlib import Path

import pytest
from selenium import webdriver

from reports.locale import CLDR_IDS
from reports.notice import Around, letter
from reports.status import page_name, status_page
from tests.browser.accessibility import violations
from tests.reports.stated import NAMES, stated
from transforms.notices import Notice

pytestmark = pytest.mark.browser
LATE = Notice(
    scope="XX", body="MIA", source="case_register", period="2024-Q1", due=date(2024, 4, 25), stage="escalation",
    days=30, since=date(2024, 5, 25), also=("2023-Q3", "2023-Q4"),
)  # fmt: skip
AROUND = Around(day=date(2024, 5, 26), names=NAMES["MIA"], contact={"en": "Room 12"}, template="case_register.xlsx")
KINDS = ("status", "notice")


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], Path]:
    """Both kinds of pages in every language."""
    folder = tmp_path_factory.mktemp("pages")
    found = {}
    for language in CLDR_IDS:
        found["status", language] = folder / page_name(language)
        found["status", language].write_text(status_page(stated(), language), encoding="utf-8")
        found["notice", language] = folder / f"notice.{language}.html"
        found["notice", language].write_text(letter(LATE, AROUND, language).html, encoding="utf-8")
    return found


def opened(browser: webdriver.Chrome, path: Path, width: int) -> webdriver.Chrome:
    metrics = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    browser.get(path.as_uri())
    return browser


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", list(CLDR_IDS))
@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_nothing_and_nothing_is_wider_than_the_window(
    browser: webdriver.Chrome, pages: dict[tuple[str, str], Path], kind: str, language: str, width: int
) -> None:
    page = opened(browser, pages[kind, language], width)
    assert violations(page) == []
    assert page.execute_script("return document.documentElement.scrollWidth") <= width
    cut = page.execute_script("""
        const right = document.documentElement.clientWidth + 1;
        return [...document.querySelectorAll('h1, h2, p, dd, dt, li, td, th')]
          .filter(e => e.getBoundingClientRect().right > right).map(e => e.textContent.slice(0, 60))
    """)
    assert cut == []


@pytest.mark.parametrize("language", list(CLDR_IDS))
def test_no_word_of_a_table_is_broken_where_there_is_room(
    browser: webdriver.Chrome, pages: dict[tuple[str, str], Path], language: str
) -> None:
    page = opened(browser, pages["status", language], 1280)
    broken = page.execute_script("""
        return [...document.querySelectorAll('td, tbody th')].filter(e => {
          const range = document.createRange();
          range.selectNodeContents(e);
          const words = e.textContent.trim().split(/[ \\u00a0]+/).filter(w => w).length;
          return new Set([...range.getClientRects()].map(r => Math.round(r.top))).size > words;
        }).map(e => e.textContent)
    """)
    assert broken == []


def test_the_languages_of_a_status_page_lead_to_each_other(
    browser: webdriver.Chrome, pages: dict[tuple[str, str], Path]
) -> None:
    page = opened(browser, pages["status", "en"], 1280)
    page.find_element("css selector", 'a[hreflang="ru"]').click()
    assert page.execute_script("return document.documentElement.lang") == "ru"


@pytest.mark.parametrize("kind", KINDS)
def test_the_pages_print_and_make_no_complaint(
    browser: webdriver.Chrome, pages: dict[tuple[str, str], Path], kind: str
) -> None:
    browser.get_log("browser")
    page = opened(browser, pages[kind, "ru"], 1280)
    printed = page.execute_cdp_cmd("Page.printToPDF", {"preferCSSPageSize": True})
    assert base64.b64decode(printed["data"]).startswith(b"%PDF")
    assert page.get_log("browser") == []
