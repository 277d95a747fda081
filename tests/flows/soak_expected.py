"""What `status` should say, told by the story alone: a small model that shares no code with the product.

It is told what comes and what is done, in the order in which it happens, and reckons with days and lists.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal

from tests.flows.soak_suppliers import PER_MONTH, ZONE, Parcel

Kind = Literal["monthly", "quarterly", "annual"]
KINDS: tuple[Kind, ...] = ("monthly", "quarterly", "annual")
DUE = (
    *(("case_register", body, 3, 25) for body in PER_MONTH),
    ("crime_justice", "SSC", 12, 45),
    ("population", "SSC", 12, 365),
)
"""Source, body, months of a period, and days after its end until which a delivery is in time."""
STEPS = ((-14, "reminder"), (-3, "reminder"), (1, "overdue"), (15, "overdue"), (30, "escalation"))
"""Days from the due day on which a body is written to."""
GRAVITY = ("reminder", "overdue", "escalation")
MOST_RUNS, MOST_RELEASED, BACKUP_DAYS = 8, 3, 31
EXTRACT_MONTHS, KEY_MONTHS = 9, 12
"""After so many months the file of a list, and the keys of persons in it, are deleted."""


@dataclass(frozen=True, slots=True)
class Span:
    """Months from the first day of one to the last day of another."""

    start: date
    end: date

    @property
    def code(self) -> str:
        months = (self.end.year - self.start.year) * 12 + self.end.month - self.start.month + 1
        return {1: f"{self.start:%Y-%m}", 3: f"{self.start.year}-Q{self.end.month // 3}"}.get(
            months, str(self.start.year)
        )


def span(day: date, months: int, further: int = 0) -> Span:
    """The month, quarter or year of a day, or one so many further on."""
    first = (day.year * 12 + day.month - 1) // months * months + further * months
    last = first + months - 1
    year, month = divmod(last, 12)
    return Span(date(first // 12, first % 12 + 1, 1), date(year, month + 1, monthrange(year, month + 1)[1]))


def last_whole(day: date, months: int) -> Span:
    """The last one that had ended by the end of a day."""
    return found if (found := span(day, months)).end == day else span(day, months, -1)


def months_on(day: date, months: int) -> date:
    """The same day so many months later."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


@dataclass(slots=True)
class Made:
    """An edition as its last making left it; `awaited` are deliveries that it lacked, as (source, body, period)."""

    awaited: tuple[tuple[str, str, str], ...]
    state: str
    as_of: date | None = None
    on: date | None = None
    by: str = ""


@dataclass(frozen=True, slots=True)
class Release:
    """What readers have."""

    edition: str
    on: date
    at: datetime
    as_of: date
    awaited: tuple[str, ...]


