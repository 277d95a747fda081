"""When the schedule starts something next, by the clock of the country; told by the timetable, without any server."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import get_args
from zoneinfo import ZoneInfo

from cronsim import CronSim

from flows.editions.schedule import Kind, edition_due
from flows.running.timetable import DEPLOYED
from transforms.status import NextRun

ALWAYS = ("inbox",)
"""What comes every few minutes is not worth a line."""
TIMETABLE: Mapping[str, str] = {one.name: one.cron for one in DEPLOYED if one.cron and one.name not in ALWAYS}
"""Cron lines by the name of what they start."""


def next_runs(moment: datetime, time_zone: str) -> tuple[NextRun, ...]:
    """The next start of each, the earliest first; of editions with the name of the one that is due then."""
    found = [_next(name, cron, moment, time_zone) for name, cron in TIMETABLE.items()]
    return tuple(sorted(found, key=lambda one: one.at))


def _next(name: str, cron: str, moment: datetime, time_zone: str) -> NextRun:
    at = next(CronSim(cron, moment.astimezone(ZoneInfo(time_zone))))
    kind = next((kind for kind in get_args(Kind) if kind == name), None)
    return NextRun(what=name, at=at, edition="" if kind is None else edition_due(kind, at, time_zone))
