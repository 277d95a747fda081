"""Counts along time: lines with gaps where nothing may be shown, COVID phases shaded, breaks drawn and named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import nan

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from reports.charts.awaited import Expected, draw_expected
from reports.charts.frame import (
    Format,
    Size,
    axes_at,
    canvas,
    count_axis,
    legend_rows,
    spread,
    text_width,
    wrapped,
    write,
)
from reports.charts.timeline import ROW, Band, Break, draw_bands, draw_breaks, draw_years, headed, label_rows
from reports.edition import Point
from reports.printed import is_band
from reports.theme import FONT_PX, INK, MUTED, PAPER, PHASE, PHASE_STRONG, SERIES, SMALL_PX, SeriesStyle
from reports.words import MARKS
from transforms.disclosure.released import ReleasedCell
from transforms.periods import Period

FEW_POINTS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One series with its name; the gaps of one that only accompanies another have no mark of their own."""

    label: str
    points: tuple[Point, ...]
    has_marks: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """A second panel under the first with its own axis: never two axes in one panel."""

    line: Line
    top: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TrendSpec:
    """All that a trend chart shows."""

    lines: tuple[Line, ...]
    number: Format
    bands: tuple[Band, ...] = ()
    breaks: tuple[Break, ...] = ()
    context: Context | None = None
    expected: tuple[Expected, ...] = ()


def place(point: Point) -> float:
    """Where a period stands on the axis of months: in its middle."""
    return point.period.first_month + point.period.months / 2


def trend(spec: TrendSpec, size: Size) -> Figure:
    """The chart. The first lines of the first axes are the series in order, with nan at every gap."""
    first = min(line.points[0].period.first_month for line in spec.lines)
    ends = [line.points[-1].period for line in spec.lines] + [one.period for one in spec.expected]
    last = max(end.first_month + end.months for end in ends)
    bands = tuple(b for b in spec.bands if b.start < last and b.end > first)
    is_multiple = len(spec.lines) > 1
    left = 12 + max(text_width(spec.number(_top(spec))), 14)
    right = 14.0
    if is_multiple and not size.is_narrow:
        right = 16 + max(text_width(wrapped(line.label, 130)) for line in spec.lines)
    legend = legend_rows([line.label for line in spec.lines], size) if is_multiple and size.is_narrow else []
    width = size.width - left - right
    names = headed(bands, spec.breaks, first, last)
    labels = label_rows(names, first, last, width)
    above = 8 + ROW * (1 + max((row for row, _ in legend), default=-1)) + ROW * (1 + max(labels, default=-1))
    main, below = (190 if size.is_narrow else 250), 34
    second = 96 if spec.context else 0
    figure = canvas(size, above + main + below + second)
    axes = axes_at(figure, left, above, width, main)
    axes.set_xlim(first, last)
    count_axis(axes, _top(spec), spec.number)
    _series(axes, spec, width / max(len(line.points) for line in spec.lines))
    draw_expected(axes, spec.expected, spec.number)
    draw_bands(axes, names, labels, main)
    draw_breaks(axes, spec.breaks)
    draw_years(axes, first, last, width)
    if legend:
        _legend(figure, spec, legend)
    elif is_multiple:
        _end_labels(axes, spec, main)
    if spec.context:
        _context(figure, spec.context, (left, above + main + below, width, second - 34), first, last, bands)
    return figure


def _top(spec: TrendSpec) -> float:
    values = [p.value for line in spec.lines for p in line.points if p.value is not None]
    return max((*values, *(one.upper for one in spec.expected)), default=0.0)


def _series(axes: Axes, spec: TrendSpec, room: float) -> None:
    for line, style in zip(spec.lines, SERIES, strict=False):
        _draw(axes, line, style, spec.breaks)
    if len(spec.lines) == 1 and len(spec.lines[0].points) <= 2 * FEW_POINTS and not spec.expected:
        _values(axes, spec.lines[0].points, spec.number, room, has_breaks=bool(spec.breaks))
    for number, (line, style) in enumerate(zip(spec.lines, SERIES, strict=False)):
        colour = style.colour if len(spec.lines) > 1 else MUTED.light
        earlier = [p.period for other in spec.lines[:number] for p in other.points if p.value is None]
        if line.has_marks:
            _gap_marks(axes, line, colour, earlier)


def _values(axes: Axes, points: tuple[Point, ...], number: Format, room: float, *, has_breaks: bool) -> None:
    """The value at each point, or at the last two where there is no room; above the point, in a dip below.

    Where a value is wider than its year, the line of a break beside it would run through: it stands on paper.
    """
    values = [point.value for point in points]
    written = ["" if point.cell is None or point.value is None else _written(point.cell, number) for point in points]
    widest = max(text_width(text) for text in written)
    ground = {"facecolor": PAPER.light, "edgecolor": "none", "pad": 1} if has_breaks and widest > room else None
    shown = range(len(values)) if widest <= room else range(len(values) - 2, len(values))
    for i, (point, value) in enumerate(zip(points, values, strict=True)):
        if value is None or i not in shown:
            continue
        beside = [v for v in (*values[max(i - 1, 0) : i], *values[i + 1 : i + 2]) if v is not None]
        is_dip = bool(beside) and value < min(beside) and value > 0.12 * axes.get_ylim()[1]
        axes.annotate(
            written[i],
            (place(point), value),
            xytext=(0, -8 if is_dip else 7),
            textcoords="offset points",
            ha="center",
            va="top" if is_dip else "baseline",
            fontsize=SMALL_PX,
            color=INK.light,
            bbox=ground,
        )


