"""Workbooks (.xlsx, .xlsm, .ods, .xls) as grids of text, with guards before anything is unpacked.

Only cell values are read, by calamine: formulas give their stored results, macros and links to other files are
never run or followed. Nothing is written outside memory.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from pathlib import Path

import fastexcel
import polars as pl

from flows.readers.biff import OLD_STREAMS, check_records
from flows.readers.compound import Damaged, streams
from flows.readers.staged import SheetRows
from transforms.errors import FileRejected
from transforms.messages import Message, said
from transforms.sources.layouts import Grid
from transforms.sources.profile import Profile
from transforms.sources.sheets import lay_out

MOST_BYTES = 1_000_000_000
"""Greatest unpacked size of a workbook."""
MOST_RATIO = 300
"""Greatest unpacked size as a multiple of the file, once it unpacks to more than `SMALL_BYTES`."""
SMALL_BYTES = 20_000_000
MOST_CELLS = 50_000_000
"""Greatest rectangle from A1 to the last used cell of a sheet: the reader keeps all of it in memory."""
MOST_ROWS = 1_048_576
"""Rows of a sheet as Excel counts them; a damaged number may be greater."""
_OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MOST_BYTES_OLD = 200_000_000
"""Greatest size of an .xls, which holds at most 65,536 rows a sheet."""
_OPEN_DOCUMENT = b"application/vnd.oasis.opendocument.spreadsheet"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_DAMAGE = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    NotImplementedError,
    EOFError,
    RuntimeError,
    ValueError,
)
_CUT_OFF = said("It was probably cut off on its way. Send it again; compare its size with the original.")
_SAVE_AGAIN = said("Open it in Excel or LibreOffice, save it as an Excel workbook (.xlsx) and send it again.")


def read_workbook(path: Path, profile: Profile) -> SheetRows:
    """Rows of the sheets that carry the profile's header. Raises FileRejected."""
    return rows_of(read_grids(path), profile)


def rows_of(grids: tuple[Grid, ...], profile: Profile) -> SheetRows:
    """The same from grids that are already read. Raises FileRejected when no sheet has the header or it has no rows."""
    laid = lay_out(grids, profile)
    if laid.frame.is_empty():
        raise FileRejected(said("The table has a header but no rows."), advice=said("Send the table with its figures."))
    return SheetRows(frame=laid.frame, letters=laid.letters, titles=laid.titles, notes=laid.notes)


def read_grids(path: Path) -> tuple[Grid, ...]:
    """Every sheet with something in it, visible ones first.

    Raises FileRejected in plain words for what is not a workbook: truncated, encrypted, an old .xls, another zip,
    an empty one, or one that unpacks to more than the limits of this module.
    """
    _refuse_unsafe(path)
    try:
        book = fastexcel.read_excel(path)
        sheets = [_grid(book, name) for name in book.sheet_names]
    except BaseException as problem:
        if not isinstance(problem, fastexcel.FastExcelError) and not _is_panic(problem):
            raise
        raise FileRejected(said("{file}: the workbook is damaged.", file=path.name), advice=_SAVE_AGAIN) from None
    filled = sorted((grid for grid in sheets if not grid.frame.is_empty()), key=lambda grid: grid.is_hidden)
    if not filled:
        raise FileRejected(
            said("{file}: the workbook is empty.", file=path.name), advice=said("Send the workbook with its figures.")
        )
    return tuple(filled)


def _is_panic(problem: BaseException) -> bool:
    """Whether the reader gave up in the middle of a file: Rust's panics are no `Exception` and cannot be imported."""
    return type(problem).__name__ == "PanicException"


