"""Who delivered what, what is due and what is late: the deadlines of a country against the vintages of a warehouse."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import duckdb

from transforms.countries import Country, Deadline
from transforms.indicators.as_of import withdrawn
from transforms.periods import Period, period_of

State = Literal["in time", "late", "overdue", "not yet due"]

LISTS_HELD = """
    SELECT v.vintage_id, v.source, c.body, v.vintage_date, 9999 AS year, v.rows_quarantined = 0 AS is_complete
    FROM raw.vintages v
    JOIN (SELECT DISTINCT vintage_id, body, reporting_country FROM core.cases) c USING (vintage_id)
    WHERE c.reporting_country = $area
"""
"""A list of cases reaches to its day, whatever years its persons were registered in."""

YEARS_HELD = """
    SELECT v.vintage_id, v.source, NULL AS body, v.vintage_date, t.year, v.rows_quarantined = 0 AS is_complete
    FROM raw.vintages v
    JOIN (
        SELECT DISTINCT vintage_id, year FROM core.observations
        WHERE ref_area = $area OR starts_with(ref_area, $area || '-')
        UNION SELECT DISTINCT vintage_id, year FROM core.population WHERE ref_area = $area
    ) t USING (vintage_id)
"""
"""A table of figures reaches to the years it holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """One delivery that a deadline asks for, and the day of the first extract that covers its period.

    `is_complete`: every row of that extract was accepted.
    """

    source: str
    body: str
    period: Period
    due: date
    received: date | None
    is_complete: bool = False

    def state(self, on: date) -> State:
        """Where the delivery stood on that day."""
        if self.received is not None:
            return "late" if self.received > self.due else "in time"
        return "overdue" if on > self.due else "not yet due"

    def context(self, on: date) -> dict[str, Any]:
        """The same for the pages of an edition, ready for JSON."""
        return {
            "source": self.source,
            "body": self.body,
            "period": self.period.code,
            "due": self.due.isoformat(),
            "received": self.received.isoformat() if self.received else None,
            "is_late": self.state(on) in ("late", "overdue"),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """The vintages of a source that stand, the latest of them (None where none stands), and how many were withdrawn."""

    source: str
    vintages: int
    withdrawn: int
    latest: date | None
    file_name: str
    rows_read: int
    rows_accepted: int
    rows_quarantined: int


def expected(
    con: duckdb.DuckDBPyConnection, country: Country, *, as_of: date, up_to: date | None = None
) -> tuple[Expected, ...]:
    """Per deadline of the country: the last period that was complete on `up_to` (by default: `as_of`)."""
    coverage = coverage_of(con, country.code, as_of)
    return tuple(_expected(deadline, coverage, up_to or as_of) for deadline in country.deadlines)


def delivered(con: duckdb.DuckDBPyConnection) -> tuple[Delivered, ...]:
    """Per source: how many vintages stand and were withdrawn, and the latest that stands."""
    rows = con.execute(
        "SELECT source, count(*) FILTER (stands), count(*) FILTER (NOT stands), max(vintage_date) FILTER (stands), "
        "arg_max(struct_pack(f := file_name, r := rows_read, a := rows_accepted, q := rows_quarantined), "
        "(vintage_date, vintage_id)) FILTER (stands) "
        f"FROM (SELECT *, vintage_id NOT IN ({withdrawn('')}) AS stands FROM raw.vintages) "
        "GROUP BY source ORDER BY source"
    ).fetchall()
    return tuple(
        Delivered(
            source=source,
            vintages=count,
            withdrawn=gone,
            latest=day,
            file_name=last["f"] if last else "",
            rows_read=last["r"] if last else 0,
            rows_accepted=last["a"] if last else 0,
            rows_quarantined=last["q"] if last else 0,
        )
        for source, count, gone, day, last in rows
    )


Coverage = Sequence[tuple[str, str | None, date, int, bool]]
"""Source, body, day, last year held, and whether every row was accepted, of each delivery that stands."""


def coverage_of(con: duckdb.DuckDBPyConnection, area: str, as_of: date) -> Coverage:
    """The deliveries for a country that were known on a day and not withdrawn by then."""
    sql = (
        f"SELECT * EXCLUDE (vintage_id) FROM ({LISTS_HELD} UNION ALL {YEARS_HELD}) WHERE vintage_date <= $as_of "
        f"AND vintage_id NOT IN ({withdrawn('$as_of')}) ORDER BY ALL"
    )
    return con.execute(sql, {"area": area, "as_of": as_of}).fetchall()


def deliveries_of(deadline: Deadline, coverage: Coverage) -> list[tuple[date, int, bool]]:
    """Day, last year held and completeness of the deliveries that a deadline asks for."""
    return [
        (day, year, is_complete)
        for source, body, day, year, is_complete in coverage
        if source == deadline.source and (body is None or deadline.body is None or body == deadline.body)
    ]


def _expected(deadline: Deadline, coverage: Coverage, up_to: date) -> Expected:
    return of_period(deadline, coverage, last_complete(deadline, up_to))


def of_period(deadline: Deadline, coverage: Coverage, covered: Period) -> Expected:
    """The delivery of one period: the first extract that covers it."""
    found = [
        (day, is_complete)
        for day, year, is_complete in deliveries_of(deadline, coverage)
        if day > covered.end and year >= covered.year
    ]
    first = min((day for day, _ in found), default=None)
    return Expected(
        source=deadline.source,
        body=deadline.body or "",
        period=covered,
        due=deadline.due_on(covered),
        received=first,
        is_complete=first is not None and all(is_complete for day, is_complete in found if day == first),
    )


def last_complete(deadline: Deadline, day: date) -> Period:
    """The last period of a deadline that had ended on a day."""
    current = period_of(day, deadline.frequency)
    return current if current.end == day else current.shifted(-1)
