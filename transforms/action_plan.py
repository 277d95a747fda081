"""The National Action Plan: what each measure promised, where it stood and where it stands, as figures for the gate.

A figure that counts persons is as confidential as any count of them: baseline, latest value and what lies between the
two go into the gate together, so that none of them gives another away. What was promised, and figures about
trainings, laws or beds, are public. Percentages and rates of persons are not shown, because nobody can say on what
number they rest; the number itself is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, get_args

from transforms.disclosure.cells import CountCell, CountTable, Rollup, Unit
from transforms.errors import WrongArguments
from transforms.indicators.editions import RATE_TABLE
from transforms.periods import Period, period
from transforms.personal.texts import kinds_beside

Point = Literal["baseline", "target", "latest"]
POINTS: tuple[Point, ...] = get_args(Point)
SOURCE = "action_plan"
INDICATOR = "action_plan"
ABOUT_THINGS: tuple[Unit, ...] = ("body", "event", "document", "place", "yes_no")
"""Units whose figures count no person; any other is protected or withheld."""
PARTS_OF_THINGS = frozenset({"contact", "body", "event", "document", "place"})
"""What a percentage may be a part of to be shown."""
RELATIVE: tuple[Unit, ...] = ("pct", "per_100k")
CHANGE = "change"
CAVEAT = "reported_by_the_responsible_body"
_LANGUAGES = ("en", "ru", "tk")
_ORDER: tuple[Point, ...] = ("target", "latest", "baseline")
"""Whose row says what a measure is called, where the rows do not agree."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of a status table as the warehouse keeps it; `about` is its breakdown by dimension."""

    point: Point
    held: str
    about: Mapping[str, str]
    unit: str
    value: float | None
    obs_status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One figure of a measure: when it held (2023, 2023-Q4 or a day) and its value; None with a status says why."""

    held: str
    value: float | None
    obs_status: str = "O"


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One measure of the plan. `unit` is that of its target; `why_missing` is a code, of the supplier's or ours."""

    number: str
    titles: Mapping[str, str]
    goal: str
    goal_titles: Mapping[str, str]
    body: str
    unit: Unit
    percentage_of: str
    measured_by: str
    evidence: str
    why_missing: str
    figures: Mapping[Point, Figure]

    @property
    def is_about_persons(self) -> bool:
        """Whether its figures are to be protected; what is not known not to be about persons, is."""
        if self.unit in RELATIVE:
            return self.percentage_of not in PARTS_OF_THINGS
        return self.unit not in ABOUT_THINGS

    def is_protected(self, point: str) -> bool:
        """Whether the gate decides about this figure; what was promised is public."""
        return self.is_about_persons and self.unit not in RELATIVE and point != "target"

    def table(self, point: str) -> str:
        """Key of the table that a figure of the plan itself stands in."""
        is_apart = self.is_about_persons and self.unit not in RELATIVE and point == "target"
        return f"{SOURCE}_{self.unit}{'_targets' if is_apart else ''}"

    def code(self, point: str, held: str) -> str:
        """Code of one of its figures, the same in every edition: `2.1 latest 2023-Q4`."""
        return f"{self.number} {point} {held}"


