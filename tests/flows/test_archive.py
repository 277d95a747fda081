"""The archive shows what readers have and nothing else, of each audience apart, and never stands in a release's way."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime
from multiprocessing.context import BaseContext
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from filelock import FileLock
from hypothesis import given
from hypothesis import strategies as st

from flows.editions import archive
from flows.editions.archive import LOCK, build, place_site, refresh, site_folder, sites_of
from flows.editions.archived import expected, gather
from flows.editions.ledger import settled_ledger
from flows.editions.publish import publish_edition
from flows.editions.release import approve, candidate, propose
from flows.editions.schedule import CRON, Kind, drafted_on, edition_due
from flows.editions.taken_back import withdraw
from flows.folders import files_in
from flows.home import Home
from reports.archive.model import ArchivedEdition
from tests.flows.drafted import (
    EDITION,
    FIRST,
    PUBLIC,
    SECOND,
    STATED,
    WORKING_GROUP,
    Clock,
    more_data,
    new_home,
    plain_files,
    publish,
    release,
)
from tests.flows.test_publish import deaths
from transforms.errors import NoData, ProfileInvalid, TipTrendsError, WarehouseInUse
from transforms.periods import Frequency, Period, period

Write = Callable[..., Path]
REASON = "The list of 2014 was counted twice"
FREQUENCIES: dict[Kind, Frequency] = {"annual": "year", "quarterly": "quarter", "monthly": "month"}


@pytest.fixture(scope="module", autouse=True)
def _quick() -> Iterator[None]:
    """Reports cost nothing; the archive is made as it is."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("flows.editions.publish.edition_files", plain_files)
        patch.setattr("flows.editions.publish.quick_annex", tuple)
        patch.setattr("os.fsync", lambda *_: None)
        yield


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory, world_list: Write) -> Path:
    """A home with one edition for the working group and one for everybody, both released; for copying."""
    home = new_home(tmp_path_factory.mktemp("archive") / "home", world_list)
    for key in (WORKING_GROUP, PUBLIC):
        release(home, key)
    return home


@pytest.fixture
def home(filled: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(filled, tmp_path / "home"))


def site(home: Path, audience: str = "public") -> Path:
    return site_folder(Home(folder=home), "world", audience)


def texts(folder: Path) -> str:
    return "\n".join(content.decode("utf-8") for name, content in files_in(folder).items() if "/t.csv" not in name)


def test_a_release_makes_the_site_of_its_audience(home: Path) -> None:
    for audience in ("working-group", "public"):
        files = files_in(site(home, audience))
        edition = files_in(home / "editions" / "world" / EDITION / audience)
        assert {f"editions/{EDITION}/{name}": content for name, content in edition.items()}.items() <= files.items()
        assert {"index.html", "en/index.html", "ru/feed.atom", f"tk/editions/{EDITION}.html"} <= set(files)
    assert {path.name for path in (home / "archive").iterdir()} == {"working-group", "public", LOCK}


def test_nothing_of_another_audience_is_in_a_site(home: Path) -> None:
    files = files_in(home / "archive" / "public")
    for content in files.values():
        assert b"working-group" not in content
    group = json.loads((home / "editions" / "world" / EDITION / "working-group" / "edition.json").read_bytes())
    assert group["run_id"].encode() not in b"".join(files.values())


def test_the_same_editions_give_the_same_bytes_in_another_home_too(home: Path, tmp_path: Path) -> None:
    before = files_in(home / "archive")
    assert not build(home, "world", "public").is_new
    shutil.rmtree(home / "archive")
    moved = home.rename(tmp_path / "elsewhere")
    assert build(moved, "world", "public").is_new and build(moved, "world", "working-group").is_new
    assert files_in(moved / "archive") == before


def test_what_was_taken_back_is_listed_and_gone(home: Path) -> None:
    withdraw(home, PUBLIC, by="B. Nurow", reason=REASON, clock=Clock())
    assert refresh(home, PUBLIC) == ""
    files = files_in(site(home))
    assert not [name for name in files if name.startswith(("editions/", "indicators/", "en/indicators/"))]
    page = files[f"en/editions/{EDITION}.html"].decode()
    assert REASON in page and "WITHDRAWN" in page
    assert "<table" not in page and "<svg" not in page
    assert REASON in files["en/feed.atom"].decode()
    assert f"editions/{EDITION}/edition.json" in files_in(site(home, "working-group"))


