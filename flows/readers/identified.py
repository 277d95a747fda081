"""The refusal of a file that identifies persons: how many rows, in which columns, and nothing of what stands there."""

from __future__ import annotations

from collections.abc import Sequence

from transforms.acceptance import Suspect
from transforms.errors import IdentifierFound
from transforms.messages import Message, counted, said

_PLACES_SAID = 3
"""Columns that the message of a refusal names; the report names all."""
_SPANS_SAID = 5


def identifiers_found(rows: int, suspects: Sequence[Suspect] = ()) -> IdentifierFound:
    """The error for a file in which so many rows, at these places, identify persons."""
    refusal = IdentifierFound(
        (
            counted(
                "{n} row holds what identifies a person. Nothing of the file was kept.",
                "{n} rows hold what identifies a person. Nothing of the file was kept.",
                rows,
            ),
            *(_where(place) for place in suspects[:_PLACES_SAID]),
        ),
        advice=said(
            "Remove contacts, names, dates of birth, addresses and numbers of persons and documents, above all from "
            "the free-text columns, and send the file again."
        ),
    )
    refusal.suspects = tuple(suspects)
    return refusal


def _where(place: Suspect) -> Message:
    column = " ".join(filter(None, (place.letter, place.header)))
    what = place.what or said("what identifies a person")
    if not place.spans:
        return said("Found: {what}.", what=what)
    if not column:
        return said("Rows {rows}: {what}.", rows=_rows(place), what=what)
    return said("Column {column}, rows {rows}: {what}.", column=column, rows=_rows(place), what=what)


def _rows(place: Suspect) -> str:
    shown = ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in place.spans[:_SPANS_SAID])
    return f"{shown}, …" if len(place.spans) > _SPANS_SAID or place.more_spans else shown
