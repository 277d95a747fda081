"""Tables of the status page."""

from __future__ import annotations

from collections.abc import Sequence

from reports import words
from reports.blocks import Block, Column, Paragraph, Row, Table, TableCell, plain
from reports.locale import Locale
from reports.status_words import (
    AUDIENCES,
    EDITION_STATES,
    OUTCOMES,
    STAGES,
    STATES,
    day,
    found,
    moment,
    named,
    owner,
    run_name,
    source,
    told,
)
from reports.tables import words_column
from transforms.status import BackTest, DueDelivery, EditionLine, Health, HomeStatus, NextRun, NoticeState, PastRun


def due(status: HomeStatus, here: Locale) -> tuple[Block, ...]:
    """The last delivery of each deadline, and the notices that are due."""
    if not status.due:
        return (Paragraph(text=plain(here.text("No deadlines are declared for this scope."))),)
    heads = (here.text("Source"), here.text("Period"), here.text("Due"), here.text("Received"), here.text("Status"))
    rows = tuple(
        Row(
            header=owner(status, one, here),
            cells=(
                TableCell(text=source(one.source, here)),
                TableCell(text=here.period(one.period)),
                TableCell(text=here.date(one.due)),
                TableCell(text=day(one.received, here)),
                TableCell(text=_due_state(status, one, here)),
            ),
        )
        for one in status.due
    )
    table = Table(
        id="table-due",
        caption=here.text("The last delivery of each deadline"),
        stub=here.text("Body"),
        columns=tuple(words_column(head) for head in heads),
        rows=rows,
        is_stacked=True,
    )
    return (table, *notices(status, here))


def _due_state(status: HomeStatus, one: DueDelivery, here: Locale) -> str:
    days = (status.at.date() - one.due).days
    if one.state != "overdue":
        return here.text(STATES[one.state])
    return here.plural("Overdue, {n} day", "Overdue, {n} days", days)


def notices(status: HomeStatus, here: Locale) -> tuple[Block, ...]:
    if not status.notices:
        return ()
    heads = (here.text("Source"), here.text("Period"), here.text("Kind of notice"), here.text("State"))
    rows = tuple(
        Row(
            header=named(status, one.to, here),
            cells=(
                TableCell(text=source(one.source, here)),
                TableCell(text=here.period(one.period)),
                TableCell(text=here.text(STAGES[one.stage])),
                TableCell(text=_notice_state(one, here)),
            ),
        )
        for one in status.notices
    )
    return (
        Table(
            id="table-notices",
            caption=here.text("Notices that are due now"),
            stub=here.text("To"),
            columns=tuple(words_column(head) for head in heads),
            rows=rows,
            is_stacked=True,
        ),
    )


def _notice_state(one: NoticeState, here: Locale) -> str:
    if not one.is_written:
        return here.text("Not written yet")
    if one.unsent:
        return here.plural("Not sent to {n} address", "Not sent to {n} addresses", one.unsent)
    return here.text("Written")


def arrived(status: HomeStatus, here: Locale) -> Block:
    """The newest extract of each source."""
    heads = (here.text("Newest state of"), here.text("Taken in on"), here.text("Extracts"), here.text("Withdrawn"))
    rows = tuple(
        Row(
            header=source(one.source, here),
            cells=(
                TableCell(text=day(one.latest, here)),
                TableCell(text=day(one.loaded_on, here)),
                TableCell(text=here.number(one.extracts)),
                TableCell(text=here.number(one.withdrawn)),
            ),
        )
        for one in status.arrived
    )
    return Table(
        id="table-arrived",
        caption=here.text("The newest extract of each source"),
        stub=here.text("Source"),
        columns=(*(words_column(head) for head in heads[:2]), *(Column(text=head) for head in heads[2:])),
        rows=rows,
        is_stacked=True,
    )