def test_a_withdrawal_that_has_not_reached_the_folder_hides_the_files_all_the_same(home: Path) -> None:
    folder = home / "editions" / "world" / EDITION / "public"
    unmarked = files_in(folder)
    withdraw(home, PUBLIC, by="B. Nurow", reason=REASON, clock=Clock())
    for name, content in unmarked.items():  # as a crash between ledger and folder leaves it
        (folder / name).write_bytes(content)
    assert build(home, "world", "public").absent == ()
    assert not (site(home) / "editions").exists()


def test_approved_again_it_comes_back(home: Path) -> None:
    clock = Clock()
    withdraw(home, PUBLIC, by="B. Nurow", reason=REASON, clock=clock)
    publish(home, PUBLIC, clock=clock)
    propose(home, PUBLIC, by="A. Orazowa", **STATED, clock=clock)
    done = approve(home, candidate(home, PUBLIC), by="B. Nurow", clock=clock)
    assert done.archive_fault == ""
    page = (site(home) / "en" / "editions" / f"{EDITION}.html").read_text("utf-8")
    assert "<table" in page and page.count("Released on") >= 2


@pytest.mark.parametrize("damage", ["altered", "added", "missing", "away"])
def test_an_edition_whose_files_are_not_those_released_is_listed_without_anything_of_it(
    home: Path, damage: str
) -> None:
    folder = home / "editions" / "world" / EDITION / "public"
    match damage:
        case "altered":
            (folder / "tables" / "t.csv").write_bytes(b"4711")
        case "added":
            (folder / "more.html").write_bytes(b"4711")
        case "missing":
            (folder / "tables" / "t.csv").unlink()
        case "away":
            shutil.rmtree(folder)
    made = build(home, "world", "public")
    assert made.absent == (EDITION,)
    assert not (site(home) / "editions").exists() and not (site(home) / "indicators").exists()
    assert "its files are missing or are not those that were released" in texts(site(home))
    assert "4711" not in texts(site(home))


def test_a_later_release_takes_the_place_of_the_earlier_and_the_page_tells_both(home: Path, world_list: Write) -> None:
    more_data(home, world_list)
    clock = Clock()
    release(home, PUBLIC, clock)
    page = re.sub(r"<[^>]+>", " ", (site(home) / "en" / "editions" / f"{EDITION}.html").read_text("utf-8"))
    assert "state of knowledge: 31 March 2017. A later release took its place." in page
    assert "state of knowledge: 30 June 2017." in page
    manifest = json.loads((site(home) / "editions" / EDITION / "edition.json").read_bytes())
    assert manifest["as_of"] == SECOND.isoformat()
    publish_edition(
        home, EDITION, scope="world", audience="public", as_of=FIRST, languages=("en",), clock=clock
    )  # puts what was released first into its place again
    again = json.loads((site(home) / "editions" / EDITION / "edition.json").read_bytes())
    assert again["as_of"] == FIRST.isoformat()
    assert "State of knowledge 31 March 2017" in " ".join(
        re.sub(r"<[^>]+>", " ", (site(home) / "en" / "editions" / f"{EDITION}.html").read_text("utf-8")).split()
    )


def test_every_number_of_a_site_is_one_of_its_editions(home: Path) -> None:
    manifest = json.loads((home / "editions" / "world" / EDITION / "public" / "edition.json").read_bytes())
    known = {cell["value"] for table in manifest["tables"] for cell in table["cells"] if cell["value"] is not None}
    rows = [line.split(",") for path in sorted((site(home) / "indicators").glob("*.csv"))
            for line in path.read_text("utf-8").splitlines()[1:]]  # fmt: skip
    values = [float(row[7]) for row in rows if row[7]]
    assert values
    assert {round(value, 6) for value in values} <= {round(float(value), 6) for value in known}


