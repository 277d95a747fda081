"""Tables of counts by two categories: chi-square, exact and simulated tests, Cramér's V, residuals, odds ratio."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf, sqrt

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import chndtr, gammaln
from scipy.stats import chi2, fisher_exact, random_table
from scipy.stats.contingency import odds_ratio as fitted_odds_ratio

from transforms.errors import WrongArguments
from transforms.statistics.series import Numbers

Interval = tuple[float, float]
Table = Sequence[Sequence[int]]
Whole = NDArray[np.int_]

_TIES = 1e-7
"""Relative difference under which two probabilities are one, as in R."""
_MOST_TABLES = 200_000
_MOST_STEPS = 20_000_000
"""Partial tables, and tables of the last columns, beyond which the exact test is left to simulation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChiSquare:
    """Pearson's statistic without correction, degrees of freedom, p by the chi-square law, the least expected count."""

    statistic: float
    degrees: int
    p: float
    least_expected: float


def chi_square(table: Table) -> ChiSquare:
    """Test of independence; empty rows and columns are left out. Raises WrongArguments without two of each."""
    counts = _counts(table)
    expected = _expected(counts)
    statistic = float(((counts - expected) ** 2 / expected).sum())
    degrees = (counts.shape[0] - 1) * (counts.shape[1] - 1)
    return ChiSquare(
        statistic=statistic,
        degrees=degrees,
        p=float(chi2.sf(statistic, degrees)),
        least_expected=float(expected.min()),
    )


def simulated_p(table: Table, *, draws: int, seed: int) -> float:
    """P of the chi-square statistic among tables with the same margins, the observed one counted in.

    (Hope, JRSS B 30, 1968; tables drawn as Patefield, Applied Statistics 30, 1981, does.)
    """
    counts = _counts(table)
    expected = _expected(counts)
    law = random_table(counts.sum(axis=1).astype(int), counts.sum(axis=0).astype(int))
    drawn = law.rvs(draws, random_state=np.random.default_rng(seed))
    statistics = ((drawn - expected) ** 2 / expected).sum(axis=(1, 2))
    observed = float(((counts - expected) ** 2 / expected).sum())
    return (1 + int((statistics >= observed * (1 - _TIES)).sum())) / (draws + 1)


def exact_p(table: Table) -> float | None:
    """Fisher's exact test for a table of any shape (Freeman and Halton, Biometrika 38, 1951); None if it is too large.

    The columns are parted in two: for each way in which the rows share the first ones, the tables of the first columns
    are weighed against those of the last two, so that no table is written out whole.
    """
    counts = _counts(table).astype(int)
    counts = counts if counts.shape[0] <= counts.shape[1] else counts.T
    counts = counts[np.argsort(counts.sum(axis=1), kind="stable")][:, np.argsort(counts.sum(axis=0), kind="stable")]
    rows, columns = counts.sum(axis=1), counts.sum(axis=0)
    log_factorials = gammaln(np.arange(counts.sum() + 1) + 1.0)
    observed = -float(log_factorials[counts].sum()) + _TIES
    first = _shared(columns[:-2], rows, log_factorials)
    if first is None or len(first) * float(np.prod(np.minimum(rows[:-1], columns[-2]) + 1.0)) > _MOST_STEPS:
        return None
    likelier = total = 0.0
    for used, weights in first.items():
        left = rows - np.array(used)
        ways = _ways(int(columns[-2]), left)
        last = np.sort(-log_factorials[ways].sum(axis=1) - log_factorials[left - ways].sum(axis=1))
        sums = np.concatenate([[0.0], np.exp(last - last[-1]).cumsum()])
        scaled = np.exp(weights + last[-1] - observed)
        likelier += float(scaled @ sums[np.searchsorted(last, observed - weights, side="right")])
        total += float(scaled.sum() * sums[-1])
    return min(1.0, likelier / total)


