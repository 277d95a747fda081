"""The sums an attacker can write down: margins, years of months, phases, several answers per person, nested codes.

Where the tabled codes of an additive dimension overlap without one containing the other's parts (a phase that
ends in February and the years around it), the difference between them is a group of persons that no table shows
and that subtraction gives away. Such remainders become cells of their own, to be protected like the rest.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from transforms.codes import TOTAL
from transforms.disclosure.cells import Coordinates, CountTable, Rollup, TableSet
from transforms.disclosure.linked import (
    Builder,
    LinkedCell,
    LinkedCells,
    additive_dimensions,
    inconsistent,
    protected_tables,
    quantities,
    slices,
)
from transforms.disclosure.nesting import add_nestings
from transforms.errors import WrongArguments
from transforms.periods import period

Leaves = frozenset[str]
Pieces = list[str | Leaves]
Slice = tuple[str, Coordinates, str]
"""Population, coordinates but for one dimension, and that dimension."""


def link(table_set: TableSet) -> LinkedCells:
    """The linked system of an edition; raises ReleaseRefused naming the tables whose counts contradict each other."""
    tables = protected_tables(table_set)
    builder = quantities(tables)
    additive = additive_dimensions(tables)
    leaves = _leaf_sets(table_set, tables)
    several: dict[tuple[str, str], list[Mapping[str, int]]] = {}
    left_over: list[tuple[Slice, str, Pieces]] = []
    for where, codes in slices(builder).items():
        if where[2] == "period":
            _add_slice(builder, where, codes, leaves, additive, several, left_over)
    _add_margins(builder, left_over)
    certain = {place for place, cell in enumerate(builder.cells) if cell.is_group}
    for where, codes in slices(builder).items():
        population, _, dimension = where
        is_shown = any(place is None or builder.cells[place].tables for place in codes.values())
        if dimension == "period" or (not is_shown and additive[population, dimension]):
            continue
        if is_shown or all(place in certain for place in codes.values()):
            _add_slice(builder, where, codes, leaves, additive, several, left_over)
    for margins in several.values():
        _add_exclusive_unknowns(builder, margins)
    add_nestings(builder, additive)
    _add_contained(builder, tables)
    return builder.finished()


def _add_slice(
    builder: Builder,
    where: Slice,
    codes: Mapping[str, int | None],
    leaves: Mapping[tuple[str, str], Leaves],
    additive: Mapping[tuple[str, str], bool],
    several: dict[tuple[str, str], list[Mapping[str, int]]],
    left_over: list[tuple[Slice, str, Pieces]],
) -> None:
    """Sums or bounds of the codes of one dimension; `several` collects those that can hold one person more than once.

    `left_over` collects codes that others do not make up whole.

    Periods come first: what they leave over are groups of their own, whose codes bind each other like those of a table.
    """
    population, _, dimension = where
    sets = {code: leaves[dimension, code] for code in codes if code != TOTAL}
    sets[TOTAL] = frozenset().union(*sets.values())
    placed = {code: place for code, place in codes.items() if place is not None}
    if additive[population, dimension]:
        covers = _add_additive(builder, where, placed, sets)
        left_over += [(where, code, p) for code, p in covers.items() if any(isinstance(one, frozenset) for one in p)]
        return
    _add_overlapping(builder, placed, sets)
    if TOTAL in placed and dimension != "period":
        several.setdefault((population, dimension), []).append(placed)


def _leaf_sets(table_set: TableSet, tables: tuple[CountTable, ...]) -> dict[tuple[str, str], Leaves]:
    """What each code consists of: months of a period, parts of a rollup down to the finest, or the code itself."""
    parts = {(rollup.dimension, rollup.parent): rollup.parts for rollup in table_set.rollups}
    found: dict[tuple[str, str], Leaves] = {}

    def expanded(dimension: str, code: str, table: str) -> Leaves:
        if (dimension, code) not in found:
            if dimension == "period" and (months := _months(code)):
                found[dimension, code] = months
            elif inner := parts.get((dimension, code)):
                found[dimension, code] = frozenset().union(*(expanded(dimension, part, table) for part in inner))
            elif dimension == "period" and code != TOTAL:
                raise inconsistent([table], f"no rollup says which months make up the period '{code}'")
            else:
                found[dimension, code] = frozenset({code})
        return found[dimension, code]

    for table in tables:
        for place, dimension in enumerate(table.dimensions):
            for code in {cell.at[place] for cell in table.cells}:
                expanded(dimension, code, table.key)
    return found


def leaf_set(dimension: str, code: str, rollups: Sequence[Rollup]) -> Leaves:
    """What a code consists of, as `link` takes it: the months of a period or remainder; empty where nobody says."""
    if dimension == "period" and (months := _months(code)):
        return months
    if "+" in code:
        return frozenset().union(*(leaf_set(dimension, part, rollups) for part in code.split("+")))
    inner = next((r.parts for r in rollups if (r.dimension, r.parent) == (dimension, code)), ())
    return frozenset().union(*(leaf_set(dimension, part, rollups) for part in inner))


@cache
def _months(code: str) -> Leaves:
    try:
        return frozenset(part.code for part in period(code).parts("month"))
    except WrongArguments:
        return frozenset()


def _add_additive(
    builder: Builder,
    where: Slice,
    placed: Mapping[str, int],
    sets: Mapping[str, Leaves],
) -> dict[str, Pieces]:
    """Sums of one additive slice: every code that other codes or remainders make up equals their sum; returns which."""
    covers: dict[str, Pieces] = {}
    if sum(len(sets[code]) for code in sets if code != TOTAL) == len(sets[TOTAL]):
        covers = _disjoint_cover(placed, sets) if TOTAL in placed else {}
    else:
        order = sorted(placed, key=lambda code: (-len(sets[code]), code != TOTAL, code))
        for number, code in enumerate(order):
            covers[code] = _cover(code, order[number + 1 :], sets)
    remainders = {piece for pieces in covers.values() for piece in pieces if isinstance(piece, frozenset)}
    values = _remainder_values(builder, where, placed, covers, remainders)
    population, rest, dimension = where
    groups: dict[Leaves, int] = {}
    for leaves, (value, is_certain) in values.items():
        quantity = (population, rest | {(dimension, _code_of(leaves))})
        groups[leaves] = builder.add_cell(LinkedCell(quantity=quantity, value=value, is_group=is_certain))
    for code, pieces in covers.items():
        if pieces:
            parts = [groups[p] if isinstance(p, frozenset) else placed[p] for p in pieces]
            builder.add_sum(placed[code], parts)
    return covers


def _code_of(piece: str | Leaves) -> str:
    return piece if isinstance(piece, str) else "+".join(sorted(piece))


def _add_margins(builder: Builder, left_over: Sequence[tuple[Slice, str, Pieces]]) -> None:
    """What a period leaves over of a breakdown, of all persons too: they bound what the codes of it can be.

    A table of persons with months in it is cut otherwise than one of a breakdown with years: these need not be there.
    """
    waiting = list(left_over)
    while waiting:
        (population, rest, dimension), code, pieces = waiting.pop()
        for at in rest:
            outer = rest - {at}
            placed = {one: builder.place.get((population, outer | {(dimension, _code_of(one))})) for one in pieces}
            whole = builder.place.get((population, outer | {(dimension, code)}))
            missing = [one for one, place in placed.items() if place is None]
            if whole is None or len(missing) != 1 or not isinstance(missing[0], frozenset):
                continue
            others = [place for place in placed.values() if place is not None]
            value = builder.cells[whole].value - sum(builder.cells[place].value for place in others)
            if value < 0:
                continue  # counted by another rule: no reader can use the one to bound the other
            quantity = (population, outer | {(dimension, _code_of(missing[0]))})
            builder.add_sum(whole, [*others, builder.add_cell(LinkedCell(quantity=quantity, value=value))])
            waiting.append(((population, outer, dimension), code, pieces))


def _disjoint_cover(placed: Mapping[str, int], sets: Mapping[str, Leaves]) -> dict[str, Pieces]:
    unreported = frozenset().union(*(leaves for code, leaves in sets.items() if code not in placed))
    pieces: Pieces = [code for code in placed if code != TOTAL]
    return {TOTAL: [*pieces, unreported] if unreported else pieces}


def _cover(whole: str, others: list[str], sets: Mapping[str, Leaves]) -> Pieces:
    """The largest tabled codes inside a code, without overlap, and remainders split along the other codes' edges."""
    rest = set(sets[whole])
    pieces: Pieces = []
    for other in others:
        if sets[other] <= rest:
            pieces.append(other)
            rest -= sets[other]
    remainders: dict[Leaves, set[str]] = {}
    for leaf in rest:
        edges = frozenset(code for code in sets if leaf in sets[code])
        remainders.setdefault(edges, set()).add(leaf)
    if not pieces and len(remainders) <= 1:
        return []
    return [*pieces, *(frozenset(leaves) for leaves in remainders.values())]


