"""What the bodies sent and when: whole lists, one late, one missing, one flawed."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from sample_data.lists import COLUMNS, Record, Row, rows_of

PERIOD_ENDS = (
    date(2019, 12, 31),
    *(date(year, month, day) for year in range(2020, 2024) for month, day in ((3, 31), (6, 30), (9, 30), (12, 31))),
)
"""Ends of the quarters whose lists are kept; everything before 2020 came as one list per body."""
DAYS_TAKEN = {"MIA": 12, "NGO": 20, "IOM": 24}
"""Days from the end of the period to the extract, by body."""
LATE = {("NGO", date(2022, 12, 31)): 59}
MISSING = {("IOM", date(2023, 6, 30))}
FLAWED = ("NGO", date(2023, 6, 30))


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One file: the body's list as it stood on `known_until`, drawn on `extract`; `rows` as the body meant them."""

    body: str
    known_until: date
    extract: date
    rows: tuple[Row, ...]

    @property
    def file_name(self) -> str:
        """`case_register_<BODY>_<day of the extract>.csv`."""
        return f"case_register_{self.body}_{self.extract.isoformat()}.csv"

    @property
    def is_flawed(self) -> bool:
        """Whether the file as sent breaks rules."""
        return (self.body, self.known_until) == FLAWED


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One thing wrong in the flawed file: the line of the file, the column (empty: the row) and what it is."""

    line: int
    column: str
    fault: str


def deliveries(held: Iterable[Record]) -> tuple[Delivery, ...]:
    """All deliveries in the order of their extracts."""
    held = tuple(held)
    sent = [
        Delivery(body=body, known_until=end, extract=extract, rows=tuple(rows_of(held, body, end, extract)))
        for end in PERIOD_ENDS
        for body, days in DAYS_TAKEN.items()
        if (body, end) not in MISSING
        for extract in (end + timedelta(days=LATE.get((body, end), days)),)
    ]
    return tuple(sorted(sent, key=lambda delivery: (delivery.extract, delivery.body)))


def csv_bytes(delivery: Delivery) -> bytes:
    """The file as sent: UTF-8, comma, LF."""
    rows, ragged = list(delivery.rows), tuple[int, ...]()
    if delivery.is_flawed:
        rows, ragged, _ = spoiled(delivery)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for number, row in enumerate(rows):
        extra = ("see note",) if number in ragged else ()
        writer.writerow([row[column] for column in COLUMNS] + list(extra))
    return text.getvalue().encode("utf-8")


def spoiled(delivery: Delivery) -> tuple[list[Row], tuple[int, ...], tuple[Fault, ...]]:
    """The rows of the flawed file, which of them have a cell too many, and the list of faults.

    Line 1 of the file is its header, so row number n stands on line n + 2.
    """
    rows = [dict(row) for row in delivery.rows]
    decided = [n for n, row in enumerate(rows) if row["identified_date"] and row["event_date"]]
    step = len(decided) // 9
    picks = [decided[step * place] for place in range(1, 9)]
    edits = (
        ("sex", "Fem", "unknown code"),
        ("form", "ForcedLabour;Fraud", "unknown code"),
        ("citizenship", "UK", "unknown code"),
        ("event_date", delivery.extract.isoformat(), "impossible order of dates"),
        ("identified_date", "2023-02-30", "no such day"),
        ("registered_date", (delivery.extract + timedelta(days=3)).isoformat(), "after the extract"),
    )
    faults = []
    for place, (column, cell, fault) in zip(picks, edits, strict=False):
        rows[place][column] = cell
        faults.append(Fault(line=place + 2, column=column, fault=fault))
    ragged = picks[6]
    faults.append(Fault(line=ragged + 2, column="", fault="ragged row"))
    rows.append(rows[picks[7]] | {"record_no": str(len(rows) + 1)})
    faults.append(Fault(line=len(rows) + 1, column="person_key", fault="duplicate key"))
    return rows, (ragged,), tuple(faults)
