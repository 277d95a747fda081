"""How many countries a sum over those that reported holds, year by year: without it, a year cannot be read."""

from __future__ import annotations

from collections import Counter as Tally
from collections.abc import Iterable

from flows.counts.counting import Counter
from transforms.disclosure.cells import CountTable
from transforms.indicators.registry import indicator


def countries_reporting(counter: Counter, tables: Iterable[CountTable]) -> dict[str, dict[str, int]]:
    """By table and year, the countries with a figure, of the tables by period that sum other countries each year."""
    found: dict[str, dict[str, int]] = {}
    for table in tables:
        if table.sums_other_countries and table.dimensions == ("period",):
            rows = counter.rows(indicator(table.indicator), ("year", "country"))
            years = Tally(str(row[0]) for row in rows if row[2] is not None)
            found[table.key] = {cell.at[0]: years[cell.at[0]] for cell in table.cells if years[cell.at[0]]}
    return found
