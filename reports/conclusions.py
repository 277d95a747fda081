"""What an observed count says beside the expected one, in one word for the page and in words for the reader."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from reports.edition import View
from reports.locale import N_

Conclusion = Literal["fewer", "more", "by_chance", "unclear"]

WORDS: dict[Conclusion, str] = {
    "fewer": N_("clearly fewer than expected"),
    "more": N_("clearly more than expected"),
    "by_chance": N_("outside the interval, but among so many comparisons this can be chance"),
    "unclear": N_("no clear difference"),
}


def conclusion(row: Mapping[str, Any], level: float) -> Conclusion:
    """Fewer or more only where the difference holds among all that were tested together (Holm)."""
    if row["is_effect"]:
        return "fewer" if row["excess"] < 0 else "more"
    return "by_chance" if row["p"] < 1 - level else "unclear"


def in_words(view: View, row: Mapping[str, Any], level: float) -> str:
    """The conclusion as the page says it."""
    return view.text(WORDS[conclusion(row, level)])
