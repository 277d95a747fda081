"""Figures of periods that were not held before, against those held of the periods next to them.

Of each line (what tells a figure, but for time) the middle one of its nearest periods is its level, before and now; of
months and quarters each is held against the same one of other years, for a season is no break. A quantity is suspected
where the typical line moved tenfold, which neither a halving nor the chance of small counts does: the rules want the
greater of the two levels to be well above what chance makes of a few cases, the more so the fewer lines there are.
Figures of both sides of a break that was confirmed are not compared again.
"""

from __future__ import annotations

import duckdb

from flows.holdings.replaced import Vintage, held_on, rows_held, rows_of
from flows.intake.shifts import COUNTED, ENOUGH, FACTOR, Example, Shift, figures, is_beyond
from transforms.indicators.as_of import withdrawn
from transforms.sql import quoted
from transforms.tables import OBSERVATIONS

TYPICAL = 20
"""The least that the greater level of the typical line must be, where there are `ENOUGH` lines."""
OF_FEW = 100
"""The same of fewer lines, all of which must have moved, with two new figures at least."""
LONE_FACTOR, OF_ONE = 100, 1000
"""What a single new figure must have moved by, and what the greater of the two must be."""
WHOLE = 3
"""Whole numbers that must be held of a country's quantity before new ones that are not make it suspect."""
_NEAR = "CASE WHEN length(period) = 10 THEN 93 ELSE 3 END"
"""Periods that make a level: three years, of months and quarters the same one of each, of days those of a month."""


def level_shifts(con: duckdb.DuckDBPyConnection, vintage: Vintage) -> list[Shift]:
    """Breaks in new periods: changed units, then fractions of what is counted, then shifts of level, greatest first."""
    earlier = held_on(con, vintage)
    if earlier is None:
        return []
    for name, rows in (("held_figures", rows_held(vintage)), ("new_figures", rows_of(vintage))):
        con.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS {_eras(con, figures(rows, vintage.table), vintage)}")
    con.execute(
        "CREATE OR REPLACE TEMP TABLE fresh_figures AS SELECT * FROM new_figures ANTI JOIN held_figures USING (k)"
    )
    found = con.execute(_UNITS).fetchall()
    if vintage.table is OBSERVATIONS:
        found += con.execute(_FRACTIONS).fetchall()
    found += con.execute(_LEVELS).fetchall()
    shifts: dict[str, Shift] = {}
    for kind, series, unit, unit_now, ratio, example in found:
        shift = Shift(
            kind=kind, series=series, unit=unit, unit_now=unit_now, earlier=earlier, ratio=ratio,
            example=Example(**example),
        )  # fmt: skip
        shifts.setdefault(series, shift)
    return list(shifts.values())


def _eras(con: duckdb.DuckDBPyConnection, rows: str, vintage: Vintage) -> str:
    """The figures with `line` set apart on both sides of each break that was confirmed."""
    known = f"SELECT count(*) FROM raw.breaks WHERE {_standing(vintage)}"
    if not con.execute(known).fetchall()[0][0]:
        return rows
    broken = figures(_breaks_as_figures(vintage), vintage.table)
    return (
        "SELECT f.k, CASE WHEN era = 0 THEN f.line ELSE hash(f.line, era) END AS line, f.* EXCLUDE (k, line, era) FROM "
        f"(SELECT f.*, (SELECT count(*) FROM ({broken}) AS b WHERE b.line = f.line AND b.period <= f.period) AS era "
        f"FROM ({rows}) AS f) AS f"
    )


def _breaks_as_figures(vintage: Vintage) -> str:
    """The confirmed breaks as rows of the table they are in, so that they get the same lines."""
    value = "0::DOUBLE AS value, NULL AS lower" if vintage.table is OBSERVATIONS else "0::DOUBLE AS persons"
    age = "age AS age_class" if vintage.table is OBSERVATIONS else "age AS age_group"
    time = "" if vintage.table is OBSERVATIONS else ", time_period::SMALLINT AS year"
    return f"SELECT *, {age}{time}, {value} FROM raw.breaks WHERE {_standing(vintage)}"


def _standing(vintage: Vintage) -> str:
    """Condition on the breaks of the source that keeps those whose vintage was not withdrawn."""
    return f"source = {quoted(vintage.source)} AND vintage_id NOT IN ({withdrawn('')})"


_UNITS = (
    "SELECT 'new unit', series, h.unit, f.unit, NULL, arg_max({'area': f.area, 'period': h.period, 'before': h.value, "
    "'period_now': f.period, 'now': f.value}, (h.period, -f.period[:4]::INTEGER, h.value, f.area, f.value)) "
    "FROM fresh_figures AS f JOIN held_figures AS h USING (line, series) "
    "WHERE f.unit <> h.unit AND f.value > 0 AND h.value > 0 "
    "AND (line, f.unit) NOT IN (SELECT line, unit FROM held_figures) "
    "AND (line, h.unit) NOT IN (SELECT line, unit FROM new_figures) GROUP BY series, h.unit, f.unit ORDER BY ALL"
)

