"""A series of counts: what it refuses, what is cut from it, and how it is counted in longer periods."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.errors import WrongArguments
from transforms.periods import FREQUENCIES, Stretch, period, periods_between, stretch
from transforms.statistics.series import Series, coarser, complete, segments, series_from, series_of

QUICKLY = settings(max_examples=60, deadline=None)
COUNTS = st.lists(st.none() | st.integers(0, 40), min_size=1, max_size=40)
STARTS = st.sampled_from(["2018", "2018-Q1", "2018-Q3", "2018-01", "2018-05", "2018-12"])


@st.composite
def any_series(draw: st.DrawFn) -> Series:
    counts = draw(COUNTS)
    persons = draw(st.none() | st.just([1000.0 + 10 * n for n in range(len(counts))]))
    return series_from(period(draw(STARTS)), counts, persons)


def codes(series: Series | None) -> list[str]:
    return [] if series is None else [part.code for part in series.periods]


@pytest.mark.parametrize(
    "counts", [[], [1, -1], [1, 1.5], [1, float("nan")], [1, float("inf")]], ids=["none", "below", "half", "nan", "inf"]
)
def test_counts_are_whole_numbers_of_zero_or_more(counts: list[float]) -> None:
    with pytest.raises(WrongArguments):
        series_from(period("2015"), counts)


@pytest.mark.parametrize("persons", [[10.0], [10.0, 0.0], [10.0, -1.0], [10.0, float("inf")]])
def test_a_population_is_there_for_each_period_and_above_zero(persons: list[float]) -> None:
    with pytest.raises(WrongArguments):
        series_from(period("2015"), [1, 2], persons)


def test_periods_follow_each_other_and_are_equally_long() -> None:
    with pytest.raises(WrongArguments):
        Series(periods=(period("2015"), period("2017")), counts=(1, 1))
    with pytest.raises(WrongArguments):
        series_of({period("2015"): 1, period("2016-01"): 1})
    with pytest.raises(WrongArguments):
        series_of({})


def test_a_count_not_reported_is_no_number_and_no_zero() -> None:
    series = series_from(period("2015"), [3, None, 0], [100.0, 200.0, 400.0])
    assert series.values.tolist() == pytest.approx([3, np.nan, 0], nan_ok=True)
    assert series.events().tolist() == [3, 0]
    assert series.offset.tolist() == pytest.approx(np.log([100, 200, 400]).tolist())
    assert series.exposure().tolist() == [100, 400]


def test_without_a_population_every_period_counts_alike() -> None:
    assert series_from(period("2015-01"), [3, None, 0]).offset.tolist() == [0, 0, 0]


@QUICKLY
@given(series=any_series(), skipped=st.integers(0, 1500))
def test_what_had_ended_by_a_day_and_what_had_not_are_the_whole(series: Series, skipped: int) -> None:
    day = date(2017, 12, 1) + timedelta(days=skipped)
    kept, dropped = complete(series, day)
    assert kept == series.until(day)
    assert (*(kept.periods if kept else ()), *dropped) == series.periods
    assert all(part.end > day for part in dropped)
    if kept is not None:
        assert kept.periods[-1].end <= day
        assert kept.counts == series.counts[: len(kept.periods)]


@QUICKLY
@given(series=any_series(), skipped=st.integers(0, 40), months=st.integers(1, 60))
def test_a_stretch_of_a_series_is_the_series_of_the_periods_in_it(series: Series, skipped: int, months: int) -> None:
    held = Stretch(first=period("2017-06").shifted(skipped), last=period("2017-06").shifted(skipped + months - 1))
    found = series.within(held)
    inside = [n for n, part in enumerate(series.periods) if held.holds(part)]
    if found is None:
        assert not inside
        return
    assert found.periods == tuple(series.periods[n] for n in inside)
    assert found.counts == tuple(series.counts[n] for n in inside)
    assert found.persons == (None if series.persons is None else tuple(series.persons[n] for n in inside))


def test_a_stretch_may_begin_with_a_month_and_end_with_a_year() -> None:
    months = series_from(period("2019-11"), [1] * 20)
    assert codes(months.within(stretch("2020-10:2020"))) == ["2020-10", "2020-11", "2020-12"]
    assert codes(months.within(stretch("2031:2032"))) == []


def test_longer_periods_hold_only_what_is_whole_and_a_gap_stays_a_gap() -> None:
    months = series_from(period("2019-11"), [1] * 2 + [2] * 12 + [3] * 5 + [None] + [3] * 6 + [4] * 3)
    years = coarser(months, "year")
    assert years is not None
    assert [(p.code, n) for p, n in zip(years.periods, years.counts, strict=True)] == [("2020", 24), ("2021", None)]
    quarters = coarser(series_from(period("2015-02"), [*range(1, 12), None, 5, 5]), "quarter")
    assert quarters is not None
    assert codes(quarters) == ["2015-Q2", "2015-Q3", "2015-Q4", "2016-Q1"]
    assert quarters.counts == (3 + 4 + 5, 6 + 7 + 8, 9 + 10 + 11, None)


@QUICKLY
@given(series=any_series())
def test_longer_periods_have_the_sum_and_the_mean_population_of_their_parts(series: Series) -> None:
    place = FREQUENCIES.index(series.frequency)
    for wanted in FREQUENCIES[:place]:
        with pytest.raises(WrongArguments, match="cannot be split"):
            coarser(series, wanted)
    assert coarser(series, series.frequency) == series
    for wanted in FREQUENCIES[place:]:
        found = coarser(series, wanted)
        given_counts = dict(zip(series.periods, series.counts, strict=True))
        given_persons = dict(zip(series.periods, series.persons or (), strict=False))
        for n, part in enumerate(() if found is None else found.periods):
            counts = [given_counts[one] for one in part.parts(series.frequency)]
            assert found is not None
            assert found.counts[n] == (None if None in counts else sum(counts))  # type: ignore[arg-type]  # none is None
            if found.persons is not None:
                persons = [given_persons[one] for one in part.parts(series.frequency)]
                assert found.persons[n] == pytest.approx(sum(persons) / len(persons))


def test_a_break_inside_a_year_leaves_the_year_to_neither_side() -> None:
    years = series_from(period("2015"), [9, 9, 9, 9, 9])
    assert [codes(part) for part in segments(years, [period("2017-07")])] == [["2015", "2016"], ["2018", "2019"]]


def test_a_population_is_used_only_where_every_period_has_one() -> None:
    years = periods_between(period("2015"), period("2017"))
    counts = dict.fromkeys(years, 5.0)
    assert series_of(counts, dict.fromkeys(years, 100.0)).persons == (100.0, 100.0, 100.0)
    assert series_of(counts, dict.fromkeys(years[:2], 100.0)).persons is None
