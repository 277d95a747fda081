"""What an indicator is: declared data that one compiler turns into SQL."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from transforms.codes import CodeList
from transforms.disclosure.cells import Unit
from transforms.periods import Frequency

Measure = Literal["count", "sum", "mean", "rate", "published"]
Subject = Literal["cases", "observations"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """What a row must satisfy: the check a machine runs and the sentence a reader gets, side by side."""

    sql: str
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Breakdown:
    """One dimension of a count: the column or columns of the core table, and the list its codes come from.

    `is_several` columns hold several codes per person: people are counted under each of their codes once,
    and the codes do not add up to the people. `always` are codes that a table shows even where nobody stands
    under them; of the others it shows those that occur. `part` names the part of a further breakdown that it is:
    `need` of `need=food`.
    """

    key: str
    label: str
    columns: tuple[str, ...]
    codes: CodeList | None = None
    is_several: bool = False
    always: tuple[str, ...] = ()
    part: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Caveat:
    """A sentence that is printed beside every figure it applies to; `text` is an English message id."""

    key: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Indicator:
    """One indicator as data.

    `measure` says how rows become a figure: people counted, published figures summed over countries, an index
    averaged, the rate of another indicator (`numerator`) per 100,000 of `denominator`, or a figure such as a percentage
    that stands as it was published for its own period, because neither sums nor means of it say anything. `date` is the
    column that puts a row into a period. `sources` are tried in order; `world_sources` serve scope `world`.
    `within` names the indicator that counts all of the same people on the same dates, and more.
    `adds_up` figures are delivered by month, quarter or year, of which the finest are counted and longer ones summed;
    others are counts of a year. `parts`: a delivered figure can name several of these breakdowns at once, and totals
    may be missing (see `transforms.indicators.groups`); `apart` is the one whose codes deliver each for itself.
    All texts are English message ids.
    """

    key: str
    label: str
    subject: Subject
    measure: Measure
    unit: Unit
    where: Condition
    date: str
    date_basis: str
    deduplication: str
    sources: tuple[str, ...]
    world_sources: tuple[str, ...]
    by: tuple[str, ...]
    caveats: tuple[str, ...]
    denominator: str | None = None
    numerator: str | None = None
    within: str = ""
    adds_up: bool = False
    parts: tuple[str, ...] = ()
    apart: str = ""

    def defined(self) -> dict[str, str | None]:
        """What a manifest says of it, so that a figure can be explained, and a later edition told by it, without this
        program. `check` is what a machine runs, of which `counts` is the sentence.
        """
        return {
            "unit": self.unit,
            "counts": self.where.sentence,
            "check": self.where.sql,
            "measure": self.measure,
            "date": self.date,
            "date_basis": self.date_basis,
            "deduplication": self.deduplication,
            "numerator": self.numerator,
            "denominator": self.denominator,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class CountedSource:
    """What counting must know of a source.

    `frequency` is the finest period its dates carry. In `is_keyed` sources one person can stand in several
    lists under one key. `is_public` figures were published by their owner already. `caveats` hold for every
    figure that comes from it.
    """

    key: str
    frequency: Frequency
    is_keyed: bool = False
    is_public: bool = False
    caveats: tuple[str, ...] = ()


COUNTED_SOURCES: tuple[CountedSource, ...] = (
    CountedSource(
        key="case_register", frequency="month", is_keyed=True, caveats=("one_person_once", "late_reports_follow")
    ),
    CountedSource(
        key="ctdc_kanon",
        frequency="year",
        caveats=("records_are_persons", "coverage_differs_between_years", "small_groups_removed"),
    ),
    CountedSource(
        key="ctdc_synthetic",
        frequency="year",
        is_public=True,
        caveats=("records_are_synthetic", "coverage_differs_between_years"),
    ),
    CountedSource(
        key="unodc_tip",
        frequency="year",
        is_public=True,
        caveats=("small_counts_published_as_bands", "countries_differ_between_years"),
    ),
    CountedSource(key="crime_justice", frequency="year"),
    CountedSource(key="migrant_registrations", frequency="month"),
    CountedSource(key="hotline_contacts", frequency="month"),
    CountedSource(key="migration_flows", frequency="month", is_public=True),
    CountedSource(key="labour_market", frequency="month", is_public=True),
    CountedSource(key="stringency", frequency="month", is_public=True),
)


def counted_source(key: str) -> CountedSource:
    """The declaration of that source; raises KeyError."""
    return {source.key: source for source in COUNTED_SOURCES}[key]
