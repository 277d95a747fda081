"""Compiled counts against the same counts taken one person at a time in plain Python."""

from __future__ import annotations

from collections import Counter
from functools import cache
from typing import Any

import duckdb
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.counts.estimate import indicator_rows
from tests.warehouse import add_cases, add_vintage, empty

BODIES = ("MIA", "NGO")
STATUSES = ("identified", "presumed", "registered", "not_victim")
UNSPECIFIC = ("unknown", "not_reported")
DAYS = ("2019-01-31", "2019-02-01", "2020-06-30")
VINTAGES = {(body, number): place + 1 for place, (number, body) in enumerate((n, b) for n in (1, 2) for b in BODIES)}
Row = dict[str, Any]

rows = st.fixed_dictionaries(
    {
        "delivery": st.sampled_from((1, 2)),
        "body": st.sampled_from(BODIES),
        "person_key": st.sampled_from(("a", "b", "c", None)),
        "status": st.sampled_from(STATUSES),
        "registered_date": st.sampled_from(DAYS),
        "identified_date": st.sampled_from((*DAYS, None)),
        "sex": st.sampled_from(("female", "male", *UNSPECIFIC)),
        "citizenship": st.sampled_from(("NA", "TM", *UNSPECIFIC)),
        "country_of_exploitation": st.sampled_from(("TM", "TR", *UNSPECIFIC)),
        "form": st.lists(st.sampled_from(("forced_labour", "servitude", *UNSPECIFIC)), max_size=4),
        "sector": st.lists(st.sampled_from(("trade", "construction", "not_reported")), min_size=1, max_size=2),
    }
)
BREAKDOWNS = (
    ("year",),
    ("quarter", "sex"),
    ("month", "form"),
    ("form", "sector", "year"),
    ("corridor",),
    ("sex", "form"),
)


@cache
def warehouse() -> duckdb.DuckDBPyConnection:
    """Made once: its many code lists take longer to declare than a few rows to count."""
    return empty()


def emptied() -> duckdb.DuckDBPyConnection:
    for name in ("core.cases", "raw.vintages", "raw.vintage_streams"):
        warehouse().execute(f"DELETE FROM {name}")
    return warehouse()


def current(delivered: list[Row]) -> list[Row]:
    """Rows of each body's latest delivery, numbered as in the table."""
    latest = {body: max((r["delivery"] for r in delivered if r["body"] == body), default=0) for body in BODIES}
    return [{**row, "no": n} for n, row in enumerate(delivered) if row["delivery"] == latest[row["body"]]]


def persons(records: list[Row]) -> list[Row]:
    """One row per person, put together by hand."""
    groups: dict[str, list[Row]] = {}
    for record in records:
        groups.setdefault(record["person_key"] or f"record {record['no']}", []).append(record)
    return [_person(sorted(g, key=lambda r: (r["registered_date"], r["body"], r["no"]))) for g in groups.values()]


def _person(group: list[Row]) -> Row:
    def first(column: str) -> str:
        return str(
            sorted(group, key=lambda r: ("", *UNSPECIFIC).index(r[column] if r[column] in UNSPECIFIC else ""))[0][
                column
            ]
        )

    return {
        "status": next(s for s in STATUSES if any(r["status"] == s for r in group)),
        "registered_date": min(r["registered_date"] for r in group),
        "identified_date": min((r["identified_date"] for r in group if r["identified_date"]), default=None),
        **{column: first(column) for column in ("sex", "citizenship", "country_of_exploitation")},
        **{column: _united(code for r in group for code in r[column]) for column in ("form", "sector")},
    }


def _united(codes: Any) -> set[str]:
    found = set(codes)
    known = found - set(UNSPECIFIC)
    return known or ({"unknown"} if "unknown" in found else {"not_reported"})


