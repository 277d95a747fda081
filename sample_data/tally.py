"""What the sample data must give, counted here from the rows as meant, without the pipeline.

A person is one `person_key`, whatever number of lists it stands in. Identified: some list says so; the year is
that of the earliest day of identification. Registered: some list has the person as presumed or identified;
the year is that of the earliest registration. The sex is that of the earliest registered record that knows it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import date

from sample_data.deliveries import Delivery, spoiled
from sample_data.lists import IDENTIFIED, NOT_VICTIM, UNKNOWN, Row
from sample_data.official import AGES, BLOCKS, JusticeYear, PopulationTable

AFTER_FLAWED = date(2023, 7, 31)
"""A day on which the flawed file is the latest list of its body."""

Counts = dict[str, dict[str, int]]
_SEX = {"Feminine": "female", "Masculine": "male", "other": "other"}
_SERIES = dict(zip(BLOCKS, ("persons_suspected", "persons_prosecuted", "persons_convicted"), strict=True))


def rows_known(deliveries: Iterable[Delivery], as_of: date) -> list[Row]:
    """The rows of each body's latest list by that day, without those refused in a flawed file."""
    latest = {d.body: d for d in sorted(deliveries, key=lambda d: d.extract) if d.extract <= as_of}
    return [row for delivery in latest.values() for row in _sound_rows(delivery)]


def _sound_rows(delivery: Delivery) -> list[Row]:
    if not delivery.is_flawed:
        return list(delivery.rows)
    rows, _, faults = spoiled(delivery)
    refused = {fault.line - 2 for fault in faults}
    return [row for number, row in enumerate(rows) if number not in refused]


def persons_by_period(rows: Iterable[Row], length: int) -> dict[str, Counter[str]]:
    """Distinct persons by period; `length` 4 counts by year, 7 by month. Keys: identified, registered, assisted."""
    by_person: dict[str, list[Row]] = {}
    for row in rows:
        by_person.setdefault(row["person_key"], []).append(row)
    found: dict[str, Counter[str]] = {"identified": Counter(), "registered": Counter(), "assisted": Counter()}
    for records in by_person.values():
        victims = [row for row in records if row["status"] != NOT_VICTIM]
        identified = [row["identified_date"] for row in victims if row["status"] == IDENTIFIED]
        assisted = [row["assisted_date"] for row in victims if row["assisted_date"]]
        if identified:
            found["identified"][min(identified)[:length]] += 1
        if victims:
            found["registered"][min(row["registered_date"] for row in victims)[:length]] += 1
        if assisted:
            found["assisted"][min(assisted)[:length]] += 1
    return found


def persons_by_sex(rows: list[Row]) -> dict[str, Counts]:
    """Distinct persons by year and sex; `unspecific` joins unknown and blank."""
    by_person: dict[str, list[Row]] = {}
    for row in sorted(rows, key=lambda row: row["registered_date"]):
        by_person.setdefault(row["person_key"], []).append(row)
    found: dict[str, Counts] = {"identified": {}, "registered": {}}
    for records in by_person.values():
        known = [_SEX[row["sex"]] for row in records if row["sex"] not in ("", UNKNOWN)]
        sex = known[0] if known else "unspecific"
        for what, periods in persons_by_period(records, 4).items():
            for year in periods:
                if what in found:
                    of_year = found[what].setdefault(year, {"female": 0, "male": 0, "other": 0, "unspecific": 0})
                    of_year[sex] += 1
    return {what: dict(sorted(years.items())) for what, years in found.items()}


def expected(
    deliveries: tuple[Delivery, ...], justice: tuple[JusticeYear, ...], tables: tuple[PopulationTable, ...]
) -> dict[str, object]:
    """Everything `truth.json` says."""
    last = max(delivery.extract for delivery in deliveries)
    final = rows_known(deliveries, last)
    flawed = next(delivery for delivery in deliveries if delivery.is_flawed)
    rows, _, faults = spoiled(flawed)
    moments = sorted({*(d.extract for d in deliveries if d.body == "IOM"), AFTER_FLAWED})
    return {
        "note": "SYNTHETIC. Counted by the generator from the rows as meant, without the pipeline.",
        "as_of": last.isoformat(),
        "persons_by_year": _sorted(persons_by_period(final, 4)),
        "persons_by_month": _sorted(persons_by_period(final, 7)),
        "persons_by_year_and_sex": persons_by_sex(final),
        "persons_by_year_as_of": {
            day.isoformat(): _sorted(persons_by_period(rows_known(deliveries, day), 4)) for day in moments
        },
        "records": {
            delivery.file_name: len(rows) if delivery.is_flawed else len(delivery.rows) for delivery in deliveries
        },
        "flawed_file": {
            "file": flawed.file_name,
            "rows_read": len(rows),
            "rows_accepted": len(rows) - len(faults),
            "rows_quarantined": len(faults),
            "faults": [{"line": f.line, "column": f.column, "fault": f.fault} for f in faults],
        },
        "justice": {str(year.year): _justice(year) for year in justice},
        "population_thousands": {
            f"population_{table.issued.isoformat()}.xlsx": {
                str(year): {sex: table.total(year, sex) for sex in ("female", "male")} for year in table.years
            }
            for table in tables
        },
        "population_age_groups": list(AGES),
    }


def _justice(year: JusticeYear) -> dict[str, object]:
    offences, *blocks = year.figures["XX"]
    sexes = ("total", "male", "female")
    persons = {
        _SERIES[block]: dict(zip(sexes, blocks[3 * place : 3 * place + 3], strict=True))
        for place, block in enumerate(BLOCKS)
    }
    by_region = {code: numbers[0] for code, numbers in year.figures.items() if code != "XX"}
    return {"offences_recorded": offences, "offences_recorded_by_region": by_region, **persons}


def _sorted(found: dict[str, Counter[str]]) -> Counts:
    return {what: dict(sorted(periods.items())) for what, periods in found.items()}
