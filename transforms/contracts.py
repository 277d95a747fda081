"""From the declaration of a table: its DuckDB and polars types, its DDL, its documentation."""

from __future__ import annotations

import polars as pl

from transforms.tables import CORE_TABLES, COUNTS, EDITIONS, QUARANTINE, VINTAGE_STREAMS, VINTAGES, Column, Table

_POLARS: dict[str, pl.DataType] = {
    "INTEGER": pl.Int32(),
    "BIGINT": pl.Int64(),
    "SMALLINT": pl.Int16(),
    "DOUBLE": pl.Float64(),
    "VARCHAR": pl.String(),
    "DATE": pl.Date(),
    "VARCHAR[]": pl.List(pl.String()),
}


def quoted(text: str) -> str:
    """A SQL string literal."""
    return "'" + text.replace("'", "''") + "'"


def identifier(name: str) -> str:
    """A quoted SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def code_type(column: Column) -> str:
    """DuckDB type of one code of a coded column: an ENUM of its code list, so that no other code can be stored.

    Compared with anything else an ENUM behaves as text; it is written and counted several times faster.
    """
    if column.codes is None:
        raise ValueError(f"{column.name} has no code list")
    return f"ENUM({', '.join(quoted(value) for value in column.codes.values)})"


def stored_type(column: Column) -> str:
    """DuckDB type of a column as the warehouse stores it."""
    if column.codes is None:
        return column.type
    return code_type(column) + ("[]" if column.type == "VARCHAR[]" else "")


def table_ddl(table: Table) -> str:
    """`CREATE TABLE IF NOT EXISTS` with code lists as ENUM; columns are NOT NULL unless declared nullable."""
    columns = (f"{c.name} {stored_type(c)}{'' if c.nullable else ' NOT NULL'}" for c in table.columns)
    body = ",\n  ".join(columns)
    return f"CREATE TABLE IF NOT EXISTS {table.name} (\n  {body}\n)"


def warehouse_ddl() -> tuple[str, ...]:
    """Statements that make the schemas and tables every warehouse has; each may run again without effect."""
    schemas = ("raw", "quarantine", "core", "mart", "pub", "ledger")
    tables = (VINTAGES, VINTAGE_STREAMS, QUARANTINE, *CORE_TABLES, COUNTS, EDITIONS)
    return (
        *(f"CREATE SCHEMA IF NOT EXISTS {schema}" for schema in schemas),
        *(table_ddl(table) for table in tables),
    )


def polars_schema(table: Table) -> pl.Schema:
    """The same contract as a polars schema, coded columns as String."""
    return pl.Schema({column.name: _POLARS[column.type] for column in table.columns})


def documentation(table: Table) -> str:
    """The table as Markdown: a row per column with type, meaning and codes."""
    lines = [
        f"### {table.name}",
        "",
        f"One row: {table.row_is}.",
        "",
        "| column | type | meaning | codes |",
        "|-|-|-|-|",
    ]
    for column in table.columns:
        codes = ", ".join(column.codes.values) if column.codes else ""
        kind = column.type + (", may be null" if column.nullable else "")
        lines.append(f"| `{column.name}` | {kind} | {column.doc} | {codes} |")
    return "\n".join(lines) + "\n"
