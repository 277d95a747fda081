"""The revision fan: how far the figure of each period moved from what was first published, edition by edition."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, nan
from typing import Literal

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from reports.charts.frame import Format, Size, axes_at, canvas, spread, text_width
from reports.theme import MUTED, SERIES, SMALL_PX, SeriesStyle
from reports.words import MARKS

MOST_LINES = len(SERIES)
LINE_PX = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What one edition said of a period: the difference to what was said first, or the state that hides it.

    `state` is "value" where there is a difference, "" where the edition does not reach the period.
    """

    difference: float | None
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """One period with its name and what each edition said of it, in the order of the editions."""

    label: str
    told: tuple[Told, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FanSpec:
    """All that the chart shows; `editions` are the names under the axis, in two lines, the newest last."""

    editions: tuple[str, ...]
    courses: tuple[Course, ...]
    signed: Format


def revision_fan(spec: FanSpec, size: Size) -> Figure:
    """The chart. The first lines of the axes are the courses in order, with nan where an edition told no difference."""
    left = 12 + max(text_width(spec.signed(value)) for value in _reach(spec))
    right = 14 + max(text_width(_end(spec, course)) for course in spec.courses)
    above, main, below = 10, 190 if size.is_narrow else 240, 48
    figure = canvas(size, above + main + below)
    width = size.width - left - right
    axes = axes_at(figure, left, above, width, main)
    _frame(axes, spec, width)
    for course, style in zip(spec.courses, SERIES, strict=False):
        _draw(axes, course, style)
    _gap_marks(axes, spec)
    _end_labels(axes, spec, main)
    return figure


def _reach(spec: FanSpec) -> tuple[float, float]:
    """Lowest and highest place of the axis: whole numbers, zero between them."""
    known = [told.difference for course in spec.courses for told in course.told if told.difference is not None]
    low, high = min([0.0, *known]), max([0.0, *known])
    return float(floor(low)), float(ceil(high)) if ceil(high) > floor(low) else floor(low) + 1.0


def _frame(axes: Axes, spec: FanSpec, width: float) -> None:
    low, high = _reach(spec)
    room = 0.12 * (high - low)
    axes.set_xlim(-0.15, len(spec.editions) - 1 + 0.05)
    axes.set_ylim(low - room, high + room)
    axes.yaxis.set_major_locator(MaxNLocator(nbins=5, integer=True, min_n_ticks=2))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: spec.signed(value)))
    axes.grid(axis="y")
    axes.axhline(0, color=MUTED.light, linewidth=1, zorder=1)
    shown = _that_fit(spec.editions, width / max(len(spec.editions) - 1, 1))
    axes.set_xticks(shown, [spec.editions[place] for place in shown])
    axes.spines["bottom"].set_visible(False)
    axes.tick_params(axis="x", pad=8)


def _that_fit(names: Sequence[str], step: float) -> list[int]:
    """Places of the names that have room: the last one always, then from right to left."""
    shown: list[int] = []
    for place in reversed(range(len(names))):
        reach = (text_width(names[place]) + text_width(names[shown[-1]])) / 2 + 8 if shown else 0
        if not shown or (shown[-1] - place) * step >= reach:
            shown.append(place)
    return shown[::-1]


def _draw(axes: Axes, course: Course, style: SeriesStyle) -> None:
    """One line with a marker at each edition that told a figure."""
    values = [nan if told.difference is None else told.difference for told in course.told]
    axes.plot(
        range(len(values)),
        values,
        color=style.colour,
        linestyle=(0, style.dash) if style.dash else "-",
        linewidth=2.0,
        marker=style.marker,
        markersize=6,
        clip_on=False,
        zorder=3,
    )


def _gap_marks(axes: Axes, spec: FanSpec) -> None:
    """The mark of each state that hides a figure, at the foot of the plot, in the colour of its line."""
    taken: dict[int, int] = {}
    for course, style in zip(spec.courses, SERIES, strict=False):
        for place, told in enumerate(course.told):
            if told.difference is not None or told.state not in MARKS:
                continue
            axes.text(
                place,
                0.02 + 0.07 * taken.get(place, 0),
                MARKS[told.state][0],
                transform=axes.get_xaxis_transform(),
                ha="center",
                fontsize=SMALL_PX,
                color=style.colour,
            )
            taken[place] = taken.get(place, 0) + 1


def _end_labels(axes: Axes, spec: FanSpec, height: float) -> None:
    """Name and last difference of each line: of those that reach this edition beside it, of others over their end."""
    low, high = axes.get_ylim()
    right = len(spec.editions) - 1
    named = [(course, style, *_last(course)) for course, style in zip(spec.courses, SERIES, strict=False)]
    reaching = [one for one in named if one[2] == right]
    places = spread([value for *_, value in reaching], LINE_PX / height * (high - low))
    for (course, style, _, _), at in zip(reaching, places, strict=True):
        _label(axes, _end(spec, course), (right, at), style, (9, 0), ("left", "center"))
    for course, style, place, value in named:
        if place != right:
            _label(axes, _end(spec, course), (place, value), style, (0, 8), ("center", "baseline"))


def _label(
    axes: Axes,
    text: str,
    at: tuple[float, float],
    style: SeriesStyle,
    offset: tuple[int, int],
    anchor: tuple[Literal["left", "center"], Literal["center", "baseline"]],
) -> None:
    axes.annotate(
        text,
        at,
        xytext=offset,
        textcoords="offset points",
        ha=anchor[0],
        va=anchor[1],
        fontsize=SMALL_PX,
        color=style.colour,
        annotation_clip=False,
    )


def _last(course: Course) -> tuple[int, float]:
    """Place and value of the last difference of a line."""
    return [(place, told.difference) for place, told in enumerate(course.told) if told.difference is not None][-1]


def _end(spec: FanSpec, course: Course) -> str:
    return f"{course.label} {spec.signed(_last(course)[1])}"
