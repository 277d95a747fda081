"""Beside the effect on the headline: other series, other models, other calendars, recovery, stringency, comparators."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reports.blocks import Block, Bullets, Column, Inline, Table, TableCell, plain
from reports.conclusions import in_words
from reports.edition import View
from reports.estimated import (
    answer,
    bounds,
    counted,
    expectation,
    given,
    nothing,
    of_answer,
    p_value,
    ratio_of,
    reason,
    refused_series,
    signed,
    signed_bounds,
    span,
    told,
    unmet,
)
from reports.locale import N_
from reports.sections.covid_method import model
from reports.tables import with_intervals, words_column
from transforms.disclosure.released import ReleasedEstimate

PREFIX = "covid:"
CALENDARS = {
    "pre_pandemic": N_("The country's calendar"),
    "one_month_earlier": N_("The pandemic begins a month earlier"),
    "one_month_later": N_("The pandemic begins a month later"),
}
COURSES = {
    "recovered": N_("Course: recovered. {said}"),
    "sustained_change": N_("Course: sustained change. {said}"),
    "no_departure": N_("Course: no departure. {said}"),
    "not_estimable": N_("Course: not estimable. {said}"),
}
RATIO_COLUMN = N_("Ratio (95 % interval)")


def series_table(view: View) -> tuple[Block, ...]:
    """Every series of the edition, observed against expected, with its conclusion; why others have none, once each."""
    every = [(k, found) for k, found in view.edition.estimates.items() if k.startswith(PREFIX)]
    if len(every) < 2:
        return ()
    given_ones = [(key, found) for key, found in every if found.estimate.refusal is None]
    refused = tuple(refused_series(view, [found for _, found in every], PREFIX))
    if not given_ones:
        return (Bullets(items=refused),)
    rows = [(view.indicator(key.removeprefix(PREFIX)), _series(view, found)) for key, found in given_ones]
    tested = [found.estimate.details["tests"] for _, found in given_ones]
    remark = view.plural(
        "{n} series was tested; p needs no adjustment.",
        "{n} series were tested together; p is adjusted for that (Holm).",
        max(tested, default=0),
    )
    columns: list[str | Column] = [
        words_column(view.text("Period")),
        view.text("Observed"),
        view.text("Expected"),
        view.text(RATIO_COLUMN),
        view.text("p (Holm)"),
        words_column(view.text("Conclusion")),
    ]
    return (
        with_intervals(
            view,
            rows,
            columns,
            id="table-covid-series",
            caption=view.text("All series: observed since the pandemic began, and expected"),
            stub=view.text("Indicator"),
            source=(plain(remark), *refused),
        ),
    )


def _series(view: View, found: ReleasedEstimate) -> tuple[TableCell, ...]:
    details = found.estimate.details
    return of_answer(
        view,
        found.key,
        TableCell(text=span(view, details["used"])),
        counted(view, details["observed"]),
        TableCell(text=expectation(view, details["expected"])),
        ratio_of(view, details),
        TableCell(text=p_value(view, details["p_holm"])),
        TableCell(text=in_words(view, details, found.estimate.level)),
    )


def opinions_table(view: View) -> tuple[Table, ...]:
    """The other models beside the main one, how far apart they are, and the most cautious bounds."""
    found = given(view, PREFIX + view.headline)
    if found is None or not found.estimate.details["opinions"]:
        return ()
    details = found.estimate.details
    rows = [
        (model(view, row["model"]), of_answer(view, found.key, *_opinion(view, row)))
        for row in (details, *details["opinions"])
    ]
    spread, cautious = details["spread"], details["cautious"]
    low, high = signed(view, spread["excess_lowest"]), signed(view, spread["excess_highest"])
    agree = (
        view.text(
            "All models agree on the direction: the difference lies between {low} and {high}.", low=low, high=high
        )
        if spread["agree_on_sign"]
        else view.text(
            "The models do not agree on the direction: the difference lies between {low} and {high}.",
            low=low,
            high=high,
        )
    )
    largest = view.text(
        "With the largest of the standard errors ({model}) the difference lies within {bounds}.",
        model=model(view, cautious["model"]),
        bounds=signed_bounds(view, cautious["excess_lower"], cautious["excess_upper"]),
    )
    return (
        with_intervals(
            view,
            rows,
            [view.text("Expected"), view.text("Difference (95 % interval)")],
            id="table-covid-opinions",
            caption=view.text("Other models as second opinions"),
            stub=view.text("Model"),
            source=(plain(agree), plain(largest)),
        ),
    )


def _opinion(view: View, row: Mapping[str, Any]) -> tuple[TableCell, ...]:
    difference = f"{signed(view, row['excess'])} ({signed_bounds(view, row['excess_lower'], row['excess_upper'])})"
    return TableCell(text=expectation(view, row["expected"])), TableCell(text=difference)


def calendars_table(view: View) -> tuple[Table, ...]:
    """The same question with the beginning of the pandemic moved."""
    found = given(view, f"calendars:{view.headline}")
    if found is None:
        return ()
    details = found.estimate.details
    rows = []
    for key, row in details["by_calendar"].items():
        is_given = row["refusal"] is None and row["rate_ratio"] is not None
        cells = (
            (TableCell(text=span(view, row["post"])), ratio_of(view, row), TableCell(text=p_value(view, row["p"])))
            if is_given
            else (nothing(view),) * 3
        )
        name = view.text(CALENDARS[key]) if key in CALENDARS else key
        rows.append((name, of_answer(view, found.key, *cells)))
    agree = view.text("All calendars lead to the same conclusion.") if details["agree"] else None
    remarks = [agree] if agree else list(unmet(view, found))
    plainly = view.text("Counts as they stand, not corrected for late registrations.")
    return (
        with_intervals(
            view,
            rows,
            [words_column(view.text("Period")), view.text(RATIO_COLUMN), view.text("p")],
            id="table-covid-calendars",
            caption=view.text("Other beginnings of the pandemic"),
            stub=view.text("Calendar"),
            source=tuple(plain(text) for text in (*remarks, plainly)),
        ),
    )


def course(view: View) -> str:
    """The class of the course with its reason; empty where there is no estimate."""
    found = given(view, PREFIX + view.headline)
    if found is None:
        return ""
    message = COURSES[found.estimate.details["recovery"]["course"]]
    return view.text(message, said=told(view, found, "course"))


def stringency(view: View) -> str:
    """How counts moved with the strictness of measures, as an association only."""
    found = answer(view, f"stringency:{view.headline}")
    if found is None:
        return ""
    if found.estimate.refusal is not None:
        return view.text(
            "Counts and the stringency of measures: no association computed. {reason}", reason=reason(view, found)
        )
    estimate = found.estimate
    clear = estimate.details["p"] < 1 - estimate.level
    said = view.text(
        "Observed against expected counts and the stringency of measures: rank correlation {rho} over {n} periods, "
        "p {p} (circular shifts).",
        rho=view.locale.number(estimate.estimate or 0.0, 2),
        n=view.locale.number(estimate.basis["periods"]),
        p=p_value(view, estimate.details["p"]),
    )
    judged = (
        view.text("An association, which shows no cause.")
        if clear
        else view.text("No association can be told from chance.")
    )
    return " ".join((said, judged, *unmet(view, found)))


def comparators(view: View) -> str:
    """The country's change at UNODC against that of all others together, with the p of placebos."""
    keys = [key for key in view.edition.estimates if key.startswith("comparators:")]
    found = answer(view, keys[0]) if keys else None
    if found is None:
        return ""
    if found.estimate.refusal is not None:
        return view.text("Comparison with other countries (UNODC): not made. {reason}", reason=reason(view, found))
    estimate = found.estimate
    clear = estimate.details["p_placebo"] < 1 - estimate.level
    said = view.text(
        "UNODC, 2019 to 2020: the change of the detected victims was {ratio} times that of {n} other countries "
        "together (95 % interval {bounds}; p {p} from taking each of the others for the country).",
        ratio=view.locale.number(estimate.estimate or 0.0, 2),
        n=view.locale.number(estimate.basis["comparators"]),
        bounds=bounds(view, estimate.lower, estimate.upper),
        p=p_value(view, estimate.details["p_placebo"]),
    )
    judged = (
        view.text("Detection changed otherwise than elsewhere.")
        if clear
        else view.text("Such a difference is not rare among countries.")
    )
    return " ".join((said, judged, *unmet(view, found)))


def sentences(view: View) -> tuple[Block, ...]:
    """Course, stringency and comparators, each in a sentence or its refusal."""
    others = next((key for key in view.edition.estimates if key.startswith("comparators:")), "")
    made = (
        (course(view), PREFIX + view.headline),
        (stringency(view), f"stringency:{view.headline}"),
        (comparators(view), others),
    )
    said: tuple[Inline, ...] = tuple(
        (*plain(text), *view.traced(view.answer_address(key))) for text, key in made if text
    )
    return (Bullets(items=said),) if said else ()
