"""`retention`: raw extracts and person keys whose time is over, deleted with proof."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from cyclopts import Parameter

from flows import console
from flows.commands.session import InSession

_WORDS = {"extract": "raw extract", "person_keys": "person keys"}


def retention(
    *,
    dry_run: Annotated[bool, Parameter(negative="", help="Only list what is due; nothing is deleted.")] = False,
    format: Annotated[console.Format, Parameter(help="How to print what is due.")] = "table",
    session: InSession,
) -> None:
    """Delete raw extracts and person keys whose time is over, by the rules that profiles state; receipts stay.

    The ledger gets an entry: what was deleted, its SHA-256, when, by which rule. Editions are verified from what is
    left. Without a rule nothing is deleted.

    Example: tip-trends --home my-home retention --dry-run
    """
    from flows.upkeep.retention import keep_to_retention, what_is_due

    act = what_is_due if dry_run else keep_to_retention
    done = act(session.folder, clock=session.clock)
    rows = [
        (
            _WORDS[one.held.kind],
            one.held.source,
            one.held.sha256[:12],
            str(one.held.received_on),
            str(one.since),
            one.held.number,
            one.rule.basis,
        )
        for one in done.due
    ]
    console.print_rows(("what", "source", "extract", "received", "due since", "files or keys", "by rule"), rows, format)
    if not done.rules:
        console.notice("No profile states after which time anything is deleted: see [retention] in README.")
    elif not done.due:
        console.notice(f"Nothing is due on {done.day}, by the rules of {', '.join(sorted(done.rules))}.")
    elif done.entry is None:
        console.notice("Nothing was deleted: a dry run.")
    else:
        console.notice(f"Deleted; entry {done.entry.seq} of the ledger says so: {done.entry.controls}.")
        console.notice("Backups from before still hold it, until `tip-trends backup --prune` after their days.")
    if done.finished:
        console.notice(f"Files of {len(done.finished)} extracts were removed that an earlier run had left.")


COMMANDS: tuple[Callable[..., int | None], ...] = (retention,)
