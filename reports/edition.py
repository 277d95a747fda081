"""A released edition seen in one language: its tables, its series, its labels, its cells as printed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

from reports import words
from reports.approval import Approval
from reports.blocks import Inline, Part, TableCell, Traced, card_of
from reports.locale import Locale
from reports.printed import DECIMALS, figure, printed
from reports.provenance.tables import address
from transforms.codes import CODE_LISTS, TOTAL, UNSPECIFIC
from transforms.disclosure.released import ReleasedCell, ReleasedEdition, ReleasedTable
from transforms.errors import WrongArguments
from transforms.periods import Frequency, Period, period, periods_between

CODE_LABELS = {codes.key: {value: code.label for value, code in codes.by_value.items()} for codes in CODE_LISTS} | {
    "need": words.NEEDS,
    "channel": words.CHANNELS,
    "topic": words.TOPICS,
}
DIMENSION_LABELS = {**words.DIMENSIONS, **{codes.key: codes.label for codes in CODE_LISTS}}
COUNTRY_DIMENSIONS = frozenset(
    {"citizenship", "country_of_exploitation", "ref_area", "reporting_country", "stranded_in", "other_country"}
)
PHASE_PREFIX = "phase:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """One place on a time axis: the released cell, or None where the table holds none."""

    period: Period
    cell: ReleasedCell | None

    @property
    def value(self) -> float | None:
        """The number that may be drawn; None leaves a gap."""
        return None if self.cell is None else self.cell.value

    @property
    def state(self) -> str:
        """State of the cell; a missing one was not reported."""
        return "not_reported" if self.cell is None else self.cell.state


@dataclass(frozen=True)
class View:
    """The edition in one language. Everything a section says or shows goes through here.

    Without an approval it is a draft, and its pages say so. A page that carries no provenance cards has no addresses
    that could lead to them.
    """

    edition: ReleasedEdition
    locale: Locale
    approval: Approval | None = None
    has_cards: bool = True

    def text(self, message: str, /, **values: str) -> str:
        """A translated text."""
        return self.locale.text(message, **values)

    def say(self, message: str, /, **parts: Part | str) -> Inline:
        """A translated text with typed parts."""
        return self.locale.say(message, **parts)

    def plural(self, one: str, many: str, number: float, /, **values: str) -> str:
        """A translated text in the form the number takes."""
        return self.locale.plural(one, many, round(number), **values)

    @cached_property
    def context(self) -> Mapping[str, Any]:
        """The public declarations of the edition."""
        return self.edition.context

    @cached_property
    def headline(self) -> str:
        """Indicator that the edition counts victims by."""
        return str(self.context.get("headline", "victims_identified"))

    @cached_property
    def focus(self) -> Period:
        """The period the edition reports on."""
        return period(str(self.context["edition_period"]))

    @cached_property
    def year_before(self) -> Period:
        """The same period of the year before."""
        return self.focus.shifted(-12 // self.focus.months)

    @cached_property
    def _cells(self) -> dict[str, dict[tuple[str, ...], ReleasedCell]]:
        return {table.key: {cell.at: cell for cell in table.cells} for table in self.edition}

    @cached_property
    def _addresses(self) -> dict[int, str]:
        """By identity: a cell does not know its table, and cells of two tables can be equal."""
        return {
            id(cell): address(number, cell.at)
            for number, table in enumerate(self.edition if self.has_cards else (), start=1)
            for cell in table.cells
        }

    def address(self, cell: ReleasedCell | None) -> str:
        """`T25:2023,female` of a cell of this edition; empty for any other."""
        return "" if cell is None else self._addresses.get(id(cell), "")

    def answer_address(self, key: str) -> str:
        """`E9` of an answer of this edition; empty for a key that is none."""
        places = {name: place for place, name in enumerate(self.edition.estimates, start=1)} if self.has_cards else {}
        return f"E{places[key]}" if key in places else ""

    def traced(self, *addresses: str) -> Inline:
        """Jumps to the cards of what was just said, one for each card."""
        first: dict[str, str] = {}
        for target in addresses:
            if target:
                first.setdefault(card_of(target), target)
        return tuple(Traced(text=card, target=target) for card, target in first.items())

    def table(self, key: str) -> ReleasedTable | None:
        """A table of the edition, None where its data do not give it."""
        return self.edition.table(key)

    def breakdown(self, dimension: str, suffix: str = "") -> ReleasedTable | None:
        """Headline victims by period and a dimension."""
        return self.table(f"{self.headline}_by_period_{dimension}{suffix}")

    def cell(self, table: ReleasedTable | str, *at: str) -> ReleasedCell | None:
        """The released cell at these codes."""
        return self._cells.get(table if isinstance(table, str) else table.key, {}).get(at)

    def differs_in_countries(self, key: str) -> bool:
        """Whether the table sums other countries each year, so that its years are not compared."""
        table = self.table(key)
        is_sum = self.edition.scope == "world"
        return is_sum and table is not None and "countries_differ_between_years" in table.caveats

    def countries_reporting(self, key: str, code: str) -> int | None:
        """How many countries the sum of that table and year is over; None where the edition does not tell it."""
        found: Mapping[str, Mapping[str, int]] = self.context.get("countries_reporting") or {}
        return found.get(key, {}).get(code)

    def series(self, table: ReleasedTable, frequency: Frequency, **codes: str) -> tuple[Point, ...]:
        """Cells along time at one frequency, other dimensions at the given codes.

        Years that the table lacks are kept as points without a cell. Of quarters and months a first one that
        stands alone is left out: a quarterly edition adds the quarter of 2019 to compare with, not to draw.
        """
        rest = [codes.get(dimension, TOTAL) for dimension in table.dimensions]
        place = table.dimensions.index("period")
        found: dict[Period, ReleasedCell] = {}
        for code in table.codes("period"):
            part = plain_period(code)
            if part is None or part.frequency != frequency:
                continue
            rest[place] = code
            if cell := self.cell(table, *rest):
                found[part] = cell
        if not found:
            return ()
        axis = periods_between(min(found), max(found))
        if frequency != "year":
            alone = next((place for place, p in enumerate(axis) if place and p in found), 1)
            axis = axis[alone if alone > 1 else 0 :]
        return tuple(Point(period=p, cell=found.get(p)) for p in axis)

    def codes(self, table: ReleasedTable, dimension: str) -> tuple[str, ...]:
        """Codes of a dimension in the order of its code list, unspecific ones last, without the total."""
        present = [code for code in table.codes(dimension) if code != TOTAL]
        order = {code: place for place, code in enumerate(CODE_LABELS.get(dimension, {}))}
        return tuple(sorted(present, key=lambda c: (c in UNSPECIFIC, order.get(c, 0))))

    def phases(self, table: ReleasedTable) -> tuple[str, ...]:
        """Phase codes of the table in the order of the calendar."""
        present = set(table.codes("period"))
        return tuple(code for p in self.context.get("phases", ()) if (code := PHASE_PREFIX + p["key"]) in present)

    def indicator(self, key: str) -> str:
        """Name of an indicator."""
        return words.indicator(key, self.text)

    def dimension(self, key: str) -> str:
        """Name of a dimension."""
        return self.text(DIMENSION_LABELS.get(key, words.readable(key)))

    def label(self, dimension: str, code: str) -> str:
        """Name of a code of a dimension."""
        if code in words.CODES:
            return self.text(words.CODES[code])
        if dimension == "period":
            return self.period_label(code)
        if dimension == "corridor":
            return self.corridor(code)
        if dimension in COUNTRY_DIMENSIONS:
            return self.country(code)
        if dimension in {"region", "body"}:
            return self.named(dimension, code)
        if dimension == "source":
            return self.source(code)
        if dimension == "measure":
            return self.measure(code)
        if dimension == "figure":
            return self.plan_figure(code)
        return self.text(CODE_LABELS.get(dimension, {}).get(code, code)) if code else ""

    def inside(self, words_of: str) -> str:
        """A name as it stands inside a sentence: its first letter small unless it is an abbreviation."""
        return words_of if words_of[1:2].isupper() else words_of[:1].lower() + words_of[1:]

    def period_label(self, code: str) -> str:
        """A period or phase in words."""
        if code.startswith(PHASE_PREFIX):
            key = code.removeprefix(PHASE_PREFIX)
            return self.text(words.PHASES.get(key, words.readable(key)))
        return code if plain_period(code) is None else self.locale.period(code)

    def period_head(self, code: str) -> str:
        """The same for the head of a column, months short."""
        return self.period_label(code) if plain_period(code) is None else self.locale.period_head(code)

    def country(self, code: str) -> str:
        """Name of a country: the profile's own for a fictional one, CLDR's otherwise."""
        if code in words.CODES:
            return self.text(words.CODES[code])
        own = self.context.get("country") or {}
        if own.get("code") == code and code not in self.locale.cldr.territories:
            return self._in_language(own.get("names") or {}, code)
        return self.locale.territory(code)

    def corridor(self, code: str) -> str:
        """`Uzbekistan → Russia`, or `Within Uzbekistan` where both ends are one."""
        start, _, end = code.partition(">")
        if start == end and start not in words.CODES:
            return self.text("Within {country}", country=self.country(start))
        return f"{self.country(start)} → {self.country(end)}" if end else self.country(start)

    def named(self, kind: str, code: str) -> str:
        """Name of a region or body from the country profile."""
        listed = (self.context.get("country") or {}).get("regions" if kind == "region" else "bodies") or ()
        names = next((entry.get("names") or {} for entry in listed if entry["code"] == code), {})
        return self._in_language(names, code)

    def measure(self, number: str) -> str:
        """Number and title of a measure of the National Action Plan."""
        plan = self.context.get("action_plan") or ()
        titles: Mapping[str, str] = next((measure["titles"] for measure in plan if measure["number"] == number), {})
        return f"{number} {self.told(titles)}".strip()

    def plan_figure(self, code: str) -> str:
        """A figure of the plan: `1.2 Staff trained, latest value, Q4 2023`; its code is `1.2 latest 2023-Q4`."""
        number, point, held = code.rsplit(" ", 2)
        when = " → ".join(self.day_or_period(one) for one in held.split("/"))
        return f"{self.measure(number)}, {self.text(words.PLAN_FIGURES.get(point, point))}, {when}"

    def day_or_period(self, code: str) -> str:
        """A day or a period in words."""
        try:
            return self.locale.date(date.fromisoformat(code))
        except ValueError:
            return self.period_label(code)

    def _in_language(self, names: Mapping[str, str], otherwise: str) -> str:
        return str(names.get(self.locale.language) or names.get("en") or otherwise)

    def told(self, texts: Mapping[str, str]) -> str:
        """A text that a profile carries in several languages."""
        return self._in_language(texts, next(iter(texts.values()), ""))

    def source(self, name: str) -> str:
        """Title of a source."""
        if name in words.SOURCES:
            return self.text(words.SOURCES[name])
        own = next((used.title for used in self.edition.created_from if used.source == name and used.title), "")
        return own or words.readable(name)

    def sources(self, *tables: ReleasedTable) -> str:
        """The source line under a chart or table: titles with the date of the last vintage used."""
        names = dict.fromkeys(name for table in tables for name in table.sources)
        said = []
        for name in names:
            dates = [used.vintage_date for used in self.edition.created_from if used.source == name]
            as_of = self.text(", state of {date}", date=self.locale.date(max(dates))) if dates else ""
            said.append(self.source(name) + as_of)
        line = self.text("Source: {sources}.", sources="; ".join(said))
        return line + (" " + self.text("SYNTHETIC data.") if self.edition.is_synthetic else "")

    def figure(self, value: float, unit: str) -> str:
        """A number in the format of its unit, without the unit's name."""
        return figure(self.locale, value, unit)

    def printed(self, cell: ReleasedCell | None, unit: str) -> TableCell:
        """The cell as a table prints it: a number with flags, or the mark of its state."""
        return replace(printed(self.locale, cell, unit), address=self.address(cell))

    def counted(self, cell: ReleasedCell) -> str:
        """A count inside a sentence: the number, or the band that stands for it."""
        return printed(self.locale, cell, "person").text

    def interval(self, cell: ReleasedCell, unit: str) -> str:
        """`(95 % interval 12–30)` as plain text; empty where the cell has none."""
        if cell.lower is None or cell.upper is None:
            return ""
        return self.text("95 % interval {bounds}", bounds=self.bounds(cell.lower, cell.upper, unit))

    def bounds(self, lower: float, upper: float, unit: str) -> str:
        """`12–30 %`; bounds of a percentage get as many decimals as keep them apart, two at most."""
        if unit != "pct":
            return self.locale.range(lower, upper, DECIMALS.get(unit, 0))
        decimals = next((d for d in (0, 1) if round(upper, d) - round(lower, d) > 1.5 * 10**-d), 2)
        return self.locale.range(lower, upper, decimals) + "\u00a0%"


def plain_period(code: str) -> Period | None:
    """The period of a code, None for phases and windows."""
    try:
        return period(code)
    except WrongArguments:
        return None
