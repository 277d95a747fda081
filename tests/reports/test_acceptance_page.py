"""The acceptance page: what a clerk reads in three languages, and what never stands on it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from html import unescape
from html.parser import HTMLParser

import pytest

from reports.acceptance import acceptance_page, verdict
from reports.acceptance_problems import ranges
from reports.contract_words import CONTRACTS
from reports.locale import CLDR_IDS, locale
from reports.rules import OTHER, RULES, rule_words
from transforms.acceptance import (
    FAMILIES,
    Acceptance,
    Anonymity,
    Blanks,
    ChangedYears,
    Comparison,
    Mismatch,
    Problem,
    Revision,
    Sums,
    Suspect,
    Timeliness,
    Total,
    UnknownCode,
)
from transforms.errors import FileRejected, IdentifierFound
from transforms.messages import Message, counted, said
from transforms.small_groups import QUASI_IDENTIFIERS, TOLD

REVISED = (
    Revision(
        series="persons_suspected",
        area="TM",
        period="2022-Q3",
        breakdown=(("sex", "female"), ("category", "residence=urban;age=Y15T24")),
        before=6,
        now=1.25,
    ),
    Revision(series="my_own_series", area="XX-3", period="2022", breakdown=(), before=48_968, now=None),
)
YEARS = ChangedYears(first=2016, last=2022, added=0, gone=7, changed=1)
HOSTILE = '<script>alert("x")</script>'
LANGUAGES = tuple(CLDR_IDS)

MISMATCHES = (
    Mismatch(
        dimension="sex",
        series="persons_convicted",
        unit="person",
        period="2022-Q2",
        area="TM",
        total=(0.0, 4.0),
        parts=(1205.0, 1209.0),
        difference=1201.0,
        within=(("age_class", "adult"),),
        category=f"purpose={HOSTILE}",
    ),
    Mismatch(
        dimension="age_group",
        series="population",
        unit="person",
        period="2022",
        area="TM-A",
        total=(5000.5, 5000.5),
        parts=(4000.0, 4000.0),
        difference=-1000.5,
        within=(("sex", "female"), ("age_group", "0-4")),
    ),
)


def problem(family: str, rule: str = "", count: int = 1, **more: object) -> Problem:
    """A problem of a family with plain words for everything that is not given."""
    given = {
        "rule": rule or f"{family}:sex",
        "family": family,
        "column": "sex",
        "count": count,
        "cells": ("J7",),
        "letters": ("J",),
        "spans": ((7, 7 + count - 1),),
        "expected": said("one of {codes}", codes="Feminine, Masculine"),
    }
    return Problem(**{**given, **more})  # type: ignore[arg-type]  # names of its fields


def report(**changes: object) -> Acceptance:
    """A partly accepted list of cases with everything that a report can say."""
    given = Acceptance(
        file_name="case_register_NGO_2023-07-20.csv",
        sha256="5d77" * 16,
        size_bytes=164_600,
        source="case_register",
        source_title="National register of cases",
        contract_version="1",
        verdict="partly accepted",
        received_on=date(2023, 7, 21),
        vintage_id=2,
        vintage_date=date(2023, 7, 20),
        years=(2016, 2023),
        rows_read=697,
        rows_accepted=689,
        rows_quarantined=8,
        problems=tuple(problem(family) for family in FAMILIES),
        remarks=(said("Columns that the contract does not know were left out: {columns}.", columns="note"),),
        timeliness=Timeliness(
            period="2023-Q2", due=date(2023, 7, 25), next_period="2023-Q3", next_due=date(2023, 10, 25)
        ),
        comparison=Comparison(
            earlier=date(2023, 4, 20),
            before=668,
            added=28,
            gone=7,
            changed=1,
            totals=(Total(series="persons_convicted", unit="person", year=2022, before=10, now=12),),
            revised=REVISED,
            more_revised=3,
            flagged=2,
            years=(ChangedYears(first=2023, last=2023, added=28, gone=0, changed=0), YEARS),
        ),
        blanks=Blanks(figures=60, zeros=3, not_reported=2, confidential=1),
        sums=Sums(checked=31, partial=3, mismatches=MISMATCHES, more=4, rounded_to=100.0),
        marked_copy=(said("It repeats what the file holds and is meant for its sender only."),),
        anonymity=Anonymity(
            by=tuple(QUASI_IDENTIFIERS),
            k=1,
            least=5,
            records_below=21,
            records_alone=9,
            told=TOLD,
            different=1,
            records_told=17,
        ),
    )
    return replace(given, **changes)  # type: ignore[arg-type]  # names of its fields


def shown(found: Acceptance, language: str = "en") -> str:
    """The words of the page without markup."""
    html = acceptance_page(found, language)
    body = html[html.index("<body") :]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).replace("\u2060", "").replace("\u00a0", " ").split())


class Outline(HTMLParser):
    """Levels of headings, ids and targets of links, and the language of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.levels: list[int] = []
        self.ids: list[str] = []
        self.targets: list[str] = []
        self.language = ""
        self.sources: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if re.fullmatch("h[1-6]", tag):
            self.levels.append(int(tag[1]))
        if found := given.get("id"):
            self.ids.append(found)
        if tag == "a":
            self.targets.append(given.get("href") or "")
        if tag == "html":
            self.language = given.get("lang") or ""
        if "src" in given or tag in ("script", "iframe", "object"):
            self.sources.append(tag)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_of_the_page_is_translated(language: str) -> None:
    html = acceptance_page(report(), language)
    assert "not translated" not in html and "не перевед" not in html
    here = locale(language)
    for words in (*RULES.values(), OTHER):
        for text in (words.title, words.rule, words.cause):
            assert here.text(text)
    for text in CONTRACTS:
        assert here.message(Message(id=text))
    assert here.untranslated == set()


