"""What a derived figure is calculated from: the released counts it takes, each a cell that can be traced in turn."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from reports.provenance.tables import Codes, FoundCell, TracedTable
from transforms.codes import TOTAL, UNSPECIFIC
from transforms.disclosure.derived import BASE_PHASE, BASE_YEAR
from transforms.errors import WrongArguments
from transforms.periods import period

Role = Literal["count", "total", "less", "compared with"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Input:
    """A released count that a figure takes, and as what."""

    role: Role
    found: FoundCell


@dataclass(frozen=True, slots=True, kw_only=True)
class Formula:
    """Counts, months and persons that make up a figure.

    `months` and `base_months` belong to COVID phases, `persons` to rates: the population that the count is divided by.
    """

    measure: str
    inputs: tuple[Input, ...]
    months: int | None = None
    base_months: int | None = None
    persons: float | None = None

    def taken(self, role: Role) -> tuple[FoundCell, ...]:
        """The counts taken in one role."""
        return tuple(one.found for one in self.inputs if one.role == role)


def formula(document: Mapping[str, Any], tables: Sequence[TracedTable], found: FoundCell) -> Formula | None:
    """How a derived figure is made; None for a count or a published figure, which is counted or taken as it stands."""
    maker = _MAKERS.get(found.table.measure)
    counted = next((table for table in tables if table.key == found.table.counted_key), None)
    if maker is None or counted is None or counted.key == found.table.key:
        return None
    return maker(_Counts(document=document, tables=tables, counted=counted), found)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Counts:
    document: Mapping[str, Any]
    tables: Sequence[TracedTable]
    counted: TracedTable

    def at(self, at: Codes) -> FoundCell | None:
        """The released count at these codes: in its own table, else in one that counts the same persons."""
        if at in self.counted.cells:
            return FoundCell(table=self.counted, at=at)
        wanted, population = self.counted.coordinates(at), self.counted.population
        same = (t for t in self.tables if population and t.population == population and "." not in t.key)
        return next(
            (
                FoundCell(table=table, at=other)
                for table in same
                for other in table.cells
                if table.coordinates(other) == wanted
            ),
            None,
        )

    def moved(self, found: FoundCell, dimension: str, code: str) -> FoundCell | None:
        """The count with another code of one dimension."""
        places = zip(found.table.dimensions, found.at, strict=True)
        return self.at(tuple(code if name == dimension else own for name, own in places))

    def months(self, phase: str) -> int | None:
        """Months that a phase of this edition has."""
        parts = next((r["parts"] for r in self.document.get("rollups", ()) if r["parent"] == phase), None)
        return None if parts is None else sum(period(part).months for part in parts)


def _inputs(*taken: tuple[Role, FoundCell | None]) -> tuple[Input, ...]:
    return tuple(Input(role=role, found=found) for role, found in taken if found is not None)


def _share(counts: _Counts, found: FoundCell) -> Formula:
    last = found.table.dimensions[-1]
    unknown: Iterable[tuple[Role, FoundCell | None]] = (
        ("less", counts.moved(found, last, code)) for code in UNSPECIFIC
    )
    taken = _inputs(("count", counts.at(found.at)), ("total", counts.moved(found, last, TOTAL)), *unknown)
    return Formula(measure="share", inputs=taken)


def _rate(counts: _Counts, found: FoundCell) -> Formula:
    return Formula(measure="rate", inputs=_inputs(("count", counts.at(found.at))), persons=found.cell["base"])


def _phase_mean(counts: _Counts, found: FoundCell) -> Formula:
    return Formula(
        measure="phase_mean", inputs=_inputs(("count", counts.at(found.at))), months=counts.months(_when(found))
    )


def _phase_ratio(counts: _Counts, found: FoundCell) -> Formula:
    base = counts.moved(found, "period", BASE_PHASE)
    return Formula(
        measure="phase_ratio",
        inputs=_inputs(("count", counts.at(found.at)), ("compared with", base)),
        months=counts.months(_when(found)),
        base_months=counts.months(BASE_PHASE),
    )


def _same_period(counts: _Counts, found: FoundCell) -> Formula:
    now = period(_when(found))
    return _against(counts, found, now.shifted((BASE_YEAR - now.year) * 12 // now.months).code)


def _change(counts: _Counts, found: FoundCell) -> Formula:
    return _against(counts, found, period(_when(found)).shifted(-1).code)


def _against(counts: _Counts, found: FoundCell, before: str) -> Formula:
    compared = counts.moved(found, "period", before)
    taken = _inputs(("count", counts.at(found.at)), ("compared with", compared))
    return Formula(measure=found.table.measure, inputs=taken)


def _when(found: FoundCell) -> str:
    try:
        return found.at[found.table.dimensions.index("period")]
    except ValueError:
        raise WrongArguments(f"Table {found.table.key} has no dimension period.") from None


_MAKERS = {
    "share": _share,
    "rate": _rate,
    "phase_mean": _phase_mean,
    "phase_ratio": _phase_ratio,
    "same_period": _same_period,
    "change": _change,
}
