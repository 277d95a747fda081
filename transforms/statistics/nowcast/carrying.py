"""What a reporting triangle carries: a nowcast, one in coarser periods, or none, by stated rules."""

from __future__ import annotations

import numpy as np

from transforms.messages import Message, counted, said
from transforms.statistics.estimate import Estimate, refused
from transforms.statistics.nowcast.delays import FEWEST_COMPLETE_PERIODS, complete_periods
from transforms.statistics.nowcast.triangle import Floats, ReportingTriangle, coarser

METHOD = "nowcast_reverse_hazard_negative_binomial"
UNIT = "registered_cases"

FEWEST_REPORTS = 10
"""Registrations in periods that are complete, below which no delay distribution is estimated."""

SPARSE_MEAN = 2.0
"""Final cases per complete period under which the series is counted in coarser periods, where that is possible."""

MOST_WITHDRAWN_SHARE = 0.10


def carrying(triangle: ReportingTriangle) -> ReportingTriangle:
    """The triangle in its own step, or in the finest coarser one with enough cases per period that is not refused."""
    tried: ReportingTriangle | None = triangle
    while tried is not None and is_sparse(tried):
        tried = coarser(tried)
    return triangle if tried is None or refusal_of(tried) is not None else tried


def is_sparse(triangle: ReportingTriangle) -> bool:
    """Whether complete periods have so few cases that the chain ladder gives too many."""
    finals = _finals(triangle)
    return bool(len(finals)) and float(finals.mean()) < SPARSE_MEAN


def _finals(triangle: ReportingTriangle) -> Floats:
    """Final counts of the complete periods, where they were seen."""
    finals = triangle.cumulative[complete_periods(triangle), -1]
    seen: Floats = finals[~np.isnan(finals)]
    return seen


def refusal_of(triangle: ReportingTriangle) -> Estimate | None:
    """Why this triangle carries no nowcast, the most basic reason first."""
    known = ~np.isnan(triangle.cumulative)
    pairs = known[:, 1:] & known[:, :-1]
    finals = _finals(triangle)
    if triangle.maximum_delay == 0 or not pairs.any(axis=0).all():
        return no_answer(
            triangle,
            "no_delay_information",
            said("The data do not show how long registration takes: every delay must have been seen at least once."),
        )
    if complete_periods(triangle).all():
        return no_answer(
            triangle, "nothing_incomplete", said("Every period has reached the maximum delay: nothing is outstanding.")
        )
    complete_pairs = int(pairs[:, -1].sum())
    if complete_pairs < FEWEST_COMPLETE_PERIODS:
        reason = counted(
            "Only one period has reached the maximum delay of {delay} periods; at least {fewest} are needed.",
            "Only {n} periods have reached the maximum delay of {delay} periods; at least {fewest} are needed.",
            complete_pairs,
            delay=triangle.maximum_delay,
            fewest=FEWEST_COMPLETE_PERIODS,
        )
        return no_answer(triangle, "too_few_periods", reason)
    if not float(triangle.observed[~np.isnan(triangle.observed)].sum()):
        return no_answer(triangle, "no_registrations", said("No case was registered in the periods looked at."))
    if np.isnan(triangle.observed[~complete_periods(triangle)]).any():
        return no_answer(
            triangle, "no_current_count", said("The count of a recent period is missing as of the latest delivery.")
        )
    return _refusal_of_counts(triangle, float(finals.sum()))


def _refusal_of_counts(triangle: ReportingTriangle, reports: float) -> Estimate | None:
    if triangle.withdrawn > MOST_WITHDRAWN_SHARE * registered_ever(triangle):
        return no_answer(
            triangle,
            "corrections_dominate",
            said("More than a tenth of the registered cases were withdrawn again: the delay cannot be told from that."),
        )
    if reports < FEWEST_REPORTS:
        reason = said(
            "Complete periods have {count} registered cases; a delay needs at least {fewest}.",
            count=int(reports),
            fewest=FEWEST_REPORTS,
        )
        return no_answer(triangle, "too_few_reports", reason)
    return None


def registered_ever(triangle: ReportingTriangle) -> float:
    """Cases ever entered: what stands now and what was withdrawn."""
    return float(np.nansum(triangle.observed)) + triangle.withdrawn


def no_answer(triangle: ReportingTriangle, code: str, reason: Message) -> Estimate:
    """The nowcast refused, with what the triangle holds."""
    return refused(METHOD, UNIT, code, reason, **basis_of(triangle))


def basis_of(triangle: ReportingTriangle) -> dict[str, float]:
    """Counts of cases and periods that the nowcast rests on; the delay in periods."""
    is_complete = complete_periods(triangle)
    return {
        "registered": float(np.nansum(triangle.observed)),
        "periods": float(len(is_complete)),
        "complete_periods": float(is_complete.sum()),
        "incomplete_periods": float((~is_complete).sum()),
        "maximum_delay": float(triangle.maximum_delay),
        "late": float(triangle.late),
        "unusable": float(triangle.unusable),
        "withdrawn": triangle.withdrawn,
    }
