"""Files that are no extracts: refused in plain words, without a trace in the home, and without stopping the others."""

from __future__ import annotations

import json
import os
import resource
import zipfile
from collections.abc import Callable, Sequence
from multiprocessing.context import BaseContext
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

import sample_data
from flows.holdings.received import FOLDER as RECEIVED
from flows.holdings.received import digest, folder_of
from flows.intake.inbox import empty_inbox, ingest_each
from flows.intake.ingest import ingest_file
from transforms.errors import FileRejected, IdentifierFound
from transforms.sources.registry import profile

SAMPLE = sample_data.path()
INDEX = SAMPLE / "stringency_SYNTHETIC_XX_2023-03-01.csv"
FORM = SAMPLE / "crime_justice_2021.xlsx"
HEADER = ("record_no", *profile("case_register").headers)
SOUND = {
    "reporting_country": "XX",
    "body": "NGO",
    "status": "ActualVictimOfTrafficking",
    "event_date": "2022-01-05",
    "registered_date": "2022-03-01",
    "sex": "Feminine",
    "age": "17",
    "extract_date": "2023-03-31",
}
OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
PRIVATE = {
    "an e-mail address": ("aman.amanow@example.tm", "amanow"),
    "a telephone number": ("call +993 65 12-34-56", "12-34-56"),
    "a passport number": ("passport I-AŞ 123456", "123456"),
}
State = Callable[[Path], dict[str, object]]
TipTrends = Callable[..., Any]


def row(number: int, **changes: str) -> tuple[str, ...]:
    """One sound row of a case register, with changes."""
    cells = dict.fromkeys(HEADER, "") | SOUND | {"record_no": str(number), "person_key": f"{number:016x}"} | changes
    return tuple(cells[header] for header in HEADER)


def text_of(*rows: Sequence[str]) -> bytes:
    return "".join(",".join(cells) + "\n" for cells in rows).encode()


def save_csv(path: Path, *rows: Sequence[str]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text_of(*rows))
    return path


def save_xlsx(path: Path, *rows: Sequence[str]) -> Path:
    book = Workbook()
    for cells in rows:
        book.worksheets[0].append(list(cells))
    book.save(path)
    return path


