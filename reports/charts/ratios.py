"""Ratios with their intervals on a logarithmic axis, against the line of no difference."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log2

from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

from reports.charts.frame import Format, Size, axes_at, box, canvas, text_width, wrapped, write
from reports.theme import BLUE, INK, MUTED, PAPER, RULE, SMALL_PX

STEPS = (0.05, 0.1, 0.25, 0.5, 1.0, 2.0, 4.0, 10.0, 20.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratio:
    """One ratio with its 95 % interval; `value` None leaves a gap with the mark in `text`."""

    label: str
    value: float | None
    lower: float | None
    upper: float | None
    text: str
    group: str = ""


def ratios(rows: Sequence[Ratio], size: Size, *, number: Format, same: str) -> Figure:
    """Dots with whiskers; `same` names the line at 1. Intervals that leave the axis end in an arrow."""
    label_width = 0.0 if size.is_narrow else min(210.0, max(text_width(r.label) for r in rows) + 10)
    height = 40.0 if size.is_narrow else 28.0
    right = 8.0 if size.is_narrow else max(text_width(r.text) for r in rows) + 10
    head, foot = 26.0, 26.0
    body = height * len(rows)
    figure = canvas(size, head + body + foot)
    width = size.width - label_width - right - 12
    axes = axes_at(figure, label_width + 12, head, width, body)
    axes.set_xscale("log")
    low, high = _limits(rows)
    axes.set(xlim=(low, high), ylim=(len(rows), 0))
    axes.set_yticks([])
    axes.xaxis.set_major_locator(FixedLocator([s for s in STEPS if low <= s <= high]))
    axes.xaxis.set_minor_locator(NullLocator())
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: number(value)))
    axes.grid(axis="x")
    axes.axvline(1, color=INK.light, linewidth=1.2)
    axes.text(1, -0.3 * 28 / height, same, ha="center", va="bottom", fontsize=SMALL_PX, color=MUTED.light)
    for place, row in enumerate(rows):
        middle = place + (0.68 if size.is_narrow else 0.5)
        y = head + place * height
        if row.value is not None and row.value > 0:
            start, end = max(row.lower or low, low), min(row.upper or high, high)
            axes.plot([start, end], [middle] * 2, color=BLUE.light, linewidth=2, solid_capstyle="butt")
            axes.plot([row.value], [middle], "o", color=BLUE.light, markersize=7)
        if size.is_narrow:
            label = wrapped(f"{row.label}: {row.text}", size.width - 4, lines=1)
            box(figure, 0, y + 3, text_width(label) + 4, 18, face=PAPER.light)
            write(figure, 2, y + 12, label, colour=INK.light)
        else:
            write(
                figure, label_width, y + height / 2, wrapped(row.label, label_width), colour=INK.light, anchor="right"
            )
            write(figure, size.width - right + 8, y + height / 2, row.text, colour=INK.light)
    axes.spines["bottom"].set_color(RULE.light)
    return figure


def _limits(rows: Sequence[Ratio]) -> tuple[float, float]:
    """Symmetric about 1, wide enough for every dot and interval, at most twenty-fold."""
    values = [v for r in rows if r.value for v in (r.value, r.lower, r.upper) if v and v > 0]
    reach = max([abs(log2(v)) for v in values], default=1.0)
    reach = min(max(reach * 1.08, 1.1), log2(21))
    return 2**-reach, 2**reach
