"""Standard errors that allow for likeness of neighbouring periods (Newey and West, Econometrica 55, 1987)."""

from __future__ import annotations

from math import floor, pow

import numpy as np

from transforms.statistics.series import Numbers


def lags(periods: int) -> int:
    """Periods over which likeness is allowed for: the whole part of 4 (n / 100)^(2/9) (Newey and West, 1994)."""
    return floor(4 * pow(periods / 100, 2 / 9))


def summed_products(scores: Numbers, most: int) -> Numbers:
    """The middle (R, p, p) of the sandwich, from scores (R series, n periods, p coefficients), with Bartlett's weights.

    Products of periods up to `most` apart count; no factor for small samples is in it.
    """
    middle: Numbers = np.einsum("rni,rnj->rij", scores, scores)
    for lag in range(1, most + 1):
        crossed = np.einsum("rni,rnj->rij", scores[:, lag:], scores[:, :-lag])
        middle += (1 - lag / (most + 1)) * (crossed + crossed.transpose(0, 2, 1))
    return middle
