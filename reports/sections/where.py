"""Section 5: where: countries of exploitation, corridors, domestic or cross-border, regions."""

from __future__ import annotations

from reports.blocks import Chart, Note, Section
from reports.edition import View
from reports.sections.parts import gathered
from reports.sections.rankings import ranking_chart


def section(view: View) -> Section:
    """Rankings of places for the edition's period."""
    made = tuple(
        (view.dimension(dimension), ranking_chart(view, dimension))
        for dimension in ("country_of_exploitation", "corridor", "crossing", "region")
    )
    blocks = gathered(view, made, "case_register")
    note = Note(
        title="",
        text=view.say(
            "A corridor joins citizenship and country of exploitation; the route travelled may have been another."
        ),
    )
    has_corridors = any(isinstance(block, Chart) and block.id == "by-corridor" for block in blocks)
    return Section(
        id="where",
        title=view.text("Where: corridors and regions"),
        blocks=((note,) if has_corridors else ()) + blocks,
    )
