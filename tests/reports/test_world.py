"""Editions of the world: what they say of places, of zeros, of sums over countries, and of what is not there."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from reports.blocks import Chart, Note, Paragraph, Section, Table, plain_text
from reports.edition import View
from reports.estimated import span
from reports.locale import CLDR_IDS, locale
from reports.provenance.definitions import against_double_counting
from reports.render import report
from reports.sections import SECTIONS, covid, identification, justice, key_findings, quality, trend, where, who
from reports.sections.rankings import ranking_chart
from tests.reports.answered import answered, changed
from tests.reports.before import before, followed, said
from tests.reports.editions import OF_CTDC, edition, sealed, table, world
from transforms.disclosure.released import ReleasedCell, ReleasedEdition, ReleasedTable

LATER = {"edition": "annual-2019", "context": {"edition_period": "2019"}}
"""The same extract, of which nothing reaches the edition's year."""
PLACES = """
    year | citizenship | value | status
    2015 | AF          | 0     |
    2015 | MD          | 766   |
    2015 | PH          | 28    |
    2015 | UZ          | 11    |
    2015 | unknown     | 827   |
    2015 | total       | 1632  |
    2016 | AF          | 0     |
    2016 | MD          | 597   |
    2016 | PH          | 11262 |
    2016 | UZ          | 0     |
    2016 | unknown     | 1937  |
    2016 | total       | 13796 |
"""


def view(released: ReleasedEdition, language: str = "en") -> View:
    return View(edition=released, locale=locale(language))


def tables(section: Section | None) -> dict[str, Table]:
    assert section is not None
    inside = [block.table for block in section.blocks if isinstance(block, Chart)]
    return {block.id: block for block in (*section.blocks, *inside) if isinstance(block, Table)}


def notes(section: Section | None) -> dict[str, str]:
    assert section is not None
    return {block.title: plain_text(block.text) for block in section.blocks if isinstance(block, Note)}


def without_report(released: ReleasedEdition) -> ReleasedEdition:
    """The edition with a line for its own year in its tables of records, of which the extract says nothing."""
    year = released.context["edition_period"]
    for name in ("victims_registered_by_period", "victims_registered_by_period_sex"):
        shown = released.tables[name]
        rest = {cell.at[1:]: ReleasedCell(at=(year, *cell.at[1:]), value=None, obs_status="O") for cell in shown.cells}
        fields: dict[str, Any] = {"sources": shown.sources, "caveats": shown.caveats}
        released.tables[name] = sealed(name, shown.dimensions, (*shown.cells, *rest.values()), **fields)  # type: ignore[index]
    return released


def by_citizenship() -> ReleasedTable:
    key = "victims_registered_by_period_citizenship"
    return table(PLACES, key=key, dimensions=("period", "citizenship"), sources=("ctdc_kanon",), caveats=OF_CTDC)


def test_places_stand_by_size_and_those_without_a_person_are_counted_instead() -> None:
    released = world()
    released.tables["victims_registered_by_period_citizenship"] = by_citizenship()  # type: ignore[index]
    drawn = ranking_chart(view(released), "citizenship")
    assert isinstance(drawn, Chart)
    assert [row.header for row in drawn.table.rows] == ["Philippines", "Moldova", "Uzbekistan", "Unknown", "Total"]
    remarks = [plain_text(line) for line in drawn.table.notes]
    assert remarks[:2] == [
        "1 more stands in the table files, with 0 in these periods.",
        "0: none, or so few that the publisher of the data set removed them.",
    ]


def test_a_zero_of_another_source_needs_no_such_remark() -> None:
    register = table(PLACES, key="x_by_period_citizenship", dimensions=("period", "citizenship"))
    released = world()
    released.tables["victims_registered_by_period_citizenship"] = register  # type: ignore[index]
    drawn = ranking_chart(view(released), "citizenship")
    assert isinstance(drawn, Chart)
    assert not any(plain_text(line).startswith("0:") for line in drawn.table.notes)


@pytest.mark.parametrize(
    ("lower", "upper", "written"),
    [
        (25.2, 59.9, "25–60\u00a0%"),
        (73.0, 73.4, "73.0–73.4\u00a0%"),
        (0.05, 0.14, "0.05–0.14\u00a0%"),
        (0.0, 0.004, "0.00–0.00\u00a0%"),
    ],
)
def test_bounds_of_a_share_get_the_decimals_that_keep_them_apart(lower: float, upper: float, written: str) -> None:
    assert view(world()).bounds(lower, upper, "pct").replace("\u2060", "") == written


