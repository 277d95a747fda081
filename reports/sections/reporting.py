"""Reporting by body: what was due, what came, how punctual and complete it was, and what is due next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from reports import words
from reports.blocks import Column, Row, Table, TableCell, plain
from reports.edition import View
from reports.tables import words_column


def body_of(view: View, entry: Mapping[str, Any]) -> str:
    """The body that owes a delivery; the source where the profile of the country names none."""
    return view.named("body", entry["body"]) if entry.get("body") else view.source(entry["source"])


def said(view: View) -> str:
    """How many of all deliveries came in time, and what comes next; empty where nothing was due."""
    entries = view.context.get("punctuality") or ()
    due = sum(entry["due"] for entry in entries)
    if not due:
        return ""
    sentences = [
        view.plural(
            "In time: {in_time} of {n} delivery that was due or had come by {date}.",
            "In time: {in_time} of {n} deliveries that were due or had come by {date}.",
            due,
            in_time=view.locale.number(sum(entry["in_time"] for entry in entries)),
            date=view.locale.date(view.edition.as_of),
        )
    ]
    ahead = [entry for entry in view.context.get("due_dates") or () if not entry["is_overdue"]]
    if ahead:
        first = [entry for entry in ahead if entry["due"] == ahead[0]["due"]]
        bodies = list(dict.fromkeys(body_of(view, entry) for entry in first))
        sentences.append(
            view.text(
                "Next due: {date} ({bodies}).",
                date=view.locale.date(date.fromisoformat(first[0]["due"])),
                bodies=view.locale.listing(bodies),
            )
        )
    return " ".join(sentences)


def punctuality_table(view: View) -> Table | None:
    """Per body and source: due, received, late, complete, in time; a percentage only on a base that carries one."""
    entries = [entry for entry in view.context.get("punctuality") or () if entry["due"]]
    if not entries:
        return None
    rows = [
        Row(header=body_of(view, entry), cells=(TableCell(text=view.source(entry["source"])), *_cells(view, [entry])))
        for entry in entries
    ]
    if len(entries) > 1:
        rows.append(Row(header=view.text("Total"), cells=(TableCell(text="–"), *_cells(view, entries)), is_total=True))
    heads = (
        view.text("Deliveries due"),
        view.text("Deliveries received"),
        view.text("Of these late"),
        view.text("Of these complete"),
        view.text("In time, of those due"),
    )
    return Table(
        id="table-punctuality",
        caption=view.text("Deliveries by body, as known on {date}", date=view.locale.date(view.edition.as_of)),
        stub=view.text("Body"),
        columns=(words_column(view.text("Source")), *(Column(text=head) for head in heads)),
        is_stacked=True,
        rows=tuple(rows),
        notes=(
            plain(
                view.text(
                    "Counted from the first period that a body delivered. Complete: every row was accepted. A "
                    "percentage is given from {smallest} deliveries on.",
                    smallest=str(_smallest_base(view)),
                )
            ),
        ),
    )


def _smallest_base(view: View) -> int:
    return int(view.edition.policy.get("minimum_share_base", 20))


def _cells(view: View, entries: Sequence[Mapping[str, Any]]) -> tuple[TableCell, ...]:
    sums = {key: sum(entry[key] for entry in entries) for key in ("due", "received", "late", "complete", "in_time")}
    in_time = view.text("{n} out of {all}", n=view.locale.number(sums["in_time"]), all=view.locale.number(sums["due"]))
    if sums["due"] >= _smallest_base(view):
        in_time += f" ({view.locale.percent(100 * sums['in_time'] / sums['due'])})"
    numbers = tuple(TableCell(text=view.locale.number(sums[key])) for key in ("due", "received", "late", "complete"))
    return (*numbers, TableCell(text=in_time))


def calendar_table(view: View) -> Table | None:
    """What was overdue and what is due next, a row a day, source and period; bodies of one row stand together."""
    entries = view.context.get("due_dates") or ()
    if not entries:
        return None
    rows: dict[tuple[str, str, str], list[Mapping[str, Any]]] = {}
    for entry in entries:
        rows.setdefault((entry["due"], entry["source"], entry["period"]), []).append(entry)
    return Table(
        id="table-calendar",
        caption=view.text("What is due next, from {date} on", date=view.locale.date(view.edition.as_of)),
        stub=view.text("Due"),
        is_stacked=True,
        columns=tuple(
            words_column(head)
            for head in (view.text("Source"), view.text("Period"), view.text("Body"), view.text("Status"))
        ),
        rows=tuple(
            Row(
                header=view.locale.date(date.fromisoformat(due)),
                cells=(
                    TableCell(text=view.source(source)),
                    TableCell(text=view.locale.period(covered)),
                    TableCell(text=view.locale.listing([_named(view, entry) for entry in owed])),
                    TableCell(text=view.text("Overdue") if owed[0]["is_overdue"] else view.text("Not due yet")),
                ),
            )
            for (due, source, covered), owed in rows.items()
        ),
    )


def _named(view: View, entry: Mapping[str, Any]) -> str:
    """The body; who supplies the source where the profile of the country names none."""
    if entry["body"]:
        return view.named("body", entry["body"])
    supplier = words.SUPPLIERS.get(entry["source"], "")
    return view.text(supplier) if supplier else "–"
