"""How far each measure of the National Action Plan is, from released figures and from nothing else.

The rule of the states, in this order: without a latest value there are *no data*; *reached* is a target that the
latest value meets; *overdue* a target that it does not meet after the deadline; *on track* is who came as far of the
way as time has gone, less ten points; who did not is *behind*. The way needs baseline and target; where one of them is
missing or the two are equal, nothing but a target that is met exactly can be told. Where a figure that a state needs
is withheld, so is the state.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from transforms.disclosure.released import _SEAL, ReleasedCell, ReleasedTable
from transforms.errors import WrongArguments
from transforms.periods import period

State = Literal["reached", "on_track", "behind", "overdue", "no_data", "withheld", "not_assessed"]
PROGRESS_KEY = "action_plan_progress"
TOLERANCE_PCT = 10
"""Points that progress may stay behind the time that has gone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """One measure: its released figures, when they held, and what follows from them.

    `progress_pct` is the part of the way from baseline to target, `elapsed_pct` the part of the time that had gone when
    the latest value held; None where they cannot be told. `deadline` is the last day of the target's period.
    """

    measure: Mapping[str, Any]
    baseline: ReleasedCell | None
    target: ReleasedCell | None
    latest: ReleasedCell | None
    deadline: date | None
    is_past: bool
    progress_pct: float | None
    elapsed_pct: float | None
    state: State

    def held(self, point: str) -> str:
        """The period or day at which a figure held; empty where there is none."""
        return str(self.measure["figures"].get(point, {}).get("held", ""))


def standings(
    plan: Sequence[Mapping[str, Any]], tables: Mapping[str, ReleasedTable], as_of: date
) -> tuple[Standing, ...]:
    """Where every measure of a plan stood on a day, as the released tables tell it; in the order of the plan."""
    return tuple(_standing(measure, tables, as_of) for measure in plan)


def progress_table(
    plan: Sequence[Mapping[str, Any]], tables: Mapping[str, ReleasedTable], as_of: date
) -> ReleasedTable | None:
    """Progress of every measure in per cent of the way, as a table of the edition; None without a plan."""
    found = standings(plan, tables, as_of)
    if not found:
        return None
    used = (tables.get(place["table"]) for one in found for place in one.measure["figures"].values())
    return ReleasedTable(
        key=PROGRESS_KEY,
        indicator=PROGRESS_KEY,
        kind="share",
        dimensions=("measure",),
        cells=tuple(_progress_cell(one) for one in found),
        unit="pct",
        sources=tuple(dict.fromkeys(source for table in used if table for source in table.sources)),
        method="progress_baseline_to_target",
        seal=_SEAL,
    )


def _standing(measure: Mapping[str, Any], tables: Mapping[str, ReleasedTable], as_of: date) -> Standing:
    places = measure["figures"]

    def cell(point: str) -> ReleasedCell | None:
        table = tables.get(places[point]["table"]) if point in places else None
        return None if table is None else table.cell(*places[point]["at"])

    baseline, target, latest = cell("baseline"), cell("target"), cell("latest")
    deadline = _last_day(places, "target")
    is_past = deadline is not None and deadline < as_of
    progress = _progress(baseline, target, latest)
    elapsed = _elapsed(_last_day(places, "baseline"), _last_day(places, "latest"), deadline)
    return Standing(
        measure=measure,
        baseline=baseline,
        target=target,
        latest=latest,
        deadline=deadline,
        is_past=is_past,
        progress_pct=progress,
        elapsed_pct=elapsed,
        state=_state(baseline, target, latest, is_past=is_past, progress=progress, elapsed=elapsed),
    )


def _last_day(places: Mapping[str, Any], point: str) -> date | None:
    held = str(places.get(point, {}).get("held", ""))
    for read in (date.fromisoformat, lambda code: period(code).end):
        try:
            return read(held)
        except (ValueError, WrongArguments):
            continue
    return None


def _progress(baseline: ReleasedCell | None, target: ReleasedCell | None, latest: ReleasedCell | None) -> float | None:
    values = [None if cell is None else cell.value for cell in (baseline, target, latest)]
    start, end, now = values
    if start is None or end is None or now is None or start == end:
        return None
    return 100 * (now - start) / (end - start)


def _elapsed(start: date | None, now: date | None, deadline: date | None) -> float | None:
    if start is None or now is None or deadline is None or deadline <= start:
        return None
    return min(max(100 * (now - start).days / (deadline - start).days, 0.0), 100.0)


def _state(
    baseline: ReleasedCell | None,
    target: ReleasedCell | None,
    latest: ReleasedCell | None,
    *,
    is_past: bool,
    progress: float | None,
    elapsed: float | None,
) -> State:
    if latest is None or latest.value is None:
        return "withheld" if _is_withheld(latest) else "no_data"
    if target is not None and target.value == latest.value:
        return "reached"
    if progress is None:
        return "withheld" if _is_withheld(baseline) or _is_withheld(target) else "not_assessed"
    if progress >= 100:
        return "reached"
    if is_past:
        return "overdue"
    if elapsed is None:
        return "not_assessed"
    return "on_track" if progress >= elapsed - TOLERANCE_PCT else "behind"


def _is_withheld(cell: ReleasedCell | None) -> bool:
    return cell is not None and cell.state in ("suppressed", "unreliable")


def _progress_cell(one: Standing) -> ReleasedCell:
    at = (str(one.measure["number"]),)
    if one.progress_pct is not None:
        return ReleasedCell(at=at, value=one.progress_pct)
    needed = (one.baseline, one.target, one.latest)
    if any(_is_withheld(cell) for cell in needed):
        return ReleasedCell(at=at, value=None, conf_status="D")
    if any(cell is None or cell.value is None for cell in needed):
        return ReleasedCell(at=at, value=None, obs_status="O")
    return ReleasedCell(at=at, value=None, obs_status="M")
