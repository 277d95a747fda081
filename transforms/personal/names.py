"""Names of persons in a text: which combination of words counts as one, in Latin, Cyrillic and Turkmen letters.

A single word is never a name: given names are words of every language, and a surname alone names a town as often. What
counts is one of
- a given name of the list beside a word with the ending of a surname (`Aýna Orazowa`, `Иванов, Иван`), or with
  initials and an ending (`Иванов И. И.`, `A. Annaýewa`);
- a patronymic beside any word in a capital, or beside a given name however it is written (`иван петрович`);
- a given name before a word of descent (`Бакыт кызы`, `Jasur o'g'li`), or one that is written together with it;
- two given names side by side that are no ordinary words (`Нурлан Айгуль`, `Mohammad Ali`);
- a word that introduces a name, then a word in a capital (`ФИО: Жумабек`, `зовут Айна`, `victim's name is Aman`).
Names of places, nationalities and months, and names behind `street`, `имени` or `адындагы`, are none. Names that none
of these words betray (a Vietnamese name, a surname alone) are not found; no list can promise that.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from transforms.country_names import alpha2_by_name, name_key
from transforms.personal.folding import folded
from transforms.personal.name_words import (
    DESCENT_ENDINGS,
    GIVEN_NAMES,
    NO_PATRONYMICS,
    NO_SURNAMES,
    NOT_SAID,
    PATRONYMIC_ENDINGS,
    STREET_WORDS,
    STRONG_SURNAME_ENDINGS,
    WEAK_SURNAME_ENDINGS,
    WORDS_TOO,
)

_APOSTROPHES = "'’‘ʻʼ`´"
_WORD = re.compile(rf"[^\W\d_]+(?:[{_APOSTROPHES}-][^\W\d_]+)*")
_BETWEEN = re.compile(r"^(?:,?\s{0,3}|_|;\s?|\s?/\s?)$")
_AFTER_INITIAL = re.compile(r"^\.?\s{0,2}$")
_PARTS = re.compile(rf"[{_APOSTROPHES}]")


def _folds(words: Sequence[str] | frozenset[str]) -> frozenset[str]:
    return frozenset(folded(word) for word in words)


_GIVEN = _folds(GIVEN_NAMES)
_WORDS_TOO = _folds(WORDS_TOO)
_NO_SURNAMES = _folds(NO_SURNAMES)
_NO_PATRONYMICS = _folds(NO_PATRONYMICS)
_STREET = _folds(STREET_WORDS)
_PATRONYMIC = tuple(_folds(PATRONYMIC_ENDINGS))
_DESCENT = tuple(_folds(DESCENT_ENDINGS))
_STRONG = tuple(_folds(STRONG_SURNAME_ENDINGS))
_WEAK = tuple(_folds(WEAK_SURNAME_ENDINGS))
_SHORTEST = 4
"""Letters of the shortest surname known by its ending; a stem before a patronymic or descent has three besides."""

_INTRODUCED = (
    r"(?:фио|ф\. ?и\. ?о\.?|фамилия|отчество|зовут|по имени|full name|first name|last name|surname|given name|"
    r"victim s name|victims name|her name|his name|person named|woman named|girl named|man named|boy named|"
    r"familiyasy|ady familiyasy|doly ady|аты-жони|аты жони|аты-жөні|аты жөні|фамилиясы|фамилияси|исми|ному насаб|"
    r"номи пурра|аты-жону|аты-жөнү|familiyasi|ismi)"
)
_AFTER_INTRODUCTION = re.compile(
    rf"(?:^|[^\w]){_INTRODUCED}(?:\s*[:=–—-]\s*|\s+(?:is|was|это)?\s*)(?P<name>[^\W\d_]{{3,}})"
)
_UNSAID = _folds(NOT_SAID)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Word:
    text: str
    key: str
    start: int
    end: int

    @property
    def is_capital(self) -> bool:
        return self.text[0].isupper()

    @property
    def is_initial(self) -> bool:
        return len(self.text) == 1 and self.text.isupper()

    @property
    def is_given(self) -> bool:
        return self.key in _GIVEN or any(part in _GIVEN for part in self.key.split("-"))

    @property
    def is_place(self) -> bool:
        return self.key in _NO_SURNAMES or name_key(self.text) in alpha2_by_name()

    @property
    def is_patronymic(self) -> bool:
        return self._ends(_PATRONYMIC, 3) and self.key not in _NO_PATRONYMICS

    @property
    def is_descent(self) -> bool:
        return self.key in _DESCENT

    @property
    def has_descent(self) -> bool:
        return self._ends(_DESCENT, 3)

    @property
    def is_strong(self) -> bool:
        return len(self.key) >= _SHORTEST and self._ends(_STRONG, 2) and not self.is_place

    @property
    def is_surname(self) -> bool:
        return self.is_strong or (len(self.key) > _SHORTEST and self._ends(_WEAK, 2) and not self.is_place)

    def _ends(self, endings: tuple[str, ...], stem: int) -> bool:
        parts = (self.key, *self.key.split("-")) if "-" in self.key else (self.key,)
        if not any(part.endswith(endings) for part in parts):
            return False
        return any(part.endswith(ending) and len(part) >= len(ending) + stem for part in parts for ending in endings)


def names_a_person(text: str) -> bool:
    """Whether a text holds what the rule of this module takes for the name of a person."""
    if _introduces(text):
        return True
    words = [
        _Word(text=found.group(), key=folded(_PARTS.sub("", found.group())), start=found.start(), end=found.end())
        for found in _WORD.finditer(text)
    ]
    return any(_is_name(text, words, place) for place in range(len(words)))


def _introduces(text: str) -> bool:
    plain = folded(re.sub(rf"[{_APOSTROPHES}]", " ", text))
    for found in _AFTER_INTRODUCTION.finditer(plain):
        word = found.group("name")
        if word in _UNSAID:
            continue
        written = re.search(rf"(?<!\w){re.escape(word)}(?!\w)", folded_keeping_length(text))
        if written and text[written.start()].isupper():
            return True
    return False


def folded_keeping_length(text: str) -> str:
    """The text folded letter by letter, so that places in it are those in the text."""
    return "".join(folded(letter)[:1] or letter for letter in text)


def _is_name(text: str, words: Sequence[_Word], place: int) -> bool:
    """Whether a name begins with the word at this place, as one of the forms of the module's docstring."""
    first = words[place]
    if _is_behind_street(words, place):
        return False
    following = words[place + 1] if place + 1 < len(words) else None
    if first.has_descent and first.is_capital and not first.is_place:
        return (following is not None and _are_beside(text, first, following) and following.is_capital) or (
            place > 0 and _are_beside(text, words[place - 1], first) and words[place - 1].is_capital
        )
    if following is None:
        return False
    if _has_initials(text, words, place):
        return True
    if not _are_beside(text, first, following) or not _are_written_alike(first, following):
        return False
    return _is_pair(first, following) or _is_pair(following, first)


