"""Small lists of cases of the sample country, for homes whose editions are made in half a second."""

from __future__ import annotations

import csv
import hashlib
from pathlib import Path

import sample_data
from flows.home import Home, Settings, write_settings
from flows.intake.ingest import ingest_file
from transforms.sources.registry import profile

HEADERS = profile("case_register").headers


def write_register(folder: Path, body: str, day: str, *, year: int = 2022, persons: int = 12) -> Path:
    """The list of a body as of a day: so many SYNTHETIC persons of a year, a month after the other."""
    path = folder / f"case_register_{body}_{day}.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, HEADERS, restval="", lineterminator="\n")
        writer.writeheader()
        for number in range(persons):
            on = f"{year}-{number % 12 + 1:02d}-05"
            writer.writerow(
                {
                    "reporting_country": "XX",
                    "body": body,
                    "person_key": hashlib.sha256(f"{body} {number}".encode()).hexdigest()[:16],
                    "status": "ActualVictimOfTrafficking",
                    "event_date": on,
                    "identified_date": on,
                    "registered_date": on,
                    "sex": "Feminine" if number % 3 else "Masculine",
                    "age": "27",
                    "extract_date": day,
                    "remark": "SYNTHETIC",
                }
            )
    return path


def home_without_the_ngo(folder: Path) -> Path:
    """A home of XX that has everything for the year 2022 but the list of the NGO."""
    home = folder / "home"
    write_settings(Home(folder=home).create(), Settings(country="XX", audiences=("working-group",)))
    for body, day in (("MIA", "2023-01-12"), ("IOM", "2023-01-24")):
        ingest_file(home, write_register(folder, body, day))
    ingest_file(home, sample_data.path() / "crime_justice_2022.xlsx")
    return home
