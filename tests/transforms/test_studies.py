"""The questions of an edition: to which series they are put, and what breaks, late reports and withheld counts do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import pytest

from transforms.codes import TOTAL
from transforms.countries import country
from transforms.periods import Period, period, periods_between
from transforms.statistics.nowcast.building import triangle_from_vintages
from transforms.studies.answers import answers, answers_by_code
from transforms.studies.phases import REST
from transforms.studies.question import PHASE, BreakAt, Counts, Question, counts_of
from transforms.studies.series_of_counts import finest_series

HEADLINE = "victims_identified"
CALENDAR = country("XX").calendar
MONTHS = periods_between(period("2016-01"), period("2022-12"))


def question(**given: object) -> Question:
    return Question(
        headline=HEADLINE,
        calendar=CALENDAR,
        phase_months={"pre_pandemic": 50, "acute": 4, "prolonged_restrictions": 20, "recovery": 10},
        **given,  # type: ignore[arg-type]  # a test names what it is about
    )


def by_month(level: float = 24, during: float = 1.0) -> dict[Period, float | None]:
    """A steady level; from March 2020 on `during` of it."""
    return {month: level * (during if month >= period("2020-03") else 1) for month in MONTHS}


def totals(counts: Mapping[Period, float | None], asked: Question, **given: object) -> Counts:
    """The table of a series by month with its quarters and years."""
    cells: dict[tuple[str, ...], float | None] = {}
    for frequency in ("month", "quarter", "year"):
        for month in counts:
            whole = Period(month.first_month - month.first_month % {"month": 1, "quarter": 3, "year": 12}[frequency],
                           {"month": 1, "quarter": 3, "year": 12}[frequency])  # fmt: skip
            parts = [counts.get(part) for part in whole.parts("month")]
            cells[(whole.code,)] = None if None in parts else sum(part or 0 for part in parts)
    values: dict[str, object] = {
        "key": f"{HEADLINE}_by_period",
        "indicator": HEADLINE,
        "dimensions": ("period",),
        "cells": cells,
        "sources": ("case_register",),
        "caveats": (),
    }
    return counts_of(asked, **(values | given))  # type: ignore[arg-type]


def phases(before: Mapping[str, float | None], during: Mapping[str, float | None], **given: object) -> Counts:
    cells = {
        (PHASE + phase, code): n
        for phase, side in (("pre_pandemic", before), ("acute", during))
        for code, n in side.items()
    }
    values = {"key": "k", "indicator": HEADLINE, "dimensions": ("period", "identification_channel"), "cells": cells}
    return Counts(**(values | given))  # type: ignore[arg-type]


def test_the_finest_series_without_a_withheld_period_is_used() -> None:
    asked = question()
    counts = by_month()
    assert finest_series(totals(counts, asked)).frequency == "month"  # type: ignore[union-attr]
    cells = {**totals(counts, asked).cells, ("2018-07",): None}
    quarterly = finest_series(totals(counts, asked, cells=cells))
    assert quarterly is not None and quarterly.frequency == "quarter" and None not in quarterly.counts
    annual = finest_series(totals(counts, asked, cells={**cells, ("2018-Q3",): None}))
    assert annual is not None and annual.frequency == "year"


def test_periods_at_the_end_without_a_count_are_cut_off_and_never_zeros() -> None:
    counts = by_month() | {period("2022-12"): None, period("2022-11"): None}
    found = finest_series(totals(counts, question()))
    assert found is not None
    assert (found.frequency, found.periods[-1].code) == ("month", "2022-10")
    assert finest_series(totals(dict.fromkeys(MONTHS), question())) is None


def test_a_fall_is_found_and_an_unchanged_series_is_none() -> None:
    asked = question()
    fallen = answers([totals(by_month(during=0.5), asked)], asked)[f"covid:{HEADLINE}"]
    assert fallen.upper is not None and fallen.upper < 0
    assert fallen.details["is_effect"] is True
    same = answers([totals(by_month(), asked)], asked)[f"covid:{HEADLINE}"]
    assert same.details["is_effect"] is False
    assert same.lower is not None and same.lower < 0 < (same.upper or 0)


def test_a_break_inside_ends_the_comparison_before_it_and_says_so() -> None:
    asked = question(breaks={"case_register": (BreakAt(first=period("2021")),)})
    effect = answers([totals(by_month(during=0.5), asked)], asked)[f"covid:{HEADLINE}"]
    assert effect.details["used"] == "2020-03:2020-12"
    assert [check.key for check in effect.checks if not check.is_met and "2021" in str(check.said)] == [
        "no_break_inside"
    ]


def test_a_break_of_one_breakdown_is_none_of_the_total() -> None:
    asked = question(breaks={"case_register": (BreakAt(first=period("2021"), dimensions=("identification_channel",)),)})
    table = totals(by_month(during=0.5), asked)
    assert table.breaks == ()
    assert asked.breaks_of(("case_register",), ("period", "identification_channel")) == (period("2021"),)
    assert asked.breaks_of(("other",), ("period", "identification_channel")) == ()


def test_months_that_late_reports_still_change_are_left_out_or_corrected() -> None:
    days = [date(year, month, 28) for year in range(2019, 2023) for month in range(1, 13)] + [date(2023, 1, 28)]
    shares = {0: 0.5, 1: 0.8, 2: 0.95}
    vintages = {}
    for day in days:
        last = Period(day.year * 12 + day.month - 2, 1)  # the month that had ended
        vintages[day] = {
            month: round(40 * shares.get((last.first_month - month.first_month), 1.0))
            for month in MONTHS
            if month <= last
        }
    triangle = triangle_from_vintages(vintages, maximum_delay=6)
    asked = question(triangle=triangle, triangle_source="case_register")
    known = {month: float(vintages[days[-1]][month]) for month in MONTHS}
    found = answers([totals(known, asked)], asked)
    assert found[f"nowcast:{HEADLINE}"].estimate == pytest.approx(240, abs=10)
    effect = found[f"covid:{HEADLINE}"]
    assert effect.details["draws"] > 0
    assert effect.details["observed"] == pytest.approx(40 * 34, rel=0.02)
    assert found[f"trend:{HEADLINE}"].details["last"] == "2022-09"
    rate = answers([totals(known, asked)], replace(asked, persons={2022: 1e6}))[f"rate:{HEADLINE}:2022"]
    assert rate.estimate == pytest.approx(48, rel=0.03)  # 480 of a million, late ones included
    assert rate.details["count_lower"] < rate.details["count_upper"]
    other = totals(known, asked, sources=("crime_justice",), key="offences_recorded_by_period")
    assert answers([other], asked)["trend:offences_recorded"].details["last"] == "2022-12"


def test_who_detected_adds_up_to_the_change() -> None:
    before = {"tip": 100.0, "self_report": 50.0, "police": 50.0, TOTAL: 200.0}
    during = {"tip": 2.0, "self_report": 4.0, "police": 2.0, TOTAL: 8.0}
    asked = question()
    found = answers([phases(before, during)], asked)["detection:identification_channel:acute"]
    parts = found.details["parts"]
    assert found.estimate == pytest.approx(8 - 200 * 4 / 50)
    assert sum(part["change"] for part in parts.values()) == pytest.approx(found.estimate)
    assert set(found.details["groups"]) == {"tip", "self_report", "inspection"}


def test_withheld_codes_stand_together_and_too_many_are_a_refusal() -> None:
    asked = question()
    before = {"tip": 100.0, "self_report": 50.0, "police": None, "border": 20.0, TOTAL: 200.0}
    during = {"tip": 5.0, "self_report": 12.0, "police": 9.0, "border": None, TOTAL: 30.0}
    found = answers([phases(before, during)], asked)["detection:identification_channel:acute"]
    assert set(found.details["parts"]) == {"tip", "self_report", REST}
    assert found.details["parts"][REST]["before"] == 50
    hidden = answers([phases(before, during | {TOTAL: None})], asked)
    asked_of_it = {key: one.refusal for key, one in hidden.items() if not key.startswith("evidence:")}
    assert {refusal.code for refusal in asked_of_it.values() if refusal} == {"withheld"} and len(asked_of_it) == 2


def test_several_answers_a_person_are_no_mix_of_persons() -> None:
    before = {"tip": 100.0, "police": 150.0, TOTAL: 200.0}
    found = answers([phases(before, before, is_several=True)], question())
    refusal = found["composition:identification_channel:acute"].refusal
    assert refusal is not None and refusal.code == "several_answers_per_person"


def test_every_code_has_its_own_answers_and_one_family_of_tests() -> None:
    years = [str(year) for year in range(2012, 2023)]
    cells = {(year, code): float(n) for year in years for code, n in (("female", 20), ("male", 8), (TOTAL, 28))}
    table = Counts(key="k", indicator=HEADLINE, dimensions=("period", "sex"), cells=cells)
    found = answers_by_code([table], question())
    assert set(found) == {f"{q}:{HEADLINE}:sex={code}" for q in ("trend", "covid") for code in ("female", "male")}
    assert found[f"covid:{HEADLINE}:sex=male"].details["tests"] == 2


def test_sums_over_other_countries_each_year_have_no_trend_and_those_over_the_same_ones_do() -> None:
    asked = replace(question(), unit="world")
    years = {(str(year),): 9_000.0 + 10 * (year % 3) for year in range(2012, 2022)}
    given = {"indicator": "victims_detected", "cells": years, "sources": ("unodc_tip",)}
    unsteady = totals({}, asked, **given, key="victims_detected_by_period", caveats=("countries_differ_between_years",))
    panel = totals({}, asked, **given, key="victims_detected_panel")
    found = answers([unsteady, panel], asked)
    for series in ("trend:victims_detected", "covid:victims_detected"):
        refusal = found[series].refusal
        assert refusal is not None and refusal.code == "countries_differ"
    assert found["trend:victims_detected_panel"].refusal is None
    of_a_country = replace(unsteady, is_unsteady=False)
    assert answers([of_a_country], question())["trend:victims_detected"].refusal is None


def test_years_between_which_organisations_joined_and_left_are_no_trend_but_are_held_against_the_pandemic() -> None:
    asked = replace(question(), unit="world")
    years = {(str(year),): 9_000.0 + 10 * (year % 3) for year in range(2012, 2023)}
    given = {"indicator": HEADLINE, "cells": years, "sources": ("ctdc_synthetic",), "key": f"{HEADLINE}_by_period"}
    found = answers([totals({}, asked, **given, caveats=("coverage_differs_between_years",))], asked)
    refusal = found[f"trend:{HEADLINE}"].refusal
    assert refusal is not None and refusal.code == "coverage_differs"
    assert found[f"covid:{HEADLINE}"].refusal is None
    assert answers([totals({}, asked, **given)], asked)[f"trend:{HEADLINE}"].refusal is None
