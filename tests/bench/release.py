"""Disclosure control of an edition of linked tables: protection by the gate, then the attack on what is to appear."""

from __future__ import annotations

import json
from datetime import date

import numpy as np

from reports.manifest import edition_json
from transforms.attacker.audit import audit
from transforms.attacker.manifest import publication_of
from transforms.disclosure.cells import CountCell, CountTable, Rollup, TableSet
from transforms.disclosure.release import release

TABLES = (10, 20, 40, 80)
_YEARS = ("2021", "2022")
_QUARTERS = tuple(f"{year}-Q{quarter}" for year in _YEARS for quarter in (1, 2, 3, 4))
_CODES = 9
_PERSONS = 1_500
_SEED = 20_210_422


def edition_of(tables: int) -> tuple[int, int, int]:
    """Protect and attack so many tables of 100 cells; cells, those withheld as small, and as complements.

    Each table breaks down the same persons by another dimension, over eight quarters in two years.
    """
    random = np.random.default_rng(_SEED)
    quarter = random.integers(len(_QUARTERS), size=_PERSONS)
    dimensions = [random.choice(_CODES, size=_PERSONS, p=random.dirichlet(np.full(_CODES, 0.7))) for _ in range(tables)]
    made = [_table(number, quarter, dimensions[number]) for number in range(tables)]
    rollups = [Rollup(dimension="period", parent=y, parts=tuple(q for q in _QUARTERS if q[:4] == y)) for y in _YEARS]
    edition = release(
        TableSet(tables=tuple(made), rollups=tuple(rollups)),
        audience="working-group",
        edition="annual-2022",
        scope="XX",
        as_of=date(2023, 1, 31),
        run_id="bench",
        code_version="0",
        created_from=(),
        context={},
        languages=("en",),
    )
    verdict = audit([publication_of(json.loads(edition_json(edition, [])))])
    if not verdict.is_safe:
        raise SystemExit("The attacker worked out a withheld cell: the gate is at fault.")
    return edition.audit["cells"], edition.audit["primary"], edition.audit["secondary"]


def _table(number: int, quarter: np.ndarray, code: np.ndarray) -> CountTable:
    counts = np.zeros((len(_QUARTERS), _CODES), dtype=int)
    np.add.at(counts, (quarter, code), 1)
    half = len(_QUARTERS) // 2
    by_period = dict(zip(_QUARTERS, counts, strict=True))
    by_period |= {_YEARS[0]: counts[:half].sum(axis=0), _YEARS[1]: counts[half:].sum(axis=0)}
    cells = [
        CountCell(at=(period, key), value=float(value))
        for period, line in by_period.items()
        for key, value in [*((f"c{place}", value) for place, value in enumerate(line)), ("total", line.sum())]
    ]
    dimension = f"d{number}"
    return CountTable(
        key=f"by_{dimension}",
        indicator="victims_identified",
        population="victims_identified",
        dimensions=("period", dimension),
        additive=("period", dimension),
        cells=tuple(cells),
        unit="person",
        sources=("case_register",),
    )
