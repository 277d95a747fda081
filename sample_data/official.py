"""Invented official figures of the fictional country: crime and justice, population, stringency."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sample_data import mixes
from sample_data.chance import Chance

REGION_NAMES = {
    "XX-1": "Северная область",
    "XX-2": "Озёрная область",
    "XX-3": "Горная область",
    "XX-4": "Речная область",
    "XX-5": "Южная область",
    "XX-6": "Столица",
}
BLOCKS = ("Подозреваемые", "Привлечено к суду", "Осуждено")
MALE = {"Подозреваемые": 0.69, "Привлечено к суду": 0.71, "Осуждено": 0.73}
PER_OFFENCE = {"Подозреваемые": 1.35, "Привлечено к суду": 0.95, "Осуждено": 0.72}
NO_DATA = {(2017, "XX-3", "Подозреваемые"), (2020, "XX-2", "Осуждено"), (2021, "XX-3", "Привлечено к суду")}
"""Year, region and block for which the region reported nothing (`…`)."""
CONFIDENTIAL = {(2018, "XX-2", "Осуждено"), (2022, "XX-3", "Осуждено"), (2022, "XX-6", "Осуждено")}
"""Year, region and block whose split by sex is withheld (`х`)."""

AGES = (*(f"{low}-{low + 4}" for low in range(0, 80, 5)), "80+")
_AGE_WEIGHTS = (112, 104, 93, 85, 82, 84, 83, 74, 63, 54, 48, 43, 33, 21, 11, 6, 4)
_MALE_BY_AGE = (515, 514, 513, 511, 508, 505, 502, 499, 496, 492, 486, 478, 466, 448, 425, 395, 355)
"""Men per 1,000 of the age group."""

Figure = int | str


@dataclass(frozen=True, slots=True, kw_only=True)
class JusticeYear:
    """One year's form: per area code the cells as written, offences first, then total, men, women per block.

    `figures` holds the numbers behind the signs.
    """

    year: int
    composed: date
    cells: Mapping[str, tuple[Figure, ...]]
    figures: Mapping[str, tuple[int, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class PopulationTable:
    """Population in thousands, rounded to one decimal as printed, by year, sex and age."""

    issued: date
    basis: str
    years: tuple[int, ...]
    thousands: Mapping[tuple[int, str, str], float]

    def total(self, year: int, sex: str) -> float:
        """Sum over ages of one sex."""
        return round(sum(self.thousands[year, sex, age] for age in AGES), 1)


def justice_years(chance: Chance, identified: Mapping[int, int]) -> tuple[JusticeYear, ...]:
    """The forms of all years; `identified` is the number of identified victims a year, which sets the magnitude."""
    return tuple(_justice_year(chance, year, victims) for year, victims in identified.items())


def _justice_year(chance: Chance, year: int, victims: int) -> JusticeYear:
    figures: dict[str, tuple[int, ...]] = {}
    cells: dict[str, tuple[Figure, ...]] = {}
    whole = sum(mixes.REGIONS.values())
    for region, weight in mixes.REGIONS.items():
        offences = chance.poisson(victims * 0.52 * weight / whole)
        numbers, shown = [offences], [_sign(offences)]
        for block in BLOCKS:
            persons = chance.poisson(offences * PER_OFFENCE[block])
            men = sum(chance.happens(MALE[block]) for _ in range(persons))
            numbers += [persons, men, persons - men]
            shown += _shown(year, region, block, (persons, men, persons - men))
        figures[region], cells[region] = tuple(numbers), tuple(shown)
    totals = tuple(sum(column) for column in zip(*figures.values(), strict=True))
    return JusticeYear(
        year=year,
        composed=date(year + 1, 1, 25),
        cells={"XX": tuple(_sign(total) for total in totals), **cells},
        figures={"XX": totals, **figures},
    )


def _shown(year: int, region: str, block: str, numbers: tuple[int, int, int]) -> list[Figure]:
    if (year, region, block) in NO_DATA:
        return ["…", "…", "…"]
    if (year, region, block) in CONFIDENTIAL:
        return [_sign(numbers[0]), "х", "х"]
    return [_sign(number) for number in numbers]


def _sign(number: int) -> Figure:
    return number or "-"


def population_tables() -> tuple[PopulationTable, PopulationTable]:
    """The old table, projected from an old census, and the one revised after a new census, which found fewer people."""
    years = tuple(range(2016, 2024))
    old = {year: 5870.0 * 1.0165 ** (year - 2016) for year in years}
    new = {year: old[year] * (0.985 - 0.0065 * (year - 2016)) for year in years}
    return (
        _population(date(2023, 2, 15), "расчёт от переписи 2012 года.", old),
        _population(date(2023, 11, 15), "пересчитано по итогам переписи 2022 года.", new),
    )


def _population(issued: date, basis: str, totals: Mapping[int, float]) -> PopulationTable:
    whole = sum(_AGE_WEIGHTS)
    thousands: dict[tuple[int, str, str], float] = {}
    for year, total in totals.items():
        for age, weight, men in zip(AGES, _AGE_WEIGHTS, _MALE_BY_AGE, strict=True):
            group = total * weight / whole
            thousands[year, "male", age] = round(group * men / 1000, 1)
            thousands[year, "female", age] = round(group * (1000 - men) / 1000, 1)
    return PopulationTable(issued=issued, basis=basis, years=tuple(totals), thousands=thousands)


STRINGENCY_STEPS = (
    (date(2020, 1, 1), 0.0), (date(2020, 2, 3), 11.11), (date(2020, 3, 16), 62.04), (date(2020, 4, 6), 77.78),
    (date(2020, 6, 15), 68.52), (date(2020, 9, 1), 52.78), (date(2020, 11, 16), 63.89), (date(2021, 3, 22), 55.56),
    (date(2021, 7, 12), 61.11), (date(2021, 10, 4), 50.0), (date(2022, 1, 17), 46.3), (date(2022, 4, 1), 27.78),
    (date(2022, 8, 1), 16.67), (date(2022, 12, 1), 11.11),
)  # fmt: skip
STRINGENCY_END = date(2022, 12, 31)


def stringency_bytes() -> bytes:
    """A daily index of restrictions from 0 to 100 in the layout of the Oxford tracker; two months at the end blank."""
    lines = ["CountryCode,date,si,remark"]
    day, last = STRINGENCY_STEPS[0][0], date(2023, 2, 28)
    while day <= last:
        level = max(step for step in STRINGENCY_STEPS if step[0] <= day)[1]
        shown = f"{level}" if day <= STRINGENCY_END else ""
        lines.append(f"XXX,{day.isoformat()},{shown},SYNTHETIC")
        day += timedelta(days=1)
    return ("\n".join(lines) + "\n").encode("utf-8")
