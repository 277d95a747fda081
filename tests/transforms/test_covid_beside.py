"""What stands beside the effect: the plain view, who detected, comparators, stringency, calendars, many tests."""

from __future__ import annotations

import json
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import false_discovery_control, spearmanr

from tests.transforms.covid_series import calendar, months
from transforms.errors import WrongArguments
from transforms.indicators.caveats import caveat_text
from transforms.periods import period, stretch
from transforms.statistics.comparison import phase_ratio, same_period
from transforms.statistics.covid.calendars import calendar_sensitivity, stretches_of
from transforms.statistics.covid.comparators import BeforeAfter, placebo_ratio, ratio_of_ratios
from transforms.statistics.covid.detection import detection_change
from transforms.statistics.covid.effect import covid_effect
from transforms.statistics.covid.farrington import farrington_1996, farrington_flexible
from transforms.statistics.covid.multiplicity import section_effects
from transforms.statistics.covid.plain import phase_view, same_months_before, with_plain_view
from transforms.statistics.covid.stringency import stringency_association
from transforms.statistics.estimate import Estimate
from transforms.statistics.multiplicity import benjamini_hochberg, holm

QUICKLY = settings(max_examples=40, deadline=None)
COUNTS = st.integers(0, 200)
P_VALUES = st.lists(st.floats(0, 1), min_size=1, max_size=12)
PHASES = calendar(("before", "2018-01", "2020-02"), ("acute", "2020-03", "2020-06"), ("recovery", "2020-07", None))


def pair(before: float, during: float) -> BeforeAfter:
    return BeforeAfter(before=before, during=during)


def code(found: Estimate) -> str | None:
    return found.refusal.code if found.refusal else None


# the plain view


def test_the_same_months_of_2019_are_compared_with_those_reported_in_both_years() -> None:
    series = months("2019-01", [*range(1, 13), 10, 10, 4, 3, None, 2, 1])
    found = same_months_before(series, stretch("2020-03:2020-07"), year=2019)
    wanted = same_period(4 + 3 + 2 + 1, 3 + 4 + 6 + 7)
    assert (found.estimate, found.lower, found.upper) == (wanted.estimate, wanted.lower, wanted.upper)
    assert code(same_months_before(series, stretch("2020-03:2020-07"), year=2017)) == "no_matched_periods"


def test_phases_have_their_mean_per_month_and_the_exact_ratio_to_the_first() -> None:
    series = months("2019-01", [*[10.0] * 14, 2.0, 3.0, None, 4.0, *[8.0] * 6])
    view = phase_view(series, PHASES, base="before")
    assert list(view) == ["before", "acute", "recovery"]
    mean, ratio = view["acute"]
    assert mean.estimate == pytest.approx(3)
    assert ratio is not None
    wanted = phase_ratio(9, 3, 140, 14)
    assert (ratio.estimate, ratio.lower, ratio.upper) == (wanted.estimate, wanted.lower, wanted.upper)
    assert view["before"][1] is None
    assert list(phase_view(months("2019-01", [5.0] * 12), PHASES, base="before")) == ["before"]


def test_the_plain_view_stands_beside_the_model_whatever_the_model_says() -> None:
    series = months("2019-01", [*[10.0] * 14, 2.0, 3.0, None, 4.0, *[8.0] * 6])
    post = stretch("2020-03:2020-06")
    model = covid_effect(series, pre=stretch("2019-01:2020-02"), post=post)
    found = with_plain_view(model, series, post, PHASES)
    assert (found.estimate, found.refusal) == (model.estimate, model.refusal)
    same = found.details["plain_same_months"]
    assert (same["year_before"], same["count"], same["base_count"]) == (2019, 9.0, 30.0)
    assert [(row["phase"], row["per_month"], row.get("ratio")) for row in found.details["plain_phases"]] == [
        ("before", 10.0, None),
        ("acute", 3.0, pytest.approx(0.3)),
        ("recovery", 8.0, pytest.approx(0.8)),
    ]
    alone = with_plain_view(model, months("2020-01", [5.0] * 6), post, PHASES)
    assert alone.details["plain_same_months"] == {
        "year_before": 2019,
        "ratio": None,
        "ratio_refused": "no_matched_periods",
    }


