"""What an extract changed against the one it replaces, which years it covers, what its cells of figures held.

Of records only counts. All of it is one query each over columns that DuckDB holds; a file of millions of rows costs a
grouping of hashes.
"""

from __future__ import annotations

from dataclasses import replace

import duckdb

from flows.holdings.replaced import Vintage, find_replaced, rows_before, rows_now
from flows.holdings.revisions import KEYS, changed_figures
from transforms.acceptance import Blanks, Comparison, Revision, Total
from transforms.codes import TOTAL
from transforms.small_groups import joined_years
from transforms.tables import CASES, OBSERVATIONS

MOST_TOTALS = 60
"""Totals by series and year that a report lists; those that changed come first."""
MOST_REVISED = 50
"""Revised figures that a report lists."""
_FIGURES = ("value", "lower", "upper", "obs_status", "conf_status", "persons")
_PLACE = ("vintage_id", "record_no", "source", "stream")
_RATES = "('index', 'per_100k', 'pct', 'ratio')"
"""Units of which a mean is shown: a sum of them says nothing."""


def compared(con: duckdb.DuckDBPyConnection, vintage: Vintage) -> Comparison | None:
    """The changes in the streams that an earlier vintage had as well; None for a first delivery."""
    earlier = find_replaced(con, vintage)
    if earlier is None:
        return None
    years = con.execute(_changes(vintage)).fetchall()
    before, added, gone, changed = (sum(year[place] for year in years) for place in range(1, 5))
    found = Comparison(earlier=earlier, before=before, added=added, gone=gone, changed=changed)
    if vintage.table is CASES:
        by_year = joined_years((year, *counts) for year, _, *counts in years)
        return replace(found, years=by_year, changed=changed if vintage.has_key else None)
    totals = _totals(con, vintage)
    found = replace(found, totals=totals[:MOST_TOTALS], more_totals=max(0, len(totals) - MOST_TOTALS))
    return _with_revised(con, vintage, found) if changed else found


def _with_revised(con: duckdb.DuckDBPyConnection, vintage: Vintage, found: Comparison) -> Comparison:
    """The comparison with the figures that both vintages hold, each with another value in either."""
    (series, area, period), parts = _told(vintage)
    _, figures = changed_figures(vintage.table, rows_before(vintage), rows_now(vintage))
    # Joined twice on purpose: writing millions of revised figures down would cost more.
    valued, flagged = con.execute(
        "SELECT count(*) FILTER (before IS DISTINCT FROM after), count(*) FILTER (before IS NOT DISTINCT FROM after) "
        f"FROM ({figures}) WHERE change = 'revised'"
    ).fetchall()[0]
    rows = con.execute(
        f"SELECT {series}, {area}, {period}, [{', '.join(parts)}], before, after FROM ({figures}) "
        "WHERE change = 'revised' AND before IS DISTINCT FROM after "
        "ORDER BY abs(after - before) / greatest(before, after) DESC NULLS LAST, "
        f"3 DESC, 1, 2, 4 LIMIT {MOST_REVISED}"
    ).fetchall()
    revised = tuple(
        Revision(
            series=row[0],
            area=row[1],
            period=row[2],
            breakdown=tuple((part, code) for part, code in zip(parts, row[3], strict=True) if code != TOTAL),
            before=row[4],
            now=row[5],
        )
        for row in rows
    )
    return replace(found, revised=revised, more_revised=valued - len(revised), flagged=flagged)


def _told(vintage: Vintage) -> tuple[tuple[str, str, str], list[str]]:
    """(series, area, period) of a figure as SQL, and the columns it is broken down by."""
    named = (
        ("series", "ref_area", "time_period")
        if vintage.table is OBSERVATIONS
        else ("'population'", "ref_area", "year::VARCHAR")
    )
    return named, [key for key in KEYS[vintage.table.name] if key not in ("series", "ref_area", "time_period", "year")]


def _changes(vintage: Vintage) -> str:
    """(year of registration of cases, before, added, gone, changed).

    Rows of a key are grouped, so that a key that stands twice is still counted by its rows.
    """
    content = [name for name in vintage.table.names if name not in _PLACE]
    if vintage.table is CASES:
        key = ["stream", "person_key"] if vintage.has_key else ["stream", *content]
    else:
        key = [name for name in content if name not in _FIGURES]
    year = "max(year(registered_date))" if vintage.table is CASES else "0"

    def grouped(rows: str) -> str:
        return (
            f"SELECT hash({', '.join(key)}) AS k, {year} AS y, count(*) AS c, bit_xor(hash({', '.join(content)})) AS h "
            f"FROM ({rows}) GROUP BY k"
        )

    return (
        "SELECT coalesce(n.y, b.y) AS year, coalesce(sum(b.c), 0)::BIGINT, "
        "coalesce(sum(greatest(coalesce(n.c, 0) - coalesce(b.c, 0), 0)), 0)::BIGINT, "
        "coalesce(sum(greatest(coalesce(b.c, 0) - coalesce(n.c, 0), 0)), 0)::BIGINT, "
        "coalesce(sum(least(n.c, b.c)) FILTER (n.c IS NOT NULL AND b.c IS NOT NULL AND n.h <> b.h), 0)::BIGINT "
        f"FROM ({grouped(rows_now(vintage))}) AS n FULL JOIN ({grouped(rows_before(vintage))}) AS b USING (k) "
        "GROUP BY year"
    )


