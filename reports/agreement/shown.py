"""A cell of a manifest as any file shows it: its number or the sign in its place, its state, its words.

Told anew from the cell of the manifest, not by the code that writes the files.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from reports import words
from reports.locale import N_

FIGURES = ("value", "lower", "upper", "base")
_NORMAL = N_("Normal")


def state(cell: Mapping[str, Any]) -> str:
    """Which of the states of a cell this is: `value`, or the one for which it shows a sign."""
    if cell["conf_status"] != "F":
        return "suppressed"
    if cell["obs_status"] in ("U", "M"):
        return "unreliable" if cell["obs_status"] == "U" else "not_applicable"
    return "not_reported" if cell["value"] is None else "value"


def sign(cell: Mapping[str, Any]) -> str:
    """The sign in place of a number that the cell does not have."""
    return words.MARKS.get(state(cell), words.MARKS["not_applicable"])[0]


def state_word(cell: Mapping[str, Any]) -> str:
    """The state or the flag of the cell, as an English text."""
    found = state(cell)
    if found != "value":
        return words.STATES[found]
    return words.FLAGS.get(cell["obs_status"], ("", _NORMAL))[1]


def codes(table: Mapping[str, Any], cell: Mapping[str, Any]) -> tuple[str, ...]:
    """Codes of a cell in the order of the dimensions of its table."""
    return tuple(str(cell["at"].get(name, "")) for name in table["dimensions"])


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Words that a file has for codes, with the places where they stand.

    The manifest has no words, but one code has one word in the whole of a file.
    """

    _places: dict[tuple[str, str], dict[str, list[str]]] = field(default_factory=dict)

    def read(self, kind: str, code: str, word: object, place: str) -> None:
        """Take down what stands for a code at a place."""
        self._places.setdefault((kind, code), {}).setdefault(str(word), []).append(place)

    def strays(self) -> Iterator[str]:
        """Places with another word than the one that stands for the same code most often."""
        for told in self._places.values():
            usual, _ = Counter({word: len(places) for word, places in told.items()}).most_common(1)[0]
            for word, places in told.items():
                if word != usual:
                    yield from places
