"""What changed between two states of a source: new, revised, withdrawn figures or records; the history of a figure.

Figures of aggregate sources are listed one by one. Case records are counted by year of registration, or listed by their
row in the file that holds them: what a record says, and whose it is, stays in the warehouse.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import duckdb

from flows.holdings.withdrawals import KNOWN
from transforms.errors import NoData, WrongArguments
from transforms.indicators.as_of import current_streams, rows_as_of, withdrawn
from transforms.sql import quoted
from transforms.tables import BREAKS, CASES, OBSERVATIONS, POPULATION, Table

Row = tuple[str | int | float | None, ...]

KEYS = {
    OBSERVATIONS.name: ("series", "ref_area", "time_period", "sex", "age_class", "form", "category"),
    POPULATION.name: ("ref_area", "year", "sex", "age_group"),
    CASES.name: ("reporting_country", "body", "person_key"),
}
"""What tells a figure or a record from the others of its source; the unit does not: a new one is a new definition."""
FIGURES = {OBSERVATIONS.name: "value", POPULATION.name: "persons"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Revisions:
    """A comparison ready to print: names of its columns, rows, and the two days that were compared."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    earlier: date
    later: date


def revisions(
    con: duckdb.DuckDBPyConnection, source: str, table: Table, earlier: date | None, later: date | None
) -> Revisions:
    """Compare what was known of a source on two days; by default of the last two on which that changed.

    Rows for aggregates: change, the columns that tell a figure, before, after. For case records: change, body, year
    of registration, records. `change` is new, revised, withdrawn, definition changed (another unit, or a break that was
    confirmed: its first figure and the revised ones after it), or for records late registration (registered before the
    body's earlier list was drawn, and not in it).
    Raises NoData where there is only one extract, WrongArguments where the days are in the wrong order.
    """
    before, after = _days(con, source, earlier, later)
    known_before, known_after = (_state(table, source, day) for day in (before, after))
    if table is CASES:
        columns, sql = _records(table, known_before, known_after, before)
    else:
        newly_broken = breaks_between(table, source, before, after)
        columns, sql = changed_figures(table, known_before, known_after, newly_broken)
    rows = con.execute(f"{sql} ORDER BY ALL").fetchall()
    return Revisions(columns=columns, rows=tuple(rows), earlier=before, later=after)


def changed_records(
    con: duckdb.DuckDBPyConnection, source: str, table: Table, earlier: date | None, later: date | None
) -> Revisions:
    """The records of cases behind the counts of `revisions`, one by one.

    Rows: change, body, year of registration, file and row where the record stands (of a withdrawn one where it stood),
    names of the columns that were corrected. Raises NoData for figures and where there is only one extract.
    """
    if table is not CASES:
        raise NoData(
            f"{source} holds figures, not records of persons.",
            advice=f"`tip-trends revisions {source}` lists them one by one.",
        )
    before, after = _days(con, source, earlier, later)
    known_before, known_after = (_state(table, source, day) for day in (before, after))
    compared = _compared_records(table, known_before, known_after, before)
    rows = con.execute(
        "SELECT change, body, registered, v.file_name, record_no, array_to_string(columns, ' ') "
        f"FROM ({compared}) JOIN raw.vintages AS v USING (vintage_id) WHERE change IS NOT NULL ORDER BY ALL"
    ).fetchall()
    columns = ("change", "body", "registered", "file", "row", "columns")
    return Revisions(columns=columns, rows=tuple(rows), earlier=before, later=after)


def history(con: duckdb.DuckDBPyConnection, source: str, table: Table) -> tuple[tuple[str, ...], tuple[Row, ...]]:
    """Every figure of an aggregate source that several extracts gave, by the day from which each value was known.

    Columns: those that tell a figure, known_from, value, withdrawn_from (empty: it stands). Raises NoData for case
    records.
    """
    if table is CASES:
        raise NoData(
            f"{source} holds records of persons; the history of one is not shown.",
            advice=f"`tip-trends revisions {source}` gives the changes as counts.",
        )
    keys = ", ".join(KEYS[table.name])
    rows = con.execute(
        f"SELECT {keys}, known_from::VARCHAR, {FIGURES[table.name]}, withdrawn_from::VARCHAR "
        f"FROM {table.name} JOIN ({KNOWN}) AS v USING (vintage_id) WHERE v.source = {quoted(source)} "
        f"QUALIFY count(*) OVER (PARTITION BY {keys}) > 1 ORDER BY {keys}, v.vintage_date, v.vintage_id"
    ).fetchall()
    return (*KEYS[table.name], "known_from", "value", "withdrawn_from"), tuple(rows)


def _days(con: duckdb.DuckDBPyConnection, source: str, earlier: date | None, later: date | None) -> tuple[date, date]:
    known = [
        row[0]
        for row in con.execute(
            f"SELECT DISTINCT day FROM (UNPIVOT (FROM ({KNOWN})) ON known_from, withdrawn_from "
            "INTO NAME what VALUE day) WHERE source = ? ORDER BY 1",
            [source],
        ).fetchall()
    ]
    if not known:
        raise NoData(f"The warehouse holds no extract of {source}.", advice="Ingest one first: tip-trends ingest FILE")
    after = later or known[-1]
    candidates = [day for day in known if day < after]
    if earlier is None and not candidates:
        raise NoData(
            f"{source} has no extract before {after}, so there is nothing to compare with.",
            advice="Changes can be shown once a later extract has come.",
        )
    before = earlier or candidates[-1]
    if before >= after:
        raise WrongArguments(f"{before} is not before {after}.", advice="Write --from the earlier, --to the later day.")
    return before, after


def _state(table: Table, source: str, day: date) -> str:
    return f"SELECT * FROM ({rows_as_of(table.name, _sql(day))}) WHERE source = {quoted(source)}"


