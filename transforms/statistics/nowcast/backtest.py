"""The nowcast repeated as of earlier dates and held against what was registered in the end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from transforms.statistics.nowcast.carrying import refusal_of
from transforms.statistics.nowcast.delays import FEWEST_COMPLETE_PERIODS
from transforms.statistics.nowcast.draws import final_counts
from transforms.statistics.nowcast.triangle import Floats, ReportingTriangle, seen_earlier

MOST_REPEATS = 24
"""Earlier dates that are tried, the latest ones first."""

REPLICATES = 300
"""Draws at each of them: enough for a share over many intervals, though not for any one of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Backtest:
    """How earlier nowcasts did: `repeats` dates with `nowcasts` periods in all.

    Shares of final counts inside the intervals, for single periods and for the totals of all incomplete ones; mean
    signed and absolute error of the totals and the absolute error of the counts left uncorrected, in percent of the
    final totals. None without a repeat, or where nothing was registered in the end.
    """

    repeats: int
    nowcasts: int
    level: float
    covered: float | None
    totals_covered: float | None
    bias_pct: float | None
    error_pct: float | None
    uncorrected_error_pct: float | None

    def to_json(self) -> dict[str, float | None]:
        """The figures by name."""
        return {name: getattr(self, name) for name in self.__slots__}


def backtest(triangle: ReportingTriangle, *, level: float, seed: int, window: int | None = None) -> Backtest:
    """Earlier nowcasts of one triangle, at each of the last dates whose periods have all become complete since.

    The dates at which no nowcast would have been given, as when deliveries had only begun, or whose final counts were
    never seen, are not tried. Successive dates share periods, so the shares vary more than as many independent trials
    would.
    """
    delay = triangle.maximum_delay
    rows = triangle.cumulative.shape[0]
    last = int(triangle.ages[-1])
    held: list[NDArray[np.bool_]] = []
    totals: list[tuple[float, float, float, float, float]] = []
    for steps in range(max(delay - last, 1), max(delay - last, 1) + MOST_REPEATS):
        if rows - steps < delay + FEWEST_COMPLETE_PERIODS:
            break
        then = seen_earlier(triangle, steps)
        if refusal_of(then) is not None:
            continue
        found = final_counts(then, level=level, replicates=REPLICATES, seed=seed, window=_shortened(window, then))
        truth = triangle.cumulative[found.rows, -1] if found is not None else np.array([np.nan])
        if found is None or np.isnan(truth).any():
            continue
        held.append((found.lower <= truth) & (truth <= found.upper))
        low, high = found.total_interval
        totals.append((float(truth.sum()), float(found.expected.sum()), float(found.observed.sum()), low, high))
    return _summary(held, totals, level)


def _shortened(window: int | None, then: ReportingTriangle) -> int | None:
    return None if window is None else min(window, then.cumulative.shape[0])


def _summary(held: list[NDArray[np.bool_]], totals: Sequence[tuple[float, ...]], level: float) -> Backtest:
    truth, expected, observed, low, high = np.array(totals).reshape(-1, 5).T
    size = truth.sum()

    def pct(errors: Floats) -> float | None:
        return float(100 * errors.sum() / size) if size > 0 else None

    return Backtest(
        repeats=len(totals),
        nowcasts=sum(len(one) for one in held),
        level=level,
        covered=float(np.concatenate(held).mean()) if held else None,
        totals_covered=float(((low <= truth) & (truth <= high)).mean()) if totals else None,
        bias_pct=pct(expected - truth),
        error_pct=pct(np.abs(expected - truth)),
        uncorrected_error_pct=pct(np.abs(observed - truth)),
    )
