"""Published cases of reporting delay: two run-off triangles of insurers and the outbreak in Germany of 2011."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from transforms.messages import said
from transforms.statistics.nowcast.building import triangle_from_cumulative, triangle_from_increments
from transforms.statistics.nowcast.delays import chain_ladder_finals, delay_distribution
from transforms.statistics.nowcast.mack import mack_chain_ladder
from transforms.statistics.published.case import PublishedCase, by_program, in_paper, rows

RAA = rows(
    """
    5012 8269 10907 11805 13539 16181 18009 18608 18662 18834
    106 4285 5396 10666 13782 15599 15496 16169 16704
    3410 8992 13873 16141 18735 22214 22863 23466
    5655 11555 15766 21266 23425 26083 27067
    1092 9565 15836 22169 25955 26180
    1513 6445 11702 12935 15852
    557 4020 10946 12314
    1351 6947 13112
    3133 5395
    2063
    """
)
TAYLOR_ASHE = rows(
    """
    357848 1124788 1735330 2218270 2745596 3319994 3466336 3606286 3833515 3901463
    352118 1236139 2170033 3353322 3799067 4120063 4647867 4914039 5339085
    290507 1292306 2218525 3235179 3985995 4132918 4628910 4909315
    310608 1418858 2195047 3757447 4029929 4381982 4588268
    443160 1136350 2128333 2897821 3402672 3873311
    396132 1333217 2180715 2985752 3691712
    440832 1288463 2419861 3483130
    359480 1421128 2864498
    376686 1363294
    344014
    """
)
"""Claims paid by year of accident (down) and years since (across), added up."""

OUTBREAK = rows(
    """
    0 0 0 0 0 0 0 0 0 0 0 1 0 0 0 0
    0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
    0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
    0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
    0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0
    0 0 0 0 0 0 0 0 0 0 0 0 0 1 0 1
    0 0 0 0 0 0 0 0 0 0 0 2 2 0 0 2
    0 0 0 0 0 0 0 0 0 0 0 0 1 0 0 0
    0 0 0 0 0 0 0 0 0 1 2 4 1 0 0 1
    0 0 0 0 0 0 0 0 0 2 3 2 0 0 1 4
    0 0 0 0 0 0 0 5 2 6 3 0 1 0 0 0
    0 0 0 0 0 0 2 1 9 2 0 0 2 0 0 3
    0 0 0 0 1 5 5 9 3 0 0 0 1 1 0
    0 0 0 0 4 5 4 6 0 2 5 1 2 0
    0 0 0 3 6 17 15 0 0 7 4 1 0
    0 0 2 1 11 8 0 2 4 8 2 0
    0 0 1 9 6 0 3 3 2 1 0
    0 1 8 9 0 1 9 2 4 0
    1 0 10 0 1 5 7 4 0
    0 6 0 1 6 6 3 0
    0 0 0 8 6 1 0
    0 0 2 2 4 0
    0 3 4 2 0
    1 2 2 0
    0 2 0
    0 0
    0
    """
)
"""Patients by day in hospital, 7 May to 2 June 2011 (down), and days until the report (across), as seen on 2 June."""

DAY_OF_MAY_20 = 13


def _raa() -> Sequence[float]:
    found = mack_chain_ladder(triangle_from_cumulative(RAA, first=date(1981, 1, 1), step="year"))
    return found.total_outstanding, found.total_standard_error


def _taylor_ashe() -> Sequence[float]:
    found = mack_chain_ladder(triangle_from_cumulative(TAYLOR_ASHE, first=date(2001, 1, 1), step="year"))
    last = 100 * float(found.standard_errors[-1] / found.outstanding[-1])
    return found.total_outstanding, found.total_standard_error, last


def _outbreak() -> Sequence[float]:
    triangle = triangle_from_increments(OUTBREAK, first=date(2011, 5, 7), step="day")
    shares = delay_distribution(triangle)
    return (*(float(share) for share in shares[:4]), float(chain_ladder_finals(triangle)[DAY_OF_MAY_20]))


CASES = (
    PublishedCase(
        key="chain_ladder_raa",
        title=said("Chain ladder: claims of the Reinsurance Association of America"),
        source="Mack, Casualty Actuarial Society Forum, spring 1994; figures by R, ChainLadder",
        figures=(
            by_program(said("Still to come"), 52135.23, 2),
            by_program(said("Standard error"), 26909.01, 2),
        ),
        obtained=_raa,
    ),
    PublishedCase(
        key="chain_ladder_taylor_ashe",
        title=said("Chain ladder: claims of Taylor and Ashe"),
        source="Mack, ASTIN Bulletin 23, 1993, 213-225, table 2; figures with decimals by R, ChainLadder",
        figures=(
            by_program(said("Still to come"), 18680855.61, 2),
            by_program(said("Standard error"), 2447094.86, 2),
            in_paper(said("Standard error of the latest year, per cent"), 29),
        ),
        obtained=_taylor_ashe,
    ),
    PublishedCase(
        key="outbreak_delay",
        title=said("Reporting delay: haemolytic uraemic syndrome in Germany, as seen on 2 June 2011"),
        source="Höhle and an der Heiden, Biometrics 70, 2014, 993-1002; figures by R, surveillance",
        figures=(
            by_program(said("Reported on the same day, share"), 0.0034, 4),
            by_program(said("Within one day, share"), 0.0270, 4),
            by_program(said("Within two days, share"), 0.0760, 4),
            by_program(said("Within three days, share"), 0.1379, 4),
            by_program(said("Patients of 20 May once all are reported"), 35.130, 3),
        ),
        obtained=_outbreak,
    ),
)
