"""The terms of the model of expected counts: level, trend, season and declared breaks, as columns of a matrix."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from transforms.periods import Period
from transforms.statistics.covid.loglinear import Array

Season = Literal["factors", "two_harmonics", "none"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What the expectation is made of: level and linear trend, and besides a season and level steps.

    `origin` is where the trend is zero; `breaks` are the first periods after a change of coverage or definition.
    """

    origin: Period
    season: Season
    breaks: tuple[Period, ...] = ()

    def matrix(self, periods: Sequence[Period]) -> Array:
        """One row for each period, one column for each coefficient; the trend counts years."""
        start = np.array([part.first_month for part in periods], dtype=float)
        columns = [np.ones(len(periods)), (start - self.origin.first_month) / 12]
        columns += _season(self.season, start, periods[0].months)
        columns += [(start >= step.first_month).astype(float) for step in self.breaks]
        return np.column_stack(columns)


def coefficients_of(season: Season, months: int, breaks: int) -> int:
    """Number of coefficients of a model for periods of so many months."""
    seasonal = {"none": 0, "two_harmonics": 4, "factors": 12 // months - 1}[season]
    return 2 + seasonal + breaks


def _season(season: Season, start: Array, months: int) -> list[Array]:
    slot = (start % 12) / months
    if season == "none":
        return []
    if season == "two_harmonics":
        angle = 2 * np.pi * start / 12
        return [function(wave * angle) for wave in (1, 2) for function in (np.sin, np.cos)]
    return [(slot == number).astype(float) for number in range(1, 12 // months)]
