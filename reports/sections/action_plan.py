"""Section 12: the National Action Plan, measure by measure: what was promised, how far it is, and why figures miss."""

from __future__ import annotations

from collections.abc import Sequence

from reports import words
from reports.blocks import (
    Block,
    Bullets,
    Chart,
    Column,
    Definitions,
    Details,
    Heading,
    Row,
    Section,
    Table,
    TableCell,
    Term,
    plain,
)
from reports.charts import chart
from reports.charts.bullets import Bullet, bullets
from reports.edition import View
from reports.locale import N_, NO_BREAK
from reports.sections.parts import caveats, missing
from reports.tables import notes, words_column
from transforms.disclosure.progress import PROGRESS_KEY, TOLERANCE_PCT, Standing, standings
from transforms.disclosure.released import ReleasedCell, ReleasedTable

MEASURED_HERE = "i"
_YES, _NO = N_("yes"), N_("no")


def section(view: View) -> Section | None:
    """How many measures stand where, progress as a chart, a table a goal, and the rule behind it all.

    None for the world, which has no plan.
    """
    if view.edition.scope == "world":
        return None
    title = view.text("National Action Plan")
    found = standings(view.context.get("action_plan") or (), view.edition.tables, view.edition.as_of)
    if not found:
        return Section(
            id="action-plan", title=title, blocks=(missing(view, [view.source("action_plan")], "action_plan"),)
        )
    absent = _absent(view, found)
    blocks: tuple[Block, ...] = (
        *_chart(view, found),
        *_tables(view, found),
        *(_missing_figures(view, absent) if absent else ()),
        Details(summary=view.text("How the state of a measure is told"), blocks=_rule(view)),
        *caveats(view, *_used(view, found)),
    )
    return Section(id="action-plan", title=title, summary=plain(_said(view, found)), blocks=blocks)


def _used(view: View, found: Sequence[Standing]) -> list[ReleasedTable]:
    """Tables of the plan itself: those of indicators carry their caveats in sections of their own."""
    keys = dict.fromkeys(place["table"] for one in found for place in one.measure["figures"].values())
    return [table for key in keys if (table := view.table(key)) is not None and table.indicator == "action_plan"]


def _counted(view: View, found: Sequence[Standing]) -> str:
    """`reached: 2, behind: 3`; states that no measure has are left out."""
    numbers = {state: sum(one.state == state for one in found) for state in words.PLAN_STATES}
    return "; ".join(
        view.text("{state}: {n}", state=view.inside(view.text(words.PLAN_STATES[state])), n=view.locale.number(number))
        for state, number in numbers.items()
        if number
    )


def _said(view: View, found: Sequence[Standing]) -> str:
    """How many measures stand where on the day whose knowledge the edition uses."""
    past = sum(one.is_past and one.state != "reached" for one in found)
    said = [
        view.plural(
            "The plan has {n} measure, as known on {date}: {states}.",
            "The plan has {n} measures, as known on {date}: {states}.",
            len(found),
            date=view.locale.date(view.edition.as_of),
            states=_counted(view, found),
        )
    ]
    if past:
        said.append(
            view.plural(
                "The deadline of {n} measure has passed without its target being shown as reached.",
                "The deadline of {n} measures has passed without their targets being shown as reached.",
                past,
            )
        )
    return " ".join(said)


def _chart(view: View, found: Sequence[Standing]) -> tuple[Chart, ...]:
    told = [one for one in found if one.progress_pct is not None]
    if not told:
        return ()
    rows = tuple(
        Bullet(
            label=view.measure(one.measure["number"]),
            value=one.progress_pct,
            expected=one.elapsed_pct,
            text=_progress(view, one) + ", " + view.inside(_state(view, one)),
        )
        for one in told
    )
    table = view.table(PROGRESS_KEY)
    return (
        chart(
            view,
            id="plan-progress",
            title=_title(view, found),
            subtitle=view.text(
                "Part of the way from baseline to target, in per cent (bar), and part of the time that had gone when "
                "the latest value held (stroke). Measures of which this can be told."
            ),
            description=" ".join(_described(view, one) for one in told),
            source=view.sources(table) if table else "",
            draw=lambda size: bullets(rows, size, target=view.text("target"), time=view.text("time gone")),
            table=_progress_table(view, told),
        ),
    )