def editions(status: HomeStatus, here: Locale) -> tuple[Block, ...]:
    """Editions that wait, and those released last."""
    if not status.editions:
        return (Paragraph(text=plain(here.text("No edition was made yet."))),)
    heads = (here.text("For"), here.text("State"), here.text("On"), here.text("Awaited"))
    rows = tuple(
        Row(
            header=one.edition,
            cells=(
                TableCell(text=_audience(one, here)),
                TableCell(text=here.text(EDITION_STATES[one.state])),
                TableCell(text=day(one.on, here)),
                TableCell(text=_awaited(status, one, here)),
            ),
        )
        for one in status.editions
    )
    return (
        Table(
            id="table-editions",
            caption=here.text("Editions that wait, and the last ones that were released"),
            stub=here.text("Edition"),
            columns=tuple(words_column(head) for head in heads),
            rows=rows,
            is_stacked=True,
        ),
    )


def _audience(one: EditionLine, here: Locale) -> str:
    if not one.audience:
        return here.text("All readers")
    return here.text(AUDIENCES[one.audience]) if one.audience in AUDIENCES else one.audience


def _awaited(status: HomeStatus, one: EditionLine, here: Locale) -> str:
    listed = []
    for awaited in one.awaited:
        key, body, code = awaited.split(" ")
        title = source(key, here)
        listed.append(f"{title if body == '-' else named(status, body, here)}: {title}, {here.period(code)}")
    return "; ".join(listed) or "–"


def runs(status: HomeStatus, here: Locale) -> tuple[Block, ...]:
    """What ran last and what runs next."""
    ahead = Table(
        id="table-next",
        caption=here.text("Next runs, by the schedule"),
        stub=here.text("What"),
        columns=(words_column(here.text("When")),),
        rows=tuple(_ahead(status, one, here) for one in status.next_runs),
        is_stacked=True,
    )
    server = () if status.server is None else (Paragraph(text=plain(status.server)),)
    if not status.last_runs:
        return (Paragraph(text=plain(here.text("Nothing ran yet."))), ahead, *server)
    past = Table(
        id="table-last",
        caption=here.text("Last runs"),
        stub=here.text("What"),
        columns=(words_column(here.text("Ended")), words_column(here.text("How"))),
        rows=tuple(_past(status, one, here) for one in status.last_runs),
        is_stacked=True,
    )
    return (past, ahead, *server)


def _ahead(status: HomeStatus, one: NextRun, here: Locale) -> Row:
    cells = (TableCell(text=moment(one.at, status, here)),)
    return Row(header=run_name(one.what, one.edition, here), cells=cells)


def _past(status: HomeStatus, one: PastRun, here: Locale) -> Row:
    cells = (TableCell(text=moment(one.ended_at, status, here)), TableCell(text=here.text(OUTCOMES[one.outcome])))
    return Row(header=run_name(one.what, one.edition, here), cells=cells)


def health(checks: Sequence[Health], here: Locale) -> Block:
    """The checks of the home, each with its remedy."""
    rows = tuple(
        Row(
            header=here.message(one.label),
            cells=(
                TableCell(text=here.text("Well") if one.is_well else here.text("Not well")),
                TableCell(text=found(one.told, here)),
                TableCell(text=told(one.mend, here).replace("`", "") or "–"),
            ),
        )
        for one in checks
    )
    heads = (here.text("State"), here.text("Found"), here.text("How to mend it"))
    return Table(
        id="table-health",
        caption=here.text("What was looked at; the command tip-trends doctor looks at more"),
        stub=here.text("Check"),
        columns=tuple(words_column(head) for head in heads),
        rows=rows,
        is_stacked=True,
    )


def backtests(tests: Sequence[BackTest], here: Locale) -> Block:
    """How estimates of late registrations did on earlier days."""

    def percent(value: float | None) -> TableCell:
        return TableCell(text="–" if value is None else here.percent(value, 1 if value < 10 else 0))

    rows = tuple(
        Row(
            header=words.indicator(one.series, here.text),
            cells=(
                TableCell(text=here.number(one.periods)),
                percent(one.covered_pct),
                percent(one.level_pct),
                percent(one.error_pct),
                percent(one.uncorrected_error_pct),
            ),
        )
        for one in tests
    )
    heads = (
        here.text("Periods estimated"),
        here.text("Inside the interval"),
        here.text("Should be about"),
        here.text("Error of the totals"),
        here.text("Without the estimate"),
    )
    return Table(
        id="table-backtests",
        caption=here.text("Estimates as they would have been made on earlier days, against what was registered since"),
        stub=here.text("Series"),
        columns=tuple(Column(text=head) for head in heads),
        rows=rows,
        is_stacked=True,
    )