# who detected


@QUICKLY
@given(
    channels=st.dictionaries(st.sampled_from("abcdefg"), st.tuples(COUNTS, COUNTS), min_size=1),
    before=st.integers(1, 60),
    during=st.integers(1, 40),
)
def test_parts_of_channels_add_up_to_the_change(channels: dict[str, tuple[int, int]], before: int, during: int) -> None:
    pairs = {key: pair(*counts) for key, counts in channels.items()}
    total = pair(sum(p.before for p in pairs.values()), sum(p.during for p in pairs.values()))
    found = detection_change(pairs, total=total, months_before=before, months_during=during)
    if total.before + total.during == 0:
        assert code(found) == "no_events"
        return
    parts = found.details["parts"]
    assert sum(part["change"] for part in parts.values()) == pytest.approx(found.estimate, abs=1e-9)
    assert found.estimate == pytest.approx(total.during - total.before * during / before, abs=1e-9)
    assert all(part["p_holm"] is None or part["p_holm"] >= part["p"] for part in parts.values())
    json.dumps(found.to_json()["details"]["parts"])


def test_self_reports_that_fell_more_than_tips_show_in_the_ratio_of_groups() -> None:
    channels = {"hotline": pair(100, 20), "self": pair(100, 20), "police": pair(80, 70), "ngo": pair(20, 20)}
    found = detection_change(
        channels,
        total=pair(300, 130),
        months_before=24,
        months_during=24,
        groups={"hotline": "self_report", "self": "self_report", "police": "tip", "ngo": "tip"},
    )
    assert found.details["groups"]["self_report"]["change"] == -160
    assert found.details["groups"]["tip"]["change"] == -10
    (ratio,) = found.details["group_ratios"]
    assert (ratio["group"], ratio["against"]) == ("self_report", "tip")
    assert ratio["ratio"] == pytest.approx((40 / 200) / (90 / 100))
    assert ratio["upper"] < 1
    assert found.details["parts"]["hotline"]["p_holm"] < 0.05 < found.details["parts"]["ngo"]["p_holm"]


def test_channels_that_are_not_the_total_are_not_split() -> None:
    channels = {"hotline": pair(10, 5), "police": pair(10, 5)}
    assert code(detection_change(channels, total=pair(18, 10), months_before=1, months_during=1)) == "not_a_partition"
    with pytest.raises(WrongArguments, match="no channel radio"):
        detection_change(channels, total=pair(20, 10), months_before=1, months_during=1, groups={"radio": "tip"})


# comparators


def test_a_unit_that_fell_where_no_other_did_has_the_smallest_p() -> None:
    others = {f"c{number:02d}": pair(100 + number, 100 + number) for number in range(19)}
    found = placebo_ratio("here", {"here": pair(100, 40), **others})
    assert found.estimate == pytest.approx(0.4)
    assert found.details["p_placebo"] == pytest.approx(0.05)
    assert found.details["p_smallest"] == pytest.approx(0.05)
    assert {check.key: check.is_met for check in found.checks} == {"enough_events": True, "enough_comparators": True}
    assert len(found.details["placebos"]) == 19


def test_a_unit_like_the_others_has_a_large_p_however_small_its_poisson_error() -> None:
    changes = [0.3, 0.5, 0.8, 1.3, 2.0, 3.1]
    others = {f"c{place}": pair(10_000, 10_000 * change) for place, change in enumerate(changes)}
    found = placebo_ratio("here", {"here": pair(10_000, 9_000), **others})
    assert found.details["p"] < 0.001
    assert found.details["p_placebo"] > 0.5
    assert not {check.key: check.is_met for check in found.checks}["enough_comparators"]


@QUICKLY
@given(counts=st.lists(st.tuples(st.integers(1, 300), st.integers(1, 300)), min_size=5, max_size=12))
def test_placebo_p_counts_the_unit_itself_and_needs_no_order_of_units(counts: list[tuple[int, int]]) -> None:
    units = {f"u{place}": pair(*values) for place, values in enumerate(counts)}
    found = placebo_ratio("u0", units)
    again = placebo_ratio("u0", dict(reversed(units.items())))
    assert 1 / len(units) <= found.details["p_placebo"] <= 1
    assert again.details["p_placebo"] == found.details["p_placebo"]
    assert again.details["placebos"] == pytest.approx(found.details["placebos"])


