"""A workbook as bytes: sheets of text, figures and links that assistive technology reads well. Pure.

Written here and not by a library: openpyxl needs files on disk, takes a second for the tables of an edition, and
writes other bytes with another version of itself or of lxml, while an edition is to be the same bytes anywhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from html import escape

from reports.spreadsheet_parts import (
    FORMULA_STARTS,
    LOOKS,
    MAIN,
    OFFICE,
    PACKAGE,
    XML,
    archive,
    content_types,
    relations,
    styles,
    text_in_xml,
)

_LONGEST_HEAD = 250
_SELECTED = ' tabSelected="1"'


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
    """Lines in the first column, the title first; then one table, or none. The second line is told of in `STATE`."""

    name: str
    lead: tuple[Content, ...]
    header: tuple[str, ...] = ()
    rows: tuple[tuple[Content, ...], ...] = ()
    widths: tuple[int, ...] = (100,)

    @property
    def first_row(self) -> int:
        """Row of the table's header."""
        return len(self.lead) + 1


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


STATE = "A2"
"""Cell of every sheet that says whether its figures may be used: a draft, released, withdrawn."""


def workbook(book: Book) -> bytes:
    """The workbook. The same book gives the same bytes on every machine."""
    texts: dict[str, int] = {}
    sheets = {f"xl/worksheets/sheet{n}.xml": _sheet(book, n, texts) for n in range(1, len(book.sheets) + 1)}
    numbers = [n for n, sheet in enumerate(book.sheets, start=1) if sheet.rows]
    parts = {
        "[Content_Types].xml": content_types(len(book.sheets), numbers),
        "_rels/.rels": relations(
            ("officeDocument", "xl/workbook.xml"), ("core", "docProps/core.xml"), ("app", "docProps/app.xml")
        ),
        "docProps/core.xml": _core(book),
        "docProps/app.xml": f'{XML}<Properties xmlns="{OFFICE}/extended-properties">'
        "<Application>tip-trends</Application></Properties>",
        "xl/workbook.xml": _index(book),
        "xl/_rels/workbook.xml.rels": relations(
            *(("worksheet", f"worksheets/sheet{n}.xml") for n in range(1, len(book.sheets) + 1)),
            ("styles", "styles.xml"),
            ("sharedStrings", "sharedStrings.xml"),
        ),
        "xl/styles.xml": styles(),
        "xl/sharedStrings.xml": _shared(texts),
        **sheets,
    }
    for n in numbers:
        parts[f"xl/worksheets/_rels/sheet{n}.xml.rels"] = relations(("table", f"../tables/table{n}.xml"))
        parts[f"xl/tables/table{n}.xml"] = _table(book.sheets[n - 1], n)
    return archive({name: content.encode() for name, content in parts.items()})


def _in_page_margin(text: str) -> str:
    """The text as the margins of printed pages take it, where `&` begins an instruction."""
    return text_in_xml(text.replace("&", "&&")[:_LONGEST_HEAD])


def column_letters(number: int) -> str:
    """`A` for 1, `AA` for 27."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def unique(names: Iterable[str]) -> tuple[str, ...]:
    """Names of columns, a number added to one that stood before: a table takes each once, whatever its case."""
    found: dict[str, str] = {}
    for name in (" ".join(name.split()) for name in names):
        chosen, n = name, 1
        while chosen.lower() in found:
            n += 1
            chosen = f"{name} ({n})"
        found[chosen.lower()] = chosen
    return tuple(found.values())


def _sheet(book: Book, number: int, texts: dict[str, int]) -> str:
    sheet = book.sheets[number - 1]
    columns = "".join(
        f'<col min="{n}" max="{n}" width="{width}" customWidth="1"/>' for n, width in enumerate(sheet.widths, start=1)
    )
    rows = ""
    for row, (look, contents) in enumerate(_rows(sheet), start=1):
        cells = "".join(_cell(texts, row, n, content, look) for n, content in enumerate(contents, start=1))
        rows += f'<row r="{row}">{cells}</row>'
    orientation = "landscape" if len(sheet.header) > 4 else "portrait"
    return (
        f'{XML}<worksheet xmlns="{MAIN}" xmlns:r="{OFFICE}/relationships">'
        '<sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>'
        f'<sheetViews><sheetView{_SELECTED if number == 1 else ""} workbookViewId="0">{_frozen(sheet)}</sheetView>'
        f'</sheetViews><sheetFormatPr defaultRowHeight="16"/><cols>{columns}</cols><sheetData>{rows}</sheetData>'
        f'{_links(sheet)}<pageMargins left="0.6" right="0.6" top="0.8" bottom="0.8" header="0.3" footer="0.3"/>'
        f'<pageSetup paperSize="9" orientation="{orientation}" fitToWidth="1" fitToHeight="0"/>'
        f"<headerFooter>{page_head(book.head)}"
        f"<oddFooter>&amp;L{_in_page_margin(sheet.name)}&amp;R&amp;P / &amp;N</oddFooter></headerFooter>"
        + ('<tableParts count="1"><tablePart r:id="rId1"/></tableParts>' if sheet.rows else "")
        + "</worksheet>"
    )


def _rows(sheet: Sheet) -> list[tuple[str, tuple[Content, ...]]]:
    """Look and contents of each row: lines beside a table run over its columns, lines alone are folded."""
    looks = ["title", "strong", *(["line" if sheet.rows else "plain"] * len(sheet.lead))]
    lead: list[tuple[str, tuple[Content, ...]]] = [
        (look, (line,)) for look, line in zip(looks, sheet.lead, strict=False)
    ]
    return [*lead, ("head", unique(sheet.header)), *(("plain", row) for row in sheet.rows)] if sheet.rows else lead


def _cell(texts: dict[str, int], row: int, column: int, content: Content, look: str) -> str:
    """The cell; a text is entered into `texts` and named by its place there."""
    at = f"{column_letters(column)}{row}"
    if isinstance(content, Figure):
        style = LOOKS.index(f"figure{min(content.decimals, 2)}")
        return f'<c r="{at}" s="{style}"><v>{content.value!r}</v></c>'
    text = content if isinstance(content, str) else content.text
    if not isinstance(content, str):
        look = "link" if isinstance(content, Link) else "sign"
    elif look in ("plain", "line") and text.startswith(FORMULA_STARTS):
        look = "quoted"
    place = texts.setdefault(text_in_xml(text), len(texts))
    return f'<c r="{at}" s="{LOOKS.index(look)}" t="s"><v>{place}</v></c>'


def _links(sheet: Sheet) -> str:
    found = "".join(
        f'<hyperlink ref="{column_letters(column)}{row}" location="{escape(_quoted(content.sheet))}!A1"/>'
        for row, (_, contents) in enumerate(_rows(sheet), start=1)
        for column, content in enumerate(contents, start=1)
        if isinstance(content, Link)
    )
    return f"<hyperlinks>{found}</hyperlinks>" if found else ""


def _frozen(sheet: Sheet) -> str:
    """The table's header stays in sight."""
    if not sheet.rows:
        return ""
    top = sheet.first_row
    return f'<pane ySplit="{top}" topLeftCell="A{top + 1}" activePane="bottomLeft" state="frozen"/>'


