"""How few of the accepted records of cases are alike: k-anonymity over what others may know about a person."""

from __future__ import annotations

import duckdb

from flows.replaced import Vintage
from transforms.acceptance import Anonymity
from transforms.small_groups import LEAST, QUASI_IDENTIFIERS
from transforms.tables import CASES


def anonymity_of(con: duckdb.DuckDBPyConnection, vintage: Vintage) -> Anonymity | None:
    """Sizes of the groups of like records of a vintage, never which groups; None for sources of figures.

    Groups are told apart by a hash of 64 bits: far cheaper than by their values, and of millions of groups none meets
    another.
    """
    if vintage.table is not CASES:
        return None
    k, below, alone = con.execute(
        f"SELECT min(n), coalesce(sum(n) FILTER (n < {LEAST}), 0)::BIGINT, count(*) FILTER (n = 1) "
        f"FROM (SELECT count(*) AS n FROM {vintage.table.name} WHERE vintage_id = {vintage.vintage_id} "
        f"GROUP BY hash({', '.join(QUASI_IDENTIFIERS.values())}))"
    ).fetchall()[0]
    return Anonymity(by=tuple(QUASI_IDENTIFIERS), k=k, least=LEAST, records_below=below, records_alone=alone)
