"""SDG 16.2.2 of an edition in the shape in which a country submits it, from released cells only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from transforms.areas import alpha2_by_code
from transforms.codes import TOTAL, UNSPECIFIC
from transforms.disclosure.cells import Denominator
from transforms.disclosure.released import ReleasedCell, ReleasedTable
from transforms.indicators.editions import REGISTER_HEADLINE
from transforms.periods import period
from transforms.statistics.sdg import AGES, FORMS, SEXES, Detected, parts_within_totals, sdg_rows

Record = Mapping[str, str | float | None]
_FIGURES = ("OBS_VALUE", "LOWER_BOUND", "UPPER_BOUND")
_BREAKDOWNS = {"sex": ("sex", SEXES), "age_class": ("age", AGES), "form": ("form", FORMS)}
"""Breakdowns of our tables, the dimension of the submission that each is, and the codes that it has a place for."""


def submission(
    tables: Mapping[str, ReleasedTable], denominators: Sequence[Denominator], scope: str
) -> tuple[Record, ...]:
    """One record per observation of each year: counts and rates of identified victims by sex, age class and form.

    Empty for the world and for a country without a case register. Forms are left out where persons with several make
    them add up to more than the persons.
    """
    totals = tables.get(f"{REGISTER_HEADLINE}_by_period")
    if scope == "world" or totals is None:
        return ()
    found = list(_detected(totals, denominators, ""))
    for breakdown, (dimension, codes) in _BREAKDOWNS.items():
        table = tables.get(f"{REGISTER_HEADLINE}_by_period_{breakdown}")
        if table is not None:
            parts = [one for one in _detected(table, denominators, dimension) if getattr(one, dimension) in codes]
            unmet = {check.key for check in parts_within_totals([*found, *parts]) if not check.is_met}
            found += [] if f"parts_of_{dimension}" in unmet else parts
    return tuple(_shown(row.to_record()) for row in sdg_rows(found, _area_code(scope)))


def _shown(record: dict[str, str | float | None]) -> Record:
    """The record; a rate that an edition holds too unreliable to show is not shown here either."""
    return record | dict.fromkeys(_FIGURES) if record["OBS_STATUS"] == "U" else record


def _detected(table: ReleasedTable, denominators: Sequence[Denominator], dimension: str) -> Iterator[Detected]:
    for cell in table.cells:
        code = cell.at[1] if dimension else ""
        if ":" in cell.at[0] or (when := period(cell.at[0])).frequency != "year" or code in (TOTAL, *UNSPECIFIC):
            continue
        persons = None if dimension in ("age", "form") else _persons(table, cell, denominators)
        yield Detected(
            year=when.year,
            count=None if cell.value is None else int(cell.value),
            persons=persons,
            obs_status=cell.obs_status,
            conf_status=cell.conf_status,
            **({dimension: code} if dimension else {}),
        )


def _persons(table: ReleasedTable, cell: ReleasedCell, denominators: Sequence[Denominator]) -> float | None:
    at = frozenset((d, c) for d, c in zip(table.dimensions, cell.at, strict=True) if c != TOTAL)
    return next((known.persons[at] for known in denominators if at in known.persons), None)


def _area_code(scope: str) -> str:
    """The numeric code of the country; its own letters for one that is made up."""
    return next((code for code, alpha2 in alpha2_by_code("country_numeric").items() if alpha2 == scope), scope)
