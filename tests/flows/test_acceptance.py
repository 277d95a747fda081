"""Acceptance reports as files: where they lie, what they count, and that no value of a case leaves the list."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from openpyxl import load_workbook

import sample_data
from flows.holdings.received import digest
from flows.home import Home, Settings, write_settings
from flows.intake import acceptance as files
from flows.intake.acceptance import keep_acceptance
from flows.intake.ingest import ingest_file
from transforms.acceptance import Acceptance
from transforms.errors import FileRejected, IdentifierFound, ProfileInvalid
from transforms.sources.identifiers import looks_personal
from transforms.sources.noted import closest
from transforms.sources.registry import profile, profiles

DAY = date(2023, 7, 21)
SAMPLES = {path.name: path for path in sample_data.files()}
REGISTER = profile("case_register").headers
LANGUAGES = ("en", "ru", "tk")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home of the sample country in all languages."""
    folder = tmp_path / "home"
    write_settings(Home(folder=folder).create(), Settings(country="XX", languages=LANGUAGES))
    return folder


def cases(path: Path, *changes: dict[str, str], day: str = "2023-07-20", body: str = "NGO") -> Path:
    """A case list of one sound row per change, with that change made to it."""
    lines = [",".join(REGISTER)]
    for number, change in enumerate(changes):
        row = dict.fromkeys(REGISTER, "") | {
            "reporting_country": "XX",
            "body": body,
            "person_key": f"{number:016x}",
            "status": "ActualVictimOfTrafficking",
            "registered_date": "2022-03-01",
            "sex": "Feminine",
            "age": "17",
            "extract_date": day,
        }
        lines.append(",".join((row | change)[header] for header in REGISTER))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def form(path: Path, changes: dict[str, object], year: int = 2023) -> Path:
    """The crime and justice form of a year with some cells changed."""
    book = load_workbook(SAMPLES[f"crime_justice_{year}.xlsx"])
    for address, value in changes.items():
        book.worksheets[0][address] = value
    book.save(path)
    return path


def kept(home: Path, sha256: str) -> dict[str, Any]:
    """The report for programs."""
    content: dict[str, Any] = json.loads((home / "acceptance" / f"{sha256[:12]}.json").read_text(encoding="utf-8"))
    return content


def pages(home: Path, sha256: str) -> dict[str, str]:
    """The pages of a file by language."""
    paths = {language: home / "acceptance" / f"{sha256[:12]}.{language}.html" for language in LANGUAGES}
    return {language: path.read_text(encoding="utf-8") for language, path in paths.items()}


def everything_said(home: Path) -> str:
    """All that the folder of reports holds."""
    return "".join(path.read_text(encoding="utf-8") for path in (home / "acceptance").iterdir())


def test_a_page_per_language_of_the_home_lies_beside_the_json(home: Path) -> None:
    taken = ingest_file(home, SAMPLES["case_register_NGO_2023-07-20.csv"], received_on=DAY)
    assert {path.name.removeprefix(taken.sha256[:12]) for path in (home / "acceptance").iterdir()} == {
        ".en.html", ".ru.html", ".tk.html", ".json",
    }  # fmt: skip
    for language, html in pages(home, taken.sha256).items():
        assert f'<html lang="{language}"' in html and "not translated" not in html


def test_a_home_without_settings_writes_english_only(tmp_path: Path) -> None:
    ingest_file(tmp_path / "home", SAMPLES["case_register_NGO_2023-07-20.csv"], received_on=DAY)
    assert sorted(path.suffixes[-2:] for path in (tmp_path / "home" / "acceptance").glob("*.html")) == [
        [".en", ".html"]
    ]