def _remainder_values(
    builder: Builder,
    where: Slice,
    placed: Mapping[str, int],
    covers: Mapping[str, Pieces],
    unknown: set[Leaves],
) -> dict[Leaves, tuple[int, bool]]:
    """Value of each remainder, and whether the tables give it away (otherwise one possible value)."""
    known: dict[Leaves, tuple[int, bool]] = {}
    rows = [(code, pieces) for code, pieces in covers.items() if any(isinstance(p, frozenset) for p in pieces)]
    while rows:
        solved = False
        for code, pieces in rows:
            open_ = [p for p in pieces if isinstance(p, frozenset) and p not in known]
            if len(open_) == 1:
                shown = sum(builder.cells[placed[p]].value for p in pieces if isinstance(p, str))
                hidden = sum(known[p][0] for p in pieces if isinstance(p, frozenset) and p in known)
                known[open_[0]] = (builder.cells[placed[code]].value - shown - hidden, True)
                solved = True
        rows = [row for row in rows if any(isinstance(p, frozenset) and p not in known for p in row[1])]
        if not solved:
            break
    if rows:
        known |= _possible_values(builder, placed, rows, known, sorted(unknown - set(known), key=sorted))
    if any(value < 0 for value, _ in known.values()):
        names = {t for code in placed for t in builder.cells[placed[code]].tables}
        raise inconsistent(names, f"codes of '{where[2]}' add up to more than what contains them")
    return known


