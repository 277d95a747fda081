"""Multiple systems estimation against published and reference numbers, and the answer with its refusals."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from transforms.errors import WrongArguments
from transforms.statistics.estimate import Estimate
from transforms.statistics.hidden_population import (
    CaptureTable,
    estimate_of_model,
    hidden_population,
    table_of_histories,
)
from transforms.statistics.hidden_population.answer import SEED
from transforms.statistics.hidden_population.chao import chao_lower_bound
from transforms.statistics.hidden_population.design import Floats, design_of
from transforms.statistics.hidden_population.existence import finding
from transforms.statistics.hidden_population.fit import fit_models
from transforms.statistics.hidden_population.information_criterion import best_by_bic, bic
from transforms.statistics.hidden_population.interval import bca, bootstrap_interval, resampled
from transforms.statistics.hidden_population.stepwise import one_model, stepwise

POINT = 1e-6
WALD = 1e-4
MONTE_CARLO = 0.08
REFERENCE_TERMS = ("UKdat", "NewOrl", "Western", "Artificial_3")

Load = Callable[[str], CaptureTable]


@pytest.fixture(scope="module")
def folder(shared_fixtures: Path) -> Path:
    return shared_fixtures / "hidden_population"


@pytest.fixture(scope="module")
def load(folder: Path) -> Load:
    def table(name: str) -> CaptureTable:
        header, *rows = csv.reader((folder / f"{name}.csv").open(encoding="utf-8"))
        return table_of_histories(header, rows)

    return table


@pytest.fixture(scope="module")
def reference(folder: Path) -> Callable[[str], dict[str, Any]]:
    def numbers(name: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((folder / f"{name}.json").read_text("utf-8"))
        return found

    return numbers


def cells(table: CaptureTable) -> Floats:
    return table.cells().astype(float)


def pair_flags(table: CaptureTable, *pairs: str) -> Any:
    return np.array([pair in pairs for pair in table.pairs], dtype=bool)


def stepwise_totals(design: Any, counts: Floats) -> Floats:
    return stepwise(design, counts).totals


def chosen_pairs(table: CaptureTable, terms: Any) -> set[str]:
    return {pair for pair, is_in in zip(table.pairs, terms, strict=True) if is_in}


def assert_is_the_wald_estimate(found: Estimate, expected: dict[str, float]) -> None:
    assert found.estimate == pytest.approx(expected["point est."], rel=POINT)
    assert (found.lower, found.upper) == (
        pytest.approx(expected["2.5%"], rel=WALD),
        pytest.approx(expected["97.5%"], rel=WALD),
    )


@pytest.mark.parametrize("name", REFERENCE_TERMS)
def test_main_effects_are_those_of_the_reference(name: str, load: Load, reference: Any) -> None:
    assert_is_the_wald_estimate(estimate_of_model(load(name)), reference("reference_sparsemse")[name]["main"])


@pytest.mark.parametrize("name", REFERENCE_TERMS)
def test_stepwise_chooses_the_pairs_of_the_reference_and_finds_its_numbers(
    name: str, load: Load, reference: Any
) -> None:
    table, expected = load(name), reference("reference_sparsemse")[name]
    terms = expected["stepwise_terms"]
    chosen = stepwise(design_of(len(table.lists)), cells(table)[None])
    assert chosen_pairs(table, chosen.terms[0]) == ({terms} if isinstance(terms, str) else set(terms))
    assert chosen.deviance[0] == pytest.approx(expected["stepwise_dev"], rel=POINT)
    for level, keys in ((0.95, ("2.5%", "97.5%")), (0.8, ("10%", "90%"))):
        found = estimate_of_model(table, sorted(chosen_pairs(table, chosen.terms[0])), level=level)
        bounds = {"2.5%": expected["stepwise_p002"][keys[0]], "97.5%": expected["stepwise_p002"][keys[1]]}
        assert_is_the_wald_estimate(found, {**expected["stepwise_p002"], **bounds})


@pytest.mark.parametrize("name", ["UKdat", "NewOrl", "Western"])
def test_coefficients_are_those_of_the_reference(name: str, load: Load, reference: Any) -> None:
    table, expected = load(name), reference("reference_sparsemse")[name]["stepwise_coef"]
    terms = pair_flags(table, *expected)
    fits = fit_models(design_of(len(table.lists)), cells(table)[None], terms[None])
    names = ("(Intercept)", *table.lists, *table.pairs)
    found = {name: value for name, value in zip(names, fits.coefficients[0], strict=True) if name in expected}
    assert found == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("name", ["UKdat", "NewOrl", "Western"])
def test_pairs_with_nobody_on_both_leave_the_model_of_all_pairs(name: str, load: Load, reference: Any) -> None:
    table, expected = load(name), reference("reference_sparsemse")[name]
    found = estimate_of_model(table, table.pairs)
    assert {pair for pair, persons in table.overlaps().items() if not persons} == set(expected["all_empty"])
    assert found.details["existence"] == expected["checkident_all"] == 0
    assert_is_the_wald_estimate(found, expected["all_pairs"])


def test_models_of_three_lists_that_do_not_exist_or_are_not_identifiable_are_refused(
    load: Load, reference: Any
) -> None:
    table = load("Artificial_3")
    codes = reference("published")["artificial_3_check_codes"]
    assert len(codes) == 8
    for name, code in codes.items():
        pairs = [f"{pair[0]}:{pair[1]}" for pair in name.split("+") if pair]
        found = estimate_of_model(table, pairs)
        assert found.details["existence"] == code
        refusal = {0: None, 1: "does_not_exist", 2: "not_identifiable"}[code]
        assert (found.refusal and found.refusal.code) == refusal
        assert (found.estimate is None) == (code > 0)


@pytest.mark.parametrize("name", ["Korea", "Western"])
def test_every_resample_has_the_model_and_estimate_of_the_reference(name: str, load: Load, folder: Path) -> None:
    tables, expected = deterministic(name, load, folder)
    table = load(name)
    assert stepwise_totals(design_of(len(table.lists)), tables) == pytest.approx(expected, rel=POINT)


@pytest.mark.parametrize("name", ["Korea", "Western"])
def test_the_deterministic_chain_ends_in_the_interval_of_the_reference(
    name: str, load: Load, folder: Path, reference: Any
) -> None:
    table, expected = load(name), reference(f"boot_{name}_200_expected")
    _, replicates = deterministic(name, load, folder)  # the reference's own, one of which misses a tie by rounding
    order = history_cells(folder, name)
    counts = cells(table)
    one_less = np.array([counts - (np.arange(len(counts)) == cell) for cell in order if counts[cell]])
    design = design_of(len(table.lists))
    point, *jackknife = stepwise_totals(design, np.vstack([counts[None], one_less]))
    weights = np.array([counts[cell] for cell in order if counts[cell]])
    assert point == pytest.approx(expected["popest"], rel=POINT)
    assert jackknife == pytest.approx([value for value in expected["jackest"] if value], rel=POINT)
    for level, low, high in ((0.95, "0.025", "0.975"), (0.8, "0.1", "0.9")):
        found = bca(expected["popest"], replicates, np.array(jackknife), weights, level)
        assert (found.z0, found.acceleration) == pytest.approx((expected["z0"], expected["ahat"]), rel=POINT)
        assert (found.lower, found.upper) == pytest.approx((expected["BCa"][low], expected["BCa"][high]), rel=POINT)


def test_the_whole_chain_of_our_own_estimates_ends_in_the_interval_of_the_reference(
    load: Load, folder: Path, reference: Any
) -> None:
    table, expected = load("Western"), reference("boot_Western_200_expected")["BCa"]
    tables, _ = deterministic("Western", load, folder)
    found = bootstrap_interval(stepwise_totals, design_of(5), cells(table), tables, 0.95)
    assert (found.lower, found.upper) == pytest.approx((expected["0.025"], expected["0.975"]), rel=POINT)


def history_cells(folder: Path, name: str) -> list[int]:
    """The cell of each row of a file, in its order."""
    _, *rows = csv.reader((folder / f"{name}.csv").open(encoding="utf-8"))
    return [sum(int(value) << bit for bit, value in enumerate(row[:-1])) - 1 for row in rows]


def deterministic(name: str, load: Load, folder: Path) -> tuple[Floats, Floats]:
    """Resamples with the reference's estimates."""
    _, *rows = csv.reader((folder / f"boot_{name}_200.csv").open(encoding="utf-8"))
    numbers = np.array([[float(value) for value in row] for row in rows])
    tables = np.zeros((len(rows), len(load(name).counts)))
    tables[:, history_cells(folder, name)] = numbers[:, :-1]
    return tables, numbers[:, -1]


