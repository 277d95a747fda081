"""What figures that are no counts tell about counts: shares, rates, means and ratios, and the answers of methods.

A figure is turned back into the count it was made of. Printed with nine digits it leaves one whole number; its base and
the number of unknown are counts themselves. Of the answers of methods these carry counts of single periods or phases:
`covid:…` (`by_period`, observed), `nowcast:…` (`periods`, observed), `detection:…` (`parts`) and `composition:…`
(`categories`), before and during a phase. Sums over many periods in `basis` say nothing that those do not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from transforms.attacker.publication import At, Codes, PrintedTable, Reading, Term
from transforms.codes import TOTAL, UNSPECIFIC
from transforms.errors import WrongArguments
from transforms.periods import Period, period

PHASE = "phase:"
BASE_PHASE = "phase:pre_pandemic"
BASE_YEAR = 2019
PER_100K = 100_000.0
_NINE_DIGITS = 1e-8
_BELOW = {"fewer_than_10_events": "minimum_rate_events", "base_below_20": "minimum_share_base"}
Parts = Mapping[tuple[str, str], At]
Figure = Mapping[str, Any]


def readings_of(
    counts: Sequence[PrintedTable],
    figures: Iterable[Figure],
    answers: Iterable[Mapping[str, Any]],
    parts: Parts,
    policy: Mapping[str, Any],
) -> Iterator[Reading]:
    """All readings of an edition; a figure whose table of counts is not printed with it tells nothing.

    `figures` are derived tables (`key`, `dimensions`, `cells` of `at value base status note`), `answers` the members
    of `estimates`.
    """
    by_key = {table.key: table for table in counts}
    for figure in figures:
        source, _, made = figure["key"].rpartition(".")
        if (table := by_key.get(source)) is not None and (read := _READERS.get(made)) is not None:
            for cell in figure["cells"]:
                if len(cell["at"]) == len(table.dimensions):
                    yield from read(_Figure(table, cell, parts, policy))
    for answer in answers:
        yield from _of_answer(answer, by_key)


class _Figure:
    """One derived figure beside the table of counts it was made of."""

    def __init__(self, table: PrintedTable, cell: Figure, parts: Parts, policy: Mapping[str, Any]) -> None:
        self.table, self.parts = table, parts
        self.at: At = cell["at"]
        self.value: float | None = cell["value"]
        self.base: float | None = cell["base"]
        self.note = cell["note"] if isinstance(cell["note"], str) else ""
        limit = policy.get(_BELOW.get(self.note, ""))
        self.below = limit if cell["status"] == "U" and isinstance(limit, int) else None

    def term(self, factor: float = 1.0, **codes: str) -> Term:
        """The count of this cell, or of one that differs in these codes."""
        return _term(self.table, self.at, factor, **codes)

    def equal(self, value: float, *terms: Term) -> Reading:
        """The terms add up to the value, as far as nine digits tell it."""
        slack = abs(value) * _NINE_DIGITS + 1e-6
        return self.between(value - slack, value + slack, *terms)

    def between(self, low: float, high: float, *terms: Term) -> Reading:
        """The terms add up to something between."""
        return Reading(table=self.table.key, state=self.table.state, terms=terms, low=low, high=high)

    def months(self, phase: str) -> int | None:
        """Length of a phase."""
        found = [_period(part) for part in self.parts.get(("period", phase), ())]
        return sum(part.months for part in found if part) if found and all(found) else None

    @property
    def when(self) -> str:
        return self.at[self.table.dimensions.index("period")]


def _share(figure: _Figure) -> Iterator[Reading]:
    """A percentage of those whose code is known; the base and the number of unknown are printed beside it."""
    last = figure.table.dimensions[-1]
    listed = {cell.at[-1] for cell in figure.table.cells}
    whole = figure.term(1.0, **{last: TOTAL})
    blank = [figure.term(-1.0, **{last: code}) for code in UNSPECIFIC if code in listed]
    if figure.base is not None:
        yield figure.equal(figure.base, whole, *blank)
    if figure.value is None:
        return
    if figure.base is None:
        share = figure.value / 100
        yield figure.between(
            -0.01, 0.01, figure.term(), *((population, codes, -share * f) for population, codes, f in (whole, *blank))
        )
        return
    yield figure.equal(figure.value * figure.base / 100, figure.term())
    unknown = figure.note.removeprefix("unknown=")
    if blank and (not figure.note or unknown.isdigit()):
        yield figure.equal(-float(unknown or 0), *blank)


def _rate(figure: _Figure) -> Iterator[Reading]:
    """Events by the persons they are divided by, which are public."""
    if figure.value is not None and figure.base is not None:
        yield figure.equal(figure.value * figure.base / PER_100K, figure.term())
    elif figure.below is not None:
        yield figure.between(0, figure.below - 1, figure.term())


def _phase_mean(figure: _Figure) -> Iterator[Reading]:
    if figure.value is not None and figure.base is not None:
        yield figure.equal(figure.value * figure.base, figure.term())


def _phase_ratio(figure: _Figure) -> Iterator[Reading]:
    if figure.base is None:
        return
    yield figure.equal(figure.base, figure.term(period=BASE_PHASE))
    months, base_months = figure.months(figure.when), figure.months(BASE_PHASE)
    if figure.value is not None and months and base_months:
        yield figure.equal(figure.value * figure.base * months / base_months, figure.term())


def _same_period(figure: _Figure) -> Iterator[Reading]:
    now = _period(figure.when)
    if figure.base is None or now is None:
        return
    then = now.shifted((BASE_YEAR - now.year) * 12 // now.months)
    yield figure.equal(figure.base, figure.term(period=then.code))
    if figure.value is not None:
        yield figure.equal(figure.value * figure.base, figure.term())


def _change(figure: _Figure) -> Iterator[Reading]:
    now = _period(figure.when)
    if figure.base is None or now is None:
        return
    yield figure.equal(figure.base, figure.term(period=now.shifted(-1).code))
    if figure.value is not None:
        yield figure.equal((1 + figure.value / 100) * figure.base, figure.term())
    elif figure.below is not None and figure.base >= figure.below:
        yield figure.between(0, figure.below - 1, figure.term())


_READERS = {
    "share": _share,
    "rate": _rate,
    "phase_mean": _phase_mean,
    "phase_ratio": _phase_ratio,
    "same_period": _same_period,
    "change": _change,
}


def _of_answer(answer: Mapping[str, Any], tables: Mapping[str, PrintedTable]) -> Iterator[Reading]:
    key, details = answer.get("key"), answer.get("details")
    if not isinstance(key, str) or not isinstance(details, dict):
        return
    question, _, about = key.partition(":")
    if question in ("covid", "nowcast") and (table := tables.get(f"{about}_by_period")) is not None:
        rows = details.get("by_period" if question == "covid" else "periods")
        for row in rows if isinstance(rows, list) else ():
            if isinstance(row, dict) and isinstance(when := row.get("period"), str):
                yield from _observed(key, table, (when,), row.get("observed"))
    elif question in ("detection", "composition"):
        dimension, _, phase = about.partition(":")
        mine = [t for t in tables.values() if t.dimensions == ("period", dimension)]
        mine = [t for t in mine if any(cell.at[0] == PHASE + phase for cell in t.cells)]
        if len(mine) == 1:
            for code, row in _compared(details):
                yield from _observed(key, mine[0], (BASE_PHASE, code), row.get("before"))
                yield from _observed(key, mine[0], (PHASE + phase, code), row.get("during"))


def _compared(details: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Codes with their numbers before and during, from the details of either kind of comparison."""
    parts, categories = details.get("parts"), details.get("categories")
    for code, row in parts.items() if isinstance(parts, dict) else ():
        if isinstance(code, str) and isinstance(row, dict):
            yield code, row
    for row in categories if isinstance(categories, list) else ():
        if isinstance(row, dict) and isinstance(code := row.get("category"), str):
            yield code, row


def _observed(key: str, table: PrintedTable, at: At, value: object) -> Iterator[Reading]:
    """A whole number of observed cases; one that is not whole was corrected for late reports."""
    if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
        term = _term(table, at, 1.0)
        yield Reading(table=key, state=table.state, terms=(term,), low=value, high=value, is_certain=False)


def _term(table: PrintedTable, at: At, factor: float, **other: str) -> Term:
    codes = {**dict(zip(table.dimensions, at, strict=True)), **other}
    found: Codes = frozenset((dimension, code) for dimension, code in codes.items() if code != TOTAL)
    return table.population, found, factor


def _period(code: str) -> Period | None:
    try:
        return period(code)
    except WrongArguments:
        return None
