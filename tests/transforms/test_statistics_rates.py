"""Intervals of counts, rates, ratios and proportions against published numbers, and what must hold for all of them."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from math import inf, isfinite
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom, norm, poisson

from transforms.disclosure.policy import POLICIES
from transforms.errors import WrongArguments
from transforms.statistics import rates
from transforms.statistics.estimate import Estimate
from transforms.statistics.rates import (
    byar_interval,
    poisson_interval,
    proportion,
    rate,
    rate_byar,
    rate_ratio,
    wilson_interval,
)

CLOSE = 1e-6
"""Relative difference to a published number that is allowed."""

QUICKLY = settings(max_examples=40, deadline=None)
COUNTS = st.integers(0, 400)
POSITIVE = st.floats(0.5, 1e7)
LEVELS = st.sampled_from((0.5, 0.8, 0.95, 0.998))


def near(*numbers: float) -> Any:
    return pytest.approx(numbers, rel=CLOSE, abs=1e-9)


@pytest.fixture(scope="module")
def folder(shared_fixtures: Path) -> Path:
    return shared_fixtures / "rates"


@pytest.fixture(scope="module")
def reference(folder: Path) -> dict[str, Any]:
    """Numbers that R computes."""
    found: dict[str, Any] = json.loads((folder / "reference_rates.json").read_text("utf-8"))
    return found


def records(path: Path) -> Iterator[dict[str, str]]:
    """Lines of a table of Public Health England; those without a count or a base test its handling of blanks."""
    for record in csv.DictReader(path.open(encoding="utf-8")):
        if record["Numerator"] and record["Denominator"]:
            yield record


def test_garwood_intervals_are_those_of_r(reference: dict[str, Any]) -> None:
    assert len(reference["garwood"]) == 11
    for case in reference["garwood"]:
        assert poisson_interval(case["x"]) == near(case["garwood_lo"], case["garwood_hi"])


def test_byar_intervals_are_those_of_r(reference: dict[str, Any]) -> None:
    assert len(reference["byar"]) == 8
    for case in reference["byar"]:
        assert byar_interval(case["x"]) == near(case["byar_lo"], case["byar_hi"])


def test_rate_ratios_and_their_p_are_those_of_r(reference: dict[str, Any]) -> None:
    assert len(reference["rate_ratio_exact"]) == 4
    for case in reference["rate_ratio_exact"]:
        found = rate_ratio(case["x1"], case["t1"], case["x2"], case["t2"])
        expected = [float(case[name]) for name in ("rr", "lo", "hi", "p")]
        assert (found.estimate, found.lower, found.upper, found.details["p"]) == near(*expected)


def test_five_events_in_a_hundred_have_the_published_interval() -> None:
    found = rate(5, 100, per=100)
    assert (found.estimate, found.lower, found.upper) == near(5, 1.62348639011842, 11.668332079322669)
    assert found.unit == "per_100"


def test_rates_are_those_of_public_health_england(folder: Path) -> None:
    """Its rates are exact below ten events and Byar's from ten on."""
    seen = 0
    for record in records(folder / "phe_Rate__testdata_Rate.csv"):
        method = rate if record["method"] == "Exact" else rate_byar
        count, persons, per = (float(record[name]) for name in ("Numerator", "Denominator", "multiplier"))
        for level, name in ((0.95, "95_0"), (0.998, "99_8")):
            found = method(count, persons, per=per, level=level)
            expected = [float(record[column]) for column in ("value", f"lower{name}cl", f"upper{name}cl")]
            assert (found.estimate, found.lower, found.upper) == near(*expected)
            seen += 1
    assert seen == 34


def test_grouped_rates_are_those_of_public_health_england(folder: Path) -> None:
    for record in records(folder / "phe_Rate__testdata_Rate_g.csv"):
        method = rate if record["method"] == "Exact" else rate_byar
        found = method(float(record["Numerator"]), float(record["Denominator"]))
        assert (found.estimate, found.lower, found.upper) == near(
            *(float(record[column]) for column in ("value", "lowercl", "uppercl"))
        )
        assert (found.unit, found.level) == ("per_100k", 0.95)


