"""What readers of an edition were given before: released tables and declarations of earlier editions, from manifests.

Nothing here reveals anything: every figure stands in a manifest that the same audience has. The difference of two
published figures is known to whoever has both.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import InitVar, dataclass
from datetime import date
from typing import Any

from transforms.disclosure.released import _SEAL, ReleasedCell, ReleasedTable
from transforms.errors import ReleaseRefused


@dataclass(frozen=True, slots=True, kw_only=True)
class EditionBefore:
    """An earlier edition of one audience: its tables, what it declared, and the contract version of each source.

    Raises ReleaseRefused when built by anybody but `edition_before`.
    """

    edition: str
    scope: str
    audience: str
    as_of: date
    run_id: str
    code_version: str
    tables: Mapping[str, ReleasedTable]
    policy: Mapping[str, Any]
    context: Mapping[str, Any]
    contracts: Mapping[str, str]
    seal: InitVar[object]

    def __post_init__(self, seal: object) -> None:
        if seal is not _SEAL:
            raise ReleaseRefused(f"Edition {self.edition} was not read from what readers were given.")

    def cell(self, table: str, *at: str) -> ReleasedCell | None:
        """The cell of a table at these codes, or None where this edition has none."""
        found = self.tables.get(table)
        return None if found is None else found.cell(*at)

    @property
    def period(self) -> str:
        """Code of the period that it reports on."""
        return self.edition.partition("-")[2]

    def to_json(self) -> dict[str, str]:
        """How a manifest names it."""
        return {
            "edition": self.edition,
            "audience": self.audience,
            "as_of": self.as_of.isoformat(),
            "run_id": self.run_id,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenBackEdition:
    """An edition that was withdrawn, with the reason that its readers were given.

    `replaced_as_of` is the state of the data of the edition of the same name that readers have instead.
    """

    edition: str
    audience: str
    as_of: date
    run_id: str
    withdrawn_on: date
    reason: str
    replaced_as_of: date | None = None

    def to_json(self) -> dict[str, str]:
        """How a manifest names it."""
        replaced = {} if self.replaced_as_of is None else {"replaced_as_of": self.replaced_as_of.isoformat()}
        return {
            "edition": self.edition,
            "audience": self.audience,
            "as_of": self.as_of.isoformat(),
            "run_id": self.run_id,
            "withdrawn_on": self.withdrawn_on.isoformat(),
            "reason": self.reason,
            **replaced,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What came before an edition.

    `last` is the edition it follows on (None: it is the first of its kind), whole; `shown` are the earlier editions
    whose figures for one table stand beside its own, oldest state of the data first; `withdrawn` those taken back since
    the last.
    """

    last: EditionBefore | None = None
    shown: tuple[EditionBefore, ...] = ()
    withdrawn: tuple[TakenBackEdition, ...] = ()

    def refuse_others(self, scope: str, audience: str) -> None:
        """Raise ReleaseRefused where an edition of other readers is among these."""
        known = (*self.shown, *((self.last,) if self.last else ()))
        others = [one for one in known if (one.scope, one.audience) != (scope, audience)]
        if others:
            raise ReleaseRefused(
                f"Edition {others[0].edition} was released to other readers; this one cannot be compared with it."
            )

    def to_json(self) -> dict[str, Any]:
        """How a manifest names what its edition was compared with."""
        return {
            "last": None if self.last is None else self.last.to_json(),
            "shown": [one.to_json() for one in self.shown],
            "withdrawn": [one.to_json() for one in self.withdrawn],
        }


def edition_before(document: Mapping[str, Any], tables: Sequence[str] | None = None) -> EditionBefore:
    """An earlier edition from its manifest, which the ledger vouches for; of its tables all or those of these keys."""
    used = document["created_from"].values()
    return EditionBefore(
        edition=document["edition"],
        scope=document["scope"],
        audience=document["audience"],
        as_of=date.fromisoformat(document["as_of"]),
        run_id=document["run_id"],
        code_version=document["code_version"],
        tables={
            table["key"]: _table(table) for table in document["tables"] if tables is None or table["key"] in tables
        },
        policy=document["policy"],
        context=document["context"],
        contracts={one["source"]: str(one["contract_version"]) for one in used},
        seal=_SEAL,
    )


def _table(table: Mapping[str, Any]) -> ReleasedTable:
    dimensions = tuple(table["dimensions"])
    return ReleasedTable(
        key=table["key"],
        indicator=table["indicator"],
        kind=table["kind"],
        dimensions=dimensions,
        cells=tuple(_cell(cell, dimensions) for cell in table["cells"]),
        unit=table["unit"],
        sources=tuple(table["sources"]),
        caveats=tuple(table["caveats"]),
        method=table.get("method", ""),
        population=table.get("population", ""),
        additive=tuple(table.get("additive", ())),
        within=table.get("within", ""),
        seal=_SEAL,
    )


def _cell(cell: Mapping[str, Any], dimensions: tuple[str, ...]) -> ReleasedCell:
    return ReleasedCell(
        at=tuple(cell["at"][dimension] for dimension in dimensions),
        value=cell["value"],
        obs_status=cell["obs_status"],
        conf_status=cell["conf_status"],
        lower=cell.get("lower"),
        upper=cell.get("upper"),
        base=cell.get("base"),
        note=cell.get("note", ""),
    )
