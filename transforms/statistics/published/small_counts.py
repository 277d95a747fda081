"""Published cases on few events: intervals of a count, standardised rates, ratios of two counts, tables of counts."""

from __future__ import annotations

from collections.abc import Sequence

from transforms.messages import said
from transforms.periods import period, stretch
from transforms.statistics.contingency import chi_square, cramers_v
from transforms.statistics.covid.effect import covid_effect
from transforms.statistics.estimate import Estimate
from transforms.statistics.mann_kendall import mann_kendall
from transforms.statistics.published.case import ESTIMATE, LOWER, UPPER, PublishedCase, by_program, rows
from transforms.statistics.rates import rate, rate_byar, rate_ratio
from transforms.statistics.series import series_from
from transforms.statistics.standardised import Stratum, standardised_rate_fay_feuer

FIFTH_OR_LATER = rows(
    """
    0 327 63986.6
    8 30666 186263.6
    63 123419 157302.2
    112 149919 97647
    262 104088 47572.6
    295 34392 12262.6
    """
)
"""Births with Down syndrome, births, and births of the standard population by age of the mother, under 20 to 40+."""

JOB_SATISFACTION = ((1, 3, 10, 6), (2, 3, 10, 7), (1, 6, 14, 12), (0, 1, 9, 11))
EXPOSED, UNEXPOSED = (11, 800), (23, 3000)
"""Cases and person-years."""
EARLIER_YEARS, LATER_YEAR = (12.0, 9.0, 14.0, 7.0, 11.0), 3.0
P = said("Two-sided p")


def _figures(found: Estimate) -> tuple[float, float, float]:
    return tuple(float("nan") if x is None else x for x in (found.estimate, found.lower, found.upper))  # type: ignore[return-value]  # three of them


def _standardised() -> Sequence[float]:
    strata = [Stratum(count=count, persons=births, standard=weight) for count, births, weight in FIFTH_OR_LATER]
    return _figures(standardised_rate_fay_feuer(strata))


def _ratio() -> Sequence[float]:
    found = rate_ratio(*EXPOSED, *UNEXPOSED)
    return (*_figures(found), found.details["p"])


def _years() -> Sequence[float]:
    series = series_from(period("2015"), [*EARLIER_YEARS, LATER_YEAR])
    found = covid_effect(series, pre=stretch("2015:2019"), post=stretch("2020:2020")).details
    return found["rate_ratio"], found["p"], found["expected_lower"], found["expected_upper"]


def _ranks() -> Sequence[float]:
    found = mann_kendall([5, 4, 3, 2, 1])
    return found.s, found.p


def _job() -> Sequence[float]:
    test = chi_square(JOB_SATISFACTION)
    return test.statistic, test.p, cramers_v(JOB_SATISFACTION)[0]


CASES = (
    PublishedCase(
        key="rate_exact",
        title=said("Exact interval of a rate: 5 events among 100 persons, per 100"),
        source="Public Health England, PHEindicatormethods, test data of phe_rate; Garwood, Biometrika 28, 1936",
        figures=(by_program(ESTIMATE, 5.0), by_program(LOWER, 1.623486), by_program(UPPER, 11.668332)),
        obtained=lambda: _figures(rate(5, 100, per=100)),
    ),
    PublishedCase(
        key="rate_byar",
        title=said("Byar's interval of a rate: 20 events among 100 persons, per 100"),
        source="Public Health England, PHEindicatormethods, test data of phe_rate",
        figures=(by_program(ESTIMATE, 20.0), by_program(LOWER, 12.211429), by_program(UPPER, 30.889880)),
        obtained=lambda: _figures(rate_byar(20, 100, per=100)),
    ),
    PublishedCase(
        key="standardised_rate",
        title=said("Age-standardised rate: Down syndrome among fifth and later births, per 100,000"),
        source="Fay and Feuer, Statistics in Medicine 16, 1997, 791-801; figures by R, gamma interval",
        figures=(by_program(ESTIMATE, 75.529007), by_program(LOWER, 67.702120), by_program(UPPER, 188.300173)),
        obtained=_standardised,
    ),
    PublishedCase(
        key="rate_ratio",
        title=said("Ratio of two rates: 11 cases in 800 person-years against 23 in 3,000"),
        source="R 4.2.2, poisson.test, the example of its documentation",
        figures=(
            by_program(ESTIMATE, 1.793478),
            by_program(LOWER, 0.789311),
            by_program(UPPER, 3.829820),
            by_program(P, 0.137169),
        ),
        obtained=_ratio,
    ),
    PublishedCase(
        key="annual_exact",
        title=said("One year against five: 3 events after 12, 9, 14, 7 and 11"),
        source="R 4.2.2: conditional exact test, predictive interval with Jeffreys prior",
        figures=(
            by_program(said("Rate ratio"), 0.283019),
            by_program(P, 0.018925),
            by_program(said("Lower bound of the prediction"), 4, 0),
            by_program(said("Upper bound of the prediction"), 18, 0),
        ),
        obtained=_years,
    ),
    PublishedCase(
        key="mann_kendall",
        title=said("Exact Mann–Kendall test: five values that fall each time"),
        source="Kendall, Rank Correlation Methods, 1975: 2 of the 120 orders; figures by R 4.2.2",
        figures=(by_program(said("Sum of the signs"), -10, 0), by_program(P, 0.016667)),
        obtained=_ranks,
    ),
    PublishedCase(
        key="job_satisfaction",
        title=said("Mix of a sparse table: job satisfaction by income of 104 persons"),
        source="Agresti, Categorical Data Analysis, 2nd edition, 2002, page 57; figures by R 4.2.2",
        figures=(
            by_program(said("Chi-square"), 5.965515),
            by_program(P, 0.743365),
            by_program(said("Cramér's V"), 0.143922),
        ),
        obtained=_job,
    ),
)
