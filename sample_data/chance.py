"""Seeded chance that gives the same draws on every platform and with every numpy release.

numpy guarantees the raw stream of a bit generator, not that of its distributions (NEP 19): the distributions are here.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from statistics import NormalDist

import numpy as np

_NORMAL = NormalDist()


class Chance:
    """A stream of draws that depends on the seed alone."""

    def __init__(self, seed: int) -> None:
        self._bits = np.random.PCG64(seed)

    def uniform(self) -> float:
        """A number from 0 (included) to 1 (excluded)."""
        return (int(self._bits.random_raw()) >> 11) * 2.0**-53

    def happens(self, probability: float) -> bool:
        """True with that probability."""
        return self.uniform() < probability

    def whole(self, low: int, high: int) -> int:
        """A whole number from low to high, both included."""
        return low + int(self.uniform() * (high - low + 1))

    def one_of(self, weights: Mapping[str, float]) -> str:
        """A key, drawn in proportion to its weight."""
        mark = self.uniform() * sum(weights.values())
        for key, weight in weights.items():
            mark -= weight
            if mark < 0:
                return key
        return next(key for key in reversed(list(weights)) if weights[key] > 0)

    def several_of(self, weights: Mapping[str, float], mean_extra: float) -> tuple[str, ...]:
        """One key and on average `mean_extra` (at most 2) more, in the order of the weights."""
        count = 1 + self.happens(mean_extra / 2) + self.happens(mean_extra / 2)
        drawn = {self.one_of(weights) for _ in range(count)}
        return tuple(key for key in weights if key in drawn)

    def poisson(self, mean: float) -> int:
        """A Poisson count, by inversion; for means up to a few hundred."""
        mark, term, count = self.uniform(), math.exp(-mean), 0
        while mark >= term and count < 1000:
            mark -= term
            count += 1
            term *= mean / count
        return count

    def long_tail_days(self, median: float, spread: float, longest: int) -> int:
        """Days from a log-normal distribution with that median and log standard deviation, at most `longest`."""
        z = _NORMAL.inv_cdf(min(max(self.uniform(), 1e-9), 1 - 1e-9))
        return min(int(median * math.exp(spread * z)), longest)
