"""The flows without a server of one's own: in what states they end, what Prefect keeps, and whom they contact."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import textwrap
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from flows.folders import files_in
from flows.home import ENVIRONMENT, Home, Settings, write_settings
from flows.warehouse import open_warehouse
from tests.flows.registers import write_register
from tests.flows.servers import LOOPBACK, Ears
from transforms.errors import FileRejected, NoData, ReleaseRefused, WarehouseInUse
from transforms.sources.registry import profile

UNIX = pytest.mark.skipif(os.name == "nt", reason="the bare environment of this process is that of a Unix system")
HEADERS = profile("case_register").headers
REMARK = "quartz-zebra"
"""Begins every remark of our extracts; no name, rule or code contains it."""


def person(number: int) -> str:
    return hashlib.sha256(f"person {number}".encode()).hexdigest()[:16]


def register(persons: int, year: int = 2022, **change: str) -> str:
    """A case register of so many sound rows, spread over the months of a year, and one more with a change."""
    rows = []
    for number in range(persons + bool(change)):
        day = f"{year}-{number % 12 + 1:02d}-05"
        row = dict.fromkeys(HEADERS, "") | {
            "reporting_country": "XX",
            "body": "NGO",
            "person_key": person(number),
            "status": "ActualVictimOfTrafficking",
            "event_date": day,
            "registered_date": day,
            "sex": "Feminine" if number % 3 else "Masculine",
            "age": "17",
            "extract_date": f"{year + 1}-03-31",
            "remark": f"SYNTHETIC {REMARK}-{number}",
        }
        rows.append(row | change if change and number == persons else row)
    return "\n".join([",".join(HEADERS), *(",".join(row[header] for header in HEADERS) for row in rows)]) + "\n"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home of XX with one delivery in its inbox."""
    made = Home(folder=tmp_path / "home").create()
    write_settings(made, Settings(country="XX", audiences=("working-group",), self_approval=True))
    (made.inbox / "case_register_NGO.csv").write_text(register(60), encoding="utf-8")
    return made


@pytest.fixture
def run(records: Path, home: Home) -> Any:
    """The whole pipeline for the year 2022 of XX; gives the state in which it ended."""
    from flows.pipeline import run_edition

    def whole(**more: Any) -> Any:
        return run_edition(home.folder, "annual-2022", "XX", ["working-group"], ["en"], **more, return_state=True)

    return whole


def edition(home: Home, name: str = "annual-2022") -> Path:
    return home.editions / "XX" / name / "working-group"


@pytest.mark.prefect
def test_a_rejected_file_is_an_outcome_and_the_edition_is_made(home: Home, run: Any) -> None:
    (home.inbox / "lunch.csv").write_text("what;when\nsoup;noon\n", encoding="utf-8")
    state = run()
    assert (state.name, state.message) == ("Completed", "1 of 2 files were rejected")
    report = state.result()
    assert [outcome.path.name for outcome in report.outcomes if outcome.refusal] == ["lunch.csv"]
    assert [one.folder for one in report.published] == [edition(home)]
    assert (edition(home) / "report.en.html").is_file()
    assert sorted(path.name for path in home.inbox.iterdir()) == ["lunch.csv", "lunch.csv.rejected.txt"]


@pytest.mark.prefect
def test_a_held_edition_ends_the_run_as_held_and_the_run_after_the_delivery_makes_it(home: Home, run: Any) -> None:
    file = home.settings_file
    file.write_text(file.read_text("utf-8") + '\n[awaited]\ncase_register = "held"\n', encoding="utf-8")
    state = run()
    assert state.name == "Held" and state.is_completed()
    assert "annual-2022 of XX is held" in state.message and "case_register from MIA for 2022-Q4" in state.message
    report = state.result()
    assert report.published == () and report.held is not None and not edition(home).exists()
    assert len(report.outcomes) == 1 and not list(home.inbox.iterdir()), "what was loaded stays loaded"
    for body in ("MIA", "IOM"):
        write_register(home.inbox, body, "2023-03-31")
    from flows.pipeline import run_edition

    later = run_edition(home.folder, "quarterly-2022-Q3", "XX", ["working-group"], ["en"], return_state=True).result()
    (anew,) = later.anew
    assert (anew.key.edition, anew.published.folder) == ("annual-2022", edition(home))
    assert "case_register MIA 2022-Q4" in anew.anew.arrived and (edition(home) / "report.en.html").is_file()