def test_every_family_of_rules_has_its_words() -> None:
    assert set(RULES) == set(FAMILIES)
    assert rule_words("a rule of my own") is OTHER


@pytest.mark.parametrize("language", LANGUAGES)
def test_headings_are_in_order_and_links_lead_somewhere(language: str) -> None:
    outline = Outline(acceptance_page(report(), language))
    assert outline.language == language
    assert outline.levels[0] == 1 and outline.levels.count(1) == 1
    assert all(after - before <= 1 for before, after in zip(outline.levels, outline.levels[1:], strict=False))
    assert len(outline.ids) == len(set(outline.ids))
    assert {target.removeprefix("#") for target in outline.targets} <= set(outline.ids)
    assert outline.sources == []


def test_the_page_says_what_was_taken_what_to_do_and_by_when() -> None:
    text = shown(report())
    assert "Partly accepted 8 rows were set aside; 689 of 697 rows were taken." in text
    assert "Send it by 25 July 2023." in text
    assert "The file answers for Q2 2023, due by 25 July 2023: it came in time." in text
    assert "Check: 689 + 8 = 697." in text
    assert "Years covered 2016–2023" in text
    assert "Added 28 Gone 7 Changed 1 Now 689" in text
    assert "Persons convicted 2022 10 12 +2" in text


def test_revised_figures_are_listed_in_words_with_what_is_not_listed() -> None:
    text = shown(report())
    assert "Persons suspected (female, residence: urban, age: Y15T24) Turkmenistan, Q3 2022 6 1.25" in text
    assert "My own series XX-3, 2022 48,968 –" in text
    assert "3 more revised figures are not listed." in text
    assert "2 figures kept their value and changed only their status" in text
    assert "Подозреваемые (женщины, residence" in shown(report(), "ru") and "1,25" in shown(report(), "ru")


def test_figures_that_only_changed_their_status_make_no_table() -> None:
    found = report()
    assert found.comparison is not None
    html = acceptance_page(replace(found, comparison=replace(found.comparison, revised=(), flagged=1)), "en")
    assert 'id="revised"' not in html and "1 figure kept its value" in html


