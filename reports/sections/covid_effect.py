"""Expected against observed for the headline: picture, phases, and how the expectation was made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from reports.blocks import Block, Chart, Column, Inline, Note, Paragraph, Table, TableCell, plain
from reports.charts import chart
from reports.charts.expected import Expected, ExpectedSpec, Names, expected
from reports.conclusions import conclusion, in_words
from reports.edition import Point, View
from reports.estimated import (
    answer,
    bounds,
    counted,
    expectation,
    frequency,
    of_answer,
    p_value,
    ratio,
    ratio_of,
    reason,
    span,
)
from reports.locale import N_
from reports.sections.covid_method import how
from reports.sections.parts import bands
from reports.tables import notes, with_intervals, words_column
from transforms.disclosure.released import ReleasedEstimate, ReleasedTable
from transforms.periods import Period, period

TITLES = {
    "fewer": N_("{indicator}, {when}: {observed}, clearly fewer than the {expected} expected"),
    "more": N_("{indicator}, {when}: {observed}, clearly more than the {expected} expected"),
    "by_chance": N_("{indicator}, {when}: {observed}, {expected} expected; this can be chance"),
    "unclear": N_("{indicator}, {when}: {observed}, {expected} expected; no clear difference"),
}


def effect_blocks(view: View) -> tuple[Block, ...]:
    """The effect on the headline; its refusal in words; nothing where it could not be asked."""
    found, table = answer(view, f"covid:{view.headline}"), view.table(f"{view.headline}_by_period")
    if found is None or table is None:
        return ()
    if found.estimate.refusal is not None:
        text = view.say(
            "{indicator}: what was to be expected without the pandemic is not estimated. {reason}",
            indicator=view.indicator(view.headline),
            reason=reason(view, found),
        )
        return (Note(title=view.text("Expected and observed: not estimated"), text=text, tone="missing"),)
    drawing = _chart(view, table, found)
    return (
        *((drawing,) if drawing else ()),
        Paragraph(text=(*_sentence(view, found), *view.traced(view.answer_address(found.key)))),
        _phases(view, table, found),
        how(view, found),
    )


def _sentence(view: View, found: ReleasedEstimate) -> Inline:
    details = found.estimate.details
    counted = N_(
        "{indicator}, {span}: {observed} were counted where {expected} (95 % prediction interval {bounds}) were to be "
        "expected had the years before gone on; ratio {ratio}, p {p} (Holm). Conclusion on detection: {conclusion}."
    )
    corrected = N_(
        "{indicator}, {span}: {observed} were counted or, in the latest periods, are expected once late registrations "
        "have come, where {expected} (95 % prediction interval {bounds}) were to be expected had the years before gone "
        "on; ratio {ratio}, p {p} (Holm). Conclusion on detection: {conclusion}."
    )
    template = corrected if "draws" in details else counted
    return view.say(
        template,
        indicator=view.indicator(view.headline),
        span=span(view, details["used"]),
        observed=view.locale.number(details["observed"]),
        expected=view.locale.number(details["expected"]),
        bounds=bounds(view, details["expected_lower"], details["expected_upper"], 0),
        ratio=ratio(view, details["rate_ratio"], details["rate_ratio_lower"], details["rate_ratio_upper"]) or "–",
        p=p_value(view, details["p_holm"]),
        conclusion=in_words(view, details, found.estimate.level),
    )


def _chart(view: View, table: ReleasedTable, found: ReleasedEstimate) -> Chart | None:
    details = found.estimate.details
    points = view.series(table, frequency(details["by_period"][0]["period"]))
    rows = tuple(_expected(row) for row in details["by_period"])
    points = _reaching(points, details["pre"], rows[-1].period)
    if not points:
        return None
    spec = ExpectedSpec(
        points=points,
        rows=rows,
        number=view.locale.number,
        names=Names(
            observed=view.text("counted"),
            outside=view.text("outside the band"),
            corrected=view.text("corrected for late registrations"),
            expected=view.text("expected"),
            band=view.text("95 % prediction interval"),
        ),
        bands=bands(view),
    )
    return chart(
        view,
        id="covid-expected",
        title=_title(view, found),
        subtitle=view.text(
            "Dots: counted. Steps: expected had the years before gone on, with the 95 % prediction interval of each "
            "period. Shaded: phases of the COVID calendar."
        ),
        description=_told(view, rows),
        source=view.sources(table),
        draw=lambda size: expected(spec, size),
        table=_by_period(view, table, details["by_period"]),
    )


def _title(view: View, found: ReleasedEstimate) -> str:
    """The clearest phase, where the whole period says nothing clear: a fall and a rise after it even out."""
    details, level = found.estimate.details, found.estimate.level
    clear = [phase for phase in details["phases"] if phase["is_effect"]]
    is_phase = not details["is_effect"] and bool(clear)
    row = min(clear, key=lambda phase: phase["p"]) if is_phase else details
    return view.text(
        TITLES[conclusion(row, level)],
        indicator=view.indicator(view.headline),
        when=view.inside(view.period_label(f"phase:{row['phase']}")) if is_phase else span(view, details["used"]),
        observed=view.locale.number(row["observed"]),
        expected=view.locale.number(row["expected"]),
    )


def _expected(row: Mapping[str, Any]) -> Expected:
    observed = float(row["observed"])
    return Expected(
        period=period(row["period"]),
        expected=row["expected"],
        lower=row["expected_lower"],
        upper=row["expected_upper"],
        observed=observed,
        is_corrected=observed != round(observed),
    )


def _reaching(points: Sequence[Point], before: str, last: Period) -> tuple[Point, ...]:
    """Points from the beginning of the time before to the last period compared."""
    start = period(before.partition(":")[0]).first_month
    return tuple(p for p in points if start <= p.period.first_month <= last.first_month)


def _told(view: View, rows: Sequence[Expected]) -> str:
    """Which periods lie outside, then every period where they are few."""
    outside = [view.locale.period(row.period.code) for row in rows if row.is_outside]
    said = (
        view.text("Outside the interval: {periods}.", periods=view.locale.listing(outside))
        if outside
        else view.text("No period lies outside the interval.")
    )
    number = view.locale.number
    values = [
        view.text(
            "{period}: {observed}, expected {expected} ({bounds})",
            period=view.locale.period(row.period.code),
            observed=number(row.observed),
            expected=number(row.expected),
            bounds=bounds(view, row.lower, row.upper, 0),
        )
        for row in rows
    ]
    return f"{said} {'; '.join(values)}." if len(rows) <= 2 * 12 else said


def _columns(view: View) -> list[str]:
    return [
        view.text("Observed"),
        view.text("Expected"),
        view.text("95 % prediction interval"),
        view.text("Ratio (95 % interval)"),
    ]


def _cells(view: View, row: Mapping[str, Any]) -> tuple[TableCell, ...]:
    return of_answer(
        view,
        f"covid:{view.headline}",
        counted(view, row["observed"]),
        TableCell(text=expectation(view, row["expected"])),
        TableCell(text=bounds(view, row["expected_lower"], row["expected_upper"], 0)),
        ratio_of(view, row),
    )


def _by_period(view: View, table: ReleasedTable, rows: Sequence[Mapping[str, Any]]) -> Table:
    return with_intervals(
        view,
        [(view.locale.period(row["period"]), _cells(view, row)) for row in rows],
        _columns(view),
        id="table-covid-expected",
        caption=view.text("Observed and expected by period"),
        stub=view.text("Period"),
        source=notes(view, table),
    )


def _phases(view: View, table: ReleasedTable, found: ReleasedEstimate) -> Table:
    """Each phase by the whole periods that lie in it, and all of them together."""
    details, level = found.estimate.details, found.estimate.level
    every = [(view.period_label(f"phase:{row['phase']}"), row) for row in details["phases"]]
    rows = [
        (name, (*_cells(view, row), *_judged(view, row, level)))
        for name, row in (*every, (view.text("All together"), details))
    ]
    columns: list[str | Column] = [*_columns(view), view.text("p (Holm)"), words_column(view.text("Conclusion"))]
    remark = view.text(
        "Only whole periods inside a phase are summed. The p of the phases are adjusted among the phases, the p of "
        "all together among all series of this section."
    )
    return with_intervals(
        view,
        rows,
        columns,
        id="table-covid-phases",
        caption=view.text("{indicator}: observed and expected by phase", indicator=view.indicator(view.headline)),
        stub=view.text("Phase"),
        source=(plain(remark), *notes(view, table)),
    )


def _judged(view: View, row: Mapping[str, Any], level: float) -> tuple[TableCell, ...]:
    said = TableCell(text=in_words(view, row, level))
    return of_answer(view, f"covid:{view.headline}", TableCell(text=p_value(view, row["p_holm"])), said)
