"""Section 2: victims along time, by year and by month, with COVID phases and breaks in the series."""

from __future__ import annotations

from reports.blocks import Block, Chart, Section, Table, plain
from reports.charts import chart
from reports.charts.trend import Line, TrendSpec, trend
from reports.edition import Point, View
from reports.sections.parts import bands, break_notes, breaks, caveats, missing
from reports.tables import months_grid, notes, of_points
from transforms.disclosure.released import ReleasedTable
from transforms.periods import Frequency

INDICATORS = ("victims_registered", "victims_identified", "victims_assisted", "victims_presumed")


def section(view: View) -> Section:
    """Annual and monthly trend of the headline, other counts of victims as a table."""
    table = view.table(f"{view.headline}_by_period")
    if table is None:
        blocks: tuple[Block, ...] = (missing(view, [view.indicator(view.headline)], "case_register"),)
        return Section(id="trend", title=view.text("Trend of victims"), blocks=blocks)
    charts = [made for frequency in _frequencies(view, table) if (made := _trend(view, table, frequency))]
    blocks = (
        *charts[:1],
        *break_notes(view, table),
        *charts[1:],
        *_all_counts(view),
        *caveats(view, table),
    )
    return Section(
        id="trend",
        title=view.text("Trend of victims"),
        summary=view.say("A count follows the work of those who detect as much as what happens to people."),
        blocks=blocks,
    )


def _frequencies(view: View, table: ReleasedTable) -> tuple[Frequency, ...]:
    """Years, the edition's own frequency, and the finest of which at least half can be shown."""
    wanted: dict[Frequency, None] = {"year": None, view.focus.frequency: None}
    finer: tuple[Frequency, ...] = ("month", "quarter")
    finest = next((f for f in finer if _is_mostly_shown(view.series(table, f))), None)
    if finest is not None:
        wanted[finest] = None
    return tuple(wanted)


def _is_mostly_shown(points: tuple[Point, ...]) -> bool:
    return bool(points) and 2 * sum(p.value is not None for p in points) >= len(points)


def _trend(view: View, table: ReleasedTable, frequency: Frequency) -> Chart | None:
    points = view.series(table, frequency)
    if len(points) < 2:
        return None
    spec = TrendSpec(
        lines=(Line(label=view.indicator(table.indicator), points=points),),
        number=view.locale.number,
        bands=bands(view),
        breaks=breaks(view, table),
    )
    by = {"year": view.text("by year"), "quarter": view.text("by quarter"), "month": view.text("by month")}[frequency]
    subtitle = view.text("{indicator} {by}, persons.", indicator=view.indicator(table.indicator), by=by)
    if spec.bands:
        subtitle += " " + view.text("Shaded: phases of the COVID calendar.")
    if frequency == "quarter" and not _is_mostly_shown(view.series(table, "month")) and view.series(table, "month"):
        subtitle += " " + view.text("Quarters, because most months are suppressed.")
    if any(p.state == "suppressed" for p in points):
        subtitle += " " + view.text("A gap marked [c] is a suppressed count, not a zero.")
    return chart(
        view,
        id=f"trend-{frequency}",
        title=_title(view, table, points, frequency),
        subtitle=subtitle,
        description=_description(view, points, table.unit),
        source=view.sources(table),
        draw=lambda size: trend(spec, size),
        table=_table(view, table, points, frequency),
    )


def _title(view: View, table: ReleasedTable, points: tuple[Point, ...], frequency: Frequency) -> str:
    """What the line shows: the last step by year, the range by month; the break where one forbids comparing."""
    shown = [(p.period, p.value) for p in points if p.value is not None]
    name = view.indicator(table.indicator)
    if len(shown) < 2:
        return view.text("{indicator}: too few values can be shown for a trend", indicator=name)
    if frequency == "month" and len(shown) < len(points):
        return view.plural(
            "{indicator}: highest shown {high} a month; {n} month cannot be shown",
            "{indicator}: highest shown {high} a month; {n} months cannot be shown",
            len(points) - len(shown),
            indicator=name,
            high=view.locale.number(max(v for _, v in shown)),
        )
    if frequency == "month":
        low, high = min(v for _, v in shown), max(v for _, v in shown)
        return view.text(
            "{indicator}: between {low} and {high} a month",
            indicator=name,
            low=view.locale.number(low),
            high=view.locale.number(high),
        )
    (before, then), (after, now) = shown[-2:]
    said = view.text(
        "{indicator}: {then} in {before}, {now} in {after}",
        indicator=name,
        then=view.locale.number(then),
        before=view.locale.period(before.code),
        now=view.locale.number(now),
        after=view.locale.period(after.code),
    )
    if any(b.at == after.first_month for b in breaks(view, table)):
        said += view.text("; coverage changed in between")
    return said


def _description(view: View, points: tuple[Point, ...], unit: str) -> str:
    """The series in words: all values when few, else its ends, extremes and gaps."""
    if len(points) <= 24:
        return (
            "; ".join(f"{view.locale.period(p.period.code)}: {view.printed(p.cell, unit).text}" for p in points) + "."
        )
    shown = [(p.value, p.period) for p in points if p.value is not None]
    if not shown:
        return view.text("No value can be shown.")
    (low, when_low), (high, when_high) = min(shown), max(shown)
    return view.text(
        "{first} to {last}. Lowest {low} in {when_low}, highest {high} in {when_high}. Months without a value: {gaps}.",
        first=view.locale.period(points[0].period.code),
        last=view.locale.period(points[-1].period.code),
        low=view.locale.number(low),
        when_low=view.locale.period(when_low.code),
        high=view.locale.number(high),
        when_high=view.locale.period(when_high.code),
        gaps=view.locale.number(len(points) - len(shown)),
    )


def _table(view: View, table: ReleasedTable, points: tuple[Point, ...], frequency: Frequency) -> Table:
    caption = view.indicator(table.indicator)
    if frequency == "month":
        return months_grid(view, points, table.unit, id="table-trend-month", caption=caption, source=notes(view, table))
    series = [(view.text("Persons"), table.unit, points)]
    moved = view.table(f"{table.key}.change")
    if moved is not None:
        series.append((view.text("Change from the period before"), "pct", view.series(moved, frequency)))
    return of_points(view, series, id=f"table-trend-{frequency}", caption=caption, source=notes(view, table))


def _all_counts(view: View) -> tuple[Table, ...]:
    """Registered, identified, assisted and presumed side by side, by the edition's frequency."""
    tables = [t for key in INDICATORS if (t := view.table(f"{key}_by_period"))]
    if len(tables) < 2:
        return ()
    series = [(view.indicator(t.indicator), t.unit, view.series(t, view.focus.frequency)) for t in tables]
    note = plain(view.text("A person can be registered, identified and assisted; the columns are not added up."))
    return (
        of_points(
            view,
            series,
            id="table-counts",
            caption=view.text("Presumed, identified, registered and assisted"),
            source=(note, *notes(view, *tables)),
        ),
    )
