"""Workbooks as they arrive: generated with openpyxl, damaged, locked, renamed, swollen."""

from __future__ import annotations

import csv
import io
import struct
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import duckdb
import pytest
from openpyxl import Workbook

from flows.intake.ingest import Acceptance, ingest_file
from flows.readers import workbook
from flows.readers.workbook import read_grids, read_workbook
from transforms.errors import FileRejected
from transforms.sources.profile import Profile
from transforms.tables import OBSERVATIONS

Cells = dict[str, object]


def saved(path: Path, *sheets: tuple[str, Cells]) -> Path:
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, cells in sheets:
        sheet = book.create_sheet(name)
        for address, content in cells.items():
            sheet[address] = content
    book.save(path)
    return path


def justice(changes: Cells | None = None) -> Cells:
    """The form with one country row and one region, as the statistics committee lays it out."""
    cells: Cells = {
        "A1": "Сведения о преступлениях, связанных с торговлей людьми",
        "A2": "за 2021 год — SYNTHETIC / СИНТЕТИЧЕСКИЕ ДАННЫЕ",
        "A3": "Дата составления: 25.01.2022",
        "A5": "Регион", "B5": "Код", "C5": "Зарегистрировано\nпреступлений",
        "D5": "Подозреваемые", "D6": "всего", "E6": "мужчины", "F6": "женщины",
        "A7": "Всего по стране", "B7": "XX", "C7": 1035, "D7": "1 040,0", "E7": 12.0, "F7": "-",
        "A8": "Северная область", "B8": "XX-1", "C8": "…", "D8": "х", "E8": "0,0", "F8": None,
        "A10": "* Примечание к таблице",
    }  # fmt: skip
    return cells | (changes or {})


def ingest_justice(folder: Path, changes: Cells | None = None) -> tuple[Acceptance, list[tuple[object, ...]]]:
    path = saved(folder / "crime_justice_2021.xlsx", ("Форма 1", justice(changes)))
    acceptance = ingest_file(folder / "home", path, received_on=date(2022, 2, 1))
    with duckdb.connect(str(folder / "home" / "warehouse.duckdb"), read_only=True) as con:
        rows = con.execute(
            "SELECT ref_area, ref_area_type, series, sex, value, obs_status::VARCHAR, conf_status::VARCHAR "
            "FROM core.observations ORDER BY ref_area, series, sex"
        ).fetchall()
    return acceptance, rows


def test_the_signs_of_the_yearbooks_keep_their_meaning(tmp_path: Path) -> None:
    acceptance, rows = ingest_justice(tmp_path)
    assert rows == [
        ("XX", "country", "offences_recorded", "total", 1035.0, "A", "F"),
        ("XX", "country", "persons_suspected", "female", 0.0, "A", "F"),
        ("XX", "country", "persons_suspected", "male", 12.0, "A", "F"),
        ("XX", "country", "persons_suspected", "total", 1040.0, "A", "F"),
        ("XX-1", "region", "offences_recorded", "total", None, "O", "F"),
        ("XX-1", "region", "persons_suspected", "female", None, "O", "F"),
        ("XX-1", "region", "persons_suspected", "male", 0.0, "E", "F"),
        ("XX-1", "region", "persons_suspected", "total", None, "A", "C"),
    ]
    assert (acceptance.rows_read, acceptance.rows_accepted, acceptance.vintage_date) == (8, 8, date(2022, 1, 25))


def test_a_workbook_says_in_its_title_that_it_is_synthetic(tmp_path: Path) -> None:
    ingest_justice(tmp_path)
    with duckdb.connect(str(tmp_path / "home" / "warehouse.duckdb"), read_only=True) as con:
        assert con.execute("SELECT is_synthetic FROM raw.vintages").fetchall() == [("yes",)]


def test_a_refused_figure_is_named_by_its_cell(tmp_path: Path) -> None:
    acceptance, rows = ingest_justice(tmp_path, {"E7": "около 12", "F8": -3})
    assert {(item.rule.split(":")[0], item.cells) for item in acceptance.problems} == {
        ("not_a_number", ("E7",)),
        ("out_of_range", ("F8",)),
    }
    assert (acceptance.rows_read, acceptance.rows_accepted, acceptance.rows_quarantined) == (8, 6, 2)
    assert len(rows) == 6


def test_a_new_column_of_the_form_is_refused_cell_by_cell_and_not_lost(tmp_path: Path) -> None:
    acceptance, _ = ingest_justice(tmp_path, {"G5": "Оправдано", "G6": "всего", "G7": 1, "G8": 2})
    assert acceptance.rows_quarantined == 2
    assert {cell for item in acceptance.problems for cell in item.cells} == {"G7", "G8"}


