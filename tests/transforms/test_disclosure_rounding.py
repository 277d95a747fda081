"""Controlled rounding: adjacent multiples that add up, the least change there is, and a refusal where there is none."""

from __future__ import annotations

import csv
import json
from collections.abc import Sequence
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from scipy.optimize import OptimizeResult

from tests.transforms.count_tables import counts, released
from tests.transforms.person_groups import FAMILIES, PHASES, Group, persons_of
from transforms.disclosure import policies, rounding
from transforms.disclosure.cells import CountCell, CountTable, TableSet
from transforms.disclosure.equations import link
from transforms.disclosure.linked import LinkedCells
from transforms.disclosure.policy import Policy
from transforms.disclosure.rounding import rounded
from transforms.errors import ProfileInvalid, ReleaseRefused


def with_margins(numbers: dict[tuple[str, ...], int], dimensions: Sequence[str]) -> CountTable:
    cells = dict.fromkeys(
        product(*([*dict.fromkeys(at[n] for at in numbers), "total"] for n in range(len(dimensions)))), 0
    )
    for at, number in numbers.items():
        for place in product(*((code, "total") for code in at)):
            cells[place] += number
    return CountTable(
        key="t", indicator="victims_identified", population="p", dimensions=tuple(dimensions),
        additive=tuple(dimensions), unit="person", sources=("case_register",),
        cells=tuple(CountCell(at=at, value=float(n)) for at, n in cells.items()),
    )  # fmt: skip


def linked_of(*tables: CountTable) -> LinkedCells:
    return link(TableSet(tables=tables, rollups=()))


def assert_sound(linked: LinkedCells, values: np.ndarray, base: int) -> None:
    """Multiples of the base, less than one base away, none of them of its own place moved, and sums that hold."""
    tabled = linked.is_tabled
    assert (values % base == 0).all() and (values >= 0).all()
    assert (np.abs(values - linked.values)[tabled] < base).all()
    kept = tabled & (linked.values % base == 0)
    assert (values[kept] == linked.values[kept]).all()
    assert not (linked.sums @ values).any()


def test_the_published_table_changes_by_sixteen_and_no_rounding_by_less(shared_fixtures: Path) -> None:
    folder = shared_fixtures / "disclosure"
    with (folder / "wp22_delinquent.csv").open(encoding="utf-8", newline="") as file:
        numbers = {(row["county"], row["edu"]): int(row["freq"]) for row in csv.DictReader(file)}
    wanted = json.loads((folder / "reference_wp22_audit.json").read_text("utf-8"))["controlled_rounding_base5"]
    linked = linked_of(with_margins(numbers, ("county", "edu")))
    values = rounded(linked, 5)
    assert_sound(linked, values, 5)
    assert np.abs(values - linked.values)[linked.is_tabled].sum() == wanted["optimal_L1"] == 16


@pytest.mark.parametrize("base", [3, 5, 10])
def test_the_least_change_is_the_least_of_all_that_are_possible(base: int) -> None:
    """Every way to round three by two, tried one after another."""
    numbers = {(row, column): n for (row, column), n in zip(product("abc", "xy"), (4, 11, 1, 2, 6, 13), strict=True)}
    linked = linked_of(with_margins(numbers, ("row", "column")))
    values = rounded(linked, base)
    assert_sound(linked, values, base)
    inner = np.array(list(numbers.values())).reshape(3, 2)
    least = min(change for ups in product((0, 1), repeat=6) if (change := changed(inner, ups, base)) is not None)
    assert np.abs(values - linked.values)[linked.is_tabled].sum() == least


def changed(inner: np.ndarray, ups: Sequence[int], base: int) -> int | None:
    """Change of all cells and margins, None where a margin would move a whole base or a multiple would move."""
    made = (inner // base + np.array(ups).reshape(inner.shape)) * base
    total = 0
    for axis in (None, 0, 1, (0, 1)):
        true, new = (grid if axis is None else grid.sum(axis=axis) for grid in (inner, made))
        if (np.abs(new - true) >= base).any() or ((true % base == 0) & (new != true)).any():
            return None
        total += int(np.abs(new - true).sum())
    return total


@pytest.mark.parametrize("family", ["months, quarters, years and phases", "regions by sex with every margin",
                                    "several forms per person", "age groups in age classes"])  # fmt: skip
def test_whatever_is_counted_is_rounded_soundly_or_refused(family: str) -> None:
    @settings(max_examples=8, deadline=None)
    @given(persons=persons_of(FAMILIES[family]))
    def tried(persons: list[Group]) -> None:
        linked = link(TableSet(tables=tuple(FAMILIES[family].tables(persons)), rollups=PHASES))
        try:
            values = rounded(linked, 5)
        except ReleaseRefused:
            return
        assert_sound(linked, values, 5)

    tried()


TWOS = (
    ("...", ".22", ".22"),
    (".22", "22.", "2.2"),
    (".22", "2.2", "22."),
)
"""Three layers. Every line holds no two or two of them, of which base 4 must raise one; that cannot be done in turn."""


def test_a_table_without_any_rounding_is_refused_without_its_values() -> None:
    numbers = {
        (f"layer {x}", f"row {y}", f"column {z}"): int(sign.replace(".", "0"))
        for x, layer in enumerate(TWOS)
        for y, line in enumerate(layer)
        for z, sign in enumerate(line)
    }
    linked = linked_of(with_margins(numbers, ("layer", "row", "column")))
    assert not any_rounding(linked, 4)
    with pytest.raises(ReleaseRefused, match="No rounding of all counts at once keeps every sum") as refused:
        rounded(linked, 4)
    assert not any(character.isdigit() for character in str(refused.value))


def any_rounding(linked: LinkedCells, base: int) -> bool:
    """All ways to round the cells that are no multiples, tried one after another."""
    open_ = np.flatnonzero(linked.values % base)
    assert open_.size <= 16
    ups = (np.arange(2**open_.size)[:, None] >> np.arange(open_.size)) & 1
    sums = linked.sums.toarray()
    missing = sums @ (linked.values // base)
    return bool((ups @ sums[:, open_].T == -missing).all(axis=1).any())


def test_what_is_not_found_with_the_work_allowed_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    unfinished = OptimizeResult(x=np.zeros(7), status=1)
    monkeypatch.setattr(rounding, "milp", lambda *given_, **more: unfinished)
    with pytest.raises(ReleaseRefused, match="or none was found within 5 branches"):
        rounded(linked_of(counts("period | persons\n2020 | 7")), 5, nodes=5)


@pytest.mark.parametrize("base", [2, 0, -5, 5.0, True])
def test_a_base_that_protects_nobody_is_refused(base: int) -> None:
    with pytest.raises(ProfileInvalid, match="below the lowest safe value"):
        rounded(linked_of(counts("period | persons\n2020 | 7")), base)


def test_a_policy_that_asks_for_rounding_is_refused_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = Policy(audience="public", threshold=10, protection_width=10, rounding_base=5)
    assert asked.declared()["rounding_base"] == 5
    monkeypatch.setattr(policies, "policy", lambda audience: asked)
    with pytest.raises(ReleaseRefused, match="asks for counts rounded to 5") as refused:
        released(counts("period | persons\n2020 | 70"), audience="public")
    assert "70" not in str(refused.value) and "rounding_base" in refused.value.advice
