"""Answers of the statistical methods on the page: trends, late registrations, the undetected, the methods annex."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from html import unescape
from math import inf
from typing import Any

import pytest

from reports.blocks import Details, Note, Paragraph, Table, plain_text
from reports.charts import trend as trend_chart
from reports.charts.frame import WIDE
from reports.edition import View
from reports.findings import findings
from reports.locale import locale
from reports.render import edition_files
from reports.sections import trend as trend_section
from reports.sections.annex import annex
from reports.sections.undetected import section as undetected
from reports.trend_wording import headline_sentence, trends
from tests.reports.answered import answered
from tests.reports.drawn import page_of
from tests.reports.editions import SEAL, edition, table, world
from tests.reports.registered import ANNEX
from transforms.disclosure.released import ReleasedEdition, ReleasedEstimate
from transforms.messages import said
from transforms.statistics.estimate import Check, Estimate, Refusal

MODEL = Estimate(
    method="trend_log_linear",
    estimate=-13.1,
    lower=-21.1,
    upper=-4.4,
    unit="pct_per_year",
    basis={"count": 215.0, "periods": 5},
    checks=(Check(key="finest_period", is_met=True, said=said("Years are used.")),),
    details={
        "direction": "fall",
        "is_trend": True,
        "frequency": "year",
        "first": "2017",
        "last": "2021",
        "left_out": ["2022"],
        "gaps": [],
        "p": 0.004,
        "p_holm": 0.032,
        "tests": 8,
        "phi": 1.2,
        "errors": "quasi_poisson",
        "change_points": [],
        "mann_kendall": {"years": 5, "p": 1 / 60},
        "theil_sen": {"slope": -5.3, "lower": -17.0, "upper": 2.0, "unit": "per_year"},
    },
)
HALVES = replace(
    MODEL,
    method="halves_exact",
    unit="pct",
    basis={"count": 30.0, "periods": 3.0, "base_count": 45.0, "base_periods": 3.0},
    details={**MODEL.details, "rate_per_year": 12.5, "rate_lower": 9.9, "rate_upper": 15.6},
)
REFUSED = replace(
    MODEL,
    estimate=None,
    lower=None,
    upper=None,
    refusal=Refusal(code="few_events", reason=said("Fewer than 10 events were registered.")),
    details={"direction": "no_clear_change", "frequency": "year"},
)
YEARS = """
    period | value | status
    2017 | 60 |
    2018 | 50 |
    2019 | 40 |
    2020 | 35 |
    2021 | 30 |
