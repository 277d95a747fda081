"""Persons of an area in a year from a population table, each person once."""

from __future__ import annotations

import re
from collections.abc import Iterable

from transforms.codes import TOTAL

Row = tuple[int, str, str, float]
"""Year, sex, age group, persons."""

_BAND = re.compile(r"(\d+)(?:-(\d+)|\+)")
_OPEN = 999


def persons_by_year(rows: Iterable[Row]) -> dict[tuple[int, str], float]:
    """Persons by (year, sex), `total` included where it is given or both sexes are.

    A row for all ages is taken as it stands; else bands are added, and a band inside another one is left out
    (80–84 beside 80 and over). Incomplete tables, which do not start at birth or have holes, give nothing.
    """
    by_age: dict[tuple[int, str], dict[str, float]] = {}
    for year, sex, age_group, persons in rows:
        by_age.setdefault((year, sex), {})[age_group] = persons
    found = {key: total for key, ages in by_age.items() if (total := _all_ages(ages)) is not None}
    for year in {year for year, _ in found}:
        if (year, TOTAL) not in found and (year, "female") in found and (year, "male") in found:
            found[year, TOTAL] = found[year, "female"] + found[year, "male"]
    return found


def _all_ages(ages: dict[str, float]) -> float | None:
    if TOTAL in ages:
        return ages[TOTAL]
    bands = sorted((start, -end, persons) for band, persons in ages.items() for start, end in _bounds(band))
    total, reached = 0.0, 0
    for start, negative_end, persons in bands:
        if start < reached:
            continue
        if start > reached:
            return None
        total, reached = total + persons, 1 - negative_end
    return total if reached > _OPEN else None


def _bounds(band: str) -> list[tuple[int, int]]:
    found = _BAND.fullmatch(band)
    return [(int(found[1]), int(found[2] or _OPEN))] if found else []
