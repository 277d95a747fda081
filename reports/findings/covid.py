"""Sentences on the COVID period: each as its interval allows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reports.blocks import Inline, Plain, Strong
from reports.conclusions import conclusion, in_words
from reports.edition import PHASE_PREFIX, View
from reports.estimated import bounds, given, span
from reports.findings.counts import persons
from reports.findings.sentence import Cells, Finding
from reports.locale import N_
from reports.shifts import shifts
from reports.wording import breaks_between, is_uneven
from transforms.disclosure.released import ReleasedCell
from transforms.periods import Phase, period

FEWER = N_("{phase}: fewer victims were detected a month than before the pandemic, ratio {ratio} ({interval}).")
MORE = N_("{phase}: more victims were detected a month than before the pandemic, ratio {ratio} ({interval}).")
CHANNEL_FEWER = N_(
    "“{group}” brought fewer persons a month to notice than before the pandemic ({phase}: ratio {ratio}, {interval})."
)
CHANNEL_MORE = N_(
    "“{group}” brought more persons a month to notice than before the pandemic ({phase}: ratio {ratio}, {interval})."
)


MODELLED = N_(
    "{phase} ({span}): {persons}, where {expected} were to be expected had the years before gone on (95 % prediction "
    "interval {bounds}): {conclusion}."
)


def covid(view: View) -> Iterator[Finding]:
    """Phases that differ clearly, against the model of the years before or their monthly mean; or that none does.

    In one finding, with the sentence that must stand beside every fall.
    """
    modelled = _modelled(view)
    found = [
        made
        for phase in view.context.get("phases") or ()
        if (made := modelled.get(phase["key"]) or _plainly(view, phase)) is not None
    ]
    if not found:
        return
    clear = [one for one, is_clear in found if is_clear]
    text: Inline = ()
    is_warned = False
    for one in clear:
        text = (*text, *((Plain(" "),) if text else ()), *one.text)
        if one.is_fewer and not is_warned:
            is_warned, text = True, (*text, Plain(" "), *view.say("Less detection does not mean less trafficking."))
            if is_uneven(view.table(f"{view.headline}_by_period")):
                text = (*text, Plain(" "), *view.say("Organisations left the data set as well."))
    if not clear:
        text = view.say("In no phase of the COVID period does detection differ clearly from the years before.")
    told = clear or [one for one, _ in found]
    yield Finding(
        key="covid",
        text=text,
        cells=tuple(cell for one in told for cell in one.cells),
        answer=next((one.answer for one in told if one.answer), ""),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Phase:
    """What is said of one phase, whether it is a fall, the cells that carry it, and the answer that it tells."""

    text: Inline
    is_fewer: bool
    cells: Cells
    answer: str = ""


def _modelled(view: View) -> dict[str, tuple[_Phase, bool]]:
    """By phase the sentence of the model, adjusted among the phases (Holm), and whether the difference is clear."""
    found = given(view, f"covid:{view.headline}")
    if found is None:
        return {}
    level, made = found.estimate.level, {}
    for row in found.estimate.details["phases"]:
        if periods := _periods(view, row["phase"], found.estimate.details["by_period"]):
            said = conclusion(row, level)
            phase = _Phase(
                text=_against_expected(view, row, periods, level),
                is_fewer=said == "fewer",
                cells=tuple((f"{view.headline}_by_period", (code,)) for code in periods),
                answer=found.key,
            )
            made[row["phase"]] = (phase, said in {"fewer", "more"})
    return made


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


def _plainly(view: View, phase: dict[str, str]) -> tuple[_Phase, bool] | None:
    """The monthly mean of a phase against the one before the pandemic, and whether its interval leaves out 1."""
    key, code = f"{view.headline}_by_period.phase_ratio", PHASE_PREFIX + phase["key"]
    cell = view.cell(key, code)
    if cell is None or cell.value is None or cell.lower is None or cell.upper is None:
        return None
    is_fewer, is_more = cell.upper < 1, cell.lower > 1
    said = view.say(
        FEWER if is_fewer else MORE,
        phase=view.period_label(code),
        ratio=Strong(view.locale.number(cell.value, 2)),
        interval=view.interval(cell, "ratio"),
    )
    said = (*said, *_break(view, key, phase))
    return _Phase(text=said, is_fewer=is_fewer, cells=((key, (code,)),)), is_fewer or is_more


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
    """The strongest clear rise and the strongest clear fall among the ways of coming to notice, in one finding."""
    found = shifts(view, "identification_channel")
    rise = next((s for s in found if _ratio(s.cell) > 1), None)
    fall = next((s for s in found if _ratio(s.cell) < 1), None)
    told = [shift for shift in (rise, fall) if shift is not None]
    text: Inline = ()
    for shift in told:
        said = view.say(
            CHANNEL_MORE if _ratio(shift.cell) > 1 else CHANNEL_FEWER,
            group=view.label("identification_channel", shift.code),
            ratio=Strong(view.locale.number(_ratio(shift.cell), 2)),
            phase=view.inside(view.period_label(shift.phase)),
            interval=view.interval(shift.cell, "ratio"),
        )
        text = (*text, *((Plain(" "),) if text else ()), *said)
    if told:
        yield Finding(key="channels", text=text, cells=tuple((s.table, (s.phase, s.code)) for s in told))


def _ratio(cell: ReleasedCell) -> float:
    return cell.value or 0.0
