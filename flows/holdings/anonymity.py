"""How few of the accepted records of cases are alike, and what can be read off those that are."""

from __future__ import annotations

import duckdb

from flows.holdings.replaced import Vintage
from transforms.acceptance import Anonymity
from transforms.anonymity.in_sql import Records, sizes_and_told
from transforms.small_groups import LEAST, QUASI_IDENTIFIERS, TOLD
from transforms.tables import CASES


def anonymity_of(con: duckdb.DuckDBPyConnection, vintage: Vintage) -> Anonymity | None:
    """Sizes of the groups of like records of a vintage, never which groups; None for sources of figures."""
    if vintage.table is not CASES:
        return None
    records = Records(table=vintage.table.name, where=f"vintage_id = {vintage.vintage_id}", quasi=QUASI_IDENTIFIERS)
    k, below, alone, different, told = con.execute(sizes_and_told(records, TOLD, LEAST)).fetchall()[0]
    return Anonymity(
        by=tuple(QUASI_IDENTIFIERS),
        k=k,
        least=LEAST,
        records_below=below,
        records_alone=alone,
        told=TOLD,
        different=different,
        records_told=told,
    )
