"""Section 4: forms of exploitation, sectors, means of control, recruitment."""

from __future__ import annotations

from reports.blocks import Note, Section
from reports.edition import View
from reports.sections.panels import panels_chart
from reports.sections.parts import gathered, over_time
from reports.sections.rankings import ranking_chart


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
    has_charts = any(block.kind == "chart" for block in blocks)
    return Section(
        id="forms",
        title=view.text("Forms, means and recruitment"),
        blocks=((several,) if has_charts else ()) + blocks,
    )
