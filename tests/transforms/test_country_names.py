"""Names of countries in seven languages: each resolves to its code, none is guessed."""

from __future__ import annotations

import csv
from pathlib import Path

import duckdb
import pytest

from transforms.areas import country_codes
from transforms.country_names import (
    AMBIGUOUS,
    VARIANTS,
    alpha2_by_name,
    country_names,
    country_of,
    name_key,
    name_key_sql,
)

EXCEPTIONS = {("kk", "CD")}
"""Names that one language gives to one country and others to two: Kazakh says Конго for DR Congo alone."""


@pytest.mark.parametrize("language", ["en", "ru", "tk", "kk", "uz", "tg", "ky"])
def test_every_iso_name_resolves_to_its_code(shared_data: Path, language: str) -> None:
    with (shared_data / "iso_countries" / f"country_{language}.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == 249
    wrong = {(language, row["id"]) for row in rows if country_of(row["value"]) != row["id"]}
    assert wrong == {pair for pair in EXCEPTIONS if pair[0] == language}


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Россия", "RU"), ("Российская Федерация", "RU"), ("РФ", "RU"), ("Russian Federation", "RU"),
        ("Türkiýe", "TR"), ("Turkey", "TR"), ("ТУРЦИЯ", "TR"), ("Türkmenistan", "TM"), ("Туркмения", "TM"),
        ("Кыргызстан", "KG"), ("Киргизия", "KG"), ("Кыргызская  Республика", "KG"), ("Gyrgyzystan", "KG"),
        ("O'zbekiston", "UZ"), ("Oʻzbekiston", "UZ"), ("Қазақстан", "KZ"), ("Тоҷикистон", "TJ"),
        ("ОАЭ", "AE"), ("Иран", "IR"), ("Côte d’Ivoire", "CI"), ("Cote d'Ivoire", "CI"),
        ("Конго - Киншаса", "CD"), ("Конго-Киншаса", "CD"), ("TM", "TM"), ("TKM", "TM"), ("XX", "XX"), ("UK", "GB"),
    ],
)  # fmt: skip
def test_names_that_offices_write_are_known(name: str, code: str) -> None:
    assert country_of(name) == code


@pytest.mark.parametrize(
    "name", ["Конго", "Congo", "Корея", "no", "na", "Средняя Азия", "СССР", "3 туркмена", "Turkmeniztan", "", "ZZ"]
)
def test_what_names_no_one_country_resolves_to_none(name: str) -> None:
    assert country_of(name) is None


def test_no_name_stands_for_two_countries_and_every_country_has_one() -> None:
    known = alpha2_by_name()
    assert set(known.values()) == country_codes()
    assert AMBIGUOUS.isdisjoint(known)
    assert [(code, name) for code, names in VARIANTS.items() for name in names if country_of(name) != code] == []


def test_the_database_compares_names_as_python_does() -> None:
    names = [*country_names(), "İran", "ЁЁ", "  Türkiýe ", "d’Ivoire", "США", "UK", "Uk"]
    with duckdb.connect() as con:
        con.execute("CREATE TABLE named (place INTEGER, name VARCHAR)")
        con.executemany("INSERT INTO named VALUES (?, ?)", list(enumerate(names)))
        keys = [key for (key,) in con.execute(f"SELECT {name_key_sql('name')} FROM named ORDER BY place").fetchall()]
    known = alpha2_by_name()
    assert [name for name, key in zip(names, keys, strict=True) if known.get(key) != country_of(name)] == []
    assert keys[-6:-3] == [name_key("ЁЁ"), name_key("Türkiýe"), name_key("d'Ivoire")]
