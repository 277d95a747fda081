"""What an attacker assumes of successive states: registers only grow, in whole persons and at every code.

Not in calendar years in which a published figure of that population fell: there people were taken off or moved.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from transforms.attacker.publication import Codes
from transforms.attacker.sheets import Place, Sheet
from transforms.attacker.sums import Written
from transforms.attacker.unknowns import Because, Unknowns


def in_order(sheets: Iterable[Sheet]) -> list[Sheet]:
    """Sheets of one population from the oldest state to the youngest."""
    return sorted(sheets, key=lambda sheet: (sheet.state.youngest, sheet.number))


def edges_of(sheets: Iterable[Sheet]) -> dict[Codes, set[int]]:
    """All stretches that any state prints, by the codes they are printed at."""
    found: dict[Codes, set[int]] = {}
    for sheet in sheets:
        for shown in sheet.shown:
            found.setdefault(shown.place[0], set()).add(shown.place[1])
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Fall:
    """A published figure that is lower in a later state: places of both in the order, and the years it touches."""

    earlier: int
    later: int
    years: frozenset[int]


def falls(sheets: Sequence[Sheet]) -> list[Fall]:
    """Every fall of a figure from the last state that printed it, at the same stretch or under the same code."""
    found = []
    last: dict[object, tuple[int, int]] = {}
    for now, sheet in enumerate(sheets):
        printed: dict[object, Place] = {place: place for place in sheet.values}
        printed |= {key: place for key, place in sheet.by_code.items() if place in sheet.values}
        for key, place in printed.items():
            value = sheet.values[place]
            if key in last and value < last[key][1]:
                found.append(Fall(earlier=last[key][0], later=now, years=sheet.stretches.years_of(place[1])))
            last[key] = now, value
    return found


def grow(states: Sequence[Written], unknowns: Unknowns) -> None:
    """Later pieces are no smaller than earlier ones; each is held against the next state that has it."""
    fallen = falls([state.sheet for state in states])
    last: dict[Place, tuple[int, int]] = {}
    for now, state in enumerate(states):
        for rest, pieces in state.pieces.items():
            for mask, number in pieces:
                if (before := last.get((rest, mask))) is not None and not _fell(fallen, before[0], now, state, mask):
                    because: Because = ("registers grow", state.sheet.population, str(before[0]), str(now))
                    unknowns.at_most({before[1]: 1.0}, {number: 1.0}, because)
                last[rest, mask] = now, number


def _fell(fallen: Iterable[Fall], earlier: int, later: int, state: Written, mask: int) -> bool:
    """Whether a figure of the same years, or of no year where these have none, fell on the way."""
    years = state.sheet.stretches.years_of(mask)
    return any(
        fall.earlier < later and fall.later > earlier and (bool(fall.years & years) or (not fall.years and not years))
        for fall in fallen
    )


def by_population(sheets: Iterable[Sheet]) -> Mapping[tuple[str, str], list[Sheet]]:
    """Sheets by scope and population, each in the order of their states."""
    found: dict[tuple[str, str], list[Sheet]] = {}
    for sheet in sheets:
        found.setdefault((sheet.scope, sheet.population), []).append(sheet)
    return {key: in_order(of_one) for key, of_one in found.items()}
