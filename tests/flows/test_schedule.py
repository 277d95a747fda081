"""When editions fall due, what `prefect.yaml` says of it, and Prefect's environment; without a server."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml

from flows.deployments import WORK_POOL
from flows.editions.schedule import CRON, Kind, edition_due, home_of_run
from flows.home import ENVIRONMENT, Home
from flows.running.prefect_setup import QUIET, environment, lasting_environment
from flows.running.timetable import DEPLOYED, OURS, TWO_KEYS, Deployed
from transforms.countries import country
from transforms.errors import WrongArguments
from transforms.indicators.windows import edition_period

PROJECT = Path(__file__).resolve().parents[2]
KINDS = get_args(Kind)


@pytest.fixture(scope="module")
def file() -> dict[str, Any]:
    """What `prefect.yaml` says, by the names of its keys."""
    read: dict[str, Any] = yaml.safe_load((PROJECT / "prefect.yaml").read_text(encoding="utf-8"))
    return read


@pytest.fixture(scope="module")
def declared(file: dict[str, Any]) -> dict[str, Any]:
    """The deployments of `prefect.yaml` by name."""
    return {one["name"]: one for one in file["deployments"]}


@pytest.mark.parametrize("one", DEPLOYED, ids=lambda one: one.name)
def test_prefect_yaml_says_of_each_deployment_what_the_code_does(declared: dict[str, Any], one: Deployed) -> None:
    told = declared[one.name]
    schedules = [(schedule["cron"], schedule["timezone"]) for schedule in told.get("schedules", [])]
    assert schedules == ([(one.cron, country("TM").time_zone)] if one.cron else [])
    limit = {"limit": 1, "collision_strategy": one.collision} if one.collision else None
    assert told.get("concurrency_limit") == limit
    assert (told["entrypoint"], told["description"]) == (one.entrypoint, one.description)
    assert (tuple(told["tags"]), told.get("parameters", {})) == (one.tags, one.parameters)


@pytest.mark.parametrize("one", DEPLOYED, ids=lambda one: one.name)
def test_a_deployment_is_quiet_checked_and_explained(declared: dict[str, Any], one: Deployed) -> None:
    told = declared[one.name]
    assert told["work_pool"]["name"] == WORK_POOL
    env = told["work_pool"]["job_variables"]["env"]
    assert env == {name: value for name, value in QUIET.items() if not name.startswith("PREFECT_SERVER_UI")}
    assert told["enforce_parameter_schema"] is True
    assert len(told["description"]) > 40 and OURS in told["tags"]


def test_prefect_yaml_names_no_folder_of_any_computer_and_fetches_nothing(
    file: dict[str, Any], declared: dict[str, Any]
) -> None:
    assert set(declared) == {one.name for one in DEPLOYED}
    assert file["pull"] == file["build"] == file["push"] == []  # left out, Prefect writes the deployer's folder
    assert not [key for key in _keys(file) if key == "requires"], "Prefect would call pip for what it cannot import"


def _keys(content: object) -> Iterator[str]:
    if isinstance(content, dict):
        yield from content
    for part in content.values() if isinstance(content, dict) else content if isinstance(content, list) else ():
        yield from _keys(part)


def test_what_runs_by_itself_covers_intake_editions_and_upkeep_and_persons_start_the_release() -> None:
    alone = [one.name for one in DEPLOYED if one.cron]
    assert alone == ["inbox", *KINDS, "backup", "housekeeping", "notices"]
    assert [one.name for one in DEPLOYED if not one.cron] == [TWO_KEYS]
    nightly = [tuple(one.cron.split()[:2]) for one in DEPLOYED if one.cron and one.name != "inbox"]
    assert len(set(nightly)) == len(nightly)


def test_no_two_editions_fall_due_at_one_moment() -> None:
    assert len({cron.split()[1] for cron in CRON.values()}) == len(CRON)


def test_prefect_is_quiet_whatever_the_user_has_set(tmp_path: Path) -> None:
    loud = {"DO_NOT_TRACK": "0", "PREFECT_SERVER_ANALYTICS_ENABLED": "true", "PREFECT_SERVER_UI_V2_ENABLED": "1"}
    for made in (environment, lasting_environment):
        planned = {**loud, **made(Home(folder=tmp_path), loud)}
        assert planned["DO_NOT_TRACK"] == "1"
        assert planned["PREFECT_SERVER_ANALYTICS_ENABLED"] == "false"
        assert planned["PREFECT_SERVER_UI_V2_ENABLED"] == "false"
        assert planned["PREFECT_RESULTS_PERSIST_BY_DEFAULT"] == "false"


def test_the_key_of_a_home_goes_to_its_own_server_only(tmp_path: Path) -> None:
    home, key = Home(folder=tmp_path), "analyst:not-for-others"
    own = lasting_environment(home, {}, port=4300, key=key)
    assert own["PREFECT_SERVER_API_AUTH_STRING"] == own["PREFECT_API_AUTH_STRING"] == key
    other = lasting_environment(home, {"PREFECT_API_URL": "http://10.0.0.5:4200/api"}, key=key)
    assert key not in other.values()


def test_a_server_that_stays_forgets_old_runs_and_lets_no_foreign_page_ask_it(tmp_path: Path) -> None:
    planned = lasting_environment(Home(folder=tmp_path), {})
    assert planned["PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED"] == "events,flow_runs"
    assert int(planned["PREFECT_SERVER_SERVICES_DB_VACUUM_RETENTION_PERIOD"]) == 400 * 24 * 3600
    assert planned["PREFECT_SERVER_CORS_ALLOWED_ORIGINS"] == "http://127.0.0.1:4200,http://localhost:4200"
    assert planned["PREFECT_SERVER_UI_STATIC_DIRECTORY"] == str(tmp_path / ".prefect" / "ui")


def test_a_proxy_of_the_office_is_not_asked_for_this_computer(tmp_path: Path) -> None:
    planned = environment(Home(folder=tmp_path), {"NO_PROXY": "intranet.gov.tm"})
    assert planned["NO_PROXY"] == planned["no_proxy"] == "intranet.gov.tm,127.0.0.1,localhost"


def test_prefect_lives_in_the_home_unless_told_otherwise(tmp_path: Path) -> None:
    assert environment(Home(folder=tmp_path), {})["PREFECT_HOME"] == str(tmp_path / ".prefect")
    assert "PREFECT_HOME" not in environment(Home(folder=tmp_path), {"PREFECT_HOME": "elsewhere"})


def test_a_server_that_stays_is_found_by_worker_and_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    planned = lasting_environment(Home(folder=Path("home")), {}, port=4300)
    assert planned["PREFECT_API_URL"] == planned["PREFECT_SERVER_UI_API_URL"] == "http://127.0.0.1:4300/api"
    assert planned[ENVIRONMENT] == str(tmp_path / "home")
    other = lasting_environment(Home(folder=tmp_path), {"PREFECT_API_URL": "http://10.0.0.5:4200/api"})
    assert other["PREFECT_API_URL"] == "http://10.0.0.5:4200/api"


@pytest.mark.parametrize(
    ("kind", "moment", "due"),
    [
        ("monthly", "2024-01-31T18:59:00+00:00", "monthly-2023-12"),
        ("monthly", "2024-01-31T19:00:00+00:00", "monthly-2024-01"),  # in Ashgabat it is February
        ("quarterly", "2024-05-10T02:00:00+00:00", "quarterly-2024-Q1"),
        ("annual", "2023-12-31T19:00:00+00:00", "annual-2023"),
    ],
)
def test_the_edition_due_is_the_last_complete_one_by_the_clock_of_the_country(
    kind: Kind, moment: str, due: str
) -> None:
    assert edition_due(kind, datetime.fromisoformat(moment), "Asia/Ashgabat") == due


@pytest.mark.parametrize("kind", KINDS)
def test_the_edition_of_a_period_is_due_after_its_end(kind: Kind) -> None:
    assert edition_period(edition_due(kind, datetime(2024, 6, 15, tzinfo=UTC), "UTC")).period.end < date(2024, 6, 15)


def test_the_home_of_a_run_is_a_folder_by_its_full_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ENVIRONMENT, str(tmp_path))
    assert home_of_run(None) == tmp_path
    (tmp_path / "other").mkdir()
    assert home_of_run(tmp_path / "other") == tmp_path / "other"
    monkeypatch.chdir(tmp_path)
    for wrong in (Path("other"), tmp_path / "missing"):
        with pytest.raises(WrongArguments):
            home_of_run(wrong)
