"""The files for machines: `edition.json` with every released cell and its provenance, and one tidy CSV a table."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from importlib import resources
from io import StringIO
from typing import Any

from reports import revision_files
from reports.approval import Approval
from reports.numbers import number
from reports.provisional import manifest_part
from reports.spreadsheet import neutralised
from transforms.disclosure.released import ReleasedCell, ReleasedEdition, ReleasedEstimate, ReleasedTable

SCHEMA_VERSION = "2"
"""2: with `status` and `release`; manifests of version 1 are those of editions from before the ledger."""
SUBMISSION = "sdg_16_2_2.csv"
SCHEMA = "edition.schema.json"


def edition_json(
    edition: ReleasedEdition, findings: Sequence[Mapping[str, Any]], approval: Approval | None = None
) -> bytes:
    """The manifest of an edition, of a draft where there is no approval; keys in a fixed order, numbers as released."""
    document = {
        "schema_version": SCHEMA_VERSION,
        "edition": edition.edition,
        "scope": edition.scope,
        "audience": edition.audience,
        "as_of": edition.as_of.isoformat(),
        "status": "released" if approval else "draft",
        **({"release": approval.to_json()} if approval else {}),
        **manifest_part(edition.context),
        "is_synthetic": edition.is_synthetic,
        **({"notice": "SYNTHETIC"} if edition.is_synthetic else {}),
        "run_id": edition.run_id,
        "code_version": edition.code_version,
        "languages": list(edition.languages),
        "created_from": {str(used.number): _source(asdict(used)) for used in edition.created_from},
        "policy": dict(edition.policy),
        "audit": dict(edition.audit),
        "context": dict(edition.context),
        "rollups": [asdict(rollup) for rollup in edition.rollups],
        **_history(edition),
        "findings": [dict(finding) for finding in findings],
        "tables": [_table(edition, table) for table in edition],
        "estimates": [_estimate(edition, found) for found in edition.estimates.values()],
    }
    return (json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()


def schema() -> bytes:
    """The JSON schema of `edition.json`, which lies beside it so that a reader can check it without the program."""
    return (resources.files("reports") / SCHEMA).read_bytes()


def _history(edition: ReleasedEdition) -> dict[str, Any]:
    """What readers were given before, and how the last of it differs; nothing where nobody asked."""
    if edition.history is None:
        return {}
    told = edition.history.to_json()
    return {"history": told if edition.history.last is None else {**told, "revisions": revision_files.rows(edition)}}


def _source(used: dict[str, Any]) -> dict[str, Any]:
    del used["number"]  # it is the key
    if not used["sheets"]:
        del used["sheets"]
    return {**used, "vintage_date": used["vintage_date"].isoformat()}


def _estimate(edition: ReleasedEdition, found: ReleasedEstimate) -> dict[str, Any]:
    """An answer in the public form of the command line, with the numbers of the vintages it rests on."""
    vintages = [used.number for used in edition.created_from if used.source in found.sources]
    told = {key: _digits(value) for key, value in found.estimate.to_json().items()}
    return {"key": found.key, **told, "provenance": {"vintages": vintages}}


def _digits(value: Any) -> Any:
    """Every number within at the nine digits that survive platforms."""
    if isinstance(value, Mapping):
        return {key: _digits(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_digits(part) for part in value]
    return number(value) if isinstance(value, float) else value


def _table(edition: ReleasedEdition, table: ReleasedTable) -> dict[str, Any]:
    vintages = [used.number for used in edition.created_from if used.source in table.sources]
    return {
        "key": table.key,
        "indicator": table.indicator,
        "kind": table.kind,
        "unit": table.unit,
        "dimensions": list(table.dimensions),
        "sources": list(table.sources),
        "caveats": list(table.caveats),
        "method": table.method,
        "population": table.population,
        "additive": list(table.additive),
        "within": table.within,
        "cells": [_cell(table, cell, vintages) for cell in table.cells],
    }


def _cell(table: ReleasedTable, cell: ReleasedCell, vintages: list[int]) -> dict[str, Any]:
    return {
        "at": dict(zip(table.dimensions, cell.at, strict=True)),
        "value": number(cell.value),
        "obs_status": cell.obs_status,
        "conf_status": cell.conf_status,
        "lower": number(cell.lower),
        "upper": number(cell.upper),
        "base": number(cell.base),
        **({"note": cell.note} if cell.note else {}),
        "provenance": {"vintages": vintages},
    }


def csv_files(edition: ReleasedEdition) -> dict[str, bytes]:
    """`tables/<key>.csv` for every table, in UTF-8 with CRLF as RFC 4180 has it.

    Besides them the submission of SDG 16.2.2 and the figures then and now, where the edition has them.
    """
    submission = {SUBMISSION: _submission(edition)} if edition.submission else {}
    tables = {f"tables/{table.key}.csv": _csv(edition, table) for table in edition}
    return tables | submission | revision_files.csv_file(edition)


def _submission(edition: ReleasedEdition) -> bytes:
    """The rows by SDMX concept; a made-up country's say so in every row."""
    text = StringIO(newline="")
    writer = csv.writer(text)
    synthetic = ["SYNTHETIC"] if edition.is_synthetic else []
    writer.writerow([*edition.submission[0], *(["NOTICE"] if synthetic else [])])
    for record in edition.submission:
        cells = [
            number(value) if isinstance(value, float) else value and neutralised(value) for value in record.values()
        ]
        writer.writerow(["" if cell is None else cell for cell in (*cells, *synthetic)])
    return text.getvalue().encode()


def _csv(edition: ReleasedEdition, table: ReleasedTable) -> bytes:
    text = StringIO(newline="")
    writer = csv.writer(text)
    synthetic = ["SYNTHETIC"] if edition.is_synthetic else []
    writer.writerow(
        [
            *table.dimensions,
            "value",
            "obs_status",
            "conf_status",
            "lower",
            "upper",
            "base",
            "unit",
            *(["notice"] if synthetic else []),
        ]
    )
    for cell in table.cells:
        numbers = ["" if (n := number(x)) is None else n for x in (cell.lower, cell.upper, cell.base)]
        value = "" if cell.value is None else number(cell.value)
        writer.writerow(
            [
                *(neutralised(code) for code in cell.at),
                value,
                cell.obs_status,
                cell.conf_status,
                *numbers,
                table.unit,
                *synthetic,
            ]
        )
    return text.getvalue().encode()