def _grid(book: fastexcel.ExcelReader, name: str) -> Grid:
    """The cells of a sheet as text.

    A whole number stays without a point, a day is `2023-05-30`, an instant keeps its time, an error is empty.
    """
    sheet = book.load_sheet(name, header_row=None, skip_rows=0, dtypes="string")
    frame = sheet.to_polars()
    columns = sheet.available_columns()
    tidy = pl.all().str.strip_chars().replace("", None).str.replace(r"^(\d{4}-\d\d-\d\d) 00:00:00(\.0+)?$", "$1")
    first = columns[0].absolute_index if columns else 0
    return Grid(
        sheet=name,
        frame=frame.select(tidy) if columns else frame,
        first_column=first,
        is_hidden=sheet.visible != "visible",
    )


def _refuse_unsafe(path: Path) -> None:
    """Refuse by the first bytes and the zip directory, before a reader sees the file."""
    if not path.is_file():
        raise FileRejected(
            said("{file} is a folder, not a file.", file=path.name), advice=said("Name a workbook, not a folder.")
        )
    with path.open("rb") as stream:
        start = stream.read(8)
        if start == _OLD_EXCEL:
            stream.seek(0)
            _refuse_old(path, stream.read(MOST_BYTES_OLD + 1))
            return
    if not start:
        raise FileRejected(said("{file} is empty (0 bytes).", file=path.name), advice=said("Send the file again."))
    if not start.startswith(b"PK"):
        raise FileRejected(
            said("{file} is not an Excel workbook, whatever its name says.", file=path.name),
            advice=(said("If it is a text file, give it the ending .csv."), _SAVE_AGAIN),
        )
    try:
        with zipfile.ZipFile(path) as archive:
            _refuse_bomb(path, archive)
            _refuse_other(path, archive)
            _refuse_damage(path, archive)
    except (*_DAMAGE, OSError) as problem:
        raise FileRejected(
            said("{file}: the workbook is incomplete or damaged.", file=path.name), advice=_CUT_OFF
        ) from problem


def _refuse_old(path: Path, content: bytes) -> None:
    """An .xls is read when it is one: neither encrypted, nor another document of the old Office, nor too large."""
    if _ENCRYPTED in content:
        raise FileRejected(
            said("{file} is protected by a password.", file=path.name),
            advice=said(
                "Remove the password (File, Info, Protect Workbook) and send it again through a protected channel."
            ),
        )
    if len(content) > MOST_BYTES_OLD or not any(name.encode("utf-16-le") in content for name in OLD_STREAMS):
        raise FileRejected(
            said("{file} has the old Excel format (.xls) but is no workbook that can be read.", file=path.name),
            advice=_SAVE_AGAIN,
        )
    try:
        for name, stream in streams(content).items():
            if name in OLD_STREAMS:
                check_records(stream)
    except Damaged as problem:
        raise FileRejected(
            said("{file}: the workbook is incomplete or damaged.", file=path.name), advice=_CUT_OFF
        ) from problem


def _refuse_bomb(path: Path, archive: zipfile.ZipFile) -> None:
    unpacked = sum(entry.file_size for entry in archive.infolist())
    is_dense = unpacked > SMALL_BYTES and unpacked > MOST_RATIO * path.stat().st_size
    if unpacked > MOST_BYTES or is_dense:
        raise FileRejected(
            said(
                "{file} unpacks to {size} MB, more than a workbook of its size should.",
                file=path.name,
                size=round(unpacked / 1e6),
            ),
            advice=said("Send the table as CSV, or only the sheet that is asked for."),
        )


def _refuse_other(path: Path, archive: zipfile.ZipFile) -> None:
    names = archive.namelist()
    if "mimetype" in names and archive.read("mimetype").strip() == _OPEN_DOCUMENT and "content.xml" in names:
        if b"encryption-data" in archive.read(
            "META-INF/manifest.xml" if "META-INF/manifest.xml" in names else "mimetype"
        ):
            raise FileRejected(
                said("{file} is protected by a password.", file=path.name),
                advice=said("Remove the password (Save As, without 'Save with password') and send it again."),
            )
        _refuse_repeats(path, archive)
        return
    if "xl/workbook.xml" not in names:
        raise FileRejected(said("{file} is an archive, but not an Excel workbook.", file=path.name), advice=_SAVE_AGAIN)


