"""JSON as web interfaces of statistical offices deliver it: a list of flat records, alone or inside an envelope."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

from flows.readers.staged import SheetRows, numbered
from transforms.errors import FileRejected
from transforms.messages import said

MOST_BYTES = 500_000_000
_SHAPE = said("JSON is read as a list of flat records: {example}.", example='[{"year": 2021, "value": 5.8}, …]')


def read_json(path: Path) -> SheetRows:
    """One row per record, every value as text as it was written; null and absent keys are empty cells.

    The list may stand alone or be the only list of records in an object, whose other texts become titles. Lines of
    JSON (one object a line) are read too. Raises FileRejected.
    """
    if path.stat().st_size > MOST_BYTES:
        raise FileRejected(
            said("{file} is larger than {size} MB.", file=path.name, size=MOST_BYTES // 10**6),
            advice=said("Send it as CSV or Parquet."),
        )
    content = _parsed(path)
    records, titles = _records(path, content)
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
    return numbered(columns, titles, "record")


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
    if isinstance(content, dict):
        lists = [
            value for value in content.values() if isinstance(value, list) and value and isinstance(value[0], dict)
        ]
        titles = tuple(_tidy(value) for value in content.values() if isinstance(value, str))
        if len(lists) != 1:
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


def _text(value: Any) -> str | None:
    if isinstance(value, bool):
        return "1" if value else "0"
    return None if value is None else _whole(str(value)).strip() or None


def _tidy(text: str) -> str:
    return " ".join(_whole(text).split())


def _whole(text: str) -> str:
    """The text with a mark for half a character: JSON can write one as `\\ud83d`, and nothing else can hold it."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
