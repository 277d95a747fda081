"""Blocks that only the archive has, beside those of `reports.blocks`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Literal

from reports.blocks import Block, Inline, check_path

SlotState = Literal["released", "withdrawn", "absent", "expected", "none"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One place in the calendar: its short name, the rest of its name for who cannot see the place, its state."""

    label: str
    rest: str
    state: SlotState
    path: str = ""

    def __post_init__(self) -> None:
        if self.path:
            check_path(self.path)


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotRow:
    """The editions of one kind in one year."""

    label: str
    kind: str
    slots: tuple[Slot, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarYear:
    """One year of the calendar."""

    year: str
    rows: tuple[SlotRow, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """What exists and what is expected, by year, newest first; `key` explains the looks of the slots."""

    kind: ClassVar[str] = "calendar"
    years: tuple[CalendarYear, ...]
    key: tuple[Slot, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A link that is the main thing to do; `language` is that of what it leads to."""

    text: str
    path: str
    note: str = ""
    language: str = ""

    def __post_init__(self) -> None:
        check_path(self.path)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """Links side by side."""

    kind: ClassVar[str] = "choices"
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verbatim:
    """Lines to be copied as they are."""

    kind: ClassVar[str] = "verbatim"
    label: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchBox:
    """The field that searches the page; it shows where the page's script runs, and not at all elsewhere."""

    kind: ClassVar[str] = "search"
    label: str
    hint: str
    found: str
    nothing: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A list of things that the search finds, folded."""

    kind: ClassVar[str] = "found"
    summary: str
    items: tuple[Inline, ...]


ArchiveBlock = Block | Calendar | Choices | Verbatim | SearchBox | Found


@dataclass(frozen=True, slots=True, kw_only=True)
class PageSection:
    """A section of a page of the archive."""

    id: str
    title: str
    blocks: tuple[ArchiveBlock, ...]
    summary: Inline = ()