def test_the_sample_list_is_reported_with_its_eight_flawed_rows_and_its_deadline(home: Path) -> None:
    ingest_file(home, SAMPLES["case_register_NGO_2023-04-20.csv"], received_on=date(2023, 4, 20))
    taken = ingest_file(home, SAMPLES["case_register_NGO_2023-07-20.csv"], received_on=DAY)
    assert (taken.rows_read, taken.rows_accepted, taken.rows_quarantined, taken.years) == (697, 689, 8, (2016, 2023))
    assert taken.timeliness is not None and taken.comparison is not None
    assert (taken.timeliness.period, taken.timeliness.due) == ("2023-Q2", date(2023, 7, 25))
    found = {problem.rule: (problem.family, problem.letters, problem.spans) for problem in taken.problems}
    assert found["event_after_registration"] == ("order", ("F",), ((300, 300),))
    assert found["duplicate_person"] == ("duplicate_person", (), ((698, 698),))
    assert found["unknown_code:sex"] == ("unknown_code", ("J",), ((83, 83),))
    compared = taken.comparison
    assert compared.before + compared.added - compared.gone == taken.rows_accepted
    html = pages(home, taken.sha256)
    assert "Send it by 25 July 2023." in html["en"] and "не позднее 25 июля 2023" in html["ru"]


def test_no_value_of_a_case_is_in_the_reports_of_a_list(home: Path, tmp_path: Path) -> None:
    path = cases(
        tmp_path / "list.csv",
        {},
        {"sex": "Annagul"},
        {"person_key": "key of Annaberdi"},
        {"registered_date": "1989-13-07", "event_date": "2031-05-06"},
        {"form": "Qwertyuiop", "citizenship": "ZQ"},
        {"age": "317", "region": "Wyzzyx"},
    )
    taken = ingest_file(home, path, received_on=DAY)
    assert taken.rows_quarantined == 5 and all(problem.unknown == () for problem in taken.problems)
    told = everything_said(home)
    for value in ("Annagul", "Annaberdi", "1989-13-07", "2031-05-06", "Qwertyuiop", "ZQ<", "317", "Wyzzyx"):
        assert value not in told
    assert not [f"{number:016x}" for number in range(6) if f"{number:016x}" in told]


def test_rows_are_ranges_and_the_rest_is_counted(home: Path, tmp_path: Path) -> None:
    wrong = {"sex": "F"}
    rows = [wrong if number in (0, 1, 2, 7) or (number > 100 and number % 2) else {} for number in range(220)]
    (found,) = ingest_file(home, cases(tmp_path / "list.csv", *rows), received_on=DAY).problems
    assert found.spans[:3] == ((2, 4), (9, 9), (103, 103))
    assert (found.count, len(found.spans), found.more_spans) == (64, 40, 22)


def test_a_wrong_form_names_cells_and_the_closest_known_word(home: Path, tmp_path: Path) -> None:
    path = form(tmp_path / "form.xlsx", {"F6": "женшины", "C9": "около 12", "D9": -3, "E10": "12 чел."})
    taken = ingest_file(home, path, received_on=date(2024, 2, 1))
    assert (taken.unit, taken.sheet, taken.rows_read, taken.rows_quarantined) == ("figure", "Форма 1", 70, 10)
    by_rule = {problem.rule: problem for problem in taken.problems}
    (unknown,) = by_rule["unknown_code:Пол"].unknown
    assert (unknown.value, unknown.count, unknown.closest) == ("женшины", 7, "женщины")
    assert by_rule["not_a_number:Значение"].cells == ("C9", "E10")
    assert "около" not in everything_said(home)
    html = pages(home, taken.sha256)
    assert "женшины" in html["ru"] and "C9, E10" in html["ru"] and "Отложено 10 чисел" in html["ru"]


def test_an_unknown_name_of_a_country_comes_with_the_closest_code(home: Path, tmp_path: Path) -> None:
    header = "measure,reported_by,period,sex,age,citizenship,stranded_in,need,persons"
    rows = [
        f"registered,TM,{2000 + n},total,total,{name},,,7" for n, name in enumerate(["Туркмнистан", "Atlantis", "TJ"])
    ]
    path = tmp_path / "migrant_registrations_2024-01-16.csv"
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    (found,) = ingest_file(home, path, received_on=DAY).problems
    assert [(code.value, code.closest) for code in found.unknown] == [
        ("Atlantis", ""),
        ("Туркмнистан", "TM (Туркменистан)"),
    ]


