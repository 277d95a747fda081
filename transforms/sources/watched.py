"""Staged columns that hold the few cells of a case list which may identify a person, for a closer look after staging.

`watched_<n>` is the cell under free header n where it fits a necessary condition, else null; `watched_rest` holds
what stands in further columns and beyond the header. `watched_line` joins the coded cells of rows in which one of
them is no code: what is a code of the contract identifies nobody and costs nothing. `day_<n>` is the day that a cell of
a column unknown to the contract says, to find days of birth.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from transforms.personal.birth_dates import DAYS, OLDEST_YEARS, YOUNGEST_YEARS
from transforms.personal.texts import may_tell_sql
from transforms.sql import quoted

MOST_TOLD = 60
"""Free columns that are told apart; what stands in any further ones is found and named by its row alone."""
CELLS = "\x1f"
"""Stands between cells that are watched together; no text cell holds it."""
ANY_CELL = "c"
"""Stands for the cell beyond the header where only the names of the staged columns are asked for."""
_FORMS = ("%Y-%m-%d", "%d.%m.%Y", "%d/%m/%Y", "%d-%m-%Y")


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """Select items of `staged`, and which columns of it belong to which header; an empty header is any other place."""

    items: tuple[str, ...] = ()
    texts: tuple[tuple[str, str], ...] = ()
    days: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Cells (`c<n>`) of a case list by header: free ones, those unknown to the contract among them, and coded ones."""

    free: tuple[tuple[str, str], ...]
    unknown: tuple[tuple[str, str], ...]
    coded: tuple[str, ...]


def watched(places: Places, beyond: str, unsound: Sequence[str]) -> Watched:
    """What to stage of these places; `beyond` is the cell behind the last header, `unsound` are tests of a row's codes.

    The tests may name other columns of `staged`.
    """
    told, rest = places.free[:MOST_TOLD], [cell for cell, _ in places.free[MOST_TOLD:]]
    items: list[str] = []
    texts: list[tuple[str, str]] = []
    for number, (cell, header) in enumerate(told):
        items.append(f"CASE WHEN {may_tell_sql(cell)} THEN {cell} END AS watched_{number}")
        texts.append((f"watched_{number}", header))
    rest += [beyond] if beyond else []
    if rest:
        items.append(f"CASE WHEN {may_tell_sql(_joined(rest))} THEN {_joined(rest)} END AS watched_rest")
        texts.append(("watched_rest", ""))
    if places.coded and unsound:
        items.append(f"CASE WHEN {' OR '.join(unsound)} THEN {_joined(places.coded)} END AS watched_line")
        texts.append(("watched_line", ""))
    days = [(f"day_{number}", header) for number, (_, header) in enumerate(places.unknown[:MOST_TOLD])]
    items += [f"{_day(cell)} AS {name}" for (cell, _), (name, _) in zip(places.unknown, days, strict=False)]
    return Watched(items=tuple(items), texts=tuple(texts), days=tuple(days))


def birth_counts(day: str, other_day: str, source: str) -> str:
    """Query of (days, those that lie before the row's other day as births do, different days) of a column."""
    years = f"date_diff('year', {day}, {other_day})"
    return (
        f"SELECT count({day}), count({day}) FILTER ({years} BETWEEN {YOUNGEST_YEARS} AND {OLDEST_YEARS}), "
        f"count(DISTINCT {day}) FROM {source}"
    )


def _joined(cells: Sequence[str]) -> str:
    return cells[0] if len(cells) == 1 else f"concat_ws(chr({ord(CELLS)}), {', '.join(cells)})"


def _day(cell: str) -> str:
    forms = ", ".join(quoted(form) for form in _FORMS)
    day = f"try_strptime(regexp_extract({cell}, '[0-9./-]+'), [{forms}])::DATE"
    return f"CASE WHEN length({cell}) >= 8 AND regexp_full_match({cell}, {quoted(DAYS)}) THEN {day} END"
