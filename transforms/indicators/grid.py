"""Counts by finest period become the cells of a table: every period by every code, zero where nothing was counted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import product

from transforms.codes import NOT_REPORTED, TOTAL, UNKNOWN, UNSPECIFIC
from transforms.disclosure.cells import CountCell
from transforms.indicators.declare import Breakdown
from transforms.indicators.windows import Span, Window

Counts = Mapping[tuple[str, str], int]
"""People by finest period and code; margin and tables without a dimension have code `total`."""
CrossedCounts = Mapping[tuple[str, tuple[str, ...]], int]
"""People by finest period and one code of each dimension, `total` where it does not matter."""


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
    people = {part: count for (part, code), count in counts.items() if code == TOTAL}
    if not codes:
        return _cells(spans, [()], {(part, ()): count for part, count in people.items()}, people, window, breaks)
    by_place: dict[tuple[str, tuple[str, ...]], int] = {(part, (code,)): n for (part, code), n in counts.items()}
    return _cells(spans, [(code,) for code in codes], by_place, people, window, breaks)


def crossed_cells(
    spans: Sequence[Span],
    axes: Sequence[Sequence[str]],
    counts: CrossedCounts,
    window: Window,
    breaks: Iterable[date] = (),
) -> tuple[CountCell, ...]:
    """Cells for each span and each combination of one code of every axis, with the statuses of `period_cells`."""
    people = {part: count for (part, place), count in counts.items() if set(place) == {TOTAL}}
    return _cells(spans, list(product(*axes)), counts, people, window, breaks)


def _cells(
    spans: Sequence[Span],
    places: Sequence[tuple[str, ...]],
    counts: CrossedCounts,
    people: Mapping[str, int],
    window: Window,
    breaks: Iterable[date],
) -> tuple[CountCell, ...]:
    """Cells for each span and place; `people` are all persons by finest period, whatever their codes."""
    starts = set(breaks)
    cells = []
    for span in spans:
        status = window.status(span)
        if status == "A" and not span.is_phase and span.parts[0].start in starts:
            status = "B"
        parts = [part.code for part in span.parts]
        if window.is_open(span) and not any(people.get(part) for part in parts):
            status = "O"
        for place in places:
            value = None if status == "O" else sum(counts.get((part, place), 0) for part in parts)
            cells.append(CountCell(at=(span.code, *place), value=value, obs_status=status))
    return tuple(cells)
