"""The statistics of an edition of 200 monthly series, and the bootstrap of the hidden population on five lists."""

from __future__ import annotations

import numpy as np

from transforms.countries import country
from transforms.periods import period, periods_between
from transforms.statistics.hidden_population import hidden_population, table_of_histories
from transforms.studies.answers import answers, answers_by_code
from transforms.studies.question import Counts, Question

SERIES = 200
REPLICATES = 1_000
_SEED = 20_210_422
_MONTHS = periods_between(period("2016-01"), period("2023-12"))


def edition_of(series: int) -> int:
    """Trend and COVID effect, second opinions included, of monthly series of eight years; counts the answers."""
    random = np.random.default_rng(_SEED)
    cells: dict[tuple[str, ...], float | None] = {}
    for number in range(series):
        means = random.uniform(2, 40) * (1 + 0.3 * np.sin(np.arange(len(_MONTHS)) * np.pi / 6))
        for month, count in zip(_MONTHS, random.poisson(means), strict=True):
            cells[(month.code, f"code_{number}")] = float(count)
    table = Counts(key="bench", indicator="victims_identified", dimensions=("period", "form"), cells=cells)
    question = Question(headline="victims_identified", calendar=country("TM").calendar, phase_months={})
    found = answers([table], question) | answers_by_code([table], question)
    return sum(1 for one in found.values() if one.refusal is None)


def five_lists() -> tuple[float, float]:
    """Bounds of a bootstrap of 1,000 resamples, selection repeated in each, on five lists of 2,744 persons."""
    random = np.random.default_rng(_SEED)
    chance = np.array([0.12, 0.10, 0.08, 0.06, 0.05])
    listed = random.random((9_000, 5)) < chance
    listed[:, 1] |= listed[:, 0] & (random.random(9_000) < 0.15)
    rows: dict[tuple[int, ...], int] = {}
    for history in listed[listed.any(axis=1)].astype(int).tolist():
        rows[tuple(history)] = rows.get(tuple(history), 0) + 1
    header = ("police", "ngo", "iom", "border", "hotline", "persons")
    table = table_of_histories(header, [(*history, count) for history, count in sorted(rows.items())])
    found = hidden_population(table, replicates=REPLICATES)
    return float(found.lower or 0), float(found.upper or 0)
