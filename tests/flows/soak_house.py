"""A home in which two years go by: what arrives, what the timetable starts and what persons do, by a clock handed in.

Each act calls what the flow of that name calls, without Prefect, and tells the model the same. After each act `status`
is held against the model.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path

from prefect.client.schemas.objects import State
from prefect.states import Completed, Failed

import transforms.sources
from flows.editions.arrived import make_anew
from flows.editions.held import refuse_held
from flows.editions.lacking import to_make_anew
from flows.editions.publish import estimate_edition, publish_edition
from flows.editions.release import approve, candidate, propose, refuse
from flows.editions.schedule import edition_due
from flows.holdings.withdrawals import withdraw
from flows.home import Home, Settings, write_settings
from flows.intake.arrivals import QUIET_SECONDS, arrivals
from flows.intake.desk import today
from flows.intake.inbox import Outcome, empty_inbox, ingest_each
from flows.notices.round import notify
from flows.running.doctor import checks_of_the_home
from flows.running.guarded import NOTHING_NEW, REFUSED
from flows.running.home_status import home_status
from flows.running.house import clear_left_overs, clear_old_logs, sizes
from flows.running.noted_flow import HELD, note_flow
from flows.upkeep.backup import make_backup
from flows.upkeep.keys import write_new_key
from flows.upkeep.pruning import prune_backups
from flows.upkeep.retention import keep_to_retention
from flows.warehouse import open_warehouse
from tests.flows.drafted import STATED
from tests.flows.soak_expected import (
    EXTRACT_MONTHS,
    HOURS,
    KEY_MONTHS,
    KINDS,
    Expected,
    Kind,
    edition_made,
    in_greenwich,
    is_day_of,
    next_runs,
)
from tests.flows.soak_suppliers import FIRST_YEAR, ZONE, Parcel, at, first_stock, parcels_of
from transforms.errors import EditionHeld, ReleaseRefused
from transforms.ledger.entries import Key

AUDIENCE = "working-group"
LANGUAGES = ("en",)
NIGHTS = (2, 11, 21)
"""Days of a month whose night is lived through; the backups of the others would differ in nothing."""
MORNINGS = 5
"""Every so many days there is a round of notices, besides the days on which a notice may fall due."""
NO_BACKUPS = (date(FIRST_YEAR, 8, 1), date(FIRST_YEAR, 9, 20))
"""From when to when the disk of the backups is away: longer than `status` lets pass."""
KEPT = {"keep_daily": 4, "keep_weekly": 4, "keep_monthly": 12}
SETTINGS = """
[awaited.annual]
crime_justice = "held"

