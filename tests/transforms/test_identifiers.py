"""What identifies a person in a text and what only looks so, in Latin, Cyrillic and Turkmen letters."""

from __future__ import annotations

from functools import cache

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from transforms.country_names import country_names
from transforms.personal.birth_dates import are_births
from transforms.personal.folding import folded, folded_sql
from transforms.personal.numbers import NATIONAL_NUMBERS, is_number, national_numbers
from transforms.personal.texts import kinds_in, may_tell_sql, worth_a_look_sql
from transforms.sources.cells import accepted_codes
from transforms.sources.registry import profiles

NAMED = """
Иванов Иван Иванович | Иванов И.И. | И. И. Петров | И.Петров | Иванова, Мария | иванов иван иванович | ИВАНОВА МАРИЯ
жена — Мария Иванова, соседка | зовут Айна | ФИО: Жумабек | по имени Светлана | Фамилия: Бойко | Оксана Шевчук
Асанов Бакыт уулу | Бакыт кызы Айгуль | Мамедов Эльчин Гасан оглу | Назарбаева Айгүл | Абдрахманова Әсел
Каримова Дилноза Рустам қизи | Каримов Жасур Улуғбек ўғли | Рахмонзода Фаридун | Саидов Далер | Мехри Сапаровна
Гурбангулы Аннаев | Аннаева Огулджан | Ашот Саркисян | Давид Гелашвили | Нурлан Айгуль | Лариса Михайлівна
потерпевшую Ольгу Петровну, Ольга Петровна | Тимур Алиевич обещал работу | Ерлан Серікұлы | Пётр Сидоров-Ким
Aýna Orazowa | Orazow Aman | A. Annaýewa | Annaýewa A. | Aman Orazowiç | Ogulgerek Saparowna | Jeren Myradowa
Annagül Berdiýewa kömek sorady | ady familiýasy: Jeren | Meret Gurbanow | MERET GURBANOW | Aman Myradogly
Olena Kovalenko | Oksana Shevchuk | Ivanov_Ivan | Ivan Petrovich | Sergey Ivanov | Svetlana Tsoy, Svetlana Kim-Ivanova
Karimov Jasur Ulug‘bek o‘g‘li | Karimova Dilnoza | Jasur o'g'li | Rahmonov Daler | Aigul Nazarbayeva | Bakyt kyzy Aigul
victim's name is Aman | full name: Jeren | her name is Dilnoza | Mohammad Ali | Ashot Sargsyan | Giorgi Gelashvili
Elchin Mammadov | Ismail Magomedov | Aysel Aliyeva
"""
NUMBERED = """
паспорт 4508 123456 | 45 08 123456 | серия 45 08 № 123456 | I-AŞ 123456 | II-MR № 654321 | passport A1234567
СНИЛС 112-233-445 95 | страховой 112-233-445 95 | ИНН 500100732259 | ИИН 850312300141 | жсн: 850312300141
ПИН 21203198500123 | PINFL 31203850010029 | личный номер 3120385A001PB3 | документ AN 1234567
"""
BORN = """
12.03.1985 г.р. | род. 12.03.1985 | дата рождения: 1 мая 1990 | родился 5/6/1999 | родилась 1999-06-05 в селе
DOB 1985-03-12 | born on 12 March 1985 | date of birth: March 12, 1985 | doglan güni 12.03.1985 | 12.03.1985 doglan
туған күні 12.03.1985 | туулган 01.02.2003 | таваллуди 12.03.1985 | tug‘ilgan 12.03.1985 | народилася 12.03.1985
"""
HOUSED = """
ул. Ленина, д. 5, кв. 12 | улица Пушкина 10 | пр. Мира, дом 12, пр-т Мира 12 | мкр. Восток-5, дом 3 | дом 5 кв. 12
проезд 3, дом 7 | вул. Шевченка, 7 | Абай көшесі 12 | Навоий кўчаси 15 | кӯчаи Рӯдакӣ 12 | Манас көчөсү 40
Magtymguly köçesi, 12 | Görogly köçe, jaý 4 | mikroraýon 11, jaý 4, öý 23 | jaý 4, öý 23 | Navoiy ko‘chasi 15
12 Main Street | Baker Street 221 | 5th building, house 4 apt 7 | 10 Abay Avenue
"""
HARMLESS = """
Шереметьево | Новая | Ашгабат | Новая Зеландия | Ростов-на-Дону | Россия | Верховна Рада | Виновна | Мария | Иванов
ул. Ивана Франко | аэропорт Домодедово | январь 2023 | Министерство внутренних дел | работала в магазине
обещали работу в Москве | вернулась домой | Восточная Европа | Красный Крест | своими словами | Нурлан сам пришёл
школа имени Махтумкули | ул. А. Навоева | родилась в 1985 году | 1985 г.р. | ребёнок родился 2021 | улица, 5 человек
12.03.2021 обратилась | проект 2019 | дом 2 | в доме престарелых | Дети улицы 14 лет | работал 12 часов | ФИО: нет
Балканский велаят | Московская область | Республика Каракалпакстан | в 2020 вернулась | заплатили 500 р. 12.03.2021
имя неизвестно | фамилия: неизвестна | Қазақстан Республикасы | Жалал-Абад облусу | Тоҷикистон | Ўзбекистон
Сурхандарьинская область | основа | без документов, без денег | Киев и Львов | дело 12345 от 2022 | 5 потерпевших
Bishkek | Hanoi | Moscow | New York | Case Management | Trafficking for forced labour | Türkiýe | Papua New Guinea
Ministry of Labour | Saint Petersburg | SYNTHETIC | Victoria | case 12345 of 2022 | MIA-000123 | Transgender Feminine
onuň gyzy | Garagum etraby | Daşoguz welaýaty | Magtymguly şaýoly | Kiev | Maria interview | 30 years old | age 25
born 1990 | 2 victims on the street | on the street for 3 years | 12 cases in 2021 | sum 123 456 789 012 | name: unknown
2021-03-15 | 2021-03-15 10:30 | 12 345 678,50 | 123456789012 | a3f2c1d4e5b60718 | Steel and iron | kömek berdi
Aşgabat şäheri | iş wada berdi | first interview on 12.03.2021 | returned 5 March 2021 | Ahal | Viet Nam, Lao PDR
"""


