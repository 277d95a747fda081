"""Stretches of time and other sets of parts as bits of one whole number each, and how their edges cut them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from transforms.attacker.publication import At
from transforms.errors import WrongArguments
from transforms.periods import period

DEEPEST = 12
"""Rollups of rollups: more would be a circle."""


@dataclass(slots=True)
class Stretches:
    """Gives every smallest part (a month, or a code without parts) a bit; `years` are those of months."""

    bits: dict[str, int] = field(default_factory=dict)
    years: dict[int, int] = field(default_factory=dict)
    _known: dict[tuple[str, str], int] = field(default_factory=dict)

    def bit(self, leaf: str) -> int:
        """The bit of a smallest part."""
        return 1 << self.bits.setdefault(leaf, len(self.bits))

    def of(self, dimension: str, code: str, parts: Mapping[tuple[str, str], At], depth: int = 0) -> int:
        """The parts of a code: those that a publication names, months of a period, or itself."""
        named = parts.get((dimension, code), ()) if depth < DEEPEST else ()
        if not named and (dimension, code) not in self._known:
            months = self._months(code) if dimension == "period" else 0
            self._known[dimension, code] = months or self.bit(f"{dimension}={code}")
        found = 0 if named else self._known[dimension, code]
        for part in named:
            found |= self.of(dimension, part, parts, depth + 1)
        return found

    def _months(self, code: str) -> int:
        try:
            read = period(code)
        except WrongArguments:
            return 0
        found = 0
        for month in read.parts("month"):
            bit = self.bit(month.code)
            self.years[bit] = month.year
            found |= bit
        return found

    def whole_years(self, mask: int) -> int:
        """The calendar years that a stretch touches, as a stretch; one without any touches all parts without a year."""
        touched = {year for bit, year in self.years.items() if mask & bit}
        months = sum(bit for bit, year in self.years.items() if year in touched)
        return months or ~sum(self.years)

    def leaves_of(self, mask: int) -> tuple[str, ...]:
        """The smallest parts of a stretch by name."""
        return tuple(leaf for leaf, place in self.bits.items() if mask >> place & 1)


def cut(whole: int, edges: Iterable[int]) -> list[int]:
    """The pieces of a set that the edges of other sets cut it into."""
    pieces = [whole] if whole else []
    for edge in edges:
        if not whole & edge:
            continue
        finer = []
        for piece in pieces:
            inside = piece & edge
            if inside and inside != piece:
                finer += [inside, piece ^ inside]
            else:
                finer.append(piece)
        pieces = finer
    return pieces


def joined(sets: Iterable[int]) -> list[int]:
    """The smallest disjoint sets that each of the given ones lies in as a whole."""
    blocks: list[int] = []
    for one in sets:
        merged, apart = one, []
        for block in blocks:
            if block & merged:
                merged |= block
            else:
                apart.append(block)
        blocks = [*apart, merged]
    return blocks