def test_a_placebo_test_is_uniform_where_all_units_are_alike() -> None:
    generator = np.random.default_rng(4)
    p = []
    for _ in range(400):
        drawn = generator.poisson(40, (20, 2))
        units = {f"u{place}": pair(*map(float, row)) for place, row in enumerate(drawn)}
        p.append(placebo_ratio("u0", units).details["p_placebo"])
    assert float(np.mean(np.array(p) <= 0.1)) == pytest.approx(0.1, abs=3 * np.sqrt(0.1 * 0.9 / 400))


def test_few_comparators_or_zero_counts_are_refused() -> None:
    few = {"here": pair(9, 3), "a": pair(9, 9), "b": pair(9, 9), "c": pair(9, 9)}
    assert code(placebo_ratio("here", few)) == "too_few_comparators"
    assert code(placebo_ratio("there", few)) == "too_few_comparators"
    assert code(ratio_of_ratios(pair(9, 0), pair(9, 9))) == "zero_count"
    assert code(placebo_ratio("here", {**few, "d": pair(1, 1), "here": pair(0, 2)})) == "zero_count"


# stringency


def test_the_correlation_with_stringency_is_spearmans_and_its_p_that_of_shifts() -> None:
    strict = [0.0, 0, 10, 60, 80, 75, 70, 60, 50, 40, 30, 20, 10, 5, 0, 0, 0, 0, 0, 0]
    ratio = [1.0 - value / 120 for value in strict]
    found = stringency_association([20 * r for r in ratio], [20.0] * 20, strict)
    assert found.estimate == pytest.approx(spearmanr(ratio, strict).statistic)
    assert found.details["p"] == pytest.approx(1 / 20)
    assert found.lower is None
    assert "association_is_not_cause" in found.caveats
    assert all(caveat_text(key) for key in found.caveats)


@pytest.mark.parametrize("memory", [0.0, 0.7, 1.0])
def test_smooth_series_without_a_connection_are_rarely_called_associated(memory: float) -> None:
    """A test that took periods as independent would call half of the random walks (memory 1) associated."""
    generator, p, naive = np.random.default_rng(8), [], []
    for _ in range(200):
        walk = np.zeros((2, 60))
        for month in range(1, 60):
            walk[:, month] = memory * walk[:, month - 1] + generator.normal(size=2)
        found = stringency_association(list(np.exp(walk[0] / 5)[24:]), [1.0] * 36, list(walk[1, 24:]))
        p.append(found.details["p"])
        naive.append(spearmanr(walk[0, 24:], walk[1, 24:]).pvalue if memory == 1 else 1.0)
    assert float(np.mean(np.array(p) < 0.05)) <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / 200)
    if memory == 1:
        assert float(np.mean(np.array(naive) < 0.05)) > 0.4


def test_stringency_is_refused_where_it_can_show_nothing() -> None:
    few = list(range(11))
    assert code(stringency_association(few, [1.0] * 11, few)) == "too_few_periods"
    assert code(stringency_association([3.0] * 20, [3.0] * 20, list(range(20)))) == "no_change"
    with pytest.raises(WrongArguments):
        stringency_association([1.0], [1.0, 2.0], [1.0])
    with pytest.raises(WrongArguments):
        stringency_association([1.0] * 20, [0.0] * 20, list(range(20)))


# calendars


def test_other_calendars_show_how_far_the_answer_hangs_on_them() -> None:
    generator = np.random.default_rng(5)
    series = months("2015-01", [float(v) for v in [*generator.poisson(20, 62), *generator.poisson(8, 22)]])
    early = calendar(("before", "2015-01", "2019-12"), ("acute", "2020-01", None))
    late = calendar(("before", "2015-01", "2020-02"), ("acute", "2020-03", None))
    found = calendar_sensitivity(series, {"late": late, "early": early})
    rows = found.details["by_calendar"]
    pre, post = stretches_of(late, series)
    alone = covid_effect(series, pre=pre, post=post, phases=late)
    assert found.estimate == rows["late"]["rate_ratio"] == alone.details["rate_ratio"]
    assert (found.lower, found.upper) == (
        min(row["rate_ratio_lower"] for row in rows.values()),
        max(row["rate_ratio_upper"] for row in rows.values()),
    )
    assert found.details["agree"]
    assert rows["early"]["post"] == "2020-01:2021-12"


