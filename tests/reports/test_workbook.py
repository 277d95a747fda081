"""The workbooks of an edition, read as a person with a spreadsheet and as a program would read them."""

from __future__ import annotations

import io
import json
import re
import tempfile
import zipfile
from collections.abc import Iterator
from datetime import date
from functools import cache
from typing import Any

import fastexcel
import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.utils import range_boundaries
from openpyxl.worksheet.worksheet import Worksheet

from reports import measures
from reports.approval import Withdrawal
from reports.edition import View
from reports.locale import locale
from reports.manifest import edition_json
from reports.spreadsheet import Book, Figure, Sheet, unique, workbook
from reports.withdrawn import KEPT_IN, withdrawn_files
from reports.workbook import tables_workbook
from tests.reports.answered import answered
from tests.reports.editions import APPROVED, COUNTRY, edition, sealed, table, world
from transforms.disclosure.released import ReleasedCell, ReleasedEdition

LANGUAGES = ("en", "ru", "tk")
EDITIONS = {"national": answered, "sparse": lambda: answered(0.12), "world": world}
TAKEN_BACK = Withdrawal(withdrawn_by="B. Nurow", withdrawn_on=date(2024, 6, 2), reason="Counted <twice> & wrongly")
SIGNS = {"[c]", "[x]", "[z]", "[u]"}
HOSTILE = (
    "=cmd()",
    "+7",
    "-2",
    "@SUM(A1)",
    "\t=1",
    "＝1",
    "x" * 500,
    "\u202eright to left",
    "<script>alert(1)</script>",
    "_x0041_",
)


@cache
def content(name: str, language: str) -> bytes:
    return tables_workbook(View(EDITIONS[name](), locale(language), APPROVED))


def book(content: bytes) -> Workbook:
    return load_workbook(io.BytesIO(content))


def tables_of(workbook: Workbook) -> list[Worksheet]:
    """The sheets of tables, those in front left out."""
    return workbook.worksheets[3:]


def cells_of(sheet: Worksheet) -> Iterator[dict[str, Any]]:
    """Cells of the table of a sheet, row by row."""
    (found,) = sheet.tables.values()
    left, top, right, bottom = range_boundaries(found.ref)
    for row in sheet.iter_rows(min_row=top + 1, max_row=bottom, min_col=left, max_col=right):
        yield {column.name: cell for column, cell in zip(found.tableColumns, row, strict=True)}


def manifest(released: ReleasedEdition) -> list[dict[str, Any]]:
    tables: list[dict[str, Any]] = json.loads(edition_json(released, [], APPROVED))["tables"]
    return tables


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", EDITIONS)
def test_every_table_has_a_sheet_with_the_numbers_of_the_manifest(name: str, language: str) -> None:
    known = manifest(EDITIONS[name]())
    sheets = tables_of(book(content(name, language)))
    assert len(sheets) == len(known) > 5
    for sheet, told in zip(sheets, known, strict=True):
        rows = [[cell.value for cell in row.values()] for row in cells_of(sheet)]
        wide = len(told["dimensions"])
        assert [row[wide] for row in rows if not isinstance(row[wide], str)] == [
            cell["value"] for cell in told["cells"] if cell["value"] is not None
        ]
        for row, cell in zip(rows, told["cells"], strict=True):
            if cell["value"] is None:
                assert row[wide] in SIGNS
            numbers = [value for value in row[wide + 2 :] if isinstance(value, int | float)]
            assert numbers == [cell[key] for key in ("lower", "upper", "base") if cell[key] is not None]


def test_another_reader_finds_the_same_numbers() -> None:
    found = fastexcel.read_excel(content("national", "ru"))
    told = manifest(answered())[0]
    read = found.load_sheet(3, header_row=5).to_polars()
    assert read.to_series(1).to_list() == [cell["value"] for cell in told["cells"]]


def test_the_sheets_of_the_tables_are_called_alike_in_all_languages() -> None:
    names = [[sheet.title for sheet in tables_of(book(content("national", language)))] for language in LANGUAGES]
    assert names[0] == names[1] == names[2]
    assert len(set(names[0])) == len(names[0])
    assert all(len(name) <= 31 and name.isascii() for name in names[0])
    assert "T010_identified_sex_share" in names[0]


