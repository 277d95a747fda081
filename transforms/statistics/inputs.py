"""From the small table an analyst hands in to what each method takes: series, strata, shares, triangles, histories."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import TypeVar

from transforms.errors import TableRejected, WrongArguments
from transforms.periods import Frequency, period_of
from transforms.statistics.hidden_population import CaptureTable, table_of_histories
from transforms.statistics.nowcast import building
from transforms.statistics.nowcast.steps import Step
from transforms.statistics.nowcast.triangle import ReportingTriangle
from transforms.statistics.plain_table import (
    PlainTable,
    above_zero,
    any_period,
    count_or_gap,
    day,
    day_or_gap,
    repeated,
    whole_number,
)
from transforms.statistics.series import Series, series_of
from transforms.statistics.standardised import Stratum

T = TypeVar("T")

PERIOD = ("period", "time_period", "date", "период", "döwür")
COUNT = ("count", "cases", "n", "obs_value", "value", "число", "sany")
POPULATION = ("population", "persons", "pop", "население", "ilat")
STANDARD = ("standard", "stdpop", "standard_population")
EVENT = ("event_date", "event", "event_period")
REPORT = ("report_date", "report", "registered_date", "report_period")


def series(table: PlainTable) -> Series:
    """Columns `period` and `count`, and `population` where there is one; a period that is absent or blank is a gap.

    Of a table with exactly two columns the first is the period, whatever they are called. Raises TableRejected.
    """
    at, counted = _two(table)
    periods = table.values(at, any_period)
    if (twice := repeated(periods)) is not None:
        raise TableRejected(f"{table.name} has {twice} more than once.", advice="A series has one row per period.")
    counts = dict(zip(periods, table.values(counted, count_or_gap), strict=True))
    where = table.place(*POPULATION)
    persons = None if where is None else dict(zip(periods, table.values(where, above_zero), strict=True))
    return _or_rejected(table, lambda: series_of(counts, persons))


def _two(table: PlainTable) -> tuple[int, int]:
    if len(table.headers) == 2 and table.place(*PERIOD) is None:
        return 0, 1
    return table.needed("the periods", *PERIOD), table.needed("the counts", *COUNT)


def has_strata(table: PlainTable) -> bool:
    """Whether the table is one of strata with a standard population, and no series."""
    return table.place(*STANDARD) is not None


def strata(table: PlainTable) -> tuple[Stratum, ...]:
    """Columns `count`, `population` and `standard` of each age band or other stratum. Raises TableRejected."""
    counts = table.values(table.needed("the counts", *COUNT), whole_number)
    persons = table.values(table.needed("the population", *POPULATION), above_zero)
    weights = table.values(table.needed("the standard population", *STANDARD), above_zero)
    rows = zip(counts, persons, weights, strict=True)
    return tuple(Stratum(count=count, persons=people, standard=weight) for count, people, weight in rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class Groups:
    """Persons by category in each of several groups (periods, phases), in the order of the file."""

    categories: tuple[str, ...]
    groups: Mapping[str, tuple[float, ...]]


def groups(table: PlainTable) -> Groups:
    """A first column of categories and one column of counts per group. Raises TableRejected."""
    if len(table.headers) < 3:
        raise TableRejected(
            f"{table.name} has {len(table.headers)} columns.",
            advice="Give the categories in the first column and one column of counts for each of at least two groups.",
        )
    categories = table.values(0, str)
    if (twice := repeated(categories)) is not None:
        raise TableRejected(f"{table.name} has “{twice}” more than once.", advice="Each category has one row.")
    columns = {name: tuple(table.values(n, whole_number)) for n, name in enumerate(table.headers) if n}
    if len(columns) != len(table.headers) - 1:
        raise TableRejected(f"{table.name} has two columns of one name.", advice="Give each group a name of its own.")
    return Groups(categories=tuple(categories), groups=columns)


def two_groups(table: PlainTable, before: str | None, during: str | None) -> tuple[dict[str, int], dict[str, int]]:
    """Persons by category in two of the groups; the first two unless they are named. Raises TableRejected."""
    found = groups(table)
    names = list(found.groups)
    chosen = before or names[0], during or names[1]
    for name in chosen:
        if name not in found.groups:
            raise TableRejected(
                f"{table.name} has no column {name!r}; it has {', '.join(names)}.", advice="Name one of these columns."
            )
    first, second = (
        {category: int(n) for category, n in zip(found.categories, found.groups[name], strict=True)} for name in chosen
    )
    return first, second


def capture_table(table: PlainTable) -> CaptureTable:
    """A column of 0 and 1 per list, the number of persons last. Raises TableRejected."""
    return _or_rejected(table, lambda: table_of_histories(table.headers, [cells for _, cells in table.rows]))


def is_line_list(table: PlainTable) -> bool:
    """Whether the table has a row per record (or pair of dates) instead of a row per event period.

    It has if it says so by a column `report_date`, or if its two columns, whatever they are called, hold days.
    """
    return table.place(*REPORT) is not None or (
        len(table.headers) == 2 and all(_is_day(cells[1]) for _, cells in table.rows)
    )


def _is_day(cell: str) -> bool:
    try:
        day_or_gap(cell)
    except WrongArguments:
        return False
    return True


def line_list(table: PlainTable, *, step: Step, as_of: date | None, maximum_delay: int | None) -> ReportingTriangle:
    """Columns `event_date` and `report_date`, and `count` where a row stands for several records.

    Without `as_of` the list is taken as seen on the day of its last registration, without `maximum_delay` that within
    which 99 % were registered is. Raises TableRejected.
    """
    is_named = table.place(*REPORT) is not None
    events = table.values(table.needed("the events", *EVENT) if is_named else 0, day_or_gap)
    reports = table.values(table.needed("the registrations", *REPORT) if is_named else 1, day_or_gap)
    counted = table.place(*COUNT)
    counts = None if counted is None else [int(n) for n in table.values(counted, whole_number)]
    known = [report for report in reports if report is not None]
    if not known:
        raise TableRejected(f"{table.name} has no day of registration.", advice="Fill the column report_date.")
    seen = as_of or max(known)

    def built() -> ReportingTriangle:
        longest = maximum_delay
        if longest is None:
            longest = building.suggested_maximum_delay(events, reports, step=step, as_of=seen)
        return building.triangle_from_line_list(
            events, reports, step=step, as_of=seen, maximum_delay=longest, counts=counts
        )

    return _or_rejected(table, built)


def printed_triangle(table: PlainTable, *, step: Step | None, is_cumulative: bool) -> ReportingTriangle:
    """A first column of event periods, and one column per delay from 0 on; what is not seen yet is empty.

    Raises TableRejected.
    """
    if len(table.headers) < 2:
        raise TableRejected(f"{table.name} has no delays.", advice="Give one column of counts per delay, from 0 on.")
    first, found = _first_period(table, step)
    columns = [table.values(place, count_or_gap) for place in range(1, len(table.headers))]
    rows = [list(row) for row in zip(*columns, strict=True)]
    build = building.triangle_from_cumulative if is_cumulative else building.triangle_from_increments
    return _or_rejected(table, lambda: build(rows, first=first, step=found))


def _first_period(table: PlainTable, step: Step | None) -> tuple[date, Step]:
    """Start of the first event period and the step of all, each of which must follow the one before."""
    if step in ("day", "week"):
        days = table.values(0, day)
        length = 7 if step == "week" else 1
        is_whole = all((later - earlier).days == length for earlier, later in pairwise(days))
        return _followed(table, days[0], step, is_whole=is_whole)
    periods = table.values(0, any_period)
    if step is not None:  # a year may be written as its first day
        frequencies: dict[Step, Frequency] = {"month": "month", "quarter": "quarter", "year": "year"}
        periods = [period_of(part.start, frequencies[step]) for part in periods]
    is_whole = all(later == earlier.shifted(1) for earlier, later in pairwise(periods))
    return _followed(table, periods[0].start, periods[0].frequency, is_whole=is_whole)


def _followed(table: PlainTable, first: date, step: Step, *, is_whole: bool) -> tuple[date, Step]:
    if not is_whole:
        raise TableRejected(
            f"{table.name}: the event periods do not follow each other, {step} by {step}.",
            advice="Give one row per period, also for those without a case; --step says how long a period is.",
        )
    return first, step


def _or_rejected(table: PlainTable, build: Callable[[], T]) -> T:
    """What is built; what is wrong with it is wrong with the file."""
    try:
        return build()
    except WrongArguments as error:
        raise TableRejected(f"{table.name}: {error.message}", advice=error.advice) from None
