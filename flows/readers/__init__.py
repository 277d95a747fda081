"""Readers: a file on disk becomes rows of text with their place in it. What a file is, its content says."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from transforms.errors import FileRejected

Form = Literal["text", "workbook"]

_ZIP = b"PK\x03\x04"
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_WORKBOOK_ENDINGS = (".xlsx", ".xlsm", ".xls", ".ods")
_FOREIGN = {b"%PDF": "a PDF", b"\x89PNG": "a picture", b"\xff\xd8\xff": "a picture", b"\x1f\x8b": "a gzip archive"}


def form_of(path: Path) -> Form:
    """`workbook` or `text`, by the first bytes rather than by the name.

    Raises FileRejected for what is missing, a folder, not readable, empty, or plainly something else.
    """
    start = _first_bytes(path)
    if start.startswith((_ZIP, _OLD_OFFICE)):
        return "workbook"
    for mark, kind in _FOREIGN.items():
        if start.startswith(mark):
            raise FileRejected(
                f"{path.name} is {kind}.", advice="Send the table itself, as CSV or as a workbook (.xlsx)."
            )
    if path.suffix.lower() in _WORKBOOK_ENDINGS:
        raise FileRejected(
            f"{path.name} is not a workbook, whatever its name says; perhaps it was saved as something else.",
            advice="Open it in the program that made it and save it again as .xlsx, or as CSV in UTF-8.",
        )
    return "text"


def _first_bytes(path: Path) -> bytes:
    try:
        if path.is_dir():
            raise FileRejected(
                f"{path} is a folder, not a file.",
                advice="Name the files in it, or take in a whole folder with `tip-trends run EDITION --inbox DIR`.",
            )
        if not path.exists():
            raise FileRejected(f"{path} does not exist.", advice="Check the name and the folder.")
        if not path.is_file():
            raise FileRejected(f"{path} is not a regular file.", advice="Name a file on disk.")
        with path.open("rb") as stream:
            start = stream.read(16)
    except (OSError, ValueError) as problem:
        reason = getattr(problem, "strerror", None) or "not a possible file name"
        raise FileRejected(
            f"{path} cannot be read ({reason}).", advice="Check that you may read it and that the disk is there."
        ) from problem
    if not start:
        raise FileRejected(f"{path.name} is empty (0 bytes).", advice="Send the file again.")
    return start