def _written(cell: ReleasedCell, number: Format) -> str:
    """The number, or the band that stands for it."""
    return f"{number(0)}–{number(cell.upper or 0)}" if is_band(cell) else number(cell.value or 0)


def _draw(axes: Axes, line: Line, style: SeriesStyle, breaks: tuple[Break, ...]) -> None:
    """One line, parted at breaks; points between two gaps, and all points of a short series, get a marker."""
    values = [nan if p.value is None else p.value for p in line.points]
    places = [place(p) for p in line.points]
    is_short = len(values) <= 2 * FEW_POINTS
    alone = [
        i
        for i, p in enumerate(line.points)
        if p.value is not None
        and (is_short or all(not 0 <= j < len(values) or line.points[j].value is None for j in (i - 1, i + 1)))
    ]
    for at in (gap.at for gap in breaks if places[0] < gap.at < places[-1]):
        after = next(i for i, x in enumerate(places) if x > at)
        places.insert(after, at)
        values.insert(after, nan)
        alone = [i + (i >= after) for i in alone]
    axes.plot(
        places,
        values,
        color=style.colour,
        linestyle=(0, style.dash) if style.dash else "-",
        linewidth=2.2 if is_short else 1.6,
        marker=style.marker,
        markevery=alone,
        clip_on=False,
        zorder=3,
    )


def _gap_marks(axes: Axes, line: Line, colour: str, taken: Sequence[Period]) -> None:
    """Write the mark of each gap at the foot of the plot, in the colour of its line; in long series a tick."""
    gaps = [p for p in line.points if p.value is None]
    if len(line.points) > 2 * FEW_POINTS:
        shown = [p for p in gaps if p.state == "suppressed"]
        axes.plot(
            [place(p) for p in shown],
            [0.02] * len(shown),
            "|",
            color=colour,
            markersize=6,
            transform=axes.get_xaxis_transform(),
        )
        return
    for point in gaps:
        mark = MARKS[point.state][0] if point.state in MARKS else MARKS["not_reported"][0]
        axes.text(
            place(point),
            0.025 + 0.06 * taken.count(point.period),
            mark,
            transform=axes.get_xaxis_transform(),
            ha="center",
            fontsize=SMALL_PX,
            color=colour,
        )


def _legend(figure: Figure, spec: TrendSpec, rows: list[tuple[int, float]]) -> None:
    width, height = (inches * 72 for inches in figure.get_size_inches())
    for line, style, (row, left) in zip(spec.lines, SERIES, rows, strict=False):
        y = 8 + ROW * row
        figure.add_artist(_sample([left / width, (left + 26) / width], [1 - y / height] * 2, style))
        write(figure, left + 32, y, line.label, colour=INK.light)


def _sample(x: list[float], y: list[float], style: SeriesStyle) -> Line2D:
    return Line2D(
        x, y, color=style.colour, linestyle=(0, style.dash) if style.dash else "-", marker=style.marker, markevery=[0]
    )


def _end_labels(axes: Axes, spec: TrendSpec, height: float) -> None:
    """The name of each series beside its last value, names kept apart."""
    ends = []
    for line, style in zip(spec.lines, SERIES, strict=False):
        shown = [p for p in line.points if p.value is not None]
        if shown:
            ends.append((line.label, style.colour, shown[-1].value or 0.0))
    top = axes.get_ylim()[1]
    places = spread([value for _, _, value in ends], 2 * FONT_PX / height * top)
    for (label, colour, _), at in zip(ends, places, strict=True):
        axes.annotate(
            wrapped(label, 130),
            (1, at),
            xycoords=axes.get_yaxis_transform(),
            xytext=(6, 0),
            textcoords="offset points",
            va="center",
            fontsize=SMALL_PX,
            color=colour,
            annotation_clip=False,
        )


def _context(
    figure: Figure,
    context: Context,
    box: tuple[float, float, float, float],
    first: float,
    last: float,
    bands: tuple[Band, ...],
) -> None:
    left, top, width, height = box
    axes = axes_at(figure, left, top, width, height)
    axes.set_xlim(first, last)
    axes.plot(
        [place(p) for p in context.line.points],
        [nan if p.value is None else p.value for p in context.line.points],
        color=SERIES[1].colour,
        linewidth=1.6,
    )
    axes.set_ylim(0, context.top)
    axes.set_yticks([0, context.top / 2, context.top])
    axes.grid(axis="y")
    for number, band in enumerate(bands):
        if number:
            axes.axvspan(
                max(band.start, first),
                min(band.end, last),
                color=(PHASE if number % 2 else PHASE_STRONG).light,
                linewidth=0,
                zorder=0,
            )
    axes.set_title(context.line.label, loc="left", fontsize=SMALL_PX, color=SERIES[1].colour, pad=5)
    draw_years(axes, first, last, width)
