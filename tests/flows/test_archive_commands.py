"""`archive` and `open` from the command line: what they print, which page they choose, what they say otherwise."""

from __future__ import annotations

import shutil
import stat
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from flows import browser
from flows.browser import readers_language
from tests.flows.drafted import EDITION, PUBLIC, WORKING_GROUP, new_home, plain_files, release

TipTrends = Callable[..., Any]
Shown = list[Path]


@pytest.fixture(scope="module", autouse=True)
def _quick() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("flows.editions.publish.edition_files", plain_files)
        patch.setattr("flows.editions.publish.quick_annex", tuple)
        patch.setattr("os.fsync", lambda *_: None)
        yield


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory, world_list: Callable[..., Path]) -> Path:
    home = new_home(tmp_path_factory.mktemp("commands") / "home", world_list, audiences=("working-group", "public"))
    for key in (WORKING_GROUP, PUBLIC):
        release(home, key)
    return home


@pytest.fixture
def home(filled: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(filled, tmp_path / "home"))


@pytest.fixture
def call(home: Path, tip_trends: TipTrends, monkeypatch: pytest.MonkeyPatch) -> TipTrends:
    """A command line in a copy of the home, on a computer without language or screen."""
    for name in ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG", "DISPLAY", "WAYLAND_DISPLAY", "BROWSER"):
        monkeypatch.delenv(name, raising=False)
    return lambda *words: tip_trends("--home", home, *words)


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> Shown:
    """The pages that a browser was given."""
    pages: Shown = []
    monkeypatch.setattr(browser, "show", lambda page: pages.append(page) or True)
    return pages


def test_archive_makes_each_site_and_prints_its_folder(call: TipTrends, home: Path) -> None:
    folders = [str(home / "archive" / name / "world") for name in ("public", "working-group")]
    again = call("archive")
    assert (again.code, again.out.splitlines()) == (0, folders)
    assert again.err.count("Unchanged: 1 editions") == 2
    shutil.rmtree(home / "archive" / "public")
    made = call("archive", "--audience", "public")
    assert (made.code, made.out.splitlines()) == (0, folders[:1])
    assert "Made anew: 1 editions" in made.err
    assert (home / "archive" / "public" / "world" / "index.html").is_file()


def test_archive_ends_with_1_and_a_remedy_where_files_are_not_those_released(call: TipTrends, home: Path) -> None:
    (home / "editions" / "world" / EDITION / "public" / "tables" / "t.csv").write_bytes(b"altered")
    done = call("archive", "--audience", "public")
    assert done.code == 1
    assert f"tip-trends verify {EDITION} --scope world --audience public" in done.err


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (("archive", "--audience", "press"), 2, "'press' is not an audience"),
        (("--scope", "XX", "archive"), 1, "There are editions of: world for public, world for working-group."),
        (("open", "--lang", "de"), 2, "'de' is not a language"),
        (("open", "--audience", "press"), 2, "'press' is not an audience"),
        (("open", "yearly-2016"), 2, "yearly-2016"),
        (("open", "annual-2011"), 1, "was not released from this home"),
        (("open", EDITION, "--lang", "tk"), 1, "It has one in: en. Choose with --lang."),
        (("--scope", "XX", "open"), 1, "There are editions of: world"),
    ],
)
def test_what_cannot_be_shown_is_said_with_a_remedy(
    call: TipTrends, shown: Shown, words: tuple[str, ...], code: int, said: str
) -> None:
    done = call(*words)
    assert (done.code, done.out) == (code, "")
    assert said in done.err and "Traceback" not in done.err
    assert shown == []


def test_open_shows_the_archive_of_the_first_audience_and_prints_the_page(
    call: TipTrends, home: Path, shown: Shown
) -> None:
    page = home / "archive" / "working-group" / "world" / "en" / "index.html"
    done = call("open")
    assert (done.code, done.out.splitlines(), done.err) == (0, [str(page)], "")
    assert shown == [page]
    other = call("open", "--audience", "public", "--lang", "tk")
    assert other.out.splitlines() == [str(home / "archive" / "public" / "world" / "tk" / "index.html")]


