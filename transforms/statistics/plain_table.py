"""A small table of text as an analyst hands it in, and the numbers, periods and days in its columns."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from math import isfinite
from typing import TypeVar

from transforms.errors import TableRejected, WrongArguments
from transforms.periods import Period, period

T = TypeVar("T")

UNKNOWN_SIGNS = frozenset({"", "...", "…", "NA", "n/a", "-99"})
"""Cells that say that nothing is known; a series has a gap there and no zero."""
_LOOSE = re.compile(r"(\d{4})(?:-?M?(\d{1,2})|-?Q([1-4])|-(\d\d)-01)?", re.IGNORECASE)
_GROUPED = re.compile(r"[ \u00a0\u202f'](?=\d{3}(?:\D|$))")
_DAYS = ("%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y")


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainTable:
    """A header and rows of trimmed text; each row knows what a reader would call it (`line 7`, `row 7`).

    `letters` are the columns of a workbook, empty for text files.
    """

    name: str
    headers: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]
    letters: tuple[str, ...] = ()

    def place(self, *names: str) -> int | None:
        """Where the first of these columns stands, whatever its case; None where the table has none of them."""
        folded = [header.casefold() for header in self.headers]
        return next((folded.index(name) for name in names if name in folded), None)

    def needed(self, what: str, *names: str) -> int:
        """The same for a column that must be there. Raises TableRejected, which lists the columns that are."""
        found = self.place(*names)
        if found is None:
            raise TableRejected(
                f"{self.name} has no column {names[0]!r} for {what}; it has {', '.join(self.headers) or 'none'}.",
                advice=f"Name the column {names[0]} in the header row.",
            )
        return found

    def values(self, place: int, read: Callable[[str], T]) -> list[T]:
        """One column, each cell read. Raises TableRejected with the place of the first cell that cannot be."""
        found = []
        for row, cells in self.rows:
            try:
                found.append(read(cells[place]))
            except WrongArguments as error:
                raise TableRejected(
                    f"{self.name}, {row}, column {self._called(place)}: {error.message}", advice=error.advice
                ) from None
        if not found:
            raise TableRejected(f"{self.name} has a header and no rows.", advice="Give the table with its rows.")
        return found

    def _called(self, place: int) -> str:
        letter = f" ({self.letters[place]})" if self.letters else ""
        return f"{self.headers[place] or place + 1}{letter}"


def count_or_gap(cell: str) -> float | None:
    """A whole number of zero or more, or None for an empty cell and the signs for "no data"."""
    return None if cell in UNKNOWN_SIGNS else whole_number(cell)


def whole_number(cell: str) -> float:
    """A whole number of zero or more, digits grouped or not. Raises WrongArguments."""
    value = number(cell)
    if value < 0 or not value.is_integer():
        raise WrongArguments("a count is a whole number of zero or more.", advice="Write it as 12.")
    return value


def above_zero(cell: str) -> float:
    """A number above zero, such as a population. Raises WrongArguments."""
    value = number(cell)
    if value <= 0:
        raise WrongArguments("a population is a number above zero.", advice="Write it as 6117933.")
    return value


def number(cell: str) -> float:
    """A number with decimal point or comma and with grouped digits. Raises WrongArguments."""
    plain = _GROUPED.sub("", cell)
    if plain.count(",") == 1 and "." not in plain:
        plain = plain.replace(",", ".")
    try:
        value = float(plain)
    except ValueError:
        value = float("nan")
    if not isfinite(value) or not re.fullmatch(r"[-+]?[\d.]+(?:[eE][-+]?\d+)?", plain):
        raise WrongArguments("the cell is not a number.", advice="Write it as 12 or 12.5.")
    return value


def any_period(cell: str) -> Period:
    """A year, quarter or month as offices write it: 2021, 2021-Q2, 2021Q2, 2021-03, 2021-M3, 2021-03-01.

    Raises WrongArguments.
    """
    found = _LOOSE.fullmatch(cell.replace("М", "M").replace("м", "m"))  # Cyrillic letters look the same
    if found is None:
        raise WrongArguments("the cell is not a period.", advice="Write 2021, 2021-Q2 or 2021-03.")
    year, month, quarter, first_of = found.groups()
    if quarter:
        return period(f"{year}-Q{quarter}")
    if month or first_of:
        try:
            return period(f"{year}-{int(month or first_of):02d}")
        except WrongArguments:
            raise WrongArguments("the cell is not a period.", advice="Write 2021, 2021-Q2 or 2021-03.") from None
    return period(year)


def day(cell: str) -> date:
    """A calendar day written 2021-03-15, 15.03.2021 or 15/03/2021. Raises WrongArguments."""
    for form in _DAYS:
        try:
            return datetime.strptime(cell, form).date()  # noqa: DTZ007  a calendar day has no zone
        except ValueError:
            continue
    raise WrongArguments("the cell is not a day.", advice="Write it as 2021-03-15.")


def day_or_gap(cell: str) -> date | None:
    """The same, or None for an empty cell."""
    return None if cell in UNKNOWN_SIGNS else day(cell)


def repeated(values: Sequence[T]) -> T | None:
    """The first value that stands twice, or None."""
    seen: set[T] = set()
    for value in values:
        if value in seen:
            return value
        seen.add(value)
    return None
