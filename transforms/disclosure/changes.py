"""What differs between two released tables, cell by cell; a difference is of two published figures or there is none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from transforms.disclosure.released import ReleasedCell, ReleasedTable

Change = Literal["revised", "same", "new", "gone", "withheld", "not_comparable"]
DIGITS = 9
"""Significant digits of a figure that survive platforms, as manifests carry them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CellChange:
    """One cell as an earlier edition showed it and as this one does; None where one of them has no such cell."""

    at: tuple[str, ...]
    before: ReleasedCell | None
    now: ReleasedCell | None

    @property
    def change(self) -> Change:
        """What became of the cell.

        `new`: the earlier edition had no such cell, or nothing was reported for it; `gone`: the reverse; neither says
        that the cell has a number. `withheld`: one of the two may not be shown, so there is no difference to tell.
        `not_comparable`: one of them is no number for another reason, or nothing was ever reported.
        """
        if self.before is None or self.before.state == "not_reported":
            return "new" if self.now is not None and self.now.state != "not_reported" else "not_comparable"
        if self.now is None or self.now.state == "not_reported":
            return "gone"
        if "suppressed" in (self.before.state, self.now.state):
            return "withheld"
        if self.before.value is None or self.now.value is None:
            return "not_comparable"
        return "same" if _digits(self.before.value) == _digits(self.now.value) else "revised"

    @property
    def difference(self) -> float | None:
        """By how much the figure is greater now; None unless both editions show it."""
        if self.change not in ("revised", "same") or self.before is None or self.now is None:
            return None
        return _digits(_digits(self.now.value or 0.0) - _digits(self.before.value or 0.0))

    @property
    def was_provisional(self) -> bool:
        """Whether the earlier edition said that not every list reached to the end of the period."""
        return self.before is not None and self.before.obs_status == "P"


def cell_changes(before: ReleasedTable | None, now: ReleasedTable | None) -> tuple[CellChange, ...]:
    """Every cell of both tables, those of `now` first; none where the tables have other dimensions."""
    if before is not None and now is not None and before.dimensions != now.dimensions:
        return ()
    then, present = ({} if table is None else {cell.at: cell for cell in table.cells} for table in (before, now))
    return tuple(CellChange(at=at, before=then.get(at), now=present.get(at)) for at in dict.fromkeys((*present, *then)))


def _digits(value: float) -> float:
    return float(f"{value:.{DIGITS}g}")
