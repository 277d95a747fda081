"""The cells of an edition together with those of every earlier one that the same readers have.

Two editions that count the same extracts show the same numbers. Of two that count a later and an earlier state of a
register, a reader may assume that it only grew: people registered late come in, hardly anybody leaves. So a count of
the later one is at least the sum of what the earlier one counted inside it. Where counts did fall, the assumption is
false for that year, and a reader who makes it learns nothing that is true.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from transforms.disclosure.audit import Ranges, checked_cells, exposed
from transforms.disclosure.cells import Coordinates, Rollup, TableSet
from transforms.disclosure.earlier import Earlier, Known
from transforms.disclosure.equations import Leaves, leaf_set, link
from transforms.disclosure.linked import Builder, LinkedCell, LinkedCells, protected_tables
from transforms.disclosure.merged import Ties, merged
from transforms.disclosure.plausible import plausible
from transforms.disclosure.policy import Policy

SHOWN_BEFORE, WITHHELD_BEFORE = 4.0, 0.25
"""How much dearer, and cheaper, a count is to withhold that readers have seen, or missed, in an earlier edition."""
Slices = dict[Coordinates, dict[str, tuple[int, Leaves]]]
"""Places of the cells of a population by coordinates without the period, then by code of the period with its months."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One edition of the joint system: its own cells and sums, and where they stand in time by population."""

    linked: LinkedCells
    known: Mapping[str, Known]
    rollups: tuple[Rollup, ...]

    @property
    def day(self) -> date:
        """The youngest day of any of its counts."""
        return max((one.day for one in self.known.values()), default=date.min)


def new_side(table_set: TableSet, linked: LinkedCells, known: Mapping[str, Known]) -> Side:
    """The edition that is to be released."""
    return Side(linked=linked, known=_by_population(table_set, known), rollups=table_set.rollups)


def earlier_side(edition: Earlier, reader: str) -> Side:
    """An edition that readers have: what it shows is known, what it withholds is kept from those it was made for."""
    linked = link(edition.table_set)
    hidden = {
        (table.population, table.coordinates(cell))
        for table in edition.table_set.tables
        for cell in table.cells
        if (table.key, cell.at) in edition.withheld
    }
    cells = tuple(
        replace(
            cell,
            tables=tuple(f"{edition.name} {table}" for table in cell.tables),
            standing="withheld" if cell.quantity in hidden or not cell.tables else "known",
            is_guarded=edition.audience == reader,
        )
        for cell in linked.cells
    )
    return Side(
        linked=LinkedCells(cells=cells, place=linked.place, sums=linked.sums),
        known=_by_population(edition.table_set, edition.known),
        rollups=edition.table_set.rollups,
    )


def _by_population(table_set: TableSet, known: Mapping[str, Known]) -> dict[str, Known]:
    return {table.population: known[table.key] for table in protected_tables(table_set)}


def without_exposed(editions: Sequence[Earlier], reader: str, policy: Policy) -> tuple[list[Side], int]:
    """The sides of what readers have, without guard for what it gives away already, and how many such cells it has.

    No new edition can mend that; it must not be stopped by it either. Editions that were all audited with those before
    them give nothing away.
    """
    sides = [earlier_side(one, reader) for one in editions]
    if all(one.audited_with >= number for number, one in enumerate(editions)):
        return sides, 0
    joint = joined(sides).linked
    checked = checked_cells(joint, joint.is_hidden, policy.threshold)
    lost = set(exposed(joint, joint.is_hidden, checked, policy.protection_width, Ranges(joint.values)))
    found, start = [], 0
    for side in sides:
        found.append(replace(side, linked=unguarded(side.linked, {place - start for place in lost})))
        start += len(side.linked.cells)
    return found, len(lost)


def unguarded(linked: LinkedCells, places: Collection[int]) -> LinkedCells:
    """The same cells, of which those at some places need not be kept from the readers in question."""
    cells = tuple(
        replace(cell, is_guarded=False) if place in places else cell for place, cell in enumerate(linked.cells)
    )
    return LinkedCells(cells=cells, place=linked.place, sums=linked.sums)


@dataclass(frozen=True, slots=True, kw_only=True)
class Joint:
    """One system of several editions, and whether a count fell between them."""

    linked: LinkedCells
    has_fallen: bool


def joined(sides: Sequence[Side], unseen: Collection[int] = ()) -> Joint:
    """One system of all editions; the cells of each come in their order, those of the first first.

    `unseen` are places of the first that its readers do not see: where counts fell, they may believe others.
    """
    joint, has_fallen = _joined(sides, unseen)
    return Joint(linked=joint.builder.finished(), has_fallen=has_fallen)


def joined_to(first: Side, earlier: Sequence[Side], unseen: Collection[int] = ()) -> Joint:
    """The same with the cells of earlier editions that count the same as one; only those of the first keep their order.

    Readers draw the same conclusions from it.
    """
    joint, has_fallen = _joined((first, *earlier), unseen)
    ties = Ties(grew=joint.grew, same=joint.same)
    return Joint(linked=merged(joint.builder, ties, len(first.linked.cells)), has_fallen=has_fallen)


