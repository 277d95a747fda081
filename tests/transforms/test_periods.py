"""Months, quarters, years and the calendar of phases, against the calendar of Python's standard library."""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from itertools import pairwise
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.errors import WrongArguments
from transforms.periods import (
    MONTHS,
    Frequency,
    Period,
    Phase,
    PhaseCalendar,
    Stretch,
    no_finer_than,
    period,
    period_of,
    periods_between,
    stretch,
)

QUICKLY = settings(max_examples=60, deadline=None)
DAYS = st.dates(date(1990, 1, 1), date(2090, 12, 31))
FREQUENCIES: st.SearchStrategy[Frequency] = st.sampled_from(get_args(Frequency))
PERIODS = st.builds(period_of, DAYS, FREQUENCIES)


@pytest.mark.parametrize(
    ("code", "frequency", "start", "end"),
    [
        ("2021", "year", date(2021, 1, 1), date(2021, 12, 31)),
        ("2021-Q1", "quarter", date(2021, 1, 1), date(2021, 3, 31)),
        ("2021-Q4", "quarter", date(2021, 10, 1), date(2021, 12, 31)),
        ("2020-02", "month", date(2020, 2, 1), date(2020, 2, 29)),
        ("2021-02", "month", date(2021, 2, 1), date(2021, 2, 28)),
        ("2021-12", "month", date(2021, 12, 1), date(2021, 12, 31)),
    ],
)
def test_a_code_is_read_as_the_days_it_stands_for(code: str, frequency: str, start: date, end: date) -> None:
    read = period(code)
    assert (read.frequency, read.start, read.end, read.year) == (frequency, start, end, start.year)
    assert (read.code, str(read)) == (code, code)


@pytest.mark.parametrize(
    "code", ["", "21", "2021-", "2021-1", "2021-00", "2021-13", "2021-Q0", "2021-Q5", "2021Q1", "2021-q1", " 2021",
             "2021\n", "2021-03-01", "phase:acute", "total", "-2021", "02021"]
)  # fmt: skip
def test_what_is_no_period_is_refused_with_an_example(code: str) -> None:
    with pytest.raises(WrongArguments, match="is not a period") as wrong:
        period(code)
    assert "2021-Q2" in wrong.value.advice


@QUICKLY
@given(day=DAYS, frequency=FREQUENCIES)
def test_the_period_of_a_day_holds_it_and_reads_back(day: date, frequency: Frequency) -> None:
    found = period_of(day, frequency)
    assert found.start <= day <= found.end
    assert found.frequency == frequency
    assert period(found.code) == found
    assert found.end.day == calendar.monthrange(found.end.year, found.end.month)[1]
    assert found.start.year == found.end.year == found.year == day.year


@QUICKLY
@given(part=PERIODS, steps=st.integers(-40, 40), more=st.integers(-40, 40))
def test_shifting_adds_up_and_leaves_no_day_between_neighbours(part: Period, steps: int, more: int) -> None:
    assert part.shifted(steps).shifted(more) == part.shifted(steps + more)
    assert part.shifted(0) == part
    assert part.shifted(1).start == part.end + timedelta(days=1)
    assert part.shifted(steps).months == part.months


@pytest.mark.parametrize(
    ("code", "steps", "expected"),
    [("2021-01", -1, "2020-12"), ("2021-Q1", -5, "2019-Q4"), ("2021-12", 1, "2022-01"), ("2021", -2, "2019")],
)
def test_shifting_crosses_the_turn_of_the_year(code: str, steps: int, expected: str) -> None:
    assert period(code).shifted(steps).code == expected


@pytest.mark.parametrize(
    ("code", "frequency", "parts"),
    [
        ("2021", "quarter", ["2021-Q1", "2021-Q2", "2021-Q3", "2021-Q4"]),
        ("2021-Q2", "month", ["2021-04", "2021-05", "2021-06"]),
        ("2021", "year", ["2021"]),
        ("2021-Q3", "quarter", ["2021-Q3"]),
        ("2021-07", "month", ["2021-07"]),
    ],
)
def test_a_period_is_made_up_of_finer_ones(code: str, frequency: Frequency, parts: list[str]) -> None:
    assert [part.code for part in period(code).parts(frequency)] == parts


