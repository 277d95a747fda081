"""A workbook as bytes: sheets of text, figures and links that assistive technology reads well. Pure.

XlsxWriter writes it in memory. What it wrote is packed anew and not compressed, since what deflate gives depends on
the build of zlib, while an edition is to be the same bytes anywhere.
"""

from __future__ import annotations

import io
import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from xlsxwriter import Workbook

from transforms.archives import parts_of, stored

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""With what a text begins that a spreadsheet may take for a formula."""
_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "nan_inf_to_errors": False,
    "default_row_height": 21,
}
_LETTERS = {"font_name": "Arial", "font_size": 12, "font_color": "#17212B", "font_scheme": "none"}
"""Twelve points without serifs; here and in `_LOOKS` colours have a contrast above 7 to 1 on white."""
_LOOKS: dict[str, dict[str, Any]] = {
    "plain": {"text_wrap": True},
    "title": {"bold": True, "font_size": 16},
    "strong": {"bold": True},
    "line": {},
    "head": {"bold": True, "text_wrap": True},
    "link": {"underline": 1, "font_color": "#0B4A8F"},
    "quoted": {"text_wrap": True, "quote_prefix": True},
    "sign": {"align": "right"},
    "figure0": {"align": "right", "num_format": "#,##0"},
    "figure1": {"align": "right", "num_format": "#,##0.0"},
    "figure2": {"align": "right", "num_format": "#,##0.00"},
}
_A4 = 9
_LINE_POINTS = 15.75
"""Height of a line of the letters; that of a row as a whole."""
_LETTERS_PER_WIDTH = 0.85
"""Letters that a line takes for each unit of the width of its column, at least as a rule."""
_MOST_LINES = 25
"""A row is at most so many lines high: spreadsheets allow 409 points."""
_LONGEST_IN_MARGIN = 120
"""With every letter an `&`, which is written twice, still within the 255 that a margin takes."""
_TAKEN_FOR_PICTURE = re.compile(r"&(?=G|\[Picture\])")
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_CORE = "docProps/core.xml"


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A number that stays a number, shown with so many decimals."""

    value: float
    decimals: int = 0


@dataclass(frozen=True, slots=True)
class Sign:
    """A sign such as `[c]` in the place of a number."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A jump to the first cell of another sheet."""

    text: str
    sheet: str


