"""One language: its catalogue, its plural rules and its CLDR formats for numbers, dates and places.

English texts are the message ids. A text without translation is shown in English, is remembered in
`Locale.untranslated`, and the page says so at its top: falling back is visible, never silent.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib import resources
from string import Formatter

from babel import Locale as Cldr
from babel.dates import format_date
from babel.lists import format_list
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

from reports.blocks import Inline, Part, Plain
from transforms.errors import WrongArguments
from transforms.messages import Message, Param
from transforms.periods import period

SOURCE_LANGUAGE = "en"
CLDR_IDS = {"en": "en_GB", "ru": "ru", "tk": "tk"}
"""British formats for English: the day before the month, as in the region's own documents."""

DRAFTS = frozenset({"tk"})
"""Languages whose catalogue no native speaker has reviewed yet; their pages say so."""

MONTH = {"tk": "MMMM y"}
"""A month alone is written by CLDR with a capital in Turkmen, which stands wrong inside a sentence."""
MINUS = "\u2212"
NO_BREAK = "\u00a0"
HOLDING_HYPHEN = "\u2011"
"""A hyphen at which no line ends: `3-й кв.` stays whole in a narrow column."""
_TWO_POINTS = re.compile(r"(?<!\.)\.\.(?!\.)")
"""The point of an abbreviation such as `г.` that ends a sentence; three points are a sign of their own."""


def N_(message: str) -> str:  # noqa: N802 - the name gettext tools look for
    """Mark a text for extraction where it is declared and translated later."""
    return message