def _joined(sides: Sequence[Side], unseen: Collection[int]) -> tuple[_Joint, bool]:
    joint = _Joint()
    for number, side in enumerate(sides):
        joint.take(side, number)
    newest_first = sorted(range(len(sides)), key=lambda number: sides[number].day, reverse=True)
    pairs = [(earlier, later) for later in range(len(sides)) for earlier in newest_first if earlier != later]
    for earlier, later in pairs:
        joint.bind(earlier, later, sides)  # first: what readers believe to have grown must agree with these
    growths = [found for pair in pairs for found in joint.growths(*pair, sides)]
    has_fallen = joint.believe(growths, unseen)
    for bounds in growths:
        joint.add_growth(bounds)
    return joint, has_fallen


@dataclass(slots=True)
class _Joint:
    builder: Builder = field(default_factory=Builder)
    slices: list[dict[str, Slices]] = field(default_factory=list)
    tied: set[int] = field(default_factory=set)
    """Cells that are bound to the same count of a nearer edition already; farther ones say nothing more."""
    grew: dict[int, int] = field(default_factory=dict)
    same: list[tuple[int, int]] = field(default_factory=list)
    """Counts of two editions as `Ties` has them."""

    def take(self, side: Side, number: int) -> None:
        """Add the cells and sums of one edition, its populations under names of their own."""
        start = len(self.builder.cells)
        places: dict[str, Slices] = {}
        for place, cell in enumerate(side.linked.cells):
            population, coordinates = cell.quantity
            self.builder.add_cell(replace(cell, quantity=(f"{population}@{number}", coordinates)))
            if not cell.tables and cell.is_group is False:
                continue
            codes = dict(coordinates)
            when = codes.get("period", "")
            leaves = leaf_set("period", when, side.rollups) if when else frozenset()
            if not when or leaves:
                rest = coordinates - {("period", when)}
                places.setdefault(population, {}).setdefault(rest, {})[when] = (start + place, leaves)
        sums = side.linked.sums
        for first, last in zip(sums.indptr[:-1].tolist(), sums.indptr[1:].tolist(), strict=True):
            members = tuple(int(place) + start for place in sums.indices[first:last])
            self.builder.rows.append((members, tuple(int(sign) for sign in sums.data[first:last])))
        self.slices.append(places)

    def bind(self, earlier: int, later: int, sides: Sequence[Side]) -> None:
        """State that two editions that count the same extracts count the same people."""
        for population in self._shared(earlier, later):
            if sides[earlier].known[population].state == sides[later].known[population].state:
                bounds = self._bounds(self.slices[earlier][population], self.slices[later][population])
                self._same([bound for bound in bounds if earlier < later or not bound.covers])

    def growths(self, earlier: int, later: int, sides: Sequence[Side]) -> Iterator[list[_Bound]]:
        """What readers hold of each population of two editions that count an earlier and a later state of it."""
        for population in self._shared(earlier, later):
            before, after = sides[earlier].known[population], sides[later].known[population]
            if before.state != after.state and before.day < after.day:
                yield list(self._bounds(self.slices[earlier][population], self.slices[later][population]))

    def _shared(self, earlier: int, later: int) -> list[str]:
        return [population for population in self.slices[later] if population in self.slices[earlier]]

    def believe(self, growths: Sequence[Sequence[_Bound]], unseen: Collection[int]) -> bool:
        """Give counts that readers do not see values with which they grew, as far as readers cannot know better."""
        rows = [
            ((*bound.high, *bound.low), (*(1,) * len(bound.high), *(-1,) * len(bound.low)))
            for bounds in growths
            for bound in bounds
            if bound.leaves
        ]
        believed = plausible(self.builder.cells, self.builder.rows, rows, unseen)
        for place, cell in (believed or {}).items():
            self.builder.cells[place] = cell
        return believed is not None

    def _bounds(self, before: Slices, after: Slices) -> Iterator[_Bound]:
        for rest, codes in after.items():
            known = before.get(rest, {})
            earlier = _largest_first(known)
            for code, (place, leaves) in codes.items():
                if code in known and known[code][1] == leaves:
                    yield _Bound(low=(known[code][0],), high=(place,), leaves=leaves, covers=True)
                elif (inside := _inside(earlier, leaves))[0]:
                    yield _Bound(low=inside[0], high=(place,), leaves=leaves, covers=not inside[1])
            later = _largest_first(codes)
            for code, (place, leaves) in known.items():
                cover, left = _inside(later, leaves)
                if cover and not left and not (code in codes and codes[code][1] == leaves):
                    yield _Bound(low=(place,), high=cover, leaves=leaves, covers=True)
        yield from _gone(before, after)

    def _gap(self, bound: _Bound) -> int:
        values = self.builder.cells
        return sum(values[p].value for p in bound.high) - sum(values[p].value for p in bound.low)

    def _same(self, bounds: Sequence[_Bound]) -> None:
        """One state: the same people, so what covers is equal, and what is left of a period are people of its months.

        A figure of another rule binds nothing.
        """
        for bound in bounds:
            gap = self._gap(bound)
            if bound.covers and gap == 0:
                signs = (*(1,) * len(bound.high), *(-1,) * len(bound.low))
                self.builder.rows.append(((*bound.high, *bound.low), signs))
                self._learn(bound)
                if bound.is_single:
                    self.tied.add(bound.high[0])
                    self.same.append((bound.low[0], bound.high[0]))
                    self._price(bound)
            elif not bound.covers and gap >= 0:
                self.builder.add_bound(bound.low, bound.high, "inside", self._left_over(bound))

    def _left_over(self, bound: _Bound) -> LinkedCell:
        """Persons of one edition's period in the months that the periods of another one inside it leave over."""
        cells = [self.builder.cells[place] for place in (*bound.high, *bound.low)]
        population, coordinates = cells[0].quantity
        inner = (f"{one.quantity[0].partition('@')[2]} {dict(one.quantity[1])['period']}" for one in cells[1:])
        quantity = (population, coordinates | {("without", "; ".join(inner))})
        is_guarded = any(cell.is_guarded for cell in cells)
        return LinkedCell(quantity=quantity, value=0, standing="withheld", is_guarded=is_guarded)

    def add_growth(self, bounds: Sequence[_Bound]) -> None:
        """A later state: nobody left, but in the years in which a count fell."""
        cells = self.builder.cells
        fallen = {year for bound in bounds if self._gap(bound) < 0 for year in bound.years}
        for bound in bounds:
            if not bound.leaves or fallen & bound.years or (bound.is_single and bound.high[0] in self.tied):
                continue
            if any(cells[place].standing != "known" for place in (*bound.low, *bound.high)):
                self.builder.add_bound(bound.low, bound.high, "grown")
            if bound.is_single:
                self.tied.add(bound.high[0])
                self.grew[bound.high[0]] = bound.low[0]
                self._price(bound)

    def _learn(self, bound: _Bound) -> None:
        """A count that readers have of the same state, or add up from it: to withhold it now would protect nothing."""
        cells = self.builder.cells
        for told, others in ((bound.low, bound.high), (bound.high, bound.low)):
            is_known = all(cells[place].standing == "known" for place in others)
            if len(told) == 1 and is_known and cells[told[0]].standing == "open" and cells[told[0]].tables:
                cells[told[0]] = replace(cells[told[0]], standing="known", is_guarded=False)

    def _price(self, bound: _Bound) -> None:
        """A count that readers saw is dearer to withhold now, one that they missed is cheaper."""
        for place, other in ((bound.low[0], bound.high[0]), (bound.high[0], bound.low[0])):
            cell, before = self.builder.cells[place], self.builder.cells[other]
            if cell.standing == "open" and before.standing != "open":
                cost = SHOWN_BEFORE if before.standing == "known" else WITHHELD_BEFORE
                self.builder.cells[place] = replace(cell, cost=cost)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Bound:
    """The low cells are at most the high ones; where they cover the same months, the difference is who came later."""

    low: tuple[int, ...]
    high: tuple[int, ...]
    leaves: Leaves
    covers: bool

    @property
    def is_single(self) -> bool:
        return self.covers and len(self.low) == len(self.high) == 1

    @property
    def years(self) -> frozenset[str]:
        return frozenset(month[:4] for month in self.leaves)


