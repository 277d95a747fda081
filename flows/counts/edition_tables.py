"""The count tables of one edition, each counted by compiled SQL and laid out as the gate takes it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from flows.counts.counting import Counter
from flows.counts.crossed import crossed_counts
from transforms.codes import TOTAL
from transforms.countries import WORLD, Break, Country
from transforms.countries import country as profile_of
from transforms.disclosure.cells import CountCell, CountTable
from transforms.indicators import editions
from transforms.indicators.breakdowns import CASE_BREAKDOWNS
from transforms.indicators.compiler import Relation
from transforms.indicators.declare import Breakdown, Indicator
from transforms.indicators.editions import TableSpec
from transforms.indicators.grid import Counts, crossed_cells, ordered_codes, period_cells
from transforms.indicators.registry import breakdown, indicator
from transforms.indicators.windows import Delivery, EditionPeriod, Span, Window, delivered_by_lists
from transforms.periods import Period, period, periods_between


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseTables:
    """Tables of persons, with the window they show and the spans of their dimension `period`."""

    tables: tuple[CountTable, ...]
    relation: Relation
    window: Window
    headline: str
    spans: tuple[Span, ...]


def case_tables(counter: Counter, edition: EditionPeriod, country: Country) -> CaseTables | None:
    """Every table of persons of the edition, or None where no case source has rows up to its end."""
    relation = counter.relation(indicator(editions.GLOBAL_HEADLINE))
    if relation is None or (window := _window(counter, relation, edition)) is None:
        return None
    is_register = relation.source.is_keyed
    specs = editions.REGISTER_TABLES if is_register else editions.GLOBAL_TABLES
    breaks = breaks_of(country, relation.source.key)
    found: list[CountTable] = []
    spans: dict[str, Span] = {}
    totals: dict[str, Counts] = {}
    for spec in (*specs, *((editions.RATE_TABLE,) if is_register else ())):
        chosen = _spans(spec, window, country)
        if (population := _population(indicator(spec.indicator))) not in totals:
            rows = counter.rows(indicator(spec.indicator), (window.base,))
            totals[population] = {(str(when), TOTAL): count for when, count in rows}
        if table := _case_table(counter, spec, relation, window, chosen, totals[population], country, breaks):
            found.append(table)
            spans |= {span.code: span for span in chosen}
    headline = editions.REGISTER_HEADLINE if is_register else editions.GLOBAL_HEADLINE
    return CaseTables(
        tables=tuple(found), relation=relation, window=window, headline=headline, spans=tuple(spans.values())
    )


def breaks_of(country: Country, source: str) -> tuple[Break, ...]:
    """Breaks of a source as the country's profile declares them, or else the profile of the world."""
    return country.breaks_of(source) or profile_of(WORLD).breaks_of(source)


def observed_tables(counter: Counter, edition: EditionPeriod, country: Country) -> tuple[CountTable, ...]:
    """Tables of figures that others counted: justice, UNODC, stringency; those without figures are left out."""
    specs = (*editions.JUSTICE_TABLES, editions.DETECTED_TABLE, editions.STRINGENCY_TABLE)
    made = (_observed_table(counter, spec, edition, country) for spec in specs)
    return tuple(table for table in made if table is not None)


def matched_table(counter: Counter, edition: EditionPeriod) -> tuple[CountTable, int] | None:
    """UNODC's detected victims in the edition's year and the one before, over the countries with both, and how many.

    Where UNODC does not reach that year yet, its last two years. None for a country's own edition.
    """
    detected = indicator(editions.DETECTED_TABLE.indicator)
    relation = counter.relation(detected)
    if counter.area is not None or relation is None:
        return None
    known = [row[0] for row in counter.rows(detected, ("year",)) if row[1] is not None]
    years = [year for year in known if year <= edition.period.end.year][-2:]
    if len(years) < 2 or years[1] - years[0] != 1:
        return None
    rows = counter.rows(detected, ("year",), years=years, matched=True)
    countries = counter.rows(detected, ("country",), years=years, matched=True)
    cells = tuple(
        CountCell(at=(str(year),), value=value, obs_status=status, lower=lower, upper=upper)
        for year, value, lower, upper, status in rows
    )
    table = _table(editions.MATCHED_KEY, detected, relation, ("period",), cells, population="matched")
    return table.of_the_same_countries(), len(countries)


def panel_table(counter: Counter, edition: EditionPeriod) -> CountTable | None:
    """UNODC's detected victims by year over the countries that reported every year since 2015; None for a country."""
    detected = indicator(editions.DETECTED_TABLE.indicator)
    relation = counter.relation(detected)
    if counter.area is not None or relation is None:
        return None
    years = [
        row[0]
        for row in counter.rows(detected, ("year",))
        if row[1] is not None and editions.PANEL_FROM <= row[0] <= edition.period.end.year
    ]
    if len(years) < 2:
        return None
    cells = tuple(
        CountCell(at=(str(year),), value=value, obs_status=status, lower=lower, upper=upper)
        for year, value, lower, upper, status in counter.rows(detected, ("year",), years=years, matched=True)
    )
    table = _table(editions.PANEL_KEY, detected, relation, ("period",), cells, population="panel")
    return table.of_the_same_countries()


