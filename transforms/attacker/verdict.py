"""The verdict on a set of publications; for readers it names tables and never a value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from transforms.attacker.publication import At
from transforms.attacker.unknowns import Because


@dataclass(frozen=True, slots=True, kw_only=True)
class NarrowCell:
    """A withheld cell, or a small group that no table shows, that readers narrow down below the promised width.

    `high` None: without bound. `with_others` are the other publications without which cells of its table would be wide;
    `leaked_before` says that it was narrow already without the newest publication. Values are for the analyst who
    holds the data anyway: no message and no file for readers names them.
    """

    table: str
    at: At
    low: int
    high: int | None
    leaked_before: bool
    with_others: At = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Audited:
    """What the audit found of one publication.

    `withheld` counts its cells without a value, `checked` the different numbers behind them and the groups that no
    table shows. `narrowest` is the smallest width found among narrow cells, or the promised one, which all others keep.
    """

    edition: str
    scope: str
    audience: str
    withheld: int
    checked: int
    width: int
    narrowest: int
    narrow: tuple[NarrowCell, ...]

    @property
    def tables(self) -> At:
        """Tables with a narrow cell, which is all that messages name."""
        return tuple(sorted({cell.table for cell in self.narrow}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The verdict on all publications; `not_believed` are assumptions that the published figures contradict."""

    publications: tuple[Audited, ...]
    not_believed: tuple[Because, ...]

    @property
    def is_safe(self) -> bool:
        """Whether nothing that is withheld can be narrowed down below the promised width."""
        return not any(one.narrow for one in self.publications)

    @property
    def adds_nothing(self) -> bool:
        """Whether all that is narrow was so before the newest publication."""
        return all(cell.leaked_before for one in self.publications for cell in one.narrow)

    def to_json(self, *, intervals: bool = False) -> dict[str, Any]:
        """The verdict for machines; with `intervals` also the cells and their values, which are not for readers."""
        return {
            "is_safe": self.is_safe,
            "adds_nothing": self.adds_nothing,
            "publications": [_to_json(one, intervals) for one in self.publications],
            "not_believed": sorted(" ".join(reason) for reason in self.not_believed),
        }


def _to_json(one: Audited, intervals: bool) -> dict[str, Any]:
    cells = [
        {
            "table": cell.table,
            "at": list(cell.at),
            "low": cell.low,
            "high": cell.high,
            "leaked_before": cell.leaked_before,
            "with_others": list(cell.with_others),
        }
        for cell in one.narrow
    ]
    others = {other for cell in one.narrow for other in cell.with_others}
    return {
        "edition": one.edition,
        "scope": one.scope,
        "audience": one.audience,
        "withheld": one.withheld,
        "checked": one.checked,
        "width": one.width,
        "is_safe": not one.narrow,
        "tables": list(one.tables),
        "leaked_before": bool(cells) and all(cell["leaked_before"] for cell in cells),
        "with_others": sorted(others),
        **({"narrowest": one.narrowest, "narrow": cells} if intervals else {}),
    }
