"""Breaks that somebody confirmed: written down for good, and marked at the first figure of the new level.

The mark is made on rows that are not committed yet. A later vintage that brings the same figure again gets it as well:
the break is one of the series, and not of the file that brought it.
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from flows.holdings.replaced import Vintage, rows_held, rows_of
from flows.holdings.revisions import break_keys
from flows.intake.shifts import Shift, figures, is_beyond
from transforms.indicators.as_of import withdrawn
from transforms.sql import quoted
from transforms.tables import BREAKS, CASES

_MARKED = {
    "core.observations": "value IS NOT NULL AND obs_status IN ('A', 'P', 'R')",
    "core.population": "obs_status = 'A'",
}
"""What takes the mark: an estimate keeps its own, which says what its bounds are."""


def record_breaks(con: duckdb.DuckDBPyConnection, vintage: Vintage, shifts: Sequence[Shift]) -> None:
    """Write down for each line of the quantities that break the first period of its new level."""
    for shift in shifts:
        con.execute(_first_of_each_line(vintage, shift), [shift.series, shift.unit, shift.unit_now])


def mark_breaks(con: duckdb.DuckDBPyConnection, vintage: Vintage) -> None:
    """Give the figures of the vintage at which its source breaks the status `B`."""
    table = vintage.table
    if table is CASES:
        return
    known = (
        f"SELECT * FROM {BREAKS.name} WHERE source = {quoted(vintage.source)} AND (vintage_id = {vintage.vintage_id} "
        f"OR vintage_id IN (SELECT vintage_id FROM raw.vintages WHERE vintage_date <= {_day(vintage)})) "
        f"AND vintage_id NOT IN ({withdrawn('')})"
    )
    if not con.execute(f"SELECT count(*) FROM ({known})").fetchall()[0][0]:
        return
    same = " AND ".join(f"t.{key}::VARCHAR = b.{column}" for key, column in break_keys(table).items())
    con.execute(
        f"UPDATE {table.name} AS t SET obs_status = 'B' FROM (SELECT DISTINCT {', '.join(break_keys(table).values())} "
        f"FROM ({known})) AS b WHERE t.vintage_id = {vintage.vintage_id} AND {same} AND {_MARKED[table.name]}"
    )


def _day(vintage: Vintage) -> str:
    return f"DATE {quoted(vintage.date.isoformat())}"


def _first_of_each_line(vintage: Vintage, shift: Shift) -> str:
    """INSERT of the first figure of each line that was held and is new, of another unit or scale, or broken up."""
    table = vintage.table
    told = {column: f"{key}::VARCHAR" for key, column in break_keys(table).items() if column not in _TOLD_ANYWAY}
    extra = ", ".join(f"{sql} AS told_{column}" for column, sql in told.items())
    chosen = {column: f"n.told_{column}" if column in told else "'total'" for column in _BROKEN_DOWN}
    moved = f"h.k IS NULL OR h.unit <> n.unit OR {is_beyond('n.value / nullif(h.value, 0)')}"
    if shift.kind == "fractions":
        moved += " OR n.value <> h.value"
    ratio = "NULL" if shift.ratio is None else repr(float(shift.ratio))
    return (
        f"INSERT INTO {BREAKS.name} BY NAME WITH h AS MATERIALIZED ({figures(rows_held(vintage), table)}), "
        f"n AS ({figures(rows_of(vintage), table, extra)}) "
        f"SELECT {vintage.vintage_id} AS vintage_id, {quoted(vintage.source)} AS source, n.series, n.area AS ref_area, "
        f"min(n.period) AS time_period, {', '.join(f'{sql} AS {column}' for column, sql in chosen.items())}, "
        f"{quoted(shift.kind)} AS kind, $2 AS unit_before, $3 AS unit, {ratio}::DOUBLE AS ratio "
        "FROM n LEFT JOIN h USING (k) WHERE n.series = $1 AND n.unit = $3 AND n.value IS NOT NULL "
        f"AND n.line IN (SELECT line FROM h) AND ({moved}) GROUP BY ALL ORDER BY ALL"
    )


_TOLD_ANYWAY = ("series", "ref_area", "time_period")
_BROKEN_DOWN = ("sex", "age", "form", "category")
