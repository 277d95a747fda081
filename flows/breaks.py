"""A count that became a rate, persons that became thousands: figures of a new file that break with the earlier one.

A change of unit shows in a single figure. A change of scale is told from a correction by the many: it moves the
typical figure of a quantity tenfold or more, which no revision of single figures does.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import duckdb

from flows.replaced import Vintage, find_replaced, rows_before, rows_now
from flows.revisions import FIGURES, KEYS
from reports import words
from transforms.errors import FileRejected
from transforms.messages import Message, Param, counted, said
from transforms.tables import CASES, OBSERVATIONS

FACTOR = 10
"""The least shift of scale that is suspected; per hundred, per thousand and per 100,000 lie well beyond it."""
ENOUGH = 5
"""Figures that both files hold of a quantity, from which on their median is taken for the typical one."""
LEAST = 2
"""Fewer figures say nothing: a count that rose from 1 to 12 is a correction. Fewer than `ENOUGH` must all agree."""
NAMED = 5
"""Quantities that a refusal names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shift:
    """A quantity whose unit, or whose typical figure by this ratio, is another in the new file."""

    series: str
    unit: str
    unit_now: str
    ratio: float | None
    example: tuple[str, str, float, float]


def breaks_of(con: duckdb.DuckDBPyConnection, vintage: Vintage) -> tuple[Message, ...]:
    """What breaks between a vintage of figures and those it would replace, a sentence for each of the first ones."""
    if vintage.table is CASES or (earlier := find_replaced(con, vintage)) is None:
        return ()
    shifts = _shifts(con, vintage)
    found = [_sentence(shift, earlier) for shift in shifts[:NAMED]]
    if more := len(shifts) - len(found):
        found.append(counted("{n} more quantity breaks alike.", "{n} more quantities break alike.", more))
    return tuple(found)


def broken(file_name: str, breaks: tuple[Message, ...]) -> FileRejected:
    """The refusal of a file with such breaks."""
    return FileRejected(
        (said("{file} was not loaded: its figures seem to be in another unit or scale.", file=file_name), *breaks),
        advice=(
            said(
                "Send the figures in the unit and scale of the earlier file: persons as persons and not as thousands, "
                "counts as counts and not as rates."
            ),
            said("If the new unit or scale is meant: `tip-trends ingest FILE --may-break`."),
        ),
    )


def _shifts(con: duckdb.DuckDBPyConnection, vintage: Vintage) -> list[_Shift]:
    """Changed units first, then the greatest shifts of scale.

    One join over all figures; only of what it makes suspect are the figures looked at again, for an example.
    """
    suspects = con.execute(
        "SELECT b.series, b.unit, n.unit, median(n.value / b.value) AS ratio "
        f"FROM ({_figures(rows_before(vintage), vintage)}) AS b JOIN ({_figures(rows_now(vintage), vintage)}) AS n "
        "USING (k) WHERE b.value > 0 AND n.value > 0 GROUP BY b.series, b.unit, n.unit "
        f"HAVING b.unit <> n.unit OR {_is_shifted('n.value / b.value')} "
        "ORDER BY b.unit = n.unit, abs(ln(ratio)) DESC, b.series, b.unit, n.unit"
    ).fetchall()
    found = []
    for series, unit, unit_now, ratio in suspects:
        shift = ratio if unit == unit_now else None
        example = con.execute(_example(vintage, shift), [series, unit, unit_now]).fetchall()[0][0]
        if example is not None:
            told = tuple(example.values())
            found.append(_Shift(series=series, unit=unit, unit_now=unit_now, ratio=shift, example=told))
    return found


def _is_shifted(ratio: str) -> str:
    return (
        f"(CASE WHEN count(*) >= {ENOUGH} THEN median({ratio}) >= {FACTOR} OR median({ratio}) <= 1 / {FACTOR} "
        f"ELSE count(*) >= {LEAST} AND (min({ratio}) >= {FACTOR} OR max({ratio}) <= 1 / {FACTOR}) END)"
    )


