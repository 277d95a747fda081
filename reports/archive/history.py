"""The history of indicators: what each edition showed for each period, read from the manifests readers were given.

Only cells that passed the gate are in a manifest; nothing is calculated from them here, differences least of all.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from typing import Any

from transforms.codes import TOTAL
from transforms.disclosure.released import ReleasedCell
from transforms.errors import ReleaseRefused, WrongArguments
from transforms.periods import MONTHS, Frequency, Period, period

_MEASURES = ("count", "observation", "rate")
_NAME = re.compile(r"[a-z0-9_]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class TableListed:
    """A table of an edition without its cells; `series` is what it counts, `measure` how (`reports.measures`)."""

    key: str
    series: str
    indicator: str
    measure: str
    unit: str
    dimensions: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """A break in a series: the period from which figures are not comparable with those before, and why."""

    period: str
    texts: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What one edition showed of one series along time."""

    edition: str
    as_of: date
    released_on: date
    is_synthetic: bool
    cells: Mapping[Period, ReleasedCell]
    sources: tuple[str, ...]
    caveats: tuple[str, ...]
    breaks: tuple[Gap, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A cell and the edition that showed it."""

    edition: str
    cell: ReleasedCell


@dataclass(frozen=True, kw_only=True)
class Series:
    """One measure of one indicator over all editions; `shown` goes from the oldest state of knowledge to the newest."""

    name: str
    indicator: str
    measure: str
    unit: str
    shown: tuple[Shown, ...]

    @property
    def last(self) -> Shown:
        """What the newest edition showed."""
        return self.shown[-1]

    @cached_property
    def _having(self) -> dict[Period, list[Shown]]:
        """The editions that have a period, by period in order."""
        found: dict[Period, list[Shown]] = {}
        for one in self.shown:
            for part in one.cells:
                found.setdefault(part, []).append(one)
        return {part: found[part] for part in sorted(found)}

    @cached_property
    def _numbers(self) -> dict[Period, tuple[Figure, ...]]:
        return {part: tuple(_replacing(part, having)) for part, having in self._having.items()}

    @cached_property
    def revised(self) -> tuple[Period, ...]:
        """Periods for which editions showed more than one number, in order."""
        return tuple(part for part, figures in self._numbers.items() if len(figures) > 1)

    def periods(self, frequency: Frequency) -> tuple[Period, ...]:
        """Every period of a frequency that any edition showed, in order."""
        return tuple(part for part in self._having if part.months == MONTHS[frequency])

    def figures(self, part: Period) -> tuple[Figure, ...]:
        """The number that an edition first showed for the period, then each that replaced it; oldest first.

        An edition that shows the same number again, or withholds it, adds none; flags do not make another number.
        """
        return self._numbers.get(part, ())

    def latest(self, part: Period) -> Figure | None:
        """What the newest state of knowledge says of the period; None where no edition has it.

        What it withholds is not taken from an older one. Of editions of one state of knowledge one with a number goes
        before one without, since both stand.
        """
        having = self._having.get(part)
        if not having:
            return None
        newest = [one for one in reversed(having) if one.as_of == having[-1].as_of]
        chosen = next((one for one in newest if one.cells[part].value is not None), newest[0])
        return Figure(edition=chosen.edition, cell=chosen.cells[part])


def _replacing(part: Period, having: Sequence[Shown]) -> Iterator[Figure]:
    """The numbers shown for a period, each once until another takes its place."""
    number = None
    for one in having:
        cell = one.cells[part]
        if cell.value is not None and cell.value != number:
            number = cell.value
            yield Figure(edition=one.edition, cell=cell)


SeriesShown = tuple[tuple[str, str, str, str], Shown]
"""One series of one edition: name, indicator, measure and unit, and what was shown."""


def listed(document: Mapping[str, Any]) -> tuple[TableListed, ...]:
    """The tables of a manifest, in its order; raises ReleaseRefused for a name that is none."""
    return tuple(_listed(table) for table in document["tables"])


def _listed(table: Mapping[str, Any]) -> TableListed:
    key = str(table["key"])
    root, _, end = key.partition(".")
    series = root.partition("_by_")[0]
    if not _NAME.fullmatch(series):
        raise ReleaseRefused("A table of a released edition has a name that none of ours has.")
    return TableListed(
        key=key,
        series=series,
        indicator=str(table["indicator"]),
        measure=end or str(table["kind"]),
        unit=str(table["unit"]),
        dimensions=tuple(table["dimensions"]),
    )


def shown_in(document: Mapping[str, Any], *, edition: str, released_on: date) -> tuple[SeriesShown, ...]:
    """The series along time of a manifest: per indicator its counts or observations, and its rates.

    Where a table has further dimensions, its totals are the series, unless another table is by period alone.
    """
    along: dict[tuple[str, str, str, str], list[tuple[int, Mapping[str, Any]]]] = {}
    for table in document["tables"]:
        one = _listed(table)
        if one.measure in _MEASURES and "period" in one.dimensions:
            key = (one.series, one.indicator, one.measure, one.unit)
            along.setdefault(key, []).append((len(one.dimensions), table))
    found = []
    for key, tables in along.items():
        for _, table in sorted(tables, key=lambda one: one[0]):
            if cells := dict(_along_time(table)):
                shown = _shown(document, table, edition=edition, released_on=released_on, cells=cells)
                found.append((key, shown))
                break
    return tuple(found)


def _shown(
    document: Mapping[str, Any],
    table: Mapping[str, Any],
    *,
    edition: str,
    released_on: date,
    cells: Mapping[Period, ReleasedCell],
) -> Shown:
    used = {one["source"]: one.get("title") or "" for one in document["created_from"].values()}
    breaks = document["context"].get("breaks") or ()
    return Shown(
        edition=edition,
        as_of=date.fromisoformat(document["as_of"]),
        released_on=released_on,
        is_synthetic=bool(document.get("is_synthetic")),
        cells=cells,
        sources=tuple(name for name in table["sources"] if name in used),
        caveats=tuple(table["caveats"]),
        breaks=tuple(
            Gap(period=one["period"], texts=one["texts"])
            for one in breaks
            if one["source"] in table["sources"] and not one.get("dimensions")
        ),
    )


def _along_time(table: Mapping[str, Any]) -> Iterator[tuple[Period, ReleasedCell]]:
    for cell in table["cells"]:
        at = cell["at"]
        part = _plain(at["period"])
        if part is not None and all(code == TOTAL for name, code in at.items() if name != "period"):
            yield part, _cell(cell)


@cache
def _plain(code: str) -> Period | None:
    try:
        return period(code)
    except WrongArguments:
        return None


def _cell(cell: Mapping[str, Any]) -> ReleasedCell:
    return ReleasedCell(
        at=tuple(cell["at"].values()),
        value=cell["value"],
        obs_status=cell["obs_status"],
        conf_status=cell["conf_status"],
        lower=cell.get("lower"),
        upper=cell.get("upper"),
        base=cell.get("base"),
    )


def gathered(editions: Sequence[tuple[SeriesShown, ...]]) -> tuple[Series, ...]:
    """The series of all editions, which are given from the oldest state of knowledge to the newest.

    They are in the order in which the newest edition that has them lists them.
    """
    found: dict[tuple[str, str, str, str], list[Shown]] = {}
    for parts in reversed(editions):
        for key, shown in parts:
            found.setdefault(key, []).append(shown)
    return tuple(
        Series(name=name, indicator=indicator, measure=measure, unit=unit, shown=tuple(reversed(shown)))
        for (name, indicator, measure, unit), shown in found.items()
    )


def by_name(series: Sequence[Series]) -> dict[str, tuple[Series, ...]]:
    """The measures of each indicator that has a page, by its name."""
    found: dict[str, list[Series]] = {}
    for one in series:
        found.setdefault(one.name, []).append(one)
    return {name: tuple(ones) for name, ones in found.items()}