def test_a_list_of_cases_names_the_closest_country_and_never_what_stands_there(home: Path, tmp_path: Path) -> None:
    header = (
        "cas_IncomingReferralDate,vic_TraffickingStatus,prs_Gender,prs_Citizenship,vic_TypeOfExploitation,"
        "vic_MethodsOfControl"
    )
    names = ("Turkmenistan", "Turkmenistun", "Turkmenystan", "Nowhere")
    rows = [f"2023-01-09,ActualVictimOfTrafficking,Feminine,{name},ForcedLabour,DebtBondage" for name in names]
    path = tmp_path / "htcds_2024-01-16.csv"
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    taken = ingest_file(home, path, received_on=DAY)
    (found,) = taken.problems
    assert (found.rule, found.count) == ("unknown_code:prs_Citizenship", 3)
    assert [(code.value, code.count, code.closest) for code in found.unknown] == [("", 2, "TM (Turkmenistan)")]
    said = everything_said(home)
    assert "Nowhere" not in said and "Turkmenistun" not in said
    assert "not repeated here" in pages(home, taken.sha256)["en"]


def test_zeros_and_cells_without_a_figure_are_counted_apart(home: Path, tmp_path: Path) -> None:
    path = form(tmp_path / "form.xlsx", {"C8": 0, "C9": "-", "C10": None, "C11": "…", "C12": "х"})
    blanks = ingest_file(home, path, received_on=date(2024, 2, 1)).blanks
    before = ingest_file(home, SAMPLES["crime_justice_2022.xlsx"], received_on=date(2024, 2, 1)).blanks
    assert blanks is not None and before is not None
    assert (blanks.not_reported, blanks.confidential) == (2, 1)
    assert blanks.figures + blanks.not_reported + blanks.confidential == 70
    assert blanks.zeros >= 2
    assert ingest_file(home, SAMPLES["case_register_NGO_2023-04-20.csv"], received_on=DAY).blanks is None


def test_a_corrected_form_is_compared_by_series_and_year(home: Path, tmp_path: Path) -> None:
    first = ingest_file(home, SAMPLES["crime_justice_2023.xlsx"], received_on=date(2024, 2, 1))
    assert first.comparison is None
    path = form(tmp_path / "form.xlsx", {"C7": 65, "C8": 9})
    compared = ingest_file(home, path, received_on=date(2024, 3, 1)).comparison
    assert compared is not None
    assert (compared.before, compared.added, compared.gone, compared.changed) == (70, 0, 0, 2)
    top = compared.totals[0]
    assert (top.series, top.year, top.before, top.now) == ("offences_recorded", 2023, 64.0, 65.0)
    assert all(total.before == total.now for total in compared.totals[1:])


def test_each_revised_figure_of_a_form_is_listed_the_greatest_relative_changes_first(
    home: Path, tmp_path: Path
) -> None:
    ingest_file(home, SAMPLES["crime_justice_2023.xlsx"], received_on=date(2024, 2, 1))
    path = form(tmp_path / "form.xlsx", {"C7": 65, "C8": 9, "F9": 1, "D10": "…"})
    taken = ingest_file(home, path, received_on=date(2024, 3, 1))
    assert taken.comparison is not None
    listed = [
        (found.series, found.area, found.period, found.breakdown, found.before, found.now)
        for found in taken.comparison.revised
    ]
    assert listed == [
        ("persons_suspected", "XX-2", "2023", (("sex", "female"),), 6.0, 1.0),
        ("offences_recorded", "XX-1", "2023", (), 8.0, 9.0),
        ("offences_recorded", "XX", "2023", (), 64.0, 65.0),
        ("persons_suspected", "XX-3", "2023", (), 6.0, None),
    ]
    assert (taken.comparison.changed, taken.comparison.more_revised) == (4, 0)
    assert [found["now"] for found in kept(home, taken.sha256)["comparison"]["revised"]] == [row[-1] for row in listed]


