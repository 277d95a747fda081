"""The parts of a workbook that are alike in all: its container, its formats, and who refers to whom."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Mapping
from html import escape

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""With what a text begins that a spreadsheet may take for a formula."""
LOOKS = ("plain", "title", "strong", "line", "head", "link", "quoted", "sign", "figure0", "figure1", "figure2")
"""Looks of a cell, by the place of their format in `styles.xml`."""
_ZIP_DATE = (2000, 1, 1, 0, 0, 0)
_LONGEST_TEXT = 32_767
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def archive(parts: Mapping[str, bytes]) -> bytes:
    """The parts in one container, without the hour and the machine of their making.

    They are stored and not compressed: what deflate gives depends on the build of zlib.
    """
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        for name, content in parts.items():
            entry = zipfile.ZipInfo(name, date_time=_ZIP_DATE)
            entry.create_system = 0
            target.writestr(entry, content, compress_type=zipfile.ZIP_STORED)
    return out.getvalue()


def text_in_xml(text: str) -> str:
    """The text as XML can hold it; control characters, which it cannot, are left out."""
    return escape(_NO_XML.sub("", text)[:_LONGEST_TEXT])


def styles() -> str:
    """The formats of `LOOKS`: twelve-point letters without serifs in colours of a contrast above 7 to 1 on white."""
    font = '<sz val="{}"/><color rgb="FF{}"/><name val="Arial"/><family val="2"/>'
    fonts = (
        f"<font>{font.format(12, '17212B')}</font>",
        f"<font><b/>{font.format(16, '17212B')}</font>",
        f"<font><b/>{font.format(12, '17212B')}</font>",
        f"<font><u/>{font.format(12, '0B4A8F')}</font>",
    )
    top = '<alignment vertical="top" wrapText="1"/>'
    right = '<alignment horizontal="right" vertical="top"/>'
    line = '<alignment vertical="top"/>'
    formats = (
        (0, 0, "", top), (0, 1, "", line), (0, 2, "", line), (0, 0, "", line), (0, 2, "", top), (0, 3, "", line),
        (0, 0, ' quotePrefix="1"', top), (0, 0, "", right), (3, 0, "", right), (164, 0, "", right), (4, 0, "", right),
    )  # fmt: skip
    cells = "".join(
        f'<xf numFmtId="{number}" fontId="{face}" fillId="0" borderId="0" xfId="0"{more} applyNumberFormat="1" '
        f'applyFont="1" applyAlignment="1">{alignment}</xf>'
        for number, face, more, alignment in formats
    )
    return (
        f'{XML}<styleSheet xmlns="{MAIN}"><numFmts count="1"><numFmt numFmtId="164" formatCode="#,##0.0"/></numFmts>'
        f'<fonts count="{len(fonts)}">{"".join(fonts)}</fonts>'
        '<fills count="2"><fill><patternFill patternType="none"/></fill>'
        '<fill><patternFill patternType="gray125"/></fill></fills>'
        '<borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
        '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
        f'<cellXfs count="{len(formats)}">{cells}</cellXfs>'
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
    )


def relations(*targets: tuple[str, str]) -> str:
    kinds = {
        "core": f"{PACKAGE}/relationships/metadata/core-properties",
        "app": f"{OFFICE}/relationships/extended-properties",
    }
    found = "".join(
        f'<Relationship Id="rId{n}" Type="{kinds.get(kind, f"{OFFICE}/relationships/{kind}")}" Target="{target}"/>'
        for n, (kind, target) in enumerate(targets, start=1)
    )
    return f'{XML}<Relationships xmlns="{PACKAGE}/relationships">{found}</Relationships>'


def content_types(sheets: int, tables: Iterable[int]) -> str:
    spread = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    kinds = {
        "xl/workbook.xml": f"{spread}.sheet.main+xml",
        "xl/styles.xml": f"{spread}.styles+xml",
        "xl/sharedStrings.xml": f"{spread}.sharedStrings+xml",
        "docProps/core.xml": "application/vnd.openxmlformats-package.core-properties+xml",
        "docProps/app.xml": "application/vnd.openxmlformats-officedocument.extended-properties+xml",
        **{f"xl/worksheets/sheet{n}.xml": f"{spread}.worksheet+xml" for n in range(1, sheets + 1)},
        **{f"xl/tables/table{n}.xml": f"{spread}.table+xml" for n in tables},
    }
    named = "".join(f'<Override PartName="/{name}" ContentType="{kind}"/>' for name, kind in kinds.items())
    return (
        f'{XML}<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{named}</Types>'
    )
