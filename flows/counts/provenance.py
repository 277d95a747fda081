"""Which deliveries an edition was made from, and what its pages may say of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from flows.counts.counting import Counter
from flows.holdings.withdrawals import KNOWN
from transforms.action_plan import INDICATOR as PLAN_INDICATOR
from transforms.codes import TOTAL
from transforms.countries import Country
from transforms.disclosure.cells import Coordinates, CountTable, Denominator
from transforms.disclosure.released import SourceUsed
from transforms.errors import ProfileInvalid, WrongArguments
from transforms.indicators.population import persons_by_year
from transforms.indicators.registry import indicator
from transforms.indicators.windows import Span
from transforms.sources.registry import profile
from transforms.sql import quoted
from transforms.tables import CASES, VINTAGE_SHEETS

POPULATION = "population"


def sources_used(counter: Counter, vintages: Iterable[int]) -> tuple[SourceUsed, ...]:
    """The vintages, by source and date, with what their profiles say of licence and title."""
    rows = counter.con.execute(
        "SELECT source, vintage_date, sha256, file_name, contract_version, rows_read, is_synthetic = 'yes',"
        f" (SELECT list(sheet ORDER BY sheet) FROM {VINTAGE_SHEETS.name} AS s WHERE s.vintage_id = v.vintage_id)"
        " FROM raw.vintages AS v WHERE list_contains(?, vintage_id) ORDER BY source, vintage_date, sha256",
        [sorted(set(vintages))],
    ).fetchall()
    return tuple(
        SourceUsed(
            source=source,
            number=number,
            vintage_date=day,
            sha256=digest,
            file_name=name,
            contract_version=version,
            rows_read=rows_read,
            is_synthetic=is_synthetic,
            sheets=_told_sheets(source, sheets or ()),
            **_said_by_profile(source),
        )
        for number, (source, day, digest, name, version, rows_read, is_synthetic, sheets) in enumerate(rows, start=1)
    )


def deliveries(counter: Counter, used: Iterable[SourceUsed]) -> list[dict[str, Any]]:
    """Every delivery of the sources used that was known at the as-of, superseded ones included, oldest first.

    Of one that was withdrawn by then the day says so, of others it is None. For a country only those that hold its
    rows, or rows of no country at all.
    """
    area = "true"
    if counter.area is not None:
        code = quoted(counter.area)
        area = (
            "(source <> 'case_register' OR vintage_id IN"
            f" (SELECT vintage_id FROM core.cases WHERE reporting_country = {code}))"
        )
    rows = counter.con.execute(
        "SELECT source, file_name, vintage_date, sha256, CASE WHEN withdrawn_from <= $2 THEN withdrawn_from END"
        f" FROM ({KNOWN}) WHERE list_contains($1, source) AND known_from <= $2 AND {area}"
        " ORDER BY vintage_date, source, sha256",
        [sorted({source.source for source in used}), counter.as_of or date.max],
    ).fetchall()
    return [
        {
            "source": source,
            "file_name": name,
            "vintage_date": day.isoformat(),
            "sha256": digest,
            "withdrawn_from": gone.isoformat() if gone else None,
        }
        for source, name, day, digest, gone in rows
    ]


def population(counter: Counter) -> tuple[dict[tuple[int, str], float], int, str] | None:
    """Persons of the country by (year, sex), number and date of the vintage; None where none is known."""
    current = counter.current(POPULATION)
    if current is None or counter.area is None:
        return None
    rows = counter.con.execute(
        f"SELECT year, sex, age_group, persons, vintage_id FROM core.population"
        f" WHERE {current} AND ref_area = {quoted(counter.area)} ORDER BY ALL"
    ).fetchall()
    if not rows:
        return None
    number = rows[0][4]
    day = counter.con.execute("SELECT vintage_date FROM raw.vintages WHERE vintage_id = ?", [number]).fetchall()[0][0]
    return persons_by_year(row[:4] for row in rows), number, day.isoformat()


def denominator(persons: Mapping[tuple[int, str], float], vintage: str, years: Iterable[int]) -> Denominator:
    """The population as the gate takes it, by period and sex."""
    at: dict[Coordinates, float] = {}
    wanted = set(years)
    for (year, sex), count in sorted(persons.items()):
        if year in wanted:
            by_sex = frozenset() if sex == TOTAL else frozenset({("sex", sex)})
            at[frozenset({("period", str(year))}) | by_sex] = count
    return Denominator(key=POPULATION, persons=at, vintage=vintage)


def country_context(country: Country) -> dict[str, Any]:
    """The country's names, regions (with their tiles) and bodies, ready for JSON."""
    return {
        "code": country.code,
        "names": dict(country.names),
        "regions": [region.described() for region in country.regions],
        "bodies": [{"code": body.code, "names": dict(body.names)} for body in country.bodies],
        "time_zone": country.time_zone,
    }


RECORDS = {
    "unit": "record",
    "counts": "The row stands in an extract that the edition was made from; accepted, or set aside by a rule.",
    "date_basis": "all of the extract, whatever the dates in it",
    "deduplication": "Each row of an extract once.",
    "numerator": None,
    "denominator": None,
}
PLAN = {
    "unit": None,
    "counts": "The body that coordinates the plan reported the figure for the measure.",
    "date_basis": "the day or the year that the report names",
    "deduplication": "As the body reported; the newest report counts.",
    "numerator": None,
    "denominator": None,
}
OF_NO_INDICATOR = {"records": RECORDS, PLAN_INDICATOR: PLAN}
"""What tables count that belong to no indicator of the registry."""


def definitions(tables: Iterable[CountTable]) -> dict[str, dict[str, str | None]]:
    """What the indicators of the tables count, by their declarations at this time; English message ids."""
    return {
        table.indicator: OF_NO_INDICATOR.get(table.indicator) or indicator(table.indicator).defined()
        for table in sorted(tables, key=lambda table: table.indicator)
    }


def phases_context(country: Country, spans: Iterable[Span]) -> list[dict[str, str]]:
    """The phases the tables hold, each from its first to its last month in them."""
    return [
        {
            "key": phase.key,
            "start": span.parts[0].parts("month")[0].code,
            "end": span.parts[-1].parts("month")[-1].code,
        }
        for phase in country.calendar.phases
        for span in spans
        if span.is_phase and span.code.endswith(f":{phase.key}")
    ]


def calendar_context(country: Country) -> list[dict[str, str | None]]:
    """The COVID calendar as declared, whether or not a table holds its phases: for telling a later edition by it."""
    return [
        {"key": phase.key, "start": phase.start.code, "end": phase.end.code if phase.end else None}
        for phase in country.calendar.phases
    ]


def _told_sheets(source: str, sheets: Iterable[str]) -> tuple[str, ...]:
    """Names of sheets that may be told; of lists of cases those that the contract names: others may name a person."""
    try:
        declared = profile(source)
    except (WrongArguments, ProfileInvalid):
        return ()
    return tuple(name for name in sheets if declared.table.name != CASES.name or name in declared.recognition.sheets)


def _said_by_profile(source: str) -> dict[str, str]:
    try:
        declared = profile(source)
    except (WrongArguments, ProfileInvalid):
        return {}
    return {"licence": declared.licence, "title": declared.title}
