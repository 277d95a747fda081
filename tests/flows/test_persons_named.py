"""Persons who are named in a file: it is refused, says where, and nothing of them is found anywhere afterwards."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from openpyxl.comments import Comment

from flows.holdings.received import digest
from flows.intake.ingest import ingest_file
from tests.flows.extracts import write_profiles
from transforms.errors import IdentifierFound

COLUMNS = "person_key body status event_date registered_date sex age form remark extract_date"
HEADER = tuple(COLUMNS.split())
SOUND = ("{:016x}", "MIA", "identified", "01.02.2021", "2021-03-15", "female", "31", "forced_labour", "", "2024-01-31")
SECRETS = {
    "a name": ("жена — Мария Кузнецова, соседка", "Кузнецова"),
    "a Turkmen name": ("Aýna Orazowa kömek sorady", "Orazowa"),
    "a date of birth": ("родилась 12.03.1985 в селе", "12.03.1985"),
    "an address": ("живёт: ул. Ленина, д. 5, кв. 12", "Ленина"),
    "a national number": ("ИИН 850312300141", "850312300141"),
    "a passport": ("паспорт 4508 123456", "4508 123456"),
}
Call = Callable[..., object]


def row(number: int, **changes: str) -> tuple[str, ...]:
    cells = dict(zip(HEADER, SOUND, strict=True)) | {"person_key": f"{number:016x}"} | changes
    return tuple(cells.values())


def save(path: Path, *rows: tuple[str, ...]) -> Path:
    path.write_text("".join(",".join(f'"{cell}"' for cell in cells) + "\n" for cells in rows), encoding="utf-8")
    return path


def everything_kept(home: Path) -> str:
    files = [path for path in home.rglob("*") if path.is_file()]
    return "".join(path.read_bytes().decode("utf-8", "replace") + str(path) for path in files)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return write_profiles(tmp_path / "home")


@pytest.mark.parametrize("what", SECRETS)
@pytest.mark.parametrize("column", ["remark", "sex", "person_key", "note"])
def test_a_person_in_any_column_leaves_column_and_rows_only(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], what: str, column: str
) -> None:
    text, secret = SECRETS[what]
    header = HEADER if column in HEADER else (*HEADER, column)
    extra = () if column in HEADER else ("",)
    personal = row(2, **{column: text}) if column in HEADER else (*row(2), text)
    path = save(tmp_path / "list.csv", header, (*row(1), *extra), personal, (*row(3), *extra))
    with pytest.raises(IdentifierFound) as caught:
        ingest_file(home, path, source="persons")
    (found,) = caught.value.suspects
    assert (found.spans, found.rows, found.what is not None) == (((3, 3),), 1, True)
    written = json.loads((home / "acceptance" / f"{digest(path)[:12]}.json").read_text(encoding="utf-8"))
    assert written["suspects"][0]["spans"] == [[3, 3]] and set(written["suspects"][0]["what"]["text"]) == {
        "en",
        "ru",
        "tk",
    }
    printed = capsys.readouterr()
    told = everything_kept(home) + caught.value.message + printed.out + printed.err
    assert secret not in told


def test_a_column_of_days_decades_back_is_one_of_births(home: Path, tmp_path: Path) -> None:
    days = [f"{1970 + number}-0{number % 9 + 1}-1{number}" for number in range(9)]
    path = save(tmp_path / "l.csv", (*HEADER, "day"), *[(*row(n), day) for n, day in enumerate(days)])
    with pytest.raises(IdentifierFound) as caught:
        ingest_file(home, path, source="persons")
    assert [(found.header, found.spans) for found in caught.value.suspects] == [("day", ((2, 10),))]
    assert days[0] not in everything_kept(home)


def test_a_column_of_days_near_those_of_the_cases_is_only_left_out(home: Path, tmp_path: Path) -> None:
    days = [f"2021-0{number + 1}-11" for number in range(9)]
    path = save(tmp_path / "l.csv", (*HEADER, "day"), *[(*row(n), day) for n, day in enumerate(days)])
    assert ingest_file(home, path, source="persons").rows_accepted == 9


def workbook(path: Path, change: Callable[[openpyxl.Workbook], None]) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    for cells in (HEADER, row(1), row(2)):
        sheet.append(cells)
    change(book)
    book.save(path)
    return path


def _in_a_sheet(book: openpyxl.Workbook) -> None:
    book.create_sheet("notes")["C4"] = "Мария Кузнецова"


def _in_a_comment(book: openpyxl.Workbook) -> None:
    book.active["B2"].comment = Comment("это Мария Кузнецова", "clerk")


def _in_a_property(book: openpyxl.Workbook) -> None:
    book.properties.description = "Мария Кузнецова"


@pytest.mark.parametrize("change", [_in_a_sheet, _in_a_comment, _in_a_property])
def test_a_person_beside_the_table_of_a_workbook_is_found(
    home: Path, tmp_path: Path, change: Callable[[openpyxl.Workbook], None]
) -> None:
    with pytest.raises(IdentifierFound) as caught:
        ingest_file(home, workbook(tmp_path / "l.xlsx", change), source="persons")
    assert caught.value.suspects and "Кузнецова" not in everything_kept(home) + caught.value.message


def test_who_made_a_workbook_or_signs_it_is_no_case(home: Path, tmp_path: Path) -> None:
    def signed(book: openpyxl.Workbook) -> None:
        book.properties.creator = "Мария Кузнецова"
        book.active["B2"].comment = Comment("Мария Кузнецова:\nпроверено", "Мария Кузнецова")
        book.create_sheet("notes")["A1"] = "Исполнитель: Кузнецова М. И."

    assert ingest_file(home, workbook(tmp_path / "l.xlsx", signed), source="persons").rows_accepted == 2
