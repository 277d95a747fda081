"""What `doctor` and a status page say of a home's safekeeping: who can read it, its backups, its disk, what is due."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice

from flows.clock import Clock, now
from flows.home import Home
from flows.private import HAS_MODES, open_to_others
from flows.upkeep.at_rest import is_encrypted
from flows.upkeep.place import place_of
from flows.upkeep.retention import unfinished, what_is_due
from flows.upkeep.snapshot import moment_of
from flows.upkeep.store import encrypted, names_in
from flows.warehouse import look_into_warehouse
from transforms.errors import NoData, TipTrendsError
from transforms.tables import CASES, VINTAGES

OLDEST_BACKUP_DAYS = 31
"""Older than that, a backup lacks the deliveries and editions of a month."""
_MOST_NAMED = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at: what was found and, where it is not well, the remedy."""

    name: str
    is_well: bool
    found: str
    remedy: str = ""


def findings(home: Home, *, clock: Clock = now) -> tuple[Finding, ...]:
    """All of them; nothing is changed, and no key is needed."""
    holds_real_cases = _holds_real_cases(home)
    return (
        _privacy(home),
        _backups(home, clock(), holds_real_cases=holds_real_cases),
        _disk(home, holds_real_cases=holds_real_cases),
        _retention(home, clock),
        *_restored(home),
    )


def _holds_real_cases(home: Home) -> bool:
    """Whether records of persons are in the warehouse that no file says are made up."""
    with suppress(TipTrendsError), look_into_warehouse(home.folder) as con:
        rows = con.execute(
            f"SELECT 1 FROM {VINTAGES.name} WHERE is_synthetic <> 'yes' "
            f"AND vintage_id IN (SELECT vintage_id FROM {CASES.name}) LIMIT 1"
        ).fetchall()
        return bool(rows)
    return False


def _privacy(home: Home) -> Finding:
    name = "privacy"
    if not HAS_MODES:
        return Finding(name=name, is_well=True, found="who may read a file is set by the folders of Windows")
    found = list(islice(open_to_others(home.folder), _MOST_NAMED + 1))
    if not found:
        return Finding(name=name, is_well=True, found="nobody else can read or change the home")
    listed = ", ".join(str(path) for path in found[:_MOST_NAMED]) + (" and more" if len(found) > _MOST_NAMED else "")
    remedy = f"Close it to others: chmod -R go= {home.folder}"
    return Finding(name=name, is_well=False, found=f"others can get at {listed}", remedy=remedy)


def _backups(home: Home, moment: datetime, *, holds_real_cases: bool) -> Finding:
    name, make = "backups", "Make one: tip-trends backup (by itself once a day: see README)."
    try:
        place = place_of(home.folder, None)
    except TipTrendsError as problem:
        return Finding(name=name, is_well=False, found=problem.message, remedy=problem.advice)
    names = names_in(place.folder)
    if not names:
        return Finding(name=name, is_well=not holds_real_cases, found=f"none in {place.folder}", remedy=make)
    days = (moment.astimezone(UTC) - moment_of(names[-1])).days
    how = "encrypted" if encrypted(place.folder) else "not encrypted"
    where = ", on the disk of the home" if place.is_on_the_disk_of_the_home else ""
    found = f"{len(names)} in {place.folder}, {how}{where}; the newest is {max(days, 0)} days old"
    return Finding(name=name, is_well=days <= OLDEST_BACKUP_DAYS, found=found, remedy=make)


def _disk(home: Home, *, holds_real_cases: bool) -> Finding:
    name = "encryption"
    match is_encrypted(home.folder):
        case True:
            return Finding(name=name, is_well=True, found="the disk of the home is encrypted")
        case None:
            return Finding(name=name, is_well=True, found="this system does not tell whether the disk is encrypted")
    return Finding(
        name=name,
        is_well=not holds_real_cases,
        found="the disk of the home is not encrypted, as far as this system tells",
        remedy="Who takes this disk can read every record. Put the home on an encrypted one: see README.",
    )


def _restored(home: Home) -> tuple[Finding, ...]:
    """A home from an older backup, which lets nothing out; nothing to say of any other."""
    if not home.given_since.exists():
        return ()
    found = "it was restored from a backup, and readers were given editions since that it does not know"
    remedy = (
        f"Restore the newest backup. Only if nobody was given what {home.given_since.name} lists, delete that file."
    )
    return (Finding(name="restored", is_well=False, found=found, remedy=remedy),)


def _retention(home: Home, clock: Clock) -> Finding:
    name, run = "retention", "Run: tip-trends retention"
    try:
        left, due = unfinished(home.folder), what_is_due(home.folder, clock=clock)
    except NoData:
        return Finding(name=name, is_well=True, found="nothing was taken in yet")
    except TipTrendsError as problem:
        return Finding(name=name, is_well=False, found=problem.message, remedy=problem.advice)
    if left:
        found = f"{len(left)} extracts are deleted by the ledger and still there: a run was cut off"
        return Finding(name=name, is_well=False, found=found, remedy=run)
    if due.due:
        since = (due.day - due.due[0].since).days
        found = f"{len(due.due)} deletions are due, the first for {since} days"
        return Finding(name=name, is_well=since <= OLDEST_BACKUP_DAYS, found=found, remedy=run)
    told = f"rules for {', '.join(sorted(due.rules))}; nothing is due" if due.rules else "no profile states a rule"
    return Finding(name=name, is_well=True, found=told)
