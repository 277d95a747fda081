"""Section 8: the COVID period, a first comparison of detection before, during and after."""

from __future__ import annotations

from reports.blocks import Block, Chart, Definitions, Heading, Note, Section, Term
from reports.charts import chart
from reports.charts.trend import Context, Line, TrendSpec, trend
from reports.edition import Point, View
from reports.findings.counts import matched
from reports.sections.levels import level_chart
from reports.sections.panels import matrix_chart
from reports.sections.parts import bands, missing
from reports.sections.ratios import phases_chart, same_period_chart
from reports.tables import months_grid, notes
from transforms.disclosure.released import ReleasedTable

DIMENSIONS = ("identification_channel", "identified_by", "form", "sex")
SHARES_TOO = ("identification_channel", "form")
"""Where the mix matters beside the level; the shares of the others are in the tables of the edition."""


def section(view: View) -> Section:
    """Phases, same period of 2019, who detected, composition, stringency, and what the comparison can say."""
    title = view.text("The COVID period: a first comparison")
    summary = view.say(
        "A fall during the pandemic is a fall of detection. Whether trafficking fell, these data cannot say."
    )
    comparison = [block for block in (phases_chart(view), same_period_chart(view)) if block]
    mixes = [
        made
        for dimension in DIMENSIONS
        for make in ((level_chart, matrix_chart) if dimension in SHARES_TOO else (level_chart,))
        if (made := make(view, dimension))
    ]
    stringency = _stringency(view)
    world = [Note(title=view.text("Elsewhere: matched countries"), text=found.text) for found in matched(view)]
    blocks: tuple[Block, ...] = (*comparison, *mixes, *((stringency,) if stringency else ()), *world)
    if not comparison:
        return Section(id="covid", title=title, summary=summary, blocks=(_none(view), *blocks))
    return Section(
        id="covid",
        title=title,
        summary=summary,
        blocks=(*blocks, *_explanations(view)),
    )


def _none(view: View) -> Note:
    if not view.context.get("phases") and view.focus.year < 2020:
        return Note(
            title=view.text("No comparison in this edition"),
            text=view.say("The edition ends before the pandemic began."),
            tone="missing",
        )
    return missing(view, [view.text("monthly counts on both sides of the beginning of the pandemic")], "case_register")


def _stringency(view: View) -> Chart | None:
    """Monthly detections with the stringency index in a panel of its own beneath."""
    count, index = view.table(f"{view.headline}_by_period"), view.table("stringency_by_period")
    if count is None or index is None:
        return None
    points, context = view.series(count, "month"), view.series(index, "month")
    points = tuple(p for p in points if p.period.year >= 2019)
    if len(points) < 2 or len(context) < 2:
        return None
    label = view.text("Stringency index, 0 to 100")
    spec = TrendSpec(
        lines=(Line(label=view.indicator(view.headline), points=points),),
        number=view.locale.number,
        bands=bands(view),
        context=Context(line=Line(label=label, points=context), top=100),
    )
    highest = max((p for p in context if p.value is not None), key=lambda p: p.value or 0)
    return chart(
        view,
        id="stringency",
        title=view.text("Restrictions were strictest in {period}", period=view.locale.period(highest.period.code)),
        subtitle=view.text(
            "Above: {indicator} a month. Below: stringency of measures, monthly mean.",
            indicator=view.inside(view.indicator(view.headline)),
        ),
        description=_stringency_told(view, count, highest),
        source=view.sources(count, index),
        draw=lambda size: trend(spec, size),
        table=months_grid(view, context, "index", id="table-stringency", caption=label, source=notes(view, index)),
    )


def _stringency_told(view: View, count: ReleasedTable, highest: Point) -> str:
    """The peak of the index and what was detected in that month."""
    code = highest.period.code
    return view.text(
        "Highest monthly stringency: {value}, in {period}. {indicator} in that month: {count}.",
        value=view.locale.number(highest.value or 0, 1),
        period=view.locale.period(code),
        indicator=view.indicator(view.headline),
        count=view.printed(view.cell(count, code), "person").text,
    )


def _explanations(view: View) -> tuple[Block, ...]:
    terms = (
        Term(
            word=view.text("Less capacity to detect"),
            meaning=view.say(
                "Closed offices, stopped outreach, redeployed police. Speaks for it: tips, inspections "
                "and border finds fall, self-reports hold or rise."
            ),
        ),
        Term(
            word=view.text("Fewer opportunities"),
            meaning=view.say(
                "Closed borders and workplaces. Speaks for it: cross-border forms fall more than "
                "domestic ones, and recover when borders open."
            ),
        ),
        Term(
            word=view.text("Displacement to hidden settings"),
            meaning=view.say(
                "Homes and the internet instead of streets and workplaces. Speaks for it: online "
                "recruitment and domestic settings gain in share."
            ),
        ),
    )
    return (
        Heading(id="explanations", text=view.text("Three explanations to weigh")),
        Definitions(terms=terms),
        Note(
            title="",
            text=view.say("The three can hold at once. Counts of detections alone cannot separate them."),
            tone="caution",
        ),
    )
