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


def rows_added(rows: Iterable[Row], year: int, sex: str) -> tuple[tuple[str, ...], tuple[str, ...]] | None:
    """Sexes and age groups whose rows make up the persons of a year and sex; None where they are not known."""
    known = [row for row in rows if row[0] == year]
    for sexes in ((sex,), ("female", "male")) if sex == TOTAL else ((sex,),):
        taken = {_added({row[2]: row[3] for row in known if row[1] == one}) for one in sexes}
        if len(taken) == 1 and (bands := taken.pop()) is not None:
            return sexes, bands
    return None


def _all_ages(ages: dict[str, float]) -> float | None:
    bands = _added(ages)
    return None if bands is None else sum(ages[band] for band in bands)


def _added(ages: dict[str, float]) -> tuple[str, ...] | None:
    """The bands that are added up, or the row for all ages alone."""
    if TOTAL in ages:
        return (TOTAL,)
    bands = sorted((start, -end, band) for band in ages for start, end in _bounds(band))
    taken, reached = [], 0
    for start, negative_end, band in bands:
        if start < reached:
            continue
        if start > reached:
            return None
        taken.append(band)
        reached = 1 - negative_end
    return tuple(taken) if reached > _OPEN else None


def _bounds(band: str) -> list[tuple[int, int]]:
    found = _BAND.fullmatch(band)
    return [(int(found[1]), int(found[2] or _OPEN))] if found else []
