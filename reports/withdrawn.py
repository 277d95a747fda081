"""The files of an edition that was taken back: pages and workbooks with a mark on them, and a manifest that says so.

They are marked, not made anew: the data may have changed, and readers must find again what they once read.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Mapping

from markupsafe import escape

from reports.approval import Withdrawal
from reports.locale import locale
from reports.page import page_head
from reports.spreadsheet import STATE, Book, Sheet, workbook
from reports.spreadsheet_parts import LOOKS, archive, text_in_xml

MANIFEST = "edition.json"
_PAGE = re.compile(r"report\.(\w+)\.html")
_WORKBOOK = re.compile(r"tables\.(\w+)\.xlsx")
_SHEET = re.compile(r"xl/worksheets/sheet\d+\.xml")
_STATE = re.compile(rf'<c r="{STATE}"[^>]*>.*?</c>')
_BODY = re.compile(r"<body[^>]*>\n?")
_STYLE = (
    ".withdrawn{margin:0;padding:.8rem 1.25rem;background:#8a1f11;color:#fff;text-align:center}\n"
    "@media print{.withdrawn{background:none;color:#17212b;border:1.5pt solid #17212b}}\n"
)


def withdrawn_files(files: Mapping[str, bytes], withdrawal: Withdrawal) -> dict[str, bytes]:
    """The same files; each `report.<language>.html` and `tables.<language>.xlsx` marked in its language.

    `edition.json` gets the status withdrawn.
    """
    marked = dict(files)
    for name in files:
        if found := _PAGE.fullmatch(name):
            marked[name] = _marked(files[name].decode("utf-8"), found[1], withdrawal).encode()
        if found := _WORKBOOK.fullmatch(name):
            marked[name] = _marked_workbook(files[name], found[1], withdrawal)
    marked[MANIFEST] = withdrawn_manifest(files[MANIFEST], withdrawal)
    return marked


def withdrawn_manifest(manifest: bytes, withdrawal: Withdrawal) -> bytes:
    """The manifest with its status and the withdrawal; everything else as it was."""
    document = json.loads(manifest)
    document["status"] = "withdrawn"
    document["release"] = {**(document.get("release") or {}), **withdrawal.to_json()}
    return (json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()


def _told(language: str, withdrawal: Withdrawal) -> tuple[str, str]:
    """The word and the sentence."""
    here = locale(language)
    reason = withdrawal.reason.rstrip(". ") + "."
    told = here.text(
        "This edition was taken back on {date}: {reason} Do not use or quote its figures.",
        date=here.date(withdrawal.withdrawn_on),
        reason=reason,
    )
    return here.text("WITHDRAWN"), told


def _marked(html: str, language: str, withdrawal: Withdrawal) -> str:
    title, told = _told(language, withdrawal)
    style = f"<style>\n{_STYLE}{page_head('top-center', title)}</style>\n"
    banner = f'<p class="withdrawn" role="note"><strong>{escape(title)}</strong> <span>{escape(told)}</span></p>\n'
    html = html.replace("<title>", f"<title>{escape(title)} – ", 1).replace("</head>", f"{style}</head>", 1)
    return _BODY.sub(lambda body: body[0] + banner, html, count=1)


def _marked_workbook(content: bytes, language: str, withdrawal: Withdrawal) -> bytes:
    """The workbook with the withdrawal in place of the state of every sheet, and at the head of every printed page.

    One that is not as it was made is replaced by the notice alone: it must not go on without a mark.
    """
    title, told = _told(language, withdrawal)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as source:
            parts = {name: source.read(name) for name in source.namelist()}
        marked = {name: _marked_part(name, part.decode(), title, told).encode() for name, part in parts.items()}
    except (zipfile.BadZipFile, ValueError, EOFError, NotImplementedError):
        return _notice(language, title, told, withdrawal)
    sheets = [name for name in parts if _SHEET.fullmatch(name)]
    if not sheets or any(marked[name] == parts[name] for name in sheets):
        return _notice(language, title, told, withdrawal)
    return archive(marked)


def _marked_part(name: str, xml: str, title: str, told: str) -> str:
    word = text_in_xml(title)
    if name == "docProps/core.xml":
        xml = xml.replace("<dc:title>", f"<dc:title>{word} – ", 1)
        return re.sub(r"<cp:contentStatus>[^<]*", "<cp:contentStatus>Withdrawn", xml)
    if not _SHEET.fullmatch(name):
        return xml
    said = text_in_xml(f"{title}. {told}")
    cell = f'<c r="{STATE}" s="{LOOKS.index("strong")}" t="inlineStr"><is><t>{said}</t></is></c>'
    xml = xml.replace("<oddHeader>&amp;C", f"<oddHeader>&amp;C{word} · ", 1)
    return _STATE.sub(lambda _: cell, xml, count=1)


def _notice(language: str, title: str, told: str, withdrawal: Withdrawal) -> bytes:
    return workbook(
        Book(
            title=title,
            subject="",
            language=language,
            made_on=withdrawal.withdrawn_on,
            status="Withdrawn",
            head=title,
            sheets=(Sheet(name=title[:31], lead=(title, told)),),
        )
    )
