"""Raw extracts and person keys deleted once their time is over, with proof in the ledger; receipts stay.

The order makes a crash harmless at any point. First the warehouse is written anew, without the keys and with the entry
that says what is deleted: what a database frees inside its file could still be read there, so nothing is deleted in
place. That new file takes the place of the old one in one step. Then the copy of the ledger gets the entry, and the
files that it names are removed; a run that was killed in between is ended by the next.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path

import duckdb

from flows import progress
from flows.before_update import forget_copies
from flows.clock import Clock, day_in, now
from flows.editions.deleted import Deleted, deleted, list_of
from flows.editions.ledger import Ledger, chain_of, settle
from flows.folders import digest_of_digests, flush_folder
from flows.folding import remake
from flows.holdings.received import FOLDER, RECEIPT, folder_of
from flows.home import WORLD, Home
from flows.warehouse import look_into_warehouse, nobody_else_writes, open_warehouse, warehouse_path
from transforms.countries import countries, country
from transforms.errors import NoData, TipTrendsError, WarehouseInUse
from transforms.ledger.entries import Entry, chained, instant
from transforms.retention import Due, Held, Retention, due
from transforms.sources.registry import profiles
from transforms.tables import CASES, ENTRIES, PUBLICATIONS, VINTAGES

BY = "tip-trends retention"
"""Who deletes, in the ledger: a rule, not a person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What was due and by which rules; `entry` is the one of the ledger, None where nothing was due or it was a trial.

    `finished` are extracts of an earlier run that was cut off before it had removed their files.
    """

    day: date
    rules: Mapping[str, Retention]
    due: tuple[Due, ...]
    finished: tuple[str, ...] = ()
    entry: Entry | None = None


def retention_rules(home: Path) -> dict[str, Retention]:
    """The rule of each source: that of the home's country, else that of the source's own profile.

    Raises ProfileInvalid.
    """
    own = {one.name: one.retention for one in profiles(Home(folder=home).profiles) if one.retention is not None}
    return own | country(_scope(home)).retention_rules


def what_is_due(home: Path, *, clock: Clock = now) -> Kept:
    """What `keep_to_retention` would delete now; changes nothing. Raises NoData, ReleaseRefused, WarehouseInUse."""
    rules, day = retention_rules(home), day_in(_scope(home), clock())
    with look_into_warehouse(home) as con:
        chain_of(con, Home(folder=home))
        found = due(_held(con, home), rules, day)
    return Kept(day=day, rules=rules, due=found)


def keep_to_retention(home: Path, *, clock: Clock = now) -> Kept:
    """Delete what is due now, and finish what an earlier run was cut off from.

    Raises NoData where nothing was ever taken in, ReleaseRefused for a ledger that is not sound, WarehouseInUse, and
    TipTrendsError where the disk has no room for the new file of the warehouse.
    """
    place = Home(folder=home)
    if not place.warehouse.exists():
        raise NoData(f"There is no data in {home} yet.", advice="Name the home with --home DIR.")
    rules = retention_rules(home)
    with open_warehouse(home) as con:
        settle(con, place)
    with nobody_else_writes(home):
        moment = clock()
        day = day_in(_scope(home), moment)
        with look_into_warehouse(home) as con:
            ledger = chain_of(con, place)
            if not ledger.is_copied:
                raise WarehouseInUse("Meanwhile another process wrote to the ledger.", advice="Run it again.")
            finished = _remove_files(home, _pending(con, home, ledger))
            found = due(_held(con, home), rules, day)
        if not found:
            return Kept(day=day, rules=rules, due=(), finished=finished)
        progress.say(f"{len(found)} deletions are due")
        for name in forget_copies(home):  # first: what is due must not stay in a copy if this run is cut off
            progress.announce(f"The copy of the warehouse from before an update was deleted with it: {name}")
        text = list_of(found, day)
        entry = chained(ledger.entries, _entry(home, found, text, moment))
        _rewrite(home, found, entry, text)
    with open_warehouse(home) as con:
        settle(con, place)  # the copy of the ledger
    with nobody_else_writes(home), look_into_warehouse(home) as con:
        _remove_files(home, _pending(con, home, chain_of(con, place)))
    return Kept(day=day, rules=rules, due=found, finished=finished, entry=entry)


def unfinished(home: Path) -> tuple[str, ...]:
    """Digests of extracts that the ledger says are deleted and whose files are there; raises what reading it does."""
    with look_into_warehouse(home) as con:
        return _pending(con, home, chain_of(con, Home(folder=home)))


def _scope(home: Path) -> str:
    code = Home(folder=home).settings().country
    return code if code in countries() and code is not None else WORLD


def _held(con: duckdb.DuckDBPyConnection, home: Path) -> list[Held]:
    scope = _scope(home)
    keyed = con.execute(
        f"SELECT vintage_id, v.source, v.sha256, v.loaded_at, count(*) FROM {CASES.name} AS c "
        f"JOIN {VINTAGES.name} AS v USING (vintage_id) WHERE c.person_key IS NOT NULL GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    found = [
        Held(
            kind="person_keys",
            source=source,
            sha256=sha256,
            received_on=day_in(scope, datetime.fromisoformat(loaded_at)),
            number=number,
            vintage_id=vintage_id,
        )
        for vintage_id, source, sha256, loaded_at, number in keyed
    ]
    loaded = _loaded(con)
    for sha256, folder in _received(home):
        source, at = _receipt(folder) or loaded.get(sha256) or ("", "")
        files = _raw_files(folder)
        if files and source:
            found.append(
                Held(
                    kind="extract",
                    source=source,
                    sha256=sha256,
                    received_on=day_in(scope, datetime.fromisoformat(at)),
                    number=len(files),
                    size_bytes=sum(path.stat().st_size for path in files),
                )
            )
    return found


def _loaded(con: duckdb.DuckDBPyConnection) -> dict[str, tuple[str, str]]:
    """Source and moment of the last loading of each extract, by its digest."""
    rows = con.execute(
        f"SELECT sha256, arg_max(source, vintage_id), max(loaded_at) FROM {VINTAGES.name} GROUP BY sha256"
    ).fetchall()
    return {sha256: (source, loaded_at) for sha256, source, loaded_at in rows}


def _received(home: Path) -> Iterator[tuple[str, Path]]:
    for folder in sorted((home / FOLDER).glob("??/*")):
        if folder.is_dir():
            yield folder.name, folder


def _receipt(folder: Path) -> tuple[str, str] | None:
    """Source and moment of receipt; None where the receipt cannot be read."""
    try:
        said = json.loads((folder / RECEIPT).read_bytes())
        datetime.fromisoformat(said["received_at"])
        return str(said["source"]), str(said["received_at"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _raw_files(folder: Path) -> list[Path]:
    """The extract and its marked copies; what is kept for good is the receipt alone."""
    return sorted(path for path in folder.iterdir() if path.name != RECEIPT) if folder.is_dir() else []


def _pending(con: duckdb.DuckDBPyConnection, home: Path, ledger: Ledger) -> tuple[str, ...]:
    """Extracts that were deleted, did not come again since, and have files."""
    last: dict[str, Deleted] = {}
    for one in deleted(con, ledger.entries):
        if one.kind == "extract":
            last[one.sha256] = one
    loaded = _loaded(con)
    found = []
    for sha256, one in last.items():
        folder = folder_of(home, sha256)
        moments = [said[1] for said in (_receipt(folder), loaded.get(sha256)) if said]
        came_again = any(datetime.fromisoformat(moment) > datetime.fromisoformat(one.at) for moment in moments)
        if _raw_files(folder) and not came_again:
            found.append(sha256)
    return tuple(found)


def _remove_files(home: Path, digests: Sequence[str]) -> tuple[str, ...]:
    for sha256 in digests:
        folder = folder_of(home, sha256)
        for path in _raw_files(folder):
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.chmod(0o600)  # else Windows does not remove what cannot be written to
                path.unlink()
        flush_folder(folder)
    return tuple(digests)


def _entry(home: Path, found: Sequence[Due], text: str, moment: datetime) -> Entry:
    extracts = [one.held for one in found if one.held.kind == "extract"]
    keyed = [one.held for one in found if one.held.kind == "person_keys"]
    told = (
        f"{len(extracts)} extracts ({sum(one.number for one in extracts)} files); "
        f"{sum(one.number for one in keyed)} person keys of {len(keyed)} extracts"
    )
    rules = sorted({f"{one.held.source}: {one.rule.months(one.held.kind)} months ({one.rule.basis})" for one in found})
    scope = _scope(home)
    return Entry(
        seq=0,
        acted_at=instant(moment),
        act="deleted",
        person=BY,
        edition="",
        scope=scope,
        audience="",
        run_id="",
        as_of=day_in(scope, moment).isoformat(),
        manifest_sha256=hashlib.sha256(text.encode()).hexdigest(),
        files_sha256=digest_of_digests({one.sha256: one.sha256 for one in extracts}),
        context="; ".join(rules),
        controls=told,
        reason="Its time was over.",
    )


def _rewrite(home: Path, found: Sequence[Due], entry: Entry, text: str) -> None:
    """The warehouse without the keys that are due and with the entry, in one step."""
    vintages = [one.held.vintage_id for one in found if one.held.kind == "person_keys"]

    def fill(con: duckdb.DuckDBPyConnection) -> None:
        con.execute("SET enable_progress_bar = false")
        name = con.execute("SELECT current_database()").fetchall()[0][0]
        con.execute(f"COPY FROM DATABASE old TO {name} (SCHEMA)")
        listed = con.execute("SELECT schema_name, table_name FROM duckdb_tables() WHERE database_name = 'old'")
        for schema, table in listed.fetchall():
            whole = f'"{schema}"."{table}"'
            if f"{schema}.{table}" == CASES.name:
                con.execute(
                    f"INSERT INTO {name}.{whole} SELECT * REPLACE (CASE WHEN list_contains(?, vintage_id) THEN NULL "
                    f"ELSE person_key END AS person_key) FROM old.{whole}",
                    [vintages],
                )
            else:
                con.execute(f"INSERT INTO {name}.{whole} SELECT * FROM old.{whole}")
        row = asdict(entry)
        marks = ", ".join("?" for _ in row)
        con.execute(f"INSERT INTO {ENTRIES.name} ({', '.join(row)}) VALUES ({marks})", list(row.values()))
        con.execute(f"INSERT INTO {PUBLICATIONS.name} VALUES (?, ?)", [entry.manifest_sha256, text])

    try:
        remake(warehouse_path(home), fill)
    except OSError as problem:
        raise TipTrendsError(
            f"The warehouse could not be written anew ({problem.strerror}); what was not deleted yet is still there.",
            advice="Make room on the disk for a second copy of it, and close what reads it; then run it again.",
        ) from problem
