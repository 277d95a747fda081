"""Signs for and against three explanations: what they are read from, and when they cannot be."""

from __future__ import annotations

from dataclasses import replace
from math import exp, log, sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.messages import said
from transforms.periods import Phase, PhaseCalendar, period
from transforms.statistics.estimate import Estimate, refused
from transforms.statistics.rates import rate_ratio
from transforms.studies.explanations import SIGNS, evidence, judged, verdict
from transforms.studies.phases import among_all_mixes
from transforms.studies.question import Counts, Question

HEADLINE = "victims_identified"
CALENDAR = PhaseCalendar(
    phases=(
        Phase(key="pre_pandemic", start=period("2016-01"), end=period("2020-02")),
        Phase(key="acute", start=period("2020-03"), end=period("2020-08")),
        Phase(key="prolonged_restrictions", start=period("2020-09"), end=period("2022-03")),
        Phase(key="recovery", start=period("2022-04"), end=None),
    ),
    source="test",
)
QUESTION = Question(
    headline=HEADLINE,
    calendar=CALENDAR,
    phase_months={"pre_pandemic": 50, "acute": 6, "prolonged_restrictions": 19, "recovery": 21},
)
CHANNELS = """
                  | phase:pre_pandemic | phase:acute | phase:prolonged_restrictions
tip               | 100                | 4           | 12
police            | 60                 | 5           | 20
labour_inspection | 40                 | 4           | 14
border            | 50                 | 2           | 6
self_report       | 30                 | 9           | 33
online            | 0                  | 0           | 5
total             | 280                | 24          | 90
"""
YEARS = """
             | 2016 | 2017 | 2018 | 2019 | 2020 | 2021 | 2022 | 2023
domestic     | 20   | 22   | 21   | 23   | 40   | 44   | 24   | 22
cross_border | 60   | 62   | 61   | 63   | 30   | 28   | 58   | 60
unknown      | 5    | 5    | 4    | 6    | 5    | 4    | 5    | 6
total        | 85   | 89   | 86   | 92   | 75   | 76   | 87   | 88
"""


def drawn(text: str, dimension: str, *, breaks: tuple[str, ...] = ()) -> Counts:
    """Counts by code (down) and period or phase (across); `C` is withheld."""
    head, *rows = (line.split("|") for line in text.strip("\n").splitlines())
    cells = {
        (at.strip(), row[0].strip()): None if value.strip() == "C" else float(value)
        for row in rows
        for at, value in zip(head[1:], row[1:], strict=True)
    }
    return Counts(
        key=f"{HEADLINE}_by_period_{dimension}",
        indicator=HEADLINE,
        dimensions=("period", dimension),
        cells=cells,
        breaks=tuple(period(code) for code in breaks),
    )


def with_count(table: Counts, at: tuple[str, str], count: float | None) -> Counts:
    return replace(table, cells={**table.cells, at: count})


@pytest.fixture
def channels() -> Counts:
    return drawn(CHANNELS, "identification_channel")


@pytest.fixture
def crossing() -> Counts:
    return drawn(YEARS, "crossing")


def test_every_sign_is_answered_or_says_why_not(channels: Counts, crossing: Counts) -> None:
    found = evidence((channels, crossing), QUESTION)
    assert list(found) == [f"evidence:{sign.explanation}:{sign.key}" for sign in SIGNS]
    assert found["evidence:displacement:homes"].refusal is not None
    assert found["evidence:displacement:homes"].refusal.code == "no_such_table"


def test_a_channel_that_dried_up_speaks_for_less_capacity(channels: Counts) -> None:
    tips = evidence((channels,), QUESTION)["evidence:capacity:tips"]
    exact = rate_ratio(16, 25, 100, 50)
    assert tips.estimate == pytest.approx(16 / 25 / (100 / 50))
    assert (tips.lower, tips.upper) == (exact.lower, exact.upper)
    assert tips.details["verdict"] == "for"
    assert [
        "victims_identified_by_period_identification_channel",
        ["phase:acute", "tip"],
    ] in tips.details["cells"]


def test_more_inspections_speak_against_less_capacity(channels: Counts) -> None:
    busier = with_count(channels, ("phase:prolonged_restrictions", "police"), 120.0)
    sign = evidence((busier,), QUESTION)["evidence:capacity:inspections"]
    assert sign.details["verdict"] == "against"


def test_self_reports_are_read_against_tips_and_inspections_together(channels: Counts) -> None:
    sign = evidence((channels,), QUESTION)["evidence:capacity:self_reports"]
    ratio, spread = (42 / 30) / (67 / 250), sqrt(1 / 42 + 1 / 30 + 1 / 67 + 1 / 250)
    assert sign.estimate == pytest.approx(ratio)
    assert sign.lower == pytest.approx(exp(log(ratio) - 1.959963985 * spread))
    assert sign.details["verdict"] == "for"


def test_a_withheld_phase_leaves_the_longest_one_that_is_shown(channels: Counts) -> None:
    withheld = with_count(channels, ("phase:acute", "tip"), None)
    tips = evidence((withheld,), QUESTION)["evidence:capacity:tips"]
    assert tips.details["now"] == ["prolonged_restrictions"]
    assert tips.estimate == pytest.approx(12 / 19 / (100 / 50))


def test_nothing_is_read_where_the_time_before_is_withheld(channels: Counts) -> None:
    withheld = with_count(channels, ("phase:pre_pandemic", "tip"), None)
    found = evidence((withheld,), QUESTION)
    for sign in ("tips", "self_reports"):
        assert found[f"evidence:capacity:{sign}"].refusal is not None


