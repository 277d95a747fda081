"""A short run of the simulation study: its bands are those of the methods, widened by its own Monte Carlo error."""

from __future__ import annotations

from functools import cache
from math import sqrt

import numpy as np
import pytest

from tests.simulation.covid import FLAT, MEANS, MOVING, PHIS, Course, Outcomes, outcomes, simulated

SERIES = 160
ERRORS = 3.0
"""Three errors: a right program leaves so wide a band once in some hundred runs, and the seed fixes the run."""


@cache
def cell(mean: int, phi: int, course: Course = FLAT) -> Outcomes:
    return outcomes(mean, phi, series=SERIES, course=course)


def band(low: float, high: float, series: int) -> tuple[float, float]:
    """The band of the methods with the error that a share of so many series has at its ends."""
    return (
        low - ERRORS * sqrt(low * (1 - low) / series),
        min(high + ERRORS * sqrt(high * (1 - high) / series), 1 - 1 / series),
    )


@pytest.mark.parametrize("phi", PHIS)
@pytest.mark.parametrize("mean", MEANS)
def test_intervals_of_a_total_cover_it_as_often_as_they_say(mean: int, phi: int) -> None:
    low, high = band(*((0.91, 0.98) if mean == 1 else (0.93, 0.97)), SERIES)
    assert low <= cell(mean, phi).coverage <= high


@pytest.mark.parametrize("phi", PHIS)
def test_over_all_means_together_the_coverage_is_in_the_narrow_band(phi: int) -> None:
    low, high = band(0.93, 0.97, SERIES * len(MEANS))
    assert low <= float(np.mean([cell(mean, phi).coverage for mean in MEANS])) <= high


def test_coverage_holds_where_the_mean_grows_and_has_a_season() -> None:
    low, high = band(0.93, 0.97, 2 * SERIES)
    assert low <= float(np.mean([cell(5, phi, MOVING).coverage for phi in PHIS])) <= high


def test_no_effect_is_rarely_called_an_effect_after_correction() -> None:
    cells = [cell(mean, phi) for mean in MEANS for phi in PHIS]
    assert float(np.mean([found.false_effects for found in cells])) <= 0.05
    assert max(found.false_effects for found in cells) <= band(0, 0.05, SERIES)[1]
    assert float(np.mean([np.isfinite(found.p).mean() for found in cells])) > 0.99, "hardly any is refused"


def test_a_fall_by_half_at_five_a_month_is_found() -> None:
    found = outcomes(5, 1, series=SERIES, effect=0.5).found_falls
    assert found >= band(0.75, 0.75, SERIES)[0]
    assert outcomes(5, 2, series=SERIES, effect=0.5).found_falls < found


def test_ignoring_the_uncertainty_of_the_trend_would_cover_too_rarely() -> None:
    """The study can tell a wrong interval: Poisson bounds around the expectation alone."""
    from scipy.stats import poisson

    from transforms.periods import period, periods_between
    from transforms.statistics.covid.design import Terms
    from transforms.statistics.covid.loglinear import fit_poisson

    counts = simulated(FLAT.means(20), 1, 1000, np.random.default_rng(1))
    months = periods_between(period("2015-01"), period("2020-12"))
    design = Terms(origin=months[0], season="factors").matrix(months)
    fit = fit_poisson(counts[:, :60], design[:60], np.zeros(60))
    expected = np.exp(fit.coefficients @ design[60:].T).sum(axis=1)
    total = counts[:, 60:].sum(axis=1)
    inside = (poisson.ppf(0.025, expected) <= total) & (total <= poisson.ppf(0.975, expected))
    assert float(inside.mean()) < 0.85


@pytest.mark.parametrize("phi", PHIS)
def test_simulated_counts_have_the_mean_and_dispersion_asked(phi: int) -> None:
    counts = simulated(np.full(50, 5.0), phi, 2000, np.random.default_rng(2))
    assert counts.mean() == pytest.approx(5, rel=0.02)
    assert counts.var() / counts.mean() == pytest.approx(phi, rel=0.03)
