"""Deliveries that an edition needs: those due by the day on which the schedule makes it, there or missing.

They are told by the calendar of the country and by what was delivered as of the edition's day, so the same day gives
the same answer for ever.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import duckdb

from flows.editions.schedule import drafted_on
from flows.holdings.status import Expected, expected
from transforms.countries import Country
from transforms.indicators.windows import EditionPeriod


def deliveries_asked(
    con: duckdb.DuckDBPyConnection, profile: Country, wanted: EditionPeriod, known: date
) -> tuple[Expected, ...]:
    """Per deadline of the country the delivery of its last period within that of the edition, as known on a day."""
    return expected(con, profile, as_of=known, up_to=min(known, wanted.period.end))


def missing(asked: Sequence[Expected], wanted: EditionPeriod) -> tuple[Expected, ...]:
    """Those that are not there and were due by the day on which the schedule makes the edition."""
    made = drafted_on(wanted.kind, wanted.period)
    return tuple(one for one in asked if one.received is None and one.due <= made)


def as_context(one: Expected) -> dict[str, Any]:
    """A missing delivery for pages and manifest, ready for JSON."""
    return {"source": one.source, "body": one.body, "period": one.period.code, "due": one.due.isoformat()}
