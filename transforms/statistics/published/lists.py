"""Published cases of multiple systems estimation: people on the lists of several bodies, in four places."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from transforms.messages import said
from transforms.statistics.hidden_population.answer import REPLICATES, SEED
from transforms.statistics.hidden_population.design import Design, Floats, design_of
from transforms.statistics.hidden_population.fit import fit_models
from transforms.statistics.hidden_population.information_criterion import best_by_bic
from transforms.statistics.hidden_population.interval import bootstrap_interval, resampled, wald_interval
from transforms.statistics.hidden_population.stepwise import stepwise, without_pairs
from transforms.statistics.hidden_population.table import CaptureTable
from transforms.statistics.published.case import (
    LOWER,
    UPPER,
    PublishedCase,
    by_program,
    in_paper,
    in_paper_within,
)

HISTORIES = {
    "united_kingdom": "LA NG PF GO GP NCA",
    "new_orleans": "A B C D E F G H",
    "western": "A B C D E",
    "korea": "b c d",
}
"""Names of the lists."""

COUNTS = {
    "united_kingdom": """
    LA 54, NG 463, PF 907, GO 695, GP 316, NCA 57, LA+NG 15, LA+PF 19, LA+GO 3, NG+PF 56, NG+GO 19, NG+GP 1,
    NG+NCA 3, PF+GO 69, PF+GP 10, PF+NCA 31, GO+GP 8, GO+NCA 6, GP+NCA 1, LA+NG+PF 1, LA+NG+GO 1, NG+PF+GO 4,
    NG+PF+NCA 3, PF+GO+NCA 1, LA+NG+PF+GO 1
    """,
    "new_orleans": """
    A 25, A+C 1, A+D 2, A+E 1, A+C+G 1, A+D+E 1, B 5, B+F 1, C 70, C+D 1, C+E 1, C+G 1, D 33, D+E 2, E 6, E+H 1,
    F 6, G 6, H 21
    """,
    "western": """
    A 52, B 90, C 114, D 45, E 21, A+C 4, A+D 2, A+E 5, B+C 6, B+D 1, D+E 3, A+C+E 1, B+C+D 1
    """,
    "korea": """
    d 41, c 5, b 5, b+c 54, b+d 6, c+d 0, b+c+d 12
    """,
}
"""Persons by the lists on which they stand, and on no other."""

_JASA = "Chan, Silverman and Vincent, Journal of the American Statistical Association 116, 2021, 1297-1306"
_STATCOMP = "Silverman, Chan and Vincent, Statistics and Computing 34, 2024, 44, table 3"
_MONTE_CARLO = 0.08
"""How far bounds from 1,000 resamples may lie from published ones, relative to them."""
_PERSONS = said("Persons")


def capture_table(name: str) -> CaptureTable:
    """One of the published tables."""
    lists = tuple(HISTORIES[name].split())
    counts = [0] * (2 ** len(lists) - 1)
    for part in COUNTS[name].split(","):
        on, persons = part.split()
        counts[sum(1 << lists.index(one) for one in on.split("+")) - 1] += int(persons)
    return CaptureTable(lists=lists, counts=tuple(counts))


def _cells(name: str) -> tuple[CaptureTable, Design, Floats]:
    table = capture_table(name)
    return table, design_of(len(table.lists)), table.cells().astype(float)


def _by_steps(name: str) -> Sequence[float]:
    table, design, counts = _cells(name)
    chosen = stepwise(design, counts[None])
    lower, upper = wald_interval(design.products, fit_models(design, counts[None], chosen.terms), table.persons, 0.95)
    return float(chosen.totals[0]), lower, upper


def _without_pairs_and_by_steps(name: str) -> Sequence[float]:
    _, design, counts = _cells(name)
    return float(without_pairs(design, counts[None]).totals[0]), *_by_steps(name)[:1]


def _by_bic(name: str) -> Sequence[float]:
    _, design, counts = _cells(name)
    best = best_by_bic(design, counts[None])
    return float(stepwise(design, counts[None]).totals[0]), float("nan") if best is None else float(best.totals[0])


def _stepwise_totals(design: Design, counts: Floats) -> Floats:
    return stepwise(design, counts).totals


def _bic_totals(design: Design, counts: Floats) -> Floats:
    best = best_by_bic(design, counts)
    return counts.sum(axis=1) * float("inf") if best is None else best.totals


def _resampled_steps(name: str) -> Sequence[float]:
    _, design, counts = _cells(name)
    found = bootstrap_interval(_stepwise_totals, design, counts, resampled(counts, REPLICATES, SEED), 0.95)
    return found.lower, found.upper


def _resampled_bic(name: str) -> Sequence[float]:
    _, design, counts = _cells(name)
    found = bootstrap_interval(_bic_totals, design, counts, resampled(counts, REPLICATES, SEED), 0.95)
    return found.lower, found.upper


CASES = (
    PublishedCase(
        key="lists_united_kingdom",
        title=said("Victims of trafficking in the United Kingdom, 2013, on six lists: stepwise choice"),
        source="Silverman, Home Office, 2014 (10 to 13 thousand); figures by R, SparseMSE",
        figures=(by_program(_PERSONS, 11417.991, 3), by_program(LOWER, 9977.28, 2), by_program(UPPER, 13145.66, 2)),
        obtained=partial(_by_steps, "united_kingdom"),
    ),
    PublishedCase(
        key="lists_new_orleans",
        title=said("Victims of trafficking in New Orleans on eight lists"),
        source=f"{_JASA}, section 4.1",
        figures=(in_paper(said("Persons, no pairs of lists"), 997), in_paper(said("Persons, stepwise choice"), 1184)),
        obtained=partial(_without_pairs_and_by_steps, "new_orleans"),
    ),
    PublishedCase(
        key="lists_western",
        title=said("Victims of trafficking at a western site of the United States on five lists: stepwise choice"),
        source=f"{_JASA}; bounds by R, SparseMSE",
        figures=(in_paper(_PERSONS, 2483), by_program(LOWER, 1657.094, 3), by_program(UPPER, 3830.030, 3)),
        obtained=partial(_by_steps, "western"),
    ),
    PublishedCase(
        key="lists_korea",
        title=said("Women taken from Korea to Palembang on three lists"),
        source=f"{_STATCOMP}; stepwise choice by R, SparseMSE",
        figures=(
            by_program(said("Persons, stepwise choice"), 268.778, 3),
            in_paper(said("Persons, best by BIC"), 157.2, 1),
        ),
        obtained=partial(_by_bic, "korea"),
    ),
    PublishedCase(
        key="bootstrap_new_orleans",
        title=said(
            "Bootstrap interval that repeats the choice: New Orleans, upper bound"
            " (the lower one is the smallest of all resamples and differs with each run)"
        ),
        source=f"{_JASA}, section 4.1",
        figures=(in_paper_within(UPPER, 1657, 1657 * _MONTE_CARLO),),
        obtained=lambda: _resampled_steps("new_orleans")[1:],
        is_slow=True,
    ),
    PublishedCase(
        key="bootstrap_western",
        title=said("Bootstrap interval that repeats the choice: western site"),
        source=_JASA,
        figures=(
            in_paper_within(LOWER, 1293, 1293 * _MONTE_CARLO),
            in_paper_within(UPPER, 3670, 3670 * _MONTE_CARLO),
        ),
        obtained=partial(_resampled_steps, "western"),
        is_slow=True,
    ),
    PublishedCase(
        key="bootstrap_korea",
        title=said("Bootstrap interval that repeats the choice by BIC: Korea"),
        source=_STATCOMP,
        figures=(in_paper_within(LOWER, 128, 128 * _MONTE_CARLO), in_paper_within(UPPER, 349, 349 * _MONTE_CARLO)),
        obtained=partial(_resampled_bic, "korea"),
        is_slow=True,
    ),
)
