"""What a country profile declares, and the rules it must obey."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from functools import cached_property
from itertools import combinations
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from transforms.countries.disclosure import Stricter, checked
from transforms.errors import WrongArguments
from transforms.periods import Frequency, Period, Phase, PhaseCalendar, period
from transforms.retention import LONGEST_DAYS, LONGEST_MONTHS, Retention

Language = Literal["en", "ru", "tk"]
Names = dict[Language, str]
"""One text per language."""
PhaseKey = Literal["pre_pandemic", "acute", "prolonged_restrictions", "recovery"]
MOST_TILES = 12
"""Columns and rows of a tile map: on a phone a tile must still hold its number."""
PHASE_KEYS: tuple[PhaseKey, ...] = ("pre_pandemic", "acute", "prolonged_restrictions", "recovery")


def _month(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        found = period(value)
    except WrongArguments as error:
        raise ValueError(f"{error.message} {error.advice}") from None
    if found.frequency != "month":
        raise ValueError(f"'{value}' is not a month; write it as 2020-03")
    return found


def _period_code(value: str) -> str:
    try:
        return period(value).code
    except WrongArguments as error:
        raise ValueError(f"{error.message} {error.advice}") from None


def _time_zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError):
        raise ValueError(f"'{value}' is not a time zone; write an IANA name such as Asia/Ashgabat") from None
    return value


def _each_once(value: tuple[int, ...]) -> tuple[int, ...]:
    if len(set(value)) < len(value):
        raise ValueError("the same number of days stands there twice")
    return value


def _tile(value: object) -> object:
    places = value if isinstance(value, list | tuple) else ()
    if len(places) != 2 or not all(type(place) is int and 1 <= place <= MOST_TILES for place in places):
        raise ValueError(f"{value!r} is not a place; write [column, row], whole numbers from 1 to {MOST_TILES}")
    return value


Month = Annotated[Period, BeforeValidator(_month)]
Text = Annotated[str, Field(min_length=1)]
Place = Annotated[tuple[int, int], BeforeValidator(_tile)]


class _Declared(BaseModel):
    """Base of all parts: no key that the reader does not know, nothing changed after reading."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=False)


class Region(_Declared):
    """One region; `from_year` and `until_year` (both included) bound its existence, `note` says whose code it is.

    `tile` is its place on the tile map, column from the west and row from the north, roughly as on a real map.
    """

    code: Text
    names: Names
    from_year: int | None = None
    until_year: int | None = None
    tile: Place | None = None
    note: str = ""

    def exists_in(self, year: int) -> bool:
        """Whether the region existed at any time of that year."""
        return (self.from_year or year) <= year <= (self.until_year or year)

    def exists_beside(self, other: Region) -> bool:
        """Whether there was a year in which both existed."""
        starts = [r.from_year for r in (self, other) if r.from_year]
        ends = [r.until_year for r in (self, other) if r.until_year]
        return not starts or not ends or max(starts) <= min(ends)

    def described(self) -> dict[str, object]:
        """What an edition prints of it, as plain JSON; `tile` only where it is declared."""
        said: dict[str, object] = {"code": self.code, "names": dict(self.names)}
        return said if self.tile is None else {**said, "tile": list(self.tile)}


class Body(_Declared):
    """One body that delivers: a keeper of a case list or of statistics.

    `language` is the one it is written to in; without it the first of the country.
    """

    code: Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,30}$")]
    names: Names
    language: Language | None = None


class Milestone(_Declared):
    """One dated event behind the COVID calendar, with its source; unconfirmed ones wait for the Working Group."""

    on: date
    texts: Names
    source: Text
    is_confirmed: bool


class Deadline(_Declared):
    """What is due: a source (by a body), how often, and how many days after the period's end."""

    source: Text
    body: str | None = None
    frequency: Frequency
    days_after_end: Annotated[int, Field(ge=0, le=730)]

    def due_on(self, covered: Period) -> date:
        """Last day on which a delivery that covers the period is in time."""
        return covered.end + timedelta(days=self.days_after_end)


