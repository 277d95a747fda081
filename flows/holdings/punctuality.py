"""How punctual each body was since it first delivered, and what is due next: deadlines against deliveries."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from flows.holdings.status import Coverage, Expected, deliveries_of, last_complete, of_period
from transforms.countries import Country, Deadline
from transforms.periods import Period, period_of, periods_between

AHEAD = timedelta(days=365)
"""How far the calendar of what is due looks."""


def punctuality(country: Country, coverage: Coverage, as_of: date) -> list[dict[str, Any]]:
    """Per deadline of the country: how many deliveries were due, came, were late, complete, in time; ready for JSON.

    From the first period that a body delivered; of one that never did, the last period that was due by the day.
    """
    return [_counted(deadline, _asked(deadline, coverage, as_of)) for deadline in country.deadlines]


def calendar(country: Country, coverage: Coverage, as_of: date) -> list[dict[str, Any]]:
    """What was overdue on a day and what is due in the year after it, by day; ready for JSON."""
    found = [one for deadline in country.deadlines for one in owed(deadline, coverage, as_of)]
    ordered = sorted(found, key=lambda one: (one.due, one.source, one.period, one.body))
    return [
        {
            "source": one.source,
            "body": one.body,
            "period": one.period.code,
            "due": one.due.isoformat(),
            "is_overdue": as_of > one.due,
        }
        for one in ordered
    ]


def owed(deadline: Deadline, coverage: Coverage, as_of: date) -> list[Expected]:
    """The deliveries of a deadline that were overdue on a day or are due in the year after it, by period."""
    ahead = (of_period(deadline, coverage, part) for part in _ahead(deadline, as_of))
    return [one for one in (*_asked(deadline, coverage, as_of), *ahead) if one.received is None]


def _asked(deadline: Deadline, coverage: Coverage, as_of: date) -> list[Expected]:
    """The deliveries that were due by the day, or came before they were."""
    days = [day for day, _, _ in deliveries_of(deadline, coverage)]
    last = last_complete(deadline, as_of)
    first = last_complete(deadline, min(days) - timedelta(days=1)) if days else last
    while not days and deadline.due_on(first) >= as_of:
        first = first.shifted(-1)
    periods = periods_between(first, last if days else first)
    found = [of_period(deadline, coverage, part) for part in periods]
    return [one for one in found if one.received is not None or as_of > one.due]


def _ahead(deadline: Deadline, as_of: date) -> list[Period]:
    """Periods whose delivery is due on the day or in the year after it."""
    part = period_of(as_of, deadline.frequency)
    while deadline.due_on(part) >= as_of:
        part = part.shifted(-1)
    found = []
    while deadline.due_on(part := part.shifted(1)) <= as_of + AHEAD:
        found.append(part)
    return found


def _counted(deadline: Deadline, asked: Sequence[Expected]) -> dict[str, Any]:
    received = [one for one in asked if one.received is not None]
    late = sum(1 for one in received if one.received is not None and one.received > one.due)
    return {
        "source": deadline.source,
        "body": deadline.body or "",
        "first": asked[0].period.code if asked else "",
        "last": asked[-1].period.code if asked else "",
        "due": len(asked),
        "received": len(received),
        "late": late,
        "complete": sum(one.is_complete for one in received),
        "in_time": len(received) - late,
    }
