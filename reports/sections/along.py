"""What sections on figures along time share, which others counted by month, quarter or year."""

from __future__ import annotations

from collections.abc import Sequence

from reports import words
from reports.blocks import Inline, plain
from reports.edition import Point, View
from transforms.disclosure.released import ReleasedTable
from transforms.periods import FREQUENCIES, Frequency, Period, period

MOST_POINTS = 60
"""Points of a line beyond which longer periods are drawn."""


def frequency_of(view: View, tables: Sequence[ReleasedTable]) -> Frequency | None:
    """The finest periods of which most figures are shown and not too many to draw; None where there are no two."""
    for frequency in FREQUENCIES:
        points = [view.series(table, frequency) for table in tables]
        shown = sum(point.value is not None for line in points for point in line)
        longest = max((len(line) for line in points), default=0)
        if 2 <= longest <= MOST_POINTS and 2 * shown >= sum(len(line) for line in points):
            return frequency
    return None


def step(view: View, frequency: Frequency) -> str:
    """`by quarter`."""
    steps = {
        "month": view.text("by month"),
        "quarter": view.text("by quarter"),
        "year": view.text("by year"),
    }
    return steps[frequency]


def most_in(view: View, lines: Sequence[tuple[str, tuple[Point, ...]]]) -> str:
    """The highest figure of the first line that has one; empty where none has."""
    for key, points in lines:
        shown = [(point.value, point) for point in points if point.value is not None]
        if shown:
            value, point = max(shown, key=lambda pair: pair[0])
            return view.text(
                "{indicator}: most in {period}, {n}",
                indicator=view.indicator(key),
                period=view.locale.period(point.period.code),
                n=view.locale.number(value),
            )
    return ""


def partial(view: View, *tables: ReleasedTable) -> tuple[Inline, ...]:
    """What `p` means here, where it stands."""
    if not any(cell.obs_status == "P" and cell.value is not None for table in tables for cell in table.cells):
        return ()
    return (plain(view.text("A period marked p is the sum of those of its months or quarters that were delivered.")),)


def phases_of(view: View, part: Period) -> str:
    """The phases that a period touches, in order."""
    first, last = part.first_month, part.first_month + part.months - 1
    found = []
    for phase in view.context.get("phases") or ():
        end = period(phase["end"]).first_month if phase.get("end") else last
        if period(phase["start"]).first_month <= last and first <= end:
            found.append(view.text(words.PHASES.get(phase["key"], words.readable(phase["key"]))))
    return " / ".join(found) or "–"
