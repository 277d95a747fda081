"""Reporting triangles from line lists, vintages and printed tables, in every step."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.errors import WrongArguments
from transforms.periods import period
from transforms.statistics.nowcast.building import (
    suggested_maximum_delay,
    triangle_from_cumulative,
    triangle_from_increments,
    triangle_from_line_list,
    triangle_from_vintages,
)
from transforms.statistics.nowcast.delays import settled
from transforms.statistics.nowcast.steps import Step, last_finished_step, step_code, step_of
from transforms.statistics.nowcast.triangle import ReportingTriangle, coarser, seen_earlier

QUICKLY = settings(max_examples=40, deadline=None)
DAYS = st.dates(date(2018, 1, 1), date(2019, 12, 31))
RECORDS = st.lists(st.tuples(DAYS, st.integers(0, 400)), min_size=1, max_size=40)
STEPS: tuple[Step, ...] = ("day", "week", "month", "quarter", "year")


def drawn(triangle: ReportingTriangle) -> list[str]:
    """Cumulative counts as text, a dot where the register was not seen."""
    return [" ".join("." if np.isnan(cell) else f"{cell:.0f}" for cell in row) for row in triangle.cumulative]


def of_records(records: list[tuple[date, int]], step: Step, as_of: date, delay: int) -> ReportingTriangle:
    events = [event for event, _ in records]
    reports = [event + timedelta(days=days) for event, days in records]
    return triangle_from_line_list(events, reports, step=step, as_of=as_of, maximum_delay=delay)


@pytest.mark.parametrize(
    ("day", "step", "code", "finished"),
    [
        (date(2021, 5, 20), "day", "2021-05-20", "2021-05-20"),
        (date(2021, 1, 3), "week", "2020-W53", "2020-W53"),
        (date(2021, 1, 4), "week", "2021-W01", "2020-W53"),
        (date(2021, 2, 28), "month", "2021-02", "2021-02"),
        (date(2021, 2, 27), "month", "2021-02", "2021-01"),
        (date(2021, 6, 30), "quarter", "2021-Q2", "2021-Q2"),
        (date(2021, 6, 29), "year", "2021", "2020"),
    ],
)
def test_a_step_is_finished_on_its_last_day(day: date, step: Step, code: str, finished: str) -> None:
    assert step_code(step_of(day, step), step) == code
    assert step_code(last_finished_step(day, step), step) == finished


def test_a_line_list_becomes_a_triangle_seen_at_the_end_of_the_last_whole_month() -> None:
    dates = [
        ("2021-01-05", "2021-01-30"),
        ("2021-01-06", "2021-03-02"),
        ("2021-01-07", "2021-05-01"),  # after the date it was seen
        ("2021-02-01", "2021-03-01"),
        ("2021-03-01", "2021-03-31"),
        ("2020-12-31", "2021-03-31"),  # later than the maximum delay
        ("2021-03-09", "2021-03-08"),  # registered before it happened, though in the same month
        ("2021-03-09", "2021-02-08"),  # registered in an earlier month
    ]
    events: list[date | None] = [date.fromisoformat(event) for event, _ in dates]
    reports: list[date | None] = [date.fromisoformat(report) for _, report in dates]
    triangle = triangle_from_line_list(
        [*events, None], [*reports, date(2021, 1, 1)], step="month", as_of=date(2021, 4, 29), maximum_delay=2
    )
    assert triangle.codes == ("2020-12", "2021-01", "2021-02", "2021-03")
    assert drawn(triangle) == ["0 0 0", "1 1 2", "0 1 .", "1 . ."]
    assert (triangle.late, triangle.unusable) == (1, 3)


def test_counts_of_pairs_of_dates_weigh_as_many_records() -> None:
    events, reports = [date(2021, 1, 1), date(2021, 1, 1)], [date(2021, 1, 2), date(2021, 2, 2)]
    once = triangle_from_line_list(events * 3, reports * 3, step="month", as_of=date(2021, 3, 31), maximum_delay=1)
    weighted = triangle_from_line_list(
        events, reports, step="month", as_of=date(2021, 3, 31), maximum_delay=1, counts=[3, 3]
    )
    assert drawn(weighted) == drawn(once) == ["3 6", "0 0", "0 ."]


@QUICKLY
@given(records=RECORDS, step=st.sampled_from(STEPS), delay=st.integers(0, 8))
def test_no_record_that_was_seen_is_lost(records: list[tuple[date, int]], step: Step, delay: int) -> None:
    as_of = date(2021, 12, 31)
    triangle = of_records(records, step, as_of, delay)
    assert triangle.observed.sum() + triangle.late + triangle.unusable == len(records)


@QUICKLY
@given(records=RECORDS, step=st.sampled_from(("day", "month", "quarter")), delay=st.integers(1, 9))
def test_counting_in_coarser_steps_is_adding_up_the_finer_ones(
    records: list[tuple[date, int]], step: Step, delay: int
) -> None:
    fine = of_records(records, step, date(2023, 12, 31), delay)  # a Sunday
    coarse = coarser(fine)
    assert coarse is not None
    finals = dict(zip(coarse.codes, coarse.observed, strict=True))
    added = dict.fromkeys(finals, 0.0)
    for number, count in zip(range(fine.first, fine.as_of + 1), fine.observed, strict=True):
        code = step_code(number // {"day": 7, "month": 3, "quarter": 4}[step], coarse.step)
        if code in added:
            added[code] += count
    assert finals == added


def test_months_in_quarters_keep_what_was_seen_when() -> None:
    months = [[1, 2, 3], [0, 1, 1], [2, 2, 4], [1, 1, 1], [0, 3, None], [5, None, None]]
    quarters = coarser(triangle_from_cumulative(months, first=date(2021, 1, 1), step="month"))
    assert quarters is not None
    assert quarters.codes == ("2021-Q1", "2021-Q2")
    # at the end of March: January after two months, February after one, March at once
    assert drawn(quarters) == ["6 8", "9 ."]


def test_a_quarter_that_is_not_over_waits() -> None:
    months = [[1, 2], [0, 1], [2, 2], [1, None]]
    quarters = coarser(triangle_from_cumulative(months, first=date(2021, 1, 1), step="month"))
    assert quarters is not None
    assert (quarters.codes, drawn(quarters)) == (("2021-Q1",), ["5 ."])


def test_deliveries_become_a_triangle_and_a_missing_one_leaves_a_gap() -> None:
    vintages = {
        date(2021, 2, 10): {period("2020-12"): 4, period("2021-01"): 2, period("2021-02"): 1},
        date(2021, 3, 10): {period("2020-12"): 5, period("2021-01"): 4, period("2021-02"): 3},
        # no delivery in April
        date(2021, 5, 10): {period("2020-12"): 6, period("2021-01"): 3, period("2021-02"): 5, period("2021-04"): 2},
    }
    triangle = triangle_from_vintages(vintages, maximum_delay=3)
    assert triangle.codes == ("2020-12", "2021-01", "2021-02", "2021-03", "2021-04")
    assert drawn(triangle) == [". 4 5 6", "2 4 . 3", "3 . 5 .", ". 0 . .", "2 . . ."]


def test_withdrawn_cases_are_counted_and_taken_from_where_they_were_registered_last() -> None:
    triangle = triangle_from_cumulative([[2, 5, 4], [3, 3, None], [1, None, None]], first=date(2021, 1, 1), step="year")
    assert triangle.withdrawn == 1
    assert settled(triangle.cumulative)[0].tolist() == [2, 4, 4]


def test_cumulative_and_incremental_tables_say_the_same() -> None:
    cumulative = triangle_from_cumulative([[2, 5], [3, None]], first=date(2021, 1, 1), step="month")
    increments = triangle_from_increments([[2, 3], [3, None]], first=date(2021, 1, 1), step="month")
    assert drawn(cumulative) == drawn(increments)
    assert np.array_equal(cumulative.increments, [[2, 3], [3, np.nan]], equal_nan=True)


@QUICKLY
@given(records=RECORDS, back=st.integers(1, 12))
def test_what_was_seen_earlier_is_what_a_line_list_of_then_would_give(
    records: list[tuple[date, int]], back: int
) -> None:
    now = of_records(records, "month", date(2021, 12, 31), 4)
    then = seen_earlier(now, back)
    kept = [one for one in records if step_of(one[0] + timedelta(days=one[1]), "month") <= then.as_of]
    if kept:
        direct = of_records(kept, "month", _last_day(then), 4)
        skipped = direct.first - then.first
        assert drawn(then)[skipped:] == drawn(direct)


def _last_day(triangle: ReportingTriangle) -> date:
    return period(step_code(triangle.as_of, "month")).end


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        ([[1, None, 3], [2, 3, None], [1, None, None]], "gap"),
        ([[1, -2], [1, None]], "zero or more"),
        ([], "no counts"),
    ],
)
def test_a_table_that_is_no_triangle_is_refused(rows: list[list[float | None]], reason: str) -> None:
    with pytest.raises(WrongArguments, match=reason):
        triangle_from_cumulative(rows, first=date(2021, 1, 1), step="month")


def test_counts_from_after_the_date_seen_are_refused() -> None:
    with pytest.raises(WrongArguments, match="after the date"):
        ReportingTriangle(cumulative=np.array([[1.0, 2.0], [1.0, 2.0]]), step="month", first=10, as_of=11)


def test_the_suggested_delay_holds_nearly_all_registrations_of_older_periods() -> None:
    events = [date(2015 + month // 12, month % 12 + 1, 1) for month in range(60) for _ in range(5)]
    reports = [event + timedelta(days=31 * (place % 5)) for place, event in enumerate(events)]
    found = suggested_maximum_delay(events, reports, step="month", as_of=date(2019, 12, 31))
    assert found == 4
