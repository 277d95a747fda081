"""Editions one after the other in a home: each is told against the last one, and each can be made again as it was."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from flows.counts.estimate import indicator_rows
from flows.editions.publish import Published, publish_edition
from flows.editions.release import approve, candidate, propose
from flows.editions.taken_back import withdraw
from flows.home import Home, Settings, write_settings
from flows.intake.ingest import ingest_file
from flows.warehouse import read_warehouse
from reports.approval import Approval
from reports.edition import View
from reports.locale import locale
from reports.manifest import csv_files
from reports.render import edition_manifest, report
from tests.flows.conftest import CTDC, Ran
from tests.flows.drafted import STATED, Clock, plain_files, quickly
from transforms.disclosure.released import ReleasedEdition
from transforms.errors import ReleaseRefused
from transforms.ledger.entries import Key

Run = Callable[..., Ran]
LISTS: dict[date, Mapping[int, int]] = {
    date(2016, 3, 31): {2014: 60, 2015: 60},
    date(2017, 3, 31): {2014: 60, 2015: 72, 2016: 80},
    date(2018, 3, 31): {2014: 54, 2015: 72, 2016: 104, 2017: 100},
}
"""Three deliveries: persons of a year are registered late, others are taken out, a year comes in addition."""
TABLE = "victims_registered_by_period"


def write_list(folder: Path, day: date, persons: Mapping[int, int]) -> Path:
    """A synthetic CTDC file with so many persons a year."""
    sexes, citizenships, places = ("Female", "Male", "Female"), ("UA", "PH"), ("PH", "PH", "RU", "RU", "RU")
    rows = [
        f"{year},Case Management,{sexes[n % 3]},,{citizenships[n % 2]},{places[n % 5]},1,0"
        for year, number in persons.items()
        for n in range(number)
    ]
    path = folder / f"list_SYNTHETIC_{day}.csv"
    path.write_text("\n".join([CTDC, *rows]) + "\n", encoding="utf-8")
    return path


def with_page(edition: ReleasedEdition, languages: Sequence[str], approval: Approval | None = None) -> dict[str, bytes]:
    """The real page, manifest and tables; workbooks cost seconds and say nothing of what changed."""
    pages = {f"report.{language}.html": report(View(edition, locale(language), approval)) for language in languages}
    return pages | {"edition.json": edition_manifest(edition, languages, approval)} | csv_files(edition)


def key(year: int, audience: str = "working-group") -> Key:
    return Key(scope="world", edition=f"annual-{year}", audience=audience)


def publish(home: Path, year: int, as_of: date, audience: str = "working-group") -> Published:
    return publish_edition(
        home, f"annual-{year}", scope="world", audience=audience, as_of=as_of, languages=("en",), clock=Clock()
    )


def manifest(home: Path, year: int, audience: str = "working-group") -> dict[str, Any]:
    path = home / "editions" / "world" / f"annual-{year}" / audience / "edition.json"
    found: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return found


def told(home: Path, year: int) -> str:
    """What the page of an edition says in the section."""
    return section_in(home / "editions" / "world" / f"annual-{year}" / "working-group" / "report.en.html")


def section_in(path: Path) -> str:
    """The section as text, cells of tables with bars."""
    page = path.read_text("utf-8")
    section = page[page.index('<section id="changed"') :].partition("</section>")[0]
    section = re.sub(r"<svg.*?</svg>", "", section, flags=re.DOTALL)
    return unescape(re.sub(r"<[^>]+>", "", re.sub(r"</t[hd]>", " | ", section)))


@pytest.fixture(scope="module")
def _quick() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        quickly(patch)
        patch.setattr("flows.editions.publish.edition_files", with_page)
        yield


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, _quick: None) -> Path:
    """A home that released three annual editions, each from the list that came before it."""
    folder = tmp_path_factory.mktemp("history") / "home"
    write_settings(Home(folder=folder).create(), Settings(self_approval=True))
    for day, persons in LISTS.items():
        ingest_file(folder, write_list(folder.parent, day, persons))
        assert publish(folder, day.year - 1, day).is_released
    return folder


def test_the_first_edition_says_that_it_is_the_first(home: Path) -> None:
    assert manifest(home, 2015)["history"] == {"last": None, "shown": [], "withdrawn": []}
    assert "This is the first annual edition for these readers" in told(home, 2015)


def test_each_edition_names_the_last_one_and_tells_known_changes(home: Path) -> None:
    history = manifest(home, 2017)["history"]
    assert history["last"] == {
        "edition": "annual-2016", "audience": "working-group", "as_of": "2017-03-31",
        "run_id": manifest(home, 2016)["run_id"],
    }  # fmt: skip
    assert [one["edition"] for one in history["shown"]] == ["annual-2015", "annual-2016"]
    second, third = told(home, 2016), told(home, 2017)
    assert "New in this edition: 2016 (80 registered victims)." in second
    assert "Higher than in the last edition: 1 period. 2015: 60 then, 72 now (+12)." in second
    assert "the annual edition of 2016 (state of knowledge: 31 March 2017)." in third
    assert "New in this edition: 2017 (100 registered victims)." in third
    assert "Higher than in the last edition: 1 period. 2016: 80 then, 104 now (+24)." in third
    assert "Lower than in the last edition: 1 period. 2014: 60 then, 54 now (−6)." in third
    rows = ("2014 | 60 | 60 | 54 | −6 |", "2015 | 60 b | 72 b | 72 b | 0 |", "2016 |  | 80 b | 104 b | +24 |")
    for row in rows:
        assert row in third


def test_every_edition_is_made_again_byte_for_byte_after_later_ones(home: Path, tip_trends: Run) -> None:
    for year in (2015, 2016, 2017):
        ran = tip_trends("--home", home, "verify", f"annual-{year}", "--format", "json")
        (found,) = json.loads(ran.out) if ran.out.startswith("[") else (json.loads(ran.out),)
        assert (ran.code, found["verdict"], found["is_rebuilt"]) == (0, "identical", True), ran.out


def test_an_edition_of_other_readers_is_not_compared_with_these(home: Path) -> None:
    publish(home, 2017, date(2018, 3, 31), audience="public")
    assert manifest(home, 2017, "public")["history"] == {"last": None, "shown": [], "withdrawn": []}


def test_a_withdrawn_edition_is_listed_and_not_compared_with_and_all_can_be_made_again(
    home: Path, tip_trends: Run
) -> None:
    before = manifest(home, 2017)["run_id"]
    withdraw(home, key(2017), by="B. Nurow", reason="The list of 2017 was counted twice", clock=Clock())
    day = date(2018, 6, 30)
    ingest_file(home, write_list(home.parent, day, {2014: 60, 2015: 72, 2016: 104, 2017: 76}))
    assert publish(home, 2017, day).is_released
    found = manifest(home, 2017)
    assert found["history"]["last"]["edition"] == "annual-2016"
    (gone,) = found["history"]["withdrawn"]
    assert (gone["run_id"], gone["reason"]) == (before, "The list of 2017 was counted twice")
    assert [one["edition"] for one in found["history"]["shown"]] == ["annual-2015", "annual-2016"]
    text = told(home, 2017)
    assert (
        "Reason given: The list of 2017 was counted twice. Do not use or quote its figures. This edition takes" in text
    )
    assert "100" not in re.findall(r"\d+", text)  # what was taken back is not repeated
    for year in (2015, 2016, 2017):
        ran = tip_trends("--home", home, "verify", f"annual-{year}", "--audience", "working-group")
        assert ran.code == 0 and "identical (made again and compared)" in ran.out, ran.out


def test_a_proposal_falls_when_it_would_be_compared_with_another_edition(
    tmp_path: Path, _quick: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second person read what changed since an edition that is the last one no more."""
    monkeypatch.setattr("flows.editions.publish.edition_files", plain_files)
    home = tmp_path / "home"
    write_settings(Home(folder=home).create(), Settings())
    ingest_file(home, write_list(tmp_path, date(2017, 3, 31), LISTS[date(2017, 3, 31)]))
    for year in (2015, 2016):
        publish(home, year, date(2017, 3, 31))
        propose(home, key(year), by="A. Orazowa", **STATED)
    read = candidate(home, key(2016))
    assert read.document["history"]["last"] is None
    approve(home, candidate(home, key(2015)), by="B. Nurow")
    with pytest.raises(ReleaseRefused, match="what they are compared with"):
        candidate(home, key(2016))
    publish(home, 2016, date(2017, 3, 31))
    propose(home, key(2016), by="A. Orazowa", **STATED)
    approve(home, candidate(home, key(2016)), by="B. Nurow")
    assert manifest(home, 2016)["history"]["last"]["edition"] == "annual-2015"