_ACTIVE = {
    "vbaProject.bin": said("The workbook holds macros; they were not run."),
    "externalLinks/": said(
        "The workbook refers to other files; they were not followed, the values stored in it count."
    ),
}


def workbook_notes(path: Path) -> tuple[Message, ...]:
    """What an acceptance report says of parts of a workbook that are left alone."""
    if not zipfile.is_zipfile(path):
        return ()
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
    return tuple(note for part, note in _ACTIVE.items() if any(part in name for name in names))


_REPEATED_ROW = re.compile(
    rb'<table:table-row[^>]*number-rows-repeated="(\d+)"[^>]*>(.*?)</table:table-row>', re.DOTALL
)
_REPEATED_CELL = re.compile(
    rb'<table:table-cell[^>]*number-columns-repeated="(\d+)"[^>]*office:value-type|'
    rb'<table:table-cell[^>]*office:value-type[^>]*number-columns-repeated="(\d+)"'
)
MOST_REPEATS = 100_000
"""Times that one cell or row with something in it may be repeated in an OpenDocument sheet."""


def _refuse_repeats(path: Path, archive: zipfile.ZipFile) -> None:
    """A few bytes can say that a row stands a million times; empty ones cost nothing, others would fill the memory."""
    content = archive.read("content.xml")
    rows = [
        int(times) for times, inner in _REPEATED_ROW.findall(content) if b"office:value" in inner or b"<text:p" in inner
    ]
    cells = [int(first or second) for first, second in _REPEATED_CELL.findall(content)]
    if max((*rows, *cells), default=0) > MOST_REPEATS:
        raise FileRejected(
            said("{file}: a filled row or cell is repeated {times} times.", file=path.name, times=max((*rows, *cells))),
            advice=said("Delete the rows and columns beyond the table and save the workbook again."),
        )


_REFERENCE = re.compile(rb"""<(?:\w+:)?c\s[^>]*?\br\s*=\s*["']([A-Za-z]+)(\d+)""")
"""A cell says its column and its row, which may be another than that of the row it stands in."""
_ROW = re.compile(rb"""<(?:\w+:)?row\s[^>]*?\br\s*=\s*["'](\d+)["']""")
_CHUNK = 1 << 22
_OVERLAP = 400
"""Bytes of a chunk that are looked at again with the next, so that no tag is cut in two."""


def _refuse_damage(path: Path, archive: zipfile.ZipFile) -> None:
    """Unpack every part once: a wrong length or checksum raises BadZipFile, a far-off cell is refused."""
    for entry in archive.infolist():
        is_sheet = entry.filename.startswith("xl/worksheets/")
        rows = columns = 0
        tail = b""
        with archive.open(entry) as stream:
            while chunk := stream.read(_CHUNK):
                if b"<!DOCTYPE" in chunk[:1000] and entry.filename.endswith((".xml", ".rels")):
                    raise FileRejected(
                        said("{file} declares a document type, which no workbook needs.", file=path.name),
                        advice=_SAVE_AGAIN,
                    )
                if not is_sheet:
                    continue
                text = tail + chunk
                tail = text[-_OVERLAP:]
                cells = _REFERENCE.findall(text)
                rows = max(rows, *map(int, {*_ROW.findall(text), *(number for _, number in cells)}), 0)
                columns = max(columns, *map(_place, {letters for letters, _ in cells}), 0)
        if rows > MOST_ROWS or rows * columns > MOST_CELLS:
            raise FileRejected(
                said(
                    "{file}: a sheet reaches to row {rows} and column {columns}; it must have stray cells.",
                    file=path.name,
                    rows=str(rows),
                    columns=str(columns),
                ),
                advice=said("Delete the empty rows and columns beyond the table and save the workbook again."),
            )


def _place(letters: bytes) -> int:
    place = 0
    for letter in letters.upper():
        place = place * 26 + letter - 64
    return place
