"""What the second person must see before approving: the audit, figures on small bases, what differs, where to read."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flows.clock import day_of
from flows.editions.history import edition_compared_with
from flows.editions.published import document_of
from flows.editions.release import Candidate
from flows.editions.runs import told as told_missing
from transforms.ledger.differences import (
    Differences,
    SmallRevision,
    differences,
    is_unreliable,
    is_withheld,
)
from transforms.ledger.entries import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class SmallBases:
    """Of one table: figures too unreliable to show, and counts that are withheld."""

    key: str
    unreliable: int
    withheld: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """One proposed edition as its approver sees it; `compared_with` None: the first of its kind for these readers."""

    proposal: Entry
    audit: Mapping[str, Any]
    small_bases: tuple[SmallBases, ...]
    compared_with: Entry | None
    differences: Differences | None
    preview: tuple[Path, ...]
    awaited: tuple[str, ...] = ()


def review(home: Path, found: Candidate) -> Review:
    """The review of a candidate: read from its manifest and from that of the edition before it."""
    document = found.document
    before = edition_compared_with(found.planned)
    threshold = int(document["policy"]["threshold"])
    return Review(
        proposal=found.proposal,
        audit=document["audit"],
        small_bases=tuple(_small_bases(document)),
        compared_with=before,
        differences=None if before is None else differences(document_of(home, before), document, threshold=threshold),
        preview=tuple(found.preview / f"report.{language}.html" for language in document["languages"]),
        awaited=told_missing((document.get("provisional") or {}).get("awaited") or ()),
    )


def _small_bases(document: Mapping[str, Any]) -> list[SmallBases]:
    found = [
        SmallBases(
            key=table["key"],
            unreliable=sum(1 for cell in table["cells"] if is_unreliable(cell)),
            withheld=sum(1 for cell in table["cells"] if table["kind"] == "count" and is_withheld(cell)),
        )
        for table in document["tables"]
    ]
    return [one for one in found if one.unreliable or one.withheld]


def told(found: Review) -> list[str]:
    """The review in plain lines, small revisions by cell and figure: for the command line."""
    return _told(found, _with_figures)


def told_as_counts(found: Review) -> list[str]:
    """The same with numbers of cells only: for the page on which a flow waits, since Prefect keeps what is on it."""
    return _told(found, _as_count)


def _told(found: Review, revisions: Callable[[tuple[SmallRevision, ...]], str]) -> list[str]:
    proposal = found.proposal
    audit = found.audit
    return [
        f"Edition {proposal.edition} of scope {proposal.scope} for {proposal.audience}, as of {proposal.as_of}.",
        f"Proposed by {proposal.person} on {day_of(proposal)}.",
        f"  Context: {proposal.context}",
        f"  Controls: {proposal.controls}",
        *_awaited_told(found.awaited),
        f"Audit: {audit.get('verdict')}. Cells {audit.get('cells')}; withheld because they are small "
        f"{audit.get('primary')}, to protect others {audit.get('secondary')}.",
        *_emptied_told(audit),
        _small_bases_told(found.small_bases),
        *_differences_told(found, revisions),
        "Read before you decide:",
        *(f"  {path}" for path in found.preview),
    ]


def _awaited_told(awaited: tuple[str, ...]) -> list[str]:
    if not awaited:
        return []
    return [f"PROVISIONAL: made without {len(awaited)} deliveries that were due: {'; '.join(awaited)}."]


def _emptied_told(audit: Mapping[str, Any]) -> list[str]:
    emptied = audit.get("emptied") or ()
    return [f"Emptied, because an attacker had worked something out before: {', '.join(emptied)}."] if emptied else []


def _small_bases_told(small: tuple[SmallBases, ...]) -> str:
    unreliable, withheld = sum(one.unreliable for one in small), sum(one.withheld for one in small)
    few = [f"{one.key} ({one.unreliable})" for one in small if one.unreliable]
    where = f": {', '.join(few)}" if few else ""
    return f"Small bases: {withheld} counts are withheld; {unreliable} figures are too unreliable to show{where}."


def _with_figures(small: tuple[SmallRevision, ...]) -> str:
    return "; ".join(f"{' / '.join(one.at)} +{one.now - one.before:g}" for one in small)


def _as_count(small: tuple[SmallRevision, ...]) -> str:
    return f"{len(small)} (tip-trends release approve EDITION --review names them)"


def _differences_told(found: Review, revisions: Callable[[tuple[SmallRevision, ...]], str]) -> list[str]:
    before, differing = found.compared_with, found.differences
    if before is None or differing is None:
        return ["Nothing of this kind was released to these readers before: there is nothing to compare with."]
    lines = [f"Against {before.edition} as of {before.as_of}, approved on {day_of(before)}:"]
    for what, keys in (("Tables added", differing.added), ("Tables gone", differing.gone)):
        if keys:
            lines.append(f"  {what}: {', '.join(keys)}")
    for table in differing.tables:
        numbers = {
            "changed": table.changed,
            "newly withheld": table.newly_withheld,
            "newly shown": table.newly_shown,
            "added": table.added,
            "gone": table.gone,
        }
        lines.append(f"  {table.key}: cells {', '.join(f'{what} {n}' for what, n in numbers.items() if n)}")
        if table.small_revisions:
            few = revisions(table.small_revisions)
            lines.append(f"    small revisions, by which a reader sees how few were added: {few}")
    if len(lines) == 1:
        lines.append("  No difference.")
    return lines
