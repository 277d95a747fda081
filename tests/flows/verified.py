"""What the tests of `verify` share: files of an edition whose pages cost nothing to draw, what a verification said."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import duckdb

from flows.warehouse import warehouse_path
from reports import sdmx
from reports.approval import Approval
from reports.edition import View
from reports.locale import locale
from reports.manifest import csv_files
from reports.workbook import tables_workbook
from tests.flows.conftest import Ran
from tests.flows.drafted import EDITION, plain_files
from transforms.disclosure.released import ReleasedEdition

PLACED = Path("editions") / "world" / EDITION / "working-group"
PAGE, MANIFEST, TABLE = "report.en.html", "edition.json", "tables/victims_registered_by_period.csv"


def with_tables(
    edition: ReleasedEdition, languages: Sequence[str], approval: Approval | None = None
) -> dict[str, bytes]:
    """Files with the real tables beside the real manifest, and pages that cost nothing to draw."""
    drawn = plain_files(edition, languages, approval)
    del drawn["tables/t.csv"]
    views = [View(edition, locale(language), approval) for language in languages]
    books = {f"tables.{view.locale.language}.xlsx": tables_workbook(view) for view in views}
    return drawn | books | csv_files(edition) | sdmx.files(views)


def sql(home: Path, statement: str) -> None:
    """Change a warehouse behind the back of the program."""
    with duckdb.connect(str(warehouse_path(home))) as con:
        con.execute(statement)


def alter(home: Path, name: str, old: bytes, new: bytes) -> None:
    """Change one place of one file of the edition."""
    path = home / PLACED / name
    content = path.read_bytes()
    assert old in content
    path.write_bytes(content.replace(old, new, 1))


def forget(home: Path, pattern: str = "*.csv") -> None:
    """Delete received files."""
    for path in (home / "received").rglob(pattern):
        path.chmod(0o644)
        path.unlink()


def verdicts(ran: Ran) -> dict[str, str]:
    """What each check found, by its name."""
    lines = (line.strip().split(": ", 2) for line in ran.out.splitlines() if line.startswith("  "))
    return {words[0]: words[1] for words in lines if len(words) == 3 and words[0] != "program"}
