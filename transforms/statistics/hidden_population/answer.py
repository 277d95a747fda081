"""How many persons there are, those on no list included: four estimators side by side, or why there is no estimate."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any

import numpy as np

from transforms.errors import WrongArguments
from transforms.statistics.estimate import Estimate, Refusal
from transforms.statistics.hidden_population import rules
from transforms.statistics.hidden_population.chao import chao_lower_bound
from transforms.statistics.hidden_population.design import Design, Flags, Floats, design_of
from transforms.statistics.hidden_population.existence import Finding, finding
from transforms.statistics.hidden_population.fit import fit_models
from transforms.statistics.hidden_population.information_criterion import best_by_bic, bic
from transforms.statistics.hidden_population.interval import (
    Bootstrap,
    bootstrap_interval,
    resampled,
    wald_interval,
)
from transforms.statistics.hidden_population.stepwise import (
    THRESHOLD,
    Chosen,
    limits_of_model,
    one_model,
    stepwise,
    without_pairs,
)
from transforms.statistics.hidden_population.table import CaptureTable

METHOD = "multiple_systems_stepwise"
UNIT = "persons"
SEED = 2021
"""Where the random numbers start. Over other seeds the lower bound moves by a tenth where the bias correction is strong
(1,048 to 1,337 on the published Western lists with 1,000 resamples, 1,170 with many), the upper one by 3 per cent."""
REPLICATES = 1_000
FEWEST_REPLICATES = 200
"""Fewer leave the bounds of a 95 % interval to a handful of resamples."""
MOST_LISTS_RESELECTED = 6
"""Up to so many lists BIC's choice is repeated in every resample; of more, its models are too many to be searched so
often, and its interval is Wald's alone, given the model."""
CAVEATS = ("detection_is_not_prevalence", "lists_must_match_the_same_persons", "closed_population")


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelEstimate:
    """One model's population with its Wald interval, its pairs of lists, deviance and BIC (less a constant)."""

    estimate: float
    lower: float
    upper: float
    terms: tuple[str, ...]
    deviance: float
    bic: float

    def to_json(self) -> dict[str, Any]:
        """Figures for `details`."""
        return {
            "estimate": self.estimate,
            "wald_lower": self.lower,
            "wald_upper": self.upper,
            "terms": list(self.terms),
            "deviance": self.deviance,
            "bic": self.bic,
        }


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Models:
    """What every estimator finds for the table itself."""

    main: ModelEstimate
    stepwise: ModelEstimate
    bic: ModelEstimate | None
    details: dict[str, Any]

    @property
    def totals(self) -> list[float]:
        return [model.estimate for model in (self.main, self.stepwise, self.bic) if model is not None]


def hidden_population(
    table: CaptureTable, *, level: float = 0.95, replicates: int = REPLICATES, seed: int = SEED
) -> Estimate:
    """Persons, those on no list included, by stepwise choice of the model, with a bootstrap interval that repeats it.

    `details` holds main effects, stepwise, BIC and Chao's lower bound with their intervals and pairs, the overlaps,
    codes of existence (0 sound, 1 no estimate, 2 not identifiable, 3 both) and the seed. Refused as `rules` says.
    Chan, Silverman and Vincent, JASA 116, 2021; Silverman, Chan and Vincent, Statistics and Computing 34, 2024.
    Raises WrongArguments for a level that is none or too few replicates.
    """
    if not 0 < level < 1:
        raise WrongArguments("This cannot be calculated: the level of an interval lies between 0 and 1.")
    if replicates < FEWEST_REPLICATES:
        raise WrongArguments(
            f"{replicates} resamples are too few for an interval.", advice=f"Ask for {FEWEST_REPLICATES} or more."
        )
    details: dict[str, Any] = {
        "seed": seed,
        "replicates": replicates,
        "threshold": THRESHOLD,
        "list_totals": table.list_totals(),
        "overlaps": table.overlaps(),
        "times_listed": list(table.times_listed()),
    }
    refusal = rules.of_the_table(table) or rules.of_the_model(_finding(table, np.zeros(len(table.pairs), dtype=bool)))
    if refusal is not None:
        return _refused(table, level, refusal, details)
    models = _models(table, level)
    details |= models.details
    refusal = rules.of_the_spread(min(models.totals), max(models.totals))
    if refusal is not None:
        return _refused(table, level, refusal, details)
    return _with_interval(table, models, level, resampled(table.cells().astype(float), replicates, seed), details)


def estimate_of_model(table: CaptureTable, pairs: Sequence[str] = (), *, level: float = 0.95) -> Estimate:
    """Persons by one model, with these pairs of lists (“A:B”), and Wald's interval, which takes the model as given.

    Refused where the estimate does not exist or is not identifiable. Raises WrongArguments for an unknown pair.
    """
    unknown = sorted(set(pairs) - set(table.pairs))
    if unknown:
        raise WrongArguments(f"No pairs of these lists: {', '.join(unknown)}.", advice=f"One of {table.pairs}.")
    terms = np.array([pair in pairs for pair in table.pairs], dtype=bool)
    found = _finding(table, terms)
    details: dict[str, Any] = {"terms": list(pairs), "existence": int(found)}
    refusal = rules.of_the_model(found)
    if refusal is not None:
        return _refused(table, level, refusal, details, method="multiple_systems_model")
    counts = table.cells().astype(float)[None]
    model = _model(table, one_model(design_of(len(table.lists)), counts, terms), level)
    return Estimate(
        method="multiple_systems_model",
        estimate=model.estimate,
        lower=model.lower,
        upper=model.upper,
        level=level,
        unit=UNIT,
        basis=_basis(table),
        caveats=CAVEATS,
        details=details | model.to_json(),
    )


