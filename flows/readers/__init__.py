"""Readers: a file on disk becomes rows of text with their place in it. What a file is, its content says."""

from __future__ import annotations

import codecs
import errno
import re
from collections.abc import Callable
from pathlib import Path
from typing import Literal

from transforms.errors import FileRejected
from transforms.messages import Message, said

Form = Literal["text", "workbook", "px", "json", "sdmx", "parquet"]

_ZIP = b"PK\x03\x04"
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_WORKBOOK_ENDINGS = (".xlsx", ".xlsm", ".xls", ".ods")
_PX = re.compile(rb"(?:CHARSET|AXIS-VERSION|CODEPAGE|LANGUAGE|CREATION-DATE|MATRIX|SUBJECT-AREA|SUBJECT-CODE|TITLE)=")
_HTML = re.compile(rb"<(?:!doctype html|html|head|body|table|meta)\b", re.IGNORECASE)
_LOOKED_AT = 400
_FOREIGN = {
    b"%PDF": said("The file is a PDF, not a table."),
    b"\x89PNG": said("The file is a picture, not a table."),
    b"\xff\xd8\xff": said("The file is a picture, not a table."),
    b"\x1f\x8b": said("The file is a gzip archive, not a table."),
}


def form_of(path: Path) -> Form:
    """What a file is, by its first bytes rather than by its name; a delimited text is what is left over.

    Raises FileRejected for what is missing, a folder, not readable, empty, or plainly something else.
    """
    start = _first_bytes(path)
    if start.startswith((_ZIP, _OLD_OFFICE)):
        return "workbook"
    for mark, kind in _FOREIGN.items():
        if start.startswith(mark):
            raise FileRejected(kind, advice=said("Send the table itself, as CSV or as a workbook (.xlsx)."))
    head = start.removeprefix(codecs.BOM_UTF8).lstrip()
    if _HTML.match(head):
        raise FileRejected(
            said("{file} is a web page, whatever its name says; some programs export tables so.", file=path.name),
            advice=said("Open it in Excel or LibreOffice, save it as a workbook (.xlsx) or as CSV and send that."),
        )
    for form, is_such in _SIGNS.items():
        if is_such(start, head):
            return form
    if path.suffix.lower() in _WORKBOOK_ENDINGS:
        raise FileRejected(
            said(
                "{file} is not a workbook, whatever its name says; perhaps it was saved as something else.",
                file=path.name,
            ),
            advice=said("Open it in the program that made it and save it again as .xlsx, or as CSV in UTF-8."),
        )
    return "text"


_SIGNS: dict[Form, Callable[[bytes, bytes], object]] = {
    "parquet": lambda start, head: start.startswith(b"PAR1"),
    "sdmx": lambda start, head: head.startswith(b"<"),
    "json": lambda start, head: head.startswith((b"{", b"[")),
    "px": lambda start, head: _PX.match(head),
}


def is_file(path: Path) -> bool:
    """Whether there is a file of this name, be it one that may not be read."""
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


_REASONS = {
    errno.EACCES: said("no permission"),
    errno.EPERM: said("no permission"),
    errno.EIO: said("the disk reports an error"),
    errno.ENOSPC: said("the disk is full"),
    errno.ENOENT: said("there is no such file or folder"),
    errno.ENOTDIR: said("a part of its path is not a folder"),
    errno.ELOOP: said("its path runs in a circle"),
    errno.ENAMETOOLONG: said("its name is too long"),
}


def reason_of(problem: OSError | ValueError) -> Message:
    """Why the operating system does not let a file be read or written; of a rare reason its number."""
    if not isinstance(problem, OSError):
        return said("this cannot be the name of a file")
    known = _REASONS.get(problem.errno or 0)
    return known or said("error {number} of the operating system", number=str(problem.errno))


def _first_bytes(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise FileRejected(
                said("{file} is a folder, not a file.", file=str(path)),
                advice=said(
                    "Name the files in it, or take in a whole folder with `tip-trends run EDITION --inbox DIR`."
                ),
            )
        if not path.exists():
            raise FileRejected(
                said("{file} does not exist.", file=str(path)), advice=said("Check the name and the folder.")
            )
        if not path.is_file():
            raise FileRejected(
                said("{file} is not a regular file.", file=str(path)), advice=said("Name a file on disk.")
            )
        with path.open("rb") as stream:
            start = stream.read(_LOOKED_AT)
    except (OSError, ValueError) as problem:
        raise FileRejected(
            said("{file} cannot be read ({reason}).", file=path.name, reason=reason_of(problem)),
            advice=said("Check that you may read it and that the disk is there."),
        ) from problem
    if not start:
        raise FileRejected(said("{file} is empty (0 bytes).", file=path.name), advice=said("Send the file again."))
    return start
