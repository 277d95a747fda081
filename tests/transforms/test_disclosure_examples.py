"""Examples that proved a cell safe are tried again; what no longer fits proves nothing."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.transforms.count_tables import counts
from transforms.disclosure.audit import checked_cells, exposed, interval
from transforms.disclosure.cells import CountTable, TableSet
from transforms.disclosure.equations import link
from transforms.disclosure.examples import Examples
from transforms.disclosure.linked import Builder, LinkedCell, LinkedCells

WIDTH, THRESHOLD = 4, 5


@st.composite
def tables(draw: st.DrawFn) -> CountTable:
    """Three years by three codes and their total, some of which hold nobody."""
    lines = ["period | female | male | unknown | total"]
    for year in (2019, 2020, 2021):
        row = draw(st.lists(st.integers(0, 12), min_size=3, max_size=3))
        lines.append(" | ".join(str(one) for one in (year, *row, sum(row))))
    return counts("\n".join(lines), by="sex")


def patterns(size: int) -> st.SearchStrategy[np.ndarray]:
    return st.lists(st.booleans(), min_size=size, max_size=size).map(np.array)


def looked_at(linked: LinkedCells, withheld: np.ndarray, examples: Examples) -> list[int]:
    """Which cells can be worked out; keeps the examples of the others."""
    ranges = examples.tried(linked, withheld)
    found = list(exposed(linked, withheld, checked_cells(linked, withheld, THRESHOLD), WIDTH, ranges))
    examples.keep(linked, ranges)
    return found


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_examples_of_one_look_change_no_verdict_of_the_next_and_never_say_too_much(data: st.DataObject) -> None:
    """Other counts, another pattern: what examples show is possible there, and the audit ends as without them."""
    examples = Examples()
    for _ in range(3):
        linked = link(TableSet(tables=(data.draw(tables()),), rollups=()))
        withheld = data.draw(patterns(len(linked.cells))) | ~linked.is_tabled
        shown = examples.tried(linked, withheld)
        for place in np.flatnonzero(withheld).tolist():
            low, high = interval(linked, withheld, place)
            assert low - 1e-6 <= shown.low[place] <= shown.high[place] <= high + 1e-6
        assert (shown.low == linked.values)[~withheld].all() and (shown.high == linked.values)[~withheld].all()
        assert looked_at(linked, withheld, examples) == looked_at(linked, withheld, Examples())


def test_a_second_look_at_the_same_pattern_finds_every_range_at_once() -> None:
    table = counts(
        "period | female | male | unknown | total\n2020 | 3 | 14 | 20 | 37\n2021 | 2 | 15 | 22 | 39", by="sex"
    )
    linked = link(TableSet(tables=(table,), rollups=()))
    withheld = np.array([cell.quantity[1] >= {("sex", "female")} or cell.quantity[1] >= {("sex", "male")}
                         for cell in linked.cells])  # fmt: skip
    examples = Examples()
    assert looked_at(linked, withheld, examples) == []
    again = examples.tried(linked, withheld)
    assert (again.high - again.low >= WIDTH)[withheld].all()


def test_an_example_that_another_sum_forbids_shows_nothing() -> None:
    """Women and men could trade; an edition that readers have besides tells the number of women."""
    open_system, bound = Builder(), Builder()
    for system in (open_system, bound):
        for sex, count in (("female", 3), ("male", 14), ("both", 17)):
            quantity = ("victims_identified", frozenset({("sex", sex)}))
            system.add_cell(LinkedCell(quantity=quantity, value=count, tables=("t",)))
        system.add_sum(2, [0, 1])
    twice = bound.add_cell(LinkedCell(quantity=("women again", frozenset()), value=3, standing="known"))
    bound.add_sum(twice, [0])
    withheld = np.array([True, True, False])
    examples = Examples()
    assert looked_at(open_system.finished(), withheld, examples) == []
    shown = examples.tried(bound.finished(), np.array([True, True, False, False]))
    assert (shown.low == shown.high).all()
    assert looked_at(bound.finished(), np.array([True, True, False, False]), examples) == [0, 1]


def test_of_an_example_of_many_cells_the_part_that_still_fits_is_used() -> None:
    """Fifty years, of which each can be moved for itself; of one of them the counts are published now."""
    years = range(1950, 2000)
    rows = "\n".join(f"{year} | 3 | 14 | 20 | 37" for year in years)
    linked = link(TableSet(tables=(counts(f"period | female | male | unknown | total\n{rows}", by="sex"),), rollups=()))
    withheld = np.array([("sex", "female") in cell.quantity[1] or ("sex", "male") in cell.quantity[1]
                         for cell in linked.cells]) & linked.is_tabled  # fmt: skip
    examples = Examples()
    looked_at(linked, withheld, examples)
    assert max(changed.size for changed in examples.changed) >= 80
    shown_now = np.array([("period", "1950") in cell.quantity[1] for cell in linked.cells])
    again = examples.tried(linked, withheld & ~shown_now)
    assert (again.high - again.low >= WIDTH)[withheld & ~shown_now].all()
    assert (again.high == again.low)[shown_now].all()