def _totals(con: duckdb.DuckDBPyConnection, vintage: Vintage) -> tuple[Total, ...]:
    if vintage.table is CASES:
        return ()
    total = _total_of_figures if vintage.table is OBSERVATIONS else _total_of_persons
    rows = con.execute(
        f"SELECT series, unit, year, b.total, n.total FROM ({total(rows_now(vintage))}) AS n "
        f"FULL JOIN ({total(rows_before(vintage))}) AS b USING (series, unit, year) "
        "WHERE n.total IS NOT NULL OR b.total IS NOT NULL "
        "ORDER BY n.total IS NOT DISTINCT FROM b.total, series, unit, year"
    ).fetchall()
    return tuple(
        Total(series=series, unit=unit, year=year, before=before, now=now) for series, unit, year, before, now in rows
    )


def _total_of_figures(rows: str) -> str:
    """Figures that are totals of everything they could be broken down by: of countries, else of whatever area."""
    whole = "sex = 'total' AND age_class = 'total' AND form = 'total' AND category = 'total'"
    sums = [
        f"CASE WHEN unit IN {_RATES} THEN avg(value) FILTER ({test}) ELSE sum(value) FILTER ({test}) END"
        for test in (f"{whole} AND ref_area_type = 'country'", whole)
    ]
    return f"SELECT series, unit, year, coalesce({', '.join(sums)}) AS total FROM ({rows}) GROUP BY series, unit, year"


def _total_of_persons(rows: str) -> str:
    """All persons of a year, from whichever of total and parts the source gives for sex and age."""
    sums = [
        f"sum(persons) FILTER ({sex} AND {age})"
        for sex in ("sex = 'total'", "sex <> 'total'")
        for age in ("age_group = 'total'", "age_group <> 'total'")
    ]
    return (
        f"SELECT 'population' AS series, 'person' AS unit, year, coalesce({', '.join(sums)}) AS total "
        f"FROM ({rows}) GROUP BY ALL"
    )


def years_of(con: duckdb.DuckDBPyConnection, vintage: Vintage) -> tuple[int, int] | None:
    """First and last year that the accepted rows are about; for cases the years of registration."""
    year = "year(registered_date)" if vintage.table is CASES else "year"
    first, last = con.execute(
        f"SELECT min({year}), max({year}) FROM {vintage.table.name} WHERE vintage_id = {vintage.vintage_id}"
    ).fetchall()[0]
    return None if first is None else (int(first), int(last))


def blanks_of(con: duckdb.DuckDBPyConnection, vintage: Vintage) -> Blanks | None:
    """Zeros against cells that report nothing, of a source of figures; None for other sources."""
    if vintage.table is not OBSERVATIONS:
        return None
    figures, zeros, silent, confidential = con.execute(
        "SELECT count(value), count(*) FILTER (value = 0), "
        "count(*) FILTER (value IS NULL AND conf_status = 'F'), count(*) FILTER (conf_status <> 'F') "
        f"FROM {vintage.table.name} WHERE vintage_id = {vintage.vintage_id}"
    ).fetchall()[0]
    return Blanks(figures=figures, zeros=zeros, not_reported=silent, confidential=confidential)


def areas_of(con: duckdb.DuckDBPyConnection, vintage: Vintage) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(countries, bodies) whose deadlines the file may meet."""
    rows = f"FROM {vintage.table.name} WHERE vintage_id = {vintage.vintage_id}"
    if vintage.table is CASES:
        found = con.execute(f"SELECT DISTINCT reporting_country, body {rows} ORDER BY ALL").fetchall()
        return tuple(dict.fromkeys(area for area, _ in found)), tuple(dict.fromkeys(body for _, body in found))
    found = con.execute(
        f"SELECT DISTINCT left(ref_area, 2) {rows} AND regexp_matches(ref_area, '^[A-Z]{{2}}(-|$)') ORDER BY 1"
    ).fetchall()
    return tuple(area for (area,) in found), ()
