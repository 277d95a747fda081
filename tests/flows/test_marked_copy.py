"""The copy of a workbook with its problem cells marked: what it shows, where it lies, and what it never holds."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.comments import Comment
from openpyxl.workbook.defined_name import DefinedName

import sample_data
from flows.holdings.received import digest, folder_of
from flows.home import Home, Settings, write_settings
from flows.intake.ingest import ingest_file
from flows.intake.marked_workbook import TooMuch, _refuse_heavy, marked_workbook, write_text
from flows.intake.marking import _WRITERS
from reports.acceptance_marks import mark_words
from transforms.acceptance import Acceptance, Mark, Marks
from transforms.errors import FileRejected, IdentifierFound
from transforms.sources.registry import profile

DAY = date(2024, 2, 1)
LANGUAGES = ("ru", "en", "tk")
FORM = next(path for path in sample_data.files() if path.name == "crime_justice_2023.xlsx")
REGISTER = profile("case_register").headers
AMBER = "00FFC000"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home whose first language is Russian."""
    folder = tmp_path / "home"
    write_settings(Home(folder=folder).create(), Settings(country="XX", languages=LANGUAGES))
    return folder


def form(path: Path, changes: dict[str, object]) -> Path:
    """The crime and justice form with some cells changed."""
    book = load_workbook(FORM)
    for address, value in changes.items():
        book.worksheets[0][address] = value
    book.save(path)
    return path


def register(path: Path, *changes: dict[str, str]) -> Path:
    """A case list as a workbook, one sound row per change, with that change made to it."""
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(list(REGISTER))
    for number, change in enumerate(changes):
        row = dict.fromkeys(REGISTER, "") | {
            "reporting_country": "XX",
            "body": "NGO",
            "person_key": f"{number:016x}",
            "status": "ActualVictimOfTrafficking",
            "registered_date": "2022-03-01",
            "sex": "Feminine",
            "age": "17",
            "extract_date": "2023-07-20",
        }
        sheet.append([(row | change)[header] or None for header in REGISTER])
    book.save(path)
    return path


def marked(home: Path, taken: Acceptance) -> Path:
    """The only marked copy that is kept with a file."""
    (path,) = folder_of(home, taken.sha256).glob("*-marked.xlsx")
    return path


def amber(sheet: Any) -> set[str]:
    return {cell.coordinate for row in sheet.iter_rows() for cell in row if cell.fill.fgColor.rgb == AMBER}


def test_the_copy_holds_the_file_as_sent_with_its_problem_cells_coloured_and_commented(
    home: Path, tmp_path: Path
) -> None:
    path = form(tmp_path / "form.xlsx", {"C9": "около 12", "D9": -3})
    taken = ingest_file(home, path, received_on=DAY)
    copy = marked(home, taken)
    assert copy.name == "form-marked.xlsx"
    listed, sheet = load_workbook(copy).worksheets
    sent = load_workbook(path).worksheets[0]
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [
        [cell.value for cell in row] for row in sent.iter_rows()
    ]
    assert sheet.merged_cells.ranges == sent.merged_cells.ranges
    assert sheet.column_dimensions["A"].width == sent.column_dimensions["A"].width
    assert amber(sheet) == {"C9", "D9"}
    note = sheet["C9"].comment.text
    russian, english, turkmen = note.split("\n\n")
    assert russian.startswith("«Значение»: В ячейке стоит число") and "Правильное значение: " in russian
    assert (
        english.startswith("“Значение”: The cell holds a number or one of the agreed signs")
        and "A right value: " in english
    )
    assert "Dogry baha: " in turkmen
    links = {cell.value: cell.hyperlink.location for row in listed.iter_rows() for cell in row if cell.hyperlink}
    assert links == {"C9": "'Форма 1'!C9", "D9": "'Форма 1'!D9"}
    assert listed.title == "Ошибки" and {"Ячейка", "Графа", "Русский", "English"} <= {
        cell.value for row in listed.iter_rows() for cell in row
    }


def test_the_report_says_in_each_language_where_the_copy_lies(home: Path, tmp_path: Path) -> None:
    taken = ingest_file(home, form(tmp_path / "form.xlsx", {"C9": "12 чел."}), received_on=DAY)
    place = marked(home, taken).relative_to(home).as_posix()
    assert str(taken.marked_copy[0]).endswith(f"`{place}`.")
    for language, words in {"ru": "Копия книги", "en": "A copy of the workbook", "tk": "Kitabyň göçürmesi"}.items():
        html = (home / "acceptance" / f"{taken.sha256[:12]}.{language}.html").read_text(encoding="utf-8")
        assert words in html and place in html
    assert not list((home / "acceptance").glob("*.xlsx"))


