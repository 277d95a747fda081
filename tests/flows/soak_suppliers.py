"""What the suppliers of the sample country send in two simulated years: whole lists each month, and their mishaps.

Every file is SYNTHETIC and the same whenever it is made. The second year repeats the mishaps of the first with other
bodies, so that the two can be held against each other.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from sample_data.chance import Chance
from sample_data.official import AGES, REGION_NAMES, justice_years, population_tables
from sample_data.workbooks import crime_justice_bytes, population_bytes
from transforms.sources.registry import profile

ZONE = ZoneInfo("Asia/Ashgabat")
FIRST_YEAR = 2024
PER_MONTH = {"MIA": 5, "NGO": 4, "IOM": 3}
"""Persons whom a body registers each month."""
SENT: Mapping[str, tuple[int, time]] = {
    "MIA": (4, time(2, 40)),  # in Greenwich it is the day before
    "NGO": (6, time(11, 0)),
    "IOM": (8, time(15, 30)),
}
"""Day of the month and time at which the list of a body comes where nothing goes wrong."""
ANOTHER = {"MIA": "NGO", "NGO": "IOM", "IOM": "MIA"}
"""Whom the mishap of a body befalls a year later."""
_BEGUN = date(2023, 1, 1)

Fate = Literal["taken", "refused", "known before"]
Mishap = Literal["late", "missing", "corrected", "withdrawn", "with an address", "with a bad row", "sent twice"]

MISHAPS: Mapping[int, tuple[str, Mishap, int]] = {
    1: ("IOM", "late", 27),
    2: ("NGO", "with an address", 8),
    3: ("MIA", "withdrawn", 20),
    4: ("NGO", "missing", 0),
    5: ("MIA", "sent twice", 12),
    6: ("IOM", "corrected", 19),
    7: ("IOM", "missing", 0),
    8: ("IOM", "late", 21),
    9: ("NGO", "with a bad row", 0),
    10: ("MIA", "late", 29),
    11: ("NGO", "corrected", 16),
    12: ("IOM", "sent twice", 17),
}
"""By month of the year: which body, what goes wrong, and the day of the month on which it is put right."""
JUSTICE_SENT = {2023: date(2024, 2, 2), 2024: date(2025, 3, 20), 2025: date(2026, 2, 2)}
"""Days on which the form on crime and justice of a year is composed and comes: that of 2024 after its edition."""
POPULATION_SENT = {2023: date(2024, 1, 3), 2024: date(2024, 11, 15), 2025: date(2025, 12, 20)}
"""Days on which the population of a year comes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """One file that comes at a moment, and what should become of it.

    `day` is the one that the file says it is of, `year` the last of which it holds figures: a list reaches to its day.
    `withdrawn` is when the analyst withdraws it, None where it stands.
    """

    moment: datetime
    name: str
    content: bytes
    source: str
    body: str
    day: date
    year: int
    rows: int
    bad_rows: int = 0
    fate: Fate = "taken"
    withdrawn: datetime | None = None


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """A moment by the clock of the country."""
    return datetime.combine(day, time(hour, minute), ZONE)


def first_stock() -> Iterator[Parcel]:
    """What a home holds before the first month: last year's lists and the population as it was known then."""
    for number, body in enumerate(PER_MONTH):
        yield _list_of(body, at(date(FIRST_YEAR - 1, 12, 11 + number), 10))
    yield _population(FIRST_YEAR - 1, date(FIRST_YEAR - 1, 11, 15))
    yield _justice(FIRST_YEAR - 2, date(FIRST_YEAR - 1, 1, 25), at(date(FIRST_YEAR - 1, 12, 14), 10))


def parcels_of(year: int, month: int) -> Iterator[Parcel]:
    """What comes in a month, in no order."""
    body, mishap, day = MISHAPS[month]
    befallen = body if year == FIRST_YEAR else ANOTHER[body]
    for one in PER_MONTH:
        usual, hour = SENT[one]
        moment = datetime.combine(date(year, month, usual), hour, ZONE)
        if one != befallen:
            yield _list_of(one, moment)
        else:
            yield from _befallen(one, mishap, moment, datetime.combine(date(year, month, day or usual), hour, ZONE))
    for of, sent in JUSTICE_SENT.items():
        if (sent.year, sent.month) == (year, month):
            yield _justice(of, sent, at(sent, 10))
    for of, sent in POPULATION_SENT.items():
        if (sent.year, sent.month) == (year, month):
            yield _population(of, sent)


