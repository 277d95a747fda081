"""The run ledger answers for any edition: program, libraries, files, persons, time; nothing twice, nothing altered."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from flows.editions.run_answers import answers
from flows.editions.runs import runs_in
from flows.home import Home
from flows.version import code_fingerprint, libraries, libraries_digest
from flows.warehouse import read_warehouse, warehouse_path
from tests.flows.drafted import EDITION, WORKING_GROUP, Clock, more_data, new_home, publish, quickly, release
from transforms.errors import NoData, ReleaseRefused
from transforms.ledger.entries import first_broken
from transforms.ledger.runs import MadeRun
from transforms.ledger.tables import RUNS


@pytest.fixture(scope="module", autouse=True)
def _quick() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        quickly(patch)
        yield


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory, world_list: Callable[..., Path]) -> Path:
    """A home that released one edition; for copying."""
    home = new_home(tmp_path_factory.mktemp("runs") / "home", world_list)
    release(home)
    return home


@pytest.fixture
def home(released: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(released, tmp_path / "home"))


def runs(home: Path) -> tuple[MadeRun, ...]:
    with read_warehouse(home) as con:
        return runs_in(con)


def sql(home: Path, statement: str) -> None:
    with duckdb.connect(str(warehouse_path(home))) as con:
        con.execute(statement)


def test_a_draft_and_its_release_are_two_runs_of_one_chain_that_name_the_program_and_its_libraries(home: Path) -> None:
    drafted, let_out = runs(home)
    assert (drafted.act, let_out.act) == ("drafted", "released")
    assert first_broken((drafted, let_out)) is None
    assert let_out.key == WORKING_GROUP
    assert let_out.made_at.startswith("2024-05-01T") and let_out.made_at.endswith("+00:00")
    assert let_out.code_sha256 == code_fingerprint()
    assert let_out.libraries_sha256 == libraries_digest(libraries())
    manifest = json.loads((home / "editions" / "world" / EDITION / "working-group" / "edition.json").read_bytes())
    assert list(let_out.extracts) == [used["sha256"] for used in manifest["created_from"].values()]
    assert let_out.run_id == manifest["run_id"]


def test_the_libraries_are_all_that_the_product_needs_and_no_tool_of_its_makers() -> None:
    names = {one.partition("==")[0] for one in libraries()}
    assert {"duckdb", "polars", "polars-runtime-32", "prefect", "starlette", "jinja2"} <= names
    assert not {"tip-trends", "pytest", "ruff", "mypy", "selenium"} & names
    assert libraries_digest(("a==1", "b==2")) != libraries_digest(("a==1", "b==3"))


def test_what_is_made_again_unchanged_is_no_new_run_and_what_changed_is(
    home: Path, world_list: Callable[..., Path]
) -> None:
    publish(home)  # stands already
    assert len(runs(home)) == 2
    more_data(home, world_list)
    publish(home)
    publish(home)
    assert [one.act for one in runs(home)] == ["drafted", "released", "drafted"]
    assert first_broken(runs(home)) is None


def test_an_edition_is_answered_for_with_files_persons_and_times(home: Path) -> None:
    drafted, let_out = answers(Home(folder=home), EDITION, "world", "working-group")
    assert [(one.name, one.act) for one in let_out.persons] == [("A. Orazowa", "proposed"), ("B. Nurow", "approved")]
    assert [one.file_name for one in let_out.extracts] == ["list_2017-03-31.csv"]
    assert let_out.is_this_program and let_out.other_libraries == ()
    assert (drafted.act, let_out.act) == ("drafted", "released")


def test_another_program_and_other_libraries_are_told_apart(home: Path) -> None:
    with read_warehouse(home) as con:
        (before,) = con.execute("SELECT libraries FROM ledger.libraries").fetchall()
    then = [one if not one.startswith("duckdb==") else "duckdb==1.0.0" for one in before[0]]
    assert then != before[0]
    sql(home, f"UPDATE ledger.libraries SET libraries = {[*then, 'zebra==1']!r}, libraries_sha256 = 'then'")
    rows = runs(home)
    made = forged(rows, libraries_sha256="then", code_sha256="other")
    rewrite(home, made)
    (_, let_out) = answers(Home(folder=home), EDITION, "world", None)
    assert not let_out.is_this_program
    here = next(one for one in libraries() if one.startswith("duckdb==")).partition("==")[2]
    assert let_out.other_libraries == (f"duckdb: 1.0.0 then, {here} here", "zebra: 1 then, none here")
    told = "\n".join(let_out.told())
    assert "another one than runs here" in told and "2 differ from those here" in told


def forged(rows: tuple[MadeRun, ...], **changes: Any) -> tuple[MadeRun, ...]:
    """The same runs of another program, chained anew."""
    from dataclasses import replace

    from transforms.ledger.entries import chained

    made: tuple[MadeRun, ...] = ()
    for one in rows:
        made = (*made, chained(made, replace(one, **changes)))
    return made


def rewrite(home: Path, rows: tuple[MadeRun, ...]) -> None:
    from dataclasses import asdict

    with duckdb.connect(str(warehouse_path(home))) as con:
        con.execute(f"DELETE FROM {RUNS.name}")
        for one in rows:
            values = [list(value) if isinstance(value, tuple) else value for value in asdict(one).values()]
            names = ", ".join(asdict(one))
            con.execute(f"INSERT INTO {RUNS.name} ({names}) VALUES ({', '.join('?' for _ in values)})", values)


@pytest.mark.parametrize(
    "damage",
    ["UPDATE ledger.runs SET account = 'nobody' WHERE seq = 1", "DELETE FROM ledger.runs WHERE seq = 1"],
)
def test_a_run_ledger_that_was_altered_answers_nothing(home: Path, damage: str) -> None:
    sql(home, damage)
    with pytest.raises(ReleaseRefused, match="row 1") as told:
        answers(Home(folder=home), EDITION, "world", None)
    assert "backup" in told.value.advice


def test_an_edition_from_before_the_run_ledger_is_answered_for_by_its_manifest(home: Path) -> None:
    sql(home, "DELETE FROM ledger.runs")
    (found,) = answers(Home(folder=home), EDITION, "world", None)
    assert (found.act, [one.name for one in found.persons]) == ("released", ["A. Orazowa", "B. Nurow"])
    assert [one.file_name for one in found.extracts] == ["list_2017-03-31.csv"]
    assert "older than the run ledger" in "\n".join(found.told())


def test_an_edition_that_was_never_made_is_no_answer(home: Path) -> None:
    with pytest.raises(NoData, match="No run of this home made annual-2015"):
        answers(Home(folder=home), "annual-2015", "world", None)


def test_the_command_lists_all_and_tells_one(tip_trends: Callable[..., Any], home: Path) -> None:
    listed = tip_trends("--home", home, "runs", "--format", "json")
    assert listed.code == 0
    assert [one["act"] for one in json.loads(listed.out)] == ["released", "drafted"]
    one = tip_trends("--home", home, "runs", EDITION)
    assert one.code == 0
    assert "person: A. Orazowa proposed it" in one.out and "the very one that runs here" in one.out
    told = json.loads(tip_trends("--home", home, "runs", EDITION, "--format", "json").out)
    assert [one["extracts"][0]["file_name"] for one in told] == ["list_2017-03-31.csv"] * 2
    assert tip_trends("--home", home, "runs", EDITION, "--format", "csv").code == 2
    assert tip_trends("--home", home, "runs", EDITION, "--audience", "press").code == 2
    assert tip_trends("--home", home, "runs", "annual-1999").code == 1


def test_a_home_without_runs_says_so(tip_trends: Callable[..., Any], tmp_path: Path) -> None:
    ran = tip_trends("--home", tmp_path, "runs")
    assert (ran.code, ran.out) == (1, "")


def test_the_clock_is_the_one_that_is_passed(tmp_path: Path, world_list: Callable[..., Path]) -> None:
    home = new_home(tmp_path / "home", world_list)
    clock = Clock()
    publish(home, clock=clock)
    assert [one.made_at for one in runs(home)] == [clock.moment.isoformat(timespec="seconds")]
