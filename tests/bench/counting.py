"""All counts of a world edition: compiled from declarations, written by hand in SQL, and as a pandas script does them.

The three must give the same answers, cell by cell, before a ratio is printed.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb

PLAIN = (
    "sex",
    "age_group",
    "age_class",
    "citizenship",
    "country_of_exploitation",
    "crossing",
    "identification_channel",
)
SEVERAL = ("form", "sector", "means_of_control", "recruiter_relation", "recruitment_channel")
Counts = dict[str, dict[tuple[str, ...], int]]


def compiled(home: Path) -> Counts:
    """Every breakdown by year through the product's compiler on the product's warehouse."""
    from flows.counts.estimate import indicator_rows
    from flows.warehouse import read_warehouse

    counts: Counts = {}
    with read_warehouse(home) as con:
        for key in ("", *PLAIN, "corridor", *SEVERAL):
            by = ["year", *([key] if key else [])]
            counts[key] = _keyed(indicator_rows(con, "victims_registered", by, scope="world").rows())
    return counts


def by_hand(home: Path) -> Counts:
    """The same as an analyst writes it over the same table, one query per breakdown."""
    counts: Counts = {}
    year = "year(registered_date) AS year"
    with duckdb.connect(home / "warehouse.duckdb", read_only=True) as con:
        counts[""] = _keyed(con.sql(f"SELECT {year}, count(*) FROM core.cases GROUP BY ALL").fetchall())
        for key in PLAIN:
            query = f"SELECT {year}, {key}, count(*) FROM core.cases GROUP BY ALL"
            counts[key] = _keyed(con.sql(query).fetchall())
        ends = "(citizenship, country_of_exploitation)"
        corridor = (
            f"CASE WHEN 'not_reported' IN {ends} THEN 'not_reported' WHEN 'unknown' IN {ends} THEN 'unknown' "
            "ELSE citizenship || '>' || country_of_exploitation END"
        )
        query = f"SELECT {year}, {corridor} AS corridor, count(*) FROM core.cases GROUP BY ALL"
        counts["corridor"] = _keyed(con.sql(query).fetchall())
        for key in SEVERAL:
            inner = f"SELECT {year}, unnest(list_distinct({key})) AS code FROM core.cases"
            counts[key] = _keyed(con.sql(f"SELECT year, code, count(*) FROM ({inner}) GROUP BY ALL").fetchall())
    return counts


def in_pandas(frame: Any) -> Counts:
    """The same over a frame already in memory: categories for codes, lists exploded."""
    counts: Counts = {"": _keyed(_sized(frame, ["year"]))}
    for key in PLAIN:
        counts[key] = _keyed(_sized(frame, ["year", key]))
    start, end = frame["citizenship"].astype(str), frame["country_of_exploitation"].astype(str)
    corridor = start + ">" + end
    for code in ("unknown", "not_reported"):
        corridor = corridor.mask((start == code) | (end == code), code)
    counts["corridor"] = _keyed(_sized(frame.assign(corridor=corridor), ["year", "corridor"]))
    for key in SEVERAL:
        counts[key] = _keyed(_sized(frame[["year", key]].explode(key), ["year", key]))
    return counts


def pandas_frame(home: Path) -> Any:
    """The table of cases as a pandas user would hold it; loading is not part of the measured work."""
    lists = [f"{key}::VARCHAR[] AS {key}" for key in SEVERAL]
    columns = ", ".join(["year(registered_date)::INTEGER AS year", *PLAIN, *lists])
    with duckdb.connect(home / "warehouse.duckdb", read_only=True) as con:
        return con.sql(f"SELECT {columns} FROM core.cases").df()


def _sized(frame: Any, by: list[str]) -> list[tuple[Any, ...]]:
    sizes = frame.groupby(by, observed=True, dropna=False).size()
    return [(*(key if isinstance(key, tuple) else (key,)), size) for key, size in sizes.items()]


def _keyed(rows: Any) -> dict[tuple[str, ...], int]:
    return {tuple(str(code) for code in row[:-1]): int(row[-1]) for row in rows}


def timed_pandas(home: Path) -> Mapping[str, Any]:
    """Seconds of counting and of loading apart; runs inside one measured process."""
    import time

    start = time.perf_counter()
    frame = pandas_frame(home)
    loaded = time.perf_counter()
    counts = in_pandas(frame)
    return {"loading": loaded - start, "counting": time.perf_counter() - loaded, "counts": counts}
