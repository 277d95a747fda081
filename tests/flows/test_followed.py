"""What is followed up, from the warehouse: the action plan, stranded migrants, who delivered and what is due."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from flows.counts.counting import WORLD, Counter
from flows.counts.estimate import indicator_rows
from flows.counts.plan_rows import plan_of
from flows.counts.provenance import calendar_context
from flows.counts.stranded_tables import stranded_tables
from flows.editions.planned import count_edition
from flows.holdings.punctuality import calendar, punctuality
from flows.holdings.status import coverage_of
from flows.intake.ingest import ingest_file
from flows.warehouse import read_warehouse
from tests.warehouse import add_observations, add_vintage, empty
from transforms.countries import Country, country
from transforms.disclosure.cells import CountTable
from transforms.errors import WrongArguments
from transforms.indicators.windows import edition_period

VERSION_1 = """country,indicator,title,measure,period,responsible_body,evidence,unit,value,remark
XX,2.1,Staff trained,baseline,2019,MIA,B,person,0,SYNTHETIC
XX,2.1,Staff trained,target,2025,MIA,B,person,400,SYNTHETIC
XX,2.1,Staff trained,latest,2023-Q4,MIA,B,person,261,SYNTHETIC
"""


@pytest.fixture
def con() -> duckdb.DuckDBPyConnection:
    return empty()


def registrations(con: duckdb.DuckDBPyConnection, rows: str, day: str = "2024-01-16") -> None:
    add_vintage(con, 1, "migrant_registrations", day, "XX")
    add_observations(
        con, rows, vintage_id=1, source="migrant_registrations", stream="XX", ref_area="XX",
        series="stranded_migrants_registered",
    )  # fmt: skip


def tables(con: duckdb.DuckDBPyConnection, edition: str = "annual-2023", scope: str = "XX") -> dict[str, CountTable]:
    return {table.key: table for table in stranded_tables(Counter(con, scope, None), edition_period(edition))}


def cells(table: CountTable) -> dict[tuple[str, ...], tuple[float | None, str]]:
    return {cell.at: (cell.value, cell.obs_status) for cell in table.cells}


MONTHS = """
    time_period | year | value | category
    2020-03     | 2020 | 30    |
    2020-04     | 2020 | 20    |
    2020-03     | 2020 | 25    | stranded_in=TR
    2020-03     | 2020 | 5     | stranded_in=RU
    2020-04     | 2020 | 20    | stranded_in=TR
    2020-04     | 2020 | 0     | stranded_in=RU
    2020        | 2020 | 999   |
    """


def test_months_add_up_to_quarters_and_years_and_a_part_says_so(con: duckdb.DuckDBPyConnection) -> None:
    registrations(con, MONTHS)
    found = cells(tables(con)["stranded_migrants_registered_by_period"])
    assert found == {
        ("2020",): (50, "P"), ("2020-Q1",): (30, "P"), ("2020-Q2",): (20, "P"),
        ("2020-03",): (30, "A"), ("2020-04",): (20, "A"),
    }  # fmt: skip


def test_a_breakdown_adds_up_where_its_parts_do(con: duckdb.DuckDBPyConnection) -> None:
    registrations(con, MONTHS)
    table = tables(con)["stranded_migrants_registered_by_period_stranded_in"]
    assert table.additive == ("period", "stranded_in")
    assert cells(table)["2020", "TR"] == (45, "P") and cells(table)["2020", "total"] == (50, "P")


def test_a_total_that_is_not_the_sum_of_its_parts_binds_nothing(con: duckdb.DuckDBPyConnection) -> None:
    registrations(con, MONTHS.replace("| 25    | stranded_in=TR", "| 26    | stranded_in=TR"))
    assert tables(con)["stranded_migrants_registered_by_period_stranded_in"].additive == ("period",)


def test_a_month_without_a_figure_is_not_a_zero(con: duckdb.DuckDBPyConnection) -> None:
    registrations(con, MONTHS.replace("2020-04     | 2020 | 20    |\n", "2020-04     | 2020 |       |\n", 1))
    found = cells(tables(con)["stranded_migrants_registered_by_period"])
    assert ("2020-04",) not in found and found["2020",] == (30, "P")


def test_where_only_years_are_delivered_years_are_shown(con: duckdb.DuckDBPyConnection) -> None:
    registrations(con, "time_period | year | value\n2020 | 2020 | 40\n2021 | 2021 | 30")
    assert cells(tables(con)["stranded_migrants_registered_by_period"]) == {("2020",): (40, "A"), ("2021",): (30, "A")}


def test_quarters_are_counted_as_quarters(con: duckdb.DuckDBPyConnection) -> None:
    registrations(con, "time_period | year | value\n2020-Q1 | 2020 | 4\n2020-Q2 | 2020 | 6")
    assert cells(tables(con)["stranded_migrants_registered_by_period"]) == {
        ("2020",): (10, "P"), ("2020-Q1",): (4, "A"), ("2020-Q2",): (6, "A"),
    }  # fmt: skip
    assert indicator_rows(con, "stranded_migrants_registered", ("quarter",), scope="XX").rows() == [
        ("2020-Q1", 4, "A"), ("2020-Q2", 6, "A"),
    ]  # fmt: skip


def test_figures_after_the_edition_are_not_shown(con: duckdb.DuckDBPyConnection) -> None:
    registrations(con, MONTHS)
    assert tables(con, "annual-2019") == {}
    assert set(cells(tables(con, "monthly-2020-03")["stranded_migrants_registered_by_period"])) == {
        ("2020-Q1",), ("2020-03",),
    }  # fmt: skip


def test_the_world_has_no_stranded_migrants(con: duckdb.DuckDBPyConnection) -> None:
    registrations(con, MONTHS)
    assert tables(con, scope=WORLD) == {}


def test_a_part_that_exceeds_its_whole_is_not_bound_to_it(con: duckdb.DuckDBPyConnection) -> None:
    registrations(con, MONTHS)
    for more, within in (("30", "stranded_migrants_registered"), ("31", "")):
        add_vintage(con, 2 if within else 3, "migrant_registrations", "2024-02-01", f"XX {more}")
        add_observations(
            con, f"time_period | year | value\n2020-03 | 2020 | {more}", vintage_id=2 if within else 3, ref_area="XX",
            source="migrant_registrations", stream=f"XX {more}", series="stranded_migrants_wish_return",
        )  # fmt: skip
        table = tables(con)["stranded_migrants_wish_return_by_period"]
        assert table.within == (within if more == "30" else "")


def test_an_analyst_sees_needs_by_year_and_not_by_two_breakdowns_at_once(con: duckdb.DuckDBPyConnection) -> None:
    registrations(con, MONTHS)
    by_place = indicator_rows(con, "stranded_migrants_registered", ("year", "stranded_in"), scope="XX").rows()
    assert by_place == [(2020, "RU", 5, "A"), (2020, "TR", 45, "A")]
    with pytest.raises(WrongArguments, match="citizenship and stranded_in together"):
        indicator_rows(con, "stranded_migrants_registered", ("citizenship", "stranded_in"), scope="XX")


def plan_rows(con: duckdb.DuckDBPyConnection, rows: str) -> Any:
    add_vintage(con, 1, "action_plan", "2024-01-16", "XX")
    add_observations(con, rows, vintage_id=1, source="action_plan", stream="XX", ref_area="XX")
    return plan_of(Counter(con, "XX", None), (), date(2023, 12, 31))


def test_the_plan_of_a_country_is_read_from_what_is_current(con: duckdb.DuckDBPyConnection) -> None:
    found = plan_rows(
        con,
        """
        series               | time_period | year | value | unit  | category
        action_plan_baseline | 2019        | 2019 | 1     | event | indicator=1.1;body=MIA;title=A = b
        action_plan_latest   | 2023        | 2023 | 5     | event | indicator=1.1;body=MIA;title=A = b
        action_plan_target   | 2025        | 2025 | 9     | event | indicator=1.1;body=MIA;title=A = b
        """,
    )
    assert found.vintages == {1}
    assert [cell.value for table in found.tables.tables for cell in table.cells] == [1, 9, 5]
    assert found.tables.context[0]["titles"] == {"en": "A = b"}


def test_no_plan_is_none_and_the_world_has_none(con: duckdb.DuckDBPyConnection) -> None:
    assert plan_of(Counter(con, "XX", None), (), date(2023, 12, 31)) is None
    assert plan_of(Counter(con, WORLD, None), (), date(2023, 12, 31)) is None


def loaded(tmp_path: Path, text: str) -> Any:
    path = tmp_path / "action_plan_2024-01-16.csv"
    path.write_text(text, encoding="utf-8")
    return ingest_file(tmp_path / "home", path)


def test_a_file_of_version_1_still_loads_and_shows_its_figures(tmp_path: Path) -> None:
    accepted = loaded(tmp_path, VERSION_1)
    assert (accepted.rows_read, accepted.rows_accepted) == (3, 3)
    with read_warehouse(tmp_path / "home") as con:
        found = plan_of(Counter(con, "XX", None), (), date(2023, 12, 31))
    assert found is not None
    assert {table.key for table in found.tables.tables} == {"action_plan_person", "action_plan_person_targets"}
    assert found.tables.context[0]["goal"] == "2"


def test_a_measure_that_stands_twice_is_set_aside_though_its_title_differs(tmp_path: Path) -> None:
    again = "XX,2.1,Staff taught,latest,2023-Q4,MIA,B,person,262,SYNTHETIC\n"
    accepted = loaded(tmp_path, VERSION_1 + again)
    assert (accepted.rows_accepted, accepted.rows_quarantined) == (2, 2)


@pytest.mark.parametrize(
    ("wrong", "right"), [(",event,", ",evening,"), (",not_measured,", ",because,"), (",event,3", ",event,-3")]
)
def test_what_the_contract_does_not_know_is_set_aside(tmp_path: Path, wrong: str, right: str) -> None:
    head = "country,indicator,title,measure,period,responsible_body,evidence,why_missing,unit,value,remark\n"
    row = "XX,1.1,Days,latest,2023,MIA,B,not_measured,event,3,SYNTHETIC\n"
    target = "XX,1.1,Days,target,2025,MIA,B,not_measured,event,9,SYNTHETIC\n"
    accepted = loaded(tmp_path, head + target + row.replace(wrong, right))
    assert (accepted.rows_accepted, accepted.rows_quarantined) == (1, 1)


QUARTERLY = {"source": "case_register", "body": "MIA", "frequency": "quarter", "days_after_end": 25}
YEARLY = {"source": "population", "frequency": "year", "days_after_end": 365}


def with_deadlines(*deadlines: dict[str, Any]) -> Country:
    told = country("XX").model_dump()
    return Country.model_validate({**told, "deadlines": deadlines})


def delivered(*days: tuple[str, bool]) -> list[tuple[str, str | None, date, int, bool]]:
    return [("case_register", "MIA", date.fromisoformat(day), 9999, is_complete) for day, is_complete in days]


def test_deliveries_are_counted_from_the_first_period_that_a_body_delivered() -> None:
    held = delivered(("2023-04-20", True), ("2023-07-25", False), ("2023-11-01", True))
    found = punctuality(with_deadlines(QUARTERLY), held, date(2024, 1, 25))
    assert found == [
        {"source": "case_register", "body": "MIA", "first": "2023-Q1", "last": "2023-Q3", "due": 3, "received": 3,
         "late": 1, "complete": 2, "in_time": 2},
    ]  # fmt: skip
    on_the_day_after = punctuality(with_deadlines(QUARTERLY), held, date(2024, 1, 26))[0]
    assert [on_the_day_after[key] for key in ("last", "due", "received")] == ["2023-Q4", 4, 3]


def test_a_delivery_that_was_left_out_is_late_once_the_next_one_holds_it() -> None:
    held = delivered(("2023-04-20", True), ("2023-10-24", True))
    found = punctuality(with_deadlines(QUARTERLY), held, date(2023, 11, 1))[0]
    assert [found[key] for key in ("due", "received", "late", "in_time")] == [3, 3, 1, 2]


def test_of_a_body_that_never_delivered_the_last_deadline_counts() -> None:
    found = punctuality(with_deadlines(QUARTERLY, YEARLY), [], date(2024, 1, 10))
    assert [(one["due"], one["received"], one["first"]) for one in found] == [(1, 0, "2023-Q3"), (1, 0, "2022")]


def test_the_calendar_begins_with_what_is_overdue_and_looks_a_year_ahead() -> None:
    held = delivered(("2023-04-20", True), ("2023-07-25", True))
    found = calendar(with_deadlines(QUARTERLY, YEARLY), held, date(2023, 10, 26))
    assert [(one["due"], one["period"], one["is_overdue"]) for one in found] == [
        ("2022-12-31", "2021", True),
        ("2023-10-25", "2023-Q3", True),
        ("2023-12-31", "2022", False),
        ("2024-01-25", "2023-Q4", False),
        ("2024-04-25", "2024-Q1", False),
        ("2024-07-25", "2024-Q2", False),
        ("2024-10-25", "2024-Q3", False),
    ]


def test_what_came_before_it_was_due_is_not_in_the_calendar() -> None:
    held = delivered(("2024-01-12", True))
    assert "2023-Q4" not in {one["period"] for one in calendar(with_deadlines(QUARTERLY), held, date(2024, 1, 13))}


def test_the_same_day_gives_the_same_calendar_whatever_the_clock_says(monkeypatch: pytest.MonkeyPatch) -> None:
    held, day = delivered(("2023-04-20", True)), date(2023, 10, 26)
    before = calendar(with_deadlines(QUARTERLY), held, day), punctuality(with_deadlines(QUARTERLY), held, day)
    monkeypatch.setattr("time.time", lambda: 4e9)
    assert (calendar(with_deadlines(QUARTERLY), held, day), punctuality(with_deadlines(QUARTERLY), held, day)) == before


def test_an_edition_keeps_the_calendar_of_covid_apart_from_that_of_deliveries(small_home: Path) -> None:
    with read_warehouse(small_home) as con:
        context = count_edition(con, "annual-2022", "XX", date(2023, 7, 31)).inputs.context
    assert context["calendar"] == calendar_context(country("XX"))
    assert {(one["body"], one["period"]) for one in context["due_dates"]} >= {("MIA", "2023-Q2"), ("SSC", "2023")}


def test_what_an_empty_warehouse_covers_is_nothing(con: duckdb.DuckDBPyConnection) -> None:
    assert coverage_of(con, "XX", date(2024, 1, 1)) == []
