"""Counts of earlier editions that readers know to be one number, as one cell: what is old is not looked at again.

Where a published margin did not grow between two editions, none of its parts did, since none of them falls; and where
two editions count one state of a register, each count is the same. Nothing is lost by this and nothing added: readers
draw these conclusions too. Without it the system would grow by a whole edition with each edition, while between two
deliveries only the counts of a few recent months change.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from transforms.disclosure.linked import Builder, LinkedCell, LinkedCells

Row = tuple[tuple[int, ...], tuple[int, ...]]
"""Places of cells and their signs: together they give zero."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ties:
    """Pairs of places that count the same in two editions: `grew` from a count to the one it grew to, `same` equal."""

    grew: Mapping[int, int]
    """From the place of the later count to that of the earlier one."""
    same: Sequence[tuple[int, int]]


def merged(builder: Builder, ties: Ties, first: int) -> LinkedCells:
    """The system with counts that must be equal made one; the first cells stay as they are, in their order."""
    cells = builder.cells
    alike = _Alike(list(range(len(cells))))

    def join(pairs: Iterable[tuple[int, int]]) -> list[Row]:
        for one, other in pairs:
            if min(one, other) >= first and _may_be_one(cells[alike.of(one)], cells[alike.of(other)]):
                kept, gone = alike.join(one, other)
                cells[kept] = _one(cells[kept], cells[gone])
        return _rewritten(builder.rows, cells, alike)

    rows = join(ties.same)
    grew = {alike.of(later): alike.of(before) for later, before in ties.grew.items()}
    rows = join((place, grew[place]) for place in sorted(_unchanged(cells, rows, grew)))
    used = sorted({*range(first), *(place for members, _ in rows for place in members)})
    number = {place: new for new, place in enumerate(used)}
    system = Builder()
    for place in used:
        system.add_cell(cells[place])
    system.rows = [(tuple(number[place] for place in members), signs) for members, signs in rows]
    return system.finished()


def _unchanged(cells: Sequence[LinkedCell], rows: Sequence[Row], grew: Mapping[int, int]) -> set[int]:
    """Later counts that did not grow, as readers can tell: published and equal, or parts of what did not grow."""
    still = {
        later
        for later, before in grew.items()
        if cells[later].standing == cells[before].standing == "known" and cells[later].value == cells[before].value
    }
    written = {frozenset(zip(members, signs, strict=True)) for members, signs in rows}
    sides: list[tuple[list[int], list[int]]] = []
    of: dict[int, list[int]] = {}
    for members, signs in rows:
        before = [grew.get(place, -1) for place in members]
        if min(before) < 0 or frozenset(zip(before, signs, strict=True)) not in written:
            continue
        for place in members:
            of.setdefault(place, []).append(len(sides))
        halves: tuple[list[int], list[int]] = ([], [])
        for place, sign in zip(members, signs, strict=True):
            halves[sign < 0].append(place)
        sides.append(halves)
    waiting = list(still)
    while waiting:
        for number in of.get(waiting.pop(), ()):
            for whole, parts in (sides[number], sides[number][::-1]):
                if all(place in still for place in whole):
                    new = [place for place in parts if place not in still]
                    still.update(new)
                    waiting += new
    return still


def _may_be_one(one: LinkedCell, other: LinkedCell) -> bool:
    """Not where one is known and the other to be kept from the readers: the audit must see that."""
    if one.value != other.value:
        return False
    return one.standing == other.standing or not any(
        cell.is_guarded for cell in (one, other) if cell.standing != "known"
    )


def _one(kept: LinkedCell, gone: LinkedCell) -> LinkedCell:
    return replace(
        kept,
        tables=tuple(dict.fromkeys((*kept.tables, *gone.tables))),
        is_group=kept.is_group or gone.is_group,
        standing="known" if "known" in (kept.standing, gone.standing) else kept.standing,
        is_guarded=kept.is_guarded or gone.is_guarded,
    )


def _rewritten(rows: Iterable[Row], cells: Sequence[LinkedCell], alike: _Alike) -> list[Row]:
    """The rows over the cells that stand for others, each once, but what says only that a difference is none."""
    found: dict[frozenset[tuple[int, int]], Row] = {}
    for members, signs in rows:
        total: dict[int, int] = {}
        for place, sign in zip(members, signs, strict=True):
            total[alike.of(place)] = total.get(alike.of(place), 0) + sign
        row = {place: sign for place, sign in total.items() if sign}
        if any(cells[place].is_group or len(row) > 1 for place in row):
            found.setdefault(frozenset(row.items()), (tuple(row), tuple(row.values())))
    return list(found.values())


@dataclass(slots=True)
class _Alike:
    """Which place stands for each; the one with the lowest number of those that are alike."""

    parent: list[int]

    def of(self, place: int) -> int:
        while self.parent[place] != place:
            self.parent[place] = self.parent[self.parent[place]]
            place = self.parent[place]
        return place

    def join(self, one: int, other: int) -> tuple[int, int]:
        """Make two alike; returns which stands for both and which no longer stands for itself."""
        kept, gone = sorted((self.of(one), self.of(other)))
        self.parent[gone] = kept
        return kept, gone