def _possible_values(
    builder: Builder,
    placed: Mapping[str, int],
    rows: list[tuple[str, Pieces]],
    known: Mapping[Leaves, tuple[int, bool]],
    unknown: list[Leaves],
) -> dict[Leaves, tuple[int, bool]]:
    """Some whole numbers for remainders that the tables together do not determine one by one."""
    matrix = np.array([[float(u in pieces) for u in unknown] for _, pieces in rows])
    right = np.array(
        [
            builder.cells[placed[code]].value
            - sum(builder.cells[placed[p]].value if isinstance(p, str) else known.get(p, (0,))[0] for p in pieces)
            for code, pieces in rows
        ],
        dtype=float,
    )
    found = milp(
        np.ones(len(unknown)),
        constraints=LinearConstraint(matrix, right, right),
        integrality=np.ones(len(unknown)),
        bounds=Bounds(0, np.inf),
    )
    if found.x is None:
        raise inconsistent(
            {t for code, _ in rows for t in builder.cells[placed[code]].tables}, "their periods cannot be reconciled"
        )
    free = np.linalg.svd(matrix)[2][np.linalg.matrix_rank(matrix) :]
    certain = np.all(np.abs(free) < 1e-9, axis=0)
    return {u: (round(float(found.x[i])), bool(certain[i])) for i, u in enumerate(unknown)}


def _add_overlapping(builder: Builder, placed: Mapping[str, int], sets: Mapping[str, Leaves]) -> None:
    """Bounds where persons can stand under several codes: a part never exceeds its whole, all parts reach it.

    In what tables leave over nobody can be held to them where the counts do not fit: only printed counts must.
    """
    bounds: list[tuple[list[int], list[int], str]] = []
    for code, place in placed.items():
        inner = [other for other in placed if other != code and sets[other] <= sets[code]]
        inner = [o for o in inner if len(sets[o]) < len(sets[code]) or code == TOTAL]
        bounds += [([placed[other]], [place], "part") for other in inner]
        if inner and frozenset().union(*(sets[o] for o in inner)) == sets[code]:
            bounds.append(([place], [placed[o] for o in inner], "cover"))
    is_printed = any(builder.cells[place].tables for place in placed.values())
    if is_printed or all(_fits(builder, low, high) for low, high, _ in bounds):
        for low, high, name in bounds:
            builder.add_bound(low, high, name)


def _fits(builder: Builder, low: Sequence[int], high: Sequence[int]) -> bool:
    return sum(builder.cells[p].value for p in low) <= sum(builder.cells[p].value for p in high)


def _add_exclusive_unknowns(builder: Builder, margins: list[Mapping[str, int]]) -> None:
    """Bounds that hold where nobody stands under a known code and under `unknown` or `not_reported` at once.

    Whether that is so is read from the counts themselves: a reader can see it, so the attacker may know it.
    """
    bounds: list[tuple[list[int], list[int]]] = []
    for placed in margins:
        blank = [placed[code] for code in ("unknown", "not_reported") if code in placed]
        codes = [place for code, place in placed.items() if code not in (TOTAL, "unknown", "not_reported")]
        if blank and codes:
            bounds += [([*blank, code], [placed[TOTAL]]) for code in codes]
            bounds.append(([placed[TOTAL]], [*blank, *codes]))
    if all(_fits(builder, low, high) for low, high in bounds):
        for low, high in bounds:
            builder.add_bound(low, high, "known")


def _add_contained(builder: Builder, tables: tuple[CountTable, ...]) -> None:
    """Bounds between populations: at the same coordinates nobody is counted in the inner one alone."""
    contained = {table.population: table.within for table in tables if table.within}
    for population, coordinates in list(builder.place):
        whole = (contained.get(population, ""), coordinates)
        if whole in builder.place:
            builder.add_bound([builder.place[population, coordinates]], [builder.place[whole]], "within")
