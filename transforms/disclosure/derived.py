"""Shares, rates, phase means, ratios and changes, calculated from released cells and from nothing else.

Every figure here is a function of cells that are published beside it (and of public populations), so it tells a
reader nothing that the counts do not. Where a cell it needs is withheld, the figure is withheld too (status D).
Notes are codes: `base_below_20`, `fewer_than_10_events`, `unknown=N` (how many were left out of a share's base).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from math import isfinite

from transforms.codes import TOTAL, UNSPECIFIC
from transforms.disclosure.cells import Coordinates, CountTable, Denominator, TableSet, Unit
from transforms.disclosure.policy import Policy
from transforms.disclosure.released import _SEAL, Kind, ReleasedCell, ReleasedTable
from transforms.errors import WrongArguments
from transforms.periods import Period, period
from transforms.statistics import comparison, rates
from transforms.statistics.estimate import Estimate

COUNTED: tuple[Unit, ...] = ("person", "case", "offence", "contact")
PHASE = "phase:"
BASE_PHASE = "phase:pre_pandemic"
BASE_YEAR = 2019
_ABSENT = ReleasedCell(at=(), value=0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Released:
    """The counts that may be shown, by population and coordinates, with what is public besides."""

    cells: Mapping[tuple[str, Coordinates], ReleasedCell]
    denominators: tuple[Denominator, ...]
    months: Mapping[str, int]
    policy: Policy


def months_of_phases(table_set: TableSet) -> dict[str, int]:
    """How many months each phase has, from the periods it is the sum of."""
    phases = [r for r in table_set.rollups if r.dimension == "period" and r.parent.startswith(PHASE)]
    return {r.parent: sum(period(part).months for part in r.parts) for r in phases}


def _has_base(source: CountTable) -> bool:
    """Whether the total less the unknown are the persons whose code is known.

    Not where a published total is over more countries than its parts: of how many of its persons the code is known
    is not told, and a share of the total would be too small.
    """
    is_several = "several_codes_per_person" in source.caveats
    return is_several or not source.is_published or source.dimensions[-1] in source.additive


def derived_tables(source: CountTable, shown: ReleasedTable, released: Released) -> Iterator[ReleasedTable]:
    """Every derived table that one count table gives; none for tables that do not count by period."""
    if source.unit not in COUNTED or "period" not in source.dimensions:
        return
    table = _Table(source=source, shown=shown, released=released)
    if source.dimensions[-1] != "period" and _has_base(source):
        yield from table.made("share", "share", "pct", "proportion_wilson", table.shares())
    yield from table.made("rate", "rate", "per_100k", "rate_garwood", table.rates())
    yield from table.made("phase_mean", "rate", source.unit, "phase_mean_garwood", table.phase_means())
    yield from table.made("phase_ratio", "ratio", "ratio", "phase_ratio_exact", table.phase_ratios())
    if source.dimensions == ("period",) and not source.sums_other_countries:
        yield from table.made("same_period", "ratio", "ratio", "same_period_exact", table.same_periods())
        yield from table.made("change", "change", "pct", "change_exact", table.changes())


@dataclass(frozen=True, slots=True, kw_only=True)
class _Table:
    source: CountTable
    shown: ReleasedTable
    released: Released

    def made(
        self, suffix: str, kind: Kind, unit: Unit, method: str, cells: Iterable[ReleasedCell]
    ) -> Iterator[ReleasedTable]:
        """The derived table, or nothing where it has no cells."""
        if found := tuple(cells):
            yield ReleasedTable(
                key=f"{self.source.key}.{suffix}",
                indicator=self.source.indicator,
                kind=kind,
                dimensions=self.source.dimensions,
                cells=found,
                unit=unit,
                sources=self.source.sources,
                caveats=self.source.caveats,
                method=method,
                seal=_SEAL,
            )

    def at(self, cell: ReleasedCell, dimension: str, code: str) -> ReleasedCell | None:
        """The released count with another code of one dimension, from whichever table shows it."""
        places = zip(self.source.dimensions, cell.at, strict=True)
        moved = ((d, code if d == dimension else c) for d, c in places)
        return self.released.cells.get((self.source.population, frozenset((d, c) for d, c in moved if c != TOTAL)))

    def shares(self) -> Iterator[ReleasedCell]:
        """Percentage of the persons whose code is known; base and number of unknown beside it."""
        last = self.source.dimensions[-1]
        for cell in self.shown.cells:
            if cell.at[-1] in (TOTAL, *UNSPECIFIC) or (whole := self.at(cell, last, TOTAL)) is None:
                continue
            unknown = [self.at(cell, last, code) or _ABSENT for code in UNSPECIFIC]
            if blocked := _blocked(cell.at, cell, whole, *unknown):
                yield blocked
                continue
            count, left_out = _value(cell), sum(_value(u) for u in unknown)
            base = _value(whole) - left_out
            if count > base or base == 0:
                yield ReleasedCell(at=cell.at, value=None, obs_status="M")
                continue
            note = f"unknown={left_out:.0f}" if left_out else ""
            enough = base >= self.released.policy.minimum_share_base
            yield _figure(cell, base, "" if enough else "base_below_20", partial(rates.proportion, count, base), note)

    def rates(self) -> Iterator[ReleasedCell]:
        """Events per 100,000 of the population the coordinates stand for."""
        for cell in self.shown.cells:
            at = frozenset((d, c) for d, c in zip(self.source.dimensions, cell.at, strict=True) if c != TOTAL)
            persons = next((d.persons[at] for d in self.released.denominators if at in d.persons), None)
            if persons is None:
                continue
            if blocked := _blocked(cell.at, cell):
                yield blocked
                continue
            enough = _value(cell) >= self.released.policy.minimum_rate_events
            short = "" if enough else "fewer_than_10_events"
            yield _figure(cell, persons, short, partial(rates.rate, _value(cell), persons))

    def phase_means(self) -> Iterator[ReleasedCell]:
        """Mean per month of each phase; `base` is the number of months."""
        for cell, months in self._phases():
            if blocked := _blocked(cell.at, cell):
                yield blocked
            else:
                yield _figure(cell, float(months), "", partial(comparison.phase_mean, _value(cell), months))

    def phase_ratios(self) -> Iterator[ReleasedCell]:
        """Rate per month of each phase against the phase before the pandemic."""
        base_months = self.released.months.get(BASE_PHASE)
        for cell, months in self._phases():
            base = self.at(cell, "period", BASE_PHASE)
            if BASE_PHASE in cell.at or base is None or base_months is None:
                continue
            yield self._ratio(cell, base, _per_month(months, base_months))

    def same_periods(self) -> Iterator[ReleasedCell]:
        """Each period from 2020 on against the same one of 2019."""
        for cell in self.shown.cells:
            now = _period(cell.at[0])
            if now is None or now.year <= BASE_YEAR:
                continue
            before = now.shifted((BASE_YEAR - now.year) * 12 // now.months)
            if (base := self.at(cell, "period", before.code)) is not None:
                yield self._ratio(cell, base, comparison.same_period)

    def changes(self) -> Iterator[ReleasedCell]:
        """Percentage change from the period before; not applicable where the series breaks between the two."""
        for cell in self.shown.cells:
            now = _period(cell.at[0])
            before = None if now is None else self.at(cell, "period", now.shifted(-1).code)
            if before is None:
                continue
            if cell.obs_status == "B":
                yield ReleasedCell(at=cell.at, value=None, obs_status="M")
                continue
            if blocked := _blocked(cell.at, cell, before):
                yield blocked
                continue
            count, base = _value(cell), _value(before)
            enough = min(count, base) >= self.released.policy.minimum_share_base
            yield _figure(cell, base, "" if enough else "base_below_20", partial(comparison.change, count, base))

    def _phases(self) -> Iterator[tuple[ReleasedCell, int]]:
        place = self.source.dimensions.index("period")
        for cell in self.shown.cells:
            if months := self.released.months.get(cell.at[place]):
                yield cell, months

    def _ratio(
        self, cell: ReleasedCell, base: ReleasedCell, estimated: Callable[[float, float], Estimate]
    ) -> ReleasedCell:
        if blocked := _blocked(cell.at, cell, base):
            return blocked
        enough = _value(base) >= self.released.policy.minimum_rate_events
        short = "" if enough else "fewer_than_10_events"
        return _figure(cell, _value(base), short, partial(estimated, _value(cell), _value(base)))


def _per_month(months: int, base_months: int) -> Callable[[float, float], Estimate]:
    return lambda count, base: comparison.phase_ratio(count, months, base, base_months)


def _period(code: str) -> Period | None:
    try:
        return period(code)
    except WrongArguments:
        return None


def _value(cell: ReleasedCell) -> float:
    return cell.value or 0.0


def _blocked(at: tuple[str, ...], *needed: ReleasedCell) -> ReleasedCell | None:
    """The cell that stands in for a figure one of whose inputs may not be shown or does not exist."""
    if any(cell.conf_status != "F" for cell in needed):
        return ReleasedCell(at=at, value=None, conf_status="D")
    missing = next((cell for cell in needed if cell.value is None), None)
    return None if missing is None else ReleasedCell(at=at, value=None, obs_status=missing.obs_status)


def _figure(
    cell: ReleasedCell, base: float, shortage: str, estimated: Callable[[], Estimate], note: str = ""
) -> ReleasedCell:
    """The figure with its interval; too unreliable where the base is short, not applicable on a base of zero."""
    if shortage and base:
        return ReleasedCell(at=cell.at, value=None, obs_status="U", base=base, note=shortage)
    estimate = estimated()
    if estimate.refusal is not None:
        return ReleasedCell(at=cell.at, value=None, obs_status="M", base=base)
    return ReleasedCell(
        at=cell.at,
        value=estimate.estimate,
        obs_status=cell.obs_status,
        lower=_finite(estimate.lower),
        upper=_finite(estimate.upper),
        base=base,
        note=note,
    )


def _finite(bound: float | None) -> float | None:
    return bound if bound is not None and isfinite(bound) else None
