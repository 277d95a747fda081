"""Everything that some readers have, as unknown whole numbers and what binds them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import or_

from transforms.attacker.growth import Growing, by_population, grow
from transforms.attacker.publication import At, PrintedTable, Publication, Reading
from transforms.attacker.sheets import ALWAYS, PERIOD, Place, Sheet, contradiction
from transforms.attacker.stretches import Stretches
from transforms.attacker.sums import Written, lie_in_population, written
from transforms.attacker.unknowns import Because, Knowledge, Unknowns, knowledge
from transforms.codes import TOTAL


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A cell that a publication (by its number) withholds."""

    publication: int
    table: str
    at: At


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Persons whom no table shows: codes they share, the parts of the stretch, and the tables that cut them out."""

    publications: frozenset[int]
    tables: At
    codes: At
    stretch: At


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class System:
    """Knowledge of one cluster of populations; `gaps` and `groups` say which numbers must stay uncertain."""

    knowledge: Knowledge
    gaps: Mapping[int, tuple[Gap, ...]]
    groups: Mapping[int, Group]
    tables: At


@dataclass(slots=True)
class _Cluster:
    """Sheets of populations that lie within each other, which must be solved together."""

    sheets: list[Sheet] = field(default_factory=list)
    readings: list[tuple[int, Reading]] = field(default_factory=list)


def systems(publications: Sequence[Publication], *, each_counted_anew: bool) -> list[System]:
    """One system per cluster of populations.

    Publications counted from the same extracts share their numbers, unless each is taken as counted anew.
    Raises ReleaseRefused where publications contradict themselves or each other.
    """
    sheets = _sheets(publications, each_counted_anew)
    return [_system(cluster, publications, sheets) for cluster in _clusters(sheets)]


class _Sheets:
    """Which sheet each publication's tables of a population and state stand on."""

    def __init__(self) -> None:
        self.all: list[Sheet] = []
        self.by_state: dict[tuple[str, str, str], list[Sheet]] = {}
        self.of: dict[tuple[int, str, str], Sheet] = {}


def _sheets(publications: Sequence[Publication], each_counted_anew: bool) -> _Sheets:
    found = _Sheets()
    stretches: dict[str, Stretches] = {}
    additive = _additive(publications)
    for number, publication in enumerate(publications):
        tables: dict[tuple[str, str], list[PrintedTable]] = {}
        for table in publication.tables:
            tables.setdefault((table.population, table.state.key), []).append(table)
        for (population, key), mine in tables.items():
            place = (publication.scope, population)
            known = found.by_state.setdefault((*place, key), [])
            shared = [] if each_counted_anew else known
            sheet = next((one for one in shared if one.agrees(publication, mine)), None)
            if sheet is None:
                sheet = Sheet(
                    scope=publication.scope,
                    population=population,
                    state=mine[0].state,
                    number=len(found.all),
                    stretches=stretches.setdefault(publication.scope, Stretches()),
                    additive=additive[place],
                )
                known.append(sheet)
                found.all.append(sheet)
            sheet.take(number, publication, mine)
            found.of[number, population, key] = sheet
    for sheet in found.all:
        sheet.settle()
    return found


def _additive(publications: Iterable[Publication]) -> dict[tuple[str, str], dict[str, bool]]:
    """Which dimensions of a population add up: those that do in every table."""
    found: dict[tuple[str, str], dict[str, bool]] = {}
    for publication in publications:
        for table in publication.tables:
            known = found.setdefault((publication.scope, table.population), {})
            for dimension in table.dimensions:
                known[dimension] = known.get(dimension, True) and dimension in table.additive
    return found


