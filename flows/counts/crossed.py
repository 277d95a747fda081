"""People counted by several dimensions at once, with the margins that a table of them shows."""

from __future__ import annotations

from collections.abc import Sequence

from flows.counts.counting import Counter
from transforms.codes import TOTAL
from transforms.indicators.declare import Indicator
from transforms.indicators.grid import Counts
from transforms.periods import Frequency


def crossed_counts(
    counter: Counter, declared: Indicator, base: Frequency, by: Sequence[str], totals: Counts
) -> tuple[dict[tuple[str, tuple[str, ...]], int], list[Counts]]:
    """Counts by period and a code of each dimension, and the margin of each dimension alone; two dimensions.

    Margins are counted, not added up: somebody may have several codes. Raises NoData where no source has rows.
    """
    counts = {(part, (TOTAL,) * len(by)): count for (part, _), count in totals.items()}
    margins: list[Counts] = []
    for place, key in enumerate(by):
        margin = {(str(row[0]), row[1]): row[2] for row in counter.rows(declared, (base, key))}
        margins.append(margin)
        for (part, code), count in margin.items():
            counts[part, tuple(code if n == place else TOTAL for n in range(len(by)))] = count
    for part, *at, count in counter.rows(declared, (base, *by)):
        counts[str(part), tuple(at)] = count
    return counts, margins
