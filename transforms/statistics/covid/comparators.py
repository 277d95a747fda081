"""Other countries or regions as a yardstick: the ratio of ratios, and what it would be for each of them in turn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from scipy.stats import norm

from transforms.messages import said
from transforms.statistics.estimate import Check, Estimate, refused

RATIO_METHOD = "ratio_of_ratios"
PLACEBO_METHOD = "ratio_of_ratios_placebo"
FEWEST_COMPARATORS = 4
SMALLEST_COUNT = 5
"""Below this in any of the four counts the normal interval on the logarithm is not to be trusted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BeforeAfter:
    """Registered counts of one unit before and during the period."""

    before: float
    during: float


def ratio_of_ratios(unit: BeforeAfter, control: BeforeAfter, *, level: float = 0.95) -> Estimate:
    """Change of the unit against the change of the control, normal interval on the logarithm (details `log_se`).

    Difference in differences of a Poisson model with log link; both units must be counted over the same periods.
    Refused where a count is zero. It takes the counts as Poisson: differences between units are not in its interval.
    """
    counts = {
        "unit_before": unit.before,
        "unit_during": unit.during,
        "control_before": control.before,
        "control_during": control.during,
    }
    if min(counts.values()) <= 0:
        text = said("One of the four counts is zero, so the ratio of ratios has no value or no interval.")
        return refused(RATIO_METHOD, "ratio", "zero_count", text, **counts)
    ratio = unit.during / unit.before / (control.during / control.before)
    log_se = float(np.sqrt(sum(1 / count for count in counts.values())))
    wide = float(norm.ppf((1 + level) / 2)) * log_se
    return Estimate(
        method=RATIO_METHOD,
        estimate=ratio,
        lower=float(ratio * np.exp(-wide)),
        upper=float(ratio * np.exp(wide)),
        level=level,
        unit="ratio",
        basis=counts,
        checks=(
            Check(
                key="enough_events",
                is_met=min(counts.values()) >= SMALLEST_COUNT,
                said=said("A ratio with a count under 5 is unreliable."),
            ),
        ),
        caveats=("detection_is_not_prevalence",),
        details={"log_se": log_se, "p": float(2 * norm.sf(abs(np.log(ratio)) / log_se))},
    )


def placebo_ratio(unit: str, counts: Mapping[str, BeforeAfter], *, level: float = 0.95) -> Estimate:
    """Ratio of ratios of `unit` against all others together, with the p of placebos.

    Each comparator is taken in turn for the unit and compared with the other comparators; p is the share of all ratios,
    the real one included, at least as far from 1 (Abadie and others, JASA 105, 2010). Half a case is added to each
    count of a placebo, so that zeros do not drop units. Refused below four comparators.
    `details`: `p_placebo`, `p_smallest` (no p can be smaller), `placebos` by unit, `log_se`.
    """
    others = {name: pair for name, pair in counts.items() if name != unit}
    if unit not in counts or len(others) < FEWEST_COMPARATORS:
        text = said("Fewer than four others to compare with are known.")
        return refused(PLACEBO_METHOD, "ratio", "too_few_comparators", text, comparators=float(len(others)))
    found = ratio_of_ratios(counts[unit], _together(others), level=level)
    if found.refusal is not None:
        return replace(found, method=PLACEBO_METHOD)
    placebos = {name: _log_ratio(others[name], _together(others, but=name)) for name in others}
    own = _log_ratio(counts[unit], _together(others))
    as_far = sum(abs(value) >= abs(own) - 1e-12 for value in placebos.values())
    smallest = 1 / (1 + len(others))
    return replace(
        found,
        method=PLACEBO_METHOD,
        basis={**found.basis, "comparators": float(len(others))},
        checks=(
            *found.checks,
            Check(
                key="enough_comparators",
                is_met=smallest <= 1 - level + 1e-12,
                said=said("There are too few others for chance to be ruled out by comparing them."),
            ),
        ),
        details={
            **found.details,
            "p_placebo": (1 + as_far) * smallest,
            "p_smallest": smallest,
            "placebos": {name: float(np.exp(value)) for name, value in sorted(placebos.items())},
        },
    )


def _together(counts: Mapping[str, BeforeAfter], but: str | None = None) -> BeforeAfter:
    kept = [pair for name, pair in counts.items() if name != but]
    return BeforeAfter(before=sum(pair.before for pair in kept), during=sum(pair.during for pair in kept))


def _log_ratio(unit: BeforeAfter, control: BeforeAfter) -> float:
    return float(
        np.log((unit.during + 0.5) / (unit.before + 0.5)) - np.log((control.during + 0.5) / (control.before + 0.5))
    )
