"""The data set of an edition in SDMX-CSV and its structure, read back by a library that knows the standard."""

from __future__ import annotations

import csv
import io
import json
import logging
import re
from functools import cache
from typing import Any

import pytest
import sdmx
from sdmx.reader.csv import Reader

from reports.edition import View
from reports.locale import locale
from reports.manifest import edition_json
from reports.sdmx import files
from reports.sdmx_structure import BREAKDOWNS, DIMENSIONS
from tests.reports.answered import answered
from tests.reports.editions import APPROVED, edition, sealed, table, world
from transforms.disclosure.released import ReleasedCell, ReleasedEdition, ReleasedTable
from transforms.indicators import editions

EDITIONS = {"national": answered, "sparse": lambda: answered(0.12), "world": world}
HIDDEN = ReleasedCell(at=("2023", "female"), value=None, conf_status="C")


def made(released: ReleasedEdition, *languages: str) -> dict[str, bytes]:
    return files([View(released, locale(language), APPROVED) for language in languages or ("en",)])


@cache
def made_once(name: str) -> dict[str, bytes]:
    return made(EDITIONS[name](), "en", "ru", "tk")


def rows(content: dict[str, bytes]) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content["sdmx.csv"].decode())))


def structure(content: dict[str, bytes]) -> Any:
    return sdmx.read_sdmx(io.BytesIO(content["sdmx-structure.xml"]))


def observations(content: dict[str, bytes]) -> list[Any]:
    flow = structure(content).dataflow["DF_TRAFFICKING"]
    (found,) = Reader().convert(io.BytesIO(content["sdmx.csv"]), structure=flow).data
    return list(found.obs)


@pytest.mark.parametrize("name", EDITIONS)
def test_every_column_and_every_code_is_in_the_structure(name: str, caplog: pytest.LogCaptureFixture) -> None:
    content = made_once(name)
    known = structure(content)
    definition = known.structure["DSD_TRAFFICKING"]
    with caplog.at_level(logging.INFO, "sdmx.reader.csv"):
        assert len(observations(content)) > 50
    assert not [said for said in caplog.messages if "No column" in said or "custom" in said]
    enumerated = [*definition.dimensions.components, *definition.attributes.components]
    lists = {c.id: c.local_representation.enumerated for c in enumerated if c.local_representation.enumerated}
    assert {"FREQ", "SEX", "AGE_GROUP", "REGION", "OBS_STATUS", "CONF_STATUS", "UNIT_MEASURE"} <= set(lists)
    for row in rows(content):
        for column, codes in lists.items():
            assert row[column] in codes.items, (column, row[column])


@pytest.mark.parametrize("name", EDITIONS)
def test_every_figure_of_the_manifest_is_there_once(name: str) -> None:
    released = EDITIONS[name]()
    content = made_once(name)
    keys = [tuple(row[d] for d in (*DIMENSIONS, "TIME_PERIOD")) for row in rows(content)]
    assert len(keys) == len(set(keys))
    tables = [t for t in json.loads(edition_json(released, [], APPROVED))["tables"] if "period" in t["dimensions"]]
    wanted = {
        (
            t["key"].partition(".")[0].partition("_by_")[0],
            t["key"].partition(".")[2] or t["kind"],
            *sorted(at.items()),
            cell["value"],
        )
        for t in tables
        for cell in t["cells"]
        if (at := {d: c for d, c in cell["at"].items() if c != "total"})
    }
    assert len(keys) == len(wanted) > 50
    values = sorted(float(row["OBS_VALUE"]) for row in rows(content) if row["OBS_VALUE"])
    assert values == sorted(float(one[-1]) for one in wanted if one[-1] is not None)


def only(*tables: ReleasedTable, **changes: Any) -> list[dict[str, str]]:
    return rows(made(edition(tables, **changes)))


def test_a_suppressed_figure_is_empty_and_says_so_in_both_statuses() -> None:
    cells = [
        HIDDEN,
        ReleasedCell(at=("2023", "male"), value=3.0, conf_status="D", lower=1, upper=5),
        ReleasedCell(at=("2023", "unknown"), value=None, obs_status="O"),
        ReleasedCell(at=("2023", "total"), value=0.0, obs_status="P"),
    ]
    found = only(sealed("victims_identified_by_period_sex", ("period", "sex"), cells))
    told = ("SEX", "OBS_VALUE", "OBS_STATUS", "CONF_STATUS", "LOWER_BOUND")
    assert [tuple(row[key] for key in told) for row in found] == [
        ("F", "", "Q", "C", ""),
        ("M", "", "Q", "D", ""),
        ("_U", "", "O", "F", ""),
        ("_T", "0", "P", "F", ""),
    ]


