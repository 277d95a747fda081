"""The words of the catalogues follow the glossary of the project, and their grammar is checked where it can be."""

from __future__ import annotations

import re
import tomllib
from importlib import resources

import pytest
from babel.messages.catalog import Message

from reports.locale import catalogue_of

GLOSSARY = tomllib.loads(resources.files("reports.locales").joinpath("glossary.toml").read_text("utf-8"))["terms"]
NOT_ENGLISH = ("ru", "tk")

DECLINED = {
    ("карточка", "карточки", "карточек"),
    ("страна", "страны", "стран"),
    ("жертва", "жертвы", "жертв"),
    ("выявленная", "выявленные", "выявленных"),
    ("идентифицированная", "идентифицированные", "идентифицированных"),
    ("предполагаемая", "предполагаемые", "предполагаемых"),
    ("зарегистрированная", "зарегистрированные", "зарегистрированных"),
    ("число", "числа", "чисел"),
    ("строка", "строки", "строк"),
    ("байт", "байта", "байт"),
    ("запись", "записи", "записей"),
    ("записи", "записях", "записях"),
    ("место", "места", "мест"),
    ("страна", "страны", "стран"),
    ("стране", "странах", "странах"),
    ("значение", "значения", "значений"),
    ("день", "дня", "дней"),
    ("итог", "итога", "итогов"),
    ("человек", "человека", "человек"),
    ("текст", "текста", "текстов"),
    ("месяц", "месяца", "месяцев"),
    ("ряд", "ряда", "рядов"),
    ("раз", "раза", "раз"),
    ("квартал", "квартала", "кварталов"),
    ("год", "года", "лет"),
    ("формулы", "формул", "формул"),
    ("период", "периода", "периодов"),
    ("периода", "периодов", "периодов"),
    ("списке", "списках", "списках"),
    ("строке", "строках", "строках"),
    # an adjective before a noun in the nominative, and words after a preposition that asks for the genitive
    ("опубликованный", "опубликованных", "опубликованных"),
    ("пересмотренное", "пересмотренных", "пересмотренных"),
    ("числа", "чисел", "чисел"),
    ("одинаковой", "одинаковых", "одинаковых"),
    ("показателя", "показателей", "показателей"),
    ("мера", "меры", "мер"),
    ("меры", "мер", "мер"),
    ("поставки", "поставок", "поставок"),
    ("поставка", "поставки", "поставок"),
    ("обстоятельство", "обстоятельства", "обстоятельств"),
    ("письмо", "письма", "писем"),
    ("выпуск", "выпуска", "выпусков"),
    ("прежний", "прежних", "прежних"),
    ("черновик", "черновика", "черновиков"),
    ("адресу", "адресам", "адресам"),
    ("профиль", "профиля", "профилей"),
    ("выгрузка", "выгрузки", "выгрузок"),
    ("библиотека", "библиотеки", "библиотек"),
    ("от", "от", "от"),
    ("из", "из", "из"),
}
"""Words after a number in Russian: with 1, with 2 to 4, with 5 and more. A new triple is added when it was read."""

NUMBERS_AND_DAYS = frozenset(
    {
        "n",
        "all",
        "read",
        "high",
        "low",
        "lower",
        "upper",
        "first",
        "last",
        "most",
        "oldest",
        "step",
        "date",
        "day",
        "withdrawn",
    }
    | {"earlier", "before", "size", "known", "now", "countries", "file", "tables", "manifest", "withdrawn"}
    | {"smallest", "largest"}
)
"""Parameters that take any case unchanged: numbers, days, names of files."""
_ASKING = "в|во|из|к|ко|о|об|от|до|для|с|со|на|по|при|без|у|над|под|между|после|перед"
"""Russian prepositions that ask for a case; a name in the nominative cannot stand behind one."""


AS_IT_STANDS = re.compile(r"`[^`]*`|\{\w+\}")
"""Commands, which every language types alike, and the names of parameters."""


def texts(message: Message) -> tuple[str, str]:
    """English and translation, the forms of a plural joined."""
    both = (message.id, message.string)
    english, translated = (" / ".join(part) if isinstance(part, tuple | list) else str(part) for part in both)
    return english, translated


@pytest.mark.parametrize("language", NOT_ENGLISH)
@pytest.mark.parametrize("term", GLOSSARY)
def test_a_term_is_translated_by_its_word(language: str, term: str) -> None:
    word = re.compile(rf"\b{term}(?:s|es)?\b", re.IGNORECASE)
    stems = GLOSSARY[term][language]
    found = [pair for pair in map(texts, catalogue_of(language)) if word.search(AS_IT_STANDS.sub("", pair[0]))]
    assert found, "a term that no text uses is none"
    other = [pair for pair in found if not any(stem in pair[1].casefold() for stem in stems)]
    assert other == []


def test_every_term_says_what_it_means_and_has_both_languages() -> None:
    for term, entry in GLOSSARY.items():
        assert set(entry) == {"means", "ru", "tk"}, term
        assert all(stem == stem.casefold() for language in NOT_ENGLISH for stem in entry[language]), term


def test_russian_words_after_a_number_are_declined() -> None:
    found = {}
    for message in catalogue_of("ru"):
        if message.id and isinstance(message.id, tuple | list):
            words = tuple((re.findall(r"\{n\}\s+(\w+)", form) or [""])[0] for form in message.string)
            found[words] = message.string[0]
    found.pop(("", "", ""), None)  # the number stands at the end
    assert len(found) > 10
    assert {words: text for words, text in found.items() if words not in DECLINED} == {}


def test_no_name_stands_behind_a_russian_preposition_that_would_bend_it() -> None:
    place = re.compile(rf"\b(?:{_ASKING})\s+\{{(\w+)\}}", re.IGNORECASE)
    bent = [
        texts(message)[1]
        for message in catalogue_of("ru")
        if message.id and set(place.findall(texts(message)[1])) - NUMBERS_AND_DAYS
    ]
    assert bent == []


@pytest.mark.parametrize("language", NOT_ENGLISH)
def test_a_translation_is_in_the_letters_of_its_language(language: str) -> None:
    """A Latin letter in a Russian word, or a Cyrillic one in a Turkmen word, looks right and cannot be found."""
    mixed = re.compile(r"[a-zA-Z][а-яёА-ЯЁ]|[а-яёА-ЯЁ][a-zA-Z]")
    foreign = re.compile(r"[а-яёА-ЯЁ]") if language == "tk" else mixed
    wrong = []
    for message in catalogue_of(language):
        english, translated = texts(message)
        words = [word for word in re.findall(r"\w+", re.sub(r"\{\w+\}", " ", translated)) if word not in english]
        wrong += [word for word in words if foreign.search(word)]
    assert wrong == []
