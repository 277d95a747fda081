"""`backup` and `restore`: copies of a home, incremental and encrypted, and a home out of one of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from flows import console
from flows.commands.session import InSession, Session
from transforms.errors import WrongArguments

if TYPE_CHECKING:
    from flows.upkeep.backup import Backup
    from flows.upkeep.restore import Restored
    from transforms.ledger.entries import Entry

FAULTY = 1
_MIB = 1024**2
_MOST_NAMED = 10
Folder = Annotated[
    Path | None,
    Parameter(help="Folder of the backups; by default that of home.toml, else the one beside the home."),
]


def backup(
    *,
    to: Folder = None,
    verify: Annotated[bool, Parameter(negative="", help="Read every byte of the backup again, not only new ones.")] = (
        False
    ),
    unencrypted: Annotated[
        bool, Parameter(negative="", help="Make the first backup in a folder without a key, open to its finder.")
    ] = False,
    new_key: Annotated[
        Path | None, Parameter(help="Only write a new key into this file, which must not exist.")
    ] = None,
    listing: Annotated[bool, Parameter(name="--list", negative="", help="Only list the backups.")] = False,
    check: Annotated[bool, Parameter(negative="", help="Only read all backups and tell whether they are whole.")] = (
        False
    ),
    prune: Annotated[bool, Parameter(negative="", help="Only remove what the rule in home.toml does not keep.")] = (
        False
    ),
    session: InSession,
) -> int:
    """Back up the home while others work in it: only what is new is written, then read again.

    The key comes from the file that TIP_TRENDS_BACKUP_KEY_FILE or key_file in home.toml names, or from
    TIP_TRENDS_BACKUP_KEY; without it nobody can read the backups, so keep a copy of it elsewhere.

    Example: tip-trends --home my-home backup --to /media/disk/backups
    """
    if sum((bool(new_key), listing, check, prune)) > 1:
        raise WrongArguments("One of --new-key, --list, --check and --prune at a time.", advice="Leave the others out.")
    if new_key:
        from flows.upkeep.keys import write_new_key

        write_new_key(new_key)
        console.result(f"{new_key}")
        console.notice("Print it or copy it to another place, too: without it no backup it closes can be read.")
        return 0
    if listing or check:
        return _list(session.folder, to, is_read=check)
    if prune:
        return _prune(session, to)
    from flows.progress import heard_by
    from flows.upkeep.backup import make_backup

    with console.working("Backing up") as tell, heard_by(tell):
        done = make_backup(
            session.folder, to=to, is_verified_whole=verify, may_be_open=unencrypted, clock=session.clock
        )
    return _tell(done, is_verified_whole=verify)


def restore(
    backup: Annotated[str, Parameter(help="latest, or the number or name that backup --list shows.")],
    /,
    *,
    to: Annotated[Path, Parameter(help="The new home: a folder that is not there yet, or empty.")],
    backups: Annotated[Path | None, Parameter(name="--from", help="Folder of the backups.")] = None,
    accept_fork: Annotated[
        bool, Parameter(negative="", help="Restore also where its ledger contradicts the newest one known.")
    ] = False,
    session: InSession,
) -> int:
    """Make a home out of a backup: into an empty folder only, whole or not at all; tells what it does not know.

    --home names the home that the backups are of, whether it is there still or not.

    Example: tip-trends restore latest --from /media/disk/backups --to my-home
    """
    from flows.progress import heard_by
    from flows.upkeep.restore import restore_backup

    with console.working("Restoring") as tell, heard_by(tell):
        done = restore_backup(session.folder, backup, to=to, backups=backups, may_fork=accept_fork)
    return _tell_restored(done)


def _tell(done: Backup, *, is_verified_whole: bool) -> int:
    console.result(f"{done.folder / 'snapshots' / done.name}")
    closed = "encrypted" if done.is_encrypted else "NOT encrypted"
    again = "read again with all others" if is_verified_whole else "read again"
    console.notice(
        f"Backup {done.name}, {closed}: {done.files} files of {_size(done.size)}; new on the disk "
        f"{_size(done.new_bytes)} in {done.new_pieces} pieces, {again}; "
        f"{done.ledger} entries of the ledger; writers were held up for {done.held_seconds:.1f} s."
    )
    if done.is_on_the_same_disk:
        console.notice("It lies on the disk of the home: it helps after a mistake, not when that disk is lost.")
    for name in done.left_out[:_MOST_NAMED]:
        console.notice(f"Left out, because it is neither a file nor a folder: {name}")
    if not done.continues:
        console.notice("The ledger does not go on from the one in the backup before: was an older home restored?")
    if done.fault:
        console.notice(f"It was kept, but the home is not sound: {done.fault} See: tip-trends doctor")
    return 0 if done.continues and not done.fault else FAULTY


def _list(home: Path, folder: Path | None, *, is_read: bool) -> int:
    from flows.progress import heard_by
    from flows.upkeep.checking import check_backups, listed_backups

    if is_read:
        with console.working("Reading all backups") as tell, heard_by(tell):
            found = check_backups(home, backups=folder)
    else:
        found = listed_backups(home, backups=folder)
    states = [one.fault or (f"{len(one.files)} files are damaged" if one.files else "") for one in found]
    well = "whole" if is_read else "not read"
    rows = [
        (one.name, one.made_at, one.files_in_all, _size(one.size), one.ledger, state or well)
        for one, state in zip(found, states, strict=True)
    ]
    console.print_rows(("backup", "made at (UTC)", "files", "size", "ledger", "state"), rows)
    for one in found:
        for file in one.files[:_MOST_NAMED]:
            console.notice(f"{one.name}: damaged: {file}")
    if any(states):
        console.notice("The next backup writes damaged pieces anew, as far as the home still has what they held.")
    return FAULTY if any(states) else 0


def _prune(session: Session, folder: Path | None) -> int:
    from flows.upkeep.pruning import prune_backups

    done = prune_backups(session.folder, backups=folder, clock=session.clock)
    for name in done.removed:
        console.result(name)
    console.notice(f"{len(done.removed)} backups removed, {done.kept} stay, {_size(done.freed_bytes)} freed.")
    if done.after_retention:
        console.notice(f"{len(done.after_retention)} of them held what was deleted from the home after its time.")
    if done.is_newest_overdue:
        console.notice("So does the newest one, which stays: make a backup, then run this again.")
    return 0


def _tell_restored(done: Restored) -> int:
    console.result(f"{done.target}")
    console.notice(
        f"Backup {done.name}: {done.files} files of {_size(done.size)}, each as its SHA-256 says; {done.ledger} "
        "entries of the ledger, in both copies."
    )
    if done.fault:
        console.notice(f"The home was not sound when it was backed up: {done.fault}")
    if done.lost_extracts:
        console.notice(f"{done.lost_extracts} extracts came in later and are not in it: ask for them again.")
    for entry in done.lost[:_MOST_NAMED]:
        console.notice(f"Not in it: {_told(entry)}")
    if len(done.lost) > _MOST_NAMED:
        console.notice(f"Not in it: {len(done.lost) - _MOST_NAMED} more entries of the ledger.")
    if any(entry.is_publishing for entry in done.lost):
        console.notice("Readers were given editions that this home does not know; it lets nothing out. See README.")
    return FAULTY if done.fault else 0


def _told(entry: Entry) -> str:
    return f"{entry.acted_at[:10]} {entry.act} {entry.key} (entry {entry.seq})"


def _size(size: int) -> str:
    return f"{size / _MIB:.1f} MiB"


COMMANDS: tuple[Callable[..., int | None], ...] = (backup, restore)