@pytest.mark.parametrize("name, key", [("Korea", "[12,23]"), ("Western", "[15,2,3,4]")])
def test_bic_finds_the_best_model_of_the_reference(name: str, key: str, load: Load, reference: Any) -> None:
    table = load(name)
    best = best_by_bic(design_of(len(table.lists)), cells(table)[None])
    expected = reference("reference_rcapture")[name]["ms_top_bic"][key]
    assert best is not None
    assert best.totals[0] == pytest.approx(expected["abundance"], rel=POINT)
    assert best.deviance[0] == pytest.approx(expected["deviance"], rel=POINT)


def test_the_search_for_the_best_bic_finds_what_fitting_every_model_finds(load: Load) -> None:
    for name in ("Korea", "Australia", "Kosovo"):
        table = load(name)
        design = design_of(len(table.lists))
        every = np.array(list(product((False, True), repeat=design.n_pairs)))
        tables = np.vstack([cells(table), resampled(cells(table), 15, 3)])
        found = best_by_bic(design, tables)
        models = [one_model(design, tables, terms) for terms in every]
        scores = np.array(
            [np.where(np.isfinite(m.totals), bic(m.deviance, m.terms, tables, 4), np.inf) for m in models]
        )
        best = scores.argmin(axis=0)
        assert found is not None
        assert found.totals == pytest.approx([models[m].totals[t] for t, m in enumerate(best)], rel=POINT)


