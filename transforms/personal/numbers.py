"""National numbers of persons: which digits are one, by the date and the check digit that are in them.

Sources: the published rules of each authority. Kazakhstan: individual identification number (IIN), 12 digits.
Kyrgyzstan: personal number (PIN), 14 digits, without a public check digit. Uzbekistan: PINFL, 14 digits, weights 7 3 1.
Russia: insurance number (SNILS), 11 digits modulo 101, and taxpayer's number of persons (INN), 12 digits. Ukraine:
RNOKPP, 10 digits. Belarus: identification number, 14 signs. Türkiye: T.C. kimlik no, 11 digits.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

_FIRST_YEAR, _LAST_YEAR = 1900, 2099


@dataclass(frozen=True, slots=True, kw_only=True)
class NationalNumber:
    """A kind of number: `has_shape` says whether digits could be one, `is_valid` whether their check digit agrees.

    `chance` is the part of numbers of that shape which agree by accident. `is_telling`: date and check digit together
    are rare enough for one such number among words; the others need a word for the number beside them.
    """

    name: str
    length: int
    has_shape: Callable[[str], bool]
    is_valid: Callable[[str], bool]
    chance: float
    is_telling: bool


def _is_day(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return _FIRST_YEAR <= year <= _LAST_YEAR


def _weighted(digits: str, weights: Sequence[int]) -> int:
    return sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=False))


def _iin_shape(digits: str) -> bool:
    """yymmdd, then a digit for century and sex, 1 to 6."""
    if digits[6] not in "123456":
        return False
    century = 1800 + 100 * ((int(digits[6]) + 1) // 2 - 1)
    return century >= _FIRST_YEAR and _is_day(century + int(digits[:2]), int(digits[2:4]), int(digits[4:6]))


def _iin(digits: str) -> bool:
    check = _weighted(digits, range(1, 12)) % 11
    if check == 10:
        check = _weighted(digits, (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2)) % 11
    return check == int(digits[11])


def _pin_shape(digits: str) -> bool:
    """Sex 1 or 2, then ddmmyyyy of birth."""
    return digits[0] in "12" and _is_day(int(digits[5:9]), int(digits[3:5]), int(digits[1:3]))


def _pinfl_shape(digits: str) -> bool:
    """A digit for century and sex, then ddmmyy of birth."""
    if digits[0] not in "3456":
        return False
    century = 1900 if digits[0] in "34" else 2000
    return _is_day(century + int(digits[5:7]), int(digits[3:5]), int(digits[1:3]))


def _pinfl(digits: str) -> bool:
    return _weighted(digits, (7, 3, 1) * 4 + (7,)) % 10 == int(digits[13])


def _snils(digits: str) -> bool:
    check = _weighted(digits, range(9, 0, -1)) % 101 % 100
    return check == int(digits[9:])


def _inn(digits: str) -> bool:
    first = _weighted(digits, (7, 2, 4, 10, 3, 5, 9, 4, 6, 8)) % 11 % 10
    second = _weighted(digits, (3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8)) % 11 % 10
    return (first, second) == (int(digits[10]), int(digits[11]))


def _rnokpp_shape(digits: str) -> bool:
    """Days since the end of 1899, five digits."""
    day = date(1899, 12, 31) + timedelta(days=int(digits[:5]))
    return 1920 <= day.year <= 2040


def _rnokpp(digits: str) -> bool:
    return _weighted(digits, (-1, 5, 7, 9, 4, 6, 10, 5, 7)) % 11 % 10 == int(digits[9])


def _kimlik(digits: str) -> bool:
    places = [int(digit) for digit in digits]
    tenth = (7 * sum(places[0:9:2]) - sum(places[1:8:2])) % 10
    return tenth == places[9] and sum(places[:10]) % 10 == places[10]


NATIONAL_NUMBERS = (
    NationalNumber(
        name="KZ IIN", length=12, has_shape=_iin_shape, is_valid=_iin, chance=0.1, is_telling=True
    ),
    NationalNumber(
        name="KG PIN", length=14, has_shape=_pin_shape, is_valid=_pin_shape, chance=1e-4, is_telling=True
    ),
    NationalNumber(
        name="UZ PINFL", length=14, has_shape=_pinfl_shape, is_valid=_pinfl, chance=0.1, is_telling=True
    ),
    NationalNumber(
        name="RU SNILS", length=11, has_shape=str.isdigit, is_valid=_snils, chance=0.01, is_telling=False
    ),
    NationalNumber(
        name="RU INN", length=12, has_shape=str.isdigit, is_valid=_inn, chance=0.01, is_telling=False
    ),
    NationalNumber(
        name="UA RNOKPP", length=10, has_shape=_rnokpp_shape, is_valid=_rnokpp, chance=0.1, is_telling=False
    ),
    NationalNumber(
        name="TR kimlik", length=11, has_shape=lambda digits: digits[0] != "0", is_valid=_kimlik, chance=0.01,
        is_telling=False,
    ),
)  # fmt: skip

_BELARUS = re.compile(r"(?<!\w)([1-6])(\d\d)(\d\d)(\d\d)([ABCHKEM])(\d{3})(PB|BA|BI)(\d)(?!\w)", re.IGNORECASE)
_SIGNS = {letter: number for number, letter in enumerate("ABCDEFGHIJKLMNOPQRSTUVWXYZ", start=10)}
_WRITTEN_SNILS = re.compile(r"(?<![\d-])\d{3}-\d{3}-\d{3}[ -]\d\d(?![\d-])")
_RUN = re.compile(r"(?<![\w.,+-])\d(?:[ \u00a0]?\d){9,13}(?![\w-])(?![.,]\d)")
_LABEL = re.compile(
    r"(?<!\w)(?:снилс|инн|иин|жсн|пин|пинфл|жшшир|рма|рнокпп|ріпн|іпн|ипн|iin|pin|pinfl|jshshir|snils|inn|tckn|kimlik|"
    r"персональн\w+ номер|личн\w+ номер|national id|id number|personal number|tax(?:payer)? (?:id|number)|"
    r"şahsy belgi\w*|шахсий рақам\w*)(?!\w)",
    re.IGNORECASE,
)
_PASSPORT = re.compile(
    r"(?<![\d.,-])\d\d \d\d (?:№ ?|N ?)?\d{6}(?![\d.,]\d|\d)"
    r"|(?:паспорт\w*|серия|series|passport\w*|pasport\w*|паспарт\w*|төлқұжат\w*|шиноснома\w*)"
    r"[ \w]{0,20}?[:№#]?\s*(?:\d\d ?\d\d ?(?:№ ?|N ?)?\d{6}|\w{0,2} ?(?:№ ?|N ?)?\d{6,9})(?!\d)"
    r"|(?<!\w)[IVX]{1,3} ?[-–] ?[A-ZŞÄÖÜÝŽŇÇА-Я]{2} ?(?:№|No|N)?\.? ?\d{6}(?!\d)"
    r"|(?<!\w)(?:AN|ID|AC|AA|AB|AD|AE|FA|FB|MP|HB|KH) ?(?:№|No|N)?\.? ?\d{7}(?!\w)"
)


def holds_number(text: str) -> bool:
    """Whether a text holds a national number or the number of a passport among its words.

    A cell that is nothing but digits is judged by its column, see `are_national_numbers`.
    """
    if _PASSPORT.search(text) or _is_belarusian(text):
        return True
    if any(_snils("".join(filter(str.isdigit, found))) for found in _WRITTEN_SNILS.findall(text)):
        return True
    has_label = _LABEL.search(text) is not None
    stripped = text.strip()
    for found in _RUN.findall(text):
        digits = "".join(filter(str.isdigit, found))
        if digits == stripped:
            continue
        for kind in NATIONAL_NUMBERS:
            if (kind.is_telling or has_label) and is_number(digits, kind):
                return True
    return False


def is_number(digits: str, kind: NationalNumber) -> bool:
    """Whether digits have the length, shape and check digit of a kind of number."""
    return len(digits) == kind.length and kind.has_shape(digits) and kind.is_valid(digits)


def national_numbers(cells: Sequence[str]) -> frozenset[str]:
    """Of a column's distinct cells those that are national numbers, where they are more than chance would give.

    Running numbers and amounts agree with a check digit now and then. A kind is found where so many of the cells of
    its shape agree as chance gives in fewer than one of a hundred columns (binomial), or where all of them agree and
    hold a date of birth.
    """
    found: set[str] = set()
    plain = ((cell, cell.strip()) for cell in cells)
    digits = {cell: text for cell, text in plain if text.isascii() and text.isdigit()}
    for kind in NATIONAL_NUMBERS:
        fitting = [cell for cell, text in digits.items() if len(text) == kind.length]
        shaped = [cell for cell in fitting if kind.has_shape(digits[cell])]
        valid = [cell for cell in shaped if kind.is_valid(digits[cell])]
        tried = fitting if kind.has_shape is kind.is_valid else shaped
        if valid and (_is_beyond_chance(len(valid), len(tried), kind.chance) or (kind.is_telling and valid == tried)):
            found.update(valid)
    return frozenset(found)


_RARE = 0.01


def _is_beyond_chance(agreeing: int, tried: int, chance: float) -> bool:
    from scipy.special import bdtrc

    return bool(bdtrc(agreeing - 1, tried, chance) < _RARE)


def _is_belarusian(text: str) -> bool:
    for found in _BELARUS.finditer(text):
        _, day, month, year = (int(part) for part in found.groups()[:4])
        century = 1900 if found.group(1) in "34" else 2000 if found.group(1) in "56" else 1800
        signs = [_SIGNS.get(sign) or int(sign) for sign in found.group().upper()[:13]]
        check = sum(sign * (7, 3, 1)[place % 3] for place, sign in enumerate(signs)) % 10
        if _is_day(century + year, month, day) and check == int(found.group(8)):
            return True
    return False


NECESSARY = (
    r"[0-9](?:[ \x{a0}]?[0-9]){9}|[0-9]{3}-[0-9]{3}-[0-9]{3}|[0-9]{2} [0-9]{2} |[0-9]{7}[abchkem][0-9]{3}|"
    r"(?:паспорт|серия|series|passport|pasport|паспарт|төлқұжат|шиноснома|[ivx] ?[-–] ?\pL{2})[^0-9]*[0-9]|"
    r"(?:an|id|ac|aa|ab|ad|ae|fa|fb|mp|hb|kh) ?(?:№|no|n)?\.? ?[0-9]{7}"
)
"""Pattern (RE2) that the folded text of every cell with such a number fits."""