def _codes(person: Row, key: str, day: str) -> list[Any]:
    match key:
        case "year":
            return [int(day[:4])]
        case "month":
            return [day[:7]]
        case "quarter":
            return [f"{day[:4]}-Q{(int(day[5:7]) + 2) // 3}"]
        case "corridor":
            ends = (person["citizenship"], person["country_of_exploitation"])
            return [next((code for code in ("not_reported", "unknown") if code in ends), ">".join(ends))]
        case "form" | "sector":
            return sorted(person[key])
    return [person[key]]


def by_hand(people: list[Row], date: str, by: tuple[str, ...]) -> list[tuple[Any, ...]]:
    """Sorted codes of `by`, then how many people stand under them."""
    counted: Counter[tuple[Any, ...]] = Counter()
    for person in people:
        places: list[tuple[Any, ...]] = [()]
        for key in by:
            places = [(*place, code) for place in places for code in _codes(person, key, person[date])]
        counted.update(places)
    return [(*at, count) for at, count in sorted(counted.items())]


@given(delivered=st.lists(rows, min_size=1, max_size=12))
@settings(max_examples=12, deadline=None)
def test_counts_of_people_in_several_lists_equal_those_by_hand(delivered: list[Row]) -> None:
    con = emptied()
    for (body, number), vintage in VINTAGES.items():
        if any((r["body"], r["delivery"]) == (body, number) for r in delivered):
            add_vintage(con, vintage, "case_register", f"2021-0{number}-01", f"XX {body}")
    add_cases(con, [_stored(row, VINTAGES[row["body"], row["delivery"]]) for row in delivered])
    people = persons(current(delivered))
    identified = [p for p in people if p["status"] == "identified" and p["identified_date"]]
    victims = [p for p in people if p["status"] != "not_victim"]
    for by in BREAKDOWNS:
        assert indicator_rows(con, "victims_identified", by, scope="XX").rows() == by_hand(
            identified, "identified_date", by
        )
        assert indicator_rows(con, "victims_registered", by, scope="XX").rows() == by_hand(
            victims, "registered_date", by
        )


@given(delivered=st.lists(rows, min_size=1, max_size=12))
@settings(max_examples=12, deadline=None)
def test_counts_of_records_without_keys_equal_those_by_hand(delivered: list[Row]) -> None:
    con = emptied()
    add_vintage(con, 1, "ctdc_kanon", "2021-01-01", "all")
    add_vintage(con, 2, "ctdc_kanon", "2021-02-01", "all")
    same = {"source": "ctdc_kanon", "stream": "all", "person_key": None, "body": "ctdc"}
    kept = [{**row, **{column: sorted(_united(row[column])) for column in ("form", "sector")}} for row in delivered]
    add_cases(con, [_stored(row, row["delivery"]) for row in kept], **same)
    latest = [{**row, "person_key": None, "no": n} for n, row in enumerate(delivered) if row["delivery"] == 2]
    victims = [person for person in persons(latest) if person["status"] != "not_victim"]
    if latest:
        for by in (("year",), ("year", "form"), ("form", "sector"), ("year", "corridor"), ("sector", "sex")):
            assert indicator_rows(con, "victims_registered", by).rows() == by_hand(victims, "registered_date", by)


def _stored(row: Row, vintage: int) -> Row:
    return {"vintage_id": vintage, **{k: v for k, v in row.items() if k != "delivery"}}


def test_the_hand_count_itself_counts_people_and_not_mentions() -> None:
    record = {"no": 0, "person_key": None, "body": "MIA", "status": "identified", "registered_date": "2019-01-31"}
    codes = {"sex": "male", "citizenship": "TM", "country_of_exploitation": "TR", "identified_date": None}
    (person,) = persons([{**record, **codes, "form": ["servitude", "servitude"], "sector": []}])
    assert by_hand([person], "registered_date", ("form",)) == [("servitude", 1)]
    assert by_hand([person], "registered_date", ("sector", "corridor")) == [("not_reported", "TM>TR", 1)]
