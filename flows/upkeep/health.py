"""What `doctor` and a status page say of a home's safekeeping: who can read it, its backups, its disk, what is due."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from itertools import islice

from flows.check import Check, unwell, well
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
from transforms.messages import counted, said
from transforms.tables import CASES, VINTAGES

OLDEST_BACKUP_DAYS = 31
"""Older than that, a backup lacks the deliveries and editions of a month."""
_MOST_NAMED = 3


def findings(home: Home, *, clock: Clock = now) -> tuple[Check, ...]:
    """All of them; nothing is changed, and no key is needed."""
    holds_real_cases = _holds_real_cases(home)
    return (*quick_findings(home, clock=clock), _disk(home, holds_real_cases=holds_real_cases), _retention(home, clock))


def quick_findings(home: Home, *, clock: Clock = now) -> tuple[Check, ...]:
    """Those that take no time."""
    holds_real_cases = _holds_real_cases(home)
    return (_privacy(home), _backups(home, clock(), holds_real_cases=holds_real_cases), *_restored(home))


def _holds_real_cases(home: Home) -> bool:
    """Whether records of persons are in the warehouse that no file says are made up."""
    with suppress(TipTrendsError), look_into_warehouse(home.folder) as con:
        rows = con.execute(
            f"SELECT 1 FROM {VINTAGES.name} WHERE is_synthetic <> 'yes' "
            f"AND vintage_id IN (SELECT vintage_id FROM {CASES.name}) LIMIT 1"
        ).fetchall()
        return bool(rows)
    return False


def _privacy(home: Home) -> Check:
    name, label = "privacy", said("Privacy")
    if not HAS_MODES:
        return well(name, label, said("who may read a file is set by the folders of Windows"))
    found = list(islice(open_to_others(home.folder), _MOST_NAMED + 1))
    if not found:
        return well(name, label, said("nobody else can read or change the home"))
    listed = ", ".join(str(path) for path in found[:_MOST_NAMED]) + (", …" if len(found) > _MOST_NAMED else "")
    return unwell(
        name,
        label,
        said("others can get at {listed}", listed=listed),
        said("Close it to others: chmod -R go= {folder}", folder=str(home.folder)),
    )


def _backups(home: Home, moment: datetime, *, holds_real_cases: bool) -> Check:
    name, label = "backups", said("Backups")
    make = said("Make one: tip-trends backup. The schedule makes one every night.")
    try:
        place = place_of(home.folder, None)
    except TipTrendsError as problem:
        return unwell(name, label, problem.reason, problem.remedy)
    names = names_in(place.folder)
    if not names:
        none = said("none in {folder}", folder=str(place.folder))
        return unwell(name, label, none, make) if holds_real_cases else well(name, label, none)
    days = max((moment.astimezone(UTC) - moment_of(names[-1])).days, 0)
    how = said("encrypted") if encrypted(place.folder) else said("not encrypted")
    where = said(", on the disk of the home") if place.is_on_the_disk_of_the_home else said(", on another disk")
    told = counted(
        "{many} in {folder}, {how}{where}; the newest is {n} day old",
        "{many} in {folder}, {how}{where}; the newest is {n} days old",
        days,
        many=len(names),
        folder=str(place.folder),
        how=how,
        where=where,
    )
    return well(name, label, told) if days <= OLDEST_BACKUP_DAYS else unwell(name, label, told, make)


def _disk(home: Home, *, holds_real_cases: bool) -> Check:
    name, label = "encryption", said("Encryption of the disk")
    match is_encrypted(home.folder):
        case True:
            return well(name, label, said("the disk of the home is encrypted"))
        case None:
            return well(name, label, said("this system does not tell whether the disk is encrypted"))
    told = said("the disk of the home is not encrypted, as far as this system tells")
    if not holds_real_cases:
        return well(name, label, told)
    mend = said("Who takes this disk can read every record. Put the home on an encrypted one: see README.")
    return unwell(name, label, told, mend)


def _restored(home: Home) -> tuple[Check, ...]:
    """A home from an older backup, which lets nothing out; nothing to say of any other."""
    if not home.given_since.exists():
        return ()
    return (
        unwell(
            "restored",
            said("Restored home"),
            said("it was restored from a backup, and readers were given editions since that it does not know"),
            said(
                "Restore the newest backup. Only if nobody was given what {file} lists, delete that file.",
                file=home.given_since.name,
            ),
        ),
    )


def _retention(home: Home, clock: Clock) -> Check:
    name, label, run = "retention", said("Retention"), said("Run: tip-trends retention")
    try:
        left, due = unfinished(home.folder), what_is_due(home.folder, clock=clock)
    except NoData:
        return well(name, label, said("nothing was taken in yet"))
    except TipTrendsError as problem:
        return unwell(name, label, problem.reason, problem.remedy)
    if left:
        told = counted(
            "{n} extract is deleted by the ledger and still there: a run was cut off",
            "{n} extracts are deleted by the ledger and still there: a run was cut off",
            len(left),
        )
        return unwell(name, label, told, run)
    if due.due:
        since = (due.day - due.due[0].since).days
        told = counted(
            "{n} deletion is due, the first for {days} days",
            "{n} deletions are due, the first for {days} days",
            len(due.due),
            days=since,
        )
        return well(name, label, told) if since <= OLDEST_BACKUP_DAYS else unwell(name, label, told, run)
    if not due.rules:
        return well(name, label, said("no profile states a rule"))
    return well(name, label, said("rules for {names}; nothing is due", names=", ".join(sorted(due.rules))))