def test_of_many_revised_figures_fifty_are_listed_and_the_rest_is_counted(home: Path) -> None:
    ingest_file(home, SAMPLES["population_2023-02-15.xlsx"], received_on=date(2023, 3, 1))
    compared = ingest_file(home, SAMPLES["population_2023-11-15.xlsx"], received_on=date(2023, 12, 1)).comparison
    assert compared is not None and compared.changed is not None
    assert len(compared.revised) == 50
    assert 50 + compared.more_revised + compared.flagged == compared.changed
    shifts = [
        abs(found.now - found.before) / max(found.now, found.before)
        for found in compared.revised
        if found.now and found.before
    ]
    assert len(shifts) == 50 and shifts == sorted(shifts, reverse=True)


def test_a_figure_that_only_changes_its_status_is_counted_and_not_listed(home: Path) -> None:
    ingest_file(home, SAMPLES["population_2023-02-15.xlsx"], received_on=date(2023, 3, 1))
    with duckdb.connect(str(home / "warehouse.duckdb")) as con:
        con.execute("UPDATE core.population SET obs_status = 'P' WHERE year = 2016 AND age_group = 'total'")
    path = SAMPLES["population_2023-02-15.xlsx"]
    again = home / path.name
    book = load_workbook(path)
    book.save(again)
    compared = ingest_file(home, again, received_on=date(2023, 3, 2)).comparison
    assert compared is not None
    assert (compared.revised, compared.flagged, compared.changed) == ((), 2, 2)


def test_changed_records_are_counted_by_years_and_few_of_them_are_joined(home: Path, tmp_path: Path) -> None:
    def listed(*years: tuple[str, int], day: str) -> Path:
        rows = [
            {"registered_date": f"{year}-03-01", "person_key": f"{int(year) * 1000 + number:016x}"}
            for year, count in years
            for number in range(count)
        ]
        return cases(tmp_path / f"{day}.csv", *rows, day=day)

    ingest_file(home, listed(("2019", 9), ("2020", 9), ("2021", 9), day="2023-04-20"), received_on=DAY)
    later = listed(("2019", 8), ("2020", 15), ("2021", 10), ("2022", 7), day="2023-07-20")
    taken = ingest_file(home, later, received_on=DAY)
    assert taken.comparison is not None
    assert taken.comparison.revised == ()
    lines = [(line.first, line.last, line.added, line.gone, line.changed) for line in taken.comparison.years]
    assert lines == [(2022, 2022, 7, 0, 0), (2019, 2021, 7, 1, 0)]
    assert sum(line[2] for line in lines) == taken.comparison.added


def test_totals_of_the_population_compare_persons_not_sums_of_totals(home: Path) -> None:
    ingest_file(home, SAMPLES["population_2023-02-15.xlsx"], received_on=date(2023, 3, 1))
    taken = ingest_file(home, SAMPLES["population_2023-11-15.xlsx"], received_on=date(2023, 12, 1))
    assert taken.comparison is not None
    with duckdb.connect(str(home / "warehouse.duckdb"), read_only=True) as con:
        held = con.execute(
            "SELECT year, sum(persons) FROM core.population WHERE vintage_id = 2 AND age_group = 'total' GROUP BY year"
        ).fetchall()
    assert {total.year: total.now for total in taken.comparison.totals} == pytest.approx(dict(held))


