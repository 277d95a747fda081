"""What a return compares, counted: the national tables of persons, a body's part of each, and its own figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from flows.counts.counting import Counter
from flows.counts.edition_tables import CaseTables, breaks_of, case_tables
from flows.holdings.withdrawals import KNOWN
from transforms.acceptance import family_of
from transforms.codes import TOTAL
from transforms.countries import Country
from transforms.disclosure.cells import CountCell, CountTable, TableSet
from transforms.disclosure.returned import BrokenRule, Delivered
from transforms.errors import NoData
from transforms.indicators.breakdowns import CASE_BREAKDOWNS
from transforms.indicators.compiler import Relation, compile_indicator
from transforms.indicators.declare import Indicator
from transforms.indicators.editions import RATE_TABLE
from transforms.indicators.grid import Counts, ordered_codes, period_cells
from transforms.indicators.registry import breakdown, indicator
from transforms.indicators.windows import EditionPeriod, Window, delivered_by_lists, rollups
from transforms.periods import period
from transforms.sources.compiler import declared_faults
from transforms.sources.registry import profile
from transforms.sql import quoted


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnCounts:
    """The national tables, the body's part of each by table and place, its own tables, its rows in the warehouse."""

    cases: CaseTables
    national: TableSet
    within: Mapping[str, Mapping[tuple[str, ...], float | None]]
    delivered: tuple[CountTable, ...]
    own: Relation


def return_counts(counter: Counter, wanted: EditionPeriod, country: Country, body: str) -> ReturnCounts:
    """Count everything that the return of one body compares.

    Raises NoData where the scope has no lists of bodies or the body has delivered nothing.
    """
    cases = case_tables(counter, wanted, country)
    if cases is None or not cases.relation.body_is_several:
        raise NoData(
            f"The warehouse holds no lists of bodies in scope {counter.scope}.",
            advice="A return compares the list of one body with those of all: ingest the case register first.",
        )
    own = counter.list_of(cases.relation, body)
    if own is None:
        raise NoData(
            f"{body} has delivered no records in scope {counter.scope}.",
            advice="Choose a body that has delivered: tip-trends status lists them.",
        )
    tables = tuple(table for table in cases.tables if table.indicator != RATE_TABLE.indicator and _is_plain(table))
    spans = tuple(span for span in cases.spans if any(cell.at[0] == span.code for t in tables for cell in t.cells))
    return ReturnCounts(
        cases=cases,
        national=TableSet(tables=tables, rollups=rollups(spans, cases.window)),
        within={table.key: _within(counter, cases, table, body) for table in tables},
        delivered=tuple(_delivered(counter, cases, table, own, country) for table in tables),
        own=own,
    )


def _is_plain(table: CountTable) -> bool:
    """Whether it counts by period and at most one dimension; of one body's list hardly a cross of two could be told."""
    return len(table.dimensions) <= 2


def _within(counter: Counter, cases: CaseTables, table: CountTable, body: str) -> dict[tuple[str, ...], float | None]:
    """Of each national count the persons who stand in the body's list too, at the national place and date."""
    declared, by = indicator(table.indicator), table.dimensions[1:]
    counts: dict[tuple[str, str], int] = {}
    for keys in ((), by) if by else ((),):
        for when, *codes, of, count in counter.rows(declared, (cases.window.base, *keys, "body")):
            if of == body:
                counts[str(when), codes[0] if codes else TOTAL] = count
    parts = {span.code: span.parts for span in cases.spans}
    return {
        cell.at: float(sum(counts.get((part.code, cell.at[1] if by else TOTAL), 0) for part in parts[cell.at[0]]))
        for cell in table.cells
    }


