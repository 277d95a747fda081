"""Declarations of indicators become SQL that DuckDB runs where the data lies.

One `SELECT … GROUP BY` per breakdown: measured on two million cases it takes as long as one query of
`GROUPING SETS`, and a breakdown nobody asked for costs nothing. A multi-valued column is unnested: its contract
(each code once per record, kept by intake; each code once per person, kept by consolidation) makes the count one of
people and not of mentions, without searching every row's list again, which would take five times as long.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from transforms.codes import TOTAL
from transforms.errors import WrongArguments
from transforms.indicators.breakdowns import OBSERVED_DIMENSIONS, TIMES
from transforms.indicators.declare import Breakdown, CountedSource, Indicator
from transforms.indicators.groups import GROUPED, compile_groups
from transforms.indicators.persons import corridor
from transforms.indicators.registry import breakdowns
from transforms.periods import FREQUENCIES, Frequency
from transforms.sql import quoted

YEAR_ONLY_ADVICE = "Ask by year, or choose a scope with a source that records days."


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """What is counted over: a table or SELECT of one row per person or figure, and the rows of it that are meant.

    `where` holds scope and vintages; `origin` is the SELECT of the core rows it was made from. `area` is the country
    whose figures are meant, None for all countries.
    """

    source: CountedSource
    table: str
    where: str
    origin: str
    area: str | None = None
    body_is_several: bool = False


@dataclass(frozen=True, slots=True)
class _Part:
    """One output column: `inner` over the rows, `outer` over the groups of `inner`."""

    name: str
    inner: tuple[tuple[str, str], ...]
    outer: str
    several: str | None = None


def compile_indicator(
    indicator: Indicator,
    relation: Relation,
    by: Sequence[str],
    *,
    years: Sequence[int] | None = None,
    matched: bool = False,
) -> str:
    """SQL that gives the columns of `by`, in their order, then `value`, sorted; only combinations that exist.

    For published figures `lower`, `upper` and `obs_status` follow. `matched` keeps the countries that report each
    of `years`. Raises WrongArguments for a breakdown the indicator or the source does not have.
    """
    dimensions = breakdowns(indicator, by)
    _check_times(relation.source, by)
    if indicator.subject == "observations":
        return _compile_observations(indicator, relation, by, dimensions, years, matched)
    if matched:
        raise WrongArguments(
            f"Indicator {indicator.key} counts persons, so there are no countries to match.",
            advice="Matching is for figures reported by countries, such as victims_detected.",
        )
    return _compile_cases(indicator, relation, by, dimensions, years)


def _check_times(source: CountedSource, by: Sequence[str]) -> None:
    finest = TIMES.index(source.frequency)
    for key in by:
        if key in TIMES and TIMES.index(key) > finest:
            raise WrongArguments(
                f"Source {source.key} carries only the {source.frequency}, so there is nothing by {key}.",
                advice=YEAR_ONLY_ADVICE,
            )


def _time_of_date(key: str, column: str) -> _Part:
    year = f"year({column})"
    if key == "year":
        return _Part(key, ((key, year),), key)
    if key == "quarter":
        outer = "printf('%04d-Q%d', quarter // 4, quarter % 4 + 1)"
        return _Part(key, ((key, f"{year} * 4 + quarter({column}) - 1"),), outer)
    return _Part(
        key, ((key, f"{year} * 12 + month({column}) - 1"),), "printf('%04d-%02d', month // 12, month % 12 + 1)"
    )


def _case_part(breakdown: Breakdown, relation: Relation) -> _Part:
    key = breakdown.key
    if breakdown.is_several or (key == "body" and relation.body_is_several):
        return _Part(key, ((key, key),), f"{key}::VARCHAR", several=key)
    outer = corridor(*breakdown.columns) if len(breakdown.columns) == 2 else f"{key}::VARCHAR"
    return _Part(key, tuple((column, column) for column in breakdown.columns), outer)


def _compile_cases(
    indicator: Indicator,
    relation: Relation,
    by: Sequence[str],
    dimensions: Sequence[Breakdown],
    years: Sequence[int] | None,
) -> str:
    declared = {breakdown.key: breakdown for breakdown in dimensions}
    parts = [_time_of_date(key, indicator.date) if key in TIMES else _case_part(declared[key], relation) for key in by]
    conditions = [relation.where, f"({indicator.where.sql})", f"{indicator.date} IS NOT NULL"]
    if years is not None:
        conditions.append(f"year({indicator.date}) IN ({_numbers(years)})")
    where = " AND ".join(conditions)
    inner = dict(pair for part in parts for pair in part.inner)
    several = [part.name for part in parts if part.several]
    groups = _groups(relation.table, where, inner, several)
    chosen = ", ".join([*(f"{part.outer} AS {part.name}" for part in parts), "sum(value)::BIGINT AS value"])
    return f"SELECT {chosen} FROM ({groups})" + (" GROUP BY ALL ORDER BY ALL" if parts else "")


def _groups(table: str, where: str, inner: dict[str, str], several: Sequence[str]) -> str:
    """Counts by the inner columns; the core table's contract is that a list holds each code once."""
    rows = f"{table} WHERE {where}"
    columns = dict(inner)
    for name in several:
        chosen = ", ".join(f"{'unnest(' + sql + ')' if key == name else sql} AS {key}" for key, sql in columns.items())
        rows, columns = f"(SELECT {chosen} FROM {rows})", {key: key for key in columns}
    chosen = ", ".join([*(f"{sql} AS {name}" for name, sql in columns.items()), "count(*) AS value"])
    places = ", ".join(str(place + 1) for place in range(len(columns)))
    return f"SELECT {chosen} FROM {rows}" + (f" GROUP BY {places}" if columns else "")