def test_cases_are_compared_by_person_and_without_a_key_by_their_whole_row(home: Path, tmp_path: Path) -> None:
    ingest_file(home, cases(tmp_path / "a.csv", {}, {}, {"age": "30"}, day="2023-04-20"), received_on=DAY)
    rows = [{}, {"age": "31"}, {"person_key": "f" * 16}, {"person_key": "e" * 16}]
    compared = ingest_file(home, cases(tmp_path / "b.csv", *rows), received_on=DAY).comparison
    assert compared is not None
    assert (compared.before, compared.added, compared.gone, compared.changed) == (3, 2, 1, 1)
    head = (
        "yearOfRegistration,Datasource,gender,ageBroad,citizenship,CountryOfExploitation,isForcedLabour,isSexualExploit"
    )
    row = "2019,Hotline,Female,,PH,PH,1,0"
    for name, count in (("c_2020-01-01.csv", 3), ("d_2021-01-01.csv", 2)):
        (tmp_path / name).write_text("\n".join([head, *[row] * count]) + "\n", encoding="utf-8")
    assert ingest_file(home, tmp_path / "c_2020-01-01.csv", received_on=DAY).comparison is None
    compared = ingest_file(home, tmp_path / "d_2021-01-01.csv", received_on=DAY).comparison
    assert compared is not None
    assert (compared.before, compared.added, compared.gone, compared.changed) == (3, 0, 1, None)


def test_records_that_stand_out_are_counted_and_not_named(home: Path, tmp_path: Path) -> None:
    alone = [{"citizenship": "PH"}, {"form": "ForcedLabour"}, {"registered_date": "2022-04-01"}, {"age": "30"}]
    few = [
        {"sex": "Masculine", "registered_date": f"2021-05-{day}", "form": "Servitude"}
        for day in ("02", "03", "04", "31")
    ]
    taken = ingest_file(home, cases(tmp_path / "list.csv", *[{}] * 5, *few, *alone), received_on=DAY)
    found = taken.anonymity
    assert found is not None
    assert (found.k, found.least, found.records_below, found.records_alone) == (1, 5, 8, 4)
    told = kept(home, taken.sha256)["anonymity"]
    assert told == {
        "by": ["sex", "age_group", "citizenship", "registered_month", "form"],
        "k": 1, "least": 5, "records_below": 8, "records_alone": 4, "told": "form", "different": 1, "records_told": 4,
    }  # fmt: skip


def test_rows_that_were_set_aside_make_no_group_and_the_order_of_forms_none_either(home: Path, tmp_path: Path) -> None:
    both = [{"form": "ForcedLabour;Servitude"}, {"form": "Servitude;ForcedLabour"}] * 3
    wrong = [{"sex": "F", "citizenship": "PH"}]
    found = ingest_file(home, cases(tmp_path / "list.csv", *both, *wrong), received_on=DAY).anonymity
    assert found is not None and (found.k, found.records_below, found.records_alone) == (6, 0, 0)


def test_figures_have_no_groups_of_records(home: Path) -> None:
    assert ingest_file(home, SAMPLES["crime_justice_2023.xlsx"], received_on=date(2024, 2, 1)).anonymity is None


def test_a_list_of_another_body_is_no_earlier_delivery(home: Path, tmp_path: Path) -> None:
    ingest_file(home, cases(tmp_path / "a.csv", {}, body="MIA", day="2023-04-20"), received_on=DAY)
    assert ingest_file(home, cases(tmp_path / "b.csv", {}), received_on=DAY).comparison is None


def test_a_file_that_came_before_is_reported_as_it_was(home: Path) -> None:
    first, again = (ingest_file(home, SAMPLES["case_register_NGO_2023-07-20.csv"], received_on=DAY) for _ in range(2))
    assert again.verdict == "already loaded"
    assert [problem.expected for problem in again.problems] == [problem.expected for problem in first.problems]
    assert [problem.spans for problem in again.problems] == [problem.spans for problem in first.problems]
    assert (again.timeliness, again.comparison, again.years) == (first.timeliness, first.comparison, first.years)