Days = Annotated[tuple[Annotated[int, Field(ge=1, le=365)], ...], AfterValidator(_each_once)]
"""Numbers of days, each once."""


class NoticeDays(_Declared):
    """When a body is written to about a delivery: days before it is due, and days after while it has not come.

    On the days of `escalate_days_after` whoever watches over the calendar gets the notice as well.
    """

    remind_days_before: Days = ()
    overdue_days_after: Days = ()
    escalate_days_after: Days = ()


class Break(_Declared):
    """A break in a series: the first period after it and what a reader must know.

    `dimensions` are the breakdowns that it touches, such as a channel that was added; without any, every figure.
    """

    source: Text
    period: Annotated[str, AfterValidator(_period_code)]
    key: Text
    texts: Names
    dimensions: tuple[Text, ...] = ()

    def touches(self, by: Iterable[str]) -> bool:
        """Whether figures broken down so break here."""
        return not self.dimensions or bool(set(self.dimensions) & set(by))


class Keeping(_Declared):
    """After which time raw files and person keys of a source are deleted, and which law or agreement says so."""

    source: Text
    extracts_months: Annotated[int, Field(ge=1, le=LONGEST_MONTHS)] | None = None
    person_keys_months: Annotated[int, Field(ge=1, le=LONGEST_MONTHS)] | None = None
    backups_days: Annotated[int, Field(ge=1, le=LONGEST_DAYS)]
    basis: Text

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.extracts_months is None and self.person_keys_months is None:
            raise ValueError("write extracts_months, person_keys_months or both")
        return self


class _Phase(_Declared):
    key: PhaseKey
    start: Month
    end: Month | None = None
    source: Text


class _Calendar(_Declared):
    source: Text
    phases: tuple[_Phase, ...]
    milestones: tuple[Milestone, ...] = ()

    @model_validator(mode="after")
    def _is_without_gaps(self) -> Self:
        if tuple(phase.key for phase in self.phases) != PHASE_KEYS:
            raise ValueError(f"the phases must be {', '.join(PHASE_KEYS)}, once each and in this order")
        for earlier, later in zip(self.phases, self.phases[1:], strict=False):
            if earlier.end is None or earlier.end < earlier.start or earlier.end.shifted(1) != later.start:
                raise ValueError(f"phase {later.key} must start in the month after phase {earlier.key} ends")
        return self


