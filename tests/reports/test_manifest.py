"""edition.json and the CSV files."""

from __future__ import annotations

import csv
import io
import json
from importlib import resources

import jsonschema
import pytest

from reports.render import edition_files
from reports.spreadsheet import neutralised
from tests.reports.answered import answered
from tests.reports.drawn import files_of
from tests.reports.editions import edition, sealed, world
from transforms.disclosure.released import ReleasedCell, ReleasedEdition


@pytest.mark.parametrize("name", ["national", "world", "empty"])
def test_the_manifest_keeps_to_its_schema(name: str) -> None:
    jsonschema.validate(json.loads(files_of(name)["edition.json"]), json.loads(files_of(name)["edition.schema.json"]))


def test_the_schema_beside_the_manifest_is_the_one_of_the_package() -> None:
    schema = (resources.files("reports") / "edition.schema.json").read_bytes()
    assert edition_files(edition([]), ["en"])["edition.schema.json"] == schema


def test_the_manifest_holds_every_released_cell_with_status_and_provenance() -> None:
    released = world()
    document = json.loads(files_of("world")["edition.json"])
    assert sum(len(t["cells"]) for t in document["tables"]) == sum(len(t.cells) for t in released)
    table = next(t for t in document["tables"] if t["key"] == "victims_registered_by_period")
    assert table["cells"][-1] == {
        "at": {"period": "2016"},
        "value": 16399,
        "obs_status": "A",
        "conf_status": "F",
        "lower": None,
        "upper": None,
        "base": None,
        "provenance": {"vintages": [1]},
    }


def test_the_manifest_tells_every_answer_with_the_extracts_it_rests_on() -> None:
    released = answered()
    document = json.loads(edition_files(released, ["en"])["edition.json"])
    assert [told["key"] for told in document["estimates"]] == list(released.estimates) != []
    rests_on = {told["key"]: tuple(told["provenance"]["vintages"]) for told in document["estimates"]}
    assert (rests_on["trend:victims_identified"], rests_on["trend:persons_convicted"]) == ((2,), (1,))
    assert set(rests_on.values()) == {(1,), (2,)}


def test_the_submission_of_sdg_16_2_2_is_a_file_of_its_own() -> None:
    record = {"INDICATOR": "16.2.2", "TIME_PERIOD": "2020", "OBS_VALUE": 12.0, "CONF_STATUS": "F"}
    withheld = {"INDICATOR": "16.2.2", "TIME_PERIOD": "2021", "OBS_VALUE": None, "CONF_STATUS": "C"}
    files = edition_files(edition([], submission=(record, withheld)), ["en"])
    lines = list(csv.DictReader(io.StringIO(files["sdg_16_2_2.csv"].decode())))
    assert [(row["TIME_PERIOD"], row["OBS_VALUE"], row["CONF_STATUS"], row["NOTICE"]) for row in lines] == [
        ("2020", "12", "F", "SYNTHETIC"),
        ("2021", "", "C", "SYNTHETIC"),
    ]
    assert "sdg_16_2_2.csv" not in edition_files(edition([]), ["en"])


def rows_of(released: ReleasedEdition, key: str) -> list[dict[str, str]]:
    content = edition_files(released, ["en"])[f"tables/{key}.csv"].decode()
    return list(csv.DictReader(io.StringIO(content, newline="")))


def test_a_csv_row_is_a_cell_with_its_statuses() -> None:
    cells = [
        ReleasedCell(at=("2022", "female"), value=None, conf_status="C"),
        ReleasedCell(at=("2023", "female"), value=0.0),
        ReleasedCell(at=("2023", "male"), value=12.0, obs_status="P", lower=3.25, upper=40),
    ]
    rows = rows_of(edition([sealed("t", ("period", "sex"), cells)], created_from=()), "t")
    assert [list(row.values()) for row in rows] == [
        ["2022", "female", "", "A", "C", "", "", "", "person"],
        ["2023", "female", "0", "A", "F", "", "", "", "person"],
        ["2023", "male", "12", "P", "F", "3.25", "40", "", "person"],
    ]


@pytest.mark.parametrize("text", ["=1+1", "+7", "-2", "@x", "\tx", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠x"])
def test_a_code_that_a_spreadsheet_would_run_is_made_harmless(text: str) -> None:
    cells = [ReleasedCell(at=(text,), value=9.0)]
    assert rows_of(edition([sealed("t", ("region",), cells)]), "t")[0]["region"] == "'" + text
    submitted = edition([], submission=({"INDICATOR": "16.2.2", "OBS_VALUE": -3.5, "COMMENT_OBS": text},))
    (row,) = csv.DictReader(io.StringIO(edition_files(submitted, ["en"])["sdg_16_2_2.csv"].decode(), newline=""))
    assert (row["OBS_VALUE"], row["COMMENT_OBS"]) == ("-3.5", "'" + text)
    assert neutralised("0-8") == "0-8"
