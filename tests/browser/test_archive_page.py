"""The archive in a real browser, from a folder: it is searched, asks nobody for anything, fits every width, prints."""

from __future__ import annotations

import base64
import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from tests.browser.accessibility import violations
from tests.reports.archives import pages

pytestmark = pytest.mark.browser

PAGES = (
    "index.html",
    "ru/index.html",
    "tk/index.html",
    "en/editions/annual-2023.html",
    "ru/editions/quarterly-2023-Q3.html",
    "tk/editions/annual-2022.html",
    "en/indicators/victims_identified.html",
    "ru/indicators/victims_identified.html",
    "tk/indicators/offences_recorded.html",
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site in a folder, without the files of its editions."""
    folder = tmp_path_factory.mktemp("site")
    for name, content in pages().items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return folder


def opened(browser: webdriver.Chrome, path: Path, *, width: int = 1280) -> webdriver.Chrome:
    metrics = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600}
    browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    browser.get(path.as_uri())
    return browser


@pytest.mark.parametrize("name", PAGES[::3])
@pytest.mark.parametrize("width", [390, 1280])
def test_axe_finds_nothing(browser: webdriver.Chrome, site: Path, name: str, width: int) -> None:
    assert violations(opened(browser, site / name, width=width)) == []


def search(page: webdriver.Chrome, words: str) -> list[str]:
    """What the search lists for these words, each with where it leads."""
    field = page.find_element(By.ID, "words")
    field.clear()
    field.send_keys(words)
    return [str(one.get_attribute("href")) for one in page.find_elements(By.CSS_SELECTOR, "#finder-list a")]


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("width", [360, 768, 1280])
def test_nothing_is_wider_than_the_window(browser: webdriver.Chrome, site: Path, name: str, width: int) -> None:
    page = opened(browser, site / name, width=width)
    page.execute_script("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert page.execute_script("return document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("name", PAGES)
def test_a_page_makes_no_request_and_no_complaint_and_its_headings_are_in_order(
    browser: webdriver.Chrome, site: Path, name: str
) -> None:
    browser.get_log("performance")
    browser.get_log("browser")
    page = opened(browser, site / name)
    asked = []
    for entry in page.get_log("performance"):
        message: dict[str, Any] = json.loads(entry["message"])["message"]
        if message["method"] == "Network.requestWillBeSent":
            asked.append(str(message["params"]["request"]["url"]))
    assert [url for url in asked if not url.startswith("data:")] == [(site / name).as_uri()]
    assert page.get_log("browser") == []
    levels = page.execute_script("return [...document.querySelectorAll('h1,h2,h3')].map(h => +h.tagName[1])")
    assert levels[0] == 1 and levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels[1:]))


@pytest.mark.parametrize(
    ("name", "words", "leads_to"),
    [
        ("index.html", "annual 2023", "en/editions/annual-2023.html"),
        ("index.html", "OFFENCES recorded", "en/indicators/offences_recorded.html"),
        ("en/index.html", "withdrawn", "en/editions/quarterly-2023-Q3.html"),
        ("en/index.html", "10 May 2024", "en/editions/annual-2023.html"),
        ("ru/index.html", "идентиф жертв", "ru/indicators/victims_identified.html"),
        ("ru/index.html", "отозван", "ru/editions/quarterly-2023-Q3.html"),
        ("ru/index.html", "осужденные", "ru/indicators/persons_convicted.html"),
        ("tk/index.html", "yuze cykarylan", "tables/"),
        ("tk/index.html", "ýüze çykyş ýoly", "tables/"),
        ("tk/index.html", "yyllyk jenaýatlar", ""),
        ("tk/index.html", "adam iş kesilen", "tk/indicators/persons_convicted.html"),
        ("tk/index.html", "adam is kesilen", "tk/indicators/persons_convicted.html"),
    ],
)
def test_words_find_what_they_name_with_and_without_marks(
    browser: webdriver.Chrome, site: Path, name: str, words: str, leads_to: str
) -> None:
    page = opened(browser, site / name)
    found = search(page, words)
    assert any(leads_to in one for one in found) if leads_to else found == []
    told = page.find_element(By.ID, "finder-told").text
    assert (str(len(found)) in told) if found else (told and not any(letter.isdigit() for letter in told))


def test_a_text_that_looks_like_markup_is_searched_as_text(browser: webdriver.Chrome, site: Path) -> None:
    page = opened(browser, site / "index.html")
    assert search(page, "<img src=x onerror=alert(1)>") == []
    assert page.execute_script("return document.querySelectorAll('#finder img').length") == 0
    assert search(page, "") == [] and page.find_element(By.ID, "finder-told").text == ""


def test_what_was_found_can_be_followed_with_the_keyboard(browser: webdriver.Chrome, site: Path) -> None:
    page = opened(browser, site / "index.html")
    search(page, "annual-2022 30 April 2023")
    page.switch_to.active_element.send_keys(Keys.TAB)
    page.switch_to.active_element.send_keys(Keys.ENTER)
    assert page.current_url == (site / "en" / "editions" / "annual-2022.html").as_uri()


def test_without_script_the_search_is_away_and_everything_is_listed(browser: webdriver.Chrome, site: Path) -> None:
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        page = opened(browser, site / "index.html")
        assert not page.find_element(By.ID, "search").is_displayed()
        assert not page.find_element(By.ID, "finder-way").is_displayed()
        assert page.find_element(By.LINK_TEXT, "annual-2022").is_displayed()
        assert len(page.find_elements(By.CSS_SELECTOR, "#indicators tbody a")) > 5
    finally:
        browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


def test_no_other_script_may_run(browser: webdriver.Chrome, tmp_path: Path) -> None:
    html = pages()["index.html"].decode().replace("</body>", "<script>document.title = 'hacked'</script></body>")
    (tmp_path / "altered.html").write_text(html, encoding="utf-8")
    browser.get_log("browser")
    page = opened(browser, tmp_path / "altered.html")
    assert page.title != "hacked"
    assert any("Content Security Policy" in entry["message"] for entry in page.get_log("browser"))


def test_the_language_switch_keeps_the_page(browser: webdriver.Chrome, site: Path) -> None:
    page = opened(browser, site / "en" / "indicators" / "victims_identified.html")
    page.find_element(By.LINK_TEXT, "Русский").click()
    assert page.current_url == (site / "ru" / "indicators" / "victims_identified.html").as_uri()
    assert page.execute_script("return document.documentElement.lang") == "ru"


def test_dark_screens_get_dark_paper_and_every_place_of_the_calendar_can_be_read(
    browser: webdriver.Chrome, site: Path
) -> None:
    script = """
        const shade = (colour) => colour.match(/\\d+/g).slice(0, 3).map(n => {
          const c = n / 255; return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4 });
        const light = (rgb) => 0.2126 * rgb[0] + 0.7152 * rgb[1] + 0.0722 * rgb[2];
        const paper = getComputedStyle(document.body).backgroundColor;
        return [...document.querySelectorAll('.slot')].map(slot => {
          const style = getComputedStyle(slot), clear = style.backgroundColor === 'rgba(0, 0, 0, 0)';
          const [a, b] = [style.color, clear ? paper : style.backgroundColor].map(c => light(shade(c)) + 0.05);
          return Math.max(a, b) / Math.min(a, b);
        })"""
    for scheme in ("light", "dark"):
        browser.execute_cdp_cmd(
            "Emulation.setEmulatedMedia", {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
        )
        try:
            page = opened(browser, site / "index.html")
            contrasts = page.execute_script(script)
        finally:
            browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
        assert len(contrasts) > 10 and min(contrasts) >= 4.5


@pytest.mark.parametrize(
    "name", ["index.html", "en/editions/annual-2023.html", "ru/indicators/victims_identified.html"]
)
def test_a_page_prints_whole_and_without_what_only_a_screen_can_use(
    browser: webdriver.Chrome, site: Path, name: str
) -> None:
    page = opened(browser, site / name)
    page.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    try:
        hidden = page.execute_script(
            "return [...document.querySelectorAll('table')].filter(t => t.offsetHeight === 0).map(t => t.id)"
        )
        shown = page.execute_script(
            "return [...document.querySelectorAll('.ways, #search')].filter(e => e.offsetHeight > 0).length"
        )
    finally:
        page.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
    assert (hidden, shown) == ([], 0)
    printed = page.execute_cdp_cmd("Page.printToPDF", {"preferCSSPageSize": True})
    assert base64.b64decode(printed["data"]).startswith(b"%PDF")
