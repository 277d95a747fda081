"""Fictional persons in groups that have everything in common, and the tables that count them one group at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from hypothesis import strategies as st

from tests.transforms.count_tables import drawn, months, phase
from transforms.disclosure.cells import CountCell, CountTable

TOTAL = "total"
At = tuple[str, ...]
Spans = Mapping[str, At]
"""Codes of periods with their months."""


@dataclass(frozen=True)
class Group:
    """Some persons of one month; `codes` by dimension, several where each of them gave several."""

    month: str
    persons: int
    codes: Mapping[str, At]


def groups(text: str) -> list[Group]:
    """Groups drawn as a text table: month, persons, and a column per dimension (several codes with `;` between)."""
    (_, _, *dimensions), *lines = drawn(text)
    return [
        Group(month, int(persons), {d: tuple(code.split(";")) for d, code in zip(dimensions, codes, strict=True)})
        for month, persons, *codes in lines
    ]


def counted(
    persons: Iterable[Group], key: str, spans: Spans, by: Sequence[str] = (), several: Sequence[str] = ()
) -> CountTable:
    """A table of persons with every margin; each code that any group has is a column."""
    found: Counter[At] = Counter()
    listed = list(persons)
    for group in listed:
        for when, inside in spans.items():
            if group.month in inside:
                for codes in product(*((*group.codes[dimension], TOTAL) for dimension in by)):
                    found[when, *codes] += group.persons
    columns = [[*sorted({code for group in listed for code in group.codes[d]}), TOTAL] for d in by]
    return CountTable(
        key=key,
        indicator="victims_identified",
        population="victims_identified",
        dimensions=("period", *by),
        additive=("period", *(dimension for dimension in by if dimension not in several)),
        cells=tuple(CountCell(at=at, value=float(found[at])) for at in product(spans, *columns)),
        unit="person",
        sources=("case_register",),
    )


def persons_in(listed: Iterable[Group], inside: Iterable[str], codes: Iterable[tuple[str, str]]) -> int:
    """How many persons of these months have all these codes."""
    span, wanted = set(inside), list(codes)
    return sum(
        group.persons
        for group in listed
        if group.month in span and all(code in group.codes[dimension] for dimension, code in wanted)
    )


MONTHS = months("2019-07", "2020-12")
PHASES = (
    phase("pre_pandemic", "2019-07", "2020-02"),
    phase("acute", "2020-03", "2020-08"),
    phase("prolonged_restrictions", "2020-09", "2020-12"),
)
BY_MONTH: Spans = {month: (month,) for month in MONTHS}
BY_QUARTER: Spans = {
    f"{first[:4]}-Q{int(first[5:]) // 3 + 1}": MONTHS[number : number + 3]
    for number, first in enumerate(MONTHS)
    if number % 3 == 0
}
BY_YEAR: Spans = {year: months(f"{year}-01", f"{year}-12") for year in ("2019", "2020")}
BY_PHASE: Spans = {rollup.parent: rollup.parts for rollup in PHASES}


def _quarters(*codes: str) -> Spans:
    return {code: BY_QUARTER[code] for code in codes}


def _every(persons: list[Group]) -> CountTable:
    return counted(persons, "every", {**BY_YEAR, **BY_QUARTER, **BY_MONTH, **BY_PHASE})


@dataclass(frozen=True)
class Family:
    """Tables of one kind: the dimensions their persons have, and how they are counted."""

    dimensions: At
    tables: Callable[[list[Group]], list[CountTable]]


FAMILIES: dict[str, Family] = {
    "months, quarters, years and phases": Family(
        (),
        lambda persons: [
            counted(persons, "by_month", {**BY_QUARTER, **BY_MONTH}),
            counted(persons, "by_year", {**BY_YEAR, **BY_PHASE}),
        ],
    ),
    "sexes by year and phase beside months": Family(
        ("sex",), lambda persons: [_every(persons), counted(persons, "by_sex", {**BY_YEAR, **BY_PHASE}, ("sex",))]
    ),
    "the latest quarters and the phases": Family(
        ("sex", "region"),
        lambda persons: [
            counted(persons, "every", {**BY_YEAR, **BY_QUARTER}),
            counted(persons, "by_sex", {**_quarters("2019-Q4", "2020-Q4"), **BY_PHASE}, ("sex",)),
            counted(persons, "by_region", _quarters("2020-Q3", "2020-Q4"), ("region",)),
        ],
    ),
    "several forms per person": Family(
        ("form", "sex"),
        lambda persons: [
            counted(persons, "by_form", {**BY_YEAR, **BY_PHASE}, ("form",), ("form",)),
            counted(persons, "by_sex", BY_YEAR, ("sex",)),
        ],
    ),
    "forms by sex": Family(
        ("form", "sex"),
        lambda persons: [
            counted(persons, "by_form_sex", BY_YEAR, ("form", "sex"), ("form",)),
            counted(persons, "by_phase", BY_PHASE, ("sex",)),
        ],
    ),
    "age groups in age classes": Family(
        ("age_group", "age_class"),
        lambda persons: [counted(persons, f"by_{by}", BY_YEAR, (by,)) for by in ("age_group", "age_class")],
    ),
    "corridors between known countries": Family(
        ("corridor", "citizenship", "country_of_exploitation", "crossing"),
        lambda persons: [
            counted(persons, f"by_{by}", BY_YEAR, (by,))
            for by in ("corridor", "citizenship", "country_of_exploitation", "crossing")
        ],
    ),
    "regions by sex with every margin": Family(
        ("region", "sex"),
        lambda persons: [
            counted(persons, "by_region_sex", BY_YEAR, ("region", "sex")),
            counted(persons, "by_quarter", {**BY_YEAR, **BY_QUARTER}, ("sex",)),
        ],
    ),
    "corridors and their ends beside sexes": Family(
        ("corridor", "citizenship", "country_of_exploitation", "crossing", "sex"),
        lambda persons: [
            *(
                counted(persons, f"by_{by}", BY_YEAR, (by,))
                for by in ("corridor", "citizenship", "country_of_exploitation", "crossing")
            ),
            counted(persons, "by_sex", {**BY_YEAR, **BY_PHASE}, ("sex",)),
        ],
    ),
    "six breakdowns beside each other": Family(
        ("sex", "region", "form", "age_group", "age_class"),
        lambda persons: [
            counted(persons, "every", {**BY_YEAR, **BY_QUARTER}),
            counted(persons, "by_sex", {**BY_YEAR, **BY_PHASE}, ("sex",)),
            counted(persons, "by_region_sex", BY_YEAR, ("region", "sex")),
            counted(persons, "by_form", BY_YEAR, ("form",), ("form",)),
            counted(persons, "by_age_group", BY_YEAR, ("age_group",)),
            counted(persons, "by_age_class", {**BY_YEAR, **BY_PHASE}, ("age_class",)),
        ],
    ),
}

SIZES = (1, 1, 2, 3, 4, 6, 9, 14, 25)
CODES: Mapping[str, Sequence[At]] = {
    "sex": (("female",), ("male",), ("unknown",)),
    "region": (("XX-1",), ("XX-2",), ("XX-3",), ("XX-4",)),
    "form": (("servitude",), ("forced_labour",), ("forced_labour", "servitude"), ("forced_labour", "other"),
             ("unknown",)),
}  # fmt: skip
AGES = (("0-8", "child"), ("9-17", "child"), ("18-20", "adult"), ("48+", "adult"),
         ("not_reported", "adult"), ("not_reported", "not_reported"))  # fmt: skip
ENDS = (("TM", "TM"), ("TM", "TR"), ("TM", "RU"), ("UZ", "TM"), ("UZ", "TR"))


@st.composite
def persons_of(draw: st.DrawFn, family: Family) -> list[Group]:
    """A few groups of small and large numbers of persons."""

    def codes() -> dict[str, At]:
        found: dict[str, Any] = {d: draw(st.sampled_from(CODES[d])) for d in family.dimensions if d in CODES}
        if "age_group" in family.dimensions:
            group, known = draw(st.sampled_from(AGES))
            found |= {"age_group": (group,), "age_class": (known,)}
        if "corridor" in family.dimensions:
            source, target = draw(st.sampled_from(ENDS))
            crossing = "domestic" if source == target else "cross_border"
            found |= {"citizenship": (source,), "country_of_exploitation": (target,), "crossing": (crossing,)}
            found |= {"corridor": (f"{source}>{target}",)}
        return found

    number = draw(st.integers(1, 10))
    return [Group(draw(st.sampled_from(MONTHS)), draw(st.sampled_from(SIZES)), codes()) for _ in range(number)]
