"""Words of the status page: states, runs, names of bodies and sources, days and moments."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from zoneinfo import ZoneInfo

from reports import words
from reports.locale import N_, Locale
from transforms.messages import Message
from transforms.status import DueDelivery, HomeStatus

STATES = {
    "in time": N_("On time"),
    "late": N_("Late"),
    "overdue": N_("Overdue"),
    "not yet due": N_("Not due yet"),
}
EDITION_STATES = {
    "released": N_("Released"),
    "withdrawn": N_("Withdrawn"),
    "refused": N_("Refused by the second person"),
    "proposed: waits for approval": N_("Proposed: waits for the second person"),
    "draft: not proposed": N_("Draft: not proposed"),
    "held": N_("Held: waits for deliveries"),
    "to be made anew": N_("To be made anew: deliveries have come"),
}
OUTCOMES = {
    "done": N_("Done"),
    "held": N_("Edition held"),
    "files refused": N_("Done, files refused"),
    "refused": N_("Refused"),
    "in use": N_("Not done: the warehouse was in use"),
    "stopped": N_("Stopped by a person"),
    "wrong arguments": N_("Not done: wrong settings"),
    "failed": N_("Failed"),
}
RUNS = {
    "monthly": N_("Monthly edition"),
    "quarterly": N_("Quarterly edition"),
    "annual": N_("Annual edition"),
    "inbox": N_("Look at the inbox"),
    "backup": N_("Backup"),
    "housekeeping": N_("Housekeeping"),
    "notices": N_("Notices to suppliers"),
    "run": N_("Edition"),
    "publish": N_("Draft of an edition"),
    "ingest": N_("Intake of files"),
    "propose": N_("Proposal of an edition"),
    "approve": N_("Approval of an edition"),
    "refuse": N_("Refusal of an edition"),
    "withdraw": N_("Withdrawal"),
    "restore": N_("Restoring a backup"),
    "demo": N_("Demonstration"),
}
STAGES = {"reminder": N_("Reminder"), "overdue": N_("Overdue"), "escalation": N_("Long overdue")}
AUDIENCES = {"working-group": N_("Working Group"), "public": N_("Public")}


def area(status: HomeStatus, here: Locale) -> str:
    """The country, or the world."""
    return here.text("World") if status.scope == "world" else named(status, status.scope, here)


def named(status: HomeStatus, code: str, here: Locale) -> str:
    """A country, a body, or a source by its key."""
    names = status.names.get(code) or {}
    return names.get(here.language) or names.get("en") or source(code, here)


def owner(status: HomeStatus, one: DueDelivery, here: Locale) -> str:
    """Who owes a delivery."""
    return named(status, one.body, here) if one.body else source(one.source, here)


def source(key: str, here: Locale) -> str:
    """The title of a source."""
    return here.text(words.SOURCES[key]) if key in words.SOURCES else words.readable(key)


def day(when: date | None, here: Locale) -> str:
    """A day, a dash for none."""
    return "–" if when is None else here.date(when)


def moment(when: datetime, status: HomeStatus, here: Locale) -> str:
    """Day and minute by the clock of the country."""
    local = when.astimezone(ZoneInfo(status.time_zone))
    return f"{here.date(local.date())}, {local:%H:%M}"


def found(parts: Sequence[Message], here: Locale) -> str:
    """What a check found, its parts apart."""
    return "; ".join(here.message(part) for part in parts)


def told(parts: Sequence[Message], here: Locale) -> str:
    """Sentences one after the other."""
    return " ".join(here.message(part) for part in parts)


def run_name(what: str, edition: str, here: Locale) -> str:
    """What ran, and for which edition."""
    name = here.text(RUNS[what]) if what in RUNS else words.readable(what)
    return f"{name}: {edition}" if edition else name