def _time_of_code(key: str) -> str:
    if key == "year":
        return "year::INTEGER"
    if key == "month":
        return "left(time_period, 7)"
    quarter = "left(time_period, 4) || '-Q' || ((TRY_CAST(substr(time_period, 6, 2) AS INTEGER) + 2) // 3)"
    return f"CASE WHEN contains(time_period, 'Q') THEN time_period ELSE {quarter} END"


FREQUENCY_OF_CODE = (
    "CASE WHEN length(time_period) = 4 THEN 'year' WHEN contains(time_period, 'Q') THEN 'quarter' "
    "WHEN length(time_period) = 7 THEN 'month' END"
)
"""SQL of the frequency of a figure's period; null for a day."""


def _compile_observations(
    indicator: Indicator,
    relation: Relation,
    by: Sequence[str],
    dimensions: Sequence[Breakdown],
    years: Sequence[int] | None,
    matched: bool,
) -> str:
    """Published figures are taken as they stand: a total is the source's own, never a sum of its parts.

    Only where they are delivered by several breakdowns at once, groups of them make up a total.
    """
    if indicator.parts:
        return _compile_groups(indicator, relation, by, dimensions, years)
    _check_parts(indicator, dimensions)
    broken_down = {column for breakdown in dimensions for column in breakdown.columns}
    conditions = [relation.where, f"({indicator.where.sql})", _area(indicator, relation, by)]
    if indicator.adds_up:
        conditions.append(f"{FREQUENCY_OF_CODE} = {quoted(relation.source.frequency)}")
    elif indicator.measure == "published":
        conditions.append(f"{FREQUENCY_OF_CODE} = {quoted(_finest_asked(indicator, by))}")
    elif indicator.measure != "mean":
        conditions.append("length(time_period) = 4")
    if years is not None:
        conditions.append(f"year IN ({_numbers(years)})")
    split = [c for c in OBSERVED_DIMENSIONS if c in broken_down]
    whole = " AND ".join(f"{c} = {quoted(TOTAL)}" for c in OBSERVED_DIMENSIONS if c not in broken_down)
    conditions += [f"{column} <> {quoted(TOTAL)}" for column in split]
    conditions += [f"regexp_full_match(category, '{b.part}=[^;]*')" for b in dimensions if b.part]
    if split:
        conditions.append(whole)
    if matched:
        conditions.append(_matching(indicator, relation, years))
    columns = [f"{_time_of_code(key) if key in TIMES else _column(dimensions, key)} AS {key}" for key in by]
    kept = f" FILTER (WHERE {whole})" if whole else ""
    chosen = ", ".join([*columns, *_figures(indicator, kept)])
    grouped = " GROUP BY ALL ORDER BY ALL" if columns else ""
    return f"SELECT {chosen} FROM {relation.table} WHERE {' AND '.join(conditions)}{grouped}"


