"""From how victims came to notice to who identified them, in the edition's period, as a matrix."""

from __future__ import annotations

from reports import alternatives
from reports.blocks import Chart, Column, Note, Row, Table
from reports.charts import chart
from reports.charts.bars import Bar
from reports.charts.shades import Field, FieldRow, crossed
from reports.edition import View
from reports.findings.groups import MOST_TIES
from reports.locale import N_
from reports.sections.parts import class_bounds
from reports.tables import notes, specific
from transforms.codes import TOTAL
from transforms.disclosure.released import ReleasedTable

SUFFIX = "identification_channel_identified_by"
FROM, TO = "identification_channel", "identified_by"
MOST_BODIES = 6
"""What a phone has room for; the table beside holds the rest."""
LEAST_SHOWN = 0.5
"""Part of the fields that must have a figure: a drawing of marks tells nothing."""

MOST = N_("From channel to body, most often: {pairs} ({n} persons)")
MOST_EACH = N_("From channel to body, most often: {pairs} ({n} persons each)")
MOST_SHOWN = N_("From channel to body, most often of those shown: {pairs} ({n} persons)")
MOST_SHOWN_EACH = N_("From channel to body, most often of those shown: {pairs} ({n} persons each)")
EVEN = N_("From channel to body: no single way is the most frequent")


def channel_flow(view: View) -> Chart | Note | None:
    """Channels down, identifying bodies across; a note where most may not be shown."""
    table = view.breakdown(SUFFIX)
    if table is None or view.focus.code not in table.codes("period"):
        return None
    channels, bodies = _used(view, table, FROM), _used(view, table, TO)[:MOST_BODIES]
    if min(len(channels), len(bodies)) < 2:
        return None
    bars = {(channel, body): _bar(view, table, channel, body) for channel in channels for body in bodies}
    if sum(bar.value is not None for bar in bars.values()) < LEAST_SHOWN * len(bars):
        return _mostly_withheld(view)
    if not any(bar.value for bar in bars.values()):
        return None
    rows = [
        FieldRow(label=view.label(FROM, channel), fields=tuple(_field(bars[channel, body]) for body in bodies))
        for channel in channels
    ]
    heads = [view.label(TO, body) for body in bodies]
    drawn = list(bars.values())
    return chart(
        view,
        id="channel-flow",
        title=_title(view, drawn),
        subtitle=_subtitle(view, table, is_all=all(bar.value is not None for bar in drawn)),
        description=alternatives.of_groups(view, drawn, ()),
        source=view.sources(table),
        draw=lambda size: crossed(rows, heads, size, over=view.dimension(TO), bounds=class_bounds(view)),
        table=_table(view, table),
    )


def _used(view: View, table: ReleasedTable, dimension: str) -> list[str]:
    """Named codes whose margin in the period is not a zero, the largest shown first."""

    persons: dict[str, float] = {}
    for code in specific(view.codes(table, dimension)):
        at = (code, TOTAL) if dimension == FROM else (TOTAL, code)
        cell = view.cell(table, view.focus.code, *at)
        if cell is not None and cell.state != "zero":
            persons[code] = cell.value or 0.0
    return sorted(persons, key=lambda code: -persons[code])


def _bar(view: View, table: ReleasedTable, channel: str, body: str) -> Bar:
    cell = view.cell(table, view.focus.code, channel, body)
    label = view.text("{channel} → {body}", channel=view.label(FROM, channel), body=view.label(TO, body))
    return Bar(label=label, value=cell.value if cell else None, text=view.printed(cell, table.unit).text)


def _field(bar: Bar) -> Field:
    return Field(value=bar.value, text=bar.text)


def _mostly_withheld(view: View) -> Note:
    period_name = view.locale.period(view.focus.code)
    return Note(
        title=view.text("From channel to body: most counts cannot be shown for {period}", period=period_name),
        text=view.say(
            "Most counts by channel and identifying body are withheld to protect persons. "
            "What can be shown is in the table files."
        ),
        tone="missing",
    )


def _title(view: View, drawn: list[Bar]) -> str:
    most = max(bar.value or 0 for bar in drawn)
    largest = [bar.label for bar in drawn if bar.value == most]
    if len(largest) > MOST_TIES:
        return view.text(EVEN)
    one, each = (MOST, MOST_EACH) if all(bar.value is not None for bar in drawn) else (MOST_SHOWN, MOST_SHOWN_EACH)
    message = one if len(largest) == 1 else each
    return view.text(message, pairs=view.locale.listing(largest), n=view.locale.number(most))


def _subtitle(view: View, table: ReleasedTable, *, is_all: bool) -> str:
    what = view.text(
        "{indicator} by identification channel (down) and identifying body (across), {period}, persons.",
        indicator=view.indicator(table.indicator),
        period=view.locale.period(view.focus.code),
    )
    rest = view.text("Persons for whom either is unknown are in the table only.")
    hatched = "" if is_all else view.text("Hatched: no figure can be shown.")
    return " ".join(filter(None, (what, rest, hatched)))


def _table(view: View, table: ReleasedTable) -> Table:
    bodies = (*view.codes(table, TO), TOTAL)
    rows = [
        Row(
            header=view.label(FROM, channel),
            cells=tuple(view.printed(view.cell(table, view.focus.code, channel, body), table.unit) for body in bodies),
            is_total=channel == TOTAL,
        )
        for channel in (*view.codes(table, FROM), TOTAL)
    ]
    return Table(
        id="table-channel-flow",
        caption=view.text(
            "{indicator} by identification channel and identifying body", indicator=view.indicator(table.indicator)
        ),
        stub=view.dimension(FROM),
        columns=tuple(Column(text=view.label(TO, body)) for body in bodies),
        rows=tuple(rows),
        notes=notes(view, table),
    )
