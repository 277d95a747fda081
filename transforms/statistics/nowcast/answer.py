"""The nowcast as an answer: recent periods with the registrations still to come, or why they cannot be given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from transforms.errors import WrongArguments
from transforms.messages import said
from transforms.statistics.estimate import Check, Estimate
from transforms.statistics.nowcast.backtest import Backtest, backtest
from transforms.statistics.nowcast.carrying import (
    METHOD,
    UNIT,
    basis_of,
    carrying,
    is_sparse,
    no_answer,
    refusal_of,
    registered_ever,
)
from transforms.statistics.nowcast.delays import FEWEST_COMPLETE_PERIODS, delay_distribution
from transforms.statistics.nowcast.draws import (
    DEFAULT_LEVEL,
    DEFAULT_REPLICATES,
    DEFAULT_SEED,
    FinalCounts,
    final_counts,
)
from transforms.statistics.nowcast.steps import step_code
from transforms.statistics.nowcast.triangle import ReportingTriangle

MOST_LATE_SHARE = 0.05
MOST_UNUSABLE_SHARE = 0.05
WINDOW_REPLICATES = 1000
FURTHEST_BELOW_LEVEL = 0.10
"""How far the coverage of earlier nowcasts may lie under the level before the reader is warned."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Settings:
    """How the draws are made; the same for the answer and its back-test."""

    level: float
    replicates: int
    seed: int
    window: int | None


def nowcast(
    triangle: ReportingTriangle,
    *,
    level: float = DEFAULT_LEVEL,
    replicates: int = DEFAULT_REPLICATES,
    seed: int = DEFAULT_SEED,
    window: int | None = None,
) -> Estimate:
    """Cases of the incomplete periods that will have been registered within the maximum delay, with their interval.

    Reverse-hazard delay distribution (Lawless 1994) from the last `window` event periods (None: all) and
    negative-binomial prediction by draws. Details: `periods` (period, observed, expected, lower, upper, reported_share,
    rests_on, status), `delay_distribution`, `windows`, `backtest`, `seed`. A series with under two cases per period is
    counted in coarser periods where they carry it. Refused without delay information or enough complete periods, with
    few registrations, or where withdrawn cases are many. Raises WrongArguments for a level outside 0-1, a window too
    short for the maximum delay, or counts that are not whole.
    """
    if not 0 < level < 1:
        raise WrongArguments("The level of an interval lies between 0 and 1.")
    if (np.nan_to_num(triangle.cumulative) % 1).any():
        raise WrongArguments("A nowcast is made for counts: whole numbers of cases.")
    used = carrying(triangle)
    refusal = refusal_of(used)
    if refusal is not None:
        return refusal
    if window is not None and used.step != triangle.step:
        window = _same_stretch(window, triangle, used)
    settings = _Settings(level=level, replicates=replicates, seed=seed, window=window)
    found = final_counts(used, level=level, replicates=replicates, seed=seed, window=window)
    if found is None:
        return no_answer(used, "no_registrations", said("No case was registered in the periods that are looked at."))
    return _answer(triangle, used, found, settings)


def _same_stretch(window: int, given: ReportingTriangle, used: ReportingTriangle) -> int:
    """The window in the coarser periods that are used, no shorter than the delay needs."""
    share = window / len(given.codes)
    return max(round(share * len(used.codes)), used.maximum_delay + FEWEST_COMPLETE_PERIODS)


def _answer(given: ReportingTriangle, used: ReportingTriangle, found: FinalCounts, settings: _Settings) -> Estimate:
    lower, upper = found.total_interval
    tested = backtest(used, level=settings.level, seed=settings.seed, window=settings.window)
    windows = _windows(used, settings)
    return Estimate(
        method=METHOD,
        estimate=min(max(float(found.expected.sum()), lower), upper),
        lower=lower,
        upper=upper,
        level=settings.level,
        unit=UNIT,
        basis=basis_of(used) | {"observed": float(found.observed.sum()), "dispersion": float(found.model.dispersion)},
        checks=(
            *_checks_of_data(given, used),
            *_checks_of_model(found, tested, [one["expected"] for one in windows]),
        ),
        caveats=("late_reports_follow",),
        details={
            "step": used.step,
            "as_of": step_code(used.as_of, used.step),
            "periods": _periods(used, found),
            "delay_distribution": [float(x) for x in delay_distribution(used, window=settings.window)],
            "level_per_period": float(found.model.level),
            "windows": windows,
            "backtest": tested.to_json(),
            "seed": settings.seed,
            "replicates": settings.replicates,
        },
    )


