"""Every question of an edition put to unprotected counts, and the answers kept in `mart.estimates`."""

from __future__ import annotations

import json
from collections.abc import Mapping

import duckdb

from flows.counts.estimate import EditionInputs
from flows.warehouse import append_rows
from transforms.disclosure.cells import CountTable
from transforms.disclosure.derived import COUNTED
from transforms.statistics.estimate import Estimate
from transforms.studies.answers import answers, answers_by_code
from transforms.studies.question import SETTLED, Counts, Question, counts_of
from transforms.tables import ESTIMATES


def unprotected_answers(inputs: EditionInputs) -> dict[str, Estimate]:
    """Answers on all counts of an edition before the gate, by key: for the analyst, never for a page.

    Beyond those of an edition: trend and COVID effect of every code of every breakdown.
    """
    tables = [
        _counts(table, inputs.question)
        for table in inputs.table_set.tables
        if table.unit in COUNTED and table.dimensions[:1] == ("period",)
    ]
    return answers(tables, inputs.question) | answers_by_code(tables, inputs.question)


def _counts(table: CountTable, question: Question) -> Counts:
    return counts_of(
        question,
        key=table.key,
        indicator=table.indicator,
        dimensions=table.dimensions,
        cells={cell.at: cell.value if cell.obs_status in SETTLED else None for cell in table.cells},
        sources=table.sources,
        caveats=table.caveats,
    )


def store_estimates(con: duckdb.DuckDBPyConnection, run_id: str, found: Mapping[str, Estimate]) -> int:
    """Keep the answers of a run in `mart.estimates`, once per run; returns how many there are."""
    is_kept = con.execute(f"SELECT 1 FROM {ESTIMATES.name} WHERE run_id = ? LIMIT 1", [run_id]).fetchall()
    if found and not is_kept:
        rows = [_row(run_id, key, estimate) for key, estimate in found.items()]
        append_rows(con, ESTIMATES, rows)
    return len(found)


def _row(run_id: str, key: str, estimate: Estimate) -> tuple[object, ...]:
    told = estimate.to_json()
    refusal = "" if estimate.refusal is None else estimate.refusal.code
    figures = (told["estimate"], told["lower"], told["upper"], estimate.level)
    answer = json.dumps(told, ensure_ascii=False, allow_nan=False)
    return (run_id, key, estimate.method, *figures, estimate.unit, refusal, answer)
