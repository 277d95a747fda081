"""Which periods an answer adds up: all of them, each phase of the calendar, each period alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from transforms.periods import Period, PhaseCalendar
from transforms.statistics.covid.loglinear import Array
from transforms.statistics.series import Series


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """Rows of `matrix` (k, m): the total, then `phases` in order, then `periods`; unreported periods are in none.

    `observed` (k) holds the registered counts of each row.
    """

    matrix: Array
    observed: Array
    phases: tuple[str, ...]
    periods: tuple[Period, ...]

    @property
    def phase_rows(self) -> range:
        """Rows of the phases."""
        return range(1, 1 + len(self.phases))

    @property
    def period_rows(self) -> range:
        """Rows of the single periods."""
        return range(1 + len(self.phases), len(self.matrix))


def sums_of(post: Series, phases: PhaseCalendar | None, draws: Array | None = None) -> Sums:
    """Sums over the reported periods of `post`.

    A period that straddles two phases is in neither, but in the total. With `draws` (replicates, m) of corrected
    counts, what was observed is their mean.
    """
    values = post.values if draws is None else draws.mean(axis=0)
    known = np.isfinite(values)
    keys = [phases.phase_of(part) if phases else None for part in post.periods]
    names = tuple(dict.fromkeys(key for key, is_known in zip(keys, known, strict=True) if key and is_known))
    rows = [known.astype(float)]
    rows += [np.array([key == name for key in keys]) * known.astype(float) for name in names]
    places = np.flatnonzero(known)
    rows += [np.eye(len(values))[place] for place in places]
    matrix = np.array(rows)
    return Sums(
        matrix=matrix,
        observed=matrix @ np.nan_to_num(values),
        phases=names,
        periods=tuple(post.periods[place] for place in places),
    )
