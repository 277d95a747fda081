"""What stretch of time an edition shows, what its periods are made of, and what of it was delivered."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.transforms.count_tables import drawn, months
from transforms.errors import WrongArguments
from transforms.indicators.windows import (
    Delivery,
    Span,
    Window,
    delivered_by_lists,
    edition_period,
    rollups,
)
from transforms.periods import Frequency, Period, Phase, PhaseCalendar, period, periods_between

CALENDAR = PhaseCalendar(
    phases=(
        Phase(key="pre_pandemic", start=period("2016-01"), end=period("2020-02")),
        Phase(key="acute", start=period("2020-03"), end=period("2020-08")),
        Phase(key="recovery", start=period("2020-09"), end=None),
    ),
    source="made for the test",
)


def window(
    edition: str, first: str, delivered: Mapping[str, Delivery] | None = None, base: Frequency = "month"
) -> Window:
    """A window in which everything was delivered, but for what is said."""
    named = edition_period(edition)
    blank = Window(edition=named, first=period(first), base=base, delivered={})
    said = {period(code): delivery for code, delivery in (delivered or {}).items()}
    return Window(
        edition=named,
        first=period(first),
        base=base,
        delivered={part: said.get(part, "full") for part in blank.bases},
    )


def codes(spans: tuple[Span, ...]) -> list[str]:
    return [span.code for span in spans]


@pytest.mark.parametrize(
    ("name", "kind", "code"),
    [
        ("annual-2023", "annual", "2023"),
        ("quarterly-2021-Q2", "quarterly", "2021-Q2"),
        ("monthly-2021-03", "monthly", "2021-03"),
    ],
)
def test_the_name_of_an_edition_says_its_kind_and_its_period(name: str, kind: str, code: str) -> None:
    read = edition_period(name)
    assert (read.kind, read.period) == (kind, period(code))


@pytest.mark.parametrize(
    "name",
    ["", "annual", "annual-", "annual-23", "annual-2023-Q1", "annual-2023-01", "quarterly-2021", "quarterly-2021-03",
     "monthly-2021", "monthly-2021-Q1", "monthly-2021-13", "weekly-2021", "Annual-2023", "annual-2023 ", "2023"],
)  # fmt: skip
def test_a_name_that_is_no_edition_is_refused_with_examples(name: str) -> None:
    with pytest.raises(WrongArguments, match="is not an edition") as wrong:
        edition_period(name)
    assert "quarterly-2021-Q2" in wrong.value.advice


def test_an_annual_edition_shows_years_quarters_and_months_of_the_whole_window() -> None:
    shown = codes(window("annual-2020", "2019").every_period())
    assert shown[:2] == ["2019", "2020"]
    assert shown[2:10] == [f"{year}-Q{quarter}" for year in (2019, 2020) for quarter in (1, 2, 3, 4)]
    assert shown[10:] == list(months("2019-01", "2020-12"))


def test_no_edition_shows_a_period_that_reaches_beyond_it() -> None:
    shown = codes(window("monthly-2020-05", "2019").every_period())
    assert "2019" in shown
    assert "2020" not in shown
    assert [code for code in shown if "Q" in code] == ["2019-Q1", "2019-Q2", "2019-Q3", "2019-Q4", "2020-Q1"]
    assert shown[-1] == "2020-05"


def test_a_source_that_knows_only_years_shows_only_years() -> None:
    yearly = window("annual-2016", "2014", base="year")
    assert codes(yearly.every_period()) == codes(yearly.main_periods()) == ["2014", "2015", "2016"]
    assert codes(window("quarterly-2016-Q4", "2014", base="year").main_periods()) == ["2014", "2015", "2016"]
    assert [span.parts for span in yearly.every_period()] == [(part,) for part in yearly.bases]


@pytest.mark.parametrize(
    ("edition", "expected"),
    [
        ("annual-2021", ["2018", "2019", "2020", "2021"]),
        ("quarterly-2021-Q2", ["2019-Q2", "2019-Q3", "2019-Q4", "2020-Q1", "2020-Q2", "2020-Q3", "2020-Q4", "2021-Q1",
                               "2021-Q2"]),
        ("quarterly-2022-Q4", ["2019-Q4", "2021-Q1", "2021-Q2", "2021-Q3", "2021-Q4", "2022-Q1", "2022-Q2", "2022-Q3",
                               "2022-Q4"]),
        ("monthly-2021-03", ["2019-03", *months("2020-03", "2021-03")]),
        ("quarterly-2018-Q3", ["2018-Q1", "2018-Q2", "2018-Q3"]),
    ],
)  # fmt: skip
def test_a_breakdown_shows_all_years_or_the_latest_periods_and_the_same_one_of_2019(
    edition: str, expected: list[str]
) -> None:
    assert codes(window(edition, "2018").main_periods()) == expected


@pytest.mark.parametrize(
    ("edition", "expected"),
    [
        ("annual-2021", ["2020", "2021"]),
        ("annual-2018", ["2018"]),
        ("quarterly-2021-Q2", ["2020-Q2", "2021-Q2"]),
        ("monthly-2021-03", ["2020-03", "2021-03"]),
    ],
)
def test_a_table_of_two_dimensions_shows_the_own_period_and_the_same_one_of_the_year_before(
    edition: str, expected: list[str]
) -> None:
    assert codes(window(edition, "2018").own_periods()) == expected


def test_where_only_years_are_counted_a_quarter_has_no_period_of_its_own() -> None:
    assert codes(window("quarterly-2016-Q4", "2014", base="year").own_periods()) == []


def test_a_phase_reaches_from_the_first_month_of_the_data_to_the_last_that_every_list_delivered() -> None:
    late: dict[str, Delivery] = {"2020-11": "partial", "2020-12": "none"}
    found = window("annual-2020", "2019", late).phases(CALENDAR)
    assert {span.code: [part.code for part in span.parts] for span in found} == {
        "phase:pre_pandemic": list(months("2019-01", "2020-02")),
        "phase:acute": list(months("2020-03", "2020-08")),
        "phase:recovery": ["2020-09", "2020-10"],
    }
    assert all(span.is_phase for span in found)


def test_a_phase_with_a_month_missing_in_its_middle_is_left_out() -> None:
    found = window("annual-2020", "2019", {"2020-05": "partial"}).phases(CALENDAR)
    assert codes(found) == ["phase:pre_pandemic", "phase:recovery"]


def test_years_make_up_only_the_phases_that_begin_and_end_with_a_year() -> None:
    yearly = PhaseCalendar(
        phases=(
            Phase(key="pre_pandemic", start=period("2016-01"), end=period("2019-12")),
            Phase(key="acute", start=period("2020-01"), end=period("2021-06")),
            Phase(key="recovery", start=period("2021-07"), end=None),
        ),
        source="made for the test",
    )
    found = window("annual-2021", "2017", base="year").phases(yearly)
    assert {span.code: [part.code for part in span.parts] for span in found} == {
        "phase:pre_pandemic": ["2017", "2018", "2019"]
    }


def test_there_are_no_phases_where_no_period_was_delivered_in_full() -> None:
    nothing: dict[str, Delivery] = dict.fromkeys(months("2020-01", "2020-12"), "partial")
    assert window("annual-2020", "2020", nothing).phases(CALENDAR) == ()


DELIVERIES = drawn("""
    period  | status | is open
    2020-Q1 | A      | no
    2020-Q2 | P      | no
    2020-Q3 | P      | yes
    2020-Q4 | O      | yes
    2020    | P      | yes
    2020-07 | P      | no
    2020-08 | P      | yes
    2020-09 | O      | yes
    """)[1:]


@pytest.mark.parametrize(("code", "status", "is_open"), DELIVERIES)
def test_a_period_is_provisional_until_every_list_reaches_its_end(code: str, status: str, is_open: str) -> None:
    """Second quarter and July: one list is missing; August has only begun; from September on there is nothing."""
    late: dict[str, Delivery] = {"2020-04": "partial", "2020-07": "partial", "2020-08": "begun"}
    late |= dict.fromkeys(months("2020-09", "2020-12"), "none")
    found = window("annual-2020", "2020", late)
    span = Span(code=code, parts=period(code).parts("month"))
    assert (found.status(span), found.is_open(span)) == (status, is_open == "yes")


def test_a_period_that_the_window_does_not_know_was_not_delivered() -> None:
    span = Span(code="2031", parts=period("2031").parts("month"))
    assert window("annual-2020", "2020").status(span) == "O"


@pytest.mark.parametrize(
    ("reach", "expected"),
    [
        (["2020-03-31", "2020-03-31"], "full"),
        (["2020-03-31", "2020-03-30"], "partial"),
        (["2021-01-01", "2019-01-01"], "partial"),
        (["2020-03-30", "2020-03-01"], "begun"),
        (["2020-02-29", "2020-03-01"], "begun"),
        (["2020-02-29", "2020-02-29"], "none"),
        ([], "none"),
    ],
)
def test_a_month_counts_as_delivered_when_every_list_reaches_its_last_day(reach: list[str], expected: str) -> None:
    days = [date.fromisoformat(day) for day in reach]
    assert delivered_by_lists([period("2020-03")], iter(days)) == {period("2020-03"): expected}


@settings(max_examples=40, deadline=None)
@given(reach=st.lists(st.dates(date(2019, 1, 1), date(2021, 12, 31)), min_size=1, max_size=4))
def test_what_was_delivered_only_gets_less_with_time(reach: list[date]) -> None:
    found = delivered_by_lists(periods_between(period("2019-01"), period("2021-12")), reach)
    order = ["full", "partial", "begun", "none"]
    ranks = [order.index(state) for state in found.values()]
    assert ranks == sorted(ranks)
    assert sum(state == "begun" for state in found.values()) <= 1


def test_a_year_is_the_sum_of_quarters_a_quarter_of_months_and_a_phase_of_months() -> None:
    whole = window("annual-2020", "2020")
    made = {r.parent: r.parts for r in rollups((*whole.every_period(), *whole.phases(CALENDAR)), whole)}
    assert made == {
        "2020": ("2020-Q1", "2020-Q2", "2020-Q3", "2020-Q4"),
        "2020-Q1": months("2020-01", "2020-03"),
        "2020-Q2": months("2020-04", "2020-06"),
        "2020-Q3": months("2020-07", "2020-09"),
        "2020-Q4": months("2020-10", "2020-12"),
        "phase:pre_pandemic": ("2020-01", "2020-02"),
        "phase:acute": months("2020-03", "2020-08"),
        "phase:recovery": months("2020-09", "2020-12"),
    }


def test_a_phase_of_twelve_months_is_the_sum_of_months_all_the_same() -> None:
    whole = window("annual-2020", "2020")
    (made,) = rollups([Span(code="phase:acute", parts=period("2020").parts("month"))], whole)
    assert made.parts == months("2020-01", "2020-12")


def test_periods_nobody_delivered_are_part_of_no_sum() -> None:
    late: dict[str, Delivery] = dict.fromkeys(months("2020-06", "2020-12"), "none")
    found = window("annual-2020", "2020", late)
    made = {r.parent: r.parts for r in rollups(found.every_period(), found)}
    assert made == {
        "2020": ("2020-Q1", "2020-Q2"),
        "2020-Q1": ("2020-01", "2020-02", "2020-03"),
        "2020-Q2": ("2020-04", "2020-05"),
    }


def test_years_of_a_yearly_source_are_sums_of_nothing_and_its_phases_of_years() -> None:
    yearly = window("annual-2019", "2017", base="year")
    made = rollups((*yearly.every_period(), *yearly.phases(CALENDAR)), yearly)
    assert [(r.parent, r.parts) for r in made] == [("phase:pre_pandemic", ("2017", "2018", "2019"))]


@settings(max_examples=12, deadline=None)
@given(
    last=st.integers(2016 * 12, 2022 * 12).map(lambda month: Period(month, 1)),
    first=st.integers(2013, 2016).map(lambda year: Period(year * 12, 12)),
)
def test_spans_are_whole_periods_of_the_window_made_of_its_finest_ones(last: Period, first: Period) -> None:
    shown = window(f"monthly-{last.code}", first.code)
    for span in (*shown.every_period(), *shown.main_periods(), *shown.phases(CALENDAR)):
        assert set(span.parts) <= set(shown.bases)
        assert all(one.shifted(1) == next_ for one, next_ in pairwise(span.parts))
        if not span.is_phase:
            assert span.parts == period(span.code).parts("month")
    assert len(set(codes(shown.every_period()))) == len(shown.every_period())
    assert codes(shown.main_periods())[-1] == last.code