def _is_pair(one: _Word, other: _Word) -> bool:
    """Whether two words side by side are a name, the first of them being what is asked about."""
    if one.is_patronymic:
        if other.is_given or other.is_strong:
            return True
        return one.is_capital and other.is_capital and len(other.key) > 2 and not other.is_place
    if not one.is_given:
        return False
    if other.is_descent and other.start > one.start:
        return True
    if not (one.is_capital and other.is_capital):
        return False
    if other.is_surname and not other.is_given:
        return True
    return (
        other.is_given
        and other.start > one.start
        and one.key != other.key
        and not {one.key, other.key} & _WORDS_TOO
        and not (one.is_place or other.is_place)
    )


def _has_initials(text: str, words: Sequence[_Word], place: int) -> bool:
    """`Иванов И.`, `Иванов И. И.`, `И. И. Иванов`, `A.Annaýewa`: one to two capitals and a surname."""
    first, second = words[place], words[place + 1]
    dotted = text[second.end : second.end + 1] == "."
    if second.is_initial and dotted and first.is_strong and first.is_capital and _are_beside(text, first, second):
        return True
    if not first.is_initial or text[first.end : first.end + 1] != ".":
        return False
    surname = second
    if second.is_initial and place + 2 < len(words):
        surname = words[place + 2]
        if not _AFTER_INITIAL.match(text[second.end : surname.start]):
            return False
    is_near = bool(_AFTER_INITIAL.match(text[first.end : second.start]))
    return is_near and surname.is_strong and surname.is_capital


def _are_beside(text: str, one: _Word, other: _Word) -> bool:
    return bool(_BETWEEN.match(text[one.end : other.start]))


def _are_written_alike(one: _Word, other: _Word) -> bool:
    """Both in Latin or both in Cyrillic letters: no name changes between them."""
    return (one.key[0] < "\u0250") == (other.key[0] < "\u0250")


def _is_behind_street(words: Sequence[_Word], place: int) -> bool:
    """Whether one of the two words before or the word right behind says that the name is that of a place."""
    near = words[max(0, place - 2) : place]
    return any(word.key in _STREET for word in near) or any(
        word.key in _STREET and not word.is_capital for word in words[place + 2 : place + 4]
    )


def _alternatives(words: Sequence[str] | frozenset[str]) -> str:
    return "|".join(sorted(map(re.escape, words)))


_EDGE = r"(?:[ ,.;:_/!?)»”\"\x{a0}\n\x{1f}-]|$)"
_BY_FATHER = _alternatives((*_PATRONYMIC, *_DESCENT))
NECESSARY = (
    rf"(?:{_alternatives(_GIVEN)}){_EDGE}",
    rf"(?:{_BY_FATHER}){_EDGE}|o[{_APOSTROPHES}]g[{_APOSTROPHES}]?li",
    rf"(?:{_alternatives(_STRONG)})[,; _\x{{a0}}]{{0,3}}\pL\.",
    rf"\pL\. ?(?:\pL\. ?)?\pL+(?:{_alternatives(_STRONG)}){_EDGE}",
    _INTRODUCED.replace(" s name", ".s name"),
)
"""Patterns (RE2) of which the folded text of every cell with a name fits one; together they would be slow."""
