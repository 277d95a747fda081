"""Counts by finest period become the cells of a table: every period by every code, zero where nothing was counted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from transforms.codes import NOT_REPORTED, TOTAL, UNKNOWN, UNSPECIFIC
from transforms.disclosure.cells import CountCell
from transforms.indicators.declare import Breakdown
from transforms.indicators.windows import Span, Window

Counts = Mapping[tuple[str, str], int]
"""People by finest period and code; margin and tables without a dimension have code `total`."""


def ordered_codes(found: Iterable[str], breakdown: Breakdown, always: Sequence[str] = ()) -> tuple[str, ...]:
    """Codes of a table in the order of their list (or the alphabet), `unknown` and `not_reported` last.

    `always` are shown besides those that occur and those the breakdown always shows. Empty when only `unknown` and
    `not_reported` occur: the source does not carry the dimension.
    """
    present = set(found) - {TOTAL}
    if not present - set(UNSPECIFIC):
        return ()
    listed = [code.value for code in breakdown.codes.codes] if breakdown.codes else sorted(always)
    known = [code for code in listed if code in present or code in (*always, *breakdown.always)]
    others = sorted(present - set(known) - set(UNSPECIFIC))
    return (*known, *others, *(code for code in (UNKNOWN, NOT_REPORTED) if code in present))


def period_cells(
    spans: Sequence[Span],
    codes: Sequence[str],
    counts: Counts,
    window: Window,
    breaks: Iterable[date] = (),
) -> tuple[CountCell, ...]:
    """Cells for each span and code; without codes only the span.

    Not reported (`O`, no value) where nothing was delivered, or nobody counted before the end; provisional (`P`) where
    some list is missing; `B` in the first period after a break; else a count, which may be a true zero.
    """
    starts = set(breaks)
    cells = []
    for span in spans:
        status = window.status(span)
        if status == "A" and not span.is_phase and span.parts[0].start in starts:
            status = "B"
        parts = [part.code for part in span.parts]
        if window.is_open(span) and not any(counts.get((part, TOTAL)) for part in parts):
            status = "O"
        for code in codes or (TOTAL,):
            value = None if status == "O" else sum(counts.get((part, code), 0) for part in parts)
            at = (span.code, code) if codes else (span.code,)
            cells.append(CountCell(at=at, value=value, obs_status=status))
    return tuple(cells)
