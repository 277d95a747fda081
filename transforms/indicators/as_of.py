"""Which rows of a core table are current on a date, as SQL text.

A vintage supersedes an earlier one of the same source for the streams it delivers. A row is current if its
vintage is, among the vintages of its source and stream known by the date, the latest by date, then by number.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date


def current_streams(as_of: date | None) -> str:
    """SELECT of (vintage_id, stream, source, vintage_date) of every stream that is current; None: all that is known."""
    return _latest("" if as_of is None else f"DATE '{as_of.isoformat()}'")


def _latest(day: str) -> str:
    known = f"\n  WHERE v.vintage_date <= {day}" if day else ""
    return (
        "SELECT s.vintage_id, s.stream, v.source, v.vintage_date\n"
        "  FROM raw.vintage_streams AS s JOIN raw.vintages AS v USING (vintage_id)"
        f"{known}\n"
        "  QUALIFY row_number() OVER (PARTITION BY v.source, s.stream"
        " ORDER BY v.vintage_date DESC, v.vintage_id DESC) = 1"
    )


def current_vintages(as_of: date | None) -> str:
    """SELECT of (source, vintage_id, is_whole): vintages with a current stream, and whether all their streams are."""
    return (
        "SELECT c.source, c.vintage_id, count(*) = any_value(o.streams) AS is_whole\n"
        f"FROM ({current_streams(as_of)}) AS c\n"
        "JOIN (SELECT vintage_id, count(*) AS streams FROM raw.vintage_streams GROUP BY vintage_id) AS o"
        " USING (vintage_id)\n"
        "GROUP BY c.source, c.vintage_id ORDER BY c.source, c.vintage_id"
    )


def current_predicate(whole: Sequence[int], partial: Sequence[int], as_of: date | None) -> str:
    """Condition on a core table that keeps current rows, given what `current_vintages` returned.

    Vintages that are current as a whole cost one comparison of a number a row; only those of which some stream
    was superseded need the look-up.
    """
    parts = []
    if whole:
        parts.append(f"vintage_id IN ({', '.join(str(int(number)) for number in whole)})")
    if partial:
        numbers = ", ".join(str(int(number)) for number in partial)
        parts.append(
            f"(vintage_id IN ({numbers}) AND (vintage_id, stream) IN"
            f" (SELECT (vintage_id, stream) FROM ({current_streams(as_of)})))"
        )
    return f"({' OR '.join(parts)})" if parts else "false"


def rows_as_of(table: str, day: str) -> str:
    """SELECT of all rows of a core table that were current on a day, given as SQL."""
    return f"SELECT t.* FROM {table} AS t SEMI JOIN ({_latest(day)}) AS c USING (vintage_id, stream)"
