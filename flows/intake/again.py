"""Everything that was ever taken in, taken in again from the files that are kept: a warehouse made of them alone.

It is made in a passing home inside the home. Each file is read, checked and written by the code that takes in any
file, in the order in which the files came, on the day on which each came, with the withdrawals in between.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

import duckdb

from flows.holdings.deliveries import Deliveries, Delivery, Recall, TakenAgain
from flows.home import Home
from flows.intake.ingest import ingest_again
from flows.intake.workplace import workplace
from flows.warehouse import open_warehouse, session_of, writers_kept_out
from transforms.errors import FileRejected
from transforms.tables import VINTAGES, WITHDRAWALS

_NAME = "again"


@contextmanager
def taken_again(home: Home, deliveries: Deliveries) -> Iterator[TakenAgain]:
    """Take in again all deliveries whose files are kept, in a folder of the home that is gone afterwards.

    Other writers are kept out meanwhile. Raises WarehouseInUse, and TipTrendsError for a home that takes no writing.
    """
    with writers_kept_out(home.folder), workplace(home.folder, is_trial=False) as working:
        passing = Home(folder=working / _NAME).create()
        for name in (home.settings_file, home.profiles):
            if name.is_file():
                shutil.copyfile(name, passing.folder / name.name)
            elif name.is_dir():
                shutil.copytree(name, passing.folder / name.name)
        with open_warehouse(passing.folder) as con:
            taken = _taken(con, passing, deliveries)
        yield taken


def _taken(con: duckdb.DuckDBPyConnection, passing: Home, deliveries: Deliveries) -> TakenAgain:
    numbers: dict[int, int] = {}
    refused: list[tuple[Delivery, str]] = []
    waiting = [one for one in deliveries.recalls if one.until is None]  # the others the return of their file writes
    with workplace(passing.folder, is_trial=False) as working:
        for delivery in deliveries.taken:
            while waiting and waiting[0].written_at <= delivery.loaded_at:
                _write(con, waiting.pop(0), numbers)
            if delivery.file is None:
                continue
            try:
                numbers[delivery.number] = _load(con, passing, delivery, delivery.file, working)
            except FileRejected as refusal:
                refused.append((delivery, refusal.message))
    con.execute(f"DELETE FROM {WITHDRAWALS.name}")
    for recall in deliveries.recalls:  # now as they were written down: with the moment of then
        _write(con, recall, numbers)
    return TakenAgain(home=passing, numbers=numbers, refused=tuple(refused))


def _load(con: duckdb.DuckDBPyConnection, passing: Home, delivery: Delivery, file: Path, working: Path) -> int:
    """The number of the vintage that a kept file makes."""
    if file.name != delivery.file_name:  # a file that would have had the name of its own receipt
        file = Path(shutil.copyfile(file, passing.inbox / delivery.file_name))
    with closing(session_of(con)) as session:
        taken = ingest_again(session, passing.folder, file, delivery.source, delivery.received_on, working)
    number = int(taken.vintage_id or 0)
    con.execute(f"UPDATE {VINTAGES.name} SET loaded_at = ? WHERE vintage_id = ?", [delivery.loaded_at, number])
    return number


def _write(con: duckdb.DuckDBPyConnection, recall: Recall, numbers: Mapping[int, int]) -> None:
    if recall.number in numbers:
        row = [numbers[recall.number], recall.since, recall.until, recall.written_at, recall.reason]
        con.execute(f"INSERT INTO {WITHDRAWALS.name} VALUES (?, ?, ?, ?, ?)", row)
