"""What a finding is."""

from __future__ import annotations

from dataclasses import dataclass

from reports.blocks import Inline

Cells = tuple[tuple[str, tuple[str, ...]], ...]
"""Released cells as (table key, codes)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One sentence, its key, the cells (table, codes) that carry it, and the key of the answer it tells, if it does."""

    key: str
    text: Inline
    cells: Cells
    answer: str = ""
