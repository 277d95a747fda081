"""Contacts of hotlines along time, by topic and by way of contact: what was asked, never who is a victim."""

from __future__ import annotations

from dataclasses import replace

from reports import alternatives
from reports.blocks import Block, Chart, Column, Heading, Row, Table, TableCell
from reports.charts import chart
from reports.charts.trend import Line, TrendSpec, trend
from reports.edition import View
from reports.sections.along import frequency_of, most_in, partial, phases_of, step
from reports.sections.parts import bands, breaks, caveats
from reports.tables import notes, over_time, words_column
from transforms.disclosure.released import ReleasedTable
from transforms.periods import period

CONTACTS = "hotline_contacts"


def contacts(view: View) -> tuple[Block, ...]:
    """A heading, what a contact is, contacts along time and their topics and ways; nothing where there are no data."""
    used = [table for table in view.edition if table.indicator == CONTACTS and table.kind == "count"]
    if not used:
        return ()
    whole = view.table(f"{CONTACTS}_by_period")
    parts = (
        ("topic", view.text("What hotlines were contacted about")),
        ("channel", view.text("How hotlines were contacted")),
    )
    return (
        Heading(id="contacts", text=view.text("Hotline contacts")),
        *caveats(view, *used),
        *(_along_time(view, whole) if whole is not None else ()),
        *(
            _broken_down(view, table, dimension, caption)
            for dimension, caption in parts
            if (table := view.table(f"{CONTACTS}_by_period_{dimension}")) is not None
        ),
    )


def _along_time(view: View, table: ReleasedTable) -> tuple[Chart | Table]:
    """The chart with its table; the table alone where most figures are withheld or there is one only."""
    frequency = frequency_of(view, [table])
    if frequency is None:
        return (_table(view, table),)
    points = view.series(table, frequency)
    name = view.indicator(CONTACTS)
    spec = TrendSpec(
        lines=(Line(label=name, points=points),),
        number=view.locale.number,
        bands=bands(view),
        breaks=breaks(view, table),
    )
    return (
        chart(
            view,
            id="contacts-over-time",
            title=most_in(view, [(CONTACTS, points)]),
            subtitle=view.text(
                "Contacts of hotlines {step}, whatever they were about. Shaded: COVID phases. Gaps: not reported or "
                "suppressed.",
                step=step(view, frequency),
            ),
            description=alternatives.of_series(view, name, points),
            source=view.sources(table),
            draw=lambda size: trend(spec, size),
            table=_table(view, table),
        ),
    )


def _table(view: View, table: ReleasedTable) -> Table:
    """Years, each before its parts, with the COVID phase they lie in; months only where they are drawn."""
    finest = frequency_of(view, [table]) or "year"
    every = [period(code) for code in table.codes("period")]
    shown = [part for part in every if part.frequency in ("year", "quarter", finest)]
    shown.sort(key=lambda part: (part.year, -part.months, part))
    return Table(
        id="table-contacts",
        caption=view.text("Hotline contacts, with the COVID phases"),
        stub=view.text("Period"),
        columns=(Column(text=view.indicator(CONTACTS)), words_column(view.text("Phase"))),
        rows=tuple(
            Row(
                header=view.locale.period(part.code),
                cells=(
                    view.printed(view.cell(table, part.code), table.unit),
                    TableCell(text=phases_of(view, part)),
                ),
                is_total=part.frequency == "year" and any(other.frequency != "year" for other in shown),
            )
            for part in shown
        ),
        notes=(*notes(view, table), *partial(view, table)),
    )


def _broken_down(view: View, table: ReleasedTable, dimension: str, caption: str) -> Table:
    made = over_time(view, table, table.codes("period"), dimension, id=f"table-contacts-{dimension}", caption=caption)
    return replace(made, notes=(*made.notes, *partial(view, table)))
