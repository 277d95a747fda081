"""The nowcast as an answer: zeros, sparse series, refusals, corrections, back-tests, draws and rates from them."""

from __future__ import annotations

import json
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.simulation.nowcast import DELAYS, MEANS, NOISES, Scenario, increments, outcome
from transforms.errors import WrongArguments
from transforms.periods import period
from transforms.statistics.estimate import Estimate
from transforms.statistics.nowcast.answer import nowcast
from transforms.statistics.nowcast.building import triangle_from_increments, triangle_from_vintages
from transforms.statistics.nowcast.delays import delay_distribution
from transforms.statistics.nowcast.draws import final_count_draws
from transforms.statistics.nowcast.final_rates import rate_from_draws, total_draws
from transforms.statistics.nowcast.prediction import central_interval
from transforms.statistics.nowcast.steps import Step
from transforms.statistics.nowcast.triangle import ReportingTriangle, coarser
from transforms.statistics.rates import rate

QUICKLY = settings(max_examples=25, deadline=None)
START = date(2017, 1, 1)


def register(full: np.ndarray, step: Step = "month") -> ReportingTriangle:  # type: ignore[type-arg]
    """The triangle of a table of all increments as seen at its last event period."""
    rows = [
        [float(count) if delay < len(full) - row else None for delay, count in enumerate(line)]
        for row, line in enumerate(full)
    ]
    return triangle_from_increments(rows, first=START, step=step)


def simulated(mean: float, periods: int = 48, seed: int = 1) -> np.ndarray:  # type: ignore[type-arg]
    shares = np.array(DELAYS["late peak"])
    return np.random.default_rng(seed).poisson(mean * shares, (periods, len(shares)))


def check(found: Estimate, key: str) -> bool:
    return next(one.is_met for one in found.checks if one.key == key)


def code(found: Estimate) -> str | None:
    return None if found.refusal is None else found.refusal.code


def test_every_incomplete_period_is_told_apart_from_counts() -> None:
    found = nowcast(register(simulated(8)))
    periods = found.details["periods"]
    assert [one["period"] for one in periods] == ["2020-07", "2020-08", "2020-09", "2020-10", "2020-11", "2020-12"]
    assert {one["status"] for one in periods} == {"estimated"}
    assert all(one["observed"] <= one["lower"] <= one["expected"] <= one["upper"] for one in periods)
    assert np.all(np.diff([one["reported_share"] for one in periods]) < 0)
    assert found.estimate == pytest.approx(sum(one["expected"] for one in periods), rel=1e-9)
    assert found.basis["observed"] == sum(one["observed"] for one in periods)
    json.dumps(found.to_json(), allow_nan=False)


def test_nothing_registered_yet_does_not_mean_nothing_to_come() -> None:
    table = simulated(8)
    table[-1, 0] = 0
    last = nowcast(register(table)).details["periods"][-1]
    assert last["observed"] == 0
    assert last["expected"] > 1
    assert last["upper"] > 8


def test_a_series_that_stopped_is_not_held_up_by_its_past() -> None:
    table = simulated(20)
    table[-6:] = 0
    found = nowcast(register(table))
    assert found.estimate is not None
    assert found.estimate < 0.15 * 6 * 20


def test_a_sparse_series_is_counted_in_quarters() -> None:
    found = nowcast(register(simulated(1.2, periods=72)))
    assert found.details["step"] == "quarter"
    assert not check(found, "own_period_used")
    assert check(found, "enough_cases_per_period")


def test_a_sparse_series_that_cannot_be_counted_in_longer_periods_is_flagged() -> None:
    found = nowcast(register(simulated(1.5, periods=14)))
    assert found.details["step"] == "month"
    assert not check(found, "enough_cases_per_period")


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        (simulated(8)[:, :1], "no_delay_information"),
        (simulated(8, periods=6), "no_delay_information"),
        (simulated(8, periods=8), "too_few_periods"),
        (np.zeros((40, 5)), "no_registrations"),
        (np.eye(30, 4), "too_few_reports"),
        (np.tile([6, 0, -2, 0], (40, 1)), "corrections_dominate"),
    ],
)
def test_what_the_data_cannot_carry_is_refused_with_a_reason(table: np.ndarray, expected: str) -> None:  # type: ignore[type-arg]
    found = nowcast(register(table))
    assert code(found) == expected
    assert found.refusal is not None
    assert str(found.refusal.reason).endswith(".")
    assert "{" not in str(found.refusal.reason)


