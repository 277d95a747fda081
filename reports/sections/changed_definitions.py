"""What the figures mean now and meant in the last edition: definitions, rules, calendars, sources, denominators."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from reports import words
from reports.blocks import Block, Bullets, Column, Heading, Paragraph, Row, Table, TableCell, plain
from reports.edition import View
from reports.locale import N_
from reports.revised import CHOSEN_COUNTRIES, changed_parts
from transforms.codes import TOTAL
from transforms.disclosure.changes import CellChange, cell_changes
from transforms.disclosure.history import EditionBefore
from transforms.disclosure.released import ReleasedCell, ReleasedTable

PARTS = {
    "counts": N_("what is counted"),
    "check": N_("the check that a record must pass"),
    "measure": N_("the way it is counted"),
    "unit": N_("the unit"),
    "date": N_("the date that places it in a period"),
    "date_basis": N_("the date that places it in a period"),
    "deduplication": N_("how one person in several lists is counted"),
    "numerator": N_("the numerator"),
    "denominator": N_("the denominator"),
}
"""Parts of a definition, as a manifest declares them."""
RULES = {
    "threshold": N_("Counts below this are not shown"),
    "protection_width": N_("Least width of the range in which a suppressed count stays unknown"),
    "minimum_share_base": N_("Least number of persons for a percentage"),
    "minimum_rate_events": N_("Least number of events for a rate"),
}
"""Rules of disclosure control that a manifest declares."""
RATED = "sdg_16_2_2_by_period_sex"
"""The counts that the rate of SDG 16.2.2 divides by a population."""
RATE_DECIMALS = 2
THEN_AND_NOW = N_("{what}: {before} in the last edition, {now} in this one.")


def definitions(view: View, last: EditionBefore) -> tuple[Block, ...]:
    """What means something else than in the last edition, one a line, or that nothing does."""
    said = [*_sources(view, last), *_indicators(view, last), *_remarks(view, last), *_countries(view, last),
            *_calendar(view, last), *_breaks(view, last), *_rules(view, last), *_program(view, last)]  # fmt: skip
    heading = Heading(id="changed-definitions", text=view.text("Definitions, rules and sources"))
    if not said:
        none = view.text("Definitions, rules of disclosure control, the COVID calendar and the sources are the same.")
        return (heading, Paragraph(text=plain(none)))
    return (heading, Bullets(items=tuple(plain(one) for one in said)))


def _then_and_now(view: View, what: str, before: object, now: object) -> str:
    return view.text(THEN_AND_NOW, what=what, before=str(before), now=str(now))


def _sources(view: View, last: EditionBefore) -> Iterator[str]:
    """Sources that came or went, and those whose contract is another."""
    now = {used.source: used.contract_version for used in view.edition.created_from}
    if added := [view.source(name) for name in now if name not in last.contracts]:
        yield view.text("Sources of this edition that the last one did not have: {listed}.", listed="; ".join(added))
    if gone := [view.source(name) for name in last.contracts if name not in now]:
        yield view.text("Sources of the last edition that this one does not have: {listed}.", listed="; ".join(gone))
    for name, version in now.items():
        before = last.contracts.get(name, version)
        if before != version:
            what = view.text("Version of the contract of the source “{source}”", source=view.source(name))
            yield _then_and_now(view, what, before, version)


def _indicators(view: View, last: EditionBefore) -> Iterator[str]:
    """Indicators that came or went, and the parts of a definition that were changed."""
    keys_now = dict.fromkeys(table.indicator for table in view.edition)
    keys_before = dict.fromkeys(table.indicator for table in last.tables.values())
    if added := [view.indicator(key) for key in keys_now if key not in keys_before]:
        yield view.text("Shown in this edition and not in the last one: {listed}.", listed="; ".join(added))
    if gone := [view.indicator(key) for key in keys_before if key not in keys_now]:
        yield view.text("Shown in the last edition and not in this one: {listed}.", listed="; ".join(gone))
    before, now = (context.get("indicators") or {} for context in (last.context, view.context))
    if now and not before:
        yield view.text("The last edition does not say how its indicators were defined, so they are not compared.")
    for key in now:
        if changed := changed_parts(view.context, last, key):
            named = dict.fromkeys(view.text(PARTS.get(part, words.readable(part))) for part in changed)
            yield view.text(
                "The definition of “{indicator}” was changed: {parts}. Its figures cannot be compared across the two "
                "editions without regard to that.",
                indicator=view.indicator(key),
                parts=view.locale.listing(list(named)),
            )


def _remarks(view: View, last: EditionBefore) -> Iterator[str]:
    """Caveats that a table carries now and did not before, and the reverse, each once."""
    added: dict[str, None] = {}
    gone: dict[str, None] = {}
    for table in view.edition:
        if (before := last.tables.get(table.key)) is not None:
            added |= dict.fromkeys(key for key in table.caveats if key not in before.caveats)
            gone |= dict.fromkeys(key for key in before.caveats if key not in table.caveats)
    for keys, message in ((added, NEW_REMARK), (gone, OLD_REMARK)):
        for key in keys:
            if key in words.CAVEATS:
                yield view.text(message, remark=view.text(words.CAVEATS[key]))


NEW_REMARK = N_("A remark was added to some figures: {remark}")
OLD_REMARK = N_("A remark is no longer made on some figures: {remark}")


def _countries(view: View, last: EditionBefore) -> Iterator[str]:
    """Sums over chosen countries that have another figure for a year that both editions show."""
    for key in CHOSEN_COUNTRIES:
        before, now = last.tables.get(key), view.table(key)
        if now is not None and any(one.change == "revised" for one in cell_changes(before, now)):
            yield view.text(
                "{indicator}: other countries than in the last edition, because a country counts only where it "
                "reported every year that is compared. Figures of the same year differ for that reason.",
                indicator=view.indicator(key),
            )


def _calendar(view: View, last: EditionBefore) -> Iterator[str]:
    """COVID phases whose months were moved."""
    before, now = (_phases(context) for context in (last.context, view.context))
    if not before:
        return
    for key in dict.fromkeys((*now, *before)):
        if before.get(key) != now.get(key):
            what = view.text("COVID phase “{phase}”", phase=view.period_label(f"phase:{key}"))
            yield _then_and_now(view, what, _months(view, before.get(key)), _months(view, now.get(key)))


def _phases(context: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """The COVID calendar by phase; none where an edition kept the dates of deliveries under that name."""
    return {phase["key"]: phase for phase in context.get("calendar") or () if "key" in phase}


def _months(view: View, phase: Mapping[str, Any] | None) -> str:
    """`March 2020 – August 2020`; a phase without end is open."""
    if phase is None:
        return "–"
    end = view.locale.period(phase["end"]) if phase["end"] else "…"
    return f"{view.locale.period(phase['start'])} – {end}"


def _breaks(view: View, last: EditionBefore) -> Iterator[str]:
    """Breaks in a series that are declared now and were not before, and the reverse."""
    before, now = (
        {(gap["source"], str(gap["period"]), gap["key"]): gap for gap in context.get("breaks") or ()}
        for context in (last.context, view.context)
    )
    for found, other, message in ((now, before, NEW_BREAK), (before, now, OLD_BREAK)):
        for place, gap in found.items():
            if place not in other:
                texts = gap["texts"] if isinstance(gap["texts"], Mapping) else {}
                yield view.text(
                    message,
                    source=view.source(place[0]),
                    period=view.locale.period(place[1]),
                    reason=view.told(texts).rstrip(". "),
                )


NEW_BREAK = N_("A break of the series is declared now: {source}, {period}. {reason}.")
OLD_BREAK = N_("A break of the series is not declared any more: {source}, {period}. {reason}.")


def _rules(view: View, last: EditionBefore) -> Iterator[str]:
    """Rules of disclosure control with another value."""
    for key, name in RULES.items():
        before, now = last.policy.get(key), view.edition.policy.get(key)
        if before != now:
            yield _then_and_now(view, view.text(name), "–" if before is None else before, "–" if now is None else now)


def _program(view: View, last: EditionBefore) -> Iterator[str]:
    if last.code_version != view.edition.code_version:
        yield _then_and_now(view, view.text("Version of the program"), last.code_version, view.edition.code_version)


def denominators(view: View, last: EditionBefore) -> tuple[Block, ...]:
    """Which population rates are divided by, now and then, and what that alone did to them; nothing without rates."""
    now, before = _vintage(view.context), _vintage(last.context)
    if now is None and before is None:
        return ()
    heading = Heading(id="changed-denominators", text=view.text("Denominators"))
    said = _vintages(view, before, now)
    rows = tuple(_rates(view, last))
    if not rows:
        if before == now:
            return (heading, Paragraph(text=plain(said)))
        same = view.text("No population figure that both editions divide by has changed.") if before and now else ""
        return (heading, Paragraph(text=plain(f"{said} {same}".rstrip())))
    heads = (
        view.text("Population, last edition"),
        view.text("Population, this edition"),
        view.text("Change of the population"),
        view.text("Rate, last edition"),
        view.text("Rate, this edition"),
        view.text("Change by the population alone"),
    )
    note = view.text(
        "The change of a rate is given where the count is the same in both editions, so that the population alone made "
        "it; elsewhere the count changed too, or one of the rates is not shown. Periods whose count is suppressed are "
        "left out."
    )
    table = Table(
        id="table-denominators",
        caption=view.text("Populations that were revised, and rates per 100,000"),
        stub=view.text("Period"),
        columns=tuple(Column(text=head) for head in heads),
        rows=rows,
        notes=(plain(note),),
    )
    return (heading, Paragraph(text=plain(said)), table)


def _vintage(context: Mapping[str, Any]) -> str | None:
    """Day of the population that the rates of an edition are divided by."""
    return next((str(one["vintage_date"]) for one in context.get("denominators") or ()), None)


def _vintages(view: View, before: str | None, now: str | None) -> str:
    then, present = (None if one is None else view.locale.date(date.fromisoformat(one)) for one in (before, now))
    if then is None:
        return view.text(
            "Rates are divided by the population as known on {date}; the last edition had none.", date=present or "–"
        )
    if present is None:
        return view.text(
            "The last edition divided rates by the population as known on {date}; this one has none.", date=then
        )
    if before == now:
        return view.text("Rates are divided by the same population as in the last edition, known on {date}.", date=then)
    return view.text(
        "Rates are divided by the population as known on {date}; in the last edition, as known on {before}.",
        date=present,
        before=then,
    )


def _rates(view: View, last: EditionBefore) -> Iterator[Row]:
    """Periods of the rate whose population both editions tell, with different numbers; all persons together."""
    table, before = view.table(f"{RATED}.rate"), last.tables.get(f"{RATED}.rate")
    if table is None or before is None or table.dimensions != before.dimensions:
        return
    then = {cell.at: cell for cell in before.cells}
    for cell in table.cells:
        old = then.get(cell.at)
        is_margin = all(code == TOTAL for name, code in zip(table.dimensions, cell.at, strict=True) if name != "period")
        if is_margin and old is not None and old.base and cell.base and old.base != cell.base:
            yield _rate_row(view, last, table, old, cell)


def _rate_row(view: View, last: EditionBefore, table: ReleasedTable, old: ReleasedCell, cell: ReleasedCell) -> Row:
    number, code = view.locale.number, dict(zip(table.dimensions, cell.at, strict=True))["period"]
    counted = CellChange(at=cell.at, before=last.cell(RATED, *cell.at), now=view.cell(RATED, *cell.at))
    rates = CellChange(at=cell.at, before=old, now=cell)
    alone = rates.difference if counted.change == "same" else None
    return Row(
        header=view.locale.period(code),
        cells=(
            TableCell(text=number(old.base or 0)),
            TableCell(text=number(cell.base or 0)),
            TableCell(text=view.locale.signed((cell.base or 0) - (old.base or 0))),
            view.printed(old, table.unit),
            view.printed(cell, table.unit),
            TableCell(text="–" if alone is None else view.locale.signed(alone, RATE_DECIMALS)),
        ),
    )
