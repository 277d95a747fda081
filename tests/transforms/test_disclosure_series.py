"""Editions one after the other: what a new one withholds cannot be worked out from those that readers have."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.transforms.count_tables import counts, phase, shown
from tests.transforms.series_of_editions import Shelf
from transforms.attacker.audit import audit
from transforms.attacker.manifest import publication_of
from transforms.attacker.verdict import Verdict
from transforms.disclosure.across import earlier_side, joined, joined_to
from transforms.disclosure.audit import interval
from transforms.disclosure.cells import CountTable
from transforms.disclosure.earlier import earlier_edition
from transforms.disclosure.linked import LinkedCell
from transforms.disclosure.plausible import plausible
from transforms.errors import ReleaseRefused

BY_SEX = "victims_identified_by_period_sex"


def withheld(lines: list[list[str]]) -> set[tuple[str, str]]:
    (_, *codes), *rows = lines
    return {(when, code) for when, *row in rows for code, cell in zip(codes, row, strict=True) if cell == "C"}


def attack(shelf: Shelf) -> Verdict:
    return audit([publication_of(document) for document in shelf.documents])


def by_sex(text: str) -> CountTable:
    return counts(text, by="sex")


FIRST = """
    period | female | male | unknown | total
    2020   | 3      | 14   | 20      | 37
    2021   | 12     | 15   | 22      | 49
    """
LATER = """
    period | female | male | unknown | total
    2020   | 3      | 14   | 20      | 37
    2021   | 13     | 17   | 24      | 54
    """


def test_the_same_complement_is_withheld_again_because_readers_never_saw_it() -> None:
    shelf = Shelf()
    first = withheld(shown(shelf.publish(by_sex(FIRST)), BY_SEX))
    again = withheld(shown(shelf.publish(by_sex(LATER)), BY_SEX))
    assert first == {("2020", "female"), ("2020", "male")}
    assert again == first


def test_a_complement_that_readers_know_from_before_is_none() -> None:
    """Alone the second edition would hide the 20 of unknown sex; readers know those 20, and that nobody has left."""
    more = by_sex(
        """
        period | female | male | unknown | total
        2020   | 3      | 70   | 20      | 93
        """
    )
    shelf, forgetful = Shelf(), Shelf()
    for one in (shelf, forgetful):
        assert withheld(shown(one.publish(by_sex(FIRST)), BY_SEX)) == {("2020", "female"), ("2020", "male")}
    assert withheld(shown(forgetful.publish(more, forgets=True), BY_SEX)) == {("2020", "female"), ("2020", "unknown")}
    assert withheld(shown(shelf.publish(more), BY_SEX)) >= {("2020", "female"), ("2020", "male")}


def test_a_code_that_is_no_longer_listed_tells_readers_that_it_was_nobody() -> None:
    """Then the 14 men, withheld together with nobody of another sex, could be told; no pattern can mend that."""
    shelf = Shelf()
    shelf.publish(by_sex("period | female | male | other | unknown | total\n2020 | 9 | 14 | 0 | 20 | 43"))
    hidden = frozenset((BY_SEX, ("2020", sex)) for sex in ("male", "other"))
    shelf.earlier[0] = replace(shelf.earlier[0], withheld=hidden)
    with pytest.raises(ReleaseRefused, match=BY_SEX):
        shelf.publish(by_sex("period | female | male | unknown | total\n2020 | 9 | 14 | 20 | 43"))
    made = shelf.publish(by_sex("period | female | male | other | unknown | total\n2020 | 9 | 14 | 0 | 20 | 43"))
    assert withheld(shown(made, BY_SEX)) == {("2020", "male"), ("2020", "other")}


def test_a_quarter_of_one_edition_less_a_month_of_another_is_two_months_of_few() -> None:
    """Neither table shows January and February, and no count in either is small."""
    shelf = Shelf()
    shelf.publish(by_sex("period | female | male | unknown | total\n2021-Q1 | 12 | 15 | 20 | 47"), extract=0)
    made = shelf.publish(by_sex("period | female | male | unknown | total\n2021-03 | 10 | 9 | 11 | 30"), extract=0)
    assert ("2021-03", "female") in withheld(shown(made, BY_SEX))
    assert attack(shelf).is_safe


def test_a_margin_that_did_not_grow_says_that_none_of_its_parts_did() -> None:
    """What readers know of one edition's parts they know of the other's, whichever the gate looks at."""
    shelf = Shelf()
    table = by_sex("period | female | male | unknown | total\n2020 | 3 | 14 | 20 | 37\n2021 | 12 | 15 | 22 | 49")
    hidden = [withheld(shown(shelf.publish(table), BY_SEX)) for _ in range(4)]
    assert hidden == [{("2020", "female"), ("2020", "male")}] * 4
    sides = [earlier_side(one, "working-group") for one in shelf.earlier]
    apart, together = joined(sides).linked, joined_to(sides[0], sides[1:]).linked
    assert len(together.cells) < 0.7 * len(apart.cells)
    for place, cell in enumerate(together.cells):
        if together.is_hidden[place] and cell.tables:
            told = interval(apart, apart.is_hidden, apart.place[cell.quantity])
            assert interval(together, together.is_hidden, place) == told


def test_a_year_to_date_minus_the_one_before_is_a_quarter_that_stays_withheld() -> None:
    shelf = Shelf()
    shelf.publish(counts("period | female | male | total\n2021-Q1 | 12 | 15 | 27", by="sex"))
    made = shelf.publish(
        counts(
            """
            period  | female | male | total
            2021-Q1 | 12     | 15   | 27
            2021-Q2 | 1      | 20   | 21
            2021-Q3 | 11     | 14   | 25
            2021-Q4 | 10     | 16   | 26
            2021    | 34     | 65   | 99
            """,
            by="sex",
        )
    )
    hidden = withheld(shown(made, BY_SEX))
    assert ("2021-Q2", "female") in hidden
    assert len({when for when, code in hidden if code == "female"}) > 1
    assert not hidden & {("2021-Q1", "female"), ("2021-Q1", "male")}, "readers know the first quarter already"


def test_a_quarter_whose_months_readers_have_is_no_complement() -> None:
    """Alone the first quarter would protect the second; readers add it up from its months."""
    months = counts("""
        period  | persons
        2021-01 | 12
        2021-02 | 0
        2021-03 | 14
        """)
    quarters = counts("""
        period  | persons
        2021-Q1 | 26
        2021-Q2 | 3
        2021-Q3 | 40
        2021-Q4 | 50
        2021    | 119
        """)
    shelf, forgetful = Shelf(), Shelf()
    for one in (shelf, forgetful):
        one.publish(months, extract=0)
    alone = shown(forgetful.publish(quarters, extract=0, forgets=True), quarters.key)
    assert withheld(alone) == {("2021-Q1", "persons"), ("2021-Q2", "persons")}
    assert not attack(forgetful).is_safe
    together = shown(shelf.publish(quarters, extract=0), quarters.key)
    assert withheld(together) == {("2021-Q2", "persons"), ("2021-Q3", "persons")}
    assert attack(shelf).is_safe


def test_a_month_that_readers_take_from_its_quarter_is_shown_and_protects_nothing() -> None:
    """March is the first quarter without January and February, which readers have; May must protect April."""
    known = counts("""
        period  | persons
        2021-Q1 | 26
        2021-01 | 12
        2021-02 | 0
        """)
    months = counts("""
        period  | persons
        2021-01 | 12
        2021-02 | 0
        2021-03 | 14
        2021-04 | 3
        2021-05 | 20
        2021-06 | 25
        phase:half | 74
        """)
    shelf = Shelf(rollups=(phase("half", "2021-01", "2021-06"),))
    shelf.publish(known, extract=0)
    made = shelf.publish(months, extract=0)
    assert withheld(shown(made, months.key)) == {("2021-04", "persons"), ("2021-05", "persons")}
    assert not made.audit["is_fallback"]
    assert attack(shelf).is_safe


def test_figures_that_fell_do_not_stop_the_next_edition() -> None:
    shelf = Shelf()
    shelf.publish(by_sex(FIRST))
    made = shelf.publish(by_sex(FIRST.replace("12     | 15   | 22      | 49", "12     | 13   | 22      | 47")))
    assert ("2020", "female") in withheld(shown(made, BY_SEX))


def test_a_public_edition_does_not_help_the_working_group_to_what_was_kept_from_it() -> None:
    """Both read the public one; its complements may differ, its figures may not mend the other's gaps."""
    table = """
        period | female | male | unknown | total
        2020   | 3      | 14   | 20      | 37
        """
    shelf = Shelf()
    group = withheld(shown(shelf.publish(by_sex(table), extract=0), BY_SEX))
    public = withheld(shown(shelf.publish(by_sex(table), audience="public", extract=0), BY_SEX))
    assert ("2020", "female") in group & public
    assert len(group & public) > 1, "a cell that one of them shows protects nothing in the other"