def _sql(day: date) -> str:
    return f"DATE {quoted(day.isoformat())}"


def break_keys(table: Table) -> dict[str, str]:
    """Columns that tell a figure of a table, and what they are called in `raw.breaks`."""
    renamed = {"year": "time_period", "age_class": "age", "age_group": "age"}
    return {key: renamed.get(key, key) for key in KEYS[table.name]}


def breaks_between(table: Table, source: str, earlier: date, later: date) -> str:
    """SELECT of the lines of a source with the breaks (`firsts`) that became known after one day, until another."""
    lines = ", ".join(_line_keys(table).values())
    return (
        f"SELECT {lines}, list(time_period) AS firsts FROM {BREAKS.name} JOIN raw.vintages AS v USING (vintage_id) "
        f"WHERE v.source = {quoted(source)} AND v.vintage_date > {_sql(earlier)} "
        f"AND v.vintage_date <= {_sql(later)} AND v.vintage_id NOT IN ({withdrawn(_sql(later))}) GROUP BY ALL"
    )


def _line_keys(table: Table) -> dict[str, str]:
    return {key: column for key, column in break_keys(table).items() if column != "time_period"}


def changed_figures(
    table: Table, before: str, after: str, newly_broken: str | None = None
) -> tuple[tuple[str, ...], str]:
    """(columns, SELECT) of the figures of an aggregate source that differ between two states, given as SELECTs.

    `newly_broken` is what `breaks_between` gives: the first figure after a break and the revised ones after it have
    changed their definition.
    """
    keys, figure = KEYS[table.name], FIGURES[table.name]
    unit = "WHEN a.unit <> b.unit THEN 'definition changed'" if "unit" in table.names else ""
    statuses = [name for name in ("lower", "upper", "obs_status", "conf_status") if name in table.names]
    differs = " OR ".join(f"a.{name} IS DISTINCT FROM b.{name}" for name in (figure, *statuses))
    told = ", ".join(f"coalesce(b.{key}, a.{key}) AS {key}" for key in keys)
    on = " AND ".join(f"a.{key} = b.{key}" for key in keys)
    breaks, joined = "", ""
    if newly_broken is not None:
        time = f"b.{'time_period' if 'time_period' in keys else 'year'}::VARCHAR"
        same = " AND ".join(f"k.{column} = b.{key}::VARCHAR" for key, column in _line_keys(table).items())
        joined = f" LEFT JOIN ({newly_broken}) AS k ON {same}"
        breaks = (
            f"WHEN list_contains(k.firsts, {time}) OR (a.vintage_id IS NOT NULL AND ({differs}) "
            f"AND {time} > list_min(k.firsts)) THEN 'definition changed' "
        )
    change = (
        f"CASE {breaks}WHEN a.vintage_id IS NULL THEN 'new' WHEN b.vintage_id IS NULL THEN 'withdrawn' {unit} "
        f"WHEN {differs} THEN 'revised' END"
    )
    sql = (
        f"WITH a AS ({before}), b AS ({after}) SELECT {change} AS change, {told}, a.{figure} AS before, "
        f"b.{figure} AS after FROM a FULL JOIN b ON {on}{joined} WHERE change IS NOT NULL"
    )
    return ("change", *keys, "before", "after"), sql


def _records(table: Table, before: str, after: str, day: date) -> tuple[tuple[str, ...], str]:
    sql = (
        "SELECT change, body, registered, count(*) AS records "
        f"FROM ({_compared_records(table, before, after, day)}) WHERE change IS NOT NULL GROUP BY ALL"
    )
    return ("change", "body", "registered", "records"), sql


def _compared_records(table: Table, before: str, after: str, day: date) -> str:
    """SELECT of (change, body, registered, vintage_id, record_no, columns) of all records; change is null for none."""
    keys = KEYS[table.name]
    said = [name for name in table.names if name not in ("vintage_id", "record_no", "source", "stream", *keys)]
    differing = ", ".join(f"CASE WHEN a.{name} IS DISTINCT FROM b.{name} THEN {quoted(name)} END" for name in said)
    differs = " OR ".join(f"a.{name} IS DISTINCT FROM b.{name}" for name in said)
    on = " AND ".join(f"a.{key} = b.{key}" for key in keys)
    change = (
        "CASE WHEN a.vintage_id IS NULL THEN "
        "CASE WHEN b.registered_date <= listed.vintage_date THEN 'late registration' ELSE 'new' END "
        f"WHEN b.vintage_id IS NULL THEN 'withdrawn' WHEN {differs} THEN 'corrected' END"
    )
    return (
        f"WITH a AS ({before}), b AS ({after}) "
        f"SELECT {change} AS change, coalesce(b.body, a.body) AS body, "
        "year(coalesce(b.registered_date, a.registered_date)) AS registered, "
        "coalesce(b.vintage_id, a.vintage_id) AS vintage_id, coalesce(b.record_no, a.record_no) AS record_no, "
        f"CASE WHEN change = 'corrected' THEN list_filter([{differing}], lambda name: name IS NOT NULL) "
        f"ELSE [] END AS columns FROM a FULL JOIN b ON {on} LEFT JOIN ({current_streams(day)}) AS listed "
        "ON listed.source = b.source AND listed.stream = b.stream "
        "WHERE coalesce(b.person_key, a.person_key) IS NOT NULL"
    )


def table_of(tables: Sequence[Table], source: str) -> Table:
    """The one core table that all profiles of a source fill; raises WrongArguments where they fill several."""
    names = {table.name: table for table in tables}
    if len(names) != 1:
        raise WrongArguments(f"{source} fills several tables.", advice="Name a source whose profiles fill one.")
    return next(iter(names.values()))
