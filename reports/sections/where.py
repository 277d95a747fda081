"""Section 6: where: countries of exploitation, corridors, domestic or cross-border, regions, and what is around."""

from __future__ import annotations

from reports.blocks import Block, Chart, Note, Section
from reports.edition import View
from reports.sections.around import around
from reports.sections.corridors import corridor_matrix
from reports.sections.parts import gathered
from reports.sections.rankings import ranking_chart
from reports.sections.region_map import region_map

DIMENSIONS = ("country_of_exploitation", "corridor", "crossing", "region")


def section(view: View) -> Section:
    """Rankings of places for the edition's period; corridors also as a matrix, regions as a map."""
    made = tuple((view.dimension(dimension), ranking_chart(view, dimension)) for dimension in DIMENSIONS)
    blocks = gathered(view, made, "case_register", only_national=(view.dimension("region"),))
    for ranking, drawing in (("by-corridor", corridor_matrix(view)), ("by-region", region_map(view))):
        blocks = _with(blocks, ranking, drawing)
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
        blocks=(*((note,) if has_corridors else ()), *blocks, *around(view)),
    )


def _with(blocks: tuple[Block, ...], ranking: str, drawing: Chart | None) -> tuple[Block, ...]:
    """The blocks with a drawing after the ranking of that id; it is made of the same counts."""
    if drawing is None:
        return blocks
    place = next((n for n, b in enumerate(blocks) if isinstance(b, Chart) and b.id == ranking), len(blocks) - 1)
    return (*blocks[: place + 1], drawing, *blocks[place + 1 :])
