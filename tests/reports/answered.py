"""Editions for tests with the answers of the statistical methods, put to their tables as the gate puts them."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

from tests.reports.editions import PHASES, SEAL
from tests.reports.people import national, people
from tests.reports.registered import by_quarter, captures, triangle
from transforms.disclosure.estimates import released_estimates
from transforms.disclosure.released import ReleasedEdition, ReleasedEstimate
from transforms.periods import Phase, PhaseCalendar, period, periods_between
from transforms.statistics.covid.comparators import BeforeAfter
from transforms.statistics.estimate import Estimate
from transforms.studies.question import Question

CALENDAR = PhaseCalendar(
    phases=tuple(
        Phase(key=str(p["key"]), start=period(str(p["start"])), end=period(str(p["end"])) if p["end"] else None)
        for p in PHASES
    ),
    source="Fictional dates made for the sample data (SYNTHETIC).",
)
LATER = PhaseCalendar(
    phases=(
        Phase(key="pre_pandemic", start=period("2016-01"), end=period("2020-03")),
        Phase(key="acute", start=period("2020-04"), end=period("2020-08")),
        *CALENDAR.phases[2:],
    ),
    source=CALENDAR.source,
)
STRICT = {
    month: 75.0 if month.year == 2020 else 55.0 if month.year == 2021 else 15.0 + month.first_month % 7
    for month in periods_between(period("2020-03"), period("2022-12"))
}
ELSEWHERE = {
    code: BeforeAfter(before=float(before), during=float(during))
    for code, before, during in (
        ("XX", 240, 120), ("AA", 310, 280), ("BB", 95, 102), ("CC", 410, 350), ("DD", 60, 44), ("EE", 150, 131),
    )
}  # fmt: skip
QUESTION = Question(
    headline="victims_identified",
    calendar=CALENDAR,
    phase_months={"pre_pandemic": 50, "acute": 6, "prolonged_restrictions": 19, "recovery": 21},
    calendars={"one_month_later": LATER},
    stringency=STRICT,
    comparators=ELSEWHERE,
    unit="XX",
)


def with_answers(edition: ReleasedEdition, question: Question = QUESTION) -> ReleasedEdition:
    """The edition with the answers to the question, made of its own tables."""
    estimates = released_estimates(tuple(edition), question)
    fields: dict[str, Any] = {
        name: getattr(edition, name) for name in edition.__dataclass_fields__ if name not in ("seal", "estimates")
    }
    return ReleasedEdition(**fields, estimates=estimates, seal=SEAL)


@cache
def answered(level: float = 1.0, *, quarterly: bool = False) -> ReleasedEdition:
    """The national edition of `people` with its answers; made once."""
    months = [person.month for person in people(level)]
    question = replace(
        QUESTION,
        triangle=triangle(by_quarter(months)),
        triangle_source="case_register",
        captures=None if quarterly else captures(sum(month.startswith("2023") for month in months)),
    )
    return with_answers(national(level, quarterly=quarterly), question)


def changed(**estimates: Estimate | None) -> ReleasedEdition:
    """The answered edition with some answers put in other words; `__` stands for a colon, None takes one away."""
    edition = answered()
    found = dict(edition.estimates)
    for name, estimate in estimates.items():
        key = name.replace("__", ":")
        if estimate is None:
            found.pop(key)
        else:
            found[key] = ReleasedEstimate(key=key, estimate=estimate, sources=("case_register",), seal=SEAL)
    fields: dict[str, Any] = {
        name: getattr(edition, name) for name in edition.__dataclass_fields__ if name not in ("seal", "estimates")
    }
    return ReleasedEdition(**fields, estimates=found, seal=SEAL)
