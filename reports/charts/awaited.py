"""Marks of what is expected once late registrations have come: hollow, with the interval, apart from every count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes

from reports.charts.frame import Format
from reports.theme import INK, MUTED, SMALL_PX, VERMILION
from transforms.periods import Period


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """A period still coming in: registered so far, and what is expected with its bounds."""

    period: Period
    so_far: float
    value: float
    lower: float
    upper: float


def draw_expected(axes: Axes, expected: Sequence[Expected], number: Format) -> None:
    """A bar for the interval and a hollow diamond for the estimate; a short stroke for what is registered so far."""
    if not expected:
        return
    places = [one.period.first_month + one.period.months / 2 for one in expected]
    reach = 0.3 * expected[0].period.months
    axes.vlines(
        places, [one.lower for one in expected], [one.upper for one in expected], color=VERMILION.light, linewidth=1.6
    )
    axes.plot(
        places,
        [one.value for one in expected],
        linestyle="none",
        marker="D",
        markersize=6.5,
        markerfacecolor="none",
        markeredgecolor=VERMILION.light,
        markeredgewidth=1.6,
        clip_on=False,
        zorder=4,
    )
    axes.hlines(
        [one.so_far for one in expected],
        [at - reach for at in places],
        [at + reach for at in places],
        color=INK.light,
        linewidth=2.2,
        zorder=3,
    )
    last = expected[-1]
    axes.annotate(
        number(last.value),
        (places[-1], last.upper),
        xytext=(0, 5),
        textcoords="offset points",
        ha="center",
        fontsize=SMALL_PX,
        color=VERMILION.light,
    )
    axes.annotate(
        number(last.so_far),
        (places[-1], last.so_far),
        xytext=(0, -6),
        textcoords="offset points",
        ha="center",
        va="top",
        fontsize=SMALL_PX,
        color=MUTED.light,
    )
