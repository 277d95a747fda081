"""The measures as SQL, each one pass over the records, so that millions can be measured where they lie.

Groups are told apart by a hash of 64 bits: far cheaper than by their values, and of millions of groups none meets
another. Lists must be in one order, which intake and consolidation of persons see to.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from transforms.anonymity.measures import LARGEST_KEY
from transforms.codes import NOT_REPORTED, UNKNOWN
from transforms.sql import quoted

_KNOWN = f"NOT IN ({quoted(UNKNOWN)}, {quoted(NOT_REPORTED)})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """Records to be measured: a relation with its condition, and what others may know of them, each as SQL."""

    table: str
    where: str
    quasi: Mapping[str, str]

    def key(self, *without: str) -> str:
        """Hash of all that others may know, without some of it; the same for all where nothing is left."""
        known = [sql for name, sql in self.quasi.items() if name not in without]
        return f"hash({', '.join(known)})" if known else "0::UBIGINT"


def key_sizes(records: Records) -> range:
    """Numbers of columns that are tried as a key."""
    return range(1, min(LARGEST_KEY, len(records.quasi)) + 1)


def group_sizes(records: Records) -> str:
    """SELECT of (size, groups of that size)."""
    return (
        f"SELECT n, count(*) FROM (SELECT count(*) AS n FROM {records.table} WHERE {records.where} "
        f"GROUP BY {records.key()}) GROUP BY n ORDER BY n"
    )


def sizes_and_told(records: Records, column: str, least: int) -> str:
    """SELECT of one row, in one pass over a list of millions that has just come in.

    Size of the smallest group, records in groups of fewer than `least`, records alone; then of groups alike in all but
    the column the least number of different values in it, and the records of those that have one known value only.
    """
    return (
        f"WITH v AS (SELECT {records.key(column)} AS g, hash({column}) AS v, any_value({column}[1]) AS code, "
        f"count(*) AS n FROM {records.table} WHERE {records.where} GROUP BY 1, 2), "
        f"groups AS (SELECT min(n) AS k, sum(n) FILTER (n < {int(least)}) AS below, count(*) FILTER (n = 1) AS alone, "
        "count(*) AS l, sum(n) AS size, any_value(code) AS code FROM v GROUP BY g) "
        "SELECT min(k), coalesce(sum(below), 0)::BIGINT, sum(alone)::BIGINT, min(l), "
        f"coalesce(sum(size) FILTER (l = 1 AND code {_KNOWN}), 0)::BIGINT FROM groups"
    )


def alone_by(records: Records) -> str:
    """SELECT of (columns, records that so few columns single out and no fewer), for up to `LARGEST_KEY` columns.

    A group of one holds one record, whose number any aggregate of the group gives.
    """
    names = [f"c{place}" for place in range(len(records.quasi))]
    hashed = ", ".join(f"hash({sql}) AS {name}" for name, sql in zip(names, records.quasi.values(), strict=True))
    keys = [key for size in key_sizes(records) for key in combinations(names, size)]
    sets = ", ".join(f"({', '.join(key)})" for key in keys)
    absent = " + ".join(f"GROUPING({name})" for name in names)
    return (
        f"WITH r AS (SELECT row_number() OVER () AS record, {hashed} FROM {records.table} WHERE {records.where}), "
        f"alone AS (SELECT min(record) AS record, {len(names)} - ({absent}) AS size FROM r "
        f"GROUP BY GROUPING SETS ({sets}) HAVING count(*) = 1) "
        "SELECT size, count(*) FROM (SELECT min(size) AS size FROM alone GROUP BY record) GROUP BY size ORDER BY size"
    )


def diversity(records: Records, column: str) -> str:
    """SELECT of one row over groups: least size, distinct values and entropy (nats), largest distance."""
    return (
        f"WITH v AS (SELECT {records.key(column)} AS g, hash({column}) AS v, count(*) AS n "
        f"FROM {records.table} WHERE {records.where} GROUP BY 1, 2), "
        "whole AS (SELECT v, sum(n) / sum(sum(n)) OVER () AS q FROM v GROUP BY v), "
        "sizes AS (SELECT g, sum(n) AS size FROM v GROUP BY g), "
        "groups AS (SELECT any_value(size) AS size, count(*) AS l, "
        "ln(any_value(size)) - sum(n * ln(n)) / any_value(size) AS entropy, "
        "sum(greatest(n / size - q, 0)) AS t FROM v JOIN whole USING (v) JOIN sizes USING (g) GROUP BY g) "
        "SELECT min(size), min(l), min(entropy), max(t) FROM groups"
    )


def told(records: Records, column: str) -> str:
    """SELECT of one row: largest share of a group that one known code has, records in groups that have one wholly."""
    return (
        f"WITH r AS (SELECT {records.key(column)} AS g, {column} AS v FROM {records.table} WHERE {records.where}), "
        "sizes AS (SELECT g, count(*) AS size FROM r GROUP BY g), "
        "codes AS (SELECT g, unnest(v) AS code FROM r), "
        f"often AS (SELECT g, code, count(*) AS n FROM codes WHERE code {_KNOWN} GROUP BY g, code), "
        "most AS (SELECT g, max(n) AS n FROM often GROUP BY g) "
        "SELECT coalesce(max(n / size), 0), coalesce(sum(size) FILTER (n = size), 0)::BIGINT "
        "FROM sizes LEFT JOIN most USING (g)"
    )


def columns_given(records: Records, columns: Sequence[str]) -> str:
    """SELECT of one row: for each column whether any record says anything in it."""
    said = ", ".join(f"bool_or({column}[1] {_KNOWN})" for column in columns)
    return f"SELECT {said} FROM {records.table} WHERE {records.where}"
