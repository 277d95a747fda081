"""Errors and formulas without a result in the workbooks of LibreOffice and of the old Excel: never an empty cell."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path

import pytest
import xlwt

from flows.readers.compound import Damaged, streams
from flows.readers.staged import NO_RESULT
from flows.readers.unresolved import with_unresolved
from flows.readers.unresolved_xls import unresolved_xls
from flows.readers.workbook import read_grids
from tests.flows.extracts import zipped
from tests.flows.test_sheets import HEADER, row, taken
from transforms.errors import FileRejected

ERRORS = {"#NULL!": 0, "#DIV/0!": 7, "#VALUE!": 15, "#REF!": 23, "#NAME?": 29, "#NUM!": 36, "#N/A": 42}
SPACES = (
    "".join(f' xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"' for name in ("office", "table", "text"))
    + ' xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
)


def text_cell(text: object) -> str:
    return f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>'


def error_cell(error: str) -> str:
    """As LibreOffice writes it."""
    return (
        '<table:table-cell table:formula="of:=1/0" office:value-type="string" office:string-value="" '
        f'calcext:value-type="error"><text:p>{error}</text:p></table:table-cell>'
    )


def open_document(path: Path, *rows: str, name: str = "2022") -> Path:
    body = "".join(f"<table:table-row>{cells}</table:table-row>" for cells in rows)
    path.write_bytes(
        zipped({
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": f'<?xml version="1.0" encoding="UTF-8"?><office:document-content{SPACES}><office:body>'
            f'<office:spreadsheet><table:table table:name="{name}">{body}</table:table></office:spreadsheet>'
            "</office:body></office:document-content>",
            "META-INF/manifest.xml": "<manifest/>",
        })
    )  # fmt: skip
    return path


def figures(*cells: str) -> list[str]:
    """Rows of an OpenDocument sheet: the header, then a year each from 2021 on with this cell as its figure."""
    header = "".join(map(text_cell, HEADER))
    return [header, *("".join(map(text_cell, row(2021 + n)[:-1])) + cell for n, cell in enumerate(cells))]


FIGURE = '<table:table-cell table:formula="of:=2+2" office:value-type="float" office:value="4"><text:p>4</text:p>'
OPEN: dict[str, tuple[str, str | None]] = {
    "an error of LibreOffice": (error_cell("#DIV/0!"), "#DIV/0!"),
    "an error in Russian": (error_cell("#ССЫЛ!"), "#ССЫЛ!"),
    "an error by number": (error_cell("Err:502"), "Err:502"),
    "an error that passes for zero": (
        '<table:table-cell table:formula="of:=x" office:value-type="float" office:value="0"><text:p>#REF!</text:p>'
        "</table:table-cell>",
        "#REF!",
    ),
    "a formula without a result": ('<table:table-cell table:formula="of:=1+1"/>', NO_RESULT),
    "a formula without a result, with a note": (
        '<table:table-cell table:formula="of:=1+1"><office:annotation><text:p>n</text:p></office:annotation>'
        "</table:table-cell>",
        NO_RESULT,
    ),
    "a formula with a result": (f"{FIGURE}</table:table-cell>", None),
    "a formula with an empty text": (
        '<table:table-cell table:formula="of:=IF(1;&quot;&quot;)" office:value-type="string" office:string-value=""/>',
        None,
    ),
    "an empty cell": ("<table:table-cell/>", None),
}


@pytest.mark.parametrize("kind", OPEN)
def test_in_an_open_document_only_what_stands_for_nothing_stays_empty(tmp_path: Path, kind: str) -> None:
    cell, told = OPEN[kind]
    path = open_document(tmp_path / "f.ods", *figures(text_cell(4.1), cell, text_cell(4.3)))
    before = read_grids(path)
    grids, notes = with_unresolved(path, before)
    column = grids[0].frame.to_series(5).to_list()
    assert column == (["OBS_VALUE", "4.1", told, "4.3"] if told else before[0].frame.to_series(5).to_list())
    assert [("2022!F3" in str(note)) for note in notes] == ([True] if told == NO_RESULT else [])


def test_the_place_of_a_cell_counts_what_is_repeated_merged_or_far_away(tmp_path: Path) -> None:
    far = '<table:table-cell table:formula="of:=1" table:number-columns-repeated="16000"/>'
    cells = f"<table:table-cell/>{text_cell('a')}<table:covered-table-cell/>{error_cell('#REF!')}{text_cell('b')}{far}"
    path = open_document(tmp_path / "f.ods", '<table:table-cell table:number-columns-repeated="3"/>', cells)
    grids, _ = with_unresolved(path, read_grids(path))
    shown = [None] * grids[0].first_column + list(grids[0].frame.row(1))
    assert shown == [None, "a", None, "#REF!", "b"]


def test_a_row_that_is_repeated_has_its_error_in_each(tmp_path: Path) -> None:
    header, cells = figures(error_cell("#REF!"))
    path = open_document(
        tmp_path / "f.ods", f'{header}</table:table-row><table:table-row table:number-rows-repeated="3">{cells}'
    )
    grids, _ = with_unresolved(path, read_grids(path))
    assert grids[0].frame.to_series(5).to_list() == ["OBS_VALUE", "#REF!", "#REF!", "#REF!"]


def test_an_open_document_with_such_cells_is_taken_without_them(tmp_path: Path) -> None:
    cells = (text_cell(4.1), error_cell("#REF!"), '<table:table-cell table:formula="of:=1+1"/>', "<table:table-cell/>")
    acceptance, known = taken(open_document(tmp_path / "f.ods", *figures(*cells)))
    assert [(problem.family, problem.cells) for problem in acceptance.problems] == [("not_a_number", ("F3", "F4"))]
    assert any("1 formula has no result stored (2022!F4)" in note for note in acceptance.notes)
    assert known == [("2021", 4.1), ("2024", None)]


def test_an_open_document_that_only_this_looks_into_is_refused_when_damaged(tmp_path: Path) -> None:
    path = open_document(tmp_path / "f.ods", *figures(error_cell("#REF!")))
    good = read_grids(path)
    open_document(path, *figures(error_cell("&nothing;")))
    with pytest.raises(FileRejected, match="damaged"):
        with_unresolved(path, good)


Write = Callable[[xlwt.Worksheet], None]


def old_workbook(path: Path, write: Write, name: str = "2022") -> Path:
    book = xlwt.Workbook()
    sheet = book.add_sheet(name)
    for number, cells in enumerate((HEADER, *(row(2021 + n) for n in range(4)))):
        for place, cell in enumerate(cells):
            if not (number and place == 5):
                sheet.write(number, place, cell)
    write(sheet)
    book.save(path)
    return path


def with_figures(*cells: object) -> Write:
    def write(sheet: xlwt.Worksheet) -> None:
        for number, cell in enumerate(cells, start=1):
            if isinstance(cell, str) and cell.startswith("#"):
                sheet.row(number).set_cell_error(5, ERRORS[cell])
            elif cell is not None:
                sheet.write(number, 5, xlwt.Formula(cell[1:]) if isinstance(cell, str) else cell)

    return write


@pytest.mark.parametrize("error", ERRORS)
@pytest.mark.parametrize("name", ["2022", "Раздел 1", "Ýyl"])
def test_an_error_in_an_old_workbook_is_no_empty_cell(tmp_path: Path, error: str, name: str) -> None:
    path = old_workbook(tmp_path / "f.xls", with_figures(4.1, error, None, 5), name)
    grids, notes = with_unresolved(path, read_grids(path))
    assert grids[0].frame.to_series(5).to_list() == ["OBS_VALUE", "4.1", error, None, "5"]
    assert notes == ()


def test_a_formula_that_nothing_computed_is_no_empty_cell_in_an_old_workbook(tmp_path: Path) -> None:
    acceptance, known = taken(old_workbook(tmp_path / "f.xls", with_figures(4.1, "=1+1", "#REF!", None)))
    assert [(problem.family, problem.cells) for problem in acceptance.problems] == [("not_a_number", ("F3", "F4"))]
    assert any("1 formula has no result stored (2022!F3)" in note for note in acceptance.notes)
    assert known == [("2021", 4.1), ("2024", None)]


def computed(path: Path, place: int, result: bytes) -> bytes:
    """The stream of the workbook with the eight bytes of a result in one of its formulas, counted from 0."""
    stream = streams(path.read_bytes())["Workbook"]
    unknown = struct.pack("<Q", 0xFFFF000000000003)
    parts = stream.split(unknown)
    assert len(parts) > place + 1
    return unknown.join(parts[: place + 1]) + result + unknown.join(parts[place + 1 :])


def test_where_a_formula_was_computed_an_empty_text_is_the_result_of_the_others(tmp_path: Path) -> None:
    path = old_workbook(tmp_path / "f.xls", with_figures("=1+1", "=2+2", "=3+3"))
    nothing = unresolved_xls(streams(path.read_bytes())["Workbook"])
    assert nothing == {"2022": {(1, 5): NO_RESULT, (2, 5): NO_RESULT, (3, 5): NO_RESULT}}
    assert unresolved_xls(computed(path, 0, struct.pack("<d", 2.0))) == {}
    wrong = bytes([2, 0, 0x07, 0, 0, 0, 0xFF, 0xFF])
    assert unresolved_xls(computed(path, 1, wrong))["2022"][2, 5] == "#DIV/0!"


def test_an_old_workbook_that_only_this_looks_into_is_refused_when_damaged(tmp_path: Path) -> None:
    path = old_workbook(tmp_path / "f.xls", with_figures("#REF!"))
    grids = read_grids(path)
    path.write_bytes(path.read_bytes()[:2000])
    with pytest.raises(Damaged):
        streams(path.read_bytes())
    with pytest.raises(FileRejected, match="damaged"):
        with_unresolved(path, grids)


def test_the_name_of_a_sheet_before_1997_is_read_by_its_code_page() -> None:
    def record(kind: int, content: bytes) -> bytes:
        return struct.pack("<HH", kind, len(content)) + content

    end = record(0x000A, b"")
    name = "Форма".encode("cp1251")

    def start(at: int) -> bytes:
        return (
            record(0x0809, struct.pack("<HH", 0x0500, 5))
            + record(0x0042, struct.pack("<H", 1251))
            + record(0x0085, struct.pack("<IBBB", at, 0, 0, len(name)) + name)
            + end
        )

    sheet = record(0x0205, struct.pack("<HHHBB", 3, 2, 0, 0x17, 1)) + record(
        0x0205, struct.pack("<HHHBB", 3, 3, 0, 1, 0)
    )
    stream = start(len(start(0))) + sheet + end
    assert unresolved_xls(stream) == {"Форма": {(3, 2): "#REF!"}}
