"""Sentences on the COVID period: each as its interval allows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from reports.blocks import Inline, Plain, Strong
from reports.conclusions import conclusion, in_words
from reports.edition import PHASE_PREFIX, View
from reports.estimated import bounds, given, span
from reports.findings.counts import persons
from reports.findings.sentence import Finding
from reports.locale import N_
from reports.shifts import shifts
from reports.wording import breaks_between, is_uneven
from transforms.disclosure.released import ReleasedCell
from transforms.periods import Phase, period

FEWER = N_("{phase}: fewer victims were detected a month than before the pandemic, ratio {ratio} ({interval}).")
MORE = N_("{phase}: more victims were detected a month than before the pandemic, ratio {ratio} ({interval}).")
ALIKE = N_("{phase}: no clear difference in detection from before the pandemic, ratio {ratio} ({interval}).")
CHANNEL_FEWER = N_(
    "“{group}” brought fewer persons a month to notice in phase “{phase}” than before the pandemic, "
    "ratio {ratio} ({interval})."
)
CHANNEL_MORE = N_(
    "“{group}” brought more persons a month to notice in phase “{phase}” than before the pandemic, "
    "ratio {ratio} ({interval})."
)


MODELLED = N_(
    "{phase} ({span}): {persons}, where {expected} were to be expected had the years before gone on (95 % prediction "
    "interval {bounds}): {conclusion}."
)


def covid(view: View) -> Iterator[Finding]:
    """Each later phase: against what the model of the years before lets expect, or else against their monthly mean."""
    modelled = _modelled(view)
    is_warned = False
    for phase in view.context.get("phases") or ():
        made = modelled.get(phase["key"]) or _plainly(view, phase)
        if made is None:
            continue
        finding, is_fewer = made
        if is_fewer and not is_warned:
            is_warned = True
            said = view.say("Less detection does not mean less trafficking.")
            if is_uneven(view.table(f"{view.headline}_by_period")):
                said = (*said, Plain(" "), *view.say("Organisations left the data set as well."))
            finding = replace(finding, text=(*finding.text, Plain(" "), *said))
        yield finding


def _modelled(view: View) -> dict[str, tuple[Finding, bool]]:
    """By phase the sentence of the model, adjusted among the phases (Holm), and whether it says fewer."""
    found = given(view, f"covid:{view.headline}")
    if found is None:
        return {}
    details = found.estimate.details
    periods = {row["phase"]: _periods(view, row["phase"], details["by_period"]) for row in details["phases"]}
    return {
        row["phase"]: (
            Finding(
                key=f"covid_{row['phase']}",
                text=_against_expected(view, row, periods[row["phase"]], found.estimate.level),
                cells=tuple((f"{view.headline}_by_period", (code,)) for code in periods[row["phase"]]),
                answer=found.key,
            ),
            conclusion(row, found.estimate.level) == "fewer",
        )
        for row in details["phases"]
        if periods[row["phase"]]
    }


def _periods(view: View, key: str, rows: Sequence[Mapping[str, Any]]) -> tuple[str, ...]:
    """Periods that lie wholly in a phase."""
    phase = next((phase for phase in view.context.get("phases") or () if phase["key"] == key), None)
    if phase is None:
        return ()
    held = Phase(key=key, start=period(phase["start"]), end=period(phase["end"]) if phase.get("end") else None)
    return tuple(row["period"] for row in rows if held.holds(period(row["period"])))


def _against_expected(view: View, row: Mapping[str, Any], periods: Sequence[str], level: float) -> Inline:
    return view.say(
        MODELLED,
        phase=view.period_label(PHASE_PREFIX + row["phase"]),
        span=span(view, f"{periods[0]}:{periods[-1]}"),
        persons=Strong(persons(view, view.headline, row["observed"])),
        expected=view.locale.number(row["expected"]),
        bounds=bounds(view, row["expected_lower"], row["expected_upper"], 0),
        conclusion=in_words(view, row, level),
    )


def _plainly(view: View, phase: dict[str, str]) -> tuple[Finding, bool] | None:
    """The monthly mean of a phase against the one before the pandemic, as an interval-bearing ratio."""
    key, code = f"{view.headline}_by_period.phase_ratio", PHASE_PREFIX + phase["key"]
    cell = view.cell(key, code)
    if cell is None or cell.value is None or cell.lower is None or cell.upper is None:
        return None
    is_fewer = cell.upper < 1
    said = view.say(
        FEWER if is_fewer else MORE if cell.lower > 1 else ALIKE,
        phase=view.period_label(code),
        ratio=Strong(view.locale.number(cell.value, 2)),
        interval=view.interval(cell, "ratio"),
    )
    said = (*said, *_break(view, key, phase))
    return Finding(key=f"covid_{phase['key']}", text=said, cells=((key, (code,)),)), is_fewer


def _break(view: View, key: str, phase: dict[str, str]) -> Inline:
    """Says that the series breaks between the months before the pandemic and the end of the phase."""
    first = view.context["phases"][0]
    last = period(phase["end"]) if phase.get("end") else view.focus
    found = breaks_between(view, view.table(key), period(first["start"]), last)
    if not found:
        return ()
    years = view.locale.listing(list(dict.fromkeys(str(gap["period"]) for gap in found)))
    return (Plain(" "), *view.say("The series breaks in {years}.", years=years))


def who_detected(view: View) -> Iterator[Finding]:
    """The strongest clear rise and the strongest clear fall among the ways of coming to notice."""
    found = shifts(view, "identification_channel")
    rise = next((s for s in found if _ratio(s.cell) > 1), None)
    fall = next((s for s in found if _ratio(s.cell) < 1), None)
    for shift in filter(None, (rise, fall)):
        said = view.say(
            CHANNEL_MORE if _ratio(shift.cell) > 1 else CHANNEL_FEWER,
            group=view.label("identification_channel", shift.code),
            ratio=Strong(view.locale.number(_ratio(shift.cell), 2)),
            phase=view.period_label(shift.phase),
            interval=view.interval(shift.cell, "ratio"),
        )
        yield Finding(key=f"channel_{shift.code}", text=said, cells=((shift.table, (shift.phase, shift.code)),))


def _ratio(cell: ReleasedCell) -> float:
    return cell.value or 0.0