def _compile_groups(
    indicator: Indicator,
    relation: Relation,
    by: Sequence[str],
    dimensions: Sequence[Breakdown],
    years: Sequence[int] | None,
) -> str:
    base = relation.source.frequency
    whole = " AND ".join(f"{column} = {quoted(TOTAL)}" for column in OBSERVED_DIMENSIONS if column not in GROUPED)
    rows = " AND ".join([relation.where, f"({indicator.where.sql})", _area(indicator, relation, by), whole])
    counted = f"{FREQUENCY_OF_CODE} = {quoted(base)}"
    if years is not None:
        counted += f" AND year IN ({_numbers(years)})"
    times: dict[str, str] = {time: _time_of_code(time) for time in TIMES if time in by}
    return compile_groups(indicator, f"{relation.table} WHERE {rows}", counted, base, dimensions, times, by)


def _finest_asked(indicator: Indicator, by: Sequence[str]) -> Frequency:
    """The finest time of a breakdown; raises WrongArguments without any, as a published figure is of a period."""
    asked = [time for time in TIMES if time in by]
    if not asked:
        raise WrongArguments(
            f"Indicator {indicator.key} is published for a period; over all of them it says nothing.",
            advice="Ask by year, quarter or month.",
        )
    return next(time for time in FREQUENCIES if time == asked[-1])


def _figures(indicator: Indicator, kept: str) -> tuple[str, ...]:
    """Value, the least and greatest it can be where a sign such as `<5` leaves that open, and its status."""
    if indicator.measure in ("mean", "published"):
        value, lower, upper = f"round(avg(value){kept}, 4)", "NULL::DOUBLE", "NULL::DOUBLE"
    else:
        value = f"sum(value){kept}::BIGINT"
        lower = f"CASE WHEN count(lower){kept} > 0 THEN sum(coalesce(lower, value)){kept} END"
        upper = f"CASE WHEN count(upper){kept} > 0 THEN sum(coalesce(upper, value)){kept} END"
    flags = " ".join(f"WHEN bool_or(obs_status = '{flag}'){kept} THEN '{flag}'" for flag in ("P", "E", "R", "B"))
    status = f"CASE WHEN count(value){kept} = 0 THEN 'O' {flags} ELSE 'A' END"
    return f"{value} AS value", f"{lower} AS lower", f"{upper} AS upper", f"{status} AS obs_status"


def _column(dimensions: Sequence[Breakdown], key: str) -> str:
    found = next(breakdown for breakdown in dimensions if breakdown.key == key)
    return f"substr(category, {len(found.part) + 2})" if found.part else found.columns[0]


def _check_parts(indicator: Indicator, dimensions: Sequence[Breakdown]) -> None:
    """Figures are delivered by one part of the further breakdown at a time; raises WrongArguments for two."""
    parts = [breakdown.key for breakdown in dimensions if "category" in breakdown.columns]
    if len(parts) > 1:
        raise WrongArguments(
            f"Indicator {indicator.key} is not counted by {' and '.join(parts)} together.",
            advice="Ask by one of them.",
        )


def _area(indicator: Indicator, relation: Relation, by: Sequence[str]) -> str:
    """Countries, or the regions of one; aggregates are never counted as countries."""
    if "region" in by:
        if relation.area is None or "country" in by:
            raise WrongArguments(
                f"Indicator {indicator.key} by region needs one country.", advice="Narrow it with --scope CODE."
            )
        return f"ref_area_type = 'region' AND starts_with(ref_area, {quoted(relation.area + '-')})"
    if relation.area is None:
        if indicator.measure == "mean" and "country" not in by:
            raise WrongArguments(
                f"Indicator {indicator.key} belongs to one country; a mean over countries says nothing.",
                advice="Narrow it with --scope CODE, or ask --by country,year.",
            )
        return "ref_area_type = 'country'"
    return f"ref_area_type = 'country' AND ref_area = {quoted(relation.area)}"


def _matching(indicator: Indicator, relation: Relation, years: Sequence[int] | None) -> str:
    if not years or len(set(years)) < 2:
        raise WrongArguments(
            "Matching countries needs at least two years.", advice="Name the years that a country must report."
        )
    whole = " AND ".join(f"{column} = {quoted(TOTAL)}" for column in OBSERVED_DIMENSIONS)
    return (
        f"ref_area IN (SELECT ref_area FROM {relation.table} WHERE {relation.where} AND ({indicator.where.sql})"
        f" AND {whole} AND length(time_period) = 4 AND year IN ({_numbers(years)}) AND value IS NOT NULL"
        f" GROUP BY ref_area HAVING count(DISTINCT year) = {len(set(years))})"
    )


def _numbers(values: Sequence[int]) -> str:
    return ", ".join(str(int(value)) for value in dict.fromkeys(values)) or "NULL"