def records_table(counter: Counter, vintages: Iterable[int]) -> CountTable | None:
    """Rows accepted and set aside by source, over these vintages."""
    numbers = sorted(set(vintages))
    if not numbers:
        return None
    rows = counter.con.execute(
        "SELECT source, sum(rows_accepted)::BIGINT, sum(rows_quarantined)::BIGINT FROM raw.vintages"
        " WHERE list_contains(?, vintage_id) GROUP BY source ORDER BY source",
        [numbers],
    ).fetchall()
    lines = [*rows, (TOTAL, sum(row[1] for row in rows), sum(row[2] for row in rows))]
    cells = tuple(
        CountCell(at=(source, outcome), value=value)
        for source, accepted, refused in lines
        for outcome, value in (("accepted", accepted), ("quarantined", refused), (TOTAL, accepted + refused))
    )
    return CountTable(
        key=editions.RECORDS_KEY,
        indicator="records",
        population="records",
        dimensions=editions.RECORDS_DIMENSIONS,
        additive=editions.RECORDS_DIMENSIONS,
        cells=cells,
        unit="record",
        sources=tuple(row[0] for row in rows),
    )


def _window(counter: Counter, relation: Relation, edition: EditionPeriod) -> Window | None:
    first, last = counter.con.execute(
        f"SELECT min(registered_date), max(registered_date) FROM {relation.table} WHERE {relation.where}"
    ).fetchall()[0]
    if first is None or first > edition.period.end:
        return None
    start = Period(first.year * 12, 12)
    if not relation.source.is_keyed:
        end = max(Period(last.year * 12, 12), start)
        reached: dict[Period, Delivery] = dict.fromkeys(periods_between(start, end), "full")
        return Window(edition=edition, first=start, base="year", delivered=reached)
    blank = Window(edition=edition, first=start, base="month", delivered={})
    return Window(
        edition=edition, first=start, base="month", delivered=delivered_by_lists(blank.bases, counter.reach(relation))
    )


def _spans(spec: TableSpec, window: Window, country: Country) -> tuple[Span, ...]:
    chosen = {"every": window.every_period, "main": window.main_periods, "own": window.own_periods}
    periods = chosen[spec.periods]()
    if spec.indicator == editions.RATE_TABLE.indicator:
        periods = tuple(span for span in window.every_period() if period(span.code).frequency == "year")
    return (*periods, *(window.phases(country.calendar) if spec.has_phases else ()))


def _case_table(
    counter: Counter,
    spec: TableSpec,
    relation: Relation,
    window: Window,
    spans: Sequence[Span],
    totals: Counts,
    country: Country,
    breaks: Sequence[Break],
) -> CountTable | None:
    if len(spec.by) > 1:
        return _crossed_table(counter, spec, relation, window, spans, totals, country, breaks)
    declared = indicator(spec.indicator)
    counts = dict(totals)
    codes: tuple[str, ...] = ()
    if spec.by:
        counts |= {(str(row[0]), row[1]): row[2] for row in counter.rows(declared, (window.base, *spec.by))}
        ever = counter.codes_ever(declared, spec.by[0]) if relation.source.is_keyed else set()
        codes = _codes(breakdown(declared, spec.by[0]), counts, spans, country, ever)
        if not codes:
            return None
        codes = (*codes, TOTAL)
    starts = [period(b.period).start for b in breaks if b.touches(spec.by)]
    cells = period_cells(spans, codes, counts, window, starts)
    if spec.by == ("region",):
        cells = tuple(_before_it_existed(cell, country) for cell in cells)
    several = {b.key for b in CASE_BREAKDOWNS if b.is_several}
    caveats = ("several_codes_per_person",) if set(spec.by) & several else ()
    return _table(
        spec.key, declared, relation, spec.dimensions, cells, population=_population(declared),
        additive=tuple(d for d in spec.dimensions if d not in several), caveats=caveats,
    )  # fmt: skip


def _crossed_table(
    counter: Counter,
    spec: TableSpec,
    relation: Relation,
    window: Window,
    spans: Sequence[Span],
    totals: Counts,
    country: Country,
    breaks: Sequence[Break],
) -> CountTable | None:
    """Codes of two dimensions by each other, with the margins; each person has one code of either."""
    declared = indicator(spec.indicator)
    counts, margins = crossed_counts(counter, declared, window.base, spec.by, totals)
    axes = []
    for key, margin in zip(spec.by, margins, strict=True):
        ever = counter.codes_ever(declared, key) if relation.source.is_keyed else set()
        codes = _codes(breakdown(declared, key), margin, spans, country, ever)
        if not codes:
            return None
        axes.append((*codes, TOTAL))
    starts = [period(b.period).start for b in breaks if b.touches(spec.by)]
    cells = crossed_cells(spans, axes, counts, window, starts)
    return _table(
        spec.key, declared, relation, spec.dimensions, cells, population=_population(declared),
        additive=spec.dimensions, caveats=(),
    )  # fmt: skip


