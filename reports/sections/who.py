"""Section 3: who came to notice: sex, age, citizenship."""

from __future__ import annotations

from reports import alternatives
from reports.blocks import Chart, Section
from reports.charts import chart
from reports.charts.trend import Line, TrendSpec, trend
from reports.edition import View
from reports.sections.parts import Withheld, bands, breaks, gathered, is_mostly_withheld
from reports.sections.rankings import ranking_chart
from reports.sections.sex_age import sex_age_pyramid
from reports.tables import over_time, specific


def section(view: View) -> Section:
    """Women and men over time, ages, both at once, children, citizenships."""
    both = sex_age_pyramid(view)
    made = (
        (view.dimension("sex"), _by_sex(view)),
        (view.dimension("age_group"), ranking_chart(view, "age_group", keep_order=True)),
        *(() if both is None else ((view.text("sex and age together"), both),)),
        (view.dimension("age_class"), ranking_chart(view, "age_class", keep_order=True)),
        (view.dimension("citizenship"), ranking_chart(view, "citizenship")),
    )
    return Section(id="who", title=view.text("Who came to notice"), blocks=gathered(view, made, "case_register"))


def _by_sex(view: View) -> Chart | Withheld | None:
    table = view.breakdown("sex")
    if table is None:
        return None
    codes = specific(view.codes(table, "sex"))
    lines = tuple(
        Line(label=view.label("sex", code), points=points)
        for code in codes
        if len(points := view.series(table, view.focus.frequency, sex=code)) > 1
        and any(p.state not in {"zero", "not_reported"} for p in points)
    )
    if not lines or is_mostly_withheld([p.value for line in lines for p in line.points]):
        return ranking_chart(view, "sex", keep_order=True)
    spec = TrendSpec(lines=lines, number=view.locale.number, bands=bands(view), breaks=breaks(view, table))
    periods = [p.period.code for p in lines[0].points]
    return chart(
        view,
        id="sex-trend",
        title=_sex_title(view),
        subtitle=view.text("{indicator} by sex, persons.", indicator=view.indicator(table.indicator)),
        description=" ".join(alternatives.of_series(view, line.label, line.points) for line in lines),
        source=view.sources(table),
        draw=lambda size: trend(spec, size),
        table=over_time(
            view,
            table,
            periods,
            "sex",
            id="table-sex",
            caption=view.text("{indicator} by sex", indicator=view.indicator(table.indicator)),
        ),
    )


def _sex_title(view: View) -> str:
    cell = view.cell(f"{view.headline}_by_period_sex.share", view.focus.code, "female")
    if cell is None or cell.value is None or cell.base is None:
        return view.text("Women and men among {indicator}", indicator=view.inside(view.indicator(view.headline)))
    return view.text(
        "{period}: {share} of those whose sex is known were women or girls (base {base})",
        share=view.locale.percent(cell.value),
        base=view.locale.number(cell.base),
        period=view.locale.period(view.focus.code),
    )
