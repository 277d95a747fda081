"""A backup is the home at one moment, stored once; whatever dies or is altered, it is whole or is said not to be."""

from __future__ import annotations

import errno
import json
import random
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from multiprocessing.context import BaseContext
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flows.folders import files_in
from flows.home import BackupSettings, Home, Settings, write_settings
from flows.intake.ingest import ingest_file
from flows.upkeep.backup import Backup, make_backup
from flows.upkeep.checking import check_backups, listed_backups
from flows.upkeep.home_files import LEFT_OUT
from flows.upkeep.keys import FILE_IN_ENVIRONMENT, IN_ENVIRONMENT, given_key, write_new_key
from flows.upkeep.pruning import kept_by, prune_backups
from flows.upkeep.restore import restore_backup
from flows.upkeep.snapshot import LedgerState, Snapshot, name_after, snapshot_of
from flows.upkeep.store import Store
from flows.warehouse import nobody_else_writes, read_warehouse
from tests.flows.conftest import Ran
from tests.flows.drafted import new_home
from tests.flows.test_publish import deaths
from transforms.errors import NoData, TipTrendsError, WarehouseInUse, WrongArguments

MOMENT = datetime(2026, 11, 30, 6, tzinfo=UTC)
YEARS = (2014, 2015, 2016)
State = Callable[[Path], dict[str, object]]


