"""`estimate`: the methods of the edition on any small table."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter

from flows import console
from flows.commands.estimate_shown import print_estimate
from flows.commands.session import InSession
from transforms.errors import WrongArguments
from transforms.statistics.nowcast.steps import Step

if TYPE_CHECKING:
    from transforms.periods import Period
    from transforms.statistics.plain_table import PlainTable

estimate = App(
    name="estimate",
    help="Statistics on a small table of counts, with intervals, checks and honest refusals. "
    "Example: tip-trends estimate trend FILE.csv",
    help_format="plaintext",
)

Table = Annotated[Path, Parameter(help="A CSV file or a workbook with a header row.")]
How = Annotated[console.Format, Parameter(help="How to print the result.")]
Level = Annotated[float, Parameter(help="Level of the intervals, between 0 and 1.")]
Seed = Annotated[int, Parameter(help="Seed of the random draws; the same seed gives the same figures.")]
Breaks = Annotated[
    str, Parameter(help="First periods after a change of definition or coverage, with commas between: 2016,2019-03.")
]


def _read(file: Path) -> PlainTable:
    from flows.readers.plain_table import read_plain_table

    return read_plain_table(file)


@estimate.command
def trend(
    file: Table,
    /,
    *,
    breaks: Breaks = "",
    complete_until: Annotated[
        date | None, Parameter(help="Last day on which everything is registered; later periods are left out.")
    ] = None,
    level: Level = 0.95,
    seed: Seed = 1,
    format: How = "table",
) -> None:
    """Percentage change a year of a series (columns period, count, optional population).

    Example: tip-trends estimate trend victims.csv --breaks 2016 --complete-until 2023-12-31
    """
    from transforms.statistics import inputs
    from transforms.statistics.trend import trend as trend_of

    series = inputs.series(_read(file))
    found = trend_of(series, breaks=_periods(breaks), complete_until=complete_until, level=_level(level), seed=seed)
    print_estimate(found, format)


@estimate.command
def covid(
    file: Table,
    /,
    *,
    pre: Annotated[str, Parameter(help="The time before, from which the expectation is made: 2015-01:2019-12.")],
    post: Annotated[str, Parameter(help="The time that is compared with it: 2020-03:2021-06.")],
    breaks: Breaks = "",
    complete_to: Annotated[
        str | None, Parameter(help="Last period that late reports hardly change any more; later ones are left out.")
    ] = None,
    level: Level = 0.95,
    seed: Seed = 20200311,
    format: How = "table",
    session: InSession,
) -> None:
    """Registered counts of a time against what the time before lets expect (columns period, count, opt. population).

    The phases are those of the COVID calendar of --scope.
    Example: tip-trends estimate covid victims.csv --pre 2015-01:2019-12 --post 2020-03:2021-06 --format json
    """
    from transforms.countries import country
    from transforms.periods import period
    from transforms.statistics import inputs
    from transforms.statistics.covid.effect import covid_effect
    from transforms.statistics.covid.series import window

    found = covid_effect(
        inputs.count_series(_read(file)),
        pre=window(pre),
        post=window(post),
        phases=country(session.scope).calendar,
        breaks=_periods(breaks),
        complete_to=None if complete_to is None else period(complete_to),
        level=_level(level),
        seed=seed,
    )
    print_estimate(found, format)


@estimate.command
def nowcast(
    file: Table,
    /,
    *,
    step: Annotated[
        Step | None, Parameter(help="Length of an event period; by default a month, or what a triangle's periods are.")
    ] = None,
    as_of: Annotated[date | None, Parameter(help="Day on which a line list was seen; its last registration.")] = None,
    maximum_delay: Annotated[
        int | None, Parameter(help="Delay in steps after which nothing more is expected (line lists).")
    ] = None,
    cumulative: Annotated[
        bool, Parameter(negative="", help="A triangle's counts add up along the row, instead of being new ones.")
    ] = False,
    window: Annotated[
        int | None, Parameter(help="Take the delays from so many last event periods; without it from all.")
    ] = None,
    level: Level = 0.95,
    replicates: Annotated[int, Parameter(help="Random draws.")] = 2000,
    seed: Seed = 1,
    format: How = "table",
) -> None:
    """Recent periods with the registrations still to come.

    FILE is a line list (columns event_date, report_date) or a triangle (event periods, then one column per delay).
    Example: tip-trends estimate nowcast cases.csv --step month --maximum-delay 12
    """
    from transforms.statistics import inputs
    from transforms.statistics.nowcast.answer import nowcast as nowcast_of

    table = _read(file)
    if inputs.is_line_list(table):
        triangle = inputs.line_list(table, step=step or "month", as_of=as_of, maximum_delay=maximum_delay)
    else:
        triangle = inputs.printed_triangle(table, step=step, is_cumulative=cumulative)
    found = nowcast_of(triangle, level=_level(level), replicates=replicates, seed=seed, window=window)
    print_estimate(found, format)


def _periods(text: str) -> tuple[Period, ...]:
    from transforms.periods import period

    return tuple(period(part.strip()) for part in text.split(",") if part.strip())


def _level(level: float) -> float:
    if not 0 < level < 1:
        raise WrongArguments("The level of an interval lies between 0 and 1.", advice="Write --level 0.95.")
    return level
