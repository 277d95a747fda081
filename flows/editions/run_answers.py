"""What the ledger answers for an edition: which program and libraries, which files, which persons, and when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import duckdb

from flows.editions.let_out import sound_ledger
from flows.editions.published import documents
from flows.editions.runs import libraries_of, runs_in
from flows.home import Home
from flows.version import code_fingerprint, libraries, libraries_digest
from flows.warehouse import look_into_warehouse
from transforms.errors import NoData, ReleaseRefused
from transforms.ledger.entries import Entry, Key, first_broken
from transforms.ledger.runs import MadeRun
from transforms.tables import VINTAGES

COLUMNS = ("made", "act", "edition", "scope", "audience", "as of", "run", "program", "libraries", "account")
_SHORT = 12
_UNKNOWN = "not recorded: the edition is older than the run ledger"


@dataclass(frozen=True, slots=True, kw_only=True)
class Extract:
    """One file behind an edition; all but the digest is empty where the warehouse does not know it any more."""

    sha256: str
    file_name: str = ""
    source: str = ""
    vintage_date: str = ""
    loaded_at: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who did what with an edition, and when (ISO 8601, UTC)."""

    act: str
    name: str
    acted_at: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One run that made, let out or held an edition; `code_sha256` and what follows are empty where not recorded.

    `other_libraries` are those that differ from the ones here, as `name: then, here`.
    """

    key: Key
    act: str
    made_at: str
    as_of: str
    run_id: str
    persons: tuple[Person, ...]
    extracts: tuple[Extract, ...]
    awaited: tuple[str, ...]
    code_version: str
    code_sha256: str
    is_this_program: bool
    libraries_sha256: str
    libraries: tuple[str, ...]
    other_libraries: tuple[str, ...]
    platform: str
    account: str

    def to_json(self) -> dict[str, Any]:
        """For other programs."""
        return asdict(self)

    def told(self) -> list[str]:
        """For people, a line each; the first is the heading."""
        held = " (not made: deliveries are awaited)" if self.act == "held" else ""
        where = "all audiences" if not self.key.audience else self.key.audience
        lines = [
            f"{self.key.edition} of {self.key.scope} for {where}: {self.act} {self.made_at}, as of {self.as_of}{held}"
        ]
        lines += [f"  person: {one.name} {one.act} it {one.acted_at}" for one in self.persons]
        lines.append(f"  run: {self.run_id or 'none'}")
        lines.append(f"  program: tip-trends {self.code_version}, {self._program()}")
        lines.append(f"  libraries: {self._libraries()}")
        lines += [f"    {one}" for one in self.other_libraries]
        if self.platform:
            lines.append(f"  computer: {self.platform}, account {self.account or 'without a name'}")
        lines += [f"  awaited: {one}" for one in self.awaited]
        lines.append(f"  files: {len(self.extracts)}")
        lines += [
            f"    {one.sha256[:_SHORT]}  {one.file_name or 'not in the warehouse any more'}"
            + (f", {one.source} of {one.vintage_date}, loaded {one.loaded_at}" if one.source else "")
            for one in self.extracts
        ]
        return lines

    def _program(self) -> str:
        if not self.code_sha256:
            return _UNKNOWN
        same = "the very one that runs here" if self.is_this_program else "another one than runs here"
        return f"code {self.code_sha256[:_SHORT]}: {same}"

    def _libraries(self) -> str:
        if not self.libraries_sha256:
            return _UNKNOWN
        told = f"{len(self.libraries)}, digest {self.libraries_sha256[:_SHORT]}: "
        if not self.other_libraries:
            return told + "the very ones that are installed here"
        return told + f"{len(self.other_libraries)} differ from those here"


def overview(home: Home) -> list[tuple[str, ...]]:
    """Every run by `COLUMNS`, the youngest first; raises NoData, ReleaseRefused for a run ledger that was altered."""
    with look_into_warehouse(home.folder) as con:
        runs = _sound(runs_in(con))
    return [
        (
            one.made_at, one.act, one.edition, one.scope, one.audience, one.as_of, one.run_id, one.code_version,
            one.libraries_sha256[:_SHORT], one.account,
        )
        for one in reversed(runs)
    ]  # fmt: skip


def answers(home: Home, edition: str, scope: str, audience: str | None) -> tuple[Answer, ...]:
    """All that is known of an edition, oldest first; raises NoData where no run made it, else as `overview`."""
    ledger = sound_ledger(home)
    with look_into_warehouse(home.folder) as con:
        runs = [one for one in _sound(runs_in(con)) if (one.edition, one.scope) == (edition, scope)]
        runs = [one for one in runs if audience is None or one.audience in ("", audience)]
        entries = [one for one in ledger.entries if (one.edition, one.scope) == (edition, scope)]
        entries = [one for one in entries if audience in (None, one.audience)]
        files = _files(con)
        found = [_of_run(con, one, entries, files) for one in runs]
        known = {(one.key, one.run_id) for one in runs if one.act == "released"}
        older = [one for one in entries if one.is_publishing and (one.key, one.run_id) not in known]
        found += [_of_entry(con, one, entries) for one in older]
    if not found:
        raise NoData(
            f"No run of this home made {edition} of {scope}{f' for {audience}' if audience else ''}.",
            advice="`tip-trends runs` lists all runs.",
        )
    return tuple(sorted(found, key=lambda one: one.made_at))


def _sound(runs: Sequence[MadeRun]) -> Sequence[MadeRun]:
    if (place := first_broken(runs)) is not None:
        raise ReleaseRefused(
            f"The run ledger in warehouse.duckdb was altered or has lost a part: see its row {place}.",
            advice="Restore warehouse.duckdb, ledger.jsonl and editions/ together from the last backup.",
        )
    return runs


def _files(con: duckdb.DuckDBPyConnection) -> dict[str, Extract]:
    rows = con.execute(
        f"SELECT sha256, file_name, source, vintage_date::VARCHAR, loaded_at FROM {VINTAGES.name} ORDER BY vintage_id"
    ).fetchall()
    return {
        sha256: Extract(sha256=sha256, file_name=name, source=source, vintage_date=day, loaded_at=loaded)
        for sha256, name, source, day, loaded in rows
    }


def _of_run(
    con: duckdb.DuckDBPyConnection, run: MadeRun, entries: Sequence[Entry], files: Mapping[str, Extract]
) -> Answer:
    here, then = libraries(), libraries_of(con, run.libraries_sha256)
    is_same = libraries_digest(here) == run.libraries_sha256
    return Answer(
        key=run.key,
        act=run.act,
        made_at=run.made_at,
        as_of=run.as_of,
        run_id=run.run_id,
        persons=_persons(entries, run),
        extracts=tuple(files.get(sha256, Extract(sha256=sha256)) for sha256 in run.extracts),
        awaited=run.awaited,
        code_version=run.code_version,
        code_sha256=run.code_sha256,
        is_this_program=run.code_sha256 == code_fingerprint(),
        libraries_sha256=run.libraries_sha256,
        libraries=then,
        other_libraries=() if is_same else _differences(then, here),
        platform=run.platform,
        account=run.account,
    )


def _of_entry(con: duckdb.DuckDBPyConnection, entry: Entry, entries: Sequence[Entry]) -> Answer:
    """What the manifest of an edition says that was let out before there was a run ledger."""
    document, files = documents(con, [entry])[0], _files(con)
    used = document["created_from"].values()
    return Answer(
        key=entry.key,
        act="released",
        made_at=entry.acted_at,
        as_of=entry.as_of,
        run_id=entry.run_id,
        persons=_persons(entries, entry),
        extracts=tuple(
            files.get(one["sha256"], Extract(sha256=one["sha256"], file_name=one["file_name"], source=one["source"]))
            for one in used
        ),
        awaited=(),
        code_version=document["code_version"],
        code_sha256="",
        is_this_program=False,
        libraries_sha256="",
        libraries=(),
        other_libraries=(),
        platform="",
        account="",
    )


def _persons(entries: Sequence[Entry], about: MadeRun | Entry) -> tuple[Person, ...]:
    """Whoever acted on the same set of figures."""
    return tuple(
        Person(act=one.act, name=one.person, acted_at=one.acted_at)
        for one in entries
        if one.key == about.key and one.run_id == about.run_id
    )


def _differences(then: Sequence[str], here: Sequence[str]) -> tuple[str, ...]:
    before, now = (dict(one.split("==", 1) for one in listed) for listed in (then, here))
    return tuple(
        f"{name}: {before.get(name, 'none')} then, {now.get(name, 'none')} here"
        for name in sorted(before.keys() | now.keys())
        if before.get(name) != now.get(name)
    )
