"""`revisions.csv`, and the same rows in the manifest: figures of the last edition and of this one side by side."""

from __future__ import annotations

import csv
from io import StringIO
from typing import Any

from reports.numbers import number
from reports.revised import Revision, revisions
from reports.spreadsheet import neutralised
from transforms.disclosure.released import ReleasedCell, ReleasedEdition

FILE = "revisions.csv"
COLUMNS = (
    "table", "indicator", "unit", "period", "breakdown", "before", "before_obs_status", "before_conf_status", "now",
    "now_obs_status", "now_conf_status", "difference", "reason",
)  # fmt: skip


def rows(edition: ReleasedEdition) -> list[dict[str, Any]]:
    """The rows as the manifest has them; none where there is no last edition."""
    return [_row(one) for one in revisions(edition)]


def _row(one: Revision) -> dict[str, Any]:
    figure = one.figure
    return {
        "table": figure.table.key,
        "at": dict(zip(figure.table.dimensions, figure.cell.at, strict=True)),
        "before": _said(figure.cell.before),
        "now": _said(figure.cell.now),
        "difference": number(figure.cell.difference),
        "reason": one.reason,
    }


def _said(cell: ReleasedCell | None) -> dict[str, Any] | None:
    """What an edition said of a figure; None where it does not have it."""
    if cell is None:
        return None
    value, obs_status, conf_status = _columns(cell)
    return {"value": value, "obs_status": obs_status, "conf_status": conf_status}


def csv_file(edition: ReleasedEdition) -> dict[str, bytes]:
    """The rows as tidy CSV, in UTF-8 with CRLF; no file where there are none."""
    found = revisions(edition)
    if not found:
        return {}
    text = StringIO(newline="")
    writer = csv.writer(text)
    synthetic = ["SYNTHETIC"] if edition.is_synthetic else []
    writer.writerow([*COLUMNS, *(["notice"] if synthetic else [])])
    for one in found:
        figure = one.figure
        parts = ";".join(f"{name}={code}" for name, code in figure.breakdown.items())
        words = (figure.table.key, figure.table.indicator, figure.table.unit, figure.period.code, parts)
        said = (*_columns(figure.cell.before), *_columns(figure.cell.now), number(figure.cell.difference))
        cells = (*(neutralised(word) for word in words), *said, one.reason, *synthetic)
        writer.writerow(["" if cell is None else cell for cell in cells])
    return {FILE: text.getvalue().encode()}


def _columns(cell: ReleasedCell | None) -> tuple[object, ...]:
    if cell is None:
        return ("", "", "")
    value = None if cell.state == "suppressed" else number(cell.value)
    return (value, cell.obs_status, cell.conf_status)