def test_a_row_that_is_wrong_as_a_whole_is_coloured_as_far_as_it_is_filled(home: Path, tmp_path: Path) -> None:
    path = register(tmp_path / "list.xlsx", {}, {"person_key": f"{0:016x}"}, {"sex": "F"})
    taken = ingest_file(home, path, received_on=DAY)
    listed, sheet = load_workbook(marked(home, taken)).worksheets
    filled = {cell.coordinate for cell in sheet[3] if cell.value is not None}
    (sex,) = [cell.coordinate for cell in sheet[4] if cell.value == "F"]
    assert amber(sheet) == filled | {sex} and len(filled) == 8
    assert "Каждое лицо" in sheet["A3"].comment.text and sheet["B3"].comment is None
    assert "Строка 3" in {cell.value for row in listed.iter_rows() for cell in row}


def test_the_copy_can_be_read_again_as_the_file_was(home: Path, tmp_path: Path) -> None:
    taken = ingest_file(home, form(tmp_path / "form.xlsx", {"C9": "около 12"}), received_on=DAY)
    again = ingest_file(home, marked(home, taken), received_on=DAY, dry_run=True)
    assert (again.rows_read, again.rows_accepted, again.problems) == (
        taken.rows_read, taken.rows_accepted, taken.problems,
    )  # fmt: skip


def test_a_sound_workbook_a_sound_text_and_a_trial_without_a_folder_get_no_copy(home: Path, tmp_path: Path) -> None:
    text = next(path for path in sample_data.files() if path.name == "stringency_SYNTHETIC_XX_2023-03-01.csv")
    for path in (FORM, text):
        assert ingest_file(home, path, received_on=DAY).marked_copy == ()
    wrong = form(tmp_path / "form.xlsx", {"C9": "около 12"})
    assert ingest_file(home, wrong, received_on=DAY, dry_run=True).marked_copy == ()
    assert not list(tmp_path.rglob("*-marked.xlsx"))


def test_a_file_with_identifiers_gets_no_copy_anywhere(home: Path, tmp_path: Path) -> None:
    path = register(tmp_path / "list.xlsx", {"sex": "F"}, {"remark": "aman@example.tm"})
    for is_trial in (False, True):
        with pytest.raises(IdentifierFound):
            ingest_file(home, path, received_on=DAY, dry_run=is_trial, reports=tmp_path / "reports")
    assert not list(tmp_path.rglob("*-marked.xlsx"))


def test_of_a_refused_file_nothing_is_kept_but_a_trial_marks_it_for_its_sender(home: Path, tmp_path: Path) -> None:
    path = register(tmp_path / "list.xlsx", {"sex": "F"}, {"sex": "M"})
    with pytest.raises(FileRejected):
        ingest_file(home, path, received_on=DAY)
    assert not list(tmp_path.rglob("*-marked.xlsx"))
    folder = tmp_path / "reports"
    with pytest.raises(FileRejected):
        ingest_file(home, path, received_on=DAY, dry_run=True, reports=folder)
    (copy,) = folder.glob("*-marked.xlsx")
    assert copy.name == f"{digest(path)[:12]}.list-marked.xlsx"
    assert len(amber(load_workbook(copy).worksheets[1])) == 2
    assert copy.name in (folder / f"{digest(path)[:12]}.en.html").read_text(encoding="utf-8")


def test_nothing_active_is_carried_over_and_no_text_becomes_a_formula(home: Path, tmp_path: Path) -> None:
    path = form(tmp_path / "form.xlsx", {"C9": "около 12", "H1": "=1+1"})
    book = load_workbook(path)
    sheet = book.worksheets[0]
    sheet["H2"] = "=cmd|' /c calc'!A0"
    sheet["H2"].data_type = "s"
    sheet["C9"].comment = Comment("так в отчёте области", "office")
    book.defined_names["outside"] = DefinedName("outside", attr_text="[1]Sheet1!$A$1")
    book.properties.creator = "Aman Amanow"
    book.save(path)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"macro")
        archive.writestr("xl/externalLinks/externalLink1.xml", "<externalLink/>")
    copy = marked(home, ingest_file(home, path, received_on=DAY))
    kept = load_workbook(copy)
    assert {cell.data_type for sheet in kept for row in sheet.iter_rows() for cell in row} <= {"s", "n"}
    assert kept.worksheets[1]["H2"].value == "=cmd|' /c calc'!A0" and kept.worksheets[1]["H1"].value is None
    assert kept.worksheets[1]["C9"].comment.text.endswith("так в отчёте области")
    assert "outside" not in kept.defined_names and kept.properties.creator == "tip-trends"
    with zipfile.ZipFile(copy) as archive:
        assert not [name for name in archive.namelist() if "vba" in name.lower() or "external" in name.lower()]
        assert not [name for name in archive.namelist() if b"<f>" in archive.read(name)]


def test_a_cell_inside_a_merged_range_is_marked_where_it_is_shown(home: Path, tmp_path: Path) -> None:
    path = form(tmp_path / "form.xlsx", {"C9": "около 12"})
    taken = ingest_file(home, path, received_on=DAY, dry_run=True)
    book = load_workbook(path)
    book.worksheets[0].merge_cells("B9:D10")
    book.save(path)
    marks = Marks(places=(Mark(sheet="Форма 1", row=9, cell="C9", faults=(("not_a_number:Значение", "Значение"),)),))
    copy = tmp_path / "copy.xlsx"
    copy.write_bytes(marked_workbook(path, marks, mark_words(taken.problems, marks, ("en",)), tmp_path))
    sheet = load_workbook(copy).worksheets[1]
    assert "B9" in amber(sheet) and sheet["B9"].comment is not None


