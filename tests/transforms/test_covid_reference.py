"""The COVID effect against numbers that other people's programs and papers give."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.stats import norm

from tests.transforms.covid_series import deaths, months, reference, sicily
from transforms.periods import period, stretch
from transforms.statistics.covid.comparators import BeforeAfter, ratio_of_ratios
from transforms.statistics.covid.design import Terms
from transforms.statistics.covid.effect import covid_effect
from transforms.statistics.covid.exact import jeffreys_bounds
from transforms.statistics.covid.excess_deaths import excess_deaths
from transforms.statistics.covid.farrington import farrington_1996, farrington_flexible, farrington_noufaily
from transforms.statistics.covid.loglinear import fit_negative_binomial, fit_poisson, newey_west
from transforms.statistics.covid.recovery import recovery
from transforms.statistics.estimate import Estimate
from transforms.statistics.multiplicity import benjamini_hochberg, holm

PRE = stretch("2015-01:2019-12")
COUNTRIES = {"Kazakhstan": "2021-04", "Andorra": "2020-12"}


def near(value: float, tolerance: float = 1e-5) -> Any:
    return pytest.approx(value, rel=tolerance)


@pytest.fixture(scope="module")
def folder(shared_fixtures: Path) -> Path:
    return shared_fixtures / "covid"


@pytest.fixture(scope="module", params=sorted(COUNTRIES))
def country(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def effect(folder: Path, country: str) -> Estimate:
    return covid_effect(deaths(folder, country), pre=PRE, post=stretch(f"2020-03:{COUNTRIES[country]}"))


def test_interrupted_series_of_sicily_are_those_of_r(folder: Path) -> None:
    series, expected = sicily(folder), reference(folder, "sicily")
    ban = np.array([float(part >= period("2005-01")) for part in series.periods])
    counts = series.values[None]
    plain = np.column_stack((np.ones(len(ban)), np.arange(len(ban)), ban))
    poisson = fit_poisson(counts, plain, series.offset)
    se = float(np.sqrt(poisson.information_inverse[0, 2, 2]))
    log_ratio = float(poisson.coefficients[0, 2])
    found = [float(np.exp(log_ratio + z * se)) for z in (0, -1.959963984540054, 1.959963984540054)]
    assert found == [near(expected["model1_poisson"][name]) for name in ("rr", "lo", "hi")]
    assert float(poisson.phi[0]) == near(expected["model2_quasi"]["dispersion"])

    terms = Terms(origin=series.periods[0], season="two_harmonics")
    design = np.column_stack((terms.matrix(series.periods), ban))
    seasonal, wanted = fit_poisson(counts, design, series.offset), expected["model3_quasi_harm2"]
    assert float(np.exp(seasonal.coefficients[0, -1])) == near(wanted["rr"])
    assert float(np.sqrt(seasonal.covariance[0, -1, -1])) == near(wanted["se"])
    assert float(seasonal.phi[0]) == near(wanted["dispersion"])
    assert float(np.exp(seasonal.coefficients[0, 1])) == near(wanted["trend_per_year"])

    robust = float(np.sqrt(newey_west(seasonal, counts, design, 3)[0, -1, -1]))
    n, p = design.shape
    assert robust == near(expected["poisson_newey_west_lag3_adj"]["se"])
    assert robust * np.sqrt((n - p) / n) == near(expected["poisson_newey_west_lag3"]["se"])
    white = float(np.sqrt(newey_west(seasonal, counts, design, 0)[0, -1, -1]))
    assert white * np.sqrt((n - p) / n) == near(expected["poisson_hc0"]["se"])

    negative, theta = fit_negative_binomial(counts, design, series.offset)
    assert float(np.exp(negative.coefficients[0, -1])) == near(expected["negbin"]["rr"])
    assert float(np.sqrt(negative.covariance[0, -1, -1])) == near(expected["negbin"]["se"])
    assert float(theta[0]) == near(expected["negbin"]["theta"])


def test_the_counterfactual_of_sicily_is_that_of_r_through_the_public_answer(folder: Path) -> None:
    found = covid_effect(sicily(folder), pre=stretch("2002-01:2004-12"), post=stretch("2005-01:2006-11")).details
    wanted = reference(folder, "sicily")["counterfactual_prefit"]
    assert found["season"] == "two_harmonics"
    assert found["observed"] == wanted["observed"]
    for name in ("expected", "excess", "phi", "se_mean", "se_pred"):
        assert found[name] == near(wanted[name]), name


def test_the_frozen_quasi_poisson_of_two_countries_is_that_of_r(folder: Path, country: str, effect: Estimate) -> None:
    wanted, found = reference(folder, "farrington_qp")[country]["qp_month_factor_trend"], effect.details
    for name in ("observed", "expected", "excess", "phi", "se_mean", "se_pred"):
        assert found[name] == near(wanted[name]), name
    assert found["rate_ratio"] == near(wanted["ratio"])
    assert [row["expected"] for row in found["by_period"]] == [near(value) for value in wanted["expected_by_month"]]
    negative = next(opinion for opinion in found["opinions"] if opinion["model"] == "negative_binomial")
    assert negative["expected"] == near(wanted["nb_expected"])


def test_month_by_month_intervals_returns_and_corrected_tests_are_those_of_r(
    folder: Path, country: str, effect: Estimate
) -> None:
    wanted, rows = reference(folder, "recovery_pi")[country], effect.details["by_period"]
    assert [row["period"] for row in rows] == wanted["ym"]
    expected, error = (np.array([row[name] for row in rows]) for name in ("expected", "se_pred"))
    observed = np.array([row["observed"] for row in rows])
    wide = 1.96 * error  # as the reference has it
    assert expected - wide == pytest.approx(wanted["pi_lo"], rel=1e-5)
    assert expected + wide == pytest.approx(wanted["pi_hi"], rel=1e-5)
    assert [row["plain_lower"] <= row["observed"] <= row["plain_upper"] for row in rows] == wanted["inside"]
    p = list(2 * norm.sf(np.abs(observed - expected) / error))
    assert sum(value < 0.05 for value in holm(p)) == wanted["n_holm05"]
    assert sum(value < 0.05 for value in benjamini_hochberg(p)) == wanted["n_bh05"]
    normal = recovery([period(code) for code in wanted["ym"]], observed, expected - wide, expected + wide)
    for course in (normal.to_json(), effect.details["recovery"]):
        assert course["first_inside"] == wanted["first_return_naive"]
        assert course["since"] == wanted["recovered_3consecutive"]
    assert effect.details["expected"] == near(wanted["total_expected"])
    assert effect.details["se_pred"] == near(wanted["total_se_pred"])
    assert float(np.sqrt((error**2).sum())) == near(wanted["naive_sum_of_monthly_var_se"])


def test_excess_deaths_are_those_of_the_published_table(folder: Path) -> None:
    with (folder / "excess_deaths_elife2021_expected.csv").open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    assert len(rows) == 5
    for row in rows:
        found = excess_deaths(
            deaths(folder, row["country"]),
            pre=PRE,
            post=stretch(f"2020-03:{row['until']}"),
            adjustment=float(row["manual_adjustment"]),
        )
        assert found.estimate == pytest.approx(float(row["excess_published"]), abs=1), row["country"]
        assert found.details["sd"] == pytest.approx(float(row["sd_published"]), abs=1), row["country"]


def test_thresholds_of_farrington_are_those_of_r(folder: Path, country: str) -> None:
    wanted, series = reference(folder, "farrington_qp")[country], deaths(folder, country)
    asked = tuple(period(code) for code in wanted["ym"])
    trend, plain = wanted["flex_b5w1_nbPlugin_noReweight"], wanted["farrington1996"]
    flexible, first = farrington_flexible(series, asked), farrington_1996(series, asked)
    assert [row.observed for row in flexible] == wanted["obs"]
    assert [row.expected for row in flexible] == [near(value) for value in trend["expected"]]
    assert [row.phi for row in flexible] == [near(value) for value in trend["phi"]]
    assert [row.upper for row in flexible] == trend["ub"]
    assert [int(row.is_exceeded) for row in flexible] == trend["alarm"]
    assert [row.upper for row in first] == [near(value) for value in plain["ub"]]
    assert [int(row.is_exceeded) for row in first] == plain["alarm"]


def test_seasons_and_strong_outbreaks_give_the_expected_counts_and_alarms_of_r(folder: Path, country: str) -> None:
    """The reference adds the uncertainty of the expected count to the bound (up to 6 per cent), which the paper does
    not: the bounds are compared as such, expected counts and alarms are the same."""
    wanted, series = reference(folder, "farrington_qp")[country], deaths(folder, country)
    full = wanted["flex_b5w1_noufaily_muan"]
    found = farrington_noufaily(series, tuple(period(code) for code in wanted["ym"]))
    assert [row.expected for row in found] == [near(value) for value in full["expected"]]
    assert [int(row.is_exceeded) for row in found] == full["alarm"]
    assert all(bound * 0.94 <= row.upper <= bound for row, bound in zip(found, full["ub"], strict=True))


def test_years_compared_exactly_have_the_published_ratio_p_and_predictive_interval(folder: Path) -> None:
    wanted = reference(folder, "annual_did_ucm")
    for case, bounds in zip(
        wanted["annual_exact_conditional"],
        [row for row in wanted["annual_pi_jeffreys"] if sum(row["pre"]) > 0],
        strict=True,
    ):
        assert case["pre"] == bounds["pre"]
        last = 2014 + len(case["pre"])
        series = months("2015", [*case["pre"], case["obs"]])
        found = covid_effect(series, pre=stretch(f"2015:{last}"), post=stretch(f"{last + 1}:{last + 1}")).details
        assert found["rung"] == "year_exact"
        assert found["rate_ratio"] == near(case["rate_ratio"], 1e-6)
        assert found["p"] == near(case["p_two_sided"], 1e-6)
        assert (found["expected_lower"], found["expected_upper"]) == (bounds["lo"], bounds["hi"])


def test_predictive_quantiles_of_few_years_are_the_published_ones(folder: Path) -> None:
    for row in reference(folder, "annual_did_ucm")["annual_pi_jeffreys"]:
        found = jeffreys_bounds(sum(row["pre"]), len(row["pre"]), 1, np.array([0.025, 0.5, 0.975]))
        assert found.tolist() == [row["lo"], row["median"], row["hi"]]


def test_the_ratio_of_ratios_is_that_of_the_poisson_model(folder: Path) -> None:
    row = reference(folder, "annual_did_ucm")["did_2x2_poisson"]
    found = ratio_of_ratios(
        BeforeAfter(before=row["treated_pre"], during=row["treated_post"]),
        BeforeAfter(before=row["control_pre"], during=row["control_post"]),
    )
    assert found.estimate == near(row["ratio_of_ratios"], 1e-6)
    assert found.details["log_se"] == near(row["log_se"], 1e-6)
    assert (found.lower, found.upper) == (near(row["lo"], 1e-6), near(row["hi"], 1e-6))
