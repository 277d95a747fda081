"""What a suspected break is, and figures as its search looks at them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from flows.holdings.revisions import FIGURES, KEYS
from transforms.tables import OBSERVATIONS, Table

Kind = Literal["unit", "scale", "new unit", "new level", "fractions"]
"""`unit` and `scale`: of figures that both files hold; the others: of figures of periods that were not held before."""

FACTOR = 10
"""The least shift of scale that is suspected; per hundred, per thousand and per 100,000 lie well beyond it."""
ENOUGH = 5
"""Figures or lines of a quantity, from which on their median is taken for the typical one."""
COUNTED = ("person", "case", "offence", "contact", "record")
"""Units of which there is no half."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """Two figures that show a break; the period is the same where both files hold it."""

    area: str
    period: str
    before: float
    period_now: str
    now: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """A quantity whose unit or whose typical figure, by `ratio`, is another in the new file."""

    kind: Kind
    series: str
    unit: str
    unit_now: str
    earlier: date
    ratio: float | None
    example: Example


def figures(rows: str, table: Table, besides: str = "") -> str:
    """SELECT of `k`, what tells a figure, `line`, what tells those that differ in time only, and the figure itself.

    Further columns: series, area, period, season (its part of the year), unit, and what is asked for `besides`. A sign
    such as `<5` stands for a range and has no scale: its value is null.
    """
    time = time_key(table)
    line = [key for key in KEYS[table.name] if key != time]
    frequency = f"length({time}::VARCHAR), contains({time}::VARCHAR, 'Q')"
    if table is OBSERVATIONS:
        value = "series, ref_area AS area, unit, CASE WHEN lower IS NULL THEN value END AS value"
    else:
        value = f"'population' AS series, ref_area AS area, 'person' AS unit, {FIGURES[table.name]} AS value"
    return (
        f"SELECT hash({', '.join(line)}, {time}) AS k, hash({', '.join(line)}, {frequency}) AS line, "
        f"{time}::VARCHAR AS period, ({time}::VARCHAR)[6:7] AS season, {value}{', ' if besides else ''}{besides} "
        f"FROM ({rows})"
    )


def time_key(table: Table) -> str:
    """The column that says of which period a figure is."""
    return "time_period" if table is OBSERVATIONS else "year"


def is_beyond(ratio: str) -> str:
    """SQL: whether a ratio is a shift of scale, whichever way."""
    return f"({ratio} >= {FACTOR} OR {ratio} <= 1 / {FACTOR})"