class Country(_Declared):
    """A country profile.

    `code` is ISO 3166 alpha-2 (`world` for global data), `alpha_3` empty for `world`.
    `is_fictional` marks a profile made for sample data. `disclosure` holds stricter policies by audience.
    """

    code: Text
    alpha_3: Annotated[str, Field(pattern=r"^([A-Z]{3})?$")]
    names: Names
    is_fictional: bool = False
    languages: Annotated[tuple[Language, ...], Field(min_length=1)]
    time_zone: Annotated[str, AfterValidator(_time_zone)]
    regions: tuple[Region, ...] = ()
    bodies: tuple[Body, ...] = ()
    covid: _Calendar
    deadlines: tuple[Deadline, ...] = ()
    notices: NoticeDays = NoticeDays()
    breaks: tuple[Break, ...] = ()
    disclosure: Annotated[dict[str, Stricter], AfterValidator(checked)] = Field(default_factory=dict)
    retention: tuple[Keeping, ...] = ()

    @cached_property
    def calendar(self) -> PhaseCalendar:
        """The COVID phases as months, with the source of the calendar."""
        phases = tuple(Phase(key=p.key, start=p.start, end=p.end) for p in self.covid.phases)
        return PhaseCalendar(phases=phases, source=self.covid.source)

    @property
    def phase_sources(self) -> dict[str, str]:
        """Source of the dates of each phase, by phase key."""
        return {phase.key: phase.source for phase in self.covid.phases}

    @property
    def retention_rules(self) -> dict[str, Retention]:
        """What is deleted when, by source."""
        return {
            rule.source: Retention(**rule.model_dump(exclude={"source"}), origin=f"{self.code}.toml")
            for rule in self.retention
        }

    @property
    def milestones(self) -> tuple[Milestone, ...]:
        """Dated events behind the calendar, oldest first."""
        return tuple(sorted(self.covid.milestones, key=lambda milestone: milestone.on))

    def language_of(self, body: str) -> Language:
        """The language in which a body is written to; of no body the first of the country."""
        named = next((one.language for one in self.bodies if one.code == body), None)
        return named or self.languages[0]

    def regions_in(self, year: int) -> tuple[Region, ...]:
        """Regions that existed in that year."""
        return tuple(region for region in self.regions if region.exists_in(year))

    def breaks_of(self, source: str) -> tuple[Break, ...]:
        """Breaks of one source, oldest first."""
        return tuple(sorted((b for b in self.breaks if b.source == source), key=lambda b: b.period))

    def described(self) -> dict[str, object]:
        """What an edition prints of the profile, as plain JSON: country, phases (months), phases_source, breaks."""
        regions = [{**r.described(), "from_year": r.from_year, "until_year": r.until_year} for r in self.regions]
        return {
            "country": {
                "code": self.code,
                "names": self.names,
                "regions": regions,
                "bodies": [{"code": body.code, "names": body.names} for body in self.bodies],
                "time_zone": self.time_zone,
            },
            "phases": [
                {"key": p.key, "start": p.start.code, "end": p.end.code if p.end else None, "source": p.source}
                for p in self.covid.phases
            ],
            "phases_source": self.covid.source,
            "breaks": [
                {
                    "source": b.source,
                    "period": b.period,
                    "key": b.key,
                    "texts": b.texts,
                    "dimensions": list(b.dimensions),
                }
                for b in self.breaks
            ],
        }

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> Self:
        _refuse_repeated("region codes", (region.code for region in self.regions))
        _refuse_repeated("body codes", (body.code for body in self.bodies))
        _refuse_repeated("break keys", (f"{b.source} {b.key}" for b in self.breaks))
        _refuse_repeated("sources under retention", (rule.source for rule in self.retention))
        bodies = {body.code for body in self.bodies}
        for body in self.bodies:
            if body.language is not None and body.language not in self.languages:
                raise ValueError(f"body {body.code} is written to in {body.language}, which is none of the languages")
        for deadline in self.deadlines:
            if deadline.body is not None and deadline.body not in bodies:
                raise ValueError(f"deadlines name the body {deadline.body}, which is not among the bodies")
        for region in self.regions:
            if not region.code.startswith(f"{self.code}-"):
                raise ValueError(f"region code {region.code} must start with {self.code}-")
        _refuse_wrong_map(self.regions)
        for where, names in self._texts():
            if missing := [language for language in self.languages if not names.get(language)]:
                raise ValueError(f"{where} lacks a text in {', '.join(missing)}")
        return self

    def _texts(self) -> Iterable[tuple[str, Names]]:
        yield "names", self.names
        yield from ((f"region {region.code}", region.names) for region in self.regions)
        yield from ((f"body {body.code}", body.names) for body in self.bodies)
        yield from ((f"break {b.key}", b.texts) for b in self.breaks)
        yield from ((f"milestone of {m.on.isoformat()}", m.texts) for m in self.covid.milestones)


def _refuse_repeated(what: str, values: Iterable[str]) -> None:
    listed = list(values)
    if repeated := sorted({value for value in listed if listed.count(value) > 1}):
        raise ValueError(f"{what} must be unique; repeated: {', '.join(repeated)}")


def _refuse_wrong_map(regions: Iterable[Region]) -> None:
    """A tile map has a tile for every region, and no two regions of one year on one tile."""
    listed = list(regions)
    with_tile = [region for region in listed if region.tile is not None]
    if with_tile and len(with_tile) < len(listed):
        without = ", ".join(region.code for region in listed if region.tile is None)
        raise ValueError(f"regions without a tile: {without}; give every region one, or none for no tile map")
    for one, other in combinations(with_tile, 2):
        if one.tile == other.tile and one.exists_beside(other):
            raise ValueError(f"regions {one.code} and {other.code} have the same tile {list(one.tile or ())}")
