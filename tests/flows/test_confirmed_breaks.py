"""A break that was confirmed is written down, marked at its first figure, and shown wherever the figure is."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

import sample_data
from flows.counts.counting import Counter
from flows.counts.edition_tables import observed_tables
from flows.holdings.revisions import revisions
from flows.home import Home, Settings, write_settings
from flows.intake.breaks import breaks_of
from flows.intake.ingest import ingest_file
from flows.warehouse import read_warehouse
from reports import words
from tests.flows.test_breaks import OWN, refusal, scaled
from transforms.countries import country
from transforms.errors import FileRejected
from transforms.indicators.windows import edition_period
from transforms.tables import OBSERVATIONS, POPULATION

DAY = date(2024, 2, 1)
SAMPLES = {path.name: path for path in sample_data.files()}
BY_YEAR = OWN.replace("stream = []", 'stream = ["time_period"]')


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with a profile of figures of which each year replaces only itself."""
    folder = tmp_path / "home"
    write_settings(Home(folder=folder).create(), Settings(country="XX", languages=("en", "ru", "tk")))
    (folder / "profiles").mkdir(exist_ok=True)
    (folder / "profiles" / "uk_nrm.toml").write_text(BY_YEAR, encoding="utf-8")
    return folder


def yearly(folder: Path, day: str, *figures: tuple[int, object], unit: str = "person") -> Path:
    path = folder / f"{day}.csv"
    lines = [f"{day},{year},{figure},{unit}" for year, figure in figures]
    path.write_text("\n".join(["release_date,period,value,unit", *lines]) + "\n", encoding="utf-8")
    return path


def current(home: Path) -> dict[str, tuple[float, str]]:
    with read_warehouse(home) as con:
        found = con.execute(
            "SELECT time_period, value, obs_status FROM core.observations_as_of(DATE '2030-01-01') ORDER BY 1"
        ).fetchall()
    return {period: (value, status) for period, value, status in found}


def recorded(home: Path) -> list[tuple[Any, ...]]:
    with read_warehouse(home) as con:
        return con.execute(
            "SELECT vintage_id, series, time_period, kind, unit_before, unit FROM raw.breaks ORDER BY ALL"
        ).fetchall()


def changes(home: Path) -> list[tuple[Any, ...]]:
    with read_warehouse(home) as con:
        found = revisions(con, "uk_nrm", OBSERVATIONS, None, None)
    return [(row[0], row[found.columns.index("time_period")], *row[-2:]) for row in found.rows]


def test_the_first_figure_of_the_new_level_is_marked_and_the_next_years_are_not_stopped(
    home: Path, tmp_path: Path
) -> None:
    ingest_file(home, yearly(tmp_path, "2021-01-01", (2018, 5100), (2019, 5200), (2020, 5300)))
    path = yearly(tmp_path, "2022-01-01", (2021, 5_400_000))
    refusal(home, path)
    taken = ingest_file(home, path, may_break=True)
    assert "marked as a break in the series" in taken.notes[-2] and "about 1000 times" in taken.notes[-1]
    assert recorded(home) == [(2, "referrals", "2021", "new level", "person", "person")]
    assert current(home)["2021"] == (5_400_000, "B") and current(home)["2020"] == (5300, "A")
    assert changes(home) == [("definition changed", "2021", None, 5_400_000.0)]
    ingest_file(home, yearly(tmp_path, "2023-01-01", (2022, 5_500_000)))
    assert changes(home) == [("new", "2022", None, 5_500_000.0)]
    assert "about 970 times smaller" in refusal(home, yearly(tmp_path, "2024-01-01", (2023, 5600)))


def test_a_later_file_that_brings_the_figure_again_keeps_the_mark(home: Path, tmp_path: Path) -> None:
    ingest_file(home, yearly(tmp_path, "2021-01-01", (2019, 5200), (2020, 5300)))
    ingest_file(home, yearly(tmp_path, "2022-01-01", (2021, 5_400_000)), may_break=True)
    ingest_file(home, yearly(tmp_path, "2023-01-01", (2020, 5310), (2021, 5_400_100)))
    assert current(home) == {"2019": (5200, "A"), "2020": (5310, "A"), "2021": (5_400_100, "B")}
    assert changes(home) == [("revised", "2020", 5300.0, 5310.0), ("revised", "2021", 5_400_000.0, 5_400_100.0)]
    with read_warehouse(home) as con:
        since = revisions(con, "uk_nrm", OBSERVATIONS, date(2021, 1, 1), date(2023, 1, 1))
        before = con.execute("SELECT count(*) FROM core.observations WHERE vintage_id = 1 AND obs_status = 'A'")
        assert before.fetchall() == [(2,)]  # nothing that was loaded earlier is touched
    assert {row[0] for row in since.rows} == {"revised", "definition changed"}


def test_a_history_sent_again_in_another_scale_has_changed_its_definition(home: Path, tmp_path: Path) -> None:
    years = range(2010, 2021)
    ingest_file(home, yearly(tmp_path, "2021-01-01", *[(year, year) for year in years]))
    path = yearly(tmp_path, "2022-01-01", *[(year, year * (1000 if year > 2012 else 1)) for year in years])
    refusal(home, path)
    ingest_file(home, path, may_break=True)
    assert recorded(home) == [(2, "referrals", "2013", "scale", "person", "person")]
    assert [period for period, (_, status) in current(home).items() if status == "B"] == ["2013"]
    assert [row[:2] for row in changes(home)] == [("definition changed", str(year)) for year in range(2013, 2021)]