def test_changed_records_are_told_by_years_and_without_a_key_not_as_changed() -> None:
    text = shown(report())
    assert "Added Gone Changed 2023 28 0 0 2016–2022 0 7 1" in text
    found = report()
    assert found.comparison is not None
    keyless = replace(found, comparison=replace(found.comparison, changed=None))
    assert "Added Gone 2023 28 0 2016–2022 0 7" in shown(keyless)


def test_a_file_that_can_single_persons_out_says_how_many_and_that_it_stays_inside() -> None:
    text = shown(report())
    assert "21 records stand out, because fewer than 5 are alike." in text
    assert "The file therefore stays inside the office" in text
    assert "Sex, age group, citizenship, month of registration and form of exploitation" in text
    assert "Smallest group of like records (k) 1 Records in groups of fewer than 5 21 of 689" in text
    assert "Records that no other is like 9" in text
    assert "In 17 records the form of exploitation can be read off by whoever knows sex, age group, citizenship" in text
    assert "alike in the others (l): form of exploitation 1" in text
    assert "Выделяется 21 запись" in shown(report(), "ru")


def test_a_list_in_which_nobody_stands_out_says_so_and_stays_guarded() -> None:
    found = Anonymity(
        by=tuple(QUASI_IDENTIFIERS), k=7, least=5, records_below=0, records_alone=0,
        told=TOLD, different=2, records_told=0,
    )  # fmt: skip
    text = shown(report(anonymity=found))
    assert "The form of exploitation cannot be read off by knowing sex, age group, citizenship" in text
    assert "alike in the others (l): form of exploitation 2" in text
    assert "No record stands out: each is one of at least 7 that are alike." in text
    assert "before you pass the file on" in text and "stays inside the office" not in text
    assert "Can a person be recognised?" not in shown(report(anonymity=None))


@pytest.mark.parametrize(
    ("value", "in_english", "in_russian"),
    [
        (5_654_000, "5,654,000", "5 654 000"),
        (0.0641, "0.0641", "0,0641"),
        (10.666667, "10.7", "10,7"),
        (2.5, "2.5", "2,5"),
    ],
)
def test_a_figure_has_the_decimals_it_needs(value: float, in_english: str, in_russian: str) -> None:
    assert locale("en").figure(value) == in_english
    assert locale("ru").figure(value).replace("\u00a0", " ") == in_russian


def test_a_word_in_a_message_is_said_in_its_language() -> None:
    told = said("Columns that the contract does not know were left out: {columns}.", columns=said("persons"))
    assert str(told).endswith(": persons.") and locale("ru").message(told).endswith(": человек.")


@pytest.mark.parametrize(
    ("received", "says"),
    [
        (date(2023, 7, 25), "Send it by 25 July 2023."),
        (
            date(2023, 7, 26),
            "Send it as soon as possible, at the latest before the next deadline, 25 October 2023.",
        ),
        (date(2024, 1, 1), "Send it as soon as you can."),
    ],
)
def test_a_correction_is_asked_for_by_the_next_open_deadline(received: date, says: str) -> None:
    assert says in shown(report(received_on=received))


@pytest.mark.parametrize(("language", "says"), [("ru", "как можно скорее"), ("tk", "mümkin boldugyça çalt")])
def test_a_correction_after_its_deadline_is_asked_for_at_once_in_each_language(language: str, says: str) -> None:
    assert says in shown(report(received_on=date(2023, 7, 26)), language)


def test_a_rejected_file_is_told_by_when_to_send_the_right_one() -> None:
    refused = report(verdict="rejected", vintage_id=None, vintage_date=None, received_on=date(2023, 7, 26))
    text = shown(refused)
    assert "at the latest before the next deadline, 25 October 2023" in text and "The file answers for" not in text


def test_a_late_file_is_told_how_late() -> None:
    late = shown(report(vintage_date=date(2023, 7, 27)), "ru")
    assert "Опоздание: 2 дня." in late and "2023 г. Опоздание" in late.replace("\u202f", " ")


