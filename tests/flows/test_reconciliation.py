"""Totals against their parts: what must agree, what may not be said, and that sound data raise no alarm."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import duckdb
import pytest
from openpyxl import load_workbook

import sample_data
from flows.home import Home, Settings, write_settings
from flows.intake.ingest import Acceptance, ingest_file
from flows.intake.reconciliation import MOST_MISMATCHES, sums_of
from flows.warehouse import create_schema
from transforms.acceptance import Sums
from transforms.sources.registry import named, profile

DAY = date(2024, 2, 1)
SAMPLES = {path.name: path for path in sample_data.files()}
IN_THOUSANDS = next(form for form in named("population", None) if form.formats == ("xlsx",))


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "home"
    write_settings(Home(folder=folder).create(), Settings(country="XX", languages=("en", "ru", "tk")))
    return folder


def observed(table: str) -> Sums | None:
    """What adding up shows of figures drawn as `series | area | sex | age | form | unit | value | lower | upper`."""
    with duckdb.connect() as con:
        create_schema(con)
        for number, line in enumerate(filter(str.strip, table.splitlines())):
            series, area, sex, age, form, unit, *figures = (cell.strip() for cell in line.split("|"))
            kind = "country" if len(area) == 2 else "region" if "-" in area else "aggregate"
            value, lower, upper = (float(figure) if figure else None for figure in (*figures, "", "")[:3])
            con.execute(
                "INSERT INTO core.observations VALUES (1, ?, 's', 'all', ?, ?, ?, '2021', 2021, ?, ?, ?, 'total', ?, "
                "?, ?, ?, 'A', 'F')",
                [number, series, area, kind, sex, age, form, unit, value, lower, upper],
            )
        return sums_of(con, profile("crime_justice"), 1)


def counted(table: str) -> Sums | None:
    """The same of persons, drawn as `area | sex | age group | persons`."""
    with duckdb.connect() as con:
        create_schema(con)
        for number, line in enumerate(filter(str.strip, table.splitlines())):
            area, sex, age, persons = (cell.strip() for cell in line.split("|"))
            con.execute(
                "INSERT INTO core.population VALUES (1, ?, 's', 'all', ?, 2021, ?, ?, ?, 'A')",
                [number, area, sex, age, float(persons)],
            )
        return sums_of(con, IN_THOUSANDS, 1)


def off(found: Sums | None) -> list[tuple[str, str, float]]:
    """Dimension, area and difference of every mismatch."""
    assert found is not None
    return [(line.dimension, line.area, line.difference) for line in found.mismatches]


def test_complete_parts_must_equal_their_total() -> None:
    found = observed("""
        convicted | XX | total  | total | total | person | 10
        convicted | XX | female | total | total | person | 4
        convicted | XX | male   | total | total | person | 5
        """)
    assert found is not None and (found.checked, found.partial, found.rounded_to) == (1, 0, 0.0)
    (line,) = found.mismatches
    assert (line.series, line.period, line.total, line.parts) == ("convicted", "2021", (10.0, 10.0), (9.0, 9.0))
    assert off(found) == [("sex", "XX", -1.0)]


@pytest.mark.parametrize(
    ("parts", "difference"),
    [
        ("convicted | XX | female | total | total | person | 4", None),  # one part: the rest was not reported
        ("convicted | XX | female | total | total | person | 11", 1.0),
        (
            "convicted | XX | female | total | total | person | 4\nconvicted | XX | male | total | total | person |",
            None,
        ),
        (
            "convicted | XX | female | total | total | person | 4\nconvicted | XX | male | total | total | person | 6",
            None,
        ),
    ],
)
def test_parts_that_are_not_all_there_may_not_exceed_the_total(parts: str, difference: float | None) -> None:
    found = observed(f"convicted | XX | total | total | total | person | 10\n{parts}")
    assert [gap for _, _, gap in off(found)] == ([] if difference is None else [difference])


def test_a_code_that_the_series_uses_elsewhere_belongs_to_the_whole() -> None:
    table = """
        convicted | XX | total   | total | total | person | 10
        convicted | XX | female  | total | total | person | 4
        convicted | XX | male    | total | total | person | 5
        convicted | YY | unknown | total | total | person | 3
        """
    found = observed(table)
    assert off(found) == [] and found is not None and found.partial == 1
    assert off(observed(f"{table}\nconvicted | XX | unknown | total | total | person | 2")) == [("sex", "XX", 1.0)]


def test_a_sign_that_stands_for_a_range_agrees_with_any_number_in_it() -> None:
    rows = """
        convicted | XX | total  | total | total | person | {total}
        convicted | XX | female | total | total | person | 2 | 0 | 4
        convicted | XX | male   | total | total | person | 5
        """
    for total in (5, 7, 9):
        assert off(observed(rows.format(total=total))) == []
    assert off(observed(rows.format(total=10))) == [("sex", "XX", -1.0)]
    found = observed(rows.format(total="2 | 0 | 4"))
    assert off(found) == [("sex", "XX", 1.0)]
    assert found is not None and (found.mismatches[0].total, found.mismatches[0].parts) == ((0.0, 4.0), (5.0, 9.0))


def test_regions_are_added_only_where_the_profile_of_the_country_knows_them() -> None:
    country = "offences | XX | total | total | total | case | 6"
    regions = [f"offences | XX-{number} | total | total | total | case | 1" for number in range(1, 7)]
    whole = "\n".join([country, *regions])
    assert off(observed(whole)) == []
    assert off(observed(whole.replace("| 6", "| 8"))) == [("ref_area", "XX", -2.0)]
    assert off(observed(whole.replace("| 6", "| 4"))) == [("ref_area", "XX", 2.0)]
    assert off(observed("\n".join([country, *regions[1:]]).replace("| 6", "| 8"))) == []
    district = "offences | XX-1-2 | total | total | total | case | 1"
    assert observed("\n".join([whole, district])) is None  # it lies within a region that is there as well


@pytest.mark.parametrize(
    "table",
    [
        "rate | XX | total | total | total | per_100k | 9\nrate | XX | female | total | total | per_100k | 4\n"
        "rate | XX | male | total | total | per_100k | 14",
        # A person can be in several forms, and the parts of a form are not always of the same persons.
        "victims | XX | total | total | total | person | 9\nvictims | XX | total | total | other | person | 14",
        "victims | XX | total | total | other | person | 9\nvictims | XX | female | total | other | person | 14",
        # Groups of countries are no countries.
        "victims | SAF | total | total | total | person | 9\nvictims | SAF | female | total | total | person | 14",
        # Two totals: it is not known which one counts.
        "victims | XX | total | total | total | person | 9\nvictims | XX | total | total | total | person | 8\n"
        "victims | XX | female | total | total | person | 14",
        # Nothing to compare.
        "victims | XX | total | total | total | person | 9",
    ],
)
def test_what_cannot_be_added_is_not_checked(table: str) -> None:
    assert observed(table) is None


def test_age_groups_add_up_where_they_leave_no_gap() -> None:
    whole = """
        XX | total | total | 100000
        XX | total | 0-14  | 30100
        XX | total | 15-64 | 60000
        XX | total | 65+   | 9000
        """
    assert off(counted(whole)) == [("age_group", "XX", -900.0)]
    with_gap = whole.replace("XX | total | 15-64 | 60000\n", "")
    assert off(counted(with_gap)) == []
    overlapping = f"{whole}\nXX | total | 0-4 | 9000"
    assert counted(overlapping) is None
    for band in ("65-99", "65"):  # closed, or not to be read: there may be more beyond
        assert off(counted(whole.replace("65+", band))) == []
    assert off(counted(whole.replace("0-14", "1-14"))) == []


def test_rounded_figures_may_miss_by_half_a_step_each() -> None:
    table = """
        XX | total | total | {total}
        XX | total | 0-14  | 30100
        XX | total | 15-64 | 60200
        XX | total | 65+   | 9300
        """
    assert counted(table.format(total=99600)) == Sums(checked=1, partial=0, rounded_to=100.0)
    for total in (99400, 99500, 99700, 99800):  # (3 + 1) × 50
        assert off(counted(table.format(total=total))) == []
    assert off(counted(table.format(total=99900))) == [("age_group", "XX", -300.0)]
    assert off(counted(table.format(total=99300))) == [("age_group", "XX", 300.0)]


def test_the_sample_deliveries_raise_no_alarm(home: Path) -> None:
    checked = {}
    for name, path in SAMPLES.items():
        if "case_register" in name:
            continue
        taken = ingest_file(home, path, received_on=DAY)
        assert taken.sums is None or not taken.sums.mismatches, name
        checked[name] = taken.sums.checked if taken.sums else 0
    assert checked["crime_justice_2023.xlsx"] == 31 and checked["population_2023-11-15.xlsx"] == 16
    assert checked["action_plan_2024-01-16.csv"] == 0


def test_case_records_are_not_added_up(home: Path) -> None:
    assert ingest_file(home, SAMPLES["case_register_NGO_2023-04-20.csv"], received_on=DAY).sums is None


def test_a_form_that_does_not_add_up_is_taken_with_a_remark(home: Path, tmp_path: Path) -> None:
    book = load_workbook(SAMPLES["crime_justice_2023.xlsx"])
    sheet = book.worksheets[0]
    sheet["D8"] = sheet["D8"].value + 5  # suspects of the first region
    path = tmp_path / "form.xlsx"
    book.save(path)
    taken = ingest_file(home, path, received_on=DAY)
    assert (taken.verdict, taken.rows_quarantined) == ("accepted with remarks", 0)
    assert sorted(off(taken.sums)) == [("ref_area", "XX", 5.0), ("sex", "XX-1", -5.0)]
    assert str(taken.remarks[-1]).startswith("2 totals do not agree with the sum of their parts")
    told = json.loads((home / "acceptance" / f"{taken.sha256[:12]}.json").read_text(encoding="utf-8"))
    assert told["sums"]["checked"] == 31 and len(told["sums"]["mismatches"]) == 2
    pages = {
        language: (home / "acceptance" / f"{taken.sha256[:12]}.{language}.html").read_text(encoding="utf-8")
        for language in ("en", "ru", "tk")
    }
    assert "Persons suspected" in pages["en"] and "31 totals were compared" in pages["en"]
    assert "2 итога не сходятся" in pages["ru"] and "Сопоставлен с составными частями 31 итог:" in pages["ru"]
    assert "Jemler we bölekler" in pages["tk"]
    again = ingest_file(home, path, received_on=DAY)
    assert (again.verdict, again.sums) == ("already loaded", taken.sums)


def test_of_the_global_figures_only_totals_below_their_own_parts_are_named(unodc: tuple[Acceptance, Path]) -> None:
    taken = unodc[0]
    assert taken.sums is not None
    assert (taken.sums.checked, taken.sums.partial, taken.sums.more) == (11375, 11375, 217 - MOST_MISMATCHES)
    assert len(taken.sums.mismatches) == MOST_MISMATCHES
    first = taken.sums.mismatches[0]  # Peru 2019: 832 adults and 222 children of 509 victims
    assert (first.area, first.period, first.total[0], first.parts[0]) == ("PE", "2019", 509.0, 1054.0)
    assert all(line.difference > 0 for line in taken.sums.mismatches)