def test_proportions_are_those_of_public_health_england(folder: Path) -> None:
    seen = 0
    for record in records(folder / "phe_Proportion__testdata_Prop.csv"):
        scale = 100 / float(record["multiplier"])
        for level, name in ((0.95, "95_0"), (0.998, "99_8")):
            found = proportion(float(record["Numerator"]), float(record["Denominator"]), level=level)
            expected = [scale * float(record[column]) for column in ("value", f"lower{name}cl", f"upper{name}cl")]
            assert (found.estimate, found.lower, found.upper) == near(*expected)
            seen += 1
    assert seen == 32


def test_grouped_proportions_are_those_of_public_health_england(folder: Path) -> None:
    for record in records(folder / "phe_Proportion__testdata_Prop_g.csv"):
        found = wilson_interval(float(record["Numerator"]), float(record["Denominator"]))
        assert found == near(float(record["lowercl"]), float(record["uppercl"]))


def test_byar_and_wilson_intervals_are_those_of_public_health_england(folder: Path) -> None:
    seen = 0
    for record in csv.DictReader((folder / "phe_Byars_Wilson__testdata_B_W.csv").open(encoding="utf-8")):
        level = float(record["confidence"].rstrip("%")) / 100
        count = float(record["x"])
        found = byar_interval(count, level) if not record["n"] else wilson_interval(count, float(record["n"]), level)
        given_bounds = [(f, float(record[n])) for f, n in zip(found, ("lowercl", "uppercl"), strict=True) if record[n]]
        for bound, expected in given_bounds:
            assert bound == pytest.approx(expected, rel=CLOSE)
            seen += 1
    assert seen == 25


@QUICKLY
@given(count=COUNTS, level=LEVELS)
def test_a_garwood_bound_leaves_exactly_the_tail_beyond_the_count(count: int, level: float) -> None:
    lower, upper = poisson_interval(count, level)
    tail = (1 - level) / 2
    assert poisson.cdf(count, upper) == pytest.approx(tail, rel=1e-6)
    assert lower == 0 if count == 0 else poisson.sf(count - 1, lower) == pytest.approx(tail, rel=1e-6)


@QUICKLY
@given(count=st.integers(10, 5000), level=st.sampled_from((0.8, 0.95)))
def test_byar_is_close_to_the_exact_interval_from_ten_events_on(count: int, level: float) -> None:
    assert byar_interval(count, level) == pytest.approx(poisson_interval(count, level), rel=0.01)


@pytest.mark.parametrize("count", [0, 1])
def test_byar_never_goes_below_zero(count: int) -> None:
    assert byar_interval(count, 0.9999)[0] == 0


@QUICKLY
@given(hits=COUNTS, misses=st.integers(1, 400), level=LEVELS, exposures=st.tuples(POSITIVE, POSITIVE))
def test_a_bound_of_a_ratio_leaves_exactly_the_tail_beyond_the_count(
    hits: int, misses: int, level: float, exposures: tuple[float, float]
) -> None:
    """Given the sum of both counts, the first is binomial with share ratio·t1 / (ratio·t1 + t0)."""
    found = rate_ratio(hits, exposures[0], misses, exposures[1], level=level)
    assert found.lower is not None
    assert found.upper is not None

    def share(ratio: float) -> float:
        return ratio * exposures[0] / (ratio * exposures[0] + exposures[1])

    tail = (1 - level) / 2
    assert binom.cdf(hits, hits + misses, share(found.upper)) == pytest.approx(tail, rel=1e-5)
    if hits:
        assert binom.sf(hits - 1, hits + misses, share(found.lower)) == pytest.approx(tail, rel=1e-5)
    else:
        assert found.lower == 0


