"""The reporting triangle: how many cases of each event period were registered within each delay."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from transforms.errors import WrongArguments
from transforms.statistics.nowcast.steps import Step, coarser_step, step_code

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ReportingTriangle:
    """Registered cases by event period (rows, consecutive) and delay in steps (columns 0 … maximum delay).

    `cumulative` holds the cases registered up to each delay, NaN where the register was not seen at that time; `first`
    is the number of the first event period and `as_of` of the last step seen. `late` counts cases registered after the
    maximum delay, `unusable` records without both dates or registered before the event; neither is in `cumulative`.
    Raises WrongArguments for a table that is no triangle seen at `as_of`.
    """

    cumulative: Floats
    step: Step
    first: int
    as_of: int
    late: int = 0
    unusable: int = 0

    def __post_init__(self) -> None:
        shape = self.cumulative.shape
        _require(len(shape) == 2 and min(shape) > 0, "it needs event periods in rows and delays in columns.")
        seen = self.cumulative[~np.isnan(self.cumulative)]
        _require(bool(np.isfinite(seen).all() and (seen >= 0).all()), "its cumulative counts are zero or more.")
        _require(self.as_of >= self.first + shape[0] - 1, "its last event period lies after the date it was seen.")
        beyond = np.arange(shape[1]) > self.ages[:, None]
        _require(bool(np.isnan(self.cumulative[beyond]).all()), "it has counts from after the date it was seen.")
        self.cumulative.setflags(write=False)

    @property
    def ages(self) -> Integers:
        """Steps from each event period to `as_of`; a period whose age has reached the maximum delay is complete."""
        return self.as_of - self.first - np.arange(self.cumulative.shape[0])

    @property
    def maximum_delay(self) -> int:
        """The last delay, in steps; registrations after it are late ones."""
        return int(self.cumulative.shape[1]) - 1

    @property
    def codes(self) -> tuple[str, ...]:
        """Codes of the event periods."""
        return tuple(step_code(self.first + row, self.step) for row in range(self.cumulative.shape[0]))

    @property
    def increments(self) -> Floats:
        """Cases newly registered at each delay, NaN where not known; below zero where cases were withdrawn."""
        before = np.hstack((np.zeros((self.cumulative.shape[0], 1)), self.cumulative[:, :-1]))
        return self.cumulative - before

    @property
    def observed(self) -> Floats:
        """Cases of each event period registered by `as_of` within the maximum delay; NaN where that was not seen."""
        last = np.minimum(self.ages, self.maximum_delay)
        return self.cumulative[np.arange(len(last)), last]

    @property
    def withdrawn(self) -> float:
        """Cases taken out of the register again: the sum of the increments below zero, as a positive number."""
        increments = self.increments
        return float(np.abs(increments[increments < 0]).sum())


def seen_earlier(triangle: ReportingTriangle, steps: int) -> ReportingTriangle:
    """The triangle as it was so many steps before; raises WrongArguments where no event period is left."""
    as_of = triangle.as_of - steps
    rows = min(triangle.cumulative.shape[0], as_of - triangle.first + 1)
    _require(steps >= 0 and rows > 0, "it was not yet seen at that time.")
    cumulative = triangle.cumulative[:rows].copy()
    ages = as_of - triangle.first - np.arange(rows)
    cumulative[np.arange(cumulative.shape[1]) > ages[:, None]] = np.nan
    return replace(triangle, cumulative=cumulative, as_of=as_of, late=0, unusable=0)


def coarser(triangle: ReportingTriangle) -> ReportingTriangle | None:
    """The triangle in the next coarser step (months in quarters, quarters in years, days in weeks), None without one.

    Only whole coarse periods count, as seen at the end of the last whole one: what was registered after it waits.
    """
    found = coarser_step(triangle.step)
    if found is None:
        return None
    step, parts = found
    rows, delays = triangle.cumulative.shape
    offset = -triangle.first % parts  # day 0 is a Monday, month 0 a January
    as_of = triangle.as_of - (triangle.as_of + 1) % parts
    periods = min((rows - offset) // parts, (as_of - triangle.first - offset + 1) // parts)
    if periods <= 0:
        return None
    events = offset + np.arange(periods)[:, None, None] * parts + np.arange(parts)
    longest = -(-(delays - 1) // parts)
    ends = offset + (np.arange(periods)[:, None, None] + np.arange(longest + 1)[:, None] + 1) * parts - 1
    is_seen = ends[..., 0] <= as_of - triangle.first
    counts = triangle.cumulative[events, np.minimum(ends - events, delays - 1)].sum(axis=2)
    return replace(
        triangle,
        cumulative=np.where(is_seen, counts, np.nan),
        step=step,
        first=(triangle.first + offset) // parts,
        as_of=as_of // parts,
    )


def _require(is_met: bool, rule: str) -> None:
    if not is_met:
        raise WrongArguments(f"This is not a reporting triangle: {rule}")
