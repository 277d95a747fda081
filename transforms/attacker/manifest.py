"""A publication read from the manifest of an edition (`edition.json`), which may have come from anywhere."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date
from typing import Any, TypeVar

from transforms.attacker.figures import readings_of
from transforms.attacker.publication import At, PrintedCell, PrintedTable, Publication, State
from transforms.codes import TOTAL
from transforms.errors import FileRejected
from transforms.messages import said

BEFORE_THE_LEDGER = "1"
SCHEMA_VERSIONS = (BEFORE_THE_LEDGER, "2")
_T = TypeVar("_T")


def publication_of(document: object) -> Publication:
    """The publication that a parsed manifest describes.

    Tables of kind `count` bind; those of kind `observation` were public before. Raises FileRejected, naming the
    member that is missing or of another type than the format says.
    """
    manifest = _is(document, dict, "edition.json")
    if manifest.get("schema_version") not in SCHEMA_VERSIONS:
        raise FileRejected(
            said("This is not the manifest of an edition, or one in a format that is not known."),
            advice=said("Give the edition.json of an edition that this product published."),
        )
    if manifest["schema_version"] == BEFORE_THE_LEDGER:
        manifest = _as_now(manifest)
    policy = _member(manifest, "policy", dict)
    states = _States(_member(manifest, "created_from", dict))
    tables = [_is(table, dict, "tables") for table in _member(manifest, "tables", list)]
    parts = _parts(_member(manifest, "rollups", list))
    counts = tuple(_table(table, states) for table in tables if _member(table, "kind", str) == "count")
    figures = [_figures(table) for table in tables if _member(table, "kind", str) not in ("count", "observation")]
    answers = [_is(answer, dict, "estimates") for answer in _member(manifest, "estimates", list)]
    return Publication(
        edition=_member(manifest, "edition", str),
        scope=_member(manifest, "scope", str),
        audience=_member(manifest, "audience", str),
        as_of=_day(_member(manifest, "as_of", str)),
        threshold=_member(policy, "threshold", int),
        width=_member(policy, "protection_width", int),
        tables=counts,
        readings=tuple(readings_of(counts, figures, answers, parts, policy)),
        parts=parts,
    )


class _States:
    """The states of an edition's tables, from the extracts that each of their sources consists of."""

    def __init__(self, created_from: Mapping[str, Any]) -> None:
        self._used = [
            (_member(used, "source", str), _member(used, "sha256", str), _day(_member(used, "vintage_date", str)))
            for used in (_is(one, dict, "created_from") for one in created_from.values())
        ]

    def of(self, sources: At) -> State:
        """The state of a table that was counted from these sources."""
        mine = sorted((sha256, day) for source, sha256, day in self._used if source in sources)
        key = hashlib.sha256("\n".join(sha256 for sha256, _ in mine).encode()).hexdigest()
        return State(key=key, youngest=max((day for _, day in mine), default=date.min))


def _as_now(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """A manifest that does not say what its tables count and what adds up: periods did.

    Nor does it say which months its phases have, so their counts are left out.
    """
    tables = []
    for given in _member(manifest, "tables", list):
        table = _is(given, dict, "tables")
        dimensions = _words(table, "dimensions")
        cells = [_is(cell, dict, "cells") for cell in _member(table, "cells", list)]
        has_rollups = "rollups" in manifest
        plain = [c for c in cells if has_rollups or ":" not in str(_member(c, "at", dict).get("period", ""))]
        added = [one for one in dimensions if one == "period"]
        own = {"population": table.get("indicator"), "additive": added, "within": ""}
        tables.append({**own, **table, "cells": plain})
    return {"rollups": [], "estimates": [], **manifest, "tables": tables}


def _table(table: Mapping[str, Any], states: _States) -> PrintedTable:
    dimensions = _words(table, "dimensions")
    return PrintedTable(
        key=_member(table, "key", str),
        population=_member(table, "population", str),
        dimensions=dimensions,
        additive=_words(table, "additive"),
        within=_member(table, "within", str),
        state=states.of(_words(table, "sources")),
        cells=tuple(_cell(_is(cell, dict, "cells"), dimensions) for cell in _member(table, "cells", list)),
    )


def _cell(cell: Mapping[str, Any], dimensions: At) -> PrintedCell:
    value = cell.get("value")
    if value is not None and (isinstance(value, bool) or not isinstance(value, int | float) or value != value // 1):
        raise _malformed("value")
    at = _member(cell, "at", dict)
    return PrintedCell(
        at=tuple(_member(at, dimension, str) for dimension in dimensions),
        value=None if value is None else int(value),
        is_withheld=value is None and _member(cell, "conf_status", str) != "F",
    )


def _figures(table: Mapping[str, Any]) -> dict[str, Any]:
    """A derived table whose members have the types that `figures` relies on."""
    dimensions = _words(table, "dimensions")
    cells = []
    for one in _member(table, "cells", list):
        cell = _is(one, dict, "cells")
        at = _member(cell, "at", dict)
        numbers = {name: _number(cell, name) for name in ("value", "base")}
        codes = tuple(_member(at, dimension, str) for dimension in dimensions)
        cells.append({**numbers, "at": codes, "status": _member(cell, "obs_status", str), "note": cell.get("note")})
    return {"key": _member(table, "key", str), "kind": table["kind"], "dimensions": dimensions, "cells": cells}


def _parts(rollups: list[Any]) -> dict[tuple[str, str], At]:
    listed = [_is(rollup, dict, "rollups") for rollup in rollups]
    return {
        (_member(rollup, "dimension", str), _member(rollup, "parent", str)): _words(rollup, "parts")
        for rollup in listed
        if rollup.get("parent") != TOTAL
    }


def _is(value: object, kind: type[_T], name: str) -> _T:
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise _malformed(name)
    return value


def _member(of: Mapping[str, Any], name: str, kind: type[_T]) -> _T:
    return _is(of.get(name), kind, name)


def _words(of: Mapping[str, Any], name: str) -> At:
    return tuple(_is(word, str, name) for word in _member(of, name, list))


def _number(of: Mapping[str, Any], name: str) -> float | None:
    value = of.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < float("inf"):
        raise _malformed(name)
    return float(value)


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise _malformed(text[:20]) from None


def _malformed(name: str) -> FileRejected:
    return FileRejected(
        said("The manifest of an edition is damaged: '{name}' is missing or not what it should be.", name=name),
        advice=said("Give the edition.json as it was published."),
    )