def test_the_report_of_a_file_that_came_before_leaves_the_first_one_and_names_it(home: Path) -> None:
    path = SAMPLES["case_register_NGO_2023-07-20.csv"]
    first = ingest_file(home, path, received_on=DAY)
    before = {page: page.read_bytes() for page in (home / "acceptance").iterdir()}
    again = ingest_file(home, path, received_on=date(2023, 8, 1))
    assert {page: page.read_bytes() for page in before} == before
    assert (first.report, again.report, again.first_report) == (
        first.sha256[:12], f"{first.sha256[:12]}.2023-08-01", first.report,
    )  # fmt: skip
    told = json.loads((home / "acceptance" / f"{again.report}.json").read_text(encoding="utf-8"))
    assert (told["verdict"], told["first_report"]) == ("already loaded", first.report)
    for language in LANGUAGES:
        html = (home / "acceptance" / f"{again.report}.{language}.html").read_text(encoding="utf-8")
        assert f"{first.report}.{language}.html" in html
        assert (home / "acceptance" / f"{first.report}.{language}.html").is_file()


def test_a_file_that_was_refused_at_first_has_the_report_of_its_loading_in_that_place(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = SAMPLES["case_register_NGO_2023-07-20.csv"]
    with monkeypatch.context() as full:
        full.setattr("flows.intake.ingest._receipt", lambda *_: (_ for _ in ()).throw(FileRejected("x")))
        with pytest.raises(FileRejected):
            ingest_file(home, path, received_on=DAY)
    assert kept(home, digest(path))["verdict"] == "rejected"
    with monkeypatch.context() as crash:
        crash.setattr("flows.intake.desk.keep_acceptance", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):  # loaded, and then the light went out
            ingest_file(home, path, received_on=DAY)
    again = ingest_file(home, path, received_on=DAY)
    assert (again.verdict, again.report, again.first_report) == ("already loaded", again.sha256[:12], "")
    assert kept(home, again.sha256)["verdict"] == "already loaded"


def test_the_command_line_names_the_page_of_the_second_time(tip_trends: Callable[..., Any], home: Path) -> None:
    path = SAMPLES["crime_justice_2023.xlsx"]
    first, again = (tip_trends("--home", home, "ingest", path) for _ in range(2))
    pages = [Path(ran.err.split("Full report: ")[1].strip()) for ran in (first, again)]
    assert pages[0] != pages[1] and all(page.is_file() for page in pages)


def test_a_dry_run_says_the_same_as_the_load_and_keeps_nothing(home: Path, tmp_path: Path) -> None:
    path = SAMPLES["case_register_NGO_2023-07-20.csv"]
    ingest_file(home, SAMPLES["case_register_NGO_2023-04-20.csv"], received_on=DAY)
    trial = ingest_file(home, path, received_on=DAY, dry_run=True, reports=tmp_path / "trial")
    assert not (home / "acceptance" / f"{trial.sha256[:12]}.json").exists()
    assert "This was a trial" in (tmp_path / "trial" / f"{trial.sha256[:12]}.en.html").read_text(encoding="utf-8")
    loaded = ingest_file(home, path, received_on=DAY)
    for name in Acceptance.__slots__:
        if name not in ("is_trial", "marked_copy"):  # that of a trial lies elsewhere
            assert getattr(trial, name) == getattr(loaded, name), name
    again = ingest_file(home, path, received_on=DAY, dry_run=True)
    assert (again.verdict, again.comparison) == ("already loaded", loaded.comparison)
    assert [found.spans for found in again.problems] == [found.spans for found in loaded.problems]


def test_a_dry_run_without_a_home_leaves_none(tmp_path: Path) -> None:
    ingest_file(tmp_path / "home", SAMPLES["crime_justice_2023.xlsx"], dry_run=True)
    assert not (tmp_path / "home").exists()


def test_a_refused_file_has_its_page_with_reason_and_remedy(home: Path, tmp_path: Path) -> None:
    path = tmp_path / "scan.xlsx"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"0" * 99)
    with pytest.raises(FileRejected) as caught:
        ingest_file(home, path, received_on=DAY)
    told = kept(home, digest(path))
    assert (told["verdict"], told["size_bytes"], told["file_name"]) == ("rejected", 107, "scan.xlsx")
    assert told["reason"][0]["text"]["en"] == caught.value.message
    assert told["remedy"][0]["text"]["en"] == caught.value.advice
    assert "Это изображение, а не таблица." in pages(home, digest(path))["ru"]
    assert caught.value.report == str(home / "acceptance" / f"{digest(path)[:12]}.en.html")


