"""A restored ledger is the beginning of the newest one known, or the restored home lets nothing out."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from flows.home import Home
from flows.upkeep.backup import make_backup
from flows.upkeep.restore import Restored, restore_backup
from tests.flows.conftest import Ran
from tests.flows.drafted import PUBLIC, Clock, acts, more_data, new_home, publish, quickly, release
from transforms.errors import ReleaseRefused


@pytest.fixture(autouse=True)
def _quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    quickly(monkeypatch)


@pytest.fixture
def home(tmp_path: Path, world_list: Callable[..., Path]) -> Path:
    """A home with one released edition, backed up; then another list and another edition, backed up."""
    home = new_home(tmp_path / "home", world_list)
    clock = Clock()
    release(home, clock=clock)
    make_backup(home, may_be_open=True, clock=clock)
    more_data(home, world_list)
    release(home, PUBLIC, clock)
    make_backup(home, may_be_open=True, clock=clock)
    return home


def again(home: Path, which: str, **options: bool) -> tuple[Path, Restored]:
    target = home.parent / f"again-{which}"
    return target, restore_backup(home, which, to=target, **options)


def test_the_newest_backup_has_the_whole_ledger_and_goes_on_from_it(home: Path) -> None:
    copy, done = again(home, "latest")
    assert (done.ledger, done.lost, done.lost_extracts) == (4, (), 0)
    assert acts(copy) == acts(home)
    assert not Home(folder=copy).given_since.exists()
    publish(copy, PUBLIC)


def test_an_older_backup_says_what_it_lacks_and_lets_nothing_out_until_a_person_decides(home: Path) -> None:
    copy, done = again(home, "1")
    assert [entry.act for entry in done.lost] == ["proposed", "approved"]
    assert (done.ledger, done.lost_extracts) == (2, 1)
    given = Home(folder=copy).given_since
    assert given.read_text(encoding="utf-8").count("\n") == 1  # the approval; nobody was given a proposal
    for act in (lambda: publish(copy, PUBLIC), lambda: release(copy, PUBLIC)):
        with pytest.raises(ReleaseRefused, match="readers were given editions since"):
            act()
    assert acts(copy) == ["proposed", "approved"]
    given.unlink()
    publish(copy, PUBLIC)


def test_what_only_the_home_itself_knows_counts_too(home: Path) -> None:
    shutil.rmtree(home.parent / "home-backups" / "snapshots")
    make_backup(home, may_be_open=True, clock=Clock())
    release(home, clock=Clock())
    done = again(home, "latest")[1]
    assert [entry.act for entry in done.lost] == ["proposed", "approved"]


def test_a_home_that_is_gone_is_restored_by_its_backups_alone(home: Path) -> None:
    kept = acts(home)
    shutil.rmtree(home)
    copy, done = again(home, "latest")
    assert acts(copy) == kept and done.lost == ()


def test_a_backup_whose_ledger_parted_from_the_newest_is_refused_unless_it_is_asked_for(
    home: Path, tip_trends: Callable[..., Ran]
) -> None:
    older, _ = again(home, "1")
    Home(folder=older).given_since.unlink()
    shutil.rmtree(home)
    older.rename(home)
    release(home, PUBLIC, Clock())
    done = make_backup(home, may_be_open=True, clock=Clock())
    assert not done.continues
    with pytest.raises(ReleaseRefused, match="from entry 3 on"):
        again(home, "2")
    assert not (home.parent / "again-2").exists()
    refused = tip_trends("--home", home, "restore", "2", "--to", home.parent / "again-2")
    assert refused.code == 4 and "--accept-fork" in refused.err
    assert again(home, "2", may_fork=True)[1].ledger == 4
    assert again(home, "1")[1].ledger == 2


def test_the_command_line_says_what_is_lost(home: Path, tip_trends: Callable[..., Ran]) -> None:
    done = tip_trends("--home", home, "restore", "1", "--to", home.parent / "older")
    assert done.code == 0
    assert "1 extracts came in later" in done.err and "approved world/annual-2016/public" in done.err
    assert "lets nothing out" in done.err
    refused = tip_trends("--home", home.parent / "older", "publish", "annual-2016", "--audience", "public")
    assert refused.code == 4 and "ledger.given-since.jsonl" in refused.err