def test_an_edition_whose_counts_are_lost_or_changed_stops_the_next() -> None:
    shelf = Shelf()
    shelf.publish(by_sex(FIRST))
    with pytest.raises(ReleaseRefused, match=BY_SEX):
        earlier_edition(shelf.documents[0], {})
    changed = {BY_SEX: {("2021", "total"): 50.0}}
    with pytest.raises(ReleaseRefused, match="that its counts in the warehouse do not give"):
        earlier_edition(shelf.documents[0], changed)


def test_the_manifest_says_how_many_editions_were_taken_into_account() -> None:
    shelf = Shelf()
    assert shelf.publish(by_sex(FIRST)).audit["earlier_editions"] == 0
    assert shelf.publish(by_sex(LATER)).audit["earlier_editions"] == 1
    assert shelf.publish(by_sex(LATER), audience="public").audit["earlier_editions"] == 2


def test_a_withheld_count_that_fell_unseen_is_protected_from_those_who_think_it_grew() -> None:
    """The three women are two now. Readers know the 20 of unknown sex and would put the women at two or less."""
    shelf = Shelf()
    shelf.publish(by_sex(FIRST))
    fallen = by_sex("""
        period | female | male | unknown | total
        2020   | 2      | 70   | 20      | 92
        """)
    made = shelf.publish(fallen)
    assert withheld(shown(made, BY_SEX)) >= {("2020", "female"), ("2020", "male")}
    assert attack(shelf).is_safe