def test_a_total_that_several_tables_show_stands_once_as_the_first_of_them_has_it() -> None:
    by_sex = [ReleasedCell(at=("2023", "total"), value=9.0, obs_status="B"), HIDDEN]
    found = only(
        table("period | value | status\n2023 | 9 |"),
        sealed("victims_identified_by_period_sex", ("period", "sex"), by_sex),
    )
    assert [(row["SEX"], row["OBS_VALUE"], row["OBS_STATUS"]) for row in found] == [("_T", "9", "A"), ("F", "", "Q")]


def test_selections_of_the_same_indicator_are_not_the_same_figure() -> None:
    tables = [table("period | value | status\n2023 | 9 |", key=f"victims_detected_{of}") for of in ("matched", "panel")]
    found = only(table("period | value | status\n2023 | 12 |", key="victims_detected_by_period"), *tables)
    assert [row["INDICATOR"] for row in found] == [
        "VICTIMS_DETECTED",
        "VICTIMS_DETECTED_MATCHED",
        "VICTIMS_DETECTED_PANEL",
    ]


def test_times_are_periods_of_sdmx_and_phases_are_time_ranges() -> None:
    lines = "2023 | 9 |\n2023-Q2 | 9 |\n2023-04 | 9 |\nphase:acute | 9 |\nphase:recovery | 9 |\nphase:other | 9 |"
    found = only(table(f"period | value | status\n{lines}"))
    assert [(row["FREQ"], row["TIME_PERIOD"]) for row in found] == [
        ("A", "2023"),
        ("Q", "2023-Q2"),
        ("M", "2023-04"),
        ("_O", "2020-03-01/P6M"),
        ("_O", "2022-04-01/P21M"),
    ]


@pytest.mark.parametrize(
    ("dimension", "ours", "code"),
    [
        ("age_group", "0-8", "Y0T8"),
        ("age_group", "48+", "Y_GE48"),
        ("age_class", "child", "Y0T17"),
        ("citizenship", "not_reported", "_X"),
        ("corridor", "XX>TR", "XX_TR"),
        ("region", "=cmd()", "_cmd__"),
        ("region", "-1", "_-1"),
        ("region", "<script>", "_script_"),
    ],
)
def test_codes_are_such_that_sdmx_holds_them_and_a_spreadsheet_runs_none(dimension: str, ours: str, code: str) -> None:
    cells = [ReleasedCell(at=("2023", ours), value=9.0)]
    content = made(edition([sealed(f"t_by_period_{dimension}", ("period", dimension), cells)]))
    (row,) = rows(content)
    assert row[dimension.upper()] == code
    assert re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_@$-]*", row[dimension.upper()])
    assert code in structure(content).codelist[f"CL_{dimension.upper()}"].items


def test_two_codes_that_sdmx_would_write_alike_stay_two() -> None:
    cells = [ReleasedCell(at=("2023", code), value=9.0) for code in ("a b", "a.b", "a b")]
    found = only(sealed("t_by_period_region", ("period", "region"), cells))
    assert [row["REGION"] for row in found] == ["a_b", "a_b_"]


def test_every_breakdown_that_an_edition_can_have_has_a_dimension() -> None:
    specs = (
        *editions.REGISTER_TABLES, *editions.GLOBAL_TABLES, *editions.JUSTICE_TABLES, editions.RATE_TABLE,
        editions.DETECTED_TABLE, editions.STRINGENCY_TABLE, *editions.STRANDED_TABLES,
        *editions.CONTACT_TABLES, *editions.MOVE_TABLES, editions.UNEMPLOYMENT_TABLE,
    )  # fmt: skip
    assert {key for spec in specs for key in spec.by} == set(BREAKDOWNS)


def test_names_stand_in_every_language_of_the_edition() -> None:
    known = structure(made_once("national"))
    names = known.codelist["CL_AGE_GROUP"].items["Y_GE48"].name.localizations
    assert names == {"en": "48 years and over", "ru": "48 лет и старше", "tk": "48 ýaş we ondan uly"}
    for scheme in (*known.codelist.values(), *known.concept_scheme.values()):
        for item in scheme.items.values():
            assert set(item.name.localizations) == {"en", "ru", "tk"}
            assert all(item.name.localizations.values())


def test_a_name_of_a_profile_is_escaped() -> None:
    country = {"code": "XX", "names": {"en": "<a> & \x00b"}, "regions": [], "bodies": []}
    content = made(edition([table("period | value | status\n2023 | 9 |")], context={"country": country}))
    assert str(structure(content).codelist["CL_REF_AREA"].items["XX"].name) == "<a> & b"


def test_synthetic_data_say_so_in_every_row_and_real_data_nowhere() -> None:
    content = made_once("national")
    assert {row["NOTICE"] for row in rows(content)} == {"SYNTHETIC"}
    assert structure(content).header.test is True
    assert b"NOTICE" not in made_once("world")["sdmx.csv"] + made_once("world")["sdmx-structure.xml"]


def test_the_same_edition_gives_the_same_bytes() -> None:
    assert made(answered(), "en", "ru", "tk") == made_once("national")
    assert made(answered(), "ru")["sdmx.csv"] == made_once("national")["sdmx.csv"]
