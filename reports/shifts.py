"""Groups whose monthly level in a COVID phase differs clearly from before the pandemic."""

from __future__ import annotations

from dataclasses import dataclass
from math import log

from reports.edition import View
from reports.tables import specific
from transforms.disclosure.released import ReleasedCell


@dataclass(frozen=True, slots=True, kw_only=True)
class Shift:
    """A group whose monthly level in a phase differs clearly from before the pandemic: its interval leaves out 1."""

    table: str
    code: str
    phase: str
    cell: ReleasedCell


def shifts(view: View, dimension: str) -> tuple[Shift, ...]:
    """Clear shifts of a dimension, the strongest first."""
    table = view.breakdown(dimension, ".phase_ratio")
    if table is None:
        return ()
    found = [
        Shift(table=table.key, code=code, phase=phase, cell=cell)
        for phase in view.phases(table)
        for code in specific(view.codes(table, dimension))
        if (cell := view.cell(table, phase, code)) and _is_clear(cell)
    ]
    return tuple(sorted(found, key=lambda s: (-abs(log(s.cell.value or 1)), s.phase, s.code)))


def _is_clear(cell: ReleasedCell) -> bool:
    if not cell.value or cell.lower is None or cell.upper is None:
        return False
    return cell.upper < 1 or cell.lower > 1