def test_open_makes_an_archive_that_is_not_there_yet(call: TipTrends, home: Path, shown: Shown) -> None:
    shutil.rmtree(home / "archive")
    done = call("open", "--lang", "ru")
    assert done.code == 0
    (page,) = shown
    assert page.is_file() and page.parts[-4:] == ("working-group", "world", "ru", "index.html")


def test_open_shows_the_report_of_an_edition(call: TipTrends, home: Path, shown: Shown) -> None:
    page = home / "editions" / "world" / EDITION / "working-group" / "report.en.html"
    assert call("open", EDITION).out.splitlines() == [str(page)]
    public = home / "editions" / "world" / EDITION / "public" / "report.en.html"
    assert call("open", EDITION, "--audience", "public", "--lang", "en").out.splitlines() == [str(public)]
    assert shown == [page, public]


def test_open_chooses_the_language_of_the_computer_where_the_edition_has_it(
    call: TipTrends, home: Path, shown: Shown, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANG", "ru_RU.UTF-8")
    call("open", EDITION)
    folder = home / "editions" / "world" / EDITION / "working-group"
    shutil.copy(folder / "report.en.html", folder / "report.ru.html")
    call("open", EDITION)
    assert [page.name for page in shown] == ["report.en.html", "report.ru.html"]


def test_open_names_the_draft_of_what_is_not_released(call: TipTrends, home: Path, shown: Shown) -> None:
    draft = home / "drafts" / "world" / "annual-2015" / "public"
    draft.mkdir(parents=True)
    done = call("open", "annual-2015", "--audience", "public")
    assert (done.code, done.out) == (1, "")
    assert str(draft) in done.err


def test_without_a_browser_it_says_so_and_only_prints(call: TipTrends) -> None:
    done = call("open", EDITION)
    assert done.code == 0 and done.out.endswith("report.en.html\n")
    assert "No browser was found here" in done.err


@pytest.mark.skipif(sys.platform == "win32", reason="a script is no program there")
def test_the_browser_of_the_reader_gets_the_address_of_the_page(
    call: TipTrends, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import webbrowser

    asked = tmp_path / "asked"
    program = tmp_path / "browse"
    program.write_text(f'#!/bin/sh\nprintf "%s" "$1" > {asked}\n', encoding="utf-8")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("BROWSER", f"{program} %s")
    monkeypatch.setattr(webbrowser, "_tryorder", None)  # it reads the environment once a process
    monkeypatch.setattr(webbrowser, "_browsers", {})
    done = call("open", EDITION)
    assert (done.code, done.err) == (0, "")
    assert asked.read_text("utf-8") == Path(done.out.strip()).as_uri()


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, None),
        ({"LANG": "C.UTF-8"}, None),
        ({"LANG": "ru_RU.UTF-8"}, "ru"),
        ({"LANG": "tk_TM"}, "tk"),
        ({"LANG": "de_DE", "LANGUAGE": "de:tk:en"}, "tk"),
        ({"LC_ALL": "ru", "LANG": "en_GB.UTF-8"}, "ru"),
        ({"LC_ALL": "", "LANG": "en_GB.UTF-8"}, "en"),
    ],
)
def test_the_readers_language_is_read_as_gettext_reads_it(environment: dict[str, str], language: str | None) -> None:
    assert readers_language(("en", "ru", "tk"), environment) == language


def test_a_withdrawal_from_the_command_line_reaches_the_archive(call: TipTrends, home: Path) -> None:
    done = call("release", "withdraw", EDITION, "--audience", "public", "--by", "B. Nurow", "--reason", "Counted twice")
    assert done.code == 0
    page = home / "archive" / "public" / "world" / "en" / "editions" / f"{EDITION}.html"
    assert "Counted twice" in page.read_text("utf-8")
    assert not (home / "archive" / "public" / "world" / "editions").exists()
