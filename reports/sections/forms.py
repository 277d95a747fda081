"""Section 4: forms of exploitation, sectors, means of control, recruitment."""

from __future__ import annotations

from reports.blocks import Chart, Note, Section
from reports.edition import View
from reports.sections.panels import panels_chart
from reports.sections.parts import gathered, over_time
from reports.sections.rankings import ranking_chart

SECTOR_CHART = "by-sector"


def _of_sector(view: View) -> Note:
    """Whom the sector is asked of, without which its many missing values look like a fault."""
    return Note(
        title=view.text("Who has a sector"),
        text=view.say(
            "Persons exploited in another way have no sector: they stand under “Not reported” and are no part of the "
            "shares."
        ),
    )


def section(view: View) -> Section:
    """Forms now and over time; the rest for the edition's period."""
    channel = view.dimension("recruitment_channel")
    made = (
        (view.dimension("form"), ranking_chart(view, "form")),
        *over_time(view, "form", view.text("forms over time"), panels_chart),
        (view.dimension("sector"), ranking_chart(view, "sector")),
        (view.dimension("means_of_control"), ranking_chart(view, "means_of_control")),
        (view.dimension("recruiter_relation"), ranking_chart(view, "recruiter_relation")),
        (channel, ranking_chart(view, "recruitment_channel")),
        *over_time(view, "recruitment_channel", view.text("recruitment channels over time"), panels_chart),
    )
    several = Note(
        title=view.text("Shares can add up to more than 100 %"),
        text=view.say(
            "A person can be exploited in several forms and controlled by several means. Each figure "
            "counts persons, never mentions."
        ),
    )
    blocks = gathered(view, made, "case_register", only_national=(channel,))
    place = next((n for n, b in enumerate(blocks) if isinstance(b, Chart) and b.id == SECTOR_CHART), None)
    if place is not None:
        blocks = (*blocks[: place + 1], _of_sector(view), *blocks[place + 1 :])
    has_charts = any(block.kind == "chart" for block in blocks)
    return Section(
        id="forms",
        title=view.text("Forms, means and recruitment"),
        blocks=((several,) if has_charts else ()) + blocks,
    )