@QUICKLY
@given(
    counts=st.tuples(st.integers(0, 60), st.integers(0, 60)).filter(any),
    exposures=st.tuples(st.integers(1, 60), st.integers(1, 60)),
)
def test_the_p_of_a_ratio_sums_all_outcomes_that_are_no_likelier(
    counts: tuple[int, int], exposures: tuple[int, int]
) -> None:
    outcomes = binom.pmf(np.arange(sum(counts) + 1), sum(counts), exposures[0] / sum(exposures))
    expected = outcomes[outcomes <= outcomes[counts[0]] * (1 + 1e-7)].sum()
    found = rate_ratio(counts[0], exposures[0], counts[1], exposures[1])
    assert found.details["p"] == pytest.approx(min(expected, 1.0), rel=1e-6)


@QUICKLY
@given(count=st.integers(1, 300), base=st.integers(1, 300), exposure=POSITIVE, base_exposure=POSITIVE)
def test_the_ratio_the_other_way_round_is_its_reciprocal(
    count: int, base: int, exposure: float, base_exposure: float
) -> None:
    one = rate_ratio(count, exposure, base, base_exposure)
    other = rate_ratio(base, base_exposure, count, exposure)
    assert (one.estimate, one.lower, one.upper) == near(
        *(1 / float(bound or 0.0) for bound in (other.estimate, other.upper, other.lower))
    )
    assert one.details["p"] == pytest.approx(other.details["p"], rel=1e-6)


@QUICKLY
@given(count=st.integers(0, 300), base=st.integers(1, 300), factor=st.floats(0.01, 1e4))
def test_a_ratio_depends_on_the_ratio_of_exposures_only(count: int, base: int, factor: float) -> None:
    one, other = rate_ratio(count, 3, base, 7), rate_ratio(count, 3 * factor, base, 7 * factor)
    assert (one.estimate, one.lower, one.upper) == near(
        *(float(x or 0.0) for x in (other.estimate, other.lower, other.upper))
    )


def test_a_ratio_to_nothing_is_without_bound_and_one_of_nothing_to_nothing_is_refused() -> None:
    found = rate_ratio(5, 4, 0, 8)
    assert (found.estimate, found.upper) == (inf, inf)
    assert found.lower == pytest.approx(1.8327117146, rel=CLOSE)
    assert found.to_json()["upper"] is None
    nothing = rate_ratio(0, 4, 0, 8)
    assert nothing.estimate is None
    assert nothing.refusal is not None
    assert nothing.refusal.code == "no_events"
    assert nothing.basis["exposure"] == 4


@QUICKLY
@given(base=st.integers(1, 100_000), data=st.data(), level=LEVELS)
def test_wilson_bounds_are_the_shares_whose_score_test_is_just_not_rejected(
    base: int, data: st.DataObject, level: float
) -> None:
    count = data.draw(st.integers(0, base))
    lower, upper = wilson_interval(count, base, level)
    z = norm.ppf(1 - (1 - level) / 2)
    assert 0 <= lower <= count / base + 1e-12
    assert count / base - 1e-12 <= upper <= 1
    for bound in (lower, upper):
        score = abs(count / base - bound) * base**0.5
        assert score == pytest.approx(z * (bound * (1 - bound)) ** 0.5, rel=1e-5, abs=1e-6)


@QUICKLY
@given(base=st.integers(1, 5000), data=st.data())
def test_a_share_and_the_share_of_the_others_mirror_each_other(base: int, data: st.DataObject) -> None:
    count = data.draw(st.integers(0, base))
    one, other = proportion(count, base), proportion(base - count, base)
    assert (one.estimate, one.lower, one.upper) == pytest.approx(
        tuple(100 - float(x or 0.0) for x in (other.estimate, other.upper, other.lower)), abs=1e-9
    )


METHODS: dict[str, Callable[[int, float, float], Estimate]] = {
    "rate": lambda count, base, level: rate(count, base, level=level),
    "rate_byar": lambda count, base, level: rate_byar(count, base, level=level),
    "rate_ratio": lambda count, base, level: rate_ratio(count, base, 12, 40, level=level),
    "proportion": lambda count, base, level: proportion(count, count + base, level=level),
}


