"""What all pages are made with: the templates, the stylesheet, and the notice over a text that awaits review."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib import resources

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from reports import theme
from reports.blocks import Note, plain
from reports.locale import DRAFTS, NO_BREAK, Locale

_LAST_NUMBER = re.compile(r" (?=[\d.,\u00a0]*\d$)")
_RANGE = re.compile(r"(?<=\d)–(?=\d)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Other:
    """The same page in another language, or this one in its own."""

    language: str
    name: str
    path: str
    is_here: bool


def translation_notice(locale: Locale) -> tuple[Note, ...]:
    """What a reader must know of the wording. Asked for last, so that texts without translation are counted."""
    draft = locale.text(
        "The wording in this language is a draft that awaits review by a native speaker. "
        "Figures are the same in all languages."
    )
    drafted = (Note(title="", text=plain(draft), tone="caution"),) if locale.language in DRAFTS else ()
    missing = len(locale.untranslated)
    if not missing:
        return drafted
    said = locale.plural(
        "{n} text of this page is not translated yet and stands in English.",
        "{n} texts of this page are not translated yet and stand in English.",
        missing,
    )
    return (*drafted, Note(title="", text=plain(said), tone="caution"))


@cache
def style(*files: str, extra: str = "") -> Markup:
    """The theme's colours and the named stylesheets of this package."""
    folder = resources.files("reports") / "templates"
    css = "".join((folder / name).read_text("utf-8") for name in files)
    return Markup(theme.css_variables() + css + extra)  # noqa: S704 - all parts are files of this package


def page_head(place: str, words: str) -> str:
    """CSS that puts words at the head of every printed page; `place` is a margin box such as `top-right`.

    The words go into a CSS string: letters only, since nothing is escaped in them.
    """
    if not words.replace(" ", "").isalpha():
        raise ValueError(f"{words!r} is not made of letters")
    return f'@page{{@{place}{{content:"{words}";font:700 9pt sans-serif;color:#8a3b06}}}}\n'


def unbroken(text: str) -> str:
    """The text with intervals such as `50–67 %`, and a number at its end, that a line end cannot part."""
    return _LAST_NUMBER.sub(NO_BREAK, _RANGE.sub("–\u2060", text))


@cache
def environment() -> Environment:
    """The templates; everything is escaped, and a name that is missing is an error."""
    made = Environment(
        loader=PackageLoader("reports", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=False,
        keep_trailing_newline=True,
    )
    made.filters["unbroken"] = unbroken
    return made