def page_head(text: str) -> str:
    """The element that puts a text at the head of every printed page."""
    return f"<oddHeader>&amp;C{_in_page_margin(text)}</oddHeader>"


def _quoted(name: str) -> str:
    return "'" + name.replace("'", "''") + "'"


def _table(sheet: Sheet, number: int) -> str:
    heads = unique(sheet.header)
    ref = f"A{sheet.first_row}:{column_letters(len(heads))}{sheet.first_row + len(sheet.rows)}"
    columns = "".join(f'<tableColumn id="{n}" name="{text_in_xml(name)}"/>' for n, name in enumerate(heads, start=1))
    return (
        f'{XML}<table xmlns="{MAIN}" id="{number}" name="table_{number}" displayName="table_{number}" ref="{ref}" '
        f'totalsRowShown="0"><autoFilter ref="{ref}"/><tableColumns count="{len(heads)}">{columns}</tableColumns>'
        '<tableStyleInfo name="TableStyleLight1" showFirstColumn="0" showLastColumn="0" showRowStripes="1" '
        'showColumnStripes="0"/></table>'
    )


def _index(book: Book) -> str:
    sheets = "".join(
        f'<sheet name="{escape(sheet.name)}" sheetId="{n}" r:id="rId{n}"/>' for n, sheet in enumerate(book.sheets, 1)
    )
    repeated = "".join(
        f'<definedName name="_xlnm.Print_Titles" localSheetId="{place}">'
        f"{escape(_quoted(sheet.name))}!${sheet.first_row}:${sheet.first_row}</definedName>"
        for place, sheet in enumerate(book.sheets)
        if sheet.rows
    )
    return (
        f'{XML}<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}/relationships">'
        f'<bookViews><workbookView activeTab="0"/></bookViews><sheets>{sheets}</sheets>'
        + (f"<definedNames>{repeated}</definedNames>" if repeated else "")
        + "</workbook>"
    )


def _core(book: Book) -> str:
    day = f"{book.made_on.isoformat()}T00:00:00Z"
    return (
        f'{XML}<cp:coreProperties xmlns:cp="{PACKAGE}/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{text_in_xml(book.title)}</dc:title><dc:subject>{text_in_xml(book.subject)}</dc:subject>"
        "<dc:creator>tip-trends</dc:creator><cp:lastModifiedBy>tip-trends</cp:lastModifiedBy>"
        f'<dcterms:created xsi:type="dcterms:W3CDTF">{day}</dcterms:created>'
        f'<dcterms:modified xsi:type="dcterms:W3CDTF">{day}</dcterms:modified>'
        f"<dc:language>{book.language}</dc:language><cp:contentStatus>{text_in_xml(book.status)}</cp:contentStatus>"
        "</cp:coreProperties>"
    )


def _shared(texts: Mapping[str, int]) -> str:
    items = "".join(f'<si><t xml:space="preserve">{text}</t></si>' for text in texts)
    return f'{XML}<sst xmlns="{MAIN}" uniqueCount="{len(texts)}">{items}</sst>'
