"""Answers of statistical methods that may be shown: put to released cells, and to nothing else that is not public.

A function of released cells tells nothing that they do not. Two answers need more than counts, and what they would tell
besides is cut off: a nowcast rests on record dates, so it is shown only for periods whose count is released, in whole
persons and whole percents; the estimate of the hidden population rests on who is on which lists, so the overlaps
are left out and the figures are rounded to ten persons.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from transforms.disclosure.derived import COUNTED
from transforms.disclosure.released import _SEAL, ReleasedCell, ReleasedEstimate, ReleasedTable
from transforms.messages import said
from transforms.statistics.estimate import Estimate, Refusal
from transforms.studies.answers import answers
from transforms.studies.question import SETTLED, Counts, Question, counts_of

HIDDEN = "hidden_population"
NOWCAST = "nowcast:"
RATE = "rate:"
PERSONS_ROUNDED = 10
_TOLD_OF_LISTS = frozenset({"list_totals", "overlaps", "times_listed", "spread"})
_TOLD_OF_FIT = frozenset({"deviance", "bic", "z0", "acceleration"})
"""Figures of a model that come from the overlaps alone, and would be false if they were rounded to ten."""
_FEW = {
    "overlaps_too_thin": said("Too few persons are on more than one list."),
    "too_few_reports": said("Too few cases are registered for the delay to be told."),
}
"""What is said in place of a reason that names how few persons there are."""
_TOTALS = frozenset({"smallest", "largest"})
_AS_THEY_ARE = frozenset({"p", "threshold", "existence"})


def released_estimates(tables: Sequence[ReleasedTable], question: Question) -> dict[str, ReleasedEstimate]:
    """The answers to an edition's question by key, made of its released tables."""
    counted = [
        table
        for table in tables
        if table.kind in ("count", "observation") and table.unit in COUNTED and "period" in table.dimensions
    ]
    found = answers([_counts(table, question) for table in counted], question)
    late = found.get(f"{NOWCAST}{question.headline}")
    if late is not None and not _all_shown(late, _released_periods(counted, question.headline)):
        found = {key: estimate for key, estimate in found.items() if not key.startswith(RATE)}
    return {
        key: ReleasedEstimate(
            key=key,
            estimate=_shown(key, estimate, counted, question),
            sources=_sources(key, counted, question.headline),
            seal=_SEAL,
        )
        for key, estimate in found.items()
    }


def _sources(key: str, tables: Sequence[ReleasedTable], headline: str) -> tuple[str, ...]:
    """Sources of the tables that an answer rests on: those of the indicators its key names, else of the headline."""
    named = set(key.split(":")[1:]) & {table.indicator for table in tables}
    of = named or {headline}
    return tuple(sorted({source for table in tables if table.indicator in of for source in table.sources}))


def _counts(table: ReleasedTable, question: Question) -> Counts:
    return counts_of(
        question,
        key=table.key,
        indicator=table.indicator,
        dimensions=table.dimensions,
        cells={cell.at: _value(cell) for cell in table.cells},
        sources=table.sources,
        caveats=table.caveats,
    )


def _value(cell: ReleasedCell) -> float | None:
    return cell.value if cell.conf_status == "F" and cell.obs_status in SETTLED else None


def _shown(key: str, estimate: Estimate, tables: Sequence[ReleasedTable], question: Question) -> Estimate:
    if key == HIDDEN:
        return _of_hidden(estimate)
    if key.startswith(NOWCAST):
        return _of_nowcast(estimate, _released_periods(tables, question.headline))
    if key.startswith(RATE):
        return replace(estimate, basis={name: float(round(value)) for name, value in estimate.basis.items()})
    return estimate


def _all_shown(late: Estimate, shown: set[str]) -> bool:
    """Whether every period that is still coming in may be shown, so that a figure with its late ones may be, too."""
    return late.refusal is None and all(row["period"] in shown for row in late.details["periods"])


def _released_periods(tables: Sequence[ReleasedTable], headline: str) -> set[str]:
    """Codes of the periods whose count of the headline is shown, provisional or not."""
    return {
        cell.at[0]
        for table in tables
        if table.indicator == headline and table.dimensions == ("period",)
        for cell in table.cells
        if cell.value is not None and cell.conf_status == "F"
    }


def _of_nowcast(estimate: Estimate, shown: set[str]) -> Estimate:
    rows = estimate.details.get("periods", ())
    told = [_whole(row) for row in rows if row["period"] in shown]
    kept = {key: estimate.details[key] for key in ("step", "as_of", "seed", "replicates") if key in estimate.details}
    kept |= {"backtest": _whole(estimate.details.get("backtest", {})), "periods": told}
    if estimate.refusal is not None:
        return replace(estimate, basis={}, details={}, refusal=_without_counts(estimate.refusal))
    if not told or len(told) < len(rows):
        return replace(
            estimate,
            estimate=None,
            lower=None,
            upper=None,
            basis={},
            checks=(),
            refusal=Refusal(
                code="withheld", reason=said("Some of the latest periods have counts that are too small to be shown.")
            ),
            details=kept,
        )
    return replace(_rounded_to(estimate, 1), basis={"periods": float(len(told))}, details=kept)


def _whole(row: Mapping[str, Any]) -> dict[str, Any]:
    """Whole persons, and shares in hundredths."""
    return {
        key: round(value, 2) if key.endswith(("share", "covered", "level")) and value is not None
        else round(value) if isinstance(value, float)
        else value
        for key, value in row.items()
    }  # fmt: skip


def _of_hidden(estimate: Estimate) -> Estimate:
    kept = {
        key: value if key in _AS_THEY_ARE else _rounded(value)
        for key, value in estimate.details.items()
        if key not in _TOLD_OF_LISTS and (estimate.refusal is None or not isinstance(value, Mapping))
    }
    basis = {"lists": estimate.basis["lists"]} if "lists" in estimate.basis else {}
    refusal = None if estimate.refusal is None else _without_counts(estimate.refusal)
    return replace(_rounded_to(estimate, PERSONS_ROUNDED), basis=basis, details=kept, refusal=refusal)


def _without_counts(refusal: Refusal) -> Refusal:
    """The reason without counts of few persons (registered so far, on several lists) and without unrounded totals."""
    if refusal.code in _FEW:
        return replace(refusal, reason=_FEW[refusal.code])
    params = {
        key: round(value / PERSONS_ROUNDED) * PERSONS_ROUNDED if key in _TOTALS and isinstance(value, int) else value
        for key, value in refusal.reason.params.items()
    }
    return replace(refusal, reason=replace(refusal.reason, params=params))


def _rounded_to(estimate: Estimate, to: int) -> Estimate:
    return replace(
        estimate,
        estimate=_round(estimate.estimate, to),
        lower=_round(estimate.lower, to),
        upper=_round(estimate.upper, to),
    )


def _rounded(value: Any) -> Any:
    """Every figure of the models to ten persons; what is no figure as it is."""
    if isinstance(value, Mapping):
        return {
            key: part if key in _AS_THEY_ARE else _rounded(part)
            for key, part in value.items()
            if key not in _TOLD_OF_FIT
        }
    return _round(value, PERSONS_ROUNDED) if isinstance(value, float) else value


def _round(value: float | None, to: int) -> float | None:
    return None if value is None else float(round(value / to) * to)
