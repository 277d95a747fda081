"""What changed between two extracts: the published British restatements, and the sample country's lists."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest

import sample_data
from flows.holdings.revisions import changed_records, history, revisions
from flows.intake.ingest import ingest_file
from flows.warehouse import read_warehouse
from transforms.errors import NoData, WrongArguments
from transforms.tables import CASES, OBSERVATIONS, POPULATION

PROFILE = """
name = "uk_nrm"
title = "Referrals"
table = "core.observations"
stream = ["time_period"]
[vintage]
from = "column"
column = "release_date"
[fields.series]
constant = "referrals"
[fields.ref_area]
constant = "GB"
[fields.ref_area_type]
constant = "country"
[fields.time_period]
from = "period"
as = "period"
[fields.year]
from = "period"
as = "year_of_period"
[fields.sex]
constant = "total"
[fields.age_class]
constant = "total"
[fields.form]
constant = "total"
[fields.category]
constant = "total"
[fields.unit]
constant = "person"
[value]
from = "value"
"""


@pytest.fixture(scope="module")
def referrals(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with one extract per release of the British bulletins."""
    home = tmp_path_factory.mktemp("uk")
    (home / "profiles").mkdir()
    (home / "profiles" / "uk_nrm.toml").write_text(PROFILE, encoding="utf-8")
    with (shared_data / "uk_nrm" / "nrm_releases_to_2022.csv").open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    for day in sorted({row["release_date"] for row in rows}):
        lines = [f"{day},{row['period']},{row['value']}" for row in rows if row["release_date"] == day]
        path = home / f"{day}.csv"
        path.write_text("\n".join(["release_date,period,value", *lines]) + "\n", encoding="utf-8")
        assert ingest_file(home, path).rows_accepted == len(lines)
    return home


def test_the_published_restatements_come_out_as_published(referrals: Path) -> None:
    with read_warehouse(referrals) as con:
        quarter = revisions(con, "uk_nrm", OBSERVATIONS, date(2020, 8, 27), date(2020, 11, 5))
        year = revisions(con, "uk_nrm", OBSERVATIONS, date(2021, 5, 6), date(2022, 3, 3))
    place = quarter.columns.index("time_period")
    assert {(row[0], row[place], *row[-2:]) for row in quarter.rows} == {
        ("new", "2019-Q3", None, 2807.0),
        ("new", "2020-Q3", None, 2506.0),
        ("revised", "2020-Q2", 2209.0, 2207.0),
    }
    assert ("revised", "2020", 10613.0, 10601.0) in {(row[0], row[place], *row[-2:]) for row in year.rows}


def test_without_days_the_last_two_extracts_are_compared(referrals: Path) -> None:
    with read_warehouse(referrals) as con:
        found = revisions(con, "uk_nrm", OBSERVATIONS, None, None)
    assert (found.earlier, found.later) == (date(2022, 8, 11), date(2022, 11, 3))
    assert [(row[0], *row[-2:]) for row in found.rows if row[0] == "revised"] == [("revised", 4171.0, 4169.0)]


def test_a_figure_s_history_lists_each_value_with_the_day_it_was_known_from(referrals: Path) -> None:
    with read_warehouse(referrals) as con:
        columns, rows = history(con, "uk_nrm", OBSERVATIONS)
    place = columns.index("time_period")
    assert [row[-3:-1] for row in rows if row[place] == "2020-Q2"] == [("2020-08-27", 2209.0), ("2020-11-05", 2207.0)]
    assert not [row for row in rows if row[place] == "2019-Q3"]


def test_a_figure_in_another_unit_is_a_new_definition(tmp_path: Path) -> None:
    (tmp_path / "profiles").mkdir()
    text = PROFILE.replace('[fields.unit]\nconstant = "person"', '[fields.unit]\nfrom = "unit"\nas = "text"')
    (tmp_path / "profiles" / "uk_nrm.toml").write_text(text, encoding="utf-8")
    for day, unit in (("2021-01-01", "person"), ("2022-01-01", "per_100k")):
        path = tmp_path / f"{day}.csv"
        path.write_text(
            f"release_date,period,value,unit\n{day},2020,12,{unit}\n{day},2019,7,person\n", encoding="utf-8"
        )
        ingest_file(tmp_path, path, may_break=True)
    with read_warehouse(tmp_path) as con:
        found = revisions(con, "uk_nrm", OBSERVATIONS, None, None)
    assert [row[0] for row in found.rows] == ["definition changed"]


