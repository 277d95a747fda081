"""Checks of a home: settings, disk, rights, left-overs of crashes, warehouse, ledger, clock. None changes its data."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
from filelock import FileLock, Timeout

from flows.check import Check, unwell, well
from flows.clock import Clock, day_in
from flows.editions.ledger import ledger_found
from flows.editions.runs import runs_in
from flows.home import WORLD, Home
from flows.notices.journal import read_journal
from flows.private import make_private
from flows.warehouse import LOCK_NAME, OWNER_NAME, read_warehouse, warehouse_path
from transforms.contracts import warehouse_ddl
from transforms.countries import country
from transforms.errors import NoData, ProfileInvalid, TipTrendsError
from transforms.ledger.entries import first_broken
from transforms.messages import counted, said

LEAST_FREE_GIB = 2.0
_GIB = 1024**3
TOLERANCE = timedelta(minutes=10)
"""How far clocks of two computers may be apart."""
_MOST_NAMED = 5
_RESTORE = said("Restore the home from a backup.")


def settings(home: Home, _: Clock) -> Check:
    """Whether home.toml can be read, and names nobody from whom nothing is due."""
    label = said("Settings")
    try:
        found = home.settings()
        scope = found.country or WORLD
        deadlines = country(scope).deadlines
        found.awaited.refuse_unknown((one.source for one in deadlines), scope)
        found.notices.refuse_strangers({one.body or one.source for one in deadlines}, scope)
    except TipTrendsError as problem:
        return unwell("settings", label, problem.reason, problem.remedy)
    where = said("country {code}", code=found.country) if found.country else said("no country: scope world")
    told = said(
        "{where}, audiences {audiences}, languages {languages}",
        where=where,
        audiences=", ".join(found.audiences),
        languages=", ".join(found.languages),
    )
    return well("settings", label, told)


def sources(home: Home, _: Clock) -> Check:
    """Whether the source profiles can be read, those of the home among them."""
    from transforms.sources.registry import profiles  # some twenty files that only doctor reads

    label = said("Source profiles")
    try:
        found = profiles(home.profiles)
    except ProfileInvalid as problem:
        return unwell("sources", label, problem.reason, problem.remedy)
    own = len(list(home.profiles.glob("*.toml"))) if home.profiles.is_dir() else 0
    return well(
        "sources",
        label,
        counted("{n} profile, {own} of this home", "{n} profiles, {own} of this home", len(found), own=own),
    )


def writable(home: Home, _: Clock) -> Check:
    """Whether the home can be written to."""
    label = said("Home")
    try:
        make_private(home.folder)
        with tempfile.TemporaryFile(dir=home.folder):
            pass
    except OSError as problem:
        return unwell(
            "home",
            label,
            said(
                "{folder} cannot be written to ({reason})",
                folder=str(home.folder),
                reason=problem.strerror or type(problem).__name__,
            ),
            (
                said("Choose a folder of your own with --home DIR."),
                said("A disk that turned read-only by itself may be failing: back the home up from it first."),
            ),
        )
    return well("home", label, said("{folder} can be written to", folder=str(home.folder.resolve())))


def access(home: Home, _: Clock) -> Check:
    """Whether this user may read and write what the home holds; who else may is told elsewhere."""
    label = said("Rights")
    kept = [
        path for path in (home.folder, warehouse_path(home.folder), home.ledger, home.settings_file) if path.exists()
    ]
    closed = [path for path in kept if not os.access(path, os.R_OK | os.W_OK)]
    if not closed:
        return well("access", label, said("this user may read and write the home"))
    return unwell(
        "access",
        label,
        said("This user may not read and write {names}", names=", ".join(str(path) for path in closed)),
        said("Run tip-trends as the user who made the home, or give the files to this one: chown -R."),
    )


def disk(home: Home, _: Clock) -> Check:
    """Whether there is room left."""
    label = said("Disk")
    free = free_gib(home)
    told = said("{free} GiB free", free=f"{free:.1f}")
    if free >= LEAST_FREE_GIB:
        return well("disk", label, told)
    return unwell(
        "disk",
        label,
        told,
        (
            said("Free some space: {least} GiB are the least for a home.", least=f"{LEAST_FREE_GIB:.0f}"),
            said(
                "What takes most may be `received/` and the backups; delete nothing in `editions/`, and no warehouse."
            ),
        ),
    )


def free_gib(home: Home) -> float:
    """GiB free on the disk of a home."""
    return shutil.disk_usage(home.folder if home.folder.is_dir() else Path()).free / _GIB


def left_overs(home: Home, _: Clock) -> Check:
    """What a process that was killed left behind, unless one is at work just now."""
    label = said("Left-overs")
    if _is_at_work(home):
        return well("left_overs", label, said("another process is writing just now"))
    found = sorted(path.relative_to(home.folder).as_posix() for path in left_behind(home))
    if not found:
        return well("left_overs", label, said("none"))
    listed = ", ".join(found[:_MOST_NAMED]) + (", …" if len(found) > _MOST_NAMED else "")
    return unwell(
        "left_overs",
        label,
        counted(
            "{n} of a process that was killed: {listed}",
            "{n} of processes that were killed: {listed}",
            len(found),
            listed=listed,
        ),
        said(
            "Nothing is lost, and nothing is to be deleted by hand: the next `tip-trends ingest` or `run` takes over "
            "what was finished and clears the rest."
        ),
    )


def left_behind(home: Home) -> Iterator[Path]:
    """Files and folders that only a killed process leaves."""
    folder = home.folder
    names = ("warehouse.duckdb.wal", OWNER_NAME, ".folding", ".folded")
    yield from (path for name in names if (path := folder / name).exists())
    yield from (
        path for name in (".working", "received/.incoming") if (path := folder / name).is_dir() and any(path.iterdir())
    )
    for under in (home.editions, home.drafts, home.archive):
        for ending in ("unfinished", "away", "gone"):
            yield from under.glob(f"**/.*.{ending}")
    yield from (folder / "acceptance").glob(".*.part")


def _is_at_work(home: Home) -> bool:
    path = home.folder / LOCK_NAME
    if not path.exists():
        return False
    lock = FileLock(path)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return True
    except OSError:
        return False  # on a disk that takes no writing nobody writes
    lock.release()
    return False


def warehouse(home: Home, _: Clock) -> Check:
    """Whether the warehouse opens and has all its tables; also tells whether another process holds the lock."""
    label = said("Warehouse")
    expected = {name for name in (_table(statement) for statement in warehouse_ddl()) if name}
    try:
        with read_warehouse(home.folder) as con:
            rows = con.execute("SELECT table_schema || '.' || table_name FROM information_schema.tables").fetchall()
            extracts = con.execute("SELECT count(*) FROM raw.vintages").fetchall()[0][0]
    except NoData:
        return well("warehouse", label, said("none yet"))
    except TipTrendsError as problem:
        return unwell("warehouse", label, problem.reason, problem.remedy)
    missing = sorted(expected - {name for (name,) in rows})
    if missing:
        return unwell(
            "warehouse",
            label,
            said("Tables are missing: {names}", names=", ".join(missing)),
            said("Any command that writes (ingest, publish) adds missing tables."),
        )
    return well("warehouse", label, counted("{n} extract", "{n} extracts", extracts))


def _table(statement: str) -> str:
    before = "CREATE TABLE IF NOT EXISTS "
    return statement.removeprefix(before).split(maxsplit=1)[0] if statement.startswith(before) else ""


def ledger(home: Home, _: Clock) -> Check:
    """Whether both copies of the ledger agree and know every edition, and whether the run ledger is whole."""
    label = said("Ledger")
    found, problem = ledger_found(home)
    if problem is not None:
        return unwell("ledger", label, problem.reason, problem.remedy)
    if (place := _broken_run(home)) is not None:
        return unwell(
            "ledger", label, said("The run ledger was altered: see its row {place}", place=str(place)), _RESTORE
        )
    if found is None or not (found.entries or found.before):
        return well("ledger", label, said("nothing was published yet"))
    told = [counted("{n} entry in two copies that agree", "{n} entries in two copies that agree", len(found.entries))]
    if found.before:
        told.append(
            counted(
                "{n} older edition is taken over at the next publish",
                "{n} older editions are taken over at the next publish",
                len(found.before),
            )
        )
    if not found.is_copied:
        told.append(said("the last entry is copied at the next publish"))
    return well("ledger", label, tuple(told))


def _broken_run(home: Home) -> int | None:
    with suppress(TipTrendsError), read_warehouse(home.folder) as con:
        return first_broken(runs_in(con))
    return None


def notices(home: Home, _: Clock) -> Check:
    """Whether the journal of notices can be read; without it everything would be sent again."""
    label = said("Notices")
    try:
        journal = read_journal(home.notices)
    except TipTrendsError as problem:
        return unwell("notices", label, problem.reason, problem.remedy)
    return well("notices", label, counted("{n} notice was written", "{n} notices were written", len(journal.written)))


def clock_check(home: Home, clock: Clock) -> Check:
    """Whether the clock of this computer can be right: nothing in the home is of a later time."""
    label = said("Clock")
    present = clock()
    try:
        scope = home.settings().country or WORLD
        today = day_in(scope, present)
        with read_warehouse(home.folder) as con:
            later = con.execute("SELECT count(*) FROM raw.vintages WHERE vintage_date > ?", [today]).fetchall()[0][0]
            last = _last_moment(con)
    except TipTrendsError:
        return well("clock", label, said("{moment} UTC", moment=_told(present)))
    if last is not None and last > present + TOLERANCE:
        return unwell(
            "clock",
            label,
            said(
                "It says {now} UTC, but something was written in this home at {then} UTC",
                now=_told(present),
                then=_told(last),
            ),
            (
                said("Set the clock of this computer (on Linux: timedatectl set-ntp true, or timedatectl set-time)."),
                said("If it is right now, it was wrong then: dates of that time in the ledger are too late."),
            ),
        )
    if later:
        return unwell(
            "clock",
            label,
            counted(
                "It says {today}; {n} extract is of a later day",
                "It says {today}; {n} extracts are of a later day",
                later,
                today=today,
            ),
            (
                said("Set the clock of this computer, if it is wrong."),
                said("If it is right, the day in a file was: withdraw that extract and take the right file in."),
            ),
        )
    return well("clock", label, said("{moment} UTC", moment=_told(present)))


def _last_moment(con: duckdb.DuckDBPyConnection) -> datetime | None:
    """When anything was last written in a home, by the clock of that time."""
    (row,) = con.execute(
        "SELECT max(moment) FROM (SELECT max(loaded_at) AS moment FROM raw.vintages UNION ALL "
        "SELECT max(acted_at) FROM ledger.entries UNION ALL SELECT max(made_at) FROM ledger.runs UNION ALL "
        "SELECT max(withdrawn_at) FROM raw.withdrawals)"
    ).fetchall()
    return None if row[0] is None else datetime.fromisoformat(row[0]).astimezone(UTC)


def _told(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M}"
