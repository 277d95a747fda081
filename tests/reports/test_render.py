"""Files of an edition: safe, self-contained, stable, and honest about what is missing."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping
from html import unescape
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from babel.messages.catalog import Catalog

from reports.edition import View
from reports.locale import Locale, locale
from reports.render import edition_files, report
from reports.sections import SECTIONS
from tests.reports.drawn import files_of, page_of
from tests.reports.editions import APPROVED, COUNTRY, edition, sealed, world
from tests.reports.people import national
from transforms.disclosure.released import ReleasedCell, ReleasedEdition

HOSTILE = '<script>alert("x")</script>'


class Tags(HTMLParser):
    """Every start tag of a page with its attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


@pytest.fixture
def files() -> Mapping[str, bytes]:
    return files_of("national")


@pytest.fixture
def page() -> str:
    return page_of("national")


def rendered(released: ReleasedEdition) -> str:
    return edition_files(released, ["en"])["report.en.html"].decode()


def test_the_same_edition_gives_the_same_bytes(files: Mapping[str, bytes]) -> None:
    assert edition_files(national(), ["en"], APPROVED) == files


@pytest.mark.parametrize("earlier", [None, 0, 12])
def test_the_page_says_what_the_attacker_read(earlier: int | None) -> None:
    audit = {"verdict": "passed"} | ({} if earlier is None else {"attack": {"earlier_editions": earlier}})
    html = unescape(rendered(edition([], audit=audit)))
    assert ("A second check" in html) == (f"that its readers have ({earlier})" in html) == (earlier is not None)


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", "suppressed, because that check had worked some out before: Identified victims: number (Period × Sex)."),
        ("ru", "скрыты, потому что раньше эта проверка вычислила некоторые из них: "),
        ("tk", "ýapyldy, sebäbi öň bu barlag olaryň käbirini hasaplap tapypdy: "),
    ],
)
def test_the_page_says_which_tables_were_emptied(language: str, told: str) -> None:
    key = "victims_identified_by_period_sex"
    pages = [
        edition_files(edition([national().tables[key]], audit={"verdict": "passed", **more}), [language])
        for more in ({"emptied": [key]}, {})
    ]
    assert [told in unescape(files[f"report.{language}.html"].decode()) for files in pages] == [True, False]


def test_the_files_of_an_edition_are_named_as_promised(files: Mapping[str, bytes]) -> None:
    assert {name for name in files if not name.startswith("tables/")} == {
        "report.en.html", "tables.en.xlsx", "edition.json", "edition.schema.json", "sdmx.csv", "sdmx-structure.xml",
    }  # fmt: skip
    assert {f"tables/{key}.csv" for key in national().tables} <= set(files)


def test_the_page_leads_to_itself_in_other_languages_where_there_are_any(page: str) -> None:
    files = edition_files(edition(national(), languages=("en", "ru", "tk")), ["en", "ru", "tk"])
    switch = re.compile(r'<nav class="switch".*?</nav>', re.DOTALL)
    for language in ("en", "ru", "tk"):
        found = switch.findall(files[f"report.{language}.html"].decode())
        leads = {str(a["href"]): a["lang"] for tag, a in Tags(found[0]).tags if tag == "a"}
        assert leads == {f"report.{other}.html": other for other in ("en", "ru", "tk") if other != language}
        assert leads.keys() < files.keys() and "aria-current" in found[0]
    assert not switch.search(page), "the only language needs no switch"


def test_ids_are_unique_and_every_reference_has_its_target(page: str) -> None:
    tags = Tags(page).tags
    ids = [attrs["id"] for _, attrs in tags if "id" in attrs]
    assert [name for name, times in Counter(ids).items() if times > 1] == []
    named = {ref for _, a in tags for key in ("aria-labelledby", "headers") for ref in (a.get(key) or "").split()}
    jumps = {(a.get("href") or "")[1:] for _, a in tags if (a.get("href") or "").startswith("#")}
    clips = set(re.findall(r"url\(#([^)]+)\)", page))
    assert named | jumps | clips <= set(ids)


