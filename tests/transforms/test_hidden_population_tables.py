"""Capture tables as they come from files and records, and what must hold for every fit to them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.errors import WrongArguments
from transforms.statistics.hidden_population import CaptureTable, table_of_histories, table_of_records
from transforms.statistics.hidden_population.design import design_of
from transforms.statistics.hidden_population.existence import Finding, finding
from transforms.statistics.hidden_population.fit import fit_models
from transforms.statistics.hidden_population.interval import bca
from transforms.statistics.hidden_population.stepwise import stepwise

QUICKLY = settings(max_examples=25, deadline=None)
COUNTS_OF_THREE = st.lists(st.sampled_from((0, 0, 1, 2, 5, 40)), min_size=7, max_size=7)
COUNTS_OF_FOUR = st.lists(st.sampled_from((0, 0, 1, 2, 5, 40)), min_size=15, max_size=15)


def test_absent_histories_have_nobody_and_repeated_ones_are_added_up() -> None:
    table = table_of_histories(["police", "shelter", "n"], [("1", "0", "4"), ("1", "1", "2"), ("1", "0", "3")])
    assert table == CaptureTable(lists=("police", "shelter"), counts=(7, 0, 2))
    assert table.overlaps() == {"police:shelter": 2}
    assert table.list_totals() == {"police": 9, "shelter": 2}
    assert table.times_listed() == (7, 2)


@pytest.mark.parametrize(
    "row, said",
    [
        (("1", "2", "4"), "Row 2, column shelter: “2”"),
        (("1", "", "4"), "Row 2, column shelter: “”"),
        (("1", "0", "-1"), "Row 2, column n: “-1”"),
        (("1", "0", "2.5"), "Row 2, column n: “2.5”"),
        (("1", "0", "many"), "Row 2, column n: “many”"),
        (("1", "0", "nan"), "Row 2, column n: “nan”"),
        (("1", "0", "inf"), "Row 2, column n: “inf”"),
        (("1", "0"), "Row 2 has 2 values"),
        (("0", "0", "9"), "Row 2 counts 9 persons on no list"),
    ],
)
def test_a_wrong_row_is_named_with_what_stands_there(row: tuple[str, ...], said: str) -> None:
    with pytest.raises(WrongArguments, match=said) as raised:
        table_of_histories(["police", "shelter", "n"], [row])
    assert raised.value.advice


@pytest.mark.parametrize("header", [["n"], ["A", "A", "n"], ["A", " ", "n"], [*"ABCDEFGHIJK", "n"]])
def test_a_header_without_distinct_lists_is_refused(header: list[str]) -> None:
    with pytest.raises(WrongArguments):
        table_of_histories(header, [])


def test_a_person_who_is_on_a_list_twice_counts_once() -> None:
    records = [("k1", "police"), ("k1", "police"), ("k1", "shelter"), ("k2", "shelter"), ("k3", "shelter")]
    assert table_of_records(records) == CaptureTable(lists=("police", "shelter"), counts=(0, 2, 1))
    assert table_of_records(records, lists=("shelter", "police", "hotline")).counts == (2, 0, 1, 0, 0, 0, 0)


def test_records_without_a_key_or_of_a_strange_body_are_refused_without_naming_a_key() -> None:
    with pytest.raises(WrongArguments, match="Record 2 has no key"):
        table_of_records([("secret", "police"), (" ", "police")])
    with pytest.raises(WrongArguments, match="Not among the lists: police") as raised:
        table_of_records([("secret", "police")], lists=("shelter",))
    assert "secret" not in str(raised.value) + raised.value.advice


@QUICKLY
@given(COUNTS_OF_FOUR, st.lists(st.booleans(), min_size=6, max_size=6))
def test_a_climb_comes_to_rest_exactly_where_the_linear_program_says_that_an_estimate_exists(
    counts: list[int], pairs: list[bool]
) -> None:
    table, terms = np.array(counts, dtype=float), np.array(pairs)
    if not table.any():
        return
    found = finding(table, terms, 4)
    if found in (Finding.NOT_IDENTIFIABLE, Finding.NEITHER):
        return
    fits = fit_models(design_of(4), table[None], terms[None])
    assert (fits.last_step[0] < 1e-5) == (found is Finding.SOUND)


@QUICKLY
@given(COUNTS_OF_FOUR, st.lists(st.booleans(), min_size=6, max_size=6))
def test_a_fit_has_the_totals_of_its_lists_and_pairs(counts: list[int], pairs: list[bool]) -> None:
    table, terms = np.array(counts, dtype=float), np.array(pairs)
    if finding(table, terms, 4) is not Finding.SOUND:
        return
    design = design_of(4)
    fitted = fit_models(design, table[None], terms[None]).fitted[0]
    assert fitted @ design.is_listed == pytest.approx(table @ design.is_listed, abs=1e-6)
    assert (fitted @ design.both)[terms] == pytest.approx((table @ design.both)[terms], abs=1e-6)


@QUICKLY
@given(COUNTS_OF_THREE)
def test_the_estimate_does_not_depend_on_the_order_of_the_lists(counts: list[int]) -> None:
    swapped = [counts[(h & 4) + (h & 1) * 2 + (h >> 1 & 1) - 1] for h in range(1, 8)]
    one, other = (stepwise(design_of(3), np.array([table], dtype=float)) for table in (counts, swapped))
    if one.terms.sum() == other.terms.sum() and (one.terms[0] == other.terms[0][[0, 2, 1]]).all():
        assert one.totals == pytest.approx(other.totals, rel=1e-6)  # of two pairs with one p either may enter first


@QUICKLY
@given(st.lists(COUNTS_OF_THREE, min_size=2, max_size=6))
def test_tables_fitted_together_give_what_they_give_alone(tables: list[list[int]]) -> None:
    every = np.array(tables, dtype=float)
    together = stepwise(design_of(3), every)
    for row, table in enumerate(every):
        alone = stepwise(design_of(3), table[None])
        assert together.totals[row] == pytest.approx(alone.totals[0], rel=1e-9)
        assert (together.terms[row] == alone.terms[0]).all()


def test_a_table_of_independent_lists_gives_the_population_it_was_made_from() -> None:
    p, persons = (0.3, 0.2, 0.5, 0.1), 10_000
    chances = [np.prod([q if h >> bit & 1 else 1 - q for bit, q in enumerate(p)]) for h in range(1, 16)]
    found = stepwise(design_of(4), persons * np.array([chances]))
    assert found.totals[0] == pytest.approx(persons, rel=1e-9)
    assert not found.terms.any()


def test_resamples_without_an_estimate_are_the_largest_and_leave_the_upper_bound_open() -> None:
    replicates = np.concatenate([np.arange(1.0, 91.0), np.full(10, np.inf)])
    jackknife, weights = np.array([49.0, 50.0, 51.0]), np.ones(3)
    found = bca(50.0, replicates, jackknife, weights, 0.95)
    assert (found.without_estimate, found.upper) == (10, np.inf)
    assert 1 <= found.lower < 50
    nothing = bca(50.0, np.full(100, np.inf), jackknife, weights, 0.95)
    assert (nothing.lower, nothing.upper) == (-np.inf, np.inf)
