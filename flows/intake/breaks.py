"""A count that became a rate, persons that became thousands: figures of a new file that break with the earlier ones.

A change of unit shows in a single figure. A change of scale is told from a correction by the many: it moves the
typical figure of a quantity tenfold or more, which no revision of single figures does. Figures of periods that were
not held before are held against those of the periods next to them (`flows.intake.levels`).
"""

from __future__ import annotations

from datetime import date

import duckdb

from flows.holdings.replaced import Vintage, find_replaced, rows_before, rows_now
from flows.intake.break_words import sentences
from flows.intake.levels import level_shifts
from flows.intake.shifts import ENOUGH, FACTOR, Example, Shift, figures, is_beyond
from transforms.errors import FileRejected
from transforms.messages import said
from transforms.tables import CASES

LEAST = 2
"""Fewer figures say nothing: a count that rose from 1 to 12 is a correction. Fewer than `ENOUGH` must all agree."""


def breaks_of(con: duckdb.DuckDBPyConnection, vintage: Vintage) -> tuple[Shift, ...]:
    """What breaks between a vintage of figures, not yet recorded, and what is held of its source; nothing of cases.

    Of a quantity that breaks in the figures that both files hold, new periods are not looked at besides.
    """
    if vintage.table is CASES:
        return ()
    earlier = find_replaced(con, vintage)
    shifts = _shared_shifts(con, vintage, earlier) if earlier else []
    told = {shift.series for shift in shifts}
    return (*shifts, *(shift for shift in level_shifts(con, vintage) if shift.series not in told))


def broken(file_name: str, shifts: tuple[Shift, ...]) -> FileRejected:
    """The refusal of a file with such breaks."""
    return FileRejected(
        (
            said("{file} was not loaded: its figures seem to be in another unit or scale.", file=file_name),
            *sentences(shifts),
        ),
        advice=(
            said(
                "Send the figures in the unit and scale of the earlier file: persons as persons and not as thousands, "
                "counts as counts and not as rates."
            ),
            said("If the new unit or scale is meant: `tip-trends ingest FILE --may-break`."),
        ),
    )


def _shared_shifts(con: duckdb.DuckDBPyConnection, vintage: Vintage, earlier: date) -> list[Shift]:
    """Changed units first, then the greatest shifts of scale.

    One join over all figures; only of what it makes suspect are the figures looked at again, for an example.
    """
    before, now = figures(rows_before(vintage), vintage.table), figures(rows_now(vintage), vintage.table)
    suspects = con.execute(
        "SELECT b.series, b.unit, n.unit, median(n.value / b.value) AS ratio "
        f"FROM ({before}) AS b JOIN ({now}) AS n "
        "USING (k) WHERE b.value > 0 AND n.value > 0 GROUP BY b.series, b.unit, n.unit "
        f"HAVING b.unit <> n.unit OR {_is_shifted('n.value / b.value')} "
        "ORDER BY b.unit = n.unit, abs(ln(ratio)) DESC, b.series, b.unit, n.unit"
    ).fetchall()
    found = []
    for series, unit, unit_now, ratio in suspects:
        shift = ratio if unit == unit_now else None
        row = con.execute(_example(before, now, shift), [series, unit, unit_now]).fetchall()[0][0]
        if row is not None:
            found.append(
                Shift(
                    kind="unit" if shift is None else "scale",
                    series=series,
                    unit=unit,
                    unit_now=unit_now,
                    earlier=earlier,
                    ratio=shift,
                    example=Example(period_now=row["period"], **row),
                )
            )
    return found


def _is_shifted(ratio: str) -> str:
    return (
        f"(CASE WHEN count(*) >= {ENOUGH} THEN {is_beyond(f'median({ratio})')} "
        f"ELSE count(*) >= {LEAST} AND (min({ratio}) >= {FACTOR} OR max({ratio}) <= 1 / {FACTOR}) END)"
    )


def _example(before: str, now: str, ratio: float | None) -> str:
    """The largest figure of a quantity that shows the shift by this ratio, or the change of its unit; null for none.

    Figures that a source gives in both units, before or now, have not changed theirs.
    """
    if ratio is None:
        test = "(k, b.unit) NOT IN (SELECT k, unit FROM n) AND (k, n.unit) NOT IN (SELECT k, unit FROM b)"
    else:
        test = f"n.value / b.value >= {FACTOR}" if ratio > 1 else f"n.value / b.value <= 1 / {FACTOR}"
    return (
        f"WITH b AS (SELECT * FROM ({before}) WHERE series = $1), n AS (SELECT * FROM ({now}) WHERE series = $1) "
        "SELECT arg_max({'area': b.area, 'period': b.period, 'before': b.value, 'now': n.value}, "
        "(b.value, b.period, b.area, n.value)) "
        f"FROM b JOIN n USING (k) WHERE b.unit = $2 AND n.unit = $3 AND b.value > 0 AND n.value > 0 AND {test}"
    )
