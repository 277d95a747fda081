"""The acceptance report of one file: what was taken, what was not, where, and what a right value looks like."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Literal

from flows.received import write_atomically

Verdict = Literal["accepted", "partly accepted", "rejected", "already loaded"]
FIRST_CELLS = 20
"""Addresses that a report names per rule; quarantine.rows holds them all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One rule that rows broke: how many rows, the first cells, and in `advice` what a right value looks like."""

    rule: str
    column: str
    count: int
    cells: tuple[str, ...]
    advice: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Acceptance:
    """What became of one file; it repeats no value of a cell. rows_read = rows_accepted + rows_quarantined."""

    file_name: str
    sha256: str
    source: str
    verdict: Verdict
    vintage_id: int | None
    vintage_date: date | None
    rows_read: int = 0
    rows_accepted: int = 0
    rows_quarantined: int = 0
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()

    def as_json(self) -> str:
        """The report as it is kept in `acceptance/`."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=2, default=str) + "\n"


def keep_acceptance(home: Path, acceptance: Acceptance) -> Path:
    """Write the report to `acceptance/<first 12 of the digest>.json`."""
    path = home / "acceptance" / f"{acceptance.sha256[:12]}.json"
    write_atomically(path, acceptance.as_json())
    return path
