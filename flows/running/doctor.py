"""Checks of an installation and a home: each says what was found and, if it is not well, what to do."""

from __future__ import annotations

import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec

from flows.editions.ledger import ledger_found
from flows.home import Home
from flows.running.prefect_setup import QUIET, environment
from flows.upkeep.health import findings
from flows.warehouse import read_warehouse
from transforms.contracts import warehouse_ddl
from transforms.errors import NoData, TipTrendsError

PACKAGES = ("tip-trends", "prefect", "duckdb", "polars", "matplotlib", "statsmodels", "scipy", "numpy")
LETTERS = "ÄäÇçŇňÖöŞşÜüÝýŽžЖжЩщЫыЁё"
"""Letters of Turkmen and Russian that charts must be able to draw."""

LEAST_FREE_GIB = 2.0
_GIB = 1024**3


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One check: what was looked at, what was found, and the remedy where it is not well."""

    name: str
    is_well: bool
    found: str
    remedy: str = ""


def checks(home: Home) -> tuple[Check, ...]:
    """All checks, in the order in which a person would repair things; none changes the home's data."""
    kept = (Check(**asdict(finding)) for finding in findings(home))
    return (*(check(home) for check in CHECKS), *kept)


def _python(_: Home) -> Check:
    found = f"Python {platform.python_version()} on {platform.system()} {platform.machine()}"
    return Check(
        name="python", is_well=sys.version_info >= (3, 11), found=found, remedy="Install Python 3.11 or newer."
    )


def _packages(_: Home) -> Check:
    found, missing = [], []
    for name in PACKAGES:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            missing.append(name)
    return Check(
        name="packages",
        is_well=not missing,
        found=", ".join(found + [f"{name} missing" for name in missing]),
        remedy="Install the product again with: python -m pip install .",
    )


def _settings(home: Home) -> Check:
    try:
        settings = home.settings()
    except TipTrendsError as problem:
        return Check(name="settings", is_well=False, found=problem.message, remedy=problem.advice)
    found = f"country {settings.country or 'none: scope world'}, audiences {', '.join(settings.audiences)}"
    return Check(name="settings", is_well=True, found=f"{found}, languages {', '.join(settings.languages)}")


def _writable(home: Home) -> Check:
    try:
        home.folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=home.folder):
            pass
    except OSError as problem:
        return Check(
            name="home",
            is_well=False,
            found=f"{home.folder} cannot be written to ({problem.strerror})",
            remedy="Choose a folder of your own with --home DIR.",
        )
    return Check(name="home", is_well=True, found=f"{home.folder.resolve()} can be written to")


def _disk(home: Home) -> Check:
    free = shutil.disk_usage(home.folder if home.folder.is_dir() else ".").free / _GIB
    return Check(
        name="disk",
        is_well=free >= LEAST_FREE_GIB,
        found=f"{free:.1f} GiB free",
        remedy=f"Free some space: {LEAST_FREE_GIB:.0f} GiB are the least for a home.",
    )


def _warehouse(home: Home) -> Check:
    """Also tells whether another process holds the lock."""
    expected = {name for name in (_table(statement) for statement in warehouse_ddl()) if name}
    try:
        with read_warehouse(home.folder) as con:
            rows = con.execute("SELECT table_schema || '.' || table_name FROM information_schema.tables").fetchall()
            vintages = con.execute("SELECT count(*) FROM raw.vintages").fetchall()[0][0]
    except NoData:
        return Check(name="warehouse", is_well=True, found="none yet")
    except TipTrendsError as problem:
        return Check(name="warehouse", is_well=False, found=problem.message, remedy=problem.advice)
    missing = sorted(expected - {name for (name,) in rows})
    return Check(
        name="warehouse",
        is_well=not missing,
        found=f"{vintages} vintages" if not missing else f"tables are missing: {', '.join(missing)}",
        remedy="Any command that writes (ingest, publish) adds missing tables.",
    )


def _ledger(home: Home) -> Check:
    """Whether both copies of the ledger agree, and know every edition in the folders."""
    found, problem = ledger_found(home)
    if problem is not None:
        return Check(name="ledger", is_well=False, found=problem.message, remedy=problem.advice)
    if found is None or not (found.entries or found.before):
        return Check(name="ledger", is_well=True, found="nothing was published yet")
    told = f"{len(found.entries)} entries in two copies that agree"
    if found.before:
        told += f"; {len(found.before)} older editions are taken over at the next publish"
    if not found.is_copied:
        told += "; the last entry is copied at the next publish"
    return Check(name="ledger", is_well=True, found=told)


def _table(statement: str) -> str:
    before = "CREATE TABLE IF NOT EXISTS "
    return statement.removeprefix(before).split(maxsplit=1)[0] if statement.startswith(before) else ""


def _prefect(home: Home) -> Check:
    if find_spec("prefect") is None:
        return Check(name="prefect", is_well=False, found="missing", remedy="Install the product again.")
    planned = {**os.environ, **environment(home, dict(os.environ))}
    is_quiet = all(planned[name] == value for name, value in QUIET.items())
    server = planned.get("PREFECT_API_URL")
    found = f"keeps its records in {planned['PREFECT_HOME']}; telemetry {'off' if is_quiet else 'on'}; "
    return Check(
        name="prefect",
        is_well=is_quiet,
        found=found + (f"server {server}" if server else "no server needed"),
        remedy="Unset the PREFECT_ variables of this machine.",
    )


def _fonts(_: Home) -> Check:
    from reports.fonts import missing_letters

    missing = missing_letters(LETTERS)
    return Check(
        name="fonts",
        is_well=not missing,
        found="charts can draw all Turkmen and Cyrillic letters" if not missing else f"no letters {missing}",
        remedy="Install the fonts of DejaVu.",
    )


CHECKS: tuple[Callable[[Home], Check], ...] = (
    _python,
    _packages,
    _settings,
    _writable,
    _disk,
    _warehouse,
    _ledger,
    _prefect,
    _fonts,
)
