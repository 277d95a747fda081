"""A warehouse in memory, its rows drawn as text tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import duckdb

from transforms.contracts import warehouse_ddl
from transforms.tables import CASES, OBSERVATIONS, POPULATION, VINTAGE_STREAMS, VINTAGES, Table

_CASE: dict[str, Any] = {
    "source": "case_register",
    "reporting_country": "XX",
    "body": "MIA",
    "status": "identified",
    **{column.name: "not_reported" for column in CASES.columns if column.codes and column.name != "status"},
    "citizenship": "not_reported",
    "country_of_exploitation": "not_reported",
    "region": "not_reported",
}
_OBSERVATION: dict[str, Any] = {
    "source": "unodc_tip",
    "stream": "all",
    "series": "victims_detected",
    "ref_area_type": "country",
    "sex": "total",
    "age_class": "total",
    "form": "total",
    "category": "total",
    "unit": "person",
    "obs_status": "A",
    "conf_status": "F",
}
_POPULATION: dict[str, Any] = {
    "source": "population",
    "stream": "XX",
    "ref_area": "XX",
    "sex": "total",
    "age_group": "total",
    "obs_status": "A",
}
_VINTAGE: dict[str, Any] = {
    "size_bytes": 1,
    "loaded_at": "2024-01-01T00:00:00Z",
    "contract_version": "1",
    "rows_read": 0,
    "rows_accepted": 0,
    "rows_quarantined": 0,
    "is_synthetic": "yes",
}


def empty() -> duckdb.DuckDBPyConnection:
    """All tables, no rows."""
    con = duckdb.connect()
    for statement in warehouse_ddl():
        con.execute(statement)
    return con


def table(text: str) -> list[dict[str, str]]:
    """Rows of a text table with `|` between cells; an empty cell is left out of its row."""
    lines = [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines() if line.strip()]
    return [{k: v for k, v in zip(lines[0], line, strict=True) if v} for line in lines[1:]]


def add_vintage(con: duckdb.DuckDBPyConnection, number: int, source: str, day: str, *streams: str, **more: Any) -> None:
    """A vintage that delivers these streams."""
    row = {"vintage_id": number, "source": source, "vintage_date": day, "sha256": f"{number:064x}", **more}
    _insert(con, VINTAGES, {"file_name": f"{source}_{number}.csv", **_VINTAGE, **row})
    for stream in streams:
        _insert(con, VINTAGE_STREAMS, {"vintage_id": number, "stream": stream, "rows_accepted": 0})


def add_cases(con: duckdb.DuckDBPyConnection, rows: str | list[dict[str, Any]], **same: Any) -> None:
    """Case rows from a text table (several codes separated by `;`); `same` holds for each row."""
    listed = table(rows) if isinstance(rows, str) else rows
    streams = [{"stream": f"XX {row.get('body', 'MIA')}", **row} for row in listed]
    _add(con, CASES, _CASE, streams, same)


def add_observations(con: duckdb.DuckDBPyConnection, rows: str | list[dict[str, Any]], **same: Any) -> None:
    """Figures from a text table; the year follows from `time_period`."""
    listed = table(rows) if isinstance(rows, str) else rows
    _add(con, OBSERVATIONS, _OBSERVATION, [{"year": row["time_period"][:4], **row} for row in listed], same)


def add_population(con: duckdb.DuckDBPyConnection, rows: str | list[dict[str, Any]], **same: Any) -> None:
    """Persons from a text table."""
    _add(con, POPULATION, _POPULATION, rows, same)


def _add(
    con: duckdb.DuckDBPyConnection,
    into: Table,
    default: Mapping[str, Any],
    rows: str | list[dict[str, Any]],
    same: Mapping[str, Any],
) -> None:
    listed: list[dict[str, Any]] = list(table(rows)) if isinstance(rows, str) else rows
    for number, row in enumerate(listed):
        _insert(con, into, {"record_no": number + 2, **default, **row, **same})


def _insert(con: duckdb.DuckDBPyConnection, into: Table, row: Mapping[str, Any]) -> None:
    values = []
    for column in into.columns:
        value = row.get(column.name)
        if column.type == "VARCHAR[]" and isinstance(value, str):
            value = value.split(";")
        values.append(value)
    places = ", ".join(f"${n + 1}::{column.type}" for n, column in enumerate(into.columns))
    con.execute(f"INSERT INTO {into.name} VALUES ({places})", values)
