"""Where a change of level lies: Bai's interval (Review of Economics and Statistics 79, 1997, section III).

The estimated place differs from the true one like the place of the maximum of Brownian motion with a falling drift to
either side. On a side with standard deviation s and drift m the maximum is exponential with rate 2m/s², and it is
reached before x with the probability of a first passage; the maximum of the whole lies on the higher side.
"""

from __future__ import annotations

from math import ceil, floor, sqrt

import numpy as np
from scipy.optimize import brentq
from scipy.special import ndtr

_HIGHEST = 40.0
"""Height that the maximum of a side exceeds with a probability of e⁻⁴⁰."""
_NODES, _NODE_WEIGHTS = np.polynomial.legendre.leggauss(300)
_HEIGHTS = _HIGHEST * ((_NODES + 1) / 2) ** 2  # squared: the integrand bends near zero
_WEIGHTS = _NODE_WEIGHTS * _HIGHEST * (_NODES + 1) / 2


def break_interval(shift: float, variance_before: float, variance_after: float, level: float = 0.95) -> tuple[int, int]:
    """Points before and after the estimated break between which the true one lies: (≤ 0, ≥ 0).

    `shift` is the difference of the means, the variances those of one point on each side. A side without variance has
    no width of its own; without any shift the interval is unbounded, given as a million points.
    """
    if shift == 0:
        return -1_000_000, 1_000_000
    tail = (1 - level) / 2
    floor_of_variance = max(variance_before, variance_after) * 1e-6
    before, after = (sqrt(max(v, floor_of_variance)) / abs(shift) for v in (variance_before, variance_after))
    if before == 0 or after == 0:
        return 0, 0
    late = _quantile(before, after, tail)
    early = _quantile(after, before, tail)
    return floor(-late), ceil(early)


def _quantile(other: float, own: float, tail: float) -> float:
    """Distance that the place of the maximum exceeds on its own side with this probability; zero if none does."""
    ratio = other / own
    if _exceeds(0.0, ratio) <= tail:
        return 0.0
    far = 16.0
    while _exceeds(far, ratio) > tail:
        far *= 2
    return own**2 * float(brentq(lambda x: _exceeds(x, ratio) - tail, 0.0, far, xtol=1e-9))


def _exceeds(x: float, other: float) -> float:
    """Probability that the maximum lies on the own side and beyond x; own standard deviation 1, drifts a half."""
    if x == 0:
        passed = np.zeros_like(_HEIGHTS)
    else:
        root = sqrt(x)
        passed = ndtr(-(x / 2 + _HEIGHTS) / root) + np.exp(-_HEIGHTS) * ndtr((x / 2 - _HEIGHTS) / root)
    density = -np.expm1(-_HEIGHTS / other**2) * np.maximum(np.exp(-_HEIGHTS) - passed, 0.0)
    return float(_WEIGHTS @ density)
