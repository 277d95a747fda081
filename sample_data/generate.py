"""Write the sample data again, byte for byte: `python -m sample_data.generate [FOLDER]`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from sample_data.chance import Chance
from sample_data.context import context, context_truth
from sample_data.deliveries import csv_bytes, deliveries
from sample_data.lists import records
from sample_data.official import justice_years, population_tables, stringency_bytes
from sample_data.persons import persons
from sample_data.tally import expected, persons_by_period, rows_known
from sample_data.workbooks import crime_justice_bytes, population_bytes

SEED, JUSTICE_SEED, CONTEXT_SEED = 76, 289, 4
"""Chosen among a few hundred so that every month has five registered persons or more and the COVID fall is plain."""


def contents() -> dict[str, bytes]:
    """Bytes of every generated file by its path relative to this package: `files/…` and `truth.json`."""
    everyone = persons(Chance(SEED))
    sent = deliveries(records(Chance(SEED + 1), everyone))
    final = rows_known(sent, max(delivery.extract for delivery in sent))
    identified = persons_by_period(final, 4)["identified"]
    justice = justice_years(Chance(JUSTICE_SEED), {int(year): identified[year] for year in sorted(identified)})
    tables = population_tables()
    found = {f"files/{delivery.file_name}": csv_bytes(delivery) for delivery in sent}
    found |= {f"files/crime_justice_{year.year}.xlsx": crime_justice_bytes(year) for year in justice}
    found |= {f"files/population_{table.issued.isoformat()}.xlsx": population_bytes(table) for table in tables}
    found["files/stringency_SYNTHETIC_XX_2023-03-01.csv"] = stringency_bytes()
    around = context(Chance(CONTEXT_SEED))
    found |= {f"files/{name}": content for name, content in around.files().items()}
    told = json.dumps(expected(sent, justice, tables) | context_truth(around), ensure_ascii=False, indent=1) + "\n"
    return found | {"truth.json": told.encode("utf-8")}


def write(folder: Path) -> tuple[Path, ...]:
    """Write every file below the folder; returns the paths in order of their names."""
    written = []
    for name, content in sorted(contents().items()):
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        written.append(target)
    return tuple(written)


if __name__ == "__main__":
    for target in write(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent):
        print(target)
