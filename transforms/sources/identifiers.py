"""Direct identifiers: names of columns and shapes of cells that must never enter a list of pseudonymous cases.

Lists of words are this project's own (English, Russian, Turkmen); the shapes are those of e-mail addresses, of
telephone numbers with a country code or in the national form of the region, and of passport numbers of the region.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from transforms.sql import quoted

_ALWAYS = (
    "surname", "lastname", "firstname", "forename", "givenname", "middlename", "patronymic", "maidenname", "fullname",
    "familyname", "passport", "passportno", "passportnumber", "phone", "phonenumber", "telephone", "mobile", "email",
    "e mail", "birthdate", "birthday", "dateofbirth", "date of birth", "birth date", "dob", "ssn", "address",
    "first name", "last name", "family name", "full name", "given name", "middle name", "national id", "id number",
    "фамилия", "имя", "отчество", "фио", "ф и о", "паспорт", "телефон", "почта", "мобильный", "адрес", "дата рождения",
    "день рождения", "инн", "снилс",
    "familiyasy", "familiýasy", "atasynyň ady", "pasport", "pasporty", "telefony", "telefon", "poçta", "doglan senesi",
    "doglan güni", "doglan wagty", "salgysy", "öý salgysy", "ady", "ady familiýasy",
)  # fmt: skip
_ALONE = ("name", "names", "victim name", "person name", "client name", "ф и о потерпевшего")
_WORDS = re.compile(r"[^\W\d_]+")
_HUMP = re.compile(r"(?<=[a-zа-я])(?=[A-ZА-Я])")

EMAIL = r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+\.[A-Za-z]{2,}"
_FREE = r"(?:^|[^0-9A-Za-z-])"
_END = r"(?:$|[^0-9A-Za-z-])"
PHONE = (
    r"\+[0-9][0-9 ()-]{8,16}[0-9]|"
    + _FREE + r"(?:8|993|7)[ (-]?[0-9]{2,3}[ )-]{1,2}[0-9]{2,3}[ -]?[0-9]{2}[ -]?[0-9]{2}" + _END
)  # fmt: skip
PASSPORT = (
    _FREE + r"[IVX]{1,3}-[A-ZŞÄÖÜÝŽŇÇ]{2} ?(?:№|N|No)?\.? ?[0-9]{6}|"
    + _FREE + r"(?:[A-Z]{1,2}|[А-Я]{1,2}) ?(?:№|N)? ?[0-9]{7,9}" + _END
)  # fmt: skip
_SHAPE = f"{EMAIL}|{PHONE}|{PASSPORT}"
_SHORTEST = 8


def identifying_headers(headers: Sequence[str]) -> tuple[str, ...]:
    """Headers that announce a direct identifier, in any of the three languages, whatever their case and joining."""
    return tuple(header for header in headers if announced(header))


def announced(header: str) -> str:
    """The word of our list by which a header announces a direct identifier, empty where it does not."""
    words = [word.casefold() for word in _WORDS.findall(_HUMP.sub(" ", header))]
    if not words or len(words) > _MOST_WORDS:
        return ""
    text = f" {' '.join(words)} "
    if text.strip() in _ALONE:
        return text.strip()
    return next((phrase for phrase in _ALWAYS if f" {phrase} " in text), "")


def repeatable(header: str) -> str:
    """An announcing header as a message may repeat it: itself if it is our word and nothing else, or else our word.

    A file without a header has its first person there.
    """
    word = announced(header)
    words = [part.casefold() for part in _WORDS.findall(_HUMP.sub(" ", header))]
    return header.strip() if word and " ".join(words) == word and not any(map(str.isdigit, header)) else word


_MOST_WORDS = 6
"""A longer header is a sentence, such as the terms of use."""


MOST_SUSPECTS = 62
"""Columns that a mask tells apart; any further ones share its last bit."""


def suspects_sql(free: Sequence[str], other: Sequence[str]) -> str:
    """SQL of a mask: bit n is set where free cell n looks like an e-mail address, telephone or passport number.

    Bit `MOST_SUSPECTS` stands for all cells that hold codes, days or nothing of the contract's: what is plainly
    written as those is not looked at any closer.
    """
    told, rest = free[: MOST_SUSPECTS - 1], free[MOST_SUSPECTS - 1 :]
    looked_at = [*told, *([together(rest)] if rest else [])]
    tests = [f"CASE WHEN {suspect_sql(cell)} THEN {1 << number} ELSE 0 END" for number, cell in enumerate(looked_at)]
    elsewhere = " OR ".join(
        f"(length({cell}) >= {_SHORTEST} AND length({cell}) <> {_DAY} AND regexp_matches({cell}, '[0-9@]') "
        f"AND {suspect_sql(cell)})"
        for cell in other
    )
    if elsewhere:
        tests.append(f"CASE WHEN {elsewhere} THEN {1 << MOST_SUSPECTS} ELSE 0 END")
    return f"({' | '.join(tests) or '0'})::BIGINT"


_DAY = len("2021-03-15")


def together(cells: Sequence[str]) -> str:
    """SQL of one text that holds all these cells, a line each: a file may have nameless columns by the thousand."""
    return f"concat_ws(chr(10), {', '.join(cells)})"


def suspect_sql(cell: str) -> str:
    """SQL that is true where a raw cell or line looks like a contact or the number of a document."""
    return f"(length({cell}) >= {_SHORTEST} AND regexp_matches({cell}, {quoted(_SHAPE)}))"


def email_sql(cell: str) -> str:
    """SQL that is true where a raw cell holds an e-mail address: all that is asked of tables of figures."""
    return f"(contains({cell}, '@') AND regexp_matches({cell}, {quoted(EMAIL)}))"


def looks_personal(text: str) -> bool:
    """Whether a text holds what looks like an e-mail address, telephone or passport number."""
    return re.search(_SHAPE, text) is not None
