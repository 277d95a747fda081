"""From the declaration of a table: its DuckDB and polars types, its DDL, its documentation."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING

from transforms.areas import CODE_SYSTEMS, alpha2_by_code
from transforms.indicators.as_of import rows_as_of
from transforms.ledger.tables import LEDGER_TABLES
from transforms.sql import quoted
from transforms.tables import (
    BREAKS,
    CORE_TABLES,
    COUNTS,
    EDITIONS,
    ENTRIES,
    ESTIMATES,
    PUBLICATIONS,
    QUARANTINE,
    SCHEMA_VERSIONS,
    VINTAGE_SHEETS,
    VINTAGE_STREAMS,
    VINTAGES,
    WITHDRAWALS,
    Column,
    Table,
)

if TYPE_CHECKING:
    import polars as pl


def code_type(column: Column) -> str:
    """DuckDB type of one code of a coded column: an ENUM of its code list, so that no other code can be stored.

    Compared with anything else an ENUM behaves as text; it is written and counted several times faster. The type
    has a name: statements that repeat every code list are several times slower to plan than to run on a small file.
    """
    if column.codes is None:
        raise ValueError(f"{column.name} has no code list")
    return f"{column.codes.key}_code"


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


@cache
def warehouse_tables() -> tuple[Table, ...]:
    """Every table of a warehouse."""
    intake = (VINTAGES, VINTAGE_STREAMS, VINTAGE_SHEETS, WITHDRAWALS, BREAKS, QUARANTINE, *CORE_TABLES)
    return (*intake, COUNTS, ESTIMATES, EDITIONS, ENTRIES, PUBLICATIONS, *LEDGER_TABLES, SCHEMA_VERSIONS)


@cache
def types_ddl() -> tuple[str, ...]:
    """Statements that make the named code lists that are not there yet."""
    columns = [column for table in warehouse_tables() for column in table.columns]
    lists = {code_type(column): column.codes.values for column in columns if column.codes}
    return (
        *(_type_ddl(name, values) for name, values in lists.items()),
        *(_type_ddl(system, alpha2_by_code(system)) for system in CODE_SYSTEMS),
    )


@cache
def warehouse_ddl() -> tuple[str, ...]:
    """Statements that make the types, schemas and tables every warehouse has; each may run again without effect."""
    schemas = ("raw", "quarantine", "core", "mart", "pub", "ledger", "meta")
    return (
        *types_ddl(),
        *(f"CREATE SCHEMA IF NOT EXISTS {schema}" for schema in schemas),
        *(table_ddl(table) for table in warehouse_tables()),
        *(_as_of_ddl(table) for table in CORE_TABLES),
    )


def _as_of_ddl(table: Table) -> str:
    """`core.<table>_as_of(day)`: the rows that were current on a day, for whoever queries the warehouse."""
    return f"CREATE MACRO IF NOT EXISTS {table.name}_as_of(day) AS TABLE {rows_as_of(table.name, 'day')}"


def _type_ddl(name: str, values: Iterable[str]) -> str:
    return f"CREATE TYPE IF NOT EXISTS {name} AS ENUM ({', '.join(quoted(value) for value in values)})"


def polars_schema(table: Table) -> pl.Schema:
    """The same contract as a polars schema, coded columns as String."""
    import polars as pl  # a third of a second, which whoever only opens the warehouse does not need

    types: dict[str, pl.DataType] = {
        "INTEGER": pl.Int32(),
        "BIGINT": pl.Int64(),
        "SMALLINT": pl.Int16(),
        "DOUBLE": pl.Float64(),
        "VARCHAR": pl.String(),
        "DATE": pl.Date(),
        "BOOLEAN": pl.Boolean(),
        "VARCHAR[]": pl.List(pl.String()),
    }
    return pl.Schema({column.name: types[column.type] for column in table.columns})


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
