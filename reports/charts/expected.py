"""Observed counts beside what was to be expected: a step and its band for each period, dots for what was counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from operator import attrgetter

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from reports.charts.frame import Format, Size, axes_at, box, canvas, count_axis, legend_rows, text_width, write
from reports.charts.timeline import ROW, Band, draw_bands, draw_years, headed, label_rows
from reports.edition import Point
from reports.theme import BLUE, FAINT_BLUE, INK, MUTED, PAPER, SMALL_PX, VERMILION
from reports.words import MARKS
from transforms.periods import Period

FEW_POINTS = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """One period after the beginning: what was expected with its band, what was counted, and how that stands to it."""

    period: Period
    expected: float
    lower: float
    upper: float
    observed: float
    is_corrected: bool = False

    @property
    def is_outside(self) -> bool:
        """Whether the count lies outside the band."""
        return not self.lower <= self.observed <= self.upper


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """The words of the legend."""

    observed: str
    outside: str
    corrected: str
    expected: str
    band: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpectedSpec:
    """All that the chart shows: points of the whole axis, and the periods with an expectation."""

    points: tuple[Point, ...]
    rows: tuple[Expected, ...]
    number: Format
    names: Names
    bands: tuple[Band, ...] = ()


def expected(spec: ExpectedSpec, size: Size) -> Figure:
    """The chart. Its first line is the counts before; then those inside the band and outside it, each as counted and as
    corrected; then the steps."""
    first = spec.points[0].period.first_month
    last = max(end.first_month + end.months for end in (spec.points[-1].period, spec.rows[-1].period))
    bands = tuple(band for band in spec.bands if band.start < last and band.end > first)
    top = max([p.value or 0.0 for p in spec.points] + [max(r.upper, r.observed) for r in spec.rows])
    left, right = 12 + max(text_width(spec.number(top)), 14), 14.0
    width = size.width - left - right
    legend = _legend(spec)
    rows = legend_rows([name for name, _ in legend], size)
    names = headed(bands, (), first, last)
    labels = label_rows(names, first, last, width)
    above = 8 + ROW * (1 + max(row for row, _ in rows)) + ROW * (1 + max(labels, default=-1))
    main = 190 if size.is_narrow else 260
    figure = canvas(size, above + main + 34)
    axes = axes_at(figure, left, above, width, main)
    axes.set_xlim(first, last)
    count_axis(axes, top, spec.number)
    _counts(axes, spec)
    _expectation(axes, spec.rows)
    _gaps(axes, spec)
    draw_bands(axes, names, labels, main)
    draw_years(axes, first, last, width)
    for (name, style), (row, start) in zip(legend, rows, strict=True):
        _entry(figure, start, 8 + ROW * row, name, style)
    return figure


def _middle(part: Period) -> float:
    return part.first_month + part.months / 2


def _counts(axes: Axes, spec: ExpectedSpec) -> None:
    """Dots inside the band, diamonds outside it, hollow where corrected; small ones in long series."""
    compared = {row.period for row in spec.rows}
    before = [(p.period, p.value) for p in spec.points if p.value is not None and p.period not in compared]
    size = 4.0 if len(spec.points) > FEW_POINTS else 6.0
    _dots(axes, before, "o", INK.light, INK.light, size)
    for is_outside, marker, colour, larger in ((False, "o", INK.light, 0.0), (True, "D", VERMILION.light, 1.5)):
        for is_corrected in (False, True):
            dots = [
                (r.period, r.observed)
                for r in spec.rows
                if (r.is_outside, r.is_corrected) == (is_outside, is_corrected)
            ]
            _dots(axes, dots, marker, PAPER.light if is_corrected else colour, colour, size + larger + is_corrected)


def _dots(axes: Axes, dots: Sequence[tuple[Period, float]], marker: str, face: str, edge: str, size: float) -> None:
    axes.plot(
        [_middle(part) for part, _ in dots],
        [value for _, value in dots],
        linestyle="none",
        marker=marker,
        markerfacecolor=face,
        markeredgecolor=edge,
        markersize=size,
        clip_on=False,
        zorder=4,
    )


def _expectation(axes: Axes, rows: Sequence[Expected]) -> None:
    """A step for each period, as wide as the period is long; steps of neighbours join."""
    for run in _runs(rows):
        edges = [edge for r in run for edge in (r.period.first_month, r.period.first_month + r.period.months)]
        low, middle, high = (
            [value for r in run for value in (getter(r),) * 2]
            for getter in (attrgetter("lower"), attrgetter("expected"), attrgetter("upper"))
        )
        axes.fill_between(edges, low, high, facecolor=FAINT_BLUE.light, edgecolor="none", alpha=0.55, zorder=1)
        for bound in (low, high):
            axes.plot(edges, bound, color=BLUE.light, linewidth=0.8, zorder=2)
        axes.plot(edges, middle, color=BLUE.light, linewidth=2.2, zorder=3)


def _runs(rows: Sequence[Expected]) -> list[list[Expected]]:
    """Rows in stretches without a missing period."""
    runs: list[list[Expected]] = []
    for row in rows:
        if runs and runs[-1][-1].period.shifted(1) == row.period:
            runs[-1].append(row)
        else:
            runs.append([row])
    return runs


def _gaps(axes: Axes, spec: ExpectedSpec) -> None:
    """The mark of each gap at the foot of the plot; in long series a tick."""
    compared = {row.period for row in spec.rows}
    gaps = [p for p in spec.points if p.value is None and p.period not in compared]
    if len(spec.points) > FEW_POINTS:
        places = [_middle(p.period) for p in gaps if p.state == "suppressed"]
        axes.plot(
            places,
            [0.02] * len(places),
            "|",
            color=MUTED.light,
            markersize=6,
            transform=axes.get_xaxis_transform(),
        )
        return
    for point in gaps:
        mark = MARKS[point.state][0] if point.state in MARKS else MARKS["not_reported"][0]
        axes.text(
            _middle(point.period),
            0.025,
            mark,
            transform=axes.get_xaxis_transform(),
            ha="center",
            fontsize=SMALL_PX,
            color=MUTED.light,
        )


def _legend(spec: ExpectedSpec) -> list[tuple[str, str]]:
    names = spec.names
    entries = [(names.observed, "observed")]
    if any(row.is_outside for row in spec.rows):
        entries.append((names.outside, "outside"))
    if any(row.is_corrected for row in spec.rows):
        entries.append((names.corrected, "corrected"))
    return [*entries, (names.expected, "expected"), (names.band, "band")]


def _entry(figure: Figure, left: float, y: float, name: str, style: str) -> None:
    width, height = (inches * 72 for inches in figure.get_size_inches())
    if style == "band":
        box(figure, left + 2, y - 6, 22, 12, face=FAINT_BLUE.light, edge=BLUE.light)
    elif style == "expected":
        line = Line2D([left / width, (left + 26) / width], [1 - y / height] * 2, color=BLUE.light, linewidth=2.2)
        figure.add_artist(line)
    else:
        face, edge = {
            "observed": (INK.light, INK.light),
            "outside": (VERMILION.light, VERMILION.light),
            "corrected": (PAPER.light, INK.light),
        }[style]
        figure.add_artist(
            Line2D(
                [(left + 13) / width],
                [1 - y / height],
                linestyle="none",
                marker="D" if style == "outside" else "o",
                markerfacecolor=face,
                markeredgecolor=edge,
                markersize=6,
            )
        )
    write(figure, left + 32, y, name, colour=INK.light)
