"""The fits behind the COVID effect, held against statsmodels and against themselves in batches."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.periods import period, periods_between
from transforms.statistics.covid.design import Season, Terms, coefficients_of
from transforms.statistics.covid.loglinear import Array, fit_negative_binomial, fit_poisson, newey_west
from transforms.statistics.covid.predictive import expectation
from transforms.statistics.covid.state_space import wandering_level

MONTHS = periods_between(period("2015-01"), period("2019-12"))
AHEAD = periods_between(period("2020-01"), period("2020-12"))


def terms(season: Season) -> Terms:
    return Terms(origin=MONTHS[0], season=season)


def drawn(means: Array | float, seed: int, series: int = 5) -> Array:
    return np.random.default_rng(seed).negative_binomial(4, 4 / (4 + np.asarray(means)), (series, 60)).astype(float)


@pytest.mark.parametrize("season", ["none", "two_harmonics", "factors"])
def test_quasi_poisson_fits_and_their_covariance_are_those_of_statsmodels(season: Season) -> None:
    import statsmodels.api as sm

    counts, design, offset = drawn(30, 1), terms(season).matrix(MONTHS), np.log(np.linspace(1, 1.2, 60))
    found = fit_poisson(counts, design, offset)
    for place, row in enumerate(counts):
        wanted = sm.GLM(row, design, family=sm.families.Poisson(), offset=offset).fit(scale="X2", tol=1e-12)
        assert found.coefficients[place] == pytest.approx(wanted.params, rel=1e-6, abs=1e-8)
        assert found.covariance[place] == pytest.approx(wanted.cov_params(), rel=1e-6, abs=1e-10)
        assert found.phi[place] == pytest.approx(wanted.scale, rel=1e-7)


def test_negative_binomial_fits_maximise_the_likelihood_of_statsmodels() -> None:
    import statsmodels.api as sm

    counts, design = drawn(12, 2), terms("two_harmonics").matrix(MONTHS)
    found, theta = fit_negative_binomial(counts, design, np.zeros(60))
    for place, row in enumerate(counts):
        model = sm.NegativeBinomial(row, design)
        start = np.append(found.coefficients[place], 1 / theta[place])
        wanted = model.fit(start_params=start, disp=0, method="bfgs", gtol=1e-6, maxiter=500)
        assert start == pytest.approx(wanted.params, rel=2e-3, abs=2e-4)
        assert model.loglike(start) >= wanted.llf - 1e-6


def test_counts_that_vary_no_more_than_poisson_have_no_negative_binomial() -> None:
    counts = np.tile([4.0, 5.0, 6.0], (1, 20))
    design = terms("none").matrix(MONTHS)
    found, theta = fit_negative_binomial(counts, design, np.zeros(60))
    assert np.isinf(theta).all()
    assert found.coefficients == pytest.approx(fit_poisson(counts, design, np.zeros(60)).coefficients, rel=1e-9)


@pytest.mark.parametrize("lags", [0, 1, 3])
def test_newey_west_is_that_of_statsmodels(lags: int) -> None:
    import statsmodels.api as sm

    counts, design = drawn(20, 3, series=1), terms("two_harmonics").matrix(MONTHS)
    fit = fit_poisson(counts, design, np.zeros(60))
    wanted = sm.GLM(counts[0], design, family=sm.families.Poisson()).fit(
        cov_type="HAC", cov_kwds={"maxlags": lags, "use_correction": True}, tol=1e-12
    )
    assert newey_west(fit, counts, design, lags)[0] == pytest.approx(wanted.cov_params(), rel=1e-6, abs=1e-10)


def test_a_series_has_the_same_fit_alone_and_among_others() -> None:
    counts, design = np.vstack((drawn(3, 4), drawn(300, 5))), terms("two_harmonics").matrix(MONTHS)
    together, theta = fit_negative_binomial(counts, design, np.zeros(60))
    poisson = fit_poisson(counts, design, np.zeros(60))
    for place in range(len(counts)):
        alone = fit_poisson(counts[place : place + 1], design, np.zeros(60))
        assert alone.coefficients[0] == pytest.approx(poisson.coefficients[place], rel=1e-9, abs=1e-11)
        one, its_theta = fit_negative_binomial(counts[place : place + 1], design, np.zeros(60))
        assert one.coefficients[0] == pytest.approx(together.coefficients[place], rel=1e-7, abs=1e-9)
        assert its_theta[0] == pytest.approx(theta[place], rel=1e-6)


def test_a_month_without_any_event_has_no_finite_fit_with_month_factors() -> None:
    counts = np.ones((1, 60))
    counts[0, 4::12] = 0
    assert not fit_poisson(counts, terms("factors").matrix(MONTHS), np.zeros(60)).is_found[0]
    assert fit_poisson(counts, terms("two_harmonics").matrix(MONTHS), np.zeros(60)).is_found[0]


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10_000), mean=st.floats(2, 200))
def test_the_error_of_a_sum_is_more_than_that_of_its_parts_summed(seed: int, mean: float) -> None:
    design = terms("two_harmonics").matrix(MONTHS)
    fit = fit_poisson(drawn(mean, seed, series=1), design, np.zeros(60))
    ahead = terms("two_harmonics").matrix(AHEAD)
    total = expectation(fit, ahead, np.zeros(12), np.ones((1, 12)))
    parts = expectation(fit, ahead, np.zeros(12), np.eye(12))
    assert total.means[0, 0] == pytest.approx(parts.means.sum(), rel=1e-9)
    assert total.se_pred[0, 0] > np.sqrt((parts.variances[0]).sum()) * 0.999
    assert total.variances[0, 0] == pytest.approx(
        total.se_mean[0, 0] ** 2 + max(float(fit.phi[0]), 1) * total.means[0, 0], rel=1e-9
    )


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10_000), mean=st.floats(1.5, 80), observed=st.integers(0, 300))
def test_what_lies_outside_the_interval_has_a_small_p_and_what_lies_inside_has_not(
    seed: int, mean: float, observed: int
) -> None:
    design = terms("none").matrix(MONTHS)
    fit = fit_poisson(drawn(mean, seed, series=1), design, np.zeros(60))
    found = expectation(fit, terms("none").matrix(AHEAD), np.zeros(12), np.ones((1, 12)))
    (lower, upper), (plain_lower, plain_upper) = found.interval(), found.plain_interval()
    p = found.p_values(np.array([[float(observed)]]))[0, 0]
    assert (p < 0.05) == (not lower[0, 0] <= observed <= upper[0, 0])
    assert lower[0, 0] <= plain_lower[0, 0] <= plain_upper[0, 0] <= upper[0, 0]


def test_random_counts_to_come_have_the_mean_and_variance_of_the_expectation() -> None:
    design = terms("none").matrix(MONTHS)
    fit = fit_poisson(drawn(6, 7, series=1), design, np.zeros(60))
    found = expectation(fit, terms("none").matrix(AHEAD), np.zeros(12), np.ones((1, 12)))
    draws = found.draws(np.random.default_rng(1), 40_000)[:, 0, 0]
    assert draws.mean() == pytest.approx(found.means[0, 0], rel=0.01)
    assert draws.var() == pytest.approx(found.variances[0, 0] * 58 / 56, rel=0.05)


@pytest.mark.parametrize(
    ("season", "months"), [("none", 1), ("two_harmonics", 1), ("factors", 1), ("none", 3), ("factors", 3), ("none", 12)]
)
def test_a_design_has_as_many_columns_as_are_counted_and_is_of_full_rank(season: Season, months: int) -> None:
    parts = {1: MONTHS, 3: periods_between(period("2010-Q1"), period("2019-Q4"))}.get(
        months, periods_between(period("2000"), period("2019"))
    )
    design = Terms(origin=parts[0], season=season, breaks=(parts[len(parts) // 2],)).matrix(parts)
    assert design.shape[1] == coefficients_of(season, months, 1) == np.linalg.matrix_rank(design)


def test_the_wandering_level_of_the_nile_has_the_published_likelihood_and_variances(shared_fixtures: Path) -> None:
    import statsmodels.api as sm

    flows = sm.datasets.nile.load_pandas().data["volume"].to_numpy(dtype=float)
    text = (shared_fixtures / "covid" / "reference_annual_did_ucm.json").read_text("utf-8")
    wanted = json.loads(text)["nile_local_level_mle"]
    found = wandering_level(
        flows, np.arange(100.0), np.ones((100, 1)), np.array([100.0]), np.ones((1, 1)), np.ones((1, 1))
    )
    assert found.log_likelihood == pytest.approx(wanted["published_loglik"], abs=0.01)
    assert (found.noise_variance, found.step_variance) == pytest.approx(
        tuple(wanted["published_durbin_koopman"]), rel=0.02
    )


@pytest.mark.parametrize("has_drift", [False, True])
def test_forecasts_of_the_wandering_level_are_those_of_a_kalman_filter(shared_fixtures: Path, has_drift: bool) -> None:
    import statsmodels.api as sm

    with (shared_fixtures / "covid" / "seatbelts.csv").open(encoding="utf-8") as lines:
        killed = np.array([float(row["DriversKilled"]) for row in csv.DictReader(lines)])[:96]
    season = Terms(origin=period("1969-01"), season="factors")
    months = periods_between(period("1969-01"), period("1977-12"))
    design = season.matrix(months)
    design = design if has_drift else np.delete(design, 1, axis=1)
    places = np.arange(108.0)
    sums = np.vstack((np.ones(12), np.eye(12)))
    found = wandering_level(killed, places[:96], design[:96], places[96:], design[96:], sums)

    model = sm.tsa.UnobservedComponents(
        killed, "lldtrend" if has_drift else "llevel", seasonal=12, stochastic_seasonal=False, use_exact_diffuse=True
    )
    filtered = model.smooth([found.noise_variance, found.step_variance])
    ahead = filtered.get_forecast(12)
    assert found.means[1:] == pytest.approx(ahead.predicted_mean, rel=1e-5)
    assert found.variances[1:] == pytest.approx(ahead.se_mean**2, rel=1e-4)
    best = model.fit(disp=0, start_params=[found.noise_variance, max(found.step_variance, 1.0)])
    assert filtered.llf >= best.llf - 0.01