@QUICKLY
@given(part=PERIODS)
def test_the_months_of_a_period_follow_each_other_from_its_first_day_to_its_last(part: Period) -> None:
    months = part.parts("month")
    assert len(months) == part.months == {"year": 12, "quarter": 3, "month": 1}[part.frequency]
    assert (months[0].start, months[-1].end) == (part.start, part.end)
    assert all(one.end + timedelta(days=1) == next_.start for one, next_ in pairwise(months))
    assert {period_of(month.start, part.frequency) for month in months} == {part}


@QUICKLY
@given(first=PERIODS, steps=st.integers(-3, 30))
def test_the_periods_between_two_are_all_of_them_both_included(first: Period, steps: int) -> None:
    found = periods_between(first, first.shifted(steps))
    assert found == tuple(first.shifted(step) for step in range(steps + 1))


def test_periods_sort_by_their_beginning() -> None:
    codes = ["2020-12", "2021-01", "2021-Q1", "2021", "2021-02"]
    assert [part.code for part in sorted(map(period, reversed(codes)))] == codes


@QUICKLY
@given(frequency=FREQUENCIES)
def test_the_frequencies_no_finer_than_one_begin_with_it_and_grow_longer(frequency: Frequency) -> None:
    found = no_finer_than(frequency)
    assert found[0] == frequency
    assert [MONTHS[one] for one in found] == sorted(n for n in MONTHS.values() if n >= MONTHS[frequency])


@pytest.mark.parametrize(
    ("code", "months"), [("2015-01:2019-12", 60), ("2015:2015", 12), ("2015-Q2:2016-01", 10), ("2015-06:2015", 7)]
)
def test_a_stretch_of_time_is_read_with_both_its_ends(code: str, months: int) -> None:
    assert (stretch(code).code, stretch(code).months) == (code, months)


@pytest.mark.parametrize("code", ["", "2015-01", "2015-01:2014-12", "a:b", "2015:2016:2017", "2015-01:"])
def test_what_is_no_stretch_of_time_is_refused(code: str) -> None:
    with pytest.raises(WrongArguments):
        stretch(code)


@QUICKLY
@given(ends=st.tuples(PERIODS, PERIODS).map(sorted), part=PERIODS)
def test_a_stretch_holds_a_period_when_it_holds_its_first_and_last_day(ends: list[Period], part: Period) -> None:
    first, last = sorted(ends, key=lambda end: end.end)
    held = Stretch(first=first, last=last)
    assert held.holds(part) == (first.start <= part.start and part.end <= last.end)


CALENDAR = PhaseCalendar(
    phases=(
        Phase(key="pre_pandemic", start=period("2016-01"), end=period("2020-02")),
        Phase(key="acute", start=period("2020-03"), end=period("2020-08")),
        Phase(key="recovery", start=period("2020-09"), end=None),
    ),
    source="made for the test",
)


@pytest.mark.parametrize(
    ("code", "phase"),
    [
        ("2015-12", None),
        ("2016-01", "pre_pandemic"),
        ("2019", "pre_pandemic"),
        ("2020-02", "pre_pandemic"),
        ("2020-03", "acute"),
        ("2020-Q2", "acute"),
        ("2020-08", "acute"),
        ("2020-09", "recovery"),
        ("2020-Q4", "recovery"),
        ("2099", "recovery"),
    ],
)
def test_a_period_lies_in_the_phase_that_holds_all_of_it(code: str, phase: str | None) -> None:
    assert CALENDAR.phase_of(period(code)) == phase


@pytest.mark.parametrize("code", ["2020", "2020-Q1", "2020-Q3"])
def test_a_period_across_the_edge_of_two_phases_lies_in_neither(code: str) -> None:
    assert CALENDAR.phase_of(period(code)) is None
    assert not any(phase.holds(period(code)) for phase in CALENDAR.phases)


@QUICKLY
@given(part=PERIODS)
def test_a_phase_holds_a_period_when_it_holds_each_of_its_months(part: Period) -> None:
    for phase in CALENDAR.phases:
        assert phase.holds(part) == all(phase.holds(month) for month in part.parts("month"))
