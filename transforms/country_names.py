"""Names of countries in the languages of the region, each with its ISO 3166 alpha-2 code.

Names are those of Unicode CLDR (as shipped with Babel), with the variants that offices of the region write besides.
A name is compared by its letters and digits alone, whatever its case, hyphens, apostrophes and spaces. One that
stands for several countries (`Congo`, `Korea`) belongs to none of them: nothing is guessed.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from babel import Locale

from transforms.areas import alpha2_by_code, country_codes
from transforms.sql import quoted

LANGUAGES = ("en", "ru", "tk", "kk", "uz", "tg", "ky")

_ALIKE = {"ё": "е", "Ё": "е", "İ": "i"}
"""Letters that are written one for the other; İ besides has no small letter of one character."""
_SILENT = "ʻʼˈ"
"""Marks of Uzbek and Kazakh spelling that Unicode counts as letters and typists replace by an apostrophe."""

_NO_PART = rf"[^\p{{L}}\p{{N}}]|[{_SILENT}]"

_CODE = "[A-Z]{2,3}"

AMBIGUOUS = frozenset({"конго", "kongo", "congo", "корея", "koreýa", "korea"})
"""Keys that one language gives to one country and readers give to several."""

VARIANTS: dict[str, tuple[str, ...]] = {
    "AE": ("ОАЭ", "UAE", "BAE", "Объединённые Арабские Эмираты"),
    "AF": ("Исламская Республика Афганистан", "Исламский Эмират Афганистан", "Owganystan"),
    "AM": ("Республика Армения",),
    "AZ": ("Азербайджанская Республика", "Azerbaýjan Respublikasy"),
    "BA": ("Босния и Герцеговина", "Bosnia and Herzegovina"),
    "BN": ("Бруней-Даруссалам",),
    "BO": ("Bolivia (Plurinational State of)", "Боливия (Многонациональное Государство)"),
    "BY": ("Республика Беларусь", "Белоруссия", "Belorussiýa"),
    "CD": (
        "Democratic Republic of the Congo", "Congo (Democratic Republic of the)", "DR Congo",
        "Демократическая Республика Конго", "ДР Конго", "Kongo Demokratik Respublikasy",
    ),
    "CG": ("Republic of the Congo", "Республика Конго"),
    "CI": ("Cote d'Ivoire", "Ivory Coast", "Кот д'Ивуар", "Берег Слоновой Кости"),
    "CK": ("Острова Кука",),
    "CN": ("КНР", "Китайская Народная Республика", "People's Republic of China", "Hytaý Halk Respublikasy"),
    "CV": ("Cape Verde",),
    "CY": ("Республика Кипр",),
    "CZ": ("Czech Republic", "Чешская Республика"),
    "DE": ("ФРГ", "Федеративная Республика Германия"),
    "GB": (
        "United Kingdom of Great Britain and Northern Ireland", "UK", "Great Britain", "Великобритания",
        "Соединённое Королевство", "Beýik Britaniýa",
    ),
    "GF": ("Француздук Гвиана",),
    "HK": ("Hong Kong", "Гонконг", "Gonkong"),
    "IN": ("Республика Индия",),
    "IR": (
        "Islamic Republic of Iran", "Iran (Islamic Republic of)", "Исламская Республика Иран", "ИРИ",
        "Eýran Yslam Respublikasy",
    ),
    "KG": (
        "Кыргызская Республика", "Кыргызстан", "Киргизия", "Киргизстан", "Киргизская Республика", "Kyrgyz Republic",
        "Gyrgyz Respublikasy", "Кыргыз Республикасы",
    ),
    "KP": ("КНДР", "Democratic People's Republic of Korea", "Корейская Народно-Демократическая Республика"),
    "KR": ("Republic of Korea", "Республика Корея", "Южная Корея", "Koreýa Respublikasy"),
    "KY": ("Острова Кайман", "Каймановы острова"),
    "KZ": ("Республика Казахстан", "Gazagystan Respublikasy", "Қазақстан Республикасы"),
    "LA": ("Lao People's Democratic Republic", "ЛНДР"),
    "MD": ("Republic of Moldova", "Республика Молдова", "Молдавия", "Moldowa Respublikasy"),
    "MH": ("Маршалловы Острова",),
    "MK": ("The former Yugoslav Republic of Macedonia", "Македония"),
    "MM": ("Myanmar", "Burma", "Мьянма", "Бирма", "Mýanma (Burma)"),
    "MN": ("Монголия",),
    "MO": ("Macao", "Macau", "Макао", "Makau AAS Hytaý", "Макау Кытай ААА"),
    "PS": ("State of Palestine", "Palestine", "Палестина", "Государство Палестина"),
    "RU": ("Российская Федерация", "Russian Federation", "РФ", "Rossiýa", "Russiýa Federasiýasy"),
    "SA": ("КСА", "Королевство Саудовская Аравия"),
    "SB": ("Соломоновы Острова",),
    "SC": ("Сейшельские Острова", "Сейшелы"),
    "SY": ("Syrian Arab Republic", "Сирийская Арабская Республика", "САР"),
    "SZ": ("Swaziland", "Свазиленд"),
    "TC": ("о-ва Тёркс и Кайкос", "Тёркс и Кайкос"),
    "TJ": ("Республика Таджикистан", "Täjigistan Respublikasy", "Ҷумҳурии Тоҷикистон"),
    "TL": ("East Timor",),
    "TM": ("Turkmenia", "Туркмения", "Республика Туркменистан"),
    "TR": ("Turkey", "Турецкая Республика", "Türkiye", "Türkiye Cumhuriyeti", "Türkiýe Respublikasy", "Turkiye"),
    "TZ": ("United Republic of Tanzania",),
    "UA": ("Республика Украина",),
    "US": (
        "United States of America", "USA", "США", "Соединённые Штаты Америки", "ABŞ", "Amerikanyň Birleşen Ştatlary",
    ),
    "UZ": ("Республика Узбекистан", "Özbegistan Respublikasy", "Oʻzbekiston Respublikasi"),
    "VA": ("Holy See", "Святой Престол"),
    "VE": ("Venezuela (Bolivarian Republic of)", "Боливарианская Республика Венесуэла"),
    "VN": ("Viet Nam", "Социалистическая Республика Вьетнам"),
    "ZA": ("ЮАР", "Южно-Африканская Республика", "Оңтүстік Африка Республикасы"),
}  # fmt: skip
"""Names that offices write and CLDR does not carry as its own; old names of a country that goes on under a new one."""


def name_key(name: str) -> str:
    """What of a name is compared: its letters and digits in lower case. `name_key_sql` says the same in SQL."""
    plain = unicodedata.normalize("NFC", name)
    for written, read in _ALIKE.items():
        plain = plain.replace(written, read)
    return "".join(sign for sign in plain.lower() if sign.isalnum() and sign not in _SILENT)


def name_key_sql(cell: str) -> str:
    """SQL of the key of a cell: `name_key`, or the cell itself where it is written as a code (`TM`, `TKM`)."""
    plain = f"nfc_normalize({cell})"
    for written, read in _ALIKE.items():
        plain = f"replace({plain}, {quoted(written)}, {quoted(read)})"
    letters = f"regexp_replace(lower({plain}), {quoted(_NO_PART)}, '', 'g')"
    return f"CASE WHEN regexp_full_match({cell}, {quoted(_CODE)}) THEN {cell} ELSE {letters} END"


def country_of(name: str) -> str | None:
    """The alpha-2 code of a country by name or code; None for what is not known or not plain."""
    known = alpha2_by_name()
    return known.get(name if re.fullmatch(_CODE, name) else name_key(name))


@cache
def alpha2_by_name() -> dict[str, str]:
    """Key of a name -> alpha-2. ISO codes count as names where they are written in capitals: `no` is no Norway."""
    meant: dict[str, set[str]] = {}
    for code, name in _told():
        meant.setdefault(name_key(name), set()).add(code)
        if re.fullmatch(_CODE, name):  # UK, USA
            meant.setdefault(name, set()).add(code)
    names = {key: next(iter(codes)) for key, codes in meant.items() if len(codes) == 1 and key not in AMBIGUOUS}
    return names | alpha2_by_code("country_alpha3") | alpha2_by_code("country_alpha2")


@cache
def country_names() -> tuple[str, ...]:
    """Every name that is known, as it is written."""
    return tuple(dict.fromkeys(name for _, name in _told()))


def _told() -> list[tuple[str, str]]:
    """(alpha-2, name) in every language and every variant."""
    found = [
        (code, str(name))
        for language in LANGUAGES
        for code, name in Locale(language).territories.items()
        if code in country_codes()
    ]
    short = [
        (code.partition("-")[0], str(name))
        for code, name in Locale("en").territories.items()
        if code.endswith(("-alt-short", "-alt-variant"))
    ]
    return found + short + [(code, name) for code, names in VARIANTS.items() for name in names]
