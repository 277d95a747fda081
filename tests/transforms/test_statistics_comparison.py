"""Comparisons a reader can check by hand, and the form every estimate has."""

from __future__ import annotations

import json
from math import inf
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import chi2

from transforms.errors import WrongArguments
from transforms.statistics.comparison import change, matched_change, phase_mean, phase_ratio, same_period
from transforms.statistics.estimate import Check, Estimate, Refusal, refused
from transforms.statistics.rates import rate_ratio

CLOSE = 1e-6
QUICKLY = settings(max_examples=40, deadline=None)
COUNTS = st.integers(0, 500)
BASES = st.integers(1, 500)
MONTHS = st.integers(1, 60)


@pytest.fixture(scope="module")
def annual(shared_fixtures: Path) -> list[dict[str, Any]]:
    """A year against the years before it, as R's exact conditional test gives it."""
    text = (shared_fixtures / "covid" / "reference_annual_did_ucm.json").read_text("utf-8")
    found: list[dict[str, Any]] = json.loads(text)["annual_exact_conditional"]
    return found


def test_a_year_against_five_years_before_has_the_published_ratio_and_p(annual: list[dict[str, Any]]) -> None:
    assert [case["obs"] for case in annual] == [3, 0, 40]
    for case in annual:
        months = 12 * len(case["pre"])
        found = phase_ratio(case["obs"], 12, sum(case["pre"]), months)
        assert found.estimate == pytest.approx(case["rate_ratio"], rel=CLOSE)
        assert found.details["p"] == pytest.approx(case["p_two_sided"], rel=CLOSE)


def test_three_victims_after_fifty_three_in_five_years_is_a_ratio_of_0_283() -> None:
    found = phase_ratio(3, 12, 12 + 9 + 14 + 7 + 11, 60)
    assert found.estimate == pytest.approx(0.28302, abs=1e-5)
    assert found.details["p"] == pytest.approx(0.0189247, abs=1e-7)
    assert found.upper is not None
    assert found.upper < 1


@QUICKLY
@given(count=COUNTS, months=MONTHS)
def test_a_phase_mean_is_the_count_by_months_with_the_exact_interval(count: int, months: int) -> None:
    found = phase_mean(count, months)
    lower = chi2.ppf(0.025, 2 * count) / 2 if count else 0.0
    upper = chi2.ppf(0.975, 2 * count + 2) / 2
    assert found.estimate == count / months
    assert (found.lower, found.upper) == pytest.approx((lower / months, upper / months), rel=1e-9)
    assert (found.basis, found.unit) == ({"count": count, "months": months}, "per_month")


@QUICKLY
@given(count=COUNTS, months=MONTHS, base=BASES, base_months=MONTHS)
def test_a_phase_ratio_is_that_of_the_means_with_the_interval_of_exact_rates(
    count: int, months: int, base: int, base_months: int
) -> None:
    found, exact = phase_ratio(count, months, base, base_months), rate_ratio(count, months, base, base_months)
    assert found.estimate == pytest.approx(count / months / (base / base_months), rel=1e-9)
    assert (found.lower, found.upper, found.details) == (exact.lower, exact.upper, exact.details)
    assert found.method == "phase_ratio_exact"


@QUICKLY
@given(count=COUNTS, base=BASES)
def test_the_same_period_is_taken_as_equally_long(count: int, base: int) -> None:
    found = same_period(count, base)
    assert found.estimate == pytest.approx(count / base, rel=1e-12)
    assert found.method == "same_period_exact"
    assert found.lower == pytest.approx(phase_ratio(count, 7, base, 7).lower, rel=1e-9)


@pytest.mark.parametrize(("base", "is_met"), [(9, False), (10, True)])
def test_a_ratio_to_fewer_than_ten_events_carries_a_flag(base: int, is_met: bool) -> None:
    for found in (same_period(40, base), phase_ratio(40, 12, base, 12)):
        assert [(check.key, check.is_met) for check in found.checks] == [("enough_events", is_met)]


@QUICKLY
@given(count=COUNTS, before=BASES)
def test_a_change_is_the_ratio_in_per_cent_less_a_hundred(count: int, before: int) -> None:
    found, ratio = change(count, before), same_period(count, before)
    assert found.estimate == pytest.approx(100 * (count - before) / before, rel=1e-9, abs=1e-9)
    assert (found.lower, found.upper) == pytest.approx(
        (100 * (float(ratio.lower or 0.0) - 1), 100 * (float(ratio.upper or 0.0) - 1)), abs=1e-9
    )
    assert (found.unit, found.method) == ("pct", "change_exact")


@QUICKLY
@given(count=COUNTS, before=BASES)
def test_no_change_falls_below_minus_a_hundred_per_cent(count: int, before: int) -> None:
    found = change(count, before)
    assert found.lower is not None
    assert found.lower >= -100


@pytest.mark.parametrize(("count", "before", "is_met"), [(19, 40, False), (40, 19, False), (20, 20, True)])
def test_a_change_with_a_count_under_twenty_carries_a_flag(count: int, before: int, is_met: bool) -> None:
    assert [(check.key, check.is_met) for check in change(count, before).checks] == [("large_bases", is_met)]


