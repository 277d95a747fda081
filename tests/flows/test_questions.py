"""What an edition asks of its counts: every part of the question comes from the warehouse, and from what it knew."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pytest

from flows.counts.estimate import edition_inputs
from flows.counts.kept_estimates import store_estimates, unprotected_answers
from flows.counts.question import FEWEST_DELIVERIES, captures_in
from flows.editions.publish import estimate_edition, publish_edition
from flows.intake.ingest import ingest_file
from flows.warehouse import read_warehouse
from tests.warehouse import add_cases, add_observations, add_population, add_vintage, empty
from transforms.disclosure import estimates
from transforms.disclosure.released import ReleasedCell
from transforms.errors import NoData
from transforms.periods import Period, period
from transforms.statistics.covid.comparators import BeforeAfter
from transforms.studies.question import Question, counts_of
from transforms.tables import ESTIMATES

FIRST = period("2019-Q1")
ON_TIME, LATE = 3, 1
"""Persons of every quarter that the next delivery knows, and that only the one after it knows."""
LISTS = {"MIA": (0, 1, 2, 3), "NGO": (0, 1), "IOM": (0,)}
"""Which persons of a quarter stand in the list of which body."""


def delivered_after(quarter: Period) -> date:
    return quarter.end + timedelta(days=20)


def persons(body: str, up_to: int) -> list[dict[str, Any]]:
    """The whole list of a body as it stood after some quarters: the late person of the last one is not in it yet."""
    rows = []
    for number in range(up_to + 1):
        quarter = FIRST.shifted(number)
        for person in LISTS[body]:
            if person >= ON_TIME and number == up_to:
                continue
            day = quarter.start + timedelta(days=10 * person + 5)
            rows.append(
                {
                    "person_key": f"{quarter.code}-{person}",
                    "registered_date": day.isoformat(),
                    "identified_date": day.isoformat(),
                    "sex": "female" if person else "male",
                    "body": body,
                }
            )
    return rows


def register(deliveries: int) -> duckdb.DuckDBPyConnection:
    """Whole lists of three bodies after each of some quarters, with figures of others around them."""
    con = empty()
    number = 0
    for quarter in range(deliveries):
        for body in LISTS:
            number += 1
            day = delivered_after(FIRST.shifted(quarter))
            add_vintage(con, number, "case_register", day.isoformat(), f"XX {body}")
            add_cases(con, persons(body, quarter), vintage_id=number)
    add_vintage(con, 101, "unodc_tip", "2022-01-01", "all")
    add_observations(
        con,
        """
        ref_area | time_period | value
        XX       | 2019        | 40
        XX       | 2020        | 22
        KZ       | 2019        | 10
        KZ       | 2020        | 12
        UZ       | 2019        | 30
        """,
        vintage_id=101,
    )
    add_vintage(con, 102, "stringency", "2022-01-02", "all")
    add_observations(
        con,
        """
        time_period | value
        2020-03     | 35.5
        2020-04     | 71
        """,
        vintage_id=102, source="stringency", series="stringency", ref_area="XX", unit="index",
    )  # fmt: skip
    add_vintage(con, 103, "population", "2019-07-10", "XX")
    add_population(con, "year | persons\n2019 | 1000\n2020 | 1100", vintage_id=103)
    return con


@pytest.fixture(scope="module")
def con() -> duckdb.DuckDBPyConnection:
    return register(FEWEST_DELIVERIES)


@pytest.fixture(scope="module")
def question(con: duckdb.DuckDBPyConnection) -> Question:
    return edition_inputs(con, "annual-2020", scope="XX", as_of=None).question


def test_the_triangle_is_how_the_counts_grew_with_every_delivery(question: Question) -> None:
    triangle = question.triangle
    assert triangle is not None
    assert (triangle.step, question.triangle_source, question.headline) == (
        "quarter",
        "case_register",
        "victims_identified",
    )
    known = triangle.cumulative[~np.isnan(triangle.cumulative)]
    assert set(known) <= {ON_TIME, ON_TIME + LATE}
    by_delay = [set(column[~np.isnan(column)]) for column in triangle.cumulative.T[:3]]
    assert {ON_TIME} in by_delay and {ON_TIME + LATE} in by_delay
    assert by_delay.index({ON_TIME}) + 1 == by_delay.index({ON_TIME + LATE})


def test_counts_of_the_triangle_s_source_are_still_coming_in(con: duckdb.DuckDBPyConnection) -> None:
    found = edition_inputs(con, "annual-2020", scope="XX", as_of=None)
    made = {
        table.key: counts_of(
            found.question,
            key=table.key,
            indicator=table.indicator,
            dimensions=table.dimensions,
            cells={},
            sources=table.sources,
            caveats=table.caveats,
        )
        for table in found.table_set.tables
    }
    assert made["victims_identified_by_period"].is_delayed
    assert not made["victims_detected_by_period"].is_delayed


def test_few_deliveries_give_no_triangle() -> None:
    found = edition_inputs(register(FEWEST_DELIVERIES - 1), "annual-2020", scope="XX", as_of=None)
    assert found.question.triangle is None


def test_the_triangle_knows_nothing_of_deliveries_after_the_as_of_day(con: duckdb.DuckDBPyConnection) -> None:
    then = delivered_after(FIRST.shifted(FEWEST_DELIVERIES - 2))
    assert edition_inputs(con, "annual-2020", scope="XX", as_of=then).question.triangle is None


def test_persons_of_the_year_stand_on_the_lists_of_their_bodies(question: Question) -> None:
    captures = question.captures
    assert captures is not None
    on = {
        tuple(sorted(name for bit, name in enumerate(captures.lists) if history >> bit & 1)): count
        for history, count in enumerate(captures.counts, start=1)
        if count
    }
    in_all, in_two, in_one_last = 4, 4, 2 * 4 - 1  # the last quarter's late person is not known yet
    assert on == {("IOM", "MIA", "NGO"): in_all, ("MIA", "NGO"): in_two, ("MIA",): in_one_last}


def test_only_a_whole_year_is_a_closed_population(con: duckdb.DuckDBPyConnection) -> None:
    assert edition_inputs(con, "quarterly-2020-Q4", scope="XX", as_of=None).question.captures is None
    assert captures_in(con, "XX", 2019).persons == (ON_TIME + LATE) * 4
    with pytest.raises(NoData, match="nobody of 2030"):
        captures_in(con, "XX", 2030)


def test_stringency_comparators_and_persons_are_those_of_the_warehouse(question: Question) -> None:
    assert question.stringency == {period("2020-03"): 35.5, period("2020-04"): 71.0}
    assert question.comparators == {
        "XX": BeforeAfter(before=40.0, during=22.0),
        "KZ": BeforeAfter(before=10.0, during=12.0),
    }
    assert question.unit == "XX"
    assert question.persons == {2019: 1000.0, 2020: 1100.0}


def test_the_world_has_no_comparators_and_no_stringency(con: duckdb.DuckDBPyConnection) -> None:
    found = edition_inputs(con, "annual-2020", scope="world", as_of=None).question
    assert (found.comparators, found.stringency, found.triangle) == ({}, {}, None)


@pytest.mark.parametrize(("status", "is_settled"), [(s, True) for s in "ABE"] + [(s, False) for s in "PUMO"])
def test_a_count_that_may_still_change_enters_no_series(status: str, is_settled: bool) -> None:
    """The latest year is provisional in the register; a trend or COVID effect over it would be a fall of the delay."""
    shown = estimates._value(ReleasedCell(at=("2020",), value=7.0, obs_status=status))
    assert shown == (7.0 if is_settled else None)


def test_periods_that_one_list_does_not_reach_yet_are_left_out_of_the_answers() -> None:
    """Only the ministry delivered the last quarter: a trend over what is still coming in would be a fall."""
    con = register(FEWEST_DELIVERIES - 1)
    add_vintage(con, 99, "case_register", delivered_after(period("2020-Q4")).isoformat(), "XX MIA")
    add_cases(con, persons("MIA", FEWEST_DELIVERIES - 1), vintage_id=99)
    found = edition_inputs(con, "annual-2020", scope="XX", as_of=None)
    table = next(t for t in found.table_set.tables if t.key == "victims_identified_by_period")
    status = {cell.at[0]: cell.obs_status for cell in table.cells}
    assert (status["2020-09"], status["2020-11"], status["2020"]) == ("A", "P", "P")
    trend = unprotected_answers(found)["trend:victims_identified"]
    assert trend.details["last"] < "2020-10"


def test_the_answers_of_a_run_are_kept_once_with_their_figures(con: duckdb.DuckDBPyConnection) -> None:
    answers = unprotected_answers(edition_inputs(con, "annual-2020", scope="XX", as_of=None))
    for _ in range(2):
        assert store_estimates(con, "run", answers) == len(answers)
    kept = con.execute(
        "SELECT estimate_key, method, refusal FROM mart.estimates WHERE run_id = 'run' ORDER BY ALL"
    ).fetchall()
    told = {key: (a.method, a.refusal.code if a.refusal else "") for key, a in answers.items()}
    assert kept == [(key, *told[key]) for key in sorted(told)]
    assert "nowcast:victims_identified" in told


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, world_list: Callable[..., Path]) -> Path:
    """A home with a list of three years."""
    folder = tmp_path_factory.mktemp("questions")
    ingest_file(folder / "home", world_list(folder / "list_2017-03-31.csv", (2014, 2015, 2016), persons=40))
    return folder / "home"


def test_estimating_keeps_counts_and_answers_in_the_warehouse(home: Path) -> None:
    run = estimate_edition(home, "annual-2016", scope="world", as_of=None)
    with read_warehouse(home) as con:
        kept = con.execute(f"SELECT DISTINCT run_id, estimate_key FROM {ESTIMATES.name}").fetchall()
    assert (run, "trend:victims_registered") in kept
    assert {found for found, _ in kept} == {run}


def test_a_published_edition_carries_its_answers(home: Path) -> None:
    done = publish_edition(home, "annual-2016", scope="world", audience="working-group", as_of=None, languages=("en",))
    document = json.loads((done.folder / "edition.json").read_text("utf-8"))
    told = {answer["key"]: answer for answer in document["estimates"]}
    trend = told["trend:victims_registered"]
    assert trend["method"] and (trend["estimate"] is not None or trend["refusal"]["code"])
    assert trend["provenance"] == {"vintages": [1]}
