"""Pictures of released tables: matplotlib figures drawn without pyplot, embedded as inline SVG with real text."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from matplotlib.figure import Figure

from reports.blocks import Chart, Inline, Table
from reports.charts.frame import NARROW, WIDE, Size
from reports.charts.svg import drawn, inline_svg
from reports.edition import View


def chart(
    view: View,
    *,
    id: str,
    title: str,
    subtitle: str,
    description: str,
    source: str,
    draw: Callable[[Size], Figure],
    table: Table,
    notes: tuple[Inline, ...] = (),
) -> Chart:
    """A chart block: the drawing for both widths with its words and the table of its numbers."""
    watermark = view.text("SYNTHETIC") if view.edition.is_synthetic else ""
    wide, narrow = (
        inline_svg(
            drawn(partial(draw, size)),
            prefix=f"{id}-{name}",
            title=title,
            description=description,
            watermark=watermark,
        )
        for size, name in ((WIDE, "w"), (NARROW, "n"))
    )
    return Chart(
        id=id,
        title=title,
        subtitle=subtitle,
        source=source,
        description=description,
        wide=wide,
        narrow=narrow,
        table=table,
        notes=notes,
    )
