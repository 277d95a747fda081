"""Few records stand in no line of their own."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from transforms.acceptance import ChangedYears
from transforms.small_groups import LEAST, QUASI_IDENTIFIERS, joined_years
from transforms.sources.registry import profiles
from transforms.tables import CASES

COUNTS = st.integers(min_value=0, max_value=9)


def lines(*counts: tuple[int, int, int, int]) -> list[tuple[int, int, int, int, int]]:
    return [(found.first, found.last, found.added, found.gone, found.changed) for found in joined_years(counts)]


def test_every_source_of_cases_carries_what_may_single_a_person_out() -> None:
    used = {name for name in CASES.names if any(name in sql for sql in QUASI_IDENTIFIERS.values())}
    assert used >= {"sex", "age_group", "citizenship", "registered_date", "form"}
    for known in profiles():
        if known.table is CASES:
            assert used <= {item.column for item in known.fields}, known.name


def test_years_with_enough_records_stand_alone_the_newest_first() -> None:
    assert lines((2021, 0, 5, 0), (2022, 3, 1, 1)) == [(2022, 2022, 3, 1, 1), (2021, 2021, 0, 5, 0)]


def test_a_year_with_few_is_joined_with_the_next_older_that_changed() -> None:
    assert lines((2022, 1, 0, 0), (2020, 4, 0, 0), (2021, 0, 0, 0)) == [(2020, 2022, 5, 0, 0)]


def test_what_is_left_over_joins_the_line_before_it() -> None:
    assert lines((2022, 9, 0, 0), (2016, 0, 1, 0)) == [(2016, 2022, 9, 1, 0)]


def test_few_records_in_all_years_together_make_no_line() -> None:
    assert lines((2022, 1, 1, 0), (2016, 0, 1, 1)) == []


@given(st.dictionaries(st.integers(min_value=2000, max_value=2030), st.tuples(COUNTS, COUNTS, COUNTS)))
def test_no_line_is_of_few_and_no_record_is_lost(years: dict[int, tuple[int, int, int]]) -> None:
    found = joined_years((year, *counts) for year, counts in years.items())
    assert all(line.records >= LEAST for line in found)
    total = sum(map(sum, years.values()))
    assert sum(line.records for line in found) == (total if total >= LEAST else 0)
    spans = [year for line in found for year in (line.last, line.first)]
    assert spans == sorted(spans, reverse=True)
    assert isinstance(found, tuple) and all(isinstance(line, ChangedYears) for line in found)
