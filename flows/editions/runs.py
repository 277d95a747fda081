"""The run ledger: by which program, libraries and extracts each edition was made, let out or held; append-only.

It is kept in the warehouse, in the transaction of what it is about, and asks no database of Prefect.
"""

from __future__ import annotations

import getpass
import platform
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import date
from typing import TYPE_CHECKING, Any

import duckdb

from flows.version import code_fingerprint, code_version, libraries, libraries_digest
from transforms.ledger.entries import Key, chained
from transforms.ledger.runs import MadeRun, RunAct, is_new
from transforms.ledger.tables import LIBRARIES, RUNS

if TYPE_CHECKING:
    from flows.editions.planned import Planned


def made_run(planned: Planned, act: RunAct, made_at: str, *, manifest_sha256: str) -> MadeRun:
    """What is written down of an edition that was drafted or let out; `manifest_sha256` is that of its files."""
    inputs = planned.counted.inputs
    return MadeRun(
        act=act,
        edition=planned.key.edition,
        scope=planned.key.scope,
        audience=planned.key.audience,
        run_id=planned.run.run_id,
        counts_id=planned.counted.counts_id,
        as_of=planned.counted.as_of.isoformat(),
        manifest_sha256=manifest_sha256,
        extracts=tuple(used.sha256 for used in inputs.created_from),
        awaited=told(inputs.context.get("awaited", ())),
        **of_this_program(made_at),
    )


def held_run(edition: str, scope: str, as_of: date, awaited: Iterable[Mapping[str, Any]], made_at: str) -> MadeRun:
    """What is written down of an edition that was not made, for no audience, because deliveries are awaited."""
    return MadeRun(
        act="held",
        edition=edition,
        scope=scope,
        audience="",
        run_id="",
        counts_id="",
        as_of=as_of.isoformat(),
        manifest_sha256="",
        extracts=(),
        awaited=told(awaited),
        **of_this_program(made_at),
    )


def told(awaited: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """Deliveries as `source body period`, with a dash for no body."""
    return tuple(f"{one['source']} {one['body'] or '-'} {one['period']}" for one in awaited)


def of_this_program(made_at: str) -> dict[str, Any]:
    """The fields of a run that tell when, by which program and where it was made; `made_at` is an instant in UTC."""
    return {
        "seq": 0,
        "made_at": made_at,
        "code_version": code_version(),
        "code_sha256": code_fingerprint(),
        "libraries_sha256": libraries_digest(libraries()),
        "platform": f"Python {platform.python_version()}, {platform.system()} {platform.machine()}",
        "account": _account(),
    }


def record(con: duckdb.DuckDBPyConnection, made: MadeRun) -> None:
    """Write a run down unless the last one on its edition says the same; in the transaction of whoever calls."""
    runs = runs_in(con)
    if not is_new(runs, made):
        return
    row = asdict(chained(runs, made))
    marks = ", ".join("?" for _ in row)
    con.execute(f"INSERT INTO {RUNS.name} ({', '.join(row)}) VALUES ({marks})", [_listed(one) for one in row.values()])
    known = con.execute(f"SELECT 1 FROM {LIBRARIES.name} WHERE libraries_sha256 = ?", [made.libraries_sha256])
    if not known.fetchall():
        con.execute(f"INSERT INTO {LIBRARIES.name} VALUES (?, ?)", [made.libraries_sha256, list(libraries())])


def record_alone(con: duckdb.DuckDBPyConnection, made: MadeRun) -> None:
    """The same in a transaction of its own."""
    con.execute("BEGIN")
    try:
        record(con, made)
        con.execute("COMMIT")
    except BaseException:
        con.execute("ROLLBACK")
        raise


def runs_in(con: duckdb.DuckDBPyConnection, key: Key | None = None) -> tuple[MadeRun, ...]:
    """Every run, oldest first, or those on one edition."""
    where = "" if key is None else " WHERE scope = ? AND edition = ? AND audience IN (?, '')"
    rows = con.execute(
        f"SELECT {', '.join(RUNS.names)} FROM {RUNS.name}{where} ORDER BY seq, hash",
        [] if key is None else [key.scope, key.edition, key.audience],
    ).fetchall()
    return tuple(_run(dict(zip(RUNS.names, row, strict=True))) for row in rows)


def libraries_of(con: duckdb.DuckDBPyConnection, digest: str) -> tuple[str, ...]:
    """The list that a digest stands for; empty where it is not known."""
    found = con.execute(f"SELECT libraries FROM {LIBRARIES.name} WHERE libraries_sha256 = ?", [digest]).fetchall()
    return tuple(found[0][0]) if found else ()


def _run(row: dict[str, Any]) -> MadeRun:
    lists = {name: tuple(row[name]) for name in ("extracts", "awaited")}
    return MadeRun(**{**row, **lists, "as_of": row["as_of"].isoformat()})


def _listed(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _account() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return ""  # a container without a user of that number
