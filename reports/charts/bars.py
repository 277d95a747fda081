"""Bars: one ranking, small multiples over time, and a matrix of shares by group and phase.

Bars stand on the figure itself, measured in pixels: an axes object for each panel would cost ten times as much.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from matplotlib.figure import Figure

from reports.charts.frame import (
    HEAD_ROW,
    WATERMARK,
    Size,
    box,
    canvas,
    column_heads,
    rule,
    text_width,
    wrapped,
    write,
)
from reports.theme import BLUE, FAINT_BLUE, INK, MUTED, PAPER, RULE, SMALL_PX

BAR = 15.0
NARROWEST_MARK = 18.0
"""Pixels a period must have for a mark of its own."""
COLUMN_GAP = 12.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One bar: `value` None leaves a gap with the mark in `text`; `before` is an earlier value to compare with."""

    label: str
    value: float | None
    text: str
    before: float | None = None
    is_unspecific: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """A small chart of its own: one bar a period, `texts` beside the values, marks where there is none."""

    label: str
    values: tuple[float | None, ...]
    texts: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixRow:
    """One group across the columns of a matrix: values in per cent (None a gap), and the text beside each."""

    label: str
    values: tuple[float | None, ...]
    texts: tuple[str, ...]


def ranking(bars: Sequence[Bar], size: Size, *, before_label: str = "") -> Figure:
    """Horizontal bars in the order given; on a narrow page the label stands above its bar."""
    top = 22.0 if before_label and any(bar.before is not None for bar in bars) else 4.0
    label_width = 0.0 if size.is_narrow else min(230.0, max(text_width(b.label) for b in bars) + 6)
    names = [
        wrapped(b.label, size.width - 10, lines=1) if size.is_narrow else wrapped(b.label, label_width) for b in bars
    ]
    heights = [44.0 if size.is_narrow else (36.0 if "\n" in name else BAR + 13) for name in names]
    left = label_width + 6
    figure = canvas(size, top + sum(heights) + WATERMARK)
    room = size.width - left - max(text_width(b.text) for b in bars) - 12
    scale = room / _highest([v for b in bars for v in (b.value, b.before)])
    y = top
    for bar, name, height in zip(bars, names, heights, strict=True):
        middle = y + (31.0 if size.is_narrow else height / 2)
        _bar(figure, bar, left, middle, scale)
        if size.is_narrow:
            write(figure, left, y + 11, name, colour=INK.light)
        else:
            write(figure, label_width, middle, name, colour=INK.light, anchor="right")
        y += height
    if not size.is_narrow:
        rule(figure, (left, left), (top, y), colour=MUTED.light, width=0.8)
    if top > 4:
        rule(figure, (left + 0.5, left + 0.5), (1, 17), colour=INK.light, width=1.8)
        write(figure, left + 10, 9, before_label)
    return figure


def _highest(values: Sequence[float | None]) -> float:
    return max([v for v in values if v is not None], default=0.0) or 1.0


def _bar(figure: Figure, bar: Bar, left: float, middle: float, scale: float) -> None:
    """The bar, its text, and a rule at the earlier value; `scale` is pixels a unit."""
    end = left
    if bar.value is not None:
        end = left + bar.value * scale
        face, edge = ("none", MUTED.light) if bar.is_unspecific else (BLUE.light, BLUE.light)
        box(figure, left, middle - BAR / 2, end - left, BAR, face=face, edge=edge)
    if bar.before is not None:
        before = left + bar.before * scale
        rule(figure, (before, before), (middle - 10, middle + 10), colour=PAPER.light, width=4.5)
        rule(figure, (before, before), (middle - 10, middle + 10), colour=INK.light, width=1.8)
        end = max(end, before)
    colour = INK.light if bar.value is not None else MUTED.light
    write(figure, end + 6, middle, bar.text, colour=colour)


