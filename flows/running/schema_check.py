"""Of which version the schema of a warehouse is, and whether a copy from before an update lies in the home."""

from __future__ import annotations

import duckdb

from flows.before_update import copies
from flows.check import Check, unwell, well
from flows.clock import Clock
from flows.home import Home
from flows.migration import tables_of, version_of
from flows.warehouse import read_warehouse
from transforms.errors import NoData, TipTrendsError
from transforms.messages import said

_LABEL = said("Schema of the warehouse")


def schema(home: Home, _: Clock) -> Check:
    """The version, and what is wrong where the warehouse cannot be opened because of it."""
    try:
        with read_warehouse(home.folder) as con:
            return schema_found(con, home)
    except NoData:
        return well("schema", _LABEL, said("none yet"))
    except TipTrendsError as problem:
        return unwell("schema", _LABEL, problem.reason, problem.remedy)


def schema_found(con: duckdb.DuckDBPyConnection, home: Home) -> Check:
    """The version of an open warehouse."""
    told = [said("version {number}", number=str(version_of(con, tables_of(con))))]
    told += [said("a copy from before an update lies in {folder}", folder=str(copy)) for copy in copies(home.folder)]
    return well("schema", _LABEL, tuple(told))
