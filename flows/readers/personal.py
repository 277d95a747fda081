"""Columns of a standard's form that would identify persons: the form may have them, nothing may stand in them."""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase

from transforms.acceptance import Suspect
from transforms.errors import IdentifierFound
from transforms.messages import said
from transforms.sources.layouts import Grid, column_letter, layout_of
from transforms.sources.profile import Profile
from transforms.sources.sheets import header_places

Place = tuple[str, int, int]
"""Sheet, row and column of a cell, both from 0."""


def headers_left_empty(grids: Sequence[Grid], candidates: Sequence[Profile]) -> frozenset[Place]:
    """Cells of the headers over columns that a contract wants empty and that are.

    Raises IdentifierFound, which names columns and no values, where something stands in such a column.
    """
    places: set[Place] = set()
    for profile in candidates:
        layout = layout_of(profile)
        filled: list[Suspect] = []
        for grid, top in header_places(grids, layout) if profile.must_be_empty else ():
            for number, (column, name) in enumerate(zip(grid.frame.columns, grid.frame.row(top), strict=True)):
                if name is None or not _is_listed(name, profile):
                    continue
                body = grid.frame[column].slice(top + layout.header_rows)
                if body.null_count() < len(body):
                    filled.append(Suspect(letter=column_letter(grid.first_column + number), header=name))
                places |= {(grid.sheet, row, number) for row in range(top, top + layout.header_rows)}
        if filled:
            raise _found(filled)
    return frozenset(places)


def _found(filled: Sequence[Suspect]) -> IdentifierFound:
    refusal = IdentifierFound(
        said(
            "Something stands in columns that would identify persons: {columns}. Nothing of the file was kept.",
            columns=", ".join(suspect.header for suspect in filled),
        ),
        advice=said("Empty these columns, leave their headings, and send the file again."),
    )
    refusal.suspects = tuple(filled)
    return refusal


def refuse_listed(headers: Sequence[str], profile: Profile) -> None:
    """Raise IdentifierFound where a file without a form's layout has columns that the contract wants empty."""
    listed = [header for header in headers if _is_listed(header, profile)]
    if listed:
        raise IdentifierFound(
            said(
                "The file has columns that would identify persons: {columns}. Nothing of it was kept.",
                columns=", ".join(listed),
            ),
            advice=said("Delete these columns and send the file again."),
        )


def _is_listed(name: str, profile: Profile) -> bool:
    return any(fnmatchcase(" ".join(name.split()), pattern) for pattern in profile.must_be_empty)
