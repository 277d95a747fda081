"""How long raw extracts and person keys are kept: a rule of a source's profile or of a country's, and what is due.

Nothing is deleted without such a rule, and a rule says where it comes from. What a country's profile says of a source
stands in place of what the source's own profile says.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

Kind = Literal["extract", "person_keys"]
"""A file as it was received with the copies of it that were marked, or what links its records to those of others."""

LONGEST_MONTHS = 1200
LONGEST_DAYS = 3650


@dataclass(frozen=True, slots=True, kw_only=True)
class Retention:
    """The rule of one source. Months count from the day of receipt; None: kept for good.

    `backups_days` is for how long backups from before a deletion may stay. `basis` is the law or agreement that says
    so, `origin` the file in which the rule stands.
    """

    extracts_months: int | None = None
    person_keys_months: int | None = None
    backups_days: int
    basis: str
    origin: str = ""

    def months(self, kind: Kind) -> int | None:
        """The period of one kind."""
        return self.extracts_months if kind == "extract" else self.person_keys_months


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What is held of one extract: `vintage_id` None for a file that is in no table; `number` of files or of keys."""

    kind: Kind
    source: str
    sha256: str
    received_on: date
    number: int
    size_bytes: int = 0
    vintage_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """Something held whose time is over since a day, and the rule that says so."""

    held: Held
    since: date
    rule: Retention


def due(held: Iterable[Held], rules: Mapping[str, Retention], day: date) -> tuple[Due, ...]:
    """What is to be deleted on a day, oldest first."""
    found = []
    for one in held:
        rule = rules.get(one.source)
        months = None if rule is None else rule.months(one.kind)
        if rule is not None and months is not None and (since := months_after(one.received_on, months)) <= day:
            found.append(Due(held=one, since=since, rule=rule))
    return tuple(sorted(found, key=lambda one: (one.since, one.held.sha256, one.held.kind, one.held.vintage_id or 0)))


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last of its month where that is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))