def zipped(path: Path, **parts: bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"<workbook/>")
        for name, content in parts.items():
            archive.writestr(f"xl/worksheets/{name}.xml", content)
    return path


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home that holds one vintage. No test of this module may change it; each compares its whole state."""
    folder = tmp_path_factory.mktemp("bad") / "home"
    ingest_file(folder, INDEX)
    return folder


CONTENTS: dict[str, tuple[str, bytes | None, str, str]] = {
    "nothing at all": ("empty.csv", b"", "empty", "Send the file again"),
    "nothing but line ends": ("blank.csv", b"\r\n\r\n \r\n", "empty", "header"),
    "an empty workbook": ("empty.xlsx", b"", "empty", "Send the file again"),
    "a header and no rows": ("header.csv", text_of(HEADER), "no rows", "with its rows"),
    "another table": ("other.csv", b"product,price\nbread,3\n", "no column of a known source", "first line"),
    "a table that is nearly one": (
        "near.csv", text_of(HEADER).replace(b"person_key", b"key") + text_of(row(1)), "person_key", "case_register",
    ),
    "no row that fits": ("none.csv", text_of(HEADER, row(1, sex="F")), "none of its 1 rows", "sources case_register"),
    "binary data as text": ("noise.csv", bytes(range(256)) * 64, "binary", "CSV in UTF-8"),
    "binary data as a workbook": ("noise.xlsx", bytes(range(1, 256)) * 64, "not a workbook", "save it again"),
    "a text as a workbook": ("text.xlsx", text_of(HEADER, row(1)), "not a workbook", "save it again"),
    "a truncated workbook": ("cut.xlsx", None, "incomplete or damaged", "cut off"),
    "a workbook with a damaged sheet": ("damaged.xlsx", None, "damaged", "Send it again"),
    "an old workbook": ("old.xlsx", OLE2 + b"\x00" * 2000, "old Excel format", ".xlsx"),
    "a locked workbook": (
        "locked.xlsx", OLE2 + b"\x00" * 600 + "EncryptedPackage".encode("utf-16-le") + b"\x00" * 600,
        "password", "Remove the password",
    ),
    "a PDF": ("table.csv", b"%PDF-1.7 \n" + b"x" * 99, "PDF", "CSV"),
    "a picture": ("scan.xlsx", b"\x89PNG\r\n\x1a\n" + b"0" * 99, "picture", "table itself"),
    "an archive": ("packed.csv", b"\x1f\x8b\x08\x00" + b"0" * 99, "gzip", "table itself"),
    "an archive that is no workbook": ("packed.xlsx", None, "not an Excel workbook", ".xlsx"),
    "a workbook that swells": ("bomb.xlsx", None, "unpacks to", "as CSV"),
    "a cell far away": ("far.xlsx", None, "stray cells", "Delete the empty rows"),
    "a folder": ("folder.csv", None, "folder", "--inbox"),
    "nowhere": ("nowhere.csv", None, "does not exist", "Check the name"),
    "a pipe": ("pipe.csv", None, "not a regular file", "file on disk"),
    "a link to nowhere": ("link.csv", None, "does not exist", "Check the name"),
    "one line of 100 MB": ("line.csv", None, "line 1 is longer", "one line per row"),
}  # fmt: skip


def placed(folder: Path, case: str) -> Path:
    """The file of a case, made in the folder."""
    name, content, _, _ = CONTENTS[case]
    path = folder / name
    match case:
        case "a truncated workbook":
            path.write_bytes(FORM.read_bytes()[: FORM.stat().st_size * 2 // 3])
        case "a workbook with a damaged sheet":
            whole = bytearray(FORM.read_bytes())
            with zipfile.ZipFile(FORM) as archive:
                sheet = archive.getinfo("xl/worksheets/sheet1.xml")
            middle = sheet.header_offset + 60 + sheet.compress_size // 2
            whole[middle : middle + 20] = b"\xff" * 20
            path.write_bytes(whole)
        case "an archive that is no workbook":
            with zipfile.ZipFile(path, "w") as archive:
                archive.writestr("readme.txt", "hello")
        case "a workbook that swells":
            zipped(path, sheet1=b"<row/>" * 5_000_000)
        case "a cell far away":
            zipped(
                path, sheet1=b'<worksheet><sheetData><row r="1048576"><c r="XFD1048576"/></row></sheetData></worksheet>'
            )
        case "a folder":
            path.mkdir()
        case "a pipe":
            os.mkfifo(path)
        case "a link to nowhere":
            path.symlink_to(folder / "gone.csv")
        case "one line of 100 MB":
            with path.open("wb") as stream:
                for _ in range(25):
                    stream.write(b"a,b;" * 1_000_000)
        case _ if content is not None:
            path.write_bytes(content)
    return path


@pytest.mark.parametrize("case", CONTENTS)
def test_what_is_no_extract_is_refused_in_plain_words_and_leaves_no_trace(
    tip_trends: TipTrends, home: Path, tmp_path: Path, state_of: State, case: str
) -> None:
    name, _, says, advises = CONTENTS[case]
    before = state_of(home)
    ran = tip_trends("--home", home, "ingest", placed(tmp_path, case))
    assert (ran.code, ran.out) == (3, "")
    assert name in ran.err and "rejected" in ran.err
    assert says in ran.err and advises in ran.err
    assert state_of(home) == before
    assert {path.name for path in (home / "logs").iterdir()} <= {"runs.jsonl"}, "it is no failure of the program"


def test_a_file_that_may_not_be_read_is_refused_in_plain_words(
    tip_trends: TipTrends, home: Path, tmp_path: Path, state_of: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = save_csv(tmp_path / "secret.csv", HEADER, row(1))
    path.chmod(0)
    may, opened = os.access, Path.open
    monkeypatch.setattr(os, "access", lambda at, *rest, **more: Path(at) != path and may(at, *rest, **more))

    def open_unless_secret(self: Path, *how: Any, **more: Any) -> Any:
        if self == path:  # as for anybody but the superuser, whom the rights of a file do not bind
            raise PermissionError(13, "Permission denied", str(path))
        return opened(self, *how, **more)

    monkeypatch.setattr(Path, "open", open_unless_secret)
    before = state_of(home)
    ran = tip_trends("--home", home, "ingest", path)
    assert (ran.code, ran.out) == (3, "")
    assert "secret.csv cannot be read (no permission)" in ran.err and "may read it" in ran.err
    assert state_of(home) == before
    page_path = Path(ran.err.split("Full report: ")[1].strip())
    told = page_path.with_name(page_path.name.replace(".en.html", ".json"))
    report = json.loads(told.read_text(encoding="utf-8"))
    assert (report["verdict"], report["sha256"], report["file_name"]) == ("rejected", "", "secret.csv")
    page = page_path.read_text(encoding="utf-8")
    assert "no permission" in page and "SHA-256" not in page and str(tmp_path) not in page


def test_of_what_is_no_file_there_is_no_report(tip_trends: TipTrends, home: Path, tmp_path: Path) -> None:
    before = set((home / "acceptance").iterdir())
    for path, says in ((tmp_path, "is a folder"), (tmp_path / "nowhere.csv", "does not exist")):
        ran = tip_trends("--home", home, "ingest", path)
        assert ran.code == 3 and says in ran.err and "Full report" not in ran.err
    assert set((home / "acceptance").iterdir()) == before


def test_a_disk_that_fails_under_a_file_is_named(
    tip_trends: TipTrends, home: Path, tmp_path: Path, state_of: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError(5, "Input/output error")

    path = save_csv(tmp_path / "worn.csv", HEADER, row(1))
    before = state_of(home)
    monkeypatch.setattr("hashlib.file_digest", fail)
    ran = tip_trends("--home", home, "ingest", path)
    assert (ran.code, ran.out) == (3, "")
    assert "worn.csv cannot be read to its end (the disk reports an error)" in ran.err
    assert state_of(home) == before
    page = Path(ran.err.split("Full report: ")[1].strip())
    assert page.name.startswith("unread-") and "worn.csv" in page.read_text(encoding="utf-8")


@pytest.mark.parametrize("source", ["population", "unodc_tip", "ctdc_kanon"])
def test_a_file_of_another_source_is_refused_and_told_what_it_looks_like(
    tip_trends: TipTrends, home: Path, tmp_path: Path, state_of: State, source: str
) -> None:
    before = state_of(home)
    ran = tip_trends("--home", home, "ingest", save_csv(tmp_path / "r.csv", HEADER, row(1)), "--source", source)
    assert (ran.code, ran.out) == (3, "")
    assert f"tip-trends sources {source}" in ran.err
    assert source == "unodc_tip" or "case_register" in ran.err
    assert state_of(home) == before


def test_every_refusal_of_a_file_is_kept_as_a_report(home: Path, tmp_path: Path) -> None:
    for case in ("nothing at all", "a text as a workbook", "a PDF", "another table", "a truncated workbook"):
        path = placed(tmp_path, case)
        with pytest.raises(FileRejected):
            ingest_file(home, path)
        report = home / "acceptance" / f"{digest(path)[:12]}.json"
        assert report.is_file(), case
        assert '"rejected"' in report.read_text(encoding="utf-8")


def test_the_files_beside_a_bad_one_are_taken(tmp_path: Path) -> None:
    cases = ("nothing at all", "a truncated workbook", "binary data as text", "a locked workbook", "another table")
    bad = [placed(tmp_path, case) for case in cases]
    paths = [bad[0], INDEX, *bad[1:], FORM]
    outcomes = list(ingest_each(tmp_path / "home", paths))
    assert [one.path.name for one in outcomes if one.refusal is None] == [INDEX.name, FORM.name]
    assert [one.path for one in outcomes] == paths


def test_an_inbox_keeps_what_was_refused_with_a_note_and_gives_up_the_rest(tmp_path: Path) -> None:
    home = tmp_path / "home"
    inbox = home / "inbox"
    good = save_csv(inbox / "a_list.csv", HEADER, row(1))
    bad = placed(inbox, "a truncated workbook")
    list(empty_inbox(home, inbox, lambda path: next(ingest_each(home, [path]))))
    note = bad.with_name("cut.xlsx.rejected.txt")
    assert not good.exists() and bad.exists()
    assert "incomplete or damaged" in note.read_text(encoding="utf-8")
    assert "cut off" in note.read_text(encoding="utf-8")


def test_a_long_name_of_a_bad_file_does_not_stop_the_inbox(tmp_path: Path) -> None:
    home = tmp_path / "home"
    inbox = home / "inbox"
    inbox.mkdir(parents=True)
    (inbox / f"{'ж' * 125}.csv").write_bytes(b"a,b\n1,2\n")  # 254 bytes of a name: a note with a longer one cannot be
    good = save_csv(inbox / "я_list.csv", HEADER, row(1))
    outcomes = list(empty_inbox(home, inbox, lambda path: next(ingest_each(home, [path]))))
    assert [one.refusal is None for one in outcomes] == [False, True]
    assert not good.exists()


def test_a_name_that_is_not_utf_8_is_a_name(tip_trends: TipTrends, tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xf4\xee\xf0\xec\xe0.csv"))  # a name in Windows-1251
    try:
        path.write_bytes(text_of(HEADER, row(1)))
    except OSError:
        pytest.skip("this disk keeps UTF-8 names only")
    ran = tip_trends("--home", tmp_path / "home", "ingest", path, INDEX)
    assert ran.code in (0, 3)
    assert "Unexpected" not in ran.err
    assert "rows read 1155, accepted 1155" in ran.out


@pytest.mark.parametrize(
    ("name", "other"), [("list[1].csv", "list1.csv"), ("list*.csv", "list2.csv"), ("l?.csv", "l2.csv")]
)
def test_a_name_with_signs_of_a_pattern_means_that_file_and_no_other(
    tmp_path: Path, rows_of: Callable[..., Any], name: str, other: str
) -> None:
    try:
        path = save_csv(tmp_path / name, HEADER, row(1, sex="Feminine"))
    except OSError:
        pytest.skip("this system does not allow such names")
    save_csv(tmp_path / other, HEADER, row(1, sex="Masculine"))
    taken = ingest_file(tmp_path / "home", path)
    assert (taken.file_name, taken.rows_read) == (name, 1)
    assert rows_of(tmp_path / "home", "SELECT sex::VARCHAR FROM core.cases") == [("female",)]


def test_a_file_may_be_called_like_our_receipt(tmp_path: Path) -> None:
    path = save_csv(tmp_path / "receipt.json", HEADER, row(1))
    taken = ingest_file(tmp_path / "home", path)
    kept = folder_of(tmp_path / "home", taken.sha256)
    assert path.read_bytes() in [file.read_bytes() for file in kept.iterdir()]


def test_an_endless_line_between_rows_is_found_and_named(tmp_path: Path) -> None:
    path = tmp_path / "line.csv"
    with path.open("wb") as stream:
        stream.write(text_of(HEADER, row(1)))
        for _ in range(25):
            stream.write(b"abcd" * 1_000_000)
        stream.write(b"\n" + text_of(row(2)))
    try:
        taken = ingest_file(tmp_path / "home", path)
    except FileRejected as refusal:
        assert "line 3" in refusal.message
    else:
        assert (taken.rows_read, taken.rows_accepted, taken.rows_quarantined) == (3, 2, 1)
        assert [(problem.rule, problem.cells) for problem in taken.problems] == [("row_too_long", ("line 3",))]


def test_a_row_of_very_many_cells_is_set_aside(tmp_path: Path) -> None:
    path = save_csv(tmp_path / "cells.csv", HEADER, row(1), ("a",) * 2_000, row(2))
    taken = ingest_file(tmp_path / "home", path, dry_run=True)
    assert (taken.rows_read, taken.rows_accepted, taken.rows_quarantined) == (3, 2, 1)


def test_empty_columns_beyond_the_table_do_not_matter(tmp_path: Path) -> None:
    blanks = ("",) * 1000  # a spreadsheet with a format in a far column saves them by the thousand
    path = save_csv(tmp_path / "wide.csv", (*HEADER, *blanks), (*row(1), *blanks))
    taken = ingest_file(tmp_path / "home", path, dry_run=True)
    assert taken.rows_accepted == 1


SHEET = (
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    "</sheetData></worksheet>"
)
FAR = {
    "as usual": SHEET,
    "in single quotes": SHEET.replace('"', "'"),
    "with a prefix": SHEET.replace("<", "<x:").replace("<x:/", "</x:").replace(" xmlns=", " xmlns:x="),
    "in a row of another number": SHEET.replace('<row r="1048576">', '<row r="2">'),
    "beyond every sheet": SHEET.replace('<row r="1048576"><c r="XFD1048576">', '<row r="2"><c r="C10485770">'),
    "in small letters": SHEET.replace("XFD1048576", "xfd1048576").replace('<row r="1048576">', '<row r="2">'),
}
"""One cell in the first and one in a far corner; the first three are the same XML, the others damaged."""


def workbook_of(path: Path, sheet: str) -> Path:
    """A workbook as openpyxl makes it, with its sheet replaced."""
    plain = save_xlsx(path.with_name("plain.xlsx"), HEADER)
    with zipfile.ZipFile(plain) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.infolist():
            is_sheet = entry.filename == "xl/worksheets/sheet1.xml"
            target.writestr(entry.filename, sheet.encode() if is_sheet else source.read(entry))
    return path


def _read_within(path: Path, limit: int, answers: Any) -> None:
    from flows.readers.workbook import read_grids

    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    try:
        read_grids(path)
        answers.put("read")
    except FileRejected as refusal:
        answers.put(refusal.message)


@pytest.mark.parametrize("written", FAR)
def test_a_far_cell_is_refused_however_its_place_is_written(
    tmp_path: Path, processes: BaseContext, written: str
) -> None:
    answers = processes.SimpleQueue()
    path = workbook_of(tmp_path / "far.xlsx", FAR[written])
    reader = processes.Process(target=_read_within, args=(path, 8_000_000_000, answers))  # type: ignore[attr-defined]
    reader.start()
    reader.join(60)
    assert reader.exitcode == 0, "reading the workbook ended the process"
    assert "far.xlsx" in answers.get()


def refused_without_a_trace(tip_trends: TipTrends, home: Path, path: Path, secret: str, state_of: State) -> Any:
    """Ingest a file that must be refused for identifiers: no value of it in any message, report, log or file."""
    before = state_of(home)
    ran = tip_trends("--home", home, "ingest", path)
    receipt = folder_of(home, digest(path)) / "receipt.json"
    assert (ran.code, ran.out) == (3, "")
    assert {name for name, kept in state_of(home).items() if before.get(name) != kept} == {
        receipt.relative_to(home).as_posix()
    }
    needle = secret.encode()
    kept = [file.relative_to(home) for file in home.rglob("*") if file.is_file() and needle in file.read_bytes()]
    assert (secret in ran.err, kept) == (False, [])
    for file in (receipt, home / "acceptance" / f"{digest(path)[:12]}.json"):
        assert "direct_identifiers" in file.read_text(encoding="utf-8")
        assert path.name not in file.read_text(encoding="utf-8")
    return ran


@pytest.mark.parametrize("what", PRIVATE)
@pytest.mark.parametrize("save", [save_csv, save_xlsx], ids=["csv", "xlsx"])
def test_contacts_in_free_text_leave_digest_size_and_rule(
    tip_trends: TipTrends, home: Path, tmp_path: Path, state_of: State, save: Callable[..., Path], what: str
) -> None:
    text, secret = PRIVATE[what]
    suffix = "csv" if save is save_csv else "xlsx"
    path = save(tmp_path / f"Aman_Amanow.{suffix}", HEADER, row(1), row(2, remark=text))
    ran = refused_without_a_trace(tip_trends, home, path, secret, state_of)
    assert "1 row" in ran.err and "free-text" in ran.err


@pytest.mark.parametrize("header", ["surname", "паспорт", "телефон", "familiýasy", "e-mail"])
@pytest.mark.parametrize("save", [save_csv, save_xlsx], ids=["csv", "xlsx"])
def test_a_column_of_identifiers_is_named_and_nothing_below_it(
    tip_trends: TipTrends, home: Path, tmp_path: Path, state_of: State, save: Callable[..., Path], header: str
) -> None:
    suffix = "csv" if save is save_csv else "xlsx"
    path = save(tmp_path / f"l.{suffix}", (*HEADER, header), (*row(1), "Gurbanguly"), (*row(2), "Annaberdi"))
    ran = refused_without_a_trace(tip_trends, home, path, "Gurbanguly", state_of)
    assert header in ran.err and "Delete these columns" in ran.err


@pytest.mark.parametrize("save", [save_csv, save_xlsx], ids=["without a header", "in a workbook"])
def test_a_cell_that_reads_like_a_column_of_identifiers_is_not_quoted(
    tip_trends: TipTrends, home: Path, tmp_path: Path, state_of: State, save: Callable[..., Path]
) -> None:
    personal = row(1, remark="telefon 865 12 34 56 Annaberdi")
    if save is save_csv:
        path = save_csv(tmp_path / "l.csv", personal, row(2))
    else:
        path = save_xlsx(tmp_path / "l.xlsx", HEADER, personal, row(2))
    refused_without_a_trace(tip_trends, home, path, "865 12 34 56 Annaberdi", state_of)


HIDDEN = {
    "in a row with too many cells": text_of(HEADER, row(1), (*row(2, remark="aman.amanow@example.tm"), "x", "y")),
    "in a row of broken quotes": text_of(HEADER, row(1), row(2, remark='"Aman" aman.amanow@example.tm')),
    "in a row with too few cells": text_of(HEADER, row(1), ("aman.amanow@example.tm",)),
    "in a column of codes": text_of(HEADER, row(1), row(2, sex="aman.amanow@example.tm")),
    "in a column of days": text_of(HEADER, row(1), row(2, registered_date="aman.amanow@example.tm")),
    "in a key": text_of(HEADER, row(1), row(2, person_key="aman.amanow@example.tm")),
    "in a column nobody asked for": text_of((*HEADER, "note"), (*row(1), ""), (*row(2), "aman.amanow@example.tm")),
    "in a table of figures": b"CountryCode,date,si,remark\nXXX,2021-01-01,10.5,aman.amanow@example.tm\n",
}
"""An e-mail address where the contract has no free text; the copy in `received/` would keep it."""


@pytest.mark.parametrize("place", HIDDEN)
def test_contacts_are_found_wherever_in_the_file_they_stand(
    tip_trends: TipTrends, tmp_path: Path, state_of: State, place: str
) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(HIDDEN[place])
    refused_without_a_trace(tip_trends, tmp_path / "home", path, "amanow@example.tm", state_of)


def test_identifiers_are_refused_in_a_dry_run_too_and_nothing_is_written(tip_trends: TipTrends, tmp_path: Path) -> None:
    path = save_csv(tmp_path / "l.csv", HEADER, row(1, remark="aman.amanow@example.tm"))
    ran = tip_trends("--home", tmp_path / "home", "ingest", path, "--dry-run")
    assert (ran.code, ran.out) == (3, "")
    assert "amanow" not in ran.err
    assert not (tmp_path / "home").exists()


def test_the_note_in_the_inbox_does_not_quote_what_identified_a_person(tmp_path: Path) -> None:
    home = tmp_path / "home"
    path = save_csv(home / "inbox" / "l.csv", HEADER, row(1, remark="aman.amanow@example.tm"))
    (outcome,) = empty_inbox(home, home / "inbox", lambda path: next(ingest_each(home, [path])))
    assert isinstance(outcome.refusal, IdentifierFound)
    note = path.with_name("l.csv.rejected.txt").read_text(encoding="utf-8")
    assert "amanow" not in note and "Remove contacts" in note


def test_a_refused_file_that_comes_back_in_order_is_taken(tmp_path: Path) -> None:
    home = tmp_path / "home"
    path = save_csv(tmp_path / "l.csv", HEADER, row(1, remark="aman.amanow@example.tm"))
    with pytest.raises(IdentifierFound):
        ingest_file(home, path)
    assert ingest_file(home, save_csv(path, HEADER, row(1))).rows_accepted == 1
    assert len(list((home / RECEIVED).rglob("l.csv"))) == 1


def test_a_partly_accepted_file_quotes_no_refused_cell(tip_trends: TipTrends, tmp_path: Path) -> None:
    home = tmp_path / "home"
    path = save_csv(tmp_path / "l.csv", HEADER, row(1), row(2, sex="Annagul", person_key="Annaberdi", age="old"))
    ran = tip_trends("--home", home, "ingest", path)
    assert ran.code == 0 and "partly accepted" in ran.out
    told = ran.out + ran.err + "".join(file.read_text(encoding="utf-8") for file in home.glob("acceptance/*"))
    assert "Anna" not in told and '"old"' not in told
    assert b"Annagul" not in (home / "warehouse.duckdb").read_bytes()


def test_the_same_file_again_still_says_what_a_right_value_looks_like(tip_trends: TipTrends, tmp_path: Path) -> None:
    path = save_csv(tmp_path / "l.csv", HEADER, row(1), row(2, sex="Annagul"))
    first, again = (tip_trends("--home", tmp_path / "home", "ingest", path) for _ in range(2))
    assert first.code == again.code == 0 and "already loaded" in again.out
    assert [ran.out.count("Expected: one of") for ran in (first, again)] == [1, 1]
    reports = list((tmp_path / "home" / "acceptance").glob("*.json"))
    assert len(reports) == 2
    assert all("одно из значений: Feminine" in report.read_text(encoding="utf-8") for report in reports)