def _figures(rows: str, vintage: Vintage) -> str:
    """Figures with `k`, what tells them apart; a sign such as `<5` stands for a range and has no scale."""
    keys = ", ".join(KEYS[vintage.table.name])
    if vintage.table is OBSERVATIONS:
        value = "series, ref_area, time_period, unit, CASE WHEN lower IS NULL THEN value END AS value"
    else:
        value = (
            "'population' AS series, ref_area, year::VARCHAR AS time_period, 'person' AS unit, "
            f"{FIGURES[vintage.table.name]} AS value"
        )
    return f"SELECT hash({keys}) AS k, {value} FROM ({rows})"


def _example(vintage: Vintage, ratio: float | None) -> str:
    """The largest figure of a quantity that shows the shift by this ratio, or the change of its unit; null for none.

    Figures that a source gives in both units, before or now, have not changed theirs.
    """
    if ratio is None:
        test = "(k, b.unit) NOT IN (SELECT k, unit FROM n) AND (k, n.unit) NOT IN (SELECT k, unit FROM b)"
    else:
        test = f"n.value / b.value >= {FACTOR}" if ratio > 1 else f"n.value / b.value <= 1 / {FACTOR}"
    return (
        f"WITH b AS (SELECT * FROM ({_figures(rows_before(vintage), vintage)}) WHERE series = $1), "
        f"n AS (SELECT * FROM ({_figures(rows_now(vintage), vintage)}) WHERE series = $1) "
        "SELECT arg_max({'area': b.ref_area, 'period': b.time_period, 'before': b.value, 'now': n.value}, "
        "(b.value, b.time_period, b.ref_area, n.value)) "
        f"FROM b JOIN n USING (k) WHERE b.unit = $2 AND n.unit = $3 AND b.value > 0 AND n.value > 0 AND {test}"
    )


def _sentence(shift: _Shift, earlier: date) -> Message:
    area, period, before, now = shift.example
    told: dict[str, Param] = {
        "series": _series(shift.series),
        "unit": _unit(shift.unit),
        "earlier": earlier,
        "area": area,
        "period": period,
        "before": _tidy(before),
        "now": _tidy(now),
    }
    if shift.ratio is None:
        return said(
            "{series}: the unit was “{unit}” in the file of {earlier} and is “{unit_now}” now. Example, {area}, "
            "{period}: {before} then, {now} now.",
            unit_now=_unit(shift.unit_now),
            **told,
        )
    if shift.ratio > 1:
        return counted(
            "{series} ({unit}): the figures are about {n} time as large as in the file of {earlier}. Example, {area}, "
            "{period}: {before} then, {now} now.",
            "{series} ({unit}): the figures are about {n} times as large as in the file of {earlier}. Example, {area}, "
            "{period}: {before} then, {now} now.",
            _about(shift.ratio),
            **told,
        )
    return counted(
        "{series} ({unit}): the figures are about {n} time smaller than in the file of {earlier}. Example, {area}, "
        "{period}: {before} then, {now} now.",
        "{series} ({unit}): the figures are about {n} times smaller than in the file of {earlier}. Example, {area}, "
        "{period}: {before} then, {now} now.",
        _about(1 / shift.ratio),
        **told,
    )


def _about(factor: float) -> int:
    """Two digits are what a typical ratio is known by."""
    return int(float(f"{factor:.2g}"))


def _series(key: str) -> Param:
    known = words.quantity(key)
    return Message(id=known) if known else words.readable(key)


def _unit(key: str) -> Param:
    known = words.UNITS.get(key)
    return Message(id=known) if known else words.readable(key).lower()


def _tidy(value: float) -> float:
    """Whole where it is whole, so that no `.0` is printed."""
    return int(value) if value == int(value) else float(f"{value:.6g}")