def test_a_population_workbook_in_thousands_gives_persons(tmp_path: Path) -> None:
    cells: Cells = {
        "A1": "Численность населения на 1 января", "A2": "тысяч человек", "A3": "Код страны: XX",
        "A5": "Возраст", "B5": 2022, "B6": "мужчины", "C6": "женщины", "D5": 2023, "D6": "мужчины", "E6": "женщины",
        "A7": "Всего", "B7": "1 234,5", "C7": 1300.25, "D7": 1240, "E7": 1305,
        "A8": "0-4", "B8": 100, "C8": "99,5", "D8": 101, "E8": 100,
        "A10": "Примечание: расчёт",
    }  # fmt: skip
    path = saved(tmp_path / "population_2023-02-15.xlsx", ("Население", cells), ("Метаданные", {"A1": "Источник"}))
    acceptance = ingest_file(tmp_path / "home", path, received_on=date(2023, 3, 1))
    assert (acceptance.source, acceptance.rows_accepted, acceptance.vintage_date) == (
        "population",
        8,
        date(2023, 2, 15),
    )
    with duckdb.connect(str(tmp_path / "home" / "warehouse.duckdb"), read_only=True) as con:
        rows = con.execute(
            "SELECT year, sex, age_group, persons FROM core.population WHERE year = 2022 ORDER BY age_group, sex"
        ).fetchall()
    assert rows == [
        (2022, "female", "0-4", 99_500.0),
        (2022, "male", "0-4", 100_000.0),
        (2022, "female", "total", 1_300_250.0),
        (2022, "male", "total", 1_234_500.0),
    ]


def test_cells_come_as_text_that_changes_no_number_and_no_day(tmp_path: Path) -> None:
    cells: Cells = {
        "B2": 12.0, "C2": 12.5, "D2": date(2023, 5, 30), "E2": datetime(2023, 5, 30, 12, 30),  # noqa: DTZ001
        "F2": "0012", "G2": 2020, "H2": "  x ", "I2": 1234567890123, "J2": " ",
    }  # fmt: skip
    (grid,) = read_grids(saved(tmp_path / "cells.xlsx", ("Лист", cells)))
    assert grid.first_column == 1
    assert grid.frame.row(1)[:8] == (
        "12",
        "12.5",
        "2023-05-30",
        "2023-05-30 12:30:00",
        "0012",
        "2020",
        "x",
        "1234567890123",
    )


def test_hidden_sheets_come_last(tmp_path: Path) -> None:
    path = tmp_path / "hidden.xlsx"
    book = Workbook()
    book.worksheets[0]["A1"] = "old"
    book.create_sheet("shown")["A1"] = "new"
    book.worksheets[0].sheet_state = "hidden"
    book.active = 1
    book.save(path)
    assert [grid.frame.item() for grid in read_grids(path)] == ["new", "old"]


def a_workbook() -> bytes:
    book = Workbook()
    book.worksheets[0]["A1"] = "Регион"
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def zipped(name: str, content: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return stream.getvalue()


def flipped(content: bytes) -> bytes:
    """One byte in the middle of a part is wrong."""
    place = content.index(b"xl/worksheets/sheet1.xml") + 60
    return content[:place] + bytes([content[place] ^ 0xFF]) + content[place + 1 :]


OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (lambda: a_workbook()[:2000], "incomplete or damaged"),
        (lambda: flipped(a_workbook()), "damaged"),
        (lambda: b"", "is empty"),
        (lambda: b"Region;Code\n1;2\n", "not an Excel workbook"),
        (lambda: OLD + b"\0" * 600, "old Excel format"),
        (lambda: OLD + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le"), "protected by a password"),
        (lambda: zipped("word/document.xml", b"<w/>"), "not an Excel workbook"),
        (lambda: zipped("xl/workbook.xml", b"<broken"), "damaged"),
        (lambda: zipped("xl/workbook.xml", b"\0" * 40_000_000), "unpacks to 40 MB"),
    ],
)
def test_what_is_no_sound_workbook_is_refused_in_plain_words(
    tmp_path: Path, content: Callable[[], bytes], said: str
) -> None:
    path = tmp_path / "extract.xlsx"
    path.write_bytes(content())
    with pytest.raises(FileRejected, match=said) as refusal:
        read_grids(path)
    assert refusal.value.advice


