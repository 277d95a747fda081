"""Indicators of a warehouse: the analyst's query, and everything one edition takes into the gate."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import duckdb
import polars as pl

from flows.counts.context_tables import context_tables
from flows.counts.counting import WORLD, Counter
from flows.counts.countries import countries_reporting
from flows.counts.edition_tables import (
    breaks_of,
    case_tables,
    matched_table,
    observed_tables,
    panel_table,
    records_table,
)
from flows.counts.plan_rows import plan_of
from flows.counts.provenance import (
    calendar_context,
    country_context,
    definitions,
    deliveries,
    denominator,
    phases_context,
    population,
    sources_used,
)
from flows.counts.question import question_of
from flows.counts.stranded_tables import stranded_tables
from flows.warehouse import append_rows
from transforms.codes import TOTAL
from transforms.countries import Country
from transforms.countries import country as profile_of
from transforms.disclosure.cells import CountTable, Denominator, TableSet
from transforms.disclosure.derived import months_of_phases
from transforms.disclosure.released import SourceUsed
from transforms.errors import NoData, WrongArguments
from transforms.indicators.declare import Indicator
from transforms.indicators.editions import DETECTED_TABLE, GLOBAL_HEADLINE, RATE_TABLE
from transforms.indicators.registry import indicator as indicator_of
from transforms.indicators.windows import EditionPeriod, edition_period, rollups
from transforms.periods import period
from transforms.studies.question import Question
from transforms.tables import COUNTS

PER_100K = 100_000
_NO_POPULATION = "No population of the country was known on the as-of date, so there is nothing to divide by."


@dataclass(frozen=True, slots=True, kw_only=True)
class EditionInputs:
    """What one edition takes into the gate: unprotected counts, the vintages behind them, and public declarations.

    `context` is ready for JSON and holds no count of persons.
    """

    table_set: TableSet
    created_from: tuple[SourceUsed, ...]
    context: dict[str, Any]
    question: Question


def indicator_rows(
    con: duckdb.DuckDBPyConnection,
    key: str,
    by: Sequence[str] = (),
    *,
    scope: str = WORLD,
    as_of: date | None = None,
    years: Sequence[int] | None = None,
    matched: bool = False,
) -> pl.DataFrame:
    """Unprotected values of one indicator, for the analyst's eyes.

    Columns of `by` in their order, then `value`, and of figures that others counted `obs_status`; sorted; only
    combinations that exist, no totals. `year` is a number, `quarter` reads `2021-Q2`, `month` `2021-03`. A null value:
    figures exist, but not this one (not reported).
    `matched` keeps countries that report each of `years`.
    Raises WrongArguments for an unknown key, breakdown or scope, NoData where nothing was ingested.
    """
    declared = indicator_of(key)
    is_observed = declared.subject == "observations"
    counter = Counter(con, scope, as_of)
    try:
        rows = counter.rows(declared, by, years=years, matched=matched)
        if is_observed:
            rows = [(*row[: len(by) + 1], row[-1]) for row in rows]
        if declared.measure == "rate":
            rows = _rates(counter, declared, by, rows)
    finally:
        counter.close()
    value = pl.Int64() if declared.measure in ("count", "sum") else pl.Float64()
    schema = {name: pl.Int64() if name == "year" else pl.String() for name in by} | {"value": value}
    if is_observed:
        schema["obs_status"] = pl.String()
    return pl.DataFrame(rows, schema=schema, orient="row")


def edition_inputs(
    con: duckdb.DuckDBPyConnection,
    edition: str,
    *,
    scope: str,
    as_of: date | None,
    country: Country | None = None,
) -> EditionInputs:
    """Count every table of an edition; `country` is the profile of the scope unless another is given.

    Raises WrongArguments for a name that is no edition, NoData where nothing reaches its period.
    """
    wanted = edition_period(edition)
    counter = Counter(con, scope, as_of)
    try:
        return _inputs(counter, wanted, country or profile_of(scope))
    finally:
        counter.close()


def store_counts(con: duckdb.DuckDBPyConnection, run_id: str, table_set: TableSet) -> int:
    """Keep the counts of a run in `mart.counts` (unprotected: internal), once per run; returns its number of cells."""
    rows = [
        (run_id, table.key, table.indicator, table.population, list(table.dimensions), list(cell.at), cell.value,
         cell.obs_status)
        for table in table_set.tables
        for cell in table.cells
    ]  # fmt: skip
    is_kept = con.execute(f"SELECT 1 FROM {COUNTS.name} WHERE run_id = ? LIMIT 1", [run_id]).fetchall()
    if rows and not is_kept:
        append_rows(con, COUNTS, rows)
    return len(rows)


def _inputs(counter: Counter, wanted: EditionPeriod, country: Country) -> EditionInputs:
    cases = case_tables(counter, wanted, country)
    observed = (
        *observed_tables(counter, wanted, country),
        *stranded_tables(counter, wanted),
        *context_tables(counter, wanted),
    )
    matched = matched_table(counter, wanted)
    of_world = (matched[0] if matched else None, panel_table(counter, wanted))
    tables = [*(cases.tables if cases else ()), *observed, *(table for table in of_world if table is not None)]
    _refuse_empty(tables, wanted, counter.scope)
    vintages = {number for table in tables for number in _vintages(counter, table)}
    persons = population(counter)
    divided = any(table.indicator == RATE_TABLE.indicator for table in tables)
    denominators: tuple[Denominator, ...] = ()
    if persons and divided and cases:
        vintages.add(persons[1])
        years = range(cases.window.first.year, wanted.period.end.year + 1)
        denominators = (denominator(persons[0], persons[2], years),)
    elif divided:
        tables = [table for table in tables if table.indicator != RATE_TABLE.indicator]
    if plan := plan_of(counter, tables, wanted.period.end):
        tables += plan.tables.tables
        vintages |= plan.vintages
    if records := records_table(counter, vintages):
        tables.append(records)
    used = sources_used(counter, vintages)
    table_set = TableSet(
        tables=tuple(tables),
        rollups=(
            *(rollups(cases.spans, cases.window) if cases else ()),
            *(plan.tables.rollups if plan else ()),
        ),
        denominators=denominators,
    )
    last = wanted.period.end.year
    has_detected = any(table.key == DETECTED_TABLE.key for table in tables)
    context: dict[str, Any] = {
        "headline": cases.headline if cases else DETECTED_TABLE.indicator if has_detected else GLOBAL_HEADLINE,
        "finest": cases.window.base if cases else "year",
        "edition_period": wanted.period.code,
        "window": [str(cases.window.first.year if cases else last), str(last)],
        "country": country_context(country),
        "indicators": definitions(tables),
        "phases": phases_context(country, cases.spans) if cases else [],
        "phases_source": country.calendar.source,
        "breaks": [
            {
                "source": b.source,
                "period": b.period,
                "key": b.key,
                "texts": dict(b.texts),
                "dimensions": list(b.dimensions),
            }
            for source in dict.fromkeys(s.source for s in used)
            for b in breaks_of(country, source)
            if period(b.period).start <= wanted.period.end
        ],
        "calendar": calendar_context(country),
        "deliveries": deliveries(counter, used),
        "denominators": [{"key": d.key, "source": d.key, "vintage_date": d.vintage} for d in denominators],
        "refused": [{"what": RATE_TABLE.indicator, "reason": _NO_POPULATION}] if divided and not denominators else [],
        "action_plan": plan.tables.context if plan else [],
        "matched": {"years": [c.at[0] for c in matched[0].cells], "countries": matched[1]} if matched else {},
        "countries_reporting": countries_reporting(counter, tables),
    }
    sources = tuple(dict.fromkeys(source for table in tables for source in table.sources))
    question = question_of(counter, wanted, country, cases, sources, months_of_phases(table_set))
    if persons:
        totals = {year: people for (year, sex), people in persons[0].items() if sex == TOTAL}
        question = replace(question, persons=totals)
    return EditionInputs(table_set=table_set, created_from=used, context=context, question=question)


def _vintages(counter: Counter, table: CountTable) -> tuple[int, ...]:
    relation = counter.relation(indicator_of(table.indicator))
    return counter.vintages(relation) if relation else ()


def _refuse_empty(tables: Sequence[CountTable], wanted: EditionPeriod, scope: str) -> None:
    """Refuse an edition of whose period nothing at all is known."""
    quarters = wanted.period.parts("quarter") if wanted.kind == "annual" else ()
    inside = {part.code for part in (wanted.period, *quarters, *wanted.period.parts("month"))}
    if any(c.value is not None and c.at[0] in inside for t in tables for c in t.cells):
        return
    known = sorted({c.at[0][:4] for t in tables for c in t.cells if c.value is not None and ":" not in c.at[0]})
    reach = f"The data reach from {known[0]} to {known[-1]}." if known else "Nothing was ingested for this scope."
    raise NoData(
        f"The warehouse holds nothing for {wanted.period.code} in scope {scope}. {reach}",
        advice="Ingest newer extracts, or publish an edition of a period they cover.",
    )


def _rates(
    counter: Counter, declared: Indicator, by: Sequence[str], rows: Sequence[tuple[Any, ...]]
) -> list[tuple[Any, ...]]:
    """Counts divided by the population of their year and sex; null where none is known."""
    if "year" not in by or {"quarter", "month"} & set(by):
        raise WrongArguments(f"Indicator {declared.key} is a rate of a year.", advice="Ask by year, alone or with sex.")
    persons = population(counter)
    if persons is None:
        raise NoData(
            f"The warehouse holds no population for scope {counter.scope}.",
            advice="Ingest an extract of population for this country.",
        )
    found = []
    for row in rows:
        at = dict(zip(by, row, strict=False))
        people = persons[0].get((at["year"], at.get("sex", "total")))
        found.append((*row[:-1], None if not people else row[-1] / people * PER_100K))
    return found
