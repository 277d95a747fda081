"""At most one change of level per seven points: optimal segments of counts, tested by permutation.

Segments minimise a cost over all places of the cuts (dynamic programming: Auger and Lawrence, Bulletin of Mathematical
Biology 51, 1989; Bai and Perron, Journal of Applied Econometrics 18, 2003).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, log, pi

import numpy as np
from scipy.special import xlogy

from transforms.errors import WrongArguments
from transforms.statistics.break_interval import break_interval
from transforms.statistics.series import Numbers

POINTS_PER_CHANGE = 7
SHORTEST = 3
TRIM = 0.15
"""Share of the points that a segment holds at least, as Bai and Perron have it."""
PERMUTATIONS = 1_999
SEED = 20_200_311
_ALPHA = 0.05
_FIRST, _SETTLED = 199, 30
"""Permutations drawn first, and how many of them as extreme as the data end the test: p is then 0.15 or more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Segments:
    """The best segmentation into a number of pieces: `cuts` are the places where a new piece begins."""

    cuts: tuple[int, ...]
    cost: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangePoint:
    """A change of level: `at` is the first point of the new level, `earliest` and `latest` its interval, and p."""

    at: int
    earliest: int
    latest: int
    before: float
    after: float
    p: float


def change_points(
    counts: Sequence[float], exposure: Sequence[float], *, permutations: int = PERMUTATIONS, seed: int = SEED
) -> tuple[ChangePoint, ...]:
    """Changes of the rate of Poisson or overdispersed counts, in the order of time; empty where none is proven.

    The number comes from binary segmentation, each split tested by permuting the points of its piece (5 %, divided by
    the pieces tried), the places from the optimal segmentation into that number. Permuting keeps the level of the test
    whatever the overdispersion, but takes the points as independent. Raises WrongArguments for unusable exposures.
    """
    count, weight = np.asarray(counts, dtype=float), np.asarray(exposure, dtype=float)
    if len(count) != len(weight) or not (weight > 0).all():
        raise WrongArguments("Each count needs an exposure above zero.")
    shortest = shortest_segment(len(count))
    generator = np.random.default_rng(seed)
    proven: list[tuple[int, float]] = []
    pieces = [(0, len(count))]
    while len(proven) < len(count) // POINTS_PER_CHANGE:
        tried = [piece for piece in pieces if piece[1] - piece[0] >= 2 * shortest]
        splits = [(*_split(count[a:b], weight[a:b], shortest, permutations, generator), a, b) for a, b in tried]
        best = min(splits, default=None)
        if best is None or min(best[0] * len(splits), 1.0) > _ALPHA:
            break
        p, cut, a, b = best
        proven.append((a + cut, min(p * len(splits), 1.0)))
        pieces = [piece for piece in pieces if piece != (a, b)] + [(a, a + cut), (a + cut, b)]
    if not proven:
        return ()
    cuts = optimal_segments(poisson_costs(count, weight), shortest, len(proven))[-1].cuts
    return tuple(_described(count, weight, cuts, n, p) for n, (_, p) in enumerate(sorted(proven)))


def deviance_of_levels(counts: Numbers, exposure: Numbers, changes: Sequence[ChangePoint]) -> float:
    """Poisson deviance of one constant rate between each two changes."""
    cuts = [0, *(change.at for change in changes), len(counts)]
    costs = poisson_costs(counts, exposure)
    pieces = sum(float(costs[a, b]) for a, b in pairwise(cuts))
    likelihood: Numbers = xlogy(counts, np.where(counts > 0, counts, 1) / exposure)
    return pieces + 2 * float(likelihood.sum())


def shortest_segment(points: int) -> int:
    """Fewest points of a piece."""
    return max(SHORTEST, ceil(TRIM * points))


