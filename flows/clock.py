"""The clock: handed in wherever a time is written down, so that whoever tests or rebuilds can hand in another."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from transforms.ledger.entries import Entry

Clock = Callable[[], datetime]
"""Gives the present moment, aware of its time zone."""


def now() -> datetime:
    """The moment by this machine's clock."""
    return datetime.now(UTC)


def day_of(entry: Entry) -> date:
    """The day of an act in the ledger, where its readers live."""
    return day_in(entry.scope, entry.moment)


def day_in(scope: str, moment: datetime) -> date:
    """The day that a moment falls on where the readers of a scope live, whatever the time zone of this machine."""
    from transforms.countries import country  # whoever only asks for the moment does not wait for the profiles

    return moment.astimezone(ZoneInfo(country(scope).time_zone)).date()