def test_a_refused_file_of_a_known_source_has_the_deadline_of_that_source(home: Path, tmp_path: Path) -> None:
    header = SAMPLES["case_register_MIA_2020-01-12.csv"].read_text(encoding="utf-8").splitlines()[0]
    path = tmp_path / "list.csv"
    path.write_text(f"{header}\n{',' * header.count(',')}\n", encoding="utf-8")
    with pytest.raises(FileRejected):
        ingest_file(home, path, received_on=date(2024, 2, 16))
    told = kept(home, digest(path))
    assert told["timeliness"]["due"] == "2024-01-25"
    steps = [step["en"] for step in told["next_steps"]]
    assert "Send it as soon as possible, at the latest before the next deadline, 25 April 2024." in steps


def test_a_refused_file_whose_name_is_no_text_has_its_page(home: Path, tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"caf\xe9.csv")
    path.write_bytes(b"a,b\n1,2\n")
    with pytest.raises(FileRejected):
        ingest_file(home, path, received_on=DAY)
    assert kept(home, digest(path))["file_name"] == r"caf\udce9.csv"
    assert r"caf\udce9.csv" in pages(home, digest(path))["ru"]


def test_a_list_of_which_no_row_fits_is_refused_with_all_its_problems(home: Path, tmp_path: Path) -> None:
    path = cases(tmp_path / "list.csv", {"sex": "F"}, {"sex": "M"})
    with pytest.raises(FileRejected):
        ingest_file(home, path, received_on=DAY)
    told = kept(home, digest(path))
    assert [(found["rule"], found["spans"]) for found in told["problems"]] == [("unknown_code:sex", [[2, 3]])]
    assert "Feminine" in pages(home, digest(path))["en"]


@pytest.mark.parametrize(
    ("name", "rows", "is_synthetic"),
    [
        ("list.csv", [{"sex": "F", "remark": "SYNTHETIC"}], True),
        ("list_SYNTHETIC.csv", [{"sex": "F"}], True),
        ("list.csv", [{"sex": "F"}], False),
    ],
)
def test_the_page_of_a_refused_file_says_that_it_is_invented(
    home: Path, tmp_path: Path, name: str, rows: list[dict[str, str]], is_synthetic: bool
) -> None:
    path = cases(tmp_path / name, *rows)
    with pytest.raises(FileRejected):
        ingest_file(home, path, received_on=DAY)
    assert kept(home, digest(path))["is_synthetic"] is is_synthetic
    assert ("Made from invented data." in pages(home, digest(path))["en"]) is is_synthetic


def test_a_file_of_no_source_says_by_its_name_that_it_is_invented(home: Path, tmp_path: Path) -> None:
    path = tmp_path / "strange_SYNTHETIC.csv"
    path.write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(FileRejected):
        ingest_file(home, path, received_on=DAY)
    assert kept(home, digest(path))["is_synthetic"] is True


def test_identifiers_in_free_text_leave_columns_and_rows_only(home: Path, tmp_path: Path) -> None:
    contact = "aman.amanow@example.tm"
    path = cases(tmp_path / "Aman_Amanow.csv", {}, {"remark": contact}, {"remark": contact}, {})
    with pytest.raises(IdentifierFound) as caught:
        ingest_file(home, path, received_on=DAY)
    assert [(found.header, found.spans) for found in caught.value.suspects] == [("remark", ((3, 4),))]
    told = everything_said(home)
    assert "amanow" not in told.lower() and "direct_identifiers" in told
    assert "rows 3–\u20604" in pages(home, digest(path))["en"]


