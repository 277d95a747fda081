"""The acceptance page in a real browser: as wide as its window, in its language, silent, whole on paper."""

from __future__ import annotations

import base64
from itertools import pairwise
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from reports.acceptance import acceptance_page
from reports.locale import CLDR_IDS
from tests.browser.accessibility import violations
from tests.reports.test_acceptance_page import problem, report
from transforms.acceptance import UnknownCode

pytestmark = pytest.mark.browser

LONG = "a_name_without_any_place_to_break_it_" * 4
UNKNOWN = (UnknownCode(value=LONG[:80], count=7, closest=LONG[:70]), UnknownCode(value="N/A", count=2))


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A report with everything on it and names that do not break, in every language."""
    folder = tmp_path_factory.mktemp("pages")
    full = report()
    many = problem("unknown_code", column=LONG, spans=tuple((n, n + 1) for n in range(10_000, 10_400, 10)), count=80)
    hard = report(
        file_name=f"{LONG}.xlsx",
        sheet=LONG,
        problems=(*full.problems, many, problem("unknown_code", unknown=UNKNOWN)),
    )
    paths = {}
    for language in CLDR_IDS:
        paths[language] = folder / f"{language}.html"
        paths[language].write_text(acceptance_page(hard, language), encoding="utf-8")
    return paths


def opened(browser: webdriver.Chrome, path: Path, width: int) -> webdriver.Chrome:
    """The page in a window of that width."""
    metrics = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    browser.get(path.as_uri())
    return browser


@pytest.mark.parametrize("language", list(CLDR_IDS))
@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_nothing(browser: webdriver.Chrome, pages: dict[str, Path], language: str, width: int) -> None:
    assert violations(opened(browser, pages[language], width)) == []


@pytest.mark.parametrize("language", list(CLDR_IDS))
@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_is_wider_than_the_window_and_no_cell_leaves_its_table(
    browser: webdriver.Chrome, pages: dict[str, Path], language: str, width: int
) -> None:
    page = opened(browser, pages[language], width)
    assert page.execute_script("return document.documentElement.scrollWidth") <= width
    cut = page.execute_script("""
        const right = document.documentElement.clientWidth + 1;
        return [...document.querySelectorAll('h1, h2, h3, p, dd, dt, li, table')]
          .filter(e => e.getBoundingClientRect().right > right).map(e => e.textContent.slice(0, 60))
    """)
    assert cut == []


@pytest.mark.parametrize("language", list(CLDR_IDS))
def test_the_page_names_its_language_and_its_headings_are_in_order(
    browser: webdriver.Chrome, pages: dict[str, Path], language: str
) -> None:
    page = opened(browser, pages[language], 1280)
    assert page.execute_script("return document.documentElement.lang") == language
    levels = page.execute_script("return [...document.querySelectorAll('h1,h2,h3')].map(h => +h.tagName[1])")
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    unnamed = "return [...document.querySelectorAll('section')].filter(s => !s.getAttribute('aria-labelledby')).length"
    assert page.execute_script(unnamed) == 0


def test_the_page_makes_no_complaint_and_the_keyboard_finds_its_content(
    browser: webdriver.Chrome, pages: dict[str, Path]
) -> None:
    browser.get_log("browser")
    page = opened(browser, pages["en"], 1280)
    assert page.get_log("browser") == []
    page.find_element(By.TAG_NAME, "body").send_keys(Keys.TAB)
    page.switch_to.active_element.send_keys(Keys.ENTER)
    assert page.execute_script("return location.hash") == "#content"


def test_a_gravest_problem_leads_to_its_details(browser: webdriver.Chrome, pages: dict[str, Path]) -> None:
    page = opened(browser, pages["ru"], 390)
    link = page.find_element(By.CSS_SELECTOR, "#gravest a")
    target = str(link.get_attribute("href")).rsplit("#", 1)[1]
    assert page.find_element(By.ID, target).text == link.text


def test_the_page_prints(browser: webdriver.Chrome, pages: dict[str, Path]) -> None:
    page = opened(browser, pages["ru"], 1280)
    printed = page.execute_cdp_cmd("Page.printToPDF", {"preferCSSPageSize": True})
    assert base64.b64decode(printed["data"]).startswith(b"%PDF")
