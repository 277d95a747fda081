"""Which notices the deadlines of a country give on a day, by what was delivered."""

from __future__ import annotations

from datetime import date

import duckdb

from flows.holdings.punctuality import owed
from flows.holdings.status import Coverage, coverage_of
from transforms.countries import Country, Deadline
from transforms.notices import Notice, NoticeRule, Owed, notice_of


def due_notices(con: duckdb.DuckDBPyConnection, profile: Country, today: date) -> tuple[Notice, ...]:
    """The notice of each deadline that has one on a day, the longest overdue first."""
    held = coverage_of(con, profile.code, today)
    days = profile.notices
    rule = NoticeRule(before=days.remind_days_before, after=days.overdue_days_after, escalated=days.escalate_days_after)
    found = (_notice(profile, deadline, held, rule, today) for deadline in profile.deadlines)
    return tuple(sorted((one for one in found if one is not None), key=lambda one: (one.due, one.name)))


def _notice(profile: Country, deadline: Deadline, held: Coverage, rule: NoticeRule, today: date) -> Notice | None:
    missing = [Owed(period=one.period.code, due=one.due) for one in owed(deadline, held, today)]
    return notice_of(profile.code, deadline.body or "", deadline.source, missing, rule, today)
