"""Published cases along time: changes of level, an interrupted series, a counterfactual, excess deaths."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from math import exp, sqrt

import numpy as np

from transforms.messages import Message, said
from transforms.periods import period, stretch
from transforms.statistics.break_interval import break_interval
from transforms.statistics.change_points import least_squares_bic, least_squares_costs, optimal_segments
from transforms.statistics.covid.design import Terms
from transforms.statistics.covid.effect import covid_effect
from transforms.statistics.covid.excess_deaths import excess_deaths
from transforms.statistics.covid.loglinear import fit_poisson, newey_west
from transforms.statistics.covid.state_space import wandering_level
from transforms.statistics.published.case import (
    LOWER,
    UPPER,
    PublishedCase,
    by_iterations,
    by_program,
    in_paper_within,
    numbers,
)
from transforms.statistics.series import Series, series_from

NILE = numbers(
    """
    1120 1160 963 1210 1160 1160 813 1230 1370 1140 995 935 1110 994 1020 960 1180 799 958 1140 1100 1210 1150 1250
    1260 1220 1030 1100 774 840 874 694 940 833 701 916 692 1020 1050 969 831 726 456 824 702 1120 1100 832 764 821
    768 845 864 862 698 845 744 796 1040 759 781 865 845 944 984 897 822 1010 771 676 649 846 812 742 801 1040 860
    874 848 890 744 749 838 1050 918 986 797 923 975 815 1020 906 901 1170 912 746 919 718 714 740
    """
)
"""Yearly flow at Aswan, 1871 to 1970, in 10⁸ m³."""

ADMISSIONS = numbers(
    """
    728 659 791 734 757 726 760 740 720 814 795 858 887 766 851 769 781 756 766 752 765 831 879 928 914 808 937 840
    916 828 845 818 860 839 887 886 831 796 833 820 877 758 767 738 781 843 850 908 1021 859 976 888 962 838 810 876
    843 936 912
    """
)
"""Admissions for acute coronary events in Sicily, January 2002 to November 2006; smoking was banned in January 2005."""

STANDARD_POPULATION = numbers(
    """
    379875.3 376495.5 377040.8 377116.4 377383.4 374113.1 379513.3 376295.5 374653.2 378485.6 375955.5 378349.7
    376762.4 379032.3 379360.4 376162 377972.4 381830.7 379888.6 380872.2 380966.9 381240.4 382104.9 381802.7
    381656.3 383680 383504.2 386462.9 383783.1 380836.8 383483 380906.2 382926.8 384052.4 384449.6 383428.4 388153.2
    388373.2 386470.1 386033.2 383686.4 385509.3 385901.9 386516.6 388436.5 383255.2 390148.7 385874.9 391613.6
    391750.4 394005.6 391364.9 391664.6 389022.3 391878.5 388575.3 392989 390018.8 390712.3
    """
)

KAZAKHSTAN = numbers(
    """
    11759 9504 10587 12051 10282 11336 12977 10127 10880 10473 10442 10434 12128 11136 11180 10564 11086 11128 10471
    11111 10846 10596 11153 11017 12867 10475 10980 9994 11339 11039 10628 10755 10282 11020 10439 10218 11786 10527
    11519 10963 11634 10333 11289 9963 10089 11363 10780 10269 12402 10768 10582 11617 11183 10061 12420 10477 10535
    11680 10386 11378 11867 10842 8511 4441 14358 14949 28178 17835 13672 12489 12388 13083 12478 11186 12476 13317
    """
)
ANDORRA = numbers(
    """
    22 25 29 26 26 16 27 18 25 25 16 27 27 21 31 19 22 25 32 34 16 24 24 35 49 29 39 22 17 26 17 18 23 24 29 30 38
    28 36 21 16 31 23 30 30 33 24 25 29 29 19 26 19 23 30 18 24 23 30 31 34 37 40 60 36 26 29 19 27 51 19 41
    """
)
GEORGIA = numbers(
    """
    4575 4177 4725 4325 4270 3687 3762 3836 3444 3852 4118 4350 4878 4538 4413 4070 4184 3763 3511 4220 3678 4058
    4128 5330 5346 4129 4362 4133 3853 3665 3604 3533 3239 3866 3932 4160 4304 3812 4219 3976 3875 3696 3806 3493
    3225 3720 4087 4311 4972 3868 4171 4068 4054 3707 3469 3474 3216 3601 3961 4098 4630 4136 4001 3644 3860 3523
    3706 3361 3299 4085 5929 6363
    """
)
"""Deaths a month from January 2015 on."""

_Z = 1.959963984540054
_TRIMMED, _MOST_BREAKS = 15, 5
_DEATHS = "Karlinsky and Kobak, eLife 10, 2021, e69336; World Mortality Dataset"
_SICILY = "Bernal, Cummins and Gasparrini, International Journal of Epidemiology 46, 2017, 348-355; figures by R 4.2.2"


def _breaks_of_the_nile() -> Sequence[float]:
    values = np.array(NILE)
    found = optimal_segments(least_squares_costs(values), _TRIMMED, _MOST_BREAKS)
    criteria = [least_squares_bic(part.cost, len(values), len(part.cuts)) for part in found]
    cuts = found[int(np.argmin(criteria))].cuts
    before, after = values[: cuts[0]], values[cuts[0] :]
    early, late = break_interval(float(after.mean() - before.mean()), float(before.var()), float(after.var()))
    return len(cuts), cuts[0], cuts[0] + early, cuts[0] + late, float(before.mean()), float(after.mean())


def _level_of_the_nile() -> Sequence[float]:
    values, one = np.array(NILE), np.ones((1, 1))
    found = wandering_level(values, np.arange(100.0), np.ones((100, 1)), np.array([100.0]), one, one)
    return found.log_likelihood, found.noise_variance, found.step_variance


def _sicily() -> Series:
    return series_from(period("2002-01"), ADMISSIONS, STANDARD_POPULATION)


def _smoking_ban() -> Sequence[float]:
    series = _sicily()
    ban = np.array([float(part >= period("2005-01")) for part in series.periods])
    counts = series.values[None]
    plain = fit_poisson(counts, np.column_stack((np.ones(len(ban)), np.arange(len(ban)), ban)), series.offset)
    change, error = float(plain.coefficients[0, 2]), sqrt(plain.information_inverse[0, 2, 2])
    terms = Terms(origin=series.periods[0], season="two_harmonics")
    design = np.column_stack((terms.matrix(series.periods), ban))
    seasonal = fit_poisson(counts, design, series.offset)
    harmonic, spread = float(seasonal.coefficients[0, -1]), sqrt(seasonal.covariance[0, -1, -1])
    robust = sqrt(newey_west(seasonal, counts, design, 3)[0, -1, -1])
    return (
        *(exp(change + z * error) for z in (0, -_Z, _Z)),
        *(exp(harmonic + z * spread) for z in (0, -_Z, _Z)),
        float(seasonal.phi[0]),
        robust,
    )


def _counterfactual() -> Sequence[float]:
    found = covid_effect(_sicily(), pre=stretch("2002-01:2004-12"), post=stretch("2005-01:2006-11")).details
    return found["observed"], found["expected"], found["se_mean"], found["se_pred"]


def _excess(deaths: Sequence[float], until: str) -> Sequence[float]:
    series = series_from(period("2015-01"), deaths)
    found = excess_deaths(series, pre=stretch("2015-01:2019-12"), post=stretch(f"2020-03:{until}"))
    return found.estimate or 0.0, found.details["sd"]


def _of_country(key: str, title: Message, deaths: Sequence[float], until: str, excess: int, sd: int) -> PublishedCase:
    return PublishedCase(
        key=key,
        title=title,
        source=_DEATHS,
        figures=(
            in_paper_within(said("Excess deaths"), excess, 1),
            in_paper_within(said("Standard deviation of the prediction"), sd, 1),
        ),
        obtained=partial(_excess, deaths, until),
    )


CASES = (
    PublishedCase(
        key="nile_break",
        title=said("Change of level: yearly flow of the Nile, 1871 to 1970"),
        source="Zeileis et al., Computational Statistics & Data Analysis 44, 2003, 109-123; figures by R, strucchange",
        figures=(
            by_program(said("Changes of level"), 1, 0),
            by_program(said("Years before the change, 1898 the last"), 28, 0),
            by_program(LOWER, 25, 0),
            by_program(UPPER, 32, 0),
            by_program(said("Mean before"), 1097.75, 2),
            by_program(said("Mean after"), 849.972222),
        ),
        obtained=_breaks_of_the_nile,
    ),
    PublishedCase(
        key="nile_level",
        title=said("Level that wanders: yearly flow of the Nile, 1871 to 1970"),
        source="Durbin and Koopman, Time Series Analysis by State Space Methods, 2nd edition, 2012, chapter 2",
        figures=(
            in_paper_within(said("Log-likelihood"), -632.54, 0.01, 2),
            in_paper_within(said("Variance of the noise"), 15099, 302),
            in_paper_within(said("Variance of the steps"), 1469.1, 29.4, 1),
        ),
        obtained=_level_of_the_nile,
    ),
    PublishedCase(
        key="smoking_ban",
        title=said("Interrupted series: coronary events in Sicily before and after the smoking ban"),
        source=_SICILY,
        figures=(
            by_program(said("Rate ratio"), 0.894377),
            by_program(LOWER, 0.864686),
            by_program(UPPER, 0.925086),
            by_program(said("Rate ratio with seasons"), 0.885072),
            by_program(LOWER, 0.839401),
            by_program(UPPER, 0.933227),
            by_iterations(said("Dispersion"), 2.262186, 6),
            by_program(said("Standard error that allows for dependence"), 0.0231869, 7),
        ),
        obtained=_smoking_ban,
    ),
    PublishedCase(
        key="counterfactual",
        title=said("Frozen expectation: coronary events in Sicily had the years before gone on"),
        source=_SICILY,
        figures=(
            by_program(said("Observed"), 19723, 0),
            by_iterations(said("Expected"), 21964.316, 3),
            by_iterations(said("Standard error of the expectation"), 598.522, 3),
            by_iterations(said("Standard error of the prediction"), 638.240, 3),
        ),
        obtained=_counterfactual,
    ),
    _of_country(
        "excess_kazakhstan",
        said("Excess deaths in Kazakhstan, March 2020 to April 2021"),
        KAZAKHSTAN,
        "2021-04",
        34711,
        3368,
    ),
    _of_country("excess_andorra", said("Excess deaths in Andorra, March to December 2020"), ANDORRA, "2020-12", 81, 26),
    _of_country(
        "excess_georgia", said("Excess deaths in Georgia, March to December 2020"), GEORGIA, "2020-12", 4804, 1016
    ),
)
