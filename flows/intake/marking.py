"""Whether a file gets a copy with its problem cells marked, and where that lies.

The copy repeats rows of the file, so it lies where the file itself is kept, under the same access, and never beside
the acceptance reports of a home, which repeat none. Of a refused file nothing is kept, and no copy either. A
trial puts it beside its report, in the folder that the supplier named.
"""

from __future__ import annotations

import os
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Literal

from flows.holdings.received import folder_of, write_atomically
from flows.intake.desk import Desk
from flows.intake.marked_values import MOST_CELLS, marked_grids, marked_text
from flows.intake.marked_workbook import MOST_BYTES, TooMuch, marked_workbook
from flows.readers import form_of
from reports.acceptance_marks import MarkWords, mark_words, value_mark_words
from transforms.acceptance import Acceptance, Marks
from transforms.messages import Message, counted, said

ENDING = "-marked.xlsx"
_LONGEST_STEM = 180
"""Bytes of the name of a file that the name of its copy repeats; disks commonly take 255 in all."""
_NAMED_BY = 12
"""Characters of the digest that name the copy of a trial, as they name its report."""


def with_marked_copy(desk: Desk, path: Path, given: Acceptance, marks: Marks, working: Path) -> Acceptance:
    """Write the marked copy where one is due; the report says where it lies, or that it could not be made.

    `working` takes the passing files. Never fails for what a workbook holds: by now the file itself is loaded.
    """
    target = _target(desk, given)
    if target is None or not marks.places or (kind := _kind(path)) is None:
        return given
    try:
        words = (mark_words if kind == "new Excel" else value_mark_words)(given.problems, marks, desk.languages)
        write_atomically(target, _WRITERS[kind](path, marks, words, working))
    except TooMuch:
        return replace(given, marked_copy=(_TOO_MUCH,))
    except Exception:  # a workbook can be wrong in any way, and none may undo what was taken
        return replace(given, marked_copy=(_NONE,))
    return replace(given, marked_copy=_sentences(desk, target, marks, kind))


def _target(desk: Desk, given: Acceptance) -> Path | None:
    """Where the copy belongs; None for a file that gets none."""
    if not given.problems or not given.file_name:  # without a name: refused for identifiers
        return None
    name = f"{_short(Path(given.file_name).stem)}{ENDING}"
    if desk.is_trial:
        return None if desk.reports is None else desk.reports / f"{given.sha256[:_NAMED_BY]}.{name}"
    kept = folder_of(desk.home, given.sha256)
    return kept / name if given.verdict != "rejected" and kept.is_dir() else None


def _short(stem: str) -> str:
    while len(os.fsencode(stem)) > _LONGEST_STEM:
        stem = stem[:-1]
    return stem


_Kind = Literal["new Excel", "other workbook", "text"]
_WRITERS: dict[_Kind, Callable[[Path, Marks, MarkWords, Path], bytes]] = {
    "new Excel": marked_workbook,
    "other workbook": marked_grids,
    "text": marked_text,
}


def _kind(path: Path) -> _Kind | None:
    """An .xlsx or .xlsm is written again, of others the values; records of JSON and the like have no cells."""
    form = form_of(path)
    if form == "text":
        return "text"
    if form != "workbook":
        return None
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            return "new Excel" if "xl/workbook.xml" in archive.namelist() else "other workbook"
    return "other workbook"


_TOO_MUCH = said(
    "The file is too large for a marked copy (more than {size} MB unpacked, or {cells} cells); the cells are named "
    "below.",
    size=MOST_BYTES // 10**6,
    cells=MOST_CELLS,
)
_NONE = said("No marked copy of this file could be made; the cells are named below.")


def _sentences(desk: Desk, target: Path, marks: Marks, kind: _Kind) -> tuple[Message, ...]:
    if kind != "new Excel":
        if desk.is_trial:
            where = said(
                "A workbook with the values of the file, its problem cells coloured and commented, lies beside this "
                "page: `{place}`.",
                place=target.name,
            )
        else:
            where = said(
                "A workbook with the values of the file, its problem cells coloured and commented, lies where the file "
                "itself is kept: `{place}`.",
                place=target.relative_to(desk.home).as_posix(),
            )
    elif desk.is_trial:
        where = said(
            "A copy of the workbook, its problem cells coloured and commented, lies beside this page: `{place}`.",
            place=target.name,
        )
    else:
        where = said(
            "A copy of the workbook, its problem cells coloured and commented, lies where the file itself is kept: "
            "`{place}`.",
            place=target.relative_to(desk.home).as_posix(),
        )
    whose = said("It repeats what the file holds and is meant for its sender only.")
    if not marks.more:
        return where, whose
    rest = counted("{n} more place is not marked.", "{n} more places are not marked.", marks.more)
    return where, whose, rest
