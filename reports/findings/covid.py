"""Sentences on the COVID period: each as its interval allows."""

from __future__ import annotations

from collections.abc import Iterator

from reports.blocks import Strong
from reports.edition import PHASE_PREFIX, View
from reports.findings.sentence import Finding
from reports.locale import N_
from reports.shifts import shifts
from transforms.disclosure.released import ReleasedCell


def covid(view: View) -> Iterator[Finding]:
    """Monthly mean of each later phase against the one before the pandemic, as an interval-bearing ratio."""
    key = f"{view.headline}_by_period.phase_ratio"
    for phase in view.context.get("phases") or ():
        code = PHASE_PREFIX + phase["key"]
        cell = view.cell(key, code)
        if cell is None or cell.value is None or cell.lower is None or cell.upper is None:
            continue
        message = _phase_message(cell)
        said = view.say(
            message,
            phase=view.period_label(code),
            ratio=Strong(view.locale.number(cell.value, 2)),
            interval=view.interval(cell, "ratio"),
        )
        yield Finding(key=f"covid_{phase['key']}", text=said, cells=((key, (code,)),))


def who_detected(view: View) -> Iterator[Finding]:
    """The strongest clear rise and the strongest clear fall among the ways of coming to notice."""
    found = shifts(view, "identification_channel")
    rise = next((s for s in found if (s.cell.value or 0) > 1), None)
    fall = next((s for s in found if (s.cell.value or 0) < 1), None)
    for shift in filter(None, (rise, fall)):
        said = view.say(
            "“{group}” brought {ratio} times as many persons a month to notice "
            "in phase “{phase}” as before the pandemic ({interval}).",
            group=view.label("identification_channel", shift.code),
            ratio=Strong(view.locale.number(shift.cell.value or 0, 2)),
            phase=view.period_label(shift.phase),
            interval=view.interval(shift.cell, "ratio"),
        )
        yield Finding(key=f"channel_{shift.code}", text=said, cells=((shift.table, (shift.phase, shift.code)),))


def _phase_message(cell: ReleasedCell) -> str:
    """Which of three sentences the interval allows."""
    if cell.upper is not None and cell.upper < 1:
        return N_(
            "{phase}: fewer victims were detected a month than before the pandemic, ratio {ratio} ({interval}). "
            "Less detection does not mean less trafficking."
        )
    if cell.lower is not None and cell.lower > 1:
        return N_("{phase}: more victims were detected a month than before the pandemic, ratio {ratio} ({interval}).")
    return N_("{phase}: no clear difference in detection from before the pandemic, ratio {ratio} ({interval}).")
