"""The chain tells every change; the states say what stands; the differences say what an approver must see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.warehouse import table
from transforms.errors import ReleaseRefused
from transforms.ledger.differences import differences, has_same_figures
from transforms.ledger.entries import Entry, Key, chained, entry_of, first_broken, instant
from transforms.ledger.states import is_same_person, read_by, standing, state_of

WORDS = st.text(max_size=12)


def entry(act: str = "approved", run_id: str = "r1", edition: str = "annual-2022", **more: Any) -> Entry:
    given_fields: dict[str, Any] = {
        "act": act, "seq": 0, "acted_at": "2024-01-02T03:04:05+00:00", "person": "A. Orazowa", "scope": "XX",
        "audience": "public", "as_of": "2023-12-31", "manifest_sha256": "m", "files_sha256": "f", **more,
    }  # fmt: skip
    return Entry(run_id=run_id, edition=edition, **given_fields)


def ledger(*news: Entry) -> tuple[Entry, ...]:
    made: tuple[Entry, ...] = ()
    for new in news:
        made = (*made, chained(made, new))
    return made


def drawn(text: str) -> tuple[Entry, ...]:
    """A ledger drawn as a table: act, edition, audience, run."""
    rows = table(text)
    return ledger(*(entry(r["act"], r["run"], r["edition"], audience=r.get("audience", "public")) for r in rows))


@st.composite
def ledgers(draw: st.DrawFn) -> tuple[Entry, ...]:
    acts = st.sampled_from(["proposed", "approved", "refused", "withdrawn", "recorded"])
    news = st.builds(
        entry, acts, WORDS, WORDS, person=WORDS, context=WORDS, reason=WORDS, is_self_approved=st.booleans()
    )
    return ledger(*draw(st.lists(news, min_size=1, max_size=5)))


@given(ledgers())
def test_every_ledger_is_sound_and_comes_back_from_its_lines(made: tuple[Entry, ...]) -> None:
    assert first_broken(made) is None
    assert tuple(entry_of(one.line()) for one in made) == made
    assert all("\n" not in one.line() for one in made)


@given(ledgers(), st.data())
def test_no_field_of_any_entry_can_change_unnoticed(made: tuple[Entry, ...], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(made) - 1))
    name = data.draw(st.sampled_from([one.name for one in fields(Entry)]))
    value = getattr(made[place], name)
    other: Any = not value if isinstance(value, bool) else value + 1 if isinstance(value, int) else f"{value}x"
    changed = list(made)
    changed[place] = replace(changed[place], **{name: other})
    assert first_broken(changed) in (place + 1, place + 2)


@given(ledgers(), st.data())
def test_no_entry_can_be_lost_within_doubled_or_change_places_unnoticed(
    made: tuple[Entry, ...], data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(made) - 1))
    lost = [*made[:place], *made[place + 1 :]]
    assert (first_broken(lost) is None) == (place == len(made) - 1)  # the copy tells what the chain cannot: its end
    assert first_broken([*made[: place + 1], *made[place:]]) is not None
    if place:
        swapped = [*made[: place - 1], made[place], made[place - 1], *made[place + 1 :]]
        assert first_broken(swapped) is not None


@pytest.mark.parametrize("line", ["", "{}", "[]", "null", "{", '{"seq": 1}', "\u0000"])
def test_what_is_no_entry_is_refused(line: str) -> None:
    with pytest.raises(ReleaseRefused):
        entry_of(line)


def test_a_line_with_another_spelling_of_the_same_entry_is_refused() -> None:
    line = ledger(entry())[0].line()
    with pytest.raises(ReleaseRefused):
        entry_of(line.replace(":", ": ", 1))


def test_a_moment_is_written_in_utc() -> None:
    there = datetime(2024, 1, 2, 3, 4, 5, 678, tzinfo=timezone(timedelta(hours=5)))
    assert instant(there) == "2024-01-01T22:04:05+00:00"
    assert entry(acted_at=instant(there)).moment == there.replace(microsecond=0).astimezone(UTC)


KEY = Key(scope="XX", edition="annual-2022", audience="public")


@pytest.mark.parametrize(
    ("acts", "released", "withdrawn", "proposed", "refused"),
    [
        ("proposed", None, None, 1, None),
        ("proposed approved", 2, None, None, None),
        ("proposed refused", None, None, None, 2),
        ("proposed refused proposed", None, None, 3, None),
        ("proposed approved withdrawn", 2, 3, None, None),
        ("recorded proposed", 1, None, 2, None),
        ("recorded withdrawn proposed", 1, 2, 3, None),
        ("recorded withdrawn proposed approved", 4, None, None, None),
        ("proposed approved proposed refused", 2, None, None, 4),
    ],
)
def test_the_last_word_on_an_edition(
    acts: str, released: int | None, withdrawn: int | None, proposed: int | None, refused: int | None
) -> None:
    found = state_of(ledger(*(entry(act) for act in acts.split())), KEY)
    parts: Sequence[Entry | None] = (found.released, found.withdrawal, found.proposal, found.refusal)
    assert [one and one.seq for one in parts] == [released, withdrawn, proposed, refused]


def test_what_is_said_of_another_edition_is_not_said_of_this_one() -> None:
    made = drawn("""
        act      | edition     | audience      | run
        approved | annual-2021 | public        | a
        approved | annual-2022 | working-group | b
        """)
    assert state_of(made, KEY).released is None


def test_a_withdrawal_of_an_older_run_leaves_the_younger_one_released() -> None:
    made = drawn("""
        act       | edition     | run
        approved  | annual-2022 | old
        approved  | annual-2022 | new
        withdrawn | annual-2022 | old
        """)
    found = state_of(made, KEY)
    assert found.released == made[1] and found.withdrawal is None
    assert standing(made, KEY, "old") == () and standing(made, KEY, "new") == (made[1],)


def test_readers_of_the_working_group_know_what_is_public_and_nobody_forgets_what_was_withdrawn() -> None:
    made = drawn("""
        act       | edition     | audience      | run
        recorded  | annual-2021 | working-group | a
        approved  | annual-2021 | public        | b
        proposed  | annual-2022 | public        | c
        refused   | annual-2022 | public        | c
        withdrawn | annual-2021 | public        | b
        approved  | annual-2021 | public        | b
        approved  | annual-2022 | working-group | d
        """)
    assert [one.run_id for one in read_by(made, "XX", "public")] == ["b"]
    assert [one.run_id for one in read_by(made, "XX", "working-group")] == ["a", "b", "d"]
    assert read_by(made, "world", "working-group") == ()


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("A. Orazowa", "a orazowa", True),
        ("A. Orazowa", "A.ORAZOWA", True),
        ("Anna  Maria", "AnnaMaria", True),
        ("Straße", "STRASSE", True),
        ("A. Orazowa", "B. Orazowa", False),
        ("Аман", "Aman", False),  # another script is another name as far as a program can tell
    ],
)
def test_a_person_is_the_same_but_for_case_spaces_and_points(one: str, other: str, is_same: bool) -> None:
    assert is_same_person(one, other) is is_same


def document(text: str, kind: str = "count", key: str = "victims", **more: Any) -> dict[str, Any]:
    """A manifest with one table drawn as period, value and status."""
    cells = [
        {
            "at": {"period": row["period"]},
            "value": float(row["value"]) if "value" in row else None,
            "conf_status": row.get("conf", "F"),
            "obs_status": "A",
        }
        for row in table(text)
    ]
    return {"tables": [{"key": key, "kind": kind, "cells": cells}], **more}


BEFORE = """
    period | value | conf
    2018   | 40    |
    2019   | 41    |
    2020   |       | C
    2021   | 30    |
    2022   | 9     |
    """
AFTER = """
    period | value | conf
    2018   | 40    |
    2019   | 43    |
    2020   | 12    |
    2021   |       | C
    2022   | 13    |
    2023   | 50    |
    """


def test_differences_count_what_changed_was_withheld_shown_or_added() -> None:
    (found,) = differences(document(BEFORE), document(AFTER), threshold=4).tables
    assert (found.changed, found.newly_withheld, found.newly_shown, found.added, found.gone) == (2, 1, 1, 1, 0)


def test_a_count_that_rose_by_fewer_than_the_threshold_is_named() -> None:
    (found,) = differences(document(BEFORE), document(AFTER), threshold=4).tables
    assert [(one.at, one.before, one.now) for one in found.small_revisions] == [(("2019",), 41, 43)]
    (wider,) = differences(document(BEFORE), document(AFTER), threshold=5).tables
    assert [one.at for one in wider.small_revisions] == [("2019",), ("2022",)]
    (falls,) = differences(document(AFTER), document(BEFORE), threshold=5).tables
    assert falls.small_revisions == () and falls.gone == 1
    (share,) = differences(document(BEFORE, "share"), document(AFTER, "share"), threshold=5).tables
    assert share.small_revisions == ()


def test_tables_that_came_or_went_are_named_and_equal_ones_are_not() -> None:
    found = differences(document(BEFORE), document(BEFORE, key="offences"), threshold=4)
    assert (found.added, found.gone, found.tables) == (("offences",), ("victims",), ())
    assert differences(document(BEFORE), document(BEFORE), threshold=4).tables == ()


def test_figures_are_the_same_whatever_the_status_the_run_and_the_audit() -> None:
    draft = document(BEFORE, status="draft", run_id="a", audit={"given": 1}, languages=["en"])
    other = document(BEFORE, status="released", run_id="b", audit={"given": 2}, languages=["en"], release={"x": 1})
    assert has_same_figures(draft, other)
    assert not has_same_figures(draft, document(AFTER, languages=["en"]))
    assert not has_same_figures(draft, document(BEFORE, languages=["en", "ru"]))