REGISTER = {"annual-2019": date(2020, 1, 31), "annual-2022": date(2023, 7, 31)}
"""Editions of the sample country and the days whose knowledge they use; between them every list was delivered anew."""


@pytest.mark.thorough
def test_changes_of_a_register_are_those_that_its_counts_on_the_two_days_give(
    small_home: Path, tmp_path: Path, _quick: None, tip_trends: Run
) -> None:
    home = Path(shutil.copytree(small_home, tmp_path / "home"))
    counts = {}
    for name, day in REGISTER.items():
        publish_edition(home, name, scope="XX", audience="working-group", as_of=day, languages=("en",), clock=Clock())
        with read_warehouse(home) as con:
            rows = indicator_rows(con, "victims_identified", ["year"], scope="XX", as_of=day).rows()
        counts[name] = {str(year): int(value) for year, value in rows}
    page = home / "editions" / "XX" / "annual-2022" / "working-group" / "report.en.html"
    text = section_in(page)
    then, now = counts.values()
    told_changes = {
        row[0]: row[3].replace("−", "-")
        for line in text.splitlines()
        if len(row := [cell.strip() for cell in line.split("|")]) == 5 and re.fullmatch(r"\d{4}", row[0])
    }
    shown = {year: change for year, change in told_changes.items() if re.fullmatch(r"[+-]?\d+", change)}
    assert shown == {year: f"{now[year] - then[year]:+d}".replace("+0", "0") for year in shown}
    assert len(shown) > 1 and any(change != "0" for change in shown.values())
    assert {told_changes[year] for year in ("2020", "2021", "2022")} == {"new"}
    for name in REGISTER:
        ran = tip_trends("--home", home, "verify", name, "--audience", "working-group")
        assert ran.code == 0 and "identical (made again and compared)" in ran.out, ran.out
