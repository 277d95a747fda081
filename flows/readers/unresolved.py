"""Cells of a workbook with a formula and no result, or with an error: no figure stands there, yet something does.

The reader of workbooks gives both as empty cells, which would pass for “not reported”. Formulas are not computed here.
"""

from __future__ import annotations

import posixpath
import re
import struct
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from xml.parsers import expat
from xml.sax.saxutils import unescape

import polars as pl

from flows.readers.biff import OLD_STREAMS
from flows.readers.compound import Damaged, streams
from flows.readers.staged import NO_RESULT
from flows.readers.unresolved_ods import CONTENT, unresolved_ods
from flows.readers.unresolved_xls import unresolved_xls
from transforms.errors import FileRejected
from transforms.messages import Message, counted, said
from transforms.sources.layouts import Grid, column_letter

_NAMED = 5
_SAVE_AGAIN = said("Open it in Excel or LibreOffice, save it as an Excel workbook (.xlsx) and send it again.")
_SHEET = re.compile(rb"<(?:\w+:)?sheet\s([^>]*)>")
_RELATION = re.compile(rb"<(?:\w+:)?Relationship\s([^>]*)>")
_CELL = re.compile(rb"<(?:\w+:)?c\s([^>]*?)(?:/>|>(.*?)</(?:\w+:)?c>)", re.DOTALL)
_RESULT = re.compile(rb"<(?:\w+:)?v(?:\s[^>]*)?>([^<]*)</")
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")
_PLACE = re.compile(r"([A-Z]{1,3})(\d+)")

Cells = Mapping[tuple[int, int], str]
"""(row, column), both from 0 -> what stands there instead of a value."""


def with_unresolved(path: Path, grids: Sequence[Grid]) -> tuple[tuple[Grid, ...], tuple[Message, ...]]:
    """The grids with a text in such cells, so that they break a rule, and the remark that names the first of them.

    Raises FileRejected for a workbook that is damaged where only this looks.
    """
    try:
        found = _found(path, grids)
    except (Damaged, struct.error, IndexError, expat.ExpatError):
        raise FileRejected(said("{file}: the workbook is damaged.", file=path.name), advice=_SAVE_AGAIN) from None
    marked = tuple(_marked(grid, found[grid.sheet]) if grid.sheet in found else grid for grid in grids)
    places = [
        f"{sheet}!{column_letter(column)}{row + 1}"
        for sheet, cells in found.items()
        for (row, column), text in sorted(cells.items())
        if text == NO_RESULT
    ]
    return marked, _remark(places)


def _found(path: Path, grids: Sequence[Grid]) -> dict[str, dict[tuple[int, int], str]]:
    if not zipfile.is_zipfile(path):
        held = streams(path.read_bytes())
        return next((unresolved_xls(held[name]) for name in OLD_STREAMS if name in held), {})
    with zipfile.ZipFile(path) as archive:
        if CONTENT in archive.namelist():
            sizes = {grid.sheet: (grid.frame.height, grid.first_column + grid.frame.width) for grid in grids}
            return unresolved_ods(archive, sizes)
        return {name: cells for name, part in _sheets(archive) if (cells := _unresolved(archive.read(part)))}


def _remark(places: Sequence[str]) -> tuple[Message, ...]:
    if not places:
        return ()
    return (
        counted(
            "{n} formula has no result stored ({cells}). Open the workbook in Excel or LibreOffice, save it, and send "
            "it again.",
            "{n} formulas have no result stored ({cells}). Open the workbook in Excel or LibreOffice, save it, and "
            "send it again.",
            len(places),
            cells=", ".join(places[:_NAMED]) + (", …" if len(places) > _NAMED else ""),
        ),
    )


def _sheets(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """(name, part of the archive) of each sheet of an .xlsx; nothing for another kind of workbook."""
    names = set(archive.namelist())
    if not {"xl/workbook.xml", "xl/_rels/workbook.xml.rels"} <= names:
        return
    targets = {
        _attribute(found, "Id"): posixpath.normpath(posixpath.join("/xl", _attribute(found, "Target"))).lstrip("/")
        for found in _RELATION.findall(archive.read("xl/_rels/workbook.xml.rels"))
    }
    for found in _SHEET.findall(archive.read("xl/workbook.xml")):
        part = targets.get(_attribute(found, r"\w+:id"), "")
        if part in names:
            yield _attribute(found, "name"), part


def _attribute(tag: bytes, name: str) -> str:
    found = re.search(rf"""(?:^|\s){name}\s*=\s*(?:"([^"]*)"|'([^']*)')""", tag.decode("utf-8", "replace"))
    if found is None:
        return ""
    return unescape(found[1] or found[2] or "", {"&quot;": '"', "&apos;": "'"})


def _unresolved(sheet: bytes) -> dict[tuple[int, int], str]:
    if b'"e"' not in sheet and b"'e'" not in sheet and not _FORMULA.search(sheet):
        return {}
    found = {}
    for attributes, inside in _CELL.findall(sheet):
        place = _PLACE.fullmatch(_attribute(attributes, "r").upper())
        if place is None:
            continue
        result, kind = _RESULT.search(inside), _attribute(attributes, "t")
        at = (int(place[2]) - 1, _column(place[1]))
        if kind == "e" and result is not None:
            found[at] = unescape(result[1].decode("utf-8", "replace")) or NO_RESULT
        elif (result is None or not result[1]) and kind != "str" and _FORMULA.search(inside):  # a text may be empty
            found[at] = NO_RESULT
    return found


def _column(letters: str) -> int:
    place = 0
    for letter in letters:
        place = place * 26 + ord(letter) - 64
    return place - 1


def _marked(grid: Grid, cells: Cells) -> Grid:
    by_column: dict[int, dict[int, str]] = {}
    for (row, column), text in cells.items():
        by_column.setdefault(column - grid.first_column, {})[row] = text
    frame = grid.frame
    for column, texts in by_column.items():
        if not 0 <= column < frame.width:
            continue
        values = frame.to_series(column).to_list()
        for row, text in texts.items():
            if row < len(values) and (values[row] is None or text != NO_RESULT):
                values[row] = text
        frame = frame.with_columns(pl.Series(frame.columns[column], values, pl.String))
    return replace(grid, frame=frame)
