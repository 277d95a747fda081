"""The figures of `report.<language>.html` held against the cells of the manifest.

Every figure of a page's tables and tiles is a link to its address, and the same address stands on the card of its
table with the figure once more. So each can be asked for its cell. What sentences and drawings say has no address; it
is made of the same cells, but cannot be told from the page alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any

from reports import words
from reports.agreement.shown import codes, sign, state
from transforms.codes import TOTAL, UNSPECIFIC

NAME = re.compile(r"report\.(\w+)\.html")
_ADDRESS = re.compile(r"#?(T\d+:.*)")
_BLANKS = re.compile(r"[\u00a0\u202f\u2009]")
_JOINER = "\u2060"
"""Keeps a range on one line."""
_FIGURE = r"[+-]?\d+(?:\.\d+)?"
_INTERVAL = rf"(?:\([^\d+-]*({_FIGURE})[^\d+-]+({_FIGURE})\))?"
"""`(12–30)`, and with signs `(-3 to 4)` or the like, whatever the words between."""
_TOLD = re.compile(rf"({_FIGURE}){_INTERVAL}")
_BAND = re.compile(rf"({_FIGURE})–({_FIGURE})")
_ON_A_CARD = re.compile(rf"({_FIGURE}){_INTERVAL}(?:;(\d+)[^\d,]*)?(?:,\D*)?")
_COMPLETENESS = "table-completeness"
"""Its figures of persons with a known code lead to the total that they are a part of."""
Cell = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Figure:
    """What stands at a link to an address, or on the line of a card that has it; in which table of the page."""

    address: str
    text: str
    line: int
    is_on_card: bool
    table: str


class _Figures(HTMLParser):
    """Collects the figures of a page."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[_Figure] = []
        self._table = ""
        self._open: tuple[str, str, int] | None = None  # the tag that ends it, its address, its line
        self._text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = dict(attrs)
        if tag == "table":
            self._table = told.get("id") or ""
        is_link = tag == "a" and told.get("class") != "trace"
        named = told.get("href") if is_link else told.get("id") if told.get("class") == "at" else None
        address = _ADDRESS.fullmatch(named or "")
        if self._open is None and address is not None:
            self._open, self._text = ("a" if is_link else "strong", address[1], self.getpos()[0]), []

    def handle_data(self, data: str) -> None:
        self._text.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "table":
            self._table = ""
        if self._open is None or tag != self._open[0]:
            return
        _, address, line = self._open
        text = _BLANKS.sub(" ", "".join(self._text)).strip().replace("\u2212", "-").replace(_JOINER, "")
        is_on_card = tag == "strong"
        self.found.append(_Figure(address=address, text=text, line=line, is_on_card=is_on_card, table=self._table))
        self._open = None


def faults(document: Mapping[str, Any], content: bytes, language: str) -> Iterator[str]:
    """Lines of a page that show another figure than the cell at the address to which it leads."""
    page = _Figures()
    try:
        html = content.decode("utf-8")
        page.feed(html)
    except (ValueError, AssertionError):  # what html.parser raises for a declaration that is none
        yield "is no page in UTF-8"
        return
    if document["run_id"] not in html:
        yield "is no page of this edition"
    tables = [{codes(table, cell): cell for cell in table["cells"]} for table in document["tables"]]
    cells = {f"T{n}:{','.join(at)}": (at, table) for n, table in enumerate(tables, start=1) for at in table}
    countries = _countries(document)
    for one in page.found:
        at, table = cells.get(one.address, ((), {}))
        number = countries.get(one.address)
        if at and number is not None and not one.is_on_card and _plain(one.text, language) == str(number):
            continue  # over how many countries the figure is a sum
        if not at or not _is_right(one, at, table, language, number):
            yield f"line {one.line}, figure {one.address}"


def _countries(document: Mapping[str, Any]) -> dict[str, int]:
    """By address of a figure that is a sum over other countries each year: how many those are."""
    told = (document.get("context") or {}).get("countries_reporting") or {}
    return {
        f"T{n}:{','.join(codes(table, cell))}": told[table["key"]][cell["at"]["period"]]
        for n, table in enumerate(document["tables"], start=1)
        for cell in table["cells"]
        if cell["at"].get("period") in told.get(table["key"], {})
    }


def _is_right(
    one: _Figure, at: tuple[str, ...], table: Mapping[tuple[str, ...], Cell], language: str, countries: int | None
) -> bool:
    if one.is_on_card:
        return _on_card(one.text, table[at], language, countries)
    if one.table == _COMPLETENESS and at[-1] == TOTAL and _is_known_part(one.text, at, table, language):
        return True
    return _shows(one.text, table[at], language)


def _shows(text: str, cell: Cell, language: str) -> bool:
    """Whether a figure is the value of a cell to the decimals that it has, or its interval, or the sign of its state.

    A flag beside it must be that of the cell; tiles, intervals and ratios show none.
    """
    if state(cell) != "value":
        return text == sign(cell)
    figure, _, flag = text.rpartition(" ") if text[-1:].isalpha() else (text, "", "")
    if flag and flag != words.FLAGS.get(cell["obs_status"], ("", ""))[0]:
        return False
    figure = _plain(figure, language)
    if band := _BAND.fullmatch(figure):
        return _is_near(band[1], cell["lower"]) and _is_near(band[2], cell["upper"])
    return _is_told(_TOLD.fullmatch(figure), cell)


def _on_card(text: str, cell: Cell, language: str, countries: int | None) -> bool:
    """Whether the line of a card names the value after its codes, or the sign; and the countries it is a sum over."""
    if state(cell) != "value":
        return f": {sign(cell)} " in text
    found = _ON_A_CARD.fullmatch(_plain(text.rpartition(": ")[2], language))
    is_of_them = found is None or found[4] is None or found[4] == str(countries)
    return is_of_them and _is_told(found, cell)


def _is_known_part(text: str, at: tuple[str, ...], table: Mapping[tuple[str, ...], Cell], language: str) -> bool:
    """Whether a figure is the total without the persons of whom the code is not known."""
    unknown = [table[part] for code in UNSPECIFIC if (part := (*at[:-1], code)) in table]
    if any(cell["value"] is None for cell in (table[at], *unknown)):
        return text == words.MARKS["suppressed"][0]
    return _is_near(_plain(text, language), table[at]["value"] - sum(cell["value"] for cell in unknown))


def _is_told(found: re.Match[str] | None, cell: Cell) -> bool:
    """Whether a figure, and its interval where one stands beside it, are those of the cell."""
    if found is None or not _is_near(found[1], cell["value"]):
        return False
    return found[2] is None or (_is_near(found[2], cell["lower"]) and _is_near(found[3], cell["upper"]))


def _plain(text: str, language: str) -> str:
    """A number without blanks and marks that group its digits, and with a point before its decimals."""
    text = text.replace(" ", "").replace("%", "")
    if language == "en":
        return re.sub(r",(?=\d{3})", "", text)
    return re.sub(r",(?=\d)", ".", text)


def _is_near(shown: str, told: float | None) -> bool:
    """Whether a number is another one rounded to the decimals with which it is shown."""
    if told is None or not re.fullmatch(_FIGURE, shown):
        return False
    step = 10.0 ** -len(shown.partition(".")[2])
    return abs(float(shown) - told) <= step / 2 * (1 + 1e-9)
