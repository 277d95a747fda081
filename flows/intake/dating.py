"""From which day an extract is known: what it says itself, by the rule of its source, else the day on which it came."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime

import duckdb

from transforms.messages import Message, said
from transforms.sources.compiler import Compiled


def dated(
    con: duckdb.DuckDBPyConnection, compiled: Compiled, file_name: str, titles: Sequence[str], day: date
) -> tuple[date, tuple[Message, ...]]:
    """The day from which a staged extract is known, and a note where it does not say a usable one."""
    rule = compiled.profile.vintage
    found: date | None = None
    if rule.source == "column":
        found = con.execute(compiled.extract_date()).fetchall()[0][0]
    elif rule.source in ("file_name", "title"):
        texts = (file_name,) if rule.source == "file_name" else titles
        found = next((said for said in (_date_in(text, rule.pattern, rule.format) for text in texts) if said), None)
    else:
        return day, ()
    if found is None:
        return day, (
            said("The file does not say of which day it is; the day of receipt, {day}, stands for it.", day=day),
        )
    if found > day:
        return day, (
            said(
                "The file says it is of {found}, after the day of receipt; {day} stands for it.", found=found, day=day
            ),
        )
    return found, ()


def _date_in(text: str, pattern: str, form: str) -> date | None:
    match = re.search(pattern, text)
    if match is None:
        return None
    try:
        return datetime.strptime(match.group(1), form).date()  # noqa: DTZ007  a calendar day has no zone
    except ValueError:
        return None
