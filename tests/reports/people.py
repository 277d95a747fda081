"""A national edition for tests: fictional people of 2016 to 2023, counted and protected by a stand-in for the gate."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from math import sqrt
from random import Random
from typing import Any

from tests.reports.editions import PHASES, edition, protected, sealed, shares
from tests.reports.registered import ANNEX
from transforms.disclosure.released import ReleasedCell, ReleasedEdition, ReleasedTable
from transforms.indicators.breakdowns import CASE_BREAKDOWNS
from transforms.periods import period, period_of, periods_between


@dataclass(frozen=True)
class Person:
    """One fictional person: a month and the codes of some dimensions."""

    month: str
    codes: Mapping[str, tuple[str, ...]]


LEVEL = {"pre_pandemic": 17.0, "acute": 6.0, "prolonged_restrictions": 10.5, "recovery": 15.0}
WEIGHTS: dict[str, tuple[tuple[str, float], ...]] = {
    "sex": (("female", 5), ("male", 4), ("unknown", 0.5)),
    "age_class": (("child", 2), ("adult", 8), ("not_reported", 0.6)),
    "age_group": (
        ("0-8", 0.4),
        ("9-17", 1.6),
        ("18-20", 2),
        ("21-23", 2),
        ("24-26", 1.6),
        ("27-29", 1.3),
        ("30-38", 1.5),
        ("39-47", 0.8),
        ("48+", 0.3),
        ("not_reported", 0.6),
    ),
    "citizenship": (("XX", 7), ("UZ", 1.2), ("AF", 0.6), ("TJ", 0.4), ("PK", 0.1)),
    "country_of_exploitation": (("TR", 4), ("XX", 3), ("RU", 2), ("AE", 1), ("unknown", 0.6)),
    "corridor": (("XX>TR", 4), ("XX>XX", 2.4), ("XX>RU", 2), ("XX>AE", 0.9), ("UZ>XX", 0.5), ("AF>XX", 0.2)),
    "crossing": (("domestic", 2.5), ("cross_border", 7), ("unknown", 0.5)),
    "form": (
        ("sexual_exploitation", 3.2),
        ("forced_labour", 4.6),
        ("servitude", 0.8),
        ("forced_begging", 0.7),
        ("forced_marriage", 0.3),
        ("other", 0.4),
        ("unknown", 0.5),
    ),
    "sector": (("construction", 3), ("domestic_work", 1.4), ("agriculture", 1.1), ("trade", 0.8), ("not_reported", 2)),
    "means_of_control": (
        ("debt_bondage", 2),
        ("takes_earnings", 3),
        ("false_promises", 4),
        ("threats", 2.4),
        ("withholds_documents", 2.2),
        ("psychological_abuse", 1.6),
        ("unknown", 1),
    ),
    "recruiter_relation": (
        ("friend", 2.5),
        ("stranger", 2),
        ("family", 1),
        ("intimate_partner", 0.6),
        ("not_reported", 2),
    ),
    "recruitment_channel": (
        ("friends", 3),
        ("online_social_network", 2),
        ("online_advertisement", 1.4),
        ("family", 1),
        ("not_reported", 2),
    ),
    "region": tuple((f"XX-{i}", w) for i, w in enumerate((1.0, 1.6, 0.7, 1.2, 1.9, 3.0), 1)),
    "identification_channel": (
        ("tip", 1.5),
        ("hotline", 2.5),
        ("self_report", 2.2),
        ("police", 2.4),
        ("ngo", 1.6),
        ("border", 0.8),
        ("online", 0.6),
        ("not_reported", 0.4),
    ),
    "identified_by": (
        ("police", 6),
        ("ngo", 2),
        ("prosecution_or_court", 1.5),
        ("other_government", 1),
        ("unknown", 0.5),
    ),
}
SEVERAL = {"form", "sector", "means_of_control", "recruiter_relation", "recruitment_channel"}


def phase_of(month: str) -> str:
    """The phase of a month."""
    return next(str(p["key"]) for p in PHASES if str(p["start"]) <= month <= str(p["end"] or "9999"))


def people(level: float = 1.0, seed: int = 7) -> list[Person]:
    """Fictional people of 2016 to 2023; `level` scales the monthly mean."""
    random = Random(seed)
    found = []
    for part in periods_between(period("2016-01"), period("2023-12")):
        phase = phase_of(part.code)
        mean = LEVEL[phase] * level * (1 + 0.02 * (part.year - 2016))
        for _ in range(max(0, round(random.gauss(mean, sqrt(mean))))):
            codes = {}
            for dimension, weights in WEIGHTS.items():
                names = [name for name, _ in weights]
                tilt = [
                    c
                    * (
                        2.2
                        if phase != "pre_pandemic" and n in {"self_report", "online", "online_social_network"}
                        else 0.5
                        if phase == "acute" and n in {"tip", "border"}
                        else 1
                    )
                    for n, c in weights
                ]
                chosen = {random.choices(names, tilt)[0]}
                if dimension in SEVERAL and random.random() < 0.35:
                    chosen.add(random.choices(names, tilt)[0])
                specific = chosen - {"unknown", "not_reported"}
                codes[dimension] = tuple(sorted(specific or chosen))
            found.append(Person(part.code, codes))
    return found


def times(person: Person, *, years: bool = True, finer: bool = False, phases: bool = False) -> list[str]:
    """Codes of the periods a person falls in."""
    day = period(person.month).start
    codes = [person.month[:4]] if years else []
    if finer:
        codes += [period_of(day, "quarter").code, person.month]
    if phases:
        codes.append("phase:" + phase_of(person.month))
    return codes


def counted(
    persons: list[Person], dimension: str | None, time: Callable[[Person], list[str]]
) -> dict[tuple[str, ...], int]:
    """Counts by period and dimension, margins included."""
    counts: dict[tuple[str, ...], int] = {}
    codes = () if dimension is None else tuple(c for c, _ in WEIGHTS[dimension])
    for part in sorted({t for p in persons for t in time(p)}):
        for code in (*codes, "total"):
            counts[(part, code) if dimension else (part,)] = 0
    for person in persons:
        for part in time(person):
            if dimension is None:
                counts[(part,)] += 1
                continue
            for code in (*person.codes[dimension], "total"):
                counts[part, code] += 1
    return counts


def crossed(
    persons: list[Person], by: tuple[str, str], periods: tuple[str, ...], time: Callable[[Person], list[str]]
) -> dict[tuple[str, ...], int]:
    """Counts by period and two dimensions of one code each, margins included."""
    first, second = ((*(code for code, _ in WEIGHTS[key]), "total") for key in by)
    counts: dict[tuple[str, ...], int] = {(p, one, other): 0 for p in periods for one in first for other in second}
    for person in persons:
        for part in set(time(person)) & set(periods):
            for one in (*person.codes[by[0]], "total"):
                for other in (*person.codes[by[1]], "total"):
                    counts[part, one, other] += 1
    return counts


def ratio(part: float, months: int, base: float, base_months: int) -> tuple[float, float, float]:
    """A rate ratio with a normal interval on the log scale; stands in for the exact one."""
    value = part / months / (base / base_months)
    spread = 1.96 * sqrt(1 / part + 1 / base)
    return value, value * 2.718281828**-spread, value * 2.718281828**spread


SEVERAL = {breakdown.key for breakdown in CASE_BREAKDOWNS if breakdown.is_several}
PHASE_MONTHS = {"pre_pandemic": 50, "acute": 6, "prolonged_restrictions": 19, "recovery": 21}


def phases(counts: Mapping[tuple[str, ...], int], key: str, dimensions: tuple[str, ...]) -> list[ReleasedTable]:
    """Means a month in each phase, and their ratio to the first phase; small counts give none."""
    means, ratios = [], []
    for at, n in counts.items():
        if not at[0].startswith("phase:"):
            continue
        months, base = PHASE_MONTHS[at[0][6:]], counts[("phase:pre_pandemic", *at[1:])]
        if 0 < n < 4 or 0 < base < 4:
            means.append(ReleasedCell(at=at, value=None, conf_status="D"))
            ratios.append(ReleasedCell(at=at, value=None, conf_status="D"))
            continue
        reach = 2 * sqrt(n)
        means.append(ReleasedCell(at=at, value=n / months, lower=(n - reach) / months, upper=(n + reach) / months))
        if at[0] == "phase:pre_pandemic":
            continue
        if n and base:
            value, lower, upper = ratio(n, months, base, 50)
            ratios.append(ReleasedCell(at=at, value=value, lower=lower, upper=upper, base=float(base)))
        else:
            ratios.append(ReleasedCell(at=at, value=None, obs_status="M"))
    return [
        sealed(key + ".phase_mean", dimensions, means, kind="rate"),
        sealed(key + ".phase_ratio", dimensions, ratios, kind="ratio", unit="ratio"),
    ]


def comparisons(counts: Mapping[tuple[str, ...], int], key: str) -> list[ReleasedTable]:
    """Same period of 2019, change from the period before."""
    same, change = [], []
    for (code,), n in counts.items():
        if code.startswith("phase:"):
            continue
        part = period(code)
        before = counts.get(((part.shifted(-1)).code,))
        if before is not None:
            is_shown = before >= 20 and n >= 20
            value = 100 * (n / before - 1) if is_shown else None
            status = "A" if is_shown else "U"
            change.append(ReleasedCell(at=(code,), value=value, obs_status=status, base=float(before)))
        if part.year >= 2020:
            then = counts.get(("2019" + code[4:],), 0)
            if n >= 4 and then >= 4:
                value, lower, upper = ratio(n, 1, then, 1)
                same.append(ReleasedCell(at=(code,), value=value, lower=lower, upper=upper, base=float(then)))
            else:
                same.append(ReleasedCell(at=(code,), value=None, conf_status="D"))
    return [
        sealed(key + ".same_period", ("period",), same, kind="ratio", unit="ratio"),
        sealed(key + ".change", ("period",), change, kind="change", unit="pct"),
    ]


def national(level: float = 1.0, *, quarterly: bool = False, **changes: Any) -> ReleasedEdition:
    """A national edition with months, all breakdowns, justice figures and stringency."""
    persons = people(level)
    headline = "victims_identified_by_period"
    counts = counted(persons, None, lambda p: times(p, finer=True, phases=True))
    tables = [sealed(headline, ("period",), protected(counts)), *comparisons(counts, headline)]
    tables += phases(counts, headline, ("period",))
    for key, every in (("victims_registered", 1), ("victims_assisted", 2), ("victims_presumed", 6)):
        some = counted(persons[::every], None, lambda p: times(p, finer=True))
        tables.append(sealed(f"{key}_by_period", ("period",), protected(some)))
    quarter = lambda p: [period_of(period(p.month).start, "quarter").code]  # noqa: E731
    for dimension in WEIGHTS:
        has_phases = dimension in {"sex", "form", "identification_channel", "identified_by"}
        span = persons if not quarterly else [p for p in persons if p.month >= "2021-07"]
        if quarterly:
            found = counted(span, dimension, quarter)
        else:
            found = counted(span, dimension, partial(times, phases=has_phases))
        caveats = ("several_codes_per_person",) if dimension in SEVERAL else ()
        counts_table = sealed(f"{headline}_{dimension}", ("period", dimension), protected(found), caveats=caveats)
        tables += [counts_table, shares(counts_table, found)]
        if has_phases and not quarterly:
            tables += phases(found, counts_table.key, counts_table.dimensions)
    own = ("2022-Q2", "2023-Q2") if quarterly else ("2022", "2023")
    for both in (("sex", "age_group"), ("identification_channel", "identified_by")):
        at_once = crossed(persons, both, own, quarter if quarterly else partial(times, phases=False))
        tables.append(sealed("_".join((headline, *both)), ("period", *both), protected(at_once)))
    tables += justice()
    if quarterly:
        changes = {"edition": "quarterly-2023-Q2", "context": {"edition_period": "2023-Q2"}, **changes}
    context = {
        "reporting_status": STATUS,
        "denominators": [{"key": "population", "source": "population", "vintage_date": "2024-01-15"}],
        "refused": [
            {"what": "Expected counts of the COVID period", "reason": "Fewer than 24 months before the acute phase."}
        ],
        "annex": ANNEX,
        **changes.pop("context", {}),
    }
    return edition(tables, context=context, **changes)


STATUS = [
    {"source": "case_register", "body": "MIA", "due": "2024-01-25", "received": "2024-01-22", "is_late": False},
    {"source": "case_register", "body": "NGO", "due": "2024-01-25", "received": "2024-02-09", "is_late": True},
    {"source": "case_register", "body": "IOM", "due": "2024-01-25", "received": None, "is_late": True},
    {"source": "crime_justice", "body": "SSC", "due": "2024-02-14", "received": "2024-02-12", "is_late": False},
]


def justice() -> list[ReleasedTable]:
    """Stages of justice by year, the rate, stringency and records by source."""
    stages = {
        "offences_recorded": (92, 88, 97, 90, 51, 60, 74, 86),
        "persons_suspected": (110, 104, 118, 108, 64, 70, 88, 101),
        "persons_prosecuted": (71, 70, 75, 77, 38, 41, 55, 63),
        "persons_convicted": (48, 52, 55, 57, 33, 25, 36, 47),
    }
    tables = [
        sealed(
            f"{key}_by_period",
            ("period",),
            [ReleasedCell(at=(str(2016 + i),), value=float(n)) for i, n in enumerate(values)],
            unit="offence" if key == "offences_recorded" else "person",
            sources=("crime_justice",),
            caveats=("justice_counts_its_own_year",),
        )
        for key, values in stages.items()
    ]
    rates = [
        ReleasedCell(at=(str(2016 + i), sex), value=rate, lower=rate * 0.86, upper=rate * 1.15, base=3_000_000.0)
        for i in range(8)
        for sex, rate in (
            ("female", 4.0 - 0.2 * abs(i - 3)),
            ("male", 3.1 - 0.2 * abs(i - 3)),
            ("total", 3.6 - 0.2 * abs(i - 3)),
        )
    ]
    tables.append(
        sealed(
            "sdg_16_2_2_by_period_sex.rate",
            ("period", "sex"),
            rates,
            kind="rate",
            unit="per_100k",
            sources=("case_register", "population"),
        )
    )
    index = [
        ReleasedCell(at=(p.code,), value=value)
        for p, value in zip(
            periods_between(period("2020-01"), period("2022-12")),
            [0, 6, 48, 78, 82, 80, 74, 70, *[64] * 12, *[52] * 8, *[30] * 8],
            strict=True,
        )
    ]
    tables.append(
        sealed("stringency_by_period", ("period",), index, kind="observation", unit="index", sources=("stringency",))
    )
    records = [
        ReleasedCell(at=(source, outcome), value=float(n))
        for source, outcome, n in (
            ("case_register", "accepted", 1391),
            ("case_register", "quarantined", 21),
            ("crime_justice", "accepted", 560),
            ("crime_justice", "quarantined", 0),
        )
    ]
    tables.append(sealed("records_by_source_outcome", ("source", "outcome"), records, unit="record"))
    return tables
