"""Released cells as they are printed: numbers in the format of their unit, marks and flags."""

from __future__ import annotations

from reports import words
from reports.blocks import TableCell
from reports.locale import Locale
from transforms.disclosure.released import ReleasedCell

CHANGE = "pct_change"
"""Unit of percentages that tell a difference and therefore have a sign."""
DECIMALS = {"pct": 0, "per_100k": 2, "ratio": 2, "index": 1}
LARGE_BASE = 1000
"""From this base on a percentage of change can bear a decimal."""


def figure(here: Locale, value: float, unit: str) -> str:
    """A number in the format of its unit, without the unit's name."""
    if unit == "pct":
        return here.percent(value, 1 if 0 < abs(value) < 1 else 0)
    return here.number(value, DECIMALS.get(unit, 0))


def printed(here: Locale, cell: ReleasedCell | None, unit: str) -> TableCell:
    """The cell as a table prints it: a number with flags, or the mark of its state."""
    state = "not_reported" if cell is None else cell.state
    if state in words.MARKS or cell is None or cell.value is None:
        mark, meaning = words.MARKS[state if state in words.MARKS else "not_reported"]
        return TableCell(text=mark, meaning=here.text(meaning))
    flag, meaning = words.FLAGS.get(cell.obs_status, ("", ""))
    if unit == CHANGE:
        is_fine = (cell.base or 0) >= LARGE_BASE and abs(cell.value) < 10
        text = here.signed_percent(cell.value, 1 if is_fine else 0)
    else:
        text = here.range(0, cell.upper or 0) if is_band(cell) else figure(here, cell.value, unit)
    return TableCell(text=text, flags=flag, meaning=here.text(meaning) if meaning else "")


def is_band(cell: ReleasedCell) -> bool:
    """Whether the value stands for a band from zero, as `<5` does for 0 to 4."""
    return cell.obs_status == "E" and cell.lower == 0 and bool(cell.upper)
