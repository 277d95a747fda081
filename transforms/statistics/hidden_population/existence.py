"""Whether a model has an estimate for a table, and whether the table tells its parameters apart."""

from __future__ import annotations

from enum import IntEnum
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from scipy.optimize import linprog

from transforms.statistics.hidden_population.design import Design, Flags, Floats, design_of, supports
from transforms.statistics.hidden_population.fit import Fits

_ZERO = 1e-6
"""Up to this what the linear program finds is rounding; its totals are of the order of one."""
_STILL = 1e-5
"""Where there is no maximum, the logarithm of a vanishing cell goes on falling by whole steps; a last step so far below
one (of the order of 1e-8 where there is a maximum) has arrived."""


class Finding(IntEnum):
    """What the two checks of a model say; the numbers are those of Chan, Silverman and Vincent (JASA 116, 2021)."""

    SOUND = 0
    DOES_NOT_EXIST = 1
    NOT_IDENTIFIABLE = 2
    NEITHER = 3


def finding(counts: Floats, terms: Flags, n_lists: int) -> Finding:
    """What the checks say of one model for one table; `counts` (C,), `terms` (K,)."""
    return _finding(n_lists, (counts > 0).tobytes(), terms.astype(bool).tobytes())


def are_sound(design: Design, counts: Floats, terms: Flags, fits: Fits) -> npt.NDArray[np.bool_]:
    """Which of B models, fitted to their tables, exist and are identifiable.

    A climb that has come to rest proves that the estimate exists; only where it has not is the linear program asked,
    once for all tables with people in the same cells.
    """
    is_proved = fits.last_step < _STILL
    sound = np.zeros(len(counts), dtype=bool)
    for index, (cells, parameters) in enumerate(zip(fits.support.cells, fits.support.parameters, strict=True)):
        if is_proved[index]:
            sound[index] = _is_identifiable(design.n_lists, cells.tobytes(), parameters.tobytes())
        else:
            sound[index] = finding(counts[index], terms[index], design.n_lists) is Finding.SOUND
    return sound


def are_identifiable(design: Design, fits: Fits) -> npt.NDArray[np.bool_]:
    """Which of B fits tell their parameters apart, whether or not the estimate exists."""
    return np.array(
        [
            _is_identifiable(design.n_lists, cells.tobytes(), parameters.tobytes())
            for cells, parameters in zip(fits.support.cells, fits.support.parameters, strict=True)
        ],
        dtype=bool,
    )


@lru_cache(maxsize=200_000)
def _finding(n_lists: int, occupied: bytes, terms: bytes) -> Finding:
    """By the cells that anybody is in: nothing else decides (Fienberg and Rinaldo, Annals of Statistics 40, 2012)."""
    design = design_of(n_lists)
    ones = np.frombuffer(occupied, dtype=bool).astype(float)
    if not ones.any():
        return Finding.DOES_NOT_EXIST
    support = supports(design, ones[None], np.frombuffer(terms, dtype=bool)[None])
    cells, parameters = support.cells[0], support.parameters[0]
    exists = _exists(design.matrix[np.ix_(cells, parameters)], ones[cells])
    is_identifiable = _is_identifiable(n_lists, cells.tobytes(), parameters.tobytes())
    return Finding((not exists) + 2 * (not is_identifiable))


def _exists(matrix: Floats, ones: Floats) -> bool:
    """Whether some table with people in every cell has the totals of this one: its smallest cell can be above zero."""
    if ones.all():
        return True
    n_cells, n_parameters = matrix.shape
    found = linprog(
        c=np.append(np.zeros(n_cells), -1.0),
        A_eq=np.hstack([matrix.T, np.zeros((n_parameters, 1))]),
        b_eq=matrix.T @ ones,
        A_ub=np.hstack([-np.eye(n_cells), np.ones((n_cells, 1))]),
        b_ub=np.zeros(n_cells),
        bounds=[(0, None)] * (n_cells + 1),
        method="highs",
    )
    return bool(found.status == 0 and -found.fun > _ZERO)


@lru_cache(maxsize=200_000)
def _is_identifiable(n_lists: int, cells: bytes, parameters: bytes) -> bool:
    kept = np.frombuffer(parameters, dtype=bool)
    matrix = design_of(n_lists).matrix[np.ix_(np.frombuffer(cells, dtype=bool), kept)]
    return bool(matrix.shape[0] >= matrix.shape[1] and np.linalg.matrix_rank(matrix) == kept.sum())
