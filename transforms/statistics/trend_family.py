"""The trends of a section: each judged by how many were looked at."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from transforms.messages import said
from transforms.statistics.estimate import Check, Estimate
from transforms.statistics.multiplicity import holm_among

NO_DIRECTION = "no_clear_change"


def section_trends(trends: Mapping[str, Estimate]) -> dict[str, Estimate]:
    """The trends with `p_holm`, `tests` and `is_trend` in their details, and a check where Holm takes a direction away.

    A trend has a direction where its own interval and the adjusted p both say so. Refused ones are no tests and stay
    as they are.
    """
    adjusted = holm_among(trends)
    return {
        key: found if key not in adjusted else _judged(found, adjusted[key], len(adjusted))
        for key, found in trends.items()
    }


def _judged(found: Estimate, p: float, tests: int) -> Estimate:
    has_direction = found.details["direction"] != NO_DIRECTION
    holds = Check(
        key="holds_among_all_tests",
        is_met=not has_direction or p < 1 - found.level,
        said=said("Among so many series, one such trend is to be expected by chance alone."),
    )
    details = {**found.details, "p_holm": p, "tests": tests, "is_trend": has_direction and holds.is_met}
    return replace(found, checks=(*found.checks, holds), details=details)
