"""The sentence on the National Action Plan: how many of its measures are where they should be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from reports.blocks import Strong
from reports.edition import View
from reports.findings.sentence import Cells, Finding
from transforms.disclosure.progress import PROGRESS_KEY, Standing, standings

JUDGED = ("reached", "on_track", "behind", "overdue")
GOOD = ("reached", "on_track")


def plan(view: View) -> Iterator[Finding]:
    """Measures reached or on track, of those that can be judged, and those whose deadline has passed unreached."""
    if view.edition.scope == "world":
        return
    found = standings(view.context.get("action_plan") or (), view.edition.tables, view.edition.as_of)
    judged = [one for one in found if one.state in JUDGED]
    if not judged:
        return
    number = view.locale.number
    said = view.say(
        "National Action Plan: of {all} measures that can be judged, {good} reached or on track, {overdue} overdue.",
        good=Strong(number(sum(one.state in GOOD for one in judged))),
        all=number(len(judged)),
        overdue=number(sum(one.state == "overdue" for one in judged)),
    )
    yield Finding(key="plan", text=said, cells=_cells(view, judged))


def _cells(view: View, judged: Sequence[Standing]) -> Cells:
    """The figures of progress that the states rest on."""
    table, numbers = view.table(PROGRESS_KEY), {str(one.measure["number"]) for one in judged}
    return () if table is None else tuple((table.key, cell.at) for cell in table.cells if cell.at[0] in numbers)