def _shared(columns: Whole, rows: Whole, log_factorials: Numbers) -> dict[tuple[int, ...], Numbers] | None:
    """Log weights of all tables of these columns, by how much of each row they use; None where there are too many."""
    found: dict[tuple[int, ...], Numbers] = {(0,) * len(rows): np.zeros(1)}
    for column in columns:
        if len(found) * float(np.prod(np.minimum(rows[:-1], column) + 1.0)) > _MOST_TABLES:
            return None
        longer: dict[tuple[int, ...], list[Numbers]] = {}
        for used, weights in found.items():
            for way in _ways(int(column), rows - np.array(used)):
                at = tuple((np.array(used) + way).tolist())
                longer.setdefault(at, []).append(weights - float(log_factorials[way].sum()))
        found = {at: np.concatenate(weights) for at, weights in longer.items()}
        if sum(map(len, found.values())) > _MOST_TABLES:
            return None
    return found


def _ways(total: int, most: Whole) -> Whole:
    """All ways to share a total over rows that hold so many at most, one a line."""
    grids = [np.arange(min(total, int(limit)) + 1) for limit in most[:-1]]
    rest = np.full((1,) * len(grids), total)
    for axis, grid in enumerate(grids):
        rest = rest - grid.reshape([-1 if n == axis else 1 for n in range(len(grids))])
    places = np.nonzero((rest >= 0) & (rest <= most[-1]))
    ways: Whole = np.column_stack([*places, rest[places]])
    return ways


def cramers_v(table: Table, *, level: float = 0.95) -> tuple[float, Interval]:
    """Cramér's V, 0 to 1, with the interval of the noncentral chi-square (Smithson, Sage 2003, chapter 5)."""
    test, counts = chi_square(table), _counts(table)
    scale = float(counts.sum()) * (min(counts.shape) - 1)
    value = sqrt(test.statistic / scale)
    tail = (1 - level) / 2
    low = _noncentrality(test.statistic, test.degrees, 1 - tail)
    high = _noncentrality(test.statistic, test.degrees, tail)
    lower = min(sqrt((low + test.degrees) / scale), value) if low > 0 else 0.0
    return value, (lower, min(max(sqrt((high + test.degrees) / scale), value), 1.0))


def _noncentrality(statistic: float, degrees: int, probability: float) -> float:
    """Noncentrality under which smaller statistics have this probability; zero where none is so small."""
    if float(chndtr(statistic, degrees, 0.0)) <= probability:
        return 0.0
    high = statistic + 10.0
    while float(chndtr(statistic, degrees, high)) > probability:
        high *= 2
    return float(brentq(lambda nc: float(chndtr(statistic, degrees, nc)) - probability, 0.0, high, xtol=1e-10))


def adjusted_residuals(table: Table) -> list[list[float]]:
    """Deviation of each cell in standard errors (Haberman, Biometrics 29, 1973)."""
    counts = _counts(table)
    expected, total = _expected(counts), counts.sum()
    spread = expected * (1 - counts.sum(axis=1, keepdims=True) / total) * (1 - counts.sum(axis=0) / total)
    found: list[list[float]] = ((counts - expected) / np.sqrt(spread)).tolist()
    return found


def fisher_p(first: tuple[int, int], second: tuple[int, int]) -> float:
    """Fisher's two-sided exact p of two rows of two counts."""
    return float(fisher_exact([first, second])[1])


def two_by_two(
    first: tuple[int, int], second: tuple[int, int], *, level: float = 0.95
) -> tuple[float, float, Interval]:
    """(Fisher's p, conditional odds ratio, its exact interval) of two rows of two counts."""
    table = np.array([first, second], dtype=int)
    found = fitted_odds_ratio(table, kind="conditional")
    interval = found.confidence_interval(confidence_level=level)
    ratio, low, high = (float(x) for x in (found.statistic, interval.low, interval.high))
    return fisher_p(first, second), ratio, (low, inf if np.isnan(high) else high)


def _expected(counts: Numbers) -> Numbers:
    margins: Numbers = np.outer(counts.sum(axis=1), counts.sum(axis=0))
    return margins / float(counts.sum())


def _counts(table: Table) -> Numbers:
    counts: Numbers = np.array(table, dtype=float)
    if counts.ndim != 2 or not ((counts >= 0) & (counts == np.floor(counts))).all():
        raise WrongArguments("A table of counts has rows of equal length and whole numbers of zero or more.")
    filled: Numbers = counts[counts.sum(axis=1) > 0][:, counts.sum(axis=0) > 0]
    if min(filled.shape) < 2:
        raise WrongArguments("A table needs two rows and two columns that are not empty.")
    return filled
