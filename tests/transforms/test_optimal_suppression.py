"""The cheapest pattern that is proved: the published one, the one of trying all patterns, and none that is unsafe."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.transforms.attacker import Attacker, printed_as, publication
from tests.transforms.optimal_suppression import NotComputable, lost, optimum
from tests.transforms.person_groups import FAMILIES, PHASES, Group, persons_of
from tests.transforms.test_disclosure_attacker import as_table, cross_table, published_region_tables
from transforms.disclosure.cells import CountTable, Rollup, TableSet
from transforms.disclosure.equations import link
from transforms.disclosure.linked import Builder, LinkedCell, LinkedCells
from transforms.disclosure.policy import Policy, policy
from transforms.disclosure.suppression import complements, information, primary_cells


def ministry(width: int) -> Policy:
    return Policy(audience="ministry", threshold=4, protection_width=width)


def linked_of(*tables: CountTable, rollups: Sequence[Rollup] = ()) -> LinkedCells:
    return link(TableSet(tables=tables, rollups=tuple(rollups)))


def names(linked: LinkedCells, mask: np.ndarray) -> set[str]:
    return {"/".join(code for _, code in sorted(linked.cells[place].quantity[1])) for place in np.flatnonzero(mask)}


@pytest.fixture(scope="module")
def wp22(shared_fixtures: Path) -> LinkedCells:
    cross = cross_table(shared_fixtures / "disclosure" / "wp22_delinquent.csv", "county", "edu")
    return linked_of(as_table(cross, ("county", "edu")))


@pytest.fixture(scope="module")
def reference(shared_fixtures: Path) -> dict[str, Any]:
    text = (shared_fixtures / "disclosure" / "reference_wp22_audit.json").read_text("utf-8")
    found: dict[str, Any] = json.loads(text)["optimal_width_5"]
    return found


def test_three_complements_at_a_cost_of_29_are_the_cheapest_of_the_published_table(
    wp22: LinkedCells, reference: dict[str, Any]
) -> None:
    primary = primary_cells(wp22, ministry(5))
    best = optimum(wp22, primary, wp22.values.astype(float), ministry(5))
    assert best.loss == reference["min_value"]["cost"] == 29
    assert names(wp22, best.withheld & ~primary) == set(reference["min_value"]["cells"])
    fewest = optimum(wp22, primary, np.ones(len(wp22.cells)), ministry(5))
    assert fewest.loss == reference["min_cells"]["n"] == 3


def hidden_by(table: CountTable, linked: LinkedCells, withheld: np.ndarray) -> Iterable[tuple[str, ...]]:
    return (c.at for c in table.cells if withheld[linked.place[table.population, table.coordinates(c)]])


@pytest.mark.parametrize("audience", ["working-group", "public"])
def test_the_attacker_finds_the_cheapest_pattern_of_overlapping_regions_safe(
    audience: str, shared_fixtures: Path
) -> None:
    table, rollups = published_region_tables(shared_fixtures / "disclosure")
    rules = policy(audience)
    linked = linked_of(table, rollups=rollups)
    primary, weights = primary_cells(linked, rules), information(linked)
    best = optimum(linked, primary, weights, rules)
    gate = complements(linked, primary, rules)
    assert 0 < best.loss <= lost(linked, gate.withheld, primary, weights)
    assert best.withheld[primary].all()
    printed = printed_as(table, hidden_by(table, linked, best.withheld))
    attacker = Attacker(publication(printed, rollups=rollups, threshold=rules.threshold, width=rules.threshold))
    assert attacker.closer_than(rules.protection_width) == {}


def two_by_two(counts: Sequence[int]) -> LinkedCells:
    """Two lines of two counts with every margin: nine cells."""
    cross = {
        (row, column): sum(
            count
            for place, count in zip(product("ab", "xy"), counts, strict=True)
            if row in (place[0], "total") and column in (place[1], "total")
        )
        for row, column in product(("a", "b", "total"), ("x", "y", "total"))
    }
    return linked_of(as_table(dict(cross), ("line", "column")))


def cheapest_of_all(linked: LinkedCells, primary: np.ndarray, weights: np.ndarray, width: int) -> float:
    """The least loss of all patterns, each held against all whole tables within the width of the true one."""
    inner = [n for n, cell in enumerate(linked.cells) if len(cell.quantity[1]) == 2]
    steps = [range(max(0, v - width), v + width + 1) for v in linked.values[inner].tolist()]
    tables = np.zeros((int(np.prod([len(step) for step in steps])), len(linked.cells)), dtype=np.int64)
    grid = np.array(list(product(*steps)))
    for place, cell in enumerate(linked.cells):
        inside = [n for n, i in enumerate(inner) if cell.quantity[1] <= linked.cells[i].quantity[1]]
        tables[:, place] = grid[:, inside].sum(axis=1)
    agrees = tables == linked.values
    best = np.inf
    for chosen in product((False, True), repeat=len(linked.cells)):
        withheld = np.array(chosen)
        if (primary & ~withheld).any() or (loss := float(weights[withheld & ~primary].sum())) >= best:
            continue
        possible = tables[agrees[:, ~withheld].all(axis=1)]
        if (np.ptp(possible, axis=0)[withheld] >= width).all():
            best = loss
    return best


@settings(max_examples=25, deadline=None)
@given(
    counts=st.lists(st.sampled_from((0, 1, 2, 3, 5, 6, 8)), min_size=4, max_size=4),
    prices=st.lists(st.integers(1, 9), min_size=9, max_size=9),
)
def test_no_pattern_of_a_small_table_is_cheaper(counts: list[int], prices: list[int]) -> None:
    linked = two_by_two(counts)
    rules = ministry(4)
    primary, weights = primary_cells(linked, rules), np.array(prices, dtype=float)
    assert optimum(linked, primary, weights, rules).loss == cheapest_of_all(linked, primary, weights, 4)


INVOLVED = ("forms by sex", "regions by sex with every margin", "several forms per person")


@pytest.mark.parametrize("family", INVOLVED)
def test_no_cut_of_a_proof_cuts_a_safe_pattern_off(family: str) -> None:
    """Patterns that are cheapest at other prices are safe, as the audit says, and must fulfil every cut."""

    @settings(max_examples=3, deadline=None, derandomize=True)
    @given(persons=persons_of(FAMILIES[family]))
    def proved(persons: list[Group]) -> None:
        rules = policy("public")
        linked = linked_of(*FAMILIES[family].tables(persons), rollups=PHASES)
        primary, chance = primary_cells(linked, rules), np.random.default_rng(len(persons))
        prices = [information(linked), *(chance.uniform(1, 9, len(linked.cells)) for _ in range(2))]
        best = [optimum(linked, primary, weights, rules) for weights in prices]
        gate = complements(linked, primary, rules)
        for one in best:
            for safe in (gate.withheld, *(other.withheld for other in best)):
                assert (one.cuts @ safe >= -1e-6).all()

    proved()


def only_odd_counts() -> tuple[LinkedCells, np.ndarray]:
    """A small count and a hidden pair of equal numbers make up five: between fractions all is possible, else 1, 3, 5.

    The five, or one of the totals that make the pair equal, would have to go.
    """
    builder = Builder()

    def add(name: str, value: int, *, is_tabled: bool) -> int:
        quantity = ("persons", frozenset({("cell", name)}))
        tables = ("table",) if is_tabled else ()
        return builder.add_cell(LinkedCell(quantity=quantity, value=value, tables=tables, is_group=False))

    small, five, total, other = (
        add(name, value, is_tabled=True) for name, value in (("small", 1), ("five", 5), ("total", 12), ("other", 12))
    )
    one, same, rest = (add(name, value, is_tabled=False) for name, value in (("one", 2), ("same", 2), ("rest", 10)))
    builder.add_sum(five, [small, one, same])
    builder.add_sum(total, [one, rest])
    builder.add_sum(other, [same, rest])
    linked = builder.finished()
    primary = np.zeros(len(linked.cells), dtype=bool)
    primary[small] = True
    return linked, primary


def test_what_only_whole_numbers_give_away_is_protected_too() -> None:
    linked, primary = only_odd_counts()
    weights = np.array([1.0, 9.0, 3.0, 4.0, 0.0, 0.0, 0.0])
    assert optimum(linked, primary, weights, ministry(4)).loss == 0
    best = optimum(linked, primary, weights, ministry(5))
    assert (best.loss, names(linked, best.withheld & linked.is_tabled)) == (3, {"small", "total"})


def test_what_so_much_work_does_not_prove_is_no_optimum(wp22: LinkedCells) -> None:
    primary = primary_cells(wp22, ministry(8))
    with pytest.raises(NotComputable):
        optimum(wp22, primary, information(wp22), ministry(8), rounds=2)


def test_a_count_that_readers_have_already_is_no_complement() -> None:
    """Of two lines the second is known from an earlier edition; to withhold it again would protect nothing."""
    linked = two_by_two([2, 9, 20, 30])
    cells = tuple(
        LinkedCell(
            quantity=cell.quantity,
            value=cell.value,
            tables=cell.tables,
            standing="known" if ("line", "b") in cell.quantity[1] else "open",
        )
        for cell in linked.cells
    )
    again = LinkedCells(cells=cells, place=linked.place, sums=linked.sums)
    best = optimum(again, primary_cells(again, ministry(4)), information(again), ministry(4))
    assert not (best.withheld & again.is_known).any()
    assert best.loss > optimum(linked, primary_cells(linked, ministry(4)), information(linked), ministry(4)).loss
