"""One file into the warehouse: read, recognised, checked, mapped, kept; all of it or nothing.

The order makes a crash harmless at any point: the extract is copied and its receipt written before the one
transaction commits, and a copy without a vintage has no effect and is written again by the next attempt.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb

from flows.acceptance import Acceptance, Problem, keep_acceptance
from flows.loading import Loaded, load, loaded_before, refuse_if_shrunk
from flows.readers import Form, form_of
from flows.readers.choice import choose_by_headers, choose_for_workbook
from flows.readers.json_records import read_json
from flows.readers.parquet import ParquetTable, open_parquet
from flows.readers.px import read_px
from flows.readers.sdmx_ml import read_sdmx
from flows.readers.staged import SheetRows
from flows.readers.text import TextTable, open_text
from flows.readers.workbook import read_grids, rows_of, workbook_notes
from flows.received import Receipt, copy_in, digest, folder_of, settle, write_receipt
from flows.staging import Staged, count, stage_parquet, stage_sheet, stage_text
from flows.warehouse import create_schema, open_warehouse
from transforms.errors import FileRejected, IdentifierFound
from transforms.sources.compiler import Compiled, compile_profile
from transforms.sources.profile import Profile

__all__ = ["Acceptance", "Problem", "ingest_file"]


Content = TextTable | SheetRows | ParquetTable


@dataclass(frozen=True, slots=True, kw_only=True)
class _Extract:
    """A file that has been opened: what it is, and what stands in it."""

    path: Path
    profile: Profile
    content: Content
    state: tuple[int, int]

    @property
    def titles(self) -> tuple[str, ...]:
        return self.content.titles if isinstance(self.content, SheetRows) else ()


def ingest_file(
    home: Path,
    path: Path,
    source: str | None = None,
    received_on: date | None = None,
    dry_run: bool = False,
    may_shrink: bool = False,
) -> Acceptance:
    """Take one file into the warehouse of a home and return its acceptance report.

    `received_on` is the day it came (today). A dry run does everything in memory and keeps nothing. `may_shrink`
    confirms that a file with far fewer rows than the extract it would replace is meant.
    Raises FileRejected or IdentifierFound (nothing of the file is kept, a report and for identifiers a receipt
    say why), WarehouseInUse, WrongArguments for an unknown source.
    """
    day = received_on or datetime.now().astimezone().date()
    form = form_of(path)
    with (
        ThreadPoolExecutor(max_workers=1) as beside,
        tempfile.TemporaryDirectory(prefix="tip-trends-") as working,
        _warehouse(home, dry_run=dry_run) as con,
    ):
        hashed = beside.submit(digest, path)
        try:
            size = path.stat().st_size
            known = loaded_before(con, size, hashed, path.name)
            if known is not None:
                return _settled(home, known, dry_run=dry_run)
            extract = _open(path, form, source, home, Path(working))
            return _take_in(con, home, extract, day, hashed, beside, dry_run=dry_run, may_shrink=may_shrink)
        except FileRejected as refusal:
            if not dry_run:
                _keep_refusal(home, path, source, hashed, refusal)
            raise


@contextmanager
def _warehouse(home: Path, *, dry_run: bool) -> Iterator[duckdb.DuckDBPyConnection]:
    if dry_run:
        with duckdb.connect() as con:
            create_schema(con)
            yield con
    else:
        with open_warehouse(home) as con:
            yield con


_RECORDS: Mapping[Form, Callable[[Path], SheetRows]] = {"px": read_px, "json": read_json, "sdmx": read_sdmx}


def _open(path: Path, form: Form, source: str | None, home: Path, working: Path) -> _Extract:
    folder = home / "profiles"
    stat = path.stat()
    content: Content
    if form == "workbook":
        grids = read_grids(path)
        profile = choose_for_workbook(path, grids, source, folder)
        content = replace(rows_of(grids, profile), notes=workbook_notes(path))
    else:
        if form == "text":
            content = open_text(path, working)
        elif form == "parquet":
            content = open_parquet(path)
        else:
            content = _RECORDS[form](path)
        profile = choose_by_headers(path, content.headers, "csv" if form == "text" else form, source, folder)
    return _Extract(path=path, profile=profile, content=content, state=(stat.st_size, stat.st_mtime_ns))


def _take_in(
    con: duckdb.DuckDBPyConnection,
    home: Path,
    extract: _Extract,
    day: date,
    hashed: Future[str],
    beside: ThreadPoolExecutor,
    *,
    dry_run: bool,
    may_shrink: bool,
) -> Acceptance:
    compiled = compile_profile(extract.profile, extract.content.headers, day)
    staged = _stage(con, extract, compiled)
    _refuse_suspects(con)
    copied = None if dry_run else beside.submit(copy_in, home, extract.path)
    vintage_date, notes = _vintage_date(con, extract, compiled, day)
    is_synthetic = _is_synthetic(con, extract)
    con.execute("BEGIN TRANSACTION")
    try:
        loaded = load(con, compiled, staged, vintage_date)
        _refuse_if_none_fits(extract, loaded)
        if not may_shrink:
            refuse_if_shrunk(con, loaded, extract.path.name, vintage_date)
        receipt = _receipt(extract, hashed.result())
        loaded.record(con, receipt, vintage_date, is_synthetic=is_synthetic)
        if copied is not None:
            copy = copied.result()
            _refuse_changed(extract)
            settle(home, copy, receipt)
        con.execute("ROLLBACK" if dry_run else "COMMIT")
    except BaseException:
        con.execute("ROLLBACK")
        raise
    notes += _unread_columns(extract) + extract.content.notes
    acceptance = loaded.acceptance(receipt, vintage_date, notes)
    return _settled(home, acceptance, dry_run=dry_run)


def _stage(con: duckdb.DuckDBPyConnection, extract: _Extract, compiled: Compiled) -> Staged:
    content = extract.content
    if isinstance(content, TextTable):
        staged = stage_text(con, content, compiled)
    elif isinstance(content, ParquetTable):
        staged = stage_parquet(con, content, compiled)
    else:
        staged = stage_sheet(con, content, compiled)
    if staged.rows + len(staged.unreadable) == 0:
        raise FileRejected(f"{extract.path.name} has a header and no rows.", advice="Send the file with its rows.")
    return staged


def _refuse_suspects(con: duckdb.DuckDBPyConnection) -> None:
    found = count(con, "SELECT count(*) FROM staged WHERE is_suspect")
    if found:
        raise IdentifierFound(
            f"{found} rows hold what looks like an e-mail address, a telephone or a passport number. "
            "Nothing of the file was kept.",
            advice="Remove contacts and document numbers from the free-text columns and send the file again.",
        )


def _refuse_if_none_fits(extract: _Extract, loaded: Loaded) -> None:
    if loaded.rows_accepted:
        return
    worst = "; ".join(f"{item.rule} ({item.count} rows, first {item.cells[0]})" for item in loaded.problems[:3])
    raise FileRejected(
        f"{extract.path.name}: none of its {loaded.rows_read} rows fits {extract.profile.name}: {worst}.",
        advice=f"`tip-trends sources {extract.profile.name}` says what each column must hold.",
    )


def _refuse_changed(extract: _Extract) -> None:
    stat = extract.path.stat()
    if (stat.st_size, stat.st_mtime_ns) != extract.state:
        raise FileRejected(
            f"{extract.path.name} changed while it was read.",
            advice="Wait until it is written completely, then try again.",
        )


def _receipt(extract: _Extract, sha256: str) -> Receipt:
    return Receipt(
        sha256=sha256,
        size_bytes=extract.state[0],
        file_name=extract.path.name,
        received_at=datetime.now(UTC).isoformat(timespec="seconds"),
        source=extract.profile.name,
        contract_version=extract.profile.version,
    )


def _vintage_date(
    con: duckdb.DuckDBPyConnection, extract: _Extract, compiled: Compiled, day: date
) -> tuple[date, tuple[str, ...]]:
    """The day from which the extract is known, and a note where the file does not say a usable one."""
    rule = extract.profile.vintage
    found: date | None = None
    if rule.source == "column":
        found = con.execute(compiled.extract_date()).fetchall()[0][0]
    elif rule.source in ("file_name", "title"):
        texts = (extract.path.name,) if rule.source == "file_name" else extract.titles
        found = next((said for said in (_date_in(text, rule.pattern, rule.format) for text in texts) if said), None)
    else:
        return day, ()
    if found is None:
        return day, (f"The file does not say of which day it is; the day of receipt, {day}, stands for it.",)
    if found > day:
        return day, (f"The file says it is of {found}, after the day of receipt; {day} stands for it.",)
    return found, ()


def _date_in(text: str, pattern: str, form: str) -> date | None:
    match = re.search(pattern, text)
    if match is None:
        return None
    try:
        return datetime.strptime(match.group(1), form).date()  # noqa: DTZ007  a calendar day has no zone
    except ValueError:
        return None


def _is_synthetic(con: duckdb.DuckDBPyConnection, extract: _Extract) -> bool:
    said = any("SYNTHETIC" in text.upper() for text in (extract.path.name, *extract.titles))
    return said or count(con, "SELECT count(*) FROM staged WHERE is_synthetic") > 0


def _unread_columns(extract: _Extract) -> tuple[str, ...]:
    profile = extract.profile
    known = set(profile.headers)
    unread = [header for header in extract.content.headers if header and header not in known]
    strange = [header for header in unread if not profile.is_ignored(header)]
    return (f"Columns that the contract does not know were left out: {', '.join(strange)}.",) if strange else ()


def _settled(home: Path, acceptance: Acceptance, *, dry_run: bool) -> Acceptance:
    if not dry_run:
        keep_acceptance(home, acceptance)
    return acceptance


def _keep_refusal(home: Path, path: Path, source: str | None, hashed: Future[str], refusal: FileRejected) -> None:
    """Keep that a file was refused and why; of one with identifiers only digest, size and rule."""
    sha256 = hashed.result()
    is_personal = isinstance(refusal, IdentifierFound)
    if is_personal and not folder_of(home, sha256).exists():
        write_receipt(
            home,
            Receipt(
                sha256=sha256,
                size_bytes=path.stat().st_size,
                file_name="",
                received_at=datetime.now(UTC).isoformat(timespec="seconds"),
                source=source or "",
                contract_version="",
                rule="direct_identifiers",
            ),
        )
    note = "direct_identifiers" if is_personal else refusal.message
    keep_acceptance(
        home,
        Acceptance(
            file_name="" if is_personal else path.name,
            sha256=sha256,
            source=source or "",
            verdict="rejected",
            vintage_id=None,
            vintage_date=None,
            notes=(note,),
        ),
    )
