"""Excess deaths by the model of a published table, which the methods annex runs again.

Karlinsky and Kobak, eLife 10 (2021) e69336: ordinary least squares with a linear trend of the year and a factor for
each month on 2015-2019; the baseline of 2020 stands for later years too; the standard deviation is a prediction's.
"""

from __future__ import annotations

import numpy as np

from transforms.messages import said
from transforms.periods import Period, Stretch
from transforms.statistics.covid.loglinear import Array
from transforms.statistics.estimate import Estimate, refused
from transforms.statistics.series import Series

METHOD = "excess_deaths_ols"
BASELINE_YEAR = 2020
_COEFFICIENTS = 13


def excess_deaths(series: Series, *, pre: Stretch, post: Stretch, adjustment: float = 0.0) -> Estimate:
    """Deaths of `post` above the baseline, with its prediction standard deviation (details `sd`).

    Monthly series. `adjustment` is added to the sum: deaths of another cause, such as a war. The interval is
    estimate ± 1.96 sd as published. Refused without counts in `pre` or `post`.
    """
    before, after = series.within(pre), series.within(post)
    if before is None or after is None or series.frequency != "month":
        return refused(METHOD, "events", "no_months", said("Months of both windows are needed."))
    if not (np.isfinite(before.values).all() and np.isfinite(after.values).all()):
        return refused(METHOD, "events", "not_reported", said("A month in one of the windows is not reported."))
    design = _design(before.periods, None)
    if len(design) <= _COEFFICIENTS or np.linalg.matrix_rank(design) < _COEFFICIENTS:
        return refused(METHOD, "events", "pre_too_short", said("The years before are too short for this model."))
    ahead = _design(after.periods, BASELINE_YEAR)
    coefficients = np.linalg.lstsq(design, before.values, rcond=None)[0]
    residuals = before.values - design @ coefficients
    variance = float(residuals @ residuals) / (len(design) - _COEFFICIENTS)
    total = ahead.sum(axis=0)
    spread = total @ np.linalg.solve(design.T @ design, total)
    sd = float(np.sqrt(variance * (len(ahead) + spread)))
    expected = ahead @ coefficients
    excess = float((after.values - expected).sum()) + adjustment
    return Estimate(
        method=METHOD,
        estimate=excess,
        lower=excess - 1.96 * sd,
        upper=excess + 1.96 * sd,
        unit="events",
        basis={"observed": float(after.values.sum()), "months": float(len(ahead)), "adjustment": adjustment},
        details={"sd": sd, "expected": float(expected.sum()), "by_period": [float(value) for value in expected]},
    )


def _design(periods: tuple[Period, ...], year: int | None) -> Array:
    """Trend of the year (or one year for all rows) and a factor for each of twelve months."""
    trend = [float((part.year if year is None else year) - BASELINE_YEAR) for part in periods]
    months = [[float(part.first_month % 12 == month) for month in range(12)] for part in periods]
    return np.column_stack((trend, months))
