"""`trace` on the command line: cards from the ledger or a folder, the internal view on demand, and what goes wrong."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest

from flows.editions.taken_back import withdraw
from flows.intake.ingest import ingest_file
from flows.warehouse import warehouse_path
from tests.flows.conftest import Ran
from tests.flows.drafted import EDITION, FIRST, WORKING_GROUP, YEARS, Clock, more_data, new_home, quickly, release

PLACED = Path("editions") / "world" / EDITION / "working-group"
TABLE = "victims_registered_by_period"
Run = Callable[..., Ran]
Write = Callable[..., Path]


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory, world_list: Write) -> Path:
    """A home of the world that released one edition by two keys; for copying."""
    with pytest.MonkeyPatch.context() as patch:
        quickly(patch)
        home = new_home(tmp_path_factory.mktemp("trace") / "home", world_list)
        sql(home, f"UPDATE raw.vintages SET loaded_at = '{FIRST}T08:00:00+00:00'")
        release(home)
        return home


@pytest.fixture
def home(released: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    quickly(monkeypatch)
    return Path(shutil.copytree(released, tmp_path / "elsewhere" / "copy"))


def sql(home: Path, statement: str) -> None:
    with duckdb.connect(str(warehouse_path(home))) as con:
        con.execute(statement)


def told(ran: Ran) -> dict[str, Any]:
    (found,) = json.loads(ran.out)
    return dict(found)


def test_a_card_is_printed_without_asking_the_warehouse_for_rows(home: Path, tip_trends: Run) -> None:
    before = {path: path.stat().st_mtime_ns for path in home.parent.rglob("*")}
    ran = tip_trends("--home", home, "trace", EDITION, "T1:2016")
    assert (ran.code, ran.err) == (0, "")
    lines = [line.strip() for line in ran.out.splitlines()]
    assert lines[0] == f"{EDITION} (world, working-group), as of {FIRST}"
    assert "cell: T1:2016" in lines and "figure: 30 person, break in series" in lines
    assert f"table: {TABLE} (T1), period=2016" in lines
    assert any(line.startswith("counts: The person stands in a case list") for line in lines)
    assert any(line.startswith(f"1. list_{FIRST}.csv: ") for line in lines)
    assert "SQL" not in ran.out and "INTERNAL" not in ran.out
    assert {path: path.stat().st_mtime_ns for path in home.parent.rglob("*")} == before


def test_the_internal_view_is_marked_and_its_query_gives_the_figure(home: Path, tip_trends: Run) -> None:
    call = ("--home", home, "trace", EDITION, f"{TABLE}_sex", "period=2016", "sex=female", "--rows")
    ran = tip_trends(*call)
    assert ran.code == 0 and ran.err.startswith("Internal, unprotected")
    assert "INTERNAL, from the warehouse:" in ran.out and f"20 rows of list_{FIRST}.csv" in ran.out
    assert "figure: 20 (as released)" in ran.out
    inside = told(tip_trends(*call, "--format", "json"))["internal"]
    with duckdb.connect(str(warehouse_path(home)), read_only=True) as con:
        assert con.execute(inside["sql"]).fetchall() == [(20,)]
        places = con.execute(inside["parts"][0]["rows_sql"]).fetchall()
        by_hand = con.execute(
            "SELECT DISTINCT record_no FROM core.cases WHERE sex = 'female' AND year(registered_date) = 2016"
        ).fetchall()
    assert {row for _, row in places} == {row for (row,) in by_hand} and len(places) == 20


def test_a_withheld_cell_tells_its_number_to_nobody_who_does_not_ask_the_warehouse(
    tip_trends: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, world_list: Write
) -> None:
    quickly(monkeypatch)
    home = new_home(tmp_path / "home", world_list)
    path = tmp_path / f"list_{FIRST}.csv"
    path.write_text(
        path.read_text("utf-8") + "2016,Case Management,Transgender/NonConforming,,UA,PH,1,0\n" * 2, "utf-8"
    )
    ingest_file(home, path, received_on=FIRST)
    release(home)
    manifest = json.loads((home / PLACED / "edition.json").read_text("utf-8"))
    place, at = next(
        (place, list(cell["at"].values())) for place, table in enumerate(manifest["tables"], start=1)
        for cell in table["cells"] if cell["conf_status"] == "C"
    )  # fmt: skip
    address = f"T{place}:{','.join(at)}"
    ran = tip_trends("--home", home, "trace", EDITION, address)
    assert ran.code == 0 and "figure: none (suppressed)" in ran.out
    assert "Which of the two is not told" in ran.out
    plain = told(tip_trends("--home", home, "trace", EDITION, address, "--format", "json"))
    assert plain["value"] is None and "internal" not in plain and plain["reason"].startswith("Suppressed")
    inside = tip_trends("--home", home, "trace", EDITION, address, "--rows", "--format", "json")
    assert inside.code == 0 and inside.err.startswith("Internal, unprotected")
    assert told(inside)["internal"]["agrees"] is None


def test_what_was_loaded_after_the_approval_is_left_out_of_the_query_too(
    home: Path, tip_trends: Run, world_list: Write
) -> None:
    more_data(home, world_list)  # a later day: the as-of leaves it out
    call = ("--home", home, "trace", EDITION, "T1:2016", "--rows", "--format", "json")
    assert "cases_as_of" in told(tip_trends(*call))["internal"]["sql"]
    ingest_file(home, world_list(home.parent / f"early_{FIRST}.csv", (*YEARS, 2017), persons=33))
    found = told(tip_trends(*call))
    assert found["internal"]["agrees"] is True and "loaded_at <=" in found["internal"]["sql"]


def test_another_number_in_the_warehouse_is_said_and_ends_with_one(home: Path, tip_trends: Run) -> None:
    sql(home, "DELETE FROM core.cases WHERE record_no = (SELECT max(record_no) FROM core.cases)")
    ran = tip_trends("--home", home, "trace", EDITION, "T1:2016", "--rows")
    assert (ran.code, "figure: 29 (NOT as released)" in ran.out) == (1, True)
    assert tip_trends("--home", home, "trace", EDITION, "T1:2016").code == 0


def test_a_folder_is_traced_by_its_manifest_alone(home: Path, tip_trends: Run, tmp_path: Path) -> None:
    mailed = Path(shutil.copytree(home / PLACED, tmp_path / "mailed"))
    call = ("--home", tmp_path / "no-home", "--scope", "world", "trace", EDITION, "T1:2016")
    ran = tip_trends(*call, "--folder", mailed)
    assert (ran.code, "figure: 30 person" in ran.out) == (0, True)
    assert tip_trends(*call, "--folder", mailed, "--rows").code == 2
    assert tip_trends(*call, "--folder", mailed, "--audience", "public").code == 2
    assert tip_trends("--scope", "world", "trace", "annual-2015", "T1:2015", "--folder", mailed).code == 2
    assert tip_trends(*call, "--folder", tmp_path).code == 3
    for content in ("[]", "{", '{"tables": [{}]}', '{"tables": []}', "\xff"):
        (mailed / "edition.json").write_text(content, "latin-1")
        assert tip_trends(*call, "--folder", mailed).code in (2, 3), content


def test_a_withdrawn_edition_is_traced_and_says_so(home: Path, tip_trends: Run) -> None:
    withdraw(home, WORKING_GROUP, by="B. Nurow", reason="Counted twice", clock=Clock())
    ran = tip_trends("--home", home, "trace", EDITION, "T1:2016")
    assert (ran.code, "note: The edition was taken back on 2024-05-01 by B. Nurow." in ran.out) == (0, True)


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        ([], 2, "No cell is named"),
        (["T1"], 2, "has no total"),
        (["T1:1999"], 2, "It has: 2014, 2015, 2016"),
        (["victims_registerd_by_period:2016"], 2, f"Did you mean: {TABLE}"),
        (["T1:2016", "--audience", "press"], 2, "not an audience"),
        (["T1:2016", "--audience", "public"], 1, "was never released"),
    ],
)
def test_what_is_wrong_is_said_with_what_is_right(
    home: Path, tip_trends: Run, words: list[str], code: int, said: str
) -> None:
    ran = tip_trends("--home", home, "trace", EDITION, *words)
    assert ran.out == "" and said in ran.err
    assert ran.code == code


def test_an_edition_that_is_none_is_refused_before_anything_is_read(tip_trends: Run, tmp_path: Path) -> None:
    assert tip_trends("--home", tmp_path, "trace", "yearly", "T1:2016").code == 2
    assert tip_trends("--home", tmp_path, "trace", EDITION, "T1:2016").code != 0
