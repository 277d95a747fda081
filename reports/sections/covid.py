"""Section 8: the COVID period, a first comparison of detection before, during and after."""

from __future__ import annotations

from reports.blocks import Block, Chart, Definitions, Heading, Note, Section, Table, TableCell, Term, plain
from reports.charts import chart
from reports.charts.frame import Format
from reports.charts.ratios import Ratio, ratios
from reports.charts.trend import Context, Line, TrendSpec, trend
from reports.edition import PHASE_PREFIX, View, plain_period
from reports.findings.counts import matched
from reports.sections.levels import level_chart
from reports.sections.panels import matrix_chart
from reports.sections.parts import bands, missing
from reports.tables import months_grid, notes, with_intervals
from transforms.disclosure.released import ReleasedTable
from transforms.periods import period

MOST_QUARTERS = 16


def section(view: View) -> Section:
    """Phases, same period of 2019, who detected, composition, stringency, and what the comparison can say."""
    title = view.text("The COVID period: a first comparison")
    summary = view.say(
        "A fall during the pandemic is a fall of detection. Whether trafficking fell, these data cannot say."
    )
    comparison = [block for block in (_phases(view), _same_period(view)) if block]
    mixes = [
        made
        for dimension in ("identification_channel", "identified_by", "form", "sex")
        for make in (level_chart, matrix_chart)
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


def _ratio_row(view: View, table: ReleasedTable, code: str) -> Ratio:
    cell = view.cell(table, code)
    shown = view.printed(cell, "ratio")
    text = shown.text
    if cell and cell.value is not None and cell.lower is not None and cell.upper is not None:
        text = f"{shown.text} ({view.locale.range(cell.lower, cell.upper, 2)})"
    return Ratio(
        label=view.period_label(code),
        value=cell.value if cell else None,
        lower=cell.lower if cell else None,
        upper=cell.upper if cell else None,
        text=text,
    )


def _phases(view: View) -> Chart | None:
    """Rate ratio of each phase to the one before the pandemic."""
    table = view.table(f"{view.headline}_by_period.phase_ratio")
    if table is None:
        return None
    codes = [c for c in view.phases(table) if c != PHASE_PREFIX + "pre_pandemic"]
    rows = tuple(_ratio_row(view, table, code) for code in codes)
    if not rows:
        return None
    lowest = min((r for r in rows if r.value is not None), key=lambda r: r.value or 0, default=None)
    title = (
        view.text("Detection a month, compared with before the pandemic")
        if lowest is None
        else view.text(
            "{phase}: detection a month was {ratio} times that before the pandemic",
            phase=lowest.label,
            ratio=view.locale.number(lowest.value or 0, 2),
        )
    )
    return chart(
        view,
        id="phase-ratio",
        title=title,
        subtitle=view.text(
            "{indicator} a month in each phase divided by the months before the pandemic; 95 % exact interval.",
            indicator=view.indicator(table.indicator),
        ),
        description=" ".join(view.text("{group}: {value}.", group=r.label, value=r.text) for r in rows),
        source=view.sources(table),
        draw=lambda size: ratios(rows, size, number=_ratio_number(view), same=view.text("as before")),
        table=_phase_table(view, table),
        notes=(plain(view.text("Phases: {source}", source=str(view.context.get("phases_source", "")))),),
    )


def _ratio_number(view: View) -> Format:
    return lambda value: view.locale.number(value, 0 if value >= 1 else 2)


def _phase_table(view: View, ratio_table: ReleasedTable) -> Table:
    key = f"{view.headline}_by_period"
    count, mean = view.table(key), view.table(f"{key}.phase_mean")
    rows = []
    for phase in view.context.get("phases") or ():
        code = PHASE_PREFIX + phase["key"]
        cells = [TableCell(text=_span(view, phase))]
        cells.append(view.printed(view.cell(count, code) if count else None, "person"))
        cell = view.cell(mean, code) if mean else None
        cells.append(
            TableCell(text=view.locale.number(cell.value, 1))
            if cell and cell.value is not None
            else view.printed(cell, "person")
        )
        row = _ratio_row(view, ratio_table, code)
        is_base = phase["key"] == "pre_pandemic"
        cells.append(TableCell(text="1") if is_base else TableCell(text=row.text))
        rows.append((view.period_label(code), tuple(cells)))
    columns = [view.text("Months"), view.text("Persons"), view.text("Mean a month"), view.text("Ratio (95 % interval)")]
    return with_intervals(
        view,
        rows,
        columns,
        id="table-phase-ratio",
        caption=view.text("{indicator} by phase", indicator=view.indicator(view.headline)),
        stub=view.text("Phase"),
        source=notes(view, ratio_table),
    )


def _span(view: View, phase: dict[str, str]) -> str:
    end = view.locale.period(phase["end"]) if phase.get("end") else view.text("open")
    return f"{view.locale.period(phase['start'])} – {end}"


def _same_period(view: View) -> Chart | None:
    """Each quarter (or year) since 2020 against the same one of 2019."""
    table = view.table(f"{view.headline}_by_period.same_period")
    if table is None:
        return None
    rows = tuple(_ratio_row(view, table, code) for code in _compared(view, table))
    if not rows:
        return None
    cells = [(r.label, (TableCell(text=r.text),)) for r in rows]
    return chart(
        view,
        id="same-period",
        title=_same_period_title(view, table),
        subtitle=view.text(
            "{indicator} divided by those of the same period of 2019; 95 % exact interval. Clearly: "
            "the whole interval lies below 1.",
            indicator=view.indicator(table.indicator),
        ),
        description=" ".join(view.text("{group}: {value}.", group=r.label, value=r.text) for r in rows),
        source=view.sources(table),
        draw=lambda size: ratios(rows, size, number=_ratio_number(view), same=view.text("as in 2019")),
        table=with_intervals(
            view,
            cells,
            [view.text("Ratio (95 % interval)")],
            id="table-same-period",
            caption=view.text("Ratio to the same period of 2019"),
            stub=view.text("Period"),
            source=notes(view, table),
        ),
    )


def _compared(view: View, table: ReleasedTable) -> list[str]:
    """Years, then quarters: a month of a small country says nothing by itself."""
    codes = [c for c in table.codes("period") if not c.startswith(PHASE_PREFIX)]
    by_frequency = {f: [c for c in codes if period(c).frequency == f] for f in ("year", "quarter")}
    return [*by_frequency["year"], *by_frequency["quarter"][:MOST_QUARTERS]]


def _same_period_title(view: View, table: ReleasedTable) -> str:
    """The first year after 2019, said as its interval allows."""
    code = next((c for c in _compared(view, table) if view.cell(table, c) and plain_period(c)), "")
    cell = view.cell(table, code)
    if cell is None or cell.value is None or cell.lower is None or cell.upper is None:
        return view.text("Each period beside the same period of 2019")
    ratio = view.locale.number(cell.value, 2)
    when = view.locale.period(code)
    if cell.upper < 1:
        return view.text("{period}: {ratio} times the detections of 2019, clearly fewer", period=when, ratio=ratio)
    if cell.lower > 1:
        return view.text("{period}: {ratio} times the detections of 2019, clearly more", period=when, ratio=ratio)
    return view.text("{period}: {ratio} times the detections of 2019, no clear difference", period=when, ratio=ratio)


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
        description=view.text(
            "Highest monthly stringency {value} in {period}.",
            value=view.locale.number(highest.value or 0, 1),
            period=view.locale.period(highest.period.code),
        ),
        source=view.sources(count, index),
        draw=lambda size: trend(spec, size),
        table=months_grid(view, context, "index", id="table-stringency", caption=label, source=notes(view, index)),
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
