"""How a home stands: deliveries, editions, runs, health; names, days and states, and no figure of persons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from transforms.messages import Message

DeliveryState = Literal["in time", "late", "overdue", "not yet due"]
EditionState = Literal[
    "released", "withdrawn", "refused", "proposed: waits for approval", "draft: not proposed", "held", "to be made anew"
]
RunOutcome = Literal["done", "held", "files refused", "refused", "in use", "stopped", "wrong arguments", "failed"]
WAITING: tuple[EditionState, EditionState, EditionState, EditionState] = (
    "to be made anew",
    "held",
    "proposed: waits for approval",
    "draft: not proposed",
)
"""States of editions that somebody has to do something about, or that wait for a delivery."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """What was delivered of a source: the day the newest extract is of and was loaded on (None: none stands)."""

    source: str
    extracts: int
    withdrawn: int
    latest: date | None
    loaded_on: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DueDelivery:
    """One delivery that a deadline asks for: the last period that is complete, or the next one."""

    source: str
    body: str
    period: str
    due: date
    received: date | None
    state: DeliveryState


@dataclass(frozen=True, slots=True, kw_only=True)
class EditionLine:
    """Where an edition stands; `on` is the day of the last act, `awaited` its missing deliveries (source body period).

    `audience` is empty where it is held for all.
    """

    edition: str
    scope: str
    audience: str
    state: EditionState
    as_of: date | None = None
    on: date | None = None
    by: str = ""
    awaited: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PastRun:
    """A run of the program that ended; `reason` is the kind of failure, never a text that could name a file."""

    what: str
    ended_at: datetime
    outcome: RunOutcome
    edition: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NextRun:
    """The next moment at which the schedule starts something, by its name; `edition` is what it will make."""

    what: str
    at: datetime
    edition: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """One check of the home, as doctor finds it."""

    name: str
    label: Message
    is_well: bool
    told: tuple[Message, ...]
    mend: tuple[Message, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BackTest:
    """How earlier estimates of late registrations did: of so many periods, the share that the intervals held.

    In percent, and the error of the totals in percent, with and without the estimate; None where nothing came late.
    """

    series: str
    periods: int
    level_pct: float
    covered_pct: float | None
    error_pct: float | None
    uncorrected_error_pct: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeState:
    """One notice to a supplier that is due now: whether it was written, and how many addresses have it not."""

    to: str
    source: str
    period: str
    stage: str
    is_written: bool
    unsent: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeStatus:
    """All of it, at a moment by the clock of the country; `names` are those of scope and bodies, by language.

    `server` says what a Prefect server answered: None where none was asked.
    """

    scope: str
    at: datetime
    time_zone: str
    names: Mapping[str, Mapping[str, str]]
    is_fictional: bool
    has_deadlines: bool
    arrived: tuple[Arrived, ...]
    due: tuple[DueDelivery, ...]
    notices: tuple[NoticeState, ...]
    editions: tuple[EditionLine, ...]
    last_runs: tuple[PastRun, ...]
    next_runs: tuple[NextRun, ...]
    health: tuple[Health, ...]
    backtests: tuple[BackTest, ...]
    server: str | None = None

    @property
    def overdue(self) -> tuple[DueDelivery, ...]:
        """Deliveries that have not come."""
        return tuple(one for one in self.due if one.state == "overdue")

    @property
    def waiting(self) -> tuple[EditionLine, ...]:
        """Editions that wait for somebody or something."""
        return tuple(one for one in self.editions if one.state in WAITING)

    @property
    def ill(self) -> tuple[Health, ...]:
        """Checks that found something wrong."""
        return tuple(one for one in self.health if not one.is_well)

    @property
    def last_failure(self) -> PastRun | None:
        """The last run, where it failed."""
        last = self.last_runs[0] if self.last_runs else None
        return last if last is not None and last.outcome not in ("done", "held") else None
