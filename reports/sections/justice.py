"""Section 7: offences, suspects, prosecutions and convictions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from reports import alternatives
from reports.blocks import Block, Chart, Column, Row, Section, Table
from reports.charts import chart
from reports.charts.bars import Panel, multiples
from reports.edition import Point, View
from reports.sections.parts import caveats, missing
from reports.tables import countries_cell, notes, of_points, over_time
from reports.wording import state_word
from transforms.codes import TOTAL
from transforms.disclosure.released import ReleasedCell, ReleasedTable

STAGES = ("offences_recorded", "persons_suspected", "persons_prosecuted", "persons_convicted")


def section(view: View) -> Section:
    """The stages side by side on one scale, then by sex and region as tables."""
    title = view.text("Criminal justice")
    tables = [t for key in STAGES if (t := view.table(f"{key}_by_period"))]
    if not tables:
        what = [view.indicator(key) for key in STAGES]
        return Section(id="justice", title=title, blocks=(missing(view, what, "crime_justice"),))
    absent = [view.indicator(key) for key in STAGES if view.table(f"{key}_by_period") is None]
    blocks: tuple[Block, ...] = (
        _stages(view, tables),
        *_countries(view, tables),
        *_tables(view),
        *((missing(view, absent, "crime_justice"),) if absent else ()),
        *caveats(view, *tables),
    )
    return Section(
        id="justice",
        title=title,
        summary=view.say(
            "Offences and persons are different units, and a conviction often follows an offence of an earlier year."
        ),
        blocks=blocks,
    )


def _stages(view: View, tables: list[ReleasedTable]) -> Chart:
    series = [(view.indicator(t.indicator), t.unit, view.series(t, "year")) for t in tables]
    years = sorted({p.period for _, _, points in series for p in points})
    panels = tuple(_panel(view, name, unit, {p.period: p for p in points}, years) for name, unit, points in series)
    return chart(
        view,
        id="justice-stages",
        title=_title(view),
        subtitle=_subtitle(view, tables),
        description=" ".join(
            alternatives.of_values(view, p.label, [str(y) for y in years], p.values, p.texts) for p in panels
        ),
        source=view.sources(*tables),
        draw=lambda size: multiples(panels, [str(y) for y in years], size),
        table=of_points(
            view,
            series,
            id="table-justice",
            caption=view.text("Offences and persons by year"),
            source=notes(view, *tables),
        ),
    )


def _countries(view: View, tables: list[ReleasedTable]) -> tuple[Table, ...]:
    """How many countries each sum is over; nothing for one country."""
    years = sorted({code for table in tables for code in table.codes("period")})
    if not any(view.countries_reporting(table.key, year) for table in tables for year in years):
        return ()
    return (
        Table(
            id="table-justice-countries",
            caption=view.text("Countries that reported, by year"),
            stub=view.text("Period"),
            columns=tuple(Column(text=view.indicator(table.indicator)) for table in tables),
            rows=tuple(
                Row(header=view.locale.period(year), cells=tuple(countries_cell(view, t.key, year) for t in tables))
                for year in years
            ),
        ),
    )


def _subtitle(view: View, tables: list[ReleasedTable]) -> str:
    said = view.text("Offences, and persons suspected, prosecuted and convicted, by year; one scale for all panels.")
    if any(view.differs_in_countries(table.key) for table in tables):
        said += " " + view.text("Sums over the countries that reported, not the same ones each year.")
    return said


def _panel(view: View, name: str, unit: str, points: dict[object, Point], years: Sequence[object]) -> Panel:
    found = [points.get(year) for year in years]
    return Panel(
        label=name,
        values=tuple(p.value if p else None for p in found),
        texts=tuple(view.printed(p.cell if p else None, unit).text for p in found),
    )


def _title(view: View) -> str:
    """The year of the edition; the last one that has figures where those of its own year have not come yet."""
    own = view.focus.year
    year = next((year for year in (own, own - 1) if any(_told(view, year).values())), own)
    said = _year(view, _told(view, year), str(year))
    return said if year == own else view.text("{said}; no figures of {year} yet", said=said, year=str(own))


def _told(view: View, year: int) -> dict[str, ReleasedCell | None]:
    """Prosecutions and convictions of a year; None where nothing is reported, which is not a suppressed figure."""
    cells = {key: view.cell(f"{key}_by_period", str(year)) for key in ("persons_prosecuted", "persons_convicted")}
    return {key: None if cell is None or cell.state == "not_reported" else cell for key, cell in cells.items()}


def _year(view: View, cells: dict[str, ReleasedCell | None], at: str) -> str:
    if any(cell is None or cell.value is None for cell in cells.values()):
        states = {state_word(view, cell) for cell in cells.values() if cell is None or cell.value is None}
        return view.text(
            "{year}: persons prosecuted and convicted {state}", year=at, state=view.locale.listing(sorted(states))
        )
    said = {key: view.counted(cell) for key, cell in cells.items() if cell}
    return view.text(
        "{year}: {prosecuted} persons prosecuted, {convicted} convicted",
        year=at,
        prosecuted=said["persons_prosecuted"],
        convicted=said["persons_convicted"],
    )


def _tables(view: View) -> tuple[Block, ...]:
    """Breakdowns by sex and region as tables."""
    made = []
    for key in STAGES:
        for dimension in ("sex", "region"):
            table = view.table(f"{key}_by_period_{dimension}")
            if table is None:
                continue
            caption = view.text(
                "{indicator} by {dimension}",
                indicator=view.indicator(key),
                dimension=view.inside(view.dimension(dimension)),
            )
            name = f"table-{key}-{dimension}".replace("_", "-")
            periods = _with_parts(table)
            made.append(_summed(view, over_time(view, table, periods, dimension, id=name, caption=caption), table))
    return tuple(made)


def _with_parts(table: ReleasedTable) -> list[str]:
    """Periods from the first in which any part is told: before it only the total would stand there."""
    periods = list(table.codes("period"))
    told = {cell.at[0] for cell in table.cells if cell.at[1] != TOTAL and cell.state != "not_reported"}
    first = next((place for place, code in enumerate(periods) if code in told), 0)
    return periods[first:]


def _summed(view: View, drawn: Table, table: ReleasedTable) -> Table:
    """The table with the reason why its parts do not add up, where it sums countries that do not all tell them."""
    if not view.differs_in_countries(table.key):
        return drawn
    remark = view.say("The parts do not add up to the total: not every country that reported a total told them.")
    return replace(drawn, notes=(remark, *drawn.notes))
