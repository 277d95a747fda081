"""For each group of readers of a new edition: everything they have, as one system to protect and to audit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from transforms.disclosure import suppression
from transforms.disclosure.across import Joint, Side, joined, joined_to, unguarded, without_exposed
from transforms.disclosure.audit import checked_cells, exposed, is_told
from transforms.disclosure.earlier import Earlier
from transforms.disclosure.examples import Examples
from transforms.disclosure.linked import Builder, LinkedCell, LinkedCells
from transforms.disclosure.policy import PUBLIC, Policy
from transforms.disclosure.suppression import Protection

BELIEFS = 4
"""Times that a pattern is looked at anew with what readers may believe of the counts that it withholds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Readers:
    """What one group of readers has with the new edition, the cells of which come first in every joint system.

    `rules` are those of the editions made for them; `sides` are the new edition and all they have; `exposed_before` is
    how many withheld counts they can work out so far; `examples` keep from one look at them to the next what showed
    that they cannot.
    """

    sides: tuple[Side, ...]
    rules: Policy
    exposed_before: int
    examples: Examples = field(default_factory=Examples)

    @property
    def editions(self) -> int:
        """How many they have already."""
        return len(self.sides) - 1

    def joint(self, unseen: np.ndarray | None = None) -> Joint:
        """The system of all they have; `unseen` is what the new edition withholds."""
        new = self.sides[0].linked
        if not self.editions:
            return Joint(linked=new, has_fallen=False)
        return joined_to(self.sides[0], self.sides[1:], () if unseen is None else np.flatnonzero(unseen).tolist())

    def exposed(self, withheld: np.ndarray) -> tuple[list[LinkedCell], int]:
        """Counts they could work out, given what the new edition withholds, and how many they could without it already.

        The latter no new edition can mend, so none must be stopped by it: counts of earlier editions, and those of the
        new one, withheld in it, that follow from earlier ones whatever it shows.
        """
        joint = self.joint(withheld).linked
        everywhere = joint.is_hidden.copy()
        everywhere[: withheld.size] = withheld
        checked = checked_cells(joint, everywhere, self.rules.threshold)
        width = self.rules.protection_width
        weak = list(exposed(joint, everywhere, checked, width, self.examples.tried(joint, everywhere)))
        old = self._before(joint, [place for place in weak if place >= withheld.size])
        old |= {place for place in weak if place < withheld.size and is_told(joint, place, width)}
        return [joint.cells[place] for place in weak if place not in old], len(old)

    def _before(self, joint: LinkedCells, places: Sequence[int]) -> set[int]:
        """Which counts of earlier editions they can work out without the new one."""
        if not places:
            return set()
        nothing = Side(linked=Builder().finished(), known={}, rollups=())
        before = joined((nothing, *self.sides[1:])).linked  # so that editions keep their numbers
        quantities = {place: before.place.get(joint.cells[place].quantity) for place in places}
        width = self.rules.protection_width
        return {new for new, old in quantities.items() if old is not None and is_told(before, old, width)}


def readers_of(new: Side, earlier: Sequence[Earlier], policies: Mapping[str, Policy], audience: str) -> list[Readers]:
    """Those the edition is made for, and, as everybody reads a public one, those who have editions of their own.

    `policies` are the rules by audience.
    """
    others = {edition.audience for edition in earlier} - {audience, PUBLIC}
    groups = [audience, *(sorted(others) if audience == PUBLIC else ())]
    to_others = replace(new, linked=unguarded(new.linked, range(len(new.linked.cells))))
    return [_readers(group, new if group == audience else to_others, earlier, policies[group]) for group in groups]


def _readers(group: str, new: Side, earlier: Sequence[Earlier], theirs: Policy) -> Readers:
    had = [one for one in earlier if one.audience in (PUBLIC, group)]
    sides, exposed_before = without_exposed(had, group, theirs)
    return Readers(sides=(new, *sides), rules=theirs, exposed_before=exposed_before)


def protected(
    linked: LinkedCells, groups: Sequence[Readers], rules: Policy, emptied: frozenset[str] = frozenset()
) -> Protection:
    """The pattern of the new edition that keeps the width for every group of readers, one after the other.

    Withholding more never tells anybody more, so what was found for the first stays good for the next. Counts that
    stand in the `emptied` tables alone are withheld whatever comes.
    """
    primary = suppression.primary_cells(linked, rules)
    only_there = [
        cell.standing == "open" and bool(cell.tables) and emptied.issuperset(cell.tables) for cell in linked.cells
    ]
    withheld, rounds, is_fallback = primary | np.array(only_there, dtype=bool), 0, False
    for group in groups:
        unseen = None
        for _ in range(BELIEFS):
            joint = group.joint(unseen)
            fixed = np.zeros(len(joint.linked.cells), dtype=bool)
            fixed[: linked.values.size] = withheld
            found = suppression.complements(joint.linked, fixed, group.rules, group.examples)
            rounds, is_fallback = rounds + found.rounds, is_fallback or found.is_fallback
            withheld = found.withheld[: linked.values.size]
            if not joint.has_fallen or (unseen is not None and np.array_equal(unseen, withheld)):
                break
            unseen = withheld.copy()
    return Protection(withheld=withheld, primary=primary, rounds=rounds, is_fallback=is_fallback)