def _befallen(body: str, mishap: Mishap, moment: datetime, then: datetime) -> Iterator[Parcel]:
    """What comes of a body in a month in which something goes wrong; `then` is when it is put right."""
    usual = _list_of(body, moment)
    if mishap == "late":
        yield _list_of(body, then)
    elif mishap == "corrected":
        yield _list_of(body, moment, has_wrong_ages=True)
        yield _list_of(body, then)
    elif mishap == "withdrawn":
        yield replace(_list_of(body, moment, has_wrong_ages=True), withdrawn=then)
    elif mishap == "with an address":
        yield replace(_list_of(body, moment, remark="SYNTHETIC, ask a.b@example.org"), fate="refused")
        yield replace(usual, moment=then)  # under the same name: it takes the place of the refused one
    elif mishap == "with a bad row":
        yield _list_of(body, moment, has_bad_row=True)
    elif mishap == "sent twice":
        yield usual
        yield replace(usual, moment=then, fate="known before")


def _list_of(
    body: str, moment: datetime, *, has_wrong_ages: bool = False, has_bad_row: bool = False, remark: str = "SYNTHETIC"
) -> Parcel:
    """The whole list of a body as of the day on which it comes."""
    day = moment.date()
    rows = list(_persons(body, day, has_wrong_ages=has_wrong_ages, remark=remark))
    if has_bad_row:
        rows[-1]["sex"] = "Fem"
    text = io.StringIO()
    writer = csv.DictWriter(text, profile("case_register").headers, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return Parcel(
        moment=moment,
        name=f"case_register_{body}_{day}.csv",
        content=text.getvalue().encode(),
        source="case_register",
        body=body,
        day=day,
        year=9999,
        rows=len(rows) - has_bad_row,
        bad_rows=int(has_bad_row),
    )


def _persons(body: str, day: date, *, has_wrong_ages: bool, remark: str) -> Iterator[dict[str, str]]:
    month = _BEGUN
    while month <= day:
        for place in range(PER_MONTH[body]):
            key = hashlib.sha256(f"{body} {month} {place}".encode()).digest()
            registered = month + timedelta(days=key[0] % 27)
            if registered < day:
                yield _row(body, key, registered, day, remark) | ({"age": "93"} if has_wrong_ages and not place else {})
        month = (month + timedelta(days=31)).replace(day=1)


def _row(body: str, key: bytes, registered: date, day: date, remark: str) -> dict[str, str]:
    identified = registered - timedelta(days=key[1] % 20)
    return {
        "reporting_country": "XX",
        "body": body,
        "person_key": key[:8].hex(),
        "status": "PossibleVictimOfTrafficking" if key[2] % 5 == 0 else "ActualVictimOfTrafficking",
        "event_date": str(identified - timedelta(days=key[3] % 90)),
        "identified_date": "" if key[2] % 5 == 0 else str(identified),
        "registered_date": str(registered),
        "sex": "Masculine" if key[4] % 3 == 0 else "Feminine",
        "age": str(14 + key[5] % 40),
        "extract_date": str(day),
        "remark": remark,
    }


def _justice(of: int, composed: date, moment: datetime) -> Parcel:
    (form,) = justice_years(Chance(of), {of: 120})
    return Parcel(
        moment=moment,
        name=f"crime_justice_{of}.xlsx",
        content=crime_justice_bytes(replace(form, composed=composed)),
        source="crime_justice",
        body="",
        day=composed,
        year=of,
        rows=10 * len(("XX", *REGION_NAMES)),
    )


def _population(of: int, sent: date) -> Parcel:
    known = population_tables()[1]
    years = tuple(range(2022, of + 1))
    thousands = {
        (year, sex, age): figure
        for year in years
        for (then, sex, age), figure in known.thousands.items()
        if then == min(year, known.years[-1])
    }
    return Parcel(
        moment=at(sent, 10),
        name=f"population_{sent}.xlsx",
        content=population_bytes(replace(known, issued=sent, basis=f"{sent}.", years=years, thousands=thousands)),
        source="population",
        body="",
        day=sent,
        year=of,
        rows=2 * len(("total", *AGES)) * len(years),
    )
