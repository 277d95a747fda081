"""Workbooks in Russian as a statistics committee sends them: titles, merged headers, signs, footnotes."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable
from datetime import datetime

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.worksheet.worksheet import Worksheet

from sample_data.official import AGES, BLOCKS, REGION_NAMES, JusticeYear, PopulationTable

SYNTHETIC = "SYNTHETIC / СИНТЕТИЧЕСКИЕ ДАННЫЕ"
HEADER_ROW = 5
_FIXED = datetime(2024, 1, 1)  # noqa: DTZ001 - workbook properties carry no time zone
_ZIP_DATE = (2024, 1, 1, 0, 0, 0)
_TIMES = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")


def crime_justice_bytes(year: JusticeYear) -> bytes:
    """The form on crime and justice of one year."""
    book, sheet = _book("Форма 1")
    sheet["A1"] = "Сведения о преступлениях, связанных с торговлей людьми"
    sheet["A2"] = f"за {year.year} год — {SYNTHETIC}"
    sheet["A3"] = f"Дата составления: {year.composed:%d.%m.%Y}"
    _merge_down(sheet, 1, "Регион")
    _merge_down(sheet, 2, "Код")
    _merge_down(sheet, 3, "Зарегистрировано преступлений")
    for place, block in enumerate(BLOCKS):
        _merge_across(sheet, 4 + 3 * place, block, ("всего", "мужчины", "женщины"))
    areas = {"XX": "Всего по стране", **REGION_NAMES}
    for number, (code, name) in enumerate(areas.items()):
        row = HEADER_ROW + 2 + number
        for column, content in enumerate((name, code, *year.cells[code]), start=1):
            sheet.cell(row, column, content)
    after = HEADER_ROW + 2 + len(areas) + 1
    sheet.cell(after, 1, "* Осуждённые — по приговорам, вступившим в законную силу.")
    sheet.cell(after + 1, 1, f"Примечание: «-» — нет случаев, «…» — нет данных, «х» — не публикуется. {SYNTHETIC}")
    return _bytes(book)


def population_bytes(table: PopulationTable) -> bytes:
    """The population by sex and age on 1 January of several years, in thousands."""
    book, sheet = _book("Население")
    sheet["A1"] = "Численность населения на 1 января"
    sheet["A2"] = "тысяч человек"
    sheet["A3"] = "Код страны: XX"
    sheet["A4"] = SYNTHETIC
    _merge_down(sheet, 1, "Возраст")
    for place, year in enumerate(table.years):
        _merge_across(sheet, 2 + 2 * place, year, ("мужчины", "женщины"))
    for number, age in enumerate(("Всего", *AGES)):
        sheet.cell(HEADER_ROW + 2 + number, 1, age)
        for place, figure in enumerate(_figures(table, age)):
            is_text = (number * 5 + place) % 11 == 3
            shown = f"{figure:.1f}".replace(".", ",") if is_text else figure
            sheet.cell(HEADER_ROW + 2 + number, 2 + place, shown)
    after = HEADER_ROW + 2 + len(AGES) + 2
    sheet.cell(after, 1, f"Примечание: {table.basis} {SYNTHETIC}")
    return _bytes(book)


def _figures(table: PopulationTable, age: str) -> Iterable[float]:
    for year in table.years:
        for sex in ("male", "female"):
            yield table.total(year, sex) if age == "Всего" else table.thousands[year, sex, age]


def _book(title: str) -> tuple[Workbook, Worksheet]:
    book = Workbook()
    sheet = book.active
    if not isinstance(sheet, Worksheet):
        raise TypeError("a new workbook has a worksheet")
    sheet.title = title
    sheet.column_dimensions["A"].width = 28
    book.properties.creator = "SYNTHETIC sample data"
    book.properties.title = SYNTHETIC
    book.properties.created = book.properties.modified = _FIXED
    return book, sheet


def _merge_down(sheet: Worksheet, column: int, text: str) -> None:
    _header(sheet, HEADER_ROW, column, text)
    sheet.merge_cells(start_row=HEADER_ROW, end_row=HEADER_ROW + 1, start_column=column, end_column=column)


def _merge_across(sheet: Worksheet, column: int, text: str | int, parts: tuple[str, ...]) -> None:
    _header(sheet, HEADER_ROW, column, text)
    last = column + len(parts) - 1
    sheet.merge_cells(start_row=HEADER_ROW, end_row=HEADER_ROW, start_column=column, end_column=last)
    for offset, part in enumerate(parts):
        _header(sheet, HEADER_ROW + 1, column + offset, part)


def _header(sheet: Worksheet, row: int, column: int, text: str | int) -> None:
    cell = sheet.cell(row, column, text)
    cell.font = Font(bold=True)
    cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)


def _bytes(book: Workbook) -> bytes:
    """The workbook without the hour of saving: fixed dates, entries stored as they are, in one order."""
    saved = io.BytesIO()
    book.save(saved)
    out = io.BytesIO()
    with zipfile.ZipFile(saved) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "docProps/core.xml":
                content = _TIMES.sub(rb"\g<1>2024-01-01T00:00:00Z", content)
            entry = zipfile.ZipInfo(name, date_time=_ZIP_DATE)
            entry.create_system = 0
            target.writestr(entry, content, compress_type=zipfile.ZIP_STORED)
    return out.getvalue()
