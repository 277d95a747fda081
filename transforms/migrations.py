"""The schema of the warehouse through the years: what each version of it brought, in SQL that is never changed again.

A warehouse of version 7 becomes one of version 8 by the migration to 8, and so on. What stands here is what was done
then, not what the declarations in `transforms/tables.py` say today: who adds a migration leaves the earlier ones alone.
Versions 1 to 10 did not write down what they were. They are recognised by what they hold, so each migration to one of
them has no effect where a program before version 11 had already made what it brings.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from transforms.contracts import types_ddl

FIRST = 1
SHEETS_SINCE = 9
"""The first version that kept the sheets of workbooks; of files that were loaded before, none are held."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Migration:
    """What leads from the version before to `version`.

    `does` says it in a sentence. `brings` is what a warehouse of that version holds and an earlier one does not, for
    those that did not write down their version: a table, a macro, a type, or a code of a column. `changes` are tables
    whose columns are changed; what they held is compared before and after. `makes_types` is for lists that no column
    uses by name yet: those of today are made.
    """

    version: int
    does: str
    statements: tuple[str, ...] = ()
    brings: str = ""
    changes: tuple[str, ...] = ()
    makes_types: bool = False

    @property
    def sql(self) -> tuple[str, ...]:
        """Its statements in order."""
        return (*types_ddl(), *self.statements) if self.makes_types else self.statements


_CORE = ("cases", "observations", "population")
_CURRENT = """CREATE OR REPLACE MACRO core.{table}_as_of(day) AS TABLE
  SELECT t.* FROM core.{table} AS t SEMI JOIN (
    SELECT s.vintage_id, s.stream, v.source, v.vintage_date
    FROM raw.vintage_streams AS s JOIN raw.vintages AS v USING (vintage_id)
    WHERE {counts}v.vintage_date <= day
    QUALIFY row_number() OVER (PARTITION BY v.source, s.stream ORDER BY v.vintage_date DESC, v.vintage_id DESC) = 1
  ) AS c USING (vintage_id, stream)"""
_NOT_WITHDRAWN = (
    "s.vintage_id NOT IN (SELECT vintage_id FROM raw.withdrawals "
    "WHERE withdrawn_from <= day AND (withdrawn_until IS NULL OR withdrawn_until > day)) AND "
)
_MEANS = """CREATE TYPE means_of_control_code AS ENUM ('debt_bondage', 'takes_earnings', 'restricts_financial_access',
  'threats', 'psychological_abuse', 'physical_abuse', 'sexual_abuse', 'false_promises', 'psychoactive_substances',
  'restricts_movement', 'restricts_medical_care', 'excessive_working_hours', 'threatens_children_or_family',
  'threat_of_law_enforcement', 'withholds_necessities', 'withholds_documents', 'debt_bondage_or_earnings',
  'any_abuse', 'denies_basic_needs', 'other', 'unknown', 'not_reported')"""
_BREAKS = """CREATE TABLE IF NOT EXISTS raw.breaks (vintage_id INTEGER NOT NULL, source VARCHAR NOT NULL,
  series VARCHAR NOT NULL, ref_area VARCHAR NOT NULL, time_period VARCHAR NOT NULL, sex VARCHAR NOT NULL,
  age VARCHAR NOT NULL, form VARCHAR NOT NULL, category VARCHAR NOT NULL, kind VARCHAR NOT NULL,
  unit_before VARCHAR NOT NULL, unit VARCHAR NOT NULL, ratio DOUBLE)"""
_WITHDRAWALS = """CREATE TABLE IF NOT EXISTS raw.withdrawals (vintage_id INTEGER NOT NULL, withdrawn_from DATE NOT NULL,
  withdrawn_until DATE, withdrawn_at VARCHAR NOT NULL, reason VARCHAR NOT NULL)"""
_ESTIMATES = """CREATE TABLE IF NOT EXISTS mart.estimates (run_id VARCHAR NOT NULL, estimate_key VARCHAR NOT NULL,
  method VARCHAR NOT NULL, estimate DOUBLE, lower DOUBLE, upper DOUBLE, level DOUBLE NOT NULL, unit VARCHAR NOT NULL,
  refusal VARCHAR NOT NULL, answer VARCHAR NOT NULL)"""
_ENTRIES = """CREATE TABLE IF NOT EXISTS ledger.entries (seq INTEGER NOT NULL, acted_at VARCHAR NOT NULL,
  act VARCHAR NOT NULL, person VARCHAR NOT NULL, edition VARCHAR NOT NULL, scope VARCHAR NOT NULL,
  audience VARCHAR NOT NULL, run_id VARCHAR NOT NULL, as_of DATE NOT NULL, manifest_sha256 VARCHAR NOT NULL,
  files_sha256 VARCHAR NOT NULL, context VARCHAR NOT NULL, controls VARCHAR NOT NULL, reason VARCHAR NOT NULL,
  is_self_approved BOOLEAN NOT NULL, version INTEGER NOT NULL, previous VARCHAR NOT NULL, hash VARCHAR NOT NULL)"""
