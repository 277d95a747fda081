"""For each group of readers of a new edition: everything they have, as one system to protect and to audit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from transforms.disclosure import suppression
from transforms.disclosure.across import Side, joined, unguarded, without_exposed
from transforms.disclosure.audit import Ranges, checked_cells, exposed
from transforms.disclosure.earlier import Earlier
from transforms.disclosure.linked import LinkedCell, LinkedCells
from transforms.disclosure.policy import Policy
from transforms.disclosure.suppression import Protection

PUBLIC = "public"


@dataclass(frozen=True, slots=True, kw_only=True)
class Readers:
    """What one group of readers has with the new edition: the cells of that come first in `joint`.

    `rules` are those of the editions made for them; `editions` is how many they have already, `exposed_before` how
    many withheld counts those alone give away.
    """

    joint: LinkedCells
    rules: Policy
    size: int
    editions: int
    exposed_before: int

    def exposed(self, withheld: np.ndarray) -> list[int]:
        """Places in the joint system of counts they could work out, given what the new edition withholds."""
        hidden = (~self.joint.is_tabled & ~self.joint.is_known) | self.joint.was_withheld
        everywhere = hidden.copy()
        everywhere[: self.size] = withheld
        checked = checked_cells(self.joint, everywhere, self.rules.threshold)
        return exposed(self.joint, everywhere, checked, self.rules.protection_width, Ranges(self.joint.values))


def readers_of(new: Side, earlier: Sequence[Earlier], policies: Mapping[str, Policy], audience: str) -> list[Readers]:
    """Those the edition is made for, and, as everybody reads a public one, those who have editions of their own.

    `policies` are the rules by audience.
    """
    others = {edition.audience for edition in earlier} - {audience, PUBLIC}
    groups = [audience, *(sorted(others) if audience == PUBLIC else ())]
    to_others = replace(new, linked=unguarded(new.linked, range(len(new.linked.cells))))
    return [_readers(group, new if group == audience else to_others, earlier, policies[group]) for group in groups]


def _readers(group: str, new: Side, earlier: Sequence[Earlier], theirs: Policy) -> Readers:
    linked = new.linked
    had = [one for one in earlier if one.audience in (PUBLIC, group)]
    sides, exposed_before = without_exposed(had, group, theirs)
    size = len(linked.cells)
    joint = joined([new, *sides]) if sides else linked
    if learnt := _learnt(new, sides, theirs):
        joint = LinkedCells(
            cells=tuple(learnt.get(place, cell) for place, cell in enumerate(joint.cells)),
            place=joint.place,
            sums=joint.sums,
        )
    return Readers(joint=joint, rules=theirs, size=size, editions=len(sides), exposed_before=exposed_before)


def _learnt(new: Side, sides: Sequence[Side], rules: Policy) -> dict[int, LinkedCell]:
    """Counts of the new edition that readers can work out without it, by place, as cells that are known already.

    To withhold those would protect nothing. One that is small is no secret of the new edition any more, but is not
    printed either. Earlier states bound a count from below only, so they cannot tell it.
    """
    bounding = [side for side in sides if new.bounded_by(side)]
    populations = {population for side in bounding for population in new.bounded_by(side)}
    if not populations:
        return {}
    joint = joined([new, *bounding])
    size = len(new.linked.cells)
    everywhere = (~joint.is_tabled & ~joint.is_known) | joint.was_withheld
    everywhere[:size] = ~joint.is_known[:size]
    asked = np.zeros(len(joint.cells), dtype=bool)
    asked[:size] = [cell.quantity[0] in populations for cell in new.linked.cells]
    asked &= (joint.is_tabled | joint.is_group) & everywhere
    found = {}
    for place in exposed(joint, everywhere, asked, rules.protection_width, Ranges(joint.values)):
        cell = joint.cells[place]
        is_shown = cell.tables and not 0 < cell.value < rules.threshold
        found[place] = replace(cell, is_guarded=False, standing="known" if is_shown else "open")
    return found


def protected(linked: LinkedCells, groups: Sequence[Readers], rules: Policy) -> Protection:
    """The pattern of the new edition that keeps the width for every group of readers, one after the other.

    Withholding more never tells anybody more, so what was found for the first stays good for the next.
    """
    primary = suppression.primary_cells(linked, rules)
    withheld, rounds, is_fallback = primary, 0, False
    for group in groups:
        fixed = np.zeros(len(group.joint.cells), dtype=bool)
        fixed[: group.size] = withheld
        found = suppression.complements(group.joint, fixed, group.rules)
        withheld = found.withheld[: group.size]
        rounds, is_fallback = rounds + found.rounds, is_fallback or found.is_fallback
    return Protection(withheld=withheld, primary=primary, rounds=rounds, is_fallback=is_fallback)
