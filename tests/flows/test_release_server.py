"""The two keys as a flow on a real server: two persons answer in turn, and no process waits for them."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from flows.editions.ledger import settled_ledger
from flows.editions.publish import publish_edition
from flows.home import Home, Settings, write_settings
from flows.intake.ingest import ingest_file
from flows.release_flow import NOT_APPROVED
from flows.running.timetable import TWO_KEYS
from tests.flows.servers import TIP_TRENDS, Api, Ears, free_port, running, until

PATIENCE = 180
EDITION = "annual-2016"
STATEMENT = {"context": "Yearly figures for the group", "controls": "Read in full"}

pytestmark = [
    pytest.mark.prefect,
    pytest.mark.skipif(os.name == "nt", reason="asks processes to end with SIGTERM"),
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """A home with two drafts, and `tip-trends serve` for it."""

    folder: Path
    home: Path
    api: Api

    def start(self, audience: str) -> str:
        """Begin the flow in the name of A. Orazowa; returns the id of its run."""
        name = f"/deployments/name/release-edition/{TWO_KEYS}"
        found = until(lambda: self.api.ask(name), seconds=PATIENCE, what="deployment", told=self.folder)
        parameters = {**found["parameters"], "edition": EDITION, "audience": audience, "proposer": "A. Orazowa"}
        wanted = {"parameters": parameters, "idempotency_key": audience}  # asked again while the server is busy
        path = f"/deployments/{found['id']}/create_flow_run"
        run = until(lambda: self.api.ask(path, wanted), seconds=PATIENCE, what="flow run", told=self.folder)
        return str(run["id"])

    def becomes(self, run: str, *names: str, asks: str = "") -> dict[str, Any]:
        """The state of a run once it has one of these names, waiting for the input that it asks for."""

        def state() -> dict[str, Any] | None:
            found = self.api.ask(f"/flow_runs/{run}") or {}
            present: dict[str, Any] = found.get("state") or {}
            if present.get("name") not in names:
                return None
            schema = f"suspended-{asks}-schema"
            keys = (present.get("state_details") or {}).get("run_input_keyset") or {}
            is_asked = keys.get("schema") == schema and self.api.ask(f"/flow_runs/{run}/input/{schema}") is not None
            return present if not asks or is_asked else None

        return until(state, seconds=PATIENCE, what=f"{names} {asks}", told=self.folder)

    def answer(self, run: str, **said: str) -> None:
        """Give a run the input that it waits for, once the server is not busy."""
        path = f"/flow_runs/{run}/resume"
        done = until(lambda: self.api.ask(path, {"run_input": said}), seconds=30, what="answer", told=self.folder)
        assert done["status"] == "ACCEPT", done


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory, world_list: Any) -> Iterator[Stage]:
    folder = tmp_path_factory.mktemp("two-keys")
    home = folder / "home"
    write_settings(Home(folder=home).create(), Settings())
    ingest_file(home, world_list(folder / "list_2017-03-31.csv", (2014, 2015, 2016)))
    for audience in ("working-group", "public"):
        publish_edition(home, EDITION, scope="world", audience=audience, as_of=None, languages=("en",))
    api = Api(port=free_port(), home=Home(folder=home))
    often = {"PREFECT_RUNNER_POLL_FREQUENCY": "1", "TIP_TRENDS_HOME": str(home)}
    environment = Ears(folder=folder / "ears").environment(**often)
    with running([*TIP_TRENDS, "serve", "--port", str(api.port)], environment, folder):
        path = f"/deployments/name/release-edition/{TWO_KEYS}"
        until(lambda: api.ask(path), seconds=PATIENCE, what="deployment", told=folder)
        yield Stage(folder=folder, home=home, api=api)
    shutil.rmtree(folder, ignore_errors=True)


def acts(home: Path) -> list[tuple[str, str, str]]:
    return [(entry.audience, entry.act, entry.person) for entry in settled_ledger(home).entries]


def test_a_run_proposes_waits_and_releases_what_another_person_approves(stage: Stage) -> None:
    run = stage.start("working-group")
    stage.becomes(run, "Suspended", asks="statement")
    assert acts(stage.home) == []
    stage.answer(run, **STATEMENT)
    stage.becomes(run, "Suspended", asks="decision")
    assert acts(stage.home) == [("working-group", "proposed", "A. Orazowa")]
    seen = stage.api.ask(f"/flow_runs/{run}/input/suspended-decision-description")
    assert "Audit: passed" in seen and "report.en.html" in seen and "Yearly figures" in seen
    stage.answer(run, name="B. Nurow", decision="approve")
    state = stage.becomes(run, "Completed", "Failed")
    assert state["name"] == "Completed", state["message"]
    assert acts(stage.home)[1:] == [("working-group", "approved", "B. Nurow")]
    assert (stage.home / "editions" / "world" / EDITION / "working-group" / "report.en.html").is_file()
    kept = stage.api.ask(f"/flow_runs/{run}")
    assert set(kept["parameters"]) == {"edition", "audience", "proposer", "scope", "home"}


def test_a_run_records_that_the_other_person_refused(stage: Stage) -> None:
    before = len(acts(stage.home))  # the draft is made anew: what the working group has since is taken into account
    publish_edition(stage.home, EDITION, scope="world", audience="public", as_of=None, languages=("en",))
    run = stage.start("public")
    stage.becomes(run, "Suspended", asks="statement")
    stage.answer(run, **STATEMENT)
    stage.becomes(run, "Suspended", asks="decision")
    stage.answer(run, name="B. Nurow", decision="refuse", reason="Table 4 contradicts the letter of the ministry")
    state = stage.becomes(run, NOT_APPROVED, "Failed", "Completed")
    assert state["name"] == NOT_APPROVED
    assert state["message"].endswith("was refused by B. Nurow: Table 4 contradicts the letter of the ministry")
    assert acts(stage.home)[before:] == [("public", "proposed", "A. Orazowa"), ("public", "refused", "B. Nurow")]
    assert not (stage.home / "editions" / "world" / EDITION / "public").exists()
