"""Which deadline of the home's country a file belongs to, and when the next delivery is due."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from transforms.acceptance import Timeliness
from transforms.countries import Country, Deadline
from transforms.periods import period_of


def timeliness(
    country: Country | None, source: str, areas: Collection[str], bodies: Collection[str], day: date
) -> Timeliness | None:
    """The deadline that a file of that day answers; of several bodies the earliest. None where nothing is due."""
    if country is None or country.code not in areas:
        return None
    mine = [
        _answered(deadline, day)
        for deadline in country.deadlines
        if deadline.source == source and (deadline.body is None or not bodies or deadline.body in bodies)
    ]
    return min(mine, key=lambda found: (found.due, found.next_due), default=None)


def _answered(deadline: Deadline, day: date) -> Timeliness:
    current = period_of(day, deadline.frequency)
    covered = current if current.end == day else current.shifted(-1)
    following = covered.shifted(1)
    return Timeliness(
        period=covered.code,
        due=deadline.due_on(covered),
        next_period=following.code,
        next_due=deadline.due_on(following),
    )
