"""Which rung the counts carry, what is refused, and what must hold for every answer on the COVID period."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.transforms.covid_series import calendar, months
from transforms.errors import WrongArguments
from transforms.periods import Stretch, period, stretch
from transforms.statistics.covid.effect import covid_effect
from transforms.statistics.covid.ladder import Plan, choose
from transforms.statistics.covid.recovery import recovery
from transforms.statistics.estimate import Estimate, Refusal
from transforms.statistics.series import Series

PRE, POST = stretch("2015-01:2019-12"), stretch("2020-01:2020-12")
PHASES = calendar(
    ("pre_pandemic", "2015-01", "2020-02"), ("acute", "2020-03", "2020-06"), ("recovery", "2020-07", None)
)
QUICKLY = settings(max_examples=30, deadline=None)


def poisson(mean: float, count: int, seed: int = 1) -> list[float | None]:
    return [float(value) for value in np.random.default_rng(seed).poisson(mean, count)]


def effect(series: Series, pre: Stretch = PRE, post: Stretch = POST, **more: Any) -> Estimate:
    return covid_effect(series, pre=pre, post=post, **more)


def code(found: Estimate) -> str | None:
    return found.refusal.code if found.refusal else None


def met(found: Estimate) -> dict[str, bool]:
    return {check.key: check.is_met for check in found.checks}


def rung(pre: Sequence[float | None], post: Sequence[float | None], first: str, *breaks: str) -> str:
    before = months(first, pre)
    after = months(before.periods[-1].shifted(1).code, post)
    plan = choose(before, after, tuple(period(step) for step in breaks))
    return plan.code if isinstance(plan, Refusal) else f"{plan.rung}, {plan.season}"


@pytest.mark.parametrize(
    ("first", "pre", "post", "expected"),
    [
        ("2015-01", [20] * 60, [20] * 12, "month_loglinear, factors"),
        ("2015-01", [3] * 60, [3] * 12, "month_loglinear, factors"),
        ("2015-01", [2] * 60, [2] * 12, "month_loglinear, two_harmonics"),
        ("2015-01", [1, 2] * 30, [2] * 12, "month_loglinear, two_harmonics"),
        ("2016-01", [20] * 36, [20] * 12, "month_loglinear, two_harmonics"),
        ("2015-01", [1, 1, 0] * 20, [1] * 12, "quarter_loglinear, none"),
        ("2015-01", [1, 0, 0, 0] * 15, [1] * 12, "year_exact, none"),
        ("2015-01", [1, 0, 0, 0] * 15, [1] * 3, "same_months_exact, none"),
        ("2015-01", [1, 1, 1, 0, 1, 2] * 10, [1] * 12, "month_loglinear, two_harmonics"),
        ("2015-01", [1, 1, 1, 0, 1, 1, 1, 1, 1, 0, 1, 2] * 5, [1] * 3, "quarter_loglinear, factors"),
        ("2015-01", [3] * 20, [3] * 12, "same_months_exact, none"),
        ("2015-Q1", [10] * 20, [10] * 4, "quarter_loglinear, factors"),
        ("2016-Q1", [10] * 16, [10] * 4, "quarter_loglinear, none"),
        ("2016-Q1", [10] * 16, [10] * 2, "same_months_exact, none"),
        ("2012", [10] * 8, [10], "year_loglinear, none"),
        ("2013", [10] * 7, [10], "year_exact, none"),
        ("2016", [10] * 4, [10], "year_exact, none"),
        ("2019", [10], [10], "same_months_exact, none"),
        ("2019-04", [10] * 9, [10], "pre_too_short"),
        ("2015-01", [0] * 60, [0] * 12, "year_exact, none"),
    ],
)
def test_the_finest_rung_that_the_counts_carry_is_chosen(
    first: str, pre: list[float], post: list[float], expected: str
) -> None:
    assert rung(pre, post, first) == expected


@pytest.mark.parametrize(
    ("first", "count", "at", "expected"),
    [
        ("2015-01", 60, "2017-01", "month_loglinear, factors"),
        ("2015-01", 60, "2019-01", "month_loglinear, factors"),
        ("2015-01", 60, "2019-07", "break_before"),
        ("2015-01", 60, "2020-04", "break_in_window"),
        ("2015-01", 60, "2014-06", "month_loglinear, factors"),
        ("2015-01", 60, "2021-06", "month_loglinear, factors"),
        ("2015", 5, "2017", "year_exact, none"),
        ("2015", 5, "2019", "same_months_exact, none"),
        ("2015-01", 60, "2019-10", "break_before"),
    ],
)
def test_a_declared_break_is_modelled_where_both_sides_hold_enough_or_refused(
    first: str, count: int, at: str, expected: str
) -> None:
    assert rung([20] * count, [20] * (12 if count == 60 else 1), first, at) == expected


def test_a_comparison_of_months_takes_the_same_ones_or_whole_years_of_them() -> None:
    spring = choose(months("2015-01", [1.0, 0.0, 0.0] * 6), months("2016-07", [1.0] * 3))
    whole = choose(months("2015-01", [1.0] * 20), months("2016-09", [1.0] * 12))
    assert isinstance(spring, Plan)
    assert isinstance(whole, Plan)
    reported = [
        [part.code for part, count in zip(plan.pre.periods, plan.pre.counts, strict=True) if count is not None]
        for plan in (spring, whole)
    ]
    assert reported[0] == ["2015-07", "2015-08", "2015-09"]
    assert reported[1] == [part.code for part in whole.pre.periods[8:]]


def test_a_break_of_coverage_is_not_read_as_an_effect() -> None:
    series = months("2014-01", [*poisson(10, 36), *poisson(30, 48)])
    pre, post = stretch("2014-01:2019-12"), stretch("2020-01:2020-12")
    blind, told = effect(series, pre, post), effect(series, pre, post, breaks=[period("2017-01")])
    assert blind.details["p"] < 0.05
    assert told.details["p"] > 0.05
    assert told.details["expected"] == pytest.approx(360, rel=0.15)
    assert met(told)["break_modelled"]


def test_exact_comparison_uses_the_years_since_the_break() -> None:
    found = effect(
        months("2014", [90, 80, 5, 6, 4, 5]), stretch("2014:2018"), stretch("2019:2019"), breaks=[period("2016")]
    )
    assert found.basis["pre_events"] == 15
    assert found.details["expected"] == 5


def test_a_year_still_running_is_not_read_as_a_fall() -> None:
    series = months("2015", [50, 52, 49, 51, 50, 20])
    pre, post = stretch("2015:2019"), stretch("2020:2020")
    assert code(effect(series, pre, post, covered_to=date(2020, 5, 31))) == "still_incomplete"
    assert effect(series, pre, post, covered_to=date(2020, 12, 31)).details["p"] < 0.05


def test_months_that_late_reports_still_raise_are_left_out_or_refused() -> None:
    series = months("2015-01", [*poisson(20, 69), 5.0, 2.0, 0.0])
    cut = effect(series, complete_to=period("2020-09"))
    assert cut.details["used"] == "2020-01:2020-09"
    assert not met(cut)["whole_period"]
    assert cut.details["observed"] == sum(series.counts[60:69])  # type: ignore[arg-type]  # all reported
    assert code(effect(series, complete_to=period("2019-12"))) == "still_incomplete"
    assert code(effect(series, complete_to=period("2019-06"))) == "pre_incomplete"


def test_draws_of_corrected_counts_widen_the_interval_and_lift_the_limit() -> None:
    series = months("2015-01", [*poisson(20, 69), 12.0, 6.0, 2.0])
    draws = np.full((500, 72), np.nan)
    draws[:, 69:] = np.random.default_rng(3).negative_binomial(4, 4 / 24, (500, 3))
    found = effect(series, complete_to=period("2020-09"), observed_draws=draws)
    fixed = np.where(np.isfinite(draws), draws, series.values).mean(axis=0)
    rounded = np.round(fixed)
    plain = effect(months("2015-01", rounded.tolist()))
    assert found.details["used"] == "2020-01:2020-12"
    assert found.details["observed"] == pytest.approx(fixed[60:].sum())
    assert found.details["excess"] == pytest.approx(plain.details["excess"] + (fixed - rounded).sum())
    assert found.upper is not None
    assert found.lower is not None
    assert plain.upper is not None
    assert plain.lower is not None
    assert found.upper - found.lower > plain.upper - plain.lower
    assert found.details["seed"] == 20_200_311
    again = effect(series, complete_to=period("2020-09"), observed_draws=draws)
    assert (again.lower, again.upper) == (found.lower, found.upper)
    other = effect(series, complete_to=period("2020-09"), observed_draws=draws, seed=5)
    assert (other.lower, other.upper) != (found.lower, found.upper)


def test_a_series_of_zeros_is_refused_and_tells_how_many_would_have_been_news() -> None:
    found = effect(months("2015-01", [0.0] * 72))
    assert code(found) == "no_pre_events"
    assert found.details["predicted_upper"] >= 0


def test_four_annual_points_are_compared_exactly() -> None:
    found = effect(months("2016", [12, 9, 14, 3]), stretch("2016:2018"), stretch("2019:2019"))
    assert found.details["model"] == "exact_conditional"
    assert found.details["rung"] == "year_exact"
    assert found.details["recovery"]["course"] == "not_estimable"


def test_years_that_differ_by_more_than_chance_widen_what_is_expected() -> None:
    pre, post = stretch("2015:2019"), stretch("2020:2020")
    even, uneven = (
        effect(months("2015", counts), pre, post) for counts in ([60, 62, 58, 61, 59, 30], [20, 110, 40, 90, 40, 30])
    )
    assert even.details["expected"] == uneven.details["expected"] == 60
    assert even.details["p"] < 0.05 < uneven.details["p"]
    assert uneven.details["model"] == "student_of_years"
    assert not met(uneven)["years_agree"]


@pytest.mark.parametrize(
    ("counts", "pre", "post", "expected"),
    [
        ([5.0] * 72, "2010-01:2014-12", "2020-01:2020-12", "no_pre_period"),
        ([5.0] * 72, "2015-01:2019-12", "2021-01:2021-12", "no_post_period"),
        ([*[5.0] * 60, *[None] * 12], "2015-01:2019-12", "2020-01:2020-12", "no_post_period"),
        ([*[None] * 60, *[5.0] * 12], "2015-01:2019-12", "2020-01:2020-12", "no_pre_period"),
    ],
)
def test_windows_without_counts_are_refused(counts: list[float | None], pre: str, post: str, expected: str) -> None:
    assert code(effect(months("2015-01", counts), stretch(pre), stretch(post))) == expected


def test_counts_whose_model_has_no_solution_are_compared_exactly() -> None:
    """All events of five years in one month: no finite trend and season give that."""
    series = months("2015-01", [*[0.0] * 30, 120.0, *[0.0] * 29, *[3.0] * 12])
    found = effect(series)
    assert found.details["rung"] == "year_exact"
    assert found.details["model"] == "student_of_years"
    assert found.details["passed_over"] == ["The model of the years before has no finite solution for these counts."]


def test_the_same_months_must_have_been_reported_before() -> None:
    found = effect(
        months("2018-01", [1.0] * 6 + [None] * 6 + [1.0] * 12), stretch("2018-01:2018-12"), stretch("2019-08:2019-10")
    )
    assert code(found) == "no_same_months"


def test_an_unreported_month_among_draws_is_left_out() -> None:
    counts = poisson(20, 72)
    draws = np.full((50, 72), np.nan)
    draws[:, 70:] = np.random.default_rng(3).poisson(20, (50, 2))
    found = effect(months("2015-01", [*counts[:65], None, *counts[66:]]), observed_draws=draws)
    assert len(found.details["by_period"]) == 11
    assert found.lower is not None


def test_stretches_that_overlap_are_wrong() -> None:
    with pytest.raises(WrongArguments, match="must end before"):
        effect(months("2015-01", [5.0] * 72), stretch("2015-01:2020-02"), POST)


def test_a_month_not_reported_is_left_out_on_both_sides() -> None:
    counts = poisson(20, 72)
    whole = effect(months("2015-01", counts))
    lacking = effect(months("2015-01", [*counts[:65], None, *counts[66:]]))
    july = whole.details["by_period"][5]
    assert lacking.details["observed"] == whole.details["observed"] - july["observed"]
    assert lacking.details["expected"] == pytest.approx(whole.details["expected"] - july["expected"])
    assert not met(lacking)["all_reported"]


def test_phases_and_periods_add_up_to_the_total() -> None:
    found = effect(months("2015-01", poisson(12, 84)), post=stretch("2020-03:2021-12"), phases=PHASES).details
    assert [row["phase"] for row in found["phases"]] == ["acute", "recovery"]
    for rows in (found["phases"], found["by_period"]):
        for name in ("observed", "expected", "excess"):
            assert sum(row[name] for row in rows) == pytest.approx(found[name])


def test_a_quarter_that_straddles_two_phases_is_in_the_total_only() -> None:
    series = months("2014-Q1", [20.0] * 32)
    found = effect(series, stretch("2014-01:2019-12"), stretch("2020-01:2021-12"), phases=PHASES).details
    named = sum(row["observed"] for row in found["phases"])
    assert (named, found["observed"]) == (140.0, 160.0)


def test_growth_of_the_population_is_no_effect() -> None:
    population = [1000.0 * 1.05 ** (month / 12) for month in range(72)]
    rate = np.random.default_rng(2).poisson(np.array(population) * 0.03)
    halved = [float(value) for value in rate[:60]] + [float(value) for value in np.round(rate[60:] / 2)]
    found = effect(months("2015-01", halved, population)).details
    assert found["rate_ratio"] == pytest.approx(0.5, abs=0.08)
    thousandfold = effect(months("2015-01", halved, [1000 * value for value in population])).details
    assert thousandfold["expected"] == pytest.approx(found["expected"], rel=1e-9)
    assert [row["excess"] for row in thousandfold["opinions"]] == pytest.approx(
        [row["excess"] for row in found["opinions"]], rel=1e-6
    )


def test_every_second_opinion_and_their_spread_stand_beside_the_main_one() -> None:
    found = effect(months("2015-01", [*poisson(20, 60), *poisson(8, 12)])).details
    models = [row["model"] for row in found["opinions"]]
    assert models == ["negative_binomial", "newey_west", "state_space_level", "state_space_drift"]
    excesses = [found["excess"], *(row["excess"] for row in found["opinions"])]
    assert found["spread"] == {
        "excess_lowest": min(excesses),
        "excess_highest": max(excesses),
        "agree_on_sign": True,
        "models": 5,
    }
    errors = [found["se_pred"], *(row["se_pred"] for row in found["opinions"][:2])]
    assert found["cautious"]["se_pred"] == max(errors)


@QUICKLY
@given(
    seed=st.integers(0, 10_000),
    mean=st.sampled_from([0.0, 0.1, 0.5, 1.0, 3.0, 10.0, 60.0]),
    before=st.integers(1, 7),
    after=st.integers(1, 30),
    frequency=st.sampled_from(["month", "quarter", "year"]),
)
def test_every_answer_is_plain_json_and_agrees_with_itself(
    seed: int, mean: float, before: int, after: int, frequency: str
) -> None:
    per_year, first = {"month": (12, "2013-01"), "quarter": (4, "2013-Q1"), "year": (1, "2013")}[frequency]
    series = months(first, poisson(mean * 12 / per_year, before * per_year + after, seed))
    pre = Stretch(first=series.periods[0], last=series.periods[before * per_year - 1])
    post = Stretch(first=series.periods[before * per_year], last=series.periods[-1])
    found = effect(series, pre, post, phases=PHASES)
    answer = json.loads(json.dumps(found.to_json(), allow_nan=False))
    if found.refusal is None:
        details = answer["details"]
        assert answer["estimate"] == details["excess"]
        assert details["observed"] - details["expected"] == pytest.approx(details["excess"])
        assert details["expected_lower"] <= details["expected"] <= details["expected_upper"]
        assert 0 <= details["p"] <= 1
        assert details["reason"]
        if details["rate_ratio_lower"] is not None:
            assert details["rate_ratio_lower"] <= details["rate_ratio"]
        for row in details["by_period"]:
            assert row["se_pred"] <= details["se_pred"] * (1 + 1e-9)


@pytest.mark.parametrize(
    ("observed", "lower", "course", "since"),
    [
        ([9, 2, 2, 9, 2, 9, 9, 9, 2], 5, "recovered", "2020-06"),
        ([2, 2, 9, 9, 2, 9, 9, 2, 9], 5, "sustained_change", None),
        ([2, 2, 2, 9, 9, 2, 2, 9, 9], 5, "sustained_change", None),
        ([9, 9, 9, 9, 9, 9, 9, 9, 9], 5, "no_departure", None),
        ([0, 0, 0, 0, 0, 0, 0, 0, 0], 0, "not_estimable", None),
        ([2, 2, 9, None, 9, 9, None, 9, 9], 5, "sustained_change", None),
        ([2, 2, None, None, None, None, None, None, None], 5, "not_estimable", None),
        ([25, 9, 9, 9, 25, 25, 25, 25, 25], 0, "recovered", "2020-02"),
    ],
)
def test_recovery_takes_three_periods_in_a_row(
    observed: list[float | None], lower: float, course: str, since: str | None
) -> None:
    series = months("2020-01", observed)
    found = recovery(series.periods, series.values, np.full(9, float(lower)), np.full(9, 20.0))
    assert found.course == course
    assert (found.since.code if found.since else None) == since
    assert (found.not_by is not None) == (course == "sustained_change")


def test_the_plan_says_why_and_what_was_passed_over() -> None:
    plan = choose(months("2015-01", [0.0, 0.0, 0.0, 1.0] * 15), months("2020-01", [1.0] * 12))
    assert isinstance(plan, Plan)
    assert plan.rung == "year_exact"
    assert len(plan.passed_over) == 3
    assert str(plan.reason).startswith("Whole years")
