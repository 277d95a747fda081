"""Section 7: how victims come to notice, who identifies them, who is assisted, and who contacted hotlines."""

from __future__ import annotations

from reports import alternatives
from reports.blocks import Chart, Section
from reports.charts import chart
from reports.charts.trend import Line, TrendSpec, trend
from reports.edition import View
from reports.sections.channel_flow import channel_flow
from reports.sections.contacts import contacts
from reports.sections.panels import panels_chart
from reports.sections.parts import bands, breaks, gathered, over_time
from reports.sections.rankings import ranking_chart
from reports.tables import notes, of_points

STAGES = ("victims_identified", "victims_assisted", "victims_presumed")


def section(view: View) -> Section:
    """Channels now and over time, deciding bodies, the way from one to the other, identified beside assisted."""
    bodies, assistance = view.dimension("identified_by"), view.text("assistance")
    made = (
        (view.dimension("identification_channel"), ranking_chart(view, "identification_channel")),
        *over_time(view, "identification_channel", view.text("channels over time"), panels_chart),
        (bodies, ranking_chart(view, "identified_by")),
        (assistance, _stages(view)),
    )
    blocks = gathered(view, made, "case_register", only_national=(bodies, assistance))
    if (flow := channel_flow(view)) is not None:
        place = next((n for n, b in enumerate(blocks) if isinstance(b, Chart) and b.id == "by-identified-by"), 0)
        blocks = (*blocks[: place + 1], flow, *blocks[place + 1 :])
    return Section(
        id="identification",
        title=view.text("Identification and assistance"),
        summary=view.say("Who detects shapes what is seen: fewer tips and fewer self-reports mean different things."),
        blocks=(*blocks, *contacts(view)),
    )


def _stages(view: View) -> Chart | None:
    """Presumed, identified and assisted persons on one axis."""
    tables = [t for key in STAGES if (t := view.table(f"{key}_by_period"))]
    lines = tuple(
        Line(label=view.indicator(t.indicator), points=points)
        for t in tables
        if len(points := view.series(t, view.focus.frequency)) > 1 and any(p.value for p in points)
    )
    if len(lines) < 2:
        return None
    spec = TrendSpec(lines=lines, number=view.locale.number, bands=bands(view), breaks=breaks(view, tables[0]))
    return chart(
        view,
        id="stages",
        title=_title(view),
        subtitle=view.text(
            "Persons by period of the decision or of the first service; the three lines are not stages of the same "
            "persons."
        ),
        description=" ".join(alternatives.of_series(view, line.label, line.points) for line in lines),
        source=view.sources(*tables),
        draw=lambda size: trend(spec, size),
        table=of_points(
            view,
            [(line.label, "person", line.points) for line in lines],
            id="table-stages",
            caption=view.text("Presumed, identified and assisted"),
            source=notes(view, *tables),
        ),
    )


def _title(view: View) -> str:
    at = view.focus.code
    identified = view.cell("victims_identified_by_period", at)
    assisted = view.cell("victims_assisted_by_period", at)
    if identified is None or assisted is None or identified.value is None or assisted.value is None:
        return view.text("Identified and assisted persons")
    return view.text(
        "{period}: {identified} identified, {assisted} assisted",
        period=view.locale.period(at),
        identified=view.locale.number(identified.value),
        assisted=view.locale.number(assisted.value),
    )
