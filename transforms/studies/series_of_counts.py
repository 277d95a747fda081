"""The finest series that the counts at hand give whole."""

from __future__ import annotations

from transforms.codes import TOTAL
from transforms.periods import FREQUENCIES
from transforms.statistics.series import Series, series_of
from transforms.studies.question import Counts

LARGEST_GAP = 0.0
"""Share of periods without a count above which a coarser length is taken: months withheld are not missing at random."""


def finest_series(counts: Counts, code: str = TOTAL) -> Series | None:
    """Totals, or the counts of one code, by month, else by quarter, else by year: the finest without a gap inside.

    A period at either end without a count is cut off: it is not reported yet, or not complete. Withheld periods make
    gaps, and because they are the small ones, a series with such gaps is not used where a coarser one has none. The
    yearly series is taken with its gaps if nothing else is there; None without any count.
    """
    found: Series | None = None
    for frequency in FREQUENCIES:
        values = counts.by_period(frequency, code)
        known = [part for part, value in values.items() if value is not None]
        if not known:
            continue
        inside = {part: value for part, value in values.items() if known[0] <= part <= known[-1]}
        found = series_of(inside)
        gaps = sum(value is None for value in found.counts)
        if gaps <= LARGEST_GAP * len(found.counts):
            return found
    return found
