"""What a time axis carries beside its lines: years, shaded phases with their names, breaks in the series."""

from __future__ import annotations

from dataclasses import dataclass

from matplotlib.axes import Axes

from reports.charts.frame import rows_without_overlap, text_width
from reports.theme import MUTED, PAPER, PHASE, PHASE_STRONG, SMALL_PX

ROW = 17


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """A stretch of months with a name; places are months since year 0."""

    label: str
    start: float
    end: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Break:
    """A break in the series: the month it begins at, and what happened."""

    label: str
    at: float


def headed(bands: tuple[Band, ...], breaks: tuple[Break, ...], first: float, last: float) -> tuple[Band, ...]:
    """All that has a name above the plot: the bands, then the breaks as bands without length."""
    named = [gap for gap in breaks if gap.label and first <= gap.at < last]
    return (*bands, *(Band(label=gap.label, start=gap.at, end=gap.at) for gap in named))


def label_rows(names: tuple[Band, ...], first: float, last: float, width: float) -> list[int]:
    """The row of each name above the plot."""
    return rows_without_overlap([_label_span(band, first, last, width) for band in names])


def _label_span(band: Band, first: float, last: float, width: float) -> tuple[float, float]:
    """Where the label of a band stands, in pixels from the left of the axes; kept inside them."""
    scale = width / (last - first)
    half = text_width(band.label) / 2
    middle = ((max(band.start, first) + min(band.end, last)) / 2 - first) * scale
    middle = min(max(middle, half), width - half)
    return middle - half, middle + half


def draw_bands(axes: Axes, names: tuple[Band, ...], rows: list[int], height: float) -> None:
    """Shade every phase after the first and write the names above, each over its own stretch or break."""
    first, last = axes.get_xlim()
    width = axes.get_position().width * axes.get_figure(root=True).get_size_inches()[0] * 72  # type: ignore[union-attr]  # axes in use
    for number, (band, row) in enumerate(zip(names, rows, strict=True)):
        start, end = max(band.start, first), min(band.end, last)
        colour = (PHASE if number % 2 else PHASE_STRONG).light
        if number and end > start:
            axes.axvspan(start, end, color=colour, linewidth=0, zorder=0)
        left, right = _label_span(band, first, last, width)
        at = first + (left + right) / 2 * (last - first) / width
        y = 1 + (ROW * row + 9) / height
        axes.text(
            at,
            y,
            band.label,
            transform=axes.get_xaxis_transform(),
            ha="center",
            va="center_baseline",
            fontsize=SMALL_PX,
            color=MUTED.light,
            bbox={"facecolor": PAPER.light, "edgecolor": "none", "pad": 1},  # a line from a name above passes behind
        )
        if row:
            axes.plot(
                [(start + end) / 2] * 2,
                [1, 1 + (ROW * row) / height],
                color=MUTED.light,
                linewidth=0.7,
                transform=axes.get_xaxis_transform(),
                clip_on=False,
            )


def draw_breaks(axes: Axes, breaks: tuple[Break, ...]) -> None:
    """A dashed line where a series breaks."""
    first, last = axes.get_xlim()
    for gap in (b for b in breaks if first <= b.at < last):
        axes.axvline(gap.at, color=MUTED.light, linewidth=1.2, linestyle=(0, (4, 3)), zorder=1)


def draw_years(axes: Axes, first: float, last: float, width: float) -> None:
    """A label in the middle of each year, as many as there is room for, and ticks between years."""
    years = range(int(first) // 12, int(last - 1) // 12 + 1)
    step = next(s for s in (1, 2, 5, 10, 20) if len(years) / s * 40 <= width or s == 20)
    shown = [year for year in years if (years[-1] - year) % step == 0]
    middles = [(max(12 * year, first) + min(12 * year + 12, last)) / 2 for year in shown]
    axes.set_xticks(middles, [str(year) for year in shown])
    if len(years) < last - first <= 12 * len(years) and step == 1:
        axes.set_xticks([12 * year for year in years if first < 12 * year < last], minor=True)
        axes.tick_params(axis="x", which="minor", length=5, color=MUTED.light)
