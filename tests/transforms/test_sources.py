"""Profiles are data: what they may say, and what a mistake in one is answered with."""

from __future__ import annotations

from pathlib import Path

import pytest

from transforms.areas import alpha2_by_code, country_codes
from transforms.codes import CODE_LISTS
from transforms.contracts import documentation, polars_schema, table_ddl, warehouse_ddl
from transforms.errors import ProfileInvalid, WrongArguments
from transforms.sources.identifiers import identifying_headers
from transforms.sources.load import profile_from_toml
from transforms.sources.registry import named, profile, profiles, recognise
from transforms.tables import CORE_TABLES

WHOLE = """
name = "own"
title = "Own index"
table = "core.population"
[fields.ref_area]
from = "country"
as = "country_alpha3"
[fields.year]
from = "year"
as = "year"
[fields.sex]
constant = "total"
[fields.age_group]
constant = "total"
[fields.persons]
from = "persons"
as = "number"
[fields.obs_status]
constant = "A"
"""


def test_every_built_in_profile_loads_and_names_its_licence() -> None:
    known = {item.name for item in profiles()}
    assert {"ctdc_kanon", "case_register", "population", "stringency"} <= known
    assert [item.name for item in profiles() if not (item.licence and item.doc and item.publisher)] == []


def test_ctdc_accounts_for_every_column_of_its_layouts(shared_data: Path) -> None:
    ctdc = profile("ctdc_kanon")
    for name, mark in (("the_global_k_anon_dataset__excerpt.csv", ";"), ("ctdc_kanon_2020-04-14_2002-2016.csv", ",")):
        with (shared_data / "ctdc" / name).open(encoding="utf-8") as stream:
            headers = stream.readline().strip().split(mark)
        assert [h for h in headers if h not in ctdc.headers and not ctdc.is_ignored(h)] == []
        assert recognise(headers, profiles()).profile is ctdc


@pytest.mark.parametrize(
    ("change", "place", "says"),
    [
        ('as = "number"', 'as = "figure"', "figure"),
        ('constant = "A"', 'constant = "Q"', "not a code of obs_status"),
        ('from = "persons"\n', "", "is missing"),
        ('[fields.obs_status]\nconstant = "A"\n', "", "obs_status"),
        ("[fields.sex]", "[fields.gender]", "not a column"),
        ('name = "own"', 'nmae = "own"', "name"),
        ('title = "Own index"', 'title = "Own index"\nlicense = "x"', "license"),
        ('table = "core.population"', 'table = "core.people"', "core.people"),
        ('table = "core.population"', 'table = "core.population"\nstream = ["country"]', "stream"),
        ("[fields.year]", "[fields.year", "TOML"),
        ("[fields.year]", '[vintage]\nfrom = "file_name"\npattern = "("\n[fields.year]', "regular expression"),
    ],
)
def test_a_mistake_in_a_profile_names_file_key_and_remedy(change: str, place: str, says: str) -> None:
    assert change in WHOLE
    with pytest.raises(ProfileInvalid, match=says) as caught:
        profile_from_toml(WHOLE.replace(change, place), "own.toml")
    assert caught.value.message.startswith("own.toml:") and caught.value.advice


def test_a_profile_in_the_users_folder_replaces_the_built_in_one(tmp_path: Path) -> None:
    (tmp_path / "population.toml").write_text(WHOLE.replace('"own"', '"population"'), encoding="utf-8")
    assert profile("population", tmp_path).title == "Own index"
    assert profile("population").title != "Own index"
    assert len(named("population", tmp_path)) == 1
    with pytest.raises(WrongArguments, match="no source"):
        profile("own")


def test_countries_are_known_by_all_three_iso_codes() -> None:
    assert {"TM", "NA", "XK", "XX"} <= country_codes()
    assert not {"EU", "UN", "ZZ", "UK", "AN"} & country_codes()
    assert (alpha2_by_code("country_alpha3")["TKM"], alpha2_by_code("country_numeric")["795"]) == ("TM", "TM")
    assert alpha2_by_code("country_numeric")["4"] == alpha2_by_code("country_numeric")["004"] == "AF"
    assert "SUN" not in alpha2_by_code("country_alpha3")


@pytest.mark.parametrize(
    "header",
    [
        "Surname",
        "first_name",
        "lastName",
        "ФИО",
        "Дата рождения",
        "Номер паспорта (паспорт)",
        "Telefon",
        "Familiýasy",
        "DOB",
    ],
)
def test_headers_that_announce_identifiers_are_found_in_three_languages(header: str) -> None:
    assert identifying_headers([header]) == (header,)


def test_headers_of_our_sources_announce_none() -> None:
    headers = {header for item in profiles() for header in item.headers}
    headers |= {"Country", "record_no", "Region name", "remark", "Название региона", "Адресная программа"}
    assert identifying_headers(sorted(headers)) == ()


def test_a_table_declares_its_storage_schema_and_documentation_once() -> None:
    for table in CORE_TABLES:
        assert tuple(polars_schema(table)) == table.names
        assert all(f"`{name}`" in documentation(table) for name in table.names)
        assert table_ddl(table).count("NOT NULL") == sum(not column.nullable for column in table.columns)
    assert any(all(f"'{value}'" in statement for value in CODE_LISTS[1].values) for statement in warehouse_ddl())
