"""The register of published cases, and the annex that runs them again."""

from __future__ import annotations

from functools import cache

from transforms.statistics.published import along_time, delays, lists, small_counts
from transforms.statistics.published.case import Comparison, PublishedCase, compared

CASES: tuple[PublishedCase, ...] = (*small_counts.CASES, *along_time.CASES, *delays.CASES, *lists.CASES)


@cache
def quick_annex() -> tuple[Comparison, ...]:
    """Published against obtained for every case that takes no resamples; run once in a process."""
    return tuple(found for case in CASES if not case.is_slow for found in compared(case))


def whole_annex() -> tuple[Comparison, ...]:
    """The same for all cases, those with 1,000 resamples included."""
    return (*quick_annex(), *(found for case in CASES if case.is_slow for found in compared(case)))
