"""What a check of an installation or a home finds, in words that each language has."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flows.clock import Clock
from flows.home import Home
from transforms.messages import Message, Text, english, messages_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One check: what was looked at, what was found, and how to mend it where it is not well.

    `name` is its key, the same in every language.
    """

    name: str
    label: Message
    is_well: bool
    told: tuple[Message, ...]
    mend: tuple[Message, ...] = ()

    @property
    def found(self) -> str:
        """What was found, in English."""
        return "; ".join(str(part) for part in self.told)

    @property
    def remedy(self) -> str:
        """How to mend it, in English; empty where nothing is to be mended."""
        return english(self.mend)


Checker = Callable[[Home, Clock], Check]


def well(name: str, label: Message, told: Text) -> Check:
    """A check that found nothing wrong."""
    return Check(name=name, label=label, is_well=True, told=messages_of(told))


def unwell(name: str, label: Message, told: Text, mend: Text) -> Check:
    """A check that found something wrong, with its remedy."""
    return Check(name=name, label=label, is_well=False, told=messages_of(told), mend=messages_of(mend))
