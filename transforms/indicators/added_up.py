"""Figures that others counted by month, quarter or year, and what they add up to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from transforms.codes import NOT_REPORTED, TOTAL
from transforms.disclosure.cells import CountCell
from transforms.indicators.windows import Span

Figures = Mapping[tuple[str, str], tuple[float | None, str]]
"""Value and status by finest period and code; `total` for all together."""
_FLAGS = ("P", "E", "R", "B")


def exceeds(figures: Figures) -> bool:
    """Whether the codes of a period add up to more than its total: one of them was counted otherwise."""
    return any(rest < 0 for rest, _ in _rests(figures).values())


def with_rest(figures: Figures) -> Figures:
    """The figures, and as `not_reported` what a total holds more than its codes, where any period has such a rest.

    Who delivers a total and no codes is in it; so that the codes add up, for readers and for those who protect them.
    """
    rests = _rests(figures)
    if exceeds(figures) or not any(rest for rest, _ in rests.values()):
        return figures
    return {**figures, **{(when, NOT_REPORTED): rest for when, rest in rests.items()}}


def _rests(figures: Figures) -> dict[str, tuple[float, str]]:
    """Total less codes of every period that has a total, with the status of the total."""
    totals = {when: (value, status) for (when, code), (value, status) in figures.items() if code == TOTAL}
    told: dict[str, float] = {}
    for (when, code), (value, _) in figures.items():
        if code != TOTAL:
            told[when] = told.get(when, 0) + (value or 0)
    return {when: (value - told.get(when, 0), s) for when, (value, s) in totals.items() if value is not None}


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
