"""Section 13: who delivered, when, what was set aside, and how complete the records are."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from reports import words
from reports.blocks import Block, Column, Note, Row, Section, Table, TableCell, plain
from reports.edition import View
from reports.provisional import list_of_missing
from reports.sections.parts import known, missing
from reports.sections.reporting import body_of, calendar_table, punctuality_table, said
from reports.tables import notes
from transforms.codes import TOTAL

DIMENSIONS = (
    "sex",
    "age_group",
    "age_class",
    "citizenship",
    "form",
    "sector",
    "means_of_control",
    "recruiter_relation",
    "recruitment_channel",
    "country_of_exploitation",
    "region",
    "identification_channel",
    "identified_by",
)


def section(view: View) -> Section:
    """Deliveries against their due dates, rows set aside, and how many values are known."""
    is_world = view.edition.scope == "world"
    first = (_status(view), punctuality_table(view), calendar_table(view))
    made = [table for table in (*first, _records(view), _completeness(view)) if table]
    blocks: tuple[Block, ...] = tuple(made) or (missing(view, [view.text("Reporting status")], "case_register"),)
    notice = (_no_deadlines(view),) if is_world else _notice(view)
    return Section(
        id="quality",
        title=view.text("Data quality") if is_world else view.text("Reporting status by body and data quality"),
        summary=plain(said(view)) if said(view) else (),
        blocks=(*list_of_missing(view), *notice, *blocks),
    )


def _notice(view: View) -> tuple[Note, ...]:
    """Bodies whose delivery for the edition has not come, and those whose came late and is in it."""
    late = [entry for entry in view.context.get("reporting_status") or () if entry.get("is_late")]
    absent, come = (
        list(dict.fromkeys(body_of(view, entry) for entry in late if bool(entry.get("received")) is is_there))
        for is_there in (False, True)
    )
    said = []
    if absent:
        said.append(
            view.text(
                "Not received: {bodies}. Figures of the periods concerned can rise when these arrive.",
                bodies=view.locale.listing(absent),
            )
        )
    if come:
        said.append(view.text("Came late, and is in this edition: {bodies}.", bodies=view.locale.listing(come)))
    if not said:
        return ()
    return (Note(title=view.text("Late or missing deliveries"), text=plain(" ".join(said)), tone="caution"),)


def _no_deadlines(view: View) -> Note:
    """Why the world has no table of deliveries."""
    return Note(
        title=view.text("No due dates"),
        text=view.say(
            "Global data sets have no due dates: they appear when their owners publish them. Who delivered what, and "
            "when, is told in the editions of a country."
        ),
        tone="info",
    )


def _day(view: View, value: object) -> str:
    if value in (None, ""):
        return "–"
    return view.locale.date(date.fromisoformat(str(value)))


def _status(view: View) -> Table | None:
    entries = view.context.get("reporting_status") or ()
    if not entries:
        return None
    rows = []
    for entry in entries:
        if not entry.get("received"):
            verdict = view.text("Not received") if entry.get("is_late") else view.text("Not due yet")
        else:
            verdict = view.text("Late") if entry.get("is_late") else view.text("On time")
        rows.append(
            Row(
                header=body_of(view, entry),
                cells=(
                    TableCell(text=view.source(entry["source"])),
                    TableCell(text=_day(view, entry.get("due"))),
                    TableCell(text=_day(view, entry.get("received"))),
                    TableCell(text=verdict),
                ),
            )
        )
    heads = (view.text("Source"), view.text("Due"), view.text("Received"), view.text("Status"))
    return Table(
        id="table-status",
        is_stacked=True,
        caption=view.text("Who delivered, and when"),
        stub=view.text("Body"),
        columns=tuple(Column(text=head, is_numeric=False) for head in heads),
        rows=tuple(rows),
    )


def _records(view: View) -> Table | None:
    table = view.table("records_by_source_outcome")
    if table is None:
        return None
    outcomes = table.codes("outcome")
    rows = tuple(
        Row(
            header=view.source(source) if source != TOTAL else view.text("Total"),
            cells=tuple(view.printed(view.cell(table, source, outcome), table.unit) for outcome in outcomes),
            is_total=source == TOTAL,
        )
        for source in table.codes("source")
    )
    return Table(
        id="table-records",
        caption=view.text("Rows read, by source"),
        stub=view.text("Source"),
        columns=tuple(Column(text=view.label("outcome", outcome)) for outcome in outcomes),
        rows=rows,
        notes=(
            plain(
                view.text(
                    "Rows set aside broke a rule of their contract; the acceptance report of their file lists them "
                    "with cell and rule."
                )
            ),
        ),
    )


def _completeness(view: View) -> Table | None:
    """For each dimension, how many persons of the period have a known value."""
    rows = []
    for dimension in DIMENSIONS:
        table = view.breakdown(dimension)
        total = view.cell(table, view.focus.code, TOTAL) if table else None
        if table is None or total is None or total.state == "not_reported":
            continue
        with_code, everyone = known(view, table, view.focus.code)
        whole = view.address(total)
        rows.append(
            Row(
                header=view.dimension(dimension),
                cells=(
                    _count(view, with_code, whole),
                    *(
                        _without_flag(view.printed(cell, table.unit))
                        if (cell := view.cell(table, view.focus.code, code))
                        else TableCell(text="0")
                        for code in ("unknown", "not_reported")
                    ),
                    _count(view, everyone, whole),
                ),
            )
        )
    if not rows:
        return None
    heads = (view.text("Known"), view.text("Unknown"), view.text("Not reported"), view.text("Total"))
    table = view.breakdown("sex")
    return Table(
        id="table-completeness",
        caption=view.text("How complete the records are, {period}", period=view.locale.period(view.focus.code)),
        stub=view.text("Characteristic"),
        columns=tuple(Column(text=head) for head in heads),
        rows=tuple(rows),
        notes=notes(view, table) if table else (),
    )


def _without_flag(cell: TableCell) -> TableCell:
    """A count of one period, which is not read along time: a break in the series says nothing of it."""
    return replace(cell, flags="", meaning="") if cell.flags else cell


def _count(view: View, value: float | None, address: str) -> TableCell:
    if value is None:
        mark, meaning = words.MARKS["suppressed"]
        return TableCell(text=mark, meaning=view.text(meaning), address=address)
    return TableCell(text=view.locale.number(value), address=address)