"""


def with_answers(answers: Mapping[str, Estimate], **changes: Any) -> ReleasedEdition:
    """An edition of five years with these answers."""
    estimates = {
        key: ReleasedEstimate(key=key, estimate=one, sources=("case_register",), seal=SEAL)
        for key, one in answers.items()
    }
    return edition([table(YEARS)], estimates=estimates, **changes)


def details(**changed: Any) -> Mapping[str, Any]:
    return {**MODEL.details, **changed}


def sentence(found: Estimate, language: str = "en") -> str:
    (one,) = trends(View(with_answers({"trend:victims_identified": found}), locale(language)))
    return headline_sentence(one).replace("\u00a0", " ").replace("\u2212", "-")


def page(released: ReleasedEdition, language: str = "en") -> str:
    """The text of a page, blanks and minus signs plain."""
    return text_of(edition_files(released, [language])[f"report.{language}.html"].decode())


def text_of(html: str) -> str:
    text = unescape(re.sub(r"<[^>]+>", " ", re.sub(r"<svg.*?</svg>", "", html, flags=re.DOTALL)))
    return " ".join(text.replace("\u00a0", " ").replace("\u2212", "-").replace("\u2060", "").split())


@pytest.mark.parametrize(
    ("found", "says"),
    [
        (MODEL, "2017 to 2021: -13 % a year (95 % interval -21 % to -4 %); the count falls."),
        (
            replace(MODEL, details=details(is_trend=False)),
            "; a fall that can be chance among so many series.",
        ),
        (
            replace(MODEL, upper=3.0, details=details(direction="no_clear_change", is_trend=False)),
            "-21 % to +3 %); no direction can be told.",
        ),
        (
            replace(MODEL, details=details(change_points=[{"at": "2020"}])),
            "; a change of level in 2020 rather than a steady course.",
        ),
        (
            replace(MODEL, details=details(direction="no_clear_change", is_trend=False)),
            "-21 % to -4 %); no direction can be told, since it is not known how complete the counts are.",
        ),
        (HALVES, "30 in 3 years after 45 in 3 years, a change of the rate by -13 % (95 % interval"),
        (replace(HALVES, upper=inf), "(95 % interval -21 % or more)"),
        (
            replace(HALVES, basis={**HALVES.basis, "count": 19.0}),
            "19 in 3 years after 45 in 3 years, too few for a percentage; the count falls.",
        ),
        (REFUSED, "Identified victims: no trend is estimated. Fewer than 10 events were registered."),
    ],
)
def test_a_trend_is_said_as_its_figures_allow(found: Estimate, says: str) -> None:
    assert says in sentence(found)


def test_a_large_series_bears_a_decimal() -> None:
    assert "-13.1 % a year" in sentence(replace(MODEL, basis={"count": 1075.0, "periods": 30}))


def test_beside_the_trend_stand_method_basis_tests_and_what_was_left_out() -> None:
    unmet = Check(key="completeness_known", is_met=False, said=said("It is not known up to which day."))
    found = replace(
        MODEL,
        checks=(*MODEL.checks, unmet),
        details=details(
            gaps=["2019"],
            change_points=[{"at": "2020", "earliest": "2019", "latest": "2021", "ratio": 0.64, "p": 0.0004}],
        ),
    )
    text = page(with_answers({"trend:victims_identified": found}))
    for part in (
        "Years are used.",
        "errors widened by the dispersion; it rests on 215 in 5 years, dispersion 1.2.",
        "p = 0.032, corrected for the 8 series tested (Holm).",
        "over 5 whole years: rank test of Mann and Kendall p = 0.017; median step -5.3 a year",
        "In 2020 (between 2019 and 2021) the level changed to 0.64 times that before (p < 0.001)",
        "Left out, because records still come in: 2022.",
        "a low one can be among them: 2019.",
        "It is not known up to which day.",
    ):
        assert part in text, part


def test_refused_trends_stand_under_the_table_each_reason_once() -> None:
    refused = ("persons_convicted", "persons_prosecuted")
    text = page(with_answers({"trend:victims_identified": MODEL, **{f"trend:{key}": REFUSED for key in refused}}))
    reason = "Fewer than 10 events were registered."
    assert f"Not estimated: persons convicted and persons prosecuted. {reason}" in text
    assert text.count(reason) == 1


def test_the_key_finding_names_the_cells_that_the_trend_rests_on() -> None:
    view = View(with_answers({"trend:victims_identified": MODEL}), locale("en"))
    (found,) = (finding for finding in findings(view) if finding.key == "trend")
    assert "the count falls" in plain_text(found.text)
    assert found.cells == tuple(("victims_identified_by_period", (str(year),)) for year in range(2017, 2022))
    old = replace(MODEL, details={**MODEL.details, "first": "2009", "last": "2013"})
    long_over = View(with_answers({"trend:victims_identified": old}), locale("en"))
    assert "trend" not in {finding.key for finding in findings(long_over)}
    unclear = replace(MODEL, upper=3.0, details=details(direction="no_clear_change", is_trend=False))
    for silent in (REFUSED, unclear):
        view = View(with_answers({"trend:victims_identified": silent}), locale("en"))
        assert "trend" not in {finding.key for finding in findings(view)}


def test_what_is_expected_is_drawn_apart_from_the_line_of_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[trend_chart.TrendSpec] = []
    original = trend_chart.trend

    def seen(spec: trend_chart.TrendSpec, size: Any) -> Any:
        drawn.append(spec)
        return original(spec, size)

    monkeypatch.setattr("reports.sections.late.trend", seen)
    released = answered()
    trend_section.section(View(released, locale("en")))
    spec = drawn[0]
    rows = released.estimates["nowcast:victims_identified"].estimate.details["periods"]
    assert [one.period.code for one in spec.expected] == [row["period"] for row in rows]
    assert not {p.period for p in spec.lines[0].points} & {one.period for one in spec.expected}
    axes = original(spec, WIDE).axes[0]
    assert axes.get_ylim()[1] >= max(one.upper for one in spec.expected)
    hollow = [line for line in axes.lines if line.get_markerfacecolor() == "none"]
    assert [list(line.get_ydata()) for line in hollow] == [[row["expected"] for row in rows]]


@pytest.fixture(scope="module")
def text() -> str:
    """The national page."""
    return text_of(page_of("answered"))


def test_late_registrations_say_how_the_method_did_before(text: str) -> None:
    assert re.search(r"Tried on \d+ earlier dates, \d+ % of \d+ intervals held the count", text)
    assert re.search(r"\d+ are expected once all have come \(90 % interval \d+–\d+\)", text)
    assert "This estimates what will be registered, not what happened." in text


def nowcast(**test: Any) -> Estimate:
    """A nowcast of one year, tried before as given."""
    rows = [
        {"period": "2021", "observed": 30, "expected": 36, "lower": 31, "upper": 42, "reported_share": 0.83,
         "rests_on": "own_registrations", "status": "estimated"},
    ]  # fmt: skip
    back = {
        "repeats": 4, "nowcasts": 8, "level": 0.9, "covered": 0.75, "totals_covered": 0.75, "error_pct": 12,
        "uncorrected_error_pct": 8,
    }  # fmt: skip
    return Estimate(
        method="nowcast_reverse_hazard_negative_binomial",
        estimate=36.0,
        lower=31.0,
        upper=42.0,
        level=0.9,
        unit="registered_cases",
        details={"periods": rows, "seed": 1, "replicates": 2000, "backtest": {**back, **test}},
    )


def test_few_earlier_nowcasts_are_counted_and_a_correction_that_did_worse_is_told() -> None:
    text = page(with_answers({"nowcast:victims_identified": nowcast()}))
    assert "6 of 8 intervals held" in text
    assert "missed by more than the uncorrected count" in text
    better = page(with_answers({"nowcast:victims_identified": nowcast(error_pct=3)}))
    assert "missed by more than the uncorrected count" not in better
    untried = page(with_answers({"nowcast:victims_identified": nowcast(covered=None, error_pct=None)}))
    assert "The history is too short to try the method on earlier dates." in untried


def test_a_nowcast_that_is_refused_says_why() -> None:
    refusal = Refusal(code="withheld", reason=said("Some counts are too small."))
    refused = replace(nowcast(), estimate=None, lower=None, upper=None, refusal=refusal, details={})
    text = page(with_answers({"nowcast:victims_identified": refused}))
    assert "The latest periods are not estimated Some counts are too small." in text


def test_the_undetected_are_told_where_lists_were_asked_and_else_why_not(text: str) -> None:
    asked_once = undetected(View(answered(quarterly=True), locale("en")))
    assert asked_once is not None
    (why,) = asked_once.blocks
    assert isinstance(why, Note) and "annual editions have it" in plain_text(why.text)
    part = text[text.index("Undetected victims Victims, presumed or identified") :]
    for name in ("(main effects)", "chosen stepwise", "information criterion", "Chao's lower bound"):
        assert name in part
    assert "not the number of all people who are trafficked" in part
    assert "rounded to ten persons" in part


def test_a_refused_estimate_of_the_undetected_shows_its_reason_and_no_figure() -> None:
    reason = said("Only {n} persons are on more than one list.", n=7)
    refused = Estimate(
        method="multiple_systems_stepwise",
        estimate=None,
        lower=None,
        upper=None,
        unit="persons",
        refusal=Refusal(code="overlaps_too_thin", reason=reason),
        details={"main_effects": {"estimate": 98760.0}},
    )
    text = page(with_answers({"hidden_population": refused}))
    assert "Only 7 persons are on more than one list." in text
    assert "98,760" not in text


def test_the_annex_counts_what_agrees_and_names_what_differs(text: str) -> None:
    assert "6 of 6 figures agree" in text
    wrong = [*ANNEX[:-1], {**ANNEX[-1], "agrees": False}]
    _, told, folded = annex(View(edition((), context={"annex": wrong}), locale("en")))
    assert isinstance(told, Paragraph)
    assert "5 of 6 figures agree" in plain_text(told.text)
    title = "Byar's interval of a rate: 20 events among 100 persons, per 100 (Upper bound)"
    assert plain_text(told.text).endswith(f"These differ: {title}.")
    assert isinstance(folded, Details)
    (printed,) = folded.blocks
    assert isinstance(printed, Table)
    assert [row.cells[-1].text for row in printed.rows if not row.is_total] == ["yes"] * 5 + ["no"]
    assert annex(View(world(), locale("en"))) == ()


def test_an_answer_names_the_sources_of_the_figures_that_it_rests_on() -> None:
    told = {key: one.sources for key, one in answered().estimates.items()}
    assert told["trend:victims_identified"] == told["nowcast:victims_identified"] == ("case_register",)
    assert told["trend:persons_convicted"] == told["covid:persons_convicted"] == ("crime_justice",)
