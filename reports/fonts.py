"""Whether charts can be drawn with the letters of all languages."""

from __future__ import annotations

from matplotlib.font_manager import findfont
from matplotlib.ft2font import FT2Font

from reports.theme import RC


def missing_letters(letters: str) -> str:
    """Those of the letters that the font of the charts lacks, in their order."""
    font = FT2Font(findfont(str(RC["font.family"][0])))
    known = font.get_charmap()
    return "".join(letter for letter in letters if ord(letter) not in known)
