"""Dimensions whose codes refine another dimension's: age groups refine child and adult, corridors refine countries.

Their cells stand in different tables under different names, and yet one bounds the other: with 14 children
published and 12 of them aged 9–17, at most two are younger.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from transforms.codes import CHILD_AGE_GROUPS, UNSPECIFIC
from transforms.disclosure.cells import Coordinates
from transforms.disclosure.linked import Builder, Quantity


@dataclass(frozen=True, slots=True, kw_only=True)
class Nesting:
    """`fine` codes lie inside `coarse` codes; `outer` names the coarse code, None where there is none."""

    fine: str
    coarse: str
    outer: Callable[[str], str | None]


def _age_class(age_group: str) -> str | None:
    if age_group in UNSPECIFIC:
        return None
    return "child" if age_group in CHILD_AGE_GROUPS else "adult"


def _corridor_end(place: int) -> Callable[[str], str | None]:
    def end(corridor: str) -> str | None:
        ends = corridor.split(">")
        return ends[place] if len(ends) == 2 else None

    return end


def _crossing(corridor: str) -> str | None:
    ends = corridor.split(">")
    if len(ends) != 2 or any(end in UNSPECIFIC for end in ends):
        return None
    return "domestic" if ends[0] == ends[1] else "cross_border"


NESTINGS = (
    Nesting(fine="age_group", coarse="age_class", outer=_age_class),
    Nesting(fine="corridor", coarse="citizenship", outer=_corridor_end(0)),
    Nesting(fine="corridor", coarse="country_of_exploitation", outer=_corridor_end(1)),
    Nesting(fine="corridor", coarse="crossing", outer=_crossing),
)


def add_nestings(builder: Builder, additive: Mapping[tuple[str, str], bool]) -> None:
    """Add the bounds of all nestings that hold in the counts; as equal sums where they are equal everywhere."""
    for nesting in NESTINGS:
        families = _families(builder, nesting)
        for population in {q[0] for q, _ in families}:
            if additive.get((population, nesting.fine)):
                _add_population(builder, [(q, inner) for q, inner in families if q[0] == population])


def _families(builder: Builder, nesting: Nesting) -> list[tuple[Quantity, list[int]]]:
    """Each coarse quantity with the places of all fine ones inside it."""
    found: dict[Quantity, list[int]] = {}
    for quantity, place in builder.place.items():
        for coarse in _outer(quantity[1], nesting):
            if (outer := (quantity[0], coarse)) in builder.place:
                found.setdefault(outer, []).append(place)
    return list(found.items())


def _outer(coordinates: Coordinates, nesting: Nesting) -> Iterator[Coordinates]:
    for dimension, code in coordinates:
        if dimension == nesting.fine and (outer := nesting.outer(code)) is not None:
            yield (coordinates - {(dimension, code)}) | {(nesting.coarse, outer)}


def _add_population(builder: Builder, families: list[tuple[Quantity, list[int]]]) -> None:
    gaps = [builder.cells[builder.place[q]].value - sum(builder.cells[p].value for p in inner) for q, inner in families]
    if any(gap < 0 for gap in gaps):
        return  # counted by another rule: no reader can use the one to bound the other
    for quantity, inner in families:
        if any(gaps):
            builder.add_bound(inner, [builder.place[quantity]], "nested")
        else:
            builder.add_sum(builder.place[quantity], inner)
