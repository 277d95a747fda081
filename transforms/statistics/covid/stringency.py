"""How registered counts moved with the strictness of the rules: an association, and never a cause."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy.stats import rankdata

from transforms.errors import WrongArguments
from transforms.messages import said
from transforms.statistics.covid.loglinear import Array
from transforms.statistics.estimate import Check, Estimate, refused

METHOD = "stringency_rank_correlation"
FEWEST_INDEXED_PERIODS = 12
CAVEATS = ("association_is_not_cause", "stringency_is_policy_not_behaviour", "detection_is_not_prevalence")


def stringency_association(
    observed: Sequence[float], expected: Sequence[float], stringency: Sequence[float], *, level: float = 0.95
) -> Estimate:
    """Spearman's correlation of observed against expected counts with the stringency index, by period in order.

    All three of one length, `expected` above zero. Neighbouring periods resemble one another, so p comes from shifting
    one series against the other in a circle, which keeps both as smooth as they are: the share of shifts, the real one
    included, with a covariance of ranks as far from zero. The ranks have their straight line taken out first, else the
    two ends of a series that wanders would not join. No interval for the same reason. Details `p`, `p_smallest`.
    Refused below 12 periods or where one of the two never changes. Raises WrongArguments for unequal lengths.
    """
    if not len(observed) == len(expected) == len(stringency):
        raise WrongArguments("Observed, expected and stringency need one value for each period.")
    seen, let_expect, strict = (np.asarray(values, dtype=float) for values in (observed, expected, stringency))
    if len(seen) < FEWEST_INDEXED_PERIODS:
        text = said("There are too few periods to tell a common course from chance.")
        return refused(METHOD, "correlation", "too_few_periods", text, periods=float(len(seen)))
    if not (let_expect > 0).all():
        raise WrongArguments("The expected counts must be above zero.")
    ratios = seen / let_expect
    if np.ptp(ratios) == 0 or np.ptp(strict) == 0:
        text = said("The counts or the strictness of the rules do not change in this time.")
        return refused(METHOD, "correlation", "no_change", text, periods=float(len(seen)))
    one, other = rankdata(ratios), rankdata(strict)
    shifted = np.abs(_by_shift(_without_line(one), _without_line(other)))
    p = float(np.mean(shifted >= shifted[0] * (1 - 1e-12)))
    return Estimate(
        method=METHOD,
        estimate=float(np.corrcoef(one, other)[0, 1]),
        lower=None,
        upper=None,
        level=level,
        unit="correlation",
        basis={"periods": float(len(seen))},
        checks=(
            Check(
                key="enough_periods",
                is_met=1 / len(seen) <= 1 - level + 1e-12,
                said=said("There are too few periods for chance to be ruled out."),
            ),
        ),
        caveats=CAVEATS,
        details={"p": p, "p_smallest": 1 / len(seen)},
    )


def _without_line(ranks: Array) -> Array:
    """Ranks less their least-squares line."""
    time = np.arange(len(ranks)) - (len(ranks) - 1) / 2
    centred = ranks - ranks.mean()
    found: Array = centred - time * (time @ centred) / (time @ time)
    return found


def _by_shift(first: Array, second: Array) -> Array:
    """Covariances (n): as they are, then with the second series shifted by 1, 2, … periods in a circle."""
    found: Array = np.array([np.roll(second, shift) for shift in range(len(second))]) @ first
    return found
