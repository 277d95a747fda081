"""Which notice a supplier is due on a day: a reminder before a delivery is due, or that it has not come.

Of one deadline there is one notice at a time, the one whose day was last: what it says holds for all that came before
it. So whoever was away for a month finds one letter, not four, and a calendar that starts late floods nobody.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, get_args

Stage = Literal["reminder", "overdue", "escalation"]
"""From the mildest to the gravest."""
STAGES: tuple[Stage, ...] = get_args(Stage)


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """A delivery that has not come: the code of its period and the last day on which it is in time."""

    period: str
    due: date


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeRule:
    """Days before and after a due day on which a body is written to, as a country declares them."""

    before: Sequence[int]
    after: Sequence[int]
    escalated: Sequence[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """What a body is told about one deadline; `days` before or after the due day it falls due, `since` says when.

    `also` are the codes of other periods of the deadline that are overdue. Without a `body` it is about the source.
    """

    scope: str
    body: str
    source: str
    period: str
    due: date
    stage: Stage
    days: int
    since: date
    also: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """What it is known by: the same for whoever asks on another day."""
        return f"{self.scope}/{self.folder}"

    @property
    def to(self) -> str:
        """The body, or the source where the profile names none."""
        return self.body or self.source

    @property
    def folder(self) -> str:
        """Where it is kept, below the notices of a home."""
        return f"{self.to}/{self.period}-{self.source}-{self.stage}-{self.days}"

    def days_late(self, today: date) -> int:
        """Days since the due day; negative before it."""
        return (today - self.due).days


def notice_of(scope: str, body: str, source: str, owed: Iterable[Owed], rule: NoticeRule, today: date) -> Notice | None:
    """The notice that a deadline gives on a day, by what is owed; None where its first day lies ahead.

    Also None from the end of a due day to the first notice after it: a reminder comes too late, and older notices of
    other periods were said before it.
    """
    missing = list(owed)
    reached = [step for one in missing for step in _steps(one, rule) if step[0] <= today]
    if not reached:
        return None
    since, gravity, days, one = max(reached, key=lambda step: (*step[:3], step[3].period))
    if STAGES[gravity] == "reminder" and one.due < today:
        return None
    return Notice(
        scope=scope,
        body=body,
        source=source,
        period=one.period,
        due=one.due,
        stage=STAGES[gravity],
        days=days,
        since=since,
        also=tuple(other.period for other in missing if other != one and other.due < today),
    )


def _steps(one: Owed, rule: NoticeRule) -> Iterator[tuple[date, int, int, Owed]]:
    """(first day, gravity, days from the due day, delivery) of each notice that a delivery can give."""
    for days in rule.before:
        yield one.due - timedelta(days=days), 0, days, one
    for days in rule.after:
        yield one.due + timedelta(days=days), 1, days, one
    for days in rule.escalated:
        yield one.due + timedelta(days=days), 2, days, one
