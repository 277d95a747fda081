"""Paper for charts: sizes in CSS pixels, axes placed from the top left, labels wrapped and kept apart."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path
from matplotlib.ticker import FuncFormatter, MaxNLocator
from matplotlib.transforms import Affine2D, Transform

from reports import fonts
from reports.theme import MUTED, PAPER, RULE, SMALL_PX

Format = Callable[[float], str]

HEAD_ROW = 30.0
"""Height of a row of column heads: two lines."""
WATERMARK = 13.0
"""Room at the foot for the word SYNTHETIC."""
HATCH_STEP = 8.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """Width of a drawing in pixels; a page shows the wide one or, on a phone, the narrow one."""

    width: float
    is_narrow: bool


WIDE = Size(width=720, is_narrow=False)
NARROW = Size(width=344, is_narrow=True)


def canvas(size: Size, height: float) -> Figure:
    """An empty figure of that many pixels."""
    return Figure(figsize=(size.width / 72, height / 72), dpi=72)


def axes_at(figure: Figure, left: float, top: float, width: float, height: float) -> Axes:
    """Axes placed in pixels from the top left corner."""
    whole_width, whole_height = (inches * 72 for inches in figure.get_size_inches())
    box = (left / whole_width, 1 - (top + height) / whole_height, width / whole_width, height / whole_height)
    return figure.add_axes(box)


def box(figure: Figure, left: float, top: float, width: float, height: float, *, face: str, edge: str = "none") -> None:
    """A filled rectangle in pixels from the top left corner."""
    border = 0 if edge == "none" else 1
    bar = Rectangle((left, top), width, height, facecolor=face, edgecolor=edge, linewidth=border)
    bar.set_transform(_pixels(figure))
    figure.add_artist(bar)


def rule(figure: Figure, xs: tuple[float, float], ys: tuple[float, float], *, colour: str, width: float) -> None:
    """A straight line in pixels from the top left corner."""
    line = Line2D(xs, ys, color=colour, linewidth=width, transform=_pixels(figure), solid_capstyle="butt")
    figure.add_artist(line)


def hatched(figure: Figure, left: float, top: float, width: float, height: float) -> None:
    """A rectangle of slanting lines in pixels from the top left corner: here is no figure to show."""
    box(figure, left, top, width, height, face=PAPER.light, edge=RULE.light)
    points: list[tuple[float, float]] = []
    reach = HATCH_STEP
    while reach < width + height:
        points += [
            (left + max(0.0, reach - height), top + min(reach, height)),
            (left + min(reach, width), top + max(0.0, reach - width)),
        ]
        reach += HATCH_STEP
    lines = Path(points, [Path.MOVETO, Path.LINETO] * (len(points) // 2))
    figure.add_artist(
        PathPatch(lines, facecolor="none", edgecolor=MUTED.light, linewidth=0.6, transform=_pixels(figure))
    )


def _pixels(figure: Figure) -> Transform:
    width, height = (float(inches) * 72 for inches in figure.get_size_inches())
    return Affine2D().scale(1 / width, -1 / height).translate(0, 1) + figure.transFigure


def write(
    figure: Figure,
    x: float,
    y: float,
    text: str,
    *,
    size: float = SMALL_PX,
    colour: str = MUTED.light,
    anchor: str = "left",
    weight: str = "normal",
) -> None:
    """Text at pixels from the top left corner, its middle at `y`."""
    width, height = (float(inches) * 72 for inches in figure.get_size_inches())
    lines = text.split("\n")
    for number, line in enumerate(lines):
        # each line is anchored by itself: readers' fonts are narrower than the one that measured
        at = 1 - (y + (number - (len(lines) - 1) / 2) * size * 1.25) / height
        figure.text(x / width, at, line, fontsize=size, color=colour, ha=anchor, va="center_baseline", weight=weight)


def text_width(text: str, size: float = SMALL_PX) -> float:
    """How wide the longest line of a text is in DejaVu Sans, in pixels; readers' own faces are narrower."""
    return max((fonts.width(line) for line in text.split("\n")), default=0.0) * size


def wrapped(text: str, width: float, *, size: float = SMALL_PX, lines: int = 2) -> str:
    """The text in at most so many lines of that width; what does not fit ends in an ellipsis."""
    made: list[str] = []
    for word in text.split(" "):
        longer = f"{made[-1]} {word}" if made else word
        if made and text_width(longer, size) <= width:
            made[-1] = longer
        elif len(made) < lines:
            made.append(word)
        else:
            made[-1] = f"{made[-1]}…"
            break
    return "\n".join(_shortened(line, width, size) for line in made)


def _shortened(line: str, width: float, size: float) -> str:
    """The line cut so that it fits with an ellipsis at its end."""
    if text_width(line, size) <= width:
        return line
    kept = line.removesuffix("…")
    while len(kept) > 1 and text_width(f"{kept}…", size) > width:
        kept = kept[:-1]
    return f"{kept.rstrip()}…"


def count_axis(axes: Axes, top: float, number: Format, *, ticks: int = 5) -> None:
    """A vertical axis from zero with few whole ticks and faint rules."""
    axes.set_ylim(0, top * 1.12 if top > 0 else 1)
    axes.yaxis.set_major_locator(MaxNLocator(nbins=ticks, integer=True, min_n_ticks=2))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: number(value)))
    axes.grid(axis="y")


def spread(places: Sequence[float], gap: float) -> list[float]:
    """The places moved apart, in order, so that neighbours keep the gap."""
    order = sorted(range(len(places)), key=lambda i: places[i])
    moved = list(places)
    for before, here in pairwise(order):
        moved[here] = max(moved[here], moved[before] + gap)
    excess = sum(moved) / len(moved) - sum(places) / len(places) if places else 0.0
    return [place - excess for place in moved]


def rows_without_overlap(spans: Sequence[tuple[float, float]]) -> list[int]:
    """A row for each span so that spans of one row do not touch: the lowest row that is free."""
    taken: list[float] = []
    rows = []
    for start, end in spans:
        row = next((i for i, reach in enumerate(taken) if reach + 6 <= start), len(taken))
        taken[row : row + 1] = [end]
        rows.append(row)
    return rows


def legend_rows(labels: Sequence[str], size: Size) -> list[tuple[int, float]]:
    """Row and left edge of each legend entry when they flow over the width."""
    placed = []
    row, left = 0, 0.0
    for label in labels:
        width = 34 + text_width(label)
        if left and left + width > size.width:
            row, left = row + 1, 0.0
        placed.append((row, left))
        left += width + 14
    return placed


def column_heads(
    columns: Sequence[str], lefts: Sequence[float], width: float, size: Size
) -> list[tuple[str, float, int]]:
    """Text, left edge and row (upwards) of each column's head: a long word takes a row of its own, above."""
    texts = [wrapped(c, max(width, *(text_width(word) + 1 for word in c.split()))) for c in columns]
    starts = [min(left, size.width - text_width(text)) for left, text in zip(lefts, texts, strict=True)]
    taken = rows_without_overlap([(x, x + text_width(text)) for x, text in zip(starts, texts, strict=True)])
    return list(zip(texts, starts, taken, strict=True))