def lists(body: str, count: int) -> list[Path]:
    return sorted(path for path in sample_data.files() if path.name.startswith(f"case_register_{body}"))[-count:]


def test_records_give_late_registrations_corrections_and_new_cases_as_counts(tmp_path: Path) -> None:
    files = lists("MIA", 2)
    for path in files:
        ingest_file(tmp_path, path)
    with read_warehouse(tmp_path) as con:
        found = revisions(con, "case_register", CASES, None, None)
        before, after = (keyed(path) for path in files)
        assert found.columns == ("change", "body", "registered", "records")
    drawn = found.earlier.isoformat()
    new = {key for key in after.keys() - before.keys() if after[key]["registered_date"] > drawn}
    late = after.keys() - before.keys() - new
    changed = {key for key in after.keys() & before.keys() if content(after[key]) != content(before[key])}
    counted = dict.fromkeys(("new", "late registration", "corrected", "withdrawn"), 0)
    for row in found.rows:
        counted[str(row[0])] += int(str(row[-1]))
    assert counted == {
        "new": len(new),
        "late registration": len(late),
        "corrected": len(changed),
        "withdrawn": len(before.keys() - after.keys()),
    }
    assert counted["new"] > 0
    assert counted["corrected"] + counted["late registration"] > 0


def test_records_are_listed_by_file_and_row_with_what_changed_and_no_value(tmp_path: Path) -> None:
    files = lists("MIA", 2)
    for path in files:
        ingest_file(tmp_path, path)
    with read_warehouse(tmp_path) as con:
        found = changed_records(con, "case_register", CASES, None, None)
        counts = revisions(con, "case_register", CASES, None, None)
    before, after = (numbered(path) for path in files)
    changes = {str(row[0]) for row in found.rows}
    assert {"new", "corrected"} <= changes
    for change, body, registered, file, number, columns in found.rows:
        held, other = (before, after) if change == "withdrawn" else (after, before)
        assert (body, file) == ("MIA", files[0 if change == "withdrawn" else 1].name)
        record = held[int(str(number))]
        assert record["registered_date"].startswith(str(registered))
        earlier = next((row for row in other.values() if row["person_key"] == record["person_key"]), None)
        assert (earlier is not None) == (change == "corrected")
        assert bool(columns) == (change == "corrected")
        assert not any(len(text) > 3 and text in str(columns) for text in (record["person_key"], record["event_date"]))
    for change in changes:
        listed = sum(row[0] == change for row in found.rows)
        assert listed == sum(int(str(row[-1])) for row in counts.rows if row[0] == change)


def test_figures_are_no_records(tmp_path: Path) -> None:
    ingest_file(tmp_path, lists("MIA", 1)[0])
    with read_warehouse(tmp_path) as con, pytest.raises(NoData, match="holds figures"):
        changed_records(con, "population", POPULATION, None, None)


def numbered(path: Path) -> dict[int, dict[str, str]]:
    """Rows by the number that a spreadsheet shows."""
    with path.open(encoding="utf-8") as stream:
        return dict(enumerate(csv.DictReader(stream), start=2))


def keyed(path: Path) -> dict[str, dict[str, str]]:
    with path.open(encoding="utf-8") as stream:
        return {row["person_key"]: row for row in csv.DictReader(stream)}


def content(row: dict[str, str]) -> dict[str, str]:
    return {key: text for key, text in row.items() if key not in ("record_no", "extract_date", "remark")}


def test_two_population_tables_are_compared_figure_by_figure(tmp_path: Path) -> None:
    for path in sorted(item for item in sample_data.files() if item.name.startswith("population")):
        ingest_file(tmp_path, path)
    with read_warehouse(tmp_path) as con:
        found = revisions(con, "population", POPULATION, None, None)
    assert {row[0] for row in found.rows} == {"revised"}
    assert all(row[-1] != row[-2] for row in found.rows)


def test_what_cannot_be_compared_is_refused(tmp_path: Path) -> None:
    ingest_file(tmp_path, lists("MIA", 1)[0])
    with read_warehouse(tmp_path) as con:
        with pytest.raises(NoData, match="nothing to compare"):
            revisions(con, "case_register", CASES, None, None)
        with pytest.raises(NoData, match="no extract of"):
            revisions(con, "stringency", OBSERVATIONS, None, None)
        with pytest.raises(WrongArguments, match="is not before"):
            revisions(con, "case_register", CASES, date(2024, 5, 1), date(2024, 4, 1))
        with pytest.raises(NoData, match="records of persons"):
            history(con, "case_register", CASES)
