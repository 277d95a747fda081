"""One edition for one audience: from the warehouse through the gate to its folder and the register of editions."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb

from flows.estimate import EditionInputs, edition_inputs, store_counts
from flows.folders import digest_of, files_in, is_unfinished, place_folder
from flows.home import Home
from flows.kept_estimates import store_estimates, unprotected_answers
from flows.status import expected
from flows.version import code_fingerprint, code_version
from flows.warehouse import open_warehouse, read_warehouse
from flows.withdrawals import KNOWN
from reports.render import edition_files
from transforms.countries import country
from transforms.disclosure.policies import policy_in
from transforms.disclosure.release import release
from transforms.disclosure.released import ReleasedEdition
from transforms.errors import NoData
from transforms.indicators.windows import edition_period
from transforms.sql import quoted
from transforms.statistics.published.annex import quick_annex

MANIFEST = "edition.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """The unprotected counts of an edition as of a day; `counts_id` is their run in `mart.counts`."""

    inputs: EditionInputs
    as_of: date
    counts_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """Where an edition lies, which run made it, and how long its steps took (seconds)."""

    folder: Path
    run_id: str
    is_new: bool
    seconds: Mapping[str, float]


def estimate_edition(home: Path, edition: str, *, scope: str, as_of: date | None) -> str:
    """Count an edition, put its questions, and keep all in `mart`, where the analyst can look; returns the run."""
    counted = _count(home, edition, scope, as_of)
    found = unprotected_answers(counted.inputs)  # before the lock is taken: it takes seconds
    with open_warehouse(home) as con:
        store_counts(con, counted.counts_id, counted.inputs.table_set)
        store_estimates(con, counted.counts_id, found)
    return counted.counts_id


def publish_edition(
    home: Path,
    edition: str,
    *,
    scope: str,
    audience: str,
    as_of: date | None,
    languages: Sequence[str],
) -> Published:
    """Publish one edition for one audience; the same as-of on the same data gives the same bytes and changes nothing.

    `as_of` None: the latest vintage in the warehouse. Raises WrongArguments for an edition that is none, NoData,
    ReleaseRefused, WarehouseInUse; then the folder of the edition is as it was.
    """
    clock = _Clock()
    counted = _count(home, edition, scope, as_of)
    folder = Home(folder=home).editions / scope / edition / audience
    row = {
        "edition": edition,
        "scope": scope,
        "audience": audience,
        "as_of": counted.as_of.isoformat(),
        "run_id": _digest(counted.counts_id, policy_in(scope, audience).declared()),
        "counts_id": counted.counts_id,
        "languages": ",".join(languages),
        "code_version": code_version(),
    }
    clock.lap("estimate")
    if _stands(home, row, folder):
        return Published(folder=folder, run_id=row["run_id"], is_new=False, seconds=clock.laps)
    released = _released(counted, row, languages)
    clock.lap("release")
    files = edition_files(released, languages)
    clock.lap("render")
    row["manifest_sha256"] = hashlib.sha256(files[MANIFEST]).hexdigest()
    row["files_sha256"] = digest_of(files)
    with open_warehouse(home) as con:  # its lock also keeps two publishers of one edition apart
        store_counts(con, counted.counts_id, counted.inputs.table_set)
        _register(con, row)
        is_new = place_folder(folder, files)
    clock.lap("place")
    return Published(folder=folder, run_id=row["run_id"], is_new=is_new, seconds=clock.laps)


def _released(counted: Counted, row: Mapping[str, str], languages: Sequence[str]) -> ReleasedEdition:
    return release(
        counted.inputs.table_set,
        audience=row["audience"],
        edition=row["edition"],
        scope=row["scope"],
        as_of=counted.as_of,
        run_id=row["run_id"],
        code_version=row["code_version"],
        created_from=counted.inputs.created_from,
        context={**counted.inputs.context, "annex": [one.to_json() for one in quick_annex()]},
        languages=tuple(languages),
        question=counted.inputs.question,
    )


def _stands(home: Path, row: Mapping[str, str], folder: Path) -> bool:
    """Whether the same run was published in the same languages and its files are still what they were."""
    if not folder.is_dir() or is_unfinished(folder):
        return False
    names = ("edition", "scope", "audience", "run_id", "languages")
    same = " AND ".join(f"{name} = {quoted(row[name])}" for name in names)
    with read_warehouse(home) as con:
        known = con.execute(f"SELECT files_sha256 FROM pub.editions WHERE {same}").fetchall()
    return (digest_of(files_in(folder)),) in known


def _count(home: Path, edition: str, scope: str, as_of: date | None) -> Counted:
    wanted = edition_period(edition)
    with read_warehouse(home) as con:
        known = as_of or latest_vintage(con)
        inputs = edition_inputs(con, edition, scope=scope, as_of=known)
        awaited = expected(con, country(scope), as_of=known, up_to=min(known, wanted.period.end))
    inputs.context["reporting_status"] = [one.context(known) for one in awaited]
    vintages = sorted(source.sha256 for source in inputs.created_from)
    counts_id = _digest(edition, scope, known.isoformat(), vintages, code_fingerprint())
    return Counted(inputs=inputs, as_of=known, counts_id=counts_id)


def latest_vintage(con: duckdb.DuckDBPyConnection) -> date:
    """The day from which the youngest extract or withdrawal is known; raises NoData for an empty warehouse."""
    found = con.execute(f"SELECT max(greatest(known_from, withdrawn_from)) FROM ({KNOWN})").fetchone()
    if found is None or found[0] is None:
        raise NoData("The warehouse holds no extracts yet.", advice="Ingest extracts first: tip-trends ingest FILE...")
    day: date = found[0]
    return day


def _digest(*depends_on: object) -> str:
    """Twelve hexadecimal digits that change with anything named, and with nothing else."""
    return hashlib.sha256(json.dumps(depends_on, sort_keys=True).encode()).hexdigest()[:12]


def _register(con: duckdb.DuckDBPyConnection, row: Mapping[str, str]) -> None:
    """Add the edition to `pub.editions` unless it stands there.

    This comes before the folder: after a crash in between the register names an edition nobody has seen, which is
    safe for disclosure control, and publishing again completes it. The reverse would not be.
    """
    same = " AND ".join(
        f"{name} = {quoted(row[name])}" for name in ("edition", "scope", "audience", "run_id", "files_sha256")
    )
    con.execute("BEGIN")
    try:
        if not con.execute(f"SELECT 1 FROM pub.editions WHERE {same} LIMIT 1").fetchall():
            now = datetime.now(UTC).isoformat(timespec="seconds")
            names = (*row, "published_at")
            marks = ", ".join("?" for _ in names)
            con.execute(f"INSERT INTO pub.editions ({', '.join(names)}) VALUES ({marks})", [*row.values(), now])
        con.execute("COMMIT")
    except BaseException:
        con.execute("ROLLBACK")
        raise


class _Clock:
    """Seconds between laps."""

    def __init__(self) -> None:
        self.laps: dict[str, float] = {}
        self._last = time.perf_counter()

    def lap(self, name: str) -> None:
        now = time.perf_counter()
        self.laps[name] = round(now - self._last, 3)
        self._last = now
