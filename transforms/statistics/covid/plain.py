"""The view a reader can check by hand: the same months of the year before, and each phase against the pre-period."""

from __future__ import annotations

from dataclasses import replace

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


def with_plain_view(
    found: Estimate, series: Series, post: Stretch, calendar: PhaseCalendar, *, level: float = 0.95
) -> Estimate:
    """The answer with the plain view beside the model, under `plain_same_months` and `plain_phases` of its details.

    The year compared with is that before `post` begins; the phases are held against the first of the calendar.
    """
    before = post.first.year - 1
    same = same_months_before(series, post, year=before, level=level)
    told = {"year_before": before, **_figures(same, "ratio"), **same.basis}
    base = calendar.phases[0].key
    phases = [
        {"phase": key, **_figures(mean, "per_month"), **({} if ratio is None else _figures(ratio, "ratio"))}
        for key, (mean, ratio) in phase_view(series, calendar, base=base, level=level).items()
    ]
    return replace(found, details={**found.details, "plain_same_months": told, "plain_phases": phases})


def _figures(estimate: Estimate, name: str) -> dict[str, float | str | None]:
    if estimate.refusal is not None:
        return {name: None, f"{name}_refused": estimate.refusal.code}
    return {name: estimate.estimate, f"{name}_lower": estimate.lower, f"{name}_upper": estimate.upper}


def _totals(series: Series, calendar: PhaseCalendar) -> dict[str, tuple[float, int]]:
    """Count and months of each phase over its reported periods."""
    values, months = series.values, series.periods[0].months
    found: dict[str, tuple[float, int]] = {}
    for phase in calendar.phases:
        known = np.array([phase.holds(part) for part in series.periods]) & np.isfinite(values)
        if known.any():
            found[phase.key] = float(values[known].sum()), months * int(known.sum())
    return found
