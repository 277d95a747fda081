"""Which notice is due on a day: one per deadline, the last that was reached, and nothing that was overtaken."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.notices import STAGES, Notice, NoticeRule, Owed, notice_of

RULE = NoticeRule(before=(14, 3), after=(1, 15), escalated=(30,))
Q1, Q2 = Owed(period="2024-Q1", due=date(2024, 4, 25)), Owed(period="2024-Q2", due=date(2024, 7, 25))


def on(day: str, *owed: Owed, rule: NoticeRule = RULE) -> Notice | None:
    return notice_of("XX", "MIA", "case_register", owed or (Q1,), rule, date.fromisoformat(day))


@pytest.mark.parametrize(
    ("day", "stage"),
    [
        ("2024-04-10", None),
        ("2024-04-11", "reminder-14"),
        ("2024-04-21", "reminder-14"),
        ("2024-04-22", "reminder-3"),
        ("2024-04-25", "reminder-3"),
        ("2024-04-26", "overdue-1"),
        ("2024-05-09", "overdue-1"),
        ("2024-05-10", "overdue-15"),
        ("2024-05-24", "overdue-15"),
        ("2024-05-25", "escalation-30"),
        ("2025-05-25", "escalation-30"),
    ],
)
def test_a_notice_is_the_last_that_was_reached(day: str, stage: str | None) -> None:
    found = on(day)
    assert (None if found is None else f"{found.stage}-{found.days}") == stage


def test_of_several_missing_periods_the_youngest_notice_speaks_and_names_the_others() -> None:
    found = on("2024-07-26", Q1, Q2)
    assert found is not None
    assert (found.period, found.stage, found.also) == ("2024-Q2", "overdue", ("2024-Q1",))
    before = on("2024-07-12", Q1, Q2)
    assert before is not None
    assert (before.period, before.stage, before.also) == ("2024-Q2", "reminder", ("2024-Q1",))


def test_a_period_that_is_not_due_yet_is_not_called_overdue() -> None:
    found = on("2024-05-26", Q1, Q2)
    assert found is not None and (found.period, found.also) == ("2024-Q1", ())


def test_on_one_day_the_graver_notice_goes_before_the_milder_one() -> None:
    other = Owed(period="2024-04", due=date(2024, 5, 24))
    found = on("2024-05-25", Q1, other)
    assert found is not None and (found.period, found.stage, found.also) == ("2024-Q1", "escalation", ("2024-04",))


def test_a_reminder_is_none_after_the_due_day() -> None:
    assert on("2024-04-26", rule=NoticeRule(before=(3,), after=(), escalated=())) is None


def test_nothing_is_due_where_nothing_is_owed_or_declared() -> None:
    assert notice_of("XX", "MIA", "case_register", (), RULE, date(2024, 5, 1)) is None
    assert on("2024-05-01", rule=NoticeRule(before=(), after=(), escalated=())) is None


def test_a_notice_keeps_its_name_from_day_to_day_and_without_a_body_has_that_of_the_source() -> None:
    one, other = on("2024-04-26"), on("2024-04-30")
    assert one is not None and other is not None
    assert one.name == other.name == "XX/MIA/2024-Q1-case_register-overdue-1"
    found = notice_of("XX", "", "population", (Q1,), RULE, date(2024, 4, 26))
    assert found is not None and found.folder == "population/2024-Q1-population-overdue-1"


@given(
    dues=st.lists(st.dates(date(2024, 1, 1), date(2024, 12, 31)), min_size=1, max_size=5, unique=True),
    today=st.dates(date(2023, 6, 1), date(2025, 6, 30)),
    after=st.lists(st.integers(1, 60), max_size=3, unique=True),
)
def test_walking_through_the_days_no_stage_ever_comes_back(dues: list[date], today: date, after: list[int]) -> None:
    rule = NoticeRule(before=(14, 3), after=tuple(after), escalated=(30,))
    owed = [Owed(period=due.isoformat(), due=due) for due in dues]
    seen: list[str] = []
    for step in range(40):
        found = notice_of("XX", "MIA", "s", owed, rule, today + timedelta(days=step))
        if found is None:
            continue
        assert found.stage in STAGES and found.since <= today + timedelta(days=step)
        if not seen or seen[-1] != found.name:
            assert found.name not in seen, "each notice is written once, in one stretch of days"
            seen.append(found.name)
