"""What a free text says of a person, and the SQL that picks the few cells worth a closer look."""

from __future__ import annotations

from typing import Literal

from transforms.country_names import alpha2_by_name, name_key
from transforms.messages import Message, said
from transforms.personal import addresses, birth_dates, names, numbers
from transforms.personal.folding import folded
from transforms.personal.name_words import SIGNED_BY
from transforms.sources.identifiers import looks_personal
from transforms.sql import quoted

Kind = Literal["contact", "name", "number", "birth_date", "address", "birth_dates"]

WORDS: dict[Kind, Message] = {
    "contact": said("an e-mail address, a telephone or the number of a document"),
    "name": said("the name of a person"),
    "number": said("a personal number or the number of a document"),
    "birth_date": said("a date of birth"),
    "address": said("an address"),
    "birth_dates": said("days that lie as dates of birth do"),
}
"""What a report says that a column looks like."""

_LONGEST = 20_000
"""Letters of a text that are looked at closely, in pieces that overlap; longer ones are cut."""
_OVERLAP = 200
GATE = (
    r"\pL[ ,._;:/\x{a0}]{1,3}\pL|[0-9]{9}|[0-9][ \x{a0}][0-9]|[0-9][^0-9]? ?\pL{2}|\pL[ .,№:#\x{a0}]{1,3}[0-9]|"
    r"[IVX] ?[-–]|[0-9]{3}-[0-9]{3}-[0-9]{3}"
)
"""Pattern (RE2 and Rust alike) that every text fits in which `kinds_in` finds something."""
SHORTEST = 6
"""Letters of the shortest text in which something is found."""
_SIGNED_BY = frozenset(map(folded, SIGNED_BY))
_BY_WORDS = names.NECESSARY
_WITH_DIGITS = (numbers.NECESSARY, birth_dates.NECESSARY, addresses.NECESSARY)


def kinds_in(text: str) -> frozenset[Kind]:
    """Everything that identifies a person in a text; nothing where the whole of it names a country."""
    if name_key(text) in alpha2_by_name():
        return frozenset()
    found: set[Kind] = set()
    for start in range(0, max(len(text), 1), _LONGEST - _OVERLAP):
        piece = text[start : start + _LONGEST]
        if names.names_a_person(piece):
            found.add("name")
        if not any(map(str.isdigit, piece)):
            continue
        if numbers.holds_number(piece):
            found.add("number")
        if birth_dates.holds_birth_date(piece):
            found.add("birth_date")
        if addresses.holds_address(piece):
            found.add("address")
    return frozenset(found)


def kinds_beside(text: str) -> frozenset[Kind]:
    """The same in a text beside a table, contacts included: there an official may sign by name, a victim may not."""
    kinds: frozenset[Kind] = kinds_in(text)
    if looks_personal(text):
        kinds |= {"contact"}
    first = folded(text.strip()).replace(".", " ").replace(":", " ").split()[:1]
    return kinds - {"name"} if first and first[0] in _SIGNED_BY else kinds


def may_tell_sql(cell: str) -> str:
    """SQL that is true where a raw cell has the outer form of what `kinds_in` finds: cheap enough for every row."""
    return f"(length({cell}) >= {SHORTEST} AND regexp_matches({cell}, {quoted(GATE)}))"


def worth_a_look_sql(cell: str, plain: str) -> str:
    """SQL that is true where `kinds_in` may find something in a cell; `plain` is its folded text.

    One pattern after the other: all in one would be a hundred times slower.
    """
    names_or_numbers = [f"regexp_matches({plain}, {quoted(pattern)})" for pattern in _BY_WORDS]
    with_digits = [f"regexp_matches({plain}, {quoted(pattern)})" for pattern in _WITH_DIGITS]
    numbered = f"(regexp_matches({cell}, '[0-9]') AND ({' OR '.join(with_digits)}))"
    return f"({' OR '.join([*names_or_numbers, numbered])})"