def measures(rows: Iterable[Row]) -> tuple[Measure, ...]:
    """The measures by number; a figure that stands twice with different values is none, nor is one of another unit."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        if number := row.about.get("indicator"):
            found.setdefault(number, []).append(row)
    return tuple(_measure(number, found[number]) for number in sorted(found, key=_by_number))


def last_day(held: str) -> date:
    """Last day of a period or day as a file writes it; raises WrongArguments."""
    try:
        return date.fromisoformat(held)
    except ValueError:
        return period(held).end


def _by_number(number: str) -> tuple[tuple[int, int, str], ...]:
    """`2.10` after `2.9`, letters after numbers."""
    parts = re.findall(r"[0-9]+|[^0-9]+", number)
    return tuple((0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts)


def _measure(number: str, rows: Sequence[Row]) -> Measure:
    ordered = sorted(rows, key=lambda row: (_ORDER.index(row.point), row.held, sorted(row.about.items())))

    def attribute(name: str) -> str:
        return next((row.about[name] for row in ordered if row.about.get(name)), "")

    unit = ordered[0].unit
    figures: dict[Point, Figure] = {}
    for point in POINTS:
        mine = [row for row in ordered if row.point == point]
        if mine:
            is_one = len({(row.held, row.value, row.unit) for row in mine}) == 1 and mine[0].unit == unit
            value, status = (mine[0].value, mine[0].obs_status) if is_one else (None, "O")
            figures[point] = Figure(held=mine[0].held, value=value, obs_status=status)
    has_other_unit = any(row.unit != unit for row in ordered)
    return Measure(
        number=number,
        titles=_titles(attribute, "title"),
        goal=attribute("goal") or number.partition(".")[0],
        goal_titles=_titles(attribute, "goal_title"),
        body=attribute("body"),
        unit=unit,  # type: ignore[arg-type]  # the contract's codes are units; another one is protected all the same
        percentage_of=attribute("percentage_of"),
        measured_by=attribute("measured_by"),
        evidence=attribute("evidence"),
        why_missing="units_differ" if has_other_unit else attribute("why_missing"),
        figures=figures,
    )


def _titles(attribute: Callable[[str], str], name: str) -> dict[str, str]:
    """What it is called by language; a text that seems to name a person is not taken."""
    texts = {language: attribute(name if language == "en" else f"{name}_{language}") for language in _LANGUAGES}
    return {language: text for language, text in texts.items() if text and not kinds_beside(text)}


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanTables:
    """What the plan gives to an edition: its figures, their sums, and what its pages may say of each measure.

    `context` is ready for JSON and holds no figure: it names the cell where each is.
    """

    tables: tuple[CountTable, ...]
    rollups: tuple[Rollup, ...]
    context: list[dict[str, Any]]


def plan_tables(found: Sequence[Measure], tables: Sequence[CountTable], until: date) -> PlanTables:
    """Tables of the measures; those that an indicator of the edition measures point to its cells instead.

    `tables` are the edition's own, `until` is the end of its period.
    """
    cells: dict[tuple[str, Unit, bool], list[CountCell]] = {}
    rollups: list[Rollup] = []
    context = []
    for measure in found:
        places = _computed_places(measure, tables, until)
        for point, figure in measure.figures.items():
            if point not in places:
                at = measure.table(point), measure.unit, not measure.is_protected(point)
                cells.setdefault(at, []).append(_cell(measure, point, figure))
        if (change := _change(measure, places)) is not None:
            cells[measure.table(CHANGE), measure.unit, False].append(change[0])
            rollups.append(change[1])
        context.append(_described(measure, places))
    made = tuple(
        CountTable(
            key=key,
            indicator=INDICATOR,
            population=key,
            dimensions=("figure",),
            additive=("figure",),
            cells=tuple(mine),
            unit=unit,
            sources=(SOURCE,),
            caveats=(CAVEAT,),
            is_published=is_public,
        )
        for (key, unit, is_public), mine in sorted(cells.items())
    )
    return PlanTables(tables=made, rollups=tuple(rollups), context=context)


Places = dict[Point, dict[str, Any]]
"""Where the figures are that the edition itself gives: `held`, `table`, `at`."""
_NOWHERE: dict[str, Any] = {"held": "", "table": "", "at": []}


def _computed_places(measure: Measure, tables: Sequence[CountTable], until: date) -> Places:
    """Baseline and latest value of a measure that the edition measures: its year and the last whole one."""
    if not measure.measured_by:
        return {}
    table = next(
        (t for t in tables if t.key in (f"{measure.measured_by}_by_period", f"{measure.measured_by}_by_period_sex")),
        None,
    )
    years = {} if table is None else _whole_years(table, until)
    if table is None or not years:
        return {"latest": _NOWHERE}
    is_rate = table.indicator == RATE_TABLE.indicator
    if measure.unit != ("per_100k" if is_rate else table.unit):
        return {"latest": _NOWHERE}
    rest = ["total"] * (len(table.dimensions) - 1)

    def place(year: Period) -> dict[str, Any]:
        return {"held": year.code, "table": table.key + (".rate" if is_rate else ""), "at": [year.code, *rest]}

    places: Places = {"latest": place(max(years))}
    baseline = measure.figures.get("baseline")
    if baseline is not None and (year := years.get(_year(baseline.held))) is not None:
        places["baseline"] = place(year)
    return places


def _whole_years(table: CountTable, until: date) -> dict[Any, Period]:
    found = {}
    for cell in table.cells:
        year = _year(cell.at[table.dimensions.index("period")])
        if year is not None and year.end <= until and cell.obs_status != "O":
            found[year] = year
    return found


def _year(held: str) -> Period | None:
    try:
        found = period(held)
    except WrongArguments:
        return None
    return found if found.frequency == "year" else None


def _cell(measure: Measure, point: Point, figure: Figure) -> CountCell:
    value, status = _checked(measure, figure)
    if value is not None and measure.is_about_persons and measure.unit in RELATIVE and point != "target":
        value, status = None, "U"
    return CountCell(at=(measure.code(point, figure.held),), value=value, obs_status=status)


def _checked(measure: Measure, figure: Figure) -> tuple[float | None, str]:
    """The value; none where it cannot be one of its unit: half a person, a yes of 7."""
    value = figure.value
    if value is None:
        return None, figure.obs_status
    is_whole = value >= 0 and float(value).is_integer()
    is_possible = is_whole if measure.unit not in RELATIVE else value >= 0
    if not is_possible or (measure.unit == "yes_no" and value not in (0, 1)):
        return None, "U"
    return value, figure.obs_status


def _change(measure: Measure, places: Places) -> tuple[CountCell, Rollup] | None:
    """What lies between baseline and latest value of persons: a count like theirs, that subtraction would tell."""
    if places or not measure.is_about_persons or measure.unit in RELATIVE:
        return None
    before, after = (measure.figures.get(point) for point in ("baseline", "latest"))
    if before is None or after is None or before.held == after.held:
        return None
    old, new = _checked(measure, before)[0], _checked(measure, after)[0]
    if old is None or new is None:
        return None
    code = measure.code(CHANGE, f"{before.held}/{after.held}")
    ends = [measure.code("baseline", before.held), measure.code("latest", after.held)]
    low, high = ends if new >= old else reversed(ends)
    rollup = Rollup(dimension="figure", parent=high, parts=(low, code))
    return CountCell(at=(code,), value=abs(new - old)), rollup


def _described(measure: Measure, places: Places) -> dict[str, Any]:
    own = {
        point: {"held": figure.held, "table": measure.table(point), "at": [measure.code(point, figure.held)]}
        for point, figure in measure.figures.items()
    }
    return {
        "number": measure.number,
        "titles": dict(measure.titles),
        "goal": measure.goal,
        "goal_titles": dict(measure.goal_titles),
        "body": measure.body,
        "unit": measure.unit,
        "measured_by": measure.measured_by,
        "evidence": measure.evidence,
        "why_missing": measure.why_missing,
        "figures": {**own, **places},
    }
