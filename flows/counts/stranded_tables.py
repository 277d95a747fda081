"""Figures that others counted by month, quarter or year, summed over longer periods: stranded migrants, and others."""

from __future__ import annotations

from dataclasses import replace

from flows.counts.counting import Counter
from transforms.codes import TOTAL
from transforms.disclosure.cells import CountCell, CountTable
from transforms.indicators import editions
from transforms.indicators.added_up import Figures, added_cells, exceeds, with_rest
from transforms.indicators.compiler import Relation
from transforms.indicators.declare import Indicator
from transforms.indicators.editions import TableSpec
from transforms.indicators.grid import ordered_codes
from transforms.indicators.registry import breakdown, indicator
from transforms.indicators.windows import EditionPeriod, Span, Window
from transforms.periods import Period, period


def stranded_tables(counter: Counter, edition: EditionPeriod) -> tuple[CountTable, ...]:
    """The tables that the registrations give; those without a figure up to the end of the edition are left out.

    A part is bound to its whole only where no figure of it is larger: registrations can be delivered otherwise.
    """
    found = [table for spec in editions.STRANDED_TABLES if (table := added_table(counter, spec, edition)) is not None]
    wholes = {(t.population, t.coordinates(cell)): cell.value for t in found for cell in t.cells}

    def fits(table: CountTable) -> bool:
        pairs = ((cell.value, wholes.get((table.within, table.coordinates(cell)))) for cell in table.cells)
        return all(part is None or whole is None or part <= whole for part, whole in pairs)

    return tuple(table if not table.within or fits(table) else replace(table, within="") for table in found)


def added_table(counter: Counter, spec: TableSpec, edition: EditionPeriod) -> CountTable | None:
    """One table, or None where no figure of it lies in the periods up to the end of the edition."""
    declared = indicator(spec.indicator)
    relation = counter.relation(declared)
    if relation is None:
        return None
    totals = _figures(counter, declared, relation, ())
    figures: Figures = {**totals, **(_figures(counter, declared, relation, spec.by) if spec.by else {})}
    if spec.by and declared.parts:
        figures = with_rest(figures)
    known = [period(when) for (when, _), (value, _) in figures.items() if value is not None]
    if not any(when.end <= edition.period.end for when in known):
        return None
    first = Period(min(known).year * 12, 12)
    window = Window(edition=edition, first=first, base=relation.source.frequency, delivered={})
    every = window.every_period() if spec.periods == "every" else window.main_periods()
    spans = tuple(span for span in every if _touches(span, min(known), max(known)))
    has_total = any(value is not None for value, _ in totals.values()) and not exceeds(figures)
    codes = _codes(spec, figures, spans, has_total=has_total)
    if spec.by and not codes:
        return None
    cells = added_cells(spans, codes, figures)
    is_apart = bool(spec.by) and bool(declared.parts) and not has_total
    return CountTable(
        key=spec.key,
        indicator=declared.key,
        population="_".join((declared.key, *spec.by)) if is_apart else declared.key,
        dimensions=spec.dimensions,
        additive=("period", *(spec.by if is_apart or _adds_up(cells) else ())),
        cells=cells,
        unit=declared.unit,
        sources=(relation.source.key,),
        caveats=(*declared.caveats, *(("several_codes_per_person",) if spec.by == ("need",) else ())),
        is_published=relation.source.is_public,
        within=declared.within,
    )


def _touches(span: Span, first: Period, last: Period) -> bool:
    """Whether a span begins before the last figure ends and ends after the first begins: others tell nothing."""
    return span.parts[0].start <= last.end and span.parts[-1].end >= first.start


def _figures(counter: Counter, declared: Indicator, relation: Relation, by: tuple[str, ...]) -> Figures:
    rows = counter.rows(declared, (relation.source.frequency, *by))
    return {(str(when), code[0] if code else TOTAL): (value, status) for when, *code, value, _, _, status in rows}


def _codes(spec: TableSpec, figures: Figures, spans: tuple[Span, ...], *, has_total: bool) -> tuple[str, ...]:
    """Codes with a figure in the spans, the total last where it is delivered."""
    if not spec.by:
        return ()
    shown = {part.code for span in spans for part in span.parts}
    occurring = {code for (when, code), (value, _) in figures.items() if when in shown and value is not None}
    codes = ordered_codes(occurring, breakdown(indicator(spec.indicator), spec.by[0]))
    return (*codes, TOTAL) if codes and has_total else codes


def _adds_up(cells: tuple[CountCell, ...]) -> bool:
    """Whether the codes of every period add up to its total; false where there is none."""
    periods: dict[str, dict[str, float]] = {}
    for cell in cells:
        if len(cell.at) > 1 and cell.value is not None:
            periods.setdefault(cell.at[0], {})[cell.at[1]] = cell.value
    wholes = [codes.pop(TOTAL, None) == sum(codes.values()) for codes in periods.values()]
    return bool(wholes) and all(wholes)