def test_identifying_columns_leave_their_letter_and_our_word_for_them(home: Path, tmp_path: Path) -> None:
    path = cases(tmp_path / "list.csv", {})
    first, second = path.read_text(encoding="utf-8").splitlines()
    path.write_text(f"{first},passport I-AŞ 123456\n{second},1\n", encoding="utf-8")
    with pytest.raises(IdentifierFound) as caught:
        ingest_file(home, path, received_on=DAY)
    assert [found.header for found in caught.value.suspects] == ["passport"]
    assert "123456" not in everything_said(home)


def test_codes_that_look_like_contacts_are_not_listed_and_unlike_ones_not_suggested() -> None:
    assert looks_personal("aman@example.tm") and looks_personal("+993 65 12-34-56")
    assert not looks_personal("Former Yugoslavia")
    known = ("Togo | by citizenship", "Albania | by citizenship", "Albania | by country of repatriation")
    assert closest("Abania | by citizenship", known) == "Albania | by citizenship"
    assert closest(" | by citizenship", known) == ""
    assert closest("Former Yugoslavia | by citizenship", known) == ""
    assert closest("FEMALE", ("Female", "Male")) == "Female"


def test_a_crash_while_the_report_is_written_leaves_a_whole_file_or_none(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = SAMPLES["crime_justice_2023.xlsx"]
    with monkeypatch.context() as broken:
        broken.setattr("flows.holdings.received.os.fsync", lambda handle: (_ for _ in ()).throw(OSError("power cut")))
        with pytest.raises(OSError, match="power cut"):
            keep_acceptance(home / "acceptance", ingest_file(home, path, dry_run=True, received_on=DAY), LANGUAGES)
    assert not [path for path in (home / "acceptance").iterdir() if not path.name.startswith(".")]
    taken = ingest_file(home, path, received_on=date(2024, 2, 1))
    assert len(list((home / "acceptance").iterdir())) == 4
    assert all(html.endswith("</html>\n") for html in pages(home, taken.sha256).values())


def test_the_warehouse_is_settled_before_the_report_and_the_next_attempt_writes_it(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = SAMPLES["crime_justice_2023.xlsx"]
    with monkeypatch.context() as broken:
        broken.setattr(files, "acceptance_page", lambda *_: (_ for _ in ()).throw(RuntimeError("crash")))
        with pytest.raises(RuntimeError, match="crash"):
            ingest_file(home, path, received_on=date(2024, 2, 1))
    again = ingest_file(home, path, received_on=date(2024, 2, 1))
    assert (again.verdict, again.rows_accepted) == ("already loaded", 70)
    assert set(pages(home, again.sha256)) == set(LANGUAGES)


def test_wrong_settings_are_named_before_anything_is_loaded(home: Path) -> None:
    (home / "home.toml").write_text('languages = ["fr"]\n', encoding="utf-8")
    with pytest.raises(ProfileInvalid, match="languages"):
        ingest_file(home, SAMPLES["crime_justice_2023.xlsx"])
    assert not (home / "warehouse.duckdb").exists()


def test_the_command_line_names_the_report_and_writes_it_where_it_is_told(
    tip_trends: Callable[..., Any], home: Path, tmp_path: Path
) -> None:
    path = shutil.copy(SAMPLES["crime_justice_2023.xlsx"], tmp_path / "form.xlsx")
    folder = tmp_path / "reports"
    ran = tip_trends("--home", home, "ingest", path, "--dry-run", "--report", folder)
    assert ran.code == 0 and "accepted (dry run, nothing kept)" in ran.out
    assert f"Full report: {folder}" in ran.err
    assert len(list(folder.iterdir())) == 4 and not (home / "warehouse.duckdb").exists()


def test_every_shipped_profile_gives_a_page(home: Path) -> None:
    from transforms.acceptance import FAMILIES, family_of
    from transforms.sources.compiler import declared_faults

    for known in profiles():
        for (rule, _), fault in declared_faults(known).items():
            assert family_of(rule, fault.family) in FAMILIES, (known.name, rule)
            assert str(fault.expected)