def _models(table: CaptureTable, level: float) -> _Models:
    design, counts = design_of(len(table.lists)), table.cells().astype(float)[None]
    by_bic = best_by_bic(design, counts)
    main, steps = without_pairs(design, counts), stepwise(design, counts)
    found = {"main_effects": _model(table, main, level), "stepwise": _model(table, steps, level)}
    best = None if by_bic is None else _model(table, by_bic, level)
    bound = chao_lower_bound(design, counts[0], level)
    every = np.ones(len(table.pairs), dtype=bool)
    details: dict[str, Any] = {key: model.to_json() for key, model in found.items()}
    details["bic"] = None if best is None else best.to_json()
    details["chao_lower_bound"] = (
        None if bound is None else {"estimate": bound.estimate, "lower": bound.lower, "upper": bound.upper}
    )
    details["existence"] = {
        "main_effects": int(_finding(table, ~every)),
        "stepwise": int(_finding(table, steps.terms[0])),
        "all_pairs": int(_finding(table, every)),
    }
    totals = [model.estimate for model in (*found.values(), best) if model is not None]
    details["spread"] = max(totals) / min(totals)
    return _Models(main=found["main_effects"], stepwise=found["stepwise"], bic=best, details=details)


def _model(table: CaptureTable, chosen: Chosen, level: float) -> ModelEstimate:
    design, counts = design_of(len(table.lists)), table.cells().astype(float)[None]
    fits = fit_models(design, counts, chosen.terms)
    lower, upper = wald_interval(design.products, fits, table.persons, level)
    return ModelEstimate(
        estimate=float(chosen.totals[0]),
        lower=lower,
        upper=upper,
        terms=tuple(name for name, is_in in zip(table.pairs, chosen.terms[0], strict=True) if is_in),
        deviance=float(fits.deviance[0]),
        bic=float(bic(fits.deviance, chosen.terms, counts, len(table.lists))[0]),
    )


def _with_interval(
    table: CaptureTable, models: _Models, level: float, resamples: Floats, details: dict[str, Any]
) -> Estimate:
    design, counts = design_of(len(table.lists)), table.cells().astype(float)
    found = bootstrap_interval(lambda d, c: stepwise(d, c).totals, design, counts, resamples, level)
    details["stepwise"] = details["stepwise"] | _bootstrap_json(found)
    refusal = rules.of_the_resamples(len(resamples), found.without_estimate)
    value = models.stepwise.estimate
    if refusal is None and not (isfinite(found.upper) and found.lower <= value <= found.upper):
        refusal = rules.unbounded()
    if refusal is not None:
        return _refused(table, level, refusal, details)
    if models.bic is not None:
        details["bic"] = details["bic"] | _bic_intervals(table, models.bic.terms, resamples, level)
    bound = details["chao_lower_bound"]
    return Estimate(
        method=METHOD,
        estimate=value,
        lower=found.lower,
        upper=found.upper,
        level=level,
        unit=UNIT,
        basis=_basis(table),
        checks=rules.checks(
            table,
            details["spread"],
            Finding(details["existence"]["all_pairs"]),
            bound is None or value >= bound["estimate"],
        ),
        caveats=CAVEATS,
        details=details,
    )


def _bic_intervals(table: CaptureTable, terms: tuple[str, ...], resamples: Floats, level: float) -> dict[str, Any]:
    design, counts = design_of(len(table.lists)), table.cells().astype(float)
    best = np.array([pair in terms for pair in table.pairs], dtype=bool)
    fixed = bootstrap_interval(_totals_of(best), design, counts, resamples, level)
    figures: dict[str, Any] = {"best_model_only": _bootstrap_json(fixed)}
    if len(table.lists) <= MOST_LISTS_RESELECTED:
        reselected = bootstrap_interval(_totals_by_bic, design, counts, resamples, level)
        figures |= _bootstrap_json(reselected)
    return figures


def _totals_of(terms: Flags) -> Callable[[Design, Floats], Floats]:
    return lambda design, counts: limits_of_model(design, counts, terms)


def _totals_by_bic(design: Design, counts: Floats) -> Floats:
    found = best_by_bic(design, counts)
    return np.full(len(counts), np.inf) if found is None else found.totals


def _bootstrap_json(found: Bootstrap) -> dict[str, Any]:
    figures = {
        "bca_lower": found.lower,
        "bca_upper": found.upper,
        "z0": found.z0,
        "acceleration": found.acceleration,
    }
    kept: dict[str, Any] = {key: value if isfinite(value) else None for key, value in figures.items()}
    return kept | {"resamples_without_estimate": found.without_estimate}


def _finding(table: CaptureTable, terms: Flags) -> Finding:
    return finding(table.cells().astype(float), terms, len(table.lists))


def _basis(table: CaptureTable) -> dict[str, float]:
    return {"persons": table.persons, "lists": len(table.lists), "on_several_lists": rules.on_several(table)}


def _refused(
    table: CaptureTable, level: float, refusal: Refusal, details: dict[str, Any], *, method: str = METHOD
) -> Estimate:
    return Estimate(
        method=method,
        estimate=None,
        lower=None,
        upper=None,
        level=level,
        unit=UNIT,
        basis=_basis(table),
        caveats=CAVEATS,
        refusal=refusal,
        details=details,
    )
