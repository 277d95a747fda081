"""Extracts that were withdrawn: a day from which they do not count, written down beside them; nothing is taken away.

What stood before is current again from that day on. The same file may be taken in again: as a vintage of its own, which
keeps the day that the file says it is of, and counts from the day on which it came back.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import duckdb

from flows.clock import Clock, now
from transforms.errors import NoData, WrongArguments
from transforms.indicators.as_of import current_streams
from transforms.ledger.entries import instant
from transforms.personal.texts import WORDS, kinds_beside
from transforms.tables import VINTAGES, WITHDRAWALS

KNOWN = (
    "SELECT v.*, greatest(v.vintage_date, w.until) AS known_from, w.since AS withdrawn_from, w.reason "
    f"FROM {VINTAGES.name} AS v LEFT JOIN (SELECT vintage_id, max(withdrawn_until) AS until, "
    "min(withdrawn_from) FILTER (withdrawn_until IS NULL) AS since, "
    "arg_min(reason, withdrawn_from) FILTER (withdrawn_until IS NULL) AS reason "
    f"FROM {WITHDRAWALS.name} GROUP BY vintage_id) AS w USING (vintage_id)"
)
"""SELECT of every vintage with the day from which it counts, and day and reason of its withdrawal (null: it stands)."""
LONGEST_REASON = 200
_SHORTEST_DIGEST = 6
AGAIN = "taken in again after its withdrawal"
_FIELDS = "vintage_id, source, file_name, sha256, vintage_date, known_from, withdrawn_from, reason"


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """One extract of the warehouse; `withdrawn_from` and `reason` are None for one that stands."""

    vintage_id: int
    source: str
    file_name: str
    sha256: str
    vintage_date: date
    known_from: date
    withdrawn_from: date | None
    reason: str | None

    def __str__(self) -> str:
        return f"{self.vintage_date} ({self.file_name}, {self.sha256[:12]})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal:
    """What was withdrawn, from which day, and of its streams the extract that is current again, None where none is."""

    extract: Held
    on: date
    instead: tuple[tuple[str, date | None], ...]


def withdraw(
    con: duckdb.DuckDBPyConnection, source: str, which: str, *, reason: str, on: date, today: date, clock: Clock = now
) -> Withdrawal:
    """Write down in one transaction that an extract of a source does not count from a day on.

    `which` is the day that the extract is of, or the beginning of its SHA-256. Raises NoData where the source has no
    extract, WrongArguments where not exactly one is meant, it was withdrawn before, the day lies before the extract was
    known or after today, or the reason is empty, long or names a person.
    """
    why = _checked(reason)
    extract = _the_one(source, which, extracts(con, source))
    if on < extract.known_from:
        raise WrongArguments(
            f"The extract of {extract} is known from {extract.known_from}; it cannot be withdrawn from {on}.",
            advice=f"Write --on {extract.known_from} or a later day; without --on it is withdrawn from today.",
        )
    if on > today:
        raise WrongArguments(f"{on} has not come yet.", advice="Withdraw it on that day, or leave --on out for today.")
    before = _streams(con, extract)
    con.execute("BEGIN TRANSACTION")
    try:
        _write(con, extract.vintage_id, on, None, why, instant(clock()))
        con.execute("COMMIT")
    except BaseException:
        con.execute("ROLLBACK")
        raise
    current = dict(
        con.execute(
            f"SELECT stream, vintage_date FROM ({current_streams(on)}) WHERE source = ?", [extract.source]
        ).fetchall()
    )
    return Withdrawal(extract=extract, on=on, instead=tuple((name, current.get(name)) for name in before))


def count_again(con: duckdb.DuckDBPyConnection, vintage_id: int, known: date, day: date, written_at: str) -> None:
    """Let a vintage of a file that came back count from `day`, not from the day of the file; within a transaction."""
    if known < day:
        _write(con, vintage_id, known, day, AGAIN, written_at)


def extracts(con: duckdb.DuckDBPyConnection, source: str) -> tuple[Held, ...]:
    """Every extract of a source, oldest first, withdrawn ones included."""
    rows = con.execute(
        f"SELECT {_FIELDS} FROM ({KNOWN}) WHERE source = ? ORDER BY vintage_date, vintage_id", [source]
    ).fetchall()
    return tuple(Held(**dict(zip(_FIELDS.split(", "), row, strict=True))) for row in rows)


def extract_of(con: duckdb.DuckDBPyConnection, sha256: str) -> Held | None:
    """The vintage that was last made of a file, by its digest; None where it was never loaded."""
    rows = con.execute(
        f"SELECT {_FIELDS} FROM ({KNOWN}) WHERE sha256 = ? ORDER BY vintage_id DESC LIMIT 1", [sha256]
    ).fetchall()
    return Held(**dict(zip(_FIELDS.split(", "), rows[0], strict=True))) if rows else None


def _write(
    con: duckdb.DuckDBPyConnection, vintage_id: int, since: date, until: date | None, reason: str, written_at: str
) -> None:
    row = [vintage_id, since, until, written_at, reason]
    con.execute(f"INSERT INTO {WITHDRAWALS.name} VALUES (?, ?, ?, ?, ?)", row)


def _streams(con: duckdb.DuckDBPyConnection, extract: Held) -> tuple[str, ...]:
    """Streams in which the extract is current among all that stand."""
    rows = con.execute(
        f"SELECT stream FROM ({current_streams(None)}) WHERE vintage_id = ? ORDER BY stream", [extract.vintage_id]
    ).fetchall()
    return tuple(stream for (stream,) in rows)


def _checked(reason: str) -> str:
    text = " ".join(reason.split())
    if not text or len(text) > LONGEST_REASON:
        raise WrongArguments(
            f"The reason is {'empty' if not text else 'longer than 200 letters'}.",
            advice='Say in one sentence why, such as --reason "The ministry sent thousands in place of persons".',
        )
    if kinds := kinds_beside(text):
        raise WrongArguments(
            f"The reason seems to hold {' and '.join(sorted(str(WORDS[kind]) for kind in kinds))}.",
            advice="It is kept and shown: name offices and letters in it, no person.",
        )
    return text


def _the_one(source: str, which: str, held: Sequence[Held]) -> Held:
    if not held:
        raise NoData(
            f"The warehouse holds no extract of {source}.", advice="`tip-trends status` lists the sources it holds."
        )
    named = [one for one in held if _is_named(one, which.strip().lower())]
    standing = [one for one in named if one.withdrawn_from is None]
    if len(standing) == 1:
        return standing[0]
    if standing:
        listed = "; ".join(str(one) for one in standing)
        raise WrongArguments(
            f"{len(standing)} extracts of {source} are meant by {which}: {listed}.",
            advice="Name one by the beginning of its SHA-256, the last word in the brackets.",
        )
    if named:
        last = named[-1]
        raise WrongArguments(
            f"The extract of {last} was withdrawn from {last.withdrawn_from} on: {last.reason}.",
            advice="If it is to count again: tip-trends ingest FILE --again.",
        )
    listed = "; ".join(str(one) for one in held if one.withdrawn_from is None) or "none that stands"
    raise WrongArguments(
        f"No extract of {source} is meant by {which}.",
        advice=f"Write the day that it is of, or the beginning of its SHA-256. There are: {listed}.",
    )


def _is_named(one: Held, which: str) -> bool:
    if re.fullmatch(rf"[0-9a-f]{{{_SHORTEST_DIGEST},64}}", which):
        return one.sha256.startswith(which)
    return one.vintage_date.isoformat() == which


def latest_vintage(con: duckdb.DuckDBPyConnection) -> date:
    """The day from which the youngest extract or withdrawal is known; raises NoData for an empty warehouse."""
    found = con.execute(f"SELECT max(greatest(known_from, withdrawn_from)) FROM ({KNOWN})").fetchone()
    if found is None or found[0] is None:
        raise NoData("The warehouse holds no extracts yet.", advice="Ingest extracts first: tip-trends ingest FILE...")
    day: date = found[0]
    return day
