"""Which rows of a core table are current on a date, as SQL text.

A vintage supersedes an earlier one of the same source for the streams it delivers. A row is current if its
vintage is, among the vintages of its source and stream known by the date, the latest by date, then by number.
A vintage that was withdrawn is known until the day before: from that day on the one before it is current again.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from transforms.sql import quoted


def current_streams(as_of: date | None, standing_on: date | None = None) -> str:
    """SELECT of (vintage_id, stream, source, vintage_date) of every stream that is current; None: all that is known.

    `standing_on` is a later day: vintages that were withdrawn between the two do not count, as hindsight has it.
    """
    day = _day(as_of)
    return _latest(day, _day(standing_on) or day)


def streams_held(day: date) -> str:
    """The same on a day, of vintages that nobody withdrew since: a new extract of that day is held against them."""
    return _latest(_day(day), "")


def _latest(day: str, standing_on: str) -> str:
    known = f" AND v.vintage_date <= {day}" if day else ""
    return (
        "SELECT s.vintage_id, s.stream, v.source, v.vintage_date\n"
        "  FROM raw.vintage_streams AS s JOIN raw.vintages AS v USING (vintage_id)\n"
        f"  WHERE s.vintage_id NOT IN ({withdrawn(standing_on)}){known}\n"
        "  QUALIFY row_number() OVER (PARTITION BY v.source, s.stream"
        " ORDER BY v.vintage_date DESC, v.vintage_id DESC) = 1"
    )


def withdrawn(day: str) -> str:
    """SELECT of the numbers of the vintages that are withdrawn on a day, given as SQL; empty text: for good."""
    until = f"(withdrawn_until IS NULL OR withdrawn_until > {day})" if day else "withdrawn_until IS NULL"
    since = f"withdrawn_from <= {day} AND " if day else ""
    return f"SELECT vintage_id FROM raw.withdrawals WHERE {since}{until}"


def current_vintages(as_of: date | None, standing_on: date | None = None) -> str:
    """SELECT of (source, vintage_id, is_whole): vintages with a current stream, and whether all their streams are."""
    return (
        "SELECT c.source, c.vintage_id, count(*) = any_value(o.streams) AS is_whole\n"
        f"FROM ({current_streams(as_of, standing_on)}) AS c\n"
        "JOIN (SELECT vintage_id, count(*) AS streams FROM raw.vintage_streams GROUP BY vintage_id) AS o"
        " USING (vintage_id)\n"
        "GROUP BY c.source, c.vintage_id ORDER BY c.source, c.vintage_id"
    )


def current_predicate(
    whole: Sequence[int], partial: Sequence[int], as_of: date | None, standing_on: date | None = None
) -> str:
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
            f" (SELECT (vintage_id, stream) FROM ({current_streams(as_of, standing_on)})))"
        )
    return f"({' OR '.join(parts)})" if parts else "false"


def rows_as_of(table: str, day: str) -> str:
    """SELECT of all rows of a core table that were current on a day, given as SQL."""
    return _rows(table, _latest(day, day))


def rows_as_loaded_by(table: str, day: date, moment: str) -> str:
    """SELECT of the rows that were current on a day by what had been loaded and withdrawn up to an ISO 8601 instant."""
    told, on = quoted(moment), _day(day)
    gone = f"{withdrawn(on)} AND withdrawn_at <= {told}"
    return _rows(
        table,
        "SELECT s.vintage_id, s.stream FROM raw.vintage_streams AS s JOIN raw.vintages AS v USING (vintage_id)\n"
        f"  WHERE s.vintage_id NOT IN ({gone}) AND v.vintage_date <= {on} AND v.loaded_at <= {told}\n"
        "  QUALIFY row_number() OVER (PARTITION BY v.source, s.stream"
        " ORDER BY v.vintage_date DESC, v.vintage_id DESC) = 1",
    )


def rows_held_on(table: str, day: date) -> str:
    """SELECT of all rows of a core table in `streams_held`."""
    return _rows(table, streams_held(day))


def _rows(table: str, streams: str) -> str:
    return f"SELECT t.* FROM {table} AS t SEMI JOIN ({streams}) AS c USING (vintage_id, stream)"


def _day(day: date | None) -> str:
    return "" if day is None else f"DATE {quoted(day.isoformat())}"
