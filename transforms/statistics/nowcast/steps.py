"""The steps in which a reporting triangle counts: whole numbers for days, weeks, months, quarters and years."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Literal

from transforms.periods import MONTHS, Frequency, Period, period_of

Step = Literal["day", "week", "month", "quarter", "year"]

_DAYS: dict[Step, int] = {"day": 1, "week": 7}
_CALENDAR: dict[Step, Frequency] = {"month": "month", "quarter": "quarter", "year": "year"}
_COARSER: dict[Step, tuple[Step, int]] = {"day": ("week", 7), "month": ("quarter", 3), "quarter": ("year", 4)}


def step_of(day: date, step: Step) -> int:
    """Number of the step that holds the day; consecutive steps have consecutive numbers, weeks begin on Monday."""
    if step in _DAYS:
        return (day.toordinal() - 1) // _DAYS[step]
    return period_of(day, _CALENDAR[step]).first_month // MONTHS[_CALENDAR[step]]


def last_finished_step(day: date, step: Step) -> int:
    """Number of the last step that has ended by the evening of that day."""
    return step_of(day + timedelta(days=1), step) - 1


def last_day(number: int, step: Step) -> date:
    """The day on whose evening the step ends."""
    if step in _DAYS:
        return date.fromordinal((number + 1) * _DAYS[step])
    months = MONTHS[_CALENDAR[step]]
    return Period(number * months, months).end


def step_code(number: int, step: Step) -> str:
    """The step as readers know it: `2021-05-20`, `2021-W20` (ISO 8601), `2021-05`, `2021-Q2` or `2021`."""
    if step == "day":
        return date.fromordinal(number + 1).isoformat()
    if step == "week":
        year, week, _ = date.fromordinal(number * 7 + 1).isocalendar()
        return f"{year:04d}-W{week:02d}"
    months = MONTHS[_CALENDAR[step]]
    return Period(number * months, months).code


def coarser_step(step: Step) -> tuple[Step, int] | None:
    """The next coarser step and how many of the finer make one up; None where steps do not nest (weeks) or end."""
    return _COARSER.get(step)
