"""JSON as web interfaces of statistical offices deliver it: a list of flat records, alone or inside an envelope.

A record may hold a figure per period under keys such as `2025`, `2025-Q1`, `2025-M01`: each of them becomes a row of
its own, with the names that SDMX has for both.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl

from flows.readers.staged import SheetRows, numbered
from transforms.errors import FileRejected
from transforms.messages import said

MOST_BYTES = 500_000_000
PERIOD, VALUE = "TIME_PERIOD", "OBS_VALUE"
_PERIOD_KEY = re.compile(r"[12]\d{3}(?:-?(?:Q[1-4]|[MМ](?:0?[1-9]|1[0-2]))|-(?:0[1-9]|1[0-2]))?", re.IGNORECASE)
"""Keys that are periods; the second М is Cyrillic, as offices of the region type it."""
_FIGURES = "data"
"""Name of the list of figures in an envelope that holds another list, of what it says of them."""
_SHAPE = said("JSON is read as a list of flat records: {example}.", example='[{"year": 2021, "value": 5.8}, …]')


def read_json(path: Path) -> SheetRows:
    """One row per record, every value as text as it was written; null and absent keys are empty cells.

    Of records with keys that are periods one row per key that a record has, the key as `TIME_PERIOD`, its value as
    `OBS_VALUE`. The list may stand alone or be the only list of records in an object, or the one that is called `data`;
    other texts become titles. Lines of JSON (one object a line) are read too. Raises FileRejected.
    """
    if path.stat().st_size > MOST_BYTES:
        raise FileRejected(
            said("{file} is larger than {size} MB.", file=path.name, size=MOST_BYTES // 10**6),
            advice=said("Send it as CSV or Parquet."),
        )
    content = _parsed(path)
    records, titles = _records(path, content)
    is_wide = PERIOD not in {key for record in records for key in record} and any(
        _is_period(key) for record in records for key in record
    )
    return _by_period(path, records, titles) if is_wide else numbered(_columns(path, records), titles, "record")


def _is_period(key: str) -> bool:
    return _PERIOD_KEY.fullmatch(_tidy(key)) is not None


def _by_period(path: Path, records: list[dict[str, Any]], titles: tuple[str, ...]) -> SheetRows:
    """A row per record and period; `cell` is its place, such as `record 3, 2025-Q1`, `record_no` that of its record."""
    long, places = [], []
    for number, record in enumerate(records, start=1):
        about = {key: value for key, value in record.items() if not _is_period(key)}
        for key, value in record.items():
            if _is_period(key):
                long.append({**about, PERIOD: key, VALUE: value})
                places.append((number, f"record {number}, {_tidy(key)}"))
        if not any(map(_is_period, record)):  # a record without any figure is not lost
            long.append({**about, PERIOD: None, VALUE: None})
            places.append((number, f"record {number}"))
    rows = numbered(_columns(path, long), titles, "record")
    frame = rows.frame.with_columns(
        record_no=pl.Series([number for number, _ in places], dtype=pl.Int64),
        cell=pl.Series([cell for _, cell in places], dtype=pl.String),
    )
    return replace(rows, frame=frame)


def _columns(path: Path, records: list[dict[str, Any]]) -> Mapping[str, list[str | None]]:
    names: dict[str, None] = {}
    for number, record in enumerate(records, start=1):
        for key, value in record.items():
            if isinstance(value, dict | list):
                raise FileRejected(
                    said(
                        "{file}: record {number}: `{key}` holds a list or another record.",
                        file=path.name,
                        number=str(number),
                        key=_tidy(key),
                    ),
                    advice=_SHAPE,
                )
            names[key] = None
    columns = {_tidy(key): [_text(record.get(key)) for record in records] for key in names}
    if len(columns) < len(names):
        twins = [name for name, times in Counter(map(_tidy, names)).items() if times > 1]
        raise FileRejected(
            said("{file}: these columns stand twice: {columns}.", file=path.name, columns=", ".join(twins)),
            advice=said("Keep one column of each name."),
        )
    return columns


def _parsed(path: Path) -> Any:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise FileRejected(
            said("{file} is not UTF-8 text, as JSON must be.", file=path.name), advice=said("Save it as UTF-8.")
        ) from problem
    try:
        return json.loads(text, parse_int=str, parse_float=str, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as problem:
        if (lines := _lines(text)) is not None:
            return lines
        reason = said("{file} is not complete JSON.", file=path.name)
        if isinstance(problem, json.JSONDecodeError):
            reason = said("{file} is not complete JSON, line {line}.", file=path.name, line=str(problem.lineno))
        raise FileRejected(reason, advice=(said("It was probably cut off: export it again."), _SHAPE)) from None


def _refuse_constant(word: str) -> str:
    raise ValueError(word)


def _lines(text: str) -> list[Any] | None:
    try:
        found = [
            json.loads(line, parse_int=str, parse_float=str, parse_constant=_refuse_constant)
            for line in text.split("\n")  # a text may hold other line ends, such as U+2028
            if line.strip()
        ]
    except (ValueError, RecursionError):
        return None
    return found if len(found) > 1 else None


def _records(path: Path, content: Any) -> tuple[list[dict[str, Any]], tuple[str, ...]]:
    titles: tuple[str, ...] = ()
    if isinstance(content, list) and len(content) == 1 and _lists(content[0]):
        content = content[0]
    if isinstance(content, dict):
        named = _lists(content)
        lists = [named[_FIGURES]] if _FIGURES in named else list(named.values())
        titles = tuple(_tidy(value) for value in content.values() if isinstance(value, str))
        if len(lists) == 1:
            about = [record for records in named.values() if records is not lists[0] for record in records]
            titles += tuple(_tidy(text) for record in about for text in record.values() if isinstance(text, str))
        else:
            raise FileRejected(
                said(
                    "{file}: {number} lists of records were found.",
                    file=path.name,
                    number=len(lists),
                ),
                advice=_SHAPE,
            )
        content = lists[0]
    if not isinstance(content, list) or not all(isinstance(record, dict) for record in content):
        raise FileRejected(said("{file} is JSON but no list of records.", file=path.name), advice=_SHAPE)
    if not content:
        raise FileRejected(
            said("{file} holds an empty list.", file=path.name), advice=said("Send the file again with its records.")
        )
    return content, titles


def _lists(content: Any) -> dict[str, list[dict[str, Any]]]:
    """Lists of records in an object, by name."""
    if not isinstance(content, dict):
        return {}
    return {
        name: value
        for name, value in content.items()
        if isinstance(value, list) and value and all(isinstance(record, dict) for record in value)
    }


def _text(value: Any) -> str | None:
    if isinstance(value, bool):
        return "1" if value else "0"
    return None if value is None else _whole(str(value)).strip() or None


def _tidy(text: str) -> str:
    return " ".join(_whole(text).split())


def _whole(text: str) -> str:
    """The text with a mark for half a character: JSON can write one as `\\ud83d`, and nothing else can hold it."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