def test_the_page_asks_nobody_for_anything(page: str) -> None:
    assert re.findall(r"(?:https?:)?//[a-z0-9.-]+\.[a-z]{2,}", page) == []
    assert "default-src 'none'" in page
    tags = Tags(page).tags
    assert not {"script", "iframe", "object", "embed", "form", "img"} & {tag for tag, _ in tags}
    assert [a["href"] for tag, a in tags if tag == "link"] == ["data:,"]
    assert not any(key.startswith("on") for _, attrs in tags for key in attrs)


def test_headings_go_down_one_level_at_a_time(page: str) -> None:
    levels = [int(tag[1]) for tag, _ in Tags(page).tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_every_drawing_has_title_description_and_table(page: str) -> None:
    drawings = re.findall(r"<svg.*?</svg>", page, re.DOTALL)
    assert len(drawings) > 20
    for drawing in drawings:
        assert 'role="img"' in drawing
        assert re.search(r"<title id=\"[^\"]+\">[^<]{8,}</title><desc id=\"[^\"]+\">[^<]{8,}</desc>", drawing)
    figures = re.findall(r"<figure.*?</figure>", page, re.DOTALL)
    assert all("<details" in figure and "<table" in figure for figure in figures)


def test_tables_have_captions_and_scopes(page: str) -> None:
    tags = [tag for tag, _ in Tags(page).tags]
    assert tags.count("table") == tags.count("caption")
    assert all(attrs.get("scope") in {"row", "col"} for tag, attrs in Tags(page).tags if tag == "th")


def test_what_a_supplier_wrote_is_text() -> None:
    region = {"code": "XX-1", "names": {"en": HOSTILE}}
    country = {**COUNTRY, "regions": [region]}
    cells = [ReleasedCell(at=("2023", code), value=30.0) for code in ("XX-1", HOSTILE, "total")]
    tables = [
        sealed("victims_identified_by_period_region", ("period", "region"), cells, sources=(HOSTILE,)),
        sealed(
            "victims_identified_by_period_form", ("period", "form"), [ReleasedCell(at=("2023", HOSTILE), value=9.0)]
        ),
    ]
    context = {
        "country": country,
        "phases_source": HOSTILE,
        "refused": [{"what": HOSTILE, "reason": HOSTILE}],
        "breaks": [{"source": HOSTILE, "period": "2023", "key": "k", "texts": {"en": HOSTILE}}],
    }
    html = rendered(edition(tables, context=context, code_version=HOSTILE))
    assert "<script" not in html
    assert "&lt;script&gt;" in html


def test_a_synthetic_edition_says_so_everywhere(files: Mapping[str, bytes], page: str) -> None:
    assert page.count("SYNTHETIC") > 40
    assert '@page{@top-right{content:"SYNTHETIC"' in page
    assert all("SYNTHETIC" in drawing for drawing in re.findall(r"<svg.*?</svg>", page, re.DOTALL))
    assert json.loads(files["edition.json"])["notice"] == "SYNTHETIC"
    for name, content in files.items():
        if name.endswith(".csv"):
            head, *rows = content.decode().splitlines()
            assert head.lower().endswith(",notice")
            assert all(row.endswith(",SYNTHETIC") for row in rows)


def test_an_edition_of_real_data_does_not_say_synthetic() -> None:
    for name, content in files_of("world").items():
        assert (b"SYNTHETIC" in content) == (name == "edition.schema.json")  # it says what a notice says


def test_an_edition_without_data_says_in_every_section_what_is_missing_and_who_would_supply_it() -> None:
    html = page_of("empty")
    sections = re.findall(r"<section.*?</section>", html, re.DOTALL)
    assert len(sections) == len(SECTIONS)
    for section in sections[:-1]:
        is_first = "This is the first annual edition for these readers" in section
        assert "would be supplied by" in section or "No comparison" in section or is_first


def test_a_breakdown_of_which_nothing_may_be_shown_is_a_note_and_not_a_drawing() -> None:
    cells = [ReleasedCell(at=("2023", code), value=None, conf_status="C") for code in ("female", "male")] + [
        ReleasedCell(at=("2023", "total"), value=5.0)
    ]
    html = rendered(edition([sealed("victims_identified_by_period_sex", ("period", "sex"), cells)]))
    assert "What cannot be shown for 2023" in html
    assert "Sex. All or most counts are withheld to protect persons" in html
    assert "<svg" not in html


def test_groups_of_which_nothing_may_be_shown_are_named_in_one_note() -> None:
    """A month of a small country withholds nearly all of them: a note for each would say the same ten times."""
    tables = [
        sealed(
            f"victims_identified_by_period_{dimension}",
            ("period", dimension),
            [ReleasedCell(at=("2023", code), value=None, conf_status="C") for code in codes],
        )
        for dimension, codes in (("sex", ("female", "male")), ("citizenship", ("UA", "PH")))
    ]
    html = rendered(edition(tables))
    assert html.count("withheld to protect persons; what can be shown") == 1
    assert "Sex and citizenship. All or most counts are withheld" in html


def test_a_coverage_break_stands_beside_the_trend() -> None:
    trend = re.search(r'<section id="trend".*?</section>', page_of("world"), re.DOTALL)
    assert trend is not None
    assert "11,262 records of one partner in the Philippines" in trend[0]
    assert "16,399 in 2016; the series breaks in 2016" in trend[0]


@pytest.mark.parametrize("language", ["ru", "tk"])
def test_other_languages_name_themselves_and_a_draft_says_that_it_is_one(language: str) -> None:
    html = page_of("world", language)
    assert f'<html lang="{language}"' in html
    assert ("garalama" in html) == (language == "tk")


def test_a_page_confesses_what_is_not_translated() -> None:
    bare = Locale("ru", locale("ru").cldr, Catalog(locale="ru"))
    assert "stand in English" in report(View(world(), bare)).decode()


def alternatives(html: str) -> dict[str, str]:
    """Text alternative of each drawing by the id of its figure."""
    found = re.findall(r'<desc id="([^"]+)-w-desc">([^<]*)</desc>', html)
    return {name: unescape(text) for name, text in found}


def test_text_alternatives_tell_the_finding_before_the_numbers(page: str) -> None:
    told = alternatives(page)
    assert re.match(r"Identified victims: lowest \d+ \(2020\), highest \d+ \(\d{4}\), last", told["trend-year"])
    assert told["by-form"].startswith("Largest shown: Forced labour (")
    assert told["phase-ratio"].startswith("Clearly fewer: Acute phase")
    assert told["level-identification-channel"].startswith("Clear differences from before the pandemic, as ratios:")
    assert "Identified victims in that month:" in told["stringency"]


def test_the_marks_of_a_chart_are_explained_under_it(page: str) -> None:
    for figure in re.findall(r"<figure.*?</figure>", page, re.DOTALL):
        marks = set(re.findall(r'<abbr class="mark"[^>]*>(\[[cuxz]\])</abbr>', figure))
        assert marks == set(re.findall(r'<span class="mark">(\[[cuxz]\])</span>', figure))


MONTH_IN_FIGURES = re.compile(r"\b0?(\d{1,2})\.\d\d\.(\d{4})\b")
"""A date of a language that writes the month as a number; the others have a word there."""


@pytest.mark.parametrize("name", ["world", "national"])
def test_numbers_are_the_same_in_all_languages(name: str) -> None:
    tables = {}
    for language in ("en", "ru", "tk"):
        cells = re.findall(r"<td[^>]*>(.*?)</td>", page_of(name, language))
        texts = [MONTH_IN_FIGURES.sub(r"\1 \2", re.sub(r"<[^>]+>", "", cell)) for cell in cells if "<code>" not in cell]
        tables[language] = [re.sub(r"\D", "", text) for text in texts]
    numbers = {language: [c for c in cells if c] for language, cells in tables.items()}
    assert len(numbers["en"]) > 100
    assert sorted(numbers["en"]) == sorted(numbers["ru"]) == sorted(numbers["tk"])


def test_templates_never_switch_escaping_off() -> None:
    from importlib import resources

    for template in (resources.files("reports") / "templates").iterdir():
        text = template.read_text("utf-8")
        assert "|safe" not in text.replace(" ", "")
        assert "autoescape" not in text