@pytest.mark.prefect
def test_a_run_with_nothing_new_publishes_nothing_new(home: Home, run: Any) -> None:
    first = run().result()
    before = files_in(edition(home))
    state = run()
    assert (state.name, state.message) == ("Completed", None)
    again = state.result()
    assert again.outcomes == ()
    assert [one.is_new for one in (*first.published, *again.published)] == [True, False]
    assert files_in(edition(home)) == before


@pytest.mark.prefect
def test_without_self_approval_a_run_ends_with_a_draft_and_says_that_two_persons_are_needed(
    home: Home, run: Any
) -> None:
    home.settings_file.write_text('country = "XX"\naudiences = ["working-group"]\n', encoding="utf-8")
    state = run()
    assert (state.name, state.message) == ("Completed", "1 of 1 editions are drafts that wait for two persons")
    (made,) = state.result().published
    assert (made.is_released, made.folder) == (False, home.drafts / "XX" / "annual-2022" / "working-group")
    assert (made.folder / "report.en.html").is_file() and not edition(home).exists()


@pytest.mark.prefect
def test_prefect_shows_the_figures_that_were_released_and_of_a_draft_only_where_it_lies(home: Home, run: Any) -> None:
    home.settings_file.write_text('country = "XX"\naudiences = ["working-group"]\n', encoding="utf-8")
    drafted = artifacts(run())
    assert drafted.keys() == {"acceptance-case-register", "edition-xx-annual-working-group", "progress-annual"}
    link = drafted["edition-xx-annual-working-group"]
    assert "DRAFT, not released" in link.description and "drafts/XX/annual-2022" in link.data
    home.settings_file.write_text(
        'country = "XX"\naudiences = ["working-group"]\n[release]\nself_approval = true\n', encoding="utf-8"
    )
    released = artifacts(run())
    link, table = (released[f"{what}-xx-annual-working-group"] for what in ("edition", "released"))
    assert link.description.startswith("Released") and "editions/XX/annual-2022" in link.data
    assert table.description.startswith("**SYNTHETIC data.**")
    (row,) = (row for row in json.loads(table.data) if row["indicator"] == "victims_registered")
    assert row == {"indicator": "victims_registered", "of": "total", "2022 ": "60", "unit": "person"}
    assert released["progress-annual"].data == 100.0


def artifacts(state: Any) -> dict[str, Any]:
    """What the page of a run shows, by key."""
    from prefect.client.orchestration import get_client
    from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterId

    with get_client(sync_client=True) as client:
        chosen = FlowRunFilter(id=FlowRunFilterId(any_=[state.state_details.flow_run_id]))
        return {str(one.key): one for one in client.read_artifacts(flow_run_filter=chosen)}


