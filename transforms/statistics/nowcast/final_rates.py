"""Rates and totals of recent periods with both uncertainties in them: registrations to come, and chance."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from scipy.optimize import brentq
from scipy.stats import gamma

from transforms.errors import WrongArguments
from transforms.messages import said
from transforms.statistics.estimate import Check, Estimate
from transforms.statistics.nowcast.triangle import Floats, Integers
from transforms.statistics.rates import PER_100K, poisson_interval, rate


def total_draws(draws: Integers, rows: Sequence[int]) -> Integers:
    """Sum of some event periods in every replicate; raises WrongArguments for none of them."""
    if not len(rows):
        raise WrongArguments("A total needs at least one period.")
    total: Integers = draws[:, list(rows)].sum(axis=1)
    return total


def rate_from_draws(totals: Integers, persons: float, *, per: float = PER_100K, level: float = 0.95) -> Estimate:
    """Final events per so many persons from draws of the final count; the exact Poisson interval is carried through.

    The bounds are those of the mixture of Garwood's intervals over the draws: gamma with shape N below and N + 1 above
    (the melding of Fay, Proschan and Brittain, Biometrics 71, 2015), so a count that is certain gives Garwood's
    interval. Details: `count_lower` and `count_upper`, the bounds of the final count. Refused as `rate` is.
    """
    counts, times = np.unique(totals, return_counts=True)
    weights = times / times.sum()
    mean = float(counts @ weights)
    plain = rate(mean, persons, per=per, level=level)
    if plain.refusal is not None:
        return replace(plain, method="rate_nowcast_melded")
    tail = (1 - level) / 2
    widest = poisson_interval(float(counts[-1]), 1 - tail / 10)[1]

    def mixed(shape: Floats) -> Callable[[float], float]:
        return lambda x: float(weights @ np.where(shape > 0, gamma.cdf(x, np.maximum(shape, 1e-300)), 1.0))

    lower_at, upper_at = mixed(counts.astype(np.float64)), mixed((counts + 1).astype(np.float64))
    lower = 0.0 if lower_at(0.0) >= tail else float(brentq(lambda x: lower_at(x) - tail, 0.0, widest, xtol=1e-10))
    upper = float(brentq(lambda x: upper_at(x) - (1 - tail), 0.0, widest, xtol=1e-10))
    ends = np.quantile(totals, (tail, 1 - tail))
    estimated = Check(
        key="registration_complete",
        is_met=len(counts) == 1,
        said=said("Registrations still to come are estimated; their uncertainty is in the interval."),
    )
    return replace(
        plain,
        method="rate_nowcast_melded",
        lower=lower / persons * per,
        upper=upper / persons * per,
        checks=(*plain.checks, estimated),
        details={"count_lower": float(ends[0]), "count_upper": float(ends[1])},
    )
