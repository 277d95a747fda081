"""The files of an edition that was taken back: marked pages, a notice for each workbook, a manifest that says so.

Pages are marked, not made anew: the data may have changed, and readers must find again what they once read. A workbook
gives way to a notice that says where it is kept: a mark on each of its sheets would be an edit of what a library wrote.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from markupsafe import escape

from reports.approval import Withdrawal
from reports.locale import locale
from reports.page import page_head
from reports.spreadsheet import Book, Sheet, workbook

KEPT_IN = "withdrawn"
"""Folder beside a withdrawn edition with its files as they were before."""
MANIFEST = "edition.json"
_PAGE = re.compile(r"report\.(\w+)\.html")
_WORKBOOK = re.compile(r"tables\.(\w+)\.xlsx")
_BODY = re.compile(r"<body[^>]*>\n?")
_STYLE = (
    ".withdrawn{margin:0;padding:.8rem 1.25rem;background:#8a1f11;color:#fff;text-align:center}\n"
    "@media print{.withdrawn{background:none;color:#17212b;border:1.5pt solid #17212b}}\n"
)


def withdrawn_files(files: Mapping[str, bytes], withdrawal: Withdrawal) -> dict[str, bytes]:
    """The same files, `report.<language>.html` marked and `tables.<language>.xlsx` a notice, each in its language.

    `edition.json` gets the status withdrawn.
    """
    marked = dict(files)
    document = json.loads(files[MANIFEST])
    for name in files:
        if found := _PAGE.fullmatch(name):
            marked[name] = _marked(files[name].decode("utf-8"), found[1], withdrawal).encode()
        if found := _WORKBOOK.fullmatch(name):
            marked[name] = _notice(found[1], document["edition"], withdrawal)
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


def _notice(language: str, edition: str, withdrawal: Withdrawal) -> bytes:
    """A workbook without figures, in the place of one with them."""
    title, told = _told(language, withdrawal)
    here = locale(language)
    kept = here.text(
        "The workbook as it was is kept in the folder “{folder}”, which lies beside the folder of this edition.",
        folder=KEPT_IN,
    )
    return workbook(
        Book(
            title=f"{title}: {edition}",
            subject=told,
            language=language,
            made_on=withdrawal.withdrawn_on,
            status="Withdrawn",
            head=title,
            sheets=(Sheet(name=title, lead=(title, told, f"{here.text('Edition')}: {edition}", kept)),),
        )
    )