@pytest.fixture
def key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A key that the environment names."""
    file = tmp_path / "key"
    write_new_key(file)
    monkeypatch.setenv(FILE_IN_ENVIRONMENT, str(file))
    return file


@pytest.fixture(scope="module")
def lists(tmp_path_factory: pytest.TempPathFactory, world_list: Callable[..., Path]) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("lists")
    return (
        world_list(folder / "list_SYNTHETIC_2017-03-31.csv", YEARS, persons=30),
        world_list(folder / "list_SYNTHETIC_2017-06-30.csv", YEARS, persons=47),
    )


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory, lists: tuple[Path, Path]) -> Path:
    """A home with one delivery; for copying."""
    home = tmp_path_factory.mktemp("base") / "home"
    write_settings(Home(folder=home).create(), Settings())
    ingest_file(home, lists[0])
    return home


@pytest.fixture
def home(base: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(base, tmp_path / "home"))


def backed_up(home: Path, **options: Any) -> Backup:
    """A backup beside the home; without a key if none is named."""
    return make_backup(home, may_be_open=True, clock=lambda: MOMENT, **options)


def restored(home: Path, which: str, folder: Path) -> Path:
    target = folder / f"restored-{which}"
    restore_backup(home, which, to=target)
    return target


def kept_files(home: Path) -> dict[str, bytes]:
    """Files of a home that belong into a backup."""
    passing = (*LEFT_OUT, "ledger.given-since.jsonl")
    return {name: content for name, content in files_in(home).items() if name.split("/")[0] not in passing}


def test_what_is_restored_is_what_the_home_held(
    home: Path, lists: tuple[Path, Path], state_of: State, key: Path
) -> None:
    first, before = backed_up(home), kept_files(home)
    ingest_file(home, lists[1])
    second, after = backed_up(home), kept_files(home)
    assert (first.is_encrypted, first.fault, second.fault) == (True, "", "")
    assert before != after and any(name.startswith("received/") for name in before)
    assert kept_files(restored(home, "1", home.parent)) == before
    newest = restored(home, "latest", home.parent)
    assert kept_files(newest) == after
    assert state_of(newest) == {name: kept for name, kept in state_of(home).items() if not name.startswith("inbox")}
    assert newest.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o077 for path in newest.rglob("*") if path.name != "warehouse.lock"} == {0}
    assert ingest_file(newest, lists[0]).verdict == "already loaded"  # a home like any other


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    trees=st.lists(
        st.dictionaries(
            st.lists(st.text("abЖ ü.-", min_size=1, max_size=6).filter(lambda n: n.strip(". ")), min_size=2, max_size=3)
            .map(tuple),
            st.one_of(st.binary(max_size=40), st.integers(0, 3).map(lambda n: bytes([n]) * 600_000)),
            max_size=5,
        ),
        min_size=1,
        max_size=3,
    ),
    with_key=st.booleans(),
)  # fmt: skip
def test_any_tree_of_files_comes_back_as_it_was_and_equal_content_is_stored_once(
    trees: list[dict[tuple[str, ...], bytes]], with_key: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.fsync", lambda *_: None)
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        monkeypatch.delenv(FILE_IN_ENVIRONMENT, raising=False)
        if with_key:
            write_new_key(place / "key")
            monkeypatch.setenv(FILE_IN_ENVIRONMENT, str(place / "key"))
        home, held = place / "home", []
        for tree in trees:
            shutil.rmtree(home, ignore_errors=True)
            (home / "profiles").mkdir(parents=True)
            for parts, content in tree.items():
                path = (home / "profiles").joinpath(*parts)
                if not any(parent.is_file() for parent in path.parents) and not path.is_dir():
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.write_bytes(content)
            held.append(files_in(home))
            backed_up(home)
        again = backed_up(home)
        assert again.new_pieces == 0
        for number, files in enumerate(held, start=1):
            assert files_in(restored(home, str(number), place)) == files
        pieces = list((again.folder / "pieces").rglob("??/*"))
        contents = {part for files in held for content in files.values() for part in _parts(content)}
        assert len(pieces) == len(contents)


def _parts(content: bytes) -> Iterator[bytes]:
    for at in range(0, len(content), 256 * 1024):
        yield content[at : at + 256 * 1024]


def test_a_small_delivery_costs_a_small_part_of_a_large_warehouse(
    tmp_path: Path, world_list: Callable[..., Path], lists: tuple[Path, Path]
) -> None:
    home = tmp_path / "home"
    chance = random.Random(7)
    rows = "\n".join(
        f"{chance.choice(YEARS)},Case Management,{chance.choice(['Female', 'Male'])},,"
        f"{chance.choice(['UA', 'PH', 'KZ'])},{chance.choice(['PH', 'RU'])},{chance.choice('01')},{chance.choice('01')}"
        for _ in range(150_000)
    )
    large = world_list(tmp_path / "large_SYNTHETIC_2017-01-31.csv", YEARS, persons=1)
    large.write_text(f"{large.read_text(encoding='utf-8')}{rows}\n", encoding="utf-8")
    ingest_file(home, large)
    first = backed_up(home)
    ingest_file(home, lists[0], may_shrink=True)
    second = backed_up(home)
    assert second.size > first.size
    assert 0 < second.new_bytes < first.new_bytes / 4, (first.new_bytes, second.new_bytes)


def test_a_writer_at_work_is_waited_for_and_a_backup_does_not_hinder_readers(home: Path) -> None:
    with nobody_else_writes(home), pytest.raises(WarehouseInUse, match="in use"):
        backed_up(home, patience_seconds=0)
    with read_warehouse(home) as con:
        backed_up(home)
        assert con.execute("SELECT count(*) FROM core.cases").fetchall() == [(90,)]


def test_backups_taken_while_another_process_writes_are_each_of_one_moment(
    processes: BaseContext, home: Path, world_list: Callable[..., Path], state_of: State, tmp_path: Path
) -> None:
    paths = [world_list(tmp_path / f"later_{n}.csv", YEARS, persons=30 + n) for n in range(1, 7)]
    undisturbed = Path(shutil.copytree(home, tmp_path / "undisturbed"))
    moments = [_moment_of(undisturbed, state_of)]
    for path in paths:
        ingest_file(undisturbed, path)
        moments.append(_moment_of(undisturbed, state_of))
    backed_up(home)
    worker = processes.Process(target=_ingest_all, args=(home, paths))  # type: ignore[attr-defined]
    worker.start()
    made = []
    while worker.is_alive():
        made.append(backed_up(home).name)
    worker.join(60)
    assert worker.exitcode == 0
    made.append(backed_up(home).name)
    found = []
    for name in made:
        copy = restored(home, name, tmp_path)
        found.append(moments.index(_moment_of(copy, state_of)))
    assert found == sorted(found) and found[-1] == len(paths)
    assert len(set(found)) > 2, found


def _moment_of(home: Path, state_of: State) -> dict[str, object]:
    state = state_of(home)
    return {name: kept for name, kept in state.items() if "/" not in name or name.startswith("received/")}


def _ingest_all(home: Path, paths: list[Path]) -> None:
    for path in paths:
        time.sleep(0.4)  # else it may have the lock again before a backup has looked
        while True:
            try:
                ingest_file(home, path)
                break
            except WarehouseInUse:
                time.sleep(0.05)


def _back_up(both: Path, _: Path) -> None:
    make_backup(both / "home", to=both / "backups", may_be_open=True, clock=lambda: MOMENT)


def _restore(both: Path, _: Path) -> None:
    restore_backup(both / "home", "latest", to=both / "new", backups=both / "backups")


def test_a_death_at_any_step_of_a_backup_leaves_earlier_ones_whole_and_the_next_run_goes_on(
    processes: BaseContext, base: Path, tmp_path: Path, lists: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.fsync", lambda *_: None)
    both = tmp_path / "both"
    shutil.copytree(base, both / "home")
    _back_up(both, both)
    first = kept_files(both / "home")
    ingest_file(both / "home", lists[1])
    undisturbed = Path(shutil.copytree(both, tmp_path / "undisturbed"))
    _back_up(undisturbed, undisturbed)
    second = kept_files(undisturbed / "home")
    wanted = _names_in(undisturbed / "backups")
    numbers, reused = [], 0
    for step, died in deaths(processes, both, tmp_path / "crashed", _back_up, both):
        found = check_backups(died / "home", backups=died / "backups")
        assert all(one.is_whole for one in found), step
        numbers.append(len(found))
        there = len(_names_in(died / "backups"))
        again = make_backup(died / "home", to=died / "backups", clock=lambda: MOMENT)
        assert _names_in(died / "backups") == wanted, step  # nothing is missing, nothing is left over
        reused += there > len(_names_in(both / "backups")) and again.new_pieces < len(wanted)
        for number, files in (("1", first), ("latest", second)):
            shutil.rmtree(died / "out", ignore_errors=True)
            restore_backup(died / "home", number, to=died / "out", backups=died / "backups")
            assert kept_files(died / "out") == files, step
    assert set(numbers) == {1}  # the second is there with the last step, and not before
    assert reused > 5


def _names_in(store: Path) -> set[str]:
    return {path.name for path in (store / "pieces").rglob("*") if path.is_file()}


def test_a_death_at_any_step_of_a_first_backup_is_made_good_by_the_next(
    processes: BaseContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.fsync", lambda *_: None)
    both = tmp_path / "both"
    (both / "home" / "profiles").mkdir(parents=True)
    for name in "abc":
        (both / "home" / "profiles" / name).write_text(name, encoding="utf-8")
    steps = 0
    for step, died in deaths(processes, both, tmp_path / "crashed", _back_up, both):
        _back_up(died, died)
        found = check_backups(died / "home", backups=died / "backups")
        assert all(one.is_whole for one in found) and len(found) in (1, 2), step
        assert list((died / "backups" / "incoming").iterdir()) == [], step
        steps += 1
    assert steps > 5


def test_a_death_at_any_step_of_restoring_leaves_no_home_or_a_whole_one(
    processes: BaseContext, base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.fsync", lambda *_: None)
    both = tmp_path / "both"
    shutil.copytree(base, both / "home")
    _back_up(both, both)
    wanted, seen = kept_files(both / "home"), []
    for step, died in deaths(processes, both, tmp_path / "crashed", _restore, both):
        seen.append((died / "new").exists())
        _restore(died, died)
        assert kept_files(died / "new") == wanted, step
        assert {path.name for path in died.iterdir()} == {"home", "backups", "new"}, step
    assert len(seen) > 5 and not any(seen)  # the last step puts it there


def test_a_full_disk_ends_a_backup_in_words_and_earlier_ones_stay(
    home: Path, lists: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    backed_up(home)
    ingest_file(home, lists[1])
    write, room = Store._write, iter(range(3))

    def full(self: Store, target: Path, content: bytes) -> None:
        if next(room, None) is None:
            raise OSError(errno.ENOSPC, "No space left on device")
        write(self, target, content)

    with monkeypatch.context() as patch:
        patch.setattr(Store, "_write", full)
        with pytest.raises(TipTrendsError, match="No space left on device"):
            backed_up(home)
    assert [one.is_whole for one in check_backups(home)] == [True]
    backed_up(home)
    assert [one.is_whole for one in check_backups(home)] == [True, True]


def test_a_home_on_a_disk_that_takes_no_writing_is_backed_up_as_it_is(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import os

    access = os.access
    monkeypatch.setattr("os.access", lambda path, mode: Path(path) != home and access(path, mode))
    monkeypatch.setattr("flows.upkeep.backup.nobody_else_writes", None)  # no lock can be taken there
    backed_up(home)
    (home / ".folded").mkdir()
    (home / ".folded" / "warehouse.duckdb").write_bytes(b"")
    with pytest.raises(TipTrendsError, match="takes no writing"):
        backed_up(home)


def test_a_disk_that_gives_other_bytes_than_were_written_ends_a_backup(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = Store._write

    def failing(self: Store, target: Path, content: bytes) -> None:
        write(self, target, content[:-1] + bytes([content[-1] ^ 1]))

    monkeypatch.setattr(Store, "_write", failing)
    with pytest.raises(TipTrendsError, match="gives other bytes"):
        backed_up(home)
    assert listed_backups(home) == ()


@pytest.mark.parametrize("is_encrypted", [False, True])
def test_one_wrong_bit_in_any_piece_is_found_and_the_next_backup_mends_it(
    home: Path, is_encrypted: bool, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    if is_encrypted:
        request.getfixturevalue("key")
    monkeypatch.setattr("os.fsync", lambda *_: None)
    store = backed_up(home).folder
    chance = random.Random(11)
    for piece in sorted((store / "pieces").rglob("??/*")):
        _flip(piece, chance)
        found = check_backups(home)
        assert [one.is_whole for one in found] == [False] and found[0].files, piece.name
        assert not piece.exists()
        with pytest.raises(TipTrendsError, match="damaged"):
            restore_backup(home, "latest", to=home.parent / "out")
        assert not (home.parent / "out").exists()
        backed_up(home)
        assert all(one.is_whole for one in check_backups(home)), piece.name
        for extra in sorted((store / "snapshots").iterdir())[1:]:
            extra.unlink()


def _flip(path: Path, chance: random.Random) -> None:
    content = bytearray(path.read_bytes())
    content[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
    path.write_bytes(content)


def test_a_list_of_files_that_was_altered_is_told_and_nothing_is_removed(home: Path, key: Path) -> None:
    store = backed_up(home).folder
    backed_up(home)
    _flip(store / "snapshots" / listed_backups(home)[0].name, random.Random(3))
    assert [bool(one.fault) for one in check_backups(home)] == [True, False]
    with pytest.raises(TipTrendsError, match="damaged"):
        restore_backup(home, "1", to=home.parent / "out")
    Home(folder=home).settings_file.write_text("[backup]\nkeep_daily = 1\n", encoding="utf-8")
    with pytest.raises(TipTrendsError, match="nothing was removed"):
        prune_backups(home)
    assert len(listed_backups(home)) == 2


def test_a_piece_cannot_stand_in_for_another_nor_one_backup_for_another(home: Path, key: Path, lists: Any) -> None:
    store = backed_up(home).folder
    one, other = sorted((store / "pieces").rglob("??/*"))[:2]
    ingest_file(home, lists[1])
    backed_up(home)
    shutil.copyfile(one, other)
    first, second = sorted((store / "snapshots").iterdir())
    shutil.copyfile(first, second)
    found = check_backups(home)
    assert not found[0].is_whole and found[1].fault


def test_nothing_in_the_clear_lies_in_an_encrypted_store(
    home: Path, key: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    canary = b"canary-7f3a-0123456789abcdef"
    (home / "profiles").mkdir()
    (home / "profiles" / f"{canary.decode()}.toml").write_bytes(canary + random.Random(1).randbytes(99))
    store = backed_up(home).folder
    secret = key.read_text(encoding="ascii").strip()
    for path in (path for path in store.rglob("*") if path.is_file()):
        content = path.read_bytes()
        assert canary not in content and secret.encode() not in content and canary.decode() not in path.name
    monkeypatch.delenv(FILE_IN_ENVIRONMENT)
    open_store = make_backup(home, to=home.parent / "open", may_be_open=True)
    texts = [path.read_bytes() for path in (open_store.folder / "pieces").rglob("??/*")]
    assert any(canary in text for text in texts)  # the search does find


def test_the_same_bytes_are_closed_differently_each_time_and_named_differently_by_store(home: Path, key: Path) -> None:
    one = make_backup(home, to=home.parent / "one")
    other = make_backup(home, to=home.parent / "other")
    assert _names_in(one.folder) & _names_in(other.folder) == set()
    piece = next((one.folder / "pieces").rglob("??/*"))
    before = piece.read_bytes()
    piece.unlink()
    make_backup(home, to=one.folder)
    assert piece.read_bytes()[:12] != before[:12]


def test_without_a_key_nothing_is_backed_up_in_the_clear_unless_it_is_said(home: Path) -> None:
    with pytest.raises(WrongArguments, match="No key is given"):
        make_backup(home)
    with pytest.raises(NoData):
        listed_backups(home)


def test_a_wrong_key_a_missing_one_and_one_for_an_open_store_are_told_apart(
    home: Path, key: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backed_up(home)
    other = home.parent / "other-key"
    write_new_key(other)
    monkeypatch.setenv(FILE_IN_ENVIRONMENT, str(other))
    for act in (lambda: backed_up(home), lambda: listed_backups(home), lambda: restored(home, "1", home.parent)):
        with pytest.raises(WrongArguments, match=r"key from .*other-key is not the one"):
            act()
    monkeypatch.delenv(FILE_IN_ENVIRONMENT)
    with pytest.raises(WrongArguments, match="encrypted and no key is given"):
        listed_backups(home)
    make_backup(home, to=home.parent / "open", may_be_open=True)
    monkeypatch.setenv(FILE_IN_ENVIRONMENT, str(key))
    with pytest.raises(WrongArguments, match="are not encrypted"):
        make_backup(home, to=home.parent / "open", may_be_open=True)


def test_a_key_in_the_environment_opens_what_its_file_closed(
    home: Path, key: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backed_up(home)
    text = key.read_text(encoding="ascii").strip()
    monkeypatch.delenv(FILE_IN_ENVIRONMENT)
    monkeypatch.setenv(IN_ENVIRONMENT, text.lower().replace("-", " - ").replace(" - ", "-", 1))
    assert len(listed_backups(home)) == 1
    assert text not in repr(given_key(None))
    for place in range(5, len(text)):
        if text[place] == "-":
            continue
        wrong = text[:place] + ("A" if text[place] != "A" else "B") + text[place + 1 :]
        monkeypatch.setenv(IN_ENVIRONMENT, wrong)
        with pytest.raises(WrongArguments, match="typing error") as caught:
            given_key(None)
        assert wrong[5:13] not in str(caught.value)


def test_a_key_file_that_others_can_read_or_that_lies_with_the_home_is_refused(
    home: Path, key: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key.chmod(0o640)
    with pytest.raises(WrongArguments, match=r"mode 0640.*") as caught:
        backed_up(home)
    assert caught.value.advice == f"Close it with: chmod 600 {key}"
    inside = home / "key"
    write_new_key(inside)
    monkeypatch.setenv(FILE_IN_ENVIRONMENT, str(inside))
    with pytest.raises(WrongArguments, match="with what it is to protect"):
        backed_up(home)
    with pytest.raises(WrongArguments, match="never overwritten"):
        write_new_key(key)


@pytest.mark.parametrize("where", ["home/inside", "."])
def test_backups_and_home_do_not_lie_in_each_other(home: Path, where: str) -> None:
    with pytest.raises(WrongArguments, match="lie in each other"):
        backed_up(home, to=home.parent / where)


def test_a_folder_with_other_things_takes_no_backup_and_no_home(home: Path) -> None:
    other = home.parent / "other"
    other.mkdir()
    (other / "letter.txt").write_text("x", encoding="utf-8")
    with pytest.raises(WrongArguments, match="holds no backups"):
        backed_up(home, to=other)
    backed_up(home)
    with pytest.raises(WrongArguments, match="not an empty folder"):
        restore_backup(home, "latest", to=other)
    assert files_in(other) == {"letter.txt": b"x"}
    with pytest.raises(NoData):
        restore_backup(other, "latest", to=home.parent / "out")


def test_a_link_in_a_home_is_followed_at_its_top_and_told_further_down(home: Path) -> None:
    elsewhere = home.parent / "large-disk"
    (home / "received").rename(elsewhere)
    (home / "received").symlink_to(elsewhere)
    (home / "acceptance" / "link").symlink_to(home.parent)
    done = backed_up(home)
    assert done.left_out == ("acceptance/link",)
    copy = restored(home, "latest", home.parent)
    assert files_in(copy / "received") == files_in(elsewhere)


def moments(*days: int) -> dict[str, Snapshot]:
    """A snapshot for each day after a Thursday, oldest first."""
    found: dict[str, Snapshot] = {}
    for day in days:
        made = datetime(2026, 1, 1, 3, tzinfo=UTC) + timedelta(days=day)
        snapshot = Snapshot(made_at=made.isoformat(), program="1", ledger=LedgerState(), files=(), folders=())
        found[name_after(tuple(found), made)] = snapshot
    return found


@given(
    days=st.lists(st.integers(0, 900), min_size=1, max_size=60),
    rule=st.tuples(st.integers(0, 9), st.integers(0, 9), st.integers(0, 9)),
)
def test_a_rule_keeps_the_last_of_each_of_so_many_days_weeks_and_months(
    days: list[int], rule: tuple[int, int, int]
) -> None:
    snapshots = moments(*sorted(days))
    kept = kept_by(BackupSettings(keep_daily=rule[0], keep_weekly=rule[1], keep_monthly=rule[2]), snapshots)
    by_day = {snapshots[name].moment.date(): name for name in snapshots}
    last_days = sorted(by_day)[-rule[0] :] if rule[0] else []
    assert {by_day[day] for day in last_days} <= kept <= set(by_day.values())
    months = {(snapshots[name].moment.year, snapshots[name].moment.month) for name in snapshots}
    assert len({(snapshots[name].moment.year, snapshots[name].moment.month) for name in kept}) >= min(
        rule[2], len(months)
    )
    assert len(kept) <= sum(rule)
    again = kept_by(
        BackupSettings(keep_daily=rule[0], keep_weekly=rule[1], keep_monthly=rule[2]),
        {name: snapshot for name, snapshot in snapshots.items() if name in kept},
    )
    assert again == kept  # what is kept once is not removed by the same rule on the same day


def test_pruning_needs_a_rule_keeps_the_newest_and_is_written_down(home: Path, lists: tuple[Path, Path]) -> None:
    for number in range(3):
        (home / "profiles").mkdir(exist_ok=True)
        (home / "profiles" / "p.toml").write_text(f"{number}" * 1000, encoding="utf-8")
        make_backup(home, may_be_open=True, clock=lambda number=number: MOMENT + timedelta(hours=number))
    with pytest.raises(WrongArguments, match="no rule"):
        prune_backups(home)
    Home(folder=home).settings_file.write_text("[backup]\nkeep_daily = 1\n", encoding="utf-8")
    done = prune_backups(home, clock=lambda: MOMENT)
    assert [name[:6] for name in done.removed] == ["000001", "000002"]
    assert done.kept == 1 and done.pieces >= 2
    assert [one.is_whole for one in check_backups(home)] == [True]
    log = [json.loads(line) for line in (home.parent / "home-backups" / "log.jsonl").read_text("utf-8").splitlines()]
    assert log == [
        {
            "at": "2026-11-30T06:00:00+00:00",
            "act": "removed",
            "backups": list(done.removed),
            "rule": {"keep_daily": 1, "keep_weekly": 0, "keep_monthly": 0},
            "after_retention": [],
        }
    ]
    assert make_backup(home, may_be_open=True, clock=lambda: MOMENT).name.startswith("000004")


def _prune(both: Path, _: Path) -> None:
    prune_backups(both / "home", backups=both / "backups", clock=lambda: MOMENT)


def test_a_death_at_any_step_of_pruning_leaves_whole_backups_and_the_next_run_ends_it(
    processes: BaseContext, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.fsync", lambda *_: None)
    both = tmp_path / "both"
    (both / "home" / "profiles").mkdir(parents=True)
    (both / "home" / "home.toml").write_text("[backup]\nkeep_daily = 1\n", encoding="utf-8")
    for number in range(4):
        (both / "home" / "profiles" / "p.toml").write_text(f"{number}" * 1000, encoding="utf-8")
        _back_up(both, both)
    undisturbed = Path(shutil.copytree(both, tmp_path / "undisturbed"))
    _prune(undisturbed, undisturbed)
    steps = 0
    for step, died in deaths(processes, both, tmp_path / "crashed", _prune, both):
        assert all(one.is_whole for one in check_backups(died / "home", backups=died / "backups")), step
        _prune(died, died)
        assert _names_in(died / "backups") == _names_in(undisturbed / "backups"), step
        assert len(listed_backups(died / "home", backups=died / "backups")) == 1, step
        steps += 1
    assert steps > 4


def test_names_of_backups_go_up_whatever_the_clock_says() -> None:
    first = name_after((), MOMENT)
    second = name_after((first,), MOMENT - timedelta(days=900))
    assert second > first
    with pytest.raises(ValueError, match="version 2"):
        snapshot_of(b'{"version": 2}')


def test_the_command_line_makes_lists_checks_and_restores(
    tip_trends: Callable[..., Ran], home: Path, key: Path, tmp_path: Path
) -> None:
    to = tmp_path / "backups"
    made = tip_trends("--home", home, "backup", "--to", to, "--verify")
    assert (made.code, Path(made.out.strip()).parent) == (0, to / "snapshots")
    assert "encrypted: " in made.err and "NOT" not in made.err and "on the disk of the home" in made.err
    again = tip_trends("--home", home, "backup", "--to", to)
    assert "0.0 MiB in 0 pieces" in again.err
    assert "whole" in tip_trends("--home", home, "backup", "--to", to, "--check").out
    listed = tip_trends("--home", home, "backup", "--to", to, "--list")
    assert listed.out.count("000001-") == 1 and listed.code == 0
    out = tip_trends("restore", "1", "--from", to, "--to", tmp_path / "new", "--home", home)
    assert (out.code, out.out.strip()) == (0, str(tmp_path / "new"))
    assert kept_files(tmp_path / "new") == kept_files(home)
    assert tip_trends("restore", "7", "--from", to, "--to", tmp_path / "x", "--home", home).code == 2
    assert tip_trends("--home", home, "backup", "--to", to, "--list", "--check").code == 2
    assert tip_trends("--home", home, "backup", "--to", to, "--prune").code == 2
    assert tip_trends("--home", home, "backup", "--to", tmp_path / "none", "--list").code == 1
    _flip(next((to / "pieces").rglob("??/*")), random.Random(5))
    assert tip_trends("--home", home, "backup", "--to", to, "--check").code == 1
    text = key.read_text(encoding="ascii").strip()
    assert not any(text[5:] in ran.out + ran.err for ran in (made, again, listed, out))


def test_a_new_key_is_written_for_its_user_alone(tip_trends: Callable[..., Ran], tmp_path: Path) -> None:
    done = tip_trends("backup", "--new-key", tmp_path / "key")
    assert (done.code, (tmp_path / "key").stat().st_mode & 0o777) == (0, 0o600)
    assert tip_trends("backup", "--new-key", tmp_path / "key").code == 2


def test_a_rule_of_home_toml_that_is_none_is_told(home: Path) -> None:
    file = Home(folder=home).settings_file
    for line in ("keep_daily = 0", "keep_daily = true", 'keep_weekly = "8"', "folder = 3", "keep_yearly = 1"):
        file.write_text(f"[backup]\n{line}\n", encoding="utf-8")
        with pytest.raises(TipTrendsError, match=r"under \[backup\]"):
            Home(folder=home).settings()


def test_a_home_whose_ledger_was_altered_is_kept_and_told(tmp_path: Path, world_list: Callable[..., Path]) -> None:
    home = new_home(tmp_path / "home", world_list)
    (home / "ledger.jsonl").write_text("{}\n", encoding="utf-8")
    done = backed_up(home)
    assert "ledger" in done.fault
    assert kept_files(restored(home, "latest", tmp_path)) == kept_files(home)
