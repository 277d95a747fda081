"""The files of a return: a page per language, `return.json`, and one tidy CSV a table."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Sequence
from io import StringIO
from typing import Any

from reports.returns import return_page
from reports.spreadsheet import neutralised
from transforms.disclosure.released import ReleasedCell, ReleasedTable
from transforms.disclosure.returned import Delivered, ReleasedReturn

SCHEMA_VERSION = "1"
NAME = "return.json"
_NO_SUCH_ROW = {"value": None, "obs_status": "M", "conf_status": "F"}
"""The national cell of a code that only the body's own list has."""
Pair = tuple[tuple[str, ...], dict[str, Any], dict[str, Any]]


def files_of_return(released: ReleasedReturn, languages: Sequence[str]) -> dict[str, bytes]:
    """Every file of the return by its relative path. Pure: the same return gives the same bytes."""
    files = {f"report.{language}.html": return_page(released, language) for language in languages}
    files[NAME] = _json(released)
    files |= {f"tables/{table.key}.csv": _csv(released, table) for table in released.own.values()}
    return files


def _json(released: ReleasedReturn) -> bytes:
    national = released.national
    document = {
        "schema_version": SCHEMA_VERSION,
        "body": released.body,
        "edition": national.edition,
        "scope": national.scope,
        "audience": national.audience,
        "as_of": national.as_of.isoformat(),
        "is_synthetic": national.is_synthetic,
        **({"notice": "SYNTHETIC"} if national.is_synthetic else {}),
        "run_id": national.run_id,
        "code_version": national.code_version,
        "languages": list(national.languages),
        "policy": dict(national.policy),
        "audit": dict(national.audit),
        "public_edition": dict(national.context["public_edition"]),
        "deliveries": [_delivered(one) for one in released.deliveries],
        "tables": [
            {
                "key": table.key,
                "indicator": table.indicator,
                "unit": table.unit,
                "dimensions": list(table.dimensions),
                "cells": [
                    {"at": dict(zip(table.dimensions, at, strict=True)), "own": own, "national": whole}
                    for at, own, whole in _pairs(released, table)
                ],
            }
            for table in released.own.values()
        ],
    }
    return (json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()


def _delivered(one: Delivered) -> dict[str, Any]:
    return {
        "file_name": one.file_name,
        "vintage_date": one.vintage_date.isoformat(),
        "rows_read": one.rows_read,
        "rows_accepted": one.rows_accepted,
        "rows_quarantined": None if one.rows_read is None else one.rows_read - one.rows_accepted,
        "rules": [{"rule": rule.rule, "column": rule.column, "rows": rule.rows} for rule in one.rules],
        "withdrawn_from": one.withdrawn_from.isoformat() if one.withdrawn_from else None,
    }


def _pairs(released: ReleasedReturn, table: ReleasedTable) -> Iterator[Pair]:
    """Place, own cell and national cell of every row of the body's table."""
    national = released.national.tables[table.key]
    whole = {cell.at: _cell(cell) for cell in national.cells}
    for cell in table.cells:
        yield cell.at, _cell(cell), whole.get(cell.at, _NO_SUCH_ROW)


def _cell(cell: ReleasedCell) -> dict[str, Any]:
    return {
        "value": None if cell.value is None else int(cell.value),
        "obs_status": cell.obs_status,
        "conf_status": cell.conf_status,
    }


def _csv(released: ReleasedReturn, table: ReleasedTable) -> bytes:
    """In UTF-8 with CRLF as RFC 4180 has it."""
    text = StringIO(newline="")
    writer = csv.writer(text)
    synthetic = released.national.is_synthetic
    writer.writerow(
        [
            *table.dimensions, "own", "own_obs_status", "national", "national_obs_status", "national_conf_status",
            "unit", *(["notice"] if synthetic else []),
        ]
    )  # fmt: skip
    for at, own, whole in _pairs(released, table):
        values = [
            "" if own["value"] is None else own["value"],
            own["obs_status"],
            "" if whole["value"] is None else whole["value"],
            whole["obs_status"],
            whole["conf_status"],
        ]
        writer.writerow(
            [*(neutralised(code) for code in at), *values, table.unit, *(["SYNTHETIC"] if synthetic else [])]
        )
    return text.getvalue().encode()