def multiples(panels: Sequence[Panel], periods: Sequence[str], size: Size) -> Figure:
    """One small chart a group, all on one scale, so that levels compare across panels; the last value is written."""
    columns = 2 if size.is_narrow else (3 if len(panels) in {3, 5, 6} else 4)
    columns = min(columns, len(panels))
    gap, head, body, foot = 18.0, 50.0, 60.0, 20.0
    width = (size.width - gap * (columns - 1)) / columns
    figure = canvas(size, -(-len(panels) // columns) * (head + body + foot) + WATERMARK)
    scale = body / _highest([v for p in panels for v in p.values])
    for place, panel in enumerate(panels):
        left, top = (place % columns) * (width + gap), (place // columns) * (head + body + foot)
        floor = top + head + body
        write(figure, left, top + 15, wrapped(panel.label, width), colour=INK.light)
        _columns(figure, panel, (left, floor, width), scale)
        rule(figure, (left, left + width), (floor, floor), colour=MUTED.light, width=0.8)
        write(figure, left, floor + 11, periods[0])
        if len(periods) > 1:
            write(figure, left + width, floor + 11, periods[-1], anchor="right")
    return figure


def _columns(figure: Figure, panel: Panel, place: tuple[float, float, float], scale: float) -> None:
    """The bars of one panel, standing on its floor; `place` is left, floor and width."""
    left, floor, width = place
    step = width / len(panel.values)
    last = len(panel.values) - 1
    for i, value in enumerate(panel.values):
        if value is None:
            continue
        top = floor - value * scale
        colour = (BLUE if i == last else FAINT_BLUE).light
        box(figure, left + (i + 0.1) * step, top, 0.8 * step, floor - top, face=colour)
        if i == last:
            under = panel.values[-ceil(text_width(panel.texts[i]) / step) :]
            highest = floor - max(v for v in under if v is not None) * scale
            write(figure, left + width, highest - 9, panel.texts[i], colour=INK.light, anchor="right")
    for start, end, mark in _gaps(panel, is_joined=step < NARROWEST_MARK):
        write(figure, left + (start + end) / 2 * step, floor - 6, mark, size=SMALL_PX - 2, anchor="center")


def _gaps(panel: Panel, *, is_joined: bool) -> list[tuple[int, int, str]]:
    """Start, end and mark of each gap; neighbours with one mark are one where there is no room for each."""
    found: list[tuple[int, int, str]] = []
    for i, (value, text) in enumerate(zip(panel.values, panel.texts, strict=True)):
        if value is not None:
            continue
        if is_joined and found and found[-1][1:] == (i, text):
            found[-1] = (found[-1][0], i + 1, text)
        else:
            found.append((i, i + 1, text))
    return found


def matrix(rows: Sequence[MatrixRow], columns: Sequence[str], size: Size) -> Figure:
    """Shares as bars in a table: groups down, phases across, all on one scale."""
    label_width = 0.0 if size.is_narrow else min(190.0, max(text_width(r.label) for r in rows) + 10)
    height = 44.0 if size.is_narrow else 30.0
    width = (size.width - label_width - COLUMN_GAP * len(columns)) / len(columns)
    lefts = [label_width + COLUMN_GAP + place * (width + COLUMN_GAP) for place in range(len(columns))]
    heads = column_heads(columns, lefts, width + COLUMN_GAP, size)
    head = 10.0 + HEAD_ROW * (1 + max(row for _, _, row in heads))
    figure = canvas(size, head + height * len(rows) + WATERMARK)
    text_room = max(text_width(t) for r in rows for t in r.texts) + 6
    scale = max(width - text_room, 10) / _highest([v for r in rows for v in r.values])
    for left, (text, start, row) in zip(lefts, heads, strict=True):
        middle = head - 20 - HEAD_ROW * row
        write(figure, start, middle, text, colour=INK.light)
        rule(figure, (left, left), (head - HEAD_ROW * row, head + height * len(rows)), colour=RULE.light, width=1)
    for number, line in enumerate(rows):
        y = head + number * height
        middle = y + (29 if size.is_narrow else height / 2)
        for left, value, text in zip(lefts, line.values, line.texts, strict=True):
            _bar(figure, Bar(label=line.label, value=value, text=text), left, middle, scale)
        if size.is_narrow:
            write(figure, 12, y + 11, wrapped(line.label, size.width - 12, lines=1), colour=INK.light)
        else:
            write(figure, label_width, middle, wrapped(line.label, label_width), colour=INK.light, anchor="right")
    return figure
