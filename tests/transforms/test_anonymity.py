"""k, l, t, alpha and who is alone: known answers, small tables that can be counted by hand, and two ways that agree."""

from __future__ import annotations

import csv
import json
from math import log
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.counts.records import measured
from transforms.anonymity import in_sql
from transforms.anonymity.in_sql import Records
from transforms.anonymity.measures import BANDS, RecordRisk
from transforms.anonymity.plain import codes_of, diversity, risk_of
from transforms.errors import WrongArguments

REFERENCES = ("4anonymous", "3diverse")
NEAR = pytest.approx
LABELS = st.sampled_from(["a", "b", "c", "unknown"])
SETS = st.frozensets(st.sampled_from(["x", "y", "z"]), min_size=1) | st.just(frozenset({"not_reported"}))
RECORDS = st.lists(st.tuples(LABELS, LABELS, LABELS, LABELS, SETS), min_size=1, max_size=40)


def columns(text: str) -> dict[str, list[str]]:
    """Columns of a table drawn with spaces between its cells."""
    header, *rows = [line.split() for line in text.strip().splitlines()]
    return {name: [row[place] for row in rows] for place, name in enumerate(header)}


def risk(text: str, *sensitive: str) -> RecordRisk:
    found = columns(text)
    told = {name: codes_of(found.pop(name)) for name in sensitive}
    return risk_of(found, told)


