"""The return of a supplier: its own figures whole, national ones beside them, and nothing told of others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.transforms.attacker import Attacker, printed_as, publication
from tests.transforms.count_tables import counts, drawn, phase, released, shown
from tests.transforms.person_groups import FAMILIES, PHASES, Group, counted, groups, persons_in, persons_of
from transforms.attacker import system as attacked_system
from transforms.disclosure import suppression
from transforms.disclosure.cells import CountTable, Rollup, TableSet
from transforms.disclosure.policy import RETURN_POLICY, Policy, return_policy
from transforms.disclosure.returned import ReleasedReturn
from transforms.disclosure.returns import Compared, Places, release_return
from transforms.disclosure.suppression import Protection
from transforms.errors import ReleaseRefused, WrongArguments

RULES = return_policy("MIA")
BY_SEX = "victims_identified_by_period_sex"
NATIONAL = counts(
    """
    period | female | male | total
    2019   | 45     | 30   | 75
    2020   | 33     | 20   | 53
    2021   | 31     | 12   | 43
    """,
    by="sex",
)
OWN = counts(
    """
    period | female | male | total
    2019   | 20     | 10   | 30
    2020   | 13     | 18   | 31
    2021   | 2      | 12   | 14
    """,
    by="sex",
)


def places(tables: Sequence[CountTable]) -> Places:
    return {table.key: {cell.at: cell.value for cell in table.cells} for table in tables}


def compared(
    national: Sequence[CountTable], own: Sequence[CountTable], rollups: Sequence[Rollup] = (), **more: Any
) -> Compared:
    """The public edition is made by the real gate, unless it is given."""
    if "public" not in more:
        edition = released(*national, audience="public", rollups=rollups)
        more["public"] = {t.key: {c.at: c.value for c in edition.tables[t.key].cells} for t in national}
    return Compared(
        national=TableSet(tables=tuple(national), rollups=tuple(rollups)),
        within=places(own),
        delivered=tuple(own),
        **more,
    )


def returned(given_: Compared, rules: Policy = RULES) -> ReleasedReturn:
    return release_return(
        given_,
        rules,
        body="MIA",
        edition="annual-2021",
        scope="XX",
        as_of=date(2022, 4, 30),
        run_id="run",
        code_version="0",
        created_from=(),
        context={},
        languages=("en",),
        deliveries=(),
    )


def test_what_others_have_few_of_cannot_be_taken_from_the_national_figure() -> None:
    """Two men of 2020 stand in lists of others alone: 20 less 18."""
    assert shown(returned(compared([NATIONAL], [OWN])).national, BY_SEX) == drawn("""
        period | female | male | total
        2019   | 45     | 30   | 75
        2020   | C      | C    | 53
        2021   | 31     | 12   | 43
        """)


def test_the_figures_of_ones_own_are_whole() -> None:
    own = returned(compared([NATIONAL], [OWN])).own[BY_SEX]
    found = own.cell("2021", "female")
    assert found is not None and (found.value, found.conf_status) == (2.0, "F")
    assert {cell.value for cell in own.cells} == {cell.value for cell in OWN.cells}


def test_that_others_have_nobody_is_told_as_every_zero_is() -> None:
    found = returned(compared([NATIONAL], [OWN])).national.tables[BY_SEX].cell("2021", "male")
    assert found is not None and found.value == 12.0


def test_nothing_is_shown_that_the_public_edition_withholds() -> None:
    national = counts(
        """
        period | female | male | other | total
        2021   | 60     | 40   | 8     | 108
        """,
        by="sex",
    )
    own = counts(
        """
        period | female | male | other | total
        2021   | 30     | 20   | 2     | 52
        """,
        by="sex",
    )
    public = released(national, audience="public").tables[BY_SEX]
    found = returned(compared([national], [own])).national.tables[BY_SEX]
    hidden = {cell.at for cell in public.cells if cell.value is None}
    assert ("2021", "other") in hidden
    assert hidden <= {cell.at for cell in found.cells if cell.value is None}


def test_small_counts_of_others_that_the_public_edition_tells_are_counted_for_the_house() -> None:
    assert returned(compared([NATIONAL], [OWN])).given_away == 1
    nobody = replace(OWN, cells=tuple(replace(cell, value=0.0) for cell in OWN.cells))
    assert returned(compared([NATIONAL], [nobody])).given_away == 0


def test_a_code_that_the_body_has_and_a_period_not_reported_make_no_count_of_others() -> None:
    national = counts("period | persons\n2020 | 50\n2021 | O")
    own = counts("period | persons\n2020 | 20\n2021 | 4")
    found = returned(compared([national], [own]))
    assert shown(found.national, "victims_identified_by_period")[1:] == [["2020", "50"], ["2021", "O"]]
    assert shown_own(found, "victims_identified_by_period") == {("2020",): 20.0, ("2021",): 4.0}


def shown_own(found: ReleasedReturn, key: str) -> dict[tuple[str, ...], float | None]:
    return {cell.at: cell.value for cell in found.own[key].cells}


def test_counts_that_the_public_edition_does_not_have_are_refused_without_their_values() -> None:
    public = {BY_SEX: {("2019", "total"): 76.0}}
    with pytest.raises(ReleaseRefused, match=f"not what the warehouse gives.*{BY_SEX}") as refused:
        returned(compared([NATIONAL], [OWN], public=public))
    assert "76" not in str(refused.value) and "75" not in str(refused.value)


def test_a_part_that_is_larger_than_the_whole_is_refused() -> None:
    larger = replace(OWN, cells=tuple(replace(cell, value=(cell.value or 0) + 20) for cell in OWN.cells))
    with pytest.raises(ReleaseRefused, match=f"larger than the whole.*{BY_SEX}"):
        returned(compared([NATIONAL], [larger]))


def test_whatever_else_goes_wrong_is_a_refusal_without_a_value() -> None:
    broken = replace(compared([NATIONAL], [OWN]), within={})
    with pytest.raises(ReleaseRefused, match=r"disclosure control stopped \(KeyError\)"):
        returned(broken)


def only_small(linked: Any, primary: np.ndarray, rules: Policy, *_: Any) -> Protection:
    withheld = primary | ~linked.is_tabled
    return Protection(withheld=withheld, primary=primary, rounds=0, is_fallback=False)


def nothing(linked: Any, primary: np.ndarray, rules: Policy, *_: Any) -> Protection:
    return Protection(withheld=~linked.is_tabled, primary=primary, rounds=0, is_fallback=False)


@pytest.mark.parametrize("fault", [only_small, nothing])
def test_the_audit_stops_a_return_that_suppression_left_open(monkeypatch: pytest.MonkeyPatch, fault: Any) -> None:
    monkeypatch.setattr(suppression, "complements", fault)
    with pytest.raises(ReleaseRefused, match=f"could work out in: {BY_SEX}"):
        returned(compared([NATIONAL], [OWN]))


def test_a_return_is_an_audience_of_its_own_and_no_edition_is_made_for_it() -> None:
    assert (RULES.audience, RULES.threshold, RULES.protection_width) == ("supplier-return:MIA", 4, 4)
    assert returned(compared([NATIONAL], [OWN])).national.audience == "supplier-return:MIA"
    assert return_policy("NGO", replace(RETURN_POLICY, threshold=6, protection_width=8)).threshold == 6
    for audience in ("supplier-return", "supplier-return:MIA"):
        with pytest.raises(WrongArguments, match="is not an audience"):
            released(NATIONAL, audience=audience)


def test_a_return_is_built_by_its_gate_alone() -> None:
    found = returned(compared([NATIONAL], [OWN]))
    with pytest.raises(ReleaseRefused, match="did not pass the disclosure gate"):
        ReleasedReturn(body="MIA", national=found.national, own={}, deliveries=(), given_away=0, seal=object())


def test_a_stricter_policy_leaves_out_more() -> None:
    stricter = replace(RULES, threshold=21, protection_width=21)
    assert shown(returned(compared([NATIONAL], [OWN]), stricter).national, BY_SEX) == drawn("""
        period | female | male | total
        2019   | C      | C    | 75
        2020   | C      | C    | 53
        2021   | 31     | 12   | 43
        """)


def of_others(found: ReleasedReturn, own: Sequence[CountTable], rollups: Sequence[Rollup]) -> Attacker:
    """The body, who writes down of each national figure it was given what is left without its own part."""
    printed = []
    for table in own:
        shown_cells = found.national.tables[table.key].cells
        hidden = [cell.at for cell in shown_cells if cell.value is None]
        rest = tuple(
            replace(part, value=None if cell.value is None else cell.value - (part.value or 0))
            for cell, part in zip(shown_cells, table.cells, strict=True)
        )
        printed.append(printed_as(replace(table, cells=rest), hidden))
    assert not [c.value for table in printed for c in table.cells if c.value and 0 < c.value < 4]
    return Attacker(publication(*printed, rollups=rollups))


def divided(persons: Sequence[Group], own: Sequence[int]) -> list[Group]:
    """Of each group so many in the list of the body: all of them at most."""
    return [replace(group, persons=min(part, group.persons)) for group, part in zip(persons, own, strict=True)]


def on_grid(tables: Sequence[CountTable], wanted: Sequence[CountTable]) -> list[CountTable]:
    """The same tables at the places of others, zero where nobody was counted."""
    made = []
    for table, grid in zip(tables, wanted, strict=True):
        values = {cell.at: cell.value for cell in table.cells}
        made.append(replace(table, cells=tuple(replace(cell, value=values.get(cell.at, 0.0)) for cell in grid.cells)))
    return made


@pytest.mark.parametrize("family", FAMILIES)
def test_no_body_can_work_out_how_few_others_have(family: str) -> None:
    sizes = st.lists(st.sampled_from((0, 1, 2, 4, 9, 25)), min_size=10, max_size=10)

    @settings(max_examples=6, deadline=None)
    @given(persons=persons_of(FAMILIES[family]), parts=sizes)
    def attacked(persons: list[Group], parts: list[int]) -> None:
        grown = [replace(group, persons=4 * group.persons) for group in persons]
        national = FAMILIES[family].tables(grown)
        mine = divided(grown, [3 * part for part in parts[: len(grown)]])
        own = on_grid(FAMILIES[family].tables(mine), national)
        try:
            found = returned(compared(national, own, PHASES))
        except ReleaseRefused:  # what the body knows and the public edition together tell already: no return at all
            return
        attacker = of_others(found, own, PHASES)
        others = [replace(g, persons=g.persons - m.persons) for g, m in zip(grown, mine, strict=True)]
        assert attacker.closer_than(4) == {}
        assert attacker.closer_groups(4, is_small(others)) == {}

    attacked()


def is_small(others: Sequence[Group]) -> Callable[[attacked_system.Group], bool]:
    """Whether a group that no table shows counts one to three persons of others in truth."""

    def counts_few(group: attacked_system.Group) -> bool:
        codes = [(dimension, code) for dimension, _, code in (codes.partition("=") for codes in group.codes)]
        return 0 < persons_in(others, group.stretch, codes) < 4

    return counts_few


def test_two_bodies_and_a_phase_that_leaves_a_month_over() -> None:
    """The month between phase and year is in no table, and two persons of it are the other body's."""
    persons = groups("""
        month   | persons
        2019-08 | 60
        2020-01 | 22
        2020-05 | 90
        """)
    mine = divided(persons, [30, 20, 40])
    rollups = [phase("pre_pandemic", "2019-01", "2020-02")]
    spans = {"2019": ("2019-08",), "2020": ("2020-01", "2020-05"), "phase:pre_pandemic": ("2019-08", "2020-01")}
    national, own = (counted(who, "every", spans) for who in (persons, mine))
    found = returned(compared([national], [own], rollups))
    assert {cell.at[0] for cell in found.national.tables["every"].cells if cell.value is None}
    attacker = of_others(found, [own], rollups)
    others = [replace(group, persons=group.persons - part.persons) for group, part in zip(persons, mine, strict=True)]
    assert attacker.closer_groups(10**6, is_small(others)), "there is such a group"
    assert attacker.closer_groups(4, is_small(others)) == {}
