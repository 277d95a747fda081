"""One cell of a released edition traced: its card from the manifest, and on demand the rows of the warehouse behind it.

The second is internal: it is not protected, and it says of withheld cells what the gate keeps back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from flows.clock import day_of
from flows.editions.ledger import Ledger
from flows.editions.let_out import in_home
from flows.editions.manifests import MANIFEST, folder_of
from flows.editions.rebuild import later_than
from flows.editions.traced_rows import Behind, Traced, behind
from flows.home import Home
from flows.warehouse import look_into_warehouse
from reports.agreement.document import parsed_manifest
from reports.provenance.answers import AnswerCard, answer_card
from reports.provenance.card import Card, card
from reports.provenance.naming import found_cell
from reports.provenance.tables import traced_tables
from transforms.errors import TableRejected, WrongArguments
from transforms.indicators.registry import INDICATORS
from transforms.ledger.entries import Key


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """The card of a cell or answer, what is to be known of its edition, and the rows behind a cell where asked for."""

    card: Card | AnswerCard
    notes: tuple[str, ...] = ()
    behind: Behind | None = None

    def to_json(self) -> dict[str, Any]:
        """As it is printed for other programs."""
        inside = {"internal": self.behind.to_json()} if self.behind else {}
        return {**self.card.to_json(), "notes": list(self.notes), **inside}


def trace_in_home(home: Home, ledger: Ledger, key: Key, words: Sequence[str], *, with_rows: bool) -> Trace:
    """Trace a cell of what readers find in a home; raises WrongArguments for a cell that is not there."""
    path = folder_of(home.editions, key) / MANIFEST
    let_out = in_home(home, ledger, key, {MANIFEST: path.read_bytes()} if path.is_file() else {})
    found = _card(let_out.document, words)
    notes = list(let_out.notes(ledger))
    if let_out.withdrawal is not None:
        notes.append(f"The edition was taken back on {day_of(let_out.withdrawal)} by {let_out.withdrawal.person}.")
    if not with_rows:
        return Trace(card=found, notes=tuple(notes))
    if isinstance(found, AnswerCard):
        raise WrongArguments(
            f"{found.address} is an answer of a method, not a count.",
            advice=f"Trace the cells it rests on{f', of {found.counted.key}' if found.counted else ''}; "
            "mart.estimates keeps the answers on unprotected counts.",
        )
    moments = (let_out.entry.acted_at, None) if later_than(home, let_out.entry) else (None,)
    with look_into_warehouse(home.folder) as con:
        asked = [_behind(con, found, moment) for moment in moments]
    inside = next((one for one in asked if one.agrees), asked[0])  # the clock may have been wrong when it was approved
    return Trace(card=found, notes=tuple(notes), behind=inside)


def trace_in_folder(folder: Path, words: Sequence[str]) -> Trace:
    """Trace a cell by the manifest in a folder alone; raises TableRejected for a folder without one."""
    path = folder / MANIFEST
    document = parsed_manifest(path.read_bytes()) if path.is_file() else None
    if document is None or not isinstance(document.get("tables"), list):
        raise TableRejected(
            f"{folder} holds no {MANIFEST} of an edition.", advice="Name the folder of an edition, with its manifest."
        )
    try:
        return Trace(card=_card(document, words))
    except (KeyError, TypeError, AttributeError):
        raise TableRejected(
            f"{path} is no manifest of an edition.", advice="Take the file as it was released; verify tells if it is."
        ) from None


def _card(document: Mapping[str, Any], words: Sequence[str]) -> Card | AnswerCard:
    tables = traced_tables(document)
    if (answer := answer_card(document, tables, words)) is not None:
        return answer
    declared = {one.key: one.defined() for one in INDICATORS}
    return card(document, tables, found_cell(words, tables), declared=declared)


def _behind(con: duckdb.DuckDBPyConnection, found: Card, loaded_by: str | None) -> Behind:
    document = found.document
    traced = Traced(con=con, document=document, as_of=date.fromisoformat(document["as_of"]), loaded_by=loaded_by)
    return behind(traced, found)