@pytest.mark.parametrize("name", ["Korea", "Western"])
def test_chaos_lower_bound_is_that_of_the_reference(name: str, load: Load, reference: Any) -> None:
    table = load(name)
    bound = chao_lower_bound(design_of(len(table.lists)), cells(table), 0.95)
    expected = reference("reference_rcapture")[name]["closedp"]["Mth Chao (LB)"]
    assert bound is not None
    assert bound.estimate == pytest.approx(expected["abundance"], rel=POINT)
    assert bound.lower < bound.estimate < bound.upper


def test_bootstrap_intervals_that_choose_the_model_anew_are_those_of_the_papers(load: Load, reference: Any) -> None:
    korea = hidden_population(load("Korea"))
    top_one, *_, every = reference("reference_msepkg_bic_bca")["Korea"]["rows"]
    by_bic = korea.details["bic"]
    assert by_bic["estimate"] == pytest.approx(157.1666666667, rel=POINT)
    assert (by_bic["bca_lower"], by_bic["bca_upper"]) == pytest.approx(
        (every["0.025"], every["0.975"]), rel=MONTE_CARLO
    )
    fixed = by_bic["best_model_only"]
    assert (fixed["bca_lower"], fixed["bca_upper"]) == pytest.approx(
        (top_one["0.025"], top_one["0.975"]), rel=MONTE_CARLO
    )


@pytest.mark.parametrize("name", ["Korea", "Western"])
def test_stepwise_intervals_over_several_seeds_are_those_of_the_reference(
    name: str, load: Load, reference: Any
) -> None:
    table, published = load(name), reference("reference_sparsemse_bca")[name]["BCa"]
    design, counts = design_of(len(table.lists)), cells(table)
    found = [
        bootstrap_interval(stepwise_totals, design, counts, resampled(counts, 1000, seed), 0.95)
        for seed in (SEED, 1, 2, 42, 1234)
    ]
    bounds = np.median([(one.lower, one.upper) for one in found], axis=0)
    assert bounds == pytest.approx((published["0.025"], published["0.975"]), rel=MONTE_CARLO)


@pytest.mark.parametrize(
    "name, lists",
    [("Australia", 4), ("Artificial_3", 3)],
)
def test_tables_that_say_too_little_are_refused_with_the_reason(name: str, lists: int, load: Load) -> None:
    found = hidden_population(load(name))
    code = {"Australia": "models_disagree", "Artificial_3": "overlaps_too_thin"}[name]
    assert found.refusal is not None
    assert found.refusal.code == code
    assert str(found.refusal.reason)
    assert found.basis["lists"] == lists
    assert json.loads(json.dumps(found.to_json(), allow_nan=False))["estimate"] is None


def test_too_little_is_refused_and_said() -> None:
    cases = (
        ("no_persons", CaptureTable(lists=("A", "B", "C"), counts=(0,) * 7)),
        ("too_few_lists", CaptureTable(lists=("A",), counts=(50,))),
        ("too_few_lists", CaptureTable(lists=("A", "B"), counts=(50, 40, 20))),
        ("too_few_lists", CaptureTable(lists=("A", "B", "C"), counts=(50, 40, 20, 0, 0, 0, 0))),
        ("overlaps_too_thin", CaptureTable(lists=("A", "B", "C"), counts=(50, 40, 3, 20, 3, 3, 0))),
    )
    for code, table in cases:
        found = hidden_population(table)
        assert found.refusal is not None
        assert (found.refusal.code, found.estimate) == (code, None)


def test_the_answer_shows_every_estimator_and_depends_on_the_seed_alone(load: Load) -> None:
    one, again = (hidden_population(load("Kosovo"), replicates=200, seed=7).to_json() for _ in range(2))
    assert one == again
    assert one["refusal"] is None
    assert one["lower"] < one["estimate"] < one["upper"]
    details = one["details"]
    assert details["seed"] == 7
    assert {"main_effects", "stepwise", "bic", "chao_lower_bound", "overlaps", "existence"} <= set(details)
    assert json.dumps(one, allow_nan=False)


def test_an_answer_needs_a_level_and_enough_resamples(load: Load) -> None:
    for wrong in ({"level": 1.0}, {"replicates": 50}):
        with pytest.raises(WrongArguments):
            hidden_population(load("Korea"), **wrong)  # type: ignore[arg-type]  # wrong on purpose
    with pytest.raises(WrongArguments, match="No pairs"):
        estimate_of_model(load("Korea"), ["b:x"])


def test_existence_does_not_depend_on_the_order_of_the_lists(load: Load) -> None:
    table = load("Artificial_3")
    moved = table_of_histories(["B", "A", "C", "n"], [(0, 1, 0, 40), (1, 0, 0, 30), (0, 0, 1, 20), (1, 1, 0, 6)])
    for pair in ("A:B", "A:C", "B:C"):
        other = pair if pair in moved.pairs else ":".join(reversed(pair.split(":")))
        codes = [finding(cells(t), pair_flags(t, p), 3) for t, p in ((table, pair), (moved, other))]
        assert codes[0] == codes[1]
