"""Whether the mix of forms, sexes or channels among registered people shifted between two periods."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import sqrt
from typing import Any

import numpy as np

from transforms.messages import said
from transforms.statistics.contingency import (
    adjusted_residuals,
    chi_square,
    cramers_v,
    exact_p,
    fisher_p,
    simulated_p,
)
from transforms.statistics.estimate import Check, Estimate, refused
from transforms.statistics.multiplicity import holm
from transforms.statistics.rates import SMALLEST_BASE, wilson_interval
from transforms.statistics.series import Numbers

METHOD = "composition_shift"
DRAWS = 100_000
SEED = 20_200_311
FEWEST_EXPECTED = 5
_HALF = 0.5
"""Added to every count before logarithms are taken, as a zero has none."""
_NAMED = Mapping[str, int]


def composition_shift(
    before: _NAMED,
    during: _NAMED,
    *,
    persons_before: int,
    persons_during: int,
    level: float = 0.95,
    draws: int = DRAWS,
    seed: int = SEED,
) -> Estimate:
    """Cramér's V between two periods' counts by category, with its interval, and the test of no shift.

    P is Pearson's where every expected count is at least five, and simulated from `seed` otherwise (the margins kept).
    Details: `categories` with both shares and their difference in percentage points (Newcombe's interval, Statistics in
    Medicine 17, 1998), exact p with Holm's correction, difference of centred log-ratios (Aitchison 1986); total
    variation and Aitchison's distance. Refused where counts do not add up to the persons, as people with several forms
    make them do, on fewer than 20 persons in a period, and where there is only one category.
    """
    names = [name for name in dict.fromkeys((*before, *during)) if before.get(name, 0) + during.get(name, 0) > 0]
    table = [[side.get(name, 0) for name in names] for side in (before, during)]
    basis = {"persons_before": float(persons_before), "persons_during": float(persons_during)}
    if (found := _refusal(table, persons_before, persons_during, basis)) is not None:
        return found
    value, (lower, upper) = cramers_v(table, level=level)
    test = chi_square(table)
    is_simulated = test.least_expected < FEWEST_EXPECTED
    categories = _categories(names, table, level)
    logs = log_ratio_differences(*table)
    return Estimate(
        method=METHOD,
        estimate=value,
        lower=lower,
        upper=upper,
        level=level,
        unit="cramers_v",
        basis=basis,
        checks=(
            Check(
                key="expected_counts",
                is_met=not is_simulated,
                said=said("Some expected counts are below 5: the test is simulated."),
            ),
        ),
        caveats=("detection_is_not_prevalence",),
        details={
            "chi_square": test.statistic,
            "degrees": test.degrees,
            "least_expected": test.least_expected,
            "p": simulated_p(table, draws=draws, seed=seed) if is_simulated else test.p,
            "p_method": "simulated" if is_simulated else "chi_square",
            "p_chi_square": test.p,
            "p_exact": exact_p(table),
            "draws": draws,
            "seed": seed,
            "total_variation": _total_variation(table),
            "aitchison": float(np.sqrt((logs**2).sum())),
            "categories": [
                {**line, "log_ratio_difference": float(log)} for line, log in zip(categories, logs, strict=True)
            ],
        },
    )


def _refusal(
    table: Sequence[Sequence[int]], persons_before: int, persons_during: int, basis: Mapping[str, float]
) -> Estimate | None:
    sums = (sum(table[0]), sum(table[1]))
    if sums[0] > persons_before or sums[1] > persons_during:
        code, reason = (
            "several_answers_per_person",
            said("People are counted in several categories: count each once, or compare by person."),
        )
    elif sums != (persons_before, persons_during):
        code, reason = "persons_missing", said("The categories do not hold all people: add those of unknown category.")
    elif min(sums) < SMALLEST_BASE:
        code, reason = "small_base", said("A period has fewer than 20 people: a mix cannot be compared.")
    elif len(table[0]) < 2:
        code, reason = "one_category", said("All people are in one category, so there is no mix to compare.")
    else:
        return None
    return refused(METHOD, "cramers_v", code, reason, **basis)


def _categories(names: Sequence[str], table: Sequence[Sequence[int]], level: float) -> list[dict[str, Any]]:
    sums = [sum(row) for row in table]
    residuals = adjusted_residuals(table)[1]
    p = [fisher_p((a, sums[0] - a), (b, sums[1] - b)) for a, b in zip(table[0], table[1], strict=True)]
    corrected = holm(p)
    return [
        {
            "category": name,
            **shares_compared(table[0][n], sums[0], table[1][n], sums[1], level),
            "p": p[n],
            "p_holm": corrected[n],
            "residual": residuals[n],
        }
        for n, name in enumerate(names)
    ]


def shares_compared(
    count_before: int, before: int, count_during: int, during: int, level: float
) -> dict[str, int | float]:
    """JSON-able: both counts, their shares and the difference of these in per cent, with its interval."""
    low, high = share_difference(count_before, before, count_during, during, level)
    shares = 100 * count_before / before, 100 * count_during / during
    return {
        "before": count_before,
        "during": count_during,
        "before_pct": shares[0],
        "during_pct": shares[1],
        "difference_pct": shares[1] - shares[0],
        "difference_lower": low,
        "difference_upper": high,
    }


def share_difference(
    count_before: int, before: int, count_during: int, during: int, level: float = 0.95
) -> tuple[float, float]:
    """Interval in percentage points of the second share less the first, from the two Wilson intervals (Newcombe)."""
    first, second = count_before / before, count_during / during
    (low_first, high_first), (low_second, high_second) = (
        wilson_interval(count, base, level) for count, base in ((count_before, before), (count_during, during))
    )
    down = sqrt((second - low_second) ** 2 + (high_first - first) ** 2)
    up = sqrt((high_second - second) ** 2 + (first - low_first) ** 2)
    return 100 * (second - first - down), 100 * (second - first + up)


def log_ratio_differences(before: Sequence[int], during: Sequence[int]) -> Numbers:
    """Centred log-ratios of the second mix less those of the first, a half added to every count."""
    logs = np.log(np.array([before, during], dtype=float) + _HALF)
    centred = logs - logs.mean(axis=1, keepdims=True)
    difference: Numbers = centred[1] - centred[0]
    return difference


def _total_variation(table: Sequence[Sequence[int]]) -> float:
    """Share of people that would have to change category to turn one mix into the other."""
    shares = np.array(table, dtype=float)
    shares /= shares.sum(axis=1, keepdims=True)
    return float(np.abs(shares[1] - shares[0]).sum() / 2)