def texts(table: str) -> list[str]:
    """The cells of a table that is drawn as a text."""
    return [cell.strip() for line in table.strip().splitlines() for cell in line.split("|")]


@cache
def _connection() -> duckdb.DuckDBPyConnection:
    return duckdb.connect()


def is_picked(cells: list[str]) -> list[bool]:
    """Whether the SQL of staging and of the closer look lets these cells through."""
    picked = f"{may_tell_sql('cell')} AND {worth_a_look_sql('cell', folded_sql('cell'))}"
    rows = _connection().execute(f"SELECT {picked} FROM (SELECT unnest(?::VARCHAR[]) AS cell)", [cells]).fetchall()
    return [bool(found) for (found,) in rows]


TELLING = {"name": NAMED, "number": NUMBERED, "birth_date": BORN, "address": HOUSED}
CASES = [(kind, text) for kind, table in TELLING.items() for text in texts(table)]


@pytest.mark.parametrize(("kind", "text"), CASES, ids=[text for _, text in CASES])
def test_what_identifies_a_person_is_found(kind: str, text: str) -> None:
    assert kind in kinds_in(text)


@pytest.mark.parametrize("text", texts(HARMLESS))
def test_what_only_looks_so_is_not(text: str) -> None:
    assert kinds_in(text) == frozenset()


def test_the_tables_are_long_enough_to_mean_something() -> None:
    assert len(CASES) >= 60 and len(texts(HARMLESS)) >= 60


def test_the_database_lets_through_every_cell_that_tells_of_a_person() -> None:
    told = [text for _, text in CASES]
    assert [text for text, picked in zip(told, is_picked(told), strict=True) if not picked] == []


def test_hashes_and_running_numbers_are_not_even_looked_at() -> None:
    assert not any(is_picked(["a3f2c1d4e5b60718", "MIA-000123", "SYNTHETIC", "2021-03-15", "Female", "17"]))


def test_no_country_and_no_code_of_a_contract_is_a_person() -> None:
    codes = {
        text
        for profile in profiles()
        for item in profile.fields
        for text in accepted_codes(item, profile.table.column(item.column))
    }
    assert {text for text in (*country_names(), *codes) if kinds_in(text)} == set()


@given(st.text(alphabet="abzABÝýşŞçžňäöüЁёЙйЎўҚқҲҳӢӣӮӯҶҷІіЇї '-0", max_size=30))
@settings(max_examples=150, deadline=None)
def test_texts_are_folded_in_the_database_as_in_python(text: str) -> None:
    assert _connection().execute(f"SELECT {folded_sql('?')}", [text]).fetchall() == [(folded(text),)]


def numbers_of(name: str, start: int, many: int = 40) -> list[str]:
    """Valid numbers of a kind, by trying the last digits of one that begins as numbers of the kind do."""
    kind = next(kind for kind in NATIONAL_NUMBERS if kind.name == name)
    return [digits for number in range(start, start + 100 * many) if is_number(digits := str(number), kind)][:many]


BEGINNINGS = {
    "KZ IIN": 850312300100, "KG PIN": 21203198500100, "UZ PINFL": 31203850010000, "RU SNILS": 11223344500,
    "RU INN": 500100732200, "UA RNOKPP": 3112300000, "TR kimlik": 10000000100,
}  # fmt: skip


@pytest.mark.parametrize("name", BEGINNINGS)
def test_a_column_of_national_numbers_is_found(name: str) -> None:
    numbers = numbers_of(name, BEGINNINGS[name])
    assert len(numbers) > 20 and national_numbers(numbers) >= set(numbers)


def test_running_numbers_of_the_same_length_are_not() -> None:
    for start in (100000000000, 20230115000000, 10000000000, 999000000000):
        assert national_numbers([str(start + 7 * step) for step in range(500)]) == frozenset()


@pytest.mark.parametrize(
    ("number", "name"),
    [
        ("500100732259", "RU INN"),
        ("11223344595", "RU SNILS"),
        ("10000000146", "TR kimlik"),
        ("3184710691", "UA RNOKPP"),
    ],
)
def test_published_examples_agree_with_their_check_digit_and_no_other_digit_does(number: str, name: str) -> None:
    kind = next(kind for kind in NATIONAL_NUMBERS if kind.name == name)
    agreeing = [last for last in "0123456789" if is_number(number[:-1] + last, kind)]
    assert agreeing == [number[-1]]


def test_days_are_births_where_most_lie_decades_back_and_differ() -> None:
    assert are_births(10, 9, 10)
    assert not are_births(10, 3, 10) and not are_births(100, 100, 1) and not are_births(0, 0, 0)
