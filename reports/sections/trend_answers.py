"""Direction of every series: the yearly change with its interval, what stands beside it, or why there is none."""

from __future__ import annotations

from collections.abc import Sequence

from reports.blocks import (
    Block,
    Bullets,
    Column,
    Details,
    Heading,
    Inline,
    Paragraph,
    Plain,
    Row,
    Strong,
    Table,
    TableCell,
    plain,
)
from reports.edition import View
from reports.estimated import WHOLE_FROM, expectation, of_answer, refused_series, signed
from reports.locale import NO_BREAK
from reports.trend_wording import ERRORS, LEVELS, PREFIX, Trend, headline_sentence, trends

SAID_HERE = frozenset({"finest_period", "last_period_complete", "no_change_of_level", "holds_among_all_tests"})
"""Checks that have a sentence of their own below."""


def directions(view: View) -> tuple[Block, ...]:
    """The headline and a table of all series, with methods and the other series folded; nothing where none was asked.

    What the reader must know before reading the figure stands beside it: changes of level, and periods left out.
    """
    found = trends(view)
    if not found:
        return ()
    first, *others = found
    blocks: list[Block] = [
        Heading(id="direction", text=view.text("Which way the counts go")),
        Paragraph(text=(Strong(headline_sentence(first)), *view.traced(view.answer_address(first.released.key)))),
        *_bullets([*_levels(first), *_left_out(first)] if not first.refusal else []),
    ]
    refused = tuple(refused_series(view, [trend.released for trend in others], PREFIX))
    if estimated := [trend for trend in found if not trend.refusal]:
        blocks.append(_table(view, estimated, refused))
    elif refused:
        blocks.append(Bullets(items=refused))
    if method := _bullets(_method_and_tests(first)):
        blocks.append(Details(summary=view.text("How this was estimated"), blocks=method))
    if told := [trend for trend in others if not trend.refusal]:
        bullets = tuple(_statement(trend) for trend in told)
        blocks.append(Details(summary=view.text("The other series in words"), blocks=(Bullets(items=bullets),)))
    return tuple(blocks)


def _bullets(said: list[str]) -> tuple[Block, ...]:
    return (Bullets(items=tuple(plain(text) for text in said)),) if said else ()


def _statement(trend: Trend) -> Inline:
    beside = " ".join(_beside(trend))
    card = trend.view.traced(trend.view.answer_address(trend.released.key))
    return (Strong(headline_sentence(trend)), *((Plain(" " + beside),) if beside else ()), *card)


def _beside(trend: Trend) -> list[str]:
    """All that is said of a series beside its figure."""
    return [] if trend.refusal else [*_levels(trend), *_left_out(trend), *_method_and_tests(trend)]


def _method_and_tests(trend: Trend) -> list[str]:
    """Method, rung and reason, the tests beside it, and every check that is not met."""
    if trend.refusal:
        return []
    unmet = [
        trend.view.locale.message(check.said)
        for check in trend.released.estimate.checks
        if not check.is_met and check.key not in SAID_HERE and check.said.id
    ]
    return [*_method(trend), *_several(trend), *_ranks(trend), *unmet]


def _method(trend: Trend) -> list[str]:
    view, details = trend.view, trend.details
    rung = next((c.said for c in trend.released.estimate.checks if c.key == "finest_period"), None)
    reason = [view.locale.message(rung)] if rung is not None and rung.id else []
    if not trend.is_model:
        rate = details.get("rate_per_year")
        rates = (
            [
                view.text(
                    "Over all periods: {rate} a year (exact 95 % interval {lower} to {upper}).",
                    rate=expectation(view, rate),
                    lower=expectation(view, details["rate_lower"]),
                    upper=expectation(view, details["rate_upper"]),
                )
            ]
            if rate is not None
            else []
        )
        return [*reason, view.text("Method: exact comparison of two halves."), *rates]
    method = (
        view.text("Method: log-linear trend with a level of its own before and after each break")
        if trend.released.estimate.method == LEVELS
        else view.text("Method: log-linear trend of the counts")
    )
    errors = ERRORS[str(details["errors"])]
    return [
        *reason,
        view.text(
            "{method}, {errors}; it rests on {basis}, dispersion {phi}.",
            method=method,
            errors=view.text(errors),
            basis=trend.rests_on,
            phi=expectation(view, details["phi"]),
        ),
    ]


