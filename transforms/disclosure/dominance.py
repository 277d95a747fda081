"""Dominance in magnitudes: a total is withheld when one contributor could estimate another's part too well.

The p % rule (Hundepool et al., Statistical Disclosure Control, 2012, ch. 4): the second largest contributor, who knows
its own part, can estimate the largest from above as total minus own. What is left, the parts of all others, is all that
stands between that estimate and the truth; it must be p % of the largest at least.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeVar

import numpy as np

from transforms.disclosure.policy import DOMINANCE_PERCENTS, Policy
from transforms.errors import WrongArguments

Place = TypeVar("Place")


def dominated(contributions: Mapping[Place, Iterable[float]], rules: Policy) -> frozenset[Place]:
    """Places of the magnitudes that the policy withholds for their own sake, given the parts of their contributors.

    Raises WrongArguments for a part below zero or not finite.
    """
    places = list(contributions)
    parts = [np.sort(np.fromiter(contributions[place], dtype=float))[::-1] for place in places]
    if any(found.size and (not np.isfinite(found).all() or found[-1] < 0) for found in parts):
        raise WrongArguments(
            "A contribution to a magnitude is not a number of zero or more.", advice="Check how its parts are added up."
        )
    padded = [np.pad(found, (0, max(0, 2 - found.size))) for found in parts]
    totals = np.array([found.sum() for found in padded])
    largest, second = (np.array([found[place] for found in padded]) for place in (0, 1))
    withheld = is_dominated(totals, largest, second, rules.dominance_percent)
    return frozenset(place for place, is_withheld in zip(places, withheld.tolist(), strict=True) if is_withheld)


def is_dominated(total: np.ndarray, largest: np.ndarray, second: np.ndarray, percent: int) -> np.ndarray:
    """Whether total − largest − second < p / 100 · largest, for each cell; a cell without contributions is not.

    One contributor alone is always dominant, and so are two. Raises WrongArguments for a p outside 1 … 50.
    """
    least, most = DOMINANCE_PERCENTS
    if not least <= percent <= most:
        raise WrongArguments(
            "The p of the p % rule is outside what is safe.", advice=f"Choose a whole number from {least} to {most}."
        )
    rest = total - largest - second
    near = 1e-12 * np.maximum(total, 1.0)  # of floating point: a rest of exactly p % is enough
    found: np.ndarray = (largest > 0) & (rest < percent / 100 * largest - near)
    return found
