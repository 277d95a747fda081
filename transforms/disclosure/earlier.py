"""What readers have from earlier editions: which counts they know, which were withheld from them, and what was true."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from transforms.disclosure.cells import CountCell, CountTable, Rollup, TableSet, Unit
from transforms.disclosure.released import SourceUsed
from transforms.errors import ReleaseRefused

At = tuple[str, ...]
State = frozenset[str]
"""Digests of the extracts that a table was counted from: two tables of one state count the same people."""
Counted = Mapping[str, Mapping[At, float | None]]
"""True counts of an edition by key of the table."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """State of the extracts behind a table, and the day of the youngest of them."""

    state: State
    day: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """One edition that readers of `audience` have: its true counts, which of them it withheld, and their states.

    `audited_with` is the number of editions before it that its own audit took in.
    """

    name: str
    audience: str
    table_set: TableSet
    withheld: frozenset[tuple[str, At]]
    known: Mapping[str, Known]
    audited_with: int = -1


def states(tables: Sequence[CountTable], used: Sequence[SourceUsed]) -> dict[str, Known]:
    """The state of each table by key."""
    return {table.key: _known([(one.sha256, one.vintage_date) for one in used if one.source in table.sources])
            for table in tables}  # fmt: skip


def _known(extracts: Sequence[tuple[str, date]]) -> Known:
    return Known(state=frozenset(digest for digest, _ in extracts), day=max((d for _, d in extracts), default=date.min))


def earlier_edition(document: Mapping[str, Any], counted: Counted) -> Earlier:
    """An edition from its manifest and the counts it was made of.

    Raises ReleaseRefused, naming tables, where the manifest shows a figure that the counts do not give: then nobody can
    say what its withheld ones were.
    """
    name = f"{document['edition']}/{document['audience']}"
    extracts = document["created_from"]
    tables, withheld, known, strange = [], set(), {}, []
    for table in document["tables"]:
        if table["kind"] != "count":
            continue
        key, dimensions = table["key"], tuple(table["dimensions"])
        truth, cells = counted.get(key, {}), []
        for cell in table["cells"]:
            if "rollups" not in document and ":" in cell["at"].get("period", ""):
                continue  # a manifest from before the ledger does not say which months a phase has
            at = tuple(cell["at"][dimension] for dimension in dimensions)
            if cell["conf_status"] != "F":
                withheld.add((key, at))
            if (at not in truth) or (cell["conf_status"] == "F" and cell["value"] != truth[at]):
                strange.append(key)
            cells.append(CountCell(at=at, value=truth.get(at)))
        tables.append(_table(table, key, dimensions, tuple(cells)))
        used = [extracts[str(number)] for number in _numbers(table)]
        known[key] = _known([(one["sha256"], date.fromisoformat(one["vintage_date"])) for one in used])
    if strange:
        raise ReleaseRefused(
            f"Edition {name} shows figures that its counts in the warehouse do not give: "
            f"{', '.join(sorted(set(strange)))}.",
            advice="Restore warehouse and editions from one backup; until then nothing new is published.",
        )
    rollups = tuple(
        Rollup(dimension=one["dimension"], parent=one["parent"], parts=tuple(one["parts"]))
        for one in document.get("rollups", ())
    )
    return Earlier(
        name=name,
        audience=document["audience"],
        table_set=TableSet(tables=tuple(tables), rollups=rollups),
        withheld=frozenset(withheld),
        known=known,
        audited_with=_audited_with(document["audit"]),
    )


def _audited_with(audit: Mapping[str, Any]) -> int:
    """How many editions the audit of a manifest took in; −1 where it was made before audits did."""
    told = audit.get("earlier_editions")
    return told if type(told) is int else -1


def _numbers(table: Mapping[str, Any]) -> list[int]:
    return sorted({number for cell in table["cells"] for number in cell["provenance"]["vintages"]})


def _table(table: Mapping[str, Any], key: str, dimensions: At, cells: tuple[CountCell, ...]) -> CountTable:
    """The table as it was counted; manifests from before the ledger do not say what was additive: periods were."""
    unit: Unit = table["unit"]
    return CountTable(
        key=key,
        indicator=table["indicator"],
        population=table.get("population") or table["indicator"],
        dimensions=dimensions,
        additive=tuple(table.get("additive", [one for one in dimensions if one == "period"])),
        cells=cells,
        unit=unit,
        sources=tuple(table["sources"]),
        caveats=tuple(table["caveats"]),
        within=table.get("within", ""),
    )
