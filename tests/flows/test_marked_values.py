"""Of an .xls, an .ods and a text a fresh workbook of values comes back, problem cells where the report names them."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from flows.holdings.received import folder_of
from flows.home import Home, Settings, write_settings
from flows.intake import marked_values
from flows.intake.ingest import ingest_file
from tests.flows.extracts import Extract, as_ods, as_xls
from tests.flows.test_marked_copy import DAY, LANGUAGES, REGISTER, amber, marked
from transforms.acceptance import Acceptance

SOUND = {
    "reporting_country": "XX",
    "body": "NGO",
    "status": "ActualVictimOfTrafficking",
    "registered_date": "2022-03-01",
    "sex": "Feminine",
    "age": "17",
    "extract_date": "2023-07-20",
}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home whose first language is Russian."""
    folder = tmp_path / "home"
    write_settings(Home(folder=folder).create(), Settings(country="XX", languages=LANGUAGES))
    return folder


def line(number: int, delimiter: str, **changes: str) -> str:
    row = dict.fromkeys(REGISTER, "") | SOUND | {"person_key": f"{number:016x}"} | changes
    return delimiter.join(row[header] for header in REGISTER)


def text(path: Path, *lines: str, delimiter: str = ",", encoding: str = "utf-8") -> Path:
    path.write_bytes("\n".join([delimiter.join(REGISTER), *lines, ""]).encode(encoding))
    return path


def copy_of(home: Path, taken: Acceptance) -> tuple[Any, Any]:
    """(the list of problems, the sheet of values)"""
    listed, sheet = load_workbook(marked(home, taken)).worksheets
    return listed, sheet


def named(taken: Acceptance) -> set[str]:
    return {cell for problem in taken.problems for cell in problem.cells}


@pytest.mark.parametrize(
    ("delimiter", "encoding"), [(",", "utf-8"), (";", "utf-8-sig"), ("\t", "utf-16"), (";", "cp1251")]
)
def test_the_cells_of_a_text_are_marked_where_a_spreadsheet_shows_them(
    home: Path,
    tmp_path: Path,
    delimiter: str,
    encoding: str,
) -> None:
    rows = [line(n, delimiter, remark="жилище") for n in range(3)]
    wrong = [line(8, delimiter, sex="F"), line(9, delimiter, age="317", remark="=1+1 жилище")]
    path = text(tmp_path / "list.csv", *rows, "", *wrong, delimiter=delimiter, encoding=encoding)
    taken = ingest_file(home, path, received_on=DAY)
    listed, sheet = copy_of(home, taken)
    assert sheet.title == "list" and len(named(taken)) >= 2
    assert amber(sheet) >= named(taken)
    assert {row for row in range(1, sheet.max_row + 1) if sheet.cell(row, 1).value is None} == {5}
    assert [sheet.cell(1, place).value for place in range(1, len(REGISTER) + 1)] == list(REGISTER)
    assert {sheet[address].value for address in named(taken)} >= {"F"}
    assert all(cell.data_type in ("s", "n") for row in sheet.iter_rows() for cell in row)
    (formula,) = [cell for row in sheet.iter_rows() for cell in row if cell.value == "=1+1 жилище"]
    assert formula.data_type == "s"
    assert "без оформления" in listed["A1"].value
    assert all(sheet[address].comment.text for address in named(taken))


def test_a_row_that_could_not_be_read_leaves_its_place_and_moves_no_other(home: Path, tmp_path: Path) -> None:
    path = text(
        tmp_path / "list.csv", line(1, ","), line(2, ",") + ",x,y,z", line(3, ",", sex="F"), line(4, ",", sex="M")
    )
    taken = ingest_file(home, path, received_on=DAY)
    sheet = copy_of(home, taken)[1]
    sexes = {f"{address}" for address in named(taken) if address[-1] in "45"}
    assert {sheet[address].value for address in sexes} == {"F", "M"}
    assert "A3" in amber(sheet)


@pytest.mark.parametrize(("write", "suffix"), [(as_xls, ".xls"), (as_ods, ".ods")])
def test_the_cells_of_an_old_or_open_workbook_are_marked(
    home: Path,
    tmp_path: Path,
    write: Any,
    suffix: str,
) -> None:
    path = tmp_path / f"book{suffix}"
    sent = Extract(REGISTER, tuple(tuple(row.split(",")) for row in (line(1, ","), line(2, ",", sex="F"))))
    path.write_bytes(write(sent))
    taken = ingest_file(home, path, received_on=DAY)
    sheet = copy_of(home, taken)[1]
    (wrong,) = named(taken)
    assert amber(sheet) == {wrong} and sheet[wrong].value == "F" and sheet[wrong].row == 3
    assert [[cell.value for cell in row] for row in sheet.iter_rows(max_row=2)] == [
        list(sent.header), [cell or None for cell in sent.rows[0]],
    ]  # fmt: skip
    assert sheet.title == "list"
    with zipfile.ZipFile(marked(home, taken)) as archive:
        assert not [name for name in archive.namelist() if b"<f>" in archive.read(name) or "vba" in name]


@pytest.mark.parametrize("bound", ["MOST_BYTES", "MOST_CELLS"])
def test_a_file_beyond_the_bound_gets_none_and_the_page_says_so(
    home: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    bound: str,
) -> None:
    monkeypatch.setattr(marked_values, bound, 10)
    taken = ingest_file(home, text(tmp_path / "list.csv", line(1, ","), line(2, ",", sex="F")), received_on=DAY)
    assert taken.rows_accepted == 1
    (sentence,) = taken.marked_copy
    assert str(sentence).startswith("The file is too large for a marked copy (more than 12 MB unpacked, or 300000")
    assert not list(folder_of(home, taken.sha256).glob("*-marked.xlsx"))
    page = (home / "acceptance" / f"{taken.sha256[:12]}.ru.html").read_text(encoding="utf-8")
    assert "300\u00a0000" in page


def test_the_same_text_gives_the_same_bytes(home: Path, tmp_path: Path) -> None:
    path = text(tmp_path / "list.csv", line(1, ","), line(2, ",", sex="F"))
    copies = []
    for number in range(2):
        ingest_file(home, path, received_on=DAY, dry_run=True, reports=tmp_path / f"trial{number}")
        (copy,) = (tmp_path / f"trial{number}").glob("*-marked.xlsx")
        copies.append(copy.read_bytes())
    assert copies[0] == copies[1]


def test_what_no_sheet_may_be_called_or_hold_is_replaced(home: Path, tmp_path: Path) -> None:
    name = "список [черновик] очень длинного имени файла.csv"
    path = text(tmp_path / name, line(1, ","), line(2, ",", sex="F", remark="a\x0bb"))
    sheet = copy_of(home, ingest_file(home, path, received_on=DAY))[1]
    assert sheet.title == "список _черновик_ очень длинног"
    assert "a\ufffdb" in {cell.value for row in sheet.iter_rows() for cell in row}
