"""Status: what arrived, what is due, which editions wait, what ran and runs next; right on every day, and quick."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from flows.cli import NOTED
from flows.editions.arrived import make_anew
from flows.editions.lacking import to_make_anew
from flows.editions.publish import publish_edition
from flows.editions.release import approve, candidate, propose, refuse
from flows.editions.schedule import CRON, Kind, edition_due
from flows.home import Home
from flows.intake.ingest import ingest_file
from flows.notices.round import notify
from flows.running import run_log
from flows.running.home_status import home_status
from flows.running.next_runs import next_runs
from flows.running.run_log import last_runs, note_run, noted, outcome_of
from flows.running.status_pages import refresh
from flows.warehouse import open_warehouse
from reports.locale import CLDR_IDS
from reports.status_words import RUNS
from tests.flows.drafted import STATED, quickly
from tests.flows.registers import home_without_the_ngo, write_register
from transforms.errors import (
    EditionHeld,
    FileRejected,
    NoData,
    ProfileInvalid,
    ReleaseRefused,
    TipTrendsError,
    WarehouseInUse,
    WrongArguments,
)
from transforms.ledger.entries import Key
from transforms.messages import said
from transforms.status import HomeStatus, PastRun

KEY = Key(scope="XX", edition="annual-2022", audience="working-group")
HEAVY = ("polars", "numpy", "scipy", "statsmodels", "matplotlib", "prefect", "openpyxl", "pandas", "xlsxwriter", "sdmx")
PAGES = ("status.html", *(f"status.{language}.html" for language in CLDR_IDS))


@pytest.fixture(scope="module", autouse=True)
def _quick() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        quickly(patch)
        yield


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """For copying."""
    return home_without_the_ngo(tmp_path_factory.mktemp("status"))


@pytest.fixture
def home(filled: Path, tmp_path: Path) -> Home:
    return Home(folder=Path(shutil.copytree(filled, tmp_path / "home")))


def at(day: str, hour: int = 6) -> Callable[[], datetime]:
    """A clock that stands still."""
    moment = datetime.fromisoformat(day).replace(hour=hour, tzinfo=UTC)
    return lambda: moment


def on(home: Home, day: str, hour: int = 6) -> HomeStatus:
    return home_status(home, "XX", at(day, hour))


def publish(home: Home, day: str) -> None:
    publish_edition(
        home.folder, KEY.edition, scope="XX", audience=KEY.audience, as_of=None, languages=("en",), clock=at(day)
    )


def states(status: HomeStatus) -> dict[str, str]:
    return {one.body: one.state for one in status.due if one.source == "case_register"}


def test_a_delivery_is_due_then_overdue_then_late_by_the_clock_of_the_country(home: Home) -> None:
    assert states(on(home, "2023-01-25")) == {"MIA": "in time", "NGO": "not yet due", "IOM": "in time"}
    assert states(on(home, "2023-01-25", hour=20))["NGO"] == "overdue", "in Ashgabat it is the next day"
    ingest_file(home.folder, write_register(home.folder.parent, "NGO", "2023-02-28"))
    assert states(on(home, "2023-03-01"))["NGO"] == "late"
    assert states(on(home, "2023-04-26")) == dict.fromkeys(("MIA", "NGO", "IOM"), "overdue")


def test_what_arrived_is_told_by_source_and_day_and_no_number_of_rows_leaves_with_it(home: Home) -> None:
    status = on(home, "2023-03-01")
    told = {one.source: (one.extracts, one.withdrawn, one.latest) for one in status.arrived}
    assert set(told) == {"case_register", "crime_justice"}
    assert told["case_register"] == (2, 0, date(2023, 1, 24))
    assert not any("rows" in name for one in status.arrived for name in one.__dataclass_fields__)


def test_what_comes_late_in_the_evening_of_greenwich_came_on_the_next_day_of_the_country(home: Home) -> None:
    path = write_register(home.folder.parent, "NGO", "2023-03-01")
    taken = ingest_file(home.folder, path, clock=at("2023-02-28", hour=22))
    assert (taken.received_on, taken.vintage_date, taken.remarks) == (date(2023, 3, 1), date(2023, 3, 1), ())
    (register,) = [one for one in on(home, "2023-03-01").arrived if one.source == "case_register"]
    assert (register.latest, register.loaded_on) == (date(2023, 3, 1), date(2023, 3, 1))


def test_an_edition_is_followed_from_draft_to_release_and_on(home: Home) -> None:
    publish(home, "2023-02-09")
    (draft,) = on(home, "2023-02-10").editions
    assert (draft.state, draft.awaited) == ("draft: not proposed", ("case_register NGO 2022-Q4",))
    propose(home.folder, KEY, by="A. Orazowa", **STATED, clock=at("2023-02-10"))
    (proposed,) = on(home, "2023-02-10").editions
    assert (proposed.state, proposed.by, proposed.on) == (
        "proposed: waits for approval",
        "A. Orazowa",
        date(2023, 2, 10),
    )
    refuse(home.folder, KEY, by="B. Nurow", reason="Wait for the NGO", clock=at("2023-02-11"))
    assert [one.state for one in on(home, "2023-02-11").editions] == ["refused"]
    propose(home.folder, KEY, by="A. Orazowa", **STATED, clock=at("2023-02-12"))
    approve(home.folder, candidate(home.folder, KEY), by="B. Nurow", clock=at("2023-02-13"))
    (released,) = on(home, "2023-02-14").editions
    assert (released.state, released.awaited) == ("released", ("case_register NGO 2022-Q4",))
    assert on(home, "2023-02-14").waiting == ()
    ingest_file(home.folder, write_register(home.folder.parent, "NGO", "2023-02-28"))
    anew, still = on(home, "2023-03-01").editions
    assert (anew.state, anew.awaited, still.state) == ("to be made anew", ("case_register NGO 2022-Q4",), "released")
    make_anew(home.folder, to_make_anew(home.folder, "XX")[0], ("en",), at("2023-03-02"))
    draft, released = on(home, "2023-03-02").editions
    assert (draft.state, draft.awaited, released.state) == ("draft: not proposed", (), "released")


def test_a_held_edition_waits_until_its_delivery_is_there(home: Home) -> None:
    home.settings_file.write_text(
        home.settings_file.read_text("utf-8") + '\n[awaited]\ncase_register = "held"\n', encoding="utf-8"
    )
    with pytest.raises(EditionHeld):
        publish(home, "2023-02-10")
    (held,) = on(home, "2023-02-11").editions
    assert (held.state, held.audience, held.on) == ("held", "", date(2023, 2, 10))
    ingest_file(home.folder, write_register(home.folder.parent, "NGO", "2023-02-28"))
    assert [one.state for one in on(home, "2023-03-01").editions] == ["to be made anew"]


def test_notices_are_told_with_what_became_of_them(home: Home) -> None:
    (before,) = [one for one in on(home, "2023-01-26").notices if one.to == "NGO"]
    assert (before.stage, before.is_written) == ("overdue", False)
    notify(home.folder, "XX", is_sent=False, clock=at("2023-01-26"))
    (after,) = [one for one in on(home, "2023-01-27").notices if one.to == "NGO"]
    assert (after.stage, after.is_written, after.unsent) == ("overdue", True, 0)


def test_a_journal_that_cannot_be_read_does_not_hide_the_rest(home: Home) -> None:
    home.notices.mkdir()
    (home.notices / "journal.jsonl").write_text("nonsense\n", encoding="utf-8")
    assert on(home, "2023-01-26").notices


def test_a_ledger_that_is_not_sound_is_told_and_hides_no_draft(home: Home) -> None:
    publish(home, "2023-02-09")
    home.ledger.write_text("{}\n", encoding="utf-8")
    status = on(home, "2023-02-10")
    (ill,) = [one for one in status.health if one.name == "ledger"]
    assert not ill.is_well and "ledger.jsonl" in str(ill.told[0])
    assert [one.state for one in status.editions] == ["draft: not proposed"]


@pytest.mark.parametrize("kind", ["monthly", "quarterly", "annual"])
def test_the_next_run_of_an_edition_is_the_moment_that_its_schedule_names(kind: Kind) -> None:
    moment = datetime(2024, 2, 9, 22, tzinfo=UTC)
    (found,) = [one for one in next_runs(moment, "Asia/Ashgabat") if one.what == kind]
    minute, hour, day, months, _ = CRON[kind].split()
    assert (found.at.minute, found.at.hour, found.at.day) == (int(minute), int(hour), int(day))
    assert months == "*" or str(found.at.month) in months.split(",")
    assert found.at > moment and found.at - moment <= timedelta(days=366)
    assert found.edition == edition_due(kind, found.at, "Asia/Ashgabat")


def test_next_runs_come_in_their_order_and_at_their_own_minute_the_next_one_follows() -> None:
    runs = next_runs(datetime(2024, 2, 10, 1, 0, tzinfo=UTC), "Asia/Ashgabat")  # 6 o'clock there
    assert [one.at for one in runs] == sorted(one.at for one in runs)
    by_name = {one.what: f"{one.at:%Y-%m-%d %H:%M}" for one in runs}
    assert by_name["quarterly"] == "2024-02-10 07:00" and by_name["monthly"] == "2024-03-10 06:00"


def test_what_ran_is_noted_with_its_end_and_without_its_messages(home: Home) -> None:
    clock = at("2024-05-01")
    with noted(home, "publish", "annual-2022", clock):
        pass
    with noted(home, "run", "annual-2022", clock) as ended:
        ended(3)
    with pytest.raises(FileRejected), noted(home, "ingest", "", clock):
        raise FileRejected(said("Aman Amanow.csv is no table."))
    with pytest.raises(KeyboardInterrupt), noted(home, "run", "annual-2023", clock):
        raise KeyboardInterrupt
    assert [(one.what, one.edition, one.outcome, one.reason) for one in last_runs(home, 9)] == [
        ("run", "annual-2023", "stopped", "KeyboardInterrupt"),
        ("ingest", "", "files refused", "FileRejected"),
        ("run", "annual-2022", "files refused", "exit code 3"),
        ("publish", "annual-2022", "done", ""),
    ]
    assert "Aman" not in (home.logs / run_log.FILE).read_text("utf-8")
    assert [one.what for one in last_runs(home, 2)] == ["run", "ingest"]


@pytest.mark.parametrize(
    ("problem", "outcome"),
    [
        (EditionHeld("x"), "held"),
        (ReleaseRefused("x"), "refused"),
        (WarehouseInUse("x"), "in use"),
        (ProfileInvalid("x"), "wrong arguments"),
        (WrongArguments("x"), "wrong arguments"),
        (NoData("x"), "failed"),
        (OSError("x"), "failed"),
    ],
)
def test_the_kind_of_a_failure_tells_how_a_run_ended(problem: Exception, outcome: str) -> None:
    assert outcome_of(problem) == outcome


def test_a_damaged_log_of_runs_hides_only_its_damaged_lines(home: Home) -> None:
    note_run(home, PastRun(what="run", ended_at=at("2024-05-01")(), outcome="done"))
    with (home.logs / run_log.FILE).open("a", encoding="utf-8") as stream:
        stream.write('{"what": "run", "outcome": "nonsense"}\n[]\n{"half')
    assert [one.what for one in last_runs(home, 9)] == ["run"]


def test_a_log_of_runs_does_not_grow_for_ever(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_log, "MOST_BYTES", 2000)
    for number in range(60):
        note_run(home, PastRun(what=f"run{number}", ended_at=at("2024-05-01")(), outcome="done"))
    assert (home.logs / run_log.FILE).stat().st_size < 2200
    assert [one.what for one in last_runs(home, 2)] == ["run59", "run58"]


def test_a_home_that_is_none_gets_no_log(tmp_path: Path) -> None:
    note_run(Home(folder=tmp_path / "none"), PastRun(what="run", ended_at=at("2024-05-01")(), outcome="done"))
    assert not (tmp_path / "none").exists() and last_runs(Home(folder=tmp_path / "none"), 3) == ()


def test_every_command_that_is_noted_has_its_words_on_the_page() -> None:
    assert set(NOTED) <= set(RUNS)


def test_commands_are_noted_but_those_that_only_look(
    tip_trends: Callable[..., Any], home: Home, tmp_path: Path
) -> None:
    path = write_register(tmp_path, "NGO", "2023-02-28")
    tip_trends("--home", home.folder, "ingest", path, "--dry-run")
    tip_trends("--home", home.folder, "status")
    assert last_runs(home, 9) == ()
    tip_trends("--home", home.folder, "ingest", path)
    tip_trends("--home", home.folder, "publish", "annual-2099")
    assert [(one.what, one.edition, one.outcome) for one in last_runs(home, 9)] == [
        ("publish", "annual-2099", "failed"),
        ("ingest", "", "done"),
    ]


def test_the_page_is_made_in_three_languages_and_again_after_a_run(tip_trends: Callable[..., Any], home: Home) -> None:
    assert tip_trends("--home", home.folder, "status").code == 0
    assert sorted(path.name for path in home.folder.glob("status*")) == sorted(PAGES)
    first = (home.folder / "status.html").read_text("utf-8")
    assert first == (home.folder / "status.en.html").read_text("utf-8")
    for name in PAGES:
        (home.folder / name).unlink()
    assert tip_trends("--home", home.folder, "notices").code == 0
    assert "Notices to suppliers" in (home.folder / "status.html").read_text("utf-8")


def test_the_first_language_of_the_home_is_that_of_its_page(home: Home) -> None:
    home.settings_file.write_text('country = "XX"\nlanguages = ["tk", "en"]\n', encoding="utf-8")
    refresh(home, None, at("2023-03-01"))
    assert '<html lang="tk"' in (home.folder / "status.html").read_text("utf-8")


def test_a_page_that_cannot_be_made_costs_no_run(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError

    refresh(Home(folder=home.folder / "none"), None)
    with open_warehouse(home.folder):
        refresh(home, None)
    assert not (home.folder / "status.html").exists()
    monkeypatch.setattr("flows.running.status_pages.write_pages", broken)
    refresh(home, None)
    assert list(home.logs.glob("failure-*.log"))


def test_json_tells_the_same_for_other_programs(tip_trends: Callable[..., Any], home: Home) -> None:
    told = json.loads(tip_trends("--home", home.folder, "status", "--format", "json").out)
    assert {"arrived", "due", "notices", "editions", "last_runs", "next_runs", "health", "backtests"} <= set(told)
    assert told["scope"] == "XX" and datetime.fromisoformat(told["at"]).tzinfo is not None
    assert {one["name"] for one in told["health"]} >= {
        "disk",
        "access",
        "privacy",
        "ledger",
        "backups",
        "clock",
        "left_overs",
    }
    assert all(set(one) == {"name", "is_well", "found", "remedy"} for one in told["health"])


def test_status_loads_nothing_that_takes_long(home: Home) -> None:
    """A second is what a person waits; frames, figures and Prefect take several to load."""
    script = (
        "import sys; from flows.cli import run; code = run(sys.argv[1:]); "
        f"print('loaded', [name for name in {HEAVY!r} if name in sys.modules], code)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script, "--home", str(home.folder), "status"],
        capture_output=True, text=True, check=True, timeout=120,
    )  # fmt: skip
    assert ran.stdout.splitlines()[-1] == "loaded [] 0"


def test_an_empty_home_and_one_in_use_say_so_as_before(home: Home, tmp_path: Path) -> None:
    with pytest.raises(NoData):
        home_status(Home(folder=tmp_path / "none"), "XX")
    with open_warehouse(home.folder), pytest.raises(TipTrendsError):
        home_status(home, "XX")
