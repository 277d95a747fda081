"""The ledger of a home: entries and published documents in the warehouse, a second copy of the entries beside it.

Both copies must exist and agree, or nothing is published: a lost ledger is lost knowledge of what readers already have.
An entry is committed to the warehouse first and copied next. So the one disagreement that a crash can leave is a copy
that lacks exactly the last entry, and only that one is repaired; everything else is refused with ReleaseRefused.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from itertools import zip_longest
from pathlib import Path
from typing import Any

import duckdb

from flows.editions.manifests import placed_manifests
from flows.editions.old_editions import OldEdition, editions_before
from flows.editions.runs import record
from flows.folders import replace_file
from flows.home import Home
from flows.warehouse import open_warehouse, read_warehouse
from transforms.errors import NoData, ReleaseRefused, TipTrendsError, WarehouseInUse
from transforms.ledger.entries import Entry, chained, entry_of, first_broken, head
from transforms.ledger.runs import MadeRun
from transforms.tables import EDITIONS, ENTRIES, PUBLICATIONS, Table

RESTORE = (
    "Nothing was published and nothing was changed. Restore warehouse.duckdb, ledger.jsonl and editions/ together from "
    "the last backup; do not delete or edit them."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """All entries, verified; `is_copied` is False where a crash kept the last one out of `ledger.jsonl`.

    `before` holds editions that were published before there was a ledger and are not in it yet.
    """

    entries: tuple[Entry, ...]
    is_copied: bool = True
    before: tuple[OldEdition, ...] = ()

    @property
    def is_settled(self) -> bool:
        """Whether nothing is left to be repaired or taken over."""
        return self.is_copied and not self.before

    @property
    def head(self) -> str:
        """Hash of the last entry."""
        return head(self.entries)


def read_ledger(con: duckdb.DuckDBPyConnection, home: Home) -> Ledger:
    """Every entry, verified against the copy, the documents, the register and the folders; changes nothing.

    Raises ReleaseRefused, saying what is wrong, for whatever a crash cannot explain.
    """
    found = chain_of(con, home)
    before = editions_before(con, home, {entry.manifest_sha256 for entry in found.entries if entry.is_publishing})
    _check_folders(home, found.entries, before)
    return replace(found, before=before)


def chain_of(con: duckdb.DuckDBPyConnection, home: Home) -> Ledger:
    """Every entry, verified against the copy and the documents, whatever lies in the folders; changes nothing.

    Raises ReleaseRefused as `read_ledger` does.
    """
    found = chain_alone(con, home)
    _check_documents(con, found.entries)
    return found


def chain_alone(con: duckdb.DuckDBPyConnection, home: Home) -> Ledger:
    """Every entry, verified against the copy alone: the documents of years take seconds to read; changes nothing.

    Raises ReleaseRefused as `read_ledger` does.
    """
    entries = _entries(con)
    if (place := first_broken(entries)) is not None:
        raise _unsound(f"The ledger in warehouse.duckdb was altered or has lost a part: see its entry {place}.")
    return Ledger(entries=entries, is_copied=_agrees(entries, home.ledger))


def copy_alone(home: Home) -> Ledger:
    """Every entry of `ledger.jsonl` as one chain, for a home whose warehouse cannot be asked for its copy.

    Raises ReleaseRefused where the file is missing or no whole chain.
    """
    if not home.ledger.exists():
        raise _unsound("ledger.jsonl is missing, and the warehouse cannot be asked for its copy.")
    entries = []
    for place, line in enumerate(_lines(home.ledger), start=1):
        try:
            entries.append(entry_of(line))
        except ReleaseRefused:
            raise _unsound(f"Line {place} of ledger.jsonl was altered or cut off.") from None
    if (broken := first_broken(entries)) is not None:
        raise _unsound(f"ledger.jsonl was altered or has lost a part: see its entry {broken}.")
    return Ledger(entries=tuple(entries))


def settle(con: duckdb.DuckDBPyConnection, home: Home) -> Ledger:
    """The verified ledger, after what a crash left is repaired and what was published before it is taken over."""
    ledger = read_ledger(con, home)
    if not ledger.is_copied:
        _copy(home, ledger.entries)
    entries = ledger.entries
    for old in ledger.before:
        entries = append(con, home, Ledger(entries=entries), old.entry, document=old.document).entries
    return Ledger(entries=entries)


@contextmanager
def reading(folder: Path) -> Iterator[tuple[duckdb.DuckDBPyConnection, Ledger]]:
    """The warehouse of a home, open for reading, and its ledger, settled: what is read fits the ledger.

    Opens the warehouse for writing only where something is to be settled. Raises NoData for a home without warehouse,
    unless there are signs that it had one: then ReleaseRefused.
    """
    home = Home(folder=folder)
    if not home.warehouse.exists() and (home.ledger.exists() or placed_manifests(home)):
        raise _unsound("warehouse.duckdb is missing, although editions were published from this home.")
    with read_warehouse(folder) as con:
        ledger = read_ledger(con, home)
        if ledger.is_settled:
            yield con, ledger
            return
    with open_warehouse(folder) as con:
        settle(con, home)
    with read_warehouse(folder) as con:
        yield con, read_ledger(con, home)


def settled_ledger(folder: Path) -> Ledger:
    """The ledger of a home alone; raises what `reading` does."""
    with reading(folder) as (_, ledger):
        return ledger


def unchanged_since(con: duckdb.DuckDBPyConnection, home: Home, ledger: Ledger) -> Ledger:
    """The ledger again, under the lock of a writer; raises WarehouseInUse when another process has added to it.

    Raises ReleaseRefused in a home from a backup since which readers were given more.
    """
    if home.given_since.exists():
        raise ReleaseRefused(
            f"This home was restored from a backup, and readers were given editions since that it does not know: "
            f"{home.given_since.name} lists them. Nothing that goes out now would be held against them.",
            advice="Restore the newest backup. Only if nobody was given those editions, delete that file.",
        )
    present = settle(con, home)
    if present.head != ledger.head:
        raise WarehouseInUse(
            "Meanwhile another process wrote to the ledger of this home.",
            advice="Run the command again: what was published meanwhile is taken into account.",
        )
    return present


def append(
    con: duckdb.DuckDBPyConnection,
    home: Home,
    ledger: Ledger,
    new: Entry,
    *,
    document: str | None = None,
    register: Mapping[str, str] | None = None,
    made: MadeRun | None = None,
) -> Ledger:
    """Add an entry: one transaction in the warehouse, then the copy.

    `document` is the manifest that readers get, `register` its row of `pub.editions`, `made` what the edition was made
    with; all come with the entry or not at all.
    """
    entry = chained(ledger.entries, new)
    con.execute("BEGIN")
    try:
        _insert(con, ENTRIES, asdict(entry))
        if document is not None and not _has_document(con, entry.manifest_sha256):
            _insert(con, PUBLICATIONS, {"manifest_sha256": entry.manifest_sha256, "document": document})
        if register is not None:
            _insert(con, EDITIONS, register)
        if made is not None:
            record(con, made)
        con.execute("COMMIT")
    except BaseException:
        con.execute("ROLLBACK")
        raise
    entries = (*ledger.entries, entry)
    _copy(home, entries)
    return Ledger(entries=entries)


def published_texts(con: duckdb.DuckDBPyConnection, wanted: Collection[str]) -> Iterator[tuple[str, bytes]]:
    """Digest and text (UTF-8) of manifests that readers were given, one after the other; verified before."""
    query = f"SELECT manifest_sha256, encode(document) FROM {PUBLICATIONS.name} WHERE list_contains(?, manifest_sha256)"
    found = con.execute(query, [list(wanted)])
    while row := found.fetchone():
        yield row


def ledger_found(home: Home) -> tuple[Ledger | None, TipTrendsError | None]:
    """For a check of the home: the ledger, or what is wrong with it; neither where there is no data yet."""
    try:
        if not home.warehouse.exists() and not home.ledger.exists() and not placed_manifests(home):
            return None, None
        if not home.warehouse.exists():
            raise _unsound("warehouse.duckdb is missing, although editions were published from this home.")
        with read_warehouse(home.folder) as con:
            return read_ledger(con, home), None
    except NoData:
        return None, None
    except TipTrendsError as problem:
        return None, problem


def _unsound(what: str) -> ReleaseRefused:
    return ReleaseRefused(what, advice=RESTORE)


def _entries(con: duckdb.DuckDBPyConnection) -> tuple[Entry, ...]:
    rows = con.execute(f"SELECT {', '.join(ENTRIES.names)} FROM {ENTRIES.name} ORDER BY seq, hash").fetchall()
    found = (dict(zip(ENTRIES.names, row, strict=True)) for row in rows)
    return tuple(Entry(**{**row, "as_of": row["as_of"].isoformat()}) for row in found)


def _agrees(entries: Sequence[Entry], copy: Path) -> bool:
    """True for equal copies, False where the file lacks exactly the last entry; raises ReleaseRefused otherwise."""
    lines = _lines(copy)
    expected = [entry.line() for entry in entries]
    if lines == expected:
        return True
    if expected and lines == expected[:-1]:
        return False
    for place, (line, wanted) in enumerate(zip_longest(lines, expected), start=1):
        if line is None or wanted is None:
            break
        if line != wanted:
            _refuse_line(line, place)
    if not copy.exists():
        raise _unsound(f"ledger.jsonl is missing; the warehouse has {len(expected)} entries of it.")
    if not expected:
        raise _unsound(f"The ledger in warehouse.duckdb is missing; ledger.jsonl has {len(lines)} entries of it.")
    raise _unsound(
        f"The two copies of the ledger do not agree: {len(expected)} entries in warehouse.duckdb, {len(lines)} in "
        "ledger.jsonl."
    )


def _refuse_line(line: str, place: int) -> None:
    try:
        entry_of(line)
    except ReleaseRefused:
        raise _unsound(f"Line {place} of ledger.jsonl was altered or cut off.") from None
    raise _unsound(f"The two copies of the ledger tell different things from entry {place} on.")


def _lines(copy: Path) -> list[str]:
    try:
        text = copy.read_bytes().decode("utf-8")
    except FileNotFoundError:
        return []
    except UnicodeDecodeError:
        raise _unsound("ledger.jsonl is not UTF-8 text any more.") from None
    return text.removesuffix("\n").split("\n") if text else []


def _copy(home: Home, entries: Sequence[Entry]) -> None:
    replace_file(home.ledger, "".join(f"{entry.line()}\n" for entry in entries).encode())


def _check_documents(con: duckdb.DuckDBPyConnection, entries: Sequence[Entry]) -> None:
    held = dict(con.execute(f"SELECT manifest_sha256, sha256(document) FROM {PUBLICATIONS.name}").fetchall())
    kept = ("withdrawn", "deleted")
    named = {entry.manifest_sha256: entry for entry in entries if entry.is_publishing or entry.act in kept}
    for digest, entry in named.items():
        if digest not in held:
            raise _unsound(f"The ledger has lost what it kept of {entry.key} (entry {entry.seq}).")
        if held[digest] != digest:
            raise _unsound(f"What the ledger kept of {entry.key} was altered (entry {entry.seq}).")
    if set(held) - set(named):
        raise _unsound("The ledger keeps a published edition that none of its entries names.")


def _check_folders(home: Home, entries: Sequence[Entry], before: Sequence[OldEdition]) -> None:
    acts = [entry for entry in entries if entry.is_publishing or entry.act == "withdrawn"]
    known = {(entry.key, entry.manifest_sha256) for entry in (*acts, *(old.entry for old in before))}
    for key, digest in placed_manifests(home):
        if (key, digest) not in known:
            raise _unsound(f"The ledger does not know what lies in the folder editions/{key}, or it was altered there.")


def _has_document(con: duckdb.DuckDBPyConnection, digest: str) -> bool:
    found = con.execute(f"SELECT 1 FROM {PUBLICATIONS.name} WHERE manifest_sha256 = ?", [digest]).fetchall()
    return bool(found)


def _insert(con: duckdb.DuckDBPyConnection, table: Table, row: Mapping[str, Any]) -> None:
    marks = ", ".join("?" for _ in row)
    con.execute(f"INSERT INTO {table.name} ({', '.join(row)}) VALUES ({marks})", list(row.values()))
