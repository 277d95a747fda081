"""SDMX-ML 2.1 data messages, generic and structure-specific, read by sdmx1; SDMX-CSV is text like any other."""

from __future__ import annotations

import io
import logging
import mmap
import re
from collections.abc import Iterator
from contextlib import redirect_stdout
from pathlib import Path
from typing import Any

from flows.readers.staged import SheetRows, numbered
from transforms.errors import FileRejected
from transforms.messages import said

VALUE, ACTION, DELETE = "OBS_VALUE", "ACTION", "D"
MOST_BYTES = 500_000_000
_ACTION_OF_ALL = re.compile(rb"<(?:[\w.-]+:)?DataSetAction>\s*Delete\s*<")
_DATA_SET = re.compile(rb"<(?:[\w.-]+:)?DataSet(?=[\s>/])[^>]*>")
_ACTION_OF_SET = re.compile(rb"""[\s:]action\s*=\s*["'](\w+)["']""")
_EXPORT = said("Export the data as SDMX-CSV or SDMX-ML 2.1 and send it again.")


def read_sdmx(path: Path) -> SheetRows:
    """One row per observation: dimensions, attributes of series and observation, `OBS_VALUE`, all as text.

    Of data sets that are to be deleted each row says so under `ACTION`, as SDMX-CSV does.
    Titles are the identifiers of the data flow or structure and the day the message was prepared. Raises FileRejected
    for XML that is no SDMX, a message without data, a document type (which could hold entities that unfold without
    end), and a file that was cut off.
    """
    _refuse_unsafe(path)
    message = _message(path)
    sets = getattr(message, "data", None)
    if not sets:
        raise FileRejected(
            said("{file} is an SDMX message without data: it only describes some.", file=path.name), advice=_EXPORT
        )
    deleted = _deleted(path)
    rows = [
        {**row, ACTION: DELETE} if place in deleted else row for place, data in enumerate(sets) for row in _rows(data)
    ]
    if not rows:
        raise FileRejected(said("{file} is an SDMX data message without observations.", file=path.name), advice=_EXPORT)
    names = dict.fromkeys(name for row in rows for name in row)
    columns = {name: [row.get(name) for row in rows] for name in names}
    return numbered(columns, _titles(message, sets), "observation")


def _refuse_unsafe(path: Path) -> None:
    if path.stat().st_size > MOST_BYTES:
        raise FileRejected(
            said("{file} is larger than {size} MB.", file=path.name, size=MOST_BYTES // 10**6),
            advice=said("Send it as SDMX-CSV."),
        )
    with path.open("rb") as stream:
        start = stream.read(4000)
    if re.search(rb"<!(DOCTYPE|ENTITY)", start):
        raise FileRejected(
            said("{file} declares a document type, which no SDMX message needs.", file=path.name), advice=_EXPORT
        )
    if b"SDMX" not in start and b"sdmx" not in start:
        raise FileRejected(said("{file} is XML but not an SDMX message.", file=path.name), advice=_EXPORT)


def _message(path: Path) -> Any:
    import sdmx  # half a second of imports that only this form of file needs
    import sdmx.reader.xml.v30  # made of the parsers for 2.1, to which a message in that form adds some of its own

    logging.getLogger("sdmx").setLevel(logging.ERROR)  # it wonders about every message that comes without its structure
    try:
        # Of a message that it cannot read sdmx1 prints what it has read so far: rows, into the log of whoever runs us.
        with path.open("rb") as stream, redirect_stdout(io.StringIO()):
            return sdmx.read_sdmx(stream)
    except Exception as problem:  # lxml's, sdmx1's and Python's own, whatever a damaged file runs into
        raise FileRejected(
            said("{file} cannot be read as SDMX-ML 2.1 ({error}).", file=path.name, error=type(problem).__name__),
            advice=(said("It was probably cut off on its way."), _EXPORT),
        ) from None


def _deleted(path: Path) -> frozenset[int]:
    """Places of the data sets that the message wants deleted, which sdmx1 leaves out."""
    with path.open("rb") as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as content:
        of_all = _ACTION_OF_ALL.search(content) is not None
        starts = [found[0] for found in _DATA_SET.finditer(content)]
    own = [_ACTION_OF_SET.search(start) for start in starts]
    return frozenset(
        place for place, found in enumerate(own) if (of_all if found is None else found[1].lower() == b"delete")
    )


def _rows(data: Any) -> Iterator[dict[str, str | None]]:
    for observation in data.obs:
        row: dict[str, str | None] = {}
        for keyed in (observation.series_key, observation.dimension):
            row |= {name: str(item.value) for name, item in getattr(keyed, "values", {}).items()}
        for name, item in observation.attrib.items():
            row[name] = str(item.value)
        value = observation.value
        row[VALUE] = None if value is None or str(value) in ("", "nan", "NaN") else str(value)
        yield row


def _titles(message: Any, sets: Any) -> tuple[str, ...]:
    prepared = getattr(getattr(message, "header", None), "prepared", None)
    described = [
        getattr(getattr(data, name, None), "urn", None) for data in sets for name in ("described_by", "structured_by")
    ]
    found = [f"prepared {prepared:%Y-%m-%d}" if prepared is not None else "", *(str(urn) for urn in described if urn)]
    return tuple(dict.fromkeys(text for text in found if text))
