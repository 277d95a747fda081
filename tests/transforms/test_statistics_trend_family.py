"""Several trends looked at together."""

from __future__ import annotations

import pytest

from transforms.messages import said
from transforms.statistics.estimate import Estimate, refused
from transforms.statistics.trend_family import section_trends


def found(p: float, direction: str = "fall") -> Estimate:
    return Estimate(
        method="trend_log_linear",
        estimate=-5.0,
        lower=-9.0,
        upper=-1.0,
        unit="pct_per_year",
        details={"p": p, "direction": direction},
    )


def test_a_direction_must_hold_among_all_series_that_were_tested() -> None:
    judged = section_trends({"a": found(0.01), "b": found(0.03), "c": found(0.2, "no_clear_change")})
    assert [one.details["p_holm"] for one in judged.values()] == pytest.approx([0.03, 0.06, 0.2])
    assert [one.details["is_trend"] for one in judged.values()] == [True, False, False]
    assert [one.checks[-1].is_met for one in judged.values()] == [True, False, True]
    assert {one.details["tests"] for one in judged.values()} == {3}


def test_one_series_alone_is_judged_by_its_own_p() -> None:
    (judged,) = section_trends({"a": found(0.04)}).values()
    assert (judged.details["p_holm"], judged.details["is_trend"]) == (0.04, True)


def test_a_refused_trend_is_no_test() -> None:
    nothing = refused("trend_log_linear", "pct_per_year", "no_events", said("No events."))
    judged = section_trends({"a": found(0.04), "b": nothing})
    assert judged["b"] is nothing
    assert judged["a"].details["tests"] == 1
