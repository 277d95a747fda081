"""A made-up register and form of justice in which every count that is withheld to protect a small one is large."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import accumulate
from pathlib import Path

from sample_data.official import BLOCKS, REGION_NAMES, JusticeYear
from sample_data.workbooks import crime_justice_bytes
from transforms.sources.registry import profile

HEADERS = profile("case_register").headers
REMARK = "quartz-zebra"
"""Begins every remark; no name, rule or code contains it."""
SIDEWAYS = "Sideways-4711"
"""What stands in place of a sex in the row that is set aside."""
DELIVERED = "2023-03-31"
PRESUMED_A_MONTH = 211
ONLY_OF_THE_NGO = 7
"""Of so many persons one is in the list of the other body alone."""

Shares = Mapping[str, int]
"""How many persons of a year have which code, of a column; all others have the last one."""
YEARS: Mapping[int, Mapping[str, Shares]] = {
    2019: {
        "sex": {"NonConforming": 2, "Feminine": 2347, "Masculine": 3469},
        "region": {"XX-1": 2, "XX-2": 2213, "XX-3": 3603},
        "identification_channel": {"hotline": 2, "ngo": 1523, "police": 4293},
    },
    2020: {
        "sex": {"NonConforming": 3, "Feminine": 2273, "Masculine": 3187},
        "region": {"XX-1": 1, "XX-2": 1583, "XX-3": 3879},
        "identification_channel": {"hotline": 3, "ngo": 1439, "police": 4021},
    },
    2021: {
        "sex": {"NonConforming": 2, "Feminine": 4817, "Masculine": 6329},
        "region": {"XX-1": 3, "XX-2": 3389, "XX-3": 7756},
        "identification_channel": {"hotline": 2, "ngo": 2879, "police": 8267},
    },
    2022: {
        "sex": {"NonConforming": 1, "Feminine": 2659, "Masculine": 3571},
        "region": {"XX-1": 3, "XX-2": 2467, "XX-3": 3761},
        "identification_channel": {"hotline": 2, "ngo": 1787, "police": 4442},
    },
}
MONTHS_OF_2021 = (2, 2741, 1387)
"""Its first quarter; the rest of that year and the other years are even."""
OFFENCES: Mapping[int, Sequence[int]] = {
    2020: (3, 1_192_837, 2_048_391, 2_719_283, 3_381_927, 4_092_817),
    2021: (2, 1_304_817, 2_184_533, 2_847_361, 3_519_283, 4_263_719),
    2022: (1, 1_417_263, 2_293_847, 2_938_471, 3_628_193, 4_381_729),
}
"""Offences recorded by region."""
MEN_AND_WOMEN: Mapping[int, tuple[int, int]] = {2020: (1_583_927, 2), 2021: (1_638_471, 3), 2022: (1_729_381, 2)}
"""Persons in each block of the form on justice, all of them in the last region."""


def person(number: int) -> str:
    """A key as a holder of cases makes it."""
    return hashlib.sha256(f"canary {number}".encode()).hexdigest()[:16]


def register(body: str) -> str:
    """The list of a body: of MIA all persons but every seventh, of NGO every seventh and every third."""
    rows = [
        _row(number, values, body)
        for number, values in enumerate(_persons())
        if (number % ONLY_OF_THE_NGO != 0 if body == "MIA" else number % ONLY_OF_THE_NGO == 0 or number % 3 == 0)
    ]
    return "\n".join([",".join(HEADERS), *rows]) + "\n"


def flawed_register(body: str) -> str:
    """The same with a row that cannot be taken."""
    whole = register(body)
    last = whole.splitlines()[-1]
    return whole + last.replace("Masculine", SIDEWAYS).replace("Feminine", SIDEWAYS) + "\n"


def keys() -> set[str]:
    """Keys of all persons."""
    return {person(number) for number in range(sum(_size(year) + 12 * PRESUMED_A_MONTH for year in YEARS))}


def justice(year: int) -> bytes:
    """The form on crime and justice of a year, as a workbook."""
    men, women = MEN_AND_WOMEN[year]
    nobody = (0,) * (3 * len(BLOCKS))
    figures = dict(zip(REGION_NAMES, ((one, *nobody) for one in OFFENCES[year]), strict=True))
    figures["XX-6"] = (OFFENCES[year][-1], *(men + women, men, women) * len(BLOCKS))
    totals = tuple(sum(column) for column in zip(*figures.values(), strict=True))
    cells = {code: tuple(number or "-" for number in numbers) for code, numbers in {"XX": totals, **figures}.items()}
    made = JusticeYear(year=year, composed=date(year + 1, 1, 25), cells=cells, figures=figures)
    return crime_justice_bytes(made)


def deliver(inbox: Path) -> None:
    """Put both lists, one of them with a flaw, and the forms of justice into a folder."""
    for body, content in (("MIA", register("MIA")), ("NGO", flawed_register("NGO"))):
        (inbox / f"case_register_{body}.csv").write_text(content, encoding="utf-8")
    for year in OFFENCES:
        (inbox / f"crime_justice_{year}.xlsx").write_bytes(justice(year))


def _persons() -> Iterable[dict[str, str]]:
    for year, columns in YEARS.items():
        size = _size(year)
        drawn = {column: _spread(_codes(shares), place) for place, (column, shares) in enumerate(columns.items())}
        for number, month in enumerate(_months(year, size)):
            day = f"{year}-{month:02d}-05"
            yield {
                "registered_date": day,
                "identified_date": day,
                "status": "ActualVictimOfTrafficking",
                **{column: codes[number] for column, codes in drawn.items()},
            }
        for number in range(12 * PRESUMED_A_MONTH):
            yield {
                "registered_date": f"{year}-{number % 12 + 1:02d}-05",
                "status": "PossibleVictimOfTrafficking",
                "sex": "Feminine",
                "region": "XX-3",
            }


def _row(number: int, values: Mapping[str, str], body: str) -> str:
    day = values["registered_date"]
    whole = dict.fromkeys(HEADERS, "") | {
        "reporting_country": "XX",
        "body": body,
        "person_key": person(number),
        "event_date": day,
        "age": "17" if number % 10_000 == 3 else "30",
        "citizenship": "UZ" if number % 10_000 == 5 else "XX",
        "country_of_exploitation": "XX",
        "form": "ForcedLabour" if number % 5_000 else "ForcedBegging",
        "extract_date": DELIVERED,
        "remark": f"SYNTHETIC {REMARK}-{number}",
    }
    return ",".join({**whole, **values}[header] for header in HEADERS)


def _size(year: int) -> int:
    return sum(YEARS[year]["sex"].values())


def _codes(shares: Shares) -> list[str]:
    return [code for code, number in shares.items() for _ in range(number)]


def _spread(codes: list[str], place: int) -> list[str]:
    """The same codes in another order, so that one characteristic does not follow from another."""
    step = (1009, 1013, 1019)[place]
    return [codes[number * step % len(codes)] for number in range(len(codes))]


def _months(year: int, size: int) -> list[int]:
    first = MONTHS_OF_2021 if year == 2021 else ()
    rest = size - sum(first)
    even = [rest * (n + 1) // (12 - len(first)) for n in range(12 - len(first))]
    ends = [*accumulate(first), *(sum(first) + end for end in even)]
    months, done = list[int](), 0
    for month, end in enumerate(ends, start=1):
        months += [month] * (end - done)
        done = end
    return months
