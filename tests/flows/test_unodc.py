"""The UNODC workbook of 30 May 2023 gives the figures that were computed independently of this project."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import pytest

from flows.counts.counting import Counter
from flows.counts.estimate import edition_inputs
from flows.counts.kept_estimates import unprotected_answers
from flows.counts.question import question_of
from flows.holdings.replaced import Vintage
from flows.intake.ingest import Acceptance
from flows.intake.levels import level_shifts
from flows.warehouse import create_schema, warehouse_path
from transforms.countries import country
from transforms.indicators.editions import PANEL_KEY
from transforms.indicators.windows import edition_period
from transforms.tables import OBSERVATIONS


@pytest.fixture
def warehouse(unodc: tuple[Acceptance, Path]) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(warehouse_path(unodc[1])), read_only=True) as con:
        yield con


MATCHED = """
    WITH totals AS (
      SELECT ref_area, ref_area_type, year, value FROM core.observations
      WHERE series = 'victims_detected' AND form = 'total' AND category = 'total' AND sex = 'total'
        AND age_class = 'total')
    SELECT ref_area_type, count(*), sum(earlier.value), sum(later.value)
    FROM totals earlier JOIN totals later USING (ref_area, ref_area_type)
    WHERE earlier.year = 2019 AND later.year = 2020 GROUP BY ALL ORDER BY ALL
