"""Whether the files of an edition agree among themselves: the manifest with its schema, the tables with the manifest.

Read from the files alone, by other code than wrote them. What is told is where they disagree, never the figures.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from io import StringIO
from itertools import islice
from typing import Any

from jsonschema import Draft202012Validator

from reports.manifest import SCHEMA_VERSION, neutralised

TABLES = "tables/"
_FIGURES = ("value", "lower", "upper", "base")
_STATUSES = ("obs_status", "conf_status")
_MOST_FAULTS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Disagreement:
    """A file that says something else than the manifest, and where the first such place in it is."""

    name: str
    where: str


def parsed_manifest(content: bytes) -> dict[str, Any] | None:
    """The document of a manifest; None for what is no JSON object in UTF-8."""
    try:
        document = json.loads(content)
    except (ValueError, RecursionError):
        return None
    return document if isinstance(document, dict) else None


def is_of_this_form(document: Mapping[str, Any]) -> bool:
    """Whether a manifest is of the version whose schema this product has, and keeps to it."""
    return document.get("schema_version") == SCHEMA_VERSION and not schema_faults(document)


def schema_faults(document: Mapping[str, Any]) -> tuple[str, ...]:
    """The first places of a manifest that break its schema, each with the rule; none where it keeps to it."""
    found = islice(_validator().iter_errors(document), _MOST_FAULTS)
    return tuple(f"{fault.json_path.removeprefix('$.')} ({fault.validator})" for fault in found)


def cells_of(document: Mapping[str, Any]) -> int:
    """Number of released cells in a manifest."""
    return sum(len(table["cells"]) for table in document["tables"])


def disagreements(document: Mapping[str, Any], files: Mapping[str, bytes]) -> Iterator[Disagreement]:
    """Tables in `tables/` that do not show the cells of the manifest, which keeps to its schema."""
    named = {f"{TABLES}{table['key']}.csv": table for table in document["tables"]}
    for name in sorted(named.keys() | {name for name in files if is_table(name)}):
        if name not in files:
            where = "is missing"
        elif name not in named:
            where = "is no table of edition.json"
        else:
            where = _first_fault(named[name], files[name], document)
        if where:
            yield Disagreement(name=name, where=where)


def is_table(name: str) -> bool:
    """Whether a file of an edition is a table of the manifest as CSV."""
    return name.startswith(TABLES) and name.endswith(".csv")


def _first_fault(table: Mapping[str, Any], content: bytes, document: Mapping[str, Any]) -> str:
    """Where a CSV file first says something else than a table of the manifest; empty where it does not."""
    try:
        header, *rows = csv.reader(StringIO(content.decode("utf-8"), newline=""), strict=True)
    except (ValueError, csv.Error):
        return "is no CSV file in UTF-8"
    wanted = [*table["dimensions"], *_FIGURES, *_STATUSES, "unit"]
    if document.get("notice"):
        wanted.append("notice")
    if len(set(header)) != len(header) or (missing := [name for name in wanted if name not in header]):
        return f"lacks the column {missing[0]}" if len(set(header)) == len(header) else "has two columns of one name"
    if len(rows) != len(table["cells"]):
        return f"has {len(rows)} rows in place of {len(table['cells'])}"
    for line, (row, cell) in enumerate(zip(rows, table["cells"], strict=True), start=2):
        if len(row) != len(header):
            return f"row {line} has another number of columns"
        shown, told = dict(zip(header, row, strict=True)), _told(table, cell, document)
        if others := [name for name in wanted if shown[name] != told[name]]:
            return f"row {line}, column {others[0]}"
    return ""


def _told(table: Mapping[str, Any], cell: Mapping[str, Any], document: Mapping[str, Any]) -> dict[str, str]:
    """A cell of the manifest as the columns of a CSV file have it."""
    return {
        **{name: neutralised(cell["at"].get(name, "")) for name in table["dimensions"]},
        **{name: "" if cell[name] is None else str(cell[name]) for name in _FIGURES},
        **{name: cell[name] for name in _STATUSES},
        "unit": table["unit"],
        "notice": document.get("notice", ""),
    }


@cache
def _validator() -> Any:
    schema = json.loads((resources.files("reports") / "edition.schema.json").read_text("utf-8"))
    return Draft202012Validator(schema)
