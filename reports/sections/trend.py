"""Section 2: victims along time, by year and by month, with COVID phases and breaks in the series."""

from __future__ import annotations

from reports import alternatives
from reports.blocks import Block, Chart, Note, Section, Table, plain
from reports.charts import chart
from reports.charts.trend import Line, TrendSpec, trend
from reports.edition import Point, View
from reports.printed import CHANGE
from reports.sections.late import late_registrations
from reports.sections.parts import bands, break_notes, breaks, caveats, missing
from reports.sections.trend_answers import directions
from reports.tables import months_grid, notes, of_points, with_countries
from reports.wording import reported_by, state_word, with_break
from transforms.disclosure.released import ReleasedTable
from transforms.periods import Frequency

FEW_POINTS = 12
MOST_ROWS = 12
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
        *_suppressed_totals(view, table),
        *break_notes(view, table),
        *charts[1:],
        *directions(view),
        *late_registrations(view),
        *_all_counts(view),
        *_detected(view),
        *caveats(view, table),
    )
    return Section(
        id="trend",
        title=view.text("Trend of victims"),
        summary=view.say("A count follows the work of those who detect as much as what happens to people."),
        blocks=blocks,
    )


def _suppressed_totals(view: View, table: ReleasedTable) -> tuple[Note, ...]:
    """Why a total of a year may not be shown, which readers do not expect of a large one; nothing where all are."""
    cells = [point.cell for point in view.series(table, "year")]
    if not any(cell is not None and cell.state == "suppressed" for cell in cells):
        return ()
    return (
        Note(
            title=view.text("Why a large total can be suppressed"),
            text=view.say(
                "Beside the months and quarters, or beside an earlier edition, it would give away a small count or a "
                "correction of few persons."
            ),
        ),
    )


def _frequencies(view: View, table: ReleasedTable) -> tuple[Frequency, ...]:
    """The edition's own frequency, years, and the finest of which at least half can be shown."""
    wanted: dict[Frequency, None] = {view.focus.frequency: None, "year": None}
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
    is_sum = view.differs_in_countries(table.key)
    if is_sum:
        subtitle += " " + view.text("Sums over the countries that reported, not the same ones each year.")
    if spec.bands:
        subtitle += " " + view.text("Shaded: phases of the COVID calendar.")
    if frequency == "quarter" and not _is_mostly_shown(view.series(table, "month")) and view.series(table, "month"):
        subtitle += " " + view.text("Quarters, because most months are suppressed.")
    made = _table(view, table, points, frequency)
    return chart(
        view,
        id=f"trend-{frequency}",
        title=_title(view, table, points, frequency),
        subtitle=subtitle,
        description=_description(view, table, points),
        source=view.sources(table),
        draw=lambda size: trend(spec, size),
        table=with_countries(view, made, table.key, [p.period.code for p in points]) if is_sum else made,
    )


def _title(view: View, table: ReleasedTable, points: tuple[Point, ...], frequency: Frequency) -> str:
    """What the line shows: the last step by year, the range by month; the break where one forbids comparing."""
    shown = [(p.period, p.value) for p in points if p.value is not None]
    name = view.indicator(table.indicator)
    if len(shown) < 2:
        return view.text("{indicator}: too few values can be shown for a trend", indicator=name)
    if frequency == "month" and len(shown) < len(points):
        return view.plural(
            "{indicator}: up to {high} a month; {n} month has no figure",
            "{indicator}: up to {high} a month; {n} months have no figure",
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
    cells = [(p.period, p.cell) for p in points if p.value is not None and p.cell is not None]
    (before, then), (after, now) = [(part, view.counted(cell)) for part, cell in cells[-2:]]
    if points[-1].value is None:
        return view.text(
            "{indicator}: {state} for {period}; the last figure is {now} ({after})",
            indicator=name,
            state=state_word(view, points[-1].cell),
            period=view.locale.period(points[-1].period.code),
            now=now,
            after=view.locale.period(after.code),
        )
    if view.differs_in_countries(table.key):
        return view.text(
            "{indicator}: {now} in {after}; {countries}",
            indicator=name,
            now=now,
            after=view.locale.period(after.code),
            countries=reported_by(view, table.key, after.code),
        )
    said = view.text(
        "{indicator}: {then} in {before}, {now} in {after}",
        indicator=name,
        then=then,
        before=view.locale.period(before.code),
        now=now,
        after=view.locale.period(after.code),
    )
    return with_break(view, said, table, before, after)


def _description(view: View, table: ReleasedTable, points: tuple[Point, ...]) -> str:
    """The range of the series, its last value and gaps; all values when they are few."""
    said = alternatives.of_series(view, view.indicator(table.indicator), points)
    years = [gap.at // 12 for gap in breaks(view, table)]
    if years:
        listed = view.locale.listing([f"{year:.0f}" for year in years])
        said += " " + view.text("The line is broken at {years}, where the series breaks.", years=listed)
    if len(points) > FEW_POINTS:
        return said
    values = [f"{view.locale.period(p.period.code)} {view.printed(p.cell, table.unit).text}" for p in points]
    return f"{said} {'; '.join(values)}."


def _table(view: View, table: ReleasedTable, points: tuple[Point, ...], frequency: Frequency) -> Table:
    caption = view.indicator(table.indicator)
    if frequency == "month":
        return months_grid(view, points, table.unit, id="table-trend-month", caption=caption, source=notes(view, table))
    series: list[tuple[str, str, tuple[Point, ...]]] = [(view.text("Persons"), table.unit, points)]
    moved = view.table(f"{table.key}.change")
    if moved is not None:
        series.append((view.text("Change from the period before"), CHANGE, view.series(moved, frequency)))
    return of_points(view, series, id=f"table-trend-{frequency}", caption=caption, source=notes(view, table))


def _all_counts(view: View) -> tuple[Table, ...]:
    """Registered, identified, assisted and presumed side by side, by the edition's frequency."""
    tables = [t for key in INDICATORS if (t := view.table(f"{key}_by_period"))]
    if len(tables) < 2:
        return ()
    series = [(view.indicator(t.indicator), t.unit, view.series(t, view.focus.frequency)[-MOST_ROWS:]) for t in tables]
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


def _detected(view: View) -> tuple[Table, ...]:
    """What was reported to UNODC, year by year: no change beside it, since sums are over other countries each year."""
    table = view.table("victims_detected_by_period")
    points = view.series(table, "year") if table else ()
    if table is None or not points or view.headline == table.indicator:
        return ()
    first = next((place for place, p in enumerate(points) if p.value is not None), len(points) - 1)
    is_sum = view.differs_in_countries(table.key)
    remark = (
        view.text("Sums over the countries that reported, not the same ones each year.")
        if is_sum
        else view.text("As the country reported them to UNODC; [x]: it did not report.")
    )
    name = view.indicator(table.indicator)
    earliest = view.locale.period(points[first].period.code)
    before = (plain(view.text("Before {period}: not reported.", period=earliest)),) if first else ()
    made = of_points(
        view,
        [(view.text("Persons"), table.unit, points[first:])],
        id="table-detected",
        caption=name,
        source=(plain(remark), *before, *notes(view, table)),
    )
    return (with_countries(view, made, table.key, [p.period.code for p in points[first:]]) if is_sum else made,)
