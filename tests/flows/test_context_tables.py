"""Hotline contacts, migration and unemployment as tables of an edition: from the warehouse into the gate."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.counts.context_tables import context_tables
from flows.counts.counting import WORLD, Counter
from tests.warehouse import add_observations, add_vintage, empty
from transforms.disclosure.cells import CountTable, TableSet
from transforms.disclosure.release import release
from transforms.disclosure.released import ReleasedEdition
from transforms.indicators.windows import edition_period

SOURCES = {
    "hotline_contacts": "hotline_contacts",
    "immigrants": "migration_flows",
    "unemployment_rate": "labour_market",
}
UNITS = {"hotline_contacts": "contact", "immigrants": "person", "unemployment_rate": "pct"}


@cache
def warehouse() -> duckdb.DuckDBPyConnection:
    """Made once: its many code lists take longer to declare than a few rows to count."""
    return empty()


def delivered(rows: str | list[dict[str, Any]], key: str = "hotline_contacts") -> duckdb.DuckDBPyConnection:
    con = warehouse()
    for name in ("core.observations", "raw.vintages", "raw.vintage_streams"):
        con.execute(f"DELETE FROM {name}")
    add_vintage(con, 1, SOURCES[key], "2024-01-16", "XX")
    add_observations(
        con, rows, vintage_id=1, source=SOURCES[key], stream="XX", ref_area="XX", series=key, unit=UNITS[key]
    )
    return con


def tables(con: duckdb.DuckDBPyConnection, edition: str = "annual-2023", scope: str = "XX") -> dict[str, CountTable]:
    return {table.key: table for table in context_tables(Counter(con, scope, None), edition_period(edition))}


def cells(table: CountTable) -> dict[tuple[str, ...], tuple[float | None, str]]:
    return {cell.at: (cell.value, cell.obs_status) for cell in table.cells}


def released(found: dict[str, CountTable]) -> ReleasedEdition:
    return release(
        TableSet(tables=tuple(found.values()), rollups=()),
        audience="working-group", edition="annual-2023", scope="XX", as_of=date(2024, 1, 25), run_id="run-0001",
        code_version="0.1.0", created_from=(), context={}, languages=("en",),
    )  # fmt: skip


PAIRS = """
    time_period | value | category
    2020-Q1     | 30    | body=H1;channel=call;topic=trafficking
    2020-Q1     | 20    | body=H1;channel=message;topic=other
    2020-Q2     | 25    | body=H1;channel=call;topic=trafficking
    2020-Q2     | 2     | body=H1;channel=message;topic=other
    """


def test_contacts_add_up_by_period_and_by_their_topics() -> None:
    found = tables(delivered(PAIRS))
    assert cells(found["hotline_contacts_by_period"]) == {
        ("2020",): (77, "P"), ("2020-Q1",): (50, "A"), ("2020-Q2",): (27, "A"),
    }  # fmt: skip
    topics = found["hotline_contacts_by_period_topic"]
    assert topics.additive == ("period", "topic") and not topics.is_published and topics.unit == "contact"
    assert cells(topics) == {
        ("2020", "trafficking"): (55, "P"), ("2020", "other"): (22, "P"), ("2020", "total"): (77, "P"),
    }  # fmt: skip


def test_a_hotline_that_tells_no_topics_is_among_those_not_reported() -> None:
    found = tables(delivered(PAIRS + "2020-Q2 | 40 | body=H2"))
    topics = found["hotline_contacts_by_period_topic"]
    assert cells(topics)["2020", "not_reported"] == (40, "P") and cells(topics)["2020", "total"] == (117, "P")
    assert topics.additive == ("period", "topic")
    assert released(found)


def test_topics_that_exceed_a_delivered_total_stand_without_it_and_refuse_no_edition() -> None:
    found = tables(delivered(PAIRS + "2020-Q1 | 45 | body=H1"))
    topics = found["hotline_contacts_by_period_topic"]
    assert ("2020", "total") not in cells(topics) and topics.population == "hotline_contacts_topic"
    assert cells(found["hotline_contacts_by_period"])["2020-Q1",] == (45, "A")
    assert released(found)


def test_small_counts_of_contacts_are_withheld_and_moves_that_an_office_published_are_not() -> None:
    few = "time_period | value | category\n2020 | 2 | body=H1;topic=trafficking\n2020 | 60 | body=H1;topic=other\n"
    topics = released(tables(delivered(few + "2020 | 30 | body=H1;topic=violence"))).table(
        "hotline_contacts_by_period_topic"
    )
    assert topics is not None and {c.at[1] for c in topics.cells if c.value is None} >= {"trafficking"}
    moves = "time_period | value | category\n2020 | 2 | other_country=TR\n2020 | 60 | other_country=RU"
    found = released(tables(delivered(moves, "immigrants"))).table("immigrants_by_period_other_country")
    assert found is not None and {c.at: c.value for c in found.cells} == {
        ("2020", "TR"): 2, ("2020", "RU"): 60, ("2020", "total"): 62,
    }  # fmt: skip


def test_a_rate_stands_at_its_period_and_a_gap_is_not_reported() -> None:
    rows = "time_period | value\n2019 | 4.5\n2021 | 5.25\n2021-Q1 | 5.5\n2024 | 6"
    found = tables(delivered(rows, "unemployment_rate"))
    assert cells(found["unemployment_rate_by_period"]) == {
        ("2019",): (4.5, "A"), ("2020",): (None, "O"), ("2021",): (5.25, "A"), ("2022",): (None, "O"),
        ("2023",): (None, "O"), ("2021-Q1",): (5.5, "A"),
        **{(f"2021-Q{n}",): (None, "O") for n in range(2, 5)},
        **{(f"{year}-Q{n}",): (None, "O") for year in (2022, 2023) for n in range(1, 5)},
    }  # fmt: skip
    assert released(found)
    assert tables(delivered(rows, "unemployment_rate"), "annual-2018") == {}


@pytest.mark.parametrize("key", SOURCES)
def test_the_world_has_none_of_it(key: str) -> None:
    assert tables(delivered("time_period | value\n2020 | 9", key), scope=WORLD) == {}


_ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "time_period": st.sampled_from(("2020-Q1", "2020-Q2", "2021-Q1")),
            "body": st.sampled_from(("", "body=H1", "body=H2")),
            "channel": st.sampled_from(("", "channel=call", "channel=message")),
            "topic": st.sampled_from(("", "topic=other", "topic=violence")),
            "value": st.one_of(st.none(), st.integers(0, 40)),
        }
    ),
    min_size=1,
    max_size=12,
    unique_by=lambda row: tuple(row[name] for name in ("time_period", "body", "channel", "topic")),
)


@settings(max_examples=30, deadline=None)
@given(_ROWS)
def test_whatever_hotlines_deliver_no_edition_is_refused_for_it(rows: list[dict[str, Any]]) -> None:
    listed = [
        {
            "time_period": row["time_period"],
            "category": ";".join(row[part] for part in ("body", "channel", "topic") if row[part]) or "total",
            "value": row["value"],
            "obs_status": "O" if row["value"] is None else "A",
        }
        for row in rows
    ]
    found = tables(delivered(listed))
    for table in found.values():
        assert all(cell.value is None or cell.value >= 0 for cell in table.cells)
    assert not found or released(found)
