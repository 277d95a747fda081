"""The workbook a supplier fills in: the columns of the contract, drop-down lists, notes, and an example row."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from flows.intake.template_words import Language, column_label, word
from flows.readers import reason_of
from reports.locale import DRAFTS, Locale, locale
from transforms.errors import FileRejected, WrongArguments
from transforms.messages import said
from transforms.sources.entry import EXAMPLE_DAY, EntryColumn, entry_columns, is_flat
from transforms.sources.layouts import layout_of
from transforms.sources.profile import Profile

ROWS = 2000
"""Rows of the sheet with drop-down lists and formats."""
_LONGEST_PROMPT, _LONGEST_TITLE = 250, 32
_NEEDED = PatternFill("solid", fgColor="1F4E79")
_FREE = PatternFill("solid", fgColor="5B7A99")
_EXAMPLE = PatternFill("solid", fgColor="FFF2CC")
_ISO_DAY = "%Y-%m-%d"
_ANY = "General"
_NUMBERS = ("integer", "number", "figure", "age", "year", "flag")


def template_of(forms: Sequence[Profile]) -> Profile:
    """The form of a source that comes as a flat workbook; raises WrongArguments where it has none."""
    for profile in forms:
        if is_flat(profile) and "xlsx" in profile.formats:
            return profile
    name = forms[0].name
    raise WrongArguments(
        f"{name} comes as the table that the office prints, or in a form that no workbook is filled in for.",
        advice=f"`tip-trends sources {name}` says what it must look like; send the table as it is.",
    )


def write_template(path: Path, profile: Profile, language: Language, *, may_replace: bool = False) -> None:
    """Write the workbook. Raises WrongArguments for a place where it cannot be written."""
    if path.suffix.lower() != ".xlsx":
        raise WrongArguments(f"{path.name} is not the name of a workbook.", advice="Let it end in .xlsx.")
    if path.exists() and not may_replace:
        raise WrongArguments(f"{path} exists already.", advice="Choose another name, or add --force to replace it.")
    book = template_workbook(profile, language)
    try:
        book.save(path)
    except OSError as problem:
        raise FileRejected(
            said("{file} cannot be written ({reason}).", file=str(path), reason=reason_of(problem)),
            advice=said("Name a file in a folder that is there."),
        ) from problem


def template_workbook(profile: Profile, language: Language) -> Workbook:
    """The workbook in memory: the sheet to fill in first, then notes and codes."""
    columns = entry_columns(profile)
    said = locale(language)
    book = Workbook()
    for sheet in book.worksheets:
        book.remove(sheet)
    data = book.create_sheet(profile.recognition.sheets[0] if profile.recognition.sheets else "Data")
    notes = book.create_sheet(word(language, "notes"))
    codes = book.create_sheet(word(language, "codes"))
    ranges = _write_codes(codes, columns, said, language)
    _write_data(data, profile, columns, ranges, said)
    _write_notes(notes, profile, columns, said, language)
    book.properties.title = profile.title
    book.properties.creator = "tip-trends"
    return book


def _write_data(
    sheet: Worksheet, profile: Profile, columns: Sequence[EntryColumn], ranges: dict[str, str], said: Locale
) -> None:
    language: Language = said.language  # type: ignore[assignment]  # one of the three that the words have
    top = _write_titles(sheet, profile)
    header_rows = layout_of(profile).header_rows
    first = top + header_rows
    for place, column in enumerate(columns, start=1):
        letter = get_column_letter(place)
        for row in range(top, first):
            cell = sheet.cell(row, place, column.header if row == top else _label(column, said, language))
            cell.font = Font(bold=True, color="FFFFFF")
            cell.fill = _NEEDED if column.needs else _FREE
            cell.alignment = Alignment(wrap_text=True, vertical="top")
        _write_example(sheet, first, place, column)
        if (number_format := _number_format(column)) != _ANY:  # a cell without content and format is not written
            for row in range(first + 1, first + (ROWS if column.kind == "date" else 200)):
                sheet.cell(row, place).number_format = number_format
        sheet.column_dimensions[letter].width = min(max(len(column.header) + 3, 12), 34)
        sheet.column_dimensions[letter].number_format = _number_format(column)
        rule = _validation(column, ranges.get(column.header), language)
        rule.add(f"{letter}{first}:{letter}{first + ROWS}")
        sheet.add_data_validation(rule)
    if header_rows > 1:
        sheet.row_dimensions[top].hidden = True  # the names that programs read; people read the row below
    sheet.freeze_panes = sheet.cell(first, 1)


def _write_titles(sheet: Worksheet, profile: Profile) -> int:
    """Rows above the header where the source tells its day there; returns the row of the header."""
    if profile.vintage.source != "title":
        return 1
    sheet.cell(1, 1, profile.title).font = Font(bold=True)
    sheet.cell(2, 1, EXAMPLE_DAY.strftime(profile.vintage.format)).number_format = "@"
    return 4


def _label(column: EntryColumn, said: Locale, language: Language) -> str:
    label = column_label(language, column.core)
    if label is None:
        return said.text(column.codelist.label) if column.codelist else column.header
    return label


def _write_example(sheet: Worksheet, row: int, place: int, column: EntryColumn) -> None:
    cell = sheet.cell(row, place)
    cell.fill = _EXAMPLE
    cell.number_format = _number_format(column)
    if not column.example:
        return
    if column.kind == "date" and column.format == _ISO_DAY:
        cell.value = datetime.strptime(column.example, _ISO_DAY)  # noqa: DTZ007 - a spreadsheet's day has no zone
    elif column.kind in _NUMBERS and column.example.isdigit():
        cell.value = int(column.example)
    else:
        cell.value = column.example


def _number_format(column: EntryColumn) -> str:
    """Codes and periods are text: a spreadsheet would turn `9-17` into a day and `004` into a number."""
    if column.kind == "date" and column.format == _ISO_DAY:
        return "yyyy-mm-dd"
    return _ANY if column.kind in _NUMBERS else "@"


def _validation(column: EntryColumn, choices: str | None, language: Language) -> DataValidation:
    """A list, or a check of type; where several codes or signs may stand, a list that helps and does not forbid."""
    if choices is not None:
        rule = DataValidation(type="list", formula1=choices, allow_blank=True)
        rule.showErrorMessage = column.kind not in ("codes", "country_name", "text")
    elif column.kind == "date" and column.format == _ISO_DAY:
        rule = DataValidation(type="date", operator="between", formula1="36526", formula2="73050", allow_blank=True)
        rule.showErrorMessage = True
    elif column.kind in ("year", "age", "flag"):
        low, high = {"year": ("1900", "2199"), "age": ("0", "120"), "flag": ("0", "1")}[column.kind]
        rule = DataValidation(type="whole", operator="between", formula1=low, formula2=high, allow_blank=True)
        rule.showErrorMessage = column.kind == "flag"
    else:
        rule = DataValidation(allow_blank=True)
        rule.showErrorMessage = False
    rule.showInputMessage = True
    rule.promptTitle = column.header[:_LONGEST_TITLE]
    rule.prompt = _writing(column, language)[:_LONGEST_PROMPT]
    return rule


_HOW = {
    "country_alpha2": "a_country", "country_alpha3": "a_country", "country_numeric": "a_country",
    "country_name": "a_country_name", "area": "an_area", "area_type": "an_area", "year": "a_year", "period": "a_period",
    "year_of_period": "a_period", "integer": "a_number", "number": "a_number", "age": "an_age", "flag": "a_flag",
}  # fmt: skip


def _writing(column: EntryColumn, language: Language) -> str:
    match column.kind:
        case "codes":
            return word(language, "several_codes", separator=column.separator)
        case "date" | "year_of_date":
            form = column.format.replace("%Y", "YYYY").replace("%m", "MM").replace("%d", "DD")
            return word(language, "a_date", format=form)
        case "figure" if column.signs:
            return word(language, "a_figure", signs=" ".join(column.signs))
        case "figure":
            return word(language, "a_number")
        case kind if kind in _HOW:
            return word(language, _HOW[kind])
    return word(language, "one_code" if column.choices else "a_text")


def _write_codes(sheet: Worksheet, columns: Sequence[EntryColumn], said: Locale, language: Language) -> dict[str, str]:
    """Lists side by side, code and meaning; returns header -> range of its codes."""
    ranges: dict[str, str] = {}
    listed: dict[tuple[str, ...], str] = {}
    place = 1
    for column in columns:
        if not column.choices:
            continue
        known = tuple(column.choices)
        if known in listed:
            ranges[column.header] = listed[known]
            continue
        sheet.cell(1, place, column.header).font = Font(bold=True)
        sheet.cell(1, place + 1, word(language, "label")).font = Font(bold=True)
        for row, (written, code) in enumerate(column.choices.items(), start=2):
            sheet.cell(row, place, written).number_format = "@"
            sheet.cell(row, place + 1, _meaning(column, code, said))
        letter = get_column_letter(place)
        sheet.column_dimensions[letter].width = 26
        sheet.column_dimensions[get_column_letter(place + 1)].width = 38
        ranges[column.header] = listed[known] = f"'{sheet.title}'!${letter}$2:${letter}${len(known) + 1}"
        place += 3
    return ranges


def _meaning(column: EntryColumn, code: str, said: Locale) -> str:
    if column.kind.startswith("country_"):
        return said.territory(code)
    if column.codelist is not None and code in column.codelist.by_value:
        return said.text(column.codelist.by_value[code].label)
    return code


def _write_notes(
    sheet: Worksheet, profile: Profile, columns: Sequence[EntryColumn], said: Locale, language: Language
) -> None:
    sheet.cell(1, 1, f"{word(language, 'how_to')}: {profile.name}").font = Font(bold=True, size=14)
    steps = ["step_fill", "step_example", "step_empty", "step_personal", "step_check"]
    lines = [word(language, step) for step in steps]
    if profile.vintage.source == "file_name":
        lines.append(word(language, "step_name", name=f"{profile.name}_{EXAMPLE_DAY.isoformat()}.xlsx"))
    if language in DRAFTS:
        lines.append(word(language, "draft"))
    for row, line in enumerate(lines, start=2):
        sheet.cell(row, 1, line)
    top = len(lines) + 3
    titles = ["column", "meaning", "needed", "writing", "contract"]
    for place, key in enumerate(titles, start=1):
        sheet.cell(top, place, word(language, key)).font = Font(bold=True)
    for row, column in enumerate(columns, start=top + 1):
        needed = word(language, "yes" if column.needs else "no")
        cells = (column.header, _label(column, said, language), needed, _writing(column, language), column.doc)
        for place, text in enumerate(cells, start=1):
            sheet.cell(row, place, text).alignment = Alignment(wrap_text=True, vertical="top")
    for place, width in enumerate((30, 34, 22, 44, 70), start=1):
        sheet.column_dimensions[get_column_letter(place)].width = width
