"""Languages: formats, plural rules, complete catalogues, and visible fallback."""

from __future__ import annotations

from datetime import date
from string import Formatter

import pytest
from babel.messages.catalog import Catalog

from reports import words
from reports.locale import CLDR_IDS, Locale, catalogue_of, locale
from reports.locales.__main__ import gathered
from transforms.codes import CODE_LISTS
from transforms.errors import WrongArguments
from transforms.indicators.caveats import CAVEATS


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


def test_numbers_dates_and_periods_follow_the_language() -> None:
    en, ru, tk = (locale(language) for language in ("en", "ru", "tk"))
    assert en.number(48968) == "48,968"
    assert ru.number(48968) == "48\u00a0968"
    assert en.signed_percent(-9.741) == "\u22129.7\u00a0%"
    assert ru.signed_percent(-9.741) == "\u22129,7\u00a0%"
    assert en.date(date(2021, 3, 1)) == "1 March 2021"
    assert ru.date(date(2021, 3, 1)) == "1 марта 2021\u202fг."
    assert en.period("2021-Q2") == "Q2\u00a02021"
    assert ru.period("2021-Q2") == "2‑й\u00a0кв.\u00a02021\u00a0г."
    assert tk.period("2021-Q2") == "2021,\u00a02‑nji\u00a0çärýek"
    assert (tk.date(date(2021, 3, 1)), tk.period("2021-03")) == ("01.03.2021", "mart 2021")
    assert (ru.period("2021-03"), en.period_head("2021-03"), tk.period_head("2021")) == (
        "март 2021", "Mar 2021", "2021",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (1, "1 идентифицированная жертва"),
        (3, "3 идентифицированные жертвы"),
        (11, "11 идентифицированных жертв"),
        (21, "21 идентифицированная жертва"),
        (112, "112 идентифицированных жертв"),
    ],
)
def test_russian_takes_the_right_plural(number: int, said: str) -> None:
    assert locale("ru").plural(*words.VICTIMS_IN_A_SENTENCE["victims_identified"], number) == said


def test_a_text_without_translation_is_english_and_remembered() -> None:
    bare = Locale("tk", locale("tk").cldr, Catalog(locale="tk"))
    assert bare.text("Debt bondage") == "Debt bondage"
    assert bare.untranslated == {"Debt bondage"}
    assert locale("tk").untranslated == set()


def test_a_language_without_catalogue_is_refused() -> None:
    with pytest.raises(WrongArguments):
        locale("fr")


@pytest.mark.parametrize("language", [name for name in CLDR_IDS if name != "en"])
def test_catalogues_hold_every_text_and_no_dead_one(language: str) -> None:
    wanted = {m.id if isinstance(m.id, str) else m.id[0] for m in gathered() if m.id}
    held = {m.id if isinstance(m.id, str) else m.id[0] for m in catalogue_of(language) if m.id}
    assert held == wanted, "run: make messages"


@pytest.mark.parametrize("language", [name for name in CLDR_IDS if name != "en"])
def test_every_text_is_translated(language: str) -> None:
    held = [m for m in catalogue_of(language) if m.id]
    assert [m.id for m in held if not (all(m.string) if isinstance(m.string, tuple) else m.string)] == []
    assert [m.id for m in held if m.fuzzy] == []


def test_a_change_that_rounds_to_nothing_has_no_sign() -> None:
    assert locale("en").signed_percent(-0.2, 0) == locale("en").signed_percent(0.3, 0) == "0\u00a0%"


def test_a_difference_has_its_sign_and_a_head_of_a_column_a_short_date() -> None:
    en, ru, tk = (locale(language) for language in ("en", "ru", "tk"))
    assert [en.signed(value) for value in (1200, -3, 0, -0.2)] == ["+1,200", "\u22123", "0", "0"]
    assert ru.signed(-0.125, 2) == "\u22120,12" and tk.signed(0.5, 1) == "+0,5"
    assert [one.short_date(date(2021, 3, 1)) for one in (en, ru, tk)] == ["01/03/2021", "01.03.2021", "01.03.2021"]


@pytest.mark.parametrize("language", [name for name in CLDR_IDS if name != "en"])
def test_translations_keep_the_placeholders(language: str) -> None:
    for message in catalogue_of(language):
        if not message.id or not message.string:
            continue
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        strings = message.string if isinstance(message.string, tuple) else (message.string,)
        for string in filter(None, strings):
            assert fields(string) == fields(ids[-1]), message.id


@pytest.mark.parametrize("language", [name for name in CLDR_IDS if name != "en"])
def test_every_code_label_has_a_word(language: str) -> None:
    words_of = locale(language)
    for codes in CODE_LISTS:
        for label in (codes.label, *(code.label for code in codes.by_value.values())):
            words_of.text(label)
    assert words_of.untranslated == set()


def test_every_caveat_of_the_indicators_has_its_sentence_here() -> None:
    assert {caveat.key: caveat.text for caveat in CAVEATS} == words.CAVEATS
