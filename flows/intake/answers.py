"""The acceptance report of each kind of end: a file was taken, was there already, or was refused."""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import replace
from datetime import date
from pathlib import Path

import duckdb

from flows.holdings.anonymity import anonymity_of
from flows.holdings.due import timeliness
from flows.holdings.received import Receipt, folder_of, name_of, size_of, write_receipt
from flows.holdings.replaced import vintage_of
from flows.holdings.withdrawals import Held, extract_of
from flows.intake.comparison import areas_of, blanks_of, compared, years_of
from flows.intake.desk import Desk, fetch
from flows.intake.loading import Loaded
from flows.intake.problems import known_faults, problems_of
from flows.intake.reconciliation import sums_of
from flows.intake.staging import Staged, count
from transforms.acceptance import Acceptance, Sums, Timeliness, Unit, Verdict
from transforms.errors import FileRejected, IdentifierFound, TipTrendsError
from transforms.messages import Message, counted, said
from transforms.sources.profile import Profile
from transforms.sources.registry import named

IDENTIFIERS = "direct_identifiers"


def taken(
    con: duckdb.DuckDBPyConnection,
    desk: Desk,
    held: str,
    loaded: Loaded,
    receipt: Receipt,
    vintage_date: date,
    staged: Staged,
    remarks: tuple[Message, ...],
    *,
    is_synthetic: bool,
) -> Acceptance:
    """The report of a file whose rows are in the warehouse; made before they are committed."""
    sound: Verdict = "accepted with remarks" if remarks else "accepted"
    given = Acceptance(
        file_name=receipt.file_name,
        sha256=receipt.sha256,
        size_bytes=receipt.size_bytes,
        source=loaded.profile.name,
        verdict="partly accepted" if loaded.rows_quarantined else sound,
        received_on=desk.day,
        vintage_id=loaded.vintage_id,
        vintage_date=vintage_date,
        contract_version=loaded.profile.version,
        sheet=staged.sheet_name(con),
        row_word=staged.row_word,
        rows_read=loaded.rows_read,
        rows_accepted=loaded.rows_accepted,
        rows_quarantined=loaded.rows_quarantined,
        problems=loaded.problems,
        remarks=remarks,
        is_synthetic=is_synthetic,
        is_trial=desk.is_trial,
    )
    return _in_context(con, desk, held, given, loaded.profile, loaded.vintage_id, vintage_date)


def loaded_before(
    con: duckdb.DuckDBPyConnection,
    desk: Desk,
    held: str,
    path: Path,
    size: int,
    hashed: Future[str],
    *,
    may_return: bool,
) -> Acceptance | None:
    """The report of the same file if it was loaded before. The digest is waited for only if the size is known.

    `may_return`: a file that was withdrawn is taken in again, as if it had not been loaded.
    """
    if not count(con, f"SELECT count(*) FROM raw.vintages WHERE size_bytes = {size}"):
        return None
    last = extract_of(con, hashed.result())
    if last is None or (may_return and last.withdrawn_from is not None):
        return None
    vintage_id, source, day = last.vintage_id, last.source, last.vintage_date
    read, accepted, refused, loaded_at, version, synthetic = con.execute(
        "SELECT rows_read, rows_accepted, rows_quarantined, loaded_at, contract_version, is_synthetic "
        "FROM raw.vintages WHERE vintage_id = ?",
        [vintage_id],
    ).fetchall()[0]
    given = Acceptance(
        file_name=name_of(path),
        sha256=hashed.result(),
        size_bytes=size,
        source=source,
        verdict="already loaded",
        received_on=desk.day,
        vintage_id=vintage_id,
        vintage_date=day,
        contract_version=version,
        rows_read=read,
        rows_accepted=accepted,
        rows_quarantined=refused,
        remarks=_loaded_on(desk.day_of(loaded_at), last),
        is_synthetic=synthetic == "yes",
        is_trial=desk.is_trial,
    )
    forms = _forms(source, desk.home)
    if not forms:
        return given
    fetch(con, held, forms[0].table, vintage_id)
    given = replace(given, problems=problems_of(con, vintage_id, known_faults(forms), {}))
    return _in_context(con, desk, held, given, forms[0], vintage_id, day)


