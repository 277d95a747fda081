"""From `staged` rows to core and quarantine tables within one open transaction, and the record of what was loaded."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import duckdb

from flows.holdings.received import Receipt
from flows.intake.problems import problems_of, unknown_codes
from flows.intake.staging import Staged, count
from transforms.acceptance import Problem
from transforms.errors import FileRejected
from transforms.indicators.as_of import streams_held
from transforms.messages import said
from transforms.sources.cells import Fault
from transforms.sources.compiler import FLAWED, STAGED, Compiled
from transforms.sources.profile import Profile
from transforms.sources.rule_faults import unique_faults

NOTICEABLE = 100
"""Rows of an extract below which a list may shrink to anything without a question."""
SHRUNK = 0.5
"""Part of the replaced rows below which a file is stopped."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """What one extract brought; rows_read = rows_accepted + rows_quarantined holds, or loading has failed."""

    profile: Profile
    vintage_id: int
    rows_read: int
    rows_accepted: int
    problems: tuple[Problem, ...]
    sheets: Mapping[str, int]

    @property
    def rows_quarantined(self) -> int:
        """Rows refused."""
        return self.rows_read - self.rows_accepted

    def record(
        self, con: duckdb.DuckDBPyConnection, receipt: Receipt, vintage_date: date, *, is_synthetic: bool
    ) -> None:
        """Write the vintage, its streams and the sheets that it was read from."""
        con.execute(
            "INSERT INTO raw.vintages VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                self.vintage_id,
                self.profile.name,
                receipt.sha256,
                receipt.file_name,
                receipt.size_bytes,
                vintage_date,
                receipt.received_at,
                self.profile.version,
                self.rows_read,
                self.rows_accepted,
                self.rows_quarantined,
                "yes" if is_synthetic else "no",
            ],
        )
        con.execute(
            f"INSERT INTO raw.vintage_streams SELECT vintage_id, stream, count(*) FROM {self.profile.table.name} "
            "WHERE vintage_id = ? GROUP BY ALL ORDER BY ALL",
            [self.vintage_id],
        )
        if self.sheets:
            rows = [(self.vintage_id, sheet, read) for sheet, read in self.sheets.items()]
            con.executemany("INSERT INTO raw.vintage_sheets VALUES (?, ?, ?)", rows)


def load(con: duckdb.DuckDBPyConnection, compiled: Compiled, staged: Staged, vintage_date: date) -> Loaded:
    """Check and map what is staged: sound rows into the core table, the others into quarantine.rows."""
    profile = compiled.profile
    vintage_id = _next_vintage(con)
    for statement in compiled.lookups():
        con.execute(statement)
    statement, faults = compiled.flaws(vintage_date)
    con.execute(statement)
    numbered = list(faults)
    for rule in profile.rules:
        if rule.kind == "unique":
            con.execute(compiled.repeats(rule, len(numbered), profile.name))
            numbered += unique_faults(rule)
    _insert(con, compiled, staged, vintage_id)
    refused = count(con, f"SELECT count(DISTINCT row_id) FROM {FLAWED}") + len(staged.unreadable)
    problems = _quarantine(con, compiled, staged, vintage_id, numbered) if refused else ()
    accepted = count(con, f"SELECT count(*) FROM {profile.table.name} WHERE vintage_id = {vintage_id}")
    read = staged.rows + len(staged.unreadable)
    if read != accepted + refused:
        raise RuntimeError(f"{read} rows were read but {accepted} accepted and {refused} refused")
    return Loaded(
        profile=profile,
        vintage_id=vintage_id,
        rows_read=read,
        rows_accepted=accepted,
        problems=problems,
        sheets=staged.sheets(con),
    )


def refuse_if_shrunk(con: duckdb.DuckDBPyConnection, loaded: Loaded, file_name: str, vintage_date: date) -> None:
    """Stop a file that would replace a much longer extract: most likely a part of it, or only its newest rows.

    Compares what is accepted with what is current of the same streams. Raises FileRejected.
    """
    held, known = con.execute(
        f"WITH standing AS ({streams_held(vintage_date)}) "
        "SELECT coalesce(sum(s.rows_accepted), 0)::BIGINT, max(c.vintage_date) "
        "FROM standing AS c JOIN raw.vintage_streams AS s USING (vintage_id, stream) WHERE c.source = ? "
        f"AND c.stream IN (SELECT DISTINCT stream FROM {loaded.profile.table.name} WHERE vintage_id = ?)",
        [loaded.profile.name, loaded.vintage_id],
    ).fetchall()[0]
    if held >= NOTICEABLE and loaded.rows_accepted < SHRUNK * held:
        raise FileRejected(
            said(
                "{file} has {accepted} sound rows where the extract of {earlier}, which it would replace, has {held}. "
                "A later extract holds everything the earlier one held, corrected and continued.",
                file=file_name,
                accepted=loaded.rows_accepted,
                earlier=known,
                held=held,
            ),
            advice=said("Send the whole list. If so few rows are meant: tip-trends ingest FILE --may-shrink."),
        )


def _next_vintage(con: duckdb.DuckDBPyConnection) -> int:
    return count(con, "SELECT coalesce(max(vintage_id), 0) + 1 FROM raw.vintages")


def _insert(con: duckdb.DuckDBPyConnection, compiled: Compiled, staged: Staged, vintage_id: int) -> None:
    table = compiled.profile.table
    mapped = compiled.mapped(vintage_id=vintage_id, record_no=staged.record_no, source=compiled.profile.name)
    # Rows carry their number, so their order in the table is free: two threads then write side by side.
    con.execute("SET preserve_insertion_order = false")
    con.execute(f"INSERT INTO {table.name} ({', '.join(table.names)}) {mapped}")
    con.execute("SET preserve_insertion_order = true")


def _quarantine(
    con: duckdb.DuckDBPyConnection, compiled: Compiled, staged: Staged, vintage_id: int, faults: list[Fault]
) -> tuple[Problem, ...]:
    rules = [fault.rule for fault in faults]
    headers = [fault.header for fault in faults]
    letters = [staged.letter(header, compiled.headers) for header in headers]
    con.execute(
        "CREATE TEMP TABLE faults AS SELECT unnest(range(len(rules)))::INTEGER AS fault, unnest(rules) AS rule, "
        "unnest(headers) AS header, unnest(letters) AS letter "
        "FROM (SELECT ?::VARCHAR[] AS rules, ?::VARCHAR[] AS headers, ?::VARCHAR[] AS letters)",
        [rules, headers, letters],
    )
    number = staged.record_no
    place = f"CASE WHEN letter = '' THEN '{staged.row_word} ' || {number} ELSE letter || {number} END"
    if staged.cell is not None:
        place = f"coalesce({staged.cell}, {place})"
    con.execute(
        f"INSERT INTO quarantine.rows SELECT {vintage_id}, {staged.sheet}, {number}, header, {place}, rule "
        f"FROM {FLAWED} JOIN {STAGED} ON {STAGED}.rowid = {FLAWED}.row_id JOIN faults USING (fault) "
        f"ORDER BY {FLAWED}.row_id, fault"
    )
    if staged.unreadable:
        con.executemany(
            f"INSERT INTO quarantine.rows VALUES ({vintage_id}, '', ?, '', ?, ?)",
            [(line, f"line {line}", fault.rule) for line, fault in staged.unreadable],
        )
    known = [*faults, *(fault for _, fault in staged.unreadable)]
    by_place = {(fault.rule, fault.header): fault for fault in known}
    return problems_of(con, vintage_id, by_place, unknown_codes(con, compiled.noted))
