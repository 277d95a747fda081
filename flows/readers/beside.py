"""What stands in a workbook beside its table of cases: other sheets, titles and footnotes, comments, properties.

None of it is loaded, but the workbook is kept as it came, so nobody may be identified there either. The author of a
workbook and of a comment is a clerk and not a case; so is who signs below a table.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator, Sequence
from html import unescape
from pathlib import Path

from flows.readers.identified import identifiers_found
from flows.readers.staged import SheetRows
from transforms.acceptance import Suspect
from transforms.messages import Message, said
from transforms.personal.texts import GATE, WORDS, Kind, kinds_beside
from transforms.sources.layouts import Grid, column_letter
from transforms.sources.profile import Profile
from transforms.tables import CASES

_FIRST_SPANS = 40
_TEXT = re.compile(r"<[^>]*>")
_AUTHOR = re.compile(r"<author>(.*?)</author>", re.DOTALL)
_PROPERTIES = r"<(?:dc:title|dc:subject|dc:description|cp:keywords|meta:keyword)(?: [^>]*)?>.*?</"
_NOTES = tuple(
    (re.compile(part), re.compile(element, re.DOTALL))
    for part, element in (
        (r"^xl/(?:comments|threadedComments/).*\.xml$", r"<(?:\w+:)?text[ >].*?</(?:\w+:)?text>"),
        (r"^content\.xml$", r"<office:annotation[ >].*?</office:annotation>"),
        (r"^(?:docProps/core|meta)\.xml$", _PROPERTIES),
    )
)
"""Part of a workbook (.xlsx, .ods) -> the elements of it that say something."""
_SIGNATURE = re.compile(r"<dc:creator>.*?</dc:creator>", re.DOTALL)


def refuse_beside(path: Path, grids: Sequence[Grid], rows: SheetRows, profile: Profile) -> None:
    """Raise IdentifierFound, with sheets, columns and rows, where a case list has persons beside its table."""
    if profile.table is not CASES:
        return
    read = set(rows.frame["sheet"].unique().to_list()) if "sheet" in rows.frame.columns else set()
    found = [suspect for grid in grids if grid.sheet not in read for suspect in _in_sheet(grid)]
    told = {kind for text in (*rows.titles, *_notes(path)) for kind in kinds_beside(text)}
    found += [Suspect(letter="", what=_beside(kind)) for kind in WORDS if kind in told]
    if found:
        raise identifiers_found(max(1, *(suspect.rows for suspect in found)), found)


def _in_sheet(grid: Grid) -> Iterator[Suspect]:
    for place, name in enumerate(grid.frame.columns):
        column = grid.frame[name]
        picked = column.filter(column.str.contains(f"{GATE}|@").fill_null(value=False)).unique()
        kinds = {text: kinds for text in picked if (kinds := kinds_beside(text))}
        for kind in WORDS:
            texts = [text for text, told in kinds.items() if kind in told]
            if texts:
                rows = [row + 1 for row in column.is_in(texts).fill_null(value=False).arg_true()]
                yield _suspect(grid, place, kind, rows)


def _suspect(grid: Grid, place: int, kind: Kind, rows: Sequence[int]) -> Suspect:
    spans: list[tuple[int, int]] = []
    for row in rows:
        if spans and spans[-1][1] == row - 1:
            spans[-1] = (spans[-1][0], row)
        else:
            spans.append((row, row))
    return Suspect(
        letter=column_letter(grid.first_column + place),
        spans=tuple(spans[:_FIRST_SPANS]),
        more_spans=max(0, len(spans) - _FIRST_SPANS),
        what=_beside(kind),
        rows=len(rows),
    )


def _beside(kind: Kind) -> Message:
    """What was found, without the name of the sheet: that may be the name of a person."""
    return said("{what}, beside the table, in another sheet, a comment or a title", what=WORDS[kind])


def _notes(path: Path) -> Iterator[str]:
    """Comments and properties of a workbook as texts, without who made them."""
    if not zipfile.is_zipfile(path):
        return
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            for part, element in _NOTES:
                if part.match(name):
                    content = archive.read(name).decode("utf-8", "replace")
                    authors = {_plain(author).strip() for author in _AUTHOR.findall(content)} - {""}
                    for found in element.findall(_SIGNATURE.sub("", content)):
                        text = _plain(found)
                        for author in authors:
                            text = text.replace(author, "")
                        yield text


def _plain(element: str) -> str:
    return unescape(_TEXT.sub(" ", element.removesuffix("</")))
