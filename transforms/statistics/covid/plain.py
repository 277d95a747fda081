"""The view a reader can check by hand: the same months of the year before, and each phase against the pre-period."""

from __future__ import annotations

import numpy as np

from transforms.messages import said
from transforms.periods import PhaseCalendar, Stretch
from transforms.statistics.comparison import phase_mean, phase_ratio, same_period
from transforms.statistics.estimate import Estimate, refused
from transforms.statistics.series import Series


def same_months_before(series: Series, post: Stretch, *, year: int, level: float = 0.95) -> Estimate:
    """The months of `post` that lie in its first calendar year against the same months of the earlier `year`, exact.

    Only periods reported in both years are compared.
    """
    places = dict(zip(series.periods, series.counts, strict=True))
    first = post.first.year
    pairs = [
        (count, before)
        for part, count in places.items()
        if part.year == first and post.holds(part) and count is not None
        for earlier in [part.shifted(-(first - year) * 12 // part.months)]
        if (before := places.get(earlier)) is not None
    ]
    if not pairs:
        text = said("No month is reported both then and in {year}.", year=str(year))
        return refused("same_period_exact", "ratio", "no_matched_periods", text)
    now, then = (float(sum(column)) for column in zip(*pairs, strict=True))
    return same_period(now, then, level=level)


def phase_view(
    series: Series, calendar: PhaseCalendar, *, base: str, level: float = 0.95
) -> dict[str, tuple[Estimate, Estimate | None]]:
    """Mean per month of each phase and its exact ratio to the phase `base`, by phase key; None for the base itself.

    Phases without a reported period are left out.
    """
    totals = _totals(series, calendar)
    view: dict[str, tuple[Estimate, Estimate | None]] = {}
    for key, (count, months) in totals.items():
        ratio = None
        if key != base and base in totals:
            ratio = phase_ratio(count, months, *totals[base], level=level)
        view[key] = phase_mean(count, months, level=level), ratio
    return view


def _totals(series: Series, calendar: PhaseCalendar) -> dict[str, tuple[float, int]]:
    """Count and months of each phase over its reported periods."""
    values, months = series.values, series.periods[0].months
    found: dict[str, tuple[float, int]] = {}
    for phase in calendar.phases:
        known = np.array([phase.holds(part) for part in series.periods]) & np.isfinite(values)
        if known.any():
            found[phase.key] = float(values[known].sum()), months * int(known.sum())
    return found
