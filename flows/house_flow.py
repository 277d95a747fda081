"""The Prefect flows of every night: a backup of the home, and keeping house."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed

from flows.before_update import forget_old_copies
from flows.check import Check
from flows.home import Home
from flows.running.at_work import bury_the_dead, bury_what_never_began
from flows.running.doctor import checks_of_the_home
from flows.running.guarded import say
from flows.running.house import clear_left_overs, clear_old_logs, free_bytes, in_words, sizes
from flows.running.nightly import looked_after
from flows.running.records import compacted, database_of, forget_old_runs
from flows.running.shown import Row, show_table
from transforms.errors import TipTrendsError, WarehouseInUse


@flow(name="keep-house", flow_run_name="housekeeping", persist_result=False)
def keep_house(home: Path | None = None) -> State[Any]:
    """Clear what killed runs left behind and Prefect's old records, look whether all is well, and tell the sizes.

    Raw extracts and person keys are deleted whose time is over by a rule of retention; no rule, no deletion.
    Fails as `Machine` where something is not well: a nearly full disk, a damaged ledger, a warehouse that cannot be
    opened.

    Args:
        home: Full path of the home; without it, the folder that TIP_TRENDS_HOME names where the run takes place.
    """
    return looked_after(home, "housekeeping", _house_kept)


def _house_kept(home: Home) -> State[Any]:
    _clear(home)
    _keep_to_retention(home)
    _show_sizes(home)
    checks = checks_of_the_home(home)
    _forget_copies(home, checks)
    bad = [check for check in checks if not check.is_well]
    if bad:
        raise TipTrendsError(
            " ".join(f"{check.name}: {check.found}." for check in bad),
            advice=" ".join(check.remedy for check in bad),
        )
    return Completed(message=f"All is well; {in_words(free_bytes(home))} of the disk are free.")


def _clear(home: Home) -> None:
    buried = bury_the_dead(home) + bury_what_never_began()
    say(f"Runs that had ended without a word and are marked as crashed: {buried}")
    try:
        clear_left_overs(home)
    except WarehouseInUse:
        say("another run is writing, so nothing of it was cleared")
    say(f"{clear_old_logs(home)} old logs were deleted or emptied")
    looks, runs = forget_old_runs()
    say(f"{looks} looks at the inbox that found nothing and {runs} old runs were taken out of Prefect's records")
    if (database := database_of(home)) is not None:
        try:
            say(f"{in_words(compacted(database))} of Prefect's database were given back")
        except sqlite3.OperationalError:
            say("Prefect's database was busy and stays as large as it is until the next time")


def _keep_to_retention(home: Home) -> None:
    """The one place where retention is called."""
    from flows.upkeep.retention import keep_to_retention, retention_rules

    if not retention_rules(home.folder) or not home.warehouse.exists():
        return
    try:
        done = keep_to_retention(home.folder)
    except WarehouseInUse:
        say("another run is writing, so what is due by the rules of retention is deleted the next time")
    else:
        say(f"{len(done.due)} deletions were due by the rules of retention")


def _forget_copies(home: Home, checks: Sequence[Check]) -> None:
    """Copies from before an update have had their time, and what was updated is sound."""
    if all(check.is_well for check in checks if check.name in ("warehouse", "schema", "ledger")):
        for name in forget_old_copies(home.folder):
            say(f"the copy of the warehouse from before an update was deleted: {name}")


def _show_sizes(home: Home) -> None:
    rows: list[Row] = [{"part": part.name, "files": part.files, "size": in_words(part.size)} for part in sizes(home)]
    rows.append({"part": "free on the disk", "files": 0, "size": in_words(free_bytes(home))})
    show_table("house", rows, "What the home holds, the largest part first.")


@flow(name="back-up", flow_run_name="backup", persist_result=False)
def back_up(home: Path | None = None) -> State[Any]:
    """Back up the home to where its `home.toml` says, else beside it.

    Args:
        home: Full path of the home; without it, the folder that TIP_TRENDS_HOME names where the run takes place.
    """
    return looked_after(home, "backup", _backed_up)


def _backed_up(home: Home) -> State[Any]:
    """The one place where the backup is called, and where old ones are removed if `home.toml` has a rule for that."""
    from flows.upkeep.backup import make_backup
    from flows.upkeep.pruning import prune_backups

    done = make_backup(home.folder)
    removed = prune_backups(home.folder).removed if home.settings().backup.has_rule and not done.fault else ()
    rows = [
        {"what": "backup", "value": done.name},
        {"what": "folder", "value": str(done.folder)},
        {"what": "files", "value": str(done.files)},
        {"what": "size", "value": in_words(done.size)},
        {"what": "newly written", "value": in_words(done.new_bytes)},
        {"what": "seconds in which others had to wait", "value": f"{done.held_seconds:.1f}"},
        {"what": "encrypted", "value": "yes" if done.is_encrypted else "no"},
        {"what": "older ones removed by the rule of home.toml", "value": str(len(removed))},
        {"what": "on another disk than the home", "value": "no" if done.is_on_the_same_disk else "yes"},
    ]
    show_table("backup", rows, "The last backup of the home; `tip-trends restore` brings one back.")
    if done.fault:
        raise TipTrendsError(
            f"Backup {done.name} was made, but the ledger in it is not sound: {done.fault}",
            advice="Restore the ledger from an earlier backup before anything else is released.",
        )
    return Completed(message=f"{done.name}: {done.files} files, {in_words(done.new_bytes)} newly written.")
