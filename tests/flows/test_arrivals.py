"""What of an inbox is taken: complete files, not those that are being copied, nor what was refused and is unchanged."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

import pytest

from flows.home import Home, Settings, write_settings
from flows.intake.arrivals import QUIET_SECONDS, Arrivals, arrivals
from flows.intake.inbox import NOTE, empty_inbox, ingest_each

HALF = "what;when\nsoup;no"
WHOLE = "what;when\nsoup;noon\n"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = Home(folder=tmp_path / "home").create()
    write_settings(made, Settings(country="XX"))
    return made


def look(home: Home, *, later: float = 0.0) -> Arrivals:
    """The inbox as it is so many seconds from now."""
    return arrivals(home, quiet_seconds=QUIET_SECONDS, seconds=lambda: time.time() + later)


def names(paths: tuple[Path, ...]) -> list[str]:
    return [path.name for path in paths]


def test_a_file_is_taken_once_nothing_about_it_has_changed_for_a_while(home: Home) -> None:
    (home.inbox / "b.csv").write_text(WHOLE, encoding="utf-8")
    (home.inbox / "a.csv").write_text(WHOLE, encoding="utf-8")
    assert look(home) == Arrivals(complete=(), arriving=(home.inbox / "a.csv", home.inbox / "b.csv"), refused=())
    assert look(home).left == "2 still being copied"
    found = look(home, later=QUIET_SECONDS + 1)
    assert (names(found.complete), found.left) == (["a.csv", "b.csv"], "")


@pytest.mark.skipif(os.name == "nt", reason="there a copy that keeps the old date cannot be told by its dates")
def test_a_copy_that_keeps_the_old_date_of_a_file_is_as_new_as_it_is(home: Home) -> None:
    path = home.inbox / "a.csv"
    path.write_text(HALF, encoding="utf-8")
    os.utime(path, (0, 0))
    assert names(look(home).arriving) == ["a.csv"]


@pytest.mark.skipif(sys.platform != "linux", reason="only there the system tells who writes")
def test_a_file_that_somebody_has_open_for_writing_is_not_taken_however_long_the_copy_stands_still(home: Home) -> None:
    path = home.inbox / "a.csv"
    with path.open("w", encoding="utf-8") as copying:
        copying.write(HALF)
        copying.flush()
        assert names(look(home, later=3600).arriving) == ["a.csv"]
        copying.write("on\n")
    with path.open(encoding="utf-8"):  # a reader is no writer
        assert names(look(home, later=3600).complete) == ["a.csv"]


def test_a_clock_that_was_put_back_keeps_no_file_waiting(home: Home) -> None:
    (home.inbox / "a.csv").write_text(WHOLE, encoding="utf-8")
    assert names(look(home, later=-86_400).complete) == ["a.csv"]


def refuse(home: Home) -> None:
    """Have what lies in the inbox refused, with a note beside it."""
    done = list(empty_inbox(home.folder, home.inbox, lambda path: next(ingest_each(home.folder, [path]))))
    assert [outcome.acceptance for outcome in done] == [None] * len(done) != []


def test_what_was_refused_is_not_tried_again_until_it_changes_or_its_note_is_deleted(home: Home) -> None:
    path = home.inbox / "lunch.csv"
    path.write_text(WHOLE, encoding="utf-8")
    refuse(home)
    found = look(home, later=60)
    assert (names(found.refused), found.left, found.complete) == (["lunch.csv"], "1 refused before", ())
    path.write_text(WHOLE + "tea;four\n", encoding="utf-8")
    assert names(look(home, later=60).complete) == ["lunch.csv"]
    refuse(home)
    path.with_name(path.name + NOTE).unlink()
    assert names(look(home, later=60).complete) == ["lunch.csv"]


def test_a_note_that_is_left_over_from_another_file_of_that_name_keeps_nothing_waiting(home: Home) -> None:
    (home.inbox / "a.csv").write_text(WHOLE, encoding="utf-8")
    (home.inbox / f"a.csv{NOTE}").write_text("An old note.", encoding="utf-8")
    assert names(look(home, later=60).complete) == ["a.csv"]


def test_a_file_that_vanishes_while_the_inbox_is_looked_at_is_no_fault(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = home.inbox / "gone.csv"
    monkeypatch.setattr("flows.intake.arrivals.waiting", lambda _: (gone,))
    assert look(home) == Arrivals(complete=(), arriving=(), refused=())
