"""Reporting delay: the latest periods with what is still expected, never mixed with what is counted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from reports.blocks import (
    Block,
    Bullets,
    Chart,
    Column,
    Details,
    Heading,
    Inline,
    Note,
    Paragraph,
    Row,
    Table,
    TableCell,
    plain,
)
from reports.charts import chart
from reports.charts.awaited import Expected
from reports.charts.trend import Line, TrendSpec, trend
from reports.edition import View
from reports.estimated import of_answer
from reports.sections.parts import bands, breaks
from reports.tables import notes
from transforms.disclosure.released import ReleasedEstimate, ReleasedTable
from transforms.periods import period

SMALLEST_BASE = 20
YEARS_SHOWN = 4
RATE_DECIMALS = 2
ESTIMATED = "e"


def late_registrations(view: View) -> tuple[Block, ...]:
    """Chart, table and back-test of the nowcast, or why there is none; nothing where it was not asked for."""
    released = view.edition.estimates.get(f"nowcast:{view.headline}")
    table = view.table(f"{view.headline}_by_period")
    if released is None or table is None:
        return ()
    heading = Heading(id="late", text=view.text("Registrations that are still to come"))
    refusal = released.estimate.refusal
    rows = released.estimate.details.get("periods", ())
    if refusal is not None or not rows:
        reason = plain(view.locale.message(refusal.reason)) if refusal else view.say("No period is still coming in.")
        return (heading, Note(title=view.text("The latest periods are not estimated"), text=reason, tone="missing"))
    return (
        heading,
        Paragraph(text=(*plain(" ".join(_said(view, released, rows))), *_cards(view, released))),
        _chart(view, released, table, rows),
        Details(
            summary=view.text("How this was estimated"),
            blocks=(Bullets(items=tuple(plain(text) for text in _method(view, released))),),
        ),
        *_warnings(view, released),
    )


def _cards(view: View, released: ReleasedEstimate) -> Inline:
    """Jumps to the cards of the estimate and of the rate with late registrations."""
    keys = (key for key in view.edition.estimates if key.startswith(f"rate:{view.headline}:"))
    return view.traced(*(view.answer_address(key) for key in (released.key, *keys)))


def _said(view: View, released: ReleasedEstimate, rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """What came and what is expected, and the rate with it."""
    found, number = released.estimate, view.locale.number
    return [
        view.text(
            "{indicator}, {first} to {last}: {so_far} were registered by now, {expected} are expected once all have "
            "come ({level} interval {bounds}). This estimates what will be registered, not what happened.",
            indicator=view.indicator(view.headline),
            first=view.locale.period(rows[0]["period"]),
            last=view.locale.period(rows[-1]["period"]),
            so_far=number(sum(row["observed"] for row in rows)),
            expected=number(found.estimate or 0),
            level=view.locale.percent(100 * found.level),
            bounds=view.locale.range(found.lower or 0, found.upper or 0),
        ),
        *_rate(view),
    ]


def _method(view: View, released: ReleasedEstimate) -> list[str]:
    """By which method, and how it did on earlier dates."""
    details = released.estimate.details
    method = view.text(
        "Method: delays of earlier deliveries (reverse hazard) with negative-binomial prediction; {draws} draws from "
        "seed {seed}.",
        draws=view.locale.number(details["replicates"]),
        seed=str(details["seed"]),
    )
    return [method, *_tested(view, details.get("backtest") or {})]


def _rate(view: View) -> list[str]:
    """The rate of the year that is still coming in, with its late registrations."""
    prefix = f"rate:{view.headline}:"
    return [
        view.text(
            "With them the rate of {year} is {rate} per 100,000 ({level} interval {bounds}): the interval holds chance "
            "and what is still to come.",
            year=view.locale.period(key.removeprefix(prefix)),
            rate=view.locale.number(released.estimate.estimate or 0, RATE_DECIMALS),
            level=view.locale.percent(100 * released.estimate.level),
            bounds=view.locale.range(released.estimate.lower or 0, released.estimate.upper or 0, RATE_DECIMALS),
        )
        for key, released in view.edition.estimates.items()
        if key.startswith(prefix) and released.estimate.refusal is None
    ]


def _tested(view: View, test: Mapping[str, Any]) -> list[str]:
    """Coverage and error of earlier nowcasts; a share of few intervals is given as a count."""
    if test.get("covered") is None:
        return [view.text("The history is too short to try the method on earlier dates.")]
    number, total = view.locale.number, int(test["nowcasts"])
    held = (
        view.locale.percent(100 * test["covered"]) if total >= SMALLEST_BASE else number(round(test["covered"] * total))
    )
    said = [
        view.text(
            "Tried on {repeats} earlier dates, {held} of {total} intervals held the count that came in the end; "
            "{level} "
            "should.",
            repeats=number(test["repeats"]),
            held=held,
            total=number(total),
            level=view.locale.percent(100 * test["level"]),
        )
    ]
    if test.get("error_pct") is not None and test.get("uncorrected_error_pct") is not None:
        said.append(
            view.text(
                "The totals missed what came in the end by {error} on average, counts left as they were by {plain}.",
                error=view.locale.percent(test["error_pct"]),
                plain=view.locale.percent(test["uncorrected_error_pct"]),
            )
        )
    return said


def _chart(
    view: View, released: ReleasedEstimate, table: ReleasedTable, rows: Sequence[Mapping[str, Any]]
) -> Chart | Table:
    expected = tuple(
        Expected(
            period=period(row["period"]),
            so_far=float(row["observed"]),
            value=float(row["expected"]),
            lower=float(row["lower"]),
            upper=float(row["upper"]),
        )
        for row in rows
    )
    first, last = expected[0], expected[-1]
    series = view.series(table, first.period.frequency)
    points = tuple(p for p in series if first.period.year - YEARS_SHOWN <= p.period.year and p.period < first.period)
    printed = _table(view, table, rows)
    if len(points) < 2:
        return printed
    name, when = view.indicator(table.indicator), view.locale.period(last.period.code)
    spec = TrendSpec(
        lines=(Line(label=name, points=points),),
        number=view.locale.number,
        bands=bands(view),
        breaks=breaks(view, table),
        expected=expected,
    )
    level = view.locale.percent(100 * released.estimate.level)
    return chart(
        view,
        id="expected",
        title=view.text(
            "{period}: {so_far} registered so far, {expected} expected ({level} interval {bounds})",
            period=when,
            so_far=view.locale.number(last.so_far),
            expected=view.locale.number(last.value),
            level=level,
            bounds=view.locale.range(last.lower, last.upper),
        ),
        subtitle=view.text(
            "{indicator}. Line: counts. Hollow marks with bars: expected, with {level} interval (estimated). Strokes: "
            "registered so far.",
            indicator=name,
            level=level,
        ),
        description=_description(view, rows),
        source=view.sources(table),
        draw=lambda size: trend(spec, size),
        table=printed,
    )


def _description(view: View, rows: Sequence[Mapping[str, Any]]) -> str:
    return " ".join(
        view.text(
            "{period}: {so_far} registered so far, {expected} expected ({bounds}).",
            period=view.locale.period(row["period"]),
            so_far=view.locale.number(row["observed"]),
            expected=view.locale.number(row["expected"]),
            bounds=view.locale.range(row["lower"], row["upper"]),
        )
        for row in rows
    )


def _table(view: View, table: ReleasedTable, rows: Sequence[Mapping[str, Any]]) -> Table:
    flag = view.text("estimated")
    return Table(
        id="table-expected",
        caption=view.text("Registered so far and expected: {indicator}", indicator=view.indicator(table.indicator)),
        stub=view.text("Period"),
        columns=(
            Column(text=view.text("Registered so far")),
            Column(text=view.text("Expected")),
            Column(text=view.text("Lower bound")),
            Column(text=view.text("Upper bound")),
            Column(text=view.text("Share registered")),
            Column(text=view.text("Rests on"), is_numeric=False),
        ),
        rows=tuple(
            Row(
                header=view.locale.period(row["period"]),
                cells=of_answer(
                    view,
                    f"nowcast:{view.headline}",
                    TableCell(text=view.locale.number(row["observed"])),
                    *(
                        TableCell(text=view.locale.number(row[key]), flags=ESTIMATED, meaning=flag)
                        for key in ("expected", "lower", "upper")
                    ),
                    TableCell(text=view.locale.percent(100 * row["reported_share"]), flags=ESTIMATED, meaning=flag),
                    TableCell(text=_rests_on(view, str(row["rests_on"]))),
                ),
            )
            for row in rows
        ),
        notes=notes(view, table),
    )


def _rests_on(view: View, key: str) -> str:
    return view.text("its own registrations") if key == "own_registrations" else view.text("the level of the series")


def _warnings(view: View, released: ReleasedEstimate) -> tuple[Note, ...]:
    """Every check that is not met, and a correction that did worse than none."""
    said = [view.locale.message(c.said) for c in released.estimate.checks if not c.is_met and c.said.id]
    test = released.estimate.details.get("backtest") or {}
    error, uncorrected = test.get("error_pct"), test.get("uncorrected_error_pct")
    if error is not None and uncorrected is not None and error > uncorrected:
        said.append(
            view.text(
                "On earlier dates the estimate missed by more than the uncorrected count: read it as a sign that more "
                "will come, not as a figure."
            )
        )
    if not said:
        return ()
    return (Note(title=view.text("Take note"), text=plain(" ".join(said)), tone="caution"),)
