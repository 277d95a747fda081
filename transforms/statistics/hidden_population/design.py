"""The log-linear models of a capture table: their parameters, and which of them and which cells a fit can use."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[np.float64]
Flags: TypeAlias = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Design:
    """All parameters that models of so many lists can have.

    Shapes, with C cells (2 ** lists - 1), K pairs of lists, P = 1 + lists + K parameters (logarithm of the number on
    no list, one effect per list, one per pair): `is_listed` (C, lists), `both` (C, K) 1 for cells on both lists of a
    pair, `matrix` (C, P), `products` (C, P * P) the outer product of each row with itself.
    """

    n_lists: int
    is_listed: Flags
    both: Floats
    matrix: Floats
    products: Floats

    @property
    def n_pairs(self) -> int:
        return int(self.both.shape[1])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Supports:
    """What each fit uses: `cells` (B, C) and `parameters` (B, P); the others are zero and minus infinity, or absent."""

    cells: Flags
    parameters: Flags


@lru_cache(maxsize=16)
def design_of(n_lists: int) -> Design:
    """The design of so many lists."""
    histories = np.arange(1, 2**n_lists)
    is_listed = (histories[:, None] >> np.arange(n_lists) & 1).astype(bool)
    pairs = list(combinations(range(n_lists), 2))
    both = np.array([is_listed[:, one] & is_listed[:, other] for one, other in pairs], dtype=float)
    both = both.reshape(len(pairs), len(histories)).T
    matrix = np.hstack([np.ones((len(histories), 1)), is_listed.astype(float), both])
    products = (matrix[:, :, None] * matrix[:, None, :]).reshape(len(histories), -1)
    return Design(n_lists=n_lists, is_listed=is_listed, both=both, matrix=matrix, products=products)


def supports(design: Design, counts: Floats, terms: Flags) -> Supports:
    """What the extended maximum-likelihood fits of these models to these tables use.

    `counts` (B, C), `terms` (B, K) the pairs in each model. A pair in the model that nobody is on has a parameter of
    minus infinity: its cells are fitted as zero and leave, as do those of a list that nobody is on
    (Chan, Silverman and Vincent, JASA 116, 2021, section 2.3).
    """
    is_empty_pair = counts @ design.both == 0
    is_empty_list = counts @ design.is_listed == 0
    removed = (terms & is_empty_pair) @ design.both.T + is_empty_list @ design.is_listed.T.astype(float)
    finite = np.hstack([np.ones((len(counts), 1), dtype=bool), ~is_empty_list, terms & ~is_empty_pair])
    return Supports(cells=removed == 0, parameters=finite)
