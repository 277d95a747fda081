"""An attacker reads what the gate lets out, and finds no withheld count closer than its policy promises."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from tests.transforms.attacker import Attacker, Ends, printed_as, publication, read
from tests.transforms.count_tables import released
from tests.transforms.person_groups import (
    BY_PHASE,
    BY_YEAR,
    FAMILIES,
    PHASES,
    TOTAL,
    At,
    Group,
    counted,
    groups,
    persons_in,
    persons_of,
)
from transforms.attacker import system as attacker
from transforms.disclosure import suppression
from transforms.disclosure.audit import Ranges, exposed, interval
from transforms.disclosure.cells import CountCell, CountTable, Rollup, TableSet
from transforms.disclosure.equations import link
from transforms.disclosure.linked import LinkedCells, Quantity
from transforms.disclosure.policy import Policy

THRESHOLD = {"working-group": 4, "public": 10}
EXAMPLES = 8


def without_complements(*tables: CountTable) -> Attacker:
    """The attacker of these tables printed with small counts left out and nothing else."""
    printed = [printed_as(t, [cell.at for cell in t.cells if 0 < (cell.value or 0) < 4]) for t in tables]
    return Attacker(publication(*printed, rollups=PHASES))


def is_small(persons: Sequence[Group], threshold: int) -> Callable[[attacker.Group], bool]:
    """Whether a group that no table shows counts 1 … t − 1 persons in truth."""

    def counts_few(group: attacker.Group) -> bool:
        codes = [(dimension, code) for dimension, _, code in (codes.partition("=") for codes in group.codes)]
        return 0 < persons_in(persons, group.stretch, codes) < threshold

    return counts_few


def assert_safe(
    tables: Sequence[CountTable], audience: str, rollups: Sequence[Rollup] = (), persons: Sequence[Group] = ()
) -> None:
    """Nothing small is printed, what is printed is true, and what is withheld or left over stays wide."""
    threshold = THRESHOLD[audience]
    edition = released(*tables, audience=audience, rollups=rollups)
    for table in tables:
        for cell, printed in zip(table.cells, edition.tables[table.key].cells, strict=True):
            assert printed.value is None or printed.value == cell.value
            assert printed.value is None or not 0 < printed.value < threshold
            assert (printed.value is None) == (printed.conf_status == "C")
    attack = Attacker(read(edition))
    assert attack.closer_than(threshold) == {}
    assert attack.closer_groups(threshold, is_small(persons, threshold)) == {}


@pytest.mark.parametrize("family", FAMILIES)
@pytest.mark.parametrize("audience", THRESHOLD)
def test_no_withheld_count_can_be_worked_out_closer_than_the_policy_promises(family: str, audience: str) -> None:
    @settings(max_examples=EXAMPLES, deadline=None)
    @given(persons=persons_of(FAMILIES[family]))
    def attacked(persons: list[Group]) -> None:
        assert_safe(FAMILIES[family].tables(persons), audience, PHASES, persons)

    attacked()


def test_answers_in_the_months_between_a_phase_and_a_year_give_no_count_away() -> None:
    """In 2019 all ten had one form; of the eleven of the phase ten had it: the eleventh came in January 2020."""
    persons = groups("""
        month   | persons | form          | sex
        2019-07 | 10      | servitude     | female
        2020-01 | 1       | forced_labour | female
        """)
    assert_safe(FAMILIES["several forms per person"].tables(persons), "working-group", PHASES, persons)


KNOWN_LEAKS: dict[str, tuple[str, str, dict[str, tuple[int, int]]]] = {
    "a month is its quarter without the others": (
        "months, quarters, years and phases",
        """
        month   | persons
        2019-07 | 2
        2019-08 | 6
        2019-09 | 9
        """,
        {"2019-07": (2, 2)},
    ),
    "the women of a phase are its persons without the men": (
        "sexes by year and phase beside months",
        """
        month   | persons | sex
        2019-11 | 9       | male
        2020-01 | 2       | female
        2020-02 | 7       | male
        """,
        {"2020-01": (2, 2), "2020 female": (2, 2), "phase:pre_pandemic female": (2, 2)},
    ),
    "all who have a form have this one where there is no other": (
        "several forms per person",
        """
        month   | persons | form      | sex
        2020-05 | 3       | servitude | male
        2020-05 | 21      | unknown   | male
        """,
        {"2020 servitude": (3, 3), "phase:acute servitude": (3, 3)},
    ),
    "no form has more persons than have a form at all": (
        "several forms per person",
        """
        month   | persons | form                    | sex
        2020-05 | 3       | forced_labour;servitude | male
        2020-05 | 21      | unknown                 | male
        """,
        {f"{when} {form}": (0, 3) for when in ("2020", "phase:acute") for form in ("forced_labour", "servitude")},
    ),
    "children of one age are all children without the others": (
        "age groups in age classes",
        """
        month   | persons | age_group | age_class
        2020-05 | 2       | 0-8       | child
        2020-05 | 12      | 9-17      | child
        2020-05 | 3       | 18-20     | adult
        2020-05 | 15      | 48+       | adult
        """,
        {"2020 0-8": (2, 2), "2020 18-20": (3, 3)},
    ),
    "a corridor is its country of citizenship without the others": (
        "corridors between known countries",
        """
        month   | persons | corridor | citizenship | country_of_exploitation | crossing
        2020-05 | 12      | TM>TR    | TM          | TR                      | cross_border
        2020-05 | 2       | TM>RU    | TM          | RU                      | cross_border
        2020-05 | 3       | UZ>KZ    | UZ          | KZ                      | cross_border
        2020-05 | 14      | UZ>AE    | UZ          | AE                      | cross_border
        """,
        {"2020 RU": (2, 2), "2020 TM>RU": (2, 2), "2020 KZ": (3, 3), "2020 UZ>KZ": (3, 3)},
    ),
    "a cell is its line and its column without the others": (
        "regions by sex with every margin",
        """
        month   | persons | region | sex
        2020-05 | 2       | XX-1   | male
        2020-05 | 9       | XX-1   | female
        2020-05 | 12      | XX-2   | male
        """,
        {"2020 XX-1 male": (2, 2)},
    ),
}


@pytest.mark.parametrize("leak", KNOWN_LEAKS)
def test_the_attacker_knows_what_a_reader_can_know(leak: str) -> None:
    """Without complements he recovers what he should: an attacker who finds nothing would prove nothing."""
    family, text, recovered = KNOWN_LEAKS[leak]
    tables = FAMILIES[family].tables(groups(text))
    assert without_complements(*tables).closer_than(4) == recovered


def test_the_attacker_finds_a_group_that_no_table_shows() -> None:
    persons = groups("""
        month   | persons | sex
        2019-11 | 9       | male
        2020-01 | 2       | male
        2020-05 | 9       | male
        """)
    attack = without_complements(counted(persons, "by_sex", {**BY_YEAR, **BY_PHASE}, ("sex",)))
    found = {"2020-01 2020-02": (2, 2), "2020-01 2020-02 sex=male": (2, 2)}
    assert attack.closer_groups(4, is_small(persons, 4)) == found
    assert attack.closer_than(4) == {}


Cross = Mapping[At, float]


def cross_table(path: Path, rows: str, columns: str, wider: Sequence[str] = ()) -> Cross:
    """Counts of a published file by two of its columns, margins included; `wider` columns stand among the rows too."""
    found: Counter[At] = Counter()
    for record in csv.DictReader(path.open(encoding="utf-8")):
        lines = [record[rows], *(f"{name}-{record[name]}" for name in wider), TOTAL]
        for at in product(lines, (record[columns], TOTAL)):
            found[at] += int(record["freq"])
    return found


def as_table(cross: Cross, dimensions: At) -> CountTable:
    return CountTable(
        key="published",
        indicator="published",
        population="published",
        dimensions=dimensions,
        additive=dimensions,
        cells=tuple(CountCell(at=at, value=float(value)) for at, value in cross.items()),
        unit="person",
        sources=("published",),
    )


def place_of(name: str) -> Quantity:
    """A cell of wp22 as the reference writes it: `Alpha/Medium`."""
    county, education = name.split("/")
    return "published", frozenset({("county", county), ("edu", education)})


def as_said(names: Mapping[str, Sequence[float]]) -> dict[str, Ends]:
    """Intervals of the reference by the names that the attacker gives."""
    return {name.replace("/", " "): (int(ends[0]), int(ends[1])) for name, ends in names.items()}


@pytest.fixture(scope="module")
def wp22(shared_fixtures: Path) -> CountTable:
    """Table of the United Nations' working paper 22 (after the US Federal Committee): delinquent children."""
    return as_table(
        cross_table(shared_fixtures / "disclosure" / "wp22_delinquent.csv", "county", "edu"), ("county", "edu")
    )


