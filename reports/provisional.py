"""An edition that was made while deliveries were missing: what its pages, sentences and manifest say of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from reports import words
from reports.blocks import Block, Bullets, Note, Paragraph, plain
from reports.edition import View
from transforms.disclosure.history import EditionBefore


def awaited(view: View) -> Sequence[Mapping[str, Any]]:
    """The deliveries that the edition needed and did not have: source, body, period, due."""
    return view.context.get("awaited") or ()


def manifest_part(context: Mapping[str, Any]) -> dict[str, Any]:
    """`provisional` of the manifest; nothing where all deliveries were there."""
    missing = [dict(one) for one in context.get("awaited") or ()]
    return {"provisional": {"awaited": missing}} if missing else {}


def word(view: View) -> str:
    """The word over a provisional edition; empty over a complete one."""
    return view.text("PROVISIONAL") if awaited(view) else ""


def meaning(view: View) -> str:
    """What is missing, and what that does to the figures."""
    return view.text(
        "Not all deliveries were in when this edition was made. Missing: {listed}. Counts can still rise, and a fall "
        "may only mean that a list is missing.",
        listed="; ".join(_listed(view, awaited(view))),
    )


def is_touched(view: View, sources: Sequence[str]) -> bool:
    """Whether one of these sources is awaited."""
    return any(one["source"] in sources for one in awaited(view))


def beside(view: View, context: str, table: str) -> str:
    """What a figure must be read against, with the word that it is provisional where its table is."""
    found = view.table(table)
    if found is None or not is_touched(view, found.sources):
        return context
    return view.text("{context}; provisional", context=context)


def caution(view: View) -> tuple[Note, ...]:
    """The note before the key findings of a provisional edition."""
    if not awaited(view):
        return ()
    return (Note(title=view.text("Provisional edition"), text=plain(meaning(view)), tone="caution"),)


def list_of_missing(view: View) -> tuple[Block, ...]:
    """Each missing delivery, for the section on reporting."""
    if not awaited(view):
        return ()
    lead = view.text(
        "This edition is provisional: it was made without the deliveries below. When they arrive it is made anew, and "
        "its section on changes says what they changed."
    )
    items = tuple(plain(_one(view, one)) for one in awaited(view))
    return (Paragraph(text=plain(lead)), Bullets(items=items))


def arrived(view: View, last: EditionBefore) -> tuple[Block, ...]:
    """What the last edition was made without, and what of it has come since; nothing where it was complete."""
    missing = last.context.get("awaited") or ()
    if not missing:
        return ()
    come = [one for one in missing if _has_come(view, one)]
    absent = [one for one in missing if not _has_come(view, one)]
    said = [view.text("The last edition was provisional.")]
    if come:
        said.append(
            view.text(
                "Deliveries that it was made without and that have come since: {listed}. What they changed is among "
                "the differences below.",
                listed="; ".join(_listed(view, come)),
            )
        )
    if absent:
        said.append(view.text("Still missing: {listed}.", listed="; ".join(_listed(view, absent))))
    return (Paragraph(text=plain(" ".join(said))),)


def _has_come(view: View, one: Mapping[str, Any]) -> bool:
    """Whether a delivery is not among those that the calendar of this edition waits for.

    Of a body that never delivered, the calendar names the last period alone.
    """
    where = (one["source"], one["body"])
    waits = {(entry["source"], entry["body"], entry["period"]) for entry in view.context.get("due_dates") or ()}
    mine = [e for e in view.context.get("punctuality") or () if (e["source"], e["body"]) == where]
    has_delivered = any(entry["received"] for entry in mine)
    return has_delivered and (*where, one["period"]) not in waits


def _listed(view: View, missing: Sequence[Mapping[str, Any]]) -> list[str]:
    """`Ministry of Internal Affairs (National case register, Q4 2023)`, one after the other."""
    return [
        f"{owner(view, one)} ({view.source(one['source'])}, {view.locale.period(one['period'])})" for one in missing
    ]


def _one(view: View, one: Mapping[str, Any]) -> str:
    return view.text(
        "{body}: {source}, {period}; due by {date}.",
        body=owner(view, one),
        source=view.source(one["source"]),
        period=view.locale.period(one["period"]),
        date=view.locale.date(date.fromisoformat(one["due"])),
    )


def owner(view: View, one: Mapping[str, Any]) -> str:
    """Whoever owes a delivery: the body, or who supplies the source where the profile names none."""
    if one["body"]:
        return view.named("body", one["body"])
    supplier = words.SUPPLIERS.get(one["source"], "")
    return view.text(supplier) if supplier else view.source(one["source"])