@pytest.mark.prefect
def test_a_refused_release_fails_the_run_with_its_reason_and_publishes_nothing(
    home: Home, run: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise ReleaseRefused("The audit narrows a cell too far.", advice="Merge some breakdowns.")

    monkeypatch.setattr("flows.editions.publish.release", refuse)
    state = run()
    assert (state.name, state.is_failed()) == ("Refused", True)
    assert state.message == "The audit narrows a cell too far. Merge some breakdowns."
    with pytest.raises(ReleaseRefused) as told:
        state.result()
    assert (told.value.exit_code, told.value.advice) == (4, "Merge some breakdowns.")
    assert not edition(home).exists()
    assert not list(home.inbox.iterdir()), "what was loaded stays loaded"


@pytest.mark.prefect
def test_a_warehouse_in_use_fails_the_run_and_leaves_the_inbox_alone(home: Home, run: Any) -> None:
    with open_warehouse(home.folder):
        state = run()
    assert (state.name, state.is_failed()) == ("Machine", True)
    with pytest.raises(WarehouseInUse):
        state.result()
    assert [path.name for path in home.inbox.iterdir()] == ["case_register_NGO.csv"]


@pytest.mark.prefect
def test_an_empty_warehouse_fails_the_run(home: Home, run: Any, tmp_path: Path) -> None:
    (tmp_path / "nothing").mkdir()
    with pytest.raises(NoData):
        run(inbox=tmp_path / "nothing").result()


@pytest.mark.prefect
def test_a_missing_inbox_is_a_failure_and_not_an_empty_one(run: Any, tmp_path: Path) -> None:
    with pytest.raises(FileRejected, match="missing"):
        run(inbox=tmp_path / "nowhere").result()


@pytest.mark.prefect
def test_estimate_counts_without_publishing(home: Home, records: Path) -> None:
    from flows.pipeline import estimate, ingest_extracts

    ingest_extracts(home.folder)
    counted = estimate(home.folder, "annual-2022", "XX")
    assert isinstance(counted, str)
    with open_warehouse(home.folder) as con:
        assert con.execute("SELECT count(*) > 0 FROM mart.counts WHERE run_id = ?", [counted]).fetchall() == [(True,)]
    assert not edition(home).exists()


@pytest.mark.prefect
def test_a_scheduled_run_makes_the_edition_of_the_year_before(
    home: Home, records: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from prefect.client.orchestration import get_client
    from prefect.runtime import flow_run

    from flows.pipeline import run_scheduled

    monkeypatch.setenv(ENVIRONMENT, str(home.folder))
    monkeypatch.setitem(flow_run.FIELDS, "scheduled_start_time", lambda: datetime(2023, 3, 15, 3, tzinfo=UTC))
    (home.inbox / "lunch.csv").write_text("what;when\nsoup;noon\n", encoding="utf-8")
    state = run_scheduled("annual", quiet_seconds=0, return_state=True)
    assert (state.name, state.message) == ("Completed", "1 of 2 files were rejected")
    assert (edition(home) / "edition.json").is_file()
    with get_client(sync_client=True) as client:
        assert client.read_flow_run(state.state_details.flow_run_id).name == "annual-2022-XX"


@pytest.mark.prefect
def test_a_scheduled_run_leaves_a_file_that_is_being_copied_where_it_is(
    home: Home, records: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from flows.pipeline import run_scheduled

    monkeypatch.setenv(ENVIRONMENT, str(home.folder))
    state = run_scheduled("annual", edition="annual-2022", return_state=True)
    assert (state.name, state.is_failed()) == ("Refused", True)  # there is no data yet
    assert [path.name for path in home.inbox.iterdir()] == ["case_register_NGO.csv"]
    state = run_scheduled("annual", edition="annual-2022", quiet_seconds=0, return_state=True)
    assert (state.name, list(home.inbox.iterdir())) == ("Completed", [])


@pytest.mark.prefect
def test_a_deployment_makes_no_edition_of_another_kind(
    home: Home, records: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from flows.pipeline import run_scheduled

    monkeypatch.setenv(ENVIRONMENT, str(home.folder))
    state = run_scheduled("annual", edition="monthly-2022-03", return_state=True)
    assert (state.name, state.is_failed()) == ("Settings", True)
    assert "run-scheduled/monthly" in state.message


@pytest.mark.prefect
def test_a_scheduled_run_without_a_home_fails_and_says_what_to_set(
    records: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from flows.pipeline import run_scheduled

    monkeypatch.delenv(ENVIRONMENT, raising=False)
    state = run_scheduled("monthly", return_state=True)
    assert (state.name, state.is_failed()) == ("Settings", True)
    assert ENVIRONMENT in state.message


def prefects_records(folder: Path) -> bytes:
    """Everything that Prefect has kept, once it has sent what it still held back."""
    from prefect.events.worker import EventsWorker
    from prefect.logging.handlers import APILogHandler

    APILogHandler().flush()
    EventsWorker.drain_all()  # states of tasks
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


@pytest.mark.prefect
def test_prefect_keeps_nothing_of_the_rows(home: Home, run: Any, records: Path) -> None:
    flawed = register(59, sex="Sideways")
    (home.inbox / "case_register_NGO.csv").write_text(flawed, encoding="utf-8")
    personal = register(3, year=2021, remark="write to aynabat@example.org")
    (home.inbox / "Aynabat_Orazowa.csv").write_text(personal, encoding="utf-8")
    state = run()
    assert (state.name, state.message) == ("Completed", "1 of 2 files were rejected")
    kept = prefects_records(records)
    assert b"case_register_NGO.csv: partly accepted, 59 of 60 rows" in kept
    values = [person(number) for number in range(60)]
    values += [REMARK, "Sideways", "ActualVictimOfTrafficking", "aynabat@example", "Orazowa"]
    assert [value for value in values if value.encode() in kept] == []


@pytest.mark.prefect
def test_an_unexpected_failure_keeps_its_words_to_itself(
    home: Home, run: Any, records: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    cell = "Maral Myradowa"

    def fail(*_: object, **__: object) -> None:
        raise ValueError(f"could not convert '{cell}' to INT32")

    monkeypatch.setattr("flows.intake.ingest.ingest_file", fail)
    state = run()
    assert (state.name, state.is_failed()) == ("Machine", True)
    assert state.message.startswith("Unexpected failure (ValueError).")
    logs = b"".join(log.read_bytes() for log in home.logs.iterdir())
    said = "".join(capfd.readouterr()).encode()
    kept = prefects_records(records)
    assert b"Unexpected failure (ValueError)." in kept
    assert b"in fail" in logs
    assert [cell.encode() in text for text in (logs, said, kept, state.message.encode())] == [False] * 4


@pytest.mark.prefect
def test_an_expected_failure_brings_no_cause_that_a_worker_would_log(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    cell = "Maral Myradowa"

    def refuse(*_: object, **__: object) -> None:
        try:
            raise ValueError(f"could not convert '{cell}' to INT32")
        except ValueError as problem:
            raise ReleaseRefused("A table cannot be read.") from problem

    monkeypatch.setattr("flows.editions.publish.release", refuse)
    with pytest.raises(ReleaseRefused) as told:
        run().result()
    assert cell not in "".join(traceback.format_exception(told.value))


RUN_TWICE = """
    import json, sys
    from contextlib import redirect_stderr, redirect_stdout
    from io import StringIO
    from flows.cli import run

    told = []
    for line in json.loads(sys.argv[1]):
        out, err = StringIO(), StringIO()
        with redirect_stdout(out), redirect_stderr(err):
            code = run(line)
        told.append([code, out.getvalue(), err.getvalue()])
    print(json.dumps(told))
    """
PERSON = "Aman Amanow, passport I-AS 123456"


@dataclass(frozen=True, slots=True, kw_only=True)
class RanOutside:
    """Two runs of the command line in a process of its own, on a home that has no Prefect yet."""

    home: Path
    told: list[list[Any]]
    """Exit code, standard output and standard error of each."""
    written: bytes
    heard: list[tuple[str, str]]


@pytest.fixture(scope="module")
def ran_outside(tmp_path_factory: pytest.TempPathFactory, world_list: Callable[..., Path]) -> RanOutside:
    """An edition that can be made of what waits in the inbox beside a file that fits nothing, then one that cannot."""
    folder = tmp_path_factory.mktemp("outside")
    home, ears = folder / "home", Ears(folder=folder / "ears")
    write_settings(Home(folder=home).create(), Settings(self_approval=True))
    world_list(home / "inbox" / "list_SYNTHETIC_2017-03-31.csv", (2015, 2016))
    (home / "inbox" / "other.csv").write_text(f"surname,b\n{PERSON.replace(',', '')},2\n", encoding="utf-8")
    lines = [
        ["--home", str(home), "run", edition, "--audience", "working-group"]
        for edition in ("annual-2016", "annual-2035")
    ]
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(RUN_TWICE), json.dumps(lines)],
        capture_output=True, timeout=300, env=ears.environment(), cwd=folder, check=True,
    )  # fmt: skip
    return RanOutside(home=home, told=json.loads(done.stdout), written=done.stdout + done.stderr, heard=ears.heard())


@pytest.mark.prefect
@UNIX
def test_a_run_takes_what_fits_publishes_and_names_what_does_not_fit(
    ran_outside: RanOutside, rows_of: Callable[..., list[Any]]
) -> None:
    home = ran_outside.home
    sound, other = home / "inbox" / "list_SYNTHETIC_2017-03-31.csv", home / "inbox" / "other.csv"
    (code, out, err), later = ran_outside.told
    assert (code, out) == (3, f"{home / 'editions' / 'world' / 'annual-2016' / 'working-group'}\n")
    assert (home / "editions" / "world" / "annual-2016" / "working-group" / "report.en.html").is_file()
    assert "other.csv: rejected" in err and "Traceback" not in err
    assert rows_of(home, "SELECT rows_accepted FROM raw.vintages") == [(60,)]
    assert not sound.exists() and other.exists()
    assert "surname" in other.with_name("other.csv.rejected.txt").read_text(encoding="utf-8")
    assert later[0] == 1 and later[1] == "" and "holds nothing for 2035" in later[2]
    kept = b"".join(path.read_bytes() for path in home.rglob("*") if path.is_file() and path != other)
    assert b"Amanow" not in kept and b"Amanow" not in ran_outside.written


@pytest.mark.prefect
@UNIX
def test_a_run_contacts_this_computer_only(ran_outside: RanOutside) -> None:
    heard = ran_outside.heard
    assert {host for host, _ in heard} <= LOOPBACK
    assert any("uvicorn" in said for _, said in heard), "the temporary server was not listened to"
    assert any(host == "127.0.0.1" for host, _ in heard), "nothing was heard"
    assert (ran_outside.home / ".prefect" / "prefect.db").is_file()