def test_across_a_break_new_codes_are_counted_both_ways() -> None:
    broken = drawn(CHANNELS, "identification_channel", breaks=("2021",))
    found = evidence((broken,), QUESTION)
    tips = found["evidence:capacity:tips"]
    least, most = rate_ratio(16, 25, 100, 50), rate_ratio(21, 25, 100, 50)
    assert (tips.lower, tips.upper) == (least.lower, most.upper)
    assert tips.details["p"] == most.details["p"]
    assert [check.key for check in tips.checks if not check.is_met] == ["break_looked_at"]


@pytest.mark.parametrize("online", [0.0, None])
def test_a_break_that_leaves_no_new_code_to_count_is_not_bridged(online: float | None) -> None:
    broken = with_count(
        drawn(CHANNELS, "identification_channel", breaks=("2021",)), ("phase:prolonged_restrictions", "online"), online
    )
    refusal = evidence((broken,), QUESTION)["evidence:capacity:tips"].refusal
    assert refusal is not None
    assert refusal.code == "break_between"


def test_a_break_before_the_calendar_changes_nothing(channels: Counts) -> None:
    early = drawn(CHANNELS, "identification_channel", breaks=("2016",))
    tips = [evidence((table,), QUESTION)["evidence:capacity:tips"].estimate for table in (channels, early)]
    assert tips[0] == tips[1]


def test_shares_compare_whole_years_by_what_held_in_most_of_their_months(crossing: Counts) -> None:
    sign = evidence((crossing,), QUESTION)["evidence:opportunity:domestic"]
    assert (sign.details["then"], sign.details["now"]) == (["2016", "2017", "2018", "2019"], ["2020", "2021"])
    assert sign.estimate == pytest.approx((84 / 86) / (58 / 246))  # the unknown are left out
    assert sign.details["verdict"] == "for"
    assert evidence((crossing,), QUESTION)["evidence:opportunity:reopening"].details["verdict"] == "for"


def test_a_year_with_a_withheld_count_is_left_out_only_where_counts_are_large(crossing: Counts) -> None:
    large = with_count(crossing, ("2018", "domestic"), None)
    assert evidence((large,), QUESTION)["evidence:opportunity:domestic"].details["then"] == ["2016", "2017", "2019"]
    small = with_count(large, ("2019", "domestic"), 19.0)
    refusal = evidence((small,), QUESTION)["evidence:opportunity:domestic"].refusal
    assert refusal is not None
    assert refusal.code == "withheld"


def test_years_beyond_a_break_are_not_compared() -> None:
    inside = drawn(YEARS, "crossing", breaks=("2018", "2021"))
    details = evidence((inside,), QUESTION)["evidence:opportunity:domestic"].details
    assert (details["then"], details["now"]) == (["2018", "2019"], ["2020"])
    between = drawn(YEARS, "crossing", breaks=("2020",))
    refusal = evidence((between,), QUESTION)["evidence:opportunity:domestic"].refusal
    assert refusal is not None
    assert refusal.code == "break_between"


def test_unknown_persons_stay_in_where_their_number_is_withheld(crossing: Counts) -> None:
    withheld = with_count(crossing, ("2021", "unknown"), None)
    sign = evidence((withheld,), QUESTION)["evidence:opportunity:domestic"]
    assert sign.estimate == pytest.approx((84 / (151 - 84)) / (86 / (352 - 86)))
    assert [check.key for check in sign.checks if not check.is_met] == ["unknown_left_out"]


def test_an_edition_that_ends_before_the_pandemic_weighs_nothing(channels: Counts) -> None:
    assert evidence((channels,), replace(QUESTION, phase_months={"pre_pandemic": 40})) == {}


def sign(ratio: float, p: float) -> Estimate:
    return Estimate(
        method="explanation_evidence",
        estimate=ratio,
        lower=ratio / 2,
        upper=ratio * 2,
        unit="ratio",
        details={"p": p},
    )


def test_a_move_must_be_clear_among_all_signs_to_count() -> None:
    signs = {"a": sign(0.5, 0.02), "b": sign(0.5, 0.04), "c": refused("m", "ratio", "x", said("No."))}
    both = judged(signs, {"a": "fall", "b": "rise", "c": "fall"})
    assert [both[key].details["verdict"] for key in ("a", "b")] == ["for", "against"]
    alone = {"a": sign(0.5, 0.03), "b": sign(0.5, 0.04), "c": signs["c"]}
    assert [judged(alone, {"a": "fall", "b": "rise", "c": "fall"})[key].details["verdict"] for key in ("a", "b")] == [
        "silent",
        "silent",
    ]
    assert both["c"] == signs["c"]


@given(st.floats(0.01, 100), st.floats(0, 1))
def test_what_speaks_for_a_fall_speaks_against_a_rise(ratio: float, p: float) -> None:
    opposite = {"for": "against", "against": "for", "silent": "silent"}
    if ratio != 1:
        assert verdict(ratio, p, "rise", 0.05) == opposite[verdict(ratio, p, "fall", 0.05)]


def test_a_shift_of_the_mix_is_judged_among_all_mixes_compared() -> None:
    one = replace(sign(0.3, 0.02), unit="cramers_v")
    answered = {
        "composition:sex:acute": one,
        "composition:form:acute": refused("m", "cramers_v", "withheld", said("No.")),
        "composition:age_class:acute": replace(one, details={"p": 0.04}),
        "trend:victims_identified": sign(1.0, 0.001),
    }
    found = among_all_mixes(answered)
    assert {key: answer.details["p_holm"] for key, answer in found.items()} == {
        "composition:sex:acute": 0.04,
        "composition:age_class:acute": 0.04,
    }
