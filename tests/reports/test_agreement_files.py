"""Every file that shows released cells held against the manifest: one changed cell is found and its place is named."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from openpyxl import load_workbook

from reports.agreement.files import disagreements, files_with_cells
from reports.manifest import edition_json
from reports.render import edition_files
from tests.reports.drawn import EDITIONS, files_of
from tests.reports.editions import APPROVED, edition, table

BOOK, PAGE, DATA, SUBMISSION = "tables.en.xlsx", "report.en.html", "sdmx.csv", "sdg_16_2_2.csv"
SHEET = "T009_identified_sex"
FLAGGED = """period | value | status
    2019 | 1407 | P
    2020 | 12 | R
    2021 | 13 | E
    2022 | 14 | B
    2023 | 0 |"""


def document(files: Any) -> dict[str, Any]:
    return dict(json.loads(files["edition.json"]))


def found(files: Any) -> list[tuple[str, str]]:
    """Name of each file that disagrees, and the places in it."""
    return [(one.name, one.where) for one in disagreements(document(files), files)]


@pytest.mark.parametrize("language", ["en", "ru", "tk"])
@pytest.mark.parametrize("name", EDITIONS)
def test_all_files_of_an_edition_agree_with_its_manifest(name: str, language: str) -> None:
    files = files_of(name, language)
    assert found(files) == []
    counted = files_with_cells(files)
    assert (counted["workbooks"], counted["pages"]) == (1, 1)


@pytest.mark.parametrize("shown", ["; 97 countries, estimated", ">97</a>"])
def test_another_number_of_countries_that_a_sum_is_over_is_named(shown: str) -> None:
    files = dict(files_of("world"))
    html = files[PAGE].decode()
    assert html.count(shown) == 1
    files[PAGE] = html.replace(shown, shown.replace("97", "96")).encode()
    ((name, place),) = found(files)
    assert name == PAGE and place.endswith("figure T2:2015")


@pytest.mark.parametrize("language", ["en", "ru", "tk"])
def test_flags_and_thousands_are_read_in_every_language(language: str) -> None:
    released = edition(
        [table(FLAGGED), table("period | value | status\n2023 | 1 |", key="persons_convicted_by_period")]
    )
    assert found(edition_files(released, [language], APPROVED)) == []


def rebooked(content: bytes, change: Callable[[Any], None]) -> bytes:
    """The workbook after a person opened it, changed something and saved it."""
    book, out = load_workbook(io.BytesIO(content)), io.BytesIO()
    change(book)
    book.save(out)
    return out.getvalue()


def test_a_workbook_that_was_opened_and_saved_still_agrees() -> None:
    files = dict(files_of("national"))
    files[BOOK] = rebooked(files[BOOK], lambda book: None)
    assert found(files) == []


def at(book: Any, kind: str) -> tuple[str, str]:
    """Sheet and address of the first cell that shows something of a kind."""
    for sheet in book.worksheets[3:]:
        (named,) = sheet.tables.values()
        heads = [column.name for column in named.tableColumns]
        for row in sheet.iter_rows(min_row=7):
            held = dict(zip(heads, row, strict=True))
            value = next(cell for head, cell in held.items() if head.startswith("Value"))
            if kind == "sign" and value.value == "[c]":
                return sheet.title, value.coordinate
            if kind == "value" and isinstance(value.value, int) and value.value > 0:
                return sheet.title, value.coordinate
            if kind in held and isinstance(held[kind].value, float | int | str):
                return sheet.title, held[kind].coordinate
    raise AssertionError(f"no cell with {kind}")


CHANGES: dict[str, tuple[str, object]] = {
    "a value": ("value", 731),
    "a value that became a formula": ("value", "=700+31"),
    "a value that became a text": ("value", "99"),
    "a sign that became a number": ("sign", 3),
    "a sign of another state": ("sign", "[x]"),
    "a state": ("Status", "provisional"),
    "a bound": ("Lower bound", 0.5),
    "a base": ("Base", 7),
    "a label": ("Sex", "Male"),
}


@pytest.mark.parametrize("what", CHANGES)
def test_one_changed_cell_of_a_workbook_is_named_by_sheet_and_cell(what: str) -> None:
    kind, held = CHANGES[what]
    files = dict(files_of("national"))
    sheet, address = at(load_workbook(io.BytesIO(files[BOOK])), kind)

    def change(book: Any) -> None:
        assert book[sheet][address].value != held
        book[sheet][address] = held

    files[BOOK] = rebooked(files[BOOK], change)
    assert found(files) == [(BOOK, f"sheet {sheet}, cell {address}")]
    assert "731" not in str(found(files))


def test_sheets_and_rows_too_many_or_too_few_are_named() -> None:
    files = dict(files_of("national"))
    whole = files[BOOK]

    def without(book: Any) -> None:
        del book[SHEET]

    files[BOOK] = rebooked(whole, without)
    assert found(files) == [(BOOK, "lacks the sheet of table T009")]
    files[BOOK] = rebooked(whole, lambda book: book.create_sheet("T999_more"))
    assert found(files) == [(BOOK, "sheet T999_more is of no table")]
    files[BOOK] = rebooked(whole, lambda book: book[SHEET].delete_rows(9))
    (wrong,) = found(files)
    assert re.fullmatch(rf"sheet {SHEET} has (\d+) rows in place of (\d+)", wrong[1])
    files[BOOK] = rebooked(whole, lambda book: book[SHEET].__setitem__("J9", 12))
    assert f"sheet {SHEET} has 10 columns in place of " in found(files)[0][1]


def cells_of(html: str) -> list[re.Match[str]]:
    return list(re.finditer(r'<td class="num"><a tabindex="-1" href="#(T[^"]+)">(\d+)</a></td>', html))


def test_one_changed_figure_of_a_page_is_named_by_its_line_and_address() -> None:
    files = dict(files_of("national"))
    html = files[PAGE].decode()
    cell = cells_of(html)[7]
    line = html[: cell.start()].count("\n") + 1
    wrong = html[: cell.start(2)] + "731" + html[cell.end(2) :]
    files[PAGE] = wrong.encode()
    assert found(files) == [(PAGE, f"line {line}, figure {cell[1]}")]
    hidden = html[: cell.start(2)] + '<abbr class="mark">[c]</abbr>' + html[cell.end(2) :]
    files[PAGE] = hidden.encode()
    assert found(files) == [(PAGE, f"line {line}, figure {cell[1]}")]
    files[PAGE] = html.replace("[c]</abbr></a>", "3</abbr></a>", 1).encode()
    assert [name for name, _ in found(files)] == [PAGE]
    files[PAGE] = re.sub(r'(<div class="at"[^>]*><strong>[^<]*:.)\d+<', r"\g<1>731<", html, count=1).encode()
    assert files[PAGE] != html.encode() and [name for name, _ in found(files)] == [PAGE]


@pytest.mark.parametrize("language", ["ru", "tk"])
def test_a_decimal_of_a_page_is_read_as_its_language_writes_it(language: str) -> None:
    page = f"report.{language}.html"
    files = dict(files_of("national", language))
    html = files[page].decode()
    share = re.search(r'href="#(T\d+:[^"]+)">(\d+),(\d+)</a>', html)
    assert share is not None
    files[page] = (html[: share.start(2)] + str(int(share[2]) + 1) + html[share.end(2) :]).encode()
    assert found(files)[0][1].endswith(f"figure {share[1]}")


@pytest.mark.parametrize(
    ("column", "new"),
    [
        ("OBS_VALUE", "731"), ("OBS_STATUS", "P"), ("CONF_STATUS", "N"), ("SEX", "M"), ("SEX", "_O"),
        ("MEASURE", "RATE"), ("TIME_PERIOD", "1999"), ("LOWER_BOUND", "1"), ("BASE", "1"),
        ("NOTICE", "REAL"), ("REGION", "XX-2"),
    ],
)  # fmt: skip
def test_one_changed_cell_of_the_data_set_is_named_by_row_and_column(column: str, new: str) -> None:
    files = dict(files_of("national"))
    head, *lines = files[DATA].decode().splitlines(keepends=True)
    place = head.strip().split(",").index(column)
    chosen = next(
        n for n, line in enumerate(lines) if f",{'XX-1' if column == 'REGION' else 'F'}," in line and ",_Z," not in line
    )
    cells = lines[chosen].strip().split(",")
    assert cells[place] != new
    cells[place] = new
    lines[chosen] = ",".join(cells) + "\r\n"
    files[DATA] = "".join((head, *lines)).encode()
    assert found(files) == [(DATA, f"row {chosen + 2}, column {column}")]


def test_a_changed_figure_of_the_submission_is_named() -> None:
    files = dict(files_of("national"))
    assert found(files) == []
    head = "SERIES,TIME_PERIOD,SEX,AGE,OBS_VALUE,CONF_STATUS\r\n"
    content = head + "VC_HTF_DETV,2023,_T,_T,{},F\r\nVC_HTF_DETVSX,2023,_T,_T,5,F\r\n"
    cells = document(files)["tables"][0]["cells"]
    told = next(cell["value"] for cell in cells if cell["at"] == {"period": "2023"})
    files[SUBMISSION] = content.format(told).encode()
    assert found(files) == []
    files[SUBMISSION] = content.format(told + 1).encode()
    assert found(files) == [(SUBMISSION, "row 2, column OBS_VALUE")]


@pytest.mark.parametrize("name", [BOOK, PAGE, DATA])
@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"PK\x03\x04", b"<!", b"<![", b"a,b\r\n"])
def test_garbage_is_a_disagreement_and_no_failure(name: str, content: bytes) -> None:
    files = {**files_of("national"), name: content}
    assert [one for one, _ in found(files)] == [name]


def test_a_swollen_workbook_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reports.agreement.workbooks._LARGEST", 1000)
    assert found(files_of("national")) == [(BOOK, "is no workbook")]


def test_the_notice_in_place_of_a_withdrawn_workbook_holds_no_figure() -> None:
    released = edition([table(FLAGGED)])
    files = edition_files(released, ["en"], APPROVED)
    told = json.loads(edition_json(released, [], APPROVED))
    wrong = [one.where for one in disagreements(told, files, is_withdrawn=True)]
    assert len(wrong) == 1 and wrong[0].startswith("sheet T001_identified, cell B7 and 4 more")
