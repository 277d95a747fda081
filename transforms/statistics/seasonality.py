"""Season and trend by loess (STL), with the settings of R, and how strong the season is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

import numpy as np

from transforms.errors import WrongArguments
from transforms.statistics.series import Numbers


@dataclass(frozen=True, slots=True, kw_only=True)
class Decomposition:
    """Trend, season and remainder of each value; they add up to the values."""

    trend: Numbers
    seasonal: Numbers
    remainder: Numbers

    @property
    def seasonal_strength(self) -> float:
        """Share of the variance without trend that the season explains, 0 to 1 (Wang, Smith and Hyndman 2006)."""
        without_trend = float(np.var(self.seasonal + self.remainder))
        return max(0.0, 1 - float(np.var(self.remainder)) / without_trend) if without_trend > 0 else 0.0


def changing_season(values: Sequence[float], cycle: int, seasonal_window: int, trend_window: int) -> Decomposition:
    """STL with a season that may change slowly (Cleveland et al., Journal of Official Statistics 6, 1990).

    Windows in values, odd. Seasons are smoothed by local means, trends and the low-pass filter by local lines, each on
    every tenth of its window, in two inner loops: what R's `stl` does. Raises WrongArguments under two cycles.
    """
    return _decomposed(values, cycle, seasonal_window, trend_window)


def periodic_season(values: Sequence[float], cycle: int) -> Decomposition:
    """STL with one season for all cycles: its smoother spans the series, and then each place of the cycle is averaged.

    The trend window is the smallest odd one that the authors advise for such a season, 1.5 cycles.
    """
    found = _decomposed(
        values, cycle, 10 * len(values) + 1, _next_odd(1.5 * cycle / (1 - 1.5 / (10 * len(values) + 1)))
    )
    places = np.arange(len(values)) % cycle
    means = np.array([found.seasonal[places == place].mean() for place in range(cycle)])
    seasonal = means[places]
    return Decomposition(
        trend=found.trend,
        seasonal=seasonal,
        remainder=np.asarray(values, dtype=float) - found.trend - seasonal,
    )


def _decomposed(values: Sequence[float], cycle: int, seasonal_window: int, trend_window: int) -> Decomposition:
    if len(values) < 2 * cycle:
        raise WrongArguments("A season needs at least two whole cycles.")
    from statsmodels.tsa.seasonal import STL  # brings pandas: a second that most commands can save

    low_pass = _next_odd(cycle)
    found: Any = STL(
        np.asarray(values, dtype=float),
        period=cycle,
        seasonal=seasonal_window,
        trend=trend_window,
        low_pass=low_pass,
        seasonal_deg=0,
        trend_deg=1,
        low_pass_deg=1,
        seasonal_jump=ceil(seasonal_window / 10),
        trend_jump=ceil(trend_window / 10),
        low_pass_jump=ceil(low_pass / 10),
    ).fit(inner_iter=2, outer_iter=0)
    return Decomposition(
        trend=np.asarray(found.trend), seasonal=np.asarray(found.seasonal), remainder=np.asarray(found.resid)
    )


def _next_odd(number: float) -> int:
    whole = ceil(number)
    return whole + 1 if whole % 2 == 0 else whole