def _title(view: View, found: Sequence[Standing]) -> str:
    """How many measures are where they should be, of those of which that can be told."""
    judged = [one for one in found if one.state in ("reached", "on_track", "behind", "overdue")]
    good = sum(one.state in ("reached", "on_track") for one in judged)
    return view.text(
        "Reached or on track: {good} of {all} measures that can be judged",
        good=view.locale.number(good),
        all=view.locale.number(len(judged)),
    )


def _described(view: View, one: Standing) -> str:
    if one.elapsed_pct is None:
        return view.text(
            "{measure}: {progress} of the way, {state}.",
            measure=view.measure(one.measure["number"]),
            progress=_progress(view, one),
            state=view.inside(_state(view, one)),
        )
    return view.text(
        "{measure}: {progress} of the way, {elapsed} of the time, {state}.",
        measure=view.measure(one.measure["number"]),
        progress=_progress(view, one),
        elapsed=view.locale.percent(one.elapsed_pct),
        state=view.inside(_state(view, one)),
    )


def _progress_table(view: View, told: Sequence[Standing]) -> Table:
    """The figures of the chart."""
    rows = tuple(
        Row(
            header=view.measure(one.measure["number"]),
            cells=(
                TableCell(text=_progress(view, one)),
                TableCell(text="–" if one.elapsed_pct is None else view.locale.percent(one.elapsed_pct)),
                TableCell(text=_state(view, one)),
            ),
        )
        for one in told
    )
    table = view.table(PROGRESS_KEY)
    return Table(
        id="table-plan-progress",
        caption=view.text("Progress of the measures"),
        stub=view.text("Measure of the plan"),
        columns=(
            Column(text=view.text("Part of the way")),
            Column(text=view.text("Part of the time")),
            words_column(view.text("State")),
        ),
        rows=rows,
        notes=notes(view, table) if table else (),
    )


def _tables(view: View, found: Sequence[Standing]) -> tuple[Table, ...]:
    """One table a goal, in the order of the plan."""
    goals = list(dict.fromkeys(str(one.measure["goal"]) for one in found))
    return tuple(_table(view, goal, [one for one in found if one.measure["goal"] == goal]) for goal in goals)


def _table(view: View, goal: str, found: Sequence[Standing]) -> Table:
    title = view.told(next((one.measure["goal_titles"] for one in found if one.measure["goal_titles"]), {}))
    used = [t for t in dict.fromkeys(p["table"] for one in found for p in one.measure["figures"].values()) if t]
    tables = [table for key in used if (table := view.table(key)) is not None]
    return Table(
        id=f"table-plan-{''.join(letter if letter.isalnum() else '-' for letter in goal)}",
        caption=view.text("Goal {number}: {title}", number=goal, title=title)
        if title
        else view.text("Goal {number}", number=goal),
        stub=view.text("Measure of the plan"),
        columns=(
            words_column(view.text("Responsible body")),
            Column(text=view.text("Baseline")),
            Column(text=view.text("Target")),
            words_column(view.text("Deadline")),
            Column(text=view.text("Latest value")),
            words_column(view.text("Progress")),
            words_column(view.text("Evidence")),
        ),
        rows=tuple(_row(view, one) for one in found),
        notes=notes(view, *tables),
        is_stacked=True,
    )


def _row(view: View, one: Standing) -> Row:
    return Row(
        header=view.measure(one.measure["number"]),
        cells=(
            TableCell(text=_body(view, one)),
            _figure(view, one, "baseline"),
            _figure(view, one, "target"),
            TableCell(text=view.day_or_period(one.held("target")) if one.deadline else "–"),
            _figure(view, one, "latest"),
            TableCell(text=": ".join(part for part in (_state(view, one), _progress(view, one)) if part)),
            _evidence(view, one),
        ),
    )


def _body(view: View, one: Standing) -> str:
    return view.named("body", one.measure["body"]) if one.measure["body"] else "–"


