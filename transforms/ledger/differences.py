"""What differs between the manifests of two editions, as the person with the second key must see it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from transforms.ledger.entries import canonical

_NOT_FIGURES = ("status", "release", "run_id", "audit")
"""What may change in a manifest although every figure, source and word stays."""

Cells = Mapping[tuple[str, ...], Mapping[str, Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class SmallRevision:
    """A count that rose by fewer than the threshold: whoever has both editions sees how few were added."""

    at: tuple[str, ...]
    before: float
    now: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TableDifference:
    """Numbers of cells of one table that is in both editions; `small_revisions` are among the `changed`."""

    key: str
    changed: int = 0
    newly_withheld: int = 0
    newly_shown: int = 0
    added: int = 0
    gone: int = 0
    small_revisions: tuple[SmallRevision, ...] = ()

    @property
    def is_any(self) -> bool:
        """Whether anything differs."""
        return bool(self.changed or self.newly_withheld or self.newly_shown or self.added or self.gone)


@dataclass(frozen=True, slots=True, kw_only=True)
class Differences:
    """Between two editions: keys of tables that were added or are gone, and tables in which cells differ."""

    added: tuple[str, ...]
    gone: tuple[str, ...]
    tables: tuple[TableDifference, ...]


def has_same_figures(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two manifests say the same but for status, run and the record of the audit."""
    return _figures(one) == _figures(other)


def _figures(document: Mapping[str, Any]) -> str:
    return canonical({key: value for key, value in document.items() if key not in _NOT_FIGURES})


def differences(earlier: Mapping[str, Any], later: Mapping[str, Any], *, threshold: int) -> Differences:
    """What differs between two parsed manifests; tables are one by key, cells by the codes of their dimensions."""
    before = {table["key"]: table for table in earlier["tables"]}
    now = {table["key"]: table for table in later["tables"]}
    both = [key for key in now if key in before]
    found = (_table(before[key], now[key], threshold) for key in both)
    return Differences(
        added=tuple(key for key in now if key not in before),
        gone=tuple(key for key in before if key not in now),
        tables=tuple(table for table in found if table.is_any),
    )


def _table(earlier: Mapping[str, Any], later: Mapping[str, Any], threshold: int) -> TableDifference:
    before, now = _cells(earlier), _cells(later)
    both = [at for at in now if at in before]
    changed = [at for at in both if _has_number(before[at]) and _has_number(now[at]) and _differs(before[at], now[at])]
    is_count = later["kind"] == "count"
    small = [at for at in changed if is_count and 0 < now[at]["value"] - before[at]["value"] < threshold]
    return TableDifference(
        key=later["key"],
        changed=len(changed),
        newly_withheld=sum(1 for at in both if is_withheld(now[at]) and not is_withheld(before[at])),
        newly_shown=sum(1 for at in both if is_withheld(before[at]) and not is_withheld(now[at])),
        added=sum(1 for at in now if at not in before),
        gone=sum(1 for at in before if at not in now),
        small_revisions=tuple(SmallRevision(at=at, before=before[at]["value"], now=now[at]["value"]) for at in small),
    )


def _cells(table: Mapping[str, Any]) -> Cells:
    return {tuple(cell["at"].values()): cell for cell in table["cells"]}


def _differs(before: Mapping[str, Any], now: Mapping[str, Any]) -> bool:
    return bool(before["value"] != now["value"])


def _has_number(cell: Mapping[str, Any]) -> bool:
    return cell["value"] is not None


def is_withheld(cell: Mapping[str, Any]) -> bool:
    """Whether a cell of a manifest is suppressed."""
    return bool(cell["conf_status"] != "F")


def is_unreliable(cell: Mapping[str, Any]) -> bool:
    """Whether a cell of a manifest is too unreliable to show: its base is too small."""
    return bool(cell["obs_status"] == "U")
