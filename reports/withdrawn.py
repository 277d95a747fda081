"""The files of an edition that was taken back: the same pages with a banner over them, and a manifest that says so.

Pages are marked, not made anew: the data may have changed, and readers must find again what they once read.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from markupsafe import escape

from reports.approval import Withdrawal
from reports.locale import locale
from reports.page import page_head

MANIFEST = "edition.json"
_PAGE = re.compile(r"report\.(\w+)\.html")
_BODY = re.compile(r"<body[^>]*>\n?")
_STYLE = (
    ".withdrawn{margin:0;padding:.8rem 1.25rem;background:#8a1f11;color:#fff;text-align:center}\n"
    "@media print{.withdrawn{background:none;color:#17212b;border:1.5pt solid #17212b}}\n"
)


def withdrawn_files(files: Mapping[str, bytes], withdrawal: Withdrawal) -> dict[str, bytes]:
    """The same files; each `report.<language>.html` marked in its language, `edition.json` with status withdrawn."""
    marked = dict(files)
    for name in files:
        if found := _PAGE.fullmatch(name):
            marked[name] = _marked(files[name].decode("utf-8"), found[1], withdrawal).encode()
    marked[MANIFEST] = withdrawn_manifest(files[MANIFEST], withdrawal)
    return marked


def withdrawn_manifest(manifest: bytes, withdrawal: Withdrawal) -> bytes:
    """The manifest with its status and the withdrawal; everything else as it was."""
    document = json.loads(manifest)
    document["status"] = "withdrawn"
    document["release"] = {**(document.get("release") or {}), **withdrawal.to_json()}
    return (json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()


def _marked(html: str, language: str, withdrawal: Withdrawal) -> str:
    here = locale(language)
    title = here.text("WITHDRAWN")
    told = here.text(
        "This edition was taken back on {date}: {reason} Do not use or quote its figures.",
        date=here.date(withdrawal.withdrawn_on),
        reason=withdrawal.reason.rstrip(". ") + ".",
    )
    style = f"<style>\n{_STYLE}{page_head('top-center', title)}</style>\n"
    banner = f'<p class="withdrawn" role="note"><strong>{escape(title)}</strong> <span>{escape(told)}</span></p>\n'
    html = html.replace("<title>", f"<title>{escape(title)} – ", 1).replace("</head>", f"{style}</head>", 1)
    return _BODY.sub(lambda body: body[0] + banner, html, count=1)
