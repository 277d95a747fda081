"""Bars of two groups back to back, one row a step: a pyramid of ages by sex."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.figure import Figure

from reports.charts.bars import Bar
from reports.charts.frame import WATERMARK, Size, box, canvas, rule, text_width, write
from reports.theme import BLUE, INK, MUTED, PAPER, VERMILION

ROW = 27.0
BAR = 17.0
HEAD = 26.0
KEY = 22.0


@dataclass(frozen=True, slots=True, kw_only=True)
class PyramidRow:
    """One step with the bars of both sides; `is_bounded` draws a line above it."""

    label: str
    left: Bar
    right: Bar
    is_bounded: bool = False


def pyramid(rows: Sequence[PyramidRow], heads: tuple[str, str], size: Size, *, before_label: str) -> Figure:
    """The rows from top to bottom, the sides on one scale; a mark instead of a bar where there is no figure."""
    bars = [bar for row in rows for bar in (row.left, row.right)]
    middle = max(text_width(row.label) for row in rows) + 16
    has_before = any(bar.before is not None for bar in bars)
    top = HEAD + (KEY if has_before else 0.0)
    figure = canvas(size, top + ROW * len(rows) + WATERMARK + 4)
    edges = ((size.width - middle) / 2, (size.width + middle) / 2)
    room = edges[0] - max(text_width(bar.text) for bar in bars) - 14
    scale = room / (max((v for bar in bars for v in (bar.value, bar.before) if v is not None), default=0.0) or 1.0)
    if has_before:
        rule(figure, (0.5, 0.5), (1, 17), colour=INK.light, width=1.8)
        write(figure, 10, 9, before_label)
    for head, edge, anchor in zip(heads, edges, ("right", "left"), strict=True):
        write(figure, edge, top - 13, head, colour=INK.light, anchor=anchor, weight="bold")
    for number, row in enumerate(rows):
        y = top + ROW * (number + 0.5)
        if row.is_bounded:
            rule(figure, (0, size.width), (y - ROW / 2, y - ROW / 2), colour=MUTED.light, width=0.8)
        write(figure, size.width / 2, y, row.label, colour=INK.light, anchor="center")
        _bar(figure, row.left, (edges[0], y), -scale, VERMILION.light)
        _bar(figure, row.right, (edges[1], y), scale, BLUE.light)
    for edge in edges:
        rule(figure, (edge, edge), (top, top + ROW * len(rows)), colour=MUTED.light, width=0.8)
    return figure


def _bar(figure: Figure, bar: Bar, start: tuple[float, float], scale: float, colour: str) -> None:
    """The bar from the middle outwards (leftwards where `scale` is below zero), its text, and the earlier value."""
    edge, y = start
    end = edge
    if bar.value:
        end = edge + bar.value * scale
        box(figure, min(edge, end), y - BAR / 2, abs(end - edge), BAR, face=colour)
    if bar.before is not None:
        before = edge + bar.before * scale
        rule(figure, (before, before), (y - BAR / 2 - 2, y + BAR / 2 + 2), colour=PAPER.light, width=4.5)
        rule(figure, (before, before), (y - BAR / 2 - 2, y + BAR / 2 + 2), colour=INK.light, width=1.8)
        end = min(end, before) if scale < 0 else max(end, before)
    write(
        figure,
        end + (-6 if scale < 0 else 6),
        y,
        bar.text,
        colour=MUTED.light if bar.value is None else INK.light,
        anchor="right" if scale < 0 else "left",
    )