def test_a_folder_and_a_workbook_without_cells_are_refused(tmp_path: Path) -> None:
    with pytest.raises(FileRejected, match="not a file"):
        read_grids(tmp_path)
    with pytest.raises(FileRejected, match="workbook is empty"):
        read_grids(saved(tmp_path / "empty.xlsx", ("Лист", {})))


def test_a_stray_cell_at_the_end_of_a_sheet_does_not_fill_the_memory(tmp_path: Path) -> None:
    path = saved(tmp_path / "stray.xlsx", ("Лист", {"A1": "Регион", "XFD1048576": "x"}))
    with pytest.raises(FileRejected, match="row 1048576 and column 16384"):
        read_grids(path)


def test_a_workbook_above_the_limit_of_its_unpacked_size_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbook, "MOST_BYTES", 1000)
    path = tmp_path / "big.xlsx"
    path.write_bytes(a_workbook())
    with pytest.raises(FileRejected, match="more than a workbook of its size should"):
        read_grids(path)


def test_a_part_that_is_larger_than_its_directory_says_is_refused(tmp_path: Path) -> None:
    honest = zipped("xl/workbook.xml", b"x" * 123_456)
    path = tmp_path / "lying.xlsx"
    path.write_bytes(honest.replace(struct.pack("<L", 123_456), struct.pack("<L", 10)))
    with pytest.raises(FileRejected, match="incomplete or damaged"):
        read_grids(path)


def test_a_workbook_of_another_kind_leaves_nothing_behind(tmp_path: Path) -> None:
    path = saved(tmp_path / "other.xlsx", ("Лист", {"A1": "Bananas", "B1": "Pears", "C1": "Plums", "A2": 1}))
    with pytest.raises(FileRejected, match="no sheet has the header row of a known source"):
        ingest_file(tmp_path / "home", path)
    assert not list((tmp_path / "home").rglob("other.xlsx"))


def test_addresses_are_those_of_the_sheet_when_the_table_starts_beyond_column_a(tmp_path: Path) -> None:
    header = ["Iso3_code", "Country", "Indicator", "Dimension", "Category", "Sex", "Age", "Year", "Unit of measurement"]
    rows = [
        [*header, "txtVALUE"],
        ["TKM", "Turkmenistan", "Persons convicted", "Total", "Total", "Total", "Total", "2019", "Counts", "7"],
        ["TKM", "Turkmenistan", "Persons convicted", "Total", "Total", "All", "Total", "2020", "Counts", "many"],
        ["TKM", "Turkmenistan", "Persons convicted", "Total", "Total", "Total", "Total", "2019", "Counts", "7"],
    ]
    cells: Cells = {
        f"{letter}{4 + at}": row[place] for at, row in enumerate(rows) for place, letter in enumerate("CDEFGHIJKL")
    }
    path = saved(tmp_path / "moved.xlsx", ("data", cells))
    acceptance = ingest_file(tmp_path / "home", path, received_on=date(2023, 3, 1))
    assert {(item.rule, item.cells) for item in acceptance.problems} == {
        ("unknown_code:Sex", ("H6",)),
        ("not_a_number:txtVALUE", ("L6",)),
        ("duplicate_row", ("row 7",)),
    }


def test_a_real_table_with_merged_headers_gives_the_figures_it_was_made_from(shared_data: Path) -> None:
    layout = {
        "kind": "crosstab",
        "header_rows": 2,
        "labels": {"Регион": "region"},
        "levels": ["year", "sex"],
        "value": "rate",
        "decimal": ",",
    }
    declared = Profile(
        name="unemployment", title="Unemployment", version="1", table=OBSERVATIONS, formats=("xlsx",), fields=(),
        layout=layout, origin="drawn.toml",
    )  # fmt: skip
    sheet = read_workbook(shared_data / "statcom" / "derived" / "bezrabotica_merged_headers.xlsx", declared).frame
    sexes = {"всего": "", "мужчины": "M", "женщины": "F"}
    read = sorted(
        (year[:4], sexes[sex], float(rate))
        for year, sex, rate in sheet.select("year", "sex", "rate").rows()
        if rate != "…"
    )
    with (shared_data / "statcom" / "kazakhstan" / "indicator_8-5-2.csv").open(encoding="utf-8-sig") as stream:
        original = sorted(
            (row["Year"], row["SEX"], float(row["Value"]))
            for row in csv.DictReader(stream)
            if not row["AGE"] and not row["URBANISATION"] and "2017" <= row["Year"] <= "2022"
        )
    assert read == original