@dataclass(frozen=True, slots=True)
class Locale:
    """Words and formats of one language."""

    language: str
    cldr: Cldr
    catalogue: Catalog | None
    untranslated: set[str] = field(default_factory=set, compare=False)

    def text(self, message: str, /, **values: str) -> str:
        """The message with its `{placeholders}` filled; a date that ends in a point (`2024 г.`) ends the sentence."""
        return _TWO_POINTS.sub(".", self._translated(message).format_map(values))

    def plural(self, one: str, many: str, number: int, /, **values: str) -> str:
        """The form of the message that the number takes; `{n}` is the number as it is written here, unless given."""
        forms = self._forms(one)
        if forms is None:
            chosen = one if number == 1 else many
        else:
            chosen = forms[min(self.catalogue_index(number), len(forms) - 1)]
        return _TWO_POINTS.sub(".", chosen.format_map({"n": self.number(number), **values}))

    def say(self, message: str, /, **parts: Part | str) -> Inline:
        """The message with typed parts in place of its placeholders."""
        said: list[Part] = []
        for words, name, _, _ in Formatter().parse(self._translated(message)):
            if words:
                said.append(Plain(words))
            if name is not None:
                part = parts[name]
                said.append(Plain(part) if isinstance(part, str) else part)
        return tuple(said)

    def message(self, said: Message) -> str:
        """What a file is told: its parameters are written as this language writes numbers and days."""
        values = {name: self._written(value) for name, value in said.params.items()}
        if said.many:
            return self.plural(said.id, said.many, int(str(said.params["n"])), **values)
        text = self._translated(said.id)
        return _TWO_POINTS.sub(".", text.format_map(values)) if said.params else text

    def _written(self, value: Param) -> str:
        if isinstance(value, Message):
            return self.message(value)
        if isinstance(value, date):
            return self.date(value)
        return value if isinstance(value, str) else self.figure(value)

    def _translated(self, message: str) -> str:
        forms = self._forms(message)
        return message if forms is None else forms[0]

    def _forms(self, message: str) -> tuple[str, ...] | None:
        if self.catalogue is None:
            return None
        found = self.catalogue.get(message)
        if found is None or not found.string or found.fuzzy:
            self.untranslated.add(message)
            return None
        forms = (found.string,) if isinstance(found.string, str) else tuple(found.string)
        if not all(forms):
            self.untranslated.add(message)
            return None
        return forms

    def catalogue_index(self, number: int) -> int:
        """Which plural form of the catalogue the number takes: gettext's order is CLDR's order of categories."""
        rule = self.cldr.plural_form
        order = [tag for tag in ("zero", "one", "two", "few", "many", "other") if tag in rule.tags or tag == "other"]
        return [str(tag) for tag in order].index(rule(number))

    def number(self, value: float, decimals: int = 0) -> str:
        """`48,968` in English; the minus is a real one."""
        pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
        return format_decimal(value, format=pattern, locale=self.cldr).replace("-", MINUS)

    def figure(self, value: float) -> str:
        """A number with the decimals it has: one at least of a broken one, three significant digits of a small one."""
        if value == round(value):
            return self.number(value)
        decimals = max(1, 2 - math.floor(math.log10(abs(value))))
        return self.number(round(value, decimals), decimals).rstrip("0")

    def percent(self, value: float, decimals: int = 0) -> str:
        """`9.7 %` from percentage points, with the space that SI and the CIS yearbooks put before the sign."""
        return f"{self.number(value, decimals)}{NO_BREAK}%"

    def signed_percent(self, value: float, decimals: int = 1) -> str:
        """`+3.0 %` or `−9.7 %`."""
        rounded = round(value, decimals) + 0.0  # no minus before a zero
        return ("+" if rounded > 0 else "") + self.percent(rounded, decimals)

    def signed(self, value: float, decimals: int = 0) -> str:
        """`+3`, `−2` or `0`: a difference."""
        rounded = round(value, decimals) + 0.0  # no minus before a zero
        return ("+" if rounded > 0 else "") + self.number(rounded, decimals)

    def range(self, lower: float, upper: float, decimals: int = 0) -> str:
        """`12–30`, and `−12 to 30` in words: a dash beside a minus is not seen."""
        low, high = self.number(lower, decimals), self.number(upper, decimals)
        return self.text("{low} to {high}", low=low, high=high) if lower < 0 else f"{low}–{high}"

    def short_date(self, day: date) -> str:
        """`01/03/2021`, `01.03.2021`: in figures, for the head of a column."""
        return f"{day:%d/%m/%Y}" if self.language == SOURCE_LANGUAGE else f"{day:%d.%m.%Y}"

    def date(self, day: date) -> str:
        """`1 March 2021`; in Turkmen `01.03.2021`, to which the endings of its cases fit without a rule."""
        return self.short_date(day) if self.language == "tk" else format_date(day, format="long", locale=self.cldr)

    def period(self, code: str) -> str:
        """`2021`, `Q2 2021` or `March 2021`."""
        part = period(code)
        match part.frequency:
            case "year":
                return code
            case "quarter":
                said = self.text("Q{quarter} {year}", quarter=code[-1], year=code[:4])
                return said.replace(" ", NO_BREAK).replace("-", HOLDING_HYPHEN)
            case "month":
                return format_date(part.start, format=MONTH.get(self.language, "LLLL y"), locale=self.cldr)

    def period_head(self, code: str) -> str:
        """The same, months short (`Mar 2021`), for the heads of many columns."""
        part = period(code)
        return f"{self.month_name(part.start.month)} {part.year}" if part.frequency == "month" else self.period(code)

    def month_name(self, number: int) -> str:
        """Short name of a month, 1 to 12."""
        return str(self.cldr.months["stand-alone"]["abbreviated"][number])

    def territory(self, code: str) -> str:
        """Name of a country by its alpha-2 code; the code itself where CLDR has no name."""
        return str(self.cldr.territories.get(code, code))

    def listing(self, items: list[str]) -> str:
        """`a, b and c`."""
        return format_list(items, locale=self.cldr)

    @property
    def name(self) -> str:
        """The language's own name."""
        return str(self.cldr.get_language_name()).capitalize()


def locale(language: str) -> Locale:
    """A fresh locale of a shipped language.

    Raises WrongArguments for a language without catalogue.
    """
    if language not in CLDR_IDS:
        raise WrongArguments(
            f"There are no texts in language '{language}'.", advice="Choose from " + ", ".join(CLDR_IDS) + "."
        )
    catalogue = None if language == SOURCE_LANGUAGE else catalogue_of(language)
    return Locale(language, Cldr.parse(CLDR_IDS[language]), catalogue)


@cache
def catalogue_of(language: str) -> Catalog:
    """The catalogue as its .po file holds it."""
    path = resources.files("reports") / "locales" / language / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as file:
        return read_po(file, locale=language)
