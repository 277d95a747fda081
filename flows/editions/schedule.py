"""Which edition is due at a moment: the one of the last complete period, by the clock of the country."""

from __future__ import annotations

import os
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from flows.home import ENVIRONMENT
from transforms.errors import WrongArguments
from transforms.periods import Frequency, Period, period_of

Kind = Literal["monthly", "quarterly", "annual"]

_FREQUENCIES: dict[Kind, Frequency] = {"monthly": "month", "quarterly": "quarter", "annual": "year"}

CRON: dict[Kind, str] = {
    "monthly": "0 6 10 * *",
    "quarterly": "0 7 10 2,5,8,11 *",
    "annual": "0 8 15 3 *",
}
"""When editions are made: some days after the deliveries of the period are due, and never two at one moment.

`prefect.yaml` says the same.
"""


def edition_due(kind: Kind, moment: datetime, time_zone: str) -> str:
    """Name of the edition for the last period that was complete at that moment (aware) in that time zone."""
    today = moment.astimezone(ZoneInfo(time_zone)).date()
    return f"{kind}-{period_of(today, _FREQUENCIES[kind]).shifted(-1).code}"


def drafted_on(kind: Kind, part: Period) -> date:
    """The day on which the schedule makes the edition of a period: the first of its days after the period's end."""
    _, _, day, months, _ = CRON[kind].split()
    wanted = range(1, 13) if months == "*" else [int(month) for month in months.split(",")]
    found = part.end + timedelta(days=1)
    while found.day != int(day) or found.month not in wanted:
        found += timedelta(days=1)
    return found


def home_of_run(given: Path | None) -> Path:
    """The home of a scheduled run: its parameter, else TIP_TRENDS_HOME where the run takes place.

    Raises WrongArguments where neither names an absolute folder that exists: a worker starts each run in a
    passing folder of its own, so a relative name would mean a new, empty home that is thrown away afterwards.
    """
    named = given or os.environ.get(ENVIRONMENT, "")
    home = Path(named)
    if not str(named) or not home.is_absolute() or not home.is_dir():
        raise WrongArguments(
            f"The home '{named}' of this run is not the full path of a folder." if str(named) else "No home is named.",
            advice=f"Set {ENVIRONMENT} to the full path of the home where the worker is started.",
        )
    return home
