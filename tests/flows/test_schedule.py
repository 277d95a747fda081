"""When editions fall due, what `prefect.yaml` says of it, and Prefect's environment; without a server."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml

from flows.deployments import TWO_KEYS, WORK_POOL
from flows.editions.schedule import CRON, Kind, edition_due, home_of_run
from flows.home import ENVIRONMENT, Home
from flows.running.prefect_setup import QUIET, environment, lasting_environment
from transforms.countries import country
from transforms.errors import WrongArguments
from transforms.indicators.windows import edition_period

PROJECT = Path(__file__).resolve().parents[2]
KINDS = get_args(Kind)


@pytest.fixture(scope="module")
def declared() -> dict[str, Any]:
    """The deployments of `prefect.yaml` by name, with what stands at its top under `file`."""
    file = yaml.safe_load((PROJECT / "prefect.yaml").read_text(encoding="utf-8"))
    return {**{one["name"]: one for one in file["deployments"]}, "file": file}


@pytest.mark.parametrize("kind", KINDS)
def test_prefect_yaml_says_when_as_the_code_does(declared: dict[str, Any], kind: str) -> None:
    (schedule,) = declared[kind]["schedules"]
    assert (schedule["cron"], schedule["timezone"]) == (CRON[kind], country("TM").time_zone)
    assert declared[kind]["parameters"] == {"kind": kind}


@pytest.mark.parametrize("kind", KINDS)
def test_a_deployment_is_quiet_alone_and_explained(declared: dict[str, Any], kind: str) -> None:
    one = declared[kind]
    assert one["work_pool"]["name"] == WORK_POOL
    env = one["work_pool"]["job_variables"]["env"]
    assert env == {name: value for name, value in QUIET.items() if not name.startswith("PREFECT_SERVER_UI")}
    assert one["concurrency_limit"]["limit"] == 1
    assert one["enforce_parameter_schema"] is True
    assert one["description"].startswith("The edition of the last complete")
    assert kind in one["tags"]


def test_prefect_yaml_names_no_folder_of_any_computer(declared: dict[str, Any]) -> None:
    assert set(declared) == {*KINDS, TWO_KEYS, "file"}
    assert declared["file"]["pull"] == []  # left out, Prefect writes the deployer's folder into each deployment
    assert {declared[kind]["entrypoint"] for kind in KINDS} == {"flows.pipeline.run_scheduled"}


def test_the_deployment_of_the_two_keys_has_no_schedule_and_is_as_quiet(declared: dict[str, Any]) -> None:
    one = declared[TWO_KEYS]
    assert one["entrypoint"] == "flows.release_flow.release_edition"
    assert one["work_pool"] == declared["annual"]["work_pool"]
    assert "schedules" not in one and "parameters" not in one


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
