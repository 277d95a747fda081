"""The edition's period by sex and age group at once, as a pyramid."""

from __future__ import annotations

from collections.abc import Sequence

from reports import alternatives
from reports.blocks import Chart, Column, Row, Table
from reports.charts import chart
from reports.charts.bars import Bar
from reports.charts.pyramid import PyramidRow, pyramid
from reports.edition import View
from reports.findings.groups import MOST_TIES
from reports.locale import N_
from reports.sections.parts import Withheld
from reports.tables import notes, specific
from transforms.codes import CHILD_AGE_GROUPS, TOTAL
from transforms.disclosure.released import ReleasedTable

SIDES = ("female", "male")
SUFFIX = "sex_age_group"
LEAST_SHOWN = 0.5
"""Part of the bars that must have a figure: a drawing of marks tells nothing."""

MOST = N_("Sex and age: {groups} most often ({n} persons)")
MOST_EACH = N_("Sex and age: {groups} most often ({n} persons each)")
MOST_SHOWN = N_("Sex and age: {groups} most often of those shown ({n} persons)")
MOST_SHOWN_EACH = N_("Sex and age: {groups} most often of those shown ({n} persons each)")
EVEN = N_("Sex and age: no single group is the largest")


def sex_age_pyramid(view: View) -> Chart | Withheld | None:
    """Women and girls left, men and boys right, the oldest at the top; a note where most may not be shown."""
    table = view.breakdown(SUFFIX)
    at = view.focus.code
    if table is None or at not in table.codes("period"):
        return None
    ages = specific(view.codes(table, "age_group"))
    bars = {(sex, age): _bar(view, table, sex, age) for age in ages for sex in SIDES}
    if sum(bar.value is not None for bar in bars.values()) < LEAST_SHOWN * len(bars):
        return Withheld()
    if not any(bar.value for bar in bars.values()):
        return None
    first_adult = next((age for age in ages if age not in CHILD_AGE_GROUPS), None)
    rows = [
        PyramidRow(
            label=view.label("age_group", age),
            left=bars[SIDES[0], age],
            right=bars[SIDES[1], age],
            is_bounded=age == _below(ages, first_adult),
        )
        for age in reversed(ages)
    ]
    heads = (view.label("sex", SIDES[0]), view.label("sex", SIDES[1]))
    before_label = view.text("Vertical line: {period}", period=view.locale.period(view.year_before.code))
    shown = [bars[sex, age] for sex in SIDES for age in ages]
    return chart(
        view,
        id="sex-age",
        title=_title(view, shown),
        subtitle=_subtitle(view, table, has_line=any(row.is_bounded for row in rows)),
        description=alternatives.of_groups(view, shown, ()),
        source=view.sources(table),
        draw=lambda size: pyramid(rows, heads, size, before_label=before_label),
        table=_table(view, table),
    )


def _below(ages: Sequence[str], first_adult: str | None) -> str | None:
    """The age group under the line of 18 years, where both sides of it are drawn."""
    place = ages.index(first_adult) if first_adult is not None else 0
    return ages[place - 1] if place else None


def _bar(view: View, table: ReleasedTable, sex: str, age: str) -> Bar:
    cell = view.cell(table, view.focus.code, sex, age)
    earlier = view.cell(table, view.year_before.code, sex, age)
    label = view.text("{sex} {age}", sex=view.label("sex", sex), age=view.label("age_group", age))
    text = view.printed(cell, table.unit).text
    return Bar(
        label=label,
        value=cell.value if cell else None,
        text=text,
        before=earlier.value if earlier and cell and cell.value is not None else None,
    )


def _title(view: View, bars: Sequence[Bar]) -> str:
    most = max(bar.value or 0 for bar in bars)
    largest = [view.inside(bar.label) for bar in bars if bar.value == most]
    if len(largest) > MOST_TIES:
        return view.text(EVEN)
    one, each = (MOST, MOST_EACH) if all(bar.value is not None for bar in bars) else (MOST_SHOWN, MOST_SHOWN_EACH)
    message = one if len(largest) == 1 else each
    return view.text(message, groups=view.locale.listing(largest), n=view.locale.number(most))


def _subtitle(view: View, table: ReleasedTable, *, has_line: bool) -> str:
    what = view.text(
        "{indicator} by sex and age, {period}, persons.",
        indicator=view.indicator(table.indicator),
        period=view.locale.period(view.focus.code),
    )
    line = view.text("Line across: 18 years.") if has_line else ""
    rest = view.text("Persons of another or unknown sex, or of unknown age, are in the table only.")
    return " ".join(filter(None, (what, line, rest)))


def _table(view: View, table: ReleasedTable) -> Table:
    """Ages down, sexes across, each for the period and, where the table has it, the same one of the year before."""
    periods = [p.code for p in (view.year_before, view.focus) if p.code in table.codes("period")]
    places = [(period, sex) for sex in (*view.codes(table, "sex"), TOTAL) for period in periods]
    rows = [
        Row(
            header=view.label("age_group", age),
            cells=tuple(view.printed(view.cell(table, *place, age), table.unit) for place in places),
            is_total=age == TOTAL,
        )
        for age in (*view.codes(table, "age_group"), TOTAL)
    ]
    heads = [view.text("{sex}, {period}", sex=view.label("sex", s), period=view.locale.period(p)) for p, s in places]
    return Table(
        id="table-sex-age",
        caption=view.text("{indicator} by age group and sex", indicator=view.indicator(table.indicator)),
        stub=view.dimension("age_group"),
        columns=tuple(Column(text=head) for head in heads),
        rows=tuple(rows),
        notes=notes(view, table),
    )