@QUICKLY
@given(count=st.integers(1, 500))
def test_the_same_count_twice_is_no_change_and_no_clear_difference(count: int) -> None:
    found = change(count, count)
    assert found.estimate == 0
    assert found.lower is not None
    assert found.upper is not None
    assert found.lower < 0 < found.upper


def test_nothing_is_compared_with_nothing() -> None:
    for found in (same_period(7, 0), phase_ratio(7, 12, 0, 12), change(7, 0)):
        assert found.estimate is None
        assert found.refusal is not None
        assert found.refusal.code == "no_base_events"
        assert found.basis == {"count": 7, "base_count": 0}


def test_countries_that_report_in_one_year_only_are_left_out_of_a_matched_change() -> None:
    """KZ and UZ report twice; TM stops, KG begins, TJ never reports."""
    before = {"KZ": 40.0, "UZ": 60.0, "TM": 500.0, "TJ": None}
    now = {"KZ": 30.0, "UZ": 60.0, "KG": 700.0, "TM": None, "TJ": None}
    found = matched_change(now, before)
    assert found.estimate == pytest.approx(-10)
    assert found.basis == {"count": 90, "base_count": 100, "units": 2}
    assert (found.lower, found.upper) == (None, None)


def test_a_zero_is_a_report_in_a_matched_change() -> None:
    found = matched_change({"KZ": 0.0, "UZ": 30.0}, {"KZ": 20.0, "UZ": 40.0})
    assert found.estimate == pytest.approx(-50)
    assert found.basis["units"] == 2


@pytest.mark.parametrize("before", [{}, {"KZ": None}, {"KZ": 0.0}, {"UZ": 5.0}])
def test_without_a_matched_base_there_is_no_change(before: dict[str, float | None]) -> None:
    found = matched_change({"KZ": 12.0}, before)
    assert found.estimate is None
    assert found.refusal is not None
    assert found.refusal.code == "no_matched_base"


units = st.dictionaries(st.sampled_from("ABCDE"), st.one_of(st.none(), st.integers(0, 50).map(float)))


@QUICKLY
@given(now=units, before=units)
def test_a_matched_change_takes_each_unit_that_reports_twice_and_no_other(
    now: dict[str, float | None], before: dict[str, float | None]
) -> None:
    both = [unit for unit in "ABCDE" if now.get(unit) is not None and before.get(unit) is not None]
    first, last = (sum(float(year[unit] or 0.0) for unit in both) for year in (before, now))
    found = matched_change(now, before)
    if first == 0:
        assert found.estimate is None
    else:
        assert found.estimate == pytest.approx(100 * (last - first) / first)
        assert found.basis["units"] == len(both)


FIGURE: dict[str, Any] = {"method": "m", "estimate": 2.0, "lower": 1.0, "upper": 3.0, "unit": "ratio"}


def test_an_estimate_outside_its_interval_cannot_be_made() -> None:
    for wrong in ({"lower": 2.1}, {"upper": 1.9}, {"lower": float("nan")}):
        with pytest.raises(WrongArguments, match="outside its interval"):
            Estimate(**{**FIGURE, **wrong})


def test_an_estimate_has_a_value_or_a_refusal_and_never_both() -> None:
    why = Refusal(code="no_events", reason="There are none.")
    with pytest.raises(WrongArguments, match="a value or a refusal"):
        Estimate(**FIGURE, refusal=why)
    with pytest.raises(WrongArguments, match="a value or a refusal"):
        Estimate(**{**FIGURE, "estimate": None})
    assert Estimate(**{**FIGURE, "estimate": None}, refusal=why).refusal is why


def test_an_estimate_may_go_without_an_interval() -> None:
    assert Estimate(**{**FIGURE, "lower": None, "upper": None}).estimate == 2.0


def test_the_json_of_an_estimate_has_the_public_keys_and_no_infinity() -> None:
    made = Estimate(
        **{**FIGURE, "upper": inf},
        basis={"count": 5.0},
        checks=(Check(key="enough_events", is_met=False, said="Too few."),),
        caveats=("detection_is_not_prevalence",),
        details={"p": 0.5},
    )
    assert made.to_json() == {
        "method": "m",
        "estimate": 2.0,
        "lower": 1.0,
        "upper": None,
        "level": 0.95,
        "unit": "ratio",
        "basis": {"count": 5.0},
        "checks": [{"key": "enough_events", "is_met": False, "said": "Too few."}],
        "caveats": ["detection_is_not_prevalence"],
        "refusal": None,
        "details": {"p": 0.5},
    }
    assert json.loads(json.dumps(made.to_json(), allow_nan=False)) == made.to_json()


def test_a_refused_estimate_says_why_and_what_went_in() -> None:
    assert refused("change_exact", "pct", "no_base_events", "The base is zero.", count=7).to_json() == {
        "method": "change_exact",
        "estimate": None,
        "lower": None,
        "upper": None,
        "level": 0.95,
        "unit": "pct",
        "basis": {"count": 7},
        "checks": [],
        "caveats": [],
        "refusal": {"code": "no_base_events", "reason": "The base is zero."},
        "details": {},
    }
