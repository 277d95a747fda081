"""Who is on which lists: the capture-history table of multiple systems estimation."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from transforms.errors import WrongArguments

MOST_LISTS = 10
"""The table of ten lists has 1,023 cells; data on trafficking victims fill a few dozen of them."""

Counts: TypeAlias = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureTable:
    """Persons per capture history; cell `h - 1` holds those on the lists whose bits are set in `h`, lowest bit first.

    Raises WrongArguments for lists without a name or with the same one, and for counts that are not whole and
    non-negative or do not fit the lists.
    """

    lists: tuple[str, ...]
    counts: tuple[int, ...]

    def __post_init__(self) -> None:
        if not 1 <= len(self.lists) <= MOST_LISTS:
            raise WrongArguments(
                f"There are {len(self.lists)} lists.", advice=f"A table has one to {MOST_LISTS} lists; join small ones."
            )
        if not all(name.strip() for name in self.lists) or len(set(self.lists)) < len(self.lists):
            raise WrongArguments(
                "A list has no name or the name of another one.", advice="Give every list a name of its own."
            )
        if len(self.counts) != 2 ** len(self.lists) - 1 or min(self.counts) < 0:
            raise WrongArguments(
                f"{len(self.lists)} lists need {2 ** len(self.lists) - 1} counts of zero or more, one per history.",
            )

    @property
    def persons(self) -> int:
        """Distinct persons on any list."""
        return sum(self.counts)

    @property
    def pairs(self) -> tuple[str, ...]:
        """Names of the pairs of lists, in the order in which every result has them."""
        return tuple(f"{one}:{other}" for one, other in combinations(self.lists, 2))

    def cells(self) -> Counts:
        """The counts as an array."""
        return np.array(self.counts, dtype=np.int64)

    def list_totals(self) -> dict[str, int]:
        """Persons on each list."""
        return {
            name: sum(n for h, n in enumerate(self.counts, 1) if h >> bit & 1) for bit, name in enumerate(self.lists)
        }

    def overlaps(self) -> dict[str, int]:
        """Persons on both lists of each pair, whatever other lists they are on."""
        both = [1 << one | 1 << other for one, other in combinations(range(len(self.lists)), 2)]
        totals = (sum(n for h, n in enumerate(self.counts, 1) if h & pair == pair) for pair in both)
        return dict(zip(self.pairs, totals, strict=True))

    def times_listed(self) -> tuple[int, ...]:
        """Persons on exactly one, two, … all lists."""
        times = [0] * len(self.lists)
        for h, n in enumerate(self.counts, 1):
            times[h.bit_count() - 1] += n
        return tuple(times)


def table_of_histories(header: Sequence[str], rows: Iterable[Sequence[str | int | float]]) -> CaptureTable:
    """The table with these lists, from rows of a 0 or 1 per list and the number of persons last, as in a plain file.

    Histories that are absent have nobody; those that occur twice are added up. Raises WrongArguments with the row
    (the header is row 1), what stands there and what should.
    """
    lists = tuple(name.strip() for name in header[:-1])
    if not lists:
        raise WrongArguments("The header has no list.", advice="One column per list, the number of persons last.")
    if len(lists) > MOST_LISTS:  # before a table of so many cells is made
        raise WrongArguments(f"There are {len(lists)} lists.", advice=f"At most {MOST_LISTS}; join small ones.")
    counts = [0] * (2 ** len(lists) - 1)
    for number, row in enumerate(rows, 2):
        if len(row) != len(header):
            raise WrongArguments(f"Row {number} has {len(row)} values.", advice=f"The header has {len(header)}.")
        history = _history(number, lists, row)
        persons = _persons(number, header[-1], row[-1])
        if history == 0 and persons:
            raise WrongArguments(
                f"Row {number} counts {persons} persons on no list at all.",
                advice="Leave that row out: how many there are is what is being estimated.",
            )
        if history:
            counts[history - 1] += persons
    return CaptureTable(lists=lists, counts=tuple(counts))


def _history(number: int, lists: tuple[str, ...], row: Sequence[str | int | float]) -> int:
    history = 0
    for bit, name in enumerate(lists):
        found = str(row[bit]).strip()
        if found not in ("0", "1"):
            raise WrongArguments(
                f"Row {number}, column {name}: “{found}” stands where 0 or 1 is meant.",
                advice="Write 1 where these persons are on the list and 0 where they are not.",
            )
        history |= (found == "1") << bit
    return history


def _persons(number: int, column: str, value: str | int | float) -> int:
    found = str(value).strip()
    try:
        persons = float(found)
    except ValueError:
        persons = -1.0
    if not (persons >= 0 and persons.is_integer()):
        raise WrongArguments(
            f"Row {number}, column {column}: “{found}” stands where a number of persons is meant.",
            advice="The last column holds a whole number of zero or more.",
        )
    return int(persons)


def table_of_records(records: Iterable[tuple[str, str]], *, lists: Sequence[str] | None = None) -> CaptureTable:
    """The table of records of (pseudonymous key of a person, body that keeps the list); repeats count once.

    Without `lists` they are the bodies that occur, in alphabetical order. Raises WrongArguments for a record without
    a key, which can be matched with nobody, and for a body that is not among `lists`; never names a key.
    """
    bodies: dict[str, set[str]] = {}
    for number, (person, body) in enumerate(records, 1):
        if not person.strip() or not body.strip():
            raise WrongArguments(
                f"Record {number} has no key of the person or no body.",
                advice="Only records with both can be matched; state how many were left out.",
            )
        bodies.setdefault(person, set()).add(body)
    names = tuple(lists) if lists is not None else tuple(sorted({name for found in bodies.values() for name in found}))
    strangers = {name for found in bodies.values() for name in found} - set(names)
    if strangers:
        raise WrongArguments(
            f"Not among the lists: {', '.join(sorted(strangers))}.", advice=f"The lists are {', '.join(names)}."
        )
    if len(names) > MOST_LISTS:
        raise WrongArguments(f"There are {len(names)} lists.", advice=f"At most {MOST_LISTS}; join small ones.")
    return CaptureTable(lists=names, counts=_tally(names, bodies))


def _tally(names: tuple[str, ...], bodies: Mapping[str, set[str]]) -> tuple[int, ...]:
    bit = {name: 1 << position for position, name in enumerate(names)}
    counts = [0] * (2 ** len(names) - 1)
    for found in bodies.values():
        counts[sum(bit[name] for name in found) - 1] += 1
    return tuple(counts)