def _figure(view: View, one: Standing, point: str) -> TableCell:
    """A figure with the time at which it held; the deadline has a column of its own."""
    cell: ReleasedCell | None = getattr(one, point)
    printed = view.printed(cell, one.measure["unit"])
    if cell is None or cell.value is None or printed.text in {mark for mark, _ in words.MARKS.values()}:
        return printed
    text = _value(view, cell.value, one.measure["unit"])
    if point != "target" and one.held(point):
        text += f" ({view.day_or_period(one.held(point))})"
    if one.measure["measured_by"] and point in _computed(one):
        told = view.text("measured by an indicator of this edition, from its released figures")
        flags, meaning = (f"{printed.flags} {MEASURED_HERE}", f"{printed.meaning}; {told}")
        return TableCell(
            text=text,
            flags=flags if printed.flags else MEASURED_HERE,
            meaning=meaning if printed.flags else told,
        )
    return TableCell(text=text, flags=printed.flags, meaning=printed.meaning)


def _computed(one: Standing) -> list[str]:
    """Figures that the edition gives and not the plan."""
    return [point for point, place in one.measure["figures"].items() if not place["table"].startswith("action_plan_")]


def _value(view: View, value: float, unit: str) -> str:
    match unit:
        case "yes_no":
            return view.text(_YES if value else _NO)
        case "pct":
            return f"{view.locale.figure(value)}{NO_BREAK}%"
        case "per_100k":
            return view.figure(value, unit)
    return view.locale.figure(value)


def _progress(view: View, one: Standing) -> str:
    return "" if one.progress_pct is None else view.locale.percent(one.progress_pct)


def _state(view: View, one: Standing) -> str:
    said = view.text(words.PLAN_STATES[one.state])
    if one.is_past and one.state in ("no_data", "withheld", "not_assessed"):
        return view.text("{state}; deadline passed", state=said)
    return said


def _evidence(view: View, one: Standing) -> TableCell:
    grade = one.measure["evidence"]
    if grade not in words.EVIDENCE:
        return TableCell(text="–")
    return TableCell(text=grade, meaning=view.text(words.EVIDENCE[grade]))


def _missing_figures(view: View, absent: Sequence[str]) -> tuple[Block, ...]:
    return (
        Heading(id="plan-missing", text=view.text("Figures that are missing, and why")),
        Bullets(items=tuple(plain(text) for text in absent)),
    )


def _absent(view: View, found: Sequence[Standing]) -> list[str]:
    """Which figures are missing, why, and who would supply them."""
    said = []
    for one in found:
        points = [point for point in ("baseline", "target", "latest") if _is_missing(getattr(one, point))]
        if not points:
            continue
        said.append(
            view.text(
                "{measure}: {figures} missing, because {reason}. It would be supplied by: {body}.",
                measure=view.measure(one.measure["number"]),
                figures=view.locale.listing([view.text(words.PLAN_FIGURES[point]) for point in points]),
                reason=view.text(words.WHY_MISSING.get(one.measure["why_missing"], words.WHY_MISSING[""])),
                body=_body(view, one),
            )
        )
    return said


def _is_missing(cell: ReleasedCell | None) -> bool:
    return cell is None or cell.state == "not_reported"


def _rule(view: View) -> tuple[Block, ...]:
    """What each state means, by the rule that the figures went through, and the grades of evidence."""
    meanings = {
        "reached": view.text("The latest value meets the target."),
        "on_track": view.text(
            "The part of the way from baseline to target is at least the part of the time that had gone when the "
            "latest value held, less {points} points.",
            points=str(TOLERANCE_PCT),
        ),
        "behind": view.text("Less of the way is done, and the deadline has not passed."),
        "overdue": view.text(
            "The deadline had passed on {date}, and the latest value does not meet the target.",
            date=view.locale.date(view.edition.as_of),
        ),
        "no_data": view.text("There is no latest value."),
        "withheld": view.text(
            "A figure that it takes may not be shown, because it counts few persons or rests on a number that is not "
            "known."
        ),
        "not_assessed": view.text("Baseline or target is missing, or the two are equal."),
    }
    states = tuple(
        Term(word=view.text(words.PLAN_STATES[state]), meaning=plain(meaning)) for state, meaning in meanings.items()
    )
    grades = tuple(Term(word=grade, meaning=plain(view.text(text))) for grade, text in words.EVIDENCE.items())
    return (
        Definitions(terms=states),
        Heading(id="plan-evidence", text=view.text("Grades of evidence")),
        Definitions(terms=grades),
    )
