"""The desk at which a file is taken in: the warehouse it goes to, the day, and where its report is put.

A trial takes in beside the warehouse, in memory: it sees the earlier vintages, keeps nothing and hinders nobody.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import duckdb

from flows.clock import Clock, day_in, now
from flows.home import Home
from flows.intake.acceptance import FOLDER, keep_acceptance, page_path
from flows.warehouse import create_schema, has_table, open_warehouse, warehouse_path
from transforms.acceptance import Acceptance
from transforms.countries import Country, countries, country
from transforms.ledger.entries import instant
from transforms.sql import quoted
from transforms.tables import BREAKS, VINTAGE_STREAMS, VINTAGES, WITHDRAWALS, Table

HELD = "held"
"""Name under which a trial sees the warehouse of the home."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Where and when a file is taken in; `reports` is None for a trial whose report is only printed."""

    home: Path
    clock: Clock
    day: date
    country: Country | None
    languages: tuple[str, ...]
    reports: Path | None
    is_trial: bool

    def moment(self) -> str:
        """Now, as it is written down beside what is kept."""
        return instant(self.clock())

    def day_of(self, moment: str) -> date:
        """The day on which something was written down, where the suppliers live."""
        return _day_at(self.country, datetime.fromisoformat(moment))

    def keep(self, acceptance: Acceptance) -> Acceptance:
        """Write the report of a file and hand it back with its name."""
        if self.reports is None:
            return acceptance
        return keep_acceptance(self.reports, acceptance, self.languages)

    def page_of(self, acceptance: Acceptance) -> str:
        """Where the page of a kept report lies that a reader opens first, empty where none is written."""
        return "" if self.reports is None else str(page_path(self.reports, acceptance.report, self.languages[0]))


def desk_of(home: Path, day: date | None, *, is_trial: bool, reports: Path | None, clock: Clock = now) -> Desk:
    """The desk of a home; without a `day` it is today, where its country is. Raises ProfileInvalid for a wrong
    `home.toml`.
    """
    settings = Home(folder=home).settings()
    code = settings.country
    known = country(code) if code in countries() else None
    return Desk(
        home=home,
        clock=clock,
        day=day or _day_at(known, clock()),
        country=known,
        languages=settings.languages,
        reports=reports or (None if is_trial else home / FOLDER),
        is_trial=is_trial,
    )


def today(home: Home, clock: Clock) -> date:
    """The day on which a file that comes now is received: that of the home's country, else that of this machine."""
    return desk_of(home.folder, None, is_trial=True, reports=None, clock=clock).day


def _day_at(place: Country | None, moment: datetime) -> date:
    return moment.astimezone().date() if place is None else day_in(place.code, moment)


@contextmanager
def warehouse_of(desk: Desk) -> Iterator[tuple[duckdb.DuckDBPyConnection, str]]:
    """(connection, prefix of the schemas that hold earlier vintages). Raises WarehouseInUse."""
    if not desk.is_trial:
        with open_warehouse(desk.home) as con:
            yield con, ""
        return
    with duckdb.connect() as con:
        con.execute("SET enable_progress_bar = false")
        create_schema(con)
        yield con, f"{HELD}." if _sees_warehouse(con, desk.home) else ""


def _sees_warehouse(con: duckdb.DuckDBPyConnection, home: Path) -> bool:
    path = warehouse_path(home)
    if not path.exists():
        return False
    try:
        con.execute(f"ATTACH {quoted(str(path))} AS {HELD} (READ_ONLY)")
        later = [table for table in (BREAKS, WITHDRAWALS) if has_table(con, table, HELD)]
        for table in (VINTAGES, VINTAGE_STREAMS, *later):
            con.execute(f"INSERT INTO {table.name} SELECT * FROM {HELD}.{table.name}")
    except duckdb.Error:
        return False  # in use or not ours: the trial does without a comparison
    return True


def fetch(con: duckdb.DuckDBPyConnection, held: str, table: Table, vintage_id: int) -> None:
    """Bring the rows of an earlier vintage into a trial, whose own tables are empty."""
    if held:
        for name in (table.name, "quarantine.rows"):
            con.execute(f"INSERT INTO {name} SELECT * FROM {held}{name} WHERE vintage_id = {vintage_id}")
