"""Section 10: stranded migrants: who registered, what they needed, whether they wished to return, and who did."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from reports import alternatives
from reports.blocks import Block, Chart, Column, Row, Section, Table, TableCell, plain
from reports.charts import chart
from reports.charts.trend import Line, TrendSpec, trend
from reports.edition import Point, View
from reports.locale import N_
from reports.sections.along import frequency_of, most_in, partial, phases_of, step
from reports.sections.parts import bands, breaks, caveats, missing
from reports.tables import notes, over_time, words_column
from transforms.disclosure.released import ReleasedTable
from transforms.periods import period

REGISTERED, RETURNED = "stranded_migrants_registered", "stranded_migrants_returned"
WISH, IN_NEED = "stranded_migrants_wish_return", "stranded_migrants_in_need"
SHORT = {REGISTERED: N_("Newly registered"), WISH: N_("Wish to return"), RETURNED: N_("Returned")}
"""Names where the section has said of whom."""


def section(view: View) -> Section | None:
    """Registrations and returns along time, both and the wishes by period beside the phases, needs and places.

    None for the world: nobody registers stranded migrants for it.
    """
    if view.edition.scope == "world":
        return None
    title = view.text("Stranded migrants")
    series = [table for key in (REGISTERED, WISH, RETURNED) if (table := view.table(f"{key}_by_period")) is not None]
    parts = [
        (IN_NEED, "need", view.text("What those who registered needed")),
        (REGISTERED, "stranded_in", view.text("Where those who registered were stranded")),
    ]
    broken = [
        _broken_down(view, table, dimension, caption)
        for key, dimension, caption in parts
        if (table := view.table(f"{key}_by_period_{dimension}")) is not None
    ]
    absent = [
        view.indicator(key)
        for key in (REGISTERED, IN_NEED, WISH, RETURNED)
        if not _is_there(view, key) and not (key == IN_NEED and _is_long_over(view, series))
    ]
    if not series and not broken:
        return Section(id="stranded", title=title, blocks=(missing(view, absent, "migrant_registrations"),))
    shown = [table for key in (REGISTERED, RETURNED) if (table := view.table(f"{key}_by_period")) is not None]
    blocks: tuple[Block, ...] = (
        *((_chart(view, shown),) if shown and frequency_of(view, shown) else ()),
        *((_table(view, series),) if series else ()),
        *broken,
        *((missing(view, absent, "migrant_registrations"),) if absent else ()),
        *caveats(view, *_used(view)),
    )
    return Section(
        id="stranded",
        title=title,
        summary=plain(
            view.text(
                "People who could neither go on nor go home and registered. They were at risk of exploitation; they "
                "are counted apart from victims."
            )
        ),
        blocks=blocks,
    )


def _is_there(view: View, key: str) -> bool:
    return any(table.indicator == key for table in view.edition)


def _is_long_over(view: View, series: Sequence[ReleasedTable]) -> bool:
    """Whether registrations end before the periods for which an edition of a month or quarter tells needs."""
    last = max((point.period.end for t in series for point in view.series(t, "month") if point.cell), default=None)
    return view.focus.frequency != "year" and last is not None and last < view.year_before.start


def _used(view: View) -> list[ReleasedTable]:
    return [table for table in view.edition if table.indicator in (REGISTERED, IN_NEED, WISH, RETURNED)]


def _chart(view: View, tables: Sequence[ReleasedTable]) -> Chart:
    frequency = frequency_of(view, tables) or "year"
    lines = [(table.indicator, view.series(table, frequency)) for table in tables]
    lines = [(key, points) for key, points in lines if points]
    spec = TrendSpec(
        lines=tuple(Line(label=view.text(SHORT[key]), points=points) for key, points in lines),
        number=view.locale.number,
        bands=bands(view),
        breaks=breaks(view, tables[0]),
    )
    return chart(
        view,
        id="stranded",
        title=most_in(view, lines) or view.text("Stranded migrants: no value can be shown"),
        subtitle=view.text(
            "Stranded migrants {step}; persons. Shaded: COVID phases. Gaps: not reported or suppressed.",
            step=step(view, frequency),
        ),
        description=" ".join(alternatives.of_series(view, view.indicator(key), points) for key, points in lines),
        source=view.sources(*tables),
        draw=lambda size: trend(spec, size),
        table=_points_table(view, tables, lines),
    )


def _points_table(view: View, tables: Sequence[ReleasedTable], lines: Sequence[tuple[str, tuple[Point, ...]]]) -> Table:
    """The figures of the chart."""
    periods = sorted({point.period for _, points in lines for point in points})
    by_period = [{point.period: point.cell for point in points} for _, points in lines]
    return Table(
        id="table-stranded-points",
        caption=view.text("Registrations and returns"),
        stub=view.text("Period"),
        columns=tuple(Column(text=view.text(SHORT[key])) for key, _ in lines),
        rows=tuple(
            Row(
                header=view.locale.period(part.code),
                cells=tuple(view.printed(cells.get(part), "person") for cells in by_period),
            )
            for part in periods
        ),
        notes=notes(view, *tables),
    )


def _table(view: View, tables: Sequence[ReleasedTable]) -> Table:
    """Years and quarters with the COVID phase they lie in."""
    codes = dict.fromkeys(code for table in tables for code in table.codes("period"))
    periods = sorted(
        (part for code in codes if (part := period(code)).frequency != "month"),
        key=lambda part: (part.year, -part.months, part),
    )
    rows = tuple(
        Row(
            header=view.locale.period(part.code),
            cells=(
                *(view.printed(view.cell(table, part.code), table.unit) for table in tables),
                TableCell(text=phases_of(view, part)),
            ),
            is_total=part.frequency == "year" and any(other.frequency != "year" for other in periods),
        )
        for part in periods
    )
    return Table(
        id="table-stranded",
        caption=view.text("Stranded migrants by year and quarter, with the COVID phases"),
        stub=view.text("Period"),
        columns=(
            *(Column(text=view.text(SHORT[table.indicator])) for table in tables),
            words_column(view.text("Phase")),
        ),
        rows=rows,
        notes=(*notes(view, *tables), *partial(view, *tables)),
    )


def _broken_down(view: View, table: ReleasedTable, dimension: str, caption: str) -> Table:
    name = f"table-stranded-{dimension}".replace("_", "-")
    made = over_time(view, table, table.codes("period"), dimension, id=name, caption=caption)
    return replace(made, notes=(*made.notes, *partial(view, table)))