def _delivered(counter: Counter, cases: CaseTables, table: CountTable, own: Relation, country: Country) -> CountTable:
    """The body's own counts as its list has them, at the periods of the national table and at the codes of both."""
    declared, by = indicator(table.indicator), table.dimensions[1:]
    window = replace(cases.window, delivered=delivered_by_lists(cases.window.bases, counter.reach(own)))
    counts = _own_counts(counter, declared, own, window, by)
    chosen = [span for span in cases.spans if any(cell.at[0] == span.code for cell in table.cells)]
    codes: tuple[str, ...] = ()
    if by:
        shown = {part.code for span in chosen for part in span.parts}
        found = {code for (part, code), count in counts.items() if part in shown and count}
        regions = [region.code for region in country.regions] if by == ("region",) else []
        national = {cell.at[1] for cell in table.cells} - {TOTAL}
        codes = (*ordered_codes(found | national, breakdown(declared, by[0]), regions), TOTAL)
    starts = [period(b.period).start for b in breaks_of(country, own.source.key) if b.touches(by)]
    absent = {cell.at for cell in table.cells if cell.obs_status == "M"}
    cells = tuple(
        CountCell(at=cell.at, value=None, obs_status="M") if cell.at in absent and not cell.value else cell
        for cell in period_cells(chosen, codes, counts, window, starts)
    )
    several = {b.key for b in CASE_BREAKDOWNS if b.is_several}
    return replace(table, cells=cells, caveats=("several_codes_per_person",) if set(by) & several else ())


def _own_counts(counter: Counter, declared: Indicator, own: Relation, window: Window, by: Sequence[str]) -> Counts:
    counts: dict[tuple[str, str], int] = {}
    for keys in ((), by) if by else ((),):
        sql = compile_indicator(declared, own, (window.base, *keys))
        for when, *codes, count in counter.con.execute(sql).fetchall():
            counts[str(when), codes[0] if codes else TOTAL] = count
    return counts


def deliveries_of(counter: Counter, own: Relation, body: str) -> tuple[Delivered, ...]:
    """Every delivery of the body's list that was known at the as-of, oldest first, with the rules its rows broke."""
    source = own.source.key
    streams = (
        f"SELECT DISTINCT stream FROM core.cases WHERE source = {quoted(source)} AND body = {quoted(body)} "
        f"AND reporting_country = {quoted(counter.scope)}"
    )
    rows = counter.con.execute(
        "SELECT v.vintage_id, v.file_name, v.vintage_date, v.rows_read, s.accepted, s.only_own, "
        "CASE WHEN $1 IS NULL OR v.withdrawn_from <= $1 THEN v.withdrawn_from END "
        f"FROM ({KNOWN}) AS v JOIN (SELECT vintage_id, sum(rows_accepted) FILTER (own)::BIGINT AS accepted, "
        f"bool_and(own) AS only_own FROM (SELECT *, stream IN ({streams}) AS own FROM raw.vintage_streams) "
        "GROUP BY vintage_id HAVING bool_or(own)) AS s USING (vintage_id) "
        f"WHERE v.source = {quoted(source)} AND ($1 IS NULL OR v.known_from <= $1) "
        "ORDER BY v.vintage_date, v.vintage_id",
        [counter.as_of],
    ).fetchall()
    return tuple(
        Delivered(
            file_name=name,
            vintage_date=day,
            rows_read=read if is_own else None,
            rows_accepted=accepted,
            rules=_rules(counter, vintage, source) if is_own else (),
            withdrawn_from=gone,
        )
        for vintage, name, day, read, accepted, is_own, gone in rows
    )


def _rules(counter: Counter, vintage: int, source: str) -> tuple[BrokenRule, ...]:
    faults = declared_faults(profile(source))
    rows = counter.con.execute(
        "SELECT rule, column_name, count(DISTINCT (sheet, record_no)) FROM quarantine.rows WHERE vintage_id = ? "
        "GROUP BY rule, column_name ORDER BY 3 DESC, 1, 2",
        [vintage],
    ).fetchall()
    return tuple(
        BrokenRule(
            rule=rule,
            family=family_of(rule, faults[rule, column].family if (rule, column) in faults else ""),
            column=column,
            rows=count,
        )
        for rule, column, count in rows
    )