def _gone(before: Slices, after: Slices) -> Iterator[_Bound]:
    """A code that the later edition does not list counts nobody there, where the table it belongs to has the period.

    Readers conclude that from its absence.
    """
    listed: dict[frozenset[str], dict[str, Leaves]] = {}
    for rest, codes in after.items():
        shown = listed.setdefault(frozenset(dimension for dimension, _ in rest), {})
        shown |= {code: leaves for code, (_, leaves) in codes.items()}
    for rest, codes in before.items():
        if rest in after:
            continue
        shown = listed.get(frozenset(dimension for dimension, _ in rest), {})
        for code, (place, leaves) in codes.items():
            if shown.get(code) == leaves:
                yield _Bound(low=(place,), high=(), leaves=leaves, covers=True)


def _largest_first(codes: Mapping[str, tuple[int, Leaves]]) -> list[tuple[int, Leaves]]:
    return sorted(codes.values(), key=lambda item: -len(item[1]))


def _inside(order: Sequence[tuple[int, Leaves]], leaves: Leaves) -> tuple[tuple[int, ...], set[str]]:
    """The largest of some periods inside a period, without overlap, and the months that they leave over."""
    left, found = set(leaves), []
    for place, months in order:
        if months and months <= left:
            found.append(place)
            left -= months
    return tuple(found), left