def test_without_deadlines_no_day_is_invented() -> None:
    text = shown(report(timeliness=None))
    assert "Send it as soon as you can." in text and "The file answers for" not in text


def test_the_three_gravest_problems_come_first_only_where_there_are_more() -> None:
    few = report(problems=(problem("empty"), problem("order", rule="event_after_registration")))
    assert "The three gravest problems" not in shown(few)
    many = report(problems=(problem("empty"), problem("pattern", count=9), problem("order"), problem("ragged_row")))
    text = shown(many)
    gravest = text[text.index("The three gravest problems") : text.index("All problems")]
    assert re.findall(r"(\d+) rows?", gravest)[0] == "9"
    assert "too few or too many cells" in gravest


def test_a_problem_says_where_why_and_what_is_right() -> None:
    text = shown(report(problems=(problem("unknown_code", count=3, spans=((7, 9), (14, 14)), more_spans=2),)))
    assert "Column J , “sex”" in text
    assert "Rows of the file 7–9, 14 and 2 more places (3 rows)" in text
    for words in ("The rule", "Likely cause", "A right value one of Feminine, Masculine", "unknown_code:sex"):
        assert words in text


def test_figures_of_a_form_are_named_by_their_cells() -> None:
    found = problem("not_a_number", count=2, cells=("C9", "E10"), letters=("C", "E"), column="Значение")
    text = shown(report(unit="figure", problems=(found,)))
    assert "Cells C9, E10 (2 figures)" in text and "8 figures were set aside" in text


def test_unknown_codes_of_an_aggregate_come_with_the_closest_known_one() -> None:
    found = problem("unknown_code", unknown=(UnknownCode(value="женшины", count=7, closest="женщины"),))
    assert "женшины 7 женщины" in shown(report(problems=(found,)))


@pytest.mark.parametrize(
    ("number", "said_in_russian"),
    [
        (1, "Отложена 1 строка"),
        (3, "Отложены 3 строки"),
        (11, "Отложено 11 строк"),
        (21, "Отложена 21 строка"),
        (112, "Отложено 112 строк"),
    ],
)
def test_russian_takes_the_right_plural(number: int, said_in_russian: str) -> None:
    found = report(rows_read=1000, rows_accepted=1000 - number, rows_quarantined=number)
    assert verdict(found, locale("ru"))[1].startswith(said_in_russian)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("state", ["accepted", "accepted with remarks", "rejected", "already loaded"])
def test_every_verdict_has_its_page(language: str, state: str) -> None:
    found = report(verdict=state, problems=(), rows_accepted=697, rows_quarantined=0)
    word, text = verdict(found, locale(language))
    assert f"{word} {text}" in shown(found, language)


def test_a_refused_file_says_why_and_what_to_do() -> None:
    refusal = FileRejected(
        said("{file} is empty.", file="a.csv"),
        advice=said("`tip-trends sources {source}` lists the columns.", source="x"),
    )
    found = report(
        verdict="rejected", reason=refusal.reason, remedy=refusal.remedy, problems=(), rows_read=0, comparison=None
    )
    html = acceptance_page(found, "ru")
    assert "Файл a.csv пуст." in html and "<code>tip-trends sources x</code>" in html
    assert "Предыдущего файла" not in html


