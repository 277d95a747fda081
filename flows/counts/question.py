"""What an edition asks of its counts, gathered from warehouse and country profile: see `transforms.studies`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import duckdb

from flows.counts.counting import WORLD, Counter
from flows.counts.edition_tables import CaseTables, breaks_of
from transforms.countries import Country
from transforms.errors import NoData
from transforms.indicators import editions
from transforms.indicators.as_of import withdrawn
from transforms.indicators.registry import indicator
from transforms.indicators.windows import EditionPeriod
from transforms.periods import Frequency, Period, Phase, PhaseCalendar, period, period_of
from transforms.sql import quoted
from transforms.statistics.covid.comparators import BeforeAfter
from transforms.statistics.hidden_population import CaptureTable, table_of_records
from transforms.statistics.nowcast.building import triangle_from_vintages
from transforms.statistics.nowcast.triangle import ReportingTriangle
from transforms.studies.question import PHASE, BreakAt, Question

_STEPS: tuple[Frequency, ...] = ("month", "quarter")
LONGEST_DELAY: dict[Frequency, int] = {"month": 12, "quarter": 4}
"""Steps after which nothing more is expected of a register: a year."""
FEWEST_DELIVERIES = 8
REGISTER = "case_register"
_BEFORE, _DURING = 2019, 2020
_SHIFTS = {"one_month_earlier": -1, "one_month_later": 1}


def question_of(
    counter: Counter,
    edition: EditionPeriod,
    country: Country,
    cases: CaseTables | None,
    sources: Sequence[str],
    phase_months: Mapping[str, int],
) -> Question:
    """The question of one edition; sources are those of its tables."""
    breaks = {
        source: tuple(BreakAt(first=period(b.period), dimensions=b.dimensions) for b in breaks_of(country, source))
        for source in sources
    }
    headline = cases.headline if cases else editions.DETECTED_TABLE.indicator
    is_keyed = cases is not None and cases.relation.source.is_keyed
    return Question(
        headline=headline,
        calendar=country.calendar,
        calendars=other_calendars(country.calendar) if cases is not None and cases.window.base == "month" else {},
        phase_months={code.removeprefix(PHASE): months for code, months in phase_months.items()},
        breaks={source: found for source, found in breaks.items() if found},
        stringency=_stringency(counter),
        comparators=_comparators(counter, country) if edition.period.end.year >= _DURING else {},
        unit=country.code,
        triangle=_triangle(counter, headline) if is_keyed else None,
        triangle_source=cases.relation.source.key if is_keyed and cases is not None else "",
        captures=_captures(counter, cases, edition) if is_keyed and cases is not None else None,
    )


def other_calendars(calendar: PhaseCalendar) -> dict[str, PhaseCalendar]:
    """The same phases with the pandemic beginning a month earlier and a month later."""
    found = {}
    for key, months in _SHIFTS.items():
        first, second, *rest = calendar.phases
        if first.end is None or (second.end is not None and second.start.shifted(months) > second.end):
            continue
        moved = (
            Phase(key=first.key, start=first.start, end=first.end.shifted(months)),
            Phase(key=second.key, start=second.start.shifted(months), end=second.end),
        )
        found[key] = PhaseCalendar(phases=(*moved, *rest), source=calendar.source)
    return found


def _stringency(counter: Counter) -> dict[Period, float]:
    declared = indicator(editions.STRINGENCY_TABLE.indicator)
    if counter.area is None or counter.relation(declared) is None:
        return {}
    return {period(row[0]): row[1] for row in counter.rows(declared, ("month",)) if row[1] is not None}


def _comparators(counter: Counter, country: Country) -> dict[str, BeforeAfter]:
    """Detected victims of every country that reported 2019 and 2020 to UNODC; of a country's edition only."""
    if counter.area is None:
        return {}
    world = Counter(counter.con, WORLD, counter.as_of)
    declared = indicator(editions.DETECTED_TABLE.indicator)
    if world.relation(declared) is None:
        return {}
    years = {
        year: {row[0]: row[1] for row in world.rows(declared, ("country",), years=(year,))}
        for year in (_BEFORE, _DURING)
    }
    return {
        code: BeforeAfter(before=float(before), during=float(years[_DURING][code]))
        for code, before in years[_BEFORE].items()
        if before is not None and years[_DURING].get(code) is not None
    }


def _triangle(counter: Counter, headline: str) -> ReportingTriangle | None:
    """How the counts of the latest periods grew with every delivery; None where deliveries are few or have gaps.

    Of all deliveries within one month or quarter the last day counts: by then each body has delivered, or is late.
    Deliveries that were withdrawn are no part of the growth, not even of the days on which they were believed.
    """
    declared = indicator(headline)
    relation = counter.relation(declared)
    if relation is None:
        return None
    days = [
        row[0]
        for row in counter.con.execute(
            "SELECT DISTINCT vintage_date FROM raw.vintages WHERE source = $1 AND ($2 IS NULL OR vintage_date <= $2) "
            f"AND vintage_id NOT IN ({withdrawn('' if counter.as_of is None else '$2')}) ORDER BY ALL",
            [relation.source.key, counter.as_of],
        ).fetchall()
    ]
    for step in _STEPS:
        last = {period_of(day, step): day for day in days}
        steps = sorted(last)
        if len(steps) < FEWEST_DELIVERIES or steps[-1].first_month - steps[0].first_month != (
            (len(steps) - 1) * steps[0].months
        ):
            continue
        totals = {day: _known_by(counter, headline, step, day) for day in last.values()}
        held = {day: counts for day, counts in totals.items() if counts}
        return triangle_from_vintages(held, maximum_delay=LONGEST_DELAY[step]) if held else None
    return None


def _known_by(counter: Counter, headline: str, step: Frequency, day: date) -> dict[Period, int]:
    then = Counter(counter.con, counter.scope, day, standing_on=counter.as_of or date.max)
    try:
        return {period(row[0]): int(row[1]) for row in then.rows(indicator(headline), (step,))}
    finally:
        then.close()


def _captures(counter: Counter, cases: CaseTables, edition: EditionPeriod) -> CaptureTable | None:
    """Which bodies' lists each person of the year stands in; None but for annual editions of several lists."""
    if edition.kind != "annual":
        return None
    rows = _listed(counter, cases.relation.source.key, edition.period)
    return table_of_records(rows) if len({body for _, body in rows}) > 1 else None


def captures_in(con: duckdb.DuckDBPyConnection, scope: str, year: int) -> CaptureTable:
    """The same for any year, for the analyst. Raises NoData where nobody with a matching key was registered."""
    rows = _listed(Counter(con, scope, None), REGISTER, period(f"{year:04d}"))
    if not rows:
        raise NoData(
            f"The register holds nobody of {year} with a matching key in scope {scope}.",
            advice="Ingest the lists of the bodies, or choose another year or --scope.",
        )
    return table_of_records(rows)


def _listed(counter: Counter, source: str, year: Period) -> list[tuple[str, str]]:
    """Persons registered in a year and the bodies that list them.

    A year, because the method takes the population as closed; a person counts by the day of registration in a list.
    """
    current = counter.current(source)
    if current is None:
        return []
    area = "true" if counter.area is None else f"reporting_country = {quoted(counter.area)}"
    return counter.con.execute(
        f"SELECT DISTINCT person_key, body FROM core.cases WHERE {current} AND {area} AND person_key IS NOT NULL "
        "AND registered_date BETWEEN ? AND ? AND status IN ('identified', 'presumed', 'registered') ORDER BY ALL",
        [year.start, year.end],
    ).fetchall()
