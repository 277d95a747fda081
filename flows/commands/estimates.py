"""`estimate`: the methods of the edition on any small table."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import App, Parameter

from flows import console
from flows.commands.estimate_shown import print_estimate
from flows.commands.session import InSession
from flows.commands.views import INTERNAL
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
    from transforms.periods import period, stretch
    from transforms.statistics import inputs
    from transforms.statistics.covid.effect import covid_effect
    from transforms.statistics.covid.plain import with_plain_view

    series, after, calendar = inputs.series(_read(file)), stretch(post), country(session.scope).calendar
    found = covid_effect(
        series,
        pre=stretch(pre),
        post=after,
        phases=calendar,
        breaks=_periods(breaks),
        complete_to=None if complete_to is None else period(complete_to),
        level=_level(level),
        seed=seed,
    )
    print_estimate(with_plain_view(found, series, after, calendar, level=_level(level)), format)


@estimate.command
def rates(
    file: Table,
    /,
    *,
    per: Annotated[float, Parameter(help="Rate per so many persons.")] = 100_000,
    level: Level = 0.95,
    format: How = "table",
) -> None:
    """Rate of each period with its exact interval, or one standardised rate (columns count, population, standard).

    Example: tip-trends estimate rates victims.csv
    """
    from transforms.statistics import inputs
    from transforms.statistics.period_rates import rates_of_series
    from transforms.statistics.standardised import standardised_rate_fay_feuer

    table = _read(file)
    if inputs.has_strata(table):
        found = standardised_rate_fay_feuer(inputs.strata(table), per=per, level=_level(level))
    else:
        found = rates_of_series(inputs.series(table), per=per, level=_level(level))
    print_estimate(found, format)


@estimate.command
def composition(
    file: Table,
    /,
    *,
    before: Annotated[str | None, Parameter(help="Column of the first group; by default the first of counts.")] = None,
    during: Annotated[str | None, Parameter(help="Column of the second group; by default the second.")] = None,
    persons: Annotated[
        tuple[int, int] | None, Parameter(help="Persons of both groups, where one can have several answers.")
    ] = None,
    level: Level = 0.95,
    seed: Seed = 20200311,
    format: How = "table",
) -> None:
    """Whether the mix of categories shifted between two groups (categories in the first column, then their counts).

    Example: tip-trends estimate composition forms.csv --before 2019 --during 2020
    """
    from transforms.statistics import inputs
    from transforms.statistics.composition import composition_shift

    first, second = inputs.two_groups(_read(file), before, during)
    whole = persons or (sum(first.values()), sum(second.values()))
    found = composition_shift(
        first, second, persons_before=whole[0], persons_during=whole[1], level=_level(level), seed=seed
    )
    print_estimate(found, format)


@estimate.command(name="hidden-population")
def hidden_population(
    file: Annotated[Path | None, Parameter(help="The same as --lists.", show=False)] = None,
    /,
    *,
    lists: Annotated[
        Path | None, Parameter(help="Capture histories: a column of 0 and 1 per list, the persons in the last column.")
    ] = None,
    year: Annotated[
        int | None,
        Parameter(help="Instead take the lists of the home's case register, of persons registered that year."),
    ] = None,
    level: Level = 0.95,
    replicates: Annotated[int, Parameter(help="Resamples of the bootstrap interval.")] = 1000,
    seed: Seed = 2021,
    format: How = "table",
    session: InSession,
) -> None:
    """Persons on no list, from how the lists of at least three bodies overlap; refused where that cannot carry it.

    Example: tip-trends estimate hidden-population --lists lists.csv
    """
    from transforms.statistics import inputs
    from transforms.statistics.hidden_population import hidden_population as estimated

    given = lists or file
    if (given is None) == (year is None):
        raise WrongArguments(
            "Name either a table of lists or a year of the register.",
            advice="Write --lists FILE.csv, or --year 2023 for the lists in the home.",
        )
    if given is not None:
        table = inputs.capture_table(_read(given))
    else:
        from flows.counts.question import captures_in
        from flows.warehouse import read_warehouse

        with read_warehouse(session.folder) as con:
            table = captures_in(con, session.scope, year or 0)
        console.notice(INTERNAL)
    print_estimate(estimated(table, level=_level(level), replicates=replicates, seed=seed), format)


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
