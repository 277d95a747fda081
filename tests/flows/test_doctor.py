"""Doctor: each thing is broken once, and what is said names it and how to mend it, in every language."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from multiprocessing import current_process
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import pytest

from flows.check import Check, Checker
from flows.clock import now
from flows.home import LANGUAGES, Home, Settings, write_settings
from flows.intake.ingest import ingest_file
from flows.running import home_checks, installation
from flows.running.doctor import CHECKS, checks
from flows.upkeep.backup import make_backup
from flows.upkeep.health import findings
from flows.warehouse import open_warehouse, warehouse_path
from reports.locale import locale
from tests.flows.registers import write_register

UNIX = pytest.mark.skipif(os.name != "posix", reason="rights of files are those of a Unix system")
DAY = datetime(2024, 6, 1, 8, tzinfo=UTC)


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sound home with one list; for copying."""
    folder = tmp_path_factory.mktemp("doctor")
    home = folder / "home"
    write_settings(Home(folder=home).create(), Settings(country="XX"))
    ingest_file(home, write_register(folder, "MIA", "2024-01-20", year=2023))
    return home


@pytest.fixture
def home(filled: Path, tmp_path: Path) -> Home:
    return Home(folder=Path(shutil.copytree(filled, tmp_path / "home")))


def told(check: Check) -> None:
    """Everything that a check says has its words in every language."""
    for language in LANGUAGES:
        here = locale(language)
        said = [here.message(part) for part in (check.label, *check.told, *check.mend)]
        assert all(said) and here.untranslated == set(), (language, here.untranslated)


def ill(checker: Checker, home: Home, clock: Callable[[], datetime] = now) -> Check:
    """The check, which must have found something wrong and a remedy."""
    found = checker(home, clock)
    assert not found.is_well and found.remedy, found
    return found


def test_a_sound_home_is_well_in_every_language(home: Home) -> None:
    done = checks(home)
    assert [one.name for one in done if not one.is_well] == []
    assert len({one.name for one in done}) == len(done) > len(CHECKS) > 15
    for one in done:
        told(one)


def test_a_home_that_is_not_there_yet_is_well(tmp_path: Path) -> None:
    done = checks(Home(folder=tmp_path / "new"))
    assert [(one.name, one.found) for one in done if not one.is_well] == []


def test_an_old_python_is_told(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installation, "sys", SimpleNamespace(version_info=(3, 10, 4)))
    found = ill(installation.python, home)
    assert found.remedy == "Install Python 3.11 or newer."
    told(found)


def test_a_library_that_is_missing_is_named(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installation, "PACKAGES", ("duckdb", "no-such-library"))
    found = ill(installation.packages, home)
    assert found.found == "Missing: no-such-library"
    told(found)


