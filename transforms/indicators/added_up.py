"""Figures that others counted by month, quarter or year, and what they add up to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from transforms.codes import TOTAL
from transforms.disclosure.cells import CountCell
from transforms.indicators.windows import Span

Figures = Mapping[tuple[str, str], tuple[float | None, str]]
"""Value and status by finest period and code; `total` for all together."""
_FLAGS = ("P", "E", "R", "B")


def added_cells(spans: Sequence[Span], codes: Sequence[str], figures: Figures) -> tuple[CountCell, ...]:
    """A cell for each span and code (without codes, only the span), the sum of the figures inside it.

    Not reported (`O`) where there is none; provisional (`P`) where some are missing; else the first flag of its parts.
    """
    cells = []
    for span in spans:
        for code in codes or (TOTAL,):
            parts = [figures.get((part.code, code), (None, "O")) for part in span.parts]
            values = [value for value, _ in parts if value is not None]
            at = (span.code, code) if codes else (span.code,)
            if not values:
                cells.append(CountCell(at=at, value=None, obs_status="O"))
                continue
            statuses = {status for _, status in parts} | ({"P"} if len(values) < len(parts) else set())
            flag = next((flag for flag in _FLAGS if flag in statuses), "A")
            cells.append(CountCell(at=at, value=sum(values), obs_status=flag))
    return tuple(cells)
