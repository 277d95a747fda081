"""`tip-trends estimate` as an analyst uses it: tables as offices write them, what is printed, refusals and messages."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from flows.cli import run

KEYS = ["method", "estimate", "lower", "upper", "level", "unit", "basis", "checks", "caveats", "refusal", "details"]
MONTHS = [f"{year}-{month:02d}" for year in range(2015, 2022) for month in range(1, 13)]


def written(path: Path, rows: list[str], encoding: str = "utf-8") -> str:
    path.write_text("\n".join(rows) + "\n", encoding=encoding)
    return str(path)


def monthly(path: Path, *, factor: float = 1.0) -> str:
    """Twenty a month with a season; from March 2020 on `factor` of it."""
    counts = [round((20 + 5 * (n % 12 in (5, 6, 7))) * (factor if m >= "2020-03" else 1)) for n, m in enumerate(MONTHS)]
    return written(path, ["period,count", *(f"{month},{count}" for month, count in zip(MONTHS, counts, strict=True))])


def answer(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, Any]:
    assert run(["estimate", *arguments, "--format", "json"]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert list(found) == KEYS
    return found


def test_a_halved_series_is_a_fall_with_its_interval(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = monthly(tmp_path / "halved.csv", factor=0.5)
    found = answer(capsys, "covid", file, "--pre", "2015-01:2019-12", "--post", "2020-03:2021-06")
    details = found["details"]
    assert {"observed", "expected", "excess", "se_pred", "phi", "rate_ratio"} <= set(details)
    assert details["rate_ratio"] == pytest.approx(0.5, abs=0.05)
    assert found["upper"] < 0
    assert len(details["by_period"]) == 16


def test_an_unchanged_series_is_no_effect(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = monthly(tmp_path / "same.csv")
    found = answer(capsys, "covid", file, "--pre", "2015-01:2019-12", "--post", "2020-03:2021-06")
    assert found["lower"] < 0 < found["upper"]


def test_numbers_of_an_office_in_a_code_page_are_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = ["Период;Число", "2015;1 204", "2016;1 100", "2017;…", "2018;1 050", "2019;990", "2020;700", "2021;810"]
    found = answer(capsys, "trend", written(tmp_path / "ряд.csv", rows, "cp1251"))
    assert found["details"]["gaps"] == ["2017"]
    assert found["basis"]["count"] == 1204 + 1100 + 1050 + 990 + 700 + 810


def test_a_workbook_is_read_like_a_text(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["period", "count", "population"])
    for year, count in zip(range(2012, 2020), (12, 15, 9, 20, 14, 18, 16, 21), strict=True):
        sheet.append([year, count, 6_000_000])
    book.save(tmp_path / "series.xlsx")
    found = answer(capsys, "rates", str(tmp_path / "series.xlsx"))
    assert found["estimate"] == pytest.approx(0.35)
    assert found["unit"] == "per_100k"
    assert len(found["details"]["by_period"]) == 8


def test_four_annual_points_and_zeros_get_honest_answers(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    few = written(tmp_path / "few.csv", ["period,count", "2016,3", "2017,5", "2018,2", "2019,4"])
    zeros = written(tmp_path / "zeros.csv", ["period,count", *(f"{year},0" for year in range(2010, 2020))])
    for file in (few, zeros):
        found = answer(capsys, "trend", file)
        assert found["refusal"] is not None or found["method"] != "trend_log_linear"
        if found["refusal"]:
            assert found["estimate"] is None and found["refusal"]["reason"].endswith(".")


def test_australia_is_refused_with_the_reason_and_that_is_no_failure(
    capsys: pytest.CaptureFixture[str], shared_fixtures: Path
) -> None:
    file = shared_fixtures / "hidden_population" / "Australia.csv"
    found = answer(capsys, "hidden-population", "--lists", str(file), "--replicates", "200")
    assert found["refusal"]["code"] == "models_disagree"
    assert run(["estimate", "hidden-population", str(file), "--replicates", "200"]) == 0
    assert "no estimate" in capsys.readouterr().out


def test_a_line_list_and_a_triangle_are_told_apart(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], shared_fixtures: Path
) -> None:
    lines = shared_fixtures / "nowcast" / "husO104Hosp_linelist.csv"
    options = ("--step", "day", "--as-of", "2011-06-02", "--maximum-delay", "15")
    found = answer(capsys, "nowcast", str(lines), *options)
    assert found["details"]["delay_distribution"][:3] == pytest.approx([0.0034, 0.0270, 0.0760], abs=5e-5)
    printed = written(
        tmp_path / "triangle.csv",
        [
            "month,0,1,2",
            *(f"2020-{month:02d},20,{8 if month < 12 else ''},{4 if month < 11 else ''}" for month in range(1, 13)),
        ],
    )
    assert len(answer(capsys, "nowcast", printed)["details"]["periods"]) == 2


def test_a_shift_of_the_mix_names_its_categories(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = written(tmp_path / "forms.csv", ["form,2019,2020", "sexual,60,20", "labour,30,70", "other,10,10"])
    found = answer(capsys, "composition", file)
    assert found["details"]["p"] < 0.001
    assert [row["category"] for row in found["details"]["categories"]] == ["sexual", "labour", "other"]
    several = answer(capsys, "composition", file, "--persons", "80", "90")
    assert several["refusal"]["code"] == "several_answers_per_person"


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (["period,count", "2015-01,12", "2015-02,x1"], "line 3, column count: the cell is not a number"),
        (["period,count", "2015-01,12", "2015-13,1"], "line 3, column period: the cell is not a period"),
        (["period,count", "2015-01,-4"], "line 2, column count: a count is a whole number"),
        (["period,count", "2015-01,4", "2015-01,5"], "has 2015-01 more than once"),
        (["period,count", "2015,4", "2015-02,5"], "all years, all quarters or all months"),
        (["when,how_many,why", "2015,4,x"], "has no column 'period'"),
        (["period,count", "2015-01,4,7"], "line 2: the row has not as many cells"),
        (["period,count"], "has a header and no rows"),
        ([""], "is empty"),
    ],
)
def test_a_table_that_cannot_be_used_is_refused_in_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], rows: list[str], said: str
) -> None:
    assert run(["estimate", "trend", written(tmp_path / "series.csv", rows)]) == 3
    told = capsys.readouterr()
    assert said in told.err
    assert told.out == ""
    assert "Traceback" not in told.err


@pytest.mark.parametrize(
    "arguments",
    [
        ("covid", "--pre", "2019", "--post", "2020-03:2021-06"),
        ("covid", "--pre", "2015-01:2020-12", "--post", "2020-03:2021-06"),
        ("trend", "--level", "2"),
        ("trend", "--breaks", "20x6"),
    ],
)
def test_wrong_arguments_end_with_two(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...]
) -> None:
    file = monthly(tmp_path / "series.csv")
    assert run(["estimate", arguments[0], file, *arguments[1:]]) == 2
    assert capsys.readouterr().err.startswith("tip-trends: ")


def test_csv_and_table_say_the_same_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = monthly(tmp_path / "series.csv")
    expected = answer(capsys, "trend", file)
    assert run(["estimate", "trend", file, "--format", "csv"]) == 0
    lines = dict(line.split(",", 1) for line in capsys.readouterr().out.splitlines())
    assert float(lines["estimate"]) == pytest.approx(expected["estimate"])
    assert run(["estimate", "trend", file]) == 0
    assert "95 % interval" in capsys.readouterr().out