@pytest.fixture(scope="module")
def reference(shared_fixtures: Path) -> dict[str, Any]:
    """Intervals that the R packages compute for three patterns, and the best patterns there are."""
    text = (shared_fixtures / "disclosure" / "reference_wp22_audit.json").read_text("utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


PATTERNS = ("primary_only", "wp22_flawed", "gausssuppression_maxN3")


def mask(linked: LinkedCells, names: Iterable[str]) -> np.ndarray:
    found = ~linked.is_tabled
    found[[linked.place[place_of(name)] for name in names]] = True
    return found


def with_pattern(table: CountTable, names: Iterable[str]) -> Attacker:
    return Attacker(publication(printed_as(table, [tuple(name.split("/")) for name in names])))


@pytest.mark.parametrize("pattern", PATTERNS)
def test_the_audit_and_the_attacker_find_the_published_intervals(
    pattern: str, wp22: CountTable, reference: dict[str, Any]
) -> None:
    linked = link(TableSet(tables=(wp22,), rollups=()))
    names = reference[pattern]
    hidden = mask(linked, names)
    audited = {name: list(interval(linked, hidden, linked.place[place_of(name)])) for name in names}
    assert audited == {name: pytest.approx(ends, abs=1e-6) for name, ends in names.items()}
    assert with_pattern(wp22, names).intervals() == as_said(names)


def weak(table: CountTable, names: Iterable[str], width: int) -> set[str]:
    linked = link(TableSet(tables=(table,), rollups=()))
    hidden = mask(linked, names)
    found = exposed(linked, hidden, hidden & linked.is_tabled, width, Ranges(linked.values))
    at = [dict(linked.cells[place].quantity[1]) for place in found]
    return {f"{codes['county']}/{codes['edu']}" for codes in at}


def test_with_primary_suppression_only_all_six_cells_are_recovered(wp22: CountTable, reference: dict[str, Any]) -> None:
    names = set(reference["primary_only"])
    assert len(names) == 6
    assert weak(wp22, names, 1) == names
    truth = {"/".join(cell.at): cell.value or 0 for cell in wp22.cells}
    assert with_pattern(wp22, names).closer_than(1) == as_said({name: (truth[name],) * 2 for name in names})


def test_the_classic_pattern_gives_one_cell_away_and_keeps_the_others(
    wp22: CountTable, reference: dict[str, Any]
) -> None:
    names = reference["wp22_flawed"]
    assert weak(wp22, names, 4) == {"Alpha/VeryHigh"}
    assert with_pattern(wp22, names).closer_than(4) == {"Alpha VeryHigh": (1, 1)}
    assert weak(wp22, names, 5) == set(names)


def test_the_gate_finds_the_cheapest_pattern_there_is(wp22: CountTable, reference: dict[str, Any]) -> None:
    best = reference["optimal_width_5"]["min_value"]
    edition = released(wp22)
    hidden = {"/".join(cell.at): cell for cell in edition.tables["published"].cells if cell.value is None}
    complements = set(hidden) - set(reference["primary_only"])
    truth = {"/".join(cell.at): cell.value or 0 for cell in wp22.cells}
    assert set(hidden) > set(reference["primary_only"])
    assert complements == set(best["cells"])
    assert sum(truth[name] for name in complements) == best["cost"] == 29
    assert Attacker(read(edition)).closer_than(5) == {}


@pytest.mark.parametrize("width", [4, 5, 8, 12])
def test_a_policy_that_asks_for_more_width_gets_it(width: int, wp22: CountTable) -> None:
    linked = link(TableSet(tables=(wp22,), rollups=()))
    rules = Policy(audience="ministry", threshold=4, protection_width=width)
    pattern = suppression.complements(linked, suppression.primary_cells(linked, rules), rules)
    hidden = [cell.at for cell in wp22.cells if pattern.withheld[linked.place[wp22.population, wp22.coordinates(cell)]]]
    attack = Attacker(publication(printed_as(wp22, hidden)))
    assert len(attack.intervals()) >= 9
    assert attack.closer_than(width) == {}


def published_region_tables(folder: Path) -> tuple[CountTable, tuple[Rollup, ...]]:
    """Regions by main income, beside counties and groups of municipalities that cut across each other."""
    wider = ("county", "k_group")
    cross = cross_table(folder / "ssb_d2.csv", "region", "main_income", wider)
    parts: dict[str, set[str]] = {}
    for record in csv.DictReader((folder / "ssb_d2.csv").open(encoding="utf-8")):
        for name in wider:
            parts.setdefault(f"{name}-{record[name]}", set()).add(record["region"])
    rollups = tuple(Rollup(dimension="region", parent=code, parts=tuple(sorted(p))) for code, p in parts.items())
    return as_table(cross, ("region", "main_income")), rollups


@pytest.mark.parametrize("audience", THRESHOLD)
def test_regions_whose_counties_and_groups_overlap_are_safe(audience: str, shared_fixtures: Path) -> None:
    table, rollups = published_region_tables(shared_fixtures / "disclosure")
    assert sum(0 < (cell.value or 0) < 4 for cell in table.cells) == 9
    assert_safe([table], audience, rollups)


@pytest.mark.parametrize(
    ("file", "rows", "columns"),
    [("ssb_d1.csv", "region", "main_income"), ("ssb_example1.csv", "geo", "age"), ("ssb_example1.csv", "geo", "year"),
     ("ssb_d2s.csv", "region", "main_income")],
)  # fmt: skip
@pytest.mark.parametrize("audience", THRESHOLD)
def test_other_published_tables_are_safe(
    file: str, rows: str, columns: str, audience: str, shared_fixtures: Path
) -> None:
    cross = cross_table(shared_fixtures / "disclosure" / file, rows, columns)
    assert_safe([as_table(cross, ("region", columns))], audience)
