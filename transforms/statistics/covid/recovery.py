"""When a series came back to what was expected: three periods in a row inside the interval, not the first one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from transforms.messages import Message, said
from transforms.periods import Period
from transforms.statistics.covid.loglinear import Array

Course = Literal["recovered", "sustained_change", "no_departure", "not_estimable"]
IN_A_ROW = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Recovery:
    """The course of a series after the pre-period.

    `since` is the first of three periods in a row inside the interval after the first departure; `not_by` the last
    period looked at where there is none; `first_inside` the first return of all, which is no recovery yet.
    """

    course: Course
    departed: Period | None
    since: Period | None
    not_by: Period | None
    first_inside: Period | None
    said: Message

    def to_json(self) -> dict[str, Any]:
        """Plain JSON, periods as codes."""
        named = {name: getattr(self, name) for name in ("departed", "since", "not_by", "first_inside")}
        return {"course": self.course, **{name: part.code if part else None for name, part in named.items()}}


def recovery(periods: Sequence[Period], observed: Array, lower: Array, upper: Array) -> Recovery:
    """Class of the course from counts and their prediction interval by period (arrays of one length, NaN unreported).

    Not estimable with fewer than three reported periods, or where the interval reaches down to zero in most periods and
    no count lies above it: a fall could not have shown.
    """
    known = np.isfinite(observed)
    inside = known & (lower <= observed) & (observed <= upper)
    outside = known & ~inside
    if int(known.sum()) < IN_A_ROW:
        return _course("not_estimable", said("Fewer than three periods were reported."))
    if not outside.any():
        if float(np.mean(lower[known] <= 0)) > 0.5:
            return _course(
                "not_estimable", said("Counts are so small that not even a period without any would stand out.")
            )
        return _course("no_departure", said("No single period lies outside what was to be expected."))
    departed = int(np.argmax(outside))
    later = [place for place in range(departed, len(periods)) if inside[place]]
    returns = [place for place in later if inside[place : place + IN_A_ROW].sum() == IN_A_ROW]
    first = periods[later[0]] if later else None
    if returns:
        since = periods[returns[0]]
        text = said("Three periods in a row inside the interval, from {period} on.", period=since.code)
        return _course("recovered", text, departed=periods[departed], since=since, first_inside=first)
    last = periods[int(np.flatnonzero(known)[-1])]
    text = said("Not recovered by {period}: no three periods in a row inside the interval.", period=last.code)
    return _course("sustained_change", text, departed=periods[departed], not_by=last, first_inside=first)


def _course(
    course: Course,
    text: Message,
    *,
    departed: Period | None = None,
    since: Period | None = None,
    not_by: Period | None = None,
    first_inside: Period | None = None,
) -> Recovery:
    return Recovery(course=course, departed=departed, since=since, not_by=not_by, first_inside=first_inside, said=text)
