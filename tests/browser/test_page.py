"""The page in a real browser: silent, as wide as its window, keyboard-reachable, open on paper."""

from __future__ import annotations

import base64
import json
import re
from pathlib import Path
from typing import Any

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from tests.browser.accessibility import violations
from tests.reports.drawn import page_of

pytestmark = pytest.mark.browser

A4_PX = (793.7, 1122.5)
EDITIONS = ("national", "small", "world", "empty", "followed")
IN_ALL_LANGUAGES = ("national", "followed")


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Reports written where a browser can open them; two of them in all languages."""
    folder = tmp_path_factory.mktemp("pages")
    paths = {}
    for name in EDITIONS:
        for language in ("en", "ru", "tk") if name in IN_ALL_LANGUAGES else ("en",):
            paths[f"{name}-{language}"] = folder / f"{name}.{language}.html"
            paths[f"{name}-{language}"].write_text(page_of(name, language), encoding="utf-8")
    return paths


FOLLOWED = ("followed-en", "followed-ru", "followed-tk")
PAGES = ("national-en", "national-ru", "national-tk", "small-en", "world-en", "empty-en", *FOLLOWED)


def opened(browser: webdriver.Chrome, path: Path, *, width: int = 1280) -> webdriver.Chrome:
    """The page in a window of that width."""
    browser.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600},
    )
    browser.get(path.as_uri())
    return browser


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("width", [360, 390, 768, 1280])
def test_nothing_is_wider_than_the_window(
    browser: webdriver.Chrome, pages: dict[str, Path], name: str, width: int
) -> None:
    page = opened(browser, pages[name], width=width)
    page.execute_script("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert page.execute_script("return document.documentElement.scrollWidth") <= width


STICKS_OUT = """
    document.querySelectorAll('details').forEach(d => d.open = true);
    return [...document.querySelectorAll('.table-frame')]
        .filter(f => f.scrollWidth > Math.max(f.clientWidth, f.querySelector('table').offsetWidth))
        .map(f => f.getAttribute('aria-labelledby'))
    """


@pytest.mark.parametrize("name", PAGES)
def test_nothing_sticks_out_of_a_table_and_makes_it_scroll(
    browser: webdriver.Chrome, pages: dict[str, Path], name: str
) -> None:
    assert opened(browser, pages[name]).execute_script(STICKS_OUT) == []


@pytest.mark.parametrize("name", PAGES)
def test_the_page_makes_no_request_and_no_complaint(
    browser: webdriver.Chrome, pages: dict[str, Path], name: str
) -> None:
    browser.get_log("performance")
    browser.get_log("browser")
    page = opened(browser, pages[name])
    asked = []
    for entry in page.get_log("performance"):
        message: dict[str, Any] = json.loads(entry["message"])["message"]
        if message["method"] == "Network.requestWillBeSent":
            asked.append(str(message["params"]["request"]["url"]))
    assert [url for url in asked if not url.startswith(("file://", "data:"))] == []
    assert len([url for url in asked if url.startswith("file://")]) == 1
    assert page.get_log("browser") == []


@pytest.mark.parametrize(("width", "shown"), [(390, "narrow"), (1280, "wide")])
def test_each_width_shows_its_own_drawing(
    browser: webdriver.Chrome, pages: dict[str, Path], width: int, shown: str
) -> None:
    page = opened(browser, pages["national-en"], width=width)
    script = """
        return [...document.querySelectorAll('.drawing')].filter(d => d.offsetHeight > 0).map(d => d.classList[1])
    """
    assert set(page.execute_script(script)) == {shown}


@pytest.mark.parametrize("width", [390, 1280])
def test_the_writing_of_drawings_is_large_enough_to_read(
    browser: webdriver.Chrome, pages: dict[str, Path], width: int
) -> None:
    page = opened(browser, pages["national-en"], width=width)
    script = """
        return [...document.querySelectorAll('.drawing svg text')]
          .filter(t => t.getBoundingClientRect().height > 0)
          .map(t => parseFloat(getComputedStyle(t).fontSize) * t.ownerSVGElement.getScreenCTM().a)
    """
    assert min(page.execute_script(script)) >= 9


@pytest.mark.parametrize("name", ["national-en", "national-ru", "national-tk", "small-en", "world-en", *FOLLOWED])
@pytest.mark.parametrize("width", [390, 1280])
def test_no_writing_leaves_its_drawing(
    browser: webdriver.Chrome, pages: dict[str, Path], name: str, width: int
) -> None:
    page = opened(browser, pages[name], width=width)
    script = """
        return [...document.querySelectorAll('.drawing svg text')].filter(t => {
          const box = t.getBoundingClientRect(), paper = t.ownerSVGElement.getBoundingClientRect();
          return box.height && (box.left < paper.left - 4 || box.right > paper.right + 4);
        }).map(t => t.textContent)
    """
    assert page.execute_script(script) == []


@pytest.mark.parametrize(
    ("name", "width", "scheme"),
    [
        ("national-en", 1280, "light"),
        ("national-ru", 390, "dark"),
        ("followed-tk", 1280, "dark"),
        ("world-en", 1280, "light"),
        ("empty-en", 1280, "light"),
    ],
)
def test_axe_finds_nothing(
    browser: webdriver.Chrome, pages: dict[str, Path], name: str, width: int, scheme: str
) -> None:
    """WCAG 2.2 AA and good practice, all details open, on light and dark screens and on a phone."""
    feature = {"name": "prefers-color-scheme", "value": scheme}
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [feature]})
    try:
        assert violations(opened(browser, pages[name], width=width)) == []
    finally:
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})


def test_the_keyboard_finds_the_content_first(browser: webdriver.Chrome, pages: dict[str, Path]) -> None:
    page = opened(browser, pages["national-en"])
    page.find_element(By.TAG_NAME, "body").send_keys(Keys.TAB)
    assert page.switch_to.active_element.get_attribute("class") == "skip"
    page.switch_to.active_element.send_keys(Keys.ENTER)
    assert page.execute_script("return location.hash") == "#content"


def test_dark_screens_get_dark_paper_and_light_lines(browser: webdriver.Chrome, pages: dict[str, Path]) -> None:
    def colours(scheme: str) -> tuple[str, str]:
        browser.execute_cdp_cmd(
            "Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
        )
        page = opened(browser, pages["national-en"])
        script = "return getComputedStyle(document.querySelector(arguments[0])).getPropertyValue(arguments[1])"
        ground = page.execute_script(script, "body", "background-color")
        return ground, page.execute_script(script, ".drawing.wide svg text", "fill")

    try:
        light, dark = colours("light"), colours("dark")
    finally:
        browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
    assert light[0] == "rgb(255, 255, 255)"
    assert dark[0] != light[0]
    assert dark[1] != light[1]


def test_paper_shows_every_table_and_numbers_its_pages(browser: webdriver.Chrome, pages: dict[str, Path]) -> None:
    page = opened(browser, pages["world-en"])
    page.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    try:
        hidden = page.execute_script("""
            return [...document.querySelectorAll('details table')].filter(t => t.offsetHeight === 0).map(t => t.id)
        """)
    finally:
        page.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
    assert hidden == []
    printed = page.execute_cdp_cmd("Page.printToPDF", {"preferCSSPageSize": True})
    assert base64.b64decode(printed["data"]).startswith(b"%PDF")


PAPER_WIDTH = round(A4_PX[0] - 2 * 16 / 25.4 * 96)
"""What the margins of the stylesheet leave of a sheet, in pixels."""


@pytest.mark.parametrize("name", ["national-en", "national-ru", "national-tk", "world-en", *FOLLOWED])
def test_nothing_is_cut_on_paper(browser: webdriver.Chrome, pages: dict[str, Path], name: str) -> None:
    page = opened(browser, pages[name], width=PAPER_WIDTH)
    page.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    try:
        cut = page.execute_script("""
            const right = document.documentElement.clientWidth + 1;
            return [...document.querySelectorAll('table, .drawing.wide svg, .tile, h3, p')]
              .filter(e => e.getBoundingClientRect().right > right).map(e => e.id || e.textContent.slice(0, 60))
        """)
        unseen = page.execute_script("""
            return [...document.querySelectorAll('.drawing.wide')].filter(d => d.offsetHeight === 0).length
        """)
    finally:
        page.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
    assert cut == []
    assert unseen == 0


def test_the_printed_report_has_numbered_pages_and_not_too_many(
    browser: webdriver.Chrome, pages: dict[str, Path]
) -> None:
    page = opened(browser, pages["national-en"])
    printed = page.execute_cdp_cmd("Page.printToPDF", {"preferCSSPageSize": True})
    sheets = len(re.findall(rb"/Type\s*/Page\b(?!s)", base64.b64decode(printed["data"])))
    assert 10 < sheets < 40


def test_labels_of_figures_stay_in_their_tiles(browser: webdriver.Chrome, pages: dict[str, Path]) -> None:
    for name in ("national-en", "national-ru", "national-tk"):
        page = opened(browser, pages[name], width=390)
        script = "return [...document.querySelectorAll('.tile')].filter(t => t.scrollWidth > t.clientWidth + 1).length"
        assert page.execute_script(script) == 0


SHOWN_CARDS = "return [...document.querySelectorAll('.card')].filter(c => c.offsetHeight > 0).map(c => c.id)"
SHOWN_LINES = "return [...document.querySelectorAll('.card .at')].filter(l => l.offsetHeight > 0).map(l => l.id)"


@pytest.mark.parametrize("width", [390, 1280])
def test_a_figure_leads_to_its_own_card_and_no_other_is_shown(
    browser: webdriver.Chrome, pages: dict[str, Path], width: int
) -> None:
    page = opened(browser, pages["national-en"], width=width)
    assert page.execute_script(SHOWN_CARDS) == []
    page.execute_script("document.querySelectorAll('details').forEach(d => d.open = true)")
    lead = page.find_element(By.CSS_SELECTOR, "#table-sex td a")
    address = str(lead.get_attribute("href")).partition("#")[2]
    page.execute_script("arguments[0].click()", lead)
    assert page.execute_script(SHOWN_CARDS) == [address.partition(":")[0]]
    assert page.execute_script(SHOWN_LINES) == [address]
    top = page.execute_script("return document.querySelector('.at:target').getBoundingClientRect().top")
    assert 0 <= top < 900
    page.execute_script("document.querySelector('.card:has(:target) .away a').click()")
    assert page.execute_script(SHOWN_CARDS) == []


def test_cells_of_tables_are_no_stops_of_the_keyboard_and_large_enough_to_touch(
    browser: webdriver.Chrome, pages: dict[str, Path]
) -> None:
    page = opened(browser, pages["national-en"], width=390)
    page.execute_script("document.querySelectorAll('details').forEach(d => d.open = true)")
    stops = page.execute_script("return [...document.querySelectorAll('td a')].filter(a => a.tabIndex >= 0).length")
    heights = page.execute_script(
        "return [...document.querySelectorAll('td a')].map(a => a.getBoundingClientRect().height)"
    )
    assert stops == 0
    assert len(heights) > 1000 and min(heights) >= 24


def test_paper_has_no_cards_but_says_where_each_table_comes_from(
    browser: webdriver.Chrome, pages: dict[str, Path]
) -> None:
    page = opened(browser, pages["national-en"])
    page.execute_script("location.hash = document.querySelector('.at').id")
    assert len(page.execute_script(SHOWN_CARDS)) == 1
    page.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    try:
        assert page.execute_script(SHOWN_CARDS) == []
        told = "return [...document.querySelectorAll('.provenance')].every(p => p.offsetHeight > 0)"
        assert page.execute_script(told)
    finally:
        page.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})


@pytest.mark.parametrize("name", FOLLOWED)
def test_tables_of_the_action_plan_have_room_on_a_screen(
    browser: webdriver.Chrome, pages: dict[str, Path], name: str
) -> None:
    page = opened(browser, pages[name])
    wide = """
        return [...document.querySelectorAll('table.stacked')].filter(t => t.offsetWidth > t.parentElement.clientWidth)
          .map(t => t.id)
    """
    assert page.execute_script("return document.querySelectorAll('table.stacked').length") > 3
    assert page.execute_script(wide) == []


def test_rows_of_wide_tables_are_read_one_by_one_on_a_phone(browser: webdriver.Chrome, pages: dict[str, Path]) -> None:
    page = opened(browser, pages["followed-ru"], width=390)
    script = """
        return [...document.querySelectorAll('table.stacked')].map(t => [
          t.offsetWidth <= t.parentElement.clientWidth, t.querySelector('thead').getBoundingClientRect().height <= 1,
          [...t.querySelectorAll('tbody td')].every(td => getComputedStyle(td, '::before').content.length > 2)])
    """
    found = page.execute_script(script)
    assert found and all(all(one) for one in found)