def test_a_file_with_identifiers_has_no_name_and_no_value_on_its_page() -> None:
    found = Acceptance(
        file_name="",
        sha256="ab" * 32,
        size_bytes=900,
        source="",
        verdict="rejected",
        received_on=date(2023, 7, 21),
        rule="direct_identifiers",
        reason=(said("The file holds data that identify persons. Nothing of its content was kept."),),
        suspects=(Suspect(letter="X", header="фамилия"), Suspect(letter="V", header="remark", spans=((5, 6),))),
    )
    text = shown(found)
    assert "Column X, “фамилия”" in text and "Column V, “remark” : rows 5–6" in text
    assert "ab" * 32 in text and "900 bytes" in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_a_supplier_wrote_is_never_markup(language: str) -> None:
    unknown = (UnknownCode(value=HOSTILE, count=1, closest=HOSTILE),)
    found = report(
        file_name=HOSTILE,
        sheet=HOSTILE,
        source_title=HOSTILE,
        source="mine",
        remarks=(said("Columns that the contract does not know were left out: {columns}.", columns=HOSTILE),),
        problems=(problem("unknown_code", column=HOSTILE, expected=Message(id=HOSTILE), unknown=unknown),),
    )
    html = acceptance_page(found, language)
    assert "<script" not in html and "alert(&#34;x&#34;)" in html


def test_braces_and_percents_in_a_text_of_a_profile_are_left_alone() -> None:
    text = "text of the form [A-Z]{2} 100% {n}"
    for language in LANGUAGES:
        assert text in shown(report(problems=(problem("pattern", expected=Message(id=text)),)), language)


def test_a_text_that_no_catalogue_holds_is_shown_in_english_and_said_so() -> None:
    found = report(problems=(problem("pattern", expected=Message(id="my own form")),))
    assert "my own form" in shown(found, "ru")
    assert "1 текст" in shown(found, "ru") and "1 text of this page" not in shown(found)


def test_turkmen_awaits_a_native_reader() -> None:
    assert "garalama" in shown(report(), "tk")
    assert "draft" not in shown(report()) and "черновик" not in shown(report(), "ru")


def test_a_trial_and_invented_data_say_so() -> None:
    text = shown(report(is_trial=True, is_synthetic=True))
    assert "This was a trial" in text and text.count("SYNTHETIC") == 1


def test_row_numbers_are_ranges_without_grouping() -> None:
    here = locale("ru")
    assert ranges(((7, 9), (14, 14), (46556, 46557)), 0, here) == "7–9, 14, 46556–46557"
    assert ranges(((1, 1),), 2, here) == "1 и ещё 2 места"


def test_a_message_is_english_by_itself_and_keeps_its_parameters_when_an_error_is_pickled() -> None:
    import pickle

    assert str(counted("{n} row is wrong", "{n} rows are wrong", 1)) == "1 row is wrong"
    assert str(counted("{n} row is wrong", "{n} rows are wrong", 2)) == "2 rows are wrong"
    refusal = IdentifierFound(said("{file} is empty.", file="a"), advice="Send it.")
    again = pickle.loads(pickle.dumps(refusal))  # noqa: S301  our own bytes
    assert (again.message, again.advice, again.reason) == ("a is empty.", "Send it.", refusal.reason)
    assert type(again) is IdentifierFound


def test_a_number_and_a_day_are_written_as_the_language_writes_them() -> None:
    told = said("{file} has {rows} rows on {day}", file="a", rows=46556, day=date(2023, 5, 30))
    assert locale("en").message(told) == "a has 46,556 rows on 30 May 2023"
    assert str(told) == "a has 46556 rows on 2023-05-30"


def test_totals_that_do_not_agree_are_listed_with_their_group_and_by_how_much() -> None:
    words = shown(report())
    assert "31 totals were compared with their parts" in words and "For 3 of them not all parts are reported" in words
    assert "rounded to 100" in words and "4 more lines are not listed." in words
    assert "Persons convicted: Turkmenistan, Q2 2022, Adults (18 and over), purpose=" in words
    assert "(Sex) 0–4 1,205–1,209 +1,201" in words
    assert "Population: TM-A, 2022, Female, 0–4 (Age group) 5,000.5 4,000.0 −1,000.5" in words
    russian = shown(report(sums=Sums(checked=22, partial=0)), "ru")
    assert "Сопоставлены с составными частями 22 итога" in russian and "Расхождений нет." in russian
    assert "Sums and totals" not in shown(report(sums=None))
    assert "<script" not in acceptance_page(report(), "en")