@dataclass(slots=True)
class Expected:
    """All that was done so far, as far as `status` tells of it."""

    taken: list[Parcel] = field(default_factory=list)
    runs: list[tuple[str, str, datetime, str]] = field(default_factory=list)
    drafts: dict[str, Made] = field(default_factory=dict)
    held: dict[str, Made] = field(default_factory=dict)
    lacked: dict[str, tuple[tuple[str, str, str], ...]] = field(default_factory=dict)
    released: dict[str, Release] = field(default_factory=dict)
    written: set[tuple[str, str, str, str, int]] = field(default_factory=set)
    deleted: set[tuple[str, str]] = field(default_factory=set)
    ledger: int = 0
    approvals: int = 0
    backed_up: datetime | None = None

    # what happens

    def comes(self, parcel: Parcel) -> None:
        """A file is taken in."""
        self.taken.append(parcel)

    def runs_noted(self, what: str, edition: str, moment: datetime, outcome: str = "done") -> None:
        """Something ran to its end."""
        self.runs.append((what, edition, moment, outcome))

    def is_made(self, edition: str, moment: datetime) -> None:
        """A draft is made, or the edition is held."""
        missing = self.missing(edition, moment)
        if self.is_held(edition, moment):
            self.held[edition] = Made(missing, "held", as_of=self.known(moment), on=moment.astimezone(ZONE).date())
        else:
            self.held.pop(edition, None)
            self.drafts[edition] = Made(missing, "draft: not proposed")
        self.lacked[edition] = missing

    def is_proposed(self, edition: str, by: str, moment: datetime) -> None:
        self.ledger += 1
        draft = self.drafts[edition]
        draft.state, draft.by, draft.on = "proposed: waits for approval", by, moment.astimezone(ZONE).date()
        draft.as_of = self.known(moment)

    def is_refused(self, edition: str, by: str, moment: datetime) -> None:
        self.ledger += 1
        draft = self.drafts[edition]
        draft.state, draft.by, draft.on = "refused", by, moment.astimezone(ZONE).date()

    def is_approved(self, edition: str, moment: datetime) -> None:
        self.ledger += 1
        self.approvals += 1
        draft = self.drafts.pop(edition)
        self.released[edition] = Release(
            edition, moment.astimezone(ZONE).date(), moment, self.known(moment), _named(draft.awaited)
        )

    def are_written(self, moment: datetime) -> None:
        """A round of notices."""
        self.written |= set(self.notices_due(moment))

    def is_cleared(self, moment: datetime) -> None:
        """Extracts and keys whose time is over are deleted; all of one night are one entry of the ledger."""
        today = moment.astimezone(ZONE).date()
        over = {
            (kind, parcel.name)
            for parcel in self.taken
            if parcel.source == "case_register"
            for kind, months in (("extract", EXTRACT_MONTHS), ("keys", KEY_MONTHS))
            if months_on(parcel.moment.date(), months) <= today
        }
        self.ledger += bool(over - self.deleted)
        self.deleted |= over

    # what follows from it

    def stands(self, moment: datetime) -> list[Parcel]:
        """What came and was not withdrawn."""
        return [one for one in self.taken if one.withdrawn is None or one.withdrawn > moment]

    def known(self, moment: datetime) -> date:
        """The last day on which something came or was withdrawn, as far as files say."""
        gone = [one.withdrawn.date() for one in self.taken if one.withdrawn is not None and one.withdrawn <= moment]
        return max([*(one.day for one in self.taken), *gone])

    def received(self, source: str, body: str, part: Span, moment: datetime) -> date | None:
        """Of which day the first file is that covers a period."""
        found = (
            one.day
            for one in self.stands(moment)
            if one.source == source and one.body in ("", body) and one.day > part.end and one.year >= part.end.year
        )
        return min(found, default=None)

    def due(self, moment: datetime) -> list[tuple[str, str, str, date, date | None, str]]:
        """Source, body, period, last day in time, day of receipt and state of each delivery."""
        today = moment.astimezone(ZONE).date()
        found = []
        for source, body, months, days in DUE:
            part = last_whole(today, months)
            last, came = part.end + timedelta(days=days), self.received(source, body, part, moment)
            if came is None:
                state = "overdue" if today > last else "not yet due"
            else:
                state = "late" if came > last else "in time"
            found.append((source, body, part.code, last, came, state))
        return found

    def missing(self, edition: str, moment: datetime) -> tuple[tuple[str, str, str], ...]:
        """What an edition lacks that was due by the day of its making."""
        kind, wanted = edition.partition("-")[0], period_named(edition)
        up_to = min(self.known(moment), wanted.end)
        found = []
        for source, body, months, days in DUE:
            part = last_whole(up_to, months)
            is_due = part.end + timedelta(days=days) <= made_on(kind, wanted.end)
            if is_due and self.received(source, body, part, moment) is None:
                found.append((source, body, part.code))
        return tuple(found)

    def is_held(self, edition: str, moment: datetime) -> bool:
        """Annual editions wait for the form on crime and justice; all others are made without what is missing."""
        return edition.startswith("annual") and any(
            source == "crime_justice" for source, _, _ in self.missing(edition, moment)
        )

    def to_make_anew(self, moment: datetime) -> dict[str, tuple[str, ...]]:
        """Editions that lacked something that has come since, and what."""
        found = {}
        for edition, lacked in self.lacked.items():
            come = [one for one in lacked if self.received(one[0], one[1], _coded(one[2]), moment) is not None]
            if come:
                found[edition] = _named(come)
        return found

    def editions(self, moment: datetime) -> list[tuple[str, str, date | None, str, tuple[str, ...], date | None]]:
        """Edition, state, day, person, what it lacks and as-of of each that waits, and of the last let out."""
        anew = self.to_make_anew(moment)
        found = [(edition, "to be made anew", None, "", come, None) for edition, come in anew.items()]
        found += [
            (edition, "held", one.on, "", _named(one.awaited), one.as_of)
            for edition, one in self.held.items()
            if edition not in anew
        ]
        found += [(key, one.state, one.on, one.by, _named(one.awaited), one.as_of) for key, one in self.drafts.items()]
        for kind in KINDS:
            out = [one for one in self.released.values() if one.edition.startswith(kind)]
            for one in sorted(out, key=lambda one: one.at)[-MOST_RELEASED:]:
                found.append((one.edition, "released", one.on, "B. Nurow", one.awaited, one.as_of))
        return sorted(found, key=str)

    def arrived(self, moment: datetime) -> list[tuple[str, int, int, date, date]]:
        """Source, extracts that stand and were withdrawn, and of the last the day it is of and on which it came."""
        found = []
        for source in sorted({one.source for one in self.taken}):
            stands = [one for one in self.stands(moment) if one.source == source]
            gone = sum(1 for one in self.taken if one.source == source) - len(stands)
            last = max(enumerate(stands), key=lambda numbered: (numbered[1].day, numbered[0]))[1]
            found.append((source, len(stands), gone, last.day, last.moment.date()))
        return found

    def last_runs(self) -> list[tuple[str, str, datetime, str]]:
        return self.runs[: -MOST_RUNS - 1 : -1]

    def notices(self, moment: datetime) -> list[tuple[str, str, str, str, bool]]:
        """To whom, source, period and stage of each notice that is due, and whether it was written."""
        return sorted((*one[:4], one in self.written) for one in self.notices_due(moment))

    def notices_due(self, moment: datetime) -> list[tuple[str, str, str, str, int]]:
        """Of each delivery that is owed the notice whose day was last; none between a due day and the first after."""
        today, found = moment.astimezone(ZONE).date(), []
        for source, body, months, days in DUE:
            reached = [
                (last + timedelta(days=step), GRAVITY.index(stage), abs(step), part, last)
                for part in self._owed(source, body, months, days, moment)
                for last in (part.end + timedelta(days=days),)
                for step, stage in STEPS
                if last + timedelta(days=step) <= today
            ]
            if not reached:
                continue
            _, gravity, step, part, last = max(reached, key=lambda one: (*one[:3], one[3].code))
            if GRAVITY[gravity] != "reminder" or last >= today:
                found.append((body, source, part.code, GRAVITY[gravity], step))
        return found

    def may_write_on(self, day: date) -> bool:
        """Whether a body may be written to on a day, if it has not delivered."""
        ends = [(span(day, months, back).end, days) for _, _, months, days in DUE for back in range(-3, 1)]
        return any(end + timedelta(days=days + step) == day for end, days in ends for step, _ in STEPS)

    def _owed(self, source: str, body: str, months: int, days: int, moment: datetime) -> Iterator[Span]:
        """Periods since the first that the body delivered, and of the year ahead, for which nothing has come."""
        days_of = [one.day for one in self.stands(moment) if one.source == source and one.body in ("", body)]
        part = last_whole(min(days_of) - timedelta(days=1), months)
        while part.end + timedelta(days=days) <= moment.date() + timedelta(days=365):
            if self.received(source, body, part, moment) is None:
                yield part
            part = span(part.start, months, 1)

    def is_backed_up_lately(self, moment: datetime) -> bool:
        return self.backed_up is None or moment - self.backed_up < timedelta(days=BACKUP_DAYS + 1)