STATES = (
    ("C", "[c]", "suppressed"), ("D", "[c]", "suppressed"), ("O", "[x]", "not reported"),
    ("U", "[u]", "too unreliable to show"), ("M", "[z]", "not applicable"),
)  # fmt: skip


@pytest.mark.parametrize(("status", "sign", "word"), STATES)
def test_what_is_no_number_is_a_sign_with_its_state_in_words(status: str, sign: str, word: str) -> None:
    released = edition([table(f"period | value | status\n2022 | 7 | P\n2023 | | {status}")])
    sheet = tables_of(book(tables_workbook(View(released, locale("en"), APPROVED))))[0]
    shown, hidden = cells_of(sheet)
    assert (shown["Value (persons)"].value, shown["Status"].value) == (7, "provisional")
    assert (hidden["Value (persons)"].value, hidden["Status"].value) == (sign, word)


def test_a_suppressed_cell_shows_no_number_even_where_it_carries_one() -> None:
    cells = [ReleasedCell(at=("2022",), value=20.0), ReleasedCell(at=("2023",), value=3.0, conf_status="C")]
    released = edition([sealed("victims_identified_by_period", ("period",), cells)])
    sheet = tables_of(book(tables_workbook(View(released, locale("en"), APPROVED))))[0]
    assert [row["Value (persons)"].value for row in cells_of(sheet)] == [20, "[c]"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sheet_can_be_read_aloud_and_printed(language: str) -> None:
    made = book(content("national", language))
    assert made.properties.language == language
    assert made.properties.creator == "tip-trends"
    assert made.properties.title and made.properties.subject
    assert made.active.title == made.worksheets[0].title
    for sheet in made.worksheets:
        assert not sheet.merged_cells.ranges
        assert (int(sheet.page_setup.paperSize), int(sheet.page_setup.fitToHeight)) == (9, 0)
        assert sheet.page_setup.fitToWidth in (None, 1)  # 1 is what the format has where nothing stands
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet["A1"].font.b and sheet["A1"].value
        assert {(cell.font.name, cell.font.scheme) for row in sheet.iter_rows() for cell in row} == {("Arial", None)}
    for sheet in made.worksheets[1:]:
        (found,) = sheet.tables.values()
        left, top, right, bottom = range_boundaries(found.ref)
        assert (left, bottom, right) == (1, sheet.max_row, sheet.max_column)
        assert found.headerRowCount != 0 and found.autoFilter is None
        assert sheet.freeze_panes == f"A{top + 1}"
        assert sheet.print_title_rows == f"${top}:${top}"
        assert [cell.value for cell in sheet[top]] == [column.name for column in found.tableColumns]
        for row in sheet.iter_rows(min_row=1, max_row=bottom, max_col=1):
            assert row[0].value not in (None, "")
        for row in sheet.iter_rows(min_row=top, max_row=bottom):
            assert all(cell.value not in (None, "") for cell in row)
        wide = {n for one in sheet.column_dimensions.values() if one.width >= 14 for n in range(one.min, one.max + 1)}
        assert wide == set(range(1, right + 1))


def test_the_contents_lead_to_every_table_and_every_table_back() -> None:
    made = book(content("national", "en"))
    jumps = {row["Sheet"].value: row["Sheet"].hyperlink.location for row in cells_of(made["Contents"])}
    assert jumps == {sheet.title: f"'{sheet.title}'!A1" for sheet in tables_of(made)}
    assert all(sheet["A5"].hyperlink.location == "'Contents'!A1" for sheet in tables_of(made))
    assert {cell.hyperlink.location for (cell,) in made["Cover"].iter_rows() if cell.hyperlink} == {
        "'Contents'!A1",
        "'Notes'!A1",
    }


def test_cautions_are_numbered_on_the_notes_and_named_on_the_sheets_they_apply_to() -> None:
    tables = [
        table("period | value | status\n2023 | 30 |", caveats=("one_person_once", "detection_is_not_prevalence")),
        table("period | value | status\n2023 | 8 |", key="offences_recorded_by_period", caveats=("my_own",)),
    ]
    made = book(tables_workbook(View(edition(tables), locale("en"), APPROVED)))
    told = [cell["Meaning"].value for cell in cells_of(made["Notes"]) if cell["Subject"].value == "Cautions"]
    assert told[0].startswith("A person who stands in the lists") and told[2] == "My own"
    assert [sheet["A4"].value.partition("apply: ")[2] for sheet in tables_of(made)] == ["1, 2.", "3."]


def test_figures_have_the_format_of_their_unit() -> None:
    formats = {
        told["key"].partition(".")[2] + told["unit"]: next(iter(cells_of(sheet)))
        for sheet, told in zip(tables_of(book(content("national", "en"))), manifest(answered()), strict=True)
    }
    seen = {key: list(row.values())[list(row).index("Status") - 1].number_format for key, row in formats.items()}
    assert (seen["person"], seen["sharepct"], seen["phase_ratioratio"]) == ("#,##0", "#,##0.0", "#,##0.00")
    assert seen["phase_meanperson"] == "#,##0.0"


@pytest.mark.parametrize("text", HOSTILE)
def test_what_a_supplier_wrote_is_text_and_never_a_formula(text: str) -> None:
    country = {**COUNTRY, "regions": [{"code": "XX-1", "names": {"en": text}}]}
    key = "victims_identified_by_period_region"
    cells = [ReleasedCell(at=("2023", code), value=30.0) for code in ("XX-1", text)]
    released = edition([sealed(key, ("period", "region"), cells)], context={"country": country})
    made = tables_workbook(View(released, locale("en"), APPROVED))
    assert b"<f>" not in made and b"<script" not in made
    for row in cells_of(tables_of(book(made))[0]):
        cell = row["Region"]
        assert (cell.data_type, cell.value.replace("\r", "")) == ("s", text)
        assert cell.quotePrefix == text.startswith(("=", "+", "-", "@", "\t", "＝"))


def test_characters_that_no_spreadsheet_can_hold_are_left_out() -> None:
    released = edition([sealed("t", ("region",), [ReleasedCell(at=("a\x00\x08b\ud800",), value=9.0)])])
    row = next(cells_of(tables_of(book(tables_workbook(View(released, locale("en"), APPROVED))))[0]))
    assert row["Region"].value == "ab"


def test_lines_within_a_text_end_as_spreadsheets_have_it() -> None:
    (found,) = book(written(Sheet(name="x", lead=("a\r\nb\rc\nd",)))).worksheets
    assert found["A1"].value == "a\nb\nc\nd"


def test_the_same_edition_gives_the_same_bytes_without_a_clock() -> None:
    assert tables_workbook(View(answered(), locale("en"), APPROVED)) == content("national", "en")
    with zipfile.ZipFile(io.BytesIO(content("national", "en"))) as parts:
        assert {(entry.date_time[0], entry.compress_type, entry.create_system) for entry in parts.infolist()} == {
            (2000, zipfile.ZIP_STORED, 0)
        }
    assert book(content("national", "en")).properties.created.date() == answered().as_of


def test_a_synthetic_edition_says_so_on_its_cover_on_every_sheet_and_on_paper() -> None:
    made = book(content("national", "en"))
    assert "SYNTHETIC" in made["Cover"]["A3"].value
    assert all("SYNTHETIC" in sheet["A3"].value for sheet in tables_of(made))
    assert all("SYNTHETIC" in sheet.oddHeader.center.text for sheet in made.worksheets)
    assert b"SYNTHETIC" not in content("world", "en")


def test_a_draft_says_so_on_every_sheet_in_the_properties_and_on_paper() -> None:
    draft = book(tables_workbook(View(answered(), locale("en"))))
    released = book(content("national", "en"))
    assert draft.properties.title.startswith("DRAFT: ") and draft.properties.contentStatus == "Draft"
    for sheet in draft.worksheets:
        assert sheet["A2"].value.startswith("DRAFT: not released") and "DRAFT" in sheet.oddHeader.center.text
    for sheet in released.worksheets:
        assert sheet["A2"].value.startswith("Released on 1 May 2024") and "DRAFT" not in sheet.oddHeader.center.text


@pytest.mark.parametrize(
    ("language", "word"), [("en", "WITHDRAWN"), ("ru", "ВЫПУСК ОТОЗВАН"), ("tk", "NEŞIR YZYNA ALYNDY")]
)
@pytest.mark.parametrize("is_damaged", [False, True])
def test_of_a_withdrawn_edition_a_notice_without_figures_says_where_the_workbook_is_kept(
    language: str, word: str, is_damaged: bool
) -> None:
    name = f"tables.{language}.xlsx"
    files = {
        name: content("national", language)[: 5000 if is_damaged else None],
        "edition.json": b'{"edition": "annual-2023"}',
    }
    after = withdrawn_files(files, TAKEN_BACK)[name]
    made = book(after)
    assert made.properties.title == f"{word}: annual-2023" and made.properties.contentStatus == "Withdrawn"
    assert (made.properties.language, made.properties.created.date()) == (language, TAKEN_BACK.withdrawn_on)
    (sheet,) = made.worksheets
    title, told, edition_, kept = [row[0] for row in sheet.iter_rows(values_only=True)]
    assert title == sheet.title == sheet.oddHeader.center.text == word
    assert sheet["A2"].font.b and "2024" in told and "Counted <twice> & wrongly." in told
    assert edition_.endswith(": annual-2023")
    assert re.search(f"[“«]{KEPT_IN}[”»]", kept)
    assert not sheet.tables and all(isinstance(value, str) for row in sheet.values for value in row)
    assert withdrawn_files(files, TAKEN_BACK)[name] == after


def test_a_table_takes_each_name_of_a_column_once() -> None:
    assert unique(["Status", "status", "a\nb", "Status"]) == ("Status", "status (2)", "a b", "Status (3)")


def written(sheet: Sheet, head: str = "t") -> bytes:
    """A workbook of one sheet."""
    return workbook(
        Book(title="t", subject="", language="en", made_on=date(2024, 1, 1), status="", head=head, sheets=(sheet,))
    )


def test_a_sheet_without_rows_is_made_without_a_table() -> None:
    (found,) = book(written(Sheet(name="x", lead=("title", "state"), header=("a",)), head="A & B")).worksheets
    assert not found.tables and found.oddHeader.center.text == "A && B"


@pytest.mark.parametrize(
    ("head", "shown"),
    [
        ("R&Graph", "R&& Graph"),
        ("&[Picture]", "&& [Picture]"),
        ("&G&P", "&& G&&P"),
        ("x" * 500, "x" * 120),
        ("&" * 500, "&" * 240),
        ("&G" * 500, "&& G" * 60),
        ("😀" * 500, "😀" * 120),
    ],
)
def test_whatever_a_title_holds_the_head_of_printed_pages_is_never_left_out(head: str, shown: str) -> None:
    (found,) = book(written(Sheet(name="x", lead=("title",)), head=head)).worksheets
    assert found.oddHeader.center.text == shown


@pytest.mark.parametrize("text", ["<r><t>7</t></r>", "<r></r><f>1</f></r>"])
def test_a_text_that_looks_like_xml_of_the_library_stays_a_text(text: str) -> None:
    sheet = Sheet(name="x", lead=(text, text), header=(text, "b"), rows=((text, text),))
    made = written(sheet, head=text)
    (found,) = book(made).worksheets
    assert {str(value).rstrip() for row in found.iter_rows(values_only=True) for value in row if value} == {text, "b"}
    assert b"<f>" not in made


def test_what_a_sheet_cannot_hold_is_an_error_and_not_left_out() -> None:
    row = ("a",)
    with pytest.raises(ValueError, match="cannot hold its table"):
        written(Sheet(name="x", lead=("t",), header=row, rows=(row,) * 1_048_576))
    for value in (float("nan"), float("inf")):
        with pytest.raises(TypeError):
            written(Sheet(name="x", lead=("t",), header=row, rows=((Figure(value=value),),)))


def test_nothing_is_written_to_disk_while_a_workbook_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", "/nowhere/at/all")
    assert tables_workbook(View(answered(), locale("en"), APPROVED)) == content("national", "en")


def test_notes_of_cells_are_said_in_words() -> None:
    view = View(edition([]), locale("en"), APPROVED)
    assert measures.note(view, "unknown=1400") == "left out, characteristic unknown: 1,400"
    assert measures.note(view, "base_below_20") == "base below 20"
    assert measures.note(view, "fewer_than_10_events") == "fewer than 10 events"
    assert measures.note(view, "112 countries") == "112 countries"
