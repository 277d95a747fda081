"""The p % rule: what the second largest contributor could estimate of the largest."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.disclosure.dominance import dominated, is_dominated
from transforms.disclosure.policy import Policy
from transforms.errors import WrongArguments

PARTS = st.lists(st.integers(min_value=0, max_value=10_000), max_size=6)


def rules(percent: int) -> Policy:
    return Policy(audience="public", threshold=10, protection_width=10, dominance_percent=percent)


@pytest.mark.parametrize(
    ("parts", "percent", "is_withheld"),
    [
        ((100.0, 50.0, 9.0), 10, True),  # 9 is left, 10 are asked for
        ((100.0, 50.0, 10.0), 10, False),  # exactly p % is enough
        ((100.0, 50.0, 4.0, 5.0), 10, True),
        ((100.0, 50.0, 4.0, 6.0), 10, False),
        ((9.0, 100.0, 50.0), 10, True),  # in any order
        ((60.0, 60.0, 2.9), 5, True),  # two of one size
        ((60.0, 60.0, 3.0), 5, False),
        ((500.0, 1.0, 1.0, 1.0), 1, True),
        ((500.0, 3.0, 2.0, 2.0, 1.0), 1, False),
        ((0.3, 0.2, 0.1, 0.05), 50, False),  # 0.15 is half of 0.3, whatever floating point makes of it
        ((70.0,), 1, True),  # the one contributor is the total
        ((70.0, 30.0), 1, True),  # each of two knows the other
        ((), 10, False),
        ((0.0, 0.0), 10, False),  # nobody's part is anything
    ],
)
def test_a_magnitude_is_withheld_where_too_little_stands_between(
    parts: tuple[float, ...], percent: int, is_withheld: bool
) -> None:
    assert dominated({"here": parts}, rules(percent)) == (frozenset({"here"}) if is_withheld else frozenset())


def test_places_are_told_apart() -> None:
    found = dominated({("2020", "a"): [90, 5, 1], ("2020", "b"): [30, 30, 30], ("2020", "c"): [8]}, rules(10))
    assert found == {("2020", "a"), ("2020", "c")}


@given(PARTS, st.integers(1, 49))
def test_a_larger_p_withholds_all_that_a_smaller_one_does(parts: list[int], percent: int) -> None:
    assert dominated({0: parts}, rules(percent)) <= dominated({0: parts}, rules(percent + 1))


@given(PARTS, st.integers(1, 50))
def test_what_is_shown_leaves_the_second_largest_wrong_by_p_per_cent(parts: list[int], percent: int) -> None:
    if any(parts) and not dominated({0: parts}, rules(percent)):
        first, second = sorted(parts)[:-3:-1]
        estimate = sum(parts) - second
        assert 100 * (estimate - first) >= percent * first


@pytest.mark.parametrize("percent", [0, 51, -1])
def test_a_p_outside_what_is_safe_is_refused(percent: int) -> None:
    one = np.array([1.0])
    with pytest.raises(WrongArguments, match="outside what is safe"):
        is_dominated(one, one, one, percent)


@pytest.mark.parametrize("wrong", [-1.0, float("nan"), float("inf")])
def test_a_part_that_is_no_amount_is_refused(wrong: float) -> None:
    with pytest.raises(WrongArguments, match="not a number of zero or more"):
        dominated({"here": [5.0, wrong]}, rules(10))