_PUBLICATIONS = """CREATE TABLE IF NOT EXISTS ledger.publications (manifest_sha256 VARCHAR NOT NULL,
  document VARCHAR NOT NULL)"""
_SHEETS = """CREATE TABLE IF NOT EXISTS raw.vintage_sheets (vintage_id INTEGER NOT NULL, sheet VARCHAR NOT NULL,
  rows_read BIGINT NOT NULL)"""
_RUNS = """CREATE TABLE IF NOT EXISTS ledger.runs (seq INTEGER NOT NULL, made_at VARCHAR NOT NULL, act VARCHAR NOT NULL,
  edition VARCHAR NOT NULL, scope VARCHAR NOT NULL, audience VARCHAR NOT NULL, run_id VARCHAR NOT NULL,
  counts_id VARCHAR NOT NULL, as_of DATE NOT NULL, manifest_sha256 VARCHAR NOT NULL, extracts VARCHAR[] NOT NULL,
  awaited VARCHAR[] NOT NULL, code_version VARCHAR NOT NULL, code_sha256 VARCHAR NOT NULL,
  libraries_sha256 VARCHAR NOT NULL, platform VARCHAR NOT NULL, account VARCHAR NOT NULL, previous VARCHAR NOT NULL,
  hash VARCHAR NOT NULL)"""
_LIBRARIES = """CREATE TABLE IF NOT EXISTS ledger.libraries (libraries_sha256 VARCHAR NOT NULL,
  libraries VARCHAR[] NOT NULL)"""
WRITTEN_DOWN = (
    "CREATE SCHEMA IF NOT EXISTS meta",
    """CREATE TABLE IF NOT EXISTS meta.schema_versions (version INTEGER NOT NULL, does VARCHAR NOT NULL,
  made_by VARCHAR NOT NULL, made_at VARCHAR NOT NULL)""",
)
"""Where a warehouse keeps which version it is of; made before the first migration, in the transaction of it."""

MIGRATIONS = (
    Migration(
        version=2,
        does="Code lists have names of their own.",
        brings="type status_code",
        makes_types=True,
    ),
    Migration(
        version=3,
        does="Whoever queries the warehouse can ask for the rows that were current on a day.",
        statements=tuple(_CURRENT.format(table=table, counts="") for table in _CORE),
        brings="macro core.cases_as_of",
    ),
    Migration(
        version=4,
        does="Means of control has the three codes that stand for several of its others in the global data.",
        statements=(
            "ALTER TABLE core.cases ALTER COLUMN means_of_control SET DATA TYPE VARCHAR[]",
            "DROP TYPE IF EXISTS means_of_control_code",
            _MEANS,
            "ALTER TABLE core.cases ALTER COLUMN means_of_control SET DATA TYPE means_of_control_code[]",
        ),
        brings="code core.cases.means_of_control any_abuse",
        changes=("core.cases",),
    ),
    Migration(
        version=5,
        does="Breaks in lines of figures are written down when they are confirmed.",
        statements=(_BREAKS,),
        brings="table raw.breaks",
    ),
    Migration(
        version=6,
        does="Extracts can be withdrawn from a day on, which the rows current on a day heed.",
        statements=(_WITHDRAWALS, *(_CURRENT.format(table=table, counts=_NOT_WITHDRAWN) for table in _CORE)),
        brings="table raw.withdrawals",
    ),
    Migration(
        version=7,
        does="Answers of statistical methods on unprotected counts are kept.",
        statements=(_ESTIMATES,),
        brings="table mart.estimates",
    ),
    Migration(
        version=8,
        does="There is a ledger of what was done with editions, with every manifest that readers were given.",
        statements=(_ENTRIES, _PUBLICATIONS),
        brings="table ledger.entries",
    ),
    Migration(
        version=SHEETS_SINCE,
        does="Sheets of workbooks are kept.",
        statements=(_SHEETS,),
        brings="table raw.vintage_sheets",
    ),
    Migration(
        version=10,
        does="What made each edition is kept: program, libraries, extracts, computer.",
        statements=(_RUNS, _LIBRARIES),
        brings="table ledger.runs",
    ),
    Migration(
        version=11,
        does="The warehouse says of which version its schema is.",
    ),
)
"""In their order, without gaps."""
SCHEMA_VERSION = MIGRATIONS[-1].version
"""What this program makes and works with."""


def recognised(held: Collection[str]) -> int:
    """The version of a warehouse that did not write it down, by what it holds, in the words of `brings`.

    One that lacks something of a version is of an earlier one, whatever else it holds: a program before version 11
    added tables that were missing, and did not change the columns of those that were there.
    """
    version = FIRST
    for migration in MIGRATIONS:
        if not migration.brings or migration.brings not in held:
            break
        version = migration.version
    return version


def missing_since(version: int) -> tuple[Migration, ...]:
    """What leads from a version to the present one, in order."""
    return tuple(one for one in MIGRATIONS if one.version > version)
