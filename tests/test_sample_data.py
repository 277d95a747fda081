"""The sample data: the same bytes from the same seed, synthetic throughout, and true to what it says of itself."""

from __future__ import annotations

import csv
import json
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

import sample_data
from sample_data.generate import write
from transforms import codes
from transforms.countries import country

CASE_FILES = tuple(path for path in sample_data.files() if path.name.startswith("case_register_"))
WORKBOOKS = tuple(path for path in sample_data.files() if path.suffix == ".xlsx")
MULTIPLE = ("form", "sector", "means_of_control", "recruiter_relation", "recruitment_channel")


@cache
def truth() -> dict[str, Any]:
    told: dict[str, Any] = json.loads(sample_data.truth().read_text("utf-8"))
    return told


@cache
def lines_of(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def rows_of(path: Path) -> list[dict[str, str]]:
    header, *lines = lines_of(path)
    return [dict(zip(header, line, strict=False)) for line in lines]


@cache
def final_rows() -> list[dict[str, str]]:
    latest = {path.name.split("_")[2]: path for path in sorted(CASE_FILES)}
    return [row for path in latest.values() for row in rows_of(path)]


def words(codelist: codes.CodeList) -> set[str]:
    return {"", "Unknown", *codelist.values, *(code.standard for code in codelist.codes if code.standard)}


def test_the_generator_writes_the_committed_files_byte_for_byte(tmp_path: Path) -> None:
    written = {path.relative_to(tmp_path).as_posix(): path.read_bytes() for path in write(tmp_path)}
    folder = sample_data.path().parent
    committed = {path.relative_to(folder).as_posix(): path.read_bytes() for path in sample_data.files()}
    committed["truth.json"] = sample_data.truth().read_bytes()
    assert sorted(written) == sorted(committed)
    assert [name for name in written if written[name] != committed[name]] == []


def test_the_files_are_small() -> None:
    assert sum(path.stat().st_size for path in sample_data.files()) < 6_000_000


@pytest.mark.parametrize("path", CASE_FILES, ids=lambda path: path.name)
def test_every_case_row_says_synthetic(path: Path) -> None:
    assert {row["remark"] for row in rows_of(path)} == {"SYNTHETIC"}


@pytest.mark.parametrize("path", WORKBOOKS, ids=lambda path: path.name)
def test_every_workbook_says_synthetic_in_its_first_rows(path: Path) -> None:
    sheet = load_workbook(path).worksheets[0]
    assert any("SYNTHETIC" in str(sheet.cell(row, 1).value) for row in range(1, 5))


@pytest.mark.parametrize("path", CASE_FILES, ids=lambda path: path.name)
def test_a_list_has_as_many_rows_as_it_says(path: Path) -> None:
    assert len(rows_of(path)) == truth()["records"][path.name]


def test_the_final_lists_hold_nothing_but_known_codes() -> None:
    lists = {
        "status": codes.STATUS, "sex": codes.SEX, "form": codes.FORM, "sector": codes.SECTOR,
        "means_of_control": codes.MEANS_OF_CONTROL, "recruiter_relation": codes.RECRUITER_RELATION,
        "recruitment_channel": codes.RECRUITMENT_CHANNEL, "identification_channel": codes.IDENTIFICATION_CHANNEL,
        "identified_by": codes.IDENTIFIED_BY,
    }  # fmt: skip
    strays = {
        (column, word)
        for row in final_rows()
        for column, codelist in lists.items()
        for word in (row[column].split(";") if column in MULTIPLE else [row[column]])
        if word not in words(codelist)
    }
    assert strays == set()


def test_the_final_lists_use_the_regions_and_bodies_of_the_country_profile() -> None:
    profile = country("XX")
    assert {row["region"] for row in final_rows()} <= {"", "Unknown", *(region.code for region in profile.regions)}
    assert {row["body"] for row in final_rows()} <= {body.code for body in profile.bodies}


def test_dates_of_the_final_lists_are_in_order() -> None:
    for row in final_rows():
        event = row["event_date"]
        assert event <= row["registered_date"] <= row["extract_date"]
        assert not row["identified_date"] or event <= row["identified_date"] <= row["extract_date"]


def test_persons_stand_in_several_lists_and_once_in_each() -> None:
    pairs = Counter((row["body"], row["person_key"]) for row in final_rows())
    persons = Counter(person for _, person in pairs)
    assert set(pairs.values()) == {1}
    assert {1, 2, 3} == set(persons.values())


def test_months_hold_five_to_thirty_registered_persons() -> None:
    months = truth()["persons_by_month"]["registered"]
    assert len(months) == 96
    assert 5 <= min(months.values()) <= max(months.values()) <= 30


def test_identified_persons_of_a_year_are_as_told() -> None:
    first: dict[str, str] = {}
    for row in sorted(final_rows(), key=lambda row: row["identified_date"], reverse=True):
        if row["identified_date"]:
            first[row["person_key"]] = row["identified_date"]
    assert Counter(day[:4] for day in first.values()) == truth()["persons_by_year"]["identified"]


def test_later_deliveries_bring_late_registrations_to_earlier_years() -> None:
    known = truth()["persons_by_year_as_of"]
    assert known["2021-01-24"]["identified"]["2020"] < known["2022-01-24"]["identified"]["2020"]


def test_records_are_corrected_and_withdrawn_between_deliveries() -> None:
    early, late = (
        {
            (row["body"], row["person_key"]): row
            for path in CASE_FILES
            if f"_{year}-01-" in path.name
            for row in rows_of(path)
        }
        for year in (2022, 2024)
    )
    both = early.keys() & late.keys()
    changed = {column for key in both for column in late[key] if early[key][column] != late[key][column]}
    sexes = Counter((early[key]["sex"], late[key]["sex"]) for key in both)
    assert len(early.keys() - late.keys()) >= 1
    assert {"sex", "form", "status", "country_of_exploitation"} <= changed
    assert sexes["Feminine", "Masculine"] + sexes["Masculine", "Feminine"] >= 1


def test_the_flawed_file_has_the_faults_it_is_said_to_have() -> None:
    told = truth()["flawed_file"]
    lines = lines_of(sample_data.path() / told["file"])
    faults = {fault["fault"]: lines[fault["line"] - 1] for fault in told["faults"]}
    keys = [line[3] for line in lines]
    assert len(lines) - 1 == told["rows_read"] == told["rows_accepted"] + told["rows_quarantined"]
    assert [len(line) for line in lines if len(line) != len(lines[0])] == [24]
    assert len(faults["ragged row"]) == 24
    assert keys.count(faults["duplicate key"][3]) == 2
    assert faults["no such day"][6] == "2023-02-30"


def test_covid_brings_fewer_border_detections_and_more_self_reports() -> None:
    def share(channel: str, years: tuple[str, ...]) -> float:
        channels = [row["identification_channel"] for row in final_rows() if row["registered_date"][:4] in years]
        return channels.count(channel) / len(channels)

    assert share("border", ("2020", "2021")) < 0.6 * share("border", ("2018", "2019"))
    assert share("self_report", ("2020", "2021")) > 2 * share("self_report", ("2018", "2019"))


def test_a_form_recruited_online_appears_in_2021() -> None:
    years = {row["registered_date"][:4] for row in final_rows() if "J_Information" in row["sector"]}
    assert min(years) == "2021"


@pytest.mark.parametrize("year", range(2016, 2024))
def test_a_justice_form_shows_the_figures_it_is_said_to_show(year: int) -> None:
    sheet = load_workbook(sample_data.path() / f"crime_justice_{year}.xlsx")["Форма 1"]
    told = truth()["justice"][str(year)]
    assert [sheet["B7"].value, sheet["C7"].value, sheet["J7"].value] == [
        "XX", told["offences_recorded"], told["persons_convicted"]["total"],
    ]  # fmt: skip
    shown = {sheet.cell(row, 2).value: sheet.cell(row, 3).value for row in range(8, 14)}
    assert {code: 0 if cell == "-" else cell for code, cell in shown.items()} == told["offences_recorded_by_region"]


def test_the_justice_forms_use_every_sign() -> None:
    cells = {
        cell.value
        for path in WORKBOOKS
        if path.name.startswith("crime_justice_")
        for row in load_workbook(path).worksheets[0].iter_rows(min_row=7, max_row=13, min_col=3)
        for cell in row
    }
    assert {cell for cell in cells if isinstance(cell, str)} == {"-", "…", "х"}


def test_the_later_population_table_revises_the_earlier_one_down() -> None:
    earlier, later = truth()["population_thousands"].values()
    assert all(later[year]["female"] < earlier[year]["female"] for year in earlier)
    assert 5_500 < sum(later["2016"].values()) < 6_500


def test_some_population_cells_are_text_with_a_decimal_comma() -> None:
    sheet = load_workbook(sample_data.path() / "population_2023-11-15.xlsx")["Население"]
    texts = [cell.value for row in sheet.iter_rows(min_row=7, max_row=24, min_col=2) for cell in row]
    assert any(isinstance(text, str) and "," in text for text in texts)
    assert any(isinstance(text, float) for text in texts)
