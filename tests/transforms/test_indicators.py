"""The register of indicators, and the counts its compiler makes, on tables one can read."""

from __future__ import annotations

from datetime import date
from typing import Any

import duckdb
import pytest

from flows.counts.estimate import indicator_rows
from tests.warehouse import add_cases, add_observations, add_vintage, empty, table
from transforms.errors import NoData, WrongArguments
from transforms.indicators.breakdowns import CASE_BREAKDOWNS
from transforms.indicators.caveats import CAVEATS, caveat_text
from transforms.indicators.declare import COUNTED_SOURCES, counted_source
from transforms.indicators.registry import INDICATORS, breakdown, indicator


@pytest.fixture
def con() -> duckdb.DuckDBPyConnection:
    return empty()


def counts(con: duckdb.DuckDBPyConnection, key: str, *by: str, **more: Any) -> list[tuple[Any, ...]]:
    return indicator_rows(con, key, by, **more).rows()


def test_every_indicator_names_caveats_sources_and_breakdowns_that_exist() -> None:
    keys = [declared.key for declared in INDICATORS]
    assert len(keys) == len(set(keys))
    for declared in INDICATORS:
        assert all(caveat_text(key) for key in declared.caveats)
        assert all(counted_source(key) for key in (*declared.sources, *declared.world_sources))
        assert all(breakdown(declared, key) for key in declared.by)
        assert declared.where.sentence.endswith(".") and declared.date_basis and declared.deduplication
    assert all(caveat_text(key) for source in COUNTED_SOURCES for key in source.caveats)
    assert len({caveat.key for caveat in CAVEATS}) == len(CAVEATS)
    assert {b.key for b in CASE_BREAKDOWNS} >= {"sex", "form", "citizenship", "corridor", "region"}


def test_a_later_list_of_a_body_supersedes_its_earlier_one_and_no_other(con: duckdb.DuckDBPyConnection) -> None:
    add_vintage(con, 1, "case_register", "2021-04-10", "XX MIA")
    add_vintage(con, 2, "case_register", "2021-04-12", "XX NGO")
    add_vintage(con, 3, "case_register", "2021-07-10", "XX MIA")
    add_cases(
        con,
        """
        vintage_id | stream | body | person_key | registered_date | identified_date
        1          | XX MIA | MIA  | a          | 2021-01-05      | 2021-01-06
        1          | XX MIA | MIA  | b          | 2021-02-05      | 2021-02-06
        2          | XX NGO | NGO  | c          | 2021-02-05      | 2021-02-06
        3          | XX MIA | MIA  | a          | 2021-01-05      | 2021-01-06
        3          | XX MIA | MIA  | d          | 2021-05-05      | 2021-05-06
        """,
    )
    assert counts(con, "victims_identified", "quarter", scope="XX") == [("2021-Q1", 2), ("2021-Q2", 1)]
    assert counts(con, "victims_identified", "month", scope="XX") == [("2021-01", 1), ("2021-02", 1), ("2021-05", 1)]
    before = date(2021, 4, 30)
    assert counts(con, "victims_identified", "quarter", scope="XX", as_of=before) == [("2021-Q1", 3)]


def test_a_vintage_of_which_only_some_streams_were_superseded_keeps_the_others(con: duckdb.DuckDBPyConnection) -> None:
    add_vintage(con, 1, "case_register", "2021-04-10", "XX MIA", "XX NGO")
    add_vintage(con, 2, "case_register", "2021-04-10", "XX MIA")
    add_cases(
        con,
        """
        vintage_id | stream | body | person_key | registered_date
        1          | XX MIA | MIA  | a          | 2021-01-05
        1          | XX NGO | NGO  | b          | 2021-02-05
        2          | XX MIA | MIA  | c          | 2020-05-05
        """,
    )
    assert counts(con, "victims_registered", "year", scope="XX") == [(2020, 1), (2021, 1)]


