"""Workbooks with several sheets, and cells whose formula has no result: nothing of them is left out in silence."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from flows.intake.ingest import Acceptance, ingest_file
from flows.readers.unresolved import with_unresolved
from flows.readers.workbook import read_grids
from flows.warehouse import read_warehouse
from reports.acceptance import acceptance_page
from transforms.errors import FileRejected, IdentifierFound

DAY = date(2024, 3, 1)
HEADER = ("SERIES", "REF_AREA", "TIME_PERIOD", "SEX", "UNIT_MEASURE", "OBS_VALUE")
Cells = Sequence[Sequence[object]]


def row(year: int, value: object = 4.1, area: str = "TM") -> tuple[object, ...]:
    return ("unemployment_rate", area, str(year), "_T", "PT", value)


def book(path: Path, sheets: Mapping[str, Cells], hidden: str = "") -> Path:
    made = openpyxl.Workbook()
    made.remove(made.worksheets[0])
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        sheet.sheet_state = "hidden" if name == hidden else "visible"
        for cells in rows:
            sheet.append(list(cells))
    made.save(path)
    return path


def taken(path: Path) -> tuple[Acceptance, list[tuple[object, ...]]]:
    home = path.parent / "home"
    acceptance = ingest_file(home, path, received_on=DAY)
    with read_warehouse(home) as con:
        return acceptance, con.execute("SELECT time_period, value FROM core.observations ORDER BY ALL").fetchall()


def test_every_sheet_with_the_table_is_read(tmp_path: Path) -> None:
    sheets = {"2022": [HEADER, row(2022)], "note": [["text"]], "2023": [("title",), HEADER, row(2023, 5)]}
    acceptance, figures = taken(book(tmp_path / "years.xlsx", sheets))
    assert (acceptance.verdict, acceptance.sheet, acceptance.rows_read) == ("accepted", "2022, 2023", 2)
    assert figures == [("2022", 4.1), ("2023", 5.0)]


def test_a_problem_names_its_sheet_where_there_are_several(tmp_path: Path) -> None:
    sheets = {"2022": [HEADER, row(2022), row(2021, "many")], "2023": [HEADER, row(2023, "few")]}
    acceptance, _ = taken(book(tmp_path / "years.xlsx", sheets))
    assert [(problem.sheet, problem.cells) for problem in acceptance.problems] == [("2022", ("F3",)), ("2023", ("F2",))]
    page = acceptance_page(acceptance, "en")
    assert page.count("<dt>Sheet</dt>") == 3
    assert acceptance.marked_copy


def test_one_sheet_is_not_named_again_at_each_problem(tmp_path: Path) -> None:
    acceptance, _ = taken(book(tmp_path / "one.xlsx", {"2022": [HEADER, row(2022), row(2021, "many")]}))
    assert acceptance_page(acceptance, "en").count("<dt>Sheet</dt>") == 1


def test_sheets_that_repeat_each_other_are_not_added_up(tmp_path: Path) -> None:
    sheets = {"a": [HEADER, row(2022), row(2023)], "b": [HEADER, row(2022)]}
    acceptance, figures = taken(book(tmp_path / "twice.xlsx", sheets))
    assert [problem.family for problem in acceptance.problems] == ["duplicate_row"]
    assert figures == [("2022", 4.1), ("2023", 4.1)]


@pytest.mark.parametrize(
    ("second", "hidden", "says"),
    [
        ([HEADER, row(2023)], "2023", "hidden sheet “2023” was not read"),
        ([("SERIE", *HEADER[1:]), row(2023)], "", "“2023” was not read: it lacks the columns SERIES"),
    ],
)
def test_a_table_that_is_not_read_is_named(tmp_path: Path, second: Cells, hidden: str, says: str) -> None:
    acceptance, figures = taken(book(tmp_path / "t.xlsx", {"2022": [HEADER, row(2022)], "2023": second}, hidden))
    assert acceptance.verdict == "accepted with remarks"
    assert any(says in note for note in acceptance.notes)
    assert figures == [("2022", 4.1)]


def test_a_hidden_sheet_is_read_where_no_other_has_the_table(tmp_path: Path) -> None:
    acceptance, _ = taken(book(tmp_path / "t.xlsx", {"x": [["text"]], "2022": [HEADER, row(2022)]}, hidden="2022"))
    assert (acceptance.verdict, acceptance.rows_accepted) == ("accepted", 1)


def test_sheets_whose_cells_could_not_be_named_are_refused(tmp_path: Path) -> None:
    sheets = {"2022": [HEADER, row(2022)], "2023": [HEADER[::-1], row(2023)[::-1]]}
    with pytest.raises(FileRejected, match="“2022” and “2023” have the same columns in different places"):
        taken(book(tmp_path / "t.xlsx", sheets))


def test_a_column_that_must_stay_empty_is_looked_at_in_every_sheet(shared_data: Path, tmp_path: Path) -> None:
    form = openpyxl.load_workbook(shared_data / "htcds" / "Toolkit" / "Excel" / "HTCDS Excel Spreadsheet v2.0.xlsx")
    second = form.copy_worksheet(form.worksheets[0])
    second.cell(3, 4, "Jane")
    form.save(tmp_path / "form.xlsx")
    with pytest.raises(IdentifierFound, match="prs_FirstName"):
        ingest_file(tmp_path / "home", tmp_path / "form.xlsx", received_on=DAY)


def test_a_formula_without_a_result_is_no_empty_cell(tmp_path: Path) -> None:
    path = book(tmp_path / "f.xlsx", {"2022": [HEADER, row(2021), row(2022, "=1+1"), row(2023, None)]})
    acceptance, figures = taken(path)
    assert [(problem.family, problem.cells) for problem in acceptance.problems] == [("not_a_number", ("F3",))]
    assert any("1 formula has no result stored (2022!F3)" in note for note in acceptance.notes)
    assert figures == [("2021", 4.1), ("2023", None)]


def test_an_error_is_no_empty_cell_and_a_result_is_one(tmp_path: Path) -> None:
    path = book(tmp_path / "f.xlsx", {"a&b": [HEADER, row(2021), row(2022, "#REF!"), row(2023, "=6*7")]})
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet = parts["xl/worksheets/sheet1.xml"]
    assert b't="e"' in sheet
    parts["xl/worksheets/sheet1.xml"] = sheet.replace(b"<v></v>", b"<v>42</v>").replace(b"<v/>", b"<v>42</v>")
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    grids, notes = with_unresolved(path, read_grids(path))
    assert grids[0].frame.to_series(5).to_list() == ["OBS_VALUE", "4.1", "#REF!", "42"]
    assert notes == ()
