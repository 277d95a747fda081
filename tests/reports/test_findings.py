"""Key findings: hedged, counted on their base, silent where the gate is silent."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from reports.blocks import Chart, plain_text
from reports.edition import View
from reports.findings import findings, in_languages
from reports.locale import locale
from reports.sections.rankings import ranking_chart
from tests.reports.editions import SEAL, edition, empty, sealed, table, world
from tests.reports.followed import followed_up
from tests.reports.people import national
from transforms.disclosure.released import ReleasedCell, ReleasedEdition, ReleasedEstimate, ReleasedTable
from transforms.statistics.estimate import Estimate


def said(released: ReleasedEdition, language: str = "en") -> dict[str, str]:
    """The sentences of an edition by key, no-break spaces as plain ones."""
    view = View(released, locale(language))
    return {f.key: plain_text(f.text).replace("\u00a0", " ") for f in findings(view)}


def test_the_matched_change_of_unodc_names_its_countries() -> None:
    assert said(world())["matched"] == (
        "UNODC, 2019 → 2020: 48,968 → 44,198 (−9.7 %) across the 112 countries that reported both years."
    )


def test_a_coverage_break_is_named_and_takes_the_percentage_away() -> None:
    sentence = said(world())["level"]
    assert sentence.startswith("16,399 registered victims in 2016, against 4,276 in 2015. The two are not comparable. ")
    assert "%" not in sentence


def test_a_suppressed_count_is_not_said() -> None:
    released = edition(
        [
            table("""
            period | value | status
            2022   | 12    |
            2023   |       | C
            """)
        ]
    )
    assert said(released) == {"level": "For 2023 the number of victims is withheld to protect persons."}


def test_no_change_is_given_in_per_cent_where_the_gate_found_it_unreliable() -> None:
    count = table("""
        period | value | status
        2022   | 12    |
        2023   | 18    |
        """)
    change = sealed(
        count.key + ".change",
        ("period",),
        [ReleasedCell(at=("2023",), value=None, obs_status="U")],
        kind="change",
        unit="pct",
    )
    assert said(edition([count, change]))["level"] == (
        "18 identified victims in 2023, against 12 in 2022 (too few for a percentage)."
    )


def test_a_share_on_a_small_base_is_left_out() -> None:
    key = "victims_identified_by_period_sex.share"
    share = sealed(
        key,
        ("period", "sex"),
        [ReleasedCell(at=("2023", "female"), value=None, obs_status="U", base=12)],
        kind="share",
        unit="pct",
    )
    assert said(edition([share])) == {}


def test_a_share_bears_its_base_and_interval() -> None:
    key = "victims_identified_by_period_sex.share"
    cell = ReleasedCell(at=("2023", "female"), value=56.1, lower=49.2, upper=62.7, base=205)
    share = sealed(key, ("period", "sex"), [cell], kind="share", unit="pct")
    assert said(edition([share]))["women_and_children"] == (
        "56 % of those whose sex is recorded were women or girls (95 % interval 49–63 %; base 205)."
    )


@pytest.mark.parametrize(
    ("lower", "upper", "words"),
    [
        (0.3, 0.6, "fewer victims were detected a month than before the pandemic"),
        (0.8, 1.2, "In no phase of the COVID period does detection differ clearly from the years before."),
        (1.1, 1.9, "more victims were detected a month than before the pandemic"),
    ],
)
def test_the_interval_decides_what_may_be_said_of_the_pandemic(lower: float, upper: float, words: str) -> None:
    sentence = said(edition([phases(("phase:acute", lower, upper))]))["covid"]
    assert words in sentence
    assert "trafficking fell" not in sentence
    assert ("Less detection does not mean less trafficking." in sentence) == (upper < 1)


def phases(*ratios: tuple[str, float, float]) -> ReleasedTable:
    """Monthly means of phases divided by the one before the pandemic, given by their bounds."""
    cells = [
        ReleasedCell(at=(code,), value=(lower + upper) / 2, lower=lower, upper=upper, base=900)
        for code, lower, upper in ratios
    ]
    return sealed("victims_identified_by_period.phase_ratio", ("period",), cells, kind="ratio", unit="ratio")


def test_phases_without_a_clear_difference_are_left_out_and_a_fall_is_followed_by_its_warning() -> None:
    made = edition([phases(("phase:acute", 0.3, 0.6), ("phase:prolonged_restrictions", 0.8, 1.2),
                           ("phase:recovery", 1.1, 1.4))])  # fmt: skip
    sentence = said(made)["covid"]
    assert "Prolonged restrictions" not in sentence
    assert sentence.index("Acute phase:") < sentence.index("Less detection does not mean") < sentence.index("Recovery:")


def test_an_edition_without_data_has_no_findings() -> None:
    assert said(empty()) == {}


def test_each_finding_names_released_cells_and_speaks_every_language() -> None:
    released = national()
    for finding in in_languages(released, ["en", "ru", "tk"]):
        assert set(finding["text"]) == {"en", "ru", "tk"}
        for cell in finding["cells"]:
            found = released.table(cell["table"])
            assert found is not None and found.cell(*cell["at"]) is not None


def numbers(sentence: str) -> list[str]:
    """The numbers of a sentence without the signs that part thousands and decimals, in order of size."""
    return sorted(re.findall(r"\d+", re.sub(r"(?<=\d)(?:[,.]|\s(?=\d{3}\b))(?=\d)", "", sentence)))


EDITIONS = {"annual": national, "quarterly": lambda: national(quarterly=True), "world": world}


@pytest.mark.parametrize("make", EDITIONS.values(), ids=list(EDITIONS))
def test_every_finding_has_the_same_numbers_in_every_language(make: Callable[[], ReleasedEdition]) -> None:
    released = make()
    english = said(released)
    assert len(english) > 3
    for language in ("ru", "tk"):
        told = said(released, language)
        assert {key: numbers(text) for key, text in told.items()} == {key: numbers(t) for key, t in english.items()}


def test_a_change_whose_interval_holds_zero_is_called_unclear_and_has_no_decimals() -> None:
    count = table("""
        period | value | status
        2022   | 108   |
        2023   | 125   |
        """)
    moved = ReleasedCell(at=("2023",), value=15.74, lower=-11.2, upper=51.3, base=108)
    change = sealed(count.key + ".change", ("period",), [moved], kind="change", unit="pct")
    assert said(edition([count, change]))["level"] == (
        "125 identified victims in 2023, against 108 in 2022 (no clear change: +16 %, 95 % interval −11 % to +51 %)."
    )


def test_a_country_that_did_not_report_to_unodc_is_said_not_to_have_and_gets_no_percentage() -> None:
    reported = table(
        """
        period | value | status
        2019   | 6     |
        2023   |       | O
        """,
        key="victims_detected_by_period",
        sources=("unodc_tip",),
        caveats=("countries_differ_between_years",),
    )
    released = edition([reported], scope="TM")
    assert said(released) == {
        "detected": "Detected victims (UNODC), 2023: not reported. The last figure is 6, of 2019."
    }
    assert "%" not in said(released)["detected"]


def groups_of(text: str, **changes: object) -> ReleasedEdition:
    """An edition with one breakdown by form, drawn as text."""
    key = "victims_identified_by_period_form"
    return edition([table(text, key=key, dimensions=("period", "form"), **changes)])  # type: ignore[arg-type]


def test_the_largest_group_is_called_so_only_where_no_hidden_one_can_be_larger() -> None:
    drawn = """
        period | form                | value | status
        2023   | forced_labour       | {most} |
        2023   | servitude           |       | C
        2023   | total               | 40    |
        """
    assert said(groups_of(drawn.format(most=19))) == {}  # most persons are in the group that is not shown
    hedged = said(groups_of(drawn.format(most=20)))
    assert hedged == {
        "largest_groups": "Most often of the groups shown: form of exploitation – forced labour, 20 of 40 persons."
    }
    majority = said(groups_of(drawn.format(most=21)))
    assert majority == {"largest_groups": "Most often: form of exploitation – forced labour, 21 of 40 persons."}
    several = said(groups_of(drawn.format(most=21), caveats=("several_codes_per_person",)))
    assert "of the groups shown" in several["largest_groups"]


BY_CHANNEL = """
    period | identification_channel | value | status
    2023   | hotline                | {top} |
    2023   | police_operation       | 12    |
    2023   | border_control         |       | C
    2023   | total                  | 40    |
    """


def by_channel(top: int) -> ReleasedEdition:
    key, dimensions = "victims_identified_by_period_identification_channel", ("period", "identification_channel")
    return edition([table(BY_CHANNEL.format(top=top), key=key, dimensions=dimensions)])


def test_a_group_larger_than_all_that_is_hidden_is_the_largest_without_being_the_majority() -> None:
    assert said(by_channel(15))["largest_groups"].startswith("Most often: ")  # 13 are hidden
    assert said(by_channel(14))["largest_groups"].startswith("Most often of the groups shown: ")  # 14 are


CANNOT_BE_TOLD = {
    "en": "How the victim came to notice: the largest group cannot be told for 2023",
    "ru": "Как жертва попала в поле зрения: какая группа самая большая за период 2023, сказать нельзя",
    "tk": "Pida çekeniň ýüze çykyş ýoly: 2023 üçin iň uly topary aýdyp bolmaýar",
}


@pytest.mark.parametrize("language", CANNOT_BE_TOLD)
def test_a_chart_of_which_most_is_hidden_names_no_largest_group(language: str) -> None:
    few, many = (ranking_chart(View(by_channel(top), locale(language)), "identification_channel") for top in (5, 14))
    assert isinstance(few, Chart) and isinstance(many, Chart)
    assert few.title.replace("\u00a0", " ") == CANNOT_BE_TOLD[language]
    assert "14" in many.title


def test_groups_that_tie_are_named_together() -> None:
    tied = groups_of("""
        period | form                | value | status
        2023   | forced_labour       | 9     |
        2023   | sexual_exploitation | 9     |
        2023   | servitude           | 5     |
        2023   | total               | 23    |
        """)
    assert list(said(tied).values()) == [
        "Most often: form of exploitation – forced labour and sexual exploitation, 9 of 23 persons."
    ]


def test_a_comparison_across_a_break_says_so() -> None:
    gap = {"source": "case_register", "period": "2021", "key": "k", "texts": {"en": "New rules."}}
    made = edition([phases(("phase:recovery", 1.1, 1.4))], context={"breaks": [gap]})
    assert said(made)["covid"].endswith("The series breaks in 2021.")


def test_the_headline_says_how_many_are_expected_once_all_are_registered() -> None:
    """Of the counts of the edition's own period: those of earlier periods that still come in are no part of it."""
    rows = [
        {"period": "2023-Q3", "observed": 45.0, "expected": 46.0, "lower": 45.0, "upper": 48.0},
        {"period": "2023-Q4", "observed": 30.0, "expected": 40.0, "lower": 35.0, "upper": 47.0},
    ]
    counts = table("""
        period | value | status
        2022   | 110   |
        2023   | 125   |
        """)
    yearly = said(awaited(counts, rows))["level"]
    assert yearly.endswith("Some are registered late: 136 are expected in the end (90 % interval 130–145).")
    lines = ("period | value | status", "2023-Q3 | 45 |", "2023-Q4 | 30 |")
    quarterly = awaited(table("\n".join(lines)), rows, context={"edition_period": "2023-Q4"})
    assert said(quarterly)["level"].endswith("40 are expected in the end (90 % interval 35–47).")
    settled = [{**row, "expected": row["observed"], "lower": row["observed"]} for row in rows]
    assert "in the end" not in said(awaited(counts, settled))["level"]


def awaited(counts: ReleasedTable, rows: list[dict[str, Any]], **changes: Any) -> ReleasedEdition:
    """An edition with an estimate of what is still to be registered."""
    totals = {name: sum(row[name] for row in rows) for name in ("observed", "expected", "lower", "upper")}
    estimate = Estimate(
        method="nowcast", estimate=totals["expected"], lower=totals["lower"], upper=totals["upper"], level=0.9,
        unit="persons", basis={}, checks=(), caveats=(), details={"periods": rows},
    )  # fmt: skip
    answer = ReleasedEstimate(
        key="nowcast:victims_identified", estimate=estimate, sources=("case_register",), seal=SEAL
    )
    return edition([counts], estimates={answer.key: answer}, **changes)


def test_the_annual_edition_has_about_five_findings_and_says_where_the_plan_stands() -> None:
    found = said(followed_up())
    assert found["plan"].startswith("National Action Plan: of ")
    assert 4 <= len(said(national())) <= 7
