"""The product's attacker set upon tables of tests: read from a manifest, or printed without asking the gate."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any

import numpy as np

from reports.manifest import edition_json
from transforms.attacker.audit import possible
from transforms.attacker.manifest import publication_of
from transforms.attacker.narrow import narrow_numbers
from transforms.attacker.publication import At, PrintedCell, PrintedTable, Publication, State
from transforms.attacker.ranges import Demand, Ranges, interval
from transforms.attacker.system import Group, System, systems
from transforms.codes import TOTAL
from transforms.disclosure.cells import CountTable, Rollup
from transforms.disclosure.released import ReleasedEdition

Ends = tuple[int, int | None]
FIRST = State(key="first", youngest=date(2022, 1, 10))


def read(edition: ReleasedEdition) -> Publication:
    """An edition as its readers have it: from the bytes of its manifest."""
    return publication_of(json.loads(edition_json(edition, [])))


def printed_as(table: CountTable, hidden: Iterable[At], state: State = FIRST) -> PrintedTable:
    """A table that somebody prints with these cells left out, without asking the gate."""
    left_out = set(hidden)
    return PrintedTable(
        key=table.key,
        population=table.population,
        dimensions=table.dimensions,
        additive=table.additive,
        within=table.within,
        state=state,
        cells=tuple(
            PrintedCell(at=cell.at, value=None, is_withheld=True)
            if cell.at in left_out
            else PrintedCell(at=cell.at, value=None if cell.value is None else int(cell.value))
            for cell in table.cells
        ),
    )


def publication(
    *tables: PrintedTable,
    rollups: Iterable[Rollup] = (),
    edition: str = "annual-2021",
    audience: str = "working-group",
    threshold: int = 4,
    width: int = 4,
    **more: Any,
) -> Publication:
    """A publication of these tables."""
    return Publication(
        edition=edition,
        scope="XX",
        audience=audience,
        as_of=date(2022, 4, 30),
        threshold=threshold,
        width=width,
        tables=tables,
        parts={(rollup.dimension, rollup.parent): rollup.parts for rollup in rollups},
        **more,
    )


class Attacker:
    """Everything that readers of some publications can work out of them together."""

    def __init__(self, *publications: Publication) -> None:
        self.publications = publications
        self.attacked: list[tuple[System, Ranges]] = []
        for system in systems(publications, each_counted_anew=False):
            self.attacked.append((system, possible(system)[0]))

    def intervals(self) -> dict[str, Ends]:
        """Smallest and largest value of every withheld cell, by its codes."""
        return {
            self._name(system, number): interval(ranges, number)
            for system, ranges in self.attacked
            for number in system.gaps
        }

    def closer_than(self, width: int) -> dict[str, Ends]:
        """Withheld cells that are narrowed down below the width, by their codes."""
        return self._closer(width, lambda system: list(system.gaps), self._name)

    def closer_groups(self, width: int, is_small: Callable[[Group], bool]) -> dict[str, Ends]:
        """Groups that no table shows and that are small in truth, where they are narrowed down below the width."""
        return self._closer(
            width,
            lambda system: [number for number, group in system.groups.items() if is_small(group)],
            lambda system, number: " ".join((*system.groups[number].stretch, *system.groups[number].codes)),
        )

    def _closer(
        self, width: int, numbers: Callable[[System], list[int]], name: Callable[[System, int], str]
    ) -> dict[str, Ends]:
        found = {}
        for system, ranges in self.attacked:
            asked, none = (np.zeros(system.knowledge.low.size) for _ in range(2))
            asked[numbers(system)] = width
            for number in narrow_numbers(ranges, Demand(width=asked, small=none)):
                found[name(system, number)] = interval(ranges, number)
        return found

    def _name(self, system: System, number: int) -> str:
        gap = system.gaps[number][0]
        table = next(t for t in self.publications[gap.publication].tables if t.key == gap.table)
        codes: Mapping[str, str] = dict(zip(table.dimensions, gap.at, strict=True))
        others = [
            codes[dimension] for dimension in sorted(codes) if dimension != "period" and codes[dimension] != TOTAL
        ]
        return " ".join([*([codes["period"]] if "period" in codes else []), *others])
