"""All files of an edition that show released cells, held against its manifest. Places are told, never figures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from reports.agreement import csv_tables, pages, revisions, sdmx_data, workbooks
from reports.locale import CLDR_IDS
from reports.manifest import SUBMISSION
from reports.sdmx import DATA_FILE

MANIFEST = "edition.json"
Files = Mapping[str, bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Disagreement:
    """A file that says something else than the manifest, where the first such place in it is, and how many follow."""

    name: str
    first: str
    more: int = 0

    @property
    def where(self) -> str:
        """In words."""
        return f"{self.first} and {self.more} more" if self.more else self.first


def disagreements(document: Mapping[str, Any], files: Files, *, is_withdrawn: bool = False) -> Iterator[Disagreement]:
    """Files that do not show the cells of the manifest, which keeps to its schema.

    Tables, data sets, workbooks and pages; of a withdrawn edition the workbooks are notices without figures. Only a
    table can be missing: which other files an edition has the digest in the ledger tells.
    """
    tables = {f"{csv_tables.TABLES}{table['key']}.csv": table for table in document["tables"]}
    if wrong := list(revisions.manifest_faults(document)):
        yield Disagreement(name=MANIFEST, first=wrong[0], more=len(wrong) - 1)
    for name in sorted(tables.keys() | files.keys()):
        if name not in files:
            yield Disagreement(name=name, first="is missing")
            continue
        places = list(_faults(document, tables, name, files[name], is_withdrawn=is_withdrawn))
        if places:
            yield Disagreement(name=name, first=places[0], more=len(places) - 1)


def files_with_cells(files: Files) -> dict[str, int]:
    """How many files of each kind are held against the manifest, by what they are called."""
    kinds = {
        "CSV tables": sum(csv_tables.is_table(name) or name == revisions.FILE for name in files),
        "workbooks": sum(bool(workbooks.NAME.fullmatch(name)) for name in files),
        "SDMX data sets": sum(name in (DATA_FILE, SUBMISSION) for name in files),
        "pages": sum(bool(pages.NAME.fullmatch(name)) for name in files),
    }
    return {kind: number for kind, number in kinds.items() if number}


def _faults(
    document: Mapping[str, Any],
    tables: Mapping[str, Mapping[str, Any]],
    name: str,
    content: bytes,
    *,
    is_withdrawn: bool,
) -> Iterator[str]:
    if csv_tables.is_table(name):
        table = tables.get(name)
        return iter(["is no table of edition.json"]) if table is None else csv_tables.faults(document, table, content)
    if name == DATA_FILE:
        return sdmx_data.faults(document, content)
    if name == revisions.FILE:
        return revisions.csv_faults(document, content)
    if name == SUBMISSION:
        return sdmx_data.submission_faults(document, content)
    if (found := workbooks.NAME.fullmatch(name)) and found[1] in CLDR_IDS:
        return workbooks.notice_faults(content) if is_withdrawn else workbooks.faults(document, content, found[1])
    if (found := pages.NAME.fullmatch(name)) and found[1] in CLDR_IDS:
        return pages.faults(document, content, found[1])
    return iter(())
