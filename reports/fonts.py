"""The font that charts are measured with: which letters it has and how wide they are."""

from __future__ import annotations

from functools import cache

from matplotlib.font_manager import findfont
from matplotlib.ft2font import FT2Font, LoadFlags

from reports.theme import RC

_UNITS = 1000
"""Pixels a letter is measured at; widths are kept in font sizes."""


def missing_letters(letters: str) -> str:
    """Those of the letters that the font of the charts lacks, in their order."""
    known = _font().get_charmap()
    return "".join(letter for letter in letters if ord(letter) not in known)


def width(text: str) -> float:
    """How wide a line of text is, in font sizes: the sum of its letters, without kerning."""
    return sum(_letter_width(letter) for letter in text)


@cache
def _font() -> FT2Font:
    font = FT2Font(findfont(str(RC["font.family"][0])))
    font.set_size(_UNITS, 72)
    return font


@cache
def _letter_width(letter: str) -> float:
    glyph = _font().load_char(ord(letter), flags=LoadFlags.NO_HINTING)
    return float(glyph.linearHoriAdvance) / 65536 / _UNITS