def test_calendars_that_lead_to_other_conclusions_disagree() -> None:
    series = months("2015-01", [*[20.0] * 60, *[60.0] * 6, *[20.0] * 6])
    first = calendar(("before", "2015-01", "2019-12"), ("acute", "2020-01", None))
    second = calendar(("before", "2015-01", "2020-06"), ("acute", "2020-07", None))
    found = calendar_sensitivity(series, {"first": first, "second": second})
    assert not found.details["agree"]
    assert not found.checks[0].is_met
    never = calendar(("before", "2015-01", "2022-12"), ("acute", "2023-01", None))
    with pytest.raises(WrongArguments, match="does not reach past"):
        calendar_sensitivity(series, {"never": never})


# many tests


@QUICKLY
@given(p=P_VALUES)
def test_adjusted_p_follow_their_definitions(p: list[float]) -> None:
    ranked = sorted(p)
    steps = [(len(p) - place) * value for place, value in enumerate(ranked)]
    wanted = [min(1.0, max(steps[: ranked.index(value) + 1])) for value in p]
    assert holm(p) == pytest.approx(wanted, abs=1e-12)
    assert benjamini_hochberg(p) == pytest.approx(false_discovery_control(p), abs=1e-12)


def test_adjusted_p_of_the_textbook() -> None:
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert benjamini_hochberg([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.02, 0.04, 0.04, 0.02])


@QUICKLY
@given(p=P_VALUES)
def test_holm_keeps_the_order_and_never_lowers_a_p(p: list[float]) -> None:
    adjusted = holm(p)
    assert all(after >= before for before, after in zip(p, adjusted, strict=True))
    by_p = [after for _, after in sorted(zip(p, adjusted, strict=True))]
    assert all(low <= high for low, high in pairwise(by_p))


def test_an_effect_of_one_series_among_ten_must_stand_the_correction() -> None:
    def effect(counts: list[float]) -> Estimate:
        return covid_effect(months("2015", counts), pre=stretch("2015:2019"), post=stretch("2020:2020"))

    quiet = {f"s{number}": effect([10, 12, 11, 9, 10, 10]) for number in range(9)}
    refused = effect([0, 0, 0, 0, 0, 0])
    found = section_effects({"weak": effect([10, 12, 11, 9, 10, 3]), "none": refused, **quiet})
    strong = section_effects({"strong": effect([50, 60, 55, 45, 50, 5]), **quiet})
    assert found["weak"].details["p"] < 0.05 <= found["weak"].details["p_holm"]
    assert not found["weak"].details["is_effect"]
    assert not found["weak"].checks[-1].is_met
    assert found["none"] == refused
    assert found["weak"].details["tests"] == 10
    assert strong["strong"].details["is_effect"]
    assert strong["strong"].checks[-1].is_met


# thresholds


def test_thresholds_need_months_with_events_before() -> None:
    series = months("2015-01", [0.0] * 60 + [5.0] * 12)
    with pytest.raises(WrongArguments, match="Too few months"):
        farrington_flexible(series, (period("2020-01"),))
    with pytest.raises(WrongArguments, match="monthly series"):
        farrington_1996(months("2015", [5.0] * 8), (period("2020"),))
    with pytest.raises(WrongArguments, match="monthly series"):
        farrington_1996(series, (period("2022-01"),))


def test_a_past_outbreak_does_not_raise_the_threshold_by_its_full_weight() -> None:
    calm = [10.0 + month % 3 for month in range(72)]
    struck = [*calm]
    struck[36] = 80.0
    plain, after = (
        farrington_1996(months("2015-01", counts), (period("2021-01").shifted(-1), period("2020-01")))[1]
        for counts in (calm, struck)
    )
    assert plain.expected < after.expected < plain.expected + (80 - 10) / 14 / 2
