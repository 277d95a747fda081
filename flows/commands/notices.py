"""`notices`: reminders and overdue notices to those who deliver."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from flows import console
from flows.commands.session import InSession

if TYPE_CHECKING:
    from flows.notices.round import Told

COLUMNS = ("to", "source", "period", "due", "notice", "files", "sent")


def notices(
    *,
    send: Annotated[
        bool, Parameter(negative="", help="Also send them to the addresses of home.toml; without it nothing leaves.")
    ] = False,
    dry_run: Annotated[bool, Parameter(negative="", help="Only say what would be written and sent.")] = False,
    format: Annotated[Literal["table", "csv", "json"], Parameter(help="How to print what was done.")] = "table",
    session: InSession,
) -> int:
    """Write reminders of deliveries that are due and notices of those that have not come, in the suppliers' languages.

    Each notice once, as files below notices/. Days before and after the due day are declared in the country profile.
    With --send they also go to the addresses under [notices] in home.toml; what a passing fault stopped goes with the
    next call. Ends with 1 where something could not be sent.

    Example: tip-trends --home my-home notices --dry-run
    """
    from flows.notices.round import notify

    done = notify(session.folder, session.scope, is_sent=send, is_trial=dry_run, clock=session.clock)
    if format == "json":
        console.result(json.dumps([_as_json(one) for one in done], ensure_ascii=False, indent=1))
    else:
        console.print_rows(COLUMNS, [_row(one, is_trial=dry_run) for one in done], format)
    if not done:
        console.notice("No notice is due.")
    unsent = [sending for one in done for sending in one.sendings if sending.outcome != "sent"]
    for sending in unsent:
        then = "tried again at the next call" if sending.outcome == "again" else "not tried again"
        console.notice(f"{sending.notice} did not reach {sending.address} ({sending.reason}); it is {then}.")
    return 1 if unsent else 0


def _row(one: Told, *, is_trial: bool) -> tuple[str, ...]:
    notice = one.notice
    if is_trial:
        files = "would be written" if one.is_new else "written before"
        sent = f"would go to {', '.join(one.open)}" if one.open else ""
    else:
        files = str(one.folder) if one.is_new else "written before"
        sent = ", ".join(f"{sending.address}: {sending.outcome}" for sending in one.sendings)
    return (notice.to, notice.source, notice.period, str(notice.due), f"{notice.stage} {notice.days}", files, sent)


def _as_json(one: Told) -> dict[str, object]:
    from flows.notices.journal import as_told

    notice = one.notice
    return {
        "notice": notice.name,
        "to": notice.to,
        "source": notice.source,
        "period": notice.period,
        "due": notice.due.isoformat(),
        "stage": notice.stage,
        "days": notice.days,
        "also": list(notice.also),
        "folder": str(one.folder),
        "is_new": one.is_new,
        "open": list(one.open),
        "sendings": [as_told(sending) for sending in one.sendings],
    }


COMMANDS: tuple[Callable[..., int | None], ...] = (notices,)