def _clusters(sheets: _Sheets) -> list[list[Sheet]]:
    """Sheets by populations that contain one another."""
    head: dict[tuple[str, str], tuple[str, str]] = {}

    def first(one: tuple[str, str]) -> tuple[str, str]:
        while head.setdefault(one, one) != one:
            one = head[one]
        return one

    for sheet in sheets.all:
        mine = (sheet.scope, sheet.population)
        first(mine)
        if sheet.within:
            head[first(mine)] = first((sheet.scope, sheet.within))
    found: dict[tuple[str, str], list[Sheet]] = {}
    for sheet in sheets.all:
        found.setdefault(first((sheet.scope, sheet.population)), []).append(sheet)
    return list(found.values())


def _system(cluster: Sequence[Sheet], publications: Sequence[Publication], sheets: _Sheets) -> System:
    unknowns = Unknowns()
    done: dict[int, Written] = {}
    for of_one in by_population(cluster).values():
        growing = Growing(of_one)
        states = [written(sheet, unknowns, growing.edges(place)) for place, sheet in enumerate(of_one)]
        done |= {state.sheet.number: state for state in states}
        grow(growing, states, unknowns)
    for inner in done.values():
        for outer in done.values():
            same = (outer.sheet.scope, outer.sheet.state) == (inner.sheet.scope, inner.sheet.state)
            if same and outer.sheet.population == inner.sheet.within:
                lie_in_population(inner, outer, unknowns)
    for number, publication in enumerate(publications):
        for reading in publication.readings:
            _read(reading, number, publication, sheets, done, unknowns)
    if any(low > high for low, high in zip(unknowns.low, unknowns.high, strict=True)):
        raise contradiction(table for sheet in cluster for table in sheet.tables)
    return System(
        knowledge=knowledge(unknowns),
        gaps=_gaps(done.values()),
        groups={number: _group(state, place) for state in done.values() for number, place in state.groups.items()},
        tables=tuple(sorted({table for sheet in cluster for table in sheet.tables})),
    )


def _read(
    reading: Reading,
    number: int,
    publication: Publication,
    sheets: _Sheets,
    done: Mapping[int, Written],
    unknowns: Unknowns,
) -> None:
    """Put a figure's equation into the system; one about numbers that the sheets do not have says nothing."""
    terms: dict[int, float] = {}
    for population, codes, factor in reading.terms:
        sheet = sheets.of.get((number, population, reading.state.key))
        if sheet is None or sheet.number not in done:
            return
        state = done[sheet.number]
        named = dict(codes)
        mask = sheet.mask(named.pop(PERIOD, TOTAL), publication)
        rest, mask = frozenset(named.items()), sheet.whole if mask == ALWAYS else mask
        if (known := state.numbers.get((rest, mask))) is not None:
            counted = {known: 1.0}
        elif rest in state.pieces and reduce(or_, (m for m, _ in state.pieces[rest] if not m & ~mask), 0) == mask:
            counted = state.within(rest, mask)
        else:
            return
        for one in counted:
            terms[one] = terms.get(one, 0.0) + factor
    because: Because = () if reading.is_certain else ("answers", reading.table)
    unknowns.between(terms, reading.low, reading.high, because)


def _gaps(states: Iterable[Written]) -> dict[int, tuple[Gap, ...]]:
    found: dict[int, list[Gap]] = {}
    for state in states:
        for shown in state.sheet.shown:
            if shown.cell.is_withheld:
                gap = Gap(publication=shown.publication, table=shown.table, at=shown.at)
                found.setdefault(state.numbers[shown.place], []).append(gap)
    return {number: tuple(gaps) for number, gaps in found.items()}


def _group(state: Written, place: Place) -> Group:
    sheet = state.sheet
    rest = place[0]
    cutting = [shown for shown in sheet.shown if rest <= shown.place[0] and shown.place[1] & place[1]]
    return Group(
        publications=frozenset(shown.publication for shown in cutting),
        tables=tuple(sorted({shown.table for shown in cutting})),
        codes=tuple(f"{dimension}={code}" for dimension, code in sorted(rest)),
        stretch=sheet.stretches.leaves_of(place[1]),
    )
