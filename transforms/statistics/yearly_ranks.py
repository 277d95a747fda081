"""Rank test and median slope of the whole years of a series, where the season plays no part."""

from __future__ import annotations

from typing import Any

from transforms.statistics.mann_kendall import mann_kendall, theil_sen
from transforms.statistics.rates import PER_100K
from transforms.statistics.series import Series, coarser

FEWEST_RANKED = 4
"""With three years the exact two-sided p is a third at best."""


def ranks_of_years(series: Series, level: float) -> dict[str, Any]:
    """JSON-able `mann_kendall` and `theil_sen`, each None under four years; of rates where a population is known."""
    years = coarser(series, "year")
    if years is None or len(years.known) < FEWEST_RANKED:
        return {"mann_kendall": None, "theil_sen": None}
    values = years.events() / years.exposure()
    if years.persons is not None:
        values = values * PER_100K
    test, slope = mann_kendall(values.tolist()), theil_sen(values.tolist(), years.years().tolist(), level)
    return {
        "mann_kendall": {
            "years": len(values),
            "s": test.s,
            "tau": test.tau,
            "p": test.p,
            "p_normal": test.p_normal,
            "method": test.method,
        },
        "theil_sen": {
            "slope": slope.value,
            "lower": slope.lower,
            "upper": slope.upper,
            "unit": "per_year" if years.persons is None else "per_100k_per_year",
        },
    }
