"""A released edition made again in memory: from the extracts it names, as of its day, beside what readers then had."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

import duckdb

from flows.editions.deleted import Deleted, deleted
from flows.editions.earlier import earlier_editions
from flows.editions.ledger import Ledger
from flows.editions.planned import Counted, Planned, count_edition
from flows.editions.publish import approved_files, through_gate
from flows.editions.published import documents, released_run
from flows.folders import digest_of
from flows.holdings.received import has_another, kept_file
from flows.home import Home
from flows.warehouse import look_into_warehouse
from transforms.errors import NoData
from transforms.ledger.entries import Entry
from transforms.sql import quoted
from transforms.tables import VINTAGE_STREAMS, VINTAGES, WITHDRAWALS

State = Literal["kept", "gone", "altered", "not loaded", "deleted", "without person keys"]
_HELD = "held"


@dataclass(frozen=True, slots=True, kw_only=True)
class Behind:
    """An extract that a manifest names; `altered` is one of which another content lies in `received/` now.

    `by_rule` says of one that was deleted after its time, or whose person keys were, when and by which rule.
    """

    name: str
    sha256: str
    state: State
    by_rule: str = ""

    def __str__(self) -> str:
        return f"{self.name} ({self.state}{self.by_rule}, {self.sha256[:12]})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebuilt:
    """An edition made again.

    `left_out` is the number of extracts and withdrawals that concern its day but came in after it was approved.
    `files` is empty where today's warehouse no longer gives the extracts that the manifest names; `others` then says
    which it lacks or has besides.
    """

    files: Mapping[str, bytes]
    left_out: int = 0
    others: tuple[str, ...] = ()


def extracts_behind(home: Home, ledger: Ledger, document: Mapping[str, Any]) -> tuple[Behind, ...]:
    """The extracts that a manifest names, and whether each is kept as it came and is in the warehouse."""
    with look_into_warehouse(home.folder) as con:
        loaded = {sha256 for (sha256,) in con.execute(f"SELECT sha256 FROM {VINTAGES.name}").fetchall()}
        gone = {(one.sha256, one.kind): one for one in deleted(con, ledger.entries)}
    found = []
    for one in extracts_kept(home, document):
        if one.state == "kept" and one.sha256 not in loaded:
            found.append(replace(one, state="not loaded"))
        elif one.state == "gone" and (by_rule := gone.get((one.sha256, "extract"))):
            found.append(replace(one, state="deleted", by_rule=_told(by_rule)))
        elif one.state == "kept" and (by_rule := gone.get((one.sha256, "person_keys"))):
            found.append(replace(one, state="without person keys", by_rule=_told(by_rule)))
        else:
            found.append(one)
    return tuple(found)


def extracts_kept(home: Home, document: Mapping[str, Any]) -> tuple[Behind, ...]:
    """The extracts that a manifest names, and whether each is kept as it came."""
    named = [(str(used["file_name"]), str(used["sha256"])) for used in document["created_from"].values()]
    return tuple(Behind(name=name, sha256=sha256, state=_kept(home, name, sha256)) for name, sha256 in named)


def _kept(home: Home, name: str, sha256: str) -> State:
    if kept_file(home.folder, sha256) is not None:
        return "kept"
    return "altered" if has_another(home.folder, sha256, name) else "gone"


def _told(one: Deleted) -> str:
    return f" on {one.at[:10]} after {one.months} months by the rule of {one.source}, entry {one.seq} of the ledger"


def rebuild(home: Home, ledger: Ledger, entry: Entry, document: Mapping[str, Any]) -> Rebuilt:
    """The files of what a publishing entry let out, made again; `document` is its manifest.

    First of what was loaded when it was approved, where anything that concerns its day came in later; then of all
    there is. The run keeps its name. Raises what counting and the gate do.
    """
    best: Rebuilt | None = None
    for moment, left_out in _moments(home, entry):
        try:
            made = _made(home, ledger, entry, document, moment)
        except NoData:
            if moment is None:
                raise
            continue  # the clock of this computer was wrong when it was approved, or when the extracts came in
        found = Rebuilt(files=made.files, left_out=left_out, others=made.others)
        if found.files and digest_of(found.files) == entry.files_sha256:
            return found
        best = best if best is not None and (best.files or not found.files) else found
    if best is None:
        raise NoData(f"The warehouse holds nothing as of {entry.as_of} any more.")
    return best


def _moments(home: Home, entry: Entry) -> list[tuple[str | None, int]]:
    """Moments of loading up to which to read the warehouse (None: all of it), and how many rows each leaves out."""
    later = later_than(home, entry)
    return [(entry.acted_at, later), (None, 0)] if later else [(None, 0)]


def later_than(home: Home, entry: Entry) -> int:
    """Extracts and withdrawals that concern the day of an edition but were written down after its approval."""
    with look_into_warehouse(home.folder) as con:
        found: int = con.execute(
            f"SELECT (SELECT count(*) FROM {VINTAGES.name} WHERE vintage_date <= $1 AND loaded_at > $2)"
            f" + (SELECT count(*) FROM {WITHDRAWALS.name} WHERE withdrawn_from <= $1 AND withdrawn_at > $2)",
            [date.fromisoformat(entry.as_of), entry.acted_at],
        ).fetchall()[0][0]
    return found


def counted_then(home: Home, entry: Entry, document: Mapping[str, Any]) -> Counted | None:
    """The counts of what a publishing entry let out, made again; None where other extracts would be behind them."""
    for moment, _ in _moments(home, entry):
        with suppress(NoData), _loaded_by(home, moment) as con:
            counted = count_edition(con, entry.edition, entry.scope, date.fromisoformat(entry.as_of))
            if not _other_extracts(counted, document):
                return counted
    return None


def _made(home: Home, ledger: Ledger, entry: Entry, document: Mapping[str, Any], moment: str | None) -> Rebuilt:
    with _loaded_by(home, moment) as con:
        counted = count_edition(con, entry.edition, entry.scope, date.fromisoformat(entry.as_of))
        if others := _other_extracts(counted, document):
            return Rebuilt(files={}, others=others)
        run = released_run(ledger, entry)
        known = documents(con, run.earlier)
        earlier = earlier_editions(con, known)
    planned = Planned(
        key=entry.key,
        counted=counted,
        run=run,
        languages=tuple(document["languages"]),
        ledger=ledger,
    )
    return Rebuilt(files=approved_files(through_gate(planned, known, earlier), planned, entry))


def _other_extracts(counted: Counted, document: Mapping[str, Any]) -> tuple[str, ...]:
    """Names of extracts that are behind the counts or behind the manifest, and not behind both."""
    now = {used.sha256: used.file_name for used in counted.inputs.created_from}
    then = {used["sha256"]: used["file_name"] for used in document["created_from"].values()}
    return tuple(sorted({**now, **then}[sha256] for sha256 in now.keys() ^ then.keys()))


@contextmanager
def _loaded_by(home: Home, moment: str | None) -> Iterator[duckdb.DuckDBPyConnection]:
    """The warehouse as it was at a moment: without the vintages and withdrawals that were written down after it.

    It is read through views of a database in memory, by the names that its own tables have.
    """
    with look_into_warehouse(home.folder) as con:
        if moment is None:
            yield con
            return
        tables = con.execute("SELECT schema_name, table_name FROM duckdb_tables() WHERE NOT temporary").fetchall()
    told = quoted(moment)
    only = {
        VINTAGES.name: f" WHERE loaded_at <= {told}",
        VINTAGE_STREAMS.name: f" WHERE vintage_id IN (SELECT vintage_id FROM {_HELD}.{VINTAGES.name}"
        f" WHERE loaded_at <= {told})",
        WITHDRAWALS.name: f" WHERE withdrawn_at <= {told}",
    }
    with duckdb.connect() as con:
        con.execute("SET TimeZone = 'UTC'")
        con.execute("SET enable_progress_bar = false")
        con.execute(f"ATTACH {quoted(str(home.warehouse))} AS {_HELD} (READ_ONLY)")
        for schema in sorted({schema for schema, _ in tables}):
            con.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}")
        for schema, table in tables:
            name = f"{schema}.{table}"
            con.execute(f"CREATE VIEW {name} AS SELECT * FROM {_HELD}.{name}{only.get(name, '')}")
        yield con
