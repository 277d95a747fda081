"""One file into the warehouse: read, recognised, checked, mapped, kept; all of it or nothing.

The order makes a crash harmless at any point: the extract is copied and its receipt written before the one
transaction commits, and a copy without a vintage has no effect and is written again by the next attempt.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import duckdb

from flows.clock import Clock, now
from flows.holdings.received import Receipt, copy_in, digest, name_of, settle
from flows.holdings.replaced import vintage_of
from flows.holdings.withdrawals import count_again, extract_of
from flows.intake.answers import loaded_before, note_identifiers, refused, taken
from flows.intake.break_words import CONFIRMED, sentences
from flows.intake.breaks import breaks_of, broken
from flows.intake.confirmed_breaks import mark_breaks, record_breaks
from flows.intake.dating import dated
from flows.intake.desk import Desk, desk_of, warehouse_of
from flows.intake.loading import Loaded, load, refuse_if_shrunk
from flows.intake.marking import with_marked_copy
from flows.intake.problems import marks_of
from flows.intake.staging import Staged, count, stage_parquet, stage_sheet, stage_text
from flows.intake.suspects import refuse_suspects
from flows.intake.workplace import workplace
from flows.readers import Form, form_of, is_file
from flows.readers.beside import refuse_beside
from flows.readers.choice import choose_by_headers, choose_for_workbook
from flows.readers.json_records import read_json
from flows.readers.parquet import ParquetTable, open_parquet
from flows.readers.px import read_px
from flows.readers.sdmx_ml import read_sdmx
from flows.readers.staged import SheetRows
from flows.readers.text import TextTable, open_text
from flows.readers.unresolved import with_unresolved
from flows.readers.workbook import read_grids, rows_of, workbook_notes
from transforms.acceptance import Acceptance, Marks, Problem
from transforms.errors import FileRejected, IdentifierFound
from transforms.messages import Message, said
from transforms.sources.compiler import STAGED, Compiled, compile_profile
from transforms.sources.entry import SYNTHETIC
from transforms.sources.profile import Profile
from transforms.sources.registry import named

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
    may_break: bool = False,
    may_return: bool = False,
    reports: Path | None = None,
    clock: Clock = now,
) -> Acceptance:
    """Take one file into the warehouse of a home and return its acceptance report.

    `received_on` is the day it came (today, where the home's country is). A dry run does everything in memory and
    keeps nothing. `may_shrink` confirms that a file with far fewer rows than the extract it would replace is meant,
    `may_break` that figures in another unit or scale than before are, `may_return` that a file which was withdrawn is
    to count again. `reports` is a folder for the report: by default that of the home, for a dry run none.
    Raises FileRejected or IdentifierFound (nothing of the file is kept, a report and for identifiers a receipt
    say why), WarehouseInUse, WrongArguments for an unknown source, ProfileInvalid for a wrong home.toml.
    """
    desk = desk_of(home, received_on, is_trial=dry_run, reports=reports, clock=clock)
    if source is not None:
        named(source, home / "profiles")  # a wrong name is wrong, whatever the file
    form = _form(desk, path, source)
    with warehouse_of(desk) as (con, held), workplace(home, is_trial=dry_run) as working:
        may = _Confirmed(may_shrink=may_shrink, may_break=may_break, may_return=may_return)
        return _settled(con, held, desk, path, form, source, working, may)


def ingest_again(
    con: duckdb.DuckDBPyConnection, home: Path, path: Path, source: str, received_on: date, working: Path
) -> Acceptance:
    """Take a file that was taken in before into another warehouse, open for writing, as it was taken in then.

    No report is written; whatever was confirmed then is confirmed. Raises what `ingest_file` does.
    """
    desk = replace(desk_of(home, received_on, is_trial=False, reports=None), reports=None)
    may = _Confirmed(may_shrink=True, may_break=True, may_return=True)
    return _settled(con, "", desk, path, form_of(path), source, working, may)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Confirmed:
    """What a person said is meant: far fewer rows, figures in another unit or scale, a withdrawn file again."""

    may_shrink: bool
    may_break: bool
    may_return: bool


def _settled(
    con: duckdb.DuckDBPyConnection,
    held: str,
    desk: Desk,
    path: Path,
    form: Form,
    source: str | None,
    working: Path,
    may: _Confirmed,
) -> Acceptance:
    with ThreadPoolExecutor(max_workers=1) as beside:
        hashed = beside.submit(digest, path)
        extract: _Extract | None = None
        try:
            size = path.stat().st_size
            known = loaded_before(con, desk, held, path, size, hashed, may_return=may.may_return)
            if known is not None:
                return desk.keep(with_marked_copy(desk, path, known, marks_of(con, known.vintage_id or 0), working))
            extract = _open(path, form, source, desk.home, working)
            loaded, marks = _take_in(con, desk, held, extract, hashed, beside, may)
            return desk.keep(with_marked_copy(desk, path, loaded, marks, working))
        except FileRejected as refusal:
            profile = extract.profile if extract else None
            refusal.is_synthetic = _is_synthetic(con, path, extract.titles if extract else (), profile)
            _keep_refusal(desk, path, profile, source or "", _digest_of(hashed.result), refusal, working)
            raise


def _form(desk: Desk, path: Path, source: str | None) -> Form:
    try:
        return form_of(path)
    except FileRejected as refusal:
        if is_file(path):  # of what is not there, or a folder, there is no report
            _keep_refusal(desk, path, None, source or "", _digest_of(lambda: digest(path)), refusal, None)
        raise


def _digest_of(hashed: Callable[[], str]) -> str:
    """The digest of a file, empty where it cannot be read to its end."""
    try:
        return hashed()
    except FileRejected:
        return ""


def _keep_refusal(
    desk: Desk,
    path: Path,
    profile: Profile | None,
    source: str,
    sha256: str,
    refusal: FileRejected,
    working: Path | None,
) -> None:
    """Keep that a file was refused and why; of one with identifiers only digest, size, rule and place."""
    if isinstance(refusal, IdentifierFound) and sha256 and not desk.is_trial:
        note_identifiers(desk, path.stat().st_size, source, sha256)
    report = refused(desk, path, profile, source, sha256, refusal)
    if working is not None:
        report = with_marked_copy(desk, path, report, refusal.marks, working)
    refusal.report = desk.page_of(desk.keep(report))


_RECORDS: Mapping[Form, Callable[[Path], SheetRows]] = {"px": read_px, "json": read_json, "sdmx": read_sdmx}


def _open(path: Path, form: Form, source: str | None, home: Path, working: Path) -> _Extract:
    folder = home / "profiles"
    stat = path.stat()
    content: Content
    if form == "workbook":
        grids, unresolved = with_unresolved(path, read_grids(path))
        profile = choose_for_workbook(path, grids, source, folder)
        rows = rows_of(grids, profile)
        content = replace(rows, notes=(*rows.notes, *unresolved, *workbook_notes(path)))
        refuse_beside(path, grids, content, profile)
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
    desk: Desk,
    held: str,
    extract: _Extract,
    hashed: Future[str],
    beside: ThreadPoolExecutor,
    may: _Confirmed,
) -> tuple[Acceptance, Marks]:
    compiled = compile_profile(extract.profile, extract.content.headers, desk.day)
    staged = _stage(con, extract, compiled)
    refuse_suspects(con, compiled, staged)
    copied = None if desk.is_trial else beside.submit(copy_in, desk.home, extract.path)
    vintage_date, remarks = dated(con, compiled, extract.path.name, extract.titles, desk.day)
    remarks += _unread_columns(extract) + extract.content.notes
    is_synthetic = _is_synthetic(con, extract.path, extract.titles, extract.profile)
    con.execute("BEGIN TRANSACTION")
    try:
        loaded = load(con, compiled, staged, vintage_date)
        marks = marks_of(con, loaded.vintage_id)
        _refuse_if_none_fits(extract, loaded, marks)
        if not may.may_shrink:
            refuse_if_shrunk(con, loaded, extract.path.name, vintage_date)
        vintage = vintage_of(loaded.profile, loaded.vintage_id, vintage_date, held)
        shifts = breaks_of(con, vintage)
        if shifts and not may.may_break:
            raise broken(extract.path.name, shifts)
        record_breaks(con, vintage, shifts)
        mark_breaks(con, vintage)
        if shifts:
            remarks += (CONFIRMED, *sentences(shifts))
        receipt = _receipt(extract, hashed.result(), desk)
        if extract_of(con, receipt.sha256) is not None:  # else `loaded_before` would have answered: it was withdrawn
            count_again(con, loaded.vintage_id, vintage_date, desk.day, desk.moment())
            remarks += (said("The file was withdrawn before; it counts again from {day} on.", day=desk.day),)
        loaded.record(con, receipt, vintage_date, is_synthetic=is_synthetic)
        acceptance = taken(con, desk, held, loaded, receipt, vintage_date, staged, remarks, is_synthetic=is_synthetic)
        if copied is not None:
            copy = copied.result()
            _refuse_changed(extract)
            settle(desk.home, copy, receipt)
        con.execute("ROLLBACK" if desk.is_trial else "COMMIT")
    except BaseException:
        con.execute("ROLLBACK")
        if copied is not None:
            copied.exception()  # wait: what is still being copied would be left behind
        raise
    return acceptance, marks


def _stage(con: duckdb.DuckDBPyConnection, extract: _Extract, compiled: Compiled) -> Staged:
    content = extract.content
    if isinstance(content, TextTable):
        staged = stage_text(con, content, compiled)
    elif isinstance(content, ParquetTable):
        staged = stage_parquet(con, content, compiled)
    else:
        staged = stage_sheet(con, content, compiled)
    if staged.rows + len(staged.unreadable) == 0:
        raise FileRejected(
            said("{file} has a header and no rows.", file=extract.path.name),
            advice=said("Send the file with its rows."),
        )
    return staged


def _refuse_if_none_fits(extract: _Extract, loaded: Loaded, marks: Marks) -> None:
    if loaded.rows_accepted:
        return
    worst = "; ".join(f"{item.rule} × {item.count} ({item.cells[0]}, …)" for item in loaded.problems[:3])
    name = extract.profile.name
    refusal = FileRejected(
        said(
            "{file}: none of its {rows} rows fits {source}: {worst}.",
            file=extract.path.name,
            rows=loaded.rows_read,
            source=name,
            worst=worst,
        ),
        advice=said("`tip-trends sources {source}` says what each column must hold.", source=name),
    )
    refusal.problems, refusal.rows_read, refusal.marks = loaded.problems, loaded.rows_read, marks
    raise refusal


def _refuse_changed(extract: _Extract) -> None:
    stat = extract.path.stat()
    if (stat.st_size, stat.st_mtime_ns) != extract.state:
        raise FileRejected(
            said("{file} changed while it was read.", file=extract.path.name),
            advice=said("Wait until it is written completely, then try again."),
        )


def _receipt(extract: _Extract, sha256: str, desk: Desk) -> Receipt:
    return Receipt(
        sha256=sha256,
        size_bytes=extract.state[0],
        file_name=name_of(extract.path),
        received_at=desk.moment(),
        source=extract.profile.name,
        contract_version=extract.profile.version,
        received_on=desk.day.isoformat(),
    )


def _is_synthetic(con: duckdb.DuckDBPyConnection, path: Path, titles: tuple[str, ...], profile: Profile | None) -> bool:
    """Whether the file says that it is invented, in capitals where its source is called synthetic by its publisher.

    A data set synthesised from real persons is no invention: its editions need two persons like any other.
    """
    is_a_name = profile is not None and SYNTHETIC.lower() in profile.name
    if any(SYNTHETIC in (text if is_a_name else text.upper()) for text in (path.name, *titles)):
        return True
    with suppress(duckdb.CatalogException):  # refused before its rows were read
        return count(con, f"SELECT count(*) FROM {STAGED} WHERE is_synthetic") > 0
    return False


def _unread_columns(extract: _Extract) -> tuple[Message, ...]:
    profile = extract.profile
    known = {*profile.headers, *profile.status_headers}
    unread = [header for header in extract.content.headers if header and header not in known]
    strange = [header for header in unread if not profile.is_ignored(header)]
    if not strange:
        return ()
    return (said("Columns that the contract does not know were left out: {columns}.", columns=", ".join(strange)),)