"""


def test_the_acceptance_counts_every_row_and_names_every_rule(unodc: tuple[Acceptance, Path]) -> None:
    acceptance = unodc[0]
    assert acceptance.verdict == "partly accepted"
    assert (acceptance.rows_read, acceptance.rows_accepted, acceptance.rows_quarantined) == (46_556, 45_651, 905)
    assert {problem.rule: problem.count for problem in acceptance.problems} == {
        "conflicting_key": 461,
        "duplicate_row": 255,
        "unknown_code:Category": 163,
        "empty:Iso3_code": 26,
    }


def test_the_date_stamp_of_the_sheet_is_the_day_of_the_vintage(unodc: tuple[Acceptance, Path]) -> None:
    assert unodc[0].vintage_date == date(2023, 5, 30)


def test_detected_victims_fell_by_9_7_percent_over_the_112_countries_with_both_years(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    assert warehouse.execute(MATCHED).fetchall() == [
        ("aggregate", 3, 3659.0, 2348.0),
        ("country", 112, 48_968.0, 44_198.0),
    ]


def test_rows_without_a_country_name_are_aggregates_and_none_is_lost(warehouse: duckdb.DuckDBPyConnection) -> None:
    found = warehouse.execute(
        "SELECT count(*), list_sort(list_distinct(list(ref_area))) FROM core.observations "
        "WHERE ref_area_type = 'aggregate'"
    ).fetchall()
    assert found == [(957, ["ABW+CUW", "CAR", "CAS", "EEU", "MCA", "MCN", "SAF", "SAM"])]


def test_less_than_five_is_two_with_its_bounds_and_an_estimate(warehouse: duckdb.DuckDBPyConnection) -> None:
    found = warehouse.execute(
        "SELECT DISTINCT value, lower, upper, obs_status::VARCHAR FROM core.observations WHERE obs_status = 'E'"
    ).fetchall()
    assert found == [(2.0, 0.0, 4.0, "E")]


def test_turkmenistan_has_no_total_from_2018_on_and_only_small_counts_by_form(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    found = warehouse.execute(
        "SELECT year, form, upper FROM core.observations WHERE ref_area = 'TM' AND year >= 2018 ORDER BY ALL"
    ).fetchall()
    forms = ("forced_labour", "other", "sexual_exploitation")
    assert found == [(year, form, 4.0) for year in (2018, 2019, 2020) for form in forms]


def test_citizenships_in_any_spelling_are_one_code(warehouse: duckdb.DuckDBPyConnection) -> None:
    found = warehouse.execute(
        "SELECT category, count(*) FROM core.observations WHERE category IN ('citizenship=TR', 'citizenship=NA') "
        "GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    assert found == [("citizenship=NA", 9), ("citizenship=TR", 49)]


def test_quarantine_names_the_cell_of_each_refused_row(warehouse: duckdb.DuckDBPyConnection) -> None:
    first = warehouse.execute(
        "SELECT sheet, cell, record_no FROM quarantine.rows WHERE rule = 'unknown_code:Category' ORDER BY record_no"
    ).fetchone()
    assert first == ("data_glotip_1", "G321", 321)
    rows = warehouse.execute("SELECT count(DISTINCT record_no) FROM quarantine.rows").fetchone()
    assert rows == (905,)


@pytest.mark.parametrize(("factor", "is_said"), [(1, False), (1000, True)])
def test_no_year_of_the_source_is_a_break_not_even_that_of_the_pandemic_but_thousands_are(
    unodc: tuple[Acceptance, Path], factor: int, is_said: bool
) -> None:
    """Each year as a delivery of its own, held against the years before it."""
    with duckdb.connect() as con:
        create_schema(con)
        con.execute(f"ATTACH '{warehouse_path(unodc[1])}' AS whole (READ_ONLY)")
        con.execute("INSERT INTO raw.vintages SELECT * REPLACE (1 AS vintage_id) FROM whole.raw.vintages")
        con.execute("INSERT INTO raw.vintage_streams VALUES (1, 'old', 1)")
        for year in (2008, 2012, 2017, 2020, 2021):
            con.execute("DELETE FROM core.observations")
            con.execute(
                "INSERT INTO core.observations SELECT * REPLACE (CASE WHEN year < $1 THEN 1 ELSE 2 END AS vintage_id, "
                "CASE WHEN year < $1 THEN 'old' ELSE 'new' END AS stream, "
                "CASE WHEN year < $1 THEN value ELSE value * $2 END AS value) "
                "FROM whole.core.observations WHERE year <= $1",
                [year, factor],
            )
            new = Vintage(table=OBSERVATIONS, vintage_id=2, source="unodc_tip", date=date(2024, 1, 1))
            assert bool(level_shifts(con, new)) is is_said, year


def test_along_time_only_the_countries_that_reported_every_year_are_compared(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    inputs = edition_inputs(warehouse, "annual-2020", scope="world", as_of=None)
    panel = next(table for table in inputs.table_set.tables if table.key == PANEL_KEY)
    years = [int(cell.at[0]) for cell in panel.cells]
    assert years == list(range(2015, 2021))
    sums = dict(
        warehouse.execute(
            "WITH t AS (SELECT ref_area, year, value FROM core.observations WHERE series = 'victims_detected' "
            "AND form = 'total' AND category = 'total' AND sex = 'total' AND age_class = 'total' "
            "AND ref_area_type = 'country' AND value IS NOT NULL AND year BETWEEN 2015 AND 2020), "
            "every AS (SELECT ref_area FROM t GROUP BY ref_area HAVING count(DISTINCT year) = 6) "
            "SELECT year, sum(value) FROM t SEMI JOIN every USING (ref_area) GROUP BY year"
        ).fetchall()
    )
    assert {int(cell.at[0]): cell.value for cell in panel.cells} == sums
    answered = unprotected_answers(inputs)
    assert answered["covid:victims_detected_panel"].details["observed"] == sums[2020]
    for series in ("persons_convicted", "victims_detected"):
        refusal = answered[f"trend:{series}"].refusal
        assert refusal is not None and refusal.code == "countries_differ"


def test_without_records_of_cases_the_figures_of_unodc_lead_and_say_over_how_many_countries_they_are(
    warehouse: duckdb.DuckDBPyConnection,
) -> None:
    context = edition_inputs(warehouse, "annual-2020", scope="world", as_of=None).context
    assert context["headline"] == "victims_detected"
    told = context["countries_reporting"]["persons_convicted_by_period"]
    counted = warehouse.execute(
        "SELECT year, count(DISTINCT ref_area) FROM core.observations WHERE series = 'persons_convicted' AND value "
        "IS NOT NULL AND form = 'total' AND category = 'total' AND sex = 'total' AND age_class = 'total' "
        "AND ref_area_type = 'country' AND year <= 2020 GROUP BY ALL"
    ).fetchall()
    assert told == {str(year): number for year, number in counted}
    assert (told["2016"], told["2020"]) == (75, 79)


def test_the_figures_of_one_country_are_no_sums_over_countries(warehouse: duckdb.DuckDBPyConnection) -> None:
    inputs = edition_inputs(warehouse, "annual-2017", scope="TM", as_of=None)
    assert inputs.context["countries_reporting"] == {}
    assert not [table.key for table in inputs.table_set.tables if table.sums_other_countries]


@pytest.mark.parametrize(("edition", "is_asked"), [("annual-2017", False), ("annual-2020", True)])
def test_an_edition_before_the_pandemic_is_not_held_against_other_countries_in_it(
    warehouse: duckdb.DuckDBPyConnection, edition: str, is_asked: bool
) -> None:
    counter = Counter(warehouse, "TM", None)
    question = question_of(counter, edition_period(edition), country("TM"), None, ("unodc_tip",), {})
    assert bool(question.comparators) is is_asked
