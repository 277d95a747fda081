"""The Prefect flow of the delivery calendar: each morning the notices that are due, written and, if set up, sent."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from prefect import flow
from prefect.client.schemas.objects import State
from prefect.states import Completed

from flows.home import Home
from flows.notices.round import Told, notify
from flows.running.guarded import NOTHING_NEW
from flows.running.nightly import looked_after
from flows.running.shown import Row, show_table
from transforms.errors import NoData, TipTrendsError


@flow(name="send-notices", flow_run_name="notices", persist_result=False)
def send_notices(home: Path | None = None, scope: str | None = None) -> State[Any]:
    """Write reminders and overdue notices to suppliers, and send them where `home.toml` names addresses.

    Fails as `Machine` where some could not be sent; those are tried again the next day. No address stands in Prefect.

    Args:
        home: Full path of the home; without it, the folder that TIP_TRENDS_HOME names where the run takes place.
        scope: A country code such as TM; without it, the country of the home.
    """

    def work(place: Home) -> State[Any]:
        try:
            is_sent = place.settings().notices.has_addresses
            return _told(notify(place.folder, place.scope(scope), is_sent=is_sent))
        except NoData:
            return Completed(name=NOTHING_NEW, message="The home has no data yet, so nothing is due.")

    return looked_after(home, "notices", work)


def _told(done: tuple[Told, ...]) -> State[Any]:
    written = sum(1 for one in done if one.is_new)
    outcomes = Counter(sending.outcome for one in done for sending in one.sendings)
    if not written and not outcomes:
        return Completed(name=NOTHING_NEW, message="No notice is due that was not written before.")
    rows: list[Row] = [
        {
            "to": one.notice.to,
            "source": one.notice.source,
            "period": one.notice.period,
            "due": one.notice.due.isoformat(),
            "notice": one.notice.stage,
            "sent": ", ".join(sending.outcome for sending in one.sendings) or "no",
        }
        for one in done
        if one.is_new or one.sendings
    ]
    show_table("notices", rows, "Notices to suppliers that were written or sent last.")
    told = f"{written} notices were written, {outcomes['sent']} sent."
    if outcomes["again"] or outcomes["refused"]:
        raise TipTrendsError(
            f"{told} {outcomes['again'] + outcomes['refused']} could not be sent.",
            advice="`tip-trends notices --send` says to whom and why, and tries again what a passing fault stopped.",
        )
    return Completed(message=told)