def test_the_name_of_a_column_that_begins_as_a_formula_stays_a_text(tmp_path: Path) -> None:
    for text in ("=1+1", "+1", "-1", "@SUM(A1)"):
        cell = write_text(Workbook().worksheets[0], 1, 1, text)
        assert (cell.data_type, cell.value, cell.quotePrefix) == ("s", text, True)


def test_the_same_file_gives_the_same_bytes_on_any_day(home: Path, tmp_path: Path) -> None:
    path = form(tmp_path / "form.xlsx", {"C9": "около 12", "D9": -3, "F6": "женшины"})
    copies = []
    for number, day in enumerate((DAY, date(2024, 5, 5))):
        folder = tmp_path / f"trial{number}"
        ingest_file(home, path, received_on=day, dry_run=True, reports=folder)
        (copy,) = folder.glob("*-marked.xlsx")
        copies.append(copy.read_bytes())
    assert copies[0] == copies[1]
    assert copies[0] == marked(home, ingest_file(home, path, received_on=DAY)).read_bytes()
    script = "import sys; from pathlib import Path; from flows.intake.ingest import ingest_file as i\n"
    script += "i(Path(sys.argv[1]), Path(sys.argv[2]), dry_run=True, reports=Path(sys.argv[3]))"
    elsewhere = tmp_path / "elsewhere"
    subprocess.run(
        [sys.executable, "-c", script, home, path, elsewhere],
        check=True,
        env={**os.environ, "PYTHONHASHSEED": "7", "TZ": "Asia/Ashgabat"},
    )
    assert next(elsewhere.glob("*-marked.xlsx")).read_bytes() == copies[0]


def test_the_first_thousand_places_are_marked_and_the_rest_is_counted(home: Path, tmp_path: Path) -> None:
    path = register(tmp_path / "list.xlsx", {}, *[{"sex": "F"}] * 1003)
    taken = ingest_file(home, path, received_on=DAY)
    assert str(taken.marked_copy[-1]) == "3 more places are not marked."
    assert len(amber(load_workbook(marked(home, taken)).worksheets[1])) == 1000


def test_a_workbook_that_cannot_be_written_again_is_taken_all_the_same(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = form(tmp_path / "form.xlsx", {"C9": "около 12"})
    monkeypatch.setattr(
        "flows.intake.marked_workbook.load_workbook", lambda *_, **__: (_ for _ in ()).throw(KeyError("x"))
    )
    taken = ingest_file(home, path, received_on=DAY)
    assert (taken.verdict, taken.rows_accepted) == ("partly accepted", 69)
    assert [str(message) for message in taken.marked_copy] == [
        "No marked copy of this file could be made; the cells are named below."
    ]
    assert not list(home.rglob("*-marked.xlsx"))


@pytest.mark.parametrize(
    "element",
    [
        '<mergeCells count="1"><mergeCell ref="A20:XFD1048576"/></mergeCells>',
        '<x:mergeCells xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        "<x:mergeCell ref='&#65;20:XFD1048576'/></x:mergeCells>",
        '<hyperlinks><hyperlink ref="A20:XFD1048576" location="A1"/></hyperlinks>',
    ],
)
def test_a_few_bytes_that_would_become_billions_of_cells_are_weighed_first(
    home: Path, tmp_path: Path, element: str
) -> None:
    path, hostile = form(tmp_path / "form.xlsx", {"C9": "около 12"}), tmp_path / "hostile.xlsx"
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(hostile, "w") as target:
        for name in source.namelist():
            content = source.read(name).decode("utf-8")
            if name == "xl/worksheets/sheet1.xml":
                content = content.replace("</sheetData>", f"</sheetData>{element}")
            target.writestr(name, content)
    with pytest.raises(TooMuch):
        _refuse_heavy(hostile)
    taken = ingest_file(home, hostile, received_on=DAY)
    assert taken.rows_accepted == 69 and str(taken.marked_copy[0]).startswith("The file is too large")


def test_a_crash_after_loading_is_made_good_by_the_next_attempt(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = form(tmp_path / "form.xlsx", {"C9": "около 12"})
    with monkeypatch.context() as broken:
        broken.setitem(_WRITERS, "new Excel", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            ingest_file(home, path, received_on=DAY)
    again = ingest_file(home, path, received_on=DAY)
    assert again.verdict == "already loaded"
    assert amber(load_workbook(marked(home, again)).worksheets[1]) == {"C9"}


def test_the_folder_for_passing_files_is_put_back_and_left_empty(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = str(tmp_path / "passing")  # the machine's own is used by others meanwhile
    Path(before).mkdir()
    monkeypatch.setattr(tempfile, "tempdir", before)
    ingest_file(home, form(tmp_path / "form.xlsx", {"C9": "около 12"}), received_on=DAY)
    assert tempfile.gettempdir() == before
    assert not (home / ".working").exists() and not list(Path(before).iterdir())