[backup]
key_file = "../key"
"""
RETENTION = f"""
[retention]
extracts_months = {EXTRACT_MONTHS}
person_keys_months = {KEY_MONTHS}
backups_days = 60
basis = "Agreement of the Working Group (SYNTHETIC)"
"""


@dataclass(slots=True)
class Hand:
    """A clock that stands where it was put."""

    moment: datetime

    def __call__(self) -> datetime:
        return self.moment


@dataclass(slots=True)
class House:
    """The home, its clock, and what is expected of it."""

    home: Home
    hand: Hand
    expected: Expected = field(default_factory=Expected)
    compared: int = 0
    refused: list[str] = field(default_factory=list)
    made: int = 0

    # what arrives

    def takes_in(self, parcel: Parcel) -> None:
        """A file is laid into the inbox, and the next look takes it in or refuses it."""
        (self.home.inbox / parcel.name).write_bytes(parcel.content)
        outcomes = self._inbox_emptied()
        (outcome,) = outcomes
        assert outcome.path.name == parcel.name
        taken = outcome.acceptance
        if parcel.fate == "refused":
            assert taken is None and outcome.refusal is not None
        else:
            assert taken is not None, outcome.refusal
            assert (taken.verdict == "already loaded") == (parcel.fate == "known before")
            assert (taken.rows_accepted, taken.rows_quarantined) == (parcel.rows, parcel.bad_rows)
            assert (taken.vintage_date, taken.received_on) == (parcel.day, parcel.moment.date()), taken.remarks
        if parcel.fate == "taken":
            self.expected.comes(parcel)
        state = Failed(name=REFUSED) if parcel.fate == "refused" else Completed(message="taken in")
        self._noted("inbox", state, outcome="files refused" if parcel.fate == "refused" else "done")
        if parcel.fate == "refused":
            assert not self._inbox_emptied(), "what was refused is not looked at again"

    def withdraws(self, parcel: Parcel) -> None:
        """The analyst finds that an extract was wrong."""
        present = today(self.home, self.hand)
        with open_warehouse(self.home.folder) as con:
            withdraw(
                con, parcel.source, str(parcel.day), reason="Ages were wrong, letter 5", on=present, today=present,
                clock=self.hand,
            )  # fmt: skip

    def _inbox_emptied(self) -> list[Outcome]:
        def settle(path: Path) -> Outcome:
            return next(ingest_each(self.home.folder, [path], clock=self.hand))

        found = arrivals(self.home, quiet_seconds=QUIET_SECONDS, seconds=lambda: time.time() + QUIET_SECONDS)
        assert not found.arriving
        return list(empty_inbox(self.home.folder, self.home.inbox, settle, found.complete))

    # what the timetable starts

    def makes_edition(self, kind: Kind) -> None:
        """The run of a schedule: the inbox, the edition unless it is held, and those for which something has come."""
        edition = edition_due(kind, self.hand(), "Asia/Ashgabat")
        assert edition == edition_made(kind, self.hand().date())
        assert not self._inbox_emptied()
        held = False
        try:
            refuse_held(self.home.folder, edition, "XX", None, self.hand)
        except EditionHeld:
            held = True
        assert held == self.expected.is_held(edition, self.hand())
        if not held and not self._is_drafted(edition):
            self._noted(
                kind, Failed(message="refused", data=ReleaseRefused("refused")), edition=edition, outcome="refused"
            )
            return
        self.expected.is_made(edition, self.hand())
        anew = [one for one in to_make_anew(self.home.folder, "XX") if one.key.edition != edition]
        assert {one.key.edition for one in anew} == set(self.expected.to_make_anew(self.hand())) - {edition}
        for one in anew:
            for made in make_anew(self.home.folder, one, LANGUAGES, self.hand):
                self.made += 1
                if made.refusal is None:
                    self.expected.is_made(one.key.edition, self.hand())
                else:
                    self.refused.append(one.key.edition)
        done: State[None] = Completed(name=HELD if held else "Completed", message="made")
        self._noted(kind, done, edition=edition, outcome="held" if held else "done")
        self.compare()
        for waiting in (edition, *(one.key.edition for one in anew)):
            if waiting in self.expected.drafts:
                self.releases(waiting)

    def _is_drafted(self, edition: str) -> bool:
        """Whether the draft of an edition could be made; of a refused one only counts are kept."""
        estimate_edition(self.home.folder, edition, scope="XX", as_of=None)
        self.made += 1
        try:
            self._publish(edition)
        except ReleaseRefused:
            self.refused.append(edition)
            return False
        return True

    def backs_up(self) -> None:
        """The backup of the night, encrypted, and the removal of old ones by the rule."""
        done = make_backup(self.home.folder, clock=self.hand)
        assert done.is_encrypted and done.continues and not done.fault and done.ledger == self.expected.ledger
        prune_backups(self.home.folder, clock=self.hand)
        self.expected.backed_up = self.hand()
        self._noted("backup", Completed(message="made"))

    def keeps_house(self) -> None:
        """What killed runs left, old logs, rules of retention, sizes, and all checks of the home."""
        clear_left_overs(self.home)
        clear_old_logs(self.home, self.hand)
        keep_to_retention(self.home.folder, clock=self.hand)
        self.expected.is_cleared(self.hand())
        assert sizes(self.home)
        ill = {check.name for check in checks_of_the_home(self.home, self.hand) if not check.is_well}
        well = self.expected.is_backed_up_lately(self.hand())
        assert ill == (set() if well else {"backups"})
        failed: State[None] = Failed(message="not well")
        self._noted("housekeeping", Completed(message="well") if well else failed, outcome="done" if well else "failed")

    def sends_notices(self) -> None:
        """The round of the morning; a round with nothing new leaves no line."""
        due = self.expected.notices_due(self.hand())
        told = notify(self.home.folder, "XX", is_sent=False, clock=self.hand)
        found = {
            (one.notice.to, one.notice.source, one.notice.period, one.notice.stage, one.notice.days) for one in told
        }
        assert found == set(due)
        new = [one for one in due if one not in self.expected.written]
        assert sum(1 for one in told if one.is_new) == len(new)
        self.expected.are_written(self.hand())
        state: State[None] = Completed(message="written") if new else Completed(name=NOTHING_NEW)
        self._noted("notices", state, is_noted=bool(new))

    # what two persons do

    def releases(self, edition: str) -> None:
        """Two keys; one edition of the first year is refused once before it is approved."""
        key = Key(scope="XX", edition=edition, audience=AUDIENCE)
        self._later(20)
        self._proposed(key)
        self.expected.is_proposed(edition, "A. Orazowa", self.hand())
        self.compare()
        if edition == f"monthly-{FIRST_YEAR}-01":
            self._later(5)
            refuse(self.home.folder, key, by="B. Nurow", reason="Say which list is new", clock=self.hand)
            self.expected.is_refused(edition, "B. Nurow", self.hand())
            self.compare()
            self._later(5)
            propose(self.home.folder, key, by="A. Orazowa", **STATED, clock=self.hand)
            self.expected.is_proposed(edition, "A. Orazowa", self.hand())
        self._later(5)
        done = approve(self.home.folder, candidate(self.home.folder, key), by="B. Nurow", clock=self.hand)
        assert done.is_released and not done.archive_fault
        self.expected.is_approved(edition, self.hand())

    def _proposed(self, key: Key) -> None:
        """Where another edition was released since, the draft is made anew first, as the refusal asks."""
        try:
            propose(self.home.folder, key, by="A. Orazowa", **STATED, clock=self.hand)
        except ReleaseRefused:
            self._publish(key.edition)
            self.made += 1
            propose(self.home.folder, key, by="A. Orazowa", **STATED, clock=self.hand)

    def _publish(self, edition: str) -> None:
        publish_edition(
            self.home.folder, edition, scope="XX", audience=AUDIENCE, as_of=None, languages=LANGUAGES, clock=self.hand
        )

    def _later(self, minutes: int) -> None:
        self.hand.moment += timedelta(minutes=minutes)

    def _noted(
        self, what: str, done: State[None], *, edition: str = "", outcome: str = "done", is_noted: bool = True
    ) -> None:
        note_flow(self.home, what, done, edition=edition, clock=self.hand)
        if is_noted:
            self.expected.runs_noted(what, edition, in_greenwich(self.hand()), outcome)

    # what is told of it

    def compare(self) -> None:
        """`status` says what the model says."""
        moment, expected = self.hand(), self.expected
        status = home_status(self.home, "XX", self.hand)
        self.compared += 1
        assert status.at == moment
        arrived = [(one.source, one.extracts, one.withdrawn, one.latest, one.loaded_on) for one in status.arrived]
        assert arrived == expected.arrived(moment)
        due = [(one.source, one.body, one.period, one.due, one.received, one.state) for one in status.due]
        assert due == expected.due(moment)
        notices = sorted((one.to, one.source, one.period, one.stage, one.is_written) for one in status.notices)
        assert notices == expected.notices(moment)
        editions = [(one.edition, one.state, one.on, one.by, one.awaited, one.as_of) for one in status.editions]
        assert sorted(editions, key=str) == expected.editions(moment)
        ran = [(one.what, one.edition, one.ended_at, one.outcome) for one in status.last_runs]
        assert ran == expected.last_runs()
        assert [(one.what, one.at, one.edition) for one in status.next_runs] == next_runs(moment)
        health = {one.name: one for one in status.health}
        ill = {name for name, one in health.items() if not one.is_well}
        assert ill == (set() if expected.is_backed_up_lately(moment) else {"backups"})
        entries = {0: "nothing was published yet", 1: "1 entry in"}.get(
            expected.ledger, f"{expected.ledger} entries in"
        )
        assert str(health["ledger"].told[0]).startswith(entries)


def new_house(folder: Path) -> House:
    """A home as the analyst sets it up, with the stock of the year before."""
    home = Home(folder=folder / "home").create()
    write_settings(home, Settings(country="XX", audiences=(AUDIENCE,), languages=LANGUAGES))
    write_new_key(folder / "key")
    rule = "".join(f"{name} = {number}\n" for name, number in KEPT.items())
    home.settings_file.write_text(home.settings_file.read_text("utf-8") + SETTINGS + rule, encoding="utf-8")
    home.profiles.mkdir()
    built_in = Path(transforms.sources.__file__).parent / "profiles" / "case_register.toml"
    (home.profiles / built_in.name).write_text(f"{built_in.read_text('utf-8')}\n{RETENTION}", encoding="utf-8")
    stock = sorted(first_stock(), key=lambda one: one.moment)
    house = House(home=home, hand=Hand(stock[0].moment))
    for parcel in stock:
        house.hand.moment = parcel.moment
        house.takes_in(parcel)
    return house


def months(number: int) -> Iterator[tuple[int, int]]:
    """Year and month, one after the other."""
    for place in range(number):
        yield FIRST_YEAR + place // 12, place % 12 + 1


def live_through(house: House, year: int, month: int) -> None:
    """All that happens in a month, in its order."""
    acts: list[tuple[datetime, Callable[[], None]]] = []
    for parcel in parcels_of(year, month):
        acts.append((parcel.moment, partial(house.takes_in, parcel)))
        if parcel.withdrawn is not None:
            acts.append((parcel.withdrawn, partial(house.withdraws, parcel)))
    day = date(year, month, 1)
    while day.month == month:
        if day.day % MORNINGS == 0 or house.expected.may_write_on(day):
            acts.append((at(day, 9), house.sends_notices))
        if day.day in NIGHTS:
            acts.append((at(day, 4, 30), house.keeps_house))
            if not NO_BACKUPS[0] <= day < NO_BACKUPS[1]:
                acts.append((at(day, 2, 30), house.backs_up))
        for kind in KINDS:
            if is_day_of(kind, day):
                acts.append((datetime.combine(day, HOURS[kind], ZONE), partial(house.makes_edition, kind)))
        day += timedelta(days=1)
    for moment, act in sorted(acts, key=lambda one: one[0]):
        house.hand.moment = moment
        act()
        house.compare()