def _periods(used: ReportingTriangle, found: FinalCounts) -> list[dict[str, Any]]:
    """One entry for each incomplete period; its figures are estimates and never to be mixed with counts."""
    codes = used.codes
    return [
        {
            "period": codes[row],
            "observed": float(found.observed[place]),
            "expected": float(found.expected[place]),
            "lower": float(found.lower[place]),
            "upper": float(found.upper[place]),
            "reported_share": float(found.model.reported[place]),
            "rests_on": "own_registrations" if found.model.level_weight[place] < 0.5 else "level_of_series",
            "status": "estimated",
        }
        for place, row in enumerate(found.rows)
    ]


def _windows(used: ReportingTriangle, settings: _Settings) -> list[dict[str, float]]:
    """The total with the delay distribution from all event periods, the later half and the fewest possible."""
    rows = used.cumulative.shape[0]
    fewest = used.maximum_delay + FEWEST_COMPLETE_PERIODS
    found: list[dict[str, float]] = []
    for window in sorted({rows, max(rows // 2, fewest), fewest}, reverse=True):
        one = final_counts(used, level=settings.level, replicates=WINDOW_REPLICATES, seed=settings.seed, window=window)
        if one is not None:
            lower, upper = one.total_interval
            total = min(max(float(one.expected.sum()), lower), upper)
            found.append({"periods": float(window), "expected": total, "lower": lower, "upper": upper})
    return found


def _checks_of_data(given: ReportingTriangle, used: ReportingTriangle) -> tuple[Check, ...]:
    ever = registered_ever(used)
    complete = max(ever, 1.0)
    return (
        Check(
            key="enough_cases_per_period",
            is_met=not is_sparse(used),
            said=said("The periods have so few cases that estimates of this kind tend to be too high."),
        ),
        Check(
            key="own_period_used",
            is_met=given.step == used.step,
            said=said("Cases are too few for the period asked for: they are counted in longer periods."),
        ),
        Check(
            key="delay_covered",
            is_met=used.late <= MOST_LATE_SHARE * (complete + used.late),
            said=said("More than 5 % of the registrations came after the maximum delay: final counts will be higher."),
        ),
        Check(
            key="dates_usable",
            is_met=used.unusable <= MOST_UNUSABLE_SHARE * (complete + used.unusable),
            said=said("More than 5 % of the records lack a date or were dated as registered before the event."),
        ),
        Check(
            key="nothing_withdrawn",
            is_met=used.withdrawn == 0,
            said=said("Registered cases were withdrawn again; they are taken out where they were registered last."),
        ),
    )


def _checks_of_model(found: FinalCounts, tested: Backtest, by_window: list[float]) -> tuple[Check, ...]:
    lower, upper = found.total_interval
    return (
        Check(
            key="own_registrations_decide",
            is_met=bool((found.model.level_weight < 0.5).all()),
            said=said(
                "For the latest periods too little is registered yet: their estimate is the level of the series."
            ),
        ),
        Check(
            key="delay_steady",
            is_met=all(lower <= total <= upper for total in by_window),
            said=said("Registration takes longer or shorter than it did: the estimate depends on the years looked at."),
        ),
        Check(
            key="tested_on_the_past",
            is_met=tested.covered is not None,
            said=said("The history is too short to try the method on earlier dates."),
        ),
        Check(
            key="held_on_the_past",
            is_met=tested.covered is None or tested.covered >= found.level - FURTHEST_BELOW_LEVEL,
            said=said("On earlier dates the final count lay outside the interval more often than it should."),
        ),
    )
