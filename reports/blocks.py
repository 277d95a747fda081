"""The document model: frozen parts whose types decide how they are escaped.

Everything a supplier or a translator wrote travels as `str` and is escaped by the template. The only
markup is `Svg`, which `charts.svg.inline_svg` alone builds. A block knows nothing of languages or files.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import ClassVar, Literal

from markupsafe import Markup

Tone = Literal["info", "caution", "missing"]


@dataclass(frozen=True, slots=True)
class Plain:
    """Running text."""

    kind: ClassVar[str] = "plain"
    text: str


@dataclass(frozen=True, slots=True)
class Strong:
    """A figure or word that carries the sentence."""

    kind: ClassVar[str] = "strong"
    text: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A sign such as `[c]` with what it means."""

    kind: ClassVar[str] = "mark"
    text: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Link:
    """A jump inside the page; `target` is an id, never an address."""

    kind: ClassVar[str] = "link"
    text: str
    target: str


@dataclass(frozen=True, slots=True)
class Literally:
    """A code, digest or command, set in the typewriter face."""

    kind: ClassVar[str] = "literally"
    text: str


@dataclass(frozen=True, slots=True)
class Traced:
    """A jump to the provenance card of what was said; `text` is the number of the card, `target` the address."""

    kind: ClassVar[str] = "traced"
    text: str
    target: str


@dataclass(frozen=True, slots=True)
class Reference:
    """A link to another file of the same site; raises ValueError for anything but a plain relative path."""

    kind: ClassVar[str] = "reference"
    text: str
    path: str

    def __post_init__(self) -> None:
        check_path(self.path)


_PATH = re.compile(r"(?:\.\./)*[A-Za-z0-9_][A-Za-z0-9_.-]*(?:/[A-Za-z0-9_][A-Za-z0-9_.-]*)*(?:#[A-Za-z0-9_.-]+)?")


def check_path(path: str) -> None:
    """Raise ValueError for a path that names a host, a scheme or the root, or that a page would have to escape."""
    if not _PATH.fullmatch(path):
        raise ValueError("a link may only lead to another file of the same site")


Part = Plain | Strong | Mark | Link | Reference | Literally | Traced
Inline = tuple[Part, ...]


def plain(text: str) -> Inline:
    """Text without any emphasis."""
    return (Plain(text),)


def plain_text(inline: Inline) -> str:
    """The same words without emphasis, for files that hold no markup."""
    return "".join(part.text for part in inline)


def card_of(address: str) -> str:
    """`T25` of `T25:2023,female`."""
    return address.partition(":")[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Paragraph:
    """A paragraph of running text."""

    kind: ClassVar[str] = "paragraph"
    text: Inline
    is_lead: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Bullets:
    """A list of statements, each able to stand alone."""

    kind: ClassVar[str] = "bullets"
    items: tuple[Inline, ...]
    is_findings: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyFigure:
    """A tile: what is counted, the figure, and what it must be read against; `address` leads to its card."""

    label: str
    value: str
    context: str
    is_shown: bool = True
    address: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyFigures:
    """The tiles at the top of the page."""

    kind: ClassVar[str] = "key_figures"
    tiles: tuple[KeyFigure, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """A column head; `group` is the head over several columns."""

    text: str
    is_numeric: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class TableCell:
    """A cell as printed: a text or a mark, with flags such as `p` (provisional).

    `address` leads to the provenance card of a figure, `path` makes a text a link to another file.
    """

    text: str
    meaning: str = ""
    flags: str = ""
    is_code: bool = False
    address: str = ""
    path: str = ""

    def __post_init__(self) -> None:
        if self.path:
            check_path(self.path)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row with its head, which `path` makes a link."""

    header: str
    cells: tuple[TableCell, ...]
    is_total: bool = False
    path: str = ""

    def __post_init__(self) -> None:
        if self.path:
            check_path(self.path)


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A table with a caption; `stub` heads the column of row heads. `is_stacked`: on a phone a block a row."""

    kind: ClassVar[str] = "table"
    id: str
    caption: str
    stub: str
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    notes: tuple[Inline, ...] = ()
    is_stacked: bool = False

    @property
    def signs(self) -> dict[str, str]:
        """The marks of its cells, then their flags, with what they mean; each by the alphabet, as one looks them up."""
        cells = [cell for row in self.rows for cell in row.cells if cell.meaning]
        found = {cell.flags or cell.text: cell.meaning for cell in cells}
        return {sign: found[sign] for sign in sorted(found, key=lambda sign: (not sign.startswith("["), sign))}

    @property
    def addresses(self) -> tuple[str, ...]:
        """Addresses of its figures, each once, in order of appearance."""
        return tuple(dict.fromkeys(cell.address for row in self.rows for cell in row.cells if cell.address))

    @property
    def cards(self) -> tuple[str, ...]:
        """Numbers of the cards of its figures, each once."""
        return tuple(dict.fromkeys(card_of(address) for address in self.addresses))


@dataclass(frozen=True, slots=True)
class Svg:
    """Markup of an inline drawing that was built, named and stripped by `charts.svg`."""

    markup: Markup


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """A picture for wide and for narrow pages with the finding as title, its text alternative and its table."""

    kind: ClassVar[str] = "chart"
    id: str
    title: str
    subtitle: str
    source: str
    description: str
    wide: Svg
    narrow: Svg
    table: Table
    notes: tuple[Inline, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A remark set apart: a caution, something missing and who would supply it, or a hint for reading."""

    kind: ClassVar[str] = "note"
    title: str
    text: Inline
    tone: Tone = "info"


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A word and what it means here."""

    word: str
    meaning: Inline


@dataclass(frozen=True, slots=True, kw_only=True)
class Definitions:
    """A list of terms; a short one, of signs, stands in two columns."""

    kind: ClassVar[str] = "definitions"
    terms: tuple[Term, ...]
    is_short: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """Blocks that are folded on screen and open on paper."""

    kind: ClassVar[str] = "details"
    summary: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Heading:
    """A heading inside a section."""

    kind: ClassVar[str] = "heading"
    id: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """What a card says under one word: one statement or several."""

    word: str
    said: tuple[Inline, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CardLine:
    """One figure on the card of its table; its id is its address."""

    id: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvenanceCard:
    """Where the figures of one table, or one answer of a method, come from; shown when a figure leads to it."""

    id: str
    title: str
    lines: tuple[CardLine, ...]
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cards:
    """All cards of a page; `close` is the text of the link that puts one away and leads to `home`."""

    kind: ClassVar[str] = "cards"
    cards: tuple[ProvenanceCard, ...]
    close: str
    home: str


Block = Paragraph | Bullets | KeyFigures | Table | Chart | Note | Definitions | Details | Heading | Cards


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A numbered part of the edition; `summary` is the sentence under its heading."""

    id: str
    title: str
    blocks: tuple[Block, ...]
    summary: Inline = ()