def _split(
    count: Numbers, weight: Numbers, shortest: int, permutations: int, generator: np.random.Generator
) -> tuple[float, int]:
    """Permutation p of the largest likelihood ratio over all cuts of a piece, and the best cut.

    The first permutations settle a clear case (Besag and Clifford, Biometrika 78, 1991, stop likewise).
    """
    observed = _likelihood_ratios(count[None, :], weight[None, :], shortest)[0]
    reached = drawn = 0
    for number in (min(_FIRST, permutations), permutations - min(_FIRST, permutations)):
        if number == 0 or reached >= _SETTLED:
            break
        order = generator.permuted(np.tile(np.arange(len(count)), (number, 1)), axis=1)
        ratios = _likelihood_ratios(count[order], weight[order], shortest).max(axis=1)
        reached += int((ratios >= observed.max() - 1e-9).sum())
        drawn += number
    return (1 + reached) / (drawn + 1), int(observed.argmax()) + shortest


def _likelihood_ratios(count: Numbers, weight: Numbers, shortest: int) -> Numbers:
    """Twice the gain of log-likelihood for every cut; rows are series, columns cuts from the shortest piece on."""
    cuts = np.arange(shortest, count.shape[1] - shortest + 1) - 1
    c, e = count.cumsum(axis=1), weight.cumsum(axis=1)
    total, whole = c[:, -1:], e[:, -1:]
    left, first = c[:, cuts], e[:, cuts]
    right, second = total - left, whole - first
    gain: Numbers = xlogy(left, left / first) + xlogy(right, right / second) - xlogy(total, total / whole)
    return 2 * gain


def _described(count: Numbers, weight: Numbers, cuts: tuple[int, ...], n: int, p: float) -> ChangePoint:
    start = cuts[n - 1] if n else 0
    end = cuts[n + 1] if n + 1 < len(cuts) else len(count)
    sides = (slice(start, cuts[n]), slice(cuts[n], end))
    before, after = (float(count[side].sum() / weight[side].sum()) for side in sides)
    size = float(weight[start:end].mean())
    level = np.repeat([before, after], [cuts[n] - start, end - cuts[n]]) * weight[start:end]
    pearson = float((((count[start:end] - level) ** 2) / np.where(level > 0, level, 1)).sum())
    phi = max(pearson / max(end - start - 2, 1), 1.0)
    low, high = break_interval((after - before) * size, phi * before * size, phi * after * size)
    return ChangePoint(
        at=cuts[n],
        earliest=max(cuts[n] + low, start + 1),
        latest=min(cuts[n] + high, end - 1),
        before=before,
        after=after,
        p=p,
    )


def poisson_costs(counts: Numbers, exposure: Numbers) -> Numbers:
    """Minus twice the largest Poisson log-likelihood (but for a constant) of each piece [row, column)."""
    c, e = _differences(counts), _differences(exposure)
    likelihood: Numbers = xlogy(c, np.divide(c, e, out=np.ones_like(c), where=(c > 0) & (e > 0)))
    return -2 * likelihood


def least_squares_costs(values: Numbers) -> Numbers:
    """Sum of squares about the mean of each piece [row, column)."""
    length = np.maximum(_differences(np.ones(len(values))), 1)
    return _differences((values - values.mean()) ** 2) - _differences(values - values.mean()) ** 2 / length


def _differences(values: Numbers) -> Numbers:
    sums = np.concatenate([[0.0], values.cumsum()])
    return np.triu(sums[None, :] - sums[:, None])


def optimal_segments(costs: Numbers, shortest: int, most: int) -> tuple[Segments, ...]:
    """The cheapest segmentations with 0, 1, … up to `most` cuts, as far as pieces of that length fit."""
    points = len(costs) - 1
    place = np.arange(points + 1)
    allowed = np.where(place[None, :] - place[:, None] >= shortest, costs, np.inf)
    best, origins = allowed[0], []
    found = [Segments(cuts=(), cost=float(best[-1]))]
    for _ in range(min(most, points // shortest - 1)):
        through = best[:, None] + allowed
        origins.append(through.argmin(axis=0))
        best = through.min(axis=0)
        cuts, at = [], points
        for origin in reversed(origins):
            at = int(origin[at])
            cuts.append(at)
        found.append(Segments(cuts=tuple(reversed(cuts)), cost=float(best[-1])))
    return tuple(found)


def least_squares_bic(rss: float, points: int, cuts: int) -> float:
    """Bayes' information criterion of a normal model with a mean for each piece, its cuts and a variance."""
    return points * (log(rss / points) + log(2 * pi) + 1) + 2 * (cuts + 1) * log(points)
