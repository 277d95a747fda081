"""Ratios to before the pandemic and to the same period of 2019, with their exact intervals."""

from __future__ import annotations

from collections.abc import Sequence

from reports import alternatives
from reports.blocks import Chart, Inline, Table, TableCell, plain
from reports.charts import chart
from reports.charts.frame import Format
from reports.charts.ratios import Ratio, ratios
from reports.edition import PHASE_PREFIX, View, plain_period
from reports.tables import notes, with_intervals
from reports.wording import breaks_between, declared
from transforms.disclosure.released import ReleasedTable
from transforms.periods import period

LAST_YEAR_OF_QUARTERS = 2021
"""Later quarters are in the table; the chart keeps to the years in which restrictions stood."""


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


def phases_chart(view: View) -> Chart | None:
    """Rate ratio of each phase to the one before the pandemic."""
    table = view.table(f"{view.headline}_by_period.phase_ratio")
    if table is None:
        return None
    codes = [c for c in view.phases(table) if c != PHASE_PREFIX + "pre_pandemic"]
    rows = tuple(_ratio_row(view, table, code) for code in codes)
    if not any(r.value is not None for r in rows):
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
        description=alternatives.of_ratios(view, rows),
        source=view.sources(table),
        draw=lambda size: ratios(rows, size, number=_ratio_number(view), same=view.text("as before")),
        table=_phase_table(view, table),
        notes=(
            plain(view.text("Phases: {source}", source=declared(view, view.context.get("phases_source") or "–"))),
            *_across_break(view, table, str(view.context["phases"][0]["start"])),
        ),
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
            TableCell(text=view.locale.number(cell.value, 1), address=view.address(cell))
            if cell and cell.value is not None
            else view.printed(cell, "person")
        )
        row = _ratio_row(view, ratio_table, code)
        is_base = phase["key"] == "pre_pandemic"
        ratio = TableCell(text=row.text, address=view.address(view.cell(ratio_table, code)))
        cells.append(TableCell(text="1") if is_base else ratio)
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


def same_period_chart(view: View) -> Chart | None:
    """Each quarter (or year) since 2020 against the same one of 2019."""
    table = view.table(f"{view.headline}_by_period.same_period")
    if table is None:
        return None
    every = [_ratio_row(view, table, code) for code in _compared(table)]
    rows = tuple(_ratio_row(view, table, code) for code in _drawn(view, table))
    if not any(r.value is not None for r in rows):
        return None
    addresses = [view.address(view.cell(table, code)) for code in _compared(table)]
    cells = [(r.label, (TableCell(text=r.text, address=at),)) for r, at in zip(every, addresses, strict=True)]
    return chart(
        view,
        id="same-period",
        title=_same_period_title(view, table),
        subtitle=view.text(
            "{indicator} divided by those of the same period of 2019; 95 % exact interval. “Clearly” means "
            "that the whole interval lies on one side of 1.",
            indicator=view.indicator(table.indicator),
        ),
        description=alternatives.of_ratios(view, rows),
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
        notes=_across_break(view, table, "2019"),
    )


def _compared(table: ReleasedTable) -> list[str]:
    """Years, then quarters: a month of a small country says nothing by itself."""
    codes = [c for c in table.codes("period") if not c.startswith(PHASE_PREFIX)]
    return [c for frequency in ("year", "quarter") for c in codes if period(c).frequency == frequency]


def _drawn(view: View, table: ReleasedTable) -> list[str]:
    """Years, the quarters under restrictions, and the quarter the edition reports on."""
    parts = [(code, period(code)) for code in _compared(table)]
    return [
        code
        for code, part in parts
        if part.frequency == "year" or part.year <= LAST_YEAR_OF_QUARTERS or part == view.focus
    ]


def _across_break(view: View, table: ReleasedTable, since: str) -> tuple[Inline, ...]:
    """A note where a break in the series lies between what is compared."""
    years: Sequence[str] = [str(g["period"]) for g in breaks_between(view, table, period(since), view.focus)]
    if not years:
        return ()
    listed = view.locale.listing(list(dict.fromkeys(years)))
    return (view.say("The series breaks in {years}; later periods are compared across it.", years=listed),)


def _same_period_title(view: View, table: ReleasedTable) -> str:
    """The first year after 2019, said as its interval allows."""
    code = next((c for c in _compared(table) if view.cell(table, c) and plain_period(c)), "")
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