def test_a_library_of_another_version_than_the_lock_has_is_named_with_both(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(installation, "flows", SimpleNamespace(__file__=str(tmp_path / "flows" / "__init__.py")))
    present = installation.version("duckdb")
    (tmp_path / "requirements.lock").write_text(
        "duckdb==0.0.1 \\\n    --hash=sha256:00\nno-such-library==1 \\\nattrs==0.1 ; sys_platform == 'nowhere' \\\n"
        f"jinja2=={installation.version('jinja2')} \\\n",
        encoding="utf-8",
    )
    found = ill(installation.lock, home)
    assert found.found == f"1 library is not as requirements.lock asks: duckdb {present} (==0.0.1)"
    assert "--require-hashes -r requirements.lock" in found.remedy
    told(found)


def test_without_a_lock_the_libraries_are_held_against_what_the_product_asks_for(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(installation, "flows", SimpleNamespace(__file__=str(tmp_path / "flows" / "__init__.py")))
    assert installation.lock(home, now).is_well
    monkeypatch.setattr(installation, "requires", lambda _: ["duckdb<1", 'pytest>=1000; extra == "dev"'])
    found = ill(installation.lock, home)
    assert found.found.startswith("1 library is not as tip-trends asks: duckdb ")
    told(found)


def test_letters_that_charts_lack_are_shown(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installation, "LETTERS", "Ä\ue000")
    found = ill(installation.fonts, home)
    assert "\ue000" in found.found and "fonts-dejavu-core" in found.remedy
    told(found)


def test_a_language_whose_texts_are_gone_is_named(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installation, "LANGUAGES", ("en", "ru", "xx"))
    found = ill(installation.languages, home)
    assert found.found == "Not whole: xx"
    told(found)


def test_a_prefect_that_would_call_out_is_told(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installation, "environment", lambda *_: {"DO_NOT_TRACK": "0"})
    monkeypatch.setattr(installation, "QUIET", {"DO_NOT_TRACK": "1"})
    found = ill(installation.prefect, home)
    assert found.found == "Prefect would call out: DO_NOT_TRACK"
    told(found)


def test_without_a_browser_all_is_well(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    found = installation.browser(home, now)
    assert found.is_well and "optional" in found.found
    told(found)


def test_a_home_below_a_file_cannot_be_written_to(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    found = ill(home_checks.writable, Home(folder=tmp_path / "file" / "home"))
    assert "cannot be written to (Not a directory)" in found.found and "--home DIR" in found.remedy
    told(found)


@UNIX
def test_files_of_somebody_else_are_named(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "access", lambda path, _: Path(path).name != "warehouse.duckdb")
    found = ill(home_checks.access, home)
    assert found.found == f"This user may not read and write {warehouse_path(home.folder)}" and "chown" in found.remedy
    told(found)


@UNIX
def test_what_is_said_of_safekeeping_has_its_words_in_every_language(home: Home, tmp_path: Path) -> None:
    home.folder.chmod(0o750)
    home.given_since.write_text("{}\n", encoding="utf-8")
    for one in findings(home):
        told(one)
    make_backup(home.folder, to=None, may_be_open=True)
    for one in findings(home, clock=lambda: now() + timedelta(days=40)):
        told(one)


def test_a_full_disk_is_told(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=1024**3 * 1.5))
    found = ill(home_checks.disk, home)
    assert found.found == "1.5 GiB free" and "2 GiB are the least" in found.remedy
    told(found)


SETTINGS = {
    "no TOML": ("country = \n", "not valid TOML"),
    "a rule for nobody": ('country = "XX"\n[awaited]\nnonsense = "held"\n', "'nonsense' under [awaited]"),
    "addresses of nobody": ('country = "XX"\n[notices.to.QQ]\nwebhook = ["https://a.example/"]\n', "addresses of 'QQ'"),
    "a country without a profile": ('country = "QQ"\n', "no country profile 'QQ'"),
}


@pytest.mark.parametrize(("text", "says"), SETTINGS.values(), ids=SETTINGS)
def test_settings_that_do_nothing_are_told(home: Home, text: str, says: str) -> None:
    home.settings_file.write_text(text, encoding="utf-8")
    assert says in ill(home_checks.settings, home).found


def test_a_source_profile_that_is_none_is_told(home: Home) -> None:
    home.profiles.mkdir()
    (home.profiles / "own.toml").write_text('name = "own"\n', encoding="utf-8")
    assert "own.toml" in ill(home_checks.sources, home).found


def leave_a_pid(home: Home) -> str:
    (home.folder / "warehouse.pid").write_text("1\n", encoding="ascii")
    return "warehouse.pid"


def leave_a_wal(home: Home) -> str:
    (home.folder / "warehouse.duckdb.wal").write_bytes(b"")
    return "warehouse.duckdb.wal"


def leave_a_fold(home: Home) -> str:
    (home.folder / ".folding").mkdir()
    return ".folding"


def leave_a_file_being_read(home: Home) -> str:
    (home.folder / ".working").mkdir(exist_ok=True)
    (home.folder / ".working" / "x").write_bytes(b"")
    return ".working"


def leave_an_extract(home: Home) -> str:
    (home.folder / "received" / ".incoming").mkdir()
    (home.folder / "received" / ".incoming" / "extract").write_bytes(b"")
    return "received/.incoming"


def leave_an_edition(home: Home) -> str:
    (home.editions / "XX" / "annual-2023" / ".public.unfinished").mkdir(parents=True)
    return "editions/XX/annual-2023/.public.unfinished"


def leave_a_report(home: Home) -> str:
    (home.folder / "acceptance" / ".a.en.html.7.part").write_bytes(b"")
    return "acceptance/.a.en.html.7.part"


@pytest.mark.parametrize(
    "leave",
    [
        leave_a_pid, leave_a_wal, leave_a_fold, leave_a_file_being_read, leave_an_extract, leave_an_edition,
        leave_a_report,
    ],
)  # fmt: skip
def test_what_a_killed_process_left_behind_is_named(home: Home, leave: Callable[[Home], str]) -> None:
    name = leave(home)
    found = ill(home_checks.left_overs, home)
    assert found.found == f"1 of a process that was killed: {name}"
    assert "nothing is to be deleted by hand" in found.remedy
    told(found)


def test_what_is_left_behind_of_the_warehouse_is_gone_after_the_next_writing(home: Home) -> None:
    for leave in (leave_a_pid, leave_a_fold):
        leave(home)
    with open_warehouse(home.folder) as con:
        con.execute("INSERT INTO ledger.libraries VALUES ('x', [])")
        at_work = home_checks.left_overs(home, now)
        assert at_work.is_well and at_work.found == "another process is writing just now"
        told(at_work)
    assert home_checks.left_overs(home, now).is_well, current_process().name


def test_a_warehouse_that_is_none_is_told(home: Home) -> None:
    warehouse_path(home.folder).write_text("no database", encoding="utf-8")
    assert "backup" in ill(home_checks.warehouse, home).remedy


def test_a_ledger_that_was_lost_is_told(home: Home) -> None:
    home.ledger.write_text("{}\n", encoding="utf-8")
    assert "ledger.jsonl" in ill(home_checks.ledger, home).found


def test_a_run_ledger_that_was_altered_is_told(home: Home) -> None:
    with duckdb.connect(str(warehouse_path(home.folder))) as con:
        con.execute(
            "INSERT INTO ledger.runs VALUES (1, '2024-01-01T00:00:00+00:00', 'held', 'annual-2023', 'XX', '', '', '', "
            "DATE '2024-01-01', '', [], [], '1', 'a', 'b', 'p', 'u', 'x', 'y')"
        )
    found = ill(home_checks.ledger, home)
    assert found.found == "The run ledger was altered: see its row 1"
    told(found)


def test_a_journal_of_notices_that_was_altered_is_told(home: Home) -> None:
    home.notices.mkdir()
    (home.notices / "journal.jsonl").write_text("nonsense\n", encoding="utf-8")
    assert "Line 1 of" in ill(home_checks.notices, home).found


def test_a_clock_that_was_set_back_is_told_with_both_times(home: Home) -> None:
    found = ill(home_checks.clock_check, home, lambda: DAY)
    assert found.found.startswith("It says 2024-06-01 08:00 UTC, but something was written in this home at ")
    assert "timedatectl" in found.remedy
    told(found)


def test_two_clocks_may_be_some_minutes_apart(home: Home) -> None:
    assert home_checks.clock_check(home, lambda: now() - timedelta(minutes=5)).is_well


def test_an_extract_of_a_later_day_than_today_is_told(home: Home, tmp_path: Path) -> None:
    ingest_file(home.folder, write_register(tmp_path, "NGO", "2024-01-20"))
    with duckdb.connect(str(warehouse_path(home.folder))) as con:
        con.execute("UPDATE raw.vintages SET vintage_date = DATE '2199-01-01' WHERE vintage_id = 2")
    found = ill(home_checks.clock_check, home)
    assert "; 1 extract is of a later day" in found.found and "withdraw" in found.remedy
    told(found)


def test_the_command_ends_with_1_and_says_it_in_the_language_asked_for(
    tip_trends: Callable[..., Any], home: Home
) -> None:
    assert tip_trends("--home", home.folder, "doctor").code == 0
    leave_a_pid(home)
    ran = tip_trends("--home", home.folder, "doctor", "--lang", "ru")
    assert ran.code == 1
    assert "НЕ В ПОРЯДКЕ" in ran.out and "warehouse.pid" in ran.out
    assert "tip-trends ingest" in ran.err and "killed" not in ran.out
    assert tip_trends("--home", home.folder, "doctor", "--lang", "de").code == 2
