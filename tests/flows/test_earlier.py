"""The attacker at the door: he stops what the gate would let out, whoever made the mistake."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from flows.editions.earlier import attacked, released_past_attacker
from tests.transforms.count_tables import counts, released
from tests.transforms.series_of_editions import Shelf
from transforms.disclosure import release as gate
from transforms.disclosure import suppression
from transforms.disclosure.suppression import Protection
from transforms.errors import ReleaseRefused

BY_SEX = "victims_identified_by_period_sex"
YEAR = """
    period | female | male | unknown | total
    2020   | 3      | 14   | 20      | 37
    """
MORE = YEAR.replace("14   | 20      | 37", "70   | 20      | 93")


def without_complements(linked: Any, groups: Any, rules: Any, emptied: Any) -> Protection:
    primary = suppression.primary_cells(linked, rules)
    return Protection(withheld=primary, primary=primary, rounds=1, is_fallback=False)


def test_a_gate_without_complements_is_stopped_by_the_attacker(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "protected", without_complements)
    with pytest.raises(ReleaseRefused, match=BY_SEX):
        released(counts(YEAR, by="sex"))  # its own audit
    monkeypatch.setattr(gate, "_audited", lambda *_: 0)
    made = released(counts(YEAR, by="sex"))
    with pytest.raises(ReleaseRefused, match=f"attacker.*{BY_SEX}") as refused:
        attacked(made, ())
    assert not any(character.isdigit() for character in str(refused.value)), "tables are named, values never"


def test_a_gate_that_forgets_earlier_editions_is_stopped_by_the_attacker() -> None:
    shelf = Shelf()
    shelf.publish(counts(YEAR, by="sex"))
    known = list(shelf.documents)
    with pytest.raises(ReleaseRefused, match=BY_SEX):
        attacked(shelf.publish(counts(MORE, by="sex"), forgets=True), known)


def test_tables_in_which_the_attacker_finds_something_are_emptied(monkeypatch: pytest.MonkeyPatch) -> None:
    real = gate.protected
    asked = []

    def careless(linked: Any, groups: Any, rules: Any, emptied: frozenset[str]) -> Protection:
        asked.append(emptied)
        return (real if emptied else without_complements)(linked, groups, rules, emptied)

    monkeypatch.setattr(gate, "protected", careless)
    monkeypatch.setattr(gate, "_audited", lambda *_: 0)
    tables = (counts("period | persons\n2020 | 37"), counts(YEAR, by="sex"))
    made = released_past_attacker(lambda emptied: released(*tables, emptied=emptied), ())
    assert asked == [frozenset(), frozenset({BY_SEX})]
    assert [cell.at for cell in made.tables[BY_SEX].cells if cell.value is not None] == [("2020", "total")]
    assert made.audit["emptied"] == [BY_SEX]
    assert made.audit["attack"]["verdict"] == "passed"


def test_where_emptying_does_not_help_nothing_is_released(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "protected", without_complements)
    monkeypatch.setattr(gate, "_audited", lambda *_: 0)
    with pytest.raises(ReleaseRefused, match=BY_SEX):
        released_past_attacker(lambda emptied: released(counts(YEAR, by="sex"), emptied=emptied), ())


def test_the_verdict_stands_in_the_audit_of_the_edition() -> None:
    made = attacked(released(counts(YEAR, by="sex")), ())
    assert made.audit["attacker"].startswith("knows every published cell")
    told = made.audit["attack"]
    assert (told["verdict"], told["width"], told["earlier_editions"]) == ("passed", 4, 0)
    assert told["checked"] >= int(np.count_nonzero([c.value is None for c in made.tables[BY_SEX].cells]))
