"""Count tables drawn as text, sent through the gate, and drawn as text again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from transforms.disclosure.cells import CountCell, CountTable, Denominator, Rollup, TableSet
from transforms.disclosure.earlier import Earlier
from transforms.disclosure.history import History
from transforms.disclosure.release import release
from transforms.disclosure.released import ReleasedCell, ReleasedEdition, SourceUsed

POPULATION = "victims_identified"
STATUSES = frozenset("OMPEB")


def drawn(text: str) -> list[list[str]]:
    """Cells of a text table, line by line."""
    return [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]


def counts(text: str, *, by: str = "", key: str = "", **more: Any) -> CountTable:
    """Counts by period (lines) and the codes of `by` (columns), or by period only.

    A cell is a count, a count and a status (`12 P`), or the status of a count that is missing (`O`, `M`).
    """
    (_, *codes), *lines = drawn(text)
    dimensions = ("period", by) if by else ("period",)
    cells = [
        _cell((when, code) if by else (when,), written)
        for when, *row in lines
        for code, written in zip(codes, row, strict=True)
    ]
    fields: dict[str, Any] = {
        "key": key or f"{POPULATION}_by_{'_'.join(dimensions)}",
        "indicator": POPULATION,
        "population": POPULATION,
        "dimensions": dimensions,
        "additive": dimensions,
        "unit": "person",
        "sources": ("case_register",),
    }
    return CountTable(cells=tuple(cells), **{**fields, **more})


def _cell(at: tuple[str, ...], written: str) -> CountCell:
    parts = written.split()
    status = parts.pop() if parts and parts[-1] in STATUSES else "A"
    return CountCell(at=at, value=float(parts[0]) if parts else None, obs_status=status)


def released(
    *tables: CountTable,
    audience: str = "working-group",
    rollups: Sequence[Rollup] = (),
    denominators: Sequence[Denominator] = (),
    earlier: Sequence[Earlier] = (),
    edition: str = "annual-2021",
    extract: tuple[date, str] | None = None,
    emptied: frozenset[str] = frozenset(),
    history: History | None = None,
) -> ReleasedEdition:
    """These tables as one edition, through the real gate; `extract` is the day and the digest of what they count."""
    return release(
        TableSet(tables=tables, rollups=tuple(rollups), denominators=tuple(denominators)),
        audience=audience,
        edition=edition,
        scope="XX",
        as_of=date(2022, 4, 30),
        run_id="run",
        code_version="0",
        created_from=() if extract is None else (_used(*extract),),
        context={},
        languages=("en",),
        earlier=earlier,
        emptied=emptied,
        history=history,
    )


def _used(day: date, digest: str) -> SourceUsed:
    return SourceUsed(
        source="case_register",
        number=1,
        vintage_date=day,
        sha256=digest,
        file_name="list.csv",
        contract_version="1",
        rows_read=0,
    )


def shown(edition: ReleasedEdition, key: str) -> list[list[str]]:
    """A released table as `drawn` gives it: a number, or the letter that says why there is none."""
    table = edition.tables[key]
    by = table.dimensions[1] if len(table.dimensions) == 2 else None
    codes = table.codes(by) if by else ("persons",)
    lines = [["period", *codes]]
    for when in table.codes("period"):
        found = [table.cell(when, code) if by else table.cell(when) for code in codes]
        lines.append([when, *(_written(cell) for cell in found)])
    return lines


def _written(cell: ReleasedCell | None) -> str:
    if cell is None:
        return ""
    if cell.conf_status != "F":
        return cell.conf_status
    return cell.obs_status if cell.value is None else f"{cell.value:.6g}"


def months(first: str, last: str) -> tuple[str, ...]:
    """Months from first to last, counted here and not by the product."""
    start, end = (12 * int(code[:4]) + int(code[5:]) - 1 for code in (first, last))
    return tuple(f"{number // 12}-{number % 12 + 1:02d}" for number in range(start, end + 1))


def phase(key: str, first: str, last: str) -> Rollup:
    """A COVID phase that is the sum of its months."""
    return Rollup(dimension="period", parent=f"phase:{key}", parts=months(first, last))


def population(persons: dict[str, float], *, by: str = "sex") -> Denominator:
    """A public denominator; keys read `2021` or `2021 female`."""
    at = {}
    for where, number in persons.items():
        when, *codes = where.split()
        at[frozenset({("period", when), *((by, code) for code in codes)})] = number
    return Denominator(key="population", persons=at, vintage="2022-01-15")


def withheld(edition: ReleasedEdition, key: str) -> set[tuple[str, ...]]:
    """Places of a table that show nothing because of disclosure control."""
    return {cell.at for cell in edition.tables[key].cells if cell.conf_status != "F"}


def values(tables: Iterable[CountTable]) -> set[float]:
    """Every count that goes into the gate."""
    return {cell.value for table in tables for cell in table.cells if cell.value is not None}