def test_a_register_without_open_periods_needs_no_nowcast() -> None:
    table = simulated(8, periods=20)
    closed = triangle_from_increments(table.tolist(), first=START, step="month")
    assert code(nowcast(closed)) == "nothing_incomplete"
    assert np.array_equal(final_count_draws(closed, replicates=3), np.tile(table.sum(axis=1), (3, 1)))


def test_a_few_withdrawn_cases_are_said_and_kept_out_of_the_final_counts() -> None:
    table = simulated(20)
    table[3, 2:4] = 5, -2
    triangle = register(table)
    found = nowcast(triangle)
    assert found.basis["withdrawn"] == 2
    assert not check(found, "nothing_withdrawn")
    assert final_count_draws(triangle, replicates=5)[:, 3].tolist() == [table[3].sum()] * 5


def test_deliveries_that_begin_late_carry_a_nowcast_and_its_draws() -> None:
    table = simulated(9, periods=60).cumsum(axis=1)
    months = [period("2017-01").shifted(row) for row in range(60)]
    vintages = {
        months[seen].end: {months[row]: int(table[row, min(seen - row, table.shape[1] - 1)]) for row in range(seen + 1)}
        for seen in range(30, 60)
        if seen != 41  # a delivery that was not made
    }
    triangle = triangle_from_vintages(vintages, maximum_delay=table.shape[1] - 1)
    found = nowcast(triangle)
    assert found.lower is not None
    assert found.upper is not None
    assert found.lower <= table[-6:, -1].sum() <= found.upper
    assert found.details["backtest"]["repeats"] > 10
    draws = final_count_draws(triangle)
    assert np.array_equal(draws[0, :30], table[:30, -1])
    assert triangle.late == 0


def test_dates_before_deliveries_told_any_delay_are_not_tried() -> None:
    """With one delivery the years before it look complete and the newest period empty: nothing was nowcast then."""
    full = np.cumsum(simulated(20, periods=40), axis=1)
    delay = full.shape[1] - 1
    parts = [period(f"{2017 + n // 12}-{n % 12 + 1:02d}") for n in range(40)]
    vintages = {
        parts[seen].end: {parts[row]: int(full[row, min(seen - row, delay)]) for row in range(seen + 1)}
        for seen in range(18, 40)
    }
    tested = nowcast(triangle_from_vintages(vintages, maximum_delay=delay)).details["backtest"]
    assert 0 < tested["repeats"] < 22 - delay
    assert tested["error_pct"] < tested["uncorrected_error_pct"]


def test_amounts_are_not_counts() -> None:
    with pytest.raises(WrongArguments, match="whole numbers"):
        nowcast(register(simulated(8) / 3))


def test_a_window_keeps_its_length_in_longer_periods() -> None:
    triangle = register(simulated(1.2, periods=96))
    windowed, whole = nowcast(triangle, window=48), nowcast(triangle)
    assert windowed.details["step"] == whole.details["step"] == "quarter"
    assert windowed.details["delay_distribution"] != whole.details["delay_distribution"]
    assert windowed.details["delay_distribution"] == pytest.approx(
        delay_distribution(coarser(triangle) or triangle, window=16).tolist()
    )


def test_the_back_test_repeats_what_would_have_been_said_and_beats_saying_nothing() -> None:
    tested = nowcast(register(simulated(20, periods=60))).details["backtest"]
    assert (tested["repeats"], tested["nowcasts"]) == (24, 144)
    assert 0.8 < tested["covered"] < 1
    assert tested["error_pct"] < tested["uncorrected_error_pct"] / 2
    assert abs(tested["bias_pct"]) < tested["error_pct"]


def test_registration_that_became_slower_is_noticed() -> None:
    table = np.random.default_rng(5).poisson(20 * np.array(DELAYS["quick"]), (60, 6))
    table[30:] = np.random.default_rng(6).poisson(20 * np.array(DELAYS["quick"])[::-1], (30, 6))
    triangle = register(table)
    found = nowcast(triangle)
    assert not check(found, "delay_steady")
    assert not check(found, "held_on_the_past")
    assert delay_distribution(triangle, window=25)[0] < delay_distribution(triangle)[0]
    recent = nowcast(triangle, window=25)
    assert recent.lower is not None
    assert recent.upper is not None
    assert recent.lower <= table[-5:].sum() <= recent.upper


def test_steady_registration_gives_no_such_alarm() -> None:
    found = nowcast(register(simulated(20, periods=60)))
    assert [one.key for one in found.checks if not one.is_met] == []


def test_a_window_too_short_for_the_delay_is_refused() -> None:
    with pytest.raises(WrongArguments, match="too short"):
        nowcast(register(simulated(8)), window=7)


