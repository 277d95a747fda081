"""Golden outlines: what an edition says in each language, without its drawings, tables and provenance cards.

Of the cards one of each kind is in a golden file of its own.

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
    r"<(h[1234]|li|dt|dd|p|figcaption|caption)\b[^>]*>(?P<text>.*?)</\1>|<desc[^>]*>(?P<desc>[^<]*)</desc>", re.DOTALL
)


TRACES = re.compile(
    r' *<a class="trace".*?</a>|<p class="table-note provenance">.*?</p>|<div class="cards">.*?</main>', re.DOTALL
)
CARDS = re.compile(r'<article class="card" id="(\w+)".*?</article>', re.DOTALL)
LEADS = re.compile(r'<li><a href="#[TE]\d+">.*?</li>')
SHOWN = ("T1", "T3", "T5", "T7", "T10", "T12", "T50", "T51", "E1", "E9", "E45")
"""Cards in the golden files: a count, the measures made from it, a rate, and answers of three kinds."""


def outline(html: str) -> str:
    """Headings, sentences, captions and descriptions of drawings, one a line."""
    body = LEADS.sub("", TRACES.sub("", html.split("<body", 1)[1]))
    return _lines(body)


def cards(html: str) -> str:
    """What the cards shown in the golden files say, of each the first figure."""
    first = re.compile(r'<div class="at"[^>]*>(.*?)</div>\n(?:<div class="at".*?</div>\n)*')
    found = {card[1]: first.sub(r"<p>\1</p>\n", card[0]) for card in CARDS.finditer(html)}
    return "\n".join(_lines(found[name]) for name in SHOWN if name in found)


def _lines(body: str) -> str:
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
    compare(f"{name}.{language}.txt", outline(page_of(EDITIONS[name], language)))


@pytest.mark.parametrize("language", ["en", "ru", "tk"])
def test_the_provenance_cards_say_what_they_said(language: str) -> None:
    compare(f"cards.{language}.txt", cards(page_of("answered", language)))


def compare(name: str, got: str) -> None:
    path = GOLDEN / name
    new = path.with_suffix(".txt.new")
    if not path.exists() or path.read_text("utf-8") != got:
        new.write_text(got, "utf-8")
        pytest.fail(f"{path.name} differs from what the edition says now; see {new.name}")
    new.unlink(missing_ok=True)
