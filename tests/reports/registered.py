"""How the fictional people came to be registered: deliveries quarter by quarter, lists of three bodies, an annex."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random

from transforms.periods import period, period_of, periods_between
from transforms.statistics.hidden_population.table import CaptureTable
from transforms.statistics.nowcast.building import triangle_from_vintages
from transforms.statistics.nowcast.triangle import ReportingTriangle
from transforms.statistics.published.annex import CASES
from transforms.statistics.published.case import compared

SHARES = (0.75, 0.93, 0.98, 0.99, 1.0)
"""Share of a quarter's people who are registered by its own end, and one quarter later, and so on."""
ANNEX = [one.to_json() for case in CASES[:2] for one in compared(case)]


def triangle(counts: Mapping[str, int]) -> ReportingTriangle:
    """How the counts grew with a delivery at the end of each quarter; the last one gives `counts`."""
    random = Random(3)
    quarters = periods_between(period(min(counts)), period(max(counts)))
    last, longest = len(quarters) - 1, len(SHARES) - 1
    vintages: dict[object, dict[object, int]] = {}
    grown = []
    for place, quarter in enumerate(quarters):
        known, age = counts.get(quarter.code, 0), min(last - place, longest)
        final = round(known / SHARES[age])
        steps = [0] * (longest + 1)
        for _ in range(final):
            steps[next(d for d, share in enumerate(SHARES) if random.random() <= share or d == longest)] += 1
        course = [min(sum(steps[: delay + 1]), known if delay >= age else final) for delay in range(longest + 1)]
        course[age:] = [known] * (longest + 1 - age)
        grown.append([min(value, known) if delay <= age else value for delay, value in enumerate(course)])
    for seen, quarter in enumerate(quarters):
        vintages[quarter.end] = {quarters[place]: grown[place][min(seen - place, longest)] for place in range(seen + 1)}
    return triangle_from_vintages(vintages, maximum_delay=longest)  # type: ignore[arg-type]  # days and quarters


def captures(persons: int) -> CaptureTable:
    """So many people on the lists of three bodies, which reach a half, a third and a quarter of all."""
    random = Random(5)
    cells = [0] * 7
    while sum(cells) < persons:
        history = sum(1 << bit for bit, reach in enumerate((0.5, 0.35, 0.25)) if random.random() < reach)
        if history:
            cells[history - 1] += 1
    return CaptureTable(lists=("MIA", "NGO", "IOM"), counts=tuple(cells))


def by_quarter(months: Sequence[str]) -> dict[str, int]:
    """How many of these months fall into each quarter."""
    found: dict[str, int] = {}
    for month in sorted(months):
        code = period_of(period(month).start, "quarter").code
        found[code] = found.get(code, 0) + 1
    return found