def test_one_seed_gives_one_answer_and_its_draws() -> None:
    triangle = register(simulated(8))
    found = nowcast(triangle, seed=7, replicates=500)
    assert found == nowcast(triangle, seed=7, replicates=500)
    assert found != nowcast(triangle, seed=8, replicates=500)
    draws = final_count_draws(triangle, seed=7, replicates=500)
    assert draws.shape == (500, 48)
    low, high = central_interval(draws[:, -6:].sum(axis=1).astype(float), 0.90)
    assert (float(low), float(high)) == (found.lower, found.upper)


@QUICKLY
@given(mean=st.floats(0.3, 40), periods=st.integers(3, 60), seed=st.integers(0, 1000))
def test_no_final_count_is_below_what_is_registered(mean: float, periods: int, seed: int) -> None:
    triangle = register(simulated(mean, periods, seed))
    found = nowcast(triangle, replicates=100)
    json.dumps(found.to_json(), allow_nan=False)
    if found.refusal is None and found.details["step"] == "month":
        draws = final_count_draws(triangle, replicates=100)
        assert (draws >= triangle.observed).all()
        is_complete = triangle.ages >= triangle.maximum_delay
        assert (draws[:, is_complete] == triangle.observed[is_complete]).all()


@QUICKLY
@given(mean=st.floats(0.05, 60), level=st.sampled_from((0.5, 0.8, 0.9, 0.95)))
def test_a_mid_p_interval_leaves_no_more_than_its_tails_on_either_side(mean: float, level: float) -> None:
    draws = np.random.default_rng(3).poisson(mean, (4000, 1)).astype(float)
    low, high = central_interval(draws, level)
    tail = (1 - level) / 2
    assert (draws < low).mean() + (draws == low).mean() / 2 > tail or low == draws.min()
    rounding = 1e-12
    assert (draws < low).mean() <= tail + (draws == low - 1).mean() / 2 + rounding
    assert (draws > high).mean() <= tail + (draws == high + 1).mean() / 2 + rounding


@pytest.mark.parametrize("count", [0, 1, 7, 120])
def test_a_rate_from_a_count_that_is_certain_is_the_exact_one(count: int) -> None:
    carried, plain = rate_from_draws(np.full(50, count), 1e6), rate(count, 1e6)
    assert (carried.estimate, carried.lower, carried.upper) == pytest.approx(
        (plain.estimate, plain.lower, plain.upper), abs=1e-9
    )


def test_registrations_to_come_widen_a_rate() -> None:
    draws = final_count_draws(register(simulated(8)))
    late, settled = total_draws(draws, range(42, 48)), total_draws(draws, range(36, 42))
    carried, certain = rate_from_draws(late, 1e6), rate_from_draws(settled, 1e6)
    assert not check(carried, "registration_complete")
    assert check(certain, "registration_complete")
    assert carried.lower is not None
    assert carried.upper is not None
    alone = rate(round(late.mean()), 1e6)
    assert alone.lower is not None
    assert alone.upper is not None
    assert carried.upper - carried.lower > alone.upper - alone.lower
    assert code(rate_from_draws(late, 0)) == "no_denominator"


@pytest.mark.parametrize("noise", NOISES)
@pytest.mark.parametrize("mean", MEANS)
def test_intervals_of_nine_tenths_hold_as_often_as_they_say(mean: float, noise: str) -> None:
    """Bands: 85 to 95 %, widened by three standard errors of a share at their edges in so many trials."""
    series = 200
    found = [
        outcome(
            Scenario(mean=mean, delay=delay, noise=noise),
            series=series,
            replicates=120,
            random=np.random.default_rng([77, place, int(mean)]),
        )
        for place, delay in enumerate(DELAYS)
    ]
    trials = series * len(found)
    covered = np.mean([one.total for one in found])
    assert 0.85 - 3 * np.sqrt(0.85 * 0.15 / trials) <= covered <= 0.95 + 3 * np.sqrt(0.95 * 0.05 / trials)
    for one in found:
        assert 0.85 <= one.single <= 0.975  # counts of one or two have no interval of exactly nine tenths
        assert one.error_pct < one.naive_pct + 2
        assert abs(one.bias_pct) < 5


def test_simulated_batches_vary_as_the_scenario_says() -> None:
    table = increments(Scenario(mean=50, delay="quick", noise="registration φ 2"), 400, np.random.default_rng(2))
    cells = table[:, :, 0]
    assert cells.var() / cells.mean() == pytest.approx(2, rel=0.05)
