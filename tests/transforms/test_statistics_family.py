"""Holm's adjustment over the tests of a section."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.errors import WrongArguments
from transforms.statistics.family import holm_family

P_VALUES = st.lists(st.floats(0, 1), min_size=1, max_size=12)


def test_holm_multiplies_the_smallest_by_all_and_never_falls() -> None:
    family = holm_family("victims", {"a": 0.01, "b": 0.04, "c": 0.03, "d": 0.005, "e": None})
    adjusted = {one.key: one.adjusted_p for one in family.tests}
    assert adjusted == pytest.approx({"a": 0.03, "b": 0.06, "c": 0.06, "d": 0.02})
    assert [one.key for one in family.tests if one.is_effect] == ["a", "d"]
    assert family.not_tested == ("e",)
    assert family.test_of("e") is None
    assert str(family.statement).startswith("4 series of this section were tested together")
    assert "5 %" in str(family.statement)


@settings(max_examples=60, deadline=None)
@given(p=P_VALUES)
def test_an_adjusted_p_is_no_smaller_keeps_the_order_and_is_no_larger_than_bonferroni_s(p: list[float]) -> None:
    tests = holm_family("s", {str(place): value for place, value in enumerate(p)}).tests
    assert all(one.p <= one.adjusted_p <= min(1.0, len(p) * one.p) + 1e-15 for one in tests)
    by_p = sorted(tests, key=lambda one: one.p)
    assert [one.adjusted_p for one in by_p] == sorted(one.adjusted_p for one in tests)


def test_twenty_series_without_effect_give_a_false_one_in_a_twentieth_of_families() -> None:
    random, families, found = np.random.default_rng(11), 2000, 0
    for p in random.uniform(size=(families, 20)):
        found += any(one.is_effect for one in holm_family("s", {str(k): x for k, x in enumerate(p)}).tests)
    assert found / families == pytest.approx(0.05, abs=3 * np.sqrt(0.05 * 0.95 / families))


def test_a_section_without_tests_says_so_and_nonsense_is_refused() -> None:
    assert "could be tested" in str(holm_family("s", {"a": None}).statement)
    assert "no adjustment" in str(holm_family("s", {"a": 0.2}).statement)
    with pytest.raises(WrongArguments):
        holm_family("s", {"a": 1.2})
