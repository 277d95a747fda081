"""Do the parts of an extract add up to its totals: by sex, by age, and regions to their country.

Only what divides without overlap is added: not forms of exploitation (a person can have several), not the free
breakdowns of a source, not rates. One query per vintage answers all of it.

Parts are complete when every code is there that the extract uses for the series (female and male, child and adult at
least), every region of the country's profile, or age groups without a gap from 0 to an open end. Complete parts must
equal the total; otherwise they may not exceed it. A figure that stands for a range (`<5`) agrees with any number in it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import duckdb

from transforms.acceptance import Mismatch, Sums
from transforms.countries import countries, country
from transforms.sources.profile import Profile
from transforms.sql import quoted
from transforms.tables import CASES, OBSERVATIONS

MOST_MISMATCHES = 30
ADDITIVE = ("person", "case", "offence", "contact", "event")
"""Units of counts; of rates, shares and indices a sum says nothing."""
_FINEST = 6
"""Decimals of the declared unit that rounding is looked for in."""
_EPSILON = 1e-6
"""What adding binary fractions may be off by, relative to the declared unit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Division:
    """One way in which figures divide.

    `part` and `area` are SQL over a row of `figures`, `together` replaces the column that is divided. `is_whole` and
    `is_sound` are aggregates over a group: whether all parts are there, and whether they divide without overlap.
    """

    dimension: str
    part: str
    is_whole: str
    area: str = "ref_area"
    together: tuple[str, ...] = ()
    is_sound: str = "true"


def _by_code(dimension: str, column: str, least: tuple[str, ...]) -> _Division:
    """Codes of one column: `least` and whatever else the extract uses for the series make the whole."""
    return _Division(
        dimension=dimension,
        part=column,
        together=(column,),
        is_whole=f"list_has_all(list(part), {list(least)}) AND list_has_all(list(part), any_value({column}_used))",
    )


_BY_AREA = _Division(
    dimension="ref_area",
    part="CASE WHEN is_country THEN 'total' ELSE ref_area END",
    area="left(ref_area, 2)",
    is_whole="count(*) = 1 + any_value(regions)",
    is_sound="bool_and(regions IS NOT NULL) FILTER (part <> 'total')",
)
"""Regions that the country's profile does not know may lie within others: then nothing is said."""
_BY_BAND = _Division(
    dimension="age_group",
    part="age",
    together=("age",),
    is_whole="min(first) = 0 AND bool_and(CASE WHEN following IS NULL THEN is_open "
    "ELSE coalesce(following = last + 1, false) END) FILTER (part <> 'total')",
    is_sound="bool_and(coalesce(following IS NULL OR following > last, false)) FILTER (part <> 'total')",
)
_OF_FIGURES = (
    _by_code("sex", "sex", ("female", "male")),
    _by_code("age_class", "age", ("child", "adult")),
    _BY_AREA,
)
_OF_PERSONS = (_by_code("sex", "sex", ("female", "male")), _BY_BAND, _BY_AREA)

_FIGURES = (
    "SELECT series, unit, time_period AS period, ref_area, ref_area_type = 'country' AS is_country, sex, "
    "age_class AS age, category, value, coalesce(lower, value) AS low, coalesce(upper, value) AS high "
    "FROM core.observations WHERE vintage_id = {vintage_id} AND form = 'total' AND unit IN {units} "
    "AND ref_area_type IN ('country', 'region')"
)
_PERSONS = (
    "SELECT *, lead(first) OVER (PARTITION BY ref_area, period, sex, age = 'total' ORDER BY first, last) AS following "
    "FROM (SELECT 'population' AS series, 'person' AS unit, year::VARCHAR AS period, ref_area, "
    "length(ref_area) = 2 AS is_country, sex, age_group AS age, 'total' AS category, persons AS value, "
    "persons AS low, persons AS high, TRY_CAST(regexp_extract(age_group, '^[0-9]+') AS INTEGER) AS first, "
    "TRY_CAST(regexp_extract(age_group, '-([0-9]+)$', 1) AS INTEGER) AS last, age_group LIKE '%+' AS is_open "
    "FROM core.population WHERE vintage_id = {vintage_id})"
)


_MARKED = (
    "SELECT *, low > total_high + tolerance OR (is_whole AND high < total_low - tolerance) AS is_off, "
    "CASE WHEN low > total_high THEN low - total_high ELSE high - total_low END AS gap FROM judged"
)
_LISTED = ("dimension", "series", "unit", "period", "area", "sex", "age", "category")
_STRUCT = ", ".join(f"{name} := {name}" for name in (*_LISTED, "low", "high", "total_low", "total_high", "gap"))
_RESULT = (
    "SELECT count(*), count(*) FILTER (NOT is_whole), count(*) FILTER (is_off), any_value(step), "
    f"(list(struct_pack({_STRUCT}) ORDER BY abs(gap) DESC, {', '.join(_LISTED)}) FILTER (is_off))"
    f"[:{MOST_MISMATCHES}] FROM marked"
)