def next_runs(moment: datetime) -> list[tuple[str, datetime, str]]:
    """What starts next by itself, when, and which edition it makes."""
    here = moment.astimezone(ZONE)
    found = [
        (name, next(one for one in _days_from(here, clock) if one > here), "")
        for name, clock in (("backup", time(2, 30)), ("housekeeping", time(4, 30)), ("notices", time(9)))
    ]
    for kind in KINDS:
        at = next(one for one in _days_from(here, HOURS[kind]) if one > here and is_day_of(kind, one.date()))
        found.append((kind, at, edition_made(kind, at.date())))
    return sorted(found, key=lambda one: one[1])


HOURS = {"monthly": time(6), "quarterly": time(7), "annual": time(8)}
_MONTHS = {"monthly": 1, "quarterly": 3, "annual": 12}


def is_day_of(kind: str, day: date) -> bool:
    """Whether an edition of a kind is made on a day."""
    if kind == "annual":
        return (day.month, day.day) == (3, 15)
    return day.day == 10 and (kind == "monthly" or day.month in (2, 5, 8, 11))


def edition_made(kind: str, day: date) -> str:
    """The edition that is made on a day: that of the last whole period before it."""
    return f"{kind}-{span(day, _MONTHS[kind], -1).code}"


def made_on(kind: str, end: date) -> date:
    """The day on which an edition of the period that ended then is made."""
    return next(day for ahead in range(1, 100) if is_day_of(kind, day := end + timedelta(days=ahead)))


def period_named(edition: str) -> Span:
    return _coded(edition.partition("-")[2])


def _coded(code: str) -> Span:
    year, _, part = code.partition("-")
    if not part:
        return span(date(int(year), 1, 1), 12)
    return span(date(int(year), 3 * int(part[1]), 1), 3) if part[0] == "Q" else span(date(int(year), int(part), 1), 1)


def _named(missing: tuple[tuple[str, str, str], ...] | list[tuple[str, str, str]]) -> tuple[str, ...]:
    return tuple(" ".join(one) for one in missing)


def _days_from(here: datetime, at: time) -> Iterator[datetime]:
    day = here.date()
    while True:
        yield datetime.combine(day, at, ZONE)
        day += timedelta(days=1)


def in_greenwich(moment: datetime) -> datetime:
    """As the product writes moments down: UTC, whole seconds."""
    return moment.astimezone(UTC).replace(microsecond=0)
