"""Texts as they are compared: in small letters and without marks above and below, in Python and in SQL alike.

`Annaýewa`, `ANNAYEWA` and `annayewa` become one, as do `Ўғли` and `уғли`, `Сергей` and `сергеи`. Letters of their own
(қ, ғ, ң, ұ, һ, ә, і, ı) stay.
"""

from __future__ import annotations

import unicodedata


def folded(text: str) -> str:
    """The text in small letters without combining marks; its length may differ from that of the text."""
    if text.isascii():
        return text.lower()
    parts = unicodedata.normalize("NFD", text.lower())
    return "".join(part for part in parts if unicodedata.category(part) != "Mn")


def folded_sql(cell: str) -> str:
    """SQL of the same for a cell."""
    return f"strip_accents(lower({cell}))"
