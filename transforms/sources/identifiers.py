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


_MOST_WORDS = 6
"""A longer header is a sentence, such as the terms of use."""


MOST_SUSPECTS = 62
"""Columns that a mask tells apart; any further ones share its last bit."""


def suspects_sql(cells: Sequence[str]) -> str:
    """SQL of a mask: bit n is set where raw cell n looks like an e-mail address, telephone or passport number."""
    tests = (
        f"CASE WHEN length({cell}) >= {_SHORTEST} AND regexp_matches({cell}, {quoted(_SHAPE)}) "
        f"THEN {1 << min(number, MOST_SUSPECTS - 1)} ELSE 0 END"
        for number, cell in enumerate(cells)
    )
    return f"({' | '.join(tests) or '0'})::BIGINT"


def looks_personal(text: str) -> bool:
    """Whether a text holds what looks like an e-mail address, telephone or passport number."""
    return re.search(_SHAPE, text) is not None
