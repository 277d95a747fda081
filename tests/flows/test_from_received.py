"""An edition verified by the files in `received/` alone, against which what stands in the warehouse is held."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

import sample_data
from flows.clock import now
from flows.editions.publish import publish_edition
from flows.editions.taken_back import withdraw as take_back
from flows.folders import files_in
from flows.holdings.deliveries import Deliveries, deliveries_kept, deliveries_told
from flows.holdings.held_rows import differing
from flows.holdings.withdrawals import withdraw
from flows.home import Home, Settings, write_settings
from flows.intake.again import taken_again
from flows.intake.ingest import ingest_file
from flows.warehouse import look_into_warehouse, open_warehouse, read_warehouse, warehouse_path
from tests.flows.conftest import Ran
from tests.flows.drafted import (
    EDITION,
    FIRST,
    PUBLIC,
    SECOND,
    WORKING_GROUP,
    YEARS,
    Clock,
    more_data,
    new_home,
    publish,
    quickly,
    release,
)
from tests.flows.test_confirmed_breaks import BY_YEAR, yearly
from tests.flows.verified import PLACED, TABLE, alter, forget, sql, verdicts, with_tables

Run = Callable[..., Ran]
Write = Callable[..., Path]
CHECKS = ("ledger", "extracts", "rebuild", "warehouse", "hashes", "manifest", "cells")
FRESH = "made again from the files in received/, loaded into a fresh warehouse"


@pytest.fixture
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    quickly(monkeypatch)
    monkeypatch.setattr("flows.editions.publish.edition_files", with_tables)


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory, world_list: Write) -> Path:
    """A home that released an edition for both audiences, from two lists that were loaded before; for copying."""
    with pytest.MonkeyPatch.context() as patch:
        quickly(patch)
        patch.setattr("flows.editions.publish.edition_files", with_tables)
        folder = tmp_path_factory.mktemp("received")
        home = new_home(folder / "home", world_list)
        ingest_file(home, world_list(folder / "list_2016-12-31.csv", (2014, 2015), persons=28))
        sql(home, f"UPDATE raw.vintages SET loaded_at = '{FIRST}T08:00:0' || vintage_id || '+00:00'")
        clock = Clock()
        release(home, PUBLIC, clock)
        release(home, WORKING_GROUP, clock)
        return home


@pytest.fixture
def home(released: Path, tmp_path: Path, _quick: None) -> Path:
    return Path(shutil.copytree(released, tmp_path / "elsewhere" / "copy"))


def verify(tip_trends: Run, home: Path, *more: object) -> Ran:
    return tip_trends("--home", home, "verify", EDITION, "--from-received", *more)


def kept_in(home: Path) -> dict[str, bytes]:
    return {name: content for name, content in files_in(home).items() if not name.endswith(".lock")}


def test_an_edition_is_made_again_from_the_files_alone_and_nothing_else_is_left(home: Path, tip_trends: Run) -> None:
    before = kept_in(home)
    ran = verify(tip_trends, home, "--audience", "working-group")
    assert (ran.code, verdicts(ran)) == (0, dict.fromkeys(CHECKS, "identical"))
    assert f"{FRESH}, as of {FIRST}: byte for byte what was released" in ran.out
    assert "it holds of 2 files the rows that they give" in ran.out
    assert ran.out.endswith("identical (made again from the files in received/ and compared)\n")
    assert kept_in(home) == before


def test_later_deliveries_and_releases_change_nothing(home: Path, tip_trends: Run, world_list: Write) -> None:
    more_data(home, world_list)
    release(home)
    for audience, day in (("public", FIRST), ("working-group", SECOND)):
        ran = verify(tip_trends, home, "--audience", audience)
        assert (ran.code, verdicts(ran)["rebuild"], f"as of {day}" in ran.out) == (0, "identical", True)
    both = verify(tip_trends, home, "--format", "json")
    assert [(one["audience"], one["rebuilt_from"], one["verdict"]) for one in json.loads(both.out)] == [
        ("public", "received", "identical"),
        ("working-group", "received", "identical"),
    ]


CHANGED = (
    "UPDATE core.cases SET sex = 'male' WHERE record_no = (SELECT min(record_no) FROM core.cases) AND vintage_id = 1"
)


def test_a_figure_changed_in_the_warehouse_is_found_and_the_edition_is_confirmed(home: Path, tip_trends: Run) -> None:
    sql(home, CHANGED)
    plain = tip_trends("--home", home, "verify", EDITION, "--audience", "public")
    assert (plain.code, verdicts(plain)["rebuild"]) == (1, "differs")  # whose fault it is, nobody can tell
    ran = verify(tip_trends, home, "--audience", "public")
    assert ran.code == 1
    assert verdicts(ran) == dict.fromkeys(CHECKS, "identical") | {"warehouse": "differs"}
    assert f"of 1 of 2 files it holds other rows than they give: list_{FIRST}.csv (core.cases)" in ran.out


def test_a_changed_day_or_a_row_of_a_list_too_many_is_found(home: Path, tip_trends: Run) -> None:
    sql(home, "INSERT INTO core.cases SELECT * FROM core.cases WHERE vintage_id = 2 LIMIT 1")
    sql(home, "UPDATE raw.vintages SET rows_accepted = rows_accepted + 1 WHERE vintage_id = 2")
    ran = verify(tip_trends, home, "--audience", "public")
    assert (ran.code, verdicts(ran)["warehouse"], verdicts(ran)["rebuild"]) == (1, "differs", "identical")
    assert "list_2016-12-31.csv (raw.vintages, core.cases)" in ran.out


@pytest.mark.parametrize("what", ["gone", "damaged"])
def test_without_a_warehouse_that_can_be_read_files_and_folders_tell_the_rest(
    home: Path, tip_trends: Run, what: str
) -> None:
    path = warehouse_path(home)
    if what == "gone":
        path.unlink()
    else:
        path.write_bytes(b"\x00" * 4096 + path.read_bytes()[4096:])
    assert tip_trends("--home", home, "verify", EDITION).code == 1
    ran = verify(tip_trends, home, "--audience", "working-group")
    assert verdicts(ran) == dict.fromkeys(CHECKS, "identical") | {"warehouse": "differs"}
    assert (ran.code, "by ledger.jsonl alone" in ran.out, "it cannot be read" in ran.out) == (1, True, True)
    assert "of whatever state that was" in ran.out
    shutil.rmtree(home / PLACED.parent / "public")  # an earlier edition, which its gate needs
    ran = verify(tip_trends, home, "--audience", "working-group")
    assert (ran.code, ran.out) == (
        1,
        "",
    ) and "The manifest of world/annual-2016/public of 2024-05-01 is nowhere" in ran.err
    (home / "ledger.jsonl").unlink()
    assert verify(tip_trends, home).code == 4


def test_a_file_that_is_not_kept_any_more_is_named(home: Path, tip_trends: Run) -> None:
    forget(home, f"list_{FIRST}.csv")
    ran = verify(tip_trends, home, "--audience", "public")
    wanted = {"extracts": "not possible", "rebuild": "not possible"}
    assert (ran.code, verdicts(ran)) == (0, dict.fromkeys(CHECKS, "identical") | wanted)
    assert f"1 of 1 are not in received/ as they came: list_{FIRST}.csv (gone" in ran.out
    assert ran.out.endswith("identical (by hashes, manifest and cells; not made again)\n")


def test_without_an_earlier_file_that_it_rests_on_a_difference_proves_nothing(home: Path, tip_trends: Run) -> None:
    forget(home, "list_2016-12-31.csv")
    ran = verify(tip_trends, home, "--audience", "public")
    assert (ran.code, verdicts(ran)["extracts"], verdicts(ran)["rebuild"]) == (0, "identical", "not possible")
    assert "but that was without list_2016-12-31.csv (not kept), and so proves nothing" in ran.out


def test_an_earlier_file_that_is_gone_and_changes_nothing_is_noted(home: Path, tip_trends: Run) -> None:
    (path,) = (one for one in sample_data.files() if one.name.startswith("stringency"))
    ingest_file(home, path, received_on=date(2023, 3, 2))
    sql(home, f"UPDATE raw.vintages SET loaded_at = '{FIRST}T08:00:09+00:00' WHERE vintage_id = 3")
    forget(home, path.name)
    ran = verify(tip_trends, home, "--audience", "public")
    assert (ran.code, verdicts(ran)["rebuild"]) == (0, "identical")
    assert f"note: Made without {path.name} (not kept), which the edition does not name." in ran.out
    alter(home, TABLE, b",30,", b",91,")
    assert verify(tip_trends, home, "--audience", "working-group").code == 1


def test_an_altered_file_is_no_delivery(home: Path, tip_trends: Run) -> None:
    (path,) = (home / "received").rglob(f"list_{FIRST}.csv")
    path.chmod(0o644)
    path.write_bytes(path.read_bytes().replace(b"Female", b"Male", 1))
    ran = verify(tip_trends, home, "--audience", "public")
    assert (ran.code, verdicts(ran)["extracts"], verdicts(ran)["rebuild"]) == (1, "differs", "not possible")


def test_a_withdrawn_edition_is_verified_with_its_marks(home: Path, tip_trends: Run) -> None:
    take_back(home, WORKING_GROUP, by="B. Nurow", reason="The register was counted twice", clock=Clock())
    ran = verify(tip_trends, home, "--audience", "working-group")
    assert (ran.code, verdicts(ran)) == (0, dict.fromkeys((*CHECKS, "withdrawn"), "identical"))
    warehouse_path(home).unlink()  # the manifest as it was approved lies in the copy beside it
    ran = verify(tip_trends, home, "--audience", "working-group")
    assert verdicts(ran)["rebuild"] == "identical"


def test_a_withdrawn_list_that_came_again_counts_as_it_did(home: Path, tip_trends: Run, world_list: Write) -> None:
    path = world_list(home.parent / "list_2017-05-31.csv", YEARS, persons=40)
    ingest_file(home, path, received_on=date(2017, 5, 31))
    with open_warehouse(home) as con:
        withdraw(con, "ctdc_kanon", "2017-05-31", reason="Wrong list", on=date(2017, 6, 1), today=SECOND)
    ingest_file(home, path, received_on=date(2017, 6, 15), may_return=True)
    for day in (date(2017, 6, 10), date(2017, 6, 20)):
        publish(home, as_of=day)
    sql(home, "UPDATE raw.vintages SET loaded_at = '2017-05-31T08:00:00+00:00' WHERE vintage_id = 3")
    sql(home, "UPDATE raw.vintages SET loaded_at = '2017-06-15T08:00:00+00:00' WHERE vintage_id = 4")
    sql(home, "UPDATE raw.withdrawals SET withdrawn_at = '2017-06-01T08:00:00+00:00' WHERE withdrawn_until IS NULL")
    sql(home, "UPDATE raw.withdrawals SET withdrawn_at = '2017-06-15T08:00:00+00:00' WHERE withdrawn_until IS NOT NULL")
    release(home)
    ran = verify(tip_trends, home, "--audience", "working-group")
    assert (ran.code, verdicts(ran)) == (0, dict.fromkeys(CHECKS, "identical")), ran.out


def test_another_writer_is_waited_for_by_neither(home: Path, tip_trends: Run) -> None:
    with open_warehouse(home):
        pass
    with writer(home):
        ran = verify(tip_trends, home)
    assert (ran.code, ran.out) == (5, "")


@contextmanager
def writer(home: Path) -> Any:
    from filelock import FileLock

    with FileLock(home / "warehouse.lock"):
        yield


def test_a_copy_of_somebody_is_another_question(home: Path, tip_trends: Run) -> None:
    assert verify(tip_trends, home, "--folder", home / PLACED).code == 2


def test_the_sample_edition_is_made_again_after_later_deliveries(
    small_home: Path, tmp_path: Path, tip_trends: Run, _quick: None
) -> None:
    home = Path(shutil.copytree(small_home, tmp_path / "home"))
    made = publish_edition(
        home, "annual-2021", scope="XX", audience="working-group", as_of=None, languages=("en", "ru"), clock=now
    )
    assert made.is_released
    samples = {path.name: path for path in sample_data.files()}
    ingest_file(home, samples["case_register_MIA_2023-01-12.csv"])
    ran = tip_trends("--home", home, "verify", "annual-2021", "--scope", "XX", "--from-received")
    assert (ran.code, verdicts(ran)) == (0, dict.fromkeys(CHECKS, "identical")), ran.out
    assert "byte for byte what was released" in ran.out


def told(home: Path) -> Deliveries:
    with look_into_warehouse(home) as con:
        return deliveries_told(con, Home(folder=home))


def withdrawals(con: duckdb.DuckDBPyConnection) -> list[tuple[Any, ...]]:
    return con.execute("SELECT * FROM raw.withdrawals ORDER BY ALL").fetchall()


def test_breaks_that_were_confirmed_withdrawals_and_returns_are_found_again(tmp_path: Path) -> None:
    home = tmp_path / "home"
    write_settings(Home(folder=home).create(), Settings(country="XX"))
    (home / "profiles").mkdir(exist_ok=True)
    (home / "profiles" / "uk_nrm.toml").write_text(BY_YEAR, encoding="utf-8")
    first = yearly(tmp_path, "2021-01-01", (2018, 5100), (2019, 5200), (2020, 5300))
    ingest_file(home, first, received_on=date(2021, 1, 2))
    wrong = yearly(tmp_path, "2022-01-01", (2021, 5_400_000))
    ingest_file(home, wrong, received_on=date(2022, 1, 1), may_break=True)
    with open_warehouse(home) as con:
        withdraw(con, "uk_nrm", "2022-01-01", reason="In thousands", on=date(2022, 2, 1), today=date(2022, 2, 1))
    ingest_file(home, yearly(tmp_path, "2022-03-01", (2021, 5400)), received_on=date(2022, 3, 1))
    ingest_file(home, wrong, received_on=date(2022, 4, 1), may_break=True, may_return=True)
    last = yearly(tmp_path, "2023-01-01", (2022, 5_500_000))
    ingest_file(home, last, received_on=date(2023, 1, 1), may_break=True)
    days = ("2021-01-02", "2022-01-01", "2022-03-01", "2022-04-01", "2023-01-01")
    for number, day in enumerate(days, start=1):  # as if each had been taken in on its day
        sql(home, f"UPDATE raw.vintages SET loaded_at = '{day}T09:00:00+00:00' WHERE vintage_id = {number}")
    sql(home, "UPDATE raw.withdrawals SET withdrawn_at = '2022-02-01T09:00:00+00:00' WHERE withdrawn_until IS NULL")
    deliveries = told(home)
    assert [one.received_on.isoformat() for one in deliveries.taken] == list(days)
    with taken_again(Home(folder=home), deliveries) as again:
        assert (again.numbers, again.refused) == ({n: n for n in range(1, 6)}, ())
        with read_warehouse(home) as held, look_into_warehouse(again.home.folder) as made:
            assert differing(held, made, again.numbers) == {}
            assert withdrawals(held) == withdrawals(made) != []
            (breaks,) = made.execute("SELECT count(*) FROM raw.breaks").fetchall()
            assert breaks[0] >= 2
    assert not (home / ".working").exists()


def test_receipts_alone_tell_the_order_and_the_days(tmp_path: Path) -> None:
    home = tmp_path / "home"
    names = ("case_register_MIA_2020-01-12.csv", "crime_justice_2021.xlsx", "population_2023-02-15.xlsx")
    files = {path.name: path for path in sample_data.files()}
    write_settings(Home(folder=home).create(), Settings(country="XX"))
    for name in names:
        ingest_file(home, files[name], received_on=date(2023, 3, 1))
    by_warehouse, by_receipts = told(home), deliveries_kept(Home(folder=home))
    assert [one.file_name for one in by_warehouse.taken] == list(names)
    assert {one.received_on for one in (*by_warehouse.taken, *by_receipts.taken)} == {date(2023, 3, 1)}
    assert sorted(one.sha256 for one in by_receipts.taken) == sorted(one.sha256 for one in by_warehouse.taken)
    assert not by_receipts.has_recalls and by_receipts.lost == ()
    with taken_again(Home(folder=home), by_receipts) as again, look_into_warehouse(home) as held:
        there = {one.sha256: again.numbers[one.number] for one in by_receipts.taken}
        numbers = {one.number: there[one.sha256] for one in by_warehouse.taken}
        with look_into_warehouse(again.home.folder) as made:
            assert differing(held, made, numbers) == {}
