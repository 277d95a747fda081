"""What may be said of few records: which columns can single a person out together, and how small counts are joined."""

from __future__ import annotations

from collections.abc import Iterable

from transforms.acceptance import ChangedYears
from transforms.tables import CASES

LEAST = 5
"""Records that a group must have, so that nobody in it stands out; smaller ones are counted or joined."""

QUASI_IDENTIFIERS = {
    "sex": "sex",
    "age_group": "age_group",
    "citizenship": "citizenship",
    "registered_month": "12 * year(registered_date) + month(registered_date)",
    "form": "form",
}
"""What somebody who knows a person may know of the record, each as SQL over core.cases.

Every source of cases carries them. The month is the year where a source gives no more; unknown and not reported count
as values, for that a thing is not known can be known as well.
"""

SENSITIVE = tuple(column.name for column in CASES.columns if column.type == "VARCHAR[]")
"""What a record says that nobody should learn from it: the exploitation, its means, who recruited and how."""

TOLD = "form"
"""Which of it the report on a file speaks of: the one column that every source of cases fills."""


def joined_years(counts: Iterable[tuple[int, int, int, int]]) -> tuple[ChangedYears, ...]:
    """Records added, gone and changed by year, the newest first, years with few of them joined with older ones.

    `counts` are (year, added, gone, changed). No line has fewer than `LEAST` records; where there are not as many in
    all years together, no line is left.
    """
    lines: list[ChangedYears] = []
    waiting: ChangedYears | None = None
    for year, added, gone, changed in sorted(counts, reverse=True):
        if added + gone + changed == 0:
            continue
        here = ChangedYears(first=year, last=year, added=added, gone=gone, changed=changed)
        waiting = here if waiting is None else _joined(here, waiting)
        if waiting.records >= LEAST:
            lines.append(waiting)
            waiting = None
    if waiting is not None and lines:
        lines[-1] = _joined(waiting, lines[-1])
    return tuple(lines)


def _joined(older: ChangedYears, newer: ChangedYears) -> ChangedYears:
    return ChangedYears(
        first=older.first,
        last=newer.last,
        added=older.added + newer.added,
        gone=older.gone + newer.gone,
        changed=older.changed + newer.changed,
    )
