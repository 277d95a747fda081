"""Sentences on the COVID period: each as its interval allows."""

from __future__ import annotations

from collections.abc import Iterator

from reports.blocks import Inline, Plain, Strong
from reports.edition import PHASE_PREFIX, View
from reports.findings.sentence import Finding
from reports.locale import N_
from reports.shifts import shifts
from reports.wording import breaks_between
from transforms.disclosure.released import ReleasedCell
from transforms.periods import period

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


def covid(view: View) -> Iterator[Finding]:
    """Monthly mean of each later phase against the one before the pandemic, as an interval-bearing ratio."""
    key = f"{view.headline}_by_period.phase_ratio"
    is_warned = False
    for phase in view.context.get("phases") or ():
        code = PHASE_PREFIX + phase["key"]
        cell = view.cell(key, code)
        if cell is None or cell.value is None or cell.lower is None or cell.upper is None:
            continue
        is_fewer = cell.upper < 1
        said = view.say(
            FEWER if is_fewer else MORE if cell.lower > 1 else ALIKE,
            phase=view.period_label(code),
            ratio=Strong(view.locale.number(cell.value, 2)),
            interval=view.interval(cell, "ratio"),
        )
        said = (*said, *_break(view, key, phase))
        if is_fewer and not is_warned:
            is_warned = True
            said = (*said, Plain(" "), *view.say("Less detection does not mean less trafficking."))
        yield Finding(key=f"covid_{phase['key']}", text=said, cells=((key, (code,)),))


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