@pytest.fixture
def overlapping(con: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """Person a stands in two lists, each of which knows something else."""
    add_vintage(con, 1, "case_register", "2021-04-10", "XX MIA")
    add_vintage(con, 2, "case_register", "2021-04-10", "XX NGO")
    persons = """
        vintage_id | body | person_key | status     | registered_date | identified_date | sex     | form
        1          | MIA  | a          | identified | 2021-03-05      | 2021-03-06      | female  | servitude;unknown
        2          | NGO  | a          | presumed   | 2020-12-05      |                 | unknown | servitude;surrogacy
        2          | NGO  | b          | not_victim | 2020-12-05      |                 | male    |
        """
    ends = """
        citizenship  | country_of_exploitation | region
        XX           | not_reported            | XX-1
        not_reported | TR                      | XX-2
                     |                         |
        """
    add_cases(con, [{**person, **end} for person, end in zip(table(persons), table(ends), strict=False)])
    return con


def test_a_person_in_two_lists_counts_once_at_the_earliest_date(overlapping: duckdb.DuckDBPyConnection) -> None:
    assert counts(overlapping, "victims_registered", "month", scope="XX") == [("2020-12", 1)]
    assert counts(overlapping, "victims_identified", "year", scope="XX") == [(2021, 1)]
    assert counts(overlapping, "victims_presumed", "year", scope="XX") == []
    assert counts(overlapping, "victims_identified", "body", scope="XX") == [("MIA", 1), ("NGO", 1)]


def test_what_any_list_knows_of_a_person_is_known(overlapping: duckdb.DuckDBPyConnection) -> None:
    assert counts(overlapping, "victims_identified", "sex", "region", scope="XX") == [("female", "XX-2", 1)]
    assert counts(overlapping, "victims_identified", "form", scope="XX") == [("servitude", 1), ("surrogacy", 1)]
    assert counts(overlapping, "victims_identified", "corridor", "crossing", scope="XX") == [
        ("XX>TR", "cross_border", 1)
    ]


def test_records_without_a_key_are_persons_and_namibia_is_not_missing(con: duckdb.DuckDBPyConnection) -> None:
    add_vintage(con, 1, "ctdc_kanon", "2020-04-14", "all")
    add_cases(
        con,
        """
        registered_date | citizenship | country_of_exploitation | form
        2015-01-01      | NA          | TM                      | forced_labour
        2015-01-01      | unknown     | TM                      | forced_begging;forced_labour
        2015-01-01      |             | RU                      |
        2016-01-01      | NA          | not_reported            | not_reported
        """,
        vintage_id=1, source="ctdc_kanon", stream="all", reporting_country="world", status="registered",
    )  # fmt: skip
    assert counts(con, "victims_registered", "year", "citizenship") == [
        (2015, "NA", 1), (2015, "not_reported", 1), (2015, "unknown", 1), (2016, "NA", 1),
    ]  # fmt: skip
    assert counts(con, "victims_registered", "form") == [
        ("forced_begging", 1), ("forced_labour", 2), ("not_reported", 2),
    ]  # fmt: skip
    assert counts(con, "victims_registered", "year", scope="TM") == [(2015, 2)]
    assert counts(con, "victims_registered", years=(2016,)) == [(1,)]
    with pytest.raises(WrongArguments, match="only the year"):
        counts(con, "victims_registered", "month")


def test_aggregates_are_not_countries_and_matching_keeps_those_with_every_year(con: duckdb.DuckDBPyConnection) -> None:
    add_vintage(con, 1, "unodc_tip", "2023-05-30", "all")
    add_observations(
        con,
        """
        ref_area | ref_area_type | time_period | form                | value | obs_status
        KZ       | country       | 2019        | total               | 10    | A
        KZ       | country       | 2020        | total               | 2     | E
        UZ       | country       | 2019        | total               | 50    | A
        TM       | country       | 2020        | sexual_exploitation | 2     | E
        MCN      | aggregate     | 2019        | total               | 99    | A
        MCN      | aggregate     | 2020        | total               | 99    | A
        """,
        vintage_id=1,
    )
    assert counts(con, "victims_detected", "year") == [(2019, 60, "A"), (2020, 2, "E")]
    assert counts(con, "victims_detected", "year", matched=True, years=(2019, 2020)) == [
        (2019, 10, "A"),
        (2020, 2, "E"),
    ]
    assert counts(con, "victims_detected", "year", scope="TM") == [(2020, None, "O")]
    assert counts(con, "victims_detected", "year", "form", scope="TM") == [(2020, "sexual_exploitation", 2, "E")]
    assert counts(con, "victims_detected", "country", "year", years=(2020,)) == [
        ("KZ", 2020, 2, "E"),
        ("TM", 2020, None, "O"),
    ]


def test_an_index_is_averaged_over_days_that_have_one(con: duckdb.DuckDBPyConnection) -> None:
    add_vintage(con, 1, "stringency", "2023-03-01", "XX")
    add_observations(
        con,
        """
        time_period | value
        2020-03-30  | 10
        2020-03-31  |
        2020-04-01  | 40
        """,
        vintage_id=1, source="stringency", stream="XX", ref_area="XX", series="stringency", unit="index",
    )  # fmt: skip
    assert counts(con, "stringency", "month", scope="XX") == [("2020-03", 10.0, "A"), ("2020-04", 40.0, "A")]
    assert counts(con, "stringency", "quarter", scope="XX") == [("2020-Q1", 10.0, "A"), ("2020-Q2", 40.0, "A")]
    with pytest.raises(WrongArguments, match="belongs to one country"):
        counts(con, "stringency", "year")


def test_a_wrong_word_is_answered_with_the_nearest_right_ones(con: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(WrongArguments) as wrong:
        indicator("victims_identifed")
    assert "victims_identified" in wrong.value.advice
    with pytest.raises(WrongArguments) as wrong:
        breakdown(indicator("victims_registered"), "citizenshp")
    assert "citizenship" in wrong.value.advice
    with pytest.raises(WrongArguments, match="not a scope"):
        counts(con, "victims_registered", scope="Turkmenistan")
    with pytest.raises(NoData, match="nothing for indicator victims_registered"):
        counts(con, "victims_registered", "year")
    add_vintage(con, 1, "ctdc_kanon", "2020-04-14", "all")
    add_cases(con, [{"registered_date": "2015-01-01"}], vintage_id=1, source="ctdc_kanon", stream="all")
    with pytest.raises(WrongArguments, match="named twice"):
        counts(con, "victims_registered", "sex", "sex")
    with pytest.raises(WrongArguments, match="no countries to match"):
        counts(con, "victims_registered", "sex", matched=True, years=(2015, 2016))
