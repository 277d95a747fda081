"""What a finding is."""

from __future__ import annotations

from dataclasses import dataclass

from reports.blocks import Inline

Cells = tuple[tuple[str, tuple[str, ...]], ...]
"""Released cells as (table key, codes)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One sentence, its key, and the cells (table, codes) that carry it."""

    key: str
    text: Inline
    cells: Cells
