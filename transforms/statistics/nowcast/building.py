"""Reporting triangles from what a register can give: a line list, a table of counts, vintages, a printed triangle."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import numpy as np

from transforms.errors import WrongArguments
from transforms.periods import Period
from transforms.statistics.nowcast.steps import Step, last_finished_step, step_of
from transforms.statistics.nowcast.triangle import Floats, Integers, ReportingTriangle

WIDEST_SHARE_LATE = 0.01
"""Share of the registrations that the suggested maximum delay leaves out."""


def triangle_from_line_list(
    events: Sequence[date | None],
    reports: Sequence[date | None],
    *,
    step: Step,
    as_of: date,
    maximum_delay: int,
    counts: Sequence[int] | None = None,
) -> ReportingTriangle:
    """The triangle of records with an event and a registration date, seen at the end of the last step finished by then.

    `counts` says how many cases a pair of dates stands for (one without it). Records without both dates or registered
    before the event cannot be placed: they are left out and counted as `unusable`. Raises WrongArguments for columns
    of unequal length, a maximum delay below zero, or no record seen by `as_of`.
    """
    weights = [1] * len(events) if counts is None else counts
    if not len(events) == len(reports) == len(weights):
        raise WrongArguments("A line list needs as many registration dates as event dates.")
    end = last_finished_step(as_of, step)
    pairs = _pairs(events, reports, weights, step, end)
    if not len(pairs):
        raise WrongArguments("The line list has no record that was registered by that date.")
    event, report, weight = pairs.T
    usable = event >= 0
    if not usable.any():
        raise WrongArguments("The line list has no record with both dates in their order.")
    first = int(event[usable].min())
    table = np.zeros((end - first + 1, _at_least_zero(maximum_delay) + 1))
    delay = report - event
    inside = usable & (delay <= maximum_delay)
    np.add.at(table, (event[inside] - first, delay[inside]), weight[inside])
    return ReportingTriangle(
        cumulative=_cut(np.cumsum(table, axis=1)),
        step=step,
        first=first,
        as_of=end,
        late=int(weight[usable & ~inside].sum()),
        unusable=int(weight[~usable].sum()),
    )


def _pairs(
    events: Sequence[date | None], reports: Sequence[date | None], weights: Sequence[int], step: Step, end: int
) -> Integers:
    """Steps of both dates and the weight of every record seen by `end`; event -1 where the record cannot be placed."""
    found = [
        (
            -1 if event is None or report is None or report < event else step_of(event, step),
            -1 if report is None else step_of(report, step),
            weight,
        )
        for event, report, weight in zip(events, reports, weights, strict=True)
    ]
    pairs = np.array(found, dtype=np.int64).reshape(-1, 3)
    return pairs[pairs[:, 1] <= end]


def suggested_maximum_delay(
    events: Sequence[date | None], reports: Sequence[date | None], *, step: Step, as_of: date
) -> int:
    """The shortest delay, in steps, within which 99 % of the registrations came, at most a third of the history.

    Recent events are left out, as their late registrations are still to come: only the older two thirds of the
    periods speak. Raises WrongArguments where no record has both dates.
    """
    end = last_finished_step(as_of, step)
    event, report, _ = _pairs(events, reports, [1] * len(events), step, end).T
    usable = event >= 0
    if not usable.any():
        raise WrongArguments("The line list has no record with both dates in their order.")
    longest = max((end - int(event[usable].min()) + 1) // 3, 1)
    old = usable & (event <= end - longest)
    delays = np.sort((report - event)[old if old.any() else usable])
    within = int(delays[int(np.ceil((1 - WIDEST_SHARE_LATE) * len(delays))) - 1])
    return min(max(within, 1), longest)


def triangle_from_vintages(vintages: Mapping[date, Mapping[Period, int]], *, maximum_delay: int) -> ReportingTriangle:
    """The triangle of totals per event period as successive deliveries gave them, all periods of one frequency.

    A delivery speaks for the last period finished by its day, the later of two for the same one; a period that it does
    not name had no case by then. Where no delivery was made, nothing is known and nothing is assumed, except that a
    final count which none saw at the maximum delay is taken from the first one after it. Totals that fall, as cases are
    withdrawn or merged, stay as they are. Raises WrongArguments without a period or on a mixture of frequencies.
    """
    frequencies = {part.frequency for totals in vintages.values() for part in totals}
    if len(frequencies) != 1:
        raise WrongArguments("Deliveries need totals for periods of one frequency.")
    step: Step = frequencies.pop()
    by_step = {last_finished_step(day, step): vintages[day] for day in sorted(vintages)}
    numbered = {seen: {step_of(p.start, step): n for p, n in totals.items()} for seen, totals in by_step.items()}
    first = min(number for totals in numbered.values() for number in totals)
    as_of = max(numbered)
    if as_of < first:
        raise WrongArguments("No delivery was made after the end of a period that it counts.")
    table = np.full((as_of - first + 1, _at_least_zero(maximum_delay) + 1), np.nan)
    for seen, totals in numbered.items():
        for number in range(max(first, seen - maximum_delay), seen + 1):
            table[number - first, seen - number] = totals.get(number, 0)
    for row in range(max(as_of - first - maximum_delay + 1, 0)):
        number = first + row
        after = min(seen for seen in numbered if seen >= number + maximum_delay)
        table[row, -1] = numbered[after].get(number, 0)
    latest = numbered[as_of]
    complete = np.flatnonzero(~np.isnan(table[:, -1]))
    late = sum(max(latest.get(first + int(row), 0) - int(table[row, -1]), 0) for row in complete)
    return ReportingTriangle(cumulative=table, step=step, first=first, as_of=as_of, late=late)


def triangle_from_cumulative(counts: Sequence[Sequence[float | None]], *, first: date, step: Step) -> ReportingTriangle:
    """A printed triangle of cumulative counts: rows from the event period that holds `first`, None where not yet seen.

    Rows may be shorter than the longest; each must be filled up to the date the whole was seen.
    """
    return _printed(_filled(counts), first, step)


def triangle_from_increments(counts: Sequence[Sequence[float | None]], *, first: date, step: Step) -> ReportingTriangle:
    """A printed triangle of cases newly registered at each delay; otherwise as `triangle_from_cumulative`."""
    return _printed(np.cumsum(_filled(counts), axis=1), first, step)


def _filled(counts: Sequence[Sequence[float | None]]) -> Floats:
    width = max((len(row) for row in counts), default=0)
    table = np.full((len(counts), width), np.nan)
    for place, row in enumerate(counts):
        table[place, : len(row)] = [np.nan if value is None else value for value in row]
    return table


def _printed(cumulative: Floats, first: date, step: Step) -> ReportingTriangle:
    rows, delays = np.nonzero(~np.isnan(cumulative))
    if not len(rows):
        raise WrongArguments("The triangle has no counts.")
    number = step_of(first, step)
    last_seen = int((rows + delays).max())
    due = np.arange(cumulative.shape[1]) <= last_seen - np.arange(len(cumulative))[:, None]
    if np.isnan(cumulative[due]).any():
        raise WrongArguments(
            "The triangle has a gap: a count is missing that was already seen.",
            advice="Each row must be filled up to the date of the triangle; write 0 where nothing was registered.",
        )
    return ReportingTriangle(cumulative=cumulative, step=step, first=number, as_of=number + last_seen)


def _cut(cumulative: Floats) -> Floats:
    """The table with NaN after the last row's own period, which is the step it was seen."""
    rows, delays = cumulative.shape
    ages = np.arange(rows - 1, -1, -1)
    return np.where(np.arange(delays) > ages[:, None], np.nan, cumulative)


def _at_least_zero(maximum_delay: int) -> int:
    if maximum_delay < 0:
        raise WrongArguments("The maximum delay is zero or more.")
    return maximum_delay
