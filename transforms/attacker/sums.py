"""What counting binds: totals and their parts in codes and in time, several answers a person, codes within codes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import or_

from transforms.attacker.publication import Codes
from transforms.attacker.sheets import Listing, Place, Sheet
from transforms.attacker.stretches import cut, joined
from transforms.attacker.unknowns import Because, Unknowns
from transforms.codes import CHILD_AGE_GROUPS, TOTAL, UNSPECIFIC

Pieces = list[tuple[int, int]]
"""Disjoint stretches of time, each with the number of what was counted in it."""


@dataclass(slots=True, kw_only=True)
class Written:
    """A sheet as unknown numbers: those of its places, and the pieces of time of every set of codes.

    `groups` are numbers of persons that no table shows and that the edges of printed stretches or codes cut out.
    """

    sheet: Sheet
    numbers: dict[Place, int] = field(default_factory=dict)
    pieces: dict[Codes, Pieces] = field(default_factory=dict)
    groups: dict[int, Place] = field(default_factory=dict)

    def within(self, rest: Codes, block: int) -> dict[int, float]:
        """What was counted at these codes in a stretch that the edges of its pieces make up."""
        return {number: 1.0 for mask, number in self.pieces[rest] if mask & block}

    def span(self, rest: Codes) -> int:
        """The stretch in which these codes are counted."""
        return reduce(or_, (mask for mask, _ in self.pieces[rest]), 0)

    def blocks(self, codes: Iterable[Codes], span: int = -1) -> list[int]:
        """The finest stretches within a span that pieces make up at each of these codes."""
        for rest in codes:
            span &= self.span(rest)
        found = joined({mask for rest in codes for mask, _ in self.pieces[rest]})
        return [block for block in found if not block & ~span]


def written(sheet: Sheet, unknowns: Unknowns, edges: Mapping[Codes, Iterable[int]]) -> Written:
    """The sheet with every sum that counting binds; `edges` are stretches that later or earlier states print."""
    done = Written(sheet=sheet)
    for shown in sheet.shown:
        if shown.place not in done.numbers:
            done.numbers[shown.place] = unknowns.new()
        number = done.numbers[shown.place]
        value, cell = shown.cell.value, shown.cell
        if value is not None:
            unknowns.bound(number, value, value)
        else:
            unknowns.bound(number, cell.low, float("inf") if cell.high is None else cell.high)
    _cut_time(done, unknowns, edges)
    for listing, span in sheet.listings.items():
        bind = _add_up if sheet.additive.get(listing[1], True) else _overlap
        bind(done, unknowns, listing, span)
    for inner, outer, because in _nestings(done):
        _lie_within(done, unknowns, inner, outer, because)
    return done


def _cut_time(done: Written, unknowns: Unknowns, edges: Mapping[Codes, Iterable[int]]) -> None:
    """Every printed stretch is the sum of the pieces that the edges of all stretches at its codes cut out."""
    printed: dict[Codes, dict[int, int]] = {}
    for (rest, mask), number in done.numbers.items():
        printed.setdefault(rest, {})[mask] = number
    for rest, own in printed.items():
        coarse = cut(reduce(or_, own, 0), own)
        fine = cut(reduce(or_, own, 0), [*own, *edges.get(rest, ())])
        numbers = {mask: own[mask] if mask in own else unknowns.new() for mask in fine}
        done.pieces[rest] = list(numbers.items())
        for mask in coarse:
            if mask not in own:
                if mask not in numbers:
                    numbers[mask] = unknowns.new()
                    unknowns.equal({numbers[mask]: 1.0}, done.within(rest, mask))
                done.groups[numbers[mask]] = (rest, mask)
        for mask, number in own.items():
            if (parts := done.within(rest, mask)) != {number: 1.0}:
                unknowns.equal({number: 1.0}, parts)


def _add_up(done: Written, unknowns: Unknowns, listing: Listing, span: int) -> None:
    """The total of a dimension is the sum of its codes; codes that overlap are sums of what their edges cut out."""
    rest, dimension, codes = listing
    sheet = done.sheet
    leaves = {code: sheet.stretches.of(dimension, code, sheet.parts) for code in codes}
    whole = reduce(or_, leaves.values(), 0)
    inside = {code: rest | {(dimension, code)} for code in codes}
    if rest in done.pieces:
        leaves[TOTAL], inside[TOTAL] = whole, rest
    pieces = cut(whole, leaves.values())
    if TOTAL not in leaves and len(pieces) == len(codes):
        return
    named = {mask: code for code, mask in leaves.items() if code != TOTAL}
    for block in done.blocks(inside.values(), span):
        counted = {mask: done.within(inside[named[mask]], block) for mask in pieces if mask in named}
        for mask in (piece for piece in pieces if piece not in named):
            group = unknowns.new()
            done.groups[group] = (rest, block)
            counted[mask] = {group: 1.0}
        for code, mask in leaves.items():
            if mask in counted and code == named.get(mask):
                continue
            parts: dict[int, float] = {}
            for piece, numbers in counted.items():
                if piece & mask:
                    parts |= numbers
            unknowns.equal(done.within(inside[code], block), parts)


def _overlap(done: Written, unknowns: Unknowns, listing: Listing, span: int) -> None:
    """Several answers a person: none exceeds the persons who gave one, and together they reach them.

    Nobody gave an answer and none at once; that is believed as long as the print does not contradict it.
    """
    rest, dimension, codes = listing
    if rest not in done.pieces:
        return
    inside = {code: rest | {(dimension, code)} for code in sorted(codes)}
    exclusive: Because = ("answers and none", done.sheet.population, dimension)
    for block in done.blocks([rest, *inside.values()], span):
        whole = done.within(rest, block)
        counted = {code: done.within(place, block) for code, place in inside.items()}
        blank: dict[int, float] = {}
        for code in UNSPECIFIC:
            blank |= counted.get(code, {})
        everything: dict[int, float] = {}
        for code, numbers in counted.items():
            everything |= numbers
            unknowns.at_most(numbers, whole)
            if blank and code not in UNSPECIFIC:
                unknowns.at_most(numbers | blank, whole, exclusive)
        if len(blank) > 1:
            unknowns.at_most(blank, whole, exclusive)
        unknowns.at_most(whole, everything)


def _outside(dimension: str, code: str) -> Iterator[tuple[str, str]]:
    """The codes of other dimensions that everybody with this code has: an age, the ends of a corridor."""
    if dimension == "age_group" and code not in UNSPECIFIC:
        yield "age_class", "child" if code in CHILD_AGE_GROUPS else "adult"
    ends = code.split(">")
    if dimension == "corridor" and len(ends) == 2:
        yield "citizenship", ends[0]
        yield "country_of_exploitation", ends[1]
        if not set(ends) & set(UNSPECIFIC):
            yield "crossing", "domestic" if ends[0] == ends[1] else "cross_border"


def _nestings(done: Written) -> Iterator[tuple[Sequence[Codes], Codes, Because]]:
    """Sets of codes that lie in others, with those others; a person has one age group and one corridor."""
    found: dict[tuple[Codes, str], list[Codes]] = {}
    for rest in done.pieces:
        for dimension, code in rest:
            if done.sheet.additive.get(dimension, True):
                for outer in _outside(dimension, code):
                    around = (rest - {(dimension, code)}) | {outer}
                    if around in done.pieces:
                        found.setdefault((around, dimension), []).append(rest)
    for (around, dimension), inner in found.items():
        coarse = next(iter(around - inner[0]))[0]
        yield inner, around, ("codes within codes", done.sheet.population, dimension, coarse)


def _lie_within(done: Written, unknowns: Unknowns, inner: Sequence[Codes], outer: Codes, because: Because) -> None:
    for block in joined({mask for rest in (outer, *inner) for mask, _ in done.pieces[rest]}):
        if not block & ~done.span(outer):
            parts: dict[int, float] = {}
            for rest in inner:
                if not block & ~done.span(rest):
                    parts |= done.within(rest, block)
            unknowns.at_most(parts, done.within(outer, block), because)


def lie_in_population(inner: Written, outer: Written, unknowns: Unknowns) -> None:
    """Nobody is counted in the inner population who is not in the outer one, at whatever codes both print."""
    because: Because = ("people within people", inner.sheet.population, outer.sheet.population)
    for rest in inner.pieces:
        if rest in outer.pieces:
            span = inner.span(rest) & outer.span(rest)
            for block in joined({mask for side in (inner, outer) for mask, _ in side.pieces[rest]}):
                if not block & ~span:
                    unknowns.at_most(inner.within(rest, block), outer.within(rest, block), because)