@pytest.mark.parametrize("name", REFERENCES)
def test_the_published_tables_give_the_reference_numbers(shared_fixtures: Path, name: str) -> None:
    folder = shared_fixtures / "disclosure"
    wanted = json.loads((folder / "reference_kanon.json").read_text("utf-8"))[name]
    with (folder / f"kanon_{name}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    known = {column: [row[column] for row in rows] for column in ("zip", "age", "nat")}
    found = risk_of(known, {"cond": codes_of(row["cond"] for row in rows)})
    (cond,) = found.diversity
    assert (found.k, cond.distinct, float(cond.entropy_l)) == (wanted["k"], wanted["l"], wanted["entropy_l"])
    assert cond.t == NEAR(wanted["t"], abs=1e-9)
    assert [cond.alpha, float(cond.k)] == NEAR(wanted["alpha_k"], abs=1e-9)


ALONE = """
sex age place form
f   1   n     x
f   1   n     x
f   1   s     y
f   2   n     x
f   2   s     y
m   1   n     z
m   2   s     z
"""


def test_a_record_counts_where_the_fewest_columns_single_it_out() -> None:
    found = risk(ALONE, "form")
    assert (found.records, found.k, found.records_alone) == (7, 1, 5)
    # the men are alone by sex and age, f1s and f2n by age and place; f2s shares every two with another
    assert found.alone_by == {1: 0, 2: 4, 3: 1}
    assert found.alone_by_more == 0
    assert found.share_alone == NEAR(5 / 7)


def test_a_value_that_only_one_record_has_singles_it_out_by_itself() -> None:
    assert risk("sex age\nf 1\nf 1\nf 2\nx 1").alone_by == {1: 2, 2: 0}


def test_four_columns_that_only_together_single_out_are_counted_as_more() -> None:
    parity = [(a, b, c, (a + b + c) % 2) for a in (0, 1) for b in (0, 1) for c in (0, 1)]
    twice = [*parity, *parity]
    odd = [*twice, (0, 0, 0, 1)]
    found = risk_of({name: [str(row[place]) for row in odd] for place, name in enumerate("abcd")}, {})
    assert (found.records_alone, found.alone_by, found.alone_by_more) == (1, {1: 0, 2: 0, 3: 0}, 1)


def test_sizes_of_groups_are_counted_in_bands_and_few_from_the_start_of_one() -> None:
    found = risk_of({"a": ["p"] * 12 + ["q"] * 4 + ["r"] * 3 + ["s"] * 2 + ["t"]}, {})
    assert [(band.least, band.groups, band.records) for band in found.bands] == [
        (1, 1, 1), (2, 1, 2), (3, 2, 7), (5, 0, 0), (10, 1, 12),
    ]  # fmt: skip
    assert (found.below(5), found.below(10), found.below(3)) == (10, 10, 3)
    with pytest.raises(ValueError, match="no band begins at 4"):
        found.below(4)


def test_of_several_codes_all_together_are_the_value_and_each_alone_can_be_read_off() -> None:
    (form,) = risk("sex form\nf x;y\nf y\nf z;y\nm x\nm y", "form").diversity
    assert (form.distinct, form.alpha, form.records_told) == (2, 1.0, 3)
    assert form.effective == NEAR(2)
    (same,) = risk("sex form\nf x;y\nf y;x", "form").diversity
    assert (same.distinct, same.effective) == (1, NEAR(1))


def test_what_is_not_known_of_anybody_tells_nothing() -> None:
    (form,) = risk("sex form\nf unknown\nf unknown\nm x\nm y", "form").diversity
    assert (form.distinct, form.records_told, form.alpha) == (1, 0, 0.5)


def test_a_column_is_not_known_to_whoever_is_to_learn_it() -> None:
    found = columns("sex form\nf x\nf y\nm x\nm x")
    told = risk_of(found, {"form": codes_of(found["form"])})
    assert (told.k, told.diversity[0].by, told.diversity[0].k) == (1, ("sex",), 2)
    alone = diversity("form", {}, codes_of(found["form"]))
    assert (alone.k, alone.distinct, alone.t, alone.alpha) == (4, 2, 0, 0.75)


def test_entropy_counts_how_even_the_values_are() -> None:
    (even,) = risk("g v\n1 a\n1 b\n1 c", "v").diversity
    assert (even.entropy_l, even.effective) == (3, NEAR(3))
    (uneven,) = risk("g v\n" + "1 a\n" * 9 + "1 b", "v").diversity
    assert uneven.effective == NEAR(10 / 9**0.9)
    assert uneven.entropy_l == 1 and log(uneven.effective) == NEAR(log(10) - 0.9 * log(9))


@pytest.mark.parametrize(("quasi", "sensitive"), [({}, {"a": ["x"]}), ({"a": []}, {}), ({"a": ["x"]}, {"b": []})])
def test_nothing_to_measure_is_refused(quasi: dict[str, list[str]], sensitive: dict[str, list[str]]) -> None:
    with pytest.raises(WrongArguments, match="no records to measure"):
        risk_of(quasi, {name: codes_of(cells) for name, cells in sensitive.items()})


@pytest.fixture(scope="module")
def con() -> duckdb.DuckDBPyConnection:
    made = duckdb.connect()
    made.execute("CREATE TABLE r (a VARCHAR, b VARCHAR, c VARCHAR, d VARCHAR, form VARCHAR[])")
    return made


@settings(max_examples=40)
@given(RECORDS)
def test_sql_and_the_plain_functions_measure_the_same(
    con: duckdb.DuckDBPyConnection, rows: list[tuple[str, str, str, str, frozenset[str]]]
) -> None:
    con.execute("DELETE FROM r")
    con.executemany("INSERT INTO r VALUES (?, ?, ?, ?, ?)", [[*row[:4], sorted(row[4])] for row in rows])
    quasi = {name: [str(row[place]) for row in rows] for place, name in enumerate("abcd")}
    quasi["form"] = [" ".join(sorted(row[4])) for row in rows]
    records = Records(table="r", where="true", quasi={name: name for name in quasi})
    is_given = any(row[4] != {"not_reported"} for row in rows)
    plain = risk_of(quasi, {"form": [row[4] for row in rows]} if is_given else {})
    found = measured(con, records, ("form",))
    assert (found.by, found.k, found.bands, found.alone_by) == (plain.by, plain.k, plain.bands, plain.alone_by)
    for mine, theirs in zip(found.diversity, plain.diversity, strict=True):
        assert (mine.k, mine.by, mine.distinct, mine.records_told) == (
            theirs.k, theirs.by, theirs.distinct, theirs.records_told,
        )  # fmt: skip
        assert (mine.effective, mine.t, mine.alpha) == NEAR((theirs.effective, theirs.t, theirs.alpha), abs=1e-9)
    reported = con.execute(in_sql.sizes_and_told(records, "form", 5)).fetchall()[0]
    assert reported[:3] == (plain.k, plain.below(5), plain.records_alone)
    if is_given:
        assert reported[3] == plain.diversity[0].distinct
        assert reported[4] <= plain.diversity[0].records_told


@given(RECORDS)
def test_groups_hold_every_record_once_and_joining_columns_never_hides_better(
    rows: list[tuple[str, str, str, str, frozenset[str]]],
) -> None:
    quasi = {name: [str(row[place]) for row in rows] for place, name in enumerate("abcd")}
    found = risk_of(quasi, {"form": [row[4] for row in rows]})
    assert sum(band.records for band in found.bands) == len(rows) and len(found.bands) == len(BANDS)
    assert found.k <= risk_of({"a": quasi["a"]}, {}).k
    assert 0 <= found.alone_by_more <= found.records_alone
    (form,) = found.diversity
    assert 1 <= form.entropy_l <= form.distinct
    assert 0 <= form.t < 1 and 0 <= form.alpha <= 1