def sums_of(con: duckdb.DuckDBPyConnection, profile: Profile, vintage_id: int) -> Sums | None:
    """What adding up showed; None for case records, and where no total has parts in the same extract."""
    if profile.table is CASES:
        return None
    is_figures = profile.table is OBSERVATIONS
    scale = _scale(profile)
    steps = {
        "figures": (_FIGURES if is_figures else _PERSONS).format(vintage_id=vintage_id, units=ADDITIVE),
        "step": f"SELECT {_step(scale)} AS step FROM figures",
        "used": "SELECT series, list(DISTINCT sex) AS sex_used, list(DISTINCT age) AS age_used FROM figures GROUP BY 1",
        "known": "SELECT figures.*, sex_used, age_used, regions FROM figures JOIN used USING (series) "
        f"LEFT JOIN ({_regions()}) ON code = ref_area",
        "sums": " UNION ALL ".join(_sums(division) for division in (_OF_FIGURES if is_figures else _OF_PERSONS)),
        "judged": f"SELECT *, step / 2 * (parts + 1) + {_EPSILON * scale} AS tolerance FROM sums, step",
        "marked": _MARKED,
    }
    query = f"WITH {', '.join(f'{name} AS ({sql})' for name, sql in steps.items())} {_RESULT}"
    checked, partial, off, step, listed = con.execute(query).fetchall()[0]
    if not checked:
        return None
    mismatches = tuple(_mismatch(row) for row in listed or ())
    return Sums(
        checked=checked, partial=partial, mismatches=mismatches, more=off - len(mismatches), rounded_to=float(step)
    )


def _sums(division: _Division) -> str:
    """A row per total that has parts: both with the least and the greatest that they can be."""
    kept = [name for name in ("sex", "age") if name not in division.together]
    shown = [name if name in kept else f"'total' AS {name}" for name in ("sex", "age")]
    return (
        f"SELECT '{division.dimension}' AS dimension, series, unit, period, area, {', '.join(shown)}, "
        "category, any_value(low) FILTER (part = 'total') AS total_low, any_value(high) FILTER (part = 'total') AS "
        "total_high, sum(low) FILTER (part <> 'total') AS low, sum(high) FILTER (part <> 'total') AS high, "
        f"count(*) - 1 AS parts, count(low) = count(*) AND {division.is_whole} AS is_whole "
        f"FROM (SELECT *, {division.part} AS part, {division.area} AS area FROM known) "
        f"GROUP BY {', '.join(['series', 'unit', 'period', 'area', 'category', *kept])} "
        "HAVING count(*) FILTER (part = 'total') = 1 AND count(low) FILTER (part = 'total') = 1 AND "
        "count(low) FILTER (part <> 'total') > 0 AND count(DISTINCT part) = count(*) "
        f"AND {division.is_sound}"
    )


def _regions() -> str:
    """Regions of the countries that have a profile, each with how many there are beside it."""
    rows = [
        f"({quoted(region.code)}, {len(profile.regions)})"
        for profile in map(country, countries())
        for region in profile.regions
    ]
    return f"SELECT * FROM (VALUES {', '.join(rows)}) AS listed(code, regions)"


def _scale(profile: Profile) -> float:
    """What one unit of the file's figures stands for: 1000 where they are in thousands."""
    if profile.value is not None:
        return profile.value.scale
    return next((item.scale for item in profile.fields if item.column == "persons"), 1.0)


def _step(scale: float) -> str:
    """SQL for the last place that the figures are written to; 0 for whole numbers that are not scaled: they are exact.

    Parts and totals are rounded each for itself, so they may differ by half a step per figure.
    """
    cases = [
        f"WHEN bool_and(abs(value * {10**places / scale!r} - round(value * {10**places / scale!r})) < {_EPSILON}) "
        f"THEN {0.0 if scale == 1 and not places else scale / 10**places!r}"
        for places in range(_FINEST)
    ]
    return f"CASE {' '.join(cases)} ELSE {scale / 10**_FINEST!r} END"


def _mismatch(row: dict[str, Any]) -> Mismatch:
    dimension = row["dimension"]
    age = "age_group" if dimension == "age_group" or row["series"] == "population" else "age_class"
    shared = (("sex", row["sex"]), (age, row["age"]))
    return Mismatch(
        dimension=dimension,
        series=row["series"],
        unit=row["unit"],
        period=row["period"],
        area=row["area"],
        within=tuple(pair for pair in shared if pair[1] != "total"),
        category="" if row["category"] == "total" else row["category"],
        total=(row["total_low"], row["total_high"]),
        parts=(row["low"], row["high"]),
        difference=row["gap"],
    )
