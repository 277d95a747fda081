"""What a warehouse holds of each vintage, as a digest: whether two warehouses hold the same of the same files."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import duckdb

from transforms.migrations import SHEETS_SINCE
from transforms.tables import (
    BREAKS,
    CORE_TABLES,
    QUARANTINE,
    SCHEMA_VERSIONS,
    VINTAGE_SHEETS,
    VINTAGE_STREAMS,
    VINTAGES,
    Table,
)

OF_A_VINTAGE: tuple[Table, ...] = (VINTAGES, VINTAGE_STREAMS, VINTAGE_SHEETS, BREAKS, *CORE_TABLES, QUARANTINE)
"""Every table that says of which vintage its rows are; withdrawals are acts of persons and stand in no file."""
PERSON_KEY = "person_key"
_OF_THE_LOADING = frozenset({"vintage_id", "loaded_at"})
Digest = tuple[int, int]
"""Number of rows, and a sum of their hashes that does not depend on their order."""


def rows_held(con: duckdb.DuckDBPyConnection, table: Table, *left_out: str) -> dict[int, Digest]:
    """By vintage, what a table holds of it, but for the columns left out."""
    columns = ", ".join(f"{name}::VARCHAR" for name in table.names if name not in (*_OF_THE_LOADING, *left_out))
    rows = con.execute(
        f"SELECT vintage_id, count(*), sum(hash([{columns}])::HUGEINT) FROM {table.name} GROUP BY vintage_id"
    ).fetchall()
    return {vintage_id: (count, digest) for vintage_id, count, digest in rows}


def differing(
    one: duckdb.DuckDBPyConnection,
    other: duckdb.DuckDBPyConnection,
    numbers: Mapping[int, int],
    keyless: Collection[int] = (),
) -> dict[int, tuple[str, ...]]:
    """By vintage of the first warehouse, the tables of which the second holds other rows; none where all are alike.

    `numbers` leads from vintages of the first to those of the second that were made of the same files. Of those that
    are `keyless` the person keys were deleted after their time: all else is compared. A warehouse from before the time
    when sheets were kept may hold none of a file.
    """
    began_at = one.execute(f"SELECT min(version) FROM {SCHEMA_VERSIONS.name}").fetchall()[0][0]
    found: dict[int, list[str]] = {}
    for table in OF_A_VINTAGE:
        whole = rows_held(one, table), rows_held(other, table)
        bare = whole
        if keyless and PERSON_KEY in table.names:
            bare = rows_held(one, table, PERSON_KEY), rows_held(other, table, PERSON_KEY)
        for number, there in numbers.items():
            mine, theirs = bare if number in keyless else whole
            if table is VINTAGE_SHEETS and began_at < SHEETS_SINCE and number not in mine:
                continue
            if mine.get(number) != theirs.get(there):
                found.setdefault(number, []).append(table.name)
    return {number: tuple(tables) for number, tables in found.items()}
