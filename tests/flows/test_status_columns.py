"""OBS_STATUS, CONF_STATUS and ACTION of SDMX: what they make of a figure, whatever the form of the file."""

from __future__ import annotations

import csv
import itertools
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from flows.intake.ingest import Acceptance, ingest_file
from flows.warehouse import read_warehouse
from tests.flows.test_forms import as_sdmx_ml
from tests.warehouse import table
from transforms.codes import CONF_STATUS, OBS_STATUS, SDMX_CONF_STATUS, SDMX_OBS_STATUS
from transforms.errors import FileRejected, ProfileInvalid
from transforms.messages import english
from transforms.sources.load import profile_from_toml

DAY = date(2024, 2, 1)
HEAD = ("SERIES", "REF_AREA", "TIME_PERIOD", "SEX", "UNIT_MEASURE", "OBS_VALUE")


def written(path: Path, rows: list[dict[str, str]], *more: str) -> Path:
    """A labour market table of a figure per year from 2001 on, under these headers besides."""
    with path.open("w", encoding="utf-8", newline="") as stream:
        lines = [
            ["unemployment_rate", "TM", str(2001 + place), "_T", "PT", row.get("OBS_VALUE", "")]
            + [row.get(name, "") for name in more]
            for place, row in enumerate(rows)
        ]
        csv.writer(stream).writerows([[*HEAD, *more], *lines])
    return path


def taken(home: Path, path: Path) -> tuple[Acceptance, dict[int, tuple[Any, ...]]]:
    """The report, and by row of the table below (from 1) value, lower, upper and both statuses."""
    acceptance = ingest_file(home, path, received_on=DAY)
    with read_warehouse(home) as con:
        rows = con.execute(
            "SELECT year - 2000, value, obs_status::VARCHAR, conf_status::VARCHAR FROM core.observations ORDER BY year"
        ).fetchall()
    return acceptance, {row[0]: row[1:] for row in rows}


FIGURES = """
    OBS_VALUE | OBS_STATUS | CONF_STATUS | value | stored | conf | rule
    4.1       | A          | F           | 4.1   | A      | F    |
    4.1       |            |             | 4.1   | A      | F    |
    4.1       | B          | F           | 4.1   | B      | F    |
    4.1       | p          | F           | 4.1   | P      | F    |
    4.1       | F          |             | 4.1   | E      | F    |
    4.1       | D          |             | 4.1   | B      | F    |
    4.1       | V          |             | 4.1   | P      | F    |
    4.1       | U          |             | 4.1   | U      | F    |
              | U          |             |       | U      | F    |
              | A          |             |       | O      | F    |
              | O          | F           |       | O      | F    |
              | L          |             |       | O      | F    |
              | M          |             |       | M      | F    |
    …         | M          |             |       | M      | F    |
    …         | A          |             |       | O      | F    |
    -         | A          |             | 0     | A      | F    |
    4.1       | A          | C           |       | A      | C    |
    4.1       | A          | N           |       | A      | C    |
    4.1       | E          | S           |       | A      | D    |
              | A          | C           |       | A      | C    |
              | O          | N           |       | A      | C    |
              | L          | D           |       | A      | D    |
              | Q          |             |       | A      | C    |
    4.1       | Q          | F           |       | A      | C    |
    x         | A          | F           |       | A      | C    |
    x         | O          |             |       | A      | C    |
    4.1       | O          |             |       |        |      | contradicting_status:OBS_STATUS
    4.1       | M          | F           |       |        |      | contradicting_status:OBS_STATUS
              | E          |             |       |        |      | contradicting_status:OBS_STATUS
              | B          | F           |       |        |      | contradicting_status:OBS_STATUS
    4.1       | Z          |             |       |        |      | unknown_code:OBS_STATUS
    4.1       | bp         |             |       |        |      | unknown_code:OBS_STATUS
    4.1       | A          | X           |       |        |      | unknown_code:CONF_STATUS
    """


def test_status_and_cell_say_together_what_is_stored(tmp_path: Path) -> None:
    rows = table(FIGURES)
    path = written(tmp_path / "labour.csv", rows, "OBS_STATUS", "CONF_STATUS")
    acceptance, found = taken(tmp_path / "home", path)
    sound = {place: row for place, row in enumerate(rows, start=1) if "rule" not in row}
    assert found == {
        place: (float(row["value"]) if "value" in row else None, row["stored"], row["conf"])
        for place, row in sound.items()
    }
    with read_warehouse(tmp_path / "home") as con:
        refused = con.execute("SELECT record_no - 1, rule FROM quarantine.rows ORDER BY 1").fetchall()
    assert refused == [(place, row["rule"]) for place, row in enumerate(rows, start=1) if "rule" in row]
    assert acceptance.blanks is not None
    assert acceptance.blanks.confidential == sum(row.get("conf", "F") != "F" for row in rows)
    noted = {one.value for problem in acceptance.problems for one in problem.unknown}
    assert noted == {"Z", "bp", "X"}


def test_no_figure_that_is_not_free_is_ever_called_not_reported_and_none_keeps_its_value(tmp_path: Path) -> None:
    every = [
        {"OBS_VALUE": cell, "OBS_STATUS": obs, "OBS_CONF": conf}
        for cell, obs, conf in itertools.product(
            ("4.1", "", "…", "x", "-"), ("", *SDMX_OBS_STATUS), [code for code in SDMX_CONF_STATUS if code != "F"]
        )
    ]
    path = written(tmp_path / "labour.csv", every[:900], "OBS_STATUS", "OBS_CONF")
    acceptance, found = taken(tmp_path / "home", path)
    assert acceptance.rows_quarantined == 0
    assert {row[0] for row in found.values()} == {None}
    assert {row[1] for row in found.values()} == {"A"}
    assert {row[2] for row in found.values()} <= {"C", "D"}


