"""One declaration of a table, and the DuckDB table, the polars schema and the documentation that follow from it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import get_args

import duckdb
import polars as pl
import pytest

from tests.warehouse import add_cases, add_observations, add_population, add_vintage, empty
from transforms import tables
from transforms.contracts import code_type, documentation, polars_schema, stored_type, table_ddl, warehouse_ddl
from transforms.ledger.tables import LEDGER_TABLES
from transforms.tables import CASES, CORE_TABLES, COUNTS, EDITIONS, OBSERVATIONS, POPULATION, Column, SqlType, Table

DECLARED = [*(value for value in vars(tables).values() if isinstance(value, Table)), *LEDGER_TABLES]
SCHEMAS = {"raw", "quarantine", "core", "mart", "pub", "ledger", "meta"}

by_name = pytest.mark.parametrize("table", DECLARED, ids=lambda table: table.name)


@pytest.fixture(scope="module")
def warehouse() -> Iterator[duckdb.DuckDBPyConnection]:
    with empty() as opened:
        yield opened


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with empty() as opened:
        yield opened


def stored_columns(con: duckdb.DuckDBPyConnection, table: Table) -> list[tuple[str, str, bool]]:
    """Name, type and whether null may stand there, as DuckDB has them; a list of codes is said as such."""
    schema, name = table.name.split(".")
    rows = con.execute(
        "SELECT column_name, data_type, is_nullable FROM duckdb_columns()"
        " WHERE schema_name = ? AND table_name = ? ORDER BY column_index",
        [schema, name],
    ).fetchall()
    return [(column, _plain(data_type), is_nullable) for column, data_type, is_nullable in rows]


def _plain(data_type: str) -> str:
    if data_type.startswith("ENUM") or data_type.endswith(("_code", "_code[]")):
        return "VARCHAR[]" if data_type.endswith("[]") else "VARCHAR"
    return data_type


def test_there_are_the_layers_of_the_architecture_and_no_table_outside_them(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    found = warehouse.execute("SELECT schema_name FROM duckdb_schemas() WHERE NOT internal").fetchall()
    assert {name for (name,) in found} - {"main"} == SCHEMAS
    stored = warehouse.execute("SELECT schema_name || '.' || table_name FROM duckdb_tables()").fetchall()
    assert {name for (name,) in stored} == {table.name for table in DECLARED}


@by_name
def test_a_stored_table_has_the_declared_columns(table: Table, warehouse: duckdb.DuckDBPyConnection) -> None:
    assert stored_columns(warehouse, table) == [(c.name, c.type, c.nullable) for c in table.columns]


def test_making_a_warehouse_twice_changes_nothing(con: duckdb.DuckDBPyConnection) -> None:
    add_vintage(con, 1, "case_register", "2021-04-10", "XX MIA")
    before = {table.name: stored_columns(con, table) for table in DECLARED}
    for statement in warehouse_ddl():
        con.execute(statement)
    assert {table.name: stored_columns(con, table) for table in DECLARED} == before
    assert con.execute("SELECT count(*) FROM raw.vintages").fetchone() == (1,)


@by_name
def test_a_name_stands_for_one_column_with_a_documentation(table: Table) -> None:
    schema, name = table.name.split(".")
    assert schema in SCHEMAS
    assert name
    assert len(set(table.names)) == len(table.columns)
    assert all(column.doc and "|" not in column.doc and "\n" not in column.doc for column in table.columns)
    assert table.row_is
    assert [table.column(column) for column in table.names] == list(table.columns)
    with pytest.raises(KeyError):
        table.column("no_such_column")


def test_a_quantity_that_several_tables_have_is_of_one_type() -> None:
    """Alone or as a list of several."""
    types: dict[str, set[str]] = {}
    for table in DECLARED:
        for column in table.columns:
            types.setdefault(column.name, set()).add(column.type.removesuffix("[]"))
    assert {name: found for name, found in types.items() if len(found) > 1} == {}


@pytest.mark.parametrize("column", [c for c in CASES.columns if c.codes is not None], ids=lambda column: column.name)
def test_a_coded_column_takes_every_code_of_its_list_and_no_other(
    column: Column, warehouse: duckdb.DuckDBPyConnection
) -> None:
    assert column.codes is not None
    stored = stored_type(column)
    for code in column.codes.values:
        value: object = [code] if column.type == "VARCHAR[]" else code
        assert warehouse.execute(f"SELECT ?::{stored}", [value]).fetchone() == (value,)
    with pytest.raises(duckdb.ConversionException):
        warehouse.execute(f"SELECT ?::{code_type(column)}", ["no_such_code"])


def test_an_unknown_code_cannot_be_stored(con: duckdb.DuckDBPyConnection) -> None:
    add_cases(con, [{"registered_date": "2021-01-05", "sex": "female"}], vintage_id=1)
    with pytest.raises(duckdb.ConversionException):
        add_cases(con, [{"registered_date": "2021-01-05", "sex": "woman"}], vintage_id=1)
    with pytest.raises(duckdb.ConversionException):
        add_cases(con, [{"registered_date": "2021-01-05", "form": "servitude;slavery"}], vintage_id=1)
    assert con.execute("SELECT count(*) FROM core.cases").fetchone() == (1,)


def test_null_stands_only_where_a_column_allows_it(con: duckdb.DuckDBPyConnection) -> None:
    add_cases(con, [{"registered_date": "2021-01-05", "person_key": None, "identified_date": None}], vintage_id=1)
    assert con.execute("SELECT person_key, identified_date FROM core.cases").fetchone() == (None, None)
    for required in ("registered_date", "sex", "form", "status"):
        with pytest.raises(duckdb.ConstraintException, match="NOT NULL"):
            add_cases(con, [{"registered_date": "2021-01-05", required: None}], vintage_id=1)


def test_a_coded_column_compares_as_text(con: duckdb.DuckDBPyConnection) -> None:
    add_cases(con, [{"registered_date": "2021-01-05", "sex": "female", "form": "servitude;other"}], vintage_id=1)
    found = con.execute(
        "SELECT count(*) FROM core.cases WHERE sex = 'female' AND sex <> 'anything' AND list_contains(form, 'other')"
    ).fetchone()
    assert found == (1,)


def test_a_column_without_a_code_list_has_no_type_of_codes() -> None:
    free = CASES.column("region")
    assert stored_type(free) == "VARCHAR"
    with pytest.raises(ValueError, match="region has no code list"):
        code_type(free)


def test_the_ddl_of_a_table_says_its_columns_in_order_and_which_may_be_null() -> None:
    table = Table(
        name="core.example",
        row_is="an example",
        columns=(
            Column(name="number", type="INTEGER", doc="A number."),
            Column(name="day", type="DATE", nullable=True, doc="A day."),
        ),
    )
    assert table_ddl(table) == ("CREATE TABLE IF NOT EXISTS core.example (\n  number INTEGER NOT NULL,\n  day DATE\n)")


EVERY_TYPE: dict[SqlType, pl.DataType] = {
    "INTEGER": pl.Int32(),
    "BIGINT": pl.Int64(),
    "SMALLINT": pl.Int16(),
    "DOUBLE": pl.Float64(),
    "VARCHAR": pl.String(),
    "DATE": pl.Date(),
    "BOOLEAN": pl.Boolean(),
    "VARCHAR[]": pl.List(pl.String()),
}


def test_every_type_has_its_polars_type() -> None:
    assert set(EVERY_TYPE) == set(get_args(SqlType))
    columns = tuple(Column(name=f"c{n}", type=sql, doc="One.") for n, sql in enumerate(EVERY_TYPE))
    assert polars_schema(Table(name="core.every", row_is="one", columns=columns)) == pl.Schema(
        {f"c{n}": found for n, found in enumerate(EVERY_TYPE.values())}
    )


@pytest.mark.parametrize("table", CORE_TABLES, ids=lambda table: table.name)
def test_stored_rows_fit_the_polars_schema(table: Table, con: duckdb.DuckDBPyConnection) -> None:
    add_cases(con, [{"registered_date": "2021-01-05", "form": "servitude;other"}], vintage_id=1)
    add_observations(con, [{"time_period": "2021", "ref_area": "TM", "value": "2.5"}], vintage_id=1)
    add_population(
        con, [{"ref_area": "TM", "year": "2021", "persons": "6e6", "source": "un", "stream": "all"}], vintage_id=1
    )
    (row,) = con.execute(f"SELECT * FROM {table.name}").fetchall()
    frame = pl.DataFrame([row], schema=polars_schema(table), orient="row")
    assert frame.row(0) == tuple(row)
    assert frame.columns == list(table.names)


@by_name
def test_the_documentation_has_a_line_per_column_with_type_meaning_and_codes(table: Table) -> None:
    title, _, row, _, head, rule, *lines = documentation(table).splitlines()
    assert title == f"### {table.name}"
    assert row == f"One row: {table.row_is}."
    assert (head, rule) == ("| column | type | meaning | codes |", "|-|-|-|-|")
    assert len(lines) == len(table.columns)
    for column, line in zip(table.columns, lines, strict=True):
        _, name, kind, meaning, listed, _ = (cell.strip() for cell in line.split("|"))
        assert (name, meaning) == (f"`{column.name}`", column.doc)
        assert kind == column.type + (", may be null" if column.nullable else "")
        assert listed == (", ".join(column.codes.values) if column.codes else "")


@pytest.mark.parametrize(
    ("table", "column", "test"),
    [
        (CASES, "person_key", lambda column: column.nullable),
        (CASES, "registered_date", lambda column: not column.nullable),
        (CASES, "form", lambda column: column.type == "VARCHAR[]" and column.codes is not None),
        (OBSERVATIONS, "value", lambda column: column.nullable and column.type == "DOUBLE"),
        (OBSERVATIONS, "obs_status", lambda column: {"A", "E", "M", "O"} <= set(column.codes.values)),
        (OBSERVATIONS, "conf_status", lambda column: {"F", "C"} <= set(column.codes.values)),
        (POPULATION, "persons", lambda column: not column.nullable),
        (COUNTS, "value", lambda column: column.nullable),
        (EDITIONS, "run_id", lambda column: not column.nullable),
    ],
)
def test_the_declarations_that_everything_rests_on_stand(
    table: Table, column: str, test: Callable[[Column], bool]
) -> None:
    assert test(table.column(column))


def test_every_core_row_says_which_vintage_stream_and_line_brought_it() -> None:
    for table in CORE_TABLES:
        assert table.names[:4] == ("vintage_id", "record_no", "source", "stream")
        assert all(not table.column(name).nullable for name in table.names[:4])


def test_the_as_of_view_of_a_table_gives_the_rows_that_were_current_on_a_day(con: duckdb.DuckDBPyConnection) -> None:
    add_vintage(con, 1, "case_register", "2021-04-10", "XX MIA")
    add_vintage(con, 2, "case_register", "2021-04-12", "XX NGO")
    add_vintage(con, 3, "case_register", "2021-07-10", "XX MIA")
    add_cases(
        con,
        """
        vintage_id | stream | body | person_key | registered_date
        1          | XX MIA | MIA  | a          | 2021-01-05
        2          | XX NGO | NGO  | b          | 2021-02-05
        3          | XX MIA | MIA  | c          | 2021-03-05
        """,
    )

    def known(day: str) -> list[str]:
        rows = con.execute(f"SELECT person_key FROM core.cases_as_of(DATE '{day}') ORDER BY ALL").fetchall()
        return [key for (key,) in rows]

    assert known("2021-04-09") == []
    assert known("2021-04-11") == ["a"]
    assert known("2021-04-12") == ["a", "b"]
    assert known("2021-07-10") == ["b", "c"]