def test_a_change_has_its_sign_and_none_is_given_across_a_break() -> None:
    rows = {row.header: row.cells[1] for row in tables(trend.section(view(world())))["table-trend-year"].rows}
    assert [rows[year].text.replace("\u00a0", " ") for year in ("2002", "2003", "2005", "2007", "2015", "2016")] == [
        "[z]", "\u221265 %", "+552 %", "\u22120.4 %", "+43 %", "[z]",
    ]  # fmt: skip


def test_what_no_global_data_set_has_is_not_asked_of_those_who_share_records() -> None:
    told = notes(where.section(view(world())))
    assert told["Not in the global data sets"].startswith("Region. National registers record this")
    assert "Region" not in told["No data in this edition"]
    told = notes(identification.section(view(world())))
    assert told["Not in the global data sets"].startswith("Body that identified and assistance.")


def test_an_edition_beyond_the_extract_says_where_it_ends_and_calls_nothing_suppressed() -> None:
    released = without_report(world(**LATER))
    told = notes(who.section(view(released)))["No data in this edition"]
    assert told.endswith("share their case records through CTDC. The last figures of the source are of 2016.")
    assert "table-completeness" not in tables(quality.section(view(released)))
    tile = key_findings.section(view(released)).blocks[0].tiles[0]  # type: ignore[union-attr]
    assert (tile.value, tile.context) == ("[x]", "not reported; the last figure is 16,399 (2016)")


def test_years_before_the_pandemic_are_no_sign_of_it() -> None:
    years = {"victims_detected_matched": ("2015", "2016"), "victims_detected_matched.change": ("2016",)}
    released = world()
    for key, found in years.items():
        cells = tuple(ReleasedCell(at=(year,), value=100.0) for year in found)
        released.tables[key] = sealed(key, ("period",), cells, kind="observation")  # type: ignore[index]
    assert "The countries that reported both years" in notes(covid.section(view(world())))
    assert "The countries that reported both years" not in notes(covid.section(view(released)))


def test_a_world_edition_speaks_of_no_country_committee_or_plan() -> None:
    words: list[str] = []
    for section in SECTIONS:
        if (made := section(view(world()))) is not None:
            words += [made.title, *notes(made).values()]
    text = " ".join(words)
    assert not [word for word in ("Statistics Committee", "Action Plan", "country's own", "by body") if word in text]


@pytest.mark.parametrize("language", CLDR_IDS)
def test_columns_begin_with_the_first_year_whose_parts_are_told(language: str) -> None:
    found = tables(justice.section(view(world(), language)))["table-persons-prosecuted-sex"]
    assert [column.text for column in found.columns] == ["2015", "2016"]
    assert len(found.notes) == 2, "the parts do not add up, and the source"


def test_sums_over_other_countries_are_no_corrected_figures() -> None:
    def panel(years: dict[str, float]) -> ReleasedTable:
        cells = tuple(ReleasedCell(at=(year,), value=value) for year, value in years.items())
        fields: dict[str, Any] = {"kind": "observation", "sources": ("unodc_tip",)}
        return sealed("victims_detected_panel", ("period",), cells, **fields)

    first, second = panel({"2021": 500.0, "2022": 520.0}), panel({"2021": 450.0, "2022": 470.0, "2023": 480.0})
    text = said(followed([second], before([first], 2022)))
    assert "Corrected figures" not in text
    assert "the same countries every year: other countries than in the last edition" in text
    assert "other countries than" not in said(followed([first], before([first], 2022)))


def test_a_sum_says_over_how_many_countries_it_is() -> None:
    here = view(world())
    tiles = {tile.label: tile.context for tile in key_findings.section(here).blocks[0].tiles}  # type: ignore[union-attr]
    assert tiles["Detected victims (UNODC)"] == "in 2016; 1 country reported"
    assert tiles["Persons convicted"] == "in 2016; 75 countries reported"
    columns = [column.text for column in tables(trend.section(here))["table-detected"].columns]
    assert columns == ["Persons", "Countries"]
    table_of_countries = tables(justice.section(here))["table-justice-countries"]
    assert [[cell.text for cell in row.cells] for row in table_of_countries.rows] == [
        ["–", "–"],
        ["–", "85"],
        ["–", "75"],
    ]


@pytest.mark.parametrize("language", CLDR_IDS)
def test_an_edition_of_figures_of_unodc_alone_leads_with_them_and_compares_no_sums(language: str) -> None:
    released = world(context={"headline": "victims_detected", "breaks": []})
    here = view(released, language)
    findings = key_findings.section(here).blocks[1]
    first = plain_text(findings.items[0])  # type: ignore[union-attr]
    assert here.locale.number(24918) in first and here.locale.number(23977) not in first
    title = next(block.title for block in trend.section(here).blocks if isinstance(block, Chart))
    assert here.locale.number(24918) in title and here.locale.number(23977) not in title


