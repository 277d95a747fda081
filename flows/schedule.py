"""Which edition is due at a moment: the one of the last complete period, by the clock of the country."""

from __future__ import annotations

from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from transforms.periods import Frequency, period_of

Kind = Literal["monthly", "quarterly", "annual"]

_FREQUENCIES: dict[Kind, Frequency] = {"monthly": "month", "quarterly": "quarter", "annual": "year"}

CRON: dict[Kind, str] = {
    "monthly": "0 6 10 * *",
    "quarterly": "0 6 10 2,5,8,11 *",
    "annual": "0 6 15 3 *",
}
"""When editions are made: some days after the deliveries of the period are due."""


def edition_due(kind: Kind, moment: datetime, time_zone: str) -> str:
    """Name of the edition for the last period that was complete at that moment (aware) in that time zone."""
    today = moment.astimezone(ZoneInfo(time_zone)).date()
    return f"{kind}-{period_of(today, _FREQUENCIES[kind]).shifted(-1).code}"
