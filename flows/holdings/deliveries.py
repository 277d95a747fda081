"""Everything that was ever taken in and withdrawn, in its order, with the file that is kept of each delivery.

The warehouse has the list of its vintages; a home whose warehouse cannot be read has the receipts of its files, which
say when each came, but of a file that came twice only the last time, and nothing of withdrawals.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import duckdb

from flows.holdings.received import kept_file, receipts
from flows.home import Home
from transforms.tables import VINTAGES, WITHDRAWALS

_FIELDS = "vintage_id, sha256, file_name, source, loaded_at, vintage_date, contract_version"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One extract as it was taken in; `number` counts them, `file` is None where it is not kept as it came.

    `vintage_date` and `contract_version` are those of the warehouse; None and empty where only a receipt tells of it.
    """

    number: int
    sha256: str
    file_name: str
    source: str
    received_on: date
    loaded_at: str
    vintage_date: date | None
    contract_version: str
    file: Path | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Recall:
    """A time in which the delivery of a number does not count; `until` is None for good."""

    number: int
    since: date
    until: date | None
    written_at: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Deliveries:
    """All deliveries and recalls; `has_recalls` is False where nothing tells of them."""

    taken: tuple[Delivery, ...]
    recalls: tuple[Recall, ...] = ()
    has_recalls: bool = True

    def up_to(self, moment: str) -> Deliveries:
        """What was written down up to an ISO 8601 instant."""
        return Deliveries(
            taken=tuple(one for one in self.taken if one.loaded_at <= moment),
            recalls=tuple(one for one in self.recalls if one.written_at <= moment),
            has_recalls=self.has_recalls,
        )

    @property
    def lost(self) -> tuple[Delivery, ...]:
        """Deliveries of which the file is not kept as it came."""
        return tuple(one for one in self.taken if one.file is None)


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenAgain:
    """A passing home with a warehouse made of kept files.

    `numbers` leads from the number of each delivery to its vintage there; `refused` are deliveries that cannot be read
    today, with the reason.
    """

    home: Home
    numbers: Mapping[int, int]
    refused: tuple[tuple[Delivery, str], ...]


def deliveries_told(con: duckdb.DuckDBPyConnection, home: Home) -> Deliveries:
    """All deliveries by the list of the warehouse, the days of receipt by the receipts."""
    rows = con.execute(f"SELECT {_FIELDS} FROM {VINTAGES.name} ORDER BY vintage_id").fetchall()
    recalls = con.execute(
        "SELECT vintage_id, withdrawn_from, withdrawn_until, withdrawn_at, reason "
        f"FROM {WITHDRAWALS.name} ORDER BY withdrawn_at, vintage_id"
    ).fetchall()
    last = {sha256: number for number, sha256, *_ in rows}
    days = {last.get(one.sha256): one.received_on for one in receipts(home.folder)}
    back = {number: until for number, _, until, _, _ in recalls if until is not None}
    return Deliveries(
        taken=tuple(_by_warehouse(home, row, back.get(row[0]), days.get(row[0], "")) for row in rows),
        recalls=tuple(
            Recall(number=number, since=since, until=until, written_at=moment, reason=reason)
            for number, since, until, moment, reason in recalls
        ),
    )


def deliveries_kept(home: Home) -> Deliveries:
    """All deliveries by the receipts alone: one for each file that was ever taken in."""
    taken = tuple(
        Delivery(
            number=number,
            sha256=one.sha256,
            file_name=one.file_name,
            source=one.source,
            received_on=date.fromisoformat(one.received_on or one.received_at[:10]),
            loaded_at=one.received_at,
            vintage_date=None,
            contract_version="",
            file=kept_file(home.folder, one.sha256),
        )
        for number, one in enumerate(receipts(home.folder), start=1)
    )
    return Deliveries(taken=taken, has_recalls=False)


def _by_warehouse(home: Home, row: tuple[int, str, str, str, str, date, str], back: date | None, day: str) -> Delivery:
    """`back` is the day on which a withdrawn file came again, `day` that of its receipt, empty where none tells it."""
    number, sha256, file_name, source, loaded_at, vintage_date, contract = row
    loaded_on = date.fromisoformat(loaded_at[:10])  # in the time of Greenwich, which may have another day
    near = vintage_date if abs(loaded_on - vintage_date) <= timedelta(days=1) else loaded_on
    return Delivery(
        number=number,
        sha256=sha256,
        file_name=file_name,
        source=source,
        received_on=back or (date.fromisoformat(day) if day else near),
        loaded_at=loaded_at,
        vintage_date=vintage_date,
        contract_version=contract,
        file=kept_file(home.folder, sha256),
    )
