"""Tables of what went on around the cases: contacts of hotlines, migration, unemployment. None counts victims."""

from __future__ import annotations

from flows.counts.counting import Counter
from flows.counts.stranded_tables import added_table
from transforms.disclosure.cells import CountCell, CountTable
from transforms.indicators import editions
from transforms.indicators.registry import indicator
from transforms.indicators.windows import EditionPeriod, Window
from transforms.periods import FREQUENCIES, Period, period


def context_tables(counter: Counter, edition: EditionPeriod) -> tuple[CountTable, ...]:
    """Those that have a figure up to the end of the edition."""
    made = [added_table(counter, spec, edition) for spec in (*editions.CONTACT_TABLES, *editions.MOVE_TABLES)]
    return tuple(table for table in (*made, _published_table(counter, edition)) if table is not None)


def _published_table(counter: Counter, edition: EditionPeriod) -> CountTable | None:
    """The unemployment rate, as published for years, quarters and months, whichever there are."""
    spec = editions.UNEMPLOYMENT_TABLE
    declared = indicator(spec.indicator)
    relation = counter.relation(declared)
    if relation is None:
        return None
    found = {
        str(row[0]): CountCell(at=(str(row[0]),), value=row[1], obs_status=row[-1])
        for frequency in FREQUENCIES
        for row in counter.rows(declared, (frequency,))
    }
    known = [when for code, cell in found.items() if cell.value is not None and (when := period(code))]
    if not any(when.end <= edition.period.end for when in known):
        return None
    window = Window(edition=edition, first=Period(min(known).year * 12, 12), base="month", delivered={})
    first = {when.frequency: when for when in sorted(known, reverse=True)}
    spans = [
        span.code
        for span in window.every_period()
        if (when := period(span.code)).frequency in first and when >= first[when.frequency]
    ]
    cells = tuple(found.get(code, CountCell(at=(code,), value=None, obs_status="O")) for code in spans)
    return CountTable(
        key=spec.key,
        indicator=declared.key,
        population=declared.key,
        dimensions=spec.dimensions,
        additive=(),
        cells=cells,
        unit=declared.unit,
        sources=(relation.source.key,),
        caveats=declared.caveats,
        is_published=relation.source.is_public,
    )
