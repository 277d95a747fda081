"""Figures delivered by several breakdowns at once: the groups that are counted equal those that a slow rule finds."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from itertools import groupby
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.counts.counting import Counter
from flows.counts.estimate import indicator_rows
from tests.warehouse import add_observations, add_vintage, empty
from transforms.errors import NoData, WrongArguments
from transforms.indicators.registry import indicator
from transforms.indicators.tracing import Known, figures_query
from transforms.periods import Frequency, period

SOURCES = {
    "hotline_contacts": "hotline_contacts",
    "immigrants": "migration_flows",
    "emigrants": "migration_flows",
    "unemployment_rate": "labour_market",
}
Row = dict[str, Any]
"""`period`, `value` (None: missing), and the code of each part that the figure names."""
Found = dict[tuple[str, ...], tuple[float | None, str]]


@cache
def warehouse() -> duckdb.DuckDBPyConnection:
    """Made once: its many code lists take longer to declare than a few rows to count."""
    return empty()


def emptied() -> duckdb.DuckDBPyConnection:
    for name in ("core.observations", "raw.vintages", "raw.vintage_streams"):
        warehouse().execute(f"DELETE FROM {name}")
    return warehouse()


def delivered(rows: str | Sequence[Row], key: str = "hotline_contacts") -> duckdb.DuckDBPyConnection:
    con = emptied()
    add_vintage(con, 1, SOURCES[key], "2024-01-16", "XX")
    listed = rows
    if not isinstance(rows, str):
        listed = [
            {
                "time_period": row["period"],
                "year": row["period"][:4],
                "sex": row.get("sex", "total"),
                "category": ";".join(f"{k}={row[k]}" for k in ("body", "channel", "topic") if k in row) or "total",
                "value": row["value"],
                "obs_status": "A" if row["value"] is not None else "O",
            }
            for row in rows
        ]
    add_observations(con, listed, vintage_id=1, source=SOURCES[key], stream="XX", ref_area="XX", series=key)  # type: ignore[arg-type]
    return con


def counts(con: duckdb.DuckDBPyConnection, key: str, *by: str) -> list[tuple[Any, ...]]:
    return indicator_rows(con, key, by, scope="XX").rows()


PAIRS = """
    time_period | value | category
    2020-Q1     | 10    | body=H1;channel=call;topic=trafficking
    2020-Q1     | 5     | body=H1;channel=call;topic=other
    2020-Q1     | 7     | body=H1;channel=message;topic=trafficking
    """


def test_pairs_add_up_to_each_of_their_parts_and_to_a_total() -> None:
    con = delivered(PAIRS)
    assert counts(con, "hotline_contacts", "quarter") == [("2020-Q1", 22, "A")]
    assert counts(con, "hotline_contacts", "quarter", "topic") == [
        ("2020-Q1", "other", 5, "A"), ("2020-Q1", "trafficking", 17, "A"),
    ]  # fmt: skip
    assert counts(con, "hotline_contacts", "quarter", "channel", "topic") == [
        ("2020-Q1", "call", "other", 5, "A"), ("2020-Q1", "call", "trafficking", 10, "A"),
        ("2020-Q1", "message", "trafficking", 7, "A"),
    ]  # fmt: skip


def test_a_delivered_total_is_taken_as_it_stands_and_groups_are_never_added() -> None:
    more = PAIRS + "2020-Q1 | 30 | body=H1\n2020-Q1 | 21 | body=H1;channel=call\n2020-Q1 | 9 | body=H1;channel=message"
    con = delivered(more)
    assert counts(con, "hotline_contacts", "quarter") == [("2020-Q1", 30, "A")]
    assert counts(con, "hotline_contacts", "quarter", "channel") == [
        ("2020-Q1", "call", 21, "A"), ("2020-Q1", "message", 9, "A"),
    ]  # fmt: skip


def test_without_a_total_the_group_with_the_greatest_sum_counts() -> None:
    con = delivered(PAIRS + "2020-Q1 | 19 | body=H1;outcome=referred\n2020-Q1 | 4 | body=H1;outcome=other")
    assert counts(con, "hotline_contacts", "quarter") == [("2020-Q1", 23, "A")]


def test_hotlines_are_added_and_one_without_the_breakdown_makes_it_provisional() -> None:
    con = delivered(PAIRS + "2020-Q1 | 3 | body=H2")
    assert counts(con, "hotline_contacts", "quarter") == [("2020-Q1", 25, "A")]
    assert counts(con, "hotline_contacts", "quarter", "topic") == [
        ("2020-Q1", "other", 5, "P"), ("2020-Q1", "trafficking", 17, "P"),
    ]  # fmt: skip


def test_a_figure_of_all_hotlines_counts_where_it_is_a_total_or_as_great() -> None:
    con = delivered(PAIRS + "2020-Q1 | 20 |")
    assert counts(con, "hotline_contacts", "quarter") == [("2020-Q1", 20, "A")]
    con = delivered(PAIRS + "2020-Q1 | 40 | channel=call")
    assert counts(con, "hotline_contacts", "quarter") == [("2020-Q1", 40, "A")]
    con = delivered(PAIRS + "2020-Q1 | 12 | channel=call")
    assert counts(con, "hotline_contacts", "quarter") == [("2020-Q1", 22, "A")]


def test_a_missing_figure_makes_a_sum_provisional_and_a_group_of_none_is_not_reported() -> None:
    con = delivered(
        """
        time_period | value | category                | obs_status
        2020-Q1     | 5     | body=H1;topic=other     | A
        2020-Q1     |       | body=H1;topic=violence  | A
        2020-Q2     |       | body=H1;topic=other     | O
        """
    )
    assert counts(con, "hotline_contacts", "quarter") == [("2020-Q1", 5, "P"), ("2020-Q2", None, "O")]
    assert counts(con, "hotline_contacts", "year") == [(2020, 5, "P")]


def test_a_hotline_that_told_before_and_tells_nothing_makes_the_sum_provisional() -> None:
    con = delivered(
        """
        time_period | value | category
        2020-Q1     | 5     | body=H1
        2020-Q2     | 5     | body=H1
        2020-Q2     | 4     | body=H2
        2020-Q3     | 5     | body=H1
        2021        | 90    | body=H3
        2021-Q2     | 5     | body=H1
        2021-Q2     | 2     | body=H2
        """
    )
    assert counts(con, "hotline_contacts", "quarter") == [
        ("2020-Q1", 5, "A"), ("2020-Q2", 9, "A"), ("2020-Q3", 5, "P"), ("2021-Q2", 7, "P"),
    ]  # fmt: skip


def test_migration_adds_up_over_the_other_countries_of_each_direction() -> None:
    con = delivered(
        "time_period | value | category\n2020 | 50 | other_country=TR\n2020 | 30 | other_country=RU\n"
        "2021 | 90 |\n2021 | 40 | other_country=TR",
        "immigrants",
    )
    assert counts(con, "immigrants", "year") == [(2020, 80, "A"), (2021, 90, "A")]
    assert counts(con, "immigrants", "year", "other_country") == [
        (2020, "RU", 30, "A"), (2020, "TR", 50, "A"), (2021, "TR", 40, "A"),
    ]  # fmt: skip
    with pytest.raises(NoData):
        counts(con, "emigrants", "year")


def test_a_rate_stands_as_it_was_published_for_its_own_period() -> None:
    con = delivered(
        """
        time_period | value | sex    | category
        2020        | 4.9   |        |
        2020        | 5.6   | female |
        2020        | 8.1   |        | age=Y15T24
        2020-Q1     | 5.2   |        |
        """,
        "unemployment_rate",
    )
    assert counts(con, "unemployment_rate", "year") == [(2020, 4.9, "A")]
    assert counts(con, "unemployment_rate", "year", "sex") == [(2020, "female", 5.6, "A")]
    assert counts(con, "unemployment_rate", "quarter") == [("2020-Q1", 5.2, "A")]
    assert counts(con, "unemployment_rate", "month") == []
    with pytest.raises(WrongArguments, match="is published for a period"):
        counts(con, "unemployment_rate", "sex")


PERIODS = ("2020", "2020-Q1", "2020-Q2", "2021-Q1")
CODES = {
    "sex": ("female", "male"),
    "body": ("H1", "H2"),
    "channel": ("call", "message"),
    "topic": ("other", "violence"),
}
_FIGURES = st.lists(
    st.fixed_dictionaries(
        {"period": st.sampled_from(PERIODS), "value": st.one_of(st.none(), st.integers(0, 6))},
        optional={part: st.sampled_from(codes) for part, codes in CODES.items()},
    ),
    min_size=1,
    max_size=14,
    unique_by=lambda row: tuple(str(row.get(name)) for name in ("period", *CODES)),
)
ASKED: tuple[tuple[str, ...], ...] = ((), ("topic",), ("sex",), ("body",), ("channel", "topic"), ("body", "topic"))


def by_hand(rows: Sequence[Row], length: Frequency, asked: tuple[str, ...]) -> Found:
    """The rule, read off its description: period by period, body by body, one figure at a time."""
    quarters = [r for r in rows if period(r["period"]).frequency == "quarter"]
    base = quarters or rows
    cells: dict[tuple[str, ...], list[tuple[str, float | None, bool]]] = {}
    for when in sorted({r["period"] for r in base}):
        held = [r for r in base if r["period"] == when]
        sides: dict[str, tuple[list[Row], bool]] = {}
        for body in ("", "H1", "H2"):
            if found := _best([r for r in held if r.get("body", "") == body], asked):
                sides[body] = found
        taken, is_short = _sides(sides, asked, rows, when)
        for row in taken:
            label = period(when).code[:4] if length == "year" else when
            cells.setdefault((label, *(row[name] for name in asked)), []).append((when, row["value"], is_short))
    parts = 4 if length == "year" and quarters else 1
    return {at: _summed(figures, parts) for at, figures in cells.items()}


def _best(rows: list[Row], asked: tuple[str, ...]) -> tuple[list[Row], bool] | None:
    """The figures of the group that counts, and whether it names just what is asked."""
    wanted = set(asked) - {"body"}
    named = lambda r: sorted(set(r) - {"period", "value", "body"})  # noqa: E731 - used twice in one place
    groups = [list(g) for _, g in groupby(sorted(rows, key=named), key=named)]
    fit = [g for g in groups if wanted <= set(named(g[0]))]
    told = [g for g in fit if _sum(g) is not None] or fit
    exact = [g for g in told if set(named(g[0])) == wanted]
    ranked = sorted(
        exact or told,
        key=lambda g: (-(_sum(g) or 0), sum(r["value"] is None for r in g), len(named(g[0])), named(g[0])),
    )
    return (ranked[0], bool(exact)) if ranked else None


def _sum(rows: Iterable[Row]) -> float | None:
    told = [r["value"] for r in rows if r["value"] is not None]
    return sum(told) if told else None


def _sides(
    sides: dict[str, tuple[list[Row], bool]], asked: tuple[str, ...], rows: Sequence[Row], when: str
) -> tuple[list[Row], bool]:
    """Figures of all bodies together or of each, and whether one is missing that told earlier or of a longer period."""
    together, is_exact = sides.get("", ([], False))
    each = [row for body, (figures, _) in sides.items() if body for row in figures]
    if "body" in asked:
        return each, False
    if "body" in asked:
        return each, False
    of_all, added = (-1 if (told := _sum(side)) is None else told for side in (together, each))
    if together and ((is_exact and of_all >= 0) or of_all >= added):
        return together, False
    started = {r["body"] for r in rows if "body" in r and period(r["period"]).start <= period(when).start}
    telling = {body for body, (figures, _) in sides.items() if _sum(figures) is not None}
    return each, bool(started - telling)


def _summed(figures: list[tuple[str, float | None, bool]], parts: int) -> tuple[float | None, str]:
    told = [value for _, value, _ in figures if value is not None]
    if not told:
        return None, "O"
    periods = {when for when, value, _ in figures if value is not None}
    is_missing = len(told) < len(figures) or any(short for *_, short in figures) or len(periods) < parts
    return sum(told), "P" if is_missing else "A"


@settings(deadline=None, max_examples=40)
@given(_FIGURES, st.sampled_from(ASKED))
def test_counts_of_groups_equal_those_by_hand(rows: list[Row], asked: tuple[str, ...]) -> None:
    con = delivered(rows)
    lengths: tuple[Frequency, ...] = ("quarter", "year") if any("Q" in row["period"] for row in rows) else ("year",)
    for length in lengths:
        made = counts(con, "hotline_contacts", length, *asked)
        assert {(str(row[0]), *row[1:-2]): row[-2:] for row in made} == by_hand(rows, length, asked)


@settings(deadline=None, max_examples=40)
@given(_FIGURES, st.sampled_from(ASKED))
def test_every_count_of_groups_can_be_traced_to_rows_that_add_up_to_it(rows: list[Row], asked: tuple[str, ...]) -> None:
    con = delivered(rows)
    declared = indicator("hotline_contacts")
    counter = Counter(con, "XX", None)
    relation = counter.relation(declared)
    assert relation is not None
    known = Known(source=relation.source, area="XX", as_of=period("2024-12").end)
    for when, *codes, value, _ in counts(con, "hotline_contacts", "year", *asked):
        query = figures_query(declared, known, str(when), dict(zip(asked, codes, strict=True)))
        assert con.execute(query.value).fetchall() == [(value,)]
        places = con.execute(f"SELECT record_no FROM ({query.rows})").fetchall()
        assert sum(rows[place - 2]["value"] or 0 for (place,) in places) == (value or 0)


def test_what_is_not_reported_by_a_breakdown_is_traced_to_the_total_and_its_codes() -> None:
    con = delivered(PAIRS + "2020-Q1 | 3 | body=H2\n2020-Q2 | 4 | body=H2")
    declared = indicator("hotline_contacts")
    relation = Counter(con, "XX", None).relation(declared)
    assert relation is not None
    known = Known(source=relation.source, area="XX", as_of=period("2024-12").end)
    for when, rest in (("2020-Q1", 3), ("2020", 7)):
        query = figures_query(declared, known, when, {"topic": "not_reported"})
        assert con.execute(query.value).fetchall() == [(rest,)]
