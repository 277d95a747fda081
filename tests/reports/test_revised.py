"""Figures then and now in manifest, CSV and workbook: the same rows, of figures that the same readers have."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest
from openpyxl import load_workbook

from reports.agreement.document import schema_faults
from reports.agreement.files import disagreements
from reports.edition import View
from reports.locale import locale
from reports.render import edition_files
from reports.revised import REASONS, revisions
from reports.revision_files import FILE, csv_file, rows
from reports.revision_sheet import NAME, revision_sheets
from tests.reports.before import HEADLINE, before, followed, headline
from tests.reports.editions import APPROVED, edition, sealed, table
from tests.reports.test_changed import BY_SEX, CONVICTED, MADE, NOW, SECOND, by_sex
from transforms.disclosure.released import ReleasedCell, ReleasedEdition

ROWS = [
    (HEADLINE, "2018", "", None, 50, None, "new"),
    (HEADLINE, "2019", "", 43, 42, -1, "corrected_or_removed"),
    (HEADLINE, "2020", "", 33, None, None, "suppressed"),
    (HEADLINE, "2021", "", 30, 36, 6, "late_or_added"),
    (HEADLINE, "2022", "", 41, 52, 11, "provisional"),
    (HEADLINE, "2023", "", None, 61, None, "new"),
    (BY_SEX, "2021", "sex=female", 17, 22, 5, "late_or_added"),
    ("persons_convicted_by_period", "2022", "", 36, 35, -1, "revised_by_source"),
]
"""Table, period, group, then, now, difference, reason."""


def files(made: ReleasedEdition, language: str = "en") -> dict[str, bytes]:
    return edition_files(made, [language], APPROVED)


def document(found: dict[str, bytes]) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(found["edition.json"])
    return told


def test_the_manifest_has_every_figure_then_and_now_with_its_reason() -> None:
    told = document(files(MADE))
    assert schema_faults(told) == ()
    found = told["history"]["revisions"]
    assert [
        (
            row["table"], row["at"]["period"],
            ";".join(f"{name}={code}" for name, code in row["at"].items() if name != "period" and code != "total"),
            row["before"] and row["before"]["value"], row["now"] and row["now"]["value"], row["difference"],
            row["reason"],
        )
        for row in found
    ] == ROWS  # fmt: skip
    assert found[2]["now"] == {"value": None, "obs_status": "A", "conf_status": "C"}


def test_the_csv_has_the_same_rows() -> None:
    lines = list(csv.DictReader(io.StringIO(files(MADE)[FILE].decode(), newline="")))
    assert [
        (line["table"], line["period"], line["breakdown"], line["before"], line["now"], line["difference"])
        for line in lines
    ] == [tuple("" if part is None else str(part) for part in row[:6]) for row in ROWS]
    assert {line["notice"] for line in lines} == {"SYNTHETIC"}
    assert (lines[2]["now"], lines[2]["now_conf_status"]) == ("", "C")


@pytest.mark.parametrize("language", ["en", "ru", "tk"])
def test_the_workbook_has_a_sheet_of_the_same_rows_and_leads_to_it(language: str) -> None:
    here = locale(language)
    book = load_workbook(io.BytesIO(files(MADE, language)[f"tables.{language}.xlsx"]))
    sheet = book[NAME]
    (named,) = sheet.tables.values()
    rows = [[cell.value for cell in row] for row in sheet[named.ref]][1:]
    assert [(row[4], row[5], row[6]) for row in rows][:5] == [
        ("[x]", 50, "[z]"), (43, 42, -1), (33, "[c]", "[z]"), (30, 36, 6), (41, 52, 11),
    ]  # fmt: skip
    assert [row[7] for row in rows] == [here.text(REASONS[row[6]]) for row in ROWS]  # type: ignore[index] # a known reason
    assert all(cell is not None for row in rows for cell in row)
    assert (sheet.freeze_panes, not sheet.merged_cells.ranges) == (f"A{sheet.max_row - len(rows) + 1}", True)
    contents = book.worksheets[1]
    assert [cell.hyperlink.location for row in contents for cell in row if cell.value == NAME] == [f"'{NAME}'!A1"]


@pytest.mark.parametrize("language", ["en", "ru", "tk"])
def test_the_files_agree_with_the_manifest_and_a_changed_cell_is_named(language: str) -> None:
    found = files(MADE, language)
    told = document(found)
    assert list(disagreements(told, found)) == []
    name = f"tables.{language}.xlsx"
    book, out = load_workbook(io.BytesIO(found[name])), io.BytesIO()
    last = book[NAME].max_row
    book[NAME][f"G{last}"] = 1
    book.save(out)
    altered = {**found, name: out.getvalue(), FILE: found[FILE].replace(b",43,A,F,42,", b",43,A,F,41,")}
    assert {one.name: one.where for one in disagreements(told, altered)} == {
        name: f"sheet {NAME}, cell G{last}", FILE: "row 3, column now",
    }  # fmt: skip
    told["history"]["revisions"][1]["difference"] = -2
    assert [one.where for one in disagreements(told, found) if one.name == "edition.json"] == [
        "history.revisions[1].difference"
    ]


def test_a_group_of_persons_in_which_few_came_or_went_is_not_listed() -> None:
    then = by_sex("period | sex | value | status\n2021 | female | 17 |\n2021 | male | 13 |\n2021 | total | 30 |")
    now = by_sex("period | sex | value | status\n2021 | female | 20 |\n2021 | male | 17 |\n2021 | total | 37 |")
    total = headline("period | value | status\n2021 | 37 |")
    made = followed([total, now], before([headline("period | value | status\n2021 | 30 |"), then], 2022))
    assert [(one.figure.table.key, one.figure.breakdown) for one in revisions(made)] == [
        (HEADLINE, {}),
        (BY_SEX, {"sex": "male"}),  # +4, as large as a count must be; the three women are not told of
    ]


def test_a_changed_definition_is_the_reason_before_any_other() -> None:
    told = {"indicators": {"victims_identified": {"counts": "something else"}}}
    made = followed([NOW], before([SECOND], 2022, context=told))
    assert {one.reason for one in revisions(made) if one.figure.cell.change == "revised"} == {"definition_changed"}


def test_a_number_under_a_suppressed_cell_is_never_written() -> None:
    hidden = sealed(HEADLINE, ("period",), [ReleasedCell(at=("2022",), value=731.0, conf_status="C")])
    made = followed([hidden], before([SECOND], 2022))
    assert [row["now"] for row in rows(made) if row["at"] == {"period": "2022"}] == [
        {"value": None, "obs_status": "A", "conf_status": "C"}
    ]
    assert b"731" not in csv_file(made)[FILE]
    (sheet,) = revision_sheets(View(made, locale("en"), APPROVED), ("state",))
    assert "731" not in str(sheet.rows)


@pytest.mark.parametrize("made", [edition([NOW]), followed([NOW])])
def test_a_first_edition_has_neither_sheet_nor_file(made: ReleasedEdition) -> None:
    found = files(made)
    assert FILE not in found
    assert "revisions" not in document(found).get("history", {})
    assert NAME not in load_workbook(io.BytesIO(found["tables.en.xlsx"])).sheetnames


def test_what_no_edition_says_anything_of_has_no_row() -> None:
    gone = headline("period | value | status\n2021 | | O\n2022 | 7 |")
    made = followed([headline("period | value | status\n2021 | | O\n2023 | 9 |")], before([gone], 2022))
    assert [(one.figure.period.code, one.reason) for one in revisions(made)] == [
        ("2022", "no_longer_shown"),
        ("2023", "new"),
    ]
    assert list(disagreements(document(files(made)), files(made))) == []


def test_figures_that_others_counted_are_compared_too() -> None:
    key = "persons_convicted_by_period"
    made = followed([table(CONVICTED.replace("25", "27"), key=key)], before([table(CONVICTED, key=key)], 2022))
    assert [(one.figure.cell.difference, one.reason) for one in revisions(made)] == [(2, "revised_by_source")]
