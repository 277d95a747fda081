"""What a time axis carries beside its lines: years, shaded phases with their names, breaks in the series."""

from __future__ import annotations

from dataclasses import dataclass

from matplotlib.axes import Axes

from reports.charts.frame import Size, rows_without_overlap, text_width, wrapped
from reports.theme import MUTED, PHASE, PHASE_STRONG, SMALL_PX

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


def band_rows(bands: tuple[Band, ...], first: float, last: float, width: float) -> list[int]:
    """The row of each band's label above the plot."""
    return rows_without_overlap([_label_span(band, first, last, width) for band in bands])


def _label_span(band: Band, first: float, last: float, width: float) -> tuple[float, float]:
    """Where the label of a band stands, in pixels from the left of the axes; kept inside them."""
    scale = width / (last - first)
    half = text_width(band.label) / 2
    middle = ((max(band.start, first) + min(band.end, last)) / 2 - first) * scale
    middle = min(max(middle, half), width - half)
    return middle - half, middle + half


def draw_bands(axes: Axes, bands: tuple[Band, ...], rows: list[int], height: float) -> None:
    """Shade every phase after the first and write the names above, each over its own stretch."""
    first, last = axes.get_xlim()
    width = axes.get_position().width * axes.figure.get_size_inches()[0] * 72  # type: ignore[union-attr]
    for number, (band, row) in enumerate(zip(bands, rows, strict=True)):
        start, end = max(band.start, first), min(band.end, last)
        colour = (PHASE if number % 2 else PHASE_STRONG).light
        if number:
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


def draw_breaks(axes: Axes, breaks: tuple[Break, ...], size: Size, height: float) -> None:
    """A dashed line where a series breaks, with its name."""
    first, last = axes.get_xlim()
    for number, gap in enumerate(b for b in breaks if first <= b.at < last):
        axes.axvline(gap.at, color=MUTED.light, linewidth=1.2, linestyle=(0, (4, 3)), zorder=1)
        if not gap.label:
            continue
        is_right = gap.at > (first + last) / 2
        axes.annotate(
            wrapped(gap.label, 120 if size.is_narrow else 190, lines=3),
            (gap.at, 0.98 - number * 0.2),
            xycoords=axes.get_xaxis_transform(),
            xytext=(-6 if is_right else 6, 0),
            textcoords="offset points",
            ha="right" if is_right else "left",
            va="top",
            fontsize=SMALL_PX,
            color=MUTED.light,
        )


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
