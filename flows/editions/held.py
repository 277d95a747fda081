"""Editions that are not made while a delivery is missing, because home.toml holds them for it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from flows.clock import Clock, day_in
from flows.editions.needed import as_context, deliveries_asked, missing
from flows.editions.runs import held_run, record_alone, runs_in
from flows.holdings.status import Expected
from flows.holdings.withdrawals import latest_vintage
from flows.home import Home
from flows.warehouse import open_warehouse, read_warehouse
from transforms.countries import Country, country
from transforms.errors import EditionHeld
from transforms.indicators.windows import edition_period
from transforms.ledger.entries import instant
from transforms.ledger.runs import is_new
from transforms.messages import Message, Param, said


def refuse_held(home: Path, edition: str, scope: str, as_of: date | None, clock: Clock) -> None:
    """Raise EditionHeld where home.toml holds the edition for a delivery that is missing, and write that down.

    `as_of` None: the latest vintage. Raises NoData for an empty warehouse, ProfileInvalid for a rule that names a
    source from which nothing is due.
    """
    wanted, profile = edition_period(edition), country(scope)
    rules = Home(folder=home).settings().awaited
    if not rules.declared:
        return
    rules.refuse_unknown((deadline.source for deadline in profile.deadlines), scope)
    with read_warehouse(home) as con:
        known = as_of or latest_vintage(con)
        absent = missing(deliveries_asked(con, profile, wanted, known), wanted)
        held_for = [one for one in absent if rules.rule(wanted.kind, one.source) == "held"]
        if not held_for:
            return
        moment = clock()
        made = held_run(edition, scope, known, map(as_context, held_for), instant(moment))
        is_written = not is_new(runs_in(con), made)
    if not is_written:
        with open_warehouse(home) as con:
            record_alone(con, made)
    raise _held(edition, profile, held_for, day_in(scope, moment))


def _held(edition: str, profile: Country, held_for: Sequence[Expected], today: date) -> EditionHeld:
    head = said(
        "{edition} of {scope} is held: not made, because deliveries are awaited.", edition=edition, scope=profile.code
    )
    return EditionHeld(
        (head, *(_told(one, today) for one in held_for)),
        advice=said(
            "It is made by the next run after they have come. To have it without them, as a provisional edition, set "
            '{source} = "provisional" under [awaited] in home.toml.',
            source=held_for[0].source,
        ),
    )


def _told(one: Expected, today: date) -> Message:
    params: dict[str, Param] = {
        "source": one.source,
        "body": one.body or "-",
        "period": one.period.code,
        "day": one.due,
    }
    if today > one.due:
        return said("{source} from {body} for {period}: awaited since {day}.", **params)
    return said("{source} from {body} for {period}: due by {day}.", **params)
