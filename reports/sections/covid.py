"""Section 8: the COVID period: expected and observed, the plain comparison, who detected, what may explain it."""

from __future__ import annotations

from reports.blocks import Block, Chart, Heading, Note, Paragraph, Section
from reports.charts import chart
from reports.charts.trend import Context, Line, TrendSpec, trend
from reports.edition import Point, View
from reports.estimated import given
from reports.findings.counts import matched
from reports.sections.covid_beside import calendars_table, opinions_table, sentences, series_table
from reports.sections.covid_detection import detection_blocks
from reports.sections.covid_effect import effect_blocks
from reports.sections.covid_explanations import explanations
from reports.sections.levels import level_chart
from reports.sections.panels import matrix_chart
from reports.sections.parts import bands, missing
from reports.sections.ratios import phases_chart, same_period_chart
from reports.tables import months_grid, notes
from reports.wording import is_uneven
from transforms.disclosure.released import ReleasedTable

DIMENSIONS = ("identification_channel", "identified_by", "form", "sex")
FIRST_YEAR = "2020"
VARIES, VARIES_MUCH = 2.0, 100.0
"""Dispersion above which intervals for chance alone are clearly too narrow, and from which on decimals say nothing."""
SHARES_TOO = ("identification_channel", "form")
"""Where the mix matters beside the level; the shares of the others are in the tables of the edition."""


def section(view: View) -> Section:
    """The model and what stands beside it, the plain view, who detected, the three explanations."""
    title = view.text("The COVID period")
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
    world = _matched(view)
    model = (
        *effect_blocks(view),
        *series_table(view),
        *opinions_table(view),
        *calendars_table(view),
        *sentences(view),
    )
    who = detection_blocks(view)
    blocks: tuple[Block, ...] = (*comparison, *mixes, *((stringency,) if stringency else ()), *world)
    if not comparison:
        return Section(id="covid", title=title, summary=summary, blocks=(*model, *_none(view), *blocks, *who))
    return Section(
        id="covid",
        title=title,
        summary=summary,
        blocks=(
            *_coverage(view),
            *model,
            *_plain_view(view, blocks, has_model=bool(model)),
            *who,
            *explanations(view),
        ),
    )


def _coverage(view: View) -> tuple[Note, ...]:
    """That who delivers changed too, where it did: the pandemic is then not the only thing that years differ in."""
    if not is_uneven(view.table(f"{view.headline}_by_period")):
        return ()
    return (
        Note(
            title=view.text("Who delivers changed as well"),
            text=view.say(
                "Organisations joined and left the data set in these years: a difference shown here can come from that "
                "alone."
            ),
            tone="caution",
        ),
    )


def _plain_view(view: View, blocks: tuple[Block, ...], *, has_model: bool) -> tuple[Block, ...]:
    """The comparisons a reader can check by hand, and why they can say more than the model that stands before them."""
    heading = Heading(id="plain-view", text=view.text("The plain view that readers can check"))
    if not has_model:
        return (heading, *blocks)
    said = view.say(
        "Here all months of a phase count, and each comparison stands by itself. The model above uses whole periods "
        "only and allows for their number: where the two differ, it is the more cautious."
    )
    found = given(view, f"covid:{view.headline}")
    phi = found.estimate.details["phi"] if found is not None else 1.0
    narrow = view.say(
        "The intervals here allow for chance alone. The years before the pandemic vary more than that (dispersion "
        "{phi}), which the expectation above allows for: where the two disagree, trust that one.",
        phi=view.locale.number(phi, 1 if phi < VARIES_MUCH else 0),
    )
    return (heading, Paragraph(text=narrow if phi > VARIES else said), *blocks)


def _none(view: View) -> tuple[Note, ...]:
    """Why there is no comparison; of the world nothing more where the model has said why there is no estimate."""
    if view.edition.scope == "world" and f"covid:{view.headline}" in view.edition.estimates:
        return ()
    return (_why_none(view),)


def _why_none(view: View) -> Note:
    if not view.context.get("phases") and view.focus.year < 2020:
        return Note(
            title=view.text("No comparison in this edition"),
            text=view.say("The edition ends before the pandemic began."),
            tone="missing",
        )
    by_month = view.text("monthly counts on both sides of the beginning of the pandemic")
    by_year = view.text("yearly counts on both sides of the beginning of the pandemic")
    return missing(view, [by_year if view.context.get("finest") == "year" else by_month], "case_register")


def _matched(view: View) -> tuple[Note, ...]:
    """What UNODC had from the same countries before and in the pandemic; years before it say nothing of it."""
    table = view.table("victims_detected_matched")
    if table is None or max(table.codes("period")) < FIRST_YEAR:
        return ()
    return tuple(Note(title=view.text("The countries that reported both years"), text=f.text) for f in matched(view))


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
