"""What an attacker assumes of successive states: registers only grow, in whole persons and at every code.

Not in calendar years in which a published figure of that population fell: there people were taken off or moved.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from transforms.attacker.publication import Codes
from transforms.attacker.sheets import Listing, Place, Sheet
from transforms.attacker.sums import Written
from transforms.attacker.unknowns import TOGETHER, Because, Unknowns

GROWTH = "registers grow"


def in_order(sheets: Iterable[Sheet]) -> list[Sheet]:
    """Sheets of one population from the oldest state to the youngest."""
    return sorted(sheets, key=lambda sheet: (sheet.state.youngest, sheet.number))


def by_population(sheets: Iterable[Sheet]) -> Mapping[tuple[str, str], list[Sheet]]:
    """Sheets by scope and population, each in the order of their states."""
    found: dict[tuple[str, str], list[Sheet]] = {}
    for sheet in sheets:
        found.setdefault((sheet.scope, sheet.population), []).append(sheet)
    return {key: in_order(of_one) for key, of_one in found.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fall:
    """A published figure that is lower in a later state: places of both in the order, and the stretch it counts."""

    earlier: int
    later: int
    stretch: int


@dataclass(slots=True)
class Growing:
    """States of one population in their order, and where nothing fell between two of them."""

    sheets: Sequence[Sheet]
    _falls: list[Fall] = field(init=False)
    _known: dict[tuple[int, int], int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._falls = list(_falls(self.sheets))

    def between(self, earlier: int, later: int) -> int:
        """The stretch in whose calendar years no published figure fell between two states.

        A figure without a calendar year stands for all that have none.
        """
        if (earlier, later) not in self._known:
            stretches = self.sheets[0].stretches
            fallen = 0
            for fall in self._falls:
                if fall.earlier < later and fall.later > earlier:
                    fallen |= stretches.whole_years(fall.stretch)
            self._known[earlier, later] = ~fallen
        return self._known[earlier, later]

    def edges(self, state: int) -> dict[Codes, set[int]]:
        """Stretches that other states print where they can be held against this one, by the codes they stand at."""
        found: dict[Codes, set[int]] = {}
        for other, sheet in enumerate(self.sheets):
            if other != state:
                steady = self.between(min(state, other), max(state, other))
                for rest, mask in {shown.place for shown in sheet.shown}:
                    found.setdefault(rest, set()).update((mask & steady, mask & ~steady))
        return found


def _falls(sheets: Sequence[Sheet]) -> Iterable[Fall]:
    """Every fall of a figure from the last state that printed it, at the same stretch or under the same code."""
    last: dict[object, tuple[int, int]] = {}
    for now, sheet in enumerate(sheets):
        printed: dict[object, Place] = {place: place for place in sheet.values}
        printed |= {key: place for key, place in sheet.by_code.items() if place in sheet.values}
        for key, place in printed.items():
            value = sheet.values[place]
            if key in last and value < last[key][1]:
                yield Fall(earlier=last[key][0], later=now, stretch=place[1])
            last[key] = now, value


@dataclass(frozen=True, slots=True, kw_only=True)
class _Added:
    """By how much a piece grew: the state and the number it is held against, and the number of those who came."""

    since: int
    earlier: int
    added: int


def grow(growing: Growing, states: Sequence[Written], unknowns: Unknowns) -> None:
    """A later piece is the earlier one and those who came; each is held against the last state that has it."""
    last: dict[Place, tuple[int, int]] = {}
    for now, state in enumerate(states):
        grown: dict[int, _Added] = {}
        for rest, pieces in state.pieces.items():
            for mask, number in pieces:
                since, earlier = last.get((rest, mask), (now, number))
                if since < now and not mask & ~growing.between(since, now):
                    added = _Added(since=since, earlier=earlier, added=unknowns.new())
                    unknowns.equal({number: 1.0}, {earlier: 1.0, added.added: 1.0}, _because(states, since, now))
                    grown[number] = added
                last[rest, mask] = now, number
        _add_up_in_time(states, now, grown, unknowns)
        for listing, span in state.sheet.listings.items():
            if state.sheet.additive.get(listing[1], True):
                _add_up_in_codes(states, now, grown, listing, span, unknowns)


def _because(states: Sequence[Written], since: int, now: int) -> Because:
    return (GROWTH, states[now].sheet.population, str(since), str(now))


def _together(grown: Mapping[int, _Added], numbers: Iterable[int]) -> tuple[int, dict[int, float]] | None:
    """The state that all these pieces are held against, and those who came; None where there is not one."""
    found = [grown.get(number) for number in numbers]
    known = [one for one in found if one is not None]
    if len(known) < len(found) or len({one.since for one in known}) != 1:
        return None
    return known[0].since, {one.added: 1.0 for one in known}


def _add_up_in_time(states: Sequence[Written], now: int, grown: Mapping[int, _Added], unknowns: Unknowns) -> None:
    """Those who came to a printed stretch came to its pieces."""
    for (rest, mask), number in states[now].numbers.items():
        pieces = states[now].within(rest, mask)
        if len(pieces) > 1 and (come := _together(grown, pieces)) is not None:
            before = states[come[0]].numbers.get((rest, mask))
            if before is not None:
                because = (*_because(states, come[0], now), TOGETHER)
                unknowns.equal({number: 1.0}, {before: 1.0, **come[1]}, because)


def _add_up_in_codes(
    states: Sequence[Written], now: int, grown: Mapping[int, _Added], listing: Listing, span: int, unknowns: Unknowns
) -> None:
    """Those who came to a total came to its codes, where both states list the same ones."""
    rest, dimension, codes = listing
    state = states[now]
    inside = [rest | {(dimension, code)} for code in codes]
    if rest not in state.pieces:
        return
    for block in state.blocks([rest, *inside], span):
        whole = _together(grown, state.within(rest, block))
        parts = _together(grown, [number for place in inside for number in state.within(place, block)])
        if whole is None or parts is None or whole[0] != parts[0]:
            continue
        before = states[whole[0]].sheet.listings.get(listing, 0)
        if not block & ~before:
            unknowns.equal(whole[1], parts[1], (*_because(states, whole[0], now), TOGETHER))
