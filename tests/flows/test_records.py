"""`records`: of the warehouse and of any table, sizes of groups and never which."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from flows.counts.records import records_at_risk
from tests.warehouse import add_cases, add_vintage, empty
from transforms.errors import NoData

TWO_LISTS = """
    body | person_key | registered_date | sex    | citizenship | form
    MIA  | p1         | 2021-01-05      | female | TM          | forced_labour
    NGO  | p1         | 2021-02-05      | female | TM          | servitude
    MIA  | p2         | 2021-01-09      | female | TM          | forced_labour
    MIA  | p3         | 2021-01-09      | male   | TM          | forced_labour
"""


@pytest.fixture
def lists() -> duckdb.DuckDBPyConnection:
    con = empty()
    add_vintage(con, 1, "case_register", "2021-03-01", "XX MIA", "XX NGO")
    add_cases(con, TWO_LISTS, vintage_id=1)
    return con


def test_a_person_of_two_lists_is_one_record_with_the_codes_of_both(lists: duckdb.DuckDBPyConnection) -> None:
    found = records_at_risk(lists, "case_register", scope="XX", as_of=None)
    assert (found.records, found.k, found.records_alone) == (3, 1, 3)
    (form,) = found.diversity
    assert (form.column, form.k, form.distinct) == ("form", 1, 1)
    assert form.records_told == 3  # both women were in forced labour, whatever else one of them has
    assert found == records_at_risk(lists, None, scope="XX", as_of=None)


def test_records_of_another_country_and_of_a_later_day_are_no_part_of_it(lists: duckdb.DuckDBPyConnection) -> None:
    for scope, day in (("TM", None), ("XX", date(2021, 2, 28))):
        with pytest.raises(NoData, match="no records of cases of case_register in scope"):
            records_at_risk(lists, "case_register", scope=scope, as_of=day)


def test_a_source_that_nothing_counts_is_measured_too(lists: duckdb.DuckDBPyConnection) -> None:
    add_vintage(lists, 2, "htcds", "2021-03-01", "XX")
    rows = [{"registered_date": "2021-01-01", "country_of_exploitation": "XX", "stream": "XX"}] * 4
    add_cases(lists, rows, vintage_id=2, source="htcds")
    found = records_at_risk(lists, "htcds", scope="XX", as_of=None)
    assert (found.records, found.k, found.records_alone, found.diversity) == (4, 4, 0, ())


def test_the_command_says_sizes_only_and_that_they_are_internal(
    tip_trends: Callable[..., Any], small_home: Path
) -> None:
    ran = tip_trends("--home", small_home, "records")
    assert ran.code == 0 and "not for publication" in ran.err and "not for publication" not in ran.out
    assert "alike in sex, age_group, citizenship, registered_month, form: the smallest group (k)" in ran.out
    assert "means_of_control" in ran.out
    asked = json.loads(tip_trends("--home", small_home, "records", "case_register", "--format", "json").out)
    assert sum(group["records"] for group in asked["groups"]) == asked["records"]
    assert asked["records_alone"] == sum(asked["alone_by"].values()) + asked["alone_by_more"]
    assert {one["column"] for one in asked["diversity"]} >= {"form", "means_of_control"}


def test_a_plain_table_is_measured_by_the_columns_named(tip_trends: Callable[..., Any], tmp_path: Path) -> None:
    file = tmp_path / "records.csv"
    file.write_text("Sex;Age;Form\nf;1;x\nf;1;y\nm;2;x\n", encoding="utf-8")
    ran = tip_trends("records", "--file", file, "--quasi", "sex, age", "--sensitive", "form", "--format", "json")
    found = json.loads(ran.out)
    assert (found["records"], found["k"], found["share_alone"]) == (3, 1, pytest.approx(1 / 3))
    assert (found["diversity"][0]["l"], found["diversity"][0]["records_told"]) == (1, 1)
    assert "not for publication" in ran.err


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("records", "crime_justice"), "holds figures and no records"),
        (("records", "no_such"), "There is no source"),
        (("records", "--quasi", "sex"), "only those of a file are named"),
        (("records", "case_register", "--file", "x.csv", "--quasi", "sex"), "not both"),
        (("records", "--file", "x.csv"), "No column is named"),
    ],
)
def test_what_cannot_be_measured_is_said(
    tip_trends: Callable[..., Any], tmp_path: Path, words: tuple[str, ...], says: str
) -> None:
    ran = tip_trends("--home", tmp_path, *words)
    assert (ran.code, ran.out) == (2, "") and says in ran.err


def test_a_column_that_the_table_lacks_is_named_with_those_it_has(
    tip_trends: Callable[..., Any], tmp_path: Path
) -> None:
    file = tmp_path / "records.csv"
    file.write_text("Sex,Age\nf,1\n", encoding="utf-8")
    ran = tip_trends("records", "--file", file, "--quasi", "sex,place")
    assert ran.code == 3 and "no column 'place'" in ran.err and "Sex, Age" in ran.err