def _loaded_on(day: date, last: Held) -> tuple[Message, ...]:
    if last.withdrawn_from is None:
        return (said("The same file was loaded on {day}; nothing was changed.", day=day),)
    return (
        said(
            "The same file was loaded on {day} and withdrawn: from {withdrawn} on it does not count. "
            "The reason given: {reason}",
            day=day,
            withdrawn=last.withdrawn_from,
            reason=last.reason or "",
        ),
        said("If it is to count again, take it in with `tip-trends ingest FILE --again`. Nothing was changed now."),
    )


def _forms(source: str, home: Path) -> tuple[Profile, ...]:
    try:
        return named(source, home / "profiles")
    except TipTrendsError:  # its profile was taken away since
        return ()


def _in_context(
    con: duckdb.DuckDBPyConnection,
    desk: Desk,
    held: str,
    given: Acceptance,
    profile: Profile,
    vintage_id: int,
    day: date,
) -> Acceptance:
    """The report with what only the warehouse and the country's deadlines can tell."""
    vintage = vintage_of(profile, vintage_id, day, held)
    areas, bodies = areas_of(con, vintage)
    sums = sums_of(con, profile, vintage_id)
    if sums is not None and sums.mismatches:
        verdict: Verdict = "accepted with remarks" if given.verdict == "accepted" else given.verdict
        given = replace(given, verdict=verdict, remarks=(*given.remarks, _disagreement(sums)))
    return replace(
        given,
        sums=sums,
        source_title=profile.title,
        unit=_unit(profile),
        years=years_of(con, vintage),
        timeliness=timeliness(desk.country, profile.name, areas, bodies, day),
        comparison=compared(con, vintage),
        blanks=blanks_of(con, vintage),
        anonymity=anonymity_of(con, vintage),
    )


def _disagreement(sums: Sums) -> Message:
    return counted(
        "{n} total does not agree with the sum of its parts; it is listed under “Sums and totals”.",
        "{n} totals do not agree with the sum of their parts; they are listed under “Sums and totals”.",
        len(sums.mismatches) + sums.more,
    )


def _unit(profile: Profile) -> Unit:
    return "figure" if profile.layout.get("kind") == "crosstab" else "row"


def refused(
    desk: Desk, path: Path, profile: Profile | None, source: str, sha256: str, refusal: FileRejected
) -> Acceptance:
    """The report of a file that was refused, and why; of one with identifiers no name and no value."""
    is_personal = isinstance(refusal, IdentifierFound)
    return Acceptance(
        file_name="" if is_personal else name_of(path),
        sha256=sha256,
        size_bytes=size_of(path),
        source=profile.name if profile else source,
        source_title=profile.title if profile else "",
        contract_version=profile.version if profile else "",
        verdict="rejected",
        received_on=desk.day,
        unit=_unit(profile) if profile else "row",
        rows_read=refusal.rows_read,
        rows_quarantined=refusal.rows_read,
        problems=refusal.problems,
        timeliness=_awaited(desk, profile.name) if profile else None,
        reason=(PERSONAL,) if is_personal else refusal.reason,
        remedy=(PERSONAL_REMEDY,) if is_personal else refusal.remedy,
        rule=IDENTIFIERS if is_personal else "",
        suspects=refusal.suspects if isinstance(refusal, IdentifierFound) else (),
        is_synthetic=refusal.is_synthetic,
        is_trial=desk.is_trial,
    )


def _awaited(desk: Desk, source: str) -> Timeliness | None:
    """The deadline of a file of which areas and bodies are not known: the earliest of its source."""
    areas = (desk.country.code,) if desk.country else ()
    return timeliness(desk.country, source, areas, (), desk.day)


PERSONAL = said("The file holds data that identify persons. Nothing of its content was kept.")
PERSONAL_REMEDY = said(
    "Remove these columns and texts, put a keyed hash (person_key) in place of the person, and send the file again. "
    "Delete the copies that lie elsewhere."
)


def note_identifiers(desk: Desk, size: int, source: str, sha256: str) -> None:
    """Keep of a file with identifiers its digest, size and rule, and nothing else."""
    if folder_of(desk.home, sha256).exists():
        return
    write_receipt(
        desk.home,
        Receipt(
            sha256=sha256,
            size_bytes=size,
            file_name="",
            received_at=desk.moment(),
            source=source,
            contract_version="",
            rule=IDENTIFIERS,
        ),
    )