def test_an_archive_that_fails_harms_no_release_and_is_told(
    home: Path, world_list: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = files_in(site(home))
    monkeypatch.setattr(archive, "place_site", failing(OSError(28, "No space left on device")))
    more_data(home, world_list)
    done = release(home, PUBLIC)
    assert (done.is_released, done.is_new) == (True, True)
    assert json.loads((done.folder / "edition.json").read_bytes())["as_of"] == SECOND.isoformat()
    assert "the archive was not made anew" in done.archive_fault and "tip-trends archive" in done.archive_fault
    assert files_in(site(home)) == before
    monkeypatch.undo()
    assert build(home, "world", "public").is_new


def test_a_failure_that_nobody_expected_is_told_without_its_message(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(archive, "place_site", failing(ValueError("a cell 4711")))
    fault = refresh(home, PUBLIC)
    assert "Unexpected failure (ValueError)" in fault and "4711" not in fault
    (log,) = (home / "logs").iterdir()
    assert "4711" not in log.read_text("utf-8")


def failing(problem: Exception) -> Callable[..., bool]:
    def fails(*_: object) -> bool:
        raise problem

    return fails


def test_a_site_appears_whole_or_not_at_all(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = files_in(site(home))
    (home / "home.toml").write_text('site = "https://statistics.example/tip"\n', encoding="utf-8")
    monkeypatch.setattr(archive, "_copy", failing(OSError(28, "No space left on device")))
    with pytest.raises(TipTrendsError, match="could not be written") as refused:
        build(home, "world", "public")
    assert "Released editions are not touched" in refused.value.advice
    assert files_in(site(home)) == before
    monkeypatch.undo()
    assert build(home, "world", "public").is_new
    assert not [path for path in site(home).parent.iterdir() if path.name.startswith(".")]


def test_publishing_again_completes_what_a_crash_kept_out_of_the_archive(home: Path) -> None:
    before = files_in(site(home))
    shutil.rmtree(home / "archive")
    again = publish(home, PUBLIC)
    assert (again.is_released, again.is_new, again.archive_fault) == (True, False, "")
    assert files_in(site(home)) == before
    stamp = (site(home) / "index.html").stat().st_ino
    publish(home, PUBLIC)
    assert (site(home) / "index.html").stat().st_ino == stamp


OLD = {"index.html": b"A" * 99, "en/index.html": b"a"}
NEW = {"index.html": b"B" * 99, "ru/index.html": b"b"}


def _place_new(home: Path, original: Path) -> None:
    os.sync = lambda: None  # type: ignore[attr-defined]
    place_site(home / "XX", NEW, {"editions/one.bin": original})


def test_a_death_at_any_step_leaves_the_old_site_or_the_new_one(processes: BaseContext, tmp_path: Path) -> None:
    original = tmp_path / "one.bin"
    original.write_bytes(b"one")
    before = tmp_path / "before"
    place_site(before / "XX", OLD, {})
    old, new = OLD, NEW | {"editions/one.bin": b"one"}
    left = []
    for step, home in deaths(processes, before, tmp_path / "crashed", _place_new, original):
        left.append(files_in(home / "XX"))
        assert left[-1] in (old, new), step
        place_site(home / "XX", NEW, {"editions/one.bin": original})
        assert files_in(home / "XX") == new, step
        assert [path.name for path in home.iterdir()] == ["XX"], step
    assert len(left) > 2 and old in left and new in left


def test_what_somebody_changed_or_added_in_a_site_is_put_right(home: Path) -> None:
    before = files_in(site(home))
    copied = site(home) / "editions" / EDITION / "report.en.html"
    copied.write_bytes(b"another report")
    (site(home) / "index.html").write_bytes(b"another page")
    (site(home) / "stray.html").write_bytes(b"stray")
    assert build(home, "world", "public").is_new
    assert files_in(site(home)) == before


def test_changing_a_copy_in_a_site_leaves_the_record_alone(home: Path) -> None:
    original = home / "editions" / "world" / EDITION / "public" / "report.en.html"
    before = original.read_bytes()
    copied = site(home) / "editions" / EDITION / "report.en.html"
    assert not copied.samefile(original)
    with copied.open("ab") as file:
        file.write(b"by hand")
    assert original.read_bytes() == before


def test_a_copy_is_made_once_and_taken_over_by_the_next_site(tmp_path: Path) -> None:
    original = tmp_path / "big.bin"
    original.write_bytes(b"big")
    os.utime(original, (1, 1))
    target = tmp_path / "site"
    assert place_site(target, {"a.html": b"1"}, {"e/big.bin": original})
    first = (target / "e" / "big.bin").stat().st_ino
    assert place_site(target, {"a.html": b"2"}, {"e/big.bin": original})
    assert (target / "e" / "big.bin").stat().st_ino == first
    assert not place_site(target, {"a.html": b"2"}, {"e/big.bin": original})
    original.write_bytes(b"new")
    assert place_site(target, {"a.html": b"2"}, {"e/big.bin": original})
    assert files_in(target) == {"a.html": b"2", "e/big.bin": b"new"}


def test_without_links_on_the_disk_it_is_copied_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def cannot(*_: object) -> None:
        raise OSError(1, "Operation not permitted")

    original = tmp_path / "big.bin"
    original.write_bytes(b"big")
    place_site(tmp_path / "site", {"a.html": b"1"}, {"big.bin": original})
    monkeypatch.setattr(os, "link", cannot)
    place_site(tmp_path / "site", {"a.html": b"2"}, {"big.bin": original})
    assert files_in(tmp_path / "site") == {"a.html": b"2", "big.bin": b"big"}


def test_only_one_process_makes_the_archive(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "PATIENCE_SECONDS", 0.05)
    with FileLock(home / "archive" / LOCK), pytest.raises(WarehouseInUse, match="Another process is making"):
        build(home, "world", "public")
    assert not build(home, "world", "public").is_new


def test_a_home_without_releases_has_no_archive(tmp_path: Path, world_list: Write) -> None:
    home = new_home(tmp_path / "home", world_list)
    assert sites_of(home) == ()
    with pytest.raises(NoData, match="No edition of world for public was ever released"):
        build(home, "world", "public")


def test_the_address_of_the_home_is_that_of_the_public_site_alone(home: Path) -> None:
    (home / "home.toml").write_text('site = "https://statistics.example/tip"\n', encoding="utf-8")
    ledger = settled_ledger(home)
    addresses = {
        name: gather(Home(folder=home), ledger, "world", name).archive.site for name in ("public", "working-group")
    }
    assert addresses == {"public": "https://statistics.example/tip/world/", "working-group": ""}


@pytest.mark.parametrize(
    "address",
    ['"statistics.example"', '"ftp://x.example/"', '"https://x.example/?a=1"', '"https://x.example/#a"', "7",
     '"https://a b/"', '"https://user:pass@x.example/"', '"javascript:alert(1)"', '["https://x.example"]'],
)  # fmt: skip
def test_an_address_that_is_none_is_told_with_file_and_remedy(tmp_path: Path, address: str) -> None:
    (tmp_path / "home.toml").write_text(f"site = {address}\n", encoding="utf-8")
    with pytest.raises(ProfileInvalid, match=r"home\.toml: 'site' must be the address") as refused:
        Home(folder=tmp_path).settings()
    assert 'site = "https://' in refused.value.advice


@given(st.sampled_from(sorted(CRON)), st.integers(2000 * 12, 2100 * 12))
def test_on_the_day_an_edition_is_expected_it_is_the_one_that_is_due(kind: Kind, month: int) -> None:
    months = {"annual": 12, "quarterly": 3, "monthly": 1}[kind]
    part = Period(month - month % months, months)
    assert part.frequency == FREQUENCIES[kind]
    day = drafted_on(kind, part)
    minute, hour, day_of_month, _, _ = CRON[kind].split()
    assert (part.end < day, day.day) == (True, int(day_of_month))
    moment = datetime(day.year, day.month, day.day, int(hour), int(minute), tzinfo=ZoneInfo("Asia/Ashgabat"))
    assert edition_due(kind, moment, "Asia/Ashgabat") == f"{kind}-{part.code}"


def test_expected_is_what_follows_the_last_of_each_kind_without_any_clock() -> None:
    release_: Any = None
    editions = [
        ArchivedEdition(edition=name, releases=(release_,))
        for name in ("monthly-2023-12", "monthly-2023-02", "annual-2021")
    ]
    assert [(one.edition, one.period, one.drafted_on) for one in expected(editions)] == [
        ("annual-2022", period("2022"), date(2023, 3, 15)),
        ("monthly-2024-01", period("2024-01"), date(2024, 2, 10)),
    ]
    assert replace(expected(editions)[0], edition="annual-2022").kind == "annual"
