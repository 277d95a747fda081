"""Composition against R's numbers, and what must hold for every table."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import nchypergeom_fisher

from transforms.errors import WrongArguments
from transforms.statistics.composition import composition_shift, share_difference
from transforms.statistics.contingency import (
    adjusted_residuals,
    chi_square,
    cramers_v,
    exact_p,
    simulated_p,
    two_by_two,
)
from transforms.statistics.estimate import Estimate
from transforms.statistics.multiple_answers import counted_once, shift_by_person
from transforms.statistics.multiplicity import benjamini_hochberg, benjamini_yekutieli, holm

CLOSE = 1e-6
NAMES = ("sexual", "labour", "begging", "marriage", "other")


@pytest.fixture(scope="module")
def reference(shared_fixtures: Path) -> dict[str, Any]:
    text = (shared_fixtures / "composition" / "reference_composition.json").read_text("utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


def near(numbers: Any) -> Any:
    return pytest.approx(numbers, rel=CLOSE, abs=1e-9)


def shift(before: dict[str, int], during: dict[str, int], **options: Any) -> Estimate:
    return composition_shift(
        before, during, persons_before=sum(before.values()), persons_during=sum(during.values()), **options
    )


def test_chi_square_exact_p_and_cramers_v_of_the_job_table_are_those_of_r(reference: dict[str, Any]) -> None:
    case = reference["agresti_job"]
    found = chi_square(case["table"])
    assert (found.statistic, found.degrees, found.p) == near((case["chisq"], case["df"], case["chisq_p"]))
    assert exact_p(case["table"]) == near(case["fisher_p"])
    assert cramers_v(case["table"])[0] == near(case["cramers_v"])


def test_hair_and_eye_colours_have_the_residuals_of_r_and_are_too_many_for_an_exact_test(
    reference: dict[str, Any],
) -> None:
    case = reference["hair_eye"]
    found = chi_square(case["table"])
    assert (found.statistic, found.p, cramers_v(case["table"])[0]) == near(
        (case["chisq"], case["p"], case["cramers_v"])
    )
    for row, published in zip(adjusted_residuals(case["table"]), case["stdres"], strict=True):
        assert row == near(published)
    assert exact_p(case["table"]) is None


def test_fishers_tea_has_the_p_and_the_odds_ratio_of_r_and_an_interval_that_solves_its_equations(
    reference: dict[str, Any],
) -> None:
    """R solves for its bounds to about 1e-4 only (621.93 for 626.24), so the equations are checked themselves."""
    case = reference["tea"]
    p, ratio, (low, high) = two_by_two(*case["table"])
    assert p == near(case["p"])
    assert (ratio, low, high) == pytest.approx((case["or_cmle"], case["lo"], case["hi"]), rel=1e-2)
    law = {odds: nchypergeom_fisher(8, 4, 4, odds) for odds in (low, ratio, high)}
    assert law[low].sf(2) == pytest.approx(0.025, rel=CLOSE)
    assert law[high].cdf(3) == pytest.approx(0.025, rel=CLOSE)
    assert law[ratio].mean() == pytest.approx(3, rel=CLOSE)


def test_the_shift_of_the_synthetic_mix_is_that_of_r(reference: dict[str, Any]) -> None:
    case = reference["synthetic_composition"]
    before, during = (dict(zip(NAMES, case[side], strict=True)) for side in ("before", "during"))
    found = shift(before, during)
    details, lines = found.details, found.details["categories"]
    assert found.estimate == near(case["cramers_v"])
    assert (details["chi_square"], details["degrees"], details["p_chi_square"], details["least_expected"]) == near(
        (case["chisq"], case["df"], case["chisq_p"], case["min_expected"])
    )
    assert details["p_exact"] == near(case["fisher_p"])
    assert [line["p"] for line in lines] == near(case["per_category_fisher_p"])
    assert [line["p_holm"] for line in lines] == near(case["holm"])
    assert [line["residual"] for line in lines] == near(case["stdres_during"])
    assert [line["log_ratio_difference"] for line in lines] == near(case["clr_diff_plus_half"])
    assert (details["total_variation"], details["aitchison"]) == near((case["tvd"], case["aitchison_dist_plus_half"]))
    assert details["p_method"] == "simulated"
    assert abs(details["p"] - case["mc_p_1e5"]) < 4 * (0.057 * 0.943 / 1e5) ** 0.5 * 2**0.5
    assert not found.checks[0].is_met


def test_corrections_for_many_tests_are_those_of_r(reference: dict[str, Any]) -> None:
    case, mix = reference["benjamini_hochberg_1995"], reference["synthetic_composition"]
    assert benjamini_hochberg(case["p"]) == near(tuple(case["bh"]))
    assert sum(p <= 0.05 for p in benjamini_hochberg(case["p"])) == case["n_rejected_bh_005"]
    assert sum(p <= 0.05 for p in holm(case["p"])) == case["n_rejected_holm_005"]
    p = mix["per_category_fisher_p"]
    assert benjamini_hochberg(p) == near(tuple(mix["bh"]))
    assert benjamini_yekutieli(p) == near(tuple(mix["by"]))


@pytest.mark.parametrize(
    ("before", "during", "persons", "code"),
    [
        ({"a": 30, "b": 20}, {"a": 10, "b": 30}, (40, 40), "several_answers_per_person"),
        ({"a": 30, "b": 20}, {"a": 10, "b": 30}, (60, 40), "persons_missing"),
        ({"a": 30, "b": 20}, {"a": 10, "b": 9}, (50, 19), "small_base"),
        ({"a": 30}, {"a": 40, "b": 0}, (30, 40), "one_category"),
        ({}, {}, (0, 0), "small_base"),
    ],
)
def test_what_a_table_cannot_carry_is_refused(
    before: dict[str, int], during: dict[str, int], persons: tuple[int, int], code: str
) -> None:
    found = composition_shift(before, during, persons_before=persons[0], persons_during=persons[1])
    assert found.refusal is not None
    assert found.refusal.code == code


def test_the_simulated_p_follows_its_seed_and_not_the_order_of_categories() -> None:
    table = [[12, 3, 1], [4, 6, 5]]
    assert simulated_p(table, draws=2000, seed=3) == simulated_p(table, draws=2000, seed=3)
    turned = [row[::-1] for row in table]
    assert abs(simulated_p(table, draws=20_000, seed=3) - simulated_p(turned, draws=20_000, seed=4)) < 0.01


def test_newcombes_interval_is_the_published_one() -> None:
    """Newcombe 1998, table II: 56 of 70 against 48 of 80, method 10."""
    assert share_difference(48, 80, 56, 70) == pytest.approx((5.24, 33.39), abs=0.005)


TABLES = st.integers(2, 5).flatmap(
    lambda width: st.lists(st.lists(st.integers(0, 12), min_size=width, max_size=width), min_size=2, max_size=2)
)


@settings(max_examples=60, deadline=None)
@given(table=TABLES)
def test_the_exact_p_is_that_of_all_tables_written_out(table: list[list[int]]) -> None:
    counts = np.array(table)
    counts = counts[:, counts.sum(axis=0) > 0]
    if counts.shape[1] < 2 or not (counts.sum(axis=1) > 0).all():
        with pytest.raises(WrongArguments):
            exact_p(table)
        return
    found = exact_p(table)
    weights = np.ones(1)
    sums = np.zeros(1, dtype=int)
    for column in counts.sum(axis=0):
        ways = np.arange(column + 1)
        choose = np.array([1.0])
        for k in range(column):
            choose = np.append(choose, choose[-1] * (column - k) / (k + 1))
        weights, sums = np.outer(weights, choose).ravel(), np.add.outer(sums, ways).ravel()
        if len(weights) > 200_000:
            return
    valid = weights[sums == counts[0].sum()]
    observed = np.prod([_choose(int(c), int(x)) for c, x in zip(counts.sum(axis=0), counts[0], strict=True)])
    assert found == pytest.approx(valid[valid <= observed * (1 + 1e-7)].sum() / valid.sum(), rel=1e-6)


def _choose(n: int, k: int) -> float:
    from math import comb

    return float(comb(n, k))


@settings(max_examples=40, deadline=None)
@given(table=TABLES)
def test_cramers_v_lies_between_its_bounds_and_none_leaves_zero_to_one(table: list[list[int]]) -> None:
    try:
        value, (lower, upper) = cramers_v(table)
    except WrongArguments:
        return
    assert 0 <= lower <= value <= upper <= 1


@settings(max_examples=60, deadline=None)
@given(p=st.lists(st.floats(0, 1), min_size=1, max_size=12))
def test_corrected_p_are_never_smaller_and_keep_their_order(p: list[float]) -> None:
    for corrected in (holm(p), benjamini_hochberg(p), benjamini_yekutieli(p)):
        assert all(after >= before - 1e-12 for before, after in zip(p, corrected, strict=True))
        assert [corrected[n] for n in np.argsort(p, kind="stable")] == sorted(corrected)


ONE, BOTH, OTHER = frozenset({"labour"}), frozenset({"labour", "sexual"}), frozenset({"sexual"})


def test_people_with_several_forms_are_counted_once_each() -> None:
    assert counted_once({ONE: 5, BOTH: 3, OTHER: 2, frozenset(): 1}) == {"labour": 5, "several": 3, "sexual": 2, "": 1}


def test_a_shift_by_person_keeps_the_answers_of_a_person_together() -> None:
    found = shift_by_person({ONE: 30, BOTH: 10, OTHER: 20}, {ONE: 10, BOTH: 10, OTHER: 40})
    lines = {line["answer"]: line for line in found.details["answers"]}
    assert (lines["labour"]["before"], lines["labour"]["during"]) == (40, 20)
    assert found.estimate == pytest.approx((100 * 20 / 60 + 100 * 20 / 60) / 2)
    assert found.details["p"] < 0.01
    assert found.details["answers_per_person"] == pytest.approx([70 / 60, 70 / 60])
    assert found.checks[0].is_met


def test_two_samples_of_one_mix_are_not_called_different() -> None:
    generator = np.random.default_rng(5)
    low = 0
    for seed in range(200):
        sides = [dict(zip((ONE, BOTH, OTHER), generator.multinomial(60, (0.5, 0.2, 0.3)), strict=True)) for _ in "ab"]
        before, during = ({key: int(n) for key, n in side.items()} for side in sides)
        low += shift_by_person(before, during, draws=400, seed=seed).details["p"] <= 0.05
    assert low <= 20


def test_a_shift_by_person_is_refused_on_few_people_and_without_answers() -> None:
    few = shift_by_person({ONE: 10, OTHER: 9}, {ONE: 30})
    none = shift_by_person({frozenset(): 30}, {frozenset(): 30})
    assert [found.refusal.code for found in (few, none) if found.refusal] == ["small_base", "no_answers"]


def test_details_are_plain_json() -> None:
    json.dumps(shift({"a": 30, "b": 20}, {"a": 10, "b": 30}).to_json(), allow_nan=False)
    json.dumps(shift_by_person({ONE: 30, BOTH: 10}, {ONE: 10, OTHER: 40}).to_json(), allow_nan=False)