def _several(trend: Trend) -> list[str]:
    details = trend.details
    if details.get("tests", 1) < 2:
        return [trend.view.text("Test of no trend: {p}.", p=trend.p(details["p"]))]
    return [
        trend.view.text(
            "Test of no trend: {p}, corrected for the {n} series tested (Holm).",
            p=trend.p(details["p_holm"]),
            n=trend.view.locale.number(details["tests"]),
        )
    ]


def _ranks(trend: Trend) -> list[str]:
    view, test, slope = trend.view, trend.details.get("mann_kendall"), trend.details.get("theil_sen")
    if test is None or slope is None:
        return [view.text("Fewer than four whole years: no rank test.")]
    is_rate = slope["unit"] != "per_year"
    step = view.text("a year per 100,000") if is_rate else view.text("a year")
    largest = max(abs(slope[name]) for name in ("slope", "lower", "upper"))
    decimals = 2 if is_rate else 1 if largest < WHOLE_FROM else 0
    return [
        view.text(
            "Beside it, over {n} whole years: rank test of Mann and Kendall {p}; median step {slope} {step} (Theil and "
            "Sen, {lower} to {upper}).",
            n=view.locale.number(test["years"]),
            p=trend.p(test["p"]),
            slope=signed(view, slope["slope"], decimals),
            step=step,
            lower=signed(view, slope["lower"], decimals),
            upper=signed(view, slope["upper"], decimals),
        )
    ]


def _levels(trend: Trend) -> list[str]:
    """Changes of level, each with the stretch in which it lies."""
    view, label = trend.view, trend.view.locale.period
    said = []
    for change in trend.details.get("change_points", ()):
        ratio = change["ratio"]
        said.append(
            view.text(
                "In {at} (between {earliest} and {latest}) the level changed to {ratio} times that before ({p}): find "
                "out first whether coverage or definitions changed.",
                at=label(change["at"]),
                earliest=label(change["earliest"]),
                latest=label(change["latest"]),
                ratio="–" if ratio is None else view.locale.number(ratio, 2),
                p=trend.p(change["p"]),
            )
        )
    return said


def _left_out(trend: Trend) -> list[str]:
    view, label = trend.view, trend.view.locale.period
    said = []
    if late := [label(code) for code in trend.details.get("left_out", ())]:
        said.append(view.text("Left out, because records still come in: {periods}.", periods=view.locale.listing(late)))
    if gaps := [label(code) for code in trend.details.get("gaps", ())]:
        said.append(
            view.text(
                "Without a figure that may be shown, and a low one can be among them: {periods}.",
                periods=view.locale.listing(gaps),
            )
        )
    return said


def _table(view: View, found: Sequence[Trend], refused: tuple[Inline, ...]) -> Table:
    note = plain(
        view.text(
            "Change a year by a log-linear trend; “halves”: the rate of the second half against the first. p: "
            "test of no trend, corrected for the number of series (Holm); rank test of whole years (Mann and "
            "Kendall)."
        )
    )
    return Table(
        id="table-direction",
        caption=view.text("Direction of every series"),
        stub=view.text("Series"),
        columns=(
            Column(text=view.text("Change")),
            Column(text=view.text("95 % interval")),
            Column(text=view.text("Reading"), is_numeric=False),
            Column(text=view.text("p (Holm)")),
            Column(text=view.text("Rank test, p")),
            Column(text=view.text("Rests on"), is_numeric=False),
        ),
        rows=tuple(
            Row(header=trend.name, cells=of_answer(view, trend.released.key, *_cells(trend))) for trend in found
        ),
        notes=(note, *refused),
    )


def _cells(trend: Trend) -> tuple[TableCell, ...]:
    view, details = trend.view, trend.details
    nothing = TableCell(text="–")
    test = details.get("mann_kendall")
    change, interval = nothing, nothing
    if trend.is_percentage:
        kind = "" if trend.is_model else " " + view.text("(halves)")
        change, interval = TableCell(text=trend.change + kind), TableCell(text=trend.interval)
    return (
        change,
        interval,
        TableCell(text=trend.reading),
        _p(trend, details.get("p_holm", details["p"])),
        nothing if test is None else _p(trend, test["p"]),
        TableCell(text=trend.rests_on),
    )


def _p(trend: Trend, value: float) -> TableCell:
    """The number alone: the head of its column says that it is a p."""
    return TableCell(text=trend.p(value).removeprefix(f"p{NO_BREAK}").removeprefix(f"={NO_BREAK}"))
