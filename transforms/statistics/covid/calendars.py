"""The same question under other calendars of the phases: how far the answer hangs on where they begin and end."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from transforms.errors import WrongArguments
from transforms.messages import said
from transforms.periods import PhaseCalendar, Stretch
from transforms.statistics.covid.effect import covid_effect
from transforms.statistics.estimate import Check, Estimate, refused
from transforms.statistics.series import Series

METHOD = "covid_calendar_sensitivity"


def stretches_of(calendar: PhaseCalendar, series: Series) -> tuple[Stretch, Stretch]:
    """Pre-period and period of a calendar: its first phase, and all others up to the end of the series.

    Raises WrongArguments where the series does not reach past the first phase.
    """
    first, end = calendar.phases[0], series.periods[-1]
    if first.end is None or end.first_month + end.months - 1 <= first.end.first_month:
        raise WrongArguments("The series does not reach past the first phase of the calendar.")
    return Stretch(first=first.start, last=first.end), Stretch(first=first.end.shifted(1), last=end)


def calendar_sensitivity(series: Series, calendars: Mapping[str, PhaseCalendar], *, level: float = 0.95) -> Estimate:
    """Rate ratio under the first calendar, with the lowest and highest bound over all of them as its interval.

    `details`: `by_calendar` with excess, rate ratio, bounds, rung or the code of a refusal; `agree` tells whether all
    lead to the same conclusion. Refused where the first calendar's effect is, or none has a bounded ratio.
    """
    found = {key: _effect(series, calendar, level) for key, calendar in calendars.items()}
    first = next(iter(found.values()))
    if first.refusal is not None:
        return refused(METHOD, "ratio", first.refusal.code, first.refusal.reason)
    given = [effect.details for effect in found.values() if effect.refusal is None]
    lows = [details["rate_ratio_lower"] or 0.0 for details in given]
    highs = [details["rate_ratio_upper"] for details in given]
    conclusions = {_conclusion(details, level) for details in given}
    agree = len(conclusions) == 1 and len(given) == len(found)
    return Estimate(
        method=METHOD,
        estimate=first.details["rate_ratio"],
        lower=min(lows),
        upper=None if None in highs else max(highs),
        level=level,
        unit="ratio",
        basis={"calendars": float(len(found))},
        checks=(
            Check(
                key="calendars_agree",
                is_met=agree,
                said=said("Another choice of where the phases begin and end leads to another conclusion."),
            ),
        ),
        caveats=("detection_is_not_prevalence",),
        details={"agree": agree, "by_calendar": {key: _row(effect) for key, effect in found.items()}},
    )


def _effect(series: Series, calendar: PhaseCalendar, level: float) -> Estimate:
    pre, post = stretches_of(calendar, series)
    return covid_effect(series, pre=pre, post=post, phases=calendar, level=level)


def _conclusion(details: Mapping[str, Any], level: float) -> str:
    if details["p"] >= 1 - level:
        return "none"
    return "fewer" if details["excess"] < 0 else "more"


def _row(effect: Estimate) -> dict[str, Any]:
    names = ("pre", "post", "rung", "excess", "rate_ratio", "rate_ratio_lower", "rate_ratio_upper", "p")
    row = {name: effect.details.get(name) for name in names}
    return {**row, "refusal": effect.refusal.code if effect.refusal else None}
