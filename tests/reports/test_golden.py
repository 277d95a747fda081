"""Golden outlines: what an edition says in each language, without its drawings and tables.

After a wanted change: `python -m pytest tests/reports/test_golden.py` fails and leaves what it got beside the golden
file as `<name>.new`; read the difference, then move it over.
"""

from __future__ import annotations

import re
from html import unescape
from pathlib import Path

import pytest

from tests.reports.drawn import page_of

GOLDEN = Path(__file__).resolve().parents[1] / "golden"
EDITIONS = {
    "national": "answered",
    "quarterly": "answered quarterly",
    "sparse": "answered small",
    "world": "world",
    "followed": "followed",
}
SAID = re.compile(
    r"<(h[123]|li|dt|dd|p|figcaption|caption)\b[^>]*>(?P<text>.*?)</\1>|<desc[^>]*>(?P<desc>[^<]*)</desc>", re.DOTALL
)


def outline(html: str) -> str:
    """Headings, sentences, captions and descriptions of drawings, one a line."""
    body = html.split("<body", 1)[1]
    lines = []
    for found in SAID.finditer(body):
        text = found["desc"] if found["text"] is None else re.sub(r"<[^>]+>", "", found["text"])
        line = " ".join(unescape(text).split())
        if line and (not lines or lines[-1] != line):
            lines.append(line)
    return "\n".join(lines) + "\n"


@pytest.mark.parametrize("language", ["en", "ru", "tk"])
@pytest.mark.parametrize("name", EDITIONS)
def test_the_edition_says_what_it_said(name: str, language: str) -> None:
    got = outline(page_of(EDITIONS[name], language))
    path = GOLDEN / f"{name}.{language}.txt"
    new = path.with_suffix(".txt.new")
    if not path.exists() or path.read_text("utf-8") != got:
        new.write_text(got, "utf-8")
        pytest.fail(f"{path.name} differs from what the edition says now; see {new.name}")
    new.unlink(missing_ok=True)
