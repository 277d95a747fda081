"""The history of an indicator as a file: a row for each figure that each edition showed."""

from __future__ import annotations

import csv
from io import StringIO

from reports.archive.history import Series
from reports.numbers import number
from reports.spreadsheet import neutralised

HEADER = (
    "indicator",
    "measure",
    "unit",
    "period",
    "edition",
    "as_of",
    "released_on",
    "value",
    "lower",
    "upper",
    "obs_status",
    "conf_status",
    "notice",
)


def history_csv(series: tuple[Series, ...]) -> bytes:
    """All measures of one indicator in UTF-8 with CRLF (RFC 4180), by measure, edition and period."""
    text = StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(HEADER)
    for one in series:
        for shown in one.shown:
            for part in sorted(shown.cells):
                cell = shown.cells[part]
                numbers = ["" if (n := number(x)) is None else n for x in (cell.value, cell.lower, cell.upper)]
                writer.writerow(
                    (
                        neutralised(one.name),
                        one.measure,
                        one.unit,
                        part.code,
                        shown.edition,
                        shown.as_of.isoformat(),
                        shown.released_on.isoformat(),
                        *numbers,
                        cell.obs_status,
                        cell.conf_status,
                        "SYNTHETIC" if shown.is_synthetic else "",
                    )
                )
    return text.getvalue().encode()
