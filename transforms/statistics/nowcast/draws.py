"""Plausible final counts of one series, to be carried on into rates and effects: one chain from record to figure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from transforms.errors import WrongArguments
from transforms.statistics.nowcast.delays import complete_periods, recent_rows, settled
from transforms.statistics.nowcast.prediction import Prediction, central_interval, predict
from transforms.statistics.nowcast.triangle import Floats, Integers, ReportingTriangle

DEFAULT_SEED = 20210
DEFAULT_REPLICATES = 2000
DEFAULT_LEVEL = 0.90


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FinalCounts:
    """Final counts of the incomplete periods: `rows` of the triangle, observed, expected, bounds and draws of each.

    `draws` is (replicates, incomplete periods), whole numbers; `model` says what they rest on.
    """

    rows: Integers
    observed: Floats
    expected: Floats
    lower: Floats
    upper: Floats
    draws: Floats
    level: float
    model: Prediction

    @property
    def total_interval(self) -> tuple[float, float]:
        """Bounds of the sum of the incomplete periods."""
        low, high = central_interval(self.draws.sum(axis=1), self.level)
        return float(low), float(high)


def final_counts(
    triangle: ReportingTriangle, *, level: float, replicates: int, seed: int, window: int | None
) -> FinalCounts | None:
    """Prediction of the incomplete periods, from the last `window` event periods; None where there is nothing to go on.

    That is: no incomplete period, no complete one with a known final count, or no case registered at all.
    """
    is_complete = complete_periods(triangle)
    table = recent_rows(settled(triangle.cumulative), window)
    history = table[is_complete[-len(table) :], -1]
    history = history[~np.isnan(history)]
    rows = np.flatnonzero(~is_complete)
    observed = triangle.observed[rows]
    if not len(rows) or len(history) < 2 or history.sum() + observed.sum() == 0 or np.isnan(observed).any():
        return None
    random = np.random.default_rng(seed)
    found = predict(table, observed, triangle.ages[rows], history, replicates, random)
    lower, upper = central_interval(found.draws, level)
    return FinalCounts(
        rows=rows,
        observed=observed,
        expected=np.clip(found.expected, lower, upper),
        lower=lower,
        upper=upper,
        draws=found.draws,
        level=level,
        model=found,
    )


def final_count_draws(
    triangle: ReportingTriangle,
    *,
    replicates: int = DEFAULT_REPLICATES,
    seed: int = DEFAULT_SEED,
    window: int | None = None,
) -> Integers:
    """Plausible final counts, (replicates × event periods); complete periods have their count in every replicate.

    The same seed gives the draws that `nowcast` summarises. Raises WrongArguments where the triangle carries none, and
    where a complete period was never seen at the maximum delay.
    """
    found = final_counts(triangle, level=DEFAULT_LEVEL, replicates=replicates, seed=seed, window=window)
    if np.isnan(triangle.observed).any() or (found is None and not complete_periods(triangle).all()):
        raise WrongArguments(
            "The triangle does not carry draws of final counts.", advice="See the refusal that the nowcast gives."
        )
    draws = np.tile(triangle.observed, (replicates, 1))
    if found is not None:
        draws[:, found.rows] = found.draws
    return draws.astype(np.int64)
