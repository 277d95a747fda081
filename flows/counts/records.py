"""How well the records of cases that the warehouse keeps hide one another: sizes of groups, never which."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import duckdb

from flows.counts.counting import Counter
from flows.readers.plain_table import read_plain_table
from transforms.anonymity import in_sql
from transforms.anonymity.in_sql import Records
from transforms.anonymity.measures import Diversity, RecordRisk, bands_of, effective_of
from transforms.anonymity.plain import codes_of, risk_of
from transforms.errors import NoData, WrongArguments
from transforms.indicators.victims import VICTIMS_REGISTERED
from transforms.small_groups import QUASI_IDENTIFIERS, SENSITIVE


def records_at_risk(
    con: duckdb.DuckDBPyConnection, source: str | None, *, scope: str, as_of: date | None
) -> RecordRisk:
    """Measures of the current records of a source of cases, a person of several lists taken as one record.

    `source` None: the one that victims are counted from in this scope. Columns in which no record says anything are
    left out. Raises NoData where there are no records, WrongArguments for a scope that is none.
    """
    counter = Counter(con, scope, as_of)
    try:
        relation = counter.relation(VICTIMS_REGISTERED) if source is None else counter.persons_of(source)
        if relation is None:
            raise NoData(
                f"The warehouse holds no records of cases{f' of {source}' if source else ''} in scope {scope}.",
                advice="Ingest an extract of such a source, or choose another source or --scope.",
            )
        return measured(con, Records(table=relation.table, where=relation.where, quasi=QUASI_IDENTIFIERS), SENSITIVE)
    finally:
        counter.close()


def measured(con: duckdb.DuckDBPyConnection, records: Records, sensitive: Sequence[str]) -> RecordRisk:
    """All measures of these records, of which there must be one at least."""
    groups = {int(size): int(count) for size, count in con.execute(in_sql.group_sizes(records)).fetchall()}
    alone = dict(con.execute(in_sql.alone_by(records)).fetchall())
    given = con.execute(in_sql.columns_given(records, sensitive)).fetchall()[0]
    return RecordRisk(
        by=tuple(records.quasi),
        records=sum(size * count for size, count in groups.items()),
        k=min(groups),
        bands=bands_of(groups),
        alone_by={size: int(alone.get(size, 0)) for size in in_sql.key_sizes(records)},
        diversity=tuple(
            diversity_of(con, records, column) for column, is_given in zip(sensitive, given, strict=True) if is_given
        ),
    )


def diversity_of(con: duckdb.DuckDBPyConnection, records: Records, column: str) -> Diversity:
    """What is left unknown of one column, in which each record holds a list of codes."""
    k, distinct, entropy, t = con.execute(in_sql.diversity(records, column)).fetchall()[0]
    alpha, told = con.execute(in_sql.told(records, column)).fetchall()[0]
    return Diversity(
        column=column,
        by=tuple(name for name in records.quasi if name != column),
        k=int(k),
        distinct=int(distinct),
        effective=effective_of(entropy),
        t=t,
        alpha=alpha,
        records_told=told,
    )


def file_at_risk(path: Path, quasi: Sequence[str], sensitive: Sequence[str]) -> RecordRisk:
    """The same of a plain table: any CSV file or workbook with a header row; several codes stand with `;` between.

    Nothing of it is kept. Raises TableRejected for what is no table or lacks a column, WrongArguments without columns.
    """
    if not quasi:
        raise WrongArguments(
            "No column is named that others may know.", advice="Name them: --quasi sex,age --sensitive form."
        )
    table = read_plain_table(path)
    known = {name: table.values(table.needed("what others may know", name.casefold()), str) for name in quasi}
    told = {
        name: codes_of(table.values(table.needed("what nobody should learn", name.casefold()), str))
        for name in sensitive
    }
    return risk_of(known, told)
