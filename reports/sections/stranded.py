"""Section 10: stranded migrants: who registered, what they needed, whether they wished to return, and who did."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from reports import alternatives, words
from reports.blocks import Block, Chart, Column, Inline, Row, Section, Table, TableCell, plain
from reports.charts import chart
from reports.charts.trend import Line, TrendSpec, trend
from reports.edition import Point, View
from reports.locale import N_
from reports.sections.parts import bands, breaks, caveats, missing
from reports.tables import notes, over_time, words_column
from transforms.disclosure.released import ReleasedTable
from transforms.periods import FREQUENCIES, Frequency, Period, period

REGISTERED, RETURNED = "stranded_migrants_registered", "stranded_migrants_returned"
WISH, IN_NEED = "stranded_migrants_wish_return", "stranded_migrants_in_need"
SHORT = {REGISTERED: N_("Newly registered"), WISH: N_("Wish to return"), RETURNED: N_("Returned")}
"""Names where the section has said of whom."""
MOST_POINTS = 60
"""Points of a line beyond which longer periods are drawn."""


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
        *((_chart(view, shown),) if shown and _frequency(view, shown) else ()),
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


def _frequency(view: View, tables: Sequence[ReleasedTable]) -> Frequency | None:
    """The finest periods of which most figures are shown and not too many to draw; None where there are no two."""
    for frequency in FREQUENCIES:
        points = [view.series(table, frequency) for table in tables]
        shown = sum(point.value is not None for line in points for point in line)
        longest = max((len(line) for line in points), default=0)
        if 2 <= longest <= MOST_POINTS and 2 * shown >= sum(len(line) for line in points):
            return frequency
    return None


def _chart(view: View, tables: Sequence[ReleasedTable]) -> Chart:
    frequency = _frequency(view, tables) or "year"
    lines = [(table.indicator, view.series(table, frequency)) for table in tables]
    lines = [(key, points) for key, points in lines if points]
    spec = TrendSpec(
        lines=tuple(Line(label=view.text(SHORT[key]), points=points) for key, points in lines),
        number=view.locale.number,
        bands=bands(view),
        breaks=breaks(view, tables[0]),
    )
    steps = {
        "month": view.text("by month"),
        "quarter": view.text("by quarter"),
        "year": view.text("by year"),
    }
    return chart(
        view,
        id="stranded",
        title=_title(view, lines),
        subtitle=view.text(
            "Stranded migrants {step}; persons. Shaded: COVID phases. Gaps: not reported or suppressed.",
            step=steps[frequency],
        ),
        description=" ".join(alternatives.of_series(view, view.indicator(key), points) for key, points in lines),
        source=view.sources(*tables),
        draw=lambda size: trend(spec, size),
        table=_points_table(view, tables, lines),
    )


def _title(view: View, lines: Sequence[tuple[str, tuple[Point, ...]]]) -> str:
    """The highest figure of the first line that has one."""
    for key, points in lines:
        shown = [(point.value, point) for point in points if point.value is not None]
        if shown:
            value, point = max(shown, key=lambda pair: pair[0])
            return view.text(
                "{indicator}: most in {period}, {n}",
                indicator=view.indicator(key),
                period=view.locale.period(point.period.code),
                n=view.locale.number(value),
            )
    return view.text("Stranded migrants: no value can be shown")


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
                TableCell(text=_phases(view, part)),
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
        notes=(*notes(view, *tables), *_partial(view, *tables)),
    )


def _broken_down(view: View, table: ReleasedTable, dimension: str, caption: str) -> Table:
    name = f"table-stranded-{dimension}".replace("_", "-")
    made = over_time(view, table, table.codes("period"), dimension, id=name, caption=caption)
    return replace(made, notes=(*made.notes, *_partial(view, table)))


def _partial(view: View, *tables: ReleasedTable) -> tuple[Inline, ...]:
    """What `p` means here, where it stands."""
    if not any(cell.obs_status == "P" and cell.value is not None for table in tables for cell in table.cells):
        return ()
    return (plain(view.text("A period marked p is the sum of those of its months or quarters that were delivered.")),)


def _phases(view: View, part: Period) -> str:
    """The phases that a period touches, in order."""
    first, last = part.first_month, part.first_month + part.months - 1
    found = []
    for phase in view.context.get("phases") or ():
        end = period(phase["end"]).first_month if phase.get("end") else last
        if period(phase["start"]).first_month <= last and first <= end:
            found.append(view.text(words.PHASES.get(phase["key"], words.readable(phase["key"]))))
    return " / ".join(found) or "–"
