"""What is said about a file, as a text with parameters: printed in English here, translated by the reports.

The English text is the id, as gettext has it; a number chooses its plural form by the rules of each language.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TypeAlias

Param: TypeAlias = "str | int | float | date | Message"
"""Numbers and days are written as each language writes them; a year or a limit travels as text.

A message in a message is a word that each language has for itself, such as a unit.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One sentence or part of one; with `many`, the number `n` among its parameters chooses the form."""

    id: str
    params: Mapping[str, Param] = field(default_factory=dict)
    many: str = ""

    def __str__(self) -> str:
        """The English text."""
        form = self.many if self.many and self.params["n"] != 1 else self.id
        return form.format_map(self.params) if self.params else form


Text = str | Message | tuple[Message, ...]
"""What an error may be given: a plain text is English in every language."""


def said(text: str, /, **params: Param) -> Message:
    """The message with this English text; the catalogues gather the texts given to it."""
    return Message(id=text, params=params)


def counted(one: str, many: str, n: int, /, **params: Param) -> Message:
    """The message in the form that the number takes; `{n}` stands for the number."""
    return Message(id=one, many=many, params={"n": n, **params})


def messages_of(text: Text) -> tuple[Message, ...]:
    """Every form of text as messages."""
    if isinstance(text, Message):
        return (text,)
    if isinstance(text, tuple):
        return text
    return (Message(id=text),) if text else ()


def english(text: Text) -> str:
    """Every form of text as the command line prints it."""
    return " ".join(str(message) for message in messages_of(text))
