"""Names and reasons that a person states: kept for good and shown, so they are short and name nobody else."""

from __future__ import annotations

import unicodedata

from transforms.errors import WrongArguments
from transforms.personal.texts import WORDS, kinds_beside

LONGEST_NAME = 100
LONGEST_TEXT = 1000


def checked_name(name: str) -> str:
    """The name of who acts, with single spaces; raises WrongArguments for one without letters or too long."""
    text = " ".join(unicodedata.normalize("NFC", name).split())
    if sum(letter.isalpha() for letter in text) < 2 or len(text) > LONGEST_NAME or not text.isprintable():
        raise WrongArguments(
            f"'{text[:LONGEST_NAME]}' is not a name.",
            advice='Write your name as others know it, such as --by "A. Orazowa, Statistics Committee".',
        )
    return text


def checked_text(what: str, text: str) -> str:
    """What was stated, with single spaces; raises WrongArguments where it is empty, long, or seems to name a person."""
    told = " ".join(unicodedata.normalize("NFC", text).split())
    if not told or len(told) > LONGEST_TEXT or not told.isprintable():
        raise WrongArguments(
            f"The text of --{what} is {'empty' if not told else 'longer than 1,000 letters or not plain text'}.",
            advice=f'Say it in a sentence or two: --{what} "..."',
        )
    if kinds := kinds_beside(told):
        raise WrongArguments(
            f"The text of --{what} seems to hold {' and '.join(sorted(str(WORDS[kind]) for kind in kinds))}.",
            advice="It is kept for good: name offices and letters in it, no person.",
        )
    return told
