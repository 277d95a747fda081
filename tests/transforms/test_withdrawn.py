"""Which extract is current on a day, with withdrawals in it: the SQL against the rule written out by hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

import duckdb
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.warehouse import empty
from transforms.indicators.as_of import current_streams, rows_as_of, streams_held

FIRST = date(2021, 1, 1)
SOURCE = "case_register"


@dataclass(frozen=True)
class Extract:
    """An extract in days after the first; each withdrawal is (from, until or None for good)."""

    day: int
    streams: tuple[str, ...]
    withdrawals: tuple[tuple[int, int | None], ...]

    def stands(self, on: int | None) -> bool:
        if on is None:
            return all(until is not None for _, until in self.withdrawals)
        return not any(since <= on and (until is None or until > on) for since, until in self.withdrawals)


DAYS = st.integers(0, 6)
EXTRACTS = st.lists(
    st.builds(
        Extract,
        day=DAYS,
        streams=st.sampled_from([("a",), ("b",), ("a", "b")]),
        withdrawals=st.lists(st.tuples(DAYS, st.none() | DAYS), max_size=2).map(tuple),
    ),
    max_size=6,
)


@cache
def warehouse() -> duckdb.DuckDBPyConnection:
    """Made once, without what does not matter here: a vintage is its number, source and day."""
    con = empty()
    for column in (
        "sha256",
        "file_name",
        "size_bytes",
        "loaded_at",
        "contract_version",
        "rows_read",
        "rows_accepted",
        "rows_quarantined",
        "is_synthetic",
    ):
        con.execute(f"ALTER TABLE raw.vintages ALTER COLUMN {column} DROP NOT NULL")
    for column in ("withdrawn_at", "reason"):
        con.execute(f"ALTER TABLE raw.withdrawals ALTER COLUMN {column} DROP NOT NULL")
    return con


def on(day: int) -> date:
    return FIRST + timedelta(days=day)


def filled(extracts: list[Extract]) -> duckdb.DuckDBPyConnection:
    numbered = list(enumerate(extracts, start=1))
    put("vintages (vintage_id, source, vintage_date)", [(n, SOURCE, on(extract.day)) for n, extract in numbered])
    put("vintage_streams", [(n, stream, 1) for n, extract in numbered for stream in extract.streams])
    put(
        "withdrawals (vintage_id, withdrawn_from, withdrawn_until)",
        [
            (n, on(since), None if until is None else on(until))
            for n, extract in numbered
            for since, until in extract.withdrawals
        ],
    )
    return warehouse()


def put(into: str, rows: list[tuple[object, ...]]) -> None:
    """These rows and no others, in one statement: several thousand tables are filled."""
    values = ", ".join(
        "(" + ", ".join("NULL" if value is None else f"'{value}'" for value in row) + ")" for row in rows
    )
    warehouse().execute(
        f"DELETE FROM raw.{into.split()[0]}; " + (f"INSERT INTO raw.{into} VALUES {values}" if rows else "")
    )


def expected(extracts: list[Extract], known_on: int | None, standing_on: int | None) -> set[tuple[int, str]]:
    found = set()
    for stream in ("a", "b"):
        among = [
            (extract.day, number)
            for number, extract in enumerate(extracts, start=1)
            if stream in extract.streams
            and (known_on is None or extract.day <= known_on)
            and extract.stands(standing_on)
        ]
        if among:
            found.add((max(among)[1], stream))
    return found


def given_by(con: duckdb.DuckDBPyConnection, sql: str) -> set[tuple[int, str]]:
    return set(con.execute(f"SELECT vintage_id, stream FROM ({sql})").fetchall())


@settings(max_examples=40, deadline=None)
@given(extracts=EXTRACTS, day=DAYS, later=DAYS)
def test_a_withdrawn_extract_is_current_until_the_day_before_and_then_the_one_before_it_is(
    extracts: list[Extract], day: int, later: int
) -> None:
    con = filled(extracts)
    assert given_by(con, current_streams(on(day))) == expected(extracts, day, day)
    assert given_by(con, current_streams(None)) == expected(extracts, None, None)
    assert given_by(con, streams_held(on(day))) == expected(extracts, day, None)
    assert given_by(con, current_streams(on(day), on(day + later))) == expected(extracts, day, day + later)
    streams = rows_as_of("raw.vintage_streams", f"DATE '{on(day)}'")
    assert given_by(con, streams) == expected(extracts, day, day)


@settings(max_examples=15, deadline=None)
@given(extracts=EXTRACTS, withdrawn_from=st.integers(1, 6), which=st.integers(0, 5))
def test_a_withdrawal_changes_nothing_of_what_was_known_before_its_day(
    extracts: list[Extract], withdrawn_from: int, which: int
) -> None:
    before = filled(extracts)
    days = [on(day) for day in range(withdrawn_from)]
    known = [given_by(before, current_streams(day)) for day in days]
    if extracts:
        number = which % len(extracts) + 1
        before.execute("INSERT INTO raw.withdrawals VALUES (?, ?, NULL, '', '')", [number, on(withdrawn_from)])
    assert [given_by(before, current_streams(day)) for day in days] == known
