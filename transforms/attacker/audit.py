"""The attack on a set of publications: what their readers can work out, and which publications let them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import replace

import numpy as np

from transforms.attacker.bounds import Impossible, bounded
from transforms.attacker.narrow import narrow_numbers
from transforms.attacker.programs import contradicted
from transforms.attacker.publication import PUBLIC, At, PrintedCell, Publication
from transforms.attacker.ranges import Demand, Ranges, first_ranges, interval
from transforms.attacker.sheets import contradiction
from transforms.attacker.system import System, systems
from transforms.attacker.unknowns import TOGETHER, Because, Knowledge
from transforms.attacker.verdict import Audited, NarrowCell, Verdict
from transforms.errors import ReleaseRefused

EXPLAINED = 2
"""Narrow cells of each table for which the publications that they depend on are looked for."""
GROUP = "group that no table shows"
COUNTED_ALIKE: Because = ("same extracts, same counts",)
"""The first of all assumptions; false where another version of the product counts the same extracts otherwise."""


def audit(publications: Sequence[Publication]) -> Verdict:
    """Attack publications in the order in which they came out, the newest last, with what each audience has.

    Readers of an audience know what is public and what was made for them. Raises ReleaseRefused where published
    numbers contradict each other, naming the tables.
    """
    found: dict[int, Audited] = {}
    doubted: set[Because] = set()
    for audience in dict.fromkeys(one.audience for one in publications):
        known = [n for n, one in enumerate(publications) if one.audience in (PUBLIC, audience)]
        mine = {n for n in known if publications[n].audience == audience}
        attack = _Attack([publications[n] for n in known], {known.index(n) for n in mine})
        doubted |= attack.not_believed
        newest = len(known) - 1 if known and known[-1] == len(publications) - 1 else None
        for place, audited in attack.verdicts(newest).items():
            found[known[place]] = audited
    return Verdict(publications=tuple(found[n] for n in range(len(publications))), not_believed=tuple(sorted(doubted)))


Key = tuple[int, str, At]
"""A withheld cell or group: number of its publication, table, codes."""


class _Attack:
    """What the readers of one audience work out of all they have; `mine` are the publications made for them.

    With `asked` only these cells are looked at.
    """

    def __init__(
        self, publications: Sequence[Publication], mine: Set[int], asked: frozenset[Key] | None = None
    ) -> None:
        self.publications = publications
        self.mine = mine
        self.asked = asked
        self.not_believed: set[Because] = set()
        try:
            self._attack(each_counted_anew=False)
        except ReleaseRefused:
            if len(publications) == 1:
                raise
            self.not_believed = {COUNTED_ALIKE}
            self._attack(each_counted_anew=True)

    def _attack(self, *, each_counted_anew: bool) -> None:
        self.checked: dict[int, int] = dict.fromkeys(self.mine, 0)
        self.narrow: dict[Key, tuple[int, int | None]] = {}
        for system in systems(self.publications, each_counted_anew=each_counted_anew):
            self._attack_one(system)

    def _attack_one(self, system: System) -> None:
        demand = self._demand(system)
        if not demand.width.any():
            return
        ranges, doubted = possible(system)
        self.not_believed |= {because for because in doubted if because[-1] != TOGETHER}
        for number in narrow_numbers(ranges, demand):
            ends = interval(ranges, number) if self.asked is None else (0, None)
            for key in self._keys(system, number):
                self.narrow[key] = ends

    def _demand(self, system: System) -> Demand:
        width, small = (np.zeros(system.knowledge.low.size) for _ in range(2))
        for number in (*system.gaps, *system.groups):
            keys = self._keys(system, number)
            if self.asked is None or self.asked & set(keys):
                for publication in {key[0] for key in keys}:
                    rules = self.publications[publication]
                    self.checked[publication] += 1
                    width[number] = max(width[number], rules.width)
                    if number not in system.gaps:
                        small[number] = max(small[number], rules.threshold)
        return Demand(width=width, small=small)

    def _keys(self, system: System, number: int) -> list[Key]:
        """Every cell that a number stands for in the audience's own publications."""
        gaps = system.gaps.get(number, ())
        keys = [(gap.publication, gap.table, gap.at) for gap in gaps if gap.publication in self.mine]
        if not keys and number in system.groups:
            group = system.groups[number]
            at = (GROUP, *group.codes, *group.stretch)
            keys = [(p, table, at) for p in sorted(group.publications & self.mine) for table in group.tables[:1]]
        return keys

    def verdicts(self, newest: int | None) -> Mapping[int, Audited]:
        """What was found of each of the audience's own publications, by its number."""
        before: Set[Key] = self._leaked_before(newest) if self.narrow else frozenset()
        others = self._contributors() if self.narrow else {}
        found = {}
        for number in sorted(self.mine):
            one = self.publications[number]
            cells = [
                NarrowCell(
                    table=key[1],
                    at=key[2],
                    low=ends[0],
                    high=ends[1],
                    leaked_before=key in before,
                    with_others=others[key[:2]],
                )
                for key, ends in sorted(self.narrow.items())
                if key[0] == number
            ]
            widths = [cell.high - cell.low for cell in cells if cell.high is not None]
            found[number] = Audited(
                edition=one.edition,
                scope=one.scope,
                audience=one.audience,
                withheld=sum(cell.is_withheld for table in one.tables for cell in table.cells),
                checked=self.checked[number],
                width=one.width,
                narrowest=min([*widths, one.width]),
                narrow=tuple(cells),
            )
        return found

    def _leaked_before(self, newest: int | None) -> Set[Key]:
        """Narrow cells that are narrow for readers who have not seen a number of the newest publication."""
        return self.narrow.keys() if newest is None else self._still_narrow(newest, frozenset(self.narrow))

    def _contributors(self) -> dict[tuple[int, str], At]:
        """For each table with narrow cells, the other publications that some of these cells depend on."""
        asked: dict[tuple[int, str], list[Key]] = {}
        for key in sorted(self.narrow):
            asked.setdefault(key[:2], []).append(key)
        few = frozenset(key for keys in asked.values() for key in keys[:EXPLAINED])
        found: dict[tuple[int, str], At] = dict.fromkeys(asked, ())
        for other, publication in enumerate(self.publications):
            still = self._still_narrow(other, few)
            for table in {key[:2] for key in few - still if key[0] != other}:
                found[table] = (*found[table], publication.name)
        return found

    def _still_narrow(self, unread: int, asked: frozenset[Key]) -> Set[Key]:
        known = [_unread(one) if n == unread else one for n, one in enumerate(self.publications)]
        return _Attack(known, self.mine, asked).narrow.keys()


def _unread(publication: Publication) -> Publication:
    """A publication without its numbers; which cells it has tells what is asked about."""
    tables = tuple(
        replace(table, cells=tuple(PrintedCell(at=c.at, value=None, is_withheld=c.is_withheld) for c in table.cells))
        for table in publication.tables
    )
    return replace(publication, tables=tables, readings=())


def possible(system: System) -> tuple[Ranges, frozenset[Because]]:
    """The ranges of a system's numbers, and the reasons that its published figures contradict.

    Raises ReleaseRefused where they contradict each other without any reasons.
    """
    known = system.knowledge
    for doubt in (_nothing, contradicted, _every_reason):
        try:
            doubted = doubt(known)
            return first_ranges(bounded(known.without(doubted))), doubted
        except Impossible:
            continue
    raise contradiction(system.tables)


def _nothing(_: Knowledge) -> frozenset[Because]:
    return frozenset()


def _every_reason(known: Knowledge) -> frozenset[Because]:
    return frozenset(because for because in known.because if because)
