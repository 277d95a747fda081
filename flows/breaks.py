"""A count that became a rate, persons that became thousands: figures of a new file that break with the earlier one.

A change of unit shows in a single figure. A change of scale is told from a correction by the many: it moves the
typical figure of a quantity by a power of ten or more, which no revision of single figures does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

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
"""Fewer figures than this say nothing: a count that rose from 1 to 12 is a correction. From here on all must agree."""
NAMED = 3
"""Quantities that a refusal names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Figure:
    """A figure that shows the break, before and now."""

    area: str
    period: str
    before: float
    now: float


def breaks_of(con: duckdb.DuckDBPyConnection, vintage: Vintage) -> tuple[Message, ...]:
    """What breaks between a vintage of figures and those it would replace, a sentence for each of the first ones."""
    if vintage.table is CASES or (earlier := find_replaced(con, vintage)) is None:
        return ()
    rows = con.execute(_query(vintage)).fetchall()
    found = []
    for series, unit, unit_now, ratio, example in rows[:NAMED]:
        told: dict[str, Param] = {"series": _series(series), "earlier": earlier, **_example(example)}
        found.append(_sentence(unit, unit_now, ratio, told))
    if len(rows) > NAMED:
        found.append(counted("{n} more quantity breaks alike.", "{n} more quantities break alike.", len(rows) - NAMED))
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
            said("If the new unit or scale is meant: tip-trends ingest FILE --may-break."),
        ),
    )


def _sentence(unit: str, unit_now: str, ratio: float | None, told: dict[str, Param]) -> Message:
    if ratio is None:
        return said(
            "{series}: the unit was “{unit}” in the file of {earlier} and is “{unit_now}” now. Example, {area}, "
            "{period}: {before} then, {now} now.",
            unit=_unit(unit),
            unit_now=_unit(unit_now),
            **told,
        )
    if ratio > 1:
        return counted(
            "{series} ({unit}): the figures are about {n} time as large as in the file of {earlier}. Example, {area}, "
            "{period}: {before} then, {now} now.",
            "{series} ({unit}): the figures are about {n} times as large as in the file of {earlier}. Example, {area}, "
            "{period}: {before} then, {now} now.",
            _about(ratio),
            unit=_unit(unit),
            **told,
        )
    return counted(
        "{series} ({unit}): the figures are about {n} time smaller than in the file of {earlier}. Example, {area}, "
        "{period}: {before} then, {now} now.",
        "{series} ({unit}): the figures are about {n} times smaller than in the file of {earlier}. Example, {area}, "
        "{period}: {before} then, {now} now.",
        _about(1 / ratio),
        unit=_unit(unit),
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


def _example(found: dict[str, Any]) -> dict[str, Param]:
    return {"area": found["area"], "period": found["period"], **{key: _tidy(found[key]) for key in ("before", "now")}}


def _tidy(value: float) -> float:
    """Whole where it is whole, so that no `.0` is printed."""
    return int(value) if value == int(value) else float(f"{value:.6g}")


def _query(vintage: Vintage) -> str:
    """(series, unit, unit_now, ratio, example) of every quantity that breaks, the greatest shifts first.

    Figures are matched by what tells them apart; a sign such as `<5` stands for a range and has no scale.
    """
    keys = KEYS[vintage.table.name]
    is_sound = "value > 0 AND lower IS NULL"
    figure = FIGURES[vintage.table.name]
    if vintage.table is OBSERVATIONS:
        given = f"{', '.join(keys)}, unit, value, lower"
    else:
        given = f"'population' AS series, {', '.join(keys)}, 'person' AS unit, {figure} AS value, NULL AS lower"
    period = "time_period" if "time_period" in keys else "year::VARCHAR"
    same, cell = ", ".join(keys), f"{{'area': ref_area, 'period': {period}, 'before': b.value, 'now': n.value}}"
    # The largest figure shows a break best; among equal ones the choice must not depend on threads.
    shown = f"arg_max({cell}, (b.value, {period}, ref_area))"
    return f"""
WITH b AS (SELECT {given} FROM ({rows_before(vintage)})), n AS (SELECT {given} FROM ({rows_now(vintage)})),
units AS (
  SELECT b.series, b.unit, n.unit AS unit_now, NULL::DOUBLE AS ratio, {shown} AS example
  FROM (SELECT * FROM b ANTI JOIN n USING ({same}, unit)) AS b
  JOIN (SELECT * FROM n ANTI JOIN b USING ({same}, unit)) AS n USING ({same})
  WHERE b.value IS NOT NULL AND n.value IS NOT NULL GROUP BY b.series, b.unit, n.unit),
ratios AS (
  SELECT b.series, unit, n.value / b.value AS ratio, {cell} AS cell, (b.value, {period}, ref_area) AS size
  FROM (SELECT * FROM b WHERE {is_sound}) AS b JOIN (SELECT * FROM n WHERE {is_sound}) AS n USING ({same}, unit)),
scales AS (
  SELECT series, unit, unit AS unit_now, median(ratio) AS ratio,
    CASE WHEN median(ratio) > 1 THEN arg_max(cell, size) FILTER (ratio >= {FACTOR})
      ELSE arg_max(cell, size) FILTER (ratio <= 1 / {FACTOR}) END AS example
  FROM ratios GROUP BY series, unit
  HAVING CASE WHEN count(*) >= {ENOUGH} THEN median(ratio) >= {FACTOR} OR median(ratio) <= 1 / {FACTOR}
    ELSE count(*) >= {LEAST} AND (min(ratio) >= {FACTOR} OR max(ratio) <= 1 / {FACTOR}) END)
SELECT * FROM (SELECT * FROM units UNION ALL SELECT * FROM scales)
ORDER BY abs(ln(ratio)) DESC NULLS FIRST, series, unit, unit_now"""
