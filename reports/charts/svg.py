"""From a matplotlib figure to markup that may stand inside a page beside others.

Text stays text; ids get the chart's own prefix; colours become CSS variables, so that one drawing serves
light, dark and paper; a title and a description are written, which matplotlib does not do.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from io import StringIO

import matplotlib as mpl
from markupsafe import Markup, escape
from matplotlib.figure import Figure

from reports.blocks import Svg
from reports.theme import MUTED, RC, SMALL_PX, TOKENS

_DEFAULTS = {name: value for name, value in mpl.rcParamsDefault.items() if not name.startswith(("backend", "toolbar"))}
_NO_METADATA = {"Date": None, "Creator": None, "Format": None, "Type": None}
_PROLOGUE = re.compile(r"^.*?(?=<svg)", re.DOTALL)
_ROOT = re.compile(r"<svg[^>]*viewBox=\"(?P<box>[^\"]+)\"[^>]*>")
_STYLE = re.compile(r"<defs>\s*<style.*?</style>\s*</defs>", re.DOTALL)
_METADATA = re.compile(r"<metadata>.*?</metadata>", re.DOTALL)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_ID = re.compile(r"(?<=\bid=\")(?=[^\"])")
_REFERENCE = re.compile(r"(?:xlink:)?href=\"#")
_FONT = re.compile(r"(?<=font-family: )'DejaVu Sans'[^;\"]*|(?<=px )'DejaVu Sans'[^;\"]*")
_GEOMETRY = re.compile(r"\b(?:d|x|y|width|height|transform)=\"[^\"]*\"")
_LONG_NUMBER = re.compile(r"(\d+\.\d{2})\d+")
_COLOUR = re.compile("|".join(re.escape(token.light) for token in TOKENS))
_VARIABLE = {token.light: f"var(--{token.name},{token.light})" for token in TOKENS}
_HELD = ContextVar("_HELD", default=False)
"""Whether the theme is set already, by `held_settings`."""


@contextmanager
def held_settings() -> Iterator[None]:
    """Set the theme once for all drawings made within; setting it for each costs a tenth of the drawing."""
    with settings(""):
        token = _HELD.set(True)
        try:
            yield
        finally:
            _HELD.reset(token)


@contextmanager
def settings(salt: str) -> Iterator[None]:
    """Matplotlib's defaults with the theme's changes, whatever the user's own settings say; `salt` makes ids stable."""
    if _HELD.get():
        mpl.rcParams["svg.hashsalt"] = salt
        yield
        return
    with mpl.rc_context():
        mpl.rcParams.update({name: value for name, value in _DEFAULTS.items() if name not in RC})
        mpl.rcParams.update({**RC, "svg.hashsalt": salt})
        yield


def drawn(draw: Callable[[], Figure]) -> Figure:
    """The figure, drawn with the theme's settings and no others."""
    with settings("tip-trends"):
        return draw()


def inline_svg(figure: Figure, *, prefix: str, title: str, description: str, watermark: str = "") -> Svg:
    """Markup of the figure; `prefix` must be unique in the page, `watermark` says SYNTHETIC where it must be said."""
    return named(unnamed_svg(figure, prefix=prefix, watermark=watermark), prefix=prefix, title=title, about=description)


def unnamed_svg(figure: Figure, *, prefix: str, watermark: str = "") -> str:
    """Markup of the figure before `named` gives it title and description, so that one drawing serves languages."""
    with settings(prefix):
        if watermark:
            height = figure.get_size_inches()[1] * 72
            figure.text(1, 2 / height, watermark, ha="right", va="bottom", fontsize=SMALL_PX - 2, color=MUTED.light)
        buffer = StringIO()
        figure.savefig(buffer, format="svg", metadata=_NO_METADATA, transparent=True)
    markup = _PROLOGUE.sub("", buffer.getvalue(), count=1)
    for pattern in (_STYLE, _METADATA, _COMMENT):
        markup = pattern.sub("", markup)
    markup = _ID.sub(f"{prefix}-", markup)
    markup = _REFERENCE.sub(f'href="#{prefix}-', markup).replace("url(#", f"url(#{prefix}-")
    markup = _FONT.sub("var(--chart-face,sans-serif)", markup)
    markup = _GEOMETRY.sub(lambda found: _LONG_NUMBER.sub(r"\1", found[0]), markup)
    markup = _COLOUR.sub(lambda found: _VARIABLE[found[0]], markup)
    return re.sub(r"\n\s*", "\n", markup).strip()


def named(markup: str, *, prefix: str, title: str, about: str) -> Svg:
    """The drawing of `unnamed_svg` with what it is called and what it shows."""
    head = (
        f'<svg viewBox="\\g<box>" role="img" aria-labelledby="{prefix}-title {prefix}-desc">'
        f'<title id="{prefix}-title">{_safe(title)}</title><desc id="{prefix}-desc">{_safe(about)}</desc>'
    )
    return Svg(Markup(_ROOT.sub(head, markup, count=1)))  # noqa: S704 - built here, texts escaped by matplotlib and above


def _safe(text: str) -> str:
    return str(escape(text)).replace("\\", "\\\\")
