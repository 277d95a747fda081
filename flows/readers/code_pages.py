"""Which code page the bytes of a text are in, where its declaration may be wrong."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

CYRILLIC = ("cp1251", "cp866", "koi8_r", "iso8859_5", "mac_cyrillic")
_FREQUENT = frozenset("оеаинтсрвлкмОЕАИНТСРВЛКМ")
"""The letters that make up three quarters of a text in Russian or another language of the region in Cyrillic."""
_SAMPLE = 200_000
_PLAUSIBLE = 0.5
"""Share of frequent letters among those beyond ASCII from which a text counts as Cyrillic."""


def told_code_page(content: bytes, declared: Sequence[str]) -> str | None:
    """The Cyrillic code page that makes the most of the bytes readable, the first of `declared` where several do.

    None where no page makes Cyrillic words of them: the bytes beyond ASCII of a western text stand alone in its words.
    """
    sample = content[:_SAMPLE]
    if not _stands_in_runs(sample):
        return None
    pages = dict.fromkeys((*(page for page in declared if page in CYRILLIC), *CYRILLIC))
    best = max(pages, key=lambda page: _readable(sample, page))
    return best if _readable(sample, best) >= _PLAUSIBLE else None


def _stands_in_runs(sample: bytes) -> bool:
    high = [place for place, byte in enumerate(sample) if byte > 0x7F]
    neighbours = sum(1 for place, following in pairwise(high) if following == place + 1)
    return len(high) > 1 and neighbours > len(high) / 2


def _readable(sample: bytes, page: str) -> float:
    """Share of frequent letters, a little more for small ones, which other pages show as capitals."""
    letters = [letter for letter in sample.decode(page, errors="replace") if letter > "\x7f"]
    frequent = sum(letter in _FREQUENT for letter in letters)
    small = sum("а" <= letter <= "я" for letter in letters)
    return (frequent + 0.1 * small) / len(letters)