def test_a_shown_count_that_falls_and_is_withheld_is_protected_from_those_who_think_it_grew() -> None:
    """Twelve women were shown and three are left: with 29 women and men, and 15 men before, readers think 12 to 14."""
    later = """
        period | female | male | unknown | total
        2021   | 3      | 26   | 25      | 54
        """
    shelf, forgetful = Shelf(), Shelf()
    for one in (shelf, forgetful):
        one.publish(by_sex(FIRST))
    assert withheld(shown(forgetful.publish(by_sex(later), forgets=True), BY_SEX)) == {
        ("2021", "female"),
        ("2021", "male"),
    }
    assert not attack(forgetful).is_safe
    assert ("2021", "unknown") in withheld(shown(shelf.publish(by_sex(later)), BY_SEX))
    assert attack(shelf).is_safe


def test_what_readers_think_grew_must_agree_with_what_another_edition_shows_of_the_same_extract() -> None:
    """Of 14 men that were shown 13 are left. The public edition of that extract shows them; the other withholds them.

    Who reads the latter alone takes them for 14 or more; who reads both knows, and the gate must know that he knows.
    """
    shelf = Shelf()
    shelf.publish(by_sex(FIRST))
    fallen = by_sex("period | female | male | unknown | total\n2020 | 3 | 13 | 21 | 37")
    shelf.publish(fallen, extract=1)
    shelf.publish(fallen, extract=1, audience="public")
    patterns = (("female", "unknown"), ("female", "male"), ("female",))
    sides = [
        earlier_side(replace(one, withheld=frozenset((BY_SEX, ("2020", sex)) for sex in pattern)), "working-group")
        for one, pattern in zip(shelf.earlier, patterns, strict=True)
    ]
    system = joined(sides)
    assert system.has_fallen
    men = system.linked.place["victims_identified@1", frozenset({("period", "2020"), ("sex", "male")})]
    assert system.linked.is_guarded[men] and system.linked.was_withheld[men]
    assert interval(system.linked, system.linked.is_hidden, men) == (13, 13)


def test_what_readers_know_is_not_believed_to_be_anything_else() -> None:
    """A count of a new edition that it withholds and readers have from elsewhere keeps its value, whatever fell."""
    cells = [
        LinkedCell(quantity=("before", frozenset()), value=9, standing="withheld"),
        LinkedCell(quantity=("now", frozenset()), value=7, standing="known"),
        LinkedCell(quantity=("now too", frozenset()), value=7),
    ]
    grown = [((1, 0), (1, -1))]
    assert plausible(cells, [], grown, unseen=(1, 2)) == {0: replace(cells[0], value=7)}
    cheap = [replace(cells[0], value=9, standing="known"), *cells[1:]]
    assert plausible(cheap, [], [((1, 0), (1, -1))], unseen=(1,)) == {}
    assert plausible(cheap, [], [((2, 0), (1, -1))], unseen=(2,)) == {2: replace(cells[2], value=9)}


def test_what_older_editions_give_away_already_does_not_stop_the_next() -> None:
    more = by_sex("""
        period | female | male | unknown | total
        2020   | 3      | 70   | 20      | 93
        """)
    shelf = Shelf()
    shelf.publish(by_sex(FIRST))
    shelf.publish(more, forgets=True)
    made = shelf.publish(more)
    assert made.audit["exposed_before"] > 0
    verdict = attack(shelf)
    assert not verdict.is_safe and verdict.adds_nothing
