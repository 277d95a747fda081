"""Who detected: the change of every phase split among channels and bodies, and whether the mix of persons shifted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from reports.blocks import Block, Bullets, Column, Heading, Inline, Note, Paragraph, Table, TableCell, plain
from reports.edition import PHASE_PREFIX, View
from reports.estimated import answer, bounds, nothing, of_answer, p_value, ratio, reason, signed, signed_bounds
from reports.locale import N_
from reports.tables import notes, with_intervals, words_column
from reports.wording import breaks_between, group
from transforms.codes import CODE_LISTS, TOTAL
from transforms.disclosure.released import ReleasedEstimate
from transforms.periods import period

DETECTION = ("identification_channel", "identified_by")
COMPOSITION = ("sex", "age_class", "form", "identification_channel")
BASE = "pre_pandemic"
REST = "rest"
CLEAR_FLAG = "*"
PAIRS = (("self_report", "tip"), ("inspection", "self_report"))
"""Pairs that tell whether victims still came forward while others no longer noticed them."""


READING = N_(
    "Change: persons in the phase less those to be expected at the monthly pace before the pandemic; the parts add up "
    "to the total. Ratio of monthly levels with 95 % exact interval; * clear after correction for the number of parts "
    "(Holm). This is detection, not how many victims there are."
)


def detection_blocks(view: View) -> tuple[Block, ...]:
    """The decomposition by channel and by body, then the composition; nothing where it was not asked."""
    tables = [table for dimension in DETECTION for table in _decomposition(view, dimension)]
    pairs = _pairs(view)
    mixes = _composition(view)
    if not (tables or mixes):
        return ()
    return (
        Heading(id="who-detected", text=view.text("Who detected, and whom")),
        *((Paragraph(text=plain(view.text(READING))),) if any(block.kind == "table" for block in tables) else ()),
        *tables,
        *((Bullets(items=pairs),) if pairs else ()),
        *mixes,
    )


def _later(view: View) -> tuple[str, ...]:
    return tuple(phase["key"] for phase in (view.context.get("phases") or ())[1:])


def _answers(view: View, question: str, dimension: str) -> dict[str, ReleasedEstimate]:
    found = {phase: answer(view, f"{question}:{dimension}:{phase}") for phase in _later(view)}
    return {phase: one for phase, one in found.items() if one is not None}


def _decomposition(view: View, dimension: str) -> tuple[Block, ...]:
    """Codes down; for each phase the change in persons against the pace before, and its ratio."""
    found = _answers(view, "detection", dimension)
    if not found:
        return ()
    shown = {phase: one for phase, one in found.items() if one.estimate.refusal is None}
    codes = dict.fromkeys(code for one in shown.values() for code in one.estimate.details["parts"])
    order = [code for code in _order(view, dimension) if code in codes]
    rows = []
    for code in (*order, *(code for code in codes if code not in order), TOTAL):
        cells: list[TableCell] = []
        for phase, one in shown.items():
            details = one.estimate.details
            is_total = code == TOTAL
            parts = _part(view, details["total"]) if is_total else _part_of(view, dimension, phase, code, details)
            cells += of_answer(view, one.key, *parts)
        rows.append((_label(view, dimension, code), tuple(cells)))
    columns = []
    for phase in shown:
        name = view.period_label(PHASE_PREFIX + phase)
        columns += [view.text("{phase}: change", phase=name), view.text("{phase}: ratio", phase=name)]
    table = view.breakdown(dimension)
    remarks = [
        *(
            view.text(
                "{phase}: not split. {reason}", phase=view.period_label(PHASE_PREFIX + phase), reason=reason(view, one)
            )
            for phase, one in found.items()
            if one.estimate.refusal is not None
        ),
        *_break_remark(view, dimension),
    ]
    if any(REST in one.estimate.details["parts"] for one in shown.values()):
        remarks.append(view.text("The rest holds the groups of which a count is withheld, together."))
    if not shown:
        return (_refused_note(view, dimension, remarks),)
    return (
        with_intervals(
            view,
            rows,
            columns,
            id=f"table-detection-{dimension.replace('_', '-')}",
            caption=view.text("{dimension}: what each part adds to the change", dimension=view.dimension(dimension)),
            stub=view.dimension(dimension),
            source=(*(plain(text) for text in remarks), *(notes(view, table) if table else ())),
        ),
    )


def _refused_note(view: View, dimension: str, remarks: Sequence[str]) -> Note:
    return Note(
        title=view.text("{dimension}: the change is not split", dimension=view.dimension(dimension)),
        text=plain(" ".join(remarks)),
        tone="missing",
    )


def _order(view: View, dimension: str) -> tuple[str, ...]:
    listed = next((codes for codes in CODE_LISTS if codes.key == dimension), None)
    return tuple(listed.by_value) if listed else ()


def _label(view: View, dimension: str, code: str) -> str:
    return view.text("The rest") if code == REST else view.label(dimension, code)


def _part_of(
    view: View, dimension: str, phase: str, code: str, details: Mapping[str, Any]
) -> tuple[TableCell, TableCell]:
    """A part of the change; the mark of its state where it is withheld and stands in the rest."""
    part = details["parts"].get(code)
    if part is not None:
        return _part(view, part)
    table = view.breakdown(dimension)
    cells = [view.cell(table, PHASE_PREFIX + key, code) for key in (phase, BASE)] if table and code != REST else []
    unknown = next((cell for cell in cells if cell is not None and cell.value is None), None)
    mark = nothing(view) if unknown is None else view.printed(unknown, "person")
    return mark, mark


def _part(view: View, part: Mapping[str, Any]) -> tuple[TableCell, TableCell]:
    """Change in persons, and the ratio with a star where it is clear among the parts."""
    moved = TableCell(text=signed(view, part["change"], 1))
    said = ratio(view, part["rate_ratio"], part["lower"], part["upper"])
    if not said:
        return moved, nothing(view)
    is_clear = part["p_holm"] is not None and part["p_holm"] < 0.05
    if not is_clear:
        return moved, TableCell(text=said)
    return moved, TableCell(text=said, flags=CLEAR_FLAG, meaning=view.text("clear after correction (Holm)"))


def _break_remark(view: View, dimension: str) -> tuple[str, ...]:
    table, phases = view.breakdown(dimension), view.context.get("phases") or ()
    if table is None or not phases:
        return ()
    found = breaks_between(view, table, period(phases[0]["start"]), view.focus)
    years = list(dict.fromkeys(str(gap["period"]) for gap in found))
    if not years:
        return ()
    return (
        view.text(
            "The series breaks in {years}; phases after that are compared across it.", years=view.locale.listing(years)
        ),
    )


def _pairs(view: View) -> tuple[Inline, ...]:
    """Self-reports against tips and against inspections, phase by phase."""
    said = []
    for phase, one in _answers(view, "detection", DETECTION[0]).items():
        if one.estimate.refusal is not None:
            continue
        members = one.estimate.details["group_members"]
        for found in one.estimate.details["group_ratios"]:
            if (found["group"], found["against"]) not in PAIRS or found["ratio"] is None:
                continue
            said.append(
                view.say(
                    "{phase}: {group} against {against}, the change of the one divided by that of the other: {ratio}, "
                    "p {p}.",
                    phase=view.period_label(PHASE_PREFIX + phase),
                    group=_group(view, members, found["group"]),
                    against=_group(view, members, found["against"]),
                    ratio=ratio(view, found["ratio"], found["lower"], found["upper"]),
                    p=p_value(view, found["p"]),
                )
            )
    return tuple(said)


def _group(view: View, members: Mapping[str, Sequence[str]], key: str) -> str:
    """The channels of a group that are shown, by name: one that is withheld is not in it."""
    return view.locale.listing([group(view, DETECTION[0], code) for code in members[key]])


def _composition(view: View) -> tuple[Table, ...]:
    """Each mix in each phase against before: how far it shifted, and which parts of it did."""
    rows = [row for dimension in COMPOSITION for row in _mixes(view, dimension)]
    if not rows:
        return ()
    columns: list[str | Column] = [
        view.text("Persons before and in the phase"),
        view.text("Cramér's V (95 % interval)"),
        view.text("p (Holm)"),
        words_column(view.text("What shifted")),
    ]
    remark = view.text(
        "Cramér's V: 0 is the same mix, 1 an entirely other one. Where expected counts are small, p is simulated. "
        "Parts are named where they are clear after correction for their number (Holm). Persons of whom it "
        "is not known are left out."
    )
    return (
        with_intervals(
            view,
            rows,
            columns,
            id="table-composition",
            caption=view.text("Did the mix of those detected shift?"),
            stub=view.text("Mix and phase"),
            source=(plain(remark),),
        ),
    )


def _mixes(view: View, dimension: str) -> list[tuple[str, tuple[TableCell, ...]]]:
    """A row a phase; one for all of them where none can be compared, for one reason."""
    found = _answers(view, "composition", dimension)
    reasons = {reason(view, one) for one in found.values()}
    if len(found) > 1 and len(reasons) == 1 and "" not in reasons:
        return [(view.dimension(dimension), _mix(view, dimension, next(iter(found.values()))))]
    return [
        (
            f"{view.dimension(dimension)}: {view.inside(view.period_label(PHASE_PREFIX + phase))}",
            of_answer(view, one.key, *_mix(view, dimension, one)),
        )
        for phase, one in found.items()
    ]


def _mix(view: View, dimension: str, found: ReleasedEstimate) -> tuple[TableCell, ...]:
    estimate = found.estimate
    if estimate.refusal is not None:
        text = view.text("Not compared. {reason}", reason=reason(view, found))
        return (*[nothing(view)] * 3, TableCell(text=text))
    persons = (view.locale.number(estimate.basis[key]) for key in ("persons_before", "persons_during"))
    value = view.locale.number(estimate.estimate or 0.0, 2)
    level = 1 - estimate.level
    moved = [
        view.text(
            "{group} {difference} points ({bounds})",
            group=_label(view, dimension, part["category"]),
            difference=signed(view, part["difference_pct"]),
            bounds=signed_bounds(view, part["difference_lower"], part["difference_upper"]),
        )
        for part in estimate.details["categories"]
        if part["p_holm"] < level
    ]
    said = "; ".join(moved) if moved and estimate.details["p_holm"] < level else view.text("no clear shift")
    return (
        TableCell(text=" / ".join(persons)),
        TableCell(text=f"{value} ({bounds(view, estimate.lower, estimate.upper)})"),
        TableCell(text=p_value(view, estimate.details["p_holm"])),
        TableCell(text=said),
    )
