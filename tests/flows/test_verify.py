"""`verify` makes an edition again while its extracts are kept, and else says that it only checked hashes and cells."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from flows.editions.taken_back import withdraw
from flows.folders import files_in, replace_folder
from flows.intake.ingest import ingest_file
from tests.flows.conftest import Ran
from tests.flows.drafted import (
    EDITION,
    FIRST,
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
from tests.flows.verified import MANIFEST, PAGE, PLACED, TABLE, alter, forget, sql, verdicts, with_tables
from transforms.archives import parts_of, stored

Run = Callable[..., Ran]
Write = Callable[..., Path]


@pytest.fixture
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    quickly(monkeypatch)
    monkeypatch.setattr("flows.editions.publish.edition_files", with_tables)


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory, world_list: Write) -> Path:
    """A home that released one edition by two keys, from a list that was loaded before; for copying."""
    with pytest.MonkeyPatch.context() as patch:
        quickly(patch)
        patch.setattr("flows.editions.publish.edition_files", with_tables)
        home = new_home(tmp_path_factory.mktemp("verify") / "home", world_list)
        sql(home, f"UPDATE raw.vintages SET loaded_at = '{FIRST}T08:00:00+00:00'")
        release(home)
        return home


@pytest.fixture
def home(released: Path, tmp_path: Path, _quick: None) -> Path:
    return Path(shutil.copytree(released, tmp_path / "elsewhere" / "copy"))


ALL = ("ledger", "extracts", "rebuild", "hashes", "manifest", "cells")


def test_a_released_edition_is_made_again_byte_for_byte_and_nothing_is_written(home: Path, tip_trends: Run) -> None:
    before = {path: path.stat().st_mtime_ns for path in home.parent.rglob("*")}
    ran = tip_trends("--home", home, "verify", EDITION)
    assert (ran.code, verdicts(ran)) == (0, dict.fromkeys(ALL, "identical"))
    assert "byte for byte what was released" in ran.out and ran.out.endswith("identical (made again and compared)\n")
    assert {path: path.stat().st_mtime_ns for path in home.parent.rglob("*")} == before


def test_a_later_delivery_changes_nothing(home: Path, tip_trends: Run, world_list: Write) -> None:
    more_data(home, world_list)
    assert b'"as_of": "2017-03-31"' in (home / PLACED / MANIFEST).read_bytes()
    ran = tip_trends("--home", home, "verify", EDITION)
    assert (ran.code, verdicts(ran)["rebuild"]) == (0, "identical")
    release(home)
    old, new = files_in(home / PLACED), tip_trends("--home", home, "verify", EDITION)
    assert (new.code, verdicts(new)["rebuild"]) == (0, "identical")
    assert f"as of {SECOND}" in new.out
    publish(home, as_of=FIRST)  # the older state, put in its place again
    assert files_in(home / PLACED) != old
    again = tip_trends("--home", home, "verify", EDITION)
    assert (again.code, verdicts(again)["rebuild"]) == (0, "identical")
    assert f"as of {FIRST}" in again.out and f"note: A later state, as of {SECOND}, was released" in again.out


def test_a_delivery_of_an_earlier_day_that_came_in_later_is_left_out(
    home: Path, tip_trends: Run, world_list: Write
) -> None:
    early = world_list(home.parent / f"early_{FIRST}.csv", (*YEARS, 2017), persons=33)
    ingest_file(home, early)
    ran = tip_trends("--home", home, "verify", EDITION)
    assert (ran.code, verdicts(ran)["rebuild"]) == (0, "identical")
    assert "without 1 that came in or were withdrawn after its approval" in ran.out
    sql(home, f"UPDATE raw.vintages SET loaded_at = '{FIRST}T09:00:00+00:00' WHERE vintage_id = 2")
    ran = tip_trends("--home", home, "verify", EDITION)
    assert (ran.code, verdicts(ran)["rebuild"], verdicts(ran)["hashes"]) == (1, "differs", "identical")
    assert f"the warehouse counts other extracts now: {early.name}, list_{FIRST}.csv" in ran.out


ALTERED = {
    "a page": (PAGE, b"approved", b"Approved", "line 2", {"hashes"}),
    "a table": (TABLE, b",30,A", b",91,A", "line 2", {"hashes", "cells"}),
    "the manifest": (MANIFEST, b'"value": 90', b'"value": 91', ".value", {"hashes", "manifest"}),
}


@pytest.mark.parametrize("what", ALTERED)
def test_one_byte_that_changed_is_found_and_its_place_is_named(home: Path, tip_trends: Run, what: str) -> None:
    name, old, new, where, found = ALTERED[what]
    alter(home, name, old, new)
    ran = tip_trends("--home", home, "verify", EDITION)
    assert ran.code == 1
    assert {check for check, verdict in verdicts(ran).items() if verdict == "differs"} == found
    lines = [line for line in ran.out.splitlines() if line.startswith("    ")]
    assert lines and all(line.startswith(f"    {name}: altered, first at ") for line in lines)
    assert where in lines[0] and "91" not in "".join(lines)
    assert "DIFFERS (made again and compared)" in ran.out


@pytest.mark.parametrize("is_kept", [True, False])
def test_a_file_missing_and_a_file_too_many_are_named(home: Path, tip_trends: Run, is_kept: bool) -> None:
    (home / PLACED / "notes.txt").write_text("mine")
    if not is_kept:
        forget(home)
    ran = tip_trends("--home", home, "verify", EDITION)
    assert (ran.code, verdicts(ran)["hashes"]) == (1, "differs")
    assert [line.strip() for line in ran.out.splitlines() if line.startswith("    ")] == ["notes.txt: added"]
    (home / PLACED / TABLE).unlink()
    ran = tip_trends("--home", home, "verify", EDITION)
    assert f"    {TABLE}: missing\n" in ran.out
    assert ("    notes.txt: added\n" in ran.out) is is_kept


def test_a_folder_that_is_gone_is_said_to_be(home: Path, tip_trends: Run) -> None:
    shutil.rmtree(home / PLACED)
    ran = tip_trends("--home", home, "verify", EDITION)
    assert (ran.code, verdicts(ran)["rebuild"]) == (1, "identical")
    assert "the folder of the edition is missing or empty" in ran.out


def test_without_the_extracts_it_says_that_it_checked_hashes_manifest_and_cells(home: Path, tip_trends: Run) -> None:
    forget(home)
    ran = tip_trends("--home", home, "verify", EDITION)
    wanted = dict.fromkeys(ALL, "identical") | {"extracts": "not possible", "rebuild": "not possible"}
    assert (ran.code, verdicts(ran)) == (0, wanted)
    assert f"list_{FIRST}.csv (gone" in ran.out
    assert ran.out.endswith("identical (by hashes, manifest and cells; not made again)\n")
    alter(home, PAGE, b"approved", b"Approved")
    ran = tip_trends("--home", home, "verify", EDITION)
    assert (ran.code, verdicts(ran)["hashes"]) == (1, "differs")
    assert PAGE in ran.out.partition("nobody can tell: ")[2].partition(";")[0].split(", ")


BOOK, DATA = "tables.en.xlsx", "sdmx.csv"
IN_A_CELL = {
    TABLE: (b",30,A", b",91,A", "row 2, column value"),
    DATA: (b",2014,30,A", b",2014,91,A", "row 2, column OBS_VALUE"),
    BOOK: (b"<v>30</v>", b"<v>91</v>", "sheet T001_registered, cell B7"),
}


@pytest.mark.parametrize("name", IN_A_CELL)
def test_without_the_extracts_one_changed_cell_of_any_file_is_named(home: Path, tip_trends: Run, name: str) -> None:
    forget(home)
    old, new, where = IN_A_CELL[name]
    packed = files_in(home / PLACED)[name]
    if name == BOOK:  # a container holds the checksum of each part
        parts = parts_of(packed)
        sheet = "xl/worksheets/sheet4.xml"
        parts[sheet] = parts[sheet].replace(old, new, 1)
        old, new = packed, stored(parts)
    alter(home, name, old, new)
    ran = tip_trends("--home", home, "verify", EDITION)
    assert (ran.code, verdicts(ran)["cells"], verdicts(ran)["hashes"]) == (1, "differs", "differs")
    assert f"    {name}: altered, first at {where}\n" in ran.out and "91" not in ran.out
    assert ran.out.endswith("DIFFERS (by hashes, manifest and cells; not made again)\n")


def test_an_extract_that_was_altered_is_no_extract(home: Path, tip_trends: Run) -> None:
    (path,) = (home / "received").rglob("*.csv")
    path.chmod(0o644)
    path.write_bytes(path.read_bytes() + b"\n")
    ran = tip_trends("--home", home, "verify", EDITION)
    found = verdicts(ran)
    assert (ran.code, found["extracts"], found["rebuild"]) == (1, "differs", "not possible")
    assert f"list_{FIRST}.csv (altered" in ran.out


def test_a_withdrawn_edition_is_verified_with_its_banner(home: Path, tip_trends: Run) -> None:
    before = files_in(home / PLACED)
    withdraw(home, WORKING_GROUP, by="B. Nurow", reason="The register was counted twice", clock=Clock())
    ran = tip_trends("--home", home, "verify", EDITION)
    assert (ran.code, verdicts(ran)) == (0, dict.fromkeys((*ALL, "withdrawn"), "identical"))
    assert "taken back on 2024-05-01 by B. Nurow" in ran.out and ", withdrawn\n" in ran.out
    alter(home, PAGE, b"WITHDRAWN", b"WITHDRAWS")
    assert f"    {PAGE}: altered, first at line 1\n" in tip_trends("--home", home, "verify", EDITION).out
    forget(home)
    assert f"    {PAGE}: altered, first at line 1\n" in tip_trends("--home", home, "verify", EDITION).out
    replace_folder(home / PLACED, before)  # somebody took the banner away
    ran = tip_trends("--home", home, "verify", EDITION)
    assert (ran.code, verdicts(ran)["hashes"], verdicts(ran)["manifest"]) == (1, "differs", "differs")
    shutil.rmtree((home / PLACED).parent / "withdrawn")
    assert verdicts(tip_trends("--home", home, "verify", EDITION))["withdrawn"] == "not possible"


def test_a_folder_that_somebody_was_given_is_held_against_the_ledger(
    home: Path, tip_trends: Run, tmp_path: Path
) -> None:
    mailed = Path(shutil.copytree(home / PLACED, tmp_path / "mailed"))
    ran = tip_trends("--home", home, "verify", EDITION, "--folder", mailed)
    assert (ran.code, set(verdicts(ran))) == (0, {"ledger", "hashes", "manifest", "cells"})
    withdraw(home, WORKING_GROUP, by="B. Nurow", reason="The register was counted twice", clock=Clock())
    ran = tip_trends("--home", home, "verify", EDITION, "--folder", mailed)
    assert (
        ran.code == 0
        and "note: These are the files as they were before 2024-05-01, when they were taken back." in ran.out
    )
    (mailed / PAGE).write_bytes((mailed / PAGE).read_bytes() + b" ")
    ran = tip_trends("--home", home, "verify", EDITION, "--folder", mailed)
    assert ran.code == 1 and f"    {PAGE}: altered, first at line 2\n" in ran.out
    other = tip_trends("--home", home, "verify", "annual-2015", "--folder", mailed)
    assert (other.code, "another edition than annual-2015" in other.err) == (2, True)
    assert tip_trends("--home", home, "verify", EDITION, "--folder", mailed / PAGE).code == 3


@pytest.mark.parametrize("name", [PAGE, MANIFEST, TABLE])
@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"[1]", b"{}"])
def test_any_garbage_in_a_folder_is_a_difference(home: Path, tip_trends: Run, name: str, content: bytes) -> None:
    (home / PLACED / name).write_bytes(content)
    ran = tip_trends("--home", home, "verify", EDITION)
    assert (ran.code, ran.err.count("Unexpected")) == (1, 0)
    assert f"    {name}: altered, first at " in ran.out


def test_what_was_never_released_is_said_in_words(home: Path, tip_trends: Run) -> None:
    ran = tip_trends("--home", home, "verify", "annual-2015")
    assert (ran.code, ran.out) == (1, "")
    assert "annual-2015 of world was never released from this home." in ran.err
    assert f"Released were: {EDITION} (world, working-group)." in ran.err
    assert "for public was never" in tip_trends("--home", home, "verify", EDITION, "--audience", "public").err
    assert tip_trends("--home", home, "verify", "2016").code == 2
    assert tip_trends("--home", home, "verify", EDITION, "--audience", "friends").code == 2


def test_a_damaged_ledger_can_confirm_nothing(home: Path, tip_trends: Run) -> None:
    (home / "ledger.jsonl").unlink()
    ran = tip_trends("--home", home, "verify", EDITION)
    assert (ran.code, ran.out) == (4, "") and "ledger.jsonl is missing" in ran.err


def test_another_state_of_the_program_is_named_before_what_it_makes(
    home: Path, tip_trends: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "the very one that made the edition" in tip_trends("--home", home, "verify", EDITION).out
    monkeypatch.setattr("flows.editions.planned.code_fingerprint", lambda: "other")
    ran = tip_trends("--home", home, "verify", EDITION)
    assert ran.code == 0 and "made by another state of tip-trends" in ran.out
    for module in ("publish", "let_out"):
        monkeypatch.setattr(f"flows.editions.{module}.code_version", lambda: "9.9")
    ran = tip_trends("--home", home, "verify", EDITION)
    assert (ran.code, verdicts(ran)["rebuild"], verdicts(ran)["hashes"]) == (1, "differs", "identical")
    told = ran.out.index("made by tip-trends 0.1.0, this is 9.9")
    assert told < ran.out.index("rebuild: differs") and "by another program than made it" in ran.out
    assert f"    {MANIFEST}: altered, first at code_version\n" in ran.out


def test_an_edition_that_cannot_be_made_again_is_not_confirmed(home: Path, tip_trends: Run) -> None:
    sql(home, "DELETE FROM core.cases")
    ran = tip_trends("--home", home, "verify", EDITION)
    assert (ran.code, verdicts(ran)["rebuild"]) == (1, "differs")
    assert "it cannot be made again: The warehouse holds nothing" in ran.out


def test_other_programs_get_the_same_as_json(home: Path, tip_trends: Run) -> None:
    alter(home, TABLE, b",30,A", b",91,A")
    ran = tip_trends("--home", home, "verify", EDITION, "--format", "json")
    (told,) = json.loads(ran.out)
    assert ran.code == 1
    wanted = {"edition": EDITION, "verdict": "differs", "is_rebuilt": True, "state": "released"}
    assert {key: told[key] for key in wanted} == wanted
    assert told["program"]["is_same"] is True and "duckdb" in told["program"]["libraries"]
    cells = next(check for check in told["checks"] if check["check"] == "cells")
    assert cells["files"] == [{"name": TABLE, "change": "altered", "where": "row 2, column value"}]


@pytest.fixture
def drawn(tmp_path: Path, world_list: Write) -> Iterator[Path]:
    """A home with an edition whose pages are the real ones, moved to another place after it was made."""
    home = new_home(tmp_path / "first" / "home", world_list, name="list_SYNTHETIC", self_approval=True)
    publish(home)
    yield home.rename(tmp_path / "moved")


def test_another_machine_makes_the_same_bytes(drawn: Path, tmp_path: Path) -> None:
    surrounding = {"TZ": "Pacific/Kiritimati", "LANG": "tk_TM.UTF-8", "LC_ALL": "tr_TR.UTF-8", "PYTHONHASHSEED": "4242"}
    path = os.pathsep.join(entry for entry in sys.path if entry)
    ran = subprocess.run(
        [sys.executable, "-m", "flows.cli", "verify", EDITION, "--home", "moved"],
        env={**os.environ, **surrounding, "PYTHONPATH": path}, cwd=tmp_path, capture_output=True, text=True,
    )  # fmt: skip
    assert (ran.returncode, ran.stdout.splitlines()[-1]) == (0, "  identical (made again and compared)"), ran.stdout