def test_rows_that_delete_a_figure_are_set_aside_with_what_to_do(tmp_path: Path) -> None:
    rows = [{"OBS_VALUE": "4.1", "ACTION": action} for action in ("I", "A", "R", "M", "D", "d", "X")]
    rows.append({"OBS_VALUE": "", "ACTION": "D"})
    path = written(tmp_path / "labour.csv", rows, "ACTION", "STRUCTURE", "STRUCTURE_ID")
    acceptance, found = taken(tmp_path / "home", path)
    assert sorted(found) == [1, 2, 3, 4]
    assert {(one.rule, one.count) for one in acceptance.problems} == {
        ("deleted_row:ACTION", 3),
        ("unknown_code:ACTION", 1),
    }
    deleted = next(one for one in acceptance.problems if one.family == "deleted_row")
    assert "sending the list without it" in english(deleted.expected or "")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("<message:DataSet ", '<message:DataSet ss:action="Delete" '),
        ("<message:Structure ", "<message:DataSetAction>Delete</message:DataSetAction><message:Structure "),
    ],
    ids=["of the data set", "of the message"],
)
def test_a_data_set_that_is_to_be_deleted_brings_no_figure(tmp_path: Path, before: str, after: str) -> None:
    path = as_sdmx_ml(tmp_path / "labour")
    path.write_text(path.read_text(encoding="utf-8").replace(before, after), encoding="utf-8")
    with pytest.raises(FileRejected, match="deleted_row"):
        ingest_file(tmp_path / "home", path, received_on=DAY)


def test_statuses_of_an_sdmx_message_are_read(tmp_path: Path) -> None:
    path = as_sdmx_ml(tmp_path / "labour")
    text = path.read_text(encoding="utf-8")
    first, second, rest = text.split("<Obs ", 2)
    path.write_text(f'{first}<Obs OBS_STATUS="P" {second}<Obs CONF_STATUS="C" {rest}', encoding="utf-8")
    ingest_file(tmp_path / "home", path, received_on=DAY)
    with read_warehouse(tmp_path / "home") as con:
        rows = con.execute(
            "SELECT obs_status::VARCHAR, conf_status::VARCHAR, value IS NULL FROM core.observations ORDER BY record_no"
        ).fetchall()
    assert rows[:2] == [("P", "F", False), ("A", "C", True)]


def test_an_open_sdg_table_with_statuses_is_read_without_a_word_in_its_profile(tmp_path: Path) -> None:
    path = tmp_path / "indicator_16-2-2.csv"
    path.write_text(
        "Year,UNIT_MEASURE,OBS_STATUS,CONF_STATUS,Value\n2019,PERSONS,A,F,0.3\n2020,PERSONS,A,C,0.1\n2021,PERSONS,O,,\n",
        encoding="utf-8",
    )
    acceptance = ingest_file(tmp_path / "home", path, received_on=DAY)
    assert (acceptance.source, acceptance.verdict) == ("sdg_victims", "accepted")
    with read_warehouse(tmp_path / "home") as con:
        rows = con.execute(
            "SELECT year, value, obs_status::VARCHAR, conf_status::VARCHAR FROM core.observations"
        ).fetchall()
    assert sorted(rows) == [(2019, 0.3, "A", "F"), (2020, None, "A", "C"), (2021, None, "O", "F")]


PROFILE = """
name = "own"
title = "Own"
table = "core.observations"
{top}
[fields]
series = {{ constant = "own" }}
ref_area = {{ constant = "TM" }}
ref_area_type = {{ constant = "country" }}
time_period = {{ from = "year", as = "period" }}
year = {{ from = "year", as = "year_of_period" }}
sex = {{ constant = "total" }}
age_class = {{ constant = "total" }}
form = {{ constant = "total" }}
unit = {{ constant = "person" }}
category = {category}
[value]
from = "figure"
{value}
"""
CONSTANT = '{ constant = "total" }'


@pytest.mark.parametrize(
    ("category", "value", "more", "read"),
    [
        (CONSTANT, "", "", ("OBS_STATUS", "CONF_STATUS", "OBS_CONF")),
        (CONSTANT, 'obs_status = "flag"\nconf_status = []\naction = ["what"]', "", ("flag", "what")),
        (CONSTANT, "obs_status = []\nconf_status = []", "", ()),
        ('{ from = "OBS_STATUS", as = "text" }', "", "", ("CONF_STATUS", "OBS_CONF")),
        (CONSTANT, "", '[ignored]\n"OBS_*" = "a system of its own"', ("CONF_STATUS",)),
    ],
    ids=["by default", "as the profile names them", "none", "read by a field", "not taken"],
)
def test_which_columns_say_the_status(category: str, value: str, more: str, read: tuple[str, ...]) -> None:
    profile = profile_from_toml(PROFILE.format(top="", category=category, value=value) + more, "own.toml")
    assert profile.status_headers == read
    assert not set(read) & set(profile.headers)


def test_a_status_column_that_is_no_text_is_a_mistake_of_the_profile() -> None:
    with pytest.raises(ProfileInvalid, match="obs_status"):
        profile_from_toml(PROFILE.format(top="", category=CONSTANT, value="obs_status = 1"), "own.toml")


def test_every_status_of_sdmx_becomes_one_that_the_warehouse_keeps() -> None:
    assert set(SDMX_OBS_STATUS.values()) <= set(OBS_STATUS.values)
    assert set(OBS_STATUS.values) <= set(SDMX_OBS_STATUS)
    assert set(SDMX_CONF_STATUS.values()) == set(CONF_STATUS.values)
    assert [code for code, kept in SDMX_CONF_STATUS.items() if kept == "F"] == ["F"]
