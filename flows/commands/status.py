"""`status`: how a home stands, as text, as JSON, and as a page."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict
from datetime import date, datetime
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import Parameter

from flows import console
from flows.commands.session import InSession, Session

if TYPE_CHECKING:
    from transforms.messages import Message
    from transforms.status import HomeStatus


def status(
    *,
    format: Annotated[Literal["table", "json"], Parameter(help="How to print it.")] = "table",
    session: InSession,
) -> None:
    """Say what was delivered, is due and late, which editions wait, what ran and runs next, and whether all is well.

    For the country of the home or of --scope. The same is kept as a page, status.html in the home, in three languages,
    which every run makes anew. The numbers of rows are for the analyst and stand in the text alone.

    Example: tip-trends --home my-home status
    """
    from flows.running.home_status import home_status
    from flows.running.status_pages import write_pages

    found = home_status(session.home, session.scope, session.clock)
    if format == "json":
        console.result(json.dumps(_as_json(found), ensure_ascii=False, indent=1))
    else:
        _print(session, found)
    with suppress(OSError):  # the disk may take no writing: what was asked for is printed
        write_pages(session.home, found)


def _print(session: Session, found: HomeStatus) -> None:
    _print_held(session)
    if found.due:
        rows = [
            (one.body, one.source, one.period, str(one.due), str(one.received or ""), one.state) for one in found.due
        ]
        _print_more(("due from", "source", "period", "due", "received", "state"), rows)
    else:
        console.notice(f"Scope {found.scope} has no deadlines; choose a country with --scope CODE.")
    editions = [
        (one.edition, one.audience or "all", one.state, str(one.on or ""), one.by, ", ".join(one.awaited))
        for one in found.editions
    ]
    _print_more(("edition", "for", "state", "on", "by", "awaited"), editions)
    past = [(one.what, one.edition, _moment(one.ended_at), one.outcome, one.reason) for one in found.last_runs]
    _print_more(("last runs", "edition", "ended (UTC)", "how", "why"), past)
    ahead = [(one.what, one.edition, f"{one.at:%Y-%m-%d %H:%M}") for one in found.next_runs]
    _print_more(("next runs", "edition", f"at ({found.time_zone})"), ahead)
    notices = [
        (one.to, one.source, one.period, one.stage, "written" if one.is_written else "not written yet", one.unsent)
        for one in found.notices
    ]
    _print_more(("notice to", "source", "period", "what", "files", "not sent to"), notices)
    tests = [
        (one.series, one.periods, _percent(one.covered_pct), _percent(one.level_pct), _percent(one.error_pct))
        for one in found.backtests
    ]
    _print_more(("estimates before", "periods", "held by interval", "should be", "error of totals"), tests)
    health = [
        ("well" if one.is_well else "NOT WELL", str(one.label), _found(one.told), _told(one.mend))
        for one in found.health
    ]
    _print_more(("", "check", "found", "how to mend it"), health)


def _print_held(session: Session) -> None:
    from flows.holdings.status import delivered
    from flows.warehouse import read_warehouse

    with read_warehouse(session.folder) as con:
        held = delivered(con)
    rows = [
        (
            one.source,
            one.vintages,
            one.withdrawn,
            str(one.latest or ""),
            one.rows_read,
            one.rows_accepted,
            one.rows_quarantined,
            one.file_name,
        )
        for one in held
    ]
    console.print_rows(
        ("source", "vintages", "withdrawn", "latest", "rows read", "accepted", "quarantined", "file of the latest"),
        rows,
    )


def _print_more(columns: Sequence[str], rows: Sequence[Sequence[console.Value]]) -> None:
    """One more table, apart from the one before; nothing where it has no rows."""
    if rows:
        console.result("")
        console.print_rows(columns, rows)


def _moment(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M}"


def _percent(value: float | None) -> str:
    return "" if value is None else f"{value:.1f} %"


def _found(parts: Sequence[Message]) -> str:
    return "; ".join(str(part) for part in parts)


def _told(parts: Sequence[Message]) -> str:
    return " ".join(str(part) for part in parts)


def _as_json(found: HomeStatus) -> dict[str, Any]:
    """For other programs: checks in English, days and moments as ISO 8601."""
    told = asdict(found)
    del told["names"]
    told["health"] = [
        {
            "name": one.name,
            "is_well": one.is_well,
            "found": _found(one.told),
            "remedy": _told(one.mend),
        }
        for one in found.health
    ]
    whole: dict[str, Any] = json.loads(json.dumps(told, default=_iso))
    return whole


def _iso(value: object) -> str:
    if isinstance(value, date | datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in JSON")


COMMANDS: tuple[Callable[..., int | None], ...] = (status,)
