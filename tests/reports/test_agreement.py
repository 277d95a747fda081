"""Tables and manifest of an edition held against each other; what is told are places, never figures."""

from __future__ import annotations

import json
from typing import Any

import pytest

from reports.agreement.document import cells_of, is_of_this_form, parsed_manifest, schema_faults
from reports.agreement.files import disagreements
from tests.reports.drawn import files_of

TABLE = "tables/victims_registered_by_period.csv"


def document() -> dict[str, Any]:
    return dict(json.loads(files_of("world")["edition.json"]))


def test_an_edition_agrees_with_itself() -> None:
    for name in ("national", "world", "empty"):
        files = files_of(name)
        told = parsed_manifest(files["edition.json"])
        assert told is not None and is_of_this_form(told)
        assert list(disagreements(told, files)) == []
    assert cells_of(document()) > 100


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        (b"2016,16399,", b"2016,16398,", "row 16, column value"),
        (b"2016,16399,A,F", b"2016,16399,P,F", "row 16, column obs_status"),
        (b"2016,16399,", b"2016,,", "row 16, column value"),
        (b"2016,16399,A,F", b"2016,16399,A", "row 16 has another number of columns"),
        (b"period,value", b"year,value", "lacks the column period"),
        (b"period,value", b"value,value", "has two columns of one name"),
        (b"2016,", b"\xff", "is no CSV file in UTF-8"),
    ],
)
def test_a_table_that_says_something_else_is_named_with_the_place(old: bytes, new: bytes, where: str) -> None:
    files = dict(files_of("world"))
    assert files[TABLE].count(old) == 1
    files[TABLE] = files[TABLE].replace(old, new)
    assert [(one.name, one.where) for one in disagreements(document(), files)] == [(TABLE, where)]


def test_a_table_too_many_or_too_few_is_named() -> None:
    files = {name: content for name, content in files_of("world").items() if name != TABLE}
    files["tables/other.csv"] = b"period,value\r\n"
    found = {one.name: one.where for one in disagreements(document(), files)}
    assert found == {TABLE: "is missing", "tables/other.csv": "is no table of edition.json"}


def test_a_row_too_few_is_named() -> None:
    files = dict(files_of("world"))
    files[TABLE] = files[TABLE][: files[TABLE].rindex(b"2016,")]
    assert [one.where for one in disagreements(document(), files)] == ["has 14 rows in place of 15"]


def test_a_withheld_cell_with_a_number_breaks_the_schema_and_the_number_is_not_told() -> None:
    told = document()
    told["tables"][0]["cells"][0] |= {"conf_status": "C", "value": 731}
    assert not is_of_this_form(told)
    assert schema_faults(told) == ("tables[0].cells[0].value (const)",)


@pytest.mark.parametrize("content", [b"", b"[]", b"{", b"\xff", b"[" * 100_000])
def test_what_is_no_manifest_is_said_to_be_none(content: bytes) -> None:
    assert parsed_manifest(content) is None