def test_a_new_unit_is_a_break_at_its_first_year(home: Path, tmp_path: Path) -> None:
    ingest_file(home, yearly(tmp_path, "2021-01-01", (2019, 64), (2020, 61)))
    path = yearly(tmp_path, "2022-01-01", (2021, 1.07), (2022, 1.2), unit="per_100k")
    refusal(home, path)
    ingest_file(home, path, may_break=True)
    assert recorded(home) == [(2, "referrals", "2021", "new unit", "person", "per_100k")]
    assert [row[:2] for row in changes(home)] == [("definition changed", "2021"), ("new", "2022")]


def test_a_break_that_is_not_confirmed_leaves_nothing(home: Path, tmp_path: Path) -> None:
    ingest_file(home, yearly(tmp_path, "2021-01-01", (2019, 5200), (2020, 5300)))
    refusal(home, yearly(tmp_path, "2022-01-01", (2021, 5_400_000)))
    ingest_file(home, yearly(tmp_path, "2022-01-02", (2021, 5400)), may_break=True)
    assert recorded(home) == [] and {status for _, status in current(home).values()} == {"A"}


def test_a_dry_run_knows_of_the_break_that_was_confirmed(home: Path, tmp_path: Path) -> None:
    ingest_file(home, yearly(tmp_path, "2021-01-01", (2019, 5200), (2020, 5300)))
    ingest_file(home, yearly(tmp_path, "2022-01-01", (2021, 5_400_000)), may_break=True)
    trial = ingest_file(home, yearly(tmp_path, "2023-01-01", (2022, 5_500_000)), dry_run=True)
    assert trial.verdict == "accepted"
    with pytest.raises(FileRejected):
        ingest_file(home, yearly(tmp_path, "2023-01-02", (2022, 5500)), dry_run=True)


def test_a_warehouse_of_an_earlier_version_still_tells_its_revisions(home: Path, tmp_path: Path) -> None:
    ingest_file(home, yearly(tmp_path, "2021-01-01", (2019, 5200)))
    ingest_file(home, yearly(tmp_path, "2022-01-01", (2019, 5201)))
    with duckdb.connect(str(home / "warehouse.duckdb")) as con:
        con.execute("DROP TABLE raw.breaks")
        con.execute("DROP TABLE raw.withdrawals")
    assert changes(home) == [("revised", "2019", 5200.0, 5201.0)]
    assert ingest_file(home, yearly(tmp_path, "2023-01-01", (2020, 5300)), dry_run=True).verdict == "accepted"


def test_the_mark_goes_with_the_figure_into_indicators_and_the_edition(
    tip_trends: Callable[..., Any], home: Path, tmp_path: Path
) -> None:
    for year in (2021, 2022):
        ingest_file(home, SAMPLES[f"crime_justice_{year}.xlsx"], received_on=date(year + 1, 2, 1))
    ingest_file(home, scaled(tmp_path / "form.xlsx", 1000), received_on=DAY, may_break=True)
    ran = tip_trends("--home", home, "indicators", "offences_recorded", "--format", "json")
    rows = json.loads(ran.out)
    assert [(row["year"], row["obs_status"]) for row in rows] == [(2021, "A"), (2022, "A"), (2023, "B")]
    with read_warehouse(home) as con:
        tables = observed_tables(Counter(con, "XX", None), edition_period("annual-2023"), country("XX"))
    cells = {
        cell.at: cell.obs_status for table in tables for cell in table.cells if table.indicator == "offences_recorded"
    }
    assert {at: status for at, status in cells.items() if "2023" in at and status == "B"}
    assert not [at for at, status in cells.items() if "2022" in at and status == "B"]
    assert words.FLAGS["B"] == ("b", "break in series")
    told = tip_trends("--home", home, "revisions", "crime_justice", "--format", "csv")
    lines = [line.split(",") for line in told.out.splitlines()[1:]]
    assert {line[0] for line in lines if line[1] == "offences_recorded"} == {"definition changed"}


def test_a_population_that_turns_to_thousands_is_marked_in_its_first_year(home: Path, tmp_path: Path) -> None:
    ingest_file(home, SAMPLES["population_2023-02-15.xlsx"], received_on=date(2023, 3, 1))
    with duckdb.connect(str(home / "warehouse.duckdb")) as con:
        con.execute("UPDATE core.population SET persons = persons / 1000")
    ingest_file(home, SAMPLES["population_2023-11-15.xlsx"], received_on=date(2023, 12, 1), may_break=True)
    with read_warehouse(home) as con:
        marked = con.execute("SELECT DISTINCT year FROM core.population WHERE obs_status = 'B'").fetchall()
        first = con.execute("SELECT min(year) FROM core.population WHERE vintage_id = 2").fetchall()
        found = revisions(con, "population", POPULATION, None, None)
    assert marked == first
    assert {row[0] for row in found.rows} == {"definition changed"}


def test_cases_have_no_scale_to_break() -> None:
    from flows.holdings.replaced import Vintage
    from transforms.tables import CASES

    with duckdb.connect() as con:
        assert breaks_of(con, Vintage(table=CASES, vintage_id=1, source="x", date=DAY)) == ()
