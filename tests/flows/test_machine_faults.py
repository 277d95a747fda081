"""Full and read-only disks, a damaged page of the warehouse: said in words, and nothing is lost."""

from __future__ import annotations

import io
import os
import random
import shutil
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from multiprocessing.connection import Connection
from multiprocessing.context import BaseContext
from pathlib import Path
from typing import Any

import pytest

from flows.cli import run
from flows.warehouse import warehouse_path
from tests.flows.conftest import Ran, files_of, tables_of
from tests.flows.disks import NoDisks, make_read_only, mount_small_disk

YEARS = (2014, 2015, 2016)
ROOM, LEFT_OVER = 64, range(0, 2_000_000, 48 * 1024)
"""MB of a small disk, and bytes left of it where it is full."""


def ran(*words: object) -> Ran:
    """A command line, with what it printed; no stack trace may come out of it."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = run([str(word) for word in words])
    assert "Traceback" not in err.getvalue() + out.getvalue()
    return Ran(code, out.getvalue(), err.getvalue())


def state_of_home(home: Path) -> dict[str, object]:
    return tables_of(home) | files_of(home)


@contextmanager
def filled(disk: Path, left: int) -> Iterator[None]:
    """While this lasts, only so many bytes are left on the disk."""
    ballast = disk / "ballast"
    free = os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize
    ballast.write_bytes(b"\0" * (free - left))
    try:
        yield
    finally:
        ballast.unlink()


def _on_full_disk(disk: Path, first: Path, second: Path) -> dict[str, Any]:
    """The second list is taken in again and again, each time with a little more room, until it gets in."""
    home, plenty = disk / "home", disk / "plenty"
    for place in (home, plenty):
        ran("--home", place, "ingest", first)
    before = state_of_home(home)
    ran("--home", plenty, "ingest", second)
    after, tries = state_of_home(plenty), []
    shutil.rmtree(plenty)
    for left in LEFT_OVER:
        with filled(disk, left):
            tries.append(ran("--home", home, "ingest", second))
            state = state_of_home(home)
        if tries[-1].code == 0:
            assert state == after, left
            break
        assert state.keys() <= {*before, *after}, left
        assert {name: state.get(name) for name in before} in (before, {name: after[name] for name in before}), left
    return {"tries": tries, "status": ran("--home", home, "status"), "done": ran("--home", home, "ingest", second)}


def _on_disk_that_turns_read_only(disk: Path, first: Path, second: Path) -> dict[str, Any]:
    home = disk / "home"
    found: dict[str, Any] = {"first": ran("--home", home, "ingest", first)}
    before = state_of_home(home)
    make_read_only(disk)
    found["refused"] = ran("--home", home, "ingest", second)
    found["status"] = ran("--home", home, "status")
    found["counted"] = ran("--home", home, "indicators", "victims_registered", "--scope", "world")
    return found | {"is unchanged": state_of_home(home) == before}


def _backed_up_to_full_disk(disk: Path, first: Path, second: Path) -> dict[str, Any]:
    """The second backup is tried again and again, each time with a little more room, until it fits."""
    home, to = disk.parent / "home-elsewhere", disk / "backups"
    words = ("--home", home, "backup", "--to", to, "--unencrypted")
    ran("--home", home, "ingest", first)
    found: dict[str, Any] = {"first": ran(*words), "tries": [], "checked": []}
    ran("--home", home, "ingest", second)
    for left in LEFT_OVER:
        with filled(disk, left):
            found["tries"].append(ran(*words))
            found["checked"].append(ran(*words, "--check"))
        if found["tries"][-1].code == 0:
            break
    return found


def _backed_up_from_read_only_disk(disk: Path, first: Path, _: Path) -> dict[str, Any]:
    home, again = disk / "home", disk.parent / "again"
    ran("--home", home, "ingest", first)
    before = state_of_home(home)
    make_read_only(disk)
    done = ran("--home", home, "backup", "--to", disk.parent / "backups", "--unencrypted")
    ran("--home", home, "restore", "latest", "--from", disk.parent / "backups", "--to", again)
    return {"done": done, "is the same": state_of_home(again) == before}


def _in_turn(line: Connection, work: Callable[..., dict[str, Any]], disk: Path, lists: tuple[Path, Path]) -> None:
    try:
        mount_small_disk(disk, ROOM)
    except NoDisks as problem:
        line.send(problem)
    else:
        try:
            line.send(work(disk, *lists))
        except Exception as failure:  # whatever it is, the test that waits must hear of it
            line.send(AssertionError("".join(traceback.format_exception(failure))))


@pytest.fixture
def on_a_disk(
    processes: BaseContext, world_list: Callable[..., Path], tmp_path: Path
) -> Callable[[Callable[..., dict[str, Any]]], dict[str, Any]]:
    """Do something in a process that sees a small disk, and say what it found."""
    lists = tuple(world_list(tmp_path / f"list_{n}.csv", YEARS, persons=n) for n in (30, 400))
    disk = tmp_path / "disk"
    disk.mkdir()

    def done(work: Callable[..., dict[str, Any]]) -> dict[str, Any]:
        ours, theirs = processes.Pipe()
        worker = processes.Process(target=_in_turn, args=(theirs, work, disk, lists))  # type: ignore[attr-defined]  # any
        worker.start()
        theirs.close()
        found = ours.recv()
        worker.join(60)
        if isinstance(found, NoDisks):
            pytest.skip(f"this computer lets tests mount no disk: {found}")
        if isinstance(found, AssertionError):
            raise found
        return found

    return done


def test_a_full_disk_is_named_and_with_room_the_same_command_does_it(on_a_disk: Any) -> None:
    found = on_a_disk(_on_full_disk)
    *refused, last = found["tries"]
    assert len(refused) > 2 and {one.code for one in refused} == {1} and last.code == 0
    assert all("full" in one.err and ("Make room" in one.err or "Free some space" in one.err) for one in refused)
    assert not any("Unexpected" in one.err for one in refused)
    assert "1200      1200            0  list_400.csv" in found["status"].out
    assert "already loaded" in found["done"].out


def test_a_disk_that_turned_read_only_is_named_and_can_still_be_read(on_a_disk: Any) -> None:
    found = on_a_disk(_on_disk_that_turns_read_only)
    assert found["refused"].code == 1 and "takes no writing: it is mounted read-only" in found["refused"].err
    assert found["status"].code == 0 and "list_30.csv" in found["status"].out
    assert found["counted"] == Ran(0, "year  value\n2014     30\n2015     30\n2016     30\n", found["counted"].err)
    assert found["is unchanged"]


def test_a_full_disk_of_backups_leaves_earlier_ones_whole_and_with_room_the_next_goes_on(on_a_disk: Any) -> None:
    found = on_a_disk(_backed_up_to_full_disk)
    *refused, last = found["tries"]
    assert found["first"].code == 0 and refused and {one.code for one in refused} == {1} and last.code == 0
    assert all("was not finished (No space left on device)" in one.err for one in refused)
    assert [one.code for one in found["checked"]] == [0] * len(found["checked"])
    assert "000002-" not in found["checked"][-2].out and "000002-" in found["checked"][-1].out


def test_a_home_on_a_disk_that_turned_read_only_is_backed_up_and_restored_elsewhere(on_a_disk: Any) -> None:
    found = on_a_disk(_backed_up_from_read_only_disk)
    assert found["done"].code == 0, found["done"].err
    assert found["is the same"]


def damaged(home: Path, chance: random.Random) -> None:
    """Sixty-four bytes somewhere in the warehouse are not what was written."""
    path = warehouse_path(home)
    with path.open("r+b") as file:
        place = chance.randrange(12_288, path.stat().st_size - 64)
        file.seek(place)
        was = file.read(64)
        file.seek(place)
        file.write(bytes(byte ^ 255 for byte in was))


def test_a_damaged_page_of_the_warehouse_is_never_read_as_figures(
    tmp_path: Path, world_list: Callable[..., Path]
) -> None:
    whole, chance, said = tmp_path / "whole", random.Random(2026), []
    for persons in (30, 400):
        path = world_list(tmp_path / f"list_{persons}.csv", YEARS, persons=persons)
        assert ran("--home", whole, "ingest", path).code == 0
    words = ("indicators", "victims_registered", "--scope", "world", "--by", "year,sex")
    sound = ran("--home", whole, *words)
    for _ in range(12):
        home = Path(shutil.copytree(whole, tmp_path / "home"))
        damaged(home, chance)
        found = ran("--home", home, *words)
        if found.code:
            said.append(found.err)
        else:
            assert found.out == sound.out
        shutil.rmtree(home)
    assert len(said) > 5  # the others met bytes that nothing uses any more
    assert all("is damaged: a part of its file is not what was written" in one for one in said)
    assert all("Restore the home from a backup" in one for one in said)