def _population(declared: Indicator) -> str:
    """What is counted: a rate counts its numerator."""
    return declared.numerator or declared.key


def _codes(
    by: Breakdown, counts: Counts, spans: Sequence[Span], country: Country, ever: Collection[str]
) -> tuple[str, ...]:
    """Codes that occur in the spans, and those that `ever` did.

    A code that an earlier edition showed and this one does not would say that nobody is left of it, to readers from
    whom that count was withheld; as a zero of this edition it can be withheld too.
    """
    shown = {part.code for span in spans for part in span.parts}
    regions = [region.code for region in country.regions] if by.key == "region" else []
    occurring = {code for (part, code), count in counts.items() if part in shown and count}
    return ordered_codes({*occurring, *ever}, by, regions) if occurring else ()


def _before_it_existed(cell: CountCell, country: Country) -> CountCell:
    """`M` (not applicable) for a region in a period it did not exist in, unless it was counted all the same."""
    region = next((r for r in country.regions if r.code == cell.at[1]), None)
    if region is None or cell.value or ":" in cell.at[0] or region.exists_in(period(cell.at[0]).year):
        return cell
    return CountCell(at=cell.at, value=None, obs_status="M")


def _observed_table(counter: Counter, spec: TableSpec, edition: EditionPeriod, country: Country) -> CountTable | None:
    declared = indicator(spec.indicator)
    if (counter.area is None and (declared.measure == "mean" or "region" in spec.by)) or (
        relation := counter.relation(declared)
    ) is None:
        return None
    found: dict[tuple[str, ...], CountCell] = {}
    for by in ((), spec.by) if spec.by else ((),):
        for *at, value, lower, upper, status in counter.rows(declared, (relation.source.frequency, *by)):
            key = (str(at[0]), *(at[1:] or [TOTAL] * len(spec.by)))
            found[key] = CountCell(at=key, value=value, obs_status=status, lower=lower, upper=upper)
    grid = _observed_grid(found, spec, declared, edition, country)
    if not grid:
        return None
    cells = tuple(found.get(at, CountCell(at=at, value=None, obs_status="O")) for at in grid)
    if spec.by == ("region",):
        cells = tuple(_before_it_existed(cell, country) for cell in cells)
    table = _table(
        spec.key, declared, relation, spec.dimensions, cells, population=declared.key,
        additive=("period", *(d for d in spec.by if _adds_up(cells))),
    )  # fmt: skip
    return table if counter.area is None else table.of_the_same_countries()


def _observed_grid(
    found: Iterable[tuple[str, ...]], spec: TableSpec, declared: Indicator, edition: EditionPeriod, country: Country
) -> list[tuple[str, ...]]:
    """Periods from the first with a figure to the end of the edition, by the codes that occur."""
    known = [at for at in found if period(at[0]).end <= edition.period.end]
    if not known:
        return []
    periods = [part.code for part in _until(min(period(at[0]) for at in known), edition.period.end)]
    if not spec.by:
        return [(code,) for code in periods]
    always = [region.code for region in country.regions] if spec.by == ("region",) else []
    codes = ordered_codes({at[1] for at in known}, breakdown(declared, spec.by[0]), always)
    return [(when, code) for when in periods for code in (*codes, TOTAL)] if codes else []


def _until(first: Period, last: date) -> list[Period]:
    found = [first]
    while found[-1].shifted(1).end <= last:
        found.append(found[-1].shifted(1))
    return found


def _adds_up(cells: Iterable[CountCell]) -> bool:
    """Whether the codes add up to the total in every period that has all of them."""
    periods: dict[str, dict[str, float | None]] = {}
    for cell in cells:
        if cell.obs_status != "M":
            periods.setdefault(cell.at[0], {})[cell.at[1]] = cell.value
    for codes in periods.values():
        values = [value for code, value in codes.items() if code != TOTAL]
        whole = codes.get(TOTAL)
        known = [value for value in values if value is not None]
        if whole is not None and (sum(known) > whole or (len(known) == len(values) and sum(known) != whole)):
            return False
    return True


def _table(
    key: str,
    declared: Indicator,
    relation: Relation,
    dimensions: tuple[str, ...],
    cells: tuple[CountCell, ...],
    *,
    population: str,
    additive: tuple[str, ...] = ("period",),
    caveats: tuple[str, ...] = (),
) -> CountTable:
    return CountTable(
        key=key,
        indicator=declared.key,
        population=population,
        dimensions=dimensions,
        additive=additive,
        cells=cells,
        unit="person" if declared.measure == "rate" else declared.unit,
        sources=(relation.source.key,),
        caveats=tuple(dict.fromkeys((*declared.caveats, *relation.source.caveats, *caveats))),
        is_published=relation.source.is_public,
        within=declared.within,
    )
