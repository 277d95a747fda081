"""Which sheets of a workbook carry the rows of a source, and their rows one below the other.

Every visible sheet with the header and the title of the source is read: offices keep a year or a region to a sheet.
What looks like the same table and is not read is named, so that no sheet is left out in silence.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import polars as pl

from transforms.errors import FileRejected
from transforms.messages import Message, said
from transforms.sources.layouts import Grid, LaidOut, Layout, lay_out_sheet, layout_of, squeezed
from transforms.sources.profile import Profile

SEARCHED_ROWS = 60
"""Rows from the top among which a header is looked for."""
_ALIKE = 0.5
"""Share of the texts of a header that a row must have, and of its cells that must be such texts, to be a header too."""
_NAMED_HEADERS = 6

Place = tuple[Grid, int]
"""A sheet and the 0-based row of its header."""


def header_places(grids: Iterable[Grid], layout: Layout) -> list[Place]:
    """Every sheet with a row that holds all texts of the header."""
    wanted = {squeezed(text) for text in layout.header}
    found = []
    for grid in grids:
        if layout.sheet and not re.search(layout.sheet, grid.sheet):
            continue
        for number, row in enumerate(grid.frame.head(SEARCHED_ROWS).rows()):
            if wanted <= {squeezed(text) for text in row if text}:
                found.append((grid, number))
                break
    return found


def fits(grids: Sequence[Grid], profile: Profile) -> bool:
    """True if a workbook carries what the profile's `[recognise]` and its header ask for."""
    known = profile.recognition
    has_sheet = not known.sheets or bool({grid.sheet for grid in grids} & set(known.sheets))
    return has_sheet and any(_has_title(place, profile) for place in header_places(grids, layout_of(profile)))


def lay_out(grids: Sequence[Grid], profile: Profile) -> LaidOut:
    """Rows of the sheets that carry the profile's header.

    Hidden sheets are read only where no other has the header: they keep drafts and copies. Raises FileRejected when no
    sheet has the header, or when sheets have their columns in different places, so that a cell could not be named.
    """
    layout = layout_of(profile)
    found = header_places(grids, layout)
    if not found:
        raise FileRejected(_missing_header(grids, layout), advice=_HEADER_ADVICE)
    titled = [place for place in found if _has_title(place, profile)] or found[:1]
    chosen = [place for place in titled if not place[0].is_hidden] or titled[:1]
    parts = [lay_out_sheet(grid, top, layout) for grid, top in chosen]
    filled = [part for part in parts if not part.frame.is_empty()] or parts[:1]
    _refuse_other_places(filled, profile)
    return LaidOut(
        frame=pl.concat([part.frame for part in filled], how="diagonal") if len(filled) > 1 else filled[0].frame,
        letters={header: letter for part in filled for header, letter in part.letters.items()},
        titles=tuple(dict.fromkeys(text for part in filled for text in part.titles)),
        notes=_left_out(grids, [grid for grid, _ in chosen], profile, layout),
    )


def _has_title(place: Place, profile: Profile) -> bool:
    grid, top = place
    title = profile.recognition.title
    texts = (text for row in grid.frame.head(top).rows() for text in row if text)
    return not title or any(re.search(title, text) for text in texts)


def _refuse_other_places(parts: Sequence[LaidOut], profile: Profile) -> None:
    read = {*profile.headers, *profile.status_headers}
    first, *others = ({name: letter for name, letter in part.letters.items() if name in read} for part in parts)
    for part, letters in zip(parts[1:], others, strict=True):
        if letters != first:
            raise FileRejected(
                said(
                    "The sheets “{first}” and “{other}” have the same columns in different places.",
                    first=parts[0].frame["sheet"][0],
                    other=part.frame["sheet"][0],
                ),
                advice=said("Give every sheet the same columns in the same order, or send a file for each sheet."),
            )


def _left_out(grids: Sequence[Grid], chosen: Sequence[Grid], profile: Profile, layout: Layout) -> tuple[Message, ...]:
    """A remark for each sheet that holds a table like those that were read."""
    notes = []
    for grid in grids:
        if any(grid is other for other in chosen) or (layout.sheet and not re.search(layout.sheet, grid.sheet)):
            continue
        number, lacking = _closest_row(grid, layout)
        if not number or not _is_header(grid.frame.row(number - 1), lacking, profile, layout):
            continue
        if lacking:
            names = ", ".join(lacking[:_NAMED_HEADERS])
            notes.append(
                said(
                    "The sheet “{sheet}” was not read: it lacks the columns {columns}.", sheet=grid.sheet, columns=names
                )
            )
        elif grid.is_hidden:
            notes.append(said("The hidden sheet “{sheet}” was not read.", sheet=grid.sheet))
        else:
            notes.append(
                said("The sheet “{sheet}” was not read: its title is that of another table.", sheet=grid.sheet)
            )
    return tuple(notes)


def _is_header(row: Sequence[str | None], lacking: Sequence[str], profile: Profile, layout: Layout) -> bool:
    """Whether a row is a header with a few faults, and not a list of codes that only names some of the columns."""
    if len(lacking) > _ALIKE * len(layout.header):
        return False
    known = {squeezed(text) for text in (*layout.header, *profile.headers, *profile.status_headers)}
    texts = [squeezed(text) for text in row if text]
    return layout.kind == "crosstab" or sum(text in known for text in texts) > _ALIKE * len(texts)


_HEADER_ADVICE = said("Send the table with its header row, column names spelt as the contract has them.")


def _closest_row(grid: Grid, layout: Layout) -> tuple[int, list[str]]:
    """(number of the row that has most texts of the header, 0 for none; the texts it lacks)."""
    best: tuple[int, list[str]] = (0, list(layout.header))
    for number, row in enumerate(grid.frame.head(SEARCHED_ROWS).rows(), start=1):
        present = {squeezed(text) for text in row if text}
        lacking = [text for text in layout.header if squeezed(text) not in present]
        if len(lacking) < len(best[1]):
            best = (number, lacking)
    return best


def _missing_header(grids: Sequence[Grid], layout: Layout) -> Message:
    """Say which sheet and row come closest to the header and what they lack."""
    rows = [(grid.sheet, *_closest_row(grid, layout)) for grid in grids]
    sheet, number, lacking = min(rows, key=lambda row: len(row[2]), default=("", 0, list(layout.header)))
    names = ", ".join(f"“{text}”" for text in lacking[:_NAMED_HEADERS])
    if not number:
        return said("No sheet has a header row with {columns}.", columns=names)
    return said(
        "Sheet “{sheet}”: row {row} looks like the header but lacks {columns}.",
        sheet=sheet,
        row=str(number),
        columns=names,
    )
