"""Editions with a past: earlier editions as their manifests tell them, put beside a small one."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import date
from typing import Any

from reports.blocks import Bullets, Chart, Details, Heading, Note, Paragraph, Section, Table, plain_text
from reports.edition import View
from reports.locale import locale
from reports.manifest import edition_json
from reports.sections import changed
from tests.reports.editions import edition, table
from transforms.disclosure.history import EditionBefore, History, TakenBackEdition, edition_before
from transforms.disclosure.released import ReleasedEdition, ReleasedTable

REGISTER = ("detection_is_not_prevalence", "one_person_once", "late_reports_follow")
HEADLINE = "victims_identified_by_period"


def headline(text: str) -> ReleasedTable:
    """Identified victims of the register by period."""
    return table(text, caveats=REGISTER)


def document(tables: Iterable[ReleasedTable], **changes: Any) -> dict[str, Any]:
    """The manifest of an edition of these tables."""
    found: dict[str, Any] = json.loads(edition_json(edition(tables, **changes), []))
    return found


def before(tables: Iterable[ReleasedTable], year: int, **changes: Any) -> EditionBefore:
    """The annual edition of a year, as known in April of the next one."""
    fields = {"edition": f"annual-{year}", "as_of": date(year + 1, 4, 30), "run_id": f"run-{year}", **changes}
    fields["context"] = {"edition_period": str(year), **fields.get("context", {})}
    return edition_before(document(tables, **fields))


def followed(
    tables: Iterable[ReleasedTable],
    *shown: EditionBefore,
    withdrawn: tuple[TakenBackEdition, ...] = (),
    **changes: Any,
) -> ReleasedEdition:
    """The annual edition of 2023 after others, the last of which it is compared with."""
    history = History(last=shown[-1] if shown else None, shown=shown, withdrawn=withdrawn)
    return edition(tables, history=history, **changes)


def section_of(made: ReleasedEdition, language: str = "en") -> Section:
    """What changed, as blocks."""
    return changed.section(View(made, locale(language)))


def lines_of(section: Section) -> list[str]:
    """Everything a section says, a line each; rows of tables with bars, what a drawing tells in brackets."""
    return [line for block in section.blocks for line in _lines(block)]


def said(made: ReleasedEdition, language: str = "en") -> str:
    """The whole section as text."""
    return "\n".join(lines_of(section_of(made, language)))


def _lines(block: object) -> list[str]:
    match block:
        case Heading():
            return [f"# {block.text}"]
        case Paragraph():
            return [plain_text(block.text)]
        case Bullets():
            return [f"- {plain_text(item)}" for item in block.items]
        case Note():
            return [f"{block.title}: {plain_text(block.text)}"]
        case Details():
            return [f"## {block.summary}", *(line for inner in block.blocks for line in _lines(inner))]
        case Chart():
            return [f"## {block.title}", block.subtitle, f"[{block.description}]", *_lines(block.table)]
        case Table():
            rows = [
                " | ".join((row.header, *(_cell(cell.text, cell.flags) for cell in row.cells))) for row in block.rows
            ]
            head = " | ".join((block.stub, *(column.text for column in block.columns)))
            return [block.caption, head, *rows, *(plain_text(note) for note in block.notes)]
    raise TypeError(type(block))


def _cell(text: str, flags: str) -> str:
    return f"{text} {flags}".rstrip()
