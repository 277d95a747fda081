"""Random editions one after the other: an attacker who reads their manifests works nothing out that is withheld.

`--editions N` asks for so many; `make attacks` for 1,000.
"""

from __future__ import annotations

import random
from collections import Counter

import pytest

from flows.earlier import attacked
from tests.transforms.person_groups import AGES, CODES, ENDS, FAMILIES, MONTHS, PHASES, SIZES, Family, Group
from tests.transforms.series_of_editions import Shelf
from transforms.attacker.audit import audit
from transforms.attacker.manifest import publication_of
from transforms.errors import ReleaseRefused

LONGEST = 8
MOST_REFUSED = 0.05
"""Share of editions that the attacker may stop; the gate itself must have made all others safe."""


def group(chance: random.Random, family: Family) -> Group:
    found = {dimension: chance.choice(CODES[dimension]) for dimension in family.dimensions if dimension in CODES}
    if "age_group" in family.dimensions:
        age, known = chance.choice(AGES)
        found |= {"age_group": (age,), "age_class": (known,)}
    if "corridor" in family.dimensions:
        source, target = chance.choice(ENDS)
        crossing = "domestic" if source == target else "cross_border"
        found |= {"citizenship": (source,), "country_of_exploitation": (target,), "crossing": (crossing,)}
        found |= {"corridor": (f"{source}>{target}",)}
    return Group(chance.choice(MONTHS), chance.choice(SIZES), found)


def series(seed: int) -> Counter[str]:
    """Editions for both audiences over a register that grows, and now and then loses persons; what came of them."""
    chance = random.Random(seed)
    family = FAMILIES[chance.choice(list(FAMILIES))]
    persons = [group(chance, family) for _ in range(chance.randint(1, 10))]
    shelf, extract, told = Shelf(rollups=PHASES), 0, Counter[str]()
    for _ in range(chance.randint(2, LONGEST)):
        if chance.random() < 0.75:
            extract += 1
            persons = [*persons, *(group(chance, family) for _ in range(chance.randint(0, 3)))]
            if chance.random() < 0.1 and len(persons) > 1:
                del persons[chance.randrange(len(persons))]
        before = list(shelf.documents)
        audience = chance.choice(("public", "working-group"))
        try:
            made = shelf.publish(*family.tables(persons), audience=audience, extract=extract)
            attacked(made, before)
            told["published"] += 1
        except ReleaseRefused:
            del shelf.documents[len(before) :], shelf.earlier[len(before) :]
            told["refused"] += 1
            continue
        told["withheld"] += made.audit["primary"] + made.audit["secondary"]
        told["primary"] += made.audit["primary"]
    assert audit([publication_of(document) for document in shelf.documents]).is_safe
    return told


def test_no_series_of_editions_gives_a_withheld_count_away(pytestconfig: pytest.Config) -> None:
    wanted, told, seed = pytestconfig.getoption("editions"), Counter[str](), 2021
    while told["published"] < wanted:
        seed += 1
        told += series(seed)
    if (reporter := pytestconfig.pluginmanager.get_plugin("terminalreporter")) is not None:
        reporter.write_line(f" {dict(told)}")
    assert told["withheld"] > told["primary"] > 0
    assert told["refused"] <= MOST_REFUSED * (told["published"] + told["refused"])
