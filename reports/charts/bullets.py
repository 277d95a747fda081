"""Progress towards targets: a bar for how far each measure is, a stroke for how much of its time has gone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.figure import Figure

from reports.charts.bars import BAR
from reports.charts.frame import WATERMARK, Size, box, canvas, rule, text_width, wrapped, write
from reports.theme import BLUE, INK, MUTED, PAPER, PHASE_STRONG

LONGEST = 115.0
"""Per cent of the way at which bars end; the text says how far they really go."""
HEAD = 26.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Bullet:
    """One measure: progress and time gone in per cent, None where they cannot be told; `text` says both or why not."""

    label: str
    value: float | None
    expected: float | None
    text: str


def bullets(rows: Sequence[Bullet], size: Size, *, target: str, time: str) -> Figure:
    """Bars on one scale up to the target; on a narrow page label and text stand above the bar."""
    label_width = 0.0 if size.is_narrow else min(270.0, max(text_width(row.label) for row in rows) + 6)
    right = 6.0 if size.is_narrow else max(text_width(row.text) for row in rows) + 14
    height = 58.0 if size.is_narrow else 36.0
    left = label_width + 8
    figure = canvas(size, HEAD + height * len(rows) + WATERMARK)
    scale = (size.width - left - right) / LONGEST
    end = left + 100 * scale
    rule(figure, (left + 0.5, left + 0.5), (4, 20), colour=INK.light, width=1.8)
    write(figure, left + 8, 12, time)
    write(figure, end, 12, target, anchor="right")
    for place, row in enumerate(rows):
        top = HEAD + place * height
        middle = top + (45.0 if size.is_narrow else height / 2)
        _track(figure, row, left, middle, scale)
        if size.is_narrow:
            write(figure, 2, top + 11, wrapped(row.label, size.width - 4, lines=1), colour=INK.light)
            write(figure, 2, top + 27, wrapped(row.text, size.width - 4, lines=1))
        else:
            write(figure, label_width, middle, wrapped(row.label, label_width), colour=INK.light, anchor="right")
            write(figure, size.width - right + 10, middle, row.text, colour=INK.light)
    rule(figure, (end, end), (22, HEAD + height * len(rows)), colour=MUTED.light, width=1.2)
    return figure


def _track(figure: Figure, row: Bullet, left: float, middle: float, scale: float) -> None:
    """The way to the target, how far it was gone, and the stroke of time; only the way where nothing can be told."""
    box(figure, left, middle - BAR / 2, 100 * scale, BAR, face=PHASE_STRONG.light)
    if row.value is not None:
        reach = min(max(row.value, 0.0), LONGEST) * scale
        box(figure, left, middle - BAR / 4, reach, BAR / 2, face=BLUE.light)
    if row.expected is not None:
        at = left + row.expected * scale
        rule(figure, (at, at), (middle - 9, middle + 9), colour=PAPER.light, width=4.5)
        rule(figure, (at, at), (middle - 9, middle + 9), colour=INK.light, width=1.8)