@pytest.mark.parametrize("language", CLDR_IDS)
@pytest.mark.parametrize("year", ["2017", "2018"])
def test_a_band_is_never_told_as_the_number_that_stands_for_it(language: str, year: str) -> None:
    """`<5` is kept as a number between its bounds; here one that would be seen: 777 for 0 to 4."""
    band = ReleasedCell(at=("2017",), value=777.0, obs_status="E", lower=0.0, upper=4.0)
    gap = () if year == "2017" else (ReleasedCell(at=(year,), value=None, obs_status="O"),)
    cells = (ReleasedCell(at=("2016",), value=6.0), band, *gap)
    names = ("victims_detected", "persons_prosecuted", "persons_convicted")
    fields: dict[str, Any] = {"kind": "observation", "sources": ("unodc_tip",)}
    found = [sealed(f"{name}_by_period", ("period",), cells, **fields) for name in names]
    context = {"headline": "victims_detected", "finest": "year", "edition_period": year, "phases": []}
    page = report(view(edition(found, scope="TM", edition=f"annual-{year}", context=context), language)).decode()
    shown = page.partition('<div class="cards">')[0]
    assert "0–\u20604" in shown
    assert "777" not in shown


def test_a_table_of_places_holds_the_largest_and_leaves_the_rest_to_the_files() -> None:
    codes = [f"{a}{b}" for a in "ABCDEFGHKLM" for b in "ABCDEFGHIKL"]
    lines = [f"2016 | {code} | {500 - place} |" for place, code in enumerate(codes)]
    text = "year | citizenship | value | status\n" + "\n".join((*lines, "2016 | total | 54000 |"))
    key = "victims_registered_by_period_citizenship"
    released = world()
    released.tables[key] = table(text, key=key, dimensions=("period", "citizenship"))  # type: ignore[index]
    drawn = ranking_chart(view(released), "citizenship")
    assert isinstance(drawn, Chart)
    assert len(drawn.table.rows) == 101
    assert plain_text(drawn.table.notes[0]) == f"{len(codes) - 100} smaller ones stand in the table files."


@pytest.mark.parametrize(
    ("code", "written"),
    [
        ("2017-01:2019-12", "2017 – 2019"),
        ("2020-03:2020-12", "March 2020 – December 2020"),
        ("2020:2022", "2020 – 2022"),
    ],
)
def test_months_that_make_whole_years_are_told_as_years(code: str, written: str) -> None:
    assert span(view(world()), code) == written


def test_counts_that_vary_more_than_chance_warn_of_the_plain_view() -> None:
    def told(phi: float) -> str:
        one = answered().estimates["covid:victims_identified"].estimate
        varied = replace(one, details={**one.details, "phi": phi})
        blocks = covid.section(view(changed(covid__victims_identified=varied))).blocks
        return " ".join(plain_text(block.text) for block in blocks if isinstance(block, Paragraph))

    assert "trust that one" in told(190.5) and "dispersion 190)" in told(190.5)
    assert "trust that one" not in told(1.2)


def test_who_delivered_is_named_where_the_pandemic_is_compared() -> None:
    counts = {"2017": 63, "2018": 60, "2019": 66, "2020": 40, "2021": 45}
    cells = [ReleasedCell(at=(year,), value=float(n)) for year, n in counts.items()]
    fields: dict[str, Any] = {"sources": ("ctdc_synthetic",)}
    ratio = sealed(
        "victims_registered_by_period.same_period",
        ("period",),
        [ReleasedCell(at=("2020",), value=0.6, lower=0.4, upper=0.9, base=66.0)],
        kind="ratio",
        unit="ratio",
        **fields,
    )
    for caveats, is_said in ((OF_CTDC, True), ((), False)):
        headline = sealed("victims_registered_by_period", ("period",), cells, caveats=caveats, **fields)
        context = {"headline": "victims_registered", "edition_period": "2021", "finest": "year"}
        made = covid.section(view(edition([headline, ratio], scope="world", context=context)))
        assert ("Who delivers changed as well" in notes(made)) is is_said


def test_records_without_a_key_are_not_said_to_be_persons_counted_once() -> None:
    page = report(view(world())).decode()
    card = page.partition('<article class="card" id="T1"')[2].partition("</article>")[0]
    assert "The data set gives no key of a person" in card
    assert "one pseudonymous key" not in card
    assert against_double_counting("declared", ()) == "declared"
    assert against_double_counting("declared", OF_CTDC).startswith("The data set gives no key of a person")