_IS_WHOLE = "abs(value - round(value)) <= 1e-6 * greatest(1, abs(value))"
_COUNTRY = "split_part(area, '-', 1)"
_FRACTIONS = (
    f"WITH whole AS (SELECT series, unit, {_COUNTRY} AS country FROM held_figures WHERE unit IN {COUNTED} "
    f"AND value <> 0 GROUP BY ALL HAVING count(*) >= {WHOLE} AND bool_and({_IS_WHOLE})), "
    f"broken AS (SELECT series, unit, {_COUNTRY} AS country FROM new_figures WHERE value <> 0 GROUP BY ALL "
    f"HAVING 2 * count(*) FILTER (NOT {_IS_WHOLE}) >= count(*)), "
    f"f AS (SELECT * FROM new_figures WHERE value <> 0 AND NOT {_IS_WHOLE} "
    f"AND (series, unit, {_COUNTRY}) IN (SELECT * FROM whole INTERSECT SELECT * FROM broken)), "
    "h AS (SELECT line, unit, max(period) AS period, arg_max(value, period) AS value FROM held_figures "
    "WHERE value <> 0 GROUP BY ALL) "
    "SELECT 'fractions', series, unit, unit, NULL, arg_max({'area': area, 'period': h.period, 'before': h.value, "
    "'period_now': f.period, 'now': f.value}, (h.value, f.period, area)) "
    "FROM f JOIN h USING (line, unit) GROUP BY series, unit ORDER BY ALL"
)

_SIDES = (
    "spans AS (SELECT line, season, unit, min(period) AS first FROM fresh_figures "
    "WHERE value IS NOT NULL GROUP BY ALL), "
    "sided AS (SELECT h.*, first, min(h.period) OVER (PARTITION BY line, season, unit) < first AS is_before "
    "FROM held_figures AS h JOIN spans USING (line, season, unit) WHERE h.value IS NOT NULL), "
    "held AS (SELECT * FROM sided WHERE NOT is_before OR period < first QUALIFY row_number() OVER "
    f"(PARTITION BY line, season, unit ORDER BY CASE WHEN is_before THEN period END DESC, period) <= {_NEAR}), "
    "now AS (SELECT f.*, is_before FROM fresh_figures AS f "
    "JOIN (SELECT DISTINCT line, season, unit, is_before FROM held) "
    "USING (line, season, unit) WHERE f.value IS NOT NULL QUALIFY row_number() OVER "
    f"(PARTITION BY line, season, unit ORDER BY CASE WHEN is_before THEN period END, period DESC) <= {_NEAR})"
)
"""The nearest periods held and the nearest new ones: the last before and the first after, or the other way round."""

_LEVELS = (
    f"WITH {_SIDES}, "
    "a AS (SELECT line, season, series, unit, any_value(area) AS area, median(value) AS before, "
    "CASE WHEN any_value(is_before) THEN max(period) ELSE min(period) END AS period, "
    "CASE WHEN any_value(is_before) THEN arg_max(value, period) ELSE arg_min(value, period) END AS figure "
    "FROM held GROUP BY line, season, series, unit), "
    "b AS (SELECT line, season, unit, median(value) AS after, count(*) AS cells, "
    "CASE WHEN any_value(is_before) THEN min(period) ELSE max(period) END AS period_now, "
    "CASE WHEN any_value(is_before) THEN arg_min(value, period) ELSE arg_max(value, period) END AS figure_now "
    "FROM now GROUP BY line, season, unit), "
    "lines AS (SELECT *, after / before AS ratio, greatest(before, after) AS greater, {'area': area, "
    "'period': period, 'before': figure, 'period_now': period_now, 'now': figure_now} AS example "
    "FROM a JOIN b USING (line, season, unit) WHERE before > 0 AND after > 0 AND unit <> 'index'), "
    "quantities AS (SELECT series, unit, median(ratio) AS typical, "
    f"coalesce(arg_max(example, (greater, area)) FILTER ({is_beyond('figure_now / nullif(figure, 0)')}), "
    "arg_max(example, (greater, area))) AS example, "
    f"count(*) >= {ENOUGH} AND {is_beyond('median(ratio)')} AND median(greater) >= {TYPICAL} AS by_many, "
    f"(min(ratio) >= {FACTOR} OR max(ratio) <= 1 / {FACTOR}) AND sum(cells) >= 2 AND median(greater) >= {OF_FEW} "
    "AS by_few, "
    f"(min(ratio) >= {LONE_FACTOR} OR max(ratio) <= 1 / {LONE_FACTOR}) AND median(greater) >= {OF_ONE} AS by_one "
    "FROM lines GROUP BY series, unit) "
    "SELECT 'new level', series, unit, unit, typical, example FROM quantities WHERE by_many OR by_few OR by_one "
    "ORDER BY abs(ln(typical)) DESC, series, unit"
)
