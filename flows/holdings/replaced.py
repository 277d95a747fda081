"""Which rows of earlier vintages a new vintage takes the place of: the ground of every comparison between the two.

Vintages that were withdrawn are left out, whenever that was: a corrected file is not held against the mistake.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import duckdb

from transforms.indicators.as_of import rows_held_on, withdrawn
from transforms.sources.profile import Profile
from transforms.sql import quoted
from transforms.tables import Table


@dataclass(frozen=True, slots=True, kw_only=True)
class Vintage:
    """One vintage as its report sees it; `held` is the prefix of the schemas where earlier vintages lie."""

    table: Table
    vintage_id: int
    source: str
    date: date
    held: str = ""
    has_key: bool = False


def vintage_of(profile: Profile, vintage_id: int, day: date, held: str) -> Vintage:
    """The vintage that a file of this profile is."""
    return Vintage(
        table=profile.table,
        vintage_id=vintage_id,
        source=profile.name,
        date=day,
        held=held,
        has_key=any(item.column == "person_key" for item in profile.fields),
    )


def find_replaced(con: duckdb.DuckDBPyConnection, vintage: Vintage) -> date | None:
    """Write down in the table `replaced` which earlier vintage held each stream; the latest of their days, if any."""
    name, number = vintage.table.name, vintage.vintage_id
    con.execute(
        "CREATE OR REPLACE TEMP TABLE replaced AS SELECT s.vintage_id, s.stream, v.vintage_date "
        "FROM raw.vintage_streams AS s JOIN raw.vintages AS v USING (vintage_id) "
        f"WHERE v.source = ? AND v.vintage_date <= ? AND s.vintage_id < {number} "
        f"AND s.vintage_id NOT IN ({withdrawn('')}) "
        f"AND s.stream IN (SELECT DISTINCT stream FROM {name} WHERE vintage_id = {number}) "
        "QUALIFY row_number() OVER (PARTITION BY s.stream ORDER BY v.vintage_date DESC, s.vintage_id DESC) = 1",
        [vintage.source, vintage.date],
    )
    earlier: date | None = con.execute("SELECT max(vintage_date) FROM replaced").fetchall()[0][0]
    return earlier


def held_on(con: duckdb.DuckDBPyConnection, vintage: Vintage) -> date | None:
    """The day of the latest extract of the source that was known when the vintage was; None for a first one."""
    found: date | None = con.execute(
        f"SELECT max(vintage_date) FROM raw.vintages WHERE source = ? AND vintage_date <= ? "
        f"AND vintage_id < {vintage.vintage_id} AND vintage_id NOT IN ({withdrawn('')})",
        [vintage.source, vintage.date],
    ).fetchall()[0][0]
    return found


def rows_of(vintage: Vintage) -> str:
    """SELECT of all rows of the vintage."""
    return f"SELECT * FROM {vintage.table.name} WHERE vintage_id = {vintage.vintage_id}"


def rows_held(vintage: Vintage) -> str:
    """SELECT of what was current of the source on the day of the vintage, which is not recorded yet."""
    current = rows_held_on(f"{vintage.held}{vintage.table.name}", vintage.date)
    return f"SELECT * FROM ({current}) WHERE source = {quoted(vintage.source)}"


def rows_now(vintage: Vintage) -> str:
    """SELECT of the rows of the vintage in streams that an earlier one had as well; after `find_replaced`."""
    return (
        f"SELECT * FROM {vintage.table.name} WHERE vintage_id = {vintage.vintage_id} "
        "AND stream IN (SELECT stream FROM replaced)"
    )


def rows_before(vintage: Vintage) -> str:
    """SELECT of the rows that the vintage takes the place of; after `find_replaced`."""
    return f"SELECT * FROM {vintage.held}{vintage.table.name} SEMI JOIN replaced USING (vintage_id, stream)"