Content = str | Figure | Sign | Link


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """Lines in the first column, the title first, then what is to stand out; then one table, or none."""

    name: str
    lead: tuple[Content, ...]
    header: tuple[str, ...] = ()
    rows: tuple[tuple[Content, ...], ...] = ()
    widths: tuple[int, ...] = (100,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """A workbook; `head` stands at the head of every printed page, `status` in its properties."""

    title: str
    subject: str
    language: str
    made_on: date
    status: str
    head: str
    sheets: tuple[Sheet, ...]


def workbook(book: Book) -> bytes:
    """The workbook. The same book gives the same bytes on every machine.

    Raises ValueError for a table that no sheet can hold, TypeError for a figure that is no finite number, and what
    XlsxWriter raises for a name that no sheet can have.
    """
    out = io.BytesIO()
    letters = dict(_LETTERS)  # XlsxWriter adds to what it is given
    target = Workbook(out, {**_OPTIONS, "default_format_properties": letters})
    target.set_properties(
        {
            "title": _clean(book.title),
            "subject": _clean(book.subject),
            "author": "tip-trends",
            "created": datetime(book.made_on.year, book.made_on.month, book.made_on.day, tzinfo=UTC),
            "status": _clean(book.status),
        }
    )
    looks = {name: target.add_format({"valign": "top", **look}) for name, look in _LOOKS.items()}
    for number, sheet in enumerate(book.sheets, start=1):
        page = target.add_worksheet(sheet.name)
        _set_up_page(page, sheet, book.head)
        if sheet.rows:
            _add_table(page, sheet, f"table_{number}", looks["head"])
        rest = "line" if sheet.rows else "plain"  # beside a table a line runs over its columns, alone it is folded
        for row, line in enumerate(sheet.lead):
            _write(page, row, 0, line, {0: "title", 1: "strong"}.get(row, rest), looks)
        _fit_heights(page, sheet)
        for row, contents in enumerate(sheet.rows, start=len(sheet.lead) + 1):
            for column, content in enumerate(contents):
                _write(page, row, column, content, "plain", looks)
    target.close()
    parts = parts_of(out.getvalue())
    language = f"<dc:language>{book.language}</dc:language>"  # XlsxWriter has no property for it
    parts[_CORE] = parts[_CORE].replace(b"</cp:coreProperties>", f"{language}</cp:coreProperties>".encode())
    return stored(parts)


def neutralised(text: str) -> str:
    """The text with an apostrophe before a sign that a spreadsheet would take for a formula, for a CSV file."""
    return "'" + text if text.startswith(FORMULA_STARTS) else text


def xml_text(text: str) -> str:
    """The text without the characters that XML cannot hold in any way."""
    return _NO_XML.sub("", text)


def unique(names: Iterable[str]) -> tuple[str, ...]:
    """Names of columns, a number added to one that stood before: a table takes each once, whatever its case."""
    found: dict[str, str] = {}
    for name in (_clean(" ".join(name.split())) for name in names):
        chosen, n = name, 1
        while chosen.lower() in found:
            n += 1
            chosen = f"{name} ({n})"
        found[chosen.lower()] = chosen
    return tuple(found.values())


def _set_up_page(page: Any, sheet: Sheet, head: str) -> None:
    """Widths, and how the sheet is printed: on A4, as wide as a page, its name and a head in the margins."""
    for column, width in enumerate(sheet.widths):
        page.set_column(column, column, width)
    page.set_paper(_A4)
    page.set_margins(left=0.6, right=0.6, top=0.8, bottom=0.8)
    page.fit_to_pages(1, 0)
    if len(sheet.header) > 4:
        page.set_landscape()
    page.set_header(f"&C{_in_margin(head)}")
    page.set_footer(f"&L{_in_margin(sheet.name)}&R&P / &N")


def _fit_heights(page: Any, sheet: Sheet) -> None:
    """Make rows high enough for texts that are folded; not every program does it when it opens a file."""
    folded = [(content,) for content in sheet.lead[2:]] if not sheet.rows else [()] * (len(sheet.lead) - 2)
    heads = (sheet.header,) if sheet.rows else ()
    for row, contents in enumerate((*folded, *heads, *sheet.rows), start=2):
        lines = max((_lines(text, w) for text, w in zip(contents, sheet.widths, strict=False)), default=1)
        if lines > 1:
            page.set_row(row, _LINE_POINTS * min(lines, _MOST_LINES))


def _lines(content: Content, width: int) -> int:
    """On how many lines a text stands in a column of a width; figures, signs and links are never folded."""
    if not isinstance(content, str):
        return 1
    return sum(max(1, math.ceil(len(part) / (_LETTERS_PER_WIDTH * width))) for part in content.split("\n"))


def _in_margin(text: str) -> str:
    """The text as the margins of printed pages take it, where `&` begins an instruction.

    XlsxWriter leaves a margin out that seems to hold a picture (`&G`), also one whose `&` is written twice.
    """
    return _TAKEN_FOR_PICTURE.sub("& ", _clean(text)[:_LONGEST_IN_MARGIN]).replace("&", "&&")


def _write(page: Any, row: int, column: int, content: Content, look: str, looks: dict[str, Any]) -> None:
    if isinstance(content, Figure):
        page.write_number(row, column, content.value, looks[f"figure{min(content.decimals, 2)}"])
    elif isinstance(content, Link):
        place = content.sheet.replace("'", "''")
        page.write_url(row, column, f"internal:'{place}'!A1", looks["link"], _clean(content.text))
    elif isinstance(content, Sign):
        page.write_string(row, column, _clean(content.text), looks["sign"])
    else:
        is_quoted = look in ("plain", "line") and content.startswith(FORMULA_STARTS)
        page.write_string(row, column, _clean(content), looks["quoted" if is_quoted else look])


def _add_table(page: Any, sheet: Sheet, name: str, head: Any) -> None:
    """Make the rows a table whose header stays in sight and stands on every printed page.

    Without buttons to filter: they cover the ends of headers, and nothing tells a listener which rows are hidden.
    """
    first = len(sheet.lead)
    headers = unique(sheet.header)
    failed = page.add_table(
        first,
        0,
        first + len(sheet.rows),
        len(headers) - 1,
        {
            "name": name,
            "columns": [{"header": header, "header_format": head} for header in headers],
            "style": "Table Style Light 1",
            "autofilter": False,
        },
    )
    if failed:
        raise ValueError(f"the sheet {sheet.name} cannot hold its table of {len(sheet.rows)} rows")
    page.freeze_panes(first + 1, 0)
    page.repeat_rows(first)


def _clean(text: str) -> str:
    """The text as XlsxWriter can write it: line ends as XML has them, no character that XML cannot hold.

    XlsxWriter takes what stands between `<r>` and `</r>` for XML of its own; a space at the end keeps it a text.
    """
    text = xml_text(text).replace("\r\n", "\n").replace("\r", "\n")
    return f"{text} " if text.startswith("<r>") and text.endswith("</r>") else text
