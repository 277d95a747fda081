"""Which editions came before one, told by the ledger, and what became of a released cell."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.transforms.count_tables import counts
from tests.transforms.count_tables import released as through_gate
from tests.transforms.series_of_editions import Shelf
from tests.transforms.test_ledger import entry, ledger
from tests.warehouse import table
from transforms.disclosure.changes import CellChange, cell_changes
from transforms.disclosure.history import History, edition_before
from transforms.disclosure.released import _SEAL, ReleasedCell, ReleasedTable
from transforms.errors import ReleaseRefused
from transforms.ledger.before import MOST_SHOWN, last_before, shown_before, taken_back
from transforms.ledger.entries import Entry, Key

ANNUAL = Key(scope="XX", edition="annual-2022", audience="public")


def drawn(text: str) -> tuple[Entry, ...]:
    """A ledger drawn as a table: act, edition, audience, run, as_of."""
    return ledger(
        *(entry(r["act"], r["run"], r["edition"], audience=r["audience"], as_of=r["as_of"]) for r in table(text))
    )


LEDGER = drawn(
    """
    act       | edition           | audience      | run | as_of
    approved  | annual-2020       | public        | a20 | 2021-04-30
    approved  | annual-2021       | working-group | w21 | 2022-04-30
    approved  | annual-2021       | public        | a21 | 2022-04-30
    proposed  | annual-2022       | public        | a22 | 2023-04-30
    approved  | quarterly-2022-Q4 | public        | q4  | 2023-01-31
    approved  | annual-2023       | public        | a23 | 2023-03-31
    """
)


def test_the_last_edition_is_the_latest_of_the_same_readers_and_frequency() -> None:
    found = last_before(LEDGER, ANNUAL, "2023-04-30")
    assert found is not None and found.run_id == "a21"


def test_of_one_period_the_later_state_is_the_last_edition_and_none_of_a_later_state_is() -> None:
    more = ledger(*LEDGER, entry(run_id="b21", edition="annual-2021", as_of="2022-09-30"))
    assert [(last_before(more, ANNUAL, day) or more[0]).run_id for day in ("2023-04-30", "2022-09-29")] == [
        "b21",
        "a21",
    ]
    again = last_before(more, Key(scope="XX", edition="annual-2021", audience="public"), "2022-12-31")
    assert again is not None and again.run_id == "b21"


@pytest.mark.parametrize(
    ("edition", "audience", "scope"),
    [("monthly-2022-12", "public", "XX"), ("annual-2019", "public", "XX"), ("annual-2022", "public", "world"),
     ("annual-2020", "working-group", "XX")],
)  # fmt: skip
def test_the_first_of_its_kind_has_none_before_it(edition: str, audience: str, scope: str) -> None:
    assert last_before(LEDGER, Key(scope=scope, edition=edition, audience=audience), "2023-04-30") is None


def test_what_was_withdrawn_is_not_the_last_edition_until_it_is_approved_again() -> None:
    gone = ledger(*LEDGER, entry("withdrawn", "a21", "annual-2021", as_of="2022-04-30", reason="twice"))
    found = last_before(gone, ANNUAL, "2023-04-30")
    assert found is not None and found.run_id == "a20"
    (told,) = taken_back(gone, ANNUAL, found)
    assert (told.withdrawal.reason, told.replaced_by) == ("twice", None)
    back = ledger(*gone, entry("approved", "a21", "annual-2021", as_of="2022-04-30"))
    found = last_before(back, ANNUAL, "2023-04-30")
    assert found is not None and found.run_id == "a21" and taken_back(back, ANNUAL, None) == ()


def test_what_was_withdrawn_names_what_stands_in_its_place() -> None:
    gone = ledger(
        *LEDGER,
        entry("withdrawn", "a21", "annual-2021", as_of="2022-04-30"),
        entry("approved", "c21", "annual-2021", as_of="2022-10-31"),
    )
    (told,) = taken_back(gone, ANNUAL, None)
    assert told.replaced_by is not None and told.replaced_by.run_id == "c21"


def test_the_working_group_is_told_of_public_editions_that_were_withdrawn_and_the_public_not_of_the_groups() -> None:
    gone = ledger(
        *LEDGER,
        entry("withdrawn", "a21", "annual-2021", as_of="2022-04-30"),
        entry("withdrawn", "w21", "annual-2021", audience="working-group", as_of="2022-04-30"),
    )
    group = Key(scope="XX", edition="annual-2022", audience="working-group")
    assert [one.withdrawal.run_id for one in taken_back(gone, group, None)] == ["a21", "w21"]
    assert [one.withdrawal.run_id for one in taken_back(gone, ANNUAL, None)] == ["a21"]
    assert taken_back(gone, ANNUAL, gone[-2]) == ()  # before that act nothing more


def test_editions_beside_a_new_one_are_of_its_frequency_first_then_others_of_another_state() -> None:
    found = shown_before(LEDGER, ANNUAL, "2023-04-30")
    assert [one.run_id for one in found] == ["a20", "a21", "q4"]
    same_state = ledger(*LEDGER, entry(run_id="m", edition="monthly-2022-12", as_of="2023-04-30"))
    assert [one.run_id for one in shown_before(same_state, ANNUAL, "2023-04-30")] == ["a20", "a21", "q4"]


def test_no_more_editions_are_shown_than_there_is_room_for() -> None:
    many = ledger(*(entry(run_id=f"r{y}", edition=f"annual-{y}", as_of=f"{y + 1}-04-30") for y in range(2005, 2022)))
    shown = shown_before(many, ANNUAL, "2023-04-30")
    assert [one.run_id for one in shown] == [f"r{y}" for y in range(2022 - MOST_SHOWN, 2022)]


ACTS = st.sampled_from(["proposed", "approved", "refused", "withdrawn"])
NAMES = st.sampled_from(["annual-2020", "annual-2021", "annual-2022", "quarterly-2021-Q2", "monthly-2022-12", "odd"])
DAYS = st.sampled_from(["2021-04-30", "2022-04-30", "2023-04-30", "2024-04-30"])
AUDIENCES = st.sampled_from(["public", "working-group"])


@given(st.lists(st.tuples(ACTS, st.sampled_from("abc"), NAMES, AUDIENCES, DAYS), max_size=12))
def test_nothing_of_other_readers_a_later_state_or_withdrawn_is_ever_compared_with(
    acts: list[tuple[str, str, str, str, str]],
) -> None:
    made = ledger(
        *(entry(act, f"{run}{name}{who}", name, audience=who, as_of=day) for act, run, name, who, day in acts)
    )
    last, shown = last_before(made, ANNUAL, "2023-04-30"), shown_before(made, ANNUAL, "2023-04-30")
    for one in (*shown, *((last,) if last else ())):
        after = [
            e.act for e in made if (e.key, e.run_id) == (one.key, one.run_id) and e.act in ("approved", "withdrawn")
        ]
        assert one.audience == "public" and one.as_of <= "2023-04-30" and after[-1] == "approved"
    assert len(shown) <= MOST_SHOWN and [one.as_of for one in shown] == sorted(one.as_of for one in shown)
    assert last is None or (last.key.kind == "annual" and last in shown)


def cell(value: float | None, status: str = "A", conf: str = "F") -> ReleasedCell:
    return ReleasedCell(at=("2021",), value=value, obs_status=status, conf_status=conf)


HIDDEN, NOTHING, NOT_REPORTED, UNRELIABLE = cell(None, conf="C"), None, cell(None, "O"), cell(None, "U")


@pytest.mark.parametrize(
    ("before", "now", "change", "difference"),
    [
        (cell(5), cell(7), "revised", 2), (cell(7), cell(5), "revised", -2), (cell(5), cell(5), "same", 0),
        (cell(0.1 + 0.2), cell(0.3), "same", 0), (cell(5, "P"), cell(9), "revised", 4),
        (NOTHING, cell(5), "new", None), (NOT_REPORTED, cell(5), "new", None), (NOTHING, HIDDEN, "new", None),
        (cell(5), NOTHING, "gone", None), (HIDDEN, NOT_REPORTED, "gone", None),
        (HIDDEN, cell(5), "withheld", None), (cell(5), HIDDEN, "withheld", None), (HIDDEN, HIDDEN, "withheld", None),
        (cell(5), UNRELIABLE, "not_comparable", None), (NOTHING, NOT_REPORTED, "not_comparable", None),
    ],
)  # fmt: skip
def test_what_became_of_a_cell(
    before: ReleasedCell | None, now: ReleasedCell | None, change: str, difference: float | None
) -> None:
    found = CellChange(at=("2021",), before=before, now=now)
    assert (found.change, found.difference) == (change, difference)
    assert found.was_provisional == (before is not None and before.obs_status == "P")


def released(key: str, dimensions: tuple[str, ...], *cells: ReleasedCell) -> ReleasedTable:
    return ReleasedTable(
        key=key, indicator=key, kind="count", dimensions=dimensions, cells=cells, unit="person", sources=(), seal=_SEAL
    )


def test_the_gate_refuses_to_compare_an_edition_with_one_of_other_readers() -> None:
    shelf, years = Shelf(), counts("period | persons\n2020 | 37")
    shelf.publish(years, audience="working-group")
    history = History(last=edition_before(shelf.documents[0]))
    assert through_gate(years, audience="working-group", history=history).history is history
    with pytest.raises(ReleaseRefused, match="released to other readers"):
        through_gate(years, audience="public", history=history)
    with pytest.raises(ReleaseRefused, match="released to other readers"):
        through_gate(years, audience="public", history=History(shown=(history.last,) if history.last else ()))


def test_cells_of_both_tables_are_paired_by_their_codes() -> None:
    then = released("t", ("period",), cell(5), ReleasedCell(at=("2020",), value=4))
    now = released("t", ("period",), ReleasedCell(at=("2022",), value=8), cell(6))
    assert [(one.at[0], one.change) for one in cell_changes(then, now)] == [
        ("2022", "new"), ("2021", "revised"), ("2020", "gone"),
    ]  # fmt: skip
    assert [one.change for one in cell_changes(None, now)] == ["new", "new"]
    assert cell_changes(released("t", ("period", "sex")), now) == () == cell_changes(None, None)