@pytest.mark.parametrize("method", METHODS)
@QUICKLY
@given(count=COUNTS, base=POSITIVE)
def test_an_interval_holds_its_estimate_and_every_interval_of_a_lower_level(
    method: str, count: int, base: float
) -> None:
    narrow, wide = (METHODS[method](count, base, level) for level in (0.8, 0.95))
    bounds = [wide.lower, narrow.lower, narrow.estimate, narrow.upper, wide.upper]
    assert bounds == sorted(float(bound if bound is not None else inf) for bound in bounds)
    assert all(bound is not None and isfinite(bound) for bound in bounds)
    assert (narrow.level, wide.level) == (0.8, 0.95)


@QUICKLY
@given(count=COUNTS, persons=POSITIVE)
def test_the_more_events_the_higher_both_bounds(count: int, persons: float) -> None:
    for method in (rate, rate_byar):
        one, more = method(count, persons), method(count + 1, persons)
        assert float(one.lower or 0.0) <= float(more.lower or 0.0)
        assert float(one.upper or 0.0) < float(more.upper or 0.0)


@pytest.mark.parametrize(("count", "is_met"), [(0, False), (9, False), (10, True)])
def test_a_rate_of_fewer_than_ten_events_carries_a_flag(count: int, is_met: bool) -> None:
    for method in (rate, rate_byar):
        (check,) = method(count, 1e6).checks
        assert (check.key, check.is_met) == ("enough_events", is_met)


@pytest.mark.parametrize(("base", "is_met"), [(19, False), (20, True)])
def test_a_percentage_on_a_base_under_twenty_carries_a_flag(base: int, is_met: bool) -> None:
    (check,) = proportion(5, base).checks
    assert (check.key, check.is_met) == ("large_base", is_met)


def test_an_estimate_says_its_method_its_unit_and_what_it_rests_on() -> None:
    said = [
        (found.method, found.unit, found.basis)
        for found in (rate(5, 1e6), rate_byar(5, 1e6), rate_ratio(5, 2, 7, 3), proportion(5, 25))
    ]
    assert said == [
        ("rate_garwood", "per_100k", {"count": 5, "persons": 1e6}),
        ("rate_byar", "per_100k", {"count": 5, "persons": 1e6}),
        ("rate_ratio_exact", "ratio", {"count": 5, "exposure": 2, "base_count": 7, "base_exposure": 3}),
        ("proportion_wilson", "pct", {"count": 5, "base": 25}),
    ]


def test_there_is_no_rate_without_a_population_and_no_share_of_nobody() -> None:
    for refused, code in (
        (rate(3, 0), "no_denominator"),
        (rate_byar(3, 0), "no_denominator"),
        (rate(3, float("nan")), "no_denominator"),
        (proportion(0, 0), "no_base"),
    ):
        assert (refused.estimate, refused.lower, refused.upper) == (None, None, None)
        assert refused.refusal is not None
        assert refused.refusal.code == code


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: poisson_interval(-1),
        lambda: poisson_interval(inf),
        lambda: poisson_interval(float("nan")),
        lambda: poisson_interval(1, 1.0),
        lambda: poisson_interval(1, 0.0),
        lambda: poisson_interval(1, 95),
        lambda: byar_interval(-0.5),
        lambda: byar_interval(1, 95),
        lambda: rate_ratio(1, 0, 1, 1),
        lambda: rate_ratio(1, 1, 1, -1),
        lambda: rate_ratio(1.5, 1, 1, 1),
        lambda: rate_ratio(-1, 1, 1, 1),
        lambda: wilson_interval(0, 0),
        lambda: wilson_interval(3, 2),
        lambda: wilson_interval(-1, 2),
        lambda: proportion(3, 2),
    ],
)
def test_what_cannot_be_calculated_is_said_and_not_calculated(wrong: Callable[[], object]) -> None:
    with pytest.raises(WrongArguments, match="This cannot be calculated"):
        wrong()


def test_thresholds_of_reliability_are_those_of_the_policy_of_every_audience() -> None:
    assert {(p.minimum_rate_events, p.minimum_share_base) for p in POLICIES} == {
        (rates.FEWEST_EVENTS, rates.SMALLEST_BASE)
    }
