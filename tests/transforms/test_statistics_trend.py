"""Trends against R's numbers, and what a reader must never be told."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from datetime import date
from itertools import permutations
from math import isfinite
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.errors import WrongArguments
from transforms.periods import Phase, PhaseCalendar, period, periods_between
from transforms.statistics.annual_change import annual_change
from transforms.statistics.break_interval import break_interval
from transforms.statistics.change_points import (
    change_points,
    least_squares_bic,
    least_squares_costs,
    optimal_segments,
    poisson_costs,
)
from transforms.statistics.estimate import Estimate
from transforms.statistics.index_numbers import index_numbers
from transforms.statistics.ladder import finest_period
from transforms.statistics.mann_kendall import mann_kendall, theil_sen
from transforms.statistics.rare_events import change_of_gaps, change_since, rare_rate, time_between_events
from transforms.statistics.seasonality import changing_season, periodic_season
from transforms.statistics.series import Series, series_from
from transforms.statistics.trend import trend

CLOSE = 1e-6


@pytest.fixture(scope="module")
def folder(shared_fixtures: Path) -> Path:
    return shared_fixtures / "rates"


@pytest.fixture(scope="module")
def reference(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "reference_trend.json").read_text("utf-8"))
    return found


def near(numbers: Any, rel: float = CLOSE) -> Any:
    return pytest.approx(numbers, rel=rel, abs=1e-12)


def from_period(first: str, counts: Sequence[float | None], persons: Sequence[float] | None = None) -> Series:
    return series_from(period(first), counts, persons)


def unmet(found: Estimate) -> set[str]:
    return {check.key for check in found.checks if not check.is_met}


# Rank test and median slope


def test_mann_kendall_and_the_median_slope_are_those_of_r(reference: dict[str, Any]) -> None:
    cases = reference["mk_monotone"] + reference["mk_small"]
    assert len(cases) == 14
    for case in cases:
        found = mann_kendall(case["y"])
        assert (found.s, found.tau, found.variance, found.z, found.p_normal) == near(
            (case["S"], case["tau"], case["var"], case["z"], case["p_normal"])
        )
        if case["p_exact"] is not None:
            assert (found.p, found.method) == (near(case["p_exact"]), "exact")
        assert theil_sen(case["y"], range(case["n"])).value == near(case["sen"])


@settings(max_examples=25, deadline=None)
@given(values=st.lists(st.integers(0, 3), min_size=3, max_size=6))
def test_the_exact_p_with_ties_is_that_of_all_orders_written_out(values: list[int]) -> None:
    def s(order: Sequence[int]) -> int:
        return sum(int(np.sign(order[j] - order[i])) for i in range(len(order)) for j in range(i + 1, len(order)))

    everything = [abs(s(order)) >= abs(s(values)) for order in permutations(values)]
    assert mann_kendall(values).p == pytest.approx(sum(everything) / len(everything))


def test_two_values_have_no_trend() -> None:
    with pytest.raises(WrongArguments):
        mann_kendall([1, 2])
    with pytest.raises(WrongArguments):
        theil_sen([1, 2, 3], [0, 1, 1])


@settings(max_examples=40, deadline=None)
@given(values=st.lists(st.integers(0, 50), min_size=3, max_size=20))
def test_the_slope_lies_in_its_interval_and_turns_with_the_series(values: list[int]) -> None:
    found, turned = theil_sen(values, range(len(values))), theil_sen(values[::-1], range(len(values)))
    assert found.lower <= found.value <= found.upper
    assert (turned.value, turned.lower, turned.upper) == near((-found.value, -found.upper, -found.lower))


# Yearly change


def test_the_annual_change_is_that_of_r(reference: dict[str, Any]) -> None:
    """R ends its iterations early, a millionth from the maximum; its profile bounds are interpolated by splines."""
    case = reference["apc"]
    found = annual_change((from_period("2015", case["y"]),))
    assert found is not None
    assert (found.value, found.phi) == near((case["apc"], case["phi"]))
    assert found.se == near(case["se"], rel=2e-6)
    assert (found.lower, found.upper) == near((case["lo"], case["hi"]), rel=3e-6)
    assert found.profile == near((case["profile_lo"], case["profile_hi"]), rel=3e-5)
    assert found.errors == "poisson"


def test_the_change_of_a_rate_allows_for_the_population() -> None:
    counts, persons = [10, 20, 40, 80, 160], [1e6, 2e6, 4e6, 8e6, 16e6]
    found = annual_change((from_period("2015", counts, persons),))
    assert found is not None
    assert found.value == pytest.approx(0, abs=1e-6)


def test_the_season_of_months_is_not_read_as_a_trend() -> None:
    months = np.arange(42)
    counts = np.round(30 * 0.9 ** (months / 12) * (1 + 0.5 * np.sin(2 * np.pi * months / 12)))
    found = annual_change((from_period("2017-01", counts.tolist()),))
    assert found is not None
    assert found.value == pytest.approx(-10, abs=1.5)
    assert found.profile is None


def test_standard_errors_for_alike_neighbours_are_those_of_statsmodels() -> None:
    from statsmodels.genmod.families import Poisson
    from statsmodels.genmod.generalized_linear_model import GLM

    noise = np.random.default_rng(12).normal(size=60).cumsum() / 6
    counts = np.random.default_rng(13).poisson(20 * np.exp(noise))
    found = annual_change((from_period("2015-01", counts.tolist()),))
    months = np.arange(60)
    angle = 2 * np.pi * months / 12
    design = np.column_stack(
        [months / 12, np.ones(60), np.sin(angle), np.cos(angle), np.sin(2 * angle), np.cos(2 * angle)]
    )
    other = GLM(counts, design, family=Poisson()).fit(cov_type="HAC", cov_kwds={"maxlags": 3}, tol=1e-13)
    assert found is not None
    assert found.errors == "newey_west"
    assert (found.value, found.se) == near((100 * (np.exp(other.params[0]) - 1), other.bse[0]))


# Changes of level


def test_the_break_of_the_nile_its_criteria_and_its_interval_are_those_of_r(reference: dict[str, Any]) -> None:
    case = reference["nile"]
    values = np.array(case["y"], dtype=float)
    found = optimal_segments(least_squares_costs(values), 15, 5)
    assert [part.cost for part in found] == near(case["rss"][0])
    bic = [least_squares_bic(part.cost, len(values), len(part.cuts)) for part in found]
    assert bic == near(case["rss"][1])
    assert int(np.argmin(bic)) == case["m_bic"]
    (cut,) = found[1].cuts
    before, after = values[:cut], values[cut:]
    assert (cut, case["start"] + cut - 1) == (case["bp1"], case["year"])
    assert [before.mean(), after.mean()] == near(case["means"])
    early, late = break_interval(after.mean() - before.mean(), before.var(), after.var())
    assert [cut + early, cut, cut + late] == case["ci"]


def test_the_interval_of_a_break_is_bais_where_both_sides_vary_alike() -> None:
    """Bai 1997: 11 standardised points to each side at 95 %, 7.7 at 90 %."""
    assert break_interval(0.01, 1, 1)[1] == pytest.approx(11.03 / 0.01**2, rel=1e-3)
    assert break_interval(0.01, 1, 1, 0.9)[1] == pytest.approx(7.69 / 0.01**2, rel=1e-3)


@settings(max_examples=25, deadline=None)
@given(counts=st.lists(st.integers(0, 30), min_size=7, max_size=11))
def test_optimal_segments_are_the_best_of_all(counts: list[int]) -> None:
    costs = poisson_costs(np.array(counts, dtype=float), np.ones(len(counts)))
    found = optimal_segments(costs, 2, 2)
    end = len(counts)
    one = min(costs[0, a] + costs[a, end] for a in range(2, end - 1))
    two = min(costs[0, a] + costs[a, b] + costs[b, end] for a in range(2, end - 3) for b in range(a + 2, end - 1))
    assert [part.cost for part in found[1:]] == pytest.approx([one, two])


def test_a_halved_level_is_found_and_placed() -> None:
    counts = np.random.default_rng(7).poisson(np.repeat([12, 5], [48, 36]))
    (change,) = change_points(counts.tolist(), [1.0] * 84)
    assert abs(change.at - 48) <= 3
    assert change.earliest <= change.at <= change.latest
    assert change.p < 0.01
    assert change.after / change.before == pytest.approx(5 / 12, abs=0.12)


def test_overdispersed_counts_without_a_change_rarely_show_one() -> None:
    generator = np.random.default_rng(11)
    drawn = generator.negative_binomial(5, 0.5, size=(200, 24))  # variance twice the mean
    found = sum(bool(change_points(row.tolist(), [1.0] * 24, permutations=199, seed=1)) for row in drawn)
    assert found <= 20


def test_there_is_at_most_one_change_for_seven_points() -> None:
    steps = [5, 5, 5, 60, 60, 60, 5, 5, 5, 60, 60, 60, 5]
    assert len(change_points(steps, [1.0] * 13)) <= 1
    assert change_points([1, 1, 1, 90, 90, 90], [1.0] * 6) == ()


# Season


def test_season_and_trend_are_those_of_r(folder: Path, reference: dict[str, Any]) -> None:
    values = [float(row["y"]) for row in csv.DictReader((folder / "nottem.csv").read_text("utf-8").splitlines())]
    found, case = changing_season(values, 12, 7, 23), reference["stl"]
    assert found.trend[[0, 119, 239]].tolist() == near(case["nottem_sw7_tw23_trend"])
    assert found.seasonal[:12].tolist() == near(case["nottem_seasonal_first12"])
    assert found.trend + found.seasonal + found.remainder == pytest.approx(np.array(values))
    assert found.seasonal_strength > 0.9


def test_a_periodic_season_repeats_and_adds_up() -> None:
    values = [10 + 0.1 * n + 3 * (n % 12 == 6) for n in range(60)]
    found = periodic_season(values, 12)
    assert found.seasonal[:12] == pytest.approx(found.seasonal[12:24])
    assert found.trend + found.seasonal + found.remainder == pytest.approx(np.array(values))
    assert int(found.seasonal[:12].argmax()) == 6
    with pytest.raises(WrongArguments):
        periodic_season(values[:23], 12)


# The ladder


@pytest.mark.parametrize(
    ("first", "counts", "support", "frequency"),
    [
        ("2015-01", [6] * 36, "model", "month"),
        ("2015-01", [6] * 35, "comparison", "month"),
        ("2015-01", [2] * 60, "model", "quarter"),
        ("2015-01", [1] * 60, "model", "year"),
        ("2015-01", [1, 0, 0] * 20, "rare", "month"),
        ("2015-Q1", [5] * 12, "model", "quarter"),
        ("2015", [5] * 5, "model", "year"),
        ("2015", [12, 9, 14, 7], "comparison", "year"),
        ("2015", [2, 1, 3, 4, 2], "rare", "year"),
        ("2015", [2, 1, 3, 0, 2], "nothing", "year"),
        ("2015", [0] * 8, "nothing", "year"),
        ("2015", [400], "nothing", "year"),
    ],
)
def test_the_ladder_gives_the_finest_period_that_the_counts_carry(
    first: str, counts: list[float], support: str, frequency: str
) -> None:
    rung = finest_period(from_period(first, counts))
    assert (rung.support, rung.frequency) == (support, frequency)
    assert str(rung.reason).endswith(".")


# The answer


def test_a_year_that_was_not_over_is_left_out_and_not_read_as_a_fall() -> None:
    counts = [40, 43, 41, 44, 42, 41, 12]
    told = trend(from_period("2015", counts), complete_until=date(2021, 4, 30))
    assert told.details["left_out"] == ["2021"]
    assert "last_period_complete" in unmet(told)
    assert told.details["direction"] == "no_clear_change"
    assert told.estimate == pytest.approx(0, abs=3)


def test_a_fall_that_only_the_last_period_shows_is_no_fall_while_nobody_knows_whether_it_was_over() -> None:
    counts = [60, 62, 61, 59, 60, 55, 54, 32]
    untold, told = (
        trend(from_period("2015", counts)),
        trend(from_period("2015", counts), complete_until=date(2023, 1, 1)),
    )
    assert {"completeness_known", "not_only_the_last_period"} <= unmet(untold)
    assert told.upper is not None
    assert told.upper < 0
    assert (untold.details["direction"], told.details["direction"]) == ("no_clear_change", "fall")


def test_a_declared_break_of_coverage_is_not_read_as_a_rise() -> None:
    counts = [20, 22, 21, 19, 20, 60, 61, 59, 60, 62]
    naive = trend(from_period("2010", counts), complete_until=date(2019, 12, 31))
    declared = trend(from_period("2010", counts), breaks=[period("2015")], complete_until=date(2019, 12, 31))
    assert naive.details["direction"] == "rise"
    assert "no_change_of_level" in unmet(naive)
    assert naive.details["change_points"][0]["at"] == "2015"
    assert declared.details["direction"] == "no_clear_change"
    assert declared.details["first"] == "2015"
    assert "no_declared_break" in unmet(declared)


def test_two_short_parts_share_one_trend_with_a_level_each() -> None:
    counts = [20, 22, 24, 40, 44, 48, 53]
    found = trend(from_period("2012", counts), breaks=[period("2015")])
    assert found.method == "trend_log_linear_levels"
    assert found.estimate == pytest.approx(10, abs=1)


def test_a_steady_rise_is_not_called_a_change_of_level() -> None:
    counts = np.random.default_rng(2).poisson(10 * 1.25 ** np.arange(10)).tolist()
    found = trend(from_period("2010", counts), complete_until=date(2019, 12, 31))
    assert found.details["change_points"] == []
    assert found.details["direction"] == "rise"


def test_zeros_and_four_years_get_honest_answers() -> None:
    zeros = trend(from_period("2015", [0] * 6))
    assert zeros.refusal is not None
    assert zeros.refusal.code == "no_events"
    assert (zeros.details["rate_per_year"], zeros.details["rate_upper"]) == near((0, 3.6888794541139363 / 6))
    four = trend(from_period("2015", [30, 28, 12, 10]), complete_until=date(2018, 12, 31))
    assert (four.method, four.unit) == ("halves_exact", "pct")
    assert four.estimate == pytest.approx(100 * (22 / 58 - 1))
    assert four.details["direction"] == "fall"
    few = trend(from_period("2015", [1, 2, 0, 3]))
    assert few.refusal is not None
    assert few.refusal.code == "few_events"


def test_events_at_one_end_only_have_no_yearly_change() -> None:
    found = trend(from_period("2015", [0, 0, 0, 0, 0, 40]))
    assert found.refusal is not None
    assert "model_exists" in unmet(found)


def test_nothing_is_said_before_a_period_was_over() -> None:
    found = trend(from_period("2020", [30, 20]), complete_until=date(2020, 6, 1))
    assert found.refusal is not None
    assert found.refusal.code == "no_complete_period"


@settings(max_examples=40, deadline=None)
@given(
    counts=st.lists(st.integers(0, 40), min_size=1, max_size=14),
    first=st.sampled_from(["2012", "2012-Q3", "2012-05"]),
    cut=st.integers(0, 14),
)
def test_every_series_gets_an_answer_that_is_plain_json(counts: list[int], first: str, cut: int) -> None:
    found = trend(from_period(first, counts), breaks=[period(first).shifted(cut)])
    json.dumps(found.to_json(), allow_nan=False)
    assert (found.estimate is None) == (found.refusal is not None)
    assert all(str(check.said) or check.is_met for check in found.checks)


def test_steady_series_are_called_a_trend_at_the_stated_rate() -> None:
    """Eight years at φ 1 and φ 2: about 5 % false directions, and a little more for chance (200 series each)."""
    generator = np.random.default_rng(3)
    for drawn in (generator.poisson(20, (200, 8)), generator.negative_binomial(20, 0.5, (200, 8))):
        wrong = sum(
            (found := annual_change((from_period("2012", row.tolist()),))) is not None
            and not found.lower <= 0 <= found.upper
            for row in drawn
        )
        assert wrong <= 19


# Rare events


def test_the_rate_of_rare_events_is_exact_and_its_days_are_its_inverse() -> None:
    found = rare_rate(from_period("2015", [0, 1, 2, 0, 2]))
    assert (found.estimate, found.lower, found.upper) == near((1, 1.62348639011842 / 5, 11.668332079322669 / 5))
    assert found.details["mean_days_between"] == pytest.approx(365.25)


def test_the_time_between_events_has_the_exact_gamma_interval() -> None:
    days = [date(2020, 1, 11), date(2020, 1, 31), date(2020, 3, 1)]
    found = time_between_events(days, date(2020, 1, 1))
    assert found.estimate == pytest.approx(20)
    assert (found.lower, found.upper) == near((2 * 60 / 14.449375335447922, 2 * 60 / 1.2373442457912032))
    with pytest.raises(WrongArguments):
        time_between_events(days, date(2020, 2, 1))
    assert time_between_events(days[:1], date(2020, 1, 1)).refusal is not None


def test_a_change_of_gaps_keeps_its_level() -> None:
    generator = np.random.default_rng(4)
    wrong = 0
    for _ in range(300):
        gaps = np.maximum(generator.exponential(400, 12).round(), 1).cumsum()
        days = [date.fromordinal(date(1900, 1, 1).toordinal() + int(gap)) for gap in gaps]
        wrong += change_of_gaps(days, date(1900, 1, 1), 6).details["p"] <= 0.05
    assert wrong <= 27


def test_a_change_since_a_date_is_the_exact_rate_ratio() -> None:
    found = change_since(from_period("2015", [9, 9, 9, 9, 2]), period("2019"))
    assert found.estimate == pytest.approx(100 * (2 / 9 - 1))
    assert found.basis["base_periods"] == 4
    assert change_since(from_period("2015", [0, 0, 5]), period("2017")).refusal is not None
    assert change_since(from_period("2015", [5, 5]), period("2010")).refusal is not None


# Index numbers

CALENDAR = PhaseCalendar(
    phases=(
        Phase(key="pre_pandemic", start=period("2016-01"), end=period("2020-02")),
        Phase(key="acute", start=period("2020-03"), end=period("2022-03")),
        Phase(key="recovery", start=period("2022-04"), end=None),
    ),
    source="test",
)


def test_an_index_carries_the_interval_of_its_ratio() -> None:
    found = index_numbers(from_period("2018", [40, 20, 30]), period("2018"), CALENDAR)
    half = found[period("2019")]
    assert (half.estimate, found[period("2018")].estimate) == near((50, 100))
    assert half.lower is not None
    assert half.upper is not None
    assert 25 < half.lower < 50 < half.upper < 100


@pytest.mark.parametrize(
    ("base", "code"), [("2020", "covid_base"), ("2022", "covid_base"), ("2017", "no_base"), ("2019", "few_base_events")]
)
def test_no_index_stands_on_a_covid_year_or_on_few_events(base: str, code: str) -> None:
    found = index_numbers(from_period("2018", [40, 9, 30, 31, 32]), period(base), CALENDAR)
    assert {estimate.refusal.code for estimate in found.values() if estimate.refusal} == {code}
    assert len(found) == 5


def test_a_series_of_wild_months_has_a_bound_and_no_overflow() -> None:
    counts = [0.0 if n % 7 else 12_000.0 * (n % 3) for n in range(48)]
    months = periods_between(period("2018-01"), period("2021-12"))
    found = trend(Series(periods=months, counts=tuple(counts)))
    assert found.refusal is not None or isfinite(found.estimate or 0)
    json.dumps(found.to_json(), allow_nan=False)
